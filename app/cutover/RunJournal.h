#pragma once

#include "app/base/Clock.h"
#include "app/cutover/Events.h"

#include <memory>

namespace switchyard::cutover {

/// The journal of one run as the engine writes it: stamps both times, redacts every text, keeps what was written. Main thread.
///
/// Seam for tests: with SWITCHYARD_DIE_AT in the environment the process kills itself (SIGKILL) right after a record is on disk.
/// "record:N" is the N-th record that this process writes, "intent:STEP" and "intent:STEP/KEY" the first intent of that name. Nothing else
/// reads the variable.
class RunJournal {
public:
    /// Both outlive the journal.
    RunJournal(std::shared_ptr<JournalStore> store, Clock* clock);
    /// Reads what is there. Errors: Storage.
    [[nodiscard]] Result<void> load();
    /// Durable before it returns. Errors: Storage, in words that say that nothing was sent.
    [[nodiscard]] Result<JournalRecord> append(EventKind kind, const QString& step, const QJsonObject& data);
    [[nodiscard]] const std::vector<JournalRecord>& records() const { return m_records; }
    [[nodiscard]] bool isEmpty() const { return m_records.empty(); }

private:
    void dieIfAsked(EventKind kind, const QString& step, const QJsonObject& data);

    std::shared_ptr<JournalStore> m_store;
    Clock* m_clock;
    std::vector<JournalRecord> m_records;
    QString m_dieAt;
    qint64 m_written = 0;
};

} // namespace switchyard::cutover
