#include "app/cutover/monitor/Pace.h"

#include <algorithm>

namespace switchyard::cutover {

Pace paceOf(const RunState& state)
{
    Pace pace;
    const bool between = state.startedAt && state.currentPhase >= plan::Phase::Freeze && state.currentPhase <= plan::Phase::Switch;
    const bool away = std::any_of(state.hosts.begin(), state.hosts.end(), [](const HostView& h) { return h.downSince.has_value(); });
    const bool justSwitched = state.switchedAt && state.now - *state.switchedAt < Seconds(1800);
    pace.hot = between || away || state.phase == RunPhase::RollingBack;
    if (pace.hot)
        pace.hosts = Milliseconds(1'000);
    if (between || justSwitched || state.phase == RunPhase::RollingBack)
        pace.resolvers = Milliseconds(15'000);
    return pace;
}

} // namespace switchyard::cutover
