#include "app/cutover/HeadlessDriver.h"
#include "tests/app/cutover/Script.h"
#include "tests/kit/TestLoop.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

using namespace switchyard;
using namespace switchyard::cutover;
using namespace switchyard::cutover::script;
using namespace std::chrono_literals;
using plan::Phase;

namespace {
StepFlags person(bool disruptive = false, bool point = false)
{
    StepFlags f;
    f.needsPerson = true;
    f.disruptive = disruptive;
    f.pointOfNoReturn = point;
    return f;
}

/// Prepare, a person's switch of three calls, the point of no return, close.
std::vector<Scripted> shortPlan()
{
    return {{QStringLiteral("ttl"), Phase::Prepare, {}, 1, false, {}, QStringLiteral("lowered-ttl"), {}, true},
            {QStringLiteral("freeze"), Phase::Freeze, person(true), 2, false, {}, {}, {}, true},
            {QStringLiteral("delta"), Phase::Delta, {}, 1, false, {QStringLiteral("quiet")}, {}, {}, true},
            {QStringLiteral("switch"), Phase::Switch, person(true), 3, false, {QStringLiteral("match")}, {}, {}, true},
            {QStringLiteral("open"), Phase::Switch, person(true, true), 1, false, {}, {}, {}, true},
            {QStringLiteral("close"), Phase::Close, {}, 1, false, {}, {}, QStringLiteral("lowered-ttl"), true}};
}

/// Like QTest::qWaitFor, which sleeps 10 ms at every turn: too long for hundreds of short runs.
bool soon(const std::function<bool()>& condition, int limitMs)
{
    QTimer turn;
    turn.start(20);
    QElapsedTimer passed;
    passed.start();
    while (!condition() && passed.elapsed() < limitMs)
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    return condition();
}

/// What is journaled of a state, for comparing: what waits is told apart only live.
QStringList essence(const RunState& s)
{
    QStringList out;
    for (const StepView& step : s.steps) {
        const bool waits = step.state == StepState::Pending || step.state == StepState::Blocked || step.state == StepState::Ready || step.state == StepState::NeedsYou;
        out << step.id + u' ' + (waits ? QStringLiteral("waits") : stepStateName(step.state)) + u' ' + QString::number(step.callsDone) + u'/' +
                   QString::number(step.calls.size()) + u' ' + step.note + u' ' + step.skipReason + u' ' + (step.error ? step.error->sentence() : QString()) + u' ' +
                   QString::number(step.evidence.size());
        for (const PollStation& p : step.poll)
            out << p.station + pollAnswerName(p.answer) + p.by;
    }
    for (const LentEntry& e : s.lent)
        out << e.id + (e.open ? QStringLiteral(" open") : QStringLiteral(" closed"));
    for (const EventView& e : s.events)
        out << e.text;
    out << s.seal << s.activeStep << s.planName << QString::number(s.done) << QString::number(s.pastPoint);
    return out;
}
} // namespace

class tst_Conductor : public QObject {
    Q_OBJECT

