#pragma once

#include "app/cutover/RunContext.h"
#include "app/environment/Compare.h"

namespace switchyard::cutover {

/// One service and its counterpart, read and compared by the plan's rules.
struct SettingsPair {
    QString service;
    ServiceRef source;
    ServiceRef target;
    std::vector<environment::SettingDiff> diffs;
};

/// The plan's rules for a service: rewrites, expected differences, the target's own host.
[[nodiscard]] environment::CompareRules compareRules(const plan::Environment& env, const QString& targetHost);
/// Those of the environment that is moved.
[[nodiscard]] environment::CompareRules compareRules(const plan::Plan& plan, const QString& targetHost);
[[nodiscard]] Task<SettingsPair> readSettingsPair(RunContext* context, QString service, std::stop_token stop);

} // namespace switchyard::cutover
