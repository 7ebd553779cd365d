#pragma once

#include "app/plan/Plan.h"

#include <map>

namespace switchyard::plan {

/// Comments to write above parts of a plan, by path: "accounts.heroku", "services.web", "domains.api.example.org", "dns", "".
using PlanComments = std::map<QString, QString>;

/// The plan as YAML that parsePlan() reads back to the same value; same plan, same bytes. What has its default isn't written.
[[nodiscard]] QByteArray writePlan(const Plan& plan, const PlanComments& comments = {});

/// SHA-256 (hex) over what a rehearsal must have covered: steps, mapping, DNS, budget. Titles, notes, owners and accounts' base URLs don't count.
[[nodiscard]] QByteArray planDigest(const Plan& plan);

} // namespace switchyard::plan
