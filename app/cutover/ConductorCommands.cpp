#include "app/cutover/Conductor.h"
#include "app/cutover/EngineContext.h"
#include "app/cutover/monitor/Monitors.h"
#include "app/cutover/monitor/SettingsBoard.h"

#include <algorithm>

// What a person (or the unattended driver) may ask of a run. Commands check, write and ring; the loop acts.

namespace switchyard::cutover {

namespace {
Error notNow(const QString& happened, const QString& remedy)
{
    return Error::invalid(happened, QStringLiteral("Nothing was changed."), remedy);
}
Error notActive(const StepView* step)
{
    return notNow(step ? QStringLiteral("Step %1 isn't the one that is due.").arg(step->number) : QStringLiteral("There is no such step."),
                  QStringLiteral("Go back to the active step."));
}
} // namespace

void Conductor::hold()
{
    if (!m_projection.started() || m_projection.held() || m_projection.ended() || m_projection.rollingBack())
        return;
    QJsonObject d;
    d.insert(QStringLiteral("by"), m_options.operatorName);
    static_cast<void>(record(EventKind::Hold, {}, std::move(d)));
    settle();
    publish(PhaseChanged | StepsChanged, true);
}

void Conductor::proceed()
{
    if (m_broken) {
        m_broken = false; // tried again with the next record
        m_context->withdraw(QStringLiteral("ENGINE-JOURNAL"));
        if (m_begun && !m_projection.started())
            announceStart();
    }
    if (m_projection.held()) {
        QJsonObject d;
        d.insert(QStringLiteral("by"), m_options.operatorName);
        static_cast<void>(record(EventKind::Continue, {}, std::move(d)));
    }
    if (untilReached()) {
        m_options.untilStep.clear();
        m_untilTold = false;
    }
    m_stuckTold = false;
    settle();
    publish(PhaseChanged | StepsChanged, true);
    m_bell.ring();
}

Result<void> Conductor::confirm(const QString& id, const QString& typedName, const QString& how)
{
    const StepView* step = state().step(id);
    if (!step || state().activeStep != id || !m_begun)
        return notActive(step);
    if (!step->flags.needsPerson)
        return notNow(QStringLiteral("Step %1 starts by itself.").arg(step->number), QStringLiteral("Hold the plan to keep it from starting."));
    if (m_running == id || m_projection.track(id).stage != Stage::Untouched)
        return notNow(QStringLiteral("Step %1 was confirmed already.").arg(step->number), QStringLiteral("Wait for it, or hold the plan."));
    if (!step->guard.typedName.isEmpty() && typedName != step->guard.typedName)
        return notNow(QStringLiteral("The typed name isn't \"%1\".").arg(step->guard.typedName), QStringLiteral("Type it exactly, then hold."));
    if (m_projection.held())
        return notNow(QStringLiteral("The plan is held."), QStringLiteral("Continue first."));
    settle(); // every interlock again, at the end of the hold
    if (step->state != StepState::NeedsYou)
        return notNow(QStringLiteral("Step %1 can't go now. %2.").arg(step->number).arg(step->reason), QStringLiteral("Look at its interlocks."));
    const PollCount poll = countPoll(step->poll, m_plan.poll.team);
    if (!step->poll.empty() && !poll.complete)
        return notNow(poll.text + u'.', QStringLiteral("Let every station answer."));
    QJsonObject d;
    d.insert(QStringLiteral("by"), m_options.operatorName);
    d.insert(QStringLiteral("how"), how);
    d.insert(QStringLiteral("typed"), !step->guard.typedName.isEmpty());
    SY_CHECK(record(EventKind::Confirmed, id, std::move(d)));
    m_confirmed = id;
    m_bell.ring();
    return Ok{};
}

Result<void> Conductor::answerPoll(const QString& id, const QString& stationName, PollAnswer answer, const QString& by)
{
    const StepView* step = state().step(id);
    if (!step || isDone(step->state) || m_running == id)
        return notActive(step);
    const auto station = std::find_if(step->poll.begin(), step->poll.end(), [&](const PollStation& s) { return s.station == stationName; });
    if (station == step->poll.end())
        return notNow(QStringLiteral("Step %1 asks no station \"%2\".").arg(step->number).arg(stationName), QStringLiteral("Pick one of its stations."));
    if (by.trimmed().isEmpty())
        return notNow(QStringLiteral("An answer needs a name."), QStringLiteral("Say who answers."));
    settle(true);
    const StationEvidence beside = evidenceFor(stationName, step->interlocks);
    if (answer == PollAnswer::Go && beside.waived)
        answer = PollAnswer::GoWaived;
    QJsonObject d;
    d.insert(QStringLiteral("station"), stationName);
    d.insert(QStringLiteral("answer"), pollAnswerName(answer));
    d.insert(QStringLiteral("by"), by);
    d.insert(QStringLiteral("evidence"), beside.text);
    SY_CHECK(record(EventKind::PollAnswer, id, std::move(d)));
    settle();
    m_bell.ring();
    return Ok{};
}

Result<void> Conductor::waive(const QString& id, const QString& interlock, const QString& by, const QString& reason, Milliseconds lasts)
{
    const StepView* step = state().step(id);
    if (!step || isDone(step->state))
        return notActive(step);
    settle(true);
    const auto lock = std::find_if(step->interlocks.begin(), step->interlocks.end(), [&](const InterlockView& l) { return l.id == interlock; });
    if (lock == step->interlocks.end())
        return notNow(QStringLiteral("Step %1 has no such interlock.").arg(step->number), QStringLiteral("Pick one of its interlocks."));
    if (lock->reading.state != InterlockState::Caution)
        return notNow(QStringLiteral("\"%1\" can't be waived. Only a caution can; a failure can't.").arg(lock->label),
                      QStringLiteral("Clear it, or roll back."));
    if (by.trimmed().isEmpty() || reason.trimmed().isEmpty() || lasts <= Milliseconds(0))
        return notNow(QStringLiteral("A waiver needs a name, a reason and an end time."), QStringLiteral("Fill in all three."));
    QJsonObject d;
    d.insert(QStringLiteral("interlock"), interlock);
    d.insert(QStringLiteral("label"), lock->label);
    d.insert(QStringLiteral("by"), by);
    d.insert(QStringLiteral("reason"), reason);
    d.insert(QStringLiteral("until"), toJsonTime(m_services.clock->now() + lasts));
    SY_CHECK(record(EventKind::Waiver, id, std::move(d)));
    settle();
    m_bell.ring();
    return Ok{};
}

Result<void> Conductor::skip(const QString& id, const QString& by, const QString& reason)
{
    const StepView* step = state().step(id);
    if (!step || isDone(step->state) || step->state == StepState::RolledBack)
        return notActive(step);
    if (reason.trimmed().isEmpty())
        return notNow(QStringLiteral("Skipping needs a reason."), QStringLiteral("Say why; it is shown in the report."));
    if (m_running == id || m_projection.rollingBack())
        return notNow(QStringLiteral("Step %1 is running.").arg(step->number), QStringLiteral("Hold the plan, then skip."));
    QJsonObject d;
    d.insert(QStringLiteral("by"), by);
    d.insert(QStringLiteral("reason"), reason);
    SY_CHECK(record(EventKind::Skip, id, std::move(d)));
    m_found.reset();
    m_context->withdraw(QStringLiteral("ENGINE-STEP-%1").arg(id));
    settle();
    publish(StepsChanged | PhaseChanged, true);
    m_bell.ring();
    return Ok{};
}

Result<void> Conductor::retry(const QString& id)
{
    const StepView* step = state().step(id);
    if (m_projection.rollingBack() && step && step->error) {
        m_retryUndo = true;
        m_bell.ring();
        return Ok{};
    }
    if (!step || state().activeStep != id || step->state != StepState::Failed)
        return notActive(step);
    // Its own alarm goes first: a step whose interlock is "no open failure" must not be blocked by itself.
    m_context->withdraw(QStringLiteral("ENGINE-STEP-%1").arg(id));
    const Clearance clearance = readInterlocks(*m_projection.state().step(id), m_projection.track(id), m_interlocks[id], m_services.clock->now());
    if (!clearance.go && step->callsDone == 0) {
        raiseFailure(id, *step->error);
        return notNow(QStringLiteral("Step %1 can't go now. %2.").arg(step->number).arg(clearance.reason), QStringLiteral("Look at its interlocks."));
    }
    QJsonObject d;
    d.insert(QStringLiteral("by"), m_options.operatorName);
    SY_CHECK(record(EventKind::Retry, id, std::move(d)));
    m_again = id;
    m_found.reset();
    m_broken = false;
    settle();
    publish(StepsChanged | PhaseChanged, true);
    m_bell.ring();
    return Ok{};
}

Result<void> Conductor::resolveDoubt(const QString& id, bool accept)
{
    const StepView* step = state().step(id);
    if (!step || step->state != StepState::InDoubt || !m_found)
        return notNow(QStringLiteral("This step isn't in doubt."), QStringLiteral("Go back to the active step."));
    m_accept = accept;
    m_bell.ring();
    return Ok{};
}

Result<void> Conductor::addNote(const QString& id, const QString& text)
{
    if (!state().step(id))
        return notActive(nullptr);
    QJsonObject d;
    d.insert(QStringLiteral("by"), m_options.operatorName);
    d.insert(QStringLiteral("text"), text);
    return record(EventKind::Note, id, std::move(d));
}

void Conductor::dryRun(const QString& id)
{
    if (action(id) && m_running != id)
        m_scope.spawn(QStringLiteral("dry run"), renderPreview(id, m_scope.token()));
}

void Conductor::runSmoke()
{
    if (m_options.runSmoke)
        m_scope.spawn(QStringLiteral("smoke"), m_options.runSmoke(m_context.get(), m_scope.token()));
}

void Conductor::refreshEnvironments()
{
    m_scope.spawn(QStringLiteral("environments"), m_options.refreshEnvironments ? m_options.refreshEnvironments(m_context.get(), m_scope.token()) : readAllSettings(m_context.get(), m_scope.token()));
}

void Conductor::askResolversAgain()
{
    if (m_monitors)
        m_monitors->askResolversAgain();
}

Result<void> Conductor::recordManualCheck(const QString& check, CheckState checkState, const QString& note, const QString& picture)
{
    const auto& all = state().smoke;
    if (std::none_of(all.begin(), all.end(), [&](const CheckView& c) { return c.id == check; }))
        return notNow(QStringLiteral("There is no check \"%1\".").arg(check), QStringLiteral("Pick one of the list."));
    QJsonObject d;
    d.insert(QStringLiteral("check"), check);
    d.insert(QStringLiteral("state"), checkStateName(checkState));
    d.insert(QStringLiteral("note"), note);
    d.insert(QStringLiteral("picture"), picture);
    d.insert(QStringLiteral("by"), m_options.operatorName);
    return record(EventKind::ManualCheck, {}, std::move(d));
}

Result<void> Conductor::setFault(const QString& fault, bool on)
{
    if (!m_services.world)
        return notNow(QStringLiteral("There is no rehearsed world."), QStringLiteral("Faults belong to rehearsals."));
    QJsonObject d;
    d.insert(QStringLiteral("fault"), fault);
    d.insert(QStringLiteral("on"), on);
    SY_CHECK(record(EventKind::Fault, {}, std::move(d)));
    m_scope.spawn(QStringLiteral("fault"), m_services.world->setFault(fault, on, m_scope.token()));
    return Ok{};
}

} // namespace switchyard::cutover
