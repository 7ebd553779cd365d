#include "app/base/BlockingWorker.h"

#include <pthread.h>

namespace switchyard {

BlockingWorker::BlockingWorker(QString name) : m_name(std::move(name))
{
    m_thread = std::jthread([this](std::stop_token stop) { loop(std::move(stop)); });
    pthread_setname_np(m_thread.native_handle(), m_name.left(15).toUtf8().constData());
}

BlockingWorker::~BlockingWorker()
{
    m_thread.request_stop();
    m_wake.notify_all();
}

void BlockingWorker::post(std::function<void(std::stop_token)> job)
{
    {
        const std::lock_guard lock(m_mutex);
        m_jobs.push_back(std::move(job));
    }
    m_wake.notify_one();
}

void BlockingWorker::loop(std::stop_token stop)
{
    while (!stop.stop_requested()) {
        std::function<void(std::stop_token)> job;
        {
            std::unique_lock lock(m_mutex);
            if (!m_wake.wait(lock, stop, [this] { return !m_jobs.empty(); }))
                return;
            job = std::move(m_jobs.front());
            m_jobs.pop_front();
        }
        job(stop);
    }
}

} // namespace switchyard
