#pragma once

#include "app/cutover/Events.h"

#include <map>
#include <optional>

namespace switchyard::cutover {

/// How long answers of a poll count.
inline constexpr Milliseconds kPollLasts = Seconds(600);

/// Where a step stands in the journal. Finer than StepState, which is for people.
enum class Stage {
    Untouched,
    Intended,    ///< it may have acted: an intent without outcome. In doubt unless it runs right now
    Performed,   ///< acted, not read back
    Failed,
    Passed,
    Skipped,
    Undoing,     ///< an undo was announced and has no outcome
    Undone,
};

struct WaiverGiven {
    QString interlock;
    QString by;
    QString reason;
    TimePoint until{};
};

/// What the journal knows of a step beyond its view.
struct StepTrack {
    Stage stage = Stage::Untouched;
    bool touched = false;            ///< it may have changed something: to be undone by a rollback
    qint64 order = 0;                ///< sequence of its first intent
    QString kind;
    QJsonObject memory;
    std::vector<WaiverGiven> waivers;
    bool failedReadingBack = false;
    bool waived = false;             ///< it was let go by a waiver
    /// The waiver of an interlock that holds at `now`; null: none.
    [[nodiscard]] const WaiverGiven* waiver(const QString& interlock, TimePoint now) const;
};

/// Folds journal records into the state of a run. The live run, resume, the report and the tests use this same fold, so what the screen
/// shows after a crash is what it showed before. It holds no clock: durations that still run are completed by Clocks.h. Pure values.
class Projection {
public:
    Projection() = default;
    /// Starts from the state that the plan gives; without it, the RunStarted record brings the steps.
    explicit Projection(RunState initial) : m_state(std::move(initial)) {}

    void apply(const JournalRecord& record);

    [[nodiscard]] RunState& state() { return m_state; }
    [[nodiscard]] const RunState& state() const { return m_state; }
    [[nodiscard]] const StepTrack& track(const QString& step) const;
    /// Memory of the newest step of a kind that has one.
    [[nodiscard]] QJsonObject memoryOfKind(const QString& kind) const;
    /// Ids of the steps that a rollback has still to undo, newest first.
    [[nodiscard]] QStringList toUndo() const;
    [[nodiscard]] bool started() const { return m_started; }
    [[nodiscard]] bool held() const { return m_held; }
    [[nodiscard]] bool rollingBack() const { return m_rollingBack; }
    [[nodiscard]] bool ended() const { return m_state.phase == RunPhase::Complete || m_state.phase == RunPhase::RolledBack; }
    [[nodiscard]] QString rollbackChoice() const { return m_rollbackChoice; }  ///< "none", "copy-back", "save"
    [[nodiscard]] bool gainedSettled() const { return m_gainedSettled; }
    [[nodiscard]] std::optional<TimePoint> writesStoppedSince() const { return m_writesSince; }
    [[nodiscard]] Milliseconds writesStoppedClosed() const { return m_writesClosed; }
    [[nodiscard]] QByteArray digest() const { return m_digest; }
    /// The newest snapshot record's data; empty: none yet.
    [[nodiscard]] const QJsonObject& snapshot() const { return m_snapshot; }
    void setKind(const QString& step, const QString& kind) { m_tracks[step].kind = kind; }
    /// Works out phases, counts, the active and the next step again.
    void recompute();
    void countNames();

private:
    void applyRun(EventKind kind, const JournalRecord& record);
    void applyStep(EventKind kind, const JournalRecord& record, StepView& step, StepTrack& track);
    void applyCall(EventKind kind, const JournalRecord& record, StepView& step);
    void start(const JournalRecord& record);
    void applySnapshot(const QJsonObject& data);
    void applyMemory(const StepTrack& track);
    void spell(HostView& host, TimePoint at);
    void event(const JournalRecord& record, QString text, Severity severity, bool good, const StepView* step);

    RunState m_state;
    std::map<QString, StepTrack> m_tracks;
    QByteArray m_digest;
    QJsonObject m_snapshot;
    bool m_started = false;
    bool m_held = false;
    bool m_rollingBack = false;
    bool m_gainedSettled = false;
    QString m_rollbackChoice;
    std::optional<TimePoint> m_writesSince;
    Milliseconds m_writesClosed{0};
};

/// Tables, checks and scores of a state, as a snapshot record keeps them; empty when there are none yet. No value of a row or a setting.
[[nodiscard]] QJsonObject snapshotData(const RunState& state);

/// The state that a journal tells, with its clocks as of the last record, for the report and for tests. Pure.
[[nodiscard]] RunState project(const std::vector<JournalRecord>& records);

/// What RunStarted freezes of the state a plan gives.
[[nodiscard]] QJsonObject runStartedData(const RunState& state, const std::map<QString, QString>& kinds, const QByteArray& digest);

} // namespace switchyard::cutover
