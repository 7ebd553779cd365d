#pragma once

#include "app/rehearsal/RehearsalHistory.h"

namespace switchyard::rehearsal {

/// Something that keeps a plan from going live.
struct OpenCondition {
    QString id;            ///< "rehearsal", "failures", "budget", "downtime"
    QString text;          ///< what is missing, one sentence
    QString remedy;
    bool waivable = false; ///< a person may take it on by name
};

/// What is still open before a plan may go live (ui.md, Live mode): one complete rehearsal of this exact plan with a person at the desk,
/// open failures at zero, a downtime budget, and a rehearsed downtime inside it. Empty: the gate is open. Pure.
[[nodiscard]] std::vector<OpenCondition> goLiveGate(const plan::Plan& plan, const RehearsalHistory& history, const std::vector<cutover::Finding>& findings,
                                                    Milliseconds budget);

} // namespace switchyard::rehearsal
