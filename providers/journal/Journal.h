#pragma once

#include "app/ports/JournalStore.h"

#include <QString>

#include <memory>

namespace switchyard {

enum class JournalMode {
    Write, ///< takes the lock of the directory: one process at a time
    Read   ///< for reports: no lock, append() is refused, damage is still found
};

/// Opens (and in Write mode creates) `directory`/journal.sqlite. The file is checked before it is believed, and WAL, synchronous=FULL and
/// foreign_keys=ON are read back after they were set. The lock ends with the store or with the process. Errors: Storage (damaged, made by a
/// newer version, read-only, disk full, missing in Read mode), Conflict (another process uses the directory). Main thread.
[[nodiscard]] Result<std::shared_ptr<JournalStore>> openJournal(const QString& directory, JournalMode mode = JournalMode::Write);

} // namespace switchyard
