#include "app/cutover/Clocks.h"
#include "app/cutover/DowntimeMeter.h"
#include "app/cutover/Guards.h"

#include <QTest>

using namespace switchyard;
using namespace switchyard::cutover;
using namespace std::chrono_literals;

namespace {
const TimePoint t0 = fromIsoUtc(QStringLiteral("2026-03-15T22:00:00Z"));

/// "SSMFTTT": one answer a second.
DowntimeMeter fed(const QString& answers)
{
    DowntimeMeter meter;
    Milliseconds at{0};
    for (const QChar c : answers) {
        ProbeSample sample;
        sample.at = t0 + at;
        sample.state = c == u'S' ? HostState::Source : c == u'T' ? HostState::Target : c == u'M' ? HostState::Maintenance : c == u'F' ? HostState::Failed : HostState::Unknown;
        meter.add(sample);
        at += 1s;
    }
    return meter;
}
StepView stepOf(const char* id, Milliseconds planned, StepState state)
{
    StepView s;
    s.id = QString::fromLatin1(id);
    s.planned = planned;
    s.state = state;
    return s;
}
} // namespace

class tst_Clocks : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void downtime_data()
    {
        QTest::addColumn<QString>("answers");
        QTest::addColumn<int>("seconds"); // ten seconds after the first answer
        QTest::addColumn<bool>("open");
        QTest::newRow("never away") << "SSSSTTTT" << 0 << false;
        QTest::newRow("one failure counts until the first of three good") << "SFTTT" << 1 << false;
        QTest::newRow("two good ones are not enough") << "SFTT" << 9 << true;
        QTest::newRow("a relapse goes on with the same spell") << "SMMTTFTTT" << 5 << false;
        QTest::newRow("maintenance, then the target fails, one spell") << "SMFFMTTT" << 4 << false;
        QTest::newRow("not knowing isn't good") << "SFTTUTTT" << 4 << false;
        QTest::newRow("not knowing isn't bad either") << "SUUUSSS" << 0 << false;
        QTest::newRow("two spells add up") << "FSSSFFTTT" << 3 << false;
        QTest::newRow("away from the first answer on") << "FF" << 10 << true;
    }
    void downtime()
    {
        QFETCH(QString, answers);
        QFETCH(int, seconds);
        QFETCH(bool, open);
        const DowntimeMeter meter = fed(answers);
        QCOMPARE(meter.downtime(t0 + 10s).count(), Milliseconds(Seconds(seconds)).count());
        QCOMPARE(meter.downSince().has_value(), open);
    }
    void meterGoesOnAfterARestart()
    {
        const DowntimeMeter first = fed(QStringLiteral("SFF"));
        DowntimeMeter again(first.closed(), first.downSince(), first.upSince());
        for (int i = 10; i < 13; ++i)
            again.add({t0 + Seconds(i), HostState::Target, 200, 5ms, {}, {}});
        QCOMPARE(again.closed(), Milliseconds(9s));
        QVERIFY(!again.downSince());
    }
    void worstHostOrAllOfThem()
    {
        std::vector<HostView> hosts(3);
        hosts[0].shortName = QStringLiteral("apex");
        hosts[1].shortName = QStringLiteral("www");
        hosts[2].shortName = QStringLiteral("api");
        QCOMPARE(worstDowntime(hosts).host, QString());
        hosts[2].downtime = 148s;
        QCOMPARE(worstDowntime(hosts).host, QStringLiteral("api"));
        hosts[0].downtime = 146s;
        hosts[1].downtime = 147s;
        QCOMPARE(worstDowntime(hosts).host, QStringLiteral("all hosts"));
        hosts[0].downtime = 20s;
        QCOMPARE(worstDowntime(hosts).host, QStringLiteral("api"));
        QCOMPARE(worstDowntime(hosts).downtime, Milliseconds(148s));
        hosts[2].upSince = t0;
        QVERIFY(worstDowntime(hosts).endedAt == t0);
        hosts[1].downSince = t0;
        QVERIFY(worstDowntime(hosts).running && !worstDowntime(hosts).endedAt);
    }
    void forecastFollowsTheMeasuredRate()
    {
        RunState s;
        s.phase = RunPhase::Running;
        s.startedAt = t0;
        s.steps = {stepOf("a", 60s, StepState::Passed), stepOf("b", 100s, StepState::Running), stepOf("c", 30s, StepState::Pending)};
        s.activeStep = QStringLiteral("b");
        s.steps[1].startedAt = t0 + 60s;
        const TimePoint now = t0 + 100s; // 40 s into b
        QVERIFY(forecast(s, now)->finish == now + 60s + 30s);
        QCOMPARE(forecast(s, now)->aheadOfPlan, Milliseconds(0));
        TaskProgress task;
        task.part = 0.2; // 40 s for a fifth: 160 s to go
        s.tasks = {task};
        QVERIFY(forecast(s, now)->finish == now + 160s + 30s);
        QCOMPARE(forecast(s, now)->aheadOfPlan, Milliseconds(-100s));
        s.tasks.clear();
        QVERIFY(forecast(s, t0 + 300s)->finish == t0 + 330s); // overrun: the rest isn't negative
        s.phase = RunPhase::RollingBack;
        QVERIFY(!forecast(s, now));
    }
    void wayBackAddsUpAndEndsAtThePoint()
    {
        RunState s;
        s.steps = {stepOf("ttl", 1s, StepState::Passed), stepOf("freeze", 1s, StepState::Passed), stepOf("skipped", 1s, StepState::Skipped),
                   stepOf("switch", 1s, StepState::Pending), stepOf("open", 1s, StepState::Pending), stepOf("close", 1s, StepState::Pending)};
        s.steps[0].undo = {true, {}, {}, 5s, 0s};
        s.steps[1].undo = {true, {}, {}, 20s, 0s};
        s.steps[2].undo = {true, {}, {}, 999s, 999s};
        s.steps[3].undo = {true, {}, {}, 6s, 60s};
        s.steps[4].undo = {true, {}, {}, 2s, 0s};
        s.steps[4].flags.pointOfNoReturn = true;
        s.steps[5].undo.needed = false;
        fillWayBack(s);
        QCOMPARE(s.steps[1].wayBack, Milliseconds(25s));
        QCOMPARE(s.steps[3].wayBack, Milliseconds(91s));
        QVERIFY(!s.steps[3].wayBackLosesData && s.steps[4].wayBackLosesData && !s.steps[4].pastPoint && s.steps[5].pastPoint);
    }
    void lastSafeReturnLeavesTimeForTheWayBack()
    {
        RunState s;
        s.startedAt = t0;
        s.activeStep = QStringLiteral("switch");
        s.steps = {stepOf("switch", 1s, StepState::NeedsYou)};
        s.steps[0].wayBack = 66s;
        s.steps[0].undo = {true, {}, {}, 6s, 60s};
        s.ttl = 60s;
        QVERIFY(!lastSafeReturn(s, {}, t0)); // no window, nobody away: no end to keep
        QVERIFY(lastSafeReturn(s, QStringLiteral("2026-03-15T23:00:00Z"), t0) == t0 + 3600s - 66s);
        s.ttl = 300s;
        QVERIFY(lastSafeReturn(s, QStringLiteral("2026-03-15T23:00:00Z"), t0) == t0 + 3600s - 66s - 240s);
        s.downtimeRunning = true;
        s.downtimeBudget = 900s;
        s.downtime = 100s;
        QVERIFY(lastSafeReturn(s, QStringLiteral("2026-03-15T23:00:00Z"), t0) == t0 + 800s - 66s - 240s);
        s.pastPoint = true;
        QVERIFY(!lastSafeReturn(s, QStringLiteral("2026-03-15T23:00:00Z"), t0));
    }
    void pointsTellWhenHostsDisagree()
    {
        std::vector<HostView> hosts(2);
        hosts[0].shortName = QStringLiteral("apex");
        hosts[1].shortName = QStringLiteral("api");
        hosts[0].state = hosts[1].state = HostState::Maintenance;
        QCOMPARE(pointsOf(hosts).state, HostState::Maintenance);
        hosts[0].state = HostState::Target;
        QCOMPARE(pointsOf(hosts).state, HostState::Failed);
        QCOMPARE(pointsOf(hosts).text, QStringLiteral("apex: target, api: held"));
    }
    void evidenceFades()
    {
        Evidence e{t0, QStringLiteral("14 of 14"), true, {}};
        QCOMPARE(freshness(e, t0 + 24h), Freshness::Good);
        e.data.insert(QStringLiteral("validForMs"), 60'000);
        QCOMPARE(freshness(e, t0 + 60s), Freshness::Good);
        QCOMPARE(freshness(e, t0 + 61s), Freshness::Unknown);
        const InterlockReading read{InterlockState::Closed, QStringLiteral("14 of 14"), t0, {}};
        QCOMPARE(aged(read, 60s, t0 + 30s).state, InterlockState::Closed);
        QCOMPARE(aged(read, 60s, t0 + 90s).state, InterlockState::Unknown);
    }
    void guardsInProportion()
    {
        const QString name = QStringLiteral("projectify");
        StepFlags flags;
        QCOMPARE(guardFor(flags, name, GuardStyle::Live).level, 0); // starts by itself
        flags.needsPerson = true;
        QCOMPARE(guardFor(flags, name, GuardStyle::Live).level, 2);
        QVERIFY(!pollNeeded(flags));
        flags.disruptive = true;
        QCOMPARE(guardFor(flags, name, GuardStyle::Live).level, 3);
        QCOMPARE(guardFor(flags, name, GuardStyle::Live).typedName, name);
        QCOMPARE(guardFor(flags, name, GuardStyle::Clicks).level, 1);
        flags.pointOfNoReturn = true;
        QCOMPARE(guardFor(flags, name, GuardStyle::Live).level, 4);
        QCOMPARE(guardFor(flags, name, GuardStyle::Live).hold, Milliseconds(3s));
        QVERIFY(pollNeeded(flags));
        flags = {};
        flags.needsPerson = true;
        flags.writes = false;
        QCOMPARE(guardFor(flags, name, GuardStyle::Live).level, 0);
        QCOMPARE(rollbackGuard(true, name, GuardStyle::Live).level, 4);
    }
};

QTEST_GUILESS_MAIN(tst_Clocks)
#include "tst_Clocks.moc"
