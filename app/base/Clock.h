#pragma once

#include "app/base/Units.h"

#include <QObject>

namespace switchyard {

/// The time of a run. Time-outs of sockets and SQL never use it: they are real. TTLs, certificate delays and probe cadences do.
/// Main thread only. A rehearsal's clock may run faster than the wall while everything only waits.
class Clock : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    [[nodiscard]] virtual TimePoint now() const = 0;
    /// Run seconds per wall second, at least 1.
    [[nodiscard]] virtual double rate() const { return 1.0; }

Q_SIGNALS:
    /// The rate changed or time was moved: everything that sleeps must look at now() again.
    void rateChanged();
};

/// The wall clock.
class SystemClock final : public Clock {
    Q_OBJECT
public:
    using Clock::Clock;
    [[nodiscard]] TimePoint now() const override;
};

} // namespace switchyard
