#pragma once

#include "app/ports/World.h"
#include "providers/world/Sql.h"

#include <QFile>
#include <QString>

#include <vector>

namespace switchyard::world {

/// One write that the app acknowledged to a visitor.
struct LedgerEntry {
    QString what;      ///< "signed-up", "workspace", "task", "changed", "deleted", "chat"
    QString table;
    QString key;       ///< e-mail address or uuid
    QString mark;      ///< title or text that must be there; for "changed" the entry of change_log
    QString side;      ///< who answered: "source" or "target"
    TimePoint at{};    ///< run time
};

/// The list of all acknowledged writes: one JSON line each, appended and handed to the system before the visitor goes on, so that it
/// survives a kill. Main thread; check() on a worker with the entries by value.
class Ledger {
public:
    explicit Ledger(const QString& file);
    void add(const LedgerEntry& entry);
    [[nodiscard]] const std::vector<LedgerEntry>& entries() const { return m_entries; }
    /// Looks every entry up in a database. A task that was deleted later must be gone; its earlier entries don't count against it.
    [[nodiscard]] static Result<LedgerSummary> check(const std::vector<LedgerEntry>& entries, const SqlTarget& database);

private:
    QFile m_file;
    std::vector<LedgerEntry> m_entries;
};

} // namespace switchyard::world
