#pragma once

#include "app/cutover/StepAction.h"

namespace switchyard::cutover {

/// Makes the real action of every kind in app/plan/StepKinds.h, over the ports of the run's context.
[[nodiscard]] ActionFactory makeActionFactory();

} // namespace switchyard::cutover
