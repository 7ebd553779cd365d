#include "widgets/logs/LogLook.h"

#include <QDateTime>

#include <algorithm>

namespace switchyard::ui {

using namespace cutover;

QString logClockName(LogClock clock)
{
    switch (clock) {
    case LogClock::Utc: return QStringLiteral("UTC");
    case LogClock::Elapsed: return QStringLiteral("T+");
    case LogClock::Local: return QStringLiteral("Local");
    }
    return {};
}

QString logTime(TimePoint time, LogClock clock, const std::optional<TimePoint>& start, bool milliseconds)
{
    if (clock == LogClock::Elapsed && start) {
        const Milliseconds since = time - *start;
        return (since < Milliseconds::zero() ? QStringLiteral("T-") : QStringLiteral("T+")) + hoursMinutesSeconds(std::chrono::abs(since));
    }
    if (clock == LogClock::Local)
        return QDateTime::fromMSecsSinceEpoch(time.time_since_epoch().count()).toString(milliseconds ? QStringLiteral("HH:mm:ss.zzz") : QStringLiteral("HH:mm:ss"));
    return milliseconds ? clockUtcMs(time) : clockUtc(time);
}

void LogLook::read(const RunState& state)
{
    m_sides.clear();
    for (const ProviderView& p : state.providers) {
        for (const QString& name : {p.provider, p.account}) {
            m_letters.insert(name, p.monogram);
            m_titles.insert(name, p.name);
            m_sides.insert(name, p.dns ? SideTone::None : p.side == Side::Source ? SideTone::Source : SideTone::Target);
        }
    }
}

QString LogLook::letters(const QString& source) const
{
    if (const auto it = m_letters.constFind(source); it != m_letters.constEnd() && !it->isEmpty())
        return *it;
    if (source == QLatin1String("switchyard"))
        return QStringLiteral("Sy");
    return source.left(1).toUpper() + source.mid(1, 1).toLower();
}

QString LogLook::title(const QString& source) const
{
    if (const auto it = m_titles.constFind(source); it != m_titles.constEnd() && !it->isEmpty())
        return *it;
    return source.left(1).toUpper() + source.mid(1);
}

Role LogLook::tone(const QString& source) const
{
    switch (side(source)) {
    case SideTone::Source: return Role::Source;
    case SideTone::Target: return Role::Target;
    case SideTone::None: break;
    }
    return source == QLatin1String("switchyard") ? Role::Text1 : Role::Text2;
}

std::vector<logs::LogRule> logRules(const RunState& state)
{
    std::vector<logs::LogRule> rules;
    for (const StepView& step : state.steps) {
        if (!step.startedAt)
            continue;
        const QString by = step.ownerInitials.isEmpty() ? QString() : QStringLiteral(", confirmed by %1").arg(state.operatorName);
        rules.push_back({*step.startedAt, QStringLiteral("Step %1, %2%3").arg(step.number).arg(step.title, by), logs::LogRule::Kind::Step});
    }
    for (const EventView& event : state.events) {
        if (event.pointOfNoReturn) {
            const QString what = event.text.startsWith(QStringLiteral("Point of no return")) ? event.text : QStringLiteral("Point of no return passed. %1").arg(event.text);
            rules.push_back({event.at, event.by.isEmpty() || event.by == QLatin1String("automatic") ? what : what + QStringLiteral(", by ") + event.by, logs::LogRule::Kind::PointOfNoReturn});
        }
        else if (event.severity == Severity::Failure)
            rules.push_back({event.at, event.text, logs::LogRule::Kind::Alarm});
    }
    std::stable_sort(rules.begin(), rules.end(), [](const logs::LogRule& a, const logs::LogRule& b) { return a.at < b.at; });
    return rules;
}

} // namespace switchyard::ui
