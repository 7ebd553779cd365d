#pragma once

#include "app/base/Clock.h"
#include "app/base/Task.h"

#include <QPointer>

#include <atomic>
#include <coroutine>
#include <functional>
#include <memory>
#include <stop_token>

namespace switchyard {

/// Resumes one suspended coroutine exactly once, on the main thread, from a queued event. The base of every awaiter: fire() may be
/// called from any thread and any number of times, the first wins. `stop` fires it too.
class Waker : public std::enable_shared_from_this<Waker> {
public:
    static std::shared_ptr<Waker> create(std::stop_token stop);
    ~Waker();
    void fire();
    /// Runs on the main thread just before the coroutine goes on, or never.
    void onWake(std::function<void()> cleanup) { m_cleanup = std::move(cleanup); }

    struct Awaiter {
        std::shared_ptr<Waker> waker;
        [[nodiscard]] bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> handle) { waker->arm(handle); }
        void await_resume() const noexcept {}
    };
    [[nodiscard]] Awaiter wait() { return Awaiter{shared_from_this()}; }

private:
    explicit Waker(std::stop_token stop);
    void arm(std::coroutine_handle<> handle);
    void post();
    struct Private;
    std::unique_ptr<Private> d;
    std::function<void()> m_cleanup;
};

/// Sleeps until `clock` has moved by `duration`. Error: Cancelled.
[[nodiscard]] Task<> sleepFor(Clock* clock, Milliseconds duration, std::stop_token stop);
/// Sleeps by the wall clock: for back-off and polls of real servers. Error: Cancelled.
[[nodiscard]] Task<> sleepReal(Milliseconds duration, std::stop_token stop);

/// Waits until `signal` of `sender` fires or the sender dies. Errors: Cancelled; Internal when the sender died; Timeout after `limit`
/// of wall time (0: none).
template<typename Sender, typename Signal>
[[nodiscard]] Task<> nextSignal(Sender* sender, Signal signal, Milliseconds limit, std::stop_token stop);

namespace detail {
[[nodiscard]] Task<> awaitSignal(std::shared_ptr<Waker> waker, std::shared_ptr<bool> seen, Milliseconds limit, std::stop_token stop);
}

template<typename Sender, typename Signal>
Task<> nextSignal(Sender* sender, Signal signal, Milliseconds limit, std::stop_token stop)
{
    auto waker = Waker::create(stop);
    auto seen = std::make_shared<bool>(false);
    auto* context = new QObject(sender);
    QObject::connect(sender, signal, context, [waker, seen] {
        *seen = true;
        waker->fire();
    });
    QObject::connect(context, &QObject::destroyed, context, [waker] { waker->fire(); });
    QPointer<QObject> guard(context);
    waker->onWake([guard] { delete guard.data(); });
    return detail::awaitSignal(std::move(waker), std::move(seen), limit, std::move(stop));
}

} // namespace switchyard
