#pragma once

#include "app/base/Awaiters.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>

namespace switchyard {

/// One thread with a queue, for work that blocks (libpq, SQLite, file indexing). A connection belongs to one worker for its whole life;
/// only values cross. The job gets a stop token of its own that fires when the awaiting coroutine is stopped or the worker goes.
class BlockingWorker {
public:
    explicit BlockingWorker(QString name);
    /// Asks the running job to stop and waits for it.
    ~BlockingWorker();
    BlockingWorker(const BlockingWorker&) = delete;
    BlockingWorker& operator=(const BlockingWorker&) = delete;

    /// Queues a job without waiting for it. Any thread.
    void post(std::function<void(std::stop_token)> job);

    /// Runs `job` (std::stop_token -> Result<T>) on the worker and resumes the caller on the main thread. When `stop` fires, the caller
    /// goes on at once with Cancelled and the job is asked to stop. Name the closure before the co_await (GCC 12.2).
    template<typename T>
    [[nodiscard]] Task<T> run(std::function<Result<T>(std::stop_token)> job, std::stop_token stop)
    {
        auto waker = Waker::create(stop);
        auto outcome = std::make_shared<std::optional<Result<T>>>();
        auto ask = std::make_shared<std::stop_source>();
        std::function<void(std::stop_token)> boxed = [waker, outcome, ask, job = std::move(job)](std::stop_token worker) {
            std::stop_callback both(worker, [ask] { ask->request_stop(); });
            *outcome = job(ask->get_token());
            waker->fire();
        };
        post(std::move(boxed));
        return await<T>(std::move(waker), std::move(outcome), std::move(ask), std::move(stop));
    }

private:
    template<typename T>
    static Task<T> await(std::shared_ptr<Waker> waker, std::shared_ptr<std::optional<Result<T>>> outcome, std::shared_ptr<std::stop_source> ask,
                         std::stop_token stop)
    {
        auto wait = waker->wait();
        co_await wait;
        if (stop.stop_requested()) {
            ask->request_stop();
            co_return Error::cancelled();
        }
        co_return std::move(**outcome);
    }

    void loop(std::stop_token stop);
    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::deque<std::function<void(std::stop_token)>> m_jobs;
    QString m_name;
    std::jthread m_thread;
};

} // namespace switchyard
