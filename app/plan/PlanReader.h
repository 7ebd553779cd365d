#pragma once

#include "app/base/Result.h"
#include "app/plan/Plan.h"
#include "app/plan/PlanProblem.h"

#include <map>

namespace switchyard::plan {

/// Reads and checks a plan file. On failure `problems` (when given) holds every problem found, in file order, and the Error tells the
/// first with how many follow. Never throws, whatever the bytes; there is no half-open plan. Errors: Storage (can't be read), Invalid.
[[nodiscard]] Result<Plan> loadPlan(const QString& file, std::vector<PlanProblem>* problems = nullptr);
/// The same for bytes; `name` is what problems call the file.
[[nodiscard]] Result<Plan> parsePlan(const QByteArray& bytes, const QString& name, std::vector<PlanProblem>* problems = nullptr);

/// Keys that each map of a plan may hold: "" is the file itself, "accounts.*" one account, "services.*" one service, and so on. The
/// reader and resources/schema/plan.schema.json share it.
[[nodiscard]] const std::map<QString, QStringList>& planKeys();

/// The known name nearest to `wrong` by edit distance (at most a third of its length, at least 2); empty when none is near.
[[nodiscard]] QString nearestName(const QString& wrong, const QStringList& known);

/// "15 min", "1 h 30 min", "60 s", "250 ms"; nothing when it can't be read.
[[nodiscard]] std::optional<Milliseconds> durationFromText(const QString& text);
[[nodiscard]] QString durationToText(Milliseconds duration);

} // namespace switchyard::plan
