#include "app/cutover/Clocks.h"
#include "app/cutover/Conductor.h"
#include "app/cutover/EngineContext.h"
#include "app/cutover/monitor/Monitors.h"

#include <algorithm>

// The loop that runs a plan: one step after the other, each through intent, perform, outcome, read back.

namespace switchyard::cutover {

namespace {
Error openEntriesError(const std::vector<LentEntry>& open)
{
    QStringList names;
    for (const LentEntry& entry : open)
        names << entry.what;
    return Error::invalid(QStringLiteral("%1 temporary changes are still in place: %2.").arg(open.size()).arg(names.join(QStringLiteral(", "))),
                          QStringLiteral("Visitors don't notice, but the report can't be sealed while something lent isn't put back."),
                          QStringLiteral("Try the step again, or put them back by hand and try again."));
}
bool ledgerCounted(const std::vector<JournalRecord>& records)
{
    return std::any_of(records.begin(), records.end(), [](const JournalRecord& r) { return r.kind == eventName(EventKind::VisitorLedger); });
}
} // namespace

void Conductor::start()
{
    if (m_begun)
        return;
    m_begun = true;
    if (m_projection.ended()) {
        if (m_projection.state().seal.isEmpty() && closeEntries().empty())
            seal(); // killed between the last record and the seal
        m_over = true;
        publish(Everything, true);
        tellFinished();
        return;
    }
    announceStart();
    tick();
    m_scope.spawn(QStringLiteral("run"), drive(m_scope.token()));
}

void Conductor::announceStart()
{
    if (m_crashed) {
        QJsonObject by;
        by.insert(QStringLiteral("by"), m_options.operatorName);
        static_cast<void>(record(EventKind::Resumed, {}, std::move(by)));
        return;
    }
    // What was down before the run began isn't the run's downtime.
    m_meters.clear();
    for (HostView& host : m_projection.state().hosts) {
        host.downSince.reset();
        host.upSince.reset();
        host.downtime = Milliseconds(0);
    }
    std::map<QString, QString> kinds;
    for (const plan::StepSpec& spec : m_plan.steps)
        kinds[spec.id] = spec.kind;
    static_cast<void>(record(EventKind::RunStarted, {}, runStartedData(m_projection.state(), kinds, m_plan.digest)));
}

void Conductor::tellFinished()
{
    // Queued: who hears it may take the run down, and the loop is still on the stack.
    QMetaObject::invokeMethod(this, &Conductor::finished, Qt::QueuedConnection);
}

Task<> Conductor::drive(std::stop_token stop)
{
    while (true) {
        settle();
        if (m_projection.rollingBack() && !m_broken) {
            SY_CO_CHECK(co_await goBack(stop));
            SY_CO_ALIVE(stop);
            if (m_over)
                co_return Ok{};
            continue;
        }
        const QString id = m_projection.state().activeStep;
        if (id.isEmpty() && !m_broken) {
            SY_CO_CHECK(co_await finishRun(stop));
            SY_CO_ALIVE(stop);
            if (m_over)
                co_return Ok{};
        }
        switch (id.isEmpty() ? Next::Wait : next(id)) {
        case Next::Wait: {
            SY_CO_CHECK(co_await m_bell.wait(stop));
            break;
        }
        case Next::Preview: {
            SY_CO_CHECK(co_await renderPreview(id, stop));
            break;
        }
        case Next::Probe: {
            SY_CO_CHECK(co_await probe(id, stop));
            break;
        }
        case Next::Perform: {
            SY_CO_CHECK(co_await perform(id, stop));
            break;
        }
        case Next::Verify: {
            SY_CO_CHECK(co_await verify(id, stop));
            break;
        }
        }
        SY_CO_ALIVE(stop);
    }
}

bool Conductor::untilReached() const
{
    const StepView* until = m_options.untilStep.isEmpty() ? nullptr : state().step(m_options.untilStep);
    return until && isDone(until->state);
}

Conductor::Next Conductor::next(const QString& id)
{
    const StepView& step = *m_projection.state().step(id);
    if (m_broken)
        return Next::Wait;
    switch (m_projection.track(id).stage) {
    case Stage::Performed:
        return Next::Verify;
    case Stage::Intended:
        if (m_projection.held() || step.state == StepState::InDoubt)
            return m_accept ? Next::Probe : Next::Wait;
        return Next::Probe;
    case Stage::Untouched:
        break;
    default:
        return Next::Wait;
    }
    if (untilReached()) {
        if (!m_untilTold) {
            m_untilTold = true;
            publish(Everything, true);
            tellFinished();
        }
        return Next::Wait;
    }
    if (!step.previewAt && step.state != StepState::Pending)
        return Next::Preview; // no call is sent before its exact form was on the screen
    if (step.state == StepState::Ready && !step.flags.needsPerson && !m_projection.held())
        return Next::Perform;
    if (m_confirmed != id)
        return Next::Wait;
    if (step.state == StepState::NeedsYou && !m_projection.held())
        return Next::Perform;
    // An interlock opened between the confirmation and the first call.
    m_confirmed.clear();
    say(LogLevel::Warning, QStringLiteral("The confirmation of step %1 was dropped. %2.").arg(step.number).arg(step.reason));
    return Next::Wait;
}

Task<> Conductor::renderPreview(QString id, std::stop_token stop)
{
    auto rendered = co_await action(id)->preview(stop);
    SY_CO_ALIVE(stop);
    StepView& step = *m_projection.state().step(id);
    if (rendered) {
        step.preview = std::move(rendered).value();
        step.summary = step.preview.summary;
        step.callsTotal = std::max(step.callsTotal, static_cast<int>(step.preview.calls.size()));
    } else {
        step.preview = {};
        step.preview.summary = rendered.error().sentence();
    }
    step.previewAt = m_services.clock->now();
    step.undo = action(id)->undoPreview();
    fillWayBack(m_projection.state());
    publish(StepsChanged);
    co_return Ok{};
}

Task<> Conductor::perform(QString id, std::stop_token stop)
{
    QJsonObject intent;
    intent.insert(QStringLiteral("says"), m_projection.state().step(id)->title);
    const Clearance clearance = readInterlocks(*m_projection.state().step(id), m_projection.track(id), m_interlocks[id], m_services.clock->now());
    intent.insert(QStringLiteral("calls"), m_projection.state().step(id)->callsTotal);
    if (clearance.waived)
        intent.insert(QStringLiteral("waived"), true);
    m_confirmed.clear();
    m_found.reset();
    if (!record(EventKind::Intent, id, std::move(intent)))
        co_return Ok{}; // nothing was sent; the run stands still
    m_again.clear();
    m_running = id;
    m_projection.state().tasks.clear();
    publish(StepsChanged | TasksChanged | PhaseChanged, true);
    m_stepStop = std::stop_source(); // the destructor fires it too
    EngineVoice voice(this, id, false);
    setWorking(true);
    auto result = co_await action(id)->perform(&voice, m_stepStop.get_token());
    SY_CO_ALIVE(stop);
    setWorking(false);
    m_running.clear();
    for (TaskProgress& task : m_projection.state().tasks)
        task.running = false;
    QJsonObject outcome;
    if (result) {
        const StepOutcome& out = *result;
        outcome.insert(QStringLiteral("ok"), true);
        outcome.insert(QStringLiteral("says"), out.says);
        outcome.insert(QStringLiteral("memory"), out.memory);
        outcome.insert(QStringLiteral("evidence"), evidenceToJson(out.evidence));
        static_cast<void>(record(EventKind::Outcome, id, std::move(outcome)));
        co_return Ok{};
    }
    if (result.error().kind == ErrorKind::Cancelled && (voice.stoppedByHold() || m_projection.held() || m_projection.rollingBack())) {
        m_again = id; // after Continue it is probed and goes on by itself
        co_return Ok{};
    }
    if (result.error().kind == ErrorKind::Storage && m_broken)
        co_return Ok{}; // the intent stays open: in doubt until the journal can be written
    outcome.insert(QStringLiteral("ok"), false);
    outcome.insert(QStringLiteral("error"), errorToJson(result.error()));
    const Error error = std::move(result).error();
    static_cast<void>(record(EventKind::Outcome, id, std::move(outcome)));
    raiseFailure(id, error);
    co_return Ok{};
}

void Conductor::raiseFailure(const QString& id, const Error& error)
{
    const StepView* step = m_projection.state().step(id);
    Finding finding;
    finding.id = QStringLiteral("ENGINE-STEP-%1").arg(id);
    finding.severity = Severity::Failure;
    finding.title = QStringLiteral("Step %1 failed: %2").arg(step->number).arg(error.happened);
    finding.text = error.means;
    finding.fix = error.remedy;
    finding.page = QStringLiteral("checklist");
    finding.linkText = QStringLiteral("Open in Checklist");
    finding.blocksStep = id;
    say(LogLevel::Error, QStringLiteral("Step %1, %2: %3").arg(step->number).arg(step->title, error.sentence()));
    m_context->report(std::move(finding), true);
}

Task<> Conductor::probe(QString id, std::stop_token stop)
{
    if (m_accept && m_found) { // the operator looked at what the probe said
        const bool accept = *std::exchange(m_accept, std::nullopt);
        QJsonObject d;
        d.insert(QStringLiteral("accept"), accept);
        d.insert(QStringLiteral("by"), m_options.operatorName);
        d.insert(QStringLiteral("says"), accept ? QStringLiteral("Go on as it stands") : QStringLiteral("Return to the start of the step"));
        if (!record(EventKind::DoubtResolved, id, std::move(d)))
            co_return Ok{};
        const ProbeResult found = *std::exchange(m_found, std::nullopt);
        if (!accept) {
            SY_CO_CHECK(co_await returnToStart(id, stop));
            co_return Ok{};
        }
        m_again = id;
        if (found.effect != Effect::Done) {
            SY_CO_CHECK(co_await perform(id, stop));
            co_return Ok{};
        }
    }
    setWorking(true);
    auto answer = co_await action(id)->probe(stop);
    SY_CO_ALIVE(stop);
    setWorking(false);
    ProbeResult found;
    if (answer)
        found = std::move(answer).value();
    else
        found.says = answer.error().sentence();
    const StepFlags flags = m_projection.state().step(id)->flags;
    if (!flags.writes && found.effect != Effect::Done)
        found.effect = Effect::NotYet; // it only reads: doing it again can't do harm
    m_found = found;
    const bool asked = m_again == id;
    const bool watched = !m_options.headless && flags.needsPerson && !asked;
    bool again = false;
    switch (found.effect) {
    case Effect::Done:
        // Close is done when the ledger says so, not when the last call was sent.
        again = flags.idempotent && m_projection.state().step(id)->phase == plan::Phase::Close && !closeEntries().empty();
        break;
    case Effect::NotYet:
        again = asked || m_options.headless || flags.idempotent;
        break;
    case Effect::Partly:
        again = asked || (m_options.headless && flags.idempotent);
        break;
    case Effect::Unknown:
        again = asked && flags.idempotent;
        break;
    }
    if (watched || (found.effect != Effect::Done && !again)) {
        const StepView& step = *m_projection.state().step(id);
        const QString after = step.callsTotal > 0 ? QStringLiteral(" after %1 of %2 calls").arg(step.callsDone).arg(step.callsTotal) : QString();
        QJsonObject d;
        d.insert(QStringLiteral("says"), QStringLiteral("Step %1 was interrupted%2. %3").arg(step.number).arg(after, found.says));
        static_cast<void>(record(EventKind::Doubt, id, std::move(d)));
        publish(StepsChanged | PhaseChanged, true);
        co_return Ok{};
    }
    if (!again) {
        QJsonObject d;
        d.insert(QStringLiteral("ok"), true);
        d.insert(QStringLiteral("says"), found.says);
        d.insert(QStringLiteral("probed"), true);
        m_again.clear();
        m_found.reset();
        static_cast<void>(record(EventKind::Outcome, id, std::move(d)));
        co_return Ok{};
    }
    SY_CO_CHECK(co_await perform(id, stop));
    co_return Ok{};
}

Task<> Conductor::verify(QString id, std::stop_token stop)
{
    m_running = id;
    setWorking(true);
    publish(StepsChanged, true);
    m_stepStop = std::stop_source();
    auto read = co_await action(id)->verify(m_stepStop.get_token());
    SY_CO_ALIVE(stop);
    setWorking(false);
    m_running.clear();
    if (!read && read.error().kind == ErrorKind::Cancelled && m_projection.rollingBack())
        co_return Ok{};
    std::optional<Error> error;
    if (!read)
        error = read.error();
    else if (m_projection.state().steps.back().id == id && !closeEntries().empty())
        error = openEntriesError(closeEntries());
    // Before the step's own end, so that whoever reads "passed" finds what was shown with it.
    if (const QJsonObject shown = snapshotData(m_projection.state()); !shown.isEmpty() && shown != m_projection.snapshot())
        static_cast<void>(record(EventKind::Snapshot, id, shown));
    QJsonObject d;
    if (error) {
        d.insert(QStringLiteral("state"), stepStateName(StepState::Failed));
        d.insert(QStringLiteral("error"), errorToJson(*error));
        static_cast<void>(record(EventKind::StepState, id, std::move(d)));
        raiseFailure(id, *error);
        co_return Ok{};
    }
    const bool waived = m_projection.track(id).waived;
    d.insert(QStringLiteral("state"), stepStateName(waived ? StepState::PassedWithWaiver : StepState::Passed));
    d.insert(QStringLiteral("evidence"), evidenceToJson(*read));
    if (!record(EventKind::StepState, id, std::move(d)))
        co_return Ok{};
    m_context->withdraw(QStringLiteral("ENGINE-STEP-%1").arg(id));
    const StepView step = *m_projection.state().step(id);
    writesFallback(step);
    const auto spec = std::find_if(m_plan.steps.begin(), m_plan.steps.end(), [&](const plan::StepSpec& each) { return each.id == id; });
    if (m_monitors && spec != m_plan.steps.end() && spec->kind == QLatin1String("copy-settings"))
        refreshEnvironments();
    say(LogLevel::Info, QStringLiteral("Step %1 passed: %2").arg(step.number).arg(step.title));
    publish(StepsChanged | PhaseChanged, true);
    co_return Ok{};
}

void Conductor::writesFallback(const StepView& step)
{
    // Steps that know better tell it themselves through their voice.
    const bool running = m_projection.writesStoppedSince().has_value();
    const bool stops = step.phase == plan::Phase::Freeze && !running && m_projection.writesStoppedClosed() == Milliseconds(0) &&
                       (step.flags.disruptive || !isDone(step.state));
    const bool opens = step.flags.pointOfNoReturn && isDone(step.state) && running;
    if (!stops && !opens)
        return;
    QJsonObject d;
    d.insert(QStringLiteral("stopped"), stops);
    static_cast<void>(record(EventKind::Writes, step.id, std::move(d)));
}

std::vector<LentEntry> Conductor::closeEntries() const
{
    std::vector<LentEntry> out;
    for (const LentEntry& entry : state().lent) {
        if (entry.open)
            out.push_back(entry);
    }
    return out;
}

Task<> Conductor::askLedger(QString side, std::stop_token stop)
{
    // What the journal holds counts: a figure on the screen only isn't in the report made from it.
    if (!m_services.world || ledgerCounted(m_journal.records()))
        co_return Ok{};
    auto counted = co_await m_services.world->checkLedger(side, stop);
    SY_CO_ALIVE(stop);
    if (!counted) {
        say(LogLevel::Warning, QStringLiteral("The visitors' ledger could not be checked. %1").arg(counted.error().sentence()));
        co_return Ok{};
    }
    QJsonObject d;
    d.insert(QStringLiteral("side"), side);
    d.insert(QStringLiteral("acknowledged"), counted->acknowledged);
    d.insert(QStringLiteral("missing"), counted->missing);
    d.insert(QStringLiteral("examples"), QJsonArray::fromStringList(counted->examples));
    static_cast<void>(record(EventKind::VisitorLedger, {}, std::move(d)));
    if (counted->missing > 0 && side == u"target") {
        Finding finding{QStringLiteral("ENGINE-LOST"), Severity::Failure, QStringLiteral("%1 acknowledged writes are missing on %2").arg(counted->missing).arg(state().targetTitle),
                        counted->examples.join(QStringLiteral("; ")), QStringLiteral("Compare the tables named above before the source is deleted."), QStringLiteral("databases"), {}, {}, {}};
        m_context->report(std::move(finding), true);
    }
    co_return Ok{};
}

Task<> Conductor::finishRun(std::stop_token stop)
{
    const std::vector<LentEntry> open = closeEntries();
    if (!open.empty()) {
        if (m_stuckTold)
            co_return Ok{};
        m_stuckTold = true;
        const Error error = openEntriesError(open);
        Finding finding{QStringLiteral("ENGINE-LEDGER"), Severity::Failure, error.happened, error.means, error.remedy, QStringLiteral("report"), QStringLiteral("Open in Report"), {}, {}};
        m_context->report(std::move(finding), true);
        publish(Everything, true);
        tellFinished();
        co_return Ok{};
    }
    SY_CO_CHECK(co_await askLedger(QStringLiteral("target"), stop));
    SY_CO_ALIVE(stop);
    tick(); // the last figures, while the run still counts as one
    QJsonObject d;
    d.insert(QStringLiteral("complete"), true);
    if (!record(EventKind::Finished, {}, std::move(d)))
        co_return Ok{};
    m_context->withdraw(QStringLiteral("ENGINE-LEDGER"));
    seal();
    endRun();
    co_return Ok{};
}

void Conductor::endRun()
{
    tick();
    m_over = true;
    m_second.stop();
    m_monitors.reset();
    publish(Everything, true);
    tellFinished();
}

void Conductor::seal()
{
    QJsonObject d;
    d.insert(QStringLiteral("seal"), sealOf(m_journal.records()));
    static_cast<void>(record(EventKind::Sealed, {}, std::move(d)));
}

} // namespace switchyard::cutover
