#include "widgets/dns/DnsPage.h"

#include "tests/kit/Golden.h"
#include "tests/kit/SampleRun.h"
#include "widgets/frame/MainWindow.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

namespace switchyard::ui {

using test::Moment;
using test::SampleRun;

namespace {
QString q(const char* text) { return QString::fromUtf8(text); }
} // namespace

class tst_DnsPage : public QObject {
    Q_OBJECT

    static std::unique_ptr<MainWindow> window(SampleRun* run)
    {
        Theme::instance().setMode(run->state().rehearsal ? RunMode::Rehearsal : RunMode::Live);
        run->editPlan().environments.front().services = {{q("web"), ServiceKind::Web, {q("heroku"), q("projectify"), q("web")}, {q("render"), {}, q("projectify-web")}, false, {}}};
        auto w = std::make_unique<MainWindow>(new QWidget, std::vector<PageFactory>{dnsPage()});
        w->setRun(run);
        run->sayLines();
        w->showPage(q("dns"));
        return w;
    }
    static bool says(QWidget* root, const QString& words)
    {
        for (const TextLabel* label : root->findChildren<TextLabel*>()) {
            if (label->isVisible() && label->plainText().contains(words))
                return true;
        }
        return false;
    }

private Q_SLOTS:
    void initTestCase() { Theme::instance().install(); }
    void cleanup()
    {
        Theme::instance().setGround(Ground::Dark);
        Theme::instance().setTextScale(100);
    }

