#include "tests/endtoend/Sweep.h"

#include <QTest>

using namespace switchyard::endtoend;

/// The crash sweep at every record, and with the world killed together with the program.
class tst_CrashSweepAll : public QObject {
    Q_OBJECT

    static constexpr int stride = 9;

    std::map<QString, int> m_effects;

private Q_SLOTS:
    void initTestCase()
    {
        Sweep calm;
        calm.start();
        const Ended ended = calm.take();
        QVERIFY2(ended.code == 0, ended.all().constData());
        const Sweep::Result result = calm.look();
        QVERIFY2(result.problems.isEmpty(), qPrintable(result.problems.join(u'\n')));
        m_effects = result.effects;
        const QStringList problems = calm.finish();
        QVERIFY2(problems.isEmpty(), qPrintable(problems.join(u'\n')));
    }

    void atEveryRecord_data()
    {
        QTest::addColumn<int>("first");
        QTest::addColumn<bool>("worldToo");
        // A process dies at its N-th record, the ones that resume it after `stride` more: over all rows no record is left out.
        for (int first = 1; first <= stride; ++first) {
            QTest::addRow("app, from record %d", first) << first << false;
            if (first % 3 == 1)
                QTest::addRow("app and world, from record %d", first) << first << true;
        }
    }
    void atEveryRecord()
    {
        QFETCH(int, first);
        QFETCH(bool, worldToo);
        Sweep sweep;
        sweep.start(QStringLiteral("record:%1").arg(first));
        while (true) {
            const Ended ended = sweep.take();
            if (!ended.killed) {
                QVERIFY2(ended.code == 0, ended.all().constData());
                break;
            }
            QVERIFY2(++sweep.kills < 120, "the run doesn't come forward");
            if (worldToo)
                sweep.killWorld();
            sweep.start(QStringLiteral("record:%1").arg(stride));
        }
        QVERIFY(sweep.kills >= 5);
        const Sweep::Result result = sweep.look();
        QVERIFY2(result.problems.isEmpty(), qPrintable(result.problems.join(u'\n')));
        QCOMPARE(result.effects, m_effects);
        const QStringList problems = sweep.finish();
        QVERIFY2(problems.isEmpty(), qPrintable(problems.join(u'\n')));
    }
};

QTEST_GUILESS_MAIN(tst_CrashSweepAll)
#include "tst_CrashSweepAll.moc"
