#pragma once

#include "app/base/Result.h"
#include "app/base/Units.h"

#include <QJsonObject>

#include <vector>

namespace switchyard {

/// One thing that happened. `data` passed the redactor. `kind` is one of app/cutover/Events.h.
struct JournalRecord {
    qint64 sequence = 0;    ///< 1, 2, 3...; given by the store
    TimePoint at{};         ///< run time
    TimePoint wall{};       ///< wall time
    QString kind;
    QString step;           ///< step id; empty for the run
    QJsonObject data;
};

/// The append-only record of one run. append() returns only when the record is on disk (fsync): an intent is durable before its effect.
/// Errors: Storage (disk full, read-only, damaged). Main thread; a call takes a few milliseconds.
class JournalStore {
public:
    virtual ~JournalStore() = default;
    [[nodiscard]] virtual Result<JournalRecord> append(JournalRecord record) = 0;
    [[nodiscard]] virtual Result<std::vector<JournalRecord>> readAll() = 0;
};

} // namespace switchyard
