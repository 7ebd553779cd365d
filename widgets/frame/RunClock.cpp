#include "widgets/frame/RunClock.h"

#include <algorithm>

namespace switchyard::ui {

RunClock::RunClock(QObject* parent) : QObject(parent)
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        Q_EMIT second();
        arm();
    });
}

void RunClock::setRun(cutover::RunController* run)
{
    if (m_run)
        m_run->disconnect(this);
    m_run = run;
    m_told.start();
    if (!m_run) {
        m_timer.stop();
        return;
    }
    connect(m_run, &cutover::RunController::changed, this, [this] { m_told.restart(); });
    connect(m_run, &QObject::destroyed, this, [this] {
        m_run = nullptr;
        m_timer.stop();
    });
    arm();
}

Milliseconds RunClock::sinceTold() const
{
    if (!m_run || m_run->state().phase == cutover::RunPhase::NotStarted || m_run->state().endedAt)
        return Milliseconds(0);
    // Bounded, so that a controller that fell silent doesn't let the screen run away from the facts.
    const double wall = static_cast<double>(std::min<qint64>(m_told.elapsed(), 3000));
    return Milliseconds(static_cast<qint64>(wall * m_run->state().rateNow));
}

TimePoint RunClock::now() const
{
    if (!m_run)
        return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
    return m_run->state().now + sinceTold();
}

void RunClock::arm()
{
    if (!m_run)
        return;
    // At the next full second of the run's clock, at most once a wall second.
    const qint64 past = now().time_since_epoch().count() % 1000;
    m_timer.start(m_run->state().rateNow > 1.5 ? 1000 : static_cast<int>(1000 - past));
}

} // namespace switchyard::ui
