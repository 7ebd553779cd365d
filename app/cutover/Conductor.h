#pragma once

#include "app/base/StopScope.h"
#include "app/cutover/Bell.h"
#include "app/cutover/DowntimeMeter.h"
#include "app/cutover/Guards.h"
#include "app/cutover/Interlocks.h"
#include "app/cutover/Projection.h"
#include "app/cutover/RunContext.h"
#include "app/cutover/RunController.h"
#include "app/cutover/RunJournal.h"

#include <QTimer>

#include <map>
#include <memory>
#include <optional>

namespace switchyard::cutover {

class EngineContext;
class EngineVoice;
class Monitors;

struct ConductorOptions {
    int rehearsalNumber = 1;
    bool headless = false;
    double speed = 1;
    QString operatorName;
    QString operatorInitials;
    QString untilStep;                    ///< the run stops after this step; empty: goes to the end
    QString directory;                    ///< the run's DIR
    QString keyring;                      ///< status line of the secret store
    GuardStyle guards = GuardStyle::Live;
    QString typedName;                    ///< what arms levels 3 and 4; empty: the plan's name
    bool monitors = true;                 ///< false: nothing is probed (tests)
    /// What the smoke and the environments rooms do when a person asks; given by who composes the run. Without the second the settings
    /// of every mapped service are read and compared.
    std::function<Task<>(RunContext*, std::stop_token)> runSmoke;
    std::function<Task<>(RunContext*, std::stop_token)> refreshEnvironments;
};

/// Runs a plan: interprets its steps strictly in order, writes everything to the journal before and after it happens, and goes on where
/// a crash left it. It changes the outside only through StepAction::perform and undo. Main thread.
class Conductor final : public RunController {
    Q_OBJECT
public:
    /// Makes the actions, reads the journal. A journal that isn't empty is continued: the steps in doubt are probed when start() is called.
    /// Errors: Invalid (unknown step kind, the journal belongs to another plan, no steps), Storage.
    [[nodiscard]] static Result<std::unique_ptr<Conductor>> open(plan::Plan plan, RunServices services, const ActionFactory& factory, ConductorOptions options);
    ~Conductor() override;

    [[nodiscard]] const RunState& state() const override { return m_projection.state(); }
    [[nodiscard]] const plan::Plan& plan() const override { return m_plan; }
    void start() override;
    void hold() override;
    void proceed() override;
    [[nodiscard]] Result<void> confirm(const QString& step, const QString& typedName, const QString& how) override;
    [[nodiscard]] Result<void> answerPoll(const QString& step, const QString& station, PollAnswer answer, const QString& by) override;
    [[nodiscard]] Result<void> waive(const QString& step, const QString& interlock, const QString& by, const QString& reason, Milliseconds lasts) override;
    [[nodiscard]] Result<void> skip(const QString& step, const QString& by, const QString& reason) override;
    [[nodiscard]] Result<void> retry(const QString& step) override;
    [[nodiscard]] Result<void> resolveDoubt(const QString& step, bool accept) override;
    [[nodiscard]] Result<void> addNote(const QString& step, const QString& text) override;
    void dryRun(const QString& step) override;
    [[nodiscard]] RollbackPreview rollbackPreview() override;
    [[nodiscard]] Result<void> rollBack(const QString& typedName, GainedRowsChoice choice) override;
    void runSmoke() override;
    [[nodiscard]] Result<void> recordManualCheck(const QString& check, CheckState checkState, const QString& note, const QString& picture) override;
    void refreshEnvironments() override;
    void askResolversAgain() override;
    [[nodiscard]] Result<void> setFault(const QString& fault, bool on) override;

    /// Everything written so far, for the report and the seal.
    [[nodiscard]] const std::vector<JournalRecord>& records() const { return m_journal.records(); }
    /// Entries of the temporary-changes ledger that are still open: what Close has to put back.
    [[nodiscard]] std::vector<LentEntry> closeEntries() const;
    [[nodiscard]] RunContext& context();
    [[nodiscard]] const ConductorOptions& options() const { return m_options; }
    /// Once a second, and whenever the run clock is moved: clocks, interlocks, polls and waivers are looked at.
    void tick();
    /// An answer of a host's probe: feeds the strip and the downtime meter, and the journal when something changed.
    void addSample(const QString& host, const ProbeSample& sample);

private:
    friend class EngineContext;
    friend class EngineVoice;
    enum class Next { Wait, Preview, Perform, Probe, Verify };

