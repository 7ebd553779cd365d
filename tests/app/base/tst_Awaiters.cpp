#include "app/base/Awaiters.h"
#include "app/base/BlockingWorker.h"
#include "app/base/ScaledClock.h"
#include "app/base/StopScope.h"
#include "tests/kit/FakeClock.h"
#include "tests/kit/TestLoop.h"

#include <QTemporaryDir>
#include <QTest>

using namespace switchyard;
using namespace std::chrono_literals;

class Emitter : public QObject {
    Q_OBJECT
Q_SIGNALS:
    void done();
};

class tst_Awaiters : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sleepFollowsTheRunClock()
    {
        test::FakeClock clock;
        bool over = false;
        auto body = [](Clock* c, bool* flag, std::stop_token stop) -> Task<> {
            SY_CO_CHECK(co_await sleepFor(c, 60s, stop));
            *flag = true;
            co_return Ok{};
        };
        StopScope scope;
        scope.spawn(QStringLiteral("sleep"), body(&clock, &over, scope.token()));
        clock.advance(59s);
        QTest::qWait(5);
        QVERIFY(!over);
        clock.advance(2s);
        QTRY_VERIFY(over);
        QTRY_COMPARE(scope.running(), 0);
    }
    void stopWakesASleeper()
    {
        test::FakeClock clock;
        std::stop_source source;
        auto task = sleepFor(&clock, 1h, source.get_token());
        source.request_stop();
        const auto result = test::run(std::move(task), 2s);
        QVERIFY(!result);
        QCOMPARE(result.error().kind, ErrorKind::Cancelled);
    }
    void signalThatFiresAndSenderThatDies()
    {
        auto emitter = std::make_unique<Emitter>();
        auto first = nextSignal(emitter.get(), &Emitter::done, 0ms, {});
        QMetaObject::invokeMethod(emitter.get(), &Emitter::done, Qt::QueuedConnection);
        SY_VERIFY_OK(test::run(std::move(first), 2s));
        auto second = nextSignal(emitter.get(), &Emitter::done, 0ms, {});
        emitter.reset();
        const auto gone = test::run(std::move(second), 2s);
        QCOMPARE(gone.error().kind, ErrorKind::Internal);
        Emitter silent;
        const auto late = test::run(nextSignal(&silent, &Emitter::done, 20ms, {}), 2s);
        QCOMPARE(late.error().kind, ErrorKind::Timeout);
    }
    void workerAnswersAndStops()
    {
        BlockingWorker worker(QStringLiteral("test"));
        const auto sum = test::run(worker.run<int>([](std::stop_token) -> Result<int> { return 42; }, {}), 2s);
        SY_VERIFY_OK(sum);
        QCOMPARE(sum.value(), 42);
        std::stop_source source;
        std::atomic<bool> asked = false;
        auto endless = worker.run<int>([&asked](std::stop_token stop) -> Result<int> {
            while (!stop.stop_requested())
                std::this_thread::yield();
            asked = true;
            return 0;
        }, source.get_token());
        source.request_stop();
        QCOMPARE(test::run(std::move(endless), 2s).error().kind, ErrorKind::Cancelled);
        QTRY_VERIFY(asked);
    }
    void twoProcessesShareOneLine()
    {
        QTemporaryDir dir;
        ScaledClock app(dir.filePath(QStringLiteral("clock")));
        ScaledClock world(dir.filePath(QStringLiteral("clock")));
        app.setRate(60);
        QCOMPARE(world.rate(), 60.0);
        QVERIFY(std::chrono::abs(app.now() - world.now()) < 500ms);
        ClockGovernor governor(&app, 10);
        QCOMPARE(world.rate(), 10.0);
        {
            const auto outer = governor.work();
            const auto inner = governor.work();
            QCOMPARE(world.rate(), 1.0);
        }
        QCOMPARE(world.rate(), 10.0);
    }
};

QTEST_GUILESS_MAIN(tst_Awaiters)
#include "tst_Awaiters.moc"