    void regionsAreWhereTheDesignHasThem()
    {
        SampleRun run(Moment::Verify);
        auto w = window(&run);
        test::keepPicture(test::picture(w.get(), {1440, 900}), q("dns-live-dark"));
        SY_VERIFY_RECT(test::region(w.get(), q("records")), 196, 132, 836, 306);
        SY_VERIFY_RECT(test::region(w.get(), q("propagation")), 196, 450, 836, 410);
        SY_VERIFY_RECT(test::region(w.get(), q("side")), 1044, 132, 384, 728);
        QVERIFY(says(w->page(q("dns")), q("21 of 24 answers are Render.")));
        QVERIFY(says(w->page(q("dns")), q("203.0.113.53 holds answers longer than published")));
        QVERIFY(says(w->page(q("dns")), q("192.168.178.1 gives no answer.")));
        QVERIFY(says(w->page(q("dns")), q("2 of 3 ready")));
        QVERIFY(says(w->page(q("dns")), q("not told by Render")));
        Theme::instance().setGround(Ground::Light);
        test::keepPicture(test::picture(w.get(), {1440, 900}), q("dns-live-light"));
    }
    void smallWindowAndLargeText()
    {
        SampleRun run(Moment::Verify);
        auto w = window(&run);
        test::keepPicture(test::picture(w.get(), {1180, 720}), q("dns-small"));
        QCOMPARE(test::cutTexts(w->page(q("dns"))), QStringList());
        Theme::instance().setTextScale(150);
        test::keepPicture(test::picture(w.get(), {1440, 900}), q("dns-150"));
        QCOMPARE(test::cutTexts(w->page(q("dns"))), QStringList());
    }
    void beforeTheSwitchItIsACheckList()
    {
        SampleRun run(Moment::PreSeed);
        auto w = window(&run);
        test::keepPicture(test::picture(w.get(), {1440, 900}), q("dns-before"));
        QWidget* page = w->page(q("dns"));
        QVERIFY(!test::region(w.get(), q("readiness")).isEmpty());
        QVERIFY(says(page, q("CAA allows the issuer")));
        QVERIFY(says(page, q("No stray AAAA")));
        QVERIFY(says(page, q("Apex is an address")));
        QVERIFY(says(page, q("3 will change, 5 stay")));
        run.edit().zoneNow->records.push_back({q("www.projectify.test."), q("AAAA"), Seconds(60), {q("2001:db8::1")}, false});
        run.tell(cutover::HostsChanged);
        QTRY_VERIFY(says(page, q("AAAA at www.projectify.test")));
        run.edit().switchedAt = run.state().now;
        run.tell(cutover::HostsChanged);
        QTRY_VERIFY(test::region(w.get(), q("readiness")).isEmpty());
    }
    void everyControlHasAName()
    {
        SampleRun run(Moment::Verify);
        auto w = window(&run);
        (void)test::picture(w.get(), {1440, 900});
        QCOMPARE(test::namelessWidgets(w->page(q("dns"))), QStringList());
    }
    void buttonsAskAndOpenTheWayBack()
    {
        SampleRun run(Moment::Verify);
        auto w = window(&run);
        (void)test::picture(w.get(), {1440, 900});
        QSignalSpy back(w->desk(), &Desk::rollBackRequested);
        QSignalSpy opened(w->desk(), &Desk::openRequested);
        w->findChild<Button*>(q("askAgain"))->click();
        QVERIFY(run.asked().contains(q("ask resolvers")));
        w->findChild<Button*>(q("restoreZone"))->click();
        QCOMPARE(back.count(), 1);
        w->findChild<Button*>(q("openProbeLog"))->click();
        QCOMPARE(opened.count(), 1);
        run.edit().zoneBefore.reset();
        run.tell();
        QTRY_VERIFY(!w->findChild<Button*>(q("restoreZone"))->isEnabled());
    }
    void recordsTellWhatHappened()
    {
        SampleRun run(Moment::Verify);
        RecordsModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setRows(recordRows(run.state()));
        QCOMPARE(model.rowCount(), 8);
        QCOMPARE(model.rows()[0].name, q("@"));
        QCOMPARE(model.rows()[0].stand, RecordStand::AsPlanned);
        QCOMPARE(model.rows()[7].stand, RecordStand::Unchanged);
        // Somebody else wrote into the zone; a planned one isn't there.
        auto& now = run.edit().zoneNow->records;
        for (RecordSet& set : now) {
            if (set.type == q("MX"))
                set.values = {q("10 elsewhere.test.")};
            if (set.type == q("A"))
                set.values = {q("203.0.113.99")};
            if (set.type == q("CAA"))
                set.ttl = Seconds(60);
        }
        now.push_back({q("new.projectify.test."), q("A"), Seconds(60), {q("192.0.2.1")}, false});
        model.setRows(recordRows(run.state()));
        QCOMPARE(model.rowCount(), 9);
        QCOMPARE(model.rows().front().stand, RecordStand::NotAsPlanned);
        QCOMPARE(model.rows().back().stand, RecordStand::NotInPlan);
        QCOMPARE(model.rows()[7].stand, RecordStand::NotInPlan);
        const int caa = model.rowOf(q("projectify.test. CAA"));
        QCOMPARE(model.rows()[static_cast<std::size_t>(caa)].stand, RecordStand::TtlLowered);
        QVERIFY(model.index(0, 0).data(Qt::AccessibleTextRole).toString().contains(q("not as planned")));
        // Back to the saved zone: rows go, nothing resets.
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        run.edit().zoneNow = run.state().zoneBefore;
        model.setRows(recordRows(run.state()));
        QCOMPARE(model.rowCount(), 8);
        QCOMPARE(reset.count(), 0);
    }
    void answersCountDown()
    {
        SampleRun run(Moment::Verify);
        const TimePoint now = run.state().now;
        PropagationModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setHosts({q("a"), q("b"), q("c")});
        model.setRows(resolverLines(run.state()));
        QCOMPARE(model.rowCount(), 8);
        QCOMPARE(model.columnCount(), 4);
        const AnswerCell* isp = model.cell(model.index(6, 1));
        QCOMPARE(answerLeft(*isp, now), q("38 s"));
        QCOMPARE(answerLeft(*isp, now + Milliseconds(37500)), q("1 s"));
        const AnswerCell* broken = model.cell(model.index(7, 3));
        QCOMPARE(answerLeft(*broken, now), q("retry 4 s"));
        QCOMPARE(answerWords(*broken, now), q("SERVFAIL"));
        QCOMPARE(answerWords(AnswerCell{cutover::HostState::Unknown, {}, {}, now + Seconds(3), Seconds(60)}, now), q("Asked in 3 s"));
        QCOMPARE(answerWords(AnswerCell{cutover::HostState::Failed, q("192.0.2.1 did not answer for 3 s."), {}, {}, Seconds(60)}, now), q("No answer"));
        // An honest old answer is in the forecast.
        run.edit().resolvers[2].cells[0].state = cutover::HostState::Source;
        QVERIFY(propagation(run.state(), now).headline.contains(q("Last old answer expires in `52 s`")));
        QVERIFY(model.index(6, 1).data(Qt::AccessibleTextRole).toString().contains(q("source, 75.2.60.5")));
    }
    void certificatesTellOnlyWhatIsKnown()
    {
        SampleRun run(Moment::Verify);
        using State = CertificateSteps::State;
        const auto& hosts = run.state().hosts;
        const auto apex = certificateSteps(hosts[0], true, run.state().switchedAt, run.state().now);
        QCOMPARE(apex.size(), std::size_t(5));
        QCOMPARE(apex[1].state, State::Done);
        QCOMPARE(apex[2].state, State::NotTold);
        QCOMPARE(apex[3].state, State::Waiting);
        QCOMPARE(apex[3].time, q("4:20"));
        QCOMPARE(apex[4].state, State::Coming);
        const auto www = certificateSteps(hosts[1], true, run.state().switchedAt, run.state().now);
        QCOMPARE(www[4].state, State::Done);
        QCOMPARE(www[4].time, q("22:42:49"));
    }
    void aLargeZoneIsSearched()
    {
        SampleRun run(Moment::Verify);
        for (int i = 0; i < 292; ++i) {
            const RecordSet set{QStringLiteral("host%1.projectify.test.").arg(i), q("A"), Seconds(60), {q("192.0.2.7")}, false};
            run.edit().zoneBefore->records.push_back(set);
            run.edit().zoneNow->records.push_back(set);
        }
        auto w = window(&run);
        test::keepPicture(test::picture(w.get(), {1440, 900}), q("dns-300-records"));
        auto* table = w->findChild<RowTable*>(q("recordTable"));
        QCOMPARE(table->model()->rowCount(), 300);
        auto* find = w->findChild<SearchField*>(q("findRecord"));
        QCOMPARE(w->page(q("dns"))->findField(), static_cast<QWidget*>(find));
        find->setText(q("host29"));
        QCOMPARE(table->model()->rowCount(), 3);
    }
    void emptyAndLoading()
    {
        SampleRun run(Moment::Verify);
        run.edit().zoneBefore.reset();
        run.edit().zoneNow.reset();
        run.edit().resolvers.clear();
        run.edit().switchedAt.reset();
        auto w = window(&run);
        (void)test::picture(w.get(), {1440, 900});
        QTest::qWait(170);
        test::keepPicture(test::picture(w.get(), {1440, 900}), q("dns-loading"));
        QVERIFY(says(w->page(q("dns")), q("The zone isn't read yet")));
        run.edit().hosts.clear();
        run.editPlan().environments.front().domains.clear();
        run.tell();
        QTRY_VERIFY(says(w->page(q("dns")), q("No domain in this plan.")));
        test::keepPicture(test::picture(w.get(), {1440, 900}), q("dns-empty"));
    }
    void railCount()
    {
        SampleRun run(Moment::Verify);
        const PageCount count = dnsPage().count(run.state());
        QCOMPARE(count.text, q("2/3"));
        QCOMPARE(count.tone, PageCount::Tone::Caution);
        SampleRun early(Moment::Prepare);
        QCOMPARE(dnsPage().count(early.state()).text, q("0/3"));
    }
};

} // namespace switchyard::ui

QTEST_MAIN(switchyard::ui::tst_DnsPage)
#include "tst_DnsPage.moc"
