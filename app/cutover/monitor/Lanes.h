#pragma once

#include "app/cutover/RunContext.h"

namespace switchyard::cutover {

/// The lanes of the yard as the plan maps them: services, databases, queues, in plan order. Nothing is read yet.
[[nodiscard]] std::vector<Lane> lanesOf(const plan::Plan& plan);

/// Fills pipe, label and parts of every lane from what the run knows: state of the steps by kind, tables, readings of both sides. Reports
/// what has no counterpart.
void describeLanes(RunContext* context);

/// How far a copied database is, for its pipe.
struct CopyParts {
    double preseed = 0;
    double delta = 0;
    double verify = 0;
    QString moving;   ///< "Pre-seed", "Delta", "Verify"; empty when nothing moves
    QString amount;   ///< "9 of 14 tables match"
};
[[nodiscard]] CopyParts copyParts(const DatabaseView& database, const std::function<StepState(const QString& kind)>& stateOfKind);

} // namespace switchyard::cutover
