#include "app/rehearsal/GoLiveGate.h"
#include "tests/kit/TestLoop.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace switchyard;
using namespace switchyard::rehearsal;
using namespace std::chrono_literals;

namespace {
RehearsalEntry entry(const QByteArray& digest, bool complete, bool headless)
{
    RehearsalEntry e;
    e.plan = QStringLiteral("demo");
    e.digest = digest;
    e.at = fromIsoUtc(QStringLiteral("2026-03-15T22:00:00Z"));
    e.complete = complete;
    e.headless = headless;
    e.downtime = 218s;
    e.directory = QStringLiteral("/runs/") + QString::fromLatin1(digest) + (complete ? u'c' : u'i') + (headless ? u'h' : u'p');
    return e;
}
QStringList ids(const std::vector<OpenCondition>& open)
{
    QStringList out;
    for (const OpenCondition& c : open)
        out << c.id;
    return out;
}
} // namespace

class tst_Gate : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    plan::Plan m_plan;
private Q_SLOTS:
    void init()
    {
        m_plan.name = QStringLiteral("demo");
        m_plan.digest = "one";
    }
    void onlyAPersonsCompleteRehearsalOfThisVersionOpensIt()
    {
        auto history = RehearsalHistory::load(m_dir.filePath(QStringLiteral("deep/history.json")));
        QCOMPARE(ids(goLiveGate(m_plan, history, {}, 900s)), QStringList{QStringLiteral("rehearsal")});
        SY_VERIFY_OK(history.add(entry("one", false, false)));
        SY_VERIFY_OK(history.add(entry("one", true, true)));
        QCOMPARE(ids(goLiveGate(m_plan, history, {}, 900s)), QStringList{QStringLiteral("rehearsal")});
        SY_VERIFY_OK(history.add(entry("older", true, false)));
        QCOMPARE(ids(goLiveGate(m_plan, history, {}, 900s)), QStringList{QStringLiteral("rehearsal")});
        SY_VERIFY_OK(history.add(entry("one", true, false)));
        // Read again: what counts is what is on disk.
        const auto again = RehearsalHistory::load(m_dir.filePath(QStringLiteral("deep/history.json")));
        QCOMPARE(again.count(QStringLiteral("demo")), 4);
        QVERIFY(goLiveGate(m_plan, again, {}, 900s).empty());
        m_plan.digest = "edited";
        QCOMPARE(ids(goLiveGate(m_plan, again, {}, 900s)), QStringList{QStringLiteral("rehearsal")});
    }
    void failuresAndBudget()
    {
        auto history = RehearsalHistory::load(m_dir.filePath(QStringLiteral("two.json")));
        SY_VERIFY_OK(history.add(entry("one", true, false)));
        cutover::Finding finding;
        finding.severity = cutover::Severity::Caution;
        QVERIFY(goLiveGate(m_plan, history, {finding}, 900s).empty());
        finding.severity = cutover::Severity::Failure;
        QCOMPARE(ids(goLiveGate(m_plan, history, {finding}, 0ms)), QStringList({QStringLiteral("failures"), QStringLiteral("budget")}));
        QCOMPARE(ids(goLiveGate(m_plan, history, {}, 200s)), QStringList{QStringLiteral("downtime")});
    }
    void aResumedRunIsOneEntryAndADamagedFileShutsTheGate()
    {
        const QString file = m_dir.filePath(QStringLiteral("three.json"));
        auto history = RehearsalHistory::load(file);
        RehearsalEntry e = entry("one", false, false);
        SY_VERIFY_OK(history.add(e));
        e.complete = true;
        SY_VERIFY_OK(history.add(e));
        QCOMPARE(history.count(QStringLiteral("demo")), 1);
        QVERIFY(goLiveGate(m_plan, history, {}, 900s).empty());
        QFile damaged(file);
        QVERIFY(damaged.open(QIODevice::WriteOnly));
        damaged.write("{\"rehearsals\": [{\"plan");
        damaged.close();
        QCOMPARE(ids(goLiveGate(m_plan, RehearsalHistory::load(file), {}, 900s)), QStringList{QStringLiteral("rehearsal")});
    }
    void whatARunLeaves()
    {
        cutover::RunState s;
        s.planName = QStringLiteral("demo");
        s.startedAt = fromIsoUtc(QStringLiteral("2026-03-15T22:00:00Z"));
        s.now = *s.startedAt + 100s;
        cutover::StepView step;
        step.id = s.activeStep = QStringLiteral("switch");
        step.title = QStringLiteral("Switch");
        s.steps = {step};
        s.downtime = 5s;
        const TimePoint now{};
        QCOMPARE(entryOf(s, "one", {}, now).stoppedAt, QStringLiteral("Switch"));
        QVERIFY(!entryOf(s, "one", {}, now).complete);
        s.phase = cutover::RunPhase::Complete;
        QVERIFY(!entryOf(s, "one", {}, now).complete); // not sealed
        s.seal = QStringLiteral("abc");
        s.endedAt = *s.startedAt + 90s;
        QVERIFY(entryOf(s, "one", {}, now).complete);
        QCOMPARE(entryOf(s, "one", {}, now).duration, Milliseconds(90s));
    }
};

QTEST_GUILESS_MAIN(tst_Gate)
#include "tst_Gate.moc"
