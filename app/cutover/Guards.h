#pragma once

#include "app/cutover/RunState.h"

namespace switchyard::cutover {

/// Live guards are the default in a rehearsal too, so that hands learn the truth; Clicks turns them into single clicks (rehearsals only).
enum class GuardStyle { Live, Clicks };

/// The guard of a step by what it does (ui.md 5.3). `name` is what has to be typed from level 3 on. Steps without a person have none.
[[nodiscard]] Guard guardFor(const StepFlags& flags, const QString& name, GuardStyle style);
/// Whether the stations answer go or no-go before the step.
[[nodiscard]] bool pollNeeded(const StepFlags& flags);
/// The guard of the way back: type and hold, longer past the point of no return.
[[nodiscard]] Guard rollbackGuard(bool pastPoint, const QString& name, GuardStyle style);

} // namespace switchyard::cutover
