#pragma once

#include "app/cutover/RunController.h"

namespace switchyard::test {

/// The moments of the design's pictures.
enum class Moment {
    Prepare,  ///< rehearsal, T+00:03:24, three changes staged
    PreSeed,  ///< rehearsal, T+00:21:37, copying tables
    Copying,  ///< live, T+00:27:07, pre-seed at 64 %
    Delta,    ///< live, T+00:40:31, traffic held, checksums running
    Switch,   ///< live, T+00:41:52, step 16 waits for its hold
    Verify,   ///< live, T+00:46:30, apex without certificate
    Logs,     ///< live, T+00:51:30, downtime above 80 % of the budget
    Smoke,    ///< live, T+00:55:40, CSRF fails on the apex
    Complete, ///< live, T+01:24:06, sealed
};

/// A run that stands still at one moment, for widget tests and pictures only. Commands are recorded and change nothing but what a test
/// asks for through edit().
class SampleRun final : public cutover::RunController {
    Q_OBJECT
public:
    explicit SampleRun(Moment moment, QObject* parent = nullptr);
    [[nodiscard]] const cutover::RunState& state() const override { return m_state; }
    [[nodiscard]] const plan::Plan& plan() const override { return m_plan; }
    [[nodiscard]] cutover::RunState& edit() { return m_state; }
    [[nodiscard]] plan::Plan& editPlan() { return m_plan; }
    void tell(unsigned changes = cutover::Everything) { Q_EMIT changed(changes); }
    /// The lines of the live log at that moment, oldest first.
    [[nodiscard]] const std::vector<LogLine>& lines() const { return m_lines; }
    void sayLines();
    /// What was asked for, newest last: "hold", "confirm switch-names projectify held 2 s with Enter".
    [[nodiscard]] const QStringList& asked() const { return m_asked; }
    /// The next commands are refused with this.
    void refuse(const Error& error) { m_refusal = error; }

    void start() override { m_asked << QStringLiteral("start"); }
    void hold() override { m_asked << QStringLiteral("hold"); }
    void proceed() override { m_asked << QStringLiteral("proceed"); }
    Result<void> confirm(const QString& step, const QString& typedName, const QString& how) override;
    Result<void> answerPoll(const QString& step, const QString& station, cutover::PollAnswer answer, const QString& by) override;
    Result<void> waive(const QString& step, const QString& interlock, const QString& by, const QString& reason, Milliseconds lasts) override;
    Result<void> skip(const QString& step, const QString& by, const QString& reason) override;
    Result<void> retry(const QString& step) override;
    Result<void> resolveDoubt(const QString& step, bool accept) override;
    Result<void> addNote(const QString& step, const QString& text) override;
    void dryRun(const QString& step) override { m_asked << QStringLiteral("dry run ") + step; }
    cutover::RollbackPreview rollbackPreview() override;
    Result<void> rollBack(const QString& typedName, GainedRowsChoice choice) override;
    void runSmoke() override { m_asked << QStringLiteral("smoke"); }
    Result<void> recordManualCheck(const QString& check, cutover::CheckState state, const QString& note, const QString& picture) override;
    void refreshEnvironments() override { m_asked << QStringLiteral("read environments"); }
    void askResolversAgain() override { m_asked << QStringLiteral("ask resolvers"); }
    Result<void> setFault(const QString& fault, bool on) override;

private:
    Result<void> record(const QStringList& words);
    cutover::RunState m_state;
    plan::Plan m_plan;
    std::vector<LogLine> m_lines;
    QStringList m_asked;
    std::optional<Error> m_refusal;
};

/// 15 March 2026 at this clock time, UTC.
[[nodiscard]] TimePoint storyTime(const char* clock);

} // namespace switchyard::test
