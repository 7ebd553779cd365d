#include "app/cutover/Clocks.h"
#include "app/cutover/Conductor.h"
#include "app/cutover/EngineContext.h"
#include "app/cutover/monitor/Monitors.h"

#include <QDir>

#include <algorithm>

// The way back: its own list, with the same records. It waits for no poll and no interlock, and goes on after a crash.

namespace switchyard::cutover {

namespace {
QString choiceName(RunController::GainedRowsChoice choice)
{
    switch (choice) {
    case RunController::GainedRowsChoice::CopyBack: return QStringLiteral("copy-back");
    case RunController::GainedRowsChoice::SaveToFile: return QStringLiteral("save");
    case RunController::GainedRowsChoice::None: break;
    }
    return QStringLiteral("none");
}
} // namespace

QStringList Conductor::copiedDatabases() const
{
    QStringList out;
    for (const plan::DatabaseMapping& d : m_plan.production().databases) {
        if (d.method == plan::MoveMethod::Copy && !d.source.isEmpty() && !d.target.isEmpty())
            out << d.name;
    }
    return out;
}

RollbackPreview Conductor::rollbackPreview()
{
    RollbackPreview out;
    out.pastPoint = state().pastPoint;
    Milliseconds cache{0};
    const QStringList ids = m_projection.toUndo();
    for (const QString& id : ids) {
        const StepView& step = *state().step(id);
        const UndoPreview undo = action(id)->undoPreview();
        if (!undo.needed)
            continue;
        const QString provider = undo.calls.empty() ? QString() : undo.calls.front().provider;
        out.actions.push_back({undo.summary.isEmpty() ? step.title : undo.summary, provider, undo.takes, undo.cached > Milliseconds(0)});
        out.total += undo.takes;
        cache = std::max(cache, undo.cached);
    }
    out.total += cache;
    out.gained = m_gained;
    out.gainedKnown = m_gainedKnown;
    out.text = out.actions.empty() ? QStringLiteral("Nothing was changed yet. Ending the run takes no call.")
               : out.pastPoint     ? QStringLiteral("Writes are open on %1. Rows taken there since are lost unless they are copied back or saved.").arg(state().targetTitle)
                                   : QStringLiteral("%1 goes back to %2 as it was. No row is lost.").arg(state().planName, state().sourceTitle);
    if (out.pastPoint && !m_countingGained && m_begun && !m_over) {
        m_countingGained = true;
        m_scope.spawn(QStringLiteral("rows gained"), countGained(m_scope.token()));
    }
    return out;
}

Task<> Conductor::countGained(std::stop_token stop)
{
    std::vector<GainedRows> all;
    const QStringList databases = copiedDatabases();
    for (const QString& name : databases) {
        auto mover = co_await m_context->mover(name, stop);
        SY_CO_ALIVE(stop);
        if (!mover) {
            m_countingGained = false;
            co_return std::move(mover).error();
        }
        const std::shared_ptr<DatabaseMover> held = *mover;
        auto rows = co_await held->rowsGained(stop);
        SY_CO_ALIVE(stop);
        if (!rows) {
            m_countingGained = false;
            co_return std::move(rows).error();
        }
        all.insert(all.end(), rows->begin(), rows->end());
    }
    m_countingGained = false;
    m_gained = std::move(all);
    m_gainedKnown = true;
    publish(DatabasesChanged | StepsChanged);
    co_return Ok{};
}

Result<void> Conductor::rollBack(const QString& typedName, GainedRowsChoice choice)
{
    const Guard guard = rollbackGuard(state().pastPoint, m_typedName, m_services.rehearsal ? m_options.guards : GuardStyle::Live);
    if (m_projection.ended()) {
        return Error::invalid(QStringLiteral("The run has ended."), QStringLiteral("There is nothing to roll back in it."),
                              QStringLiteral("Write a plan that moves the other way."));
    }
    if (!m_projection.started() || !m_begun)
        return Error::invalid(QStringLiteral("The run hasn't started."), QStringLiteral("Nothing was changed."), QStringLiteral("Close it."));
    if (!guard.typedName.isEmpty() && typedName != guard.typedName) {
        return Error::invalid(QStringLiteral("The typed name isn't \"%1\".").arg(guard.typedName), QStringLiteral("Nothing was changed."),
                              QStringLiteral("Type it exactly, then hold."));
    }
    QJsonObject d;
    d.insert(QStringLiteral("by"), m_options.operatorName);
    d.insert(QStringLiteral("choice"), choiceName(choice));
    d.insert(QStringLiteral("from"), state().activeStep);
    d.insert(QStringLiteral("typed"), !guard.typedName.isEmpty());
    d.insert(QStringLiteral("how"), !m_options.headless ? QStringLiteral("typed and held") : m_services.rehearsal ? QStringLiteral("confirmed by headless rehearsal") : QStringLiteral("typed on the terminal"));
    m_broken = false;
    SY_CHECK(record(EventKind::RollbackStarted, {}, std::move(d)));
    m_stepStop.request_stop();
    m_retryUndo = true;
    m_stuckTold = false;
    publish(Everything, true);
    m_bell.ring();
    return Ok{};
}

Task<> Conductor::goBack(std::stop_token stop)
{
    while (true) {
        if (m_broken)
            co_return Ok{};
        const QStringList left = m_projection.toUndo();
        // First everything back to the point, which closes the target for writes again; then the rows it took are final and are copied back
        // or saved while the source still stands frozen; then the rest.
        const StepView* oldest = left.isEmpty() ? nullptr : state().step(left.front());
        const bool beforePoint = !oldest || (!oldest->pastPoint && !oldest->flags.pointOfNoReturn);
        if (state().pastPoint && beforePoint && !m_projection.gainedSettled()) {
            auto saved = co_await settleGainedRows(stop);
            SY_CO_ALIVE(stop);
            setWorking(false);
            if (saved)
                continue;
            const Error error = saved.error();
            Finding finding{QStringLiteral("ENGINE-ROLLBACK"), Severity::Failure, error.happened, error.means, error.remedy, QStringLiteral("checklist"), {}, {}, {}};
            m_context->report(std::move(finding), true);
            m_retryUndo = false;
            while (!m_retryUndo) { // a new choice, or the same once more
                SY_CO_CHECK(co_await m_bell.wait(stop));
            }
            m_context->withdraw(QStringLiteral("ENGINE-ROLLBACK"));
            continue;
        }
        if (left.isEmpty())
            break;
        const QString id = left.front();
        SY_CO_CHECK(co_await undoStep(id, stop));
        SY_CO_ALIVE(stop);
        if (m_projection.track(id).stage == Stage::Undone || m_broken)
            continue;
        m_retryUndo = false;
        publish(StepsChanged | PhaseChanged, true);
        while (!m_retryUndo) {
            SY_CO_CHECK(co_await m_bell.wait(stop));
        }
    }
    SY_CO_CHECK(co_await awaitVisitors(stop));
    SY_CO_ALIVE(stop);
    if (m_projection.writesStoppedSince()) {
        QJsonObject open;
        open.insert(QStringLiteral("stopped"), false);
        static_cast<void>(record(EventKind::Writes, {}, std::move(open)));
    }
    SY_CO_CHECK(co_await askLedger(QStringLiteral("source"), stop));
    SY_CO_ALIVE(stop);
    if (!record(EventKind::RolledBack, {}, {}))
        co_return Ok{};
    const std::vector<LentEntry> open = closeEntries();
    if (open.empty()) {
        seal();
    } else {
        QStringList names;
        for (const LentEntry& entry : open)
            names << QStringLiteral("%1 (%2)").arg(entry.what, entry.inverse);
        Finding finding{QStringLiteral("ENGINE-LEDGER"), Severity::Failure, QStringLiteral("%1 temporary changes are still in place").arg(open.size()),
                        names.join(QStringLiteral("; ")), QStringLiteral("Put them back by hand; the report stays a draft."), QStringLiteral("report"), {}, {}, {}};
        m_context->report(std::move(finding), true);
    }
    endRun();
    co_return Ok{};
}

/// "Rolled back" is said when visitors are back, not when the last call was sent: the names keep their answers for a TTL, and the downtime that
/// runs meanwhile belongs to this run. Nobody waits for ever: what isn't back by then is told by name.
Task<> Conductor::awaitVisitors(std::stop_token stop)
{
    if (!m_monitors)
        co_return Ok{};
    Clock* clock = m_services.clock;
    const TimePoint latest = clock->now() + std::max<Milliseconds>(state().ttl, Seconds(60)) + Seconds(120);
    QStringList away;
    do {
        away.clear();
        for (const HostView& host : state().hosts) {
            const bool back = host.state == HostState::Source && !host.downSince;
            if (!back && !host.samples.empty())
                away << host.host;
        }
        if (away.isEmpty())
            co_return Ok{};
        SY_CO_CHECK(co_await sleepFor(clock, Seconds(1), stop));
        SY_CO_ALIVE(stop);
    } while (clock->now() < latest);
    say(LogLevel::Warning, QStringLiteral("%1 did not answer from %2 yet when the run was rolled back.").arg(away.join(QStringLiteral(", ")), state().sourceTitle));
    Finding finding{QStringLiteral("ENGINE-AWAY"), Severity::Caution, QStringLiteral("%1 did not answer from %2 yet").arg(away.join(QStringLiteral(", ")), state().sourceTitle),
                    QStringLiteral("Everything is put back, but its visitors may still see errors."), QStringLiteral("Look at its records and at the source's log."),
                    QStringLiteral("dns"), {}, {}, {}};
    m_context->report(std::move(finding), true);
    co_return Ok{};
}

Task<> Conductor::settleGainedRows(std::stop_token stop)
{
    const QString choice = m_projection.rollbackChoice();
    qint64 total = 0;
    QString says = QStringLiteral("Rows taken by the target were given up");
    const QStringList databases = choice == u"none" ? QStringList() : copiedDatabases();
    setWorking(true);
    for (const QString& name : databases) {
        SY_CO_TRY(auto mover, co_await m_context->mover(name, stop));
        SY_CO_ALIVE(stop);
        if (choice == u"copy-back") {
            TableSink sink = [](const TableProgress&) {};
            SY_CO_TRY(const Rows rows, co_await mover->copyBack(std::move(sink), stop));
            SY_CO_ALIVE(stop);
            total += rows.value;
            says = QStringLiteral("%1 rows copied back to %2").arg(grouped(total), state().sourceTitle);
        } else {
            const QString file = QDir(state().directory).filePath(QStringLiteral("gained-rows-%1.sql").arg(name));
            SY_CO_TRY(const Rows rows, co_await mover->saveGainedRows(file, stop));
            SY_CO_ALIVE(stop);
            total += rows.value;
            says = QStringLiteral("%1 rows saved to %2").arg(grouped(total), file);
        }
    }
    QJsonObject d;
    d.insert(QStringLiteral("choice"), choice);
    d.insert(QStringLiteral("rows"), total);
    d.insert(QStringLiteral("says"), says);
    SY_CO_CHECK(record(EventKind::GainedRows, {}, std::move(d)));
    say(LogLevel::Info, says);
    co_return Ok{};
}

Task<> Conductor::undoStep(QString id, std::stop_token stop)
{
    const bool announced = m_projection.track(id).stage == Stage::Undoing;
    const StepState reached = m_projection.state().step(id)->state;
    const bool whole = reached == StepState::Passed || reached == StepState::PassedWithWaiver;
    const bool needed = action(id)->undoPreview().needed || !whole; // a step that broke off may have left more than it knows
    QJsonObject done;
    done.insert(QStringLiteral("ok"), true);
    if (!needed) {
        done.insert(QStringLiteral("says"), QStringLiteral("Nothing to put back"));
        static_cast<void>(record(EventKind::UndoOutcome, id, std::move(done)));
        co_return Ok{};
    }
    setWorking(true);
    if (announced) { // a crash or a failure lies between: what is put back already isn't put back again
        auto found = co_await action(id)->probe(stop);
        SY_CO_ALIVE(stop);
        const std::vector<LentEntry> open = closeEntries();
        const bool lends = std::any_of(open.begin(), open.end(), [&](const LentEntry& e) { return e.step == id; });
        if (found && found->effect == Effect::NotYet && !lends) {
            setWorking(false);
            done.insert(QStringLiteral("says"), found->says);
            static_cast<void>(record(EventKind::UndoOutcome, id, std::move(done)));
            co_return Ok{};
        }
    }
    if (!record(EventKind::UndoIntent, id, {})) {
        setWorking(false);
        co_return Ok{};
    }
    m_running = id;
    publish(StepsChanged, true);
    EngineVoice voice(this, id, true);
    auto result = co_await action(id)->undo(&voice, stop);
    SY_CO_ALIVE(stop);
    m_running.clear();
    setWorking(false);
    if (result) {
        done.insert(QStringLiteral("says"), result->says);
        done.insert(QStringLiteral("evidence"), evidenceToJson(result->evidence));
        static_cast<void>(record(EventKind::UndoOutcome, id, std::move(done)));
        m_context->withdraw(QStringLiteral("ENGINE-STEP-%1").arg(id));
    } else {
        QJsonObject d;
        d.insert(QStringLiteral("ok"), false);
        d.insert(QStringLiteral("error"), errorToJson(result.error()));
        const Error error = std::move(result).error();
        static_cast<void>(record(EventKind::UndoOutcome, id, std::move(d)));
        raiseFailure(id, error);
    }
    publish(StepsChanged, true);
    co_return Ok{};
}

Task<> Conductor::returnToStart(QString id, std::stop_token stop)
{
    setWorking(true);
    EngineVoice voice(this, id, true);
    auto result = co_await action(id)->undo(&voice, stop);
    SY_CO_ALIVE(stop);
    setWorking(false);
    QJsonObject d;
    if (result) {
        d.insert(QStringLiteral("state"), stepStateName(StepState::Pending));
    } else {
        d.insert(QStringLiteral("state"), stepStateName(StepState::Failed));
        d.insert(QStringLiteral("error"), errorToJson(result.error()));
        raiseFailure(id, result.error());
    }
    static_cast<void>(record(EventKind::StepState, id, std::move(d)));
    settle();
    publish(StepsChanged | PhaseChanged, true);
    co_return Ok{};
}

} // namespace switchyard::cutover
