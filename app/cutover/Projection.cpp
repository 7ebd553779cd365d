#include "app/cutover/Projection.h"

#include "app/cutover/Clocks.h"

#include <algorithm>

namespace switchyard::cutover {

namespace {
QString text(const JournalRecord& r, const char* key) { return r.data.value(QLatin1String(key)).toString(); }

void addEvidence(StepView& step, const QJsonArray& items)
{
    for (const QJsonValue& v : items)
        step.evidence.push_back(evidenceFromJson(v.toObject()));
}

void merge(QJsonObject& into, const QJsonObject& from)
{
    for (auto it = from.begin(); it != from.end(); ++it)
        into.insert(it.key(), it.value());
}

void countCalls(StepView& step)
{
    // The calls of the way back are kept beside, under keys of their own.
    const auto forth = [](const CallView& c) { return !c.key.startsWith(QStringLiteral("undo/")); };
    step.callsDone = static_cast<int>(std::count_if(step.calls.begin(), step.calls.end(), [&](const CallView& c) { return forth(c) && c.state == CallView::State::Done; }));
    const auto announced = static_cast<int>(std::count_if(step.calls.begin(), step.calls.end(), forth));
    step.callsTotal = std::max({step.callsTotal, announced, static_cast<int>(step.preview.calls.size())});
}
} // namespace

const WaiverGiven* StepTrack::waiver(const QString& interlock, TimePoint now) const
{
    for (auto it = waivers.rbegin(); it != waivers.rend(); ++it) {
        if (it->interlock == interlock)
            return it->until > now ? &*it : nullptr;
    }
    return nullptr;
}

const StepTrack& Projection::track(const QString& step) const
{
    static const StepTrack none;
    const auto it = m_tracks.find(step);
    return it == m_tracks.end() ? none : it->second;
}

QJsonObject Projection::memoryOfKind(const QString& kind) const
{
    const StepTrack* best = nullptr;
    for (const auto& [id, t] : m_tracks) {
        if (t.kind == kind && t.touched && (!best || t.order > best->order))
            best = &t;
    }
    return best ? best->memory : QJsonObject();
}

QStringList Projection::toUndo() const
{
    std::vector<std::pair<qint64, QString>> found;
    for (const auto& [id, t] : m_tracks) {
        if (t.touched && t.stage != Stage::Undone)
            found.emplace_back(t.order, id);
    }
    std::sort(found.rbegin(), found.rend());
    QStringList out;
    for (const auto& [order, id] : found)
        out << id;
    return out;
}

void Projection::event(const JournalRecord& record, QString what, Severity severity, bool good, const StepView* step)
{
    EventView view;
    view.at = record.at;
    view.severity = severity;
    view.good = good;
    view.text = std::move(what);
    const QString by = text(record, "by");
    view.by = by.isEmpty() ? QStringLiteral("automatic") : by;
    if (step) {
        view.evidence = QStringLiteral("step %1").arg(step->number);
        view.pointOfNoReturn = step->flags.pointOfNoReturn && good;
    }
    m_state.events.push_back(std::move(view));
}

void Projection::apply(const JournalRecord& record)
{
    const auto kind = eventFromName(record.kind);
    if (!kind)
        return; // written by a newer version: what it means is unknown, the rest still holds
    if (*kind == EventKind::RunStarted)
        start(record);
    else if (StepView* step = record.step.isEmpty() ? nullptr : m_state.step(record.step))
        applyStep(*kind, record, *step, m_tracks[record.step]);
    else
        applyRun(*kind, record);
    m_state.now = std::max(m_state.now, record.at);
    recompute();
}

void Projection::applyRun(EventKind kind, const JournalRecord& record)
{
    switch (kind) {
    case EventKind::Resumed:
        event(record, QStringLiteral("Opened again after an interruption"), Severity::Caution, false, nullptr);
        break;
    case EventKind::Hold:
        m_held = true;
        event(record, QStringLiteral("Held"), Severity::Caution, false, nullptr);
        break;
    case EventKind::Continue:
        m_held = false;
        event(record, QStringLiteral("Continued"), Severity::Advisory, true, nullptr);
        break;
    case EventKind::Host:
        for (HostView& host : m_state.hosts) {
            if (host.host != text(record, "host"))
                continue;
            host.state = hostStateFromName(text(record, "state"));
            host.downtime = Milliseconds(record.data.value(u"closedMs").toInteger());
            const auto when = [&](const char* key) {
                const QJsonValue v = record.data.value(QLatin1String(key));
                return v.isDouble() ? std::optional(fromJsonTime(v)) : std::nullopt;
            };
            host.downSince = when("downSince");
            host.upSince = when("upSince");
            spell(host, record.at);
            // The live state has this sample already, from the probe itself.
            if (host.samples.empty() || host.samples.back().at < record.at)
                host.samples.push_back({record.at, host.state, record.data.value(u"status").toInt(), Milliseconds(0), {}, text(record, "detail")});
            const bool bad = host.state == HostState::Failed || host.state == HostState::Maintenance;
            const QString words = host.state == HostState::Maintenance ? QStringLiteral("shows maintenance")
                                  : host.state == HostState::Failed    ? QStringLiteral("fails")
                                  : host.state == HostState::Unknown   ? QStringLiteral("can't be told")
                                                                       : QStringLiteral("is answered by the %1").arg(hostStateName(host.state));
            event(record, QStringLiteral("%1 %2").arg(host.host, words), bad ? Severity::Caution : Severity::Advisory, !bad, nullptr);
        }
        break;
    case EventKind::Writes:
        if (record.data.value(u"stopped").toBool()) {
            if (!m_writesSince)
                m_writesSince = record.at;
        } else if (m_writesSince) {
            m_writesClosed += record.at - *m_writesSince;
            m_writesSince.reset();
        }
        m_state.writesStoppedRunning = m_writesSince.has_value();
        m_state.writesStopped = m_writesClosed;
        break;
    case EventKind::RollbackStarted:
        m_rollingBack = true;
        m_rollbackChoice = text(record, "choice");
        m_held = false;
        event(record, QStringLiteral("Rolling back to %1").arg(m_state.sourceTitle), Severity::Failure, false, nullptr);
        break;
    case EventKind::GainedRows:
        m_gainedSettled = true;
        event(record, text(record, "says"), Severity::Advisory, true, nullptr);
        break;
    case EventKind::RolledBack:
        m_rollingBack = false;
        m_state.phase = RunPhase::RolledBack;
        m_state.endedAt = record.at;
        event(record, QStringLiteral("Rolled back"), Severity::Caution, true, nullptr);
        break;
    case EventKind::Finished:
        m_state.phase = RunPhase::Complete;
        m_state.endedAt = record.at;
        event(record, QStringLiteral("Complete"), Severity::Advisory, true, nullptr);
        break;
    case EventKind::VisitorLedger: {
        LedgerSummary ledger;
        ledger.acknowledged = record.data.value(u"acknowledged").toInteger();
        ledger.missing = record.data.value(u"missing").toInteger();
        const QJsonArray examples = record.data.value(u"examples").toArray();
        for (const QJsonValue& example : examples)
            ledger.examples << example.toString();
        m_state.ledger = ledger;
        event(record, QStringLiteral("%1 acknowledged writes of visitors, %2 missing on the %3").arg(grouped(ledger.acknowledged), grouped(ledger.missing), text(record, "side")),
              ledger.missing > 0 ? Severity::Failure : Severity::Advisory, ledger.missing == 0, nullptr);
        break;
    }
    case EventKind::Sealed:
        m_state.seal = text(record, "seal");
        break;
    case EventKind::Fault:
        event(record, QStringLiteral("Fault %1: %2").arg(record.data.value(u"on").toBool() ? QStringLiteral("on") : QStringLiteral("off"), text(record, "fault")),
              Severity::Caution, false, nullptr);
        break;
    case EventKind::Snapshot:
        applySnapshot(record.data);
        break;
    case EventKind::ManualCheck:
        for (CheckView& check : m_state.smoke) {
            if (check.id != text(record, "check"))
                continue;
            check.now.state = checkStateFromName(text(record, "state"));
            check.now.note = text(record, "note");
            check.now.picture = text(record, "picture");
            check.now.at = record.at;
        }
        break;
    default:
        break;
    }
}

void Projection::applyCall(EventKind kind, const JournalRecord& record, StepView& step)
{
    const QString key = text(record, "key");
    auto it = std::find_if(step.calls.begin(), step.calls.end(), [&](const CallView& c) { return c.key == key; });
    if (it == step.calls.end())
        it = step.calls.insert(step.calls.end(), CallView{key, {}, CallView::State::Sent, record.at});
    if (kind == EventKind::Intent)
        it->state = CallView::State::Sent;
    else
        it->state = record.data.value(u"ok").toBool() ? CallView::State::Done : CallView::State::Refused;
    it->at = record.at;
    if (const QString says = text(record, "says"); !says.isEmpty())
        it->description = says;
    countCalls(step);
}

void Projection::applyStep(EventKind kind, const JournalRecord& record, StepView& step, StepTrack& track)
{
    const QJsonObject& d = record.data;
    switch (kind) {
    case EventKind::Intent:
        if (d.contains(u"key")) {
            applyCall(kind, record, step);
            break;
        }
        if (!track.touched)
            track.order = record.sequence;
        track.touched = true;
        track.stage = Stage::Intended;
        track.failedReadingBack = false;
        step.callsTotal = std::max(step.callsTotal, d.value(u"calls").toInt());
        track.waived = track.waived || d.value(u"waived").toBool();
        step.state = StepState::Running;
        step.reason.clear();
        step.error.reset();
        step.doubt.clear();
        step.endedAt.reset();
        if (!step.startedAt)
            step.startedAt = record.at;
        // From the moment that writes may be open, going back may lose rows.
        m_state.pastPoint = m_state.pastPoint || step.flags.pointOfNoReturn;
        break;
    case EventKind::Outcome:
        if (d.contains(u"key")) {
            applyCall(kind, record, step);
            break;
        }
        if (d.value(u"ok").toBool()) {
            track.stage = Stage::Performed;
            merge(track.memory, d.value(u"memory").toObject());
            applyMemory(track);
            if (track.kind == u"wait-names")
                countNames();
            addEvidence(step, d.value(u"evidence").toArray());
            step.state = StepState::Verifying;
            step.reason = text(record, "says");
            step.doubt.clear();
            break;
        }
        track.stage = Stage::Failed;
        step.state = StepState::Failed;
        step.error = errorFromJson(d.value(u"error").toObject());
        step.reason = step.error->happened;
        event(record, QStringLiteral("%1 failed: %2").arg(step.title, step.error->happened), Severity::Failure, false, &step);
        break;
    case EventKind::StepState: {
        const StepState to = stepStateFromName(text(record, "state")).value_or(StepState::Failed);
        step.state = to;
        step.doubt.clear();
        addEvidence(step, d.value(u"evidence").toArray());
        step.reason = text(record, "reason");
        if (to == StepState::Passed || to == StepState::PassedWithWaiver) {
            track.stage = Stage::Passed;
            step.error.reset();
            step.endedAt = record.at;
            step.actual = record.at - step.startedAt.value_or(record.at);
            event(record, step.title, Severity::Advisory, true, &step);
        } else if (to == StepState::Failed) {
            track.stage = Stage::Failed;
            track.failedReadingBack = true;
            step.error = errorFromJson(d.value(u"error").toObject());
            step.reason = step.error->happened;
            event(record, QStringLiteral("%1 did not take: %2").arg(step.title, step.error->happened), Severity::Failure, false, &step);
        } else if (to == StepState::Pending) {
            track.stage = Stage::Untouched; // returned to its start
            track.touched = false;
            step.startedAt.reset();
            step.error.reset();
            step.calls.clear();
            step.callsDone = 0;
            event(record, QStringLiteral("%1 was returned to its start").arg(step.title), Severity::Caution, false, &step);
        }
        break;
    }
    case EventKind::Confirmed:
        event(record, QStringLiteral("%1 confirmed, %2").arg(step.title, text(record, "how")), Severity::Advisory, true, &step);
        break;
    case EventKind::PollAnswer:
        for (PollStation& station : step.poll) {
            if (station.station != text(record, "station"))
                continue;
            station.answer = pollAnswerFromName(text(record, "answer"));
            station.by = text(record, "by");
            station.evidence = text(record, "evidence");
        }
        if (!step.pollExpires)
            step.pollExpires = record.at + kPollLasts;
        event(record, QStringLiteral("%1: %2").arg(text(record, "station"), text(record, "answer")), Severity::Advisory, text(record, "answer") != u"no-go", &step);
        break;
    case EventKind::PollCleared:
        for (PollStation& station : step.poll) {
            station.answer = PollAnswer::Open;
            station.by.clear();
            station.evidence.clear();
        }
        step.pollExpires.reset();
        break;
    case EventKind::Waiver:
        track.waivers.push_back({text(record, "interlock"), text(record, "by"), text(record, "reason"), fromJsonTime(d.value(u"until"))});
        event(record, QStringLiteral("%1 waived: %2").arg(text(record, "label"), text(record, "reason")), Severity::Caution, false, &step);
        break;
    case EventKind::Note:
        step.note = step.note.isEmpty() ? text(record, "text") : step.note + u'\n' + text(record, "text");
        break;
    case EventKind::Skip:
        track.stage = Stage::Skipped;
        step.state = StepState::Skipped;
        step.skipReason = text(record, "reason");
        step.reason = step.skipReason;
        step.endedAt = record.at;
        step.error.reset();
        event(record, QStringLiteral("%1 skipped: %2").arg(step.title, step.skipReason), Severity::Caution, false, &step);
        break;
    case EventKind::Retry:
        track.stage = Stage::Intended; // probed before anything is sent again
        step.state = StepState::Running;
        step.error.reset();
        step.reason = QStringLiteral("Trying again");
        break;
    case EventKind::Doubt:
        step.state = StepState::InDoubt;
        step.doubt = text(record, "says");
        step.reason = step.doubt;
        break;
    case EventKind::DoubtResolved:
        step.state = StepState::Running;
        step.doubt.clear();
        step.reason.clear();
        event(record, QStringLiteral("%1: %2").arg(step.title, text(record, "says")), Severity::Caution, false, &step);
        break;
    case EventKind::Remember:
        merge(track.memory, d.value(u"memory").toObject());
        applyMemory(track);
        break;
    case EventKind::Lent: {
        const QString id = text(record, "id");
        LentEntry entry{id, text(record, "what"), text(record, "inverse"), record.at, true, d.value(u"data").toObject(), step.id};
        const auto it = std::find_if(m_state.lent.begin(), m_state.lent.end(), [&](const LentEntry& e) { return e.id == id; });
        if (it == m_state.lent.end())
            m_state.lent.push_back(std::move(entry));
        else if (!it->open)
            *it = std::move(entry); // lent again after it was put back; while open, the first inverse is the true one
        break;
    }
    case EventKind::PutBack:
        for (LentEntry& entry : m_state.lent) {
            if (entry.id == text(record, "id"))
                entry.open = false;
        }
        break;
    case EventKind::Evidence:
        step.evidence.push_back(evidenceFromJson(d));
        break;
    case EventKind::UndoIntent:
        track.stage = Stage::Undoing;
        step.error.reset();
        step.reason = QStringLiteral("Rolling back");
        break;
    case EventKind::UndoOutcome:
        if (d.value(u"ok").toBool()) {
            track.stage = Stage::Undone;
            if (track.kind == QLatin1String("copy-settings"))
                m_state.settingsWritten.clear();
            step.state = StepState::RolledBack;
            step.reason = text(record, "says");
            addEvidence(step, d.value(u"evidence").toArray());
            event(record, QStringLiteral("%1 rolled back").arg(step.title), Severity::Caution, true, &step);
        } else {
            step.error = errorFromJson(d.value(u"error").toObject());
            step.reason = step.error->happened;
            event(record, QStringLiteral("%1 could not be rolled back: %2").arg(step.title, step.error->happened), Severity::Failure, false, &step);
        }
        break;
    default:
        applyRun(kind, record); // a run's event that names the step it happened in
        break;
    }
}

void Projection::countNames()
{
    NameAnswers all; // one step a switch group
    for (const auto& [id, t] : m_tracks) {
        if (t.kind != u"wait-names")
            continue;
        all.answers += t.memory.value(u"honest").toInt();
        all.onTarget += t.memory.value(u"target").toInt();
    }
    m_state.names = all;
}

void Projection::recompute()
{
    RunState& s = m_state;
    s.done = 0;
    s.activeStep.clear();
    s.nextStep.clear();
    std::map<plan::Phase, std::pair<int, int>> count; // done, all
    const StepView* active = nullptr;
    for (const StepView& step : s.steps) {
        auto& [done, all] = count[step.phase];
        ++all;
        if (isDone(step.state)) {
            ++done;
            ++s.done;
        } else if (!active) {
            active = &step;
        } else if (s.nextStep.isEmpty()) {
            s.nextStep = step.id;
        }
    }
    if (active && !ended()) {
        s.activeStep = active->id;
        s.currentPhase = active->phase;
    } else if (!s.steps.empty() && !active) {
        s.currentPhase = s.steps.back().phase;
    }
    for (int i = 0; i < plan::kPhases; ++i) {
        const auto phase = static_cast<plan::Phase>(i);
        const auto it = count.find(phase);
        const bool passed = it == count.end() ? phase < s.currentPhase : it->second.first == it->second.second;
        s.phases[phase] = passed ? PhaseMark::Passed : phase == s.currentPhase && m_started ? PhaseMark::Current : PhaseMark::Coming;
    }
    if (!m_started || ended())
        return;
    if (m_rollingBack)
        s.phase = RunPhase::RollingBack;
    else if (active && active->state == StepState::Failed)
        s.phase = RunPhase::Failed;
    else if (active && (active->state == StepState::InDoubt || active->state == StepState::NeedsYou))
        s.phase = RunPhase::NeedsYou;
    else
        s.phase = m_held ? RunPhase::Held : RunPhase::Running;
}

RunState project(const std::vector<JournalRecord>& records)
{
    Projection projection;
    for (const JournalRecord& record : records)
        projection.apply(record);
    if (projection.started())
        fillClocks(projection, {}, projection.state().now);
    return projection.state();
}

} // namespace switchyard::cutover
