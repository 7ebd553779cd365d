#pragma once

#include "app/cutover/RunState.h"
#include "app/plan/Plan.h"

#include <QStringList>

#include <vector>

namespace switchyard::rehearsal {

/// One rehearsal as Welcome and the go-live gate remember it. Holds no secret.
struct RehearsalEntry {
    QString plan;
    QByteArray digest;          ///< of the plan it covered
    TimePoint at{};             ///< wall time of its end
    bool complete = false;      ///< went to Close and was sealed
    bool headless = false;      ///< nobody was at the desk: doesn't open the gate
    QString stoppedAt;          ///< title of the step it stopped at; empty when complete
    QStringList faults;
    Milliseconds downtime{0};
    Milliseconds duration{0};
    QString directory;
};

/// What an ended run leaves in the history. `faults` and `digest` aren't part of a run's state. Pure.
[[nodiscard]] RehearsalEntry entryOf(const cutover::RunState& state, const QByteArray& digest, const QStringList& faults, TimePoint wallNow);

/// The index of all rehearsals of this user, one JSON file. Several programs may write it at once: add() locks, reads again and replaces
/// the file as a whole. Any thread, one object a thread.
class RehearsalHistory {
public:
    /// XDG_DATA_HOME/switchyard/history.json.
    [[nodiscard]] static QString defaultFile();
    /// A file that is absent or can't be read gives an empty history: the gate stays shut then.
    [[nodiscard]] static RehearsalHistory load(const QString& file = defaultFile());

    /// Adds a run, or replaces the entry of the same directory. Errors: Storage.
    [[nodiscard]] Result<void> add(RehearsalEntry entry);
    /// Newest first.
    [[nodiscard]] const std::vector<RehearsalEntry>& entries() const { return m_entries; }
    [[nodiscard]] std::vector<RehearsalEntry> of(const QString& plan) const;
    /// How many rehearsals of a plan there were, whatever its version.
    [[nodiscard]] int count(const QString& plan) const { return static_cast<int>(of(plan).size()); }

private:
    void read();
    QString m_file;
    std::vector<RehearsalEntry> m_entries;
};

} // namespace switchyard::rehearsal
