#pragma once

#include "app/preflight/Rules.h"

namespace switchyard::preflight {

// One file a group.
[[nodiscard]] std::vector<Rule> accessRules();
[[nodiscard]] std::vector<Rule> settingsRules();
[[nodiscard]] std::vector<Rule> databaseRules();
[[nodiscard]] std::vector<Rule> queueRules();
[[nodiscard]] std::vector<Rule> nameRules();
[[nodiscard]] std::vector<Rule> operationRules();

[[nodiscard]] Verdict pass();
[[nodiscard]] Verdict notApplicable();
[[nodiscard]] Verdict found(RuleFinding finding);

} // namespace switchyard::preflight