    static void allClosed(Bench& bench)
    {
        bench.outside.locks[QStringLiteral("quiet")] = InterlockState::Closed;
        bench.outside.locks[QStringLiteral("match")] = InterlockState::Closed;
    }
    /// Runs unattended to the end; returns the exit code.
    static int unattended(Bench& bench, bool openIt = true)
    {
        bench.options.headless = true;
        if (openIt)
            bench.open();
        HeadlessDriver driver(bench.conductor.get(), &bench.clock, {});
        int code = -1;
        QString why;
        QObject::connect(&driver, &HeadlessDriver::ended, [&](int c, const QString& w) {
            code = c;
            why = w;
        });
        driver.start();
        const bool over = soon([&] { return code >= 0 || (bench.journal->dead); }, 10'000);
        if (!over || (code > 0 && !bench.journal->dead))
            qWarning("%d %s: %s", code, qPrintable(why), qPrintable(bench.log.join(QStringLiteral(", "))));
        return code;
    }
    static void go(Bench& bench, const QString& id)
    {
        QTRY_COMPARE(bench.stateOf(id), StepState::NeedsYou);
        for (const PollStation& p : bench.conductor->state().step(id)->poll)
            SY_VERIFY_OK(bench.conductor->answerPoll(id, p.station, PollAnswer::Go, QStringLiteral("Mara")));
        SY_VERIFY_OK(bench.conductor->confirm(id, QStringLiteral("demo"), QStringLiteral("typed and held")));
    }

private Q_SLOTS:
    void aWholeRunByAPerson()
    {
        Bench bench(shortPlan());
        allClosed(bench);
        Conductor& c = bench.open();
        QCOMPARE(c.state().phase, RunPhase::NotStarted);
        c.start();
        QTRY_COMPARE(bench.stateOf(QStringLiteral("freeze")), StepState::NeedsYou);
        QCOMPARE(bench.stateOf(QStringLiteral("ttl")), StepState::Passed);
        QCOMPARE(c.state().phase, RunPhase::NeedsYou);
        QCOMPARE(c.state().step(QStringLiteral("freeze"))->preview.calls.size(), std::size_t(2));
        QCOMPARE(bench.outside.sent.size(), std::size_t(1)); // nothing of the person's step was sent
        QVERIFY(!c.confirm(QStringLiteral("freeze"), QStringLiteral("Demo"), QStringLiteral("held")));
        QVERIFY(!c.confirm(QStringLiteral("switch"), QStringLiteral("demo"), QStringLiteral("held")));
        go(bench, QStringLiteral("freeze"));
        go(bench, QStringLiteral("switch"));
        QTRY_COMPARE(bench.stateOf(QStringLiteral("open")), StepState::NeedsYou);
        QVERIFY(c.state().writesStoppedRunning);
        QVERIFY(!c.confirm(QStringLiteral("open"), QStringLiteral("demo"), QStringLiteral("held"))); // the poll is open
        go(bench, QStringLiteral("open"));
        QTRY_COMPARE(c.state().phase, RunPhase::Complete);
        QVERIFY(!c.state().writesStoppedRunning);
        QVERIFY(c.closeEntries().empty());
        QCOMPARE(c.state().seal, sealOf(c.records()));
        QCOMPARE(c.state().seal.size(), 64);
        for (const auto& [call, times] : bench.outside.sent)
            QVERIFY2(times == 1, qPrintable(call));
        const QStringList expected{QStringLiteral("ttl: ready"), QStringLiteral("ttl: running"), QStringLiteral("ttl: verifying"), QStringLiteral("ttl: passed"),
                                   QStringLiteral("freeze: needs you"), QStringLiteral("freeze: running"), QStringLiteral("freeze: verifying"), QStringLiteral("freeze: passed")};
        QStringList seen = bench.log;
        seen.erase(std::remove_if(seen.begin(), seen.end(), [](const QString& s) { return !s.startsWith(QStringLiteral("ttl")) && !s.startsWith(QStringLiteral("freeze")); }), seen.end());
        seen.removeAll(QStringLiteral("ttl: pending"));
        seen.removeAll(QStringLiteral("freeze: pending"));
        QCOMPARE(seen, expected);
        QCOMPARE(essence(project(bench.disk->records)), essence(c.state()));
    }
    void anInterlockThatOpensDuringTheHold()
    {
        Bench bench({{QStringLiteral("switch"), Phase::Switch, person(true), 1, false, {QStringLiteral("match")}, {}, {}, true}});
        allClosed(bench);
        Conductor& c = bench.open();
        c.start();
        QTRY_COMPARE(bench.stateOf(QStringLiteral("switch")), StepState::NeedsYou);
        bench.outside.locks[QStringLiteral("match")] = InterlockState::Open; // nobody touched the state since
        const auto refused = c.confirm(QStringLiteral("switch"), QStringLiteral("demo"), QStringLiteral("held"));
        QVERIFY(!refused);
        QVERIFY(refused.error().happened.contains(QStringLiteral("match")));
        QCOMPARE(bench.stateOf(QStringLiteral("switch")), StepState::Blocked);
        // And between the confirmation and the first call.
        bench.outside.locks[QStringLiteral("match")] = InterlockState::Closed;
        c.context().touch(StepsChanged);
        QTRY_COMPARE(bench.stateOf(QStringLiteral("switch")), StepState::NeedsYou);
        SY_VERIFY_OK(c.confirm(QStringLiteral("switch"), QStringLiteral("demo"), QStringLiteral("held")));
        bench.outside.locks[QStringLiteral("match")] = InterlockState::Unknown;
        QTRY_COMPARE(bench.stateOf(QStringLiteral("switch")), StepState::Blocked);
        bench.outside.locks[QStringLiteral("match")] = InterlockState::Closed;
        c.context().touch(StepsChanged);
        QTRY_COMPARE(bench.stateOf(QStringLiteral("switch")), StepState::NeedsYou); // asks again
        QVERIFY(bench.outside.sent.empty());
    }
    void pollsStopExpireAndCountNames()
    {
        Bench bench({{QStringLiteral("open"), Phase::Switch, person(true, true), 1, false, {}, {}, {}, true}});
        bench.poll.team = true;
        Conductor& c = bench.open();
        c.start();
        const QString id = QStringLiteral("open");
        QTRY_COMPARE(bench.stateOf(id), StepState::NeedsYou);
        SY_VERIFY_OK(c.answerPoll(id, QStringLiteral("Data"), PollAnswer::NoGo, QStringLiteral("Ada")));
        QCOMPARE(bench.stateOf(id), StepState::Blocked);
        QVERIFY(c.state().step(id)->reason.contains(QStringLiteral("Ada")));
        SY_VERIFY_OK(c.answerPoll(id, QStringLiteral("Data"), PollAnswer::Go, QStringLiteral("Ada")));
        SY_VERIFY_OK(c.answerPoll(id, QStringLiteral("DNS"), PollAnswer::Go, QStringLiteral("ada ")));
        QVERIFY(!c.confirm(id, QStringLiteral("demo"), QStringLiteral("held"))); // one name
        SY_VERIFY_OK(c.answerPoll(id, QStringLiteral("DNS"), PollAnswer::Go, QStringLiteral("Bo")));
        bench.clock.advance(601s);
        c.tick();
        QCOMPARE(c.state().step(id)->poll.front().answer, PollAnswer::Open);
        QVERIFY(!c.confirm(id, QStringLiteral("demo"), QStringLiteral("held")));
        SY_VERIFY_OK(c.answerPoll(id, QStringLiteral("Data"), PollAnswer::Go, QStringLiteral("Ada")));
        SY_VERIFY_OK(c.answerPoll(id, QStringLiteral("DNS"), PollAnswer::Go, QStringLiteral("Bo")));
        SY_VERIFY_OK(c.confirm(id, QStringLiteral("demo"), QStringLiteral("held")));
        QTRY_COMPARE(c.state().phase, RunPhase::Complete);
    }
    void waiversAreForCautionsAndEnd()
    {
        Bench bench({{QStringLiteral("switch"), Phase::Switch, person(true), 1, false, {QStringLiteral("match")}, {}, {}, true}});
        const QString id = QStringLiteral("switch");
        const QString lock = QStringLiteral("match");
        bench.outside.locks[lock] = InterlockState::Open;
        Conductor& c = bench.open();
        c.start();
        QTRY_COMPARE(bench.stateOf(id), StepState::Blocked);
        QVERIFY(!c.waive(id, lock, QStringLiteral("Ada"), QStringLiteral("known"), 60s)); // a failure
        bench.outside.locks[lock] = InterlockState::Caution;
        QVERIFY(!c.waive(id, lock, QStringLiteral("Ada"), QString(), 60s));
        SY_VERIFY_OK(c.waive(id, lock, QStringLiteral("Ada"), QStringLiteral("known gap"), 60s));
        QCOMPARE(bench.stateOf(id), StepState::NeedsYou);
        bench.clock.advance(61s);
        c.tick();
        QCOMPARE(bench.stateOf(id), StepState::Blocked);
        SY_VERIFY_OK(c.waive(id, lock, QStringLiteral("Ada"), QStringLiteral("known gap"), 60s));
        SY_VERIFY_OK(c.confirm(id, QStringLiteral("demo"), QStringLiteral("held")));
        QTRY_COMPARE(bench.stateOf(id), StepState::PassedWithWaiver);
        QTRY_COMPARE(c.state().phase, RunPhase::Complete);
    }
    void aRefusedCallIsTriedAgainAndNothingTwice()
    {
        Bench bench(shortPlan());
        allClosed(bench);
        bench.outside.failures[QStringLiteral("switch/1")] = 1;
        bench.outside.badReads[QStringLiteral("delta")] = 1;
        Conductor& c = bench.open();
        c.start();
        go(bench, QStringLiteral("freeze"));
        QTRY_COMPARE(bench.stateOf(QStringLiteral("delta")), StepState::Failed);
        QCOMPARE(c.state().phase, RunPhase::Failed);
        QCOMPARE(bench.stateOf(QStringLiteral("switch")), StepState::Blocked);
        QCOMPARE(c.state().step(QStringLiteral("switch"))->reason, QStringLiteral("Blocked by step 3"));
        QCOMPARE(c.state().step(QStringLiteral("delta"))->error->happened, QStringLiteral("2 tables differ."));
        QVERIFY(!c.state().findings.empty());
        SY_VERIFY_OK(c.retry(QStringLiteral("delta")));
        go(bench, QStringLiteral("switch"));
        QTRY_COMPARE(bench.stateOf(QStringLiteral("switch")), StepState::Failed);
        QCOMPARE(c.state().step(QStringLiteral("switch"))->callsDone, 1);
        SY_VERIFY_OK(c.retry(QStringLiteral("switch")));
        go(bench, QStringLiteral("open"));
        QTRY_COMPARE(c.state().phase, RunPhase::Complete);
        for (const auto& [call, times] : bench.outside.sent)
            QVERIFY2(times == 1, qPrintable(call));
        QVERIFY(c.state().findings.empty());
    }
    void holdStopsAfterTheCurrentCallAndGoesOn()
    {
        Bench bench({{QStringLiteral("wait"), Phase::Prepare, {}, 2, true, {}, {}, {}, true}, {QStringLiteral("next"), Phase::Prepare, {}, 1, false, {}, {}, {}, true}});
        Conductor& c = bench.open();
        c.start();
        QTRY_COMPARE(bench.stateOf(QStringLiteral("wait")), StepState::Running);
        c.hold();
        QCOMPARE(c.state().phase, RunPhase::Held);
        bench.outside.there[QStringLiteral("wait/go")] = true;
        QTRY_COMPARE(bench.stateOf(QStringLiteral("wait")), StepState::Ready);
        QVERIFY(bench.outside.sent.empty());
        c.proceed();
        QTRY_COMPARE(c.state().phase, RunPhase::Complete);
        QCOMPARE(bench.outside.sent[QStringLiteral("wait/0")], 1);
        QCOMPARE(bench.outside.sent[QStringLiteral("wait/1")], 1);
    }
    void theClockRunsFastOnlyWhileAStepWaits()
    {
        QTemporaryDir dir;
        ScaledClock clock(dir.filePath(QStringLiteral("clock")));
        ClockGovernor governor(&clock, 60);
        Bench bench({{QStringLiteral("wait"), Phase::Prepare, {}, 1, true, {}, {}, {}, true}, {QStringLiteral("person"), Phase::Prepare, person(), 1, false, {}, {}, {}, true}});
        bench.governor = &governor;
        bench.open().start();
        QTRY_COMPARE(bench.stateOf(QStringLiteral("wait")), StepState::Running);
        QCOMPARE(clock.rate(), 60.0);
        double rate = 0;
        bench.outside.onSend = [&] { rate = clock.rate(); };
        bench.outside.there[QStringLiteral("wait/go")] = true;
        QTRY_COMPARE(bench.stateOf(QStringLiteral("person")), StepState::NeedsYou);
        QCOMPARE(rate, 1.0);
        QCOMPARE(clock.rate(), 60.0);
        bench.outside.there.erase(QStringLiteral("wait/go"));
        bench.conductor.reset();
        QCOMPARE(clock.rate(), 60.0);
    }
    void skippingNeedsAReason()
    {
        Bench bench(shortPlan());
        allClosed(bench);
        Conductor& c = bench.open();
        c.start();
        QTRY_COMPARE(bench.stateOf(QStringLiteral("freeze")), StepState::NeedsYou);
        QVERIFY(!c.skip(QStringLiteral("freeze"), QStringLiteral("Ada"), QString()));
        SY_VERIFY_OK(c.skip(QStringLiteral("freeze"), QStringLiteral("Ada"), QStringLiteral("source is read-only already")));
        QTRY_COMPARE(bench.stateOf(QStringLiteral("switch")), StepState::NeedsYou);
        QCOMPARE(bench.stateOf(QStringLiteral("freeze")), StepState::Skipped);
        QVERIFY(!bench.outside.sent.contains(QStringLiteral("freeze/0")));
    }
    void anOpenLedgerBlocksTheSeal()
    {
        auto script = shortPlan();
        script.back().putsBack.clear();
        Bench bench(script);
        allClosed(bench);
        QCOMPARE(unattended(bench), int(HeadlessDriver::CheckFailed));
        QCOMPARE(bench.stateOf(QStringLiteral("close")), StepState::Failed);
        QVERIFY(bench.conductor->state().seal.isEmpty());
        QCOMPARE(bench.conductor->closeEntries().size(), std::size_t(1));
        QVERIFY(bench.conductor->state().step(QStringLiteral("close"))->error->happened.contains(QStringLiteral("lowered-ttl")));
    }
    void unattendedSkipsWhatNeedsAPerson()
    {
        auto script = shortPlan();
        Scripted manual{QStringLiteral("look"), Phase::Verify, person(), 0, false, {}, {}, {}, false};
        manual.flags.manual = true;
        script.insert(script.end() - 1, manual);
        Bench bench(script);
        allClosed(bench);
        bench.outside.locks[QStringLiteral("match")] = InterlockState::Caution;
        QCOMPARE(unattended(bench), int(HeadlessDriver::Done));
        QCOMPARE(bench.stateOf(QStringLiteral("look")), StepState::Skipped);
        QCOMPARE(bench.conductor->state().step(QStringLiteral("look"))->skipReason, QStringLiteral("skipped, no person"));
        QCOMPARE(bench.stateOf(QStringLiteral("switch")), StepState::PassedWithWaiver);
        QCOMPARE(essence(project(bench.disk->records)), essence(bench.conductor->state()));
    }
    void untilStopsAndResumeGoesOn()
    {
        Bench bench(shortPlan());
        allClosed(bench);
        bench.options.untilStep = QStringLiteral("switch");
        QCOMPARE(unattended(bench), int(HeadlessDriver::Done));
        QCOMPARE(bench.stateOf(QStringLiteral("switch")), StepState::Passed);
        QVERIFY(!bench.outside.sent.contains(QStringLiteral("open/0")));
        bench.options.untilStep.clear();
        QCOMPARE(unattended(bench), int(HeadlessDriver::Done));
        QCOMPARE(bench.conductor->state().phase, RunPhase::Complete);
        const auto records = bench.disk->records.size();
        QCOMPARE(unattended(bench), int(HeadlessDriver::Done)); // a finished run ends at once and writes nothing
        QCOMPARE(bench.disk->records.size(), records);
    }
    /// Killed at every record, once with the record on disk and once with what it should have said lost.
    void killedAtEveryRecord_data()
    {
        QTest::addColumn<bool>("lost");
        QTest::addColumn<bool>("back");
        QTest::newRow("record is on disk") << false << false;
        QTest::newRow("record is lost, its effect happened") << true << false;
        QTest::newRow("rolling back, record is on disk") << false << true;
        QTest::newRow("rolling back, record is lost") << true << true;
    }
    void killedAtEveryRecord()
    {
        QFETCH(bool, lost);
        QFETCH(bool, back);
        QStringList expected;
        int length = 0;
        {
            Bench bench(shortPlan());
            allClosed(bench);
            QCOMPARE(runOrRollBack(bench, back), 0);
            expected = ends(bench);
            length = static_cast<int>(bench.disk->records.size());
        }
        for (int n = 1; n <= length; ++n) {
            Bench bench(shortPlan());
            allClosed(bench);
            bench.options.headless = true;
            bench.open();
            (lost ? bench.journal->dieBefore : bench.journal->dieAfter) = n;
            bench.journal->onDeath = [&bench] { QMetaObject::invokeMethod(&bench.clock, [&bench] { bench.conductor.reset(); }, Qt::QueuedConnection); };
            runOrRollBack(bench, back, false);
            QVERIFY2(soon([&] { return !bench.conductor; }, 5000), qPrintable(QString::number(n)));
            QCoreApplication::processEvents();
            bench.open();
            const bool startedBack = bench.conductor->state().phase == RunPhase::RollingBack || bench.conductor->state().phase == RunPhase::RolledBack;
            QCOMPARE(runOrRollBack(bench, back && !startedBack, false), 0);
            QCOMPARE(ends(bench), expected);
            for (const auto& [call, times] : bench.outside.sent)
                QVERIFY2(times == 1, qPrintable(QStringLiteral("killed at %1: %2 was sent %3 times").arg(n).arg(call).arg(times)));
            for (const auto& [call, times] : bench.outside.undone)
                QVERIFY2(times == 1, qPrintable(QStringLiteral("killed at %1: %2 was undone %3 times").arg(n).arg(call).arg(times)));
            QCOMPARE(essence(project(bench.disk->records)), essence(bench.conductor->state()));
        }
    }
    void rollbackFromEveryStep()
    {
        const auto script = shortPlan();
        for (std::size_t i = 0; i + 1 < script.size(); ++i) {
            Bench bench(script);
            allClosed(bench);
            bench.options.untilStep = script[i].id;
            QCOMPARE(unattended(bench), 0);
            bench.outside.locks[QStringLiteral("quiet")] = InterlockState::Open; // the way back waits for nothing
            Conductor& c = *bench.conductor;
            const RollbackPreview preview = c.rollbackPreview();
            QCOMPARE(preview.actions.size(), i + 1);
            QCOMPARE(preview.pastPoint, script[i].id == u"open");
            QVERIFY(!c.rollBack(QStringLiteral("nope"), RunController::GainedRowsChoice::None));
            SY_VERIFY_OK(c.rollBack(QStringLiteral("demo"), RunController::GainedRowsChoice::None));
            QTRY_COMPARE(c.state().phase, RunPhase::RolledBack);
            for (const auto& [call, there] : bench.outside.there)
                QVERIFY2(!there, qPrintable(call));
            QVERIFY(c.closeEntries().empty());
            QVERIFY(!c.state().seal.isEmpty());
            QVERIFY(!c.state().writesStoppedRunning);
            // Newest first.
            QStringList order;
            for (const JournalRecord& r : c.records()) {
                if (r.kind == eventName(EventKind::UndoIntent))
                    order.prepend(r.step);
            }
            for (int k = 0; k < order.size(); ++k)
                QCOMPARE(order[k], script[static_cast<std::size_t>(k)].id);
        }
    }
    /// Past the point the target is closed first, then its rows are settled, then the source is opened.
    void rowsTakenByTheTargetAreNotLostOnTheWayBack()
    {
        Bench bench(shortPlan());
        allClosed(bench);
        bench.rows = std::make_shared<StubMover::Told>();
        bench.rows->gained = 14;
        bench.rows->refuses = true;
        bench.options.untilStep = QStringLiteral("open");
        bench.options.directory = QStringLiteral("/runs/7");
        QCOMPARE(unattended(bench), 0);
        Conductor& c = *bench.conductor;
        QVERIFY(!c.rollbackPreview().gainedKnown);
        QTRY_VERIFY(c.rollbackPreview().gainedKnown);
        QCOMPARE(c.rollbackPreview().gained.front().total(), 14);
        Outside& outside = bench.outside;
        QStringList order;
        bench.rows->onSettle = [&] { order << (outside.there[QStringLiteral("open/0")] ? QStringLiteral("open") : QStringLiteral("closed")) << (outside.there[QStringLiteral("freeze/0")] ? QStringLiteral("frozen") : QStringLiteral("thawed")); };
        SY_VERIFY_OK(c.rollBack(QStringLiteral("demo"), RunController::GainedRowsChoice::CopyBack));
        const auto refused = [&] { return std::any_of(c.state().findings.begin(), c.state().findings.end(), [](const Finding& f) { return f.id == u"ENGINE-ROLLBACK"; }); };
        QTRY_VERIFY(refused());
        QVERIFY(outside.there[QStringLiteral("freeze/0")]); // it stops there: the source isn't opened while the rows are homeless
        SY_VERIFY_OK(c.rollBack(QStringLiteral("demo"), RunController::GainedRowsChoice::SaveToFile));
        QTRY_COMPARE(c.state().phase, RunPhase::RolledBack);
        QCOMPARE(order, QStringList({QStringLiteral("closed"), QStringLiteral("frozen")}));
        QCOMPARE(bench.rows->savedTo, QStringLiteral("/runs/7/gained-rows-main.sql"));
        QVERIFY(!refused());
    }
    void liveUnattendedGoesNowhereWithoutTheTypedName()
    {
        for (const QString& typed : {QString(), QStringLiteral("wrong"), QStringLiteral("demo")}) {
            Bench bench({{QStringLiteral("switch"), Phase::Switch, person(true), 1, false, {}, {}, {}, true}});
            bench.rehearsal = false;
            bench.options.headless = true;
            bench.options.guards = GuardStyle::Clicks; // not for live runs
            bench.open();
            HeadlessDriver::Options options;
            int asked = 0;
            options.ask = [&](const StepView& step, std::function<void(QString)> answer) {
                ++asked;
                QCOMPARE(step.guard.level, 3);
                answer(typed);
            };
            HeadlessDriver driver(bench.conductor.get(), &bench.clock, options);
            int code = -1;
            QObject::connect(&driver, &HeadlessDriver::ended, [&](int c) { code = c; });
            driver.start();
            QTRY_VERIFY(code >= 0);
            QCOMPARE(asked, 1);
            QCOMPARE(code, int(typed == u"demo" ? HeadlessDriver::Done : HeadlessDriver::Interrupted));
            QCOMPARE(bench.outside.sent.empty(), typed != u"demo");
        }
    }
    void aRetryableFailureIsTriedAgainUnattended()
    {
        Bench bench({{QStringLiteral("a"), Phase::Prepare, {}, 1, false, {}, {}, {}, true}});
        bench.options.headless = true;
        bench.outside.failures[QStringLiteral("a/0")] = 3;
        bench.open();
        HeadlessDriver driver(bench.conductor.get(), &bench.clock, {});
        int code = -1;
        QObject::connect(&driver, &HeadlessDriver::ended, [&](int c) { code = c; });
        driver.start();
        for (int i = 0; i < 2; ++i) {
            QTRY_COMPARE(bench.stateOf(QStringLiteral("a")), StepState::Failed);
            QTest::qWait(1);
            QCOMPARE(code, -1);
            bench.clock.advance(6s);
            QTRY_COMPARE(bench.outside.failures[QStringLiteral("a/0")], 1 - i);
        }
        QTRY_COMPARE(code, int(HeadlessDriver::Refused)); // two retries, then it says so
    }
    void rollBackInTheMiddleOfAStep()
    {
        Bench bench({{QStringLiteral("a"), Phase::Prepare, {}, 1, false, {}, {}, {}, true}, {QStringLiteral("wait"), Phase::Prepare, {}, 2, true, {}, {}, {}, true}});
        Conductor& c = bench.open();
        c.start();
        QTRY_COMPARE(bench.stateOf(QStringLiteral("wait")), StepState::Running);
        SY_VERIFY_OK(c.rollBack(QStringLiteral("demo"), RunController::GainedRowsChoice::None));
        QTRY_COMPARE(c.state().phase, RunPhase::RolledBack);
        QCOMPARE(bench.stateOf(QStringLiteral("wait")), StepState::RolledBack);
        QCOMPARE(bench.outside.undone[QStringLiteral("a/0")], 1);
    }
    void aPersonDecidesAboutAStepInDoubt_data()
    {
        QTest::addColumn<bool>("accept");
        QTest::newRow("go on") << true;
        QTest::newRow("return to the start") << false;
    }
    void aPersonDecidesAboutAStepInDoubt()
    {
        QFETCH(bool, accept);
        Bench bench(shortPlan());
        allClosed(bench);
        bench.open().start();
        go(bench, QStringLiteral("freeze"));
        QTRY_COMPARE(bench.stateOf(QStringLiteral("switch")), StepState::NeedsYou);
        int calls = 0;
        bench.journal->dieBefore = static_cast<int>(bench.disk->records.size()) + 1 + 1 + 1 + 1 + 1 + 1; // confirmed, intent, call, answer, call, |answer
        bench.journal->onDeath = [&] { ++calls; QMetaObject::invokeMethod(&bench.clock, [&bench] { bench.conductor.reset(); }, Qt::QueuedConnection); };
        SY_VERIFY_OK(bench.conductor->confirm(QStringLiteral("switch"), QStringLiteral("demo"), QStringLiteral("held")));
        QTRY_VERIFY(!bench.conductor);
        Conductor& c = bench.open();
        c.start();
        QTRY_COMPARE(bench.stateOf(QStringLiteral("switch")), StepState::InDoubt);
        QVERIFY2(c.state().step(QStringLiteral("switch"))->doubt.startsWith(QStringLiteral("Step 4 was interrupted after 1 of 3 calls. 2 of 3 are there.")), qPrintable(c.state().step(QStringLiteral("switch"))->doubt));
        SY_VERIFY_OK(c.resolveDoubt(QStringLiteral("switch"), accept));
        if (accept) {
            QTRY_COMPARE(bench.stateOf(QStringLiteral("switch")), StepState::Passed);
            for (int i = 0; i < 3; ++i)
                QCOMPARE(bench.outside.sent[QStringLiteral("switch/%1").arg(i)], 1);
        } else {
            QTRY_COMPARE(bench.stateOf(QStringLiteral("switch")), StepState::NeedsYou);
            QVERIFY(!bench.outside.there[QStringLiteral("switch/0")]);
        }
    }
    void aFullDiskAtTheVeryStart()
    {
        Bench bench({{QStringLiteral("a"), Phase::Prepare, {}, 1, false, {}, {}, {}, true}});
        Conductor& c = bench.open();
        bench.journal->full = true;
        c.start();
        QTest::qWait(5);
        QVERIFY(bench.outside.sent.empty());
        QCOMPARE(c.state().findings.front().id, QStringLiteral("ENGINE-JOURNAL"));
        bench.journal->full = false;
        c.proceed();
        QTRY_COMPARE(c.state().phase, RunPhase::Complete);
        QVERIFY(c.state().findings.empty());
    }
    void aFullDiskStopsTheRunUntilThereIsRoom()
    {
        Bench bench({{QStringLiteral("a"), Phase::Prepare, {}, 1, false, {}, {}, {}, true}, {QStringLiteral("b"), Phase::Prepare, person(), 1, false, {}, {}, {}, true}});
        Conductor& c = bench.open();
        c.start();
        QTRY_COMPARE(bench.stateOf(QStringLiteral("b")), StepState::NeedsYou);
        bench.journal->full = true;
        const auto refused = c.confirm(QStringLiteral("b"), {}, QStringLiteral("held"));
        QCOMPARE(refused.error().kind, ErrorKind::Storage);
        QVERIFY(!bench.outside.sent.contains(QStringLiteral("b/0")));
        bench.journal->full = false;
        c.proceed();
        SY_VERIFY_OK(c.confirm(QStringLiteral("b"), {}, QStringLiteral("held")));
        QTRY_COMPARE(c.state().phase, RunPhase::Complete);
    }
    void measuredDowntimeSurvivesARestart()
    {
        Bench bench({{QStringLiteral("b"), Phase::Freeze, person(), 1, false, {}, {}, {}, true}});
        bench.open().start();
        const auto answer = [&](HostState state) {
            bench.conductor->addSample(QStringLiteral("demo.test"), {bench.clock.now(), state, 200, 5ms, {}, {}});
            bench.clock.advance(1s);
        };
        answer(HostState::Source);
        answer(HostState::Maintenance);
        answer(HostState::Maintenance);
        bench.open().start();
        bench.clock.advance(10s);
        bench.conductor->tick();
        QCOMPARE(bench.conductor->state().downtime, Milliseconds(12s));
        QVERIFY(bench.conductor->state().downtimeRunning);
        for (int i = 0; i < 3; ++i)
            answer(HostState::Target);
        bench.clock.advance(60s);
        bench.conductor->tick();
        QCOMPARE(bench.conductor->state().downtime, Milliseconds(12s));
        QVERIFY(!bench.conductor->state().downtimeRunning);
        QCOMPARE(bench.conductor->state().hosts.front().state, HostState::Target);
        const RunState told = project(bench.disk->records);
        QCOMPARE(told.hosts.front().downtime, Milliseconds(12s));
        QCOMPARE(told.downtime, Milliseconds(12s));
        // What visitors got, spell by spell, is the same live and from the journal alone.
        for (const RunState* state : {&told, &bench.conductor->state()}) {
            const std::vector<HostSpell>& spells = state->hosts.front().spells;
            QCOMPARE(spells.size(), std::size_t(3));
            QCOMPARE(spells[0].state, HostState::Source);
            QCOMPARE(spells[1].state, HostState::Maintenance);
            QCOMPARE(spells[2].state, HostState::Target);
            QVERIFY(spells[0].from < spells[1].from && spells[1].from < spells[2].from);
        }
    }

private:
    /// Goes to the end, or until before "close" and back. With `fresh` the bench is opened here.
    static int runOrRollBack(Bench& bench, bool back, bool fresh = true)
    {
        if (back)
            bench.options.untilStep = QStringLiteral("open");
        if (fresh)
            bench.options.headless = true;
        if (fresh || back) {
            const auto journal = bench.journal;
            const int after = journal ? journal->dieAfter : -1;
            const int before = journal ? journal->dieBefore : -1;
            const auto death = journal ? journal->onDeath : std::function<void()>();
            bench.open();
            bench.journal->dieAfter = after;
            bench.journal->dieBefore = before;
            bench.journal->onDeath = death;
        }
        const int code = unattended(bench, false);
        if (!back || code != 0 || bench.journal->dead || !bench.conductor)
            return code;
        if (!bench.conductor->rollBack(QStringLiteral("demo"), RunController::GainedRowsChoice::None))
            return bench.journal->dead ? -1 : 99;
        const bool ended = soon([&] { return bench.journal->dead || bench.conductor->state().phase == RunPhase::RolledBack; }, 5000);
        return ended && !bench.journal->dead ? 0 : 98;
    }
    static QStringList ends(const Bench& bench)
    {
        QStringList out;
        for (const StepView& step : bench.conductor->state().steps)
            out << step.id + u' ' + stepStateName(step.state);
        for (const auto& [call, there] : bench.outside.there)
            out << call + (there ? QStringLiteral(" there") : QStringLiteral(" gone"));
        for (const LentEntry& e : bench.conductor->state().lent)
            out << e.id + (e.open ? QStringLiteral(" open") : QStringLiteral(" closed"));
        out << (bench.conductor->state().seal.isEmpty() ? QStringLiteral("unsealed") : QStringLiteral("sealed"));
        return out;
    }
};

QTEST_GUILESS_MAIN(tst_Conductor)
#include "tst_Conductor.moc"
