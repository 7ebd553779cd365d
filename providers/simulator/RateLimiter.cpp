#include "providers/simulator/RateLimiter.h"

#include <algorithm>
#include <cmath>

namespace switchyard::simulator {

void RateLimiter::defineBucket(const QString& name, int capacity, double refillPerSecond)
{
    m_classes[name] = {capacity, refillPerSecond, Seconds(0)};
}

void RateLimiter::defineWindow(const QString& name, int limit, Seconds window)
{
    m_classes[name] = {limit, 0, window};
}

RateLimiter::State& RateLimiter::refilled(const QString& name, const QString& key, const Class& what)
{
    const TimePoint now = m_clock->now();
    const QString id = name + u'\n' + key;
    auto found = m_states.find(id);
    if (found == m_states.end())
        return *m_states.insert(id, {double(what.limit), now});
    if (what.window.count() > 0) {
        if (now - found->at >= what.window)
            *found = {double(what.limit), now};
        return *found;
    }
    const double seconds = double((now - found->at).count()) / 1000.0;
    found->tokens = std::min(double(what.limit), found->tokens + seconds * what.perSecond);
    found->at = now;
    return *found;
}

RateLimiter::Decision RateLimiter::take(const QString& name, const QString& key, int cost)
{
    const auto what = m_classes.constFind(name);
    if (what == m_classes.constEnd())
        return {};
    State& state = refilled(name, key, *what);
    Decision decision;
    decision.limit = what->limit;
    decision.allowed = state.tokens + 1e-9 >= cost;
    if (decision.allowed)
        state.tokens -= cost;
    decision.remaining = int(std::max(0.0, std::floor(state.tokens + 1e-9)));
    const TimePoint now = m_clock->now();
    if (what->window.count() > 0)
        decision.reset = state.at + what->window;
    else
        decision.reset = now + Milliseconds(qint64(std::ceil((what->limit - state.tokens) / what->perSecond * 1000)));
    if (!decision.allowed) {
        const double wait = what->window.count() > 0 ? double((decision.reset - now).count()) / 1000.0
                                                     : (cost - state.tokens) / what->perSecond;
        decision.retryAfter = Seconds(std::max<qint64>(1, qint64(std::ceil(wait))));
    }
    return decision;
}

void RateLimiter::exhaust(const QString& name, const QString& key)
{
    const auto what = m_classes.constFind(name);
    if (what != m_classes.constEnd())
        refilled(name, key, *what).tokens = 0;
}

} // namespace switchyard::simulator