    Conductor(plan::Plan plan, RunServices services, ConductorOptions options);
    [[nodiscard]] Result<void> makeActions(const ActionFactory& factory);
    void fillFromPlan();
    [[nodiscard]] Result<void> goOnFromJournal();
    /// Both sides are watched from the moment the run is open, so that the yard is true before the first step.
    void startWatching();

    /// Writes and applies; on failure the run stands still until proceed().
    [[nodiscard]] Result<void> record(EventKind kind, const QString& step, QJsonObject data);
    void publish(unsigned changes, bool urgent = false);
    void settle(bool all = false);
    void settleStep(StepView& step, bool active, bool readLocks);
    void say(LogLevel level, const QString& text);
    [[nodiscard]] StepAction* action(const QString& step) const;
    /// Real work is in flight: the rehearsal's clock goes 1:1.
    void setWorking(bool on);
    void describeNow();

    Task<> drive(std::stop_token stop);
    [[nodiscard]] Next next(const QString& id);
    Task<> renderPreview(QString id, std::stop_token stop);
    Task<> perform(QString id, std::stop_token stop);
    Task<> probe(QString id, std::stop_token stop);
    Task<> verify(QString id, std::stop_token stop);
    void raiseFailure(const QString& id, const Error& error);
    Task<> finishRun(std::stop_token stop);
    Task<> askLedger(QString side, std::stop_token stop);
    void announceStart();
    void tellFinished();
    void endRun();
    void seal();
    [[nodiscard]] bool untilReached() const;
    void writesFallback(const StepView& step);

    Task<> goBack(std::stop_token stop);
    Task<> settleGainedRows(std::stop_token stop);
    Task<> undoStep(QString id, std::stop_token stop);
    Task<> awaitVisitors(std::stop_token stop);
    Task<> returnToStart(QString id, std::stop_token stop);
    Task<> countGained(std::stop_token stop);
    [[nodiscard]] QStringList copiedDatabases() const;

    plan::Plan m_plan;
    RunServices m_services;
    ConductorOptions m_options;
    QString m_typedName;
    RunJournal m_journal;
    Projection m_projection;
    std::map<QString, std::unique_ptr<StepAction>> m_actions;
    std::map<QString, std::vector<Interlock>> m_interlocks;
    std::map<QString, DowntimeMeter> m_meters;
    std::map<QString, TimePoint> m_waitingSince;
    std::unique_ptr<EngineContext> m_context;
    std::unique_ptr<Monitors> m_monitors;
    std::optional<ClockGovernor::Guard> m_work;
    Bell m_bell;
    QTimer m_second;
    QTimer m_publish;
    unsigned m_changes = 0;
    bool m_begun = false;               ///< start() was called in this process
    bool m_over = false;                ///< finished() was told
    bool m_untilTold = false;           ///< finished() was told for --until
    bool m_stuckTold = false;           ///< finished() was told for open entries of the ledger
    bool m_broken = false;              ///< the journal refused a record
    bool m_settling = false;
    bool m_news = false;                ///< a record changed a step's state; told at the next settle()
    bool m_moved = false;               ///< the run clock jumped or changed its rate
    bool m_crashed = false;             ///< the journal was continued
    QString m_confirmed;                ///< step that a person armed just now
    QString m_running;                  ///< step whose coroutine is in flight
    QString m_again;                    ///< step that may act again after its probe without asking: retry, or held in between
    std::optional<ProbeResult> m_found; ///< what the probe of the step in doubt said
    std::optional<bool> m_accept;       ///< operator's answer to a doubt
    std::stop_source m_stepStop;        ///< stops the coroutine of the running step
    std::vector<GainedRows> m_gained;
    bool m_gainedKnown = false;
    bool m_countingGained = false;
    bool m_retryUndo = false;
    StopScope m_scope;
};

} // namespace switchyard::cutover
