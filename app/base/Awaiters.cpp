#include "app/base/Awaiters.h"

#include <QCoreApplication>
#include <QTimer>

#include <mutex>

namespace switchyard {

struct Waker::Private {
    std::mutex mutex;
    std::coroutine_handle<> handle;
    bool fired = false;
    bool posted = false;
    std::stop_token stop;
    std::unique_ptr<std::stop_callback<std::function<void()>>> onStop;
};

Waker::Waker(std::stop_token stop) : d(std::make_unique<Private>()) { d->stop = std::move(stop); }
Waker::~Waker() = default;

std::shared_ptr<Waker> Waker::create(std::stop_token stop)
{
    return std::shared_ptr<Waker>(new Waker(std::move(stop)));
}

void Waker::fire()
{
    {
        const std::lock_guard lock(d->mutex);
        d->fired = true;
        if (!d->handle || d->posted)
            return;
        d->posted = true;
    }
    post();
}

void Waker::arm(std::coroutine_handle<> handle)
{
    bool now = false;
    {
        const std::lock_guard lock(d->mutex);
        d->handle = handle;
        now = d->fired && !d->posted;
        d->posted = d->posted || now;
    }
    if (now) {
        post();
        return;
    }
    if (d->stop.stop_possible()) {
        // Weak: the token may outlive the coroutine by far.
        std::weak_ptr<Waker> weak = weak_from_this();
        auto callback = std::make_unique<std::stop_callback<std::function<void()>>>(d->stop, [weak] {
            if (auto self = weak.lock())
                self->fire();
        });
        const std::lock_guard lock(d->mutex);
        d->onStop = std::move(callback);
    }
}

void Waker::post()
{
    auto self = shared_from_this();
    QMetaObject::invokeMethod(
        QCoreApplication::instance(),
        [self] {
            std::unique_ptr<std::stop_callback<std::function<void()>>> callback;
            std::coroutine_handle<> handle;
            {
                const std::lock_guard lock(self->d->mutex);
                callback = std::move(self->d->onStop);
                handle = std::exchange(self->d->handle, {});
            }
            callback.reset();
            if (auto cleanup = std::exchange(self->m_cleanup, {}))
                cleanup();
            if (handle)
                handle.resume();
        },
        Qt::QueuedConnection);
}

Task<> sleepFor(Clock* clock, Milliseconds duration, std::stop_token stop)
{
    QPointer<Clock> alive(clock);
    const TimePoint due = clock->now() + duration;
    while (true) {
        if (stop.stop_requested() || !alive)
            co_return Error::cancelled();
        const Milliseconds left = due - alive->now();
        if (left <= Milliseconds::zero())
            co_return Ok{};
        auto waker = Waker::create(stop);
        auto timer = std::make_shared<QTimer>();
        timer->setSingleShot(true);
        timer->setTimerType(Qt::PreciseTimer);
        QObject::connect(timer.get(), &QTimer::timeout, timer.get(), [waker] { waker->fire(); });
        QObject::connect(alive.data(), &Clock::rateChanged, timer.get(), [waker] { waker->fire(); });
        QObject::connect(alive.data(), &QObject::destroyed, timer.get(), [waker] { waker->fire(); });
        const auto wall = static_cast<qint64>(static_cast<double>(left.count()) / alive->rate()) + 1;
        timer->start(std::chrono::milliseconds(std::min<qint64>(wall, 3'600'000)));
        auto wait = waker->wait();
        co_await wait;
    }
}

Task<> sleepReal(Milliseconds duration, std::stop_token stop)
{
    auto waker = Waker::create(stop);
    auto timer = std::make_shared<QTimer>();
    timer->setSingleShot(true);
    QObject::connect(timer.get(), &QTimer::timeout, timer.get(), [waker] { waker->fire(); });
    timer->start(duration);
    auto wait = waker->wait();
    co_await wait;
    SY_CO_ALIVE(stop);
    co_return Ok{};
}

namespace detail {
Task<> awaitSignal(std::shared_ptr<Waker> waker, std::shared_ptr<bool> seen, Milliseconds limit, std::stop_token stop)
{
    auto late = std::make_shared<bool>(false);
    auto timer = std::make_shared<QTimer>();
    if (limit > Milliseconds::zero()) {
        timer->setSingleShot(true);
        QObject::connect(timer.get(), &QTimer::timeout, timer.get(), [waker, late] {
            *late = true;
            waker->fire();
        });
        timer->start(limit);
    }
    auto wait = waker->wait();
    co_await wait;
    if (*seen)
        co_return Ok{};
    SY_CO_ALIVE(stop);
    if (*late) {
        Error error = Error::invalid(QStringLiteral("Nothing answered within %1.").arg(durationProse(limit)));
        error.kind = ErrorKind::Timeout;
        error.retryable = true;
        co_return error;
    }
    co_return Error::internal(QStringLiteral("the sender of a signal was destroyed"));
}
} // namespace detail

} // namespace switchyard
