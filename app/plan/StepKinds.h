#pragma once

#include "app/plan/Plan.h"

namespace switchyard::plan {

/// A kind of step that a plan may name. The engine gives it its meaning (app/cutover/steps); the plan only needs to know where it may stand.
struct StepKind {
    QString kind;               ///< "switch-names"
    std::vector<Phase> phases;  ///< where it may stand
    QString title;              ///< shown when the plan gives none
    QStringList parameters;     ///< names allowed in `with`
    QStringList needs;          ///< kinds of which one must come earlier in the plan
    bool person = false;        ///< default of `person`
    Milliseconds planned{0};    ///< default of `planned`
};

/// All kinds in the order of a full cutover. "go-no-go" is the one that holds the poll.
[[nodiscard]] const std::vector<StepKind>& stepKinds();
[[nodiscard]] const StepKind* stepKind(const QString& kind);

/// Ids of the smoke checks that run by themselves, in order, with title and section.
[[nodiscard]] const std::vector<SmokeSpec>& automaticSmokeChecks();

} // namespace switchyard::plan
