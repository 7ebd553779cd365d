#include "app/base/ScaledClock.h"

#include <QFile>
#include <QTimer>

#include <atomic>
#include <utility>

namespace switchyard {

namespace {
qint64 wallMs()
{
    return std::chrono::duration_cast<Milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}
} // namespace

/// One straight line from wall time to run time. `version` is even when the line is whole (a sequence lock).
struct ScaledClock::Line {
    quint64 version = 0;
    qint64 wallStart = 0;
    qint64 runStart = 0;
    double rate = 1.0;
};

struct ScaledClock::Mapping {
    struct Shared {
        std::atomic<quint64> version;
        std::atomic<qint64> wallStart;
        std::atomic<qint64> runStart;
        std::atomic<double> rate;
    };
    QFile file;
    Shared* shared = nullptr;
    Shared own{};
};

ScaledClock::ScaledClock(const QString& path, QObject* parent) : Clock(parent), m_mapping(std::make_unique<Mapping>())
{
    constexpr qint64 size = sizeof(Mapping::Shared);
    m_mapping->file.setFileName(path);
    bool fresh = true;
    if (m_mapping->file.open(QIODevice::ReadWrite)) {
        fresh = m_mapping->file.size() < size;
        if (!fresh || m_mapping->file.resize(size))
            m_mapping->shared = reinterpret_cast<Mapping::Shared*>(m_mapping->file.map(0, size));
    }
    if (!m_mapping->shared) {
        m_mapping->shared = &m_mapping->own;
        fresh = true;
    }
    if (fresh) {
        const qint64 wall = wallMs();
        m_mapping->shared->wallStart = wall;
        m_mapping->shared->runStart = wall;
        m_mapping->shared->rate = 1.0;
        m_mapping->shared->version = 2;
    }
    m_seen = m_mapping->shared->version;
}

ScaledClock::~ScaledClock() = default;

ScaledClock::Line ScaledClock::read() const
{
    Line line;
    for (int tries = 0; tries < 1'000'000; ++tries) {
        line.version = m_mapping->shared->version.load();
        line.wallStart = m_mapping->shared->wallStart;
        line.runStart = m_mapping->shared->runStart;
        line.rate = m_mapping->shared->rate;
        if (line.version % 2 == 0 && line.version == m_mapping->shared->version.load())
            break;
    }
    return line;
}

TimePoint ScaledClock::now() const
{
    const Line line = read();
    const auto passed = static_cast<double>(wallMs() - line.wallStart) * line.rate;
    return TimePoint(Milliseconds(line.runStart + static_cast<qint64>(passed)));
}

double ScaledClock::rate() const { return read().rate; }

void ScaledClock::setRate(double rate)
{
    if (rate == this->rate())
        return;
    const qint64 run = now().time_since_epoch().count();
    ++m_mapping->shared->version;
    m_mapping->shared->wallStart = wallMs();
    m_mapping->shared->runStart = run;
    m_mapping->shared->rate = rate;
    m_seen = ++m_mapping->shared->version;
    Q_EMIT rateChanged();
}

void ScaledClock::watch()
{
    auto* timer = new QTimer(this);
    timer->setInterval(20);
    connect(timer, &QTimer::timeout, this, [this] {
        const quint64 version = m_mapping->shared->version;
        if (version != m_seen) {
            m_seen = version;
            Q_EMIT rateChanged();
        }
    });
    timer->start();
}

ClockGovernor::ClockGovernor(ScaledClock* clock, double speed, QObject* parent) : QObject(parent), m_clock(clock), m_speed(speed)
{
    m_clock->setRate(m_speed);
}

void ClockGovernor::setSpeed(double speed)
{
    m_speed = speed;
    if (m_inFlight == 0)
        m_clock->setRate(m_speed);
}

void ClockGovernor::enter()
{
    if (m_inFlight++ == 0)
        m_clock->setRate(1.0);
}

void ClockGovernor::leave()
{
    if (--m_inFlight == 0)
        m_clock->setRate(m_speed);
}

ClockGovernor::Guard::Guard(ClockGovernor* governor) : m_governor(governor)
{
    if (m_governor)
        m_governor->enter();
}
ClockGovernor::Guard::~Guard()
{
    if (m_governor)
        m_governor->leave();
}
ClockGovernor::Guard::Guard(Guard&& other) noexcept : m_governor(std::exchange(other.m_governor, nullptr)) {}
ClockGovernor::Guard& ClockGovernor::Guard::operator=(Guard&& other) noexcept
{
    if (this != &other) {
        if (m_governor)
            m_governor->leave();
        m_governor = std::exchange(other.m_governor, nullptr);
    }
    return *this;
}

} // namespace switchyard
