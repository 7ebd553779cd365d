#pragma once

#include "app/base/Awaiters.h"

namespace switchyard::cutover {

/// Wakes the one coroutine that waits for "something may have changed". A ring before the wait isn't lost. Main thread.
class Bell {
public:
    void ring()
    {
        m_rung = true;
        if (m_waker)
            m_waker->fire();
    }
    /// Error: Cancelled; after it nothing of the owner may be touched.
    [[nodiscard]] Task<> wait(std::stop_token stop)
    {
        if (!m_rung) {
            m_waker = Waker::create(stop);
            auto wait = m_waker->wait();
            co_await wait;
            SY_CO_ALIVE(stop);
            m_waker.reset();
        }
        m_rung = false;
        co_return Ok{};
    }

private:
    std::shared_ptr<Waker> m_waker;
    bool m_rung = false;
};

} // namespace switchyard::cutover
