#pragma once

#include "app/cutover/RunState.h"
#include "app/ports/JournalStore.h"

#include <QJsonArray>
#include <QJsonObject>

#include <optional>

namespace switchyard::cutover {

/// Everything that a run writes down. The names are the journal's format: they are never renamed.
enum class EventKind {
    RunStarted,      ///< the frozen plan: steps, hosts, budget, operator
    Resumed,         ///< the program was started again
    Intent,          ///< a step is about to act; with `key`: one call of it is about to be sent
    Outcome,         ///< what came of the intent with the same step and key
    StepState,       ///< passed, passed with waiver or failed after reading back
    Confirmed,       ///< a person (or an unattended rehearsal) armed the step
    PollAnswer,
    PollCleared,     ///< the poll expired
    Waiver,
    Note,
    Skip,
    Hold,
    Continue,
    Retry,
    Doubt,           ///< what the outside says about an intent without outcome
    DoubtResolved,
    Remember,        ///< part of a step's memory
    Lent,
    PutBack,
    Evidence,
    Host,            ///< what visitors of a host get has changed
    Writes,          ///< stopped, or open again
    RollbackStarted,
    UndoIntent,
    UndoOutcome,
    GainedRows,      ///< rows the target took were copied back or saved
    RolledBack,
    Finished,
    Sealed,
    Fault,           ///< a fault of the rehearsed world was switched
    ManualCheck,
    VisitorLedger,   ///< rehearsals: acknowledged writes of visitors, and how many are missing
    Snapshot,        ///< tables, checks and header scores at the end of a step that changed them
};
[[nodiscard]] QString eventName(EventKind kind);  ///< "run-started"
[[nodiscard]] std::optional<EventKind> eventFromName(const QString& name);

/// JSON of the values that records carry. Reading is forgiving: a missing member is the default.
[[nodiscard]] QJsonObject errorToJson(const Error& error);
[[nodiscard]] Error errorFromJson(const QJsonObject& json);
[[nodiscard]] QJsonObject evidenceToJson(const Evidence& evidence);
[[nodiscard]] Evidence evidenceFromJson(const QJsonObject& json);
[[nodiscard]] QJsonArray evidenceToJson(const std::vector<Evidence>& evidence);
[[nodiscard]] QJsonObject flagsToJson(const StepFlags& flags);
[[nodiscard]] StepFlags flagsFromJson(const QJsonObject& json);
[[nodiscard]] QString pollAnswerName(PollAnswer answer);      ///< "go", "go waived", "no-go", "open"
[[nodiscard]] PollAnswer pollAnswerFromName(const QString& name);
[[nodiscard]] QString hostStateName(HostState state);         ///< "source"
[[nodiscard]] HostState hostStateFromName(const QString& name);
[[nodiscard]] QString checkStateName(CheckState state);
[[nodiscard]] CheckState checkStateFromName(const QString& name);
[[nodiscard]] qint64 toJsonTime(TimePoint time);
[[nodiscard]] TimePoint fromJsonTime(const QJsonValue& value);

/// SHA-256 in hex over the canonical JSON (sorted keys, compact, one record a line) of every record before the first Sealed one.
[[nodiscard]] QString sealOf(const std::vector<JournalRecord>& records);

} // namespace switchyard::cutover
