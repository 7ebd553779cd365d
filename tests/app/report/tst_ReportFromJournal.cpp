#include "app/cutover/Projection.h"
#include "app/report/Report.h"

#include "tests/kit/SampleRun.h"

#include <QTest>

using namespace switchyard;
using namespace switchyard::report;
using namespace switchyard::cutover;
using test::Moment;
using test::SampleRun;
using test::storyTime;

/// `switchyard report DIR` has the journal and nothing else: what the window's report says must be in there.
class tst_ReportFromJournal : public QObject {
    Q_OBJECT

    std::vector<JournalRecord> m_records;
    void write(EventKind kind, TimePoint at, QJsonObject data, const QString& step = {})
    {
        JournalRecord r;
        r.sequence = static_cast<qint64>(m_records.size()) + 1;
        r.at = at;
        r.kind = eventName(kind);
        r.step = step;
        r.data = std::move(data);
        m_records.push_back(std::move(r));
    }

private Q_SLOTS:
    void init() { m_records.clear(); }

    void tablesChecksAndHostsComeBack()
    {
        SampleRun live(Moment::Complete);
        for (HostView& host : live.edit().hosts)
            host.state = HostState::Source;
        std::map<QString, QString> kinds;
        for (const StepView& s : live.state().steps)
            kinds[s.id] = s.id;
        write(EventKind::RunStarted, storyTime("22:00:00"), runStartedData(live.state(), kinds, {}));
        const auto host = [&](const char* at, const char* state, qint64 closed) {
            write(EventKind::Host, storyTime(at), {{QStringLiteral("host"), QStringLiteral("projectify.test")}, {QStringLiteral("state"), QLatin1String(state)}, {QStringLiteral("closedMs"), closed}});
        };
        write(EventKind::Intent, storyTime("22:05:00"), {}, QStringLiteral("copy-settings"));
        write(EventKind::Outcome, storyTime("22:05:30"),
              {{QStringLiteral("ok"), true}, {QStringLiteral("memory"), QJsonObject{{QStringLiteral("web"), QJsonObject{{QStringLiteral("added"), QJsonArray{QStringLiteral("REDIS_URL")}}, {QStringLiteral("changed"), QJsonArray{QStringLiteral("FRONTEND_URL")}}}}, {QStringLiteral("at"), QStringLiteral("now")}}}},
              QStringLiteral("copy-settings"));
        host("22:39:24", "maintenance", 0);
        host("22:42:10", "failed", 0);
        host("22:52:05", "target", 761'000);
        write(EventKind::Snapshot, storyTime("23:20:00"), snapshotData(live.state()), QStringLiteral("smoke"));
        write(EventKind::VisitorLedger, storyTime("23:23:00"), {{QStringLiteral("acknowledged"), 4711}, {QStringLiteral("missing"), 0}, {QStringLiteral("side"), QStringLiteral("target")}});
        write(EventKind::Finished, storyTime("23:24:06"), {});
        const QString seal = sealOf(m_records);
        write(EventKind::Sealed, storyTime("23:24:06"), {{QStringLiteral("seal"), seal}});

        const RunState told = project(m_records);
        const Document d = buildReport(told, Audience::Audit);
        const Document shown = buildReport(live.state(), Audience::Audit);
        QVERIFY(d.complete);
        QCOMPARE(d.seal, seal);
        QCOMPARE(d.tables.rows, shown.tables.rows);
        QCOMPARE(d.smoke.rows, shown.smoke.rows);
        QCOMPARE(d.figures.at(0).value, QStringLiteral("12:41"));
        QCOMPARE(d.figures.at(1).value, QStringLiteral("01:24:06"));
        QCOMPARE(d.figures.at(2).value, shown.figures.at(2).value);
        QCOMPARE(d.figures.at(3).value, shown.figures.at(3).value);
        QCOMPARE(d.figures.at(4).value, QStringLiteral("4,711"));
        QCOMPARE(d.timeline.hosts.front().spans.size(), std::size_t(4));
        QCOMPARE(d.timeline.hosts.front().spans.at(2).state, HostState::Failed);
        QCOMPARE(d.timeline.hosts.back().spans.size(), std::size_t(1)); // answered by the source from the start
        QCOMPARE(d.settings.rows, (std::vector<QStringList>{{QStringLiteral("REDIS_URL"), QStringLiteral("web"), QStringLiteral("added")}, {QStringLiteral("FRONTEND_URL"), QStringLiteral("web"), QStringLiteral("changed")}}));
    }
    void aSnapshotTakesNothingFromTheLiveState()
    {
        SampleRun live(Moment::Smoke);
        Projection projection(live.state());
        JournalRecord started;
        started.kind = eventName(EventKind::RunStarted);
        started.at = storyTime("22:00:00");
        started.data = runStartedData(live.state(), {}, {});
        projection.apply(started);
        JournalRecord record;
        record.kind = eventName(EventKind::Snapshot);
        record.at = storyTime("22:55:00");
        record.data = snapshotData(live.state());
        projection.apply(record);
        QCOMPARE(projection.snapshot(), record.data);
        QCOMPARE(snapshotData(projection.state()), record.data);
        for (std::size_t i = 0; i < live.state().smoke.size(); ++i)
            QCOMPARE(projection.state().smoke.at(i).now.exchange, live.state().smoke.at(i).now.exchange);
        QCOMPARE(projection.state().databases.front().throughput, live.state().databases.front().throughput);
        QCOMPARE(projection.state().databases.front().tables.size(), live.state().databases.front().tables.size());
    }
    void anEmptyRunHasNothingToKeep() { QVERIFY(snapshotData(RunState()).isEmpty()); }
};

QTEST_GUILESS_MAIN(tst_ReportFromJournal)
#include "tst_ReportFromJournal.moc"
