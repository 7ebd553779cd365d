#pragma once

#include "app/cutover/RunState.h"

#include <QObject>

#include <memory>

namespace switchyard::cutover {

/// What changed since the last signal; a page looks only at its own bits.
enum Change : unsigned {
    StepsChanged = 1u << 0,
    ClocksChanged = 1u << 1,
    HostsChanged = 1u << 2,
    ResolversChanged = 1u << 3,
    LanesChanged = 1u << 4,
    FindingsChanged = 1u << 5,
    TasksChanged = 1u << 6,
    DatabasesChanged = 1u << 7,
    SmokeChanged = 1u << 8,
    EventsChanged = 1u << 9,
    ProvidersChanged = 1u << 10,
    SettingsChanged = 1u << 11,
    PhaseChanged = 1u << 12,
    Everything = ~0u,
};

/// One run as its operator drives it. The window and the command line speak to a run only through this. Main thread. Every command may be
/// refused with an Error of three sentences; none blocks.
class RunController : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    [[nodiscard]] virtual const RunState& state() const = 0;
    [[nodiscard]] virtual const plan::Plan& plan() const = 0;

    /// Starts the run, or goes on after a resume.
    virtual void start() = 0;
    /// Stops after the current call / goes on.
    virtual void hold() = 0;
    virtual void proceed() = 0;
    /// A person's confirmation of the active step, after its guard was satisfied. Re-checks every interlock before the first call.
    [[nodiscard]] virtual Result<void> confirm(const QString& step, const QString& typedName, const QString& how) = 0;
    [[nodiscard]] virtual Result<void> answerPoll(const QString& step, const QString& station, PollAnswer answer, const QString& by) = 0;
    [[nodiscard]] virtual Result<void> waive(const QString& step, const QString& interlock, const QString& by, const QString& reason, Milliseconds lasts) = 0;
    [[nodiscard]] virtual Result<void> skip(const QString& step, const QString& by, const QString& reason) = 0;
    [[nodiscard]] virtual Result<void> retry(const QString& step) = 0;
    /// Answer to an in-doubt step after its probe was shown: go on as it stands (true) or return to the step's start (false).
    [[nodiscard]] virtual Result<void> resolveDoubt(const QString& step, bool accept) = 0;
    [[nodiscard]] virtual Result<void> addNote(const QString& step, const QString& text) = 0;
    /// Renders the preview of a step again.
    virtual void dryRun(const QString& step) = 0;

    /// What going back would do now, from memory; rows at risk are counted in the background when past the point.
    [[nodiscard]] virtual RollbackPreview rollbackPreview() = 0;
    enum class GainedRowsChoice { None, CopyBack, SaveToFile };
    /// Never waits for a poll or an interlock.
    [[nodiscard]] virtual Result<void> rollBack(const QString& typedName, GainedRowsChoice choice) = 0;

    /// Runs the automatic smoke checks against what the names point at now.
    virtual void runSmoke() = 0;
    [[nodiscard]] virtual Result<void> recordManualCheck(const QString& check, CheckState state, const QString& note, const QString& picture) = 0;
    virtual void refreshEnvironments() = 0;
    virtual void askResolversAgain() = 0;
    [[nodiscard]] virtual Result<void> setFault(const QString& fault, bool on) = 0;

Q_SIGNALS:
    /// `changes` is a set of Change bits; at most 10 times a second except for step states, which are told at once.
    void changed(unsigned changes);
    void logged(const switchyard::LogLine& line);
    /// Something a person must hear now: failure (severity Failure) or caution.
    void alarm(const switchyard::cutover::Finding& finding);
    /// The run ended: complete, rolled back, or it can't go on.
    void finished();
};

} // namespace switchyard::cutover
