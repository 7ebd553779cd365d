#include "app/cutover/Clocks.h"

#include <algorithm>

namespace switchyard::cutover {

Milliseconds restOfStep(const StepView& step, const std::vector<TaskProgress>& tasks, TimePoint now)
{
    const Milliseconds elapsed = step.startedAt ? std::max(Milliseconds(0), now - *step.startedAt) : Milliseconds(0);
    double parts = 0;
    int told = 0;
    for (const TaskProgress& task : tasks) {
        if (task.part < 0)
            continue;
        parts += task.running ? std::clamp(task.part, 0.0, 1.0) : 1.0;
        ++told;
    }
    // Below two percent a rate says nothing yet.
    if (told > 0 && parts / told > 0.02)
        return Milliseconds(static_cast<qint64>(static_cast<double>(elapsed.count()) * (told - parts) / parts));
    return std::max(Milliseconds(0), step.planned - elapsed);
}

std::optional<Forecast> forecast(const RunState& state, TimePoint now)
{
    if (state.phase == RunPhase::Complete || state.phase == RunPhase::RolledBack || state.phase == RunPhase::RollingBack || state.steps.empty())
        return std::nullopt;
    Milliseconds rest{0};
    Milliseconds all{0};
    for (const StepView& step : state.steps) {
        all += step.planned;
        if (isDone(step.state))
            continue;
        rest += step.id == state.activeStep && step.startedAt ? restOfStep(step, state.tasks, now) : step.planned;
    }
    Forecast out;
    out.finish = now + rest;
    if (state.startedAt)
        out.aheadOfPlan = (*state.startedAt + all) - out.finish;
    return out;
}

WorstDowntime worstDowntime(const std::vector<HostView>& hosts)
{
    WorstDowntime out;
    const HostView* worst = nullptr;
    Milliseconds least = Milliseconds::max();
    for (const HostView& host : hosts) {
        least = std::min(least, host.downtime);
        if (!worst || host.downtime > worst->downtime)
            worst = &host;
        out.running = out.running || host.downSince.has_value();
        if (host.upSince && (!out.endedAt || *host.upSince > *out.endedAt))
            out.endedAt = host.upSince;
    }
    if (out.running)
        out.endedAt.reset();
    if (!worst || worst->downtime == Milliseconds(0))
        return out;
    out.downtime = worst->downtime;
    // Probes of different hosts are never sent in the same instant: three seconds or a twentieth are "together".
    const Milliseconds together = std::max<Milliseconds>(Seconds(3), worst->downtime / 20);
    out.host = hosts.size() > 1 && worst->downtime - least <= together ? QStringLiteral("all hosts")
               : worst->shortName.isEmpty()                            ? worst->host
                                                                       : worst->shortName;
    return out;
}

void fillWayBack(RunState& state)
{
    Milliseconds sum{0};
    Milliseconds cache{0};
    bool past = false;
    for (StepView& step : state.steps) {
        if (step.state != StepState::Skipped && step.state != StepState::RolledBack && step.undo.needed) {
            sum += step.undo.takes;
            cache = std::max(cache, step.undo.cached);
        }
        step.pastPoint = past;
        past = past || step.flags.pointOfNoReturn;
        step.wayBack = sum + cache;
        step.wayBackLosesData = past;
    }
}

std::optional<TimePoint> lastSafeReturn(const RunState& state, const QString& windowEnd, TimePoint now)
{
    if (!state.startedAt || state.pastPoint || state.endedAt)
        return std::nullopt;
    std::optional<TimePoint> end;
    if (!windowEnd.isEmpty())
        end = fromIsoUtc(windowEnd);
    if (state.downtimeRunning && state.downtimeBudget > Milliseconds(0)) {
        const TimePoint budgetEnd = now + (state.downtimeBudget - state.downtime);
        end = end ? std::min(*end, budgetEnd) : budgetEnd;
    }
    if (!end)
        return std::nullopt;
    const StepView* active = state.step(state.activeStep);
    const Milliseconds back = active ? active->wayBack : Milliseconds(0);
    // wayBack holds the longest cache of the steps' own undo already; the TTL in force counts when it is longer than that.
    Milliseconds cache{0};
    for (const StepView& step : state.steps) {
        if (step.undo.needed && step.state != StepState::Skipped)
            cache = std::max(cache, step.undo.cached);
        if (step.id == state.activeStep)
            break;
    }
    const Milliseconds ttl = std::max(Milliseconds(0), Milliseconds(state.ttl) - cache);
    return *end - back - ttl;
}

Points pointsOf(const std::vector<HostView>& hosts)
{
    Points out;
    if (hosts.empty())
        return out;
    const auto word = [](HostState s) {
        switch (s) {
        case HostState::Source: return QStringLiteral("source");
        case HostState::Target: return QStringLiteral("target");
        case HostState::Maintenance: return QStringLiteral("held");
        case HostState::Failed: return QStringLiteral("fails");
        case HostState::Unknown: break;
        }
        return QStringLiteral("unknown");
    };
    const bool agree = std::all_of(hosts.begin(), hosts.end(), [&](const HostView& h) { return h.state == hosts.front().state; });
    if (agree) {
        out.state = hosts.front().state;
        out.text = hosts.size() == 1 ? word(out.state) : QStringLiteral("All hosts: %1").arg(word(out.state));
        return out;
    }
    out.state = HostState::Failed;
    QStringList parts;
    for (const HostView& h : hosts)
        parts << QStringLiteral("%1: %2").arg(h.shortName.isEmpty() ? h.host : h.shortName, word(h.state));
    out.text = parts.join(QStringLiteral(", "));
    return out;
}

void fillClocks(Projection& projection, const QString& windowEnd, TimePoint now)
{
    RunState& s = projection.state();
    s.now = now;
    const WorstDowntime worst = worstDowntime(s.hosts);
    s.downtime = worst.downtime;
    s.downtimeHost = worst.host;
    s.downtimeRunning = worst.running;
    s.downtimeEndedAt = worst.endedAt;
    const auto since = projection.writesStoppedSince();
    s.writesStopped = projection.writesStoppedClosed() + (since && now > *since ? now - *since : Milliseconds(0));
    s.writesStoppedRunning = since.has_value();
    fillWayBack(s);
    if (const auto f = forecast(s, now)) {
        s.finishForecast = f->finish;
        s.aheadOfPlan = f->aheadOfPlan;
    } else {
        s.finishForecast.reset();
    }
    s.lastSafeReturn = lastSafeReturn(s, windowEnd, now);
    const Points points = pointsOf(s.hosts);
    s.points = points.state;
    s.pointsText = points.text;
}

Freshness freshness(const Evidence& evidence, TimePoint now)
{
    const auto validFor = evidence.data.value(u"validForMs").toInteger(0);
    if (validFor > 0 && now - evidence.at > Milliseconds(validFor))
        return Freshness::Unknown;
    return evidence.ok ? Freshness::Good : Freshness::Bad;
}

InterlockReading aged(InterlockReading reading, Milliseconds maxAge, TimePoint now)
{
    if (maxAge <= Milliseconds(0) || reading.state == InterlockState::Unknown || now - reading.at <= maxAge)
        return reading;
    reading.state = InterlockState::Unknown;
    reading.value = QStringLiteral("%1, read %2 ago").arg(reading.value, durationProse(now - reading.at));
    return reading;
}

} // namespace switchyard::cutover
