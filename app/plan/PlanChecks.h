#pragma once

#include "app/plan/Plan.h"
#include "app/plan/PlanCursor.h"

namespace switchyard::plan {

/// Where things stand in the file, for problems that only the whole plan shows. Points into the tree.
struct PlanPlaces {
    struct Environment {
        std::vector<const YamlValue*> domains;
        std::vector<std::pair<const YamlValue*, QString>> domainServices;
    };
    struct Step {
        const YamlValue* item = nullptr;
        const YamlValue* phase = nullptr;
        const YamlValue* id = nullptr;
        bool readable = false;  ///< kind and phase are known
        std::vector<std::pair<const YamlValue*, QString>> with;
    };
    std::map<QString, const YamlValue*> accounts;
    std::vector<std::pair<const YamlValue*, QString>> accountUses;
    std::vector<Environment> environments;
    std::vector<Step> steps;
    const YamlValue* zone = nullptr;
};

/// References that lead nowhere, steps out of their order, hosts outside the zone.
void checkReferences(const Plan& plan, const PlanPlaces& places, PlanCursor& cursor);

} // namespace switchyard::plan
