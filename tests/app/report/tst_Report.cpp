#include "app/report/Report.h"

#include "app/base/Redactor.h"
#include "tests/kit/SampleRun.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace switchyard;
using namespace switchyard::report;
using namespace switchyard::cutover;
using test::Moment;
using test::SampleRun;
using test::storyTime;

class tst_Report : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aWholeRunIsOneSentenceAndFiveFigures()
    {
        SampleRun run(Moment::Complete);
        run.edit().ledger = LedgerSummary{};
        run.edit().ledger->acknowledged = 4'711;
        const Document d = buildReport(run.state(), Audience::Client);
        QCOMPARE(d.headline, QStringLiteral("projectify moved from Heroku + Netlify to Render in 1 h 24 min, with 12 min 41 s of downtime on the apex."));
        QVERIFY(d.byline.startsWith(QStringLiteral("Sunday 15 March 2026, 22:00 to 23:24 UTC. Operator Mara Lind.")));
        QVERIFY(d.byline.endsWith(QStringLiteral("No data lost. No rollback.")));
        QCOMPARE(d.figures.size(), std::size_t(5));
        QCOMPARE(d.figures.at(2).note, QStringLiteral("14 of 14 tables match"));
        QCOMPARE(d.figures.at(4).value, QStringLiteral("4,711"));
        QVERIFY(d.complete && !d.seal.isEmpty());
        // What was lent and put back is done, what remains is said.
        QVERIFY(std::any_of(d.followUps.begin(), d.followUps.end(), [](const FollowUp& f) { return f.done; }));
        QVERIFY(!d.followUps.back().done && d.followUps.back().text.contains(QStringLiteral("Delete the stopped services")));
        run.edit().ledger->missing = 2;
        QVERIFY(buildReport(run.state(), Audience::Client).byline.contains(QStringLiteral("2 writes of visitors are missing")));
        QVERIFY(!buildReport(run.state(), Audience::Client).figures.at(4).good);
    }
    void eachAudienceSeesItsDepth()
    {
        SampleRun run(Moment::Complete);
        const Document client = buildReport(run.state(), Audience::Client);
        QVERIFY(client.checklist.rows.empty() && client.smoke.rows.empty() && client.calls.rows.empty());
        const Document team = buildReport(run.state(), Audience::Team);
        QCOMPARE(team.checklist.rows.size(), run.state().steps.size());
        QCOMPARE(team.smoke.rows.size(), run.state().smoke.size());
        QVERIFY(team.calls.rows.empty());
        StepView* step = run.edit().step(QStringLiteral("switch-names"));
        step->calls = {{QStringLiteral("a"), QStringLiteral("Change 3 records"), CallView::State::Refused, storyTime("22:42:10")}};
        step->poll = {{QStringLiteral("Data"), QStringLiteral("Theo"), PollAnswer::Go, QStringLiteral("14 of 14")}};
        const Document audit = buildReport(run.state(), Audience::Audit);
        const auto holds = [&](const QString& words) { return std::any_of(audit.calls.rows.begin(), audit.calls.rows.end(), [&](const QStringList& row) { return row.at(2).contains(words); }); };
        QVERIFY(holds(QStringLiteral("Change 3 records, refused")));
        QVERIFY(holds(QStringLiteral("Data: go by Theo")));
        Contents none;
        none.summary = none.checklist = false;
        const Document less = select(audit, none);
        QVERIFY(less.figures.empty() && less.checklist.rows.empty() && !less.smoke.rows.empty());
    }
    void spellsBecomeStripsThatJoinAndEnd()
    {
        SampleRun run(Moment::Complete);
        HostView& apex = run.edit().hosts.front();
        apex.spells = {{storyTime("21:50:00"), HostState::Source}, {storyTime("22:39:24"), HostState::Maintenance}, {storyTime("22:40:00"), HostState::Maintenance},
                       {storyTime("22:42:10"), HostState::Failed}, {storyTime("22:52:05"), HostState::Target}};
        const Timeline t = buildReport(run.state(), Audience::Client).timeline;
        const Strip& strip = t.hosts.front();
        QCOMPARE(strip.spans.size(), std::size_t(4));
        QCOMPARE(strip.spans.front().from, t.from);
        QCOMPARE(strip.spans.at(1).to, storyTime("22:42:10"));
        QCOMPARE(strip.spans.back().to, t.to);
        QVERIFY(t.pointOfNoReturn);
        QCOMPARE(t.planned.size(), std::size_t(7));
        for (std::size_t i = 1; i < t.planned.size(); ++i)
            QCOMPARE(t.planned[i].from, t.planned[i - 1].to);
    }
    void draftAndRollbackHaveTheirOwnSentence()
    {
        SampleRun draft(Moment::Delta);
        const Document d = buildReport(draft.state(), Audience::Client);
        QVERIFY(d.headline.startsWith(QStringLiteral("Draft, T+00:40:31: projectify moves from Heroku + Netlify to Render, step 14")));
        QVERIFY(!d.complete && d.nextTime.isEmpty());
        draft.edit().phase = RunPhase::RolledBack;
        QVERIFY(buildReport(draft.state(), Audience::Client).headline.contains(QStringLiteral("went back to Heroku + Netlify at step")));
        draft.edit().startedAt.reset();
        draft.edit().phase = RunPhase::NotStarted;
        const Document none = buildReport(draft.state(), Audience::Client);
        QVERIFY(none.empty);
        QCOMPARE(none.headline, QStringLiteral("Nothing has run yet. The report starts with the first step."));
    }
    void textThatLooksLikeMarkupStaysText()
    {
        SampleRun run(Moment::Complete);
        run.edit().steps.front().title = QStringLiteral("a | b <script>alert(1)</script> *x*\nnext");
        run.edit().events.front().text = QStringLiteral("<img src=x onerror=1> | y");
        const Document d = buildReport(run.state(), Audience::Audit);
        const QByteArray md = writeMarkdown(d);
        QVERIFY(md.contains("a \\| b &lt;script>alert(1)&lt;/script> \\*x\\* next"));
        QVERIFY(!md.contains("<img") && !md.contains("<script"));
        const QByteArray html = writeHtml(d);
        QVERIFY(!html.contains("<img") && !html.contains("<script"));
        QVERIFY(html.contains("&lt;script&gt;"));
        const QJsonObject json = QJsonDocument::fromJson(writeJson(d)).object();
        QCOMPARE(json.value(u"events").toArray().at(0).toObject().value(u"text").toString(), run.state().events.front().text);
        QCOMPARE(json.value(u"checklist").toObject().value(u"rows").toArray().size(), static_cast<qsizetype>(run.state().steps.size()));
    }
    void noWriterLetsASecretOut()
    {
        // With characters that each writer escapes: an escaped secret must not slip by.
        const QString secret = QStringLiteral("canary|<&*`\"-0815");
        Redactor::instance().learn(Secret(secret));
        SampleRun run(Moment::Complete);
        run.edit().steps.front().note = QStringLiteral("used ") + secret;
        run.edit().events.front().text = QStringLiteral("said ") + secret;
        run.edit().steps.front().evidence.push_back({storyTime("22:01:00"), secret, true, {}});
        const Document d = buildReport(run.state(), Audience::Audit);
        for (const QByteArray& bytes : {writeMarkdown(d), writeHtml(d), writeJson(d), summaryText(d).toUtf8()}) {
            QVERIFY(!bytes.contains("canary"));
            QVERIFY(!bytes.contains("0815"));
        }
        QVERIFY(writeMarkdown(d).contains("[hidden]"));
    }
    void htmlIsOneLightFileWithItsTimeline()
    {
        SampleRun run(Moment::Complete);
        run.edit().hosts.front().spells = {{storyTime("22:00:00"), HostState::Source}, {storyTime("22:52:05"), HostState::Target}};
        const QByteArray html = writeHtml(buildReport(run.state(), Audience::Team));
        QVERIFY(html.startsWith("<!doctype html>"));
        QVERIFY(html.contains("<svg") && html.contains("background:#FFFFFF") && html.contains("Seal, SHA-256"));
        QVERIFY(!html.contains("http://") && !html.contains("src=") && !html.contains("%%"));
    }
};

QTEST_GUILESS_MAIN(tst_Report)
#include "tst_Report.moc"
