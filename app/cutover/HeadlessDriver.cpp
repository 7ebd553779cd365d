#include "app/cutover/HeadlessDriver.h"

#include "app/cutover/Interlocks.h"

#include <QPointer>

namespace switchyard::cutover {

namespace {
const QString& robot()
{
    static const QString name = QStringLiteral("headless rehearsal");
    return name;
}
bool onlyAPersonCan(const StepView& step)
{
    const StepFlags& f = step.flags;
    return f.manual || (f.needsPerson && !f.writes && !f.disruptive && !f.pointOfNoReturn && step.poll.empty());
}
} // namespace

HeadlessDriver::HeadlessDriver(RunController* controller, Clock* clock, Options options)
    : m_controller(controller), m_clock(clock), m_options(std::move(options))
{
    connect(controller, &RunController::changed, this, &HeadlessDriver::later);
    connect(controller, &RunController::finished, this, &HeadlessDriver::later);
}

void HeadlessDriver::start()
{
    if (m_options.rollBack)
        return goBack();
    m_controller->start();
    // A run that was held when its program was killed: asking for it unattended is asking it to go on.
    if (m_controller->state().phase == RunPhase::Held && !m_controller->state().untilReached)
        m_controller->proceed();
    // The same for one that had stopped at a failure: whoever resumes it has seen to the cause.
    const StepView* active = m_controller->state().step(m_controller->state().activeStep);
    if (active && active->state == StepState::Failed)
        static_cast<void>(m_controller->retry(active->id));
    later();
}

void HeadlessDriver::goBack()
{
    const RunPhase phase = m_controller->state().phase;
    if (phase != RunPhase::RollingBack && phase != RunPhase::RolledBack && phase != RunPhase::Complete)
        m_controller->hold(); // before the loop starts: no step may begin in between
    m_controller->start();
    if (phase != RunPhase::RollingBack && phase != RunPhase::RolledBack) {
        const auto started = m_controller->rollBack(m_options.typedName, RunController::GainedRowsChoice::SaveToFile);
        if (!started)
            return end(phase == RunPhase::Complete ? CheckFailed : BadUsage, started.error().sentence());
    }
    later();
}

HeadlessDriver::ExitCode HeadlessDriver::exitCodeFor(const Error& error)
{
    switch (error.kind) {
    case ErrorKind::Network:
    case ErrorKind::Timeout:
    case ErrorKind::Http:
    case ErrorKind::Auth:
    case ErrorKind::RateLimited:
    case ErrorKind::Parse:
    case ErrorKind::Database:
    case ErrorKind::Keychain:
        return Refused;
    case ErrorKind::Cancelled:
    case ErrorKind::Storage:
        return Interrupted;
    case ErrorKind::Conflict:
    case ErrorKind::Invalid:
    case ErrorKind::Internal:
        break;
    }
    return CheckFailed;
}

void HeadlessDriver::later()
{
    if (m_queued || m_ended)
        return;
    m_queued = true; // queued: a command given inside a signal would find the conductor in the middle of a thought
    QMetaObject::invokeMethod(this, [this] {
        m_queued = false;
        look();
    }, Qt::QueuedConnection);
}

void HeadlessDriver::end(ExitCode code, const QString& why)
{
    if (m_ended)
        return;
    m_ended = true;
    Q_EMIT ended(code, why);
}

void HeadlessDriver::look()
{
    if (m_ended)
        return;
    const RunState& s = m_controller->state();
    switch (s.phase) {
    case RunPhase::NotStarted:
    case RunPhase::RollingBack: {
        const StepView* stuck = nullptr;
        for (const StepView& step : s.steps) {
            if (s.phase == RunPhase::RollingBack && step.error && step.state != StepState::RolledBack)
                stuck = &step;
        }
        if (stuck && m_tries[stuck->id]++ > m_options.retries)
            end(Refused, stuck->error->sentence());
        else if (stuck && !m_controller->retry(stuck->id))
            end(Refused, stuck->error->sentence());
        return;
    }
    case RunPhase::Complete:
        if (s.ledger && s.ledger->missing > 0)
            end(CheckFailed, QStringLiteral("%1 of %2 acknowledged writes of visitors are missing on the target.").arg(s.ledger->missing).arg(s.ledger->acknowledged));
        else
            end(Done, {});
        return;
    case RunPhase::RolledBack:
        end(m_options.rollBackOnFailure && !m_options.rollBack ? CheckFailed : Done, QStringLiteral("The run was rolled back."));
        return;
    default:
        break;
    }
    const StepView* active = s.step(s.activeStep);
    if (!active) {
        for (const Finding& finding : s.findings) {
            if (finding.id == u"ENGINE-LEDGER" || finding.id == u"ENGINE-JOURNAL")
                end(CheckFailed, finding.title);
        }
        return;
    }
    const StepView step = *active;
    if (s.phase == RunPhase::Held) {
        if (!s.untilReached)
            return end(Interrupted, QStringLiteral("The run is held at step %1, %2.").arg(step.number).arg(step.title));
        end(Done, QStringLiteral("Stopped before step %1, %2.").arg(step.number).arg(step.title));
        return;
    }
    if (s.phase == RunPhase::Failed && step.state != StepState::Failed) {
        end(Interrupted, QStringLiteral("The journal can't be written."));
        return;
    }
    if (step.state != StepState::Blocked)
        m_blockedSince.erase(step.id);
    switch (step.state) {
    case StepState::NeedsYou:
        onNeedsYou(step);
        break;
    case StepState::Failed:
        onFailed(step);
        break;
    case StepState::Blocked:
        onBlocked(step);
        break;
    case StepState::InDoubt:
        end(Interrupted, step.doubt);
        break;
    default:
        break;
    }
}

void HeadlessDriver::skipForPerson(const StepView& step)
{
    std::vector<QString> open;
    for (const CheckView& check : m_controller->state().smoke) {
        if (check.manual && check.now.state == CheckState::ToDo)
            open.push_back(check.id);
    }
    for (const QString& id : open)
        static_cast<void>(m_controller->recordManualCheck(id, CheckState::NotRun, QStringLiteral("skipped, no person"), {}));
    static_cast<void>(m_controller->skip(step.id, robot(), QStringLiteral("skipped, no person")));
}

void HeadlessDriver::onNeedsYou(const StepView& step)
{
    if (onlyAPersonCan(step))
        return skipForPerson(step);
    for (const PollStation& station : step.poll) {
        if (station.answer != PollAnswer::Open)
            continue;
        const StationEvidence beside = evidenceFor(station.station, step.interlocks);
        const auto answered = m_controller->answerPoll(step.id, station.station, beside.good ? PollAnswer::Go : PollAnswer::NoGo, QStringLiteral("evidence, ") + station.station);
        if (!answered)
            return end(CheckFailed, answered.error().sentence());
    }
    if (m_controller->state().rehearsal) {
        const auto confirmed = m_controller->confirm(step.id, step.guard.typedName, QStringLiteral("confirmed by headless rehearsal"));
        if (!confirmed && step.state == StepState::NeedsYou)
            later(); // an interlock moved; look again at the new state
        return;
    }
    if (m_asking || m_asked == step.id)
        return;
    if (!m_options.ask)
        return end(Interrupted, QStringLiteral("Step %1 needs a person who types \"%2\". There is no terminal to ask on.").arg(step.number).arg(step.guard.typedName));
    m_asking = true;
    const QPointer<HeadlessDriver> self(this);
    const QString id = step.id;
    m_options.ask(step, [self, id](const QString& typed) {
        if (!self)
            return;
        self->m_asking = false;
        const auto confirmed = typed.isEmpty() ? Result<void>(Error::cancelled()) : self->m_controller->confirm(id, typed, QStringLiteral("typed on the terminal"));
        if (!confirmed)
            self->end(Interrupted, QStringLiteral("The step was not confirmed. %1").arg(confirmed.error().happened));
        else
            self->m_asked = id;
    });
}

void HeadlessDriver::onFailed(const StepView& step)
{
    const Error error = step.error.value_or(Error::internal(QStringLiteral("no reason was kept")));
    const TimePoint now = m_clock->now();
    const TimePoint since = m_failedAt.try_emplace(step.id, now).first->second;
    if (error.retryable && m_tries[step.id] < m_options.retries) {
        if (now - since < m_options.retryAfter)
            return; // the next tick looks again
        m_failedAt.erase(step.id);
        ++m_tries[step.id];
        if (m_controller->retry(step.id))
            return;
    }
    if (m_options.rollBackOnFailure && m_controller->rollBack(m_controller->state().planName, RunController::GainedRowsChoice::SaveToFile))
        return;
    end(exitCodeFor(error), QStringLiteral("Step %1, %2: %3").arg(step.number).arg(step.title, error.sentence()));
}

void HeadlessDriver::onBlocked(const StepView& step)
{
    // What blocks a step for people is that nobody did it: nobody will.
    if (step.flags.manual)
        return skipForPerson(step);
    // A no-go was given by evidence; when the evidence turned good, the station says go.
    for (const PollStation& station : step.poll) {
        const StationEvidence beside = evidenceFor(station.station, step.interlocks);
        if (station.answer == PollAnswer::NoGo && beside.good)
            static_cast<void>(m_controller->answerPoll(step.id, station.station, PollAnswer::Go, QStringLiteral("evidence, ") + station.station));
    }
    if (m_controller->state().rehearsal) {
        for (const InterlockView& lock : step.interlocks) {
            if (lock.reading.state == InterlockState::Caution && lock.waivedBy.isEmpty())
                static_cast<void>(m_controller->waive(step.id, lock.id, robot(), QStringLiteral("expected gap in an unattended rehearsal"), Seconds(3600)));
        }
    }
    const TimePoint since = m_blockedSince.try_emplace(step.id, m_clock->now()).first->second;
    if (m_clock->now() - since > m_options.blockedLimit)
        end(CheckFailed, QStringLiteral("Step %1, %2, stayed blocked for %3. %4. Settle that, then resume the run, or roll it back.")
                             .arg(step.number).arg(step.title, durationProse(m_options.blockedLimit), step.reason));
}

} // namespace switchyard::cutover
