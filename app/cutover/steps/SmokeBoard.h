#pragma once

#include "app/cutover/RunContext.h"
#include "app/smoke/Session.h"

namespace switchyard::cutover {

/// Puts the plan's checks on the blackboard, each once, with what memory holds of their baseline and last run.
void fillSmokeViews(RunContext* context);
void setSmokeRunning(RunContext* context, const QString& id, bool baseline);
void showSmoke(RunContext* context, const smoke::Outcome& outcome, bool baseline);
[[nodiscard]] std::optional<smoke::Outcome> smokeBaseline(RunContext* context, const QString& id);
[[nodiscard]] HeaderScore scoreOf(const smoke::HeaderGrade& grade);
/// Hosts by what serves them, addresses as the names resolve now, a new test account. Error: Invalid when the plan has no host to ask.
[[nodiscard]] Task<smoke::Setup> smokeSetup(RunContext* context, std::stop_token stop);
/// Runs all automatic checks outside a step ("Run checks again"): the result is shown and not journaled.
[[nodiscard]] Task<> runSmokeNow(RunContext* context, std::stop_token stop);

} // namespace switchyard::cutover
