#pragma once

#include "app/plan/Plan.h"

namespace switchyard::cutover {

/// The steps of a full cutover, made from the plan's mapping: only those that the mapping gives reason for (no queue: nothing to drain).
/// One switch step for every group of hosts. Pure.
[[nodiscard]] std::vector<plan::StepSpec> generateSteps(const plan::Plan& plan);

/// The plan's own steps where it fixes them, else the generated ones. What a run interprets.
[[nodiscard]] std::vector<plan::StepSpec> effectiveSteps(const plan::Plan& plan);

} // namespace switchyard::cutover
