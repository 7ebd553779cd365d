#pragma once

#include "app/base/Result.h"
#include "app/plan/Plan.h"

namespace switchyard::plan {

/// Names of the plans that ship with the program: {"projectify"}.
[[nodiscard]] QStringList templateNames();
/// The text of a template; empty when there is none of that name.
[[nodiscard]] QByteArray templateText(const QString& name);
/// The template as a plan. Error: Invalid for an unknown name.
[[nodiscard]] Result<Plan> loadTemplate(const QString& name);

} // namespace switchyard::plan
