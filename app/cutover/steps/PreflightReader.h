#pragma once

#include "app/cutover/RunContext.h"
#include "app/preflight/Rules.h"

namespace switchyard::cutover {

/// Reads what the rules look at. What can't be read is left empty with its reason; only being cancelled is an error. `voice` may be null.
[[nodiscard]] Task<preflight::Input> readPreflight(RunContext* context, StepVoice* voice, std::stop_token stop);

/// Puts a report on the blackboard: findings, and how many rules passed.
void showPreflight(RunContext* context, const preflight::Report& report);

} // namespace switchyard::cutover
