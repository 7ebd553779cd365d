#pragma once

#include "app/base/Awaiters.h"
#include "app/cutover/RunContext.h"

namespace switchyard::cutover {

/// How often the monitors look, by what the run is doing. Run time; a rehearsal that runs fast is kept from asking more often than four
/// times in a second of wall time.
struct Pace {
    Milliseconds hosts{15'000};
    Milliseconds resolvers{60'000};   ///< at the latest; earlier when a TTL ends
    Milliseconds services{20'000};
    bool hot = false;                 ///< around the freeze and the switch
};
[[nodiscard]] Pace paceOf(const RunState& state);

/// Never shorter than a quarter second of wall time.
[[nodiscard]] inline Milliseconds atLeastQuarterSecond(Milliseconds run, const Clock& clock)
{
    return std::max(run, Milliseconds(static_cast<qint64>(clock.rate() * 250)));
}

} // namespace switchyard::cutover
