#pragma once

#include "app/ports/DatabaseMover.h"

#include <vector>

namespace switchyard::database {

/// One thing in which two databases differ, or agree. `ok` false: a person should look.
struct SummaryDifference {
    QString subject;    ///< "Server version", "workspace_task", "citext"
    QString kind;       ///< "server", "table", "sequence", "extension"
    QString source;
    QString target;
    bool same = true;
    bool ok = true;
    QString explanation;
};

/// Compares what inspect() read of both sides, order-insensitive. Never a difference without an explanation.
[[nodiscard]] std::vector<SummaryDifference> compareSummaries(const DatabaseSummary& source, const DatabaseSummary& target);

} // namespace switchyard::database
