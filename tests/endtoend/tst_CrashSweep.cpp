#include "tests/endtoend/Sweep.h"

#include <QTest>

#include <array>

using namespace switchyard::endtoend;

/// kill -9 at every intent of a short plan; what was begun is ended by resume, and nothing is sent twice.
class tst_CrashSweep : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void atEveryIntent()
    {
        // Undisturbed: what a run writes down and sends.
        QStringList intents;
        std::map<QString, int> effects;
        {
            Sweep calm;
            calm.start();
            const Ended ended = calm.take();
            QVERIFY2(ended.code == 0, ended.all().constData());
            for (const Record& r : journalOf(calm.run())) {
                if (r.kind == u"intent" && !intents.contains(r.intentName()))
                    intents << r.intentName();
            }
            const Sweep::Result result = calm.look();
            QVERIFY2(result.problems.isEmpty(), qPrintable(result.problems.join(u'\n')));
            effects = result.effects;
            const QStringList problems = calm.finish();
            QVERIFY2(problems.isEmpty(), qPrintable(problems.join(u'\n')));
        }
        QVERIFY2(intents.size() >= 18, qPrintable(intents.join(u'\n')));
        QVERIFY(effects.size() >= 5);

        // Two runs side by side: one dies at the intents with an even number, one at the others, so that each is killed once after an
        // undisturbed piece.
        std::array<Sweep, 2> sweeps;
        std::array<qsizetype, 2> next{0, 1};
        const auto begin = [&](std::size_t i) {
            const bool more = next[i] < intents.size();
            sweeps[i].start(more ? QStringLiteral("intent:") + intents[next[i]] : QString());
        };
        begin(0);
        begin(1);
        std::array<bool, 2> done{false, false};
        while (!done[0] || !done[1]) {
            const bool moved = QTest::qWaitFor([&] { return (!done[0] && sweeps[0].ended()) || (!done[1] && sweeps[1].ended()); }, 60'000);
            QVERIFY(moved);
            for (std::size_t i = 0; i < 2; ++i) {
                if (done[i] || !sweeps[i].ended())
                    continue;
                const Ended ended = sweeps[i].take();
                if (next[i] >= intents.size()) {
                    QVERIFY2(ended.code == 0, ended.all().constData());
                    done[i] = true;
                    continue;
                }
                QVERIFY2(ended.killed, (intents[next[i]].toUtf8() + " wasn't reached: " + ended.all()).constData());
                ++sweeps[i].kills;
                next[i] += 2;
                begin(i);
            }
        }
        QCOMPARE(sweeps[0].kills + sweeps[1].kills, intents.size());
        for (Sweep& sweep : sweeps) {
            const Sweep::Result result = sweep.look();
            QVERIFY2(result.problems.isEmpty(), qPrintable(result.problems.join(u'\n')));
            QCOMPARE(result.effects, effects);
            const QStringList problems = sweep.finish();
            QVERIFY2(problems.isEmpty(), qPrintable(problems.join(u'\n')));
        }
    }
};

QTEST_GUILESS_MAIN(tst_CrashSweep)
#include "tst_CrashSweep.moc"
