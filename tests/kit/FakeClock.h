#pragma once

#include "app/base/Clock.h"

namespace switchyard::test {

/// A clock that stands still until advance() is called.
class FakeClock final : public Clock {
    Q_OBJECT
public:
    explicit FakeClock(TimePoint start = fromIsoUtc(QStringLiteral("2026-03-15T22:00:00Z"))) : m_now(start) {}
    [[nodiscard]] TimePoint now() const override { return m_now; }
    void advance(Milliseconds by)
    {
        m_now += by;
        Q_EMIT rateChanged();
    }

private:
    TimePoint m_now;
};

} // namespace switchyard::test
