#include "app/rehearsal/GoLiveGate.h"

#include <algorithm>

namespace switchyard::rehearsal {

std::vector<OpenCondition> goLiveGate(const plan::Plan& plan, const RehearsalHistory& history, const std::vector<cutover::Finding>& findings, Milliseconds budget)
{
    std::vector<OpenCondition> out;
    const auto runs = history.of(plan.name);
    const auto covers = [&](const RehearsalEntry& e) { return e.complete && !e.headless && !plan.digest.isEmpty() && e.digest == plan.digest; };
    const auto rehearsed = std::find_if(runs.begin(), runs.end(), covers);
    if (rehearsed == runs.end()) {
        const bool other = std::any_of(runs.begin(), runs.end(), [](const RehearsalEntry& e) { return e.complete && !e.headless; });
        const bool alone = std::any_of(runs.begin(), runs.end(), [&](const RehearsalEntry& e) { return e.complete && e.headless && e.digest == plan.digest; });
        out.push_back({QStringLiteral("rehearsal"),
                       other   ? QStringLiteral("The plan was changed since it was rehearsed.")
                       : alone ? QStringLiteral("The plan was rehearsed unattended only.")
                               : QStringLiteral("The plan was never rehearsed to its end."),
                       QStringLiteral("Rehearse it once from start to Close with somebody at the desk."), true});
    }
    const auto failures = std::count_if(findings.begin(), findings.end(), [](const cutover::Finding& f) { return f.severity == cutover::Severity::Failure; });
    if (failures > 0) {
        out.push_back({QStringLiteral("failures"), failures == 1 ? QStringLiteral("One failure is open.") : QStringLiteral("%1 failures are open.").arg(failures),
                       QStringLiteral("Clear every failure; only cautions can be waived."), false});
    }
    if (budget <= Milliseconds(0)) {
        out.push_back({QStringLiteral("budget"), QStringLiteral("The plan has no downtime budget."), QStringLiteral("Write \"budget: 15 min\" into the plan."), false});
    } else if (rehearsed != runs.end() && rehearsed->downtime > budget) {
        out.push_back({QStringLiteral("downtime"),
                       QStringLiteral("The last rehearsal took %1 of downtime; the budget is %2.").arg(durationProse(rehearsed->downtime), durationProse(budget)),
                       QStringLiteral("Raise the budget, or make the slow steps faster and rehearse again."), true});
    }
    return out;
}

} // namespace switchyard::rehearsal
