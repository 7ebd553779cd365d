#pragma once

#include "app/base/Clock.h"

#include <memory>

namespace switchyard {

/// A clock that several processes share through one small file: the app writes its rate, the rehearsed world follows. Time never
/// jumps or goes back: a change of rate starts a new straight line at the present instant.
class ScaledClock final : public Clock {
    Q_OBJECT
public:
    /// Opens or creates `file`; a new one starts at the wall's time with rate 1. Throws nothing; an unusable file gives the wall clock.
    explicit ScaledClock(const QString& file, QObject* parent = nullptr);
    ~ScaledClock() override;

    [[nodiscard]] TimePoint now() const override;
    [[nodiscard]] double rate() const override;
    /// Sets the rate for every process that shares the file; emits rateChanged() here. Others notice within 20 ms of wall time when
    /// they call watch().
    void setRate(double rate);
    /// Starts looking for changes that another process made, every 20 ms.
    void watch();

private:
    struct Line;
    struct Mapping;
    [[nodiscard]] Line read() const;
    std::unique_ptr<Mapping> m_mapping;
    quint64 m_seen = 0;
};

/// Keeps a rehearsal's clock at 1:1 while real work is in flight. The conductor and the clients hold a Guard around real work; when the
/// last one goes, the clock runs at the chosen speed again.
class ClockGovernor final : public QObject {
    Q_OBJECT
public:
    /// `speed` is 1, 10 or 60.
    ClockGovernor(ScaledClock* clock, double speed, QObject* parent = nullptr);

    class Guard {
    public:
        Guard() = default;
        explicit Guard(ClockGovernor* governor);
        ~Guard();
        Guard(Guard&& other) noexcept;
        Guard& operator=(Guard&& other) noexcept;
        Guard(const Guard&) = delete;
        Guard& operator=(const Guard&) = delete;

    private:
        ClockGovernor* m_governor = nullptr;
    };
    [[nodiscard]] Guard work() { return Guard(this); }
    [[nodiscard]] double speed() const { return m_speed; }
    void setSpeed(double speed);

private:
    void enter();
    void leave();
    ScaledClock* m_clock;
    double m_speed;
    int m_inFlight = 0;
};

} // namespace switchyard
