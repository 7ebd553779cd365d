#pragma once

#include "app/cutover/RunController.h"

#include <QTimer>

#include <functional>
#include <map>

namespace switchyard::cutover {

/// Drives a run with nobody at the desk, through the same commands a person has. Polls answer by evidence only; in a rehearsal what writes
/// is confirmed and recorded as such, what needs a person is skipped as "skipped, no person" and never passed. A live run asks through
/// `ask` and goes nowhere without an answer. Main thread.
class HeadlessDriver final : public QObject {
    Q_OBJECT
public:
    /// The command line's exit codes.
    enum ExitCode { Done = 0, CheckFailed = 1, BadUsage = 2, Refused = 3, Interrupted = 4 };
    struct Options {
        /// Live runs: asks for the name that arms a step; `answer` is called once, with an empty text for "no".
        std::function<void(const StepView& step, std::function<void(QString)> answer)> ask;
        int retries = 2;                         ///< how often a retryable failure is tried again
        Milliseconds retryAfter{5'000};          ///< run time between
        Milliseconds blockedLimit{Seconds(3600)};///< run time a step may stay blocked before the run is given up
        bool rollBackOnFailure = false;
        /// Goes back instead of on; rows that the target took meanwhile are saved to a file. `typedName` is what a person typed for it.
        bool rollBack = false;
        QString typedName;
    };
    HeadlessDriver(RunController* controller, Clock* clock, Options options);
    /// Starts the run.
    void start();
    /// Which code a failure of a step means.
    [[nodiscard]] static ExitCode exitCodeFor(const Error& error);

Q_SIGNALS:
    /// The run is over for this process. `why` is one sentence; empty when done.
    void ended(int exitCode, const QString& why);

private:
    void look();
    void later();
    void end(ExitCode code, const QString& why);
    void skipForPerson(const StepView& step);
    void onNeedsYou(const StepView& step);
    void onFailed(const StepView& step);
    void onBlocked(const StepView& step);
    void goBack();

    RunController* m_controller;
    Clock* m_clock;
    Options m_options;
    bool m_queued = false;
    bool m_ended = false;
    bool m_asking = false;
    QString m_asked;
    std::map<QString, int> m_tries;
    std::map<QString, TimePoint> m_failedAt;
    std::map<QString, TimePoint> m_blockedSince;
};

} // namespace switchyard::cutover
