#include "app/cutover/Conductor.h"

#include "app/cutover/Clocks.h"
#include "app/cutover/EngineContext.h"
#include "app/cutover/monitor/Monitors.h"

#include <QScopedValueRollback>

#include <algorithm>

namespace switchyard::cutover {

Result<std::unique_ptr<Conductor>> Conductor::open(plan::Plan plan, RunServices services, const ActionFactory& factory, ConductorOptions options)
{
    if (plan.environments.empty() || plan.steps.empty()) {
        return Error::invalid(QStringLiteral("The plan has no steps."), QStringLiteral("There is nothing to run."),
                              QStringLiteral("Add a service to the plan; the steps follow from the mapping."));
    }
    std::unique_ptr<Conductor> out(new Conductor(std::move(plan), std::move(services), std::move(options)));
    SY_CHECK(out->makeActions(factory));
    SY_CHECK(out->m_journal.load());
    out->fillFromPlan();
    SY_CHECK(out->goOnFromJournal());
    out->settle(true);
    fillClocks(out->m_projection, out->m_plan.windowEnd, out->m_services.clock->now());
    out->startWatching();
    return Result<std::unique_ptr<Conductor>>(std::move(out));
}

void Conductor::startWatching()
{
    if (m_projection.ended())
        return;
    m_second.start();
    if (!m_options.monitors)
        return;
    m_monitors = std::make_unique<Monitors>(m_context.get(), [this](const QString& host, const ProbeSample& sample) { addSample(host, sample); });
    m_monitors->start();
    refreshEnvironments();
}

Conductor::Conductor(plan::Plan plan, RunServices services, ConductorOptions options)
    : m_plan(std::move(plan)), m_services(std::move(services)), m_options(std::move(options)),
      m_typedName(m_options.typedName.isEmpty() ? m_plan.name : m_options.typedName), m_journal(m_services.journal, m_services.clock),
      m_context(std::make_unique<EngineContext>(this))
{
    // By the wall clock: people read these, and a rehearsal at sixtyfold speed must not look at its interlocks sixty times a second.
    m_second.setInterval(1000);
    connect(&m_second, &QTimer::timeout, this, &Conductor::tick);
    connect(m_services.clock, &Clock::rateChanged, this, [this] {
        m_moved = true;
        publish(ClocksChanged);
    });
    m_publish.setSingleShot(true);
    connect(&m_publish, &QTimer::timeout, this, [this] {
        if (std::exchange(m_moved, false))
            tick();
        settle();
        if (const unsigned changes = std::exchange(m_changes, 0u))
            Q_EMIT changed(changes);
    });
}

Conductor::~Conductor()
{
    m_scope.requestStop();
    m_stepStop.request_stop();
    m_work.reset();
}

RunContext& Conductor::context() { return *m_context; }

Result<void> Conductor::makeActions(const ActionFactory& factory)
{
    for (const plan::StepSpec& spec : m_plan.steps) {
        if (m_actions.contains(spec.id))
            return Error::invalid(QStringLiteral("Two steps have the id \"%1\".").arg(spec.id), QStringLiteral("The journal couldn't tell them apart."),
                                  QStringLiteral("Give one of them another id."));
        SY_TRY(auto made, factory(spec, m_context.get()));
        m_interlocks[spec.id] = made->interlocks();
        m_actions[spec.id] = std::move(made);
        m_projection.setKind(spec.id, spec.kind);
    }
    return Ok{};
}

void Conductor::fillFromPlan()
{
    RunState& s = m_projection.state();
    s.planName = m_plan.name;
    s.sourceTitle = m_plan.sideTitle(Side::Source);
    s.targetTitle = m_plan.sideTitle(Side::Target);
    s.sourceProviders = m_plan.sideProviders(Side::Source);
    s.targetProviders = m_plan.sideProviders(Side::Target);
    s.rehearsal = m_services.rehearsal;
    s.customEndpoints = m_services.customEndpoints;
    s.headless = m_options.headless;
    s.rehearsalNumber = m_options.rehearsalNumber;
    s.speed = m_options.speed;
    s.operatorName = m_options.operatorName;
    s.operatorInitials = m_options.operatorInitials;
    s.keyring = m_options.keyring;
    s.directory = m_options.directory;
    s.downtimeBudget = m_plan.downtimeBudget;
    s.now = m_services.clock->now();
    int number = 0;
    bool past = false;
    for (const plan::StepSpec& spec : m_plan.steps) {
        StepAction* a = action(spec.id);
        StepView step;
        step.id = spec.id;
        step.number = ++number;
        step.phase = spec.phase;
        step.title = spec.title.isEmpty() ? a->title() : spec.title;
        step.verb = a->verb();
        step.flags = a->flags();
        step.flags.needsPerson = step.flags.needsPerson || spec.person || step.flags.manual;
        step.planned = spec.planned > Milliseconds(0) ? spec.planned : a->planned();
        step.ownerInitials = step.flags.needsPerson ? m_options.operatorInitials : QString();
        step.guard = guardFor(step.flags, m_typedName, m_services.rehearsal ? m_options.guards : GuardStyle::Live);
        step.pastPoint = past;
        past = past || step.flags.pointOfNoReturn;
        const auto poll = spec.with.find(QStringLiteral("poll"));
        if (pollNeeded(step.flags) || (step.flags.needsPerson && poll != spec.with.end() && poll->second == u"true")) {
            for (const QString& station : m_plan.poll.stations)
                step.poll.push_back({station, {}, PollAnswer::Open, {}});
        }
        step.undo = a->undoPreview();
        s.steps.push_back(std::move(step));
    }
    const QString zone = m_plan.dns.zone;
    for (const plan::DomainMapping& d : m_plan.production().domains) {
        HostView host;
        host.host = d.host;
        host.shortName = d.host == zone ? QStringLiteral("apex") : d.host.endsWith(u'.' + zone) ? d.host.chopped(zone.size() + 1) : d.host;
        host.group = d.group;
        s.hosts.push_back(std::move(host));
    }
    // The actions of the smoke steps may have filled these already.
    s.smoke.clear();
    for (const plan::SmokeSpec& spec : m_plan.smoke) {
        CheckView check;
        check.id = spec.id;
        check.title = spec.title;
        check.section = spec.section;
        check.manual = spec.manual;
        check.instructions = spec.instructions;
        s.smoke.push_back(std::move(check));
    }
}

Result<void> Conductor::goOnFromJournal()
{
    for (const JournalRecord& r : m_journal.records())
        m_projection.apply(r);
    m_crashed = m_projection.started();
    if (!m_crashed) {
        m_projection.recompute();
        return Ok{};
    }
    if (m_projection.digest() != m_plan.digest) {
        return Error::invalid(QStringLiteral("The journal in this folder belongs to another version of the plan."),
                              QStringLiteral("Going on with changed steps could repeat or skip one."),
                              QStringLiteral("Open the run with the plan file it was started with."));
    }
    RunState& s = m_projection.state();
    s.directory = m_options.directory.isEmpty() ? s.directory : m_options.directory;
    s.headless = m_options.headless;
    for (const plan::StepSpec& spec : m_plan.steps) {
        const StepTrack& track = m_projection.track(spec.id);
        const QString switched = track.memory.value(u"switchedAt").toString();
        if (!switched.isEmpty() && track.stage != Stage::Undone)
            s.switchedAt = fromIsoUtc(switched);
    }
    for (const HostView& host : s.hosts)
        m_meters[host.host] = DowntimeMeter(host.downtime, host.downSince, host.upSince);
    return Ok{};
}

StepAction* Conductor::action(const QString& step) const
{
    const auto it = m_actions.find(step);
    return it == m_actions.end() ? nullptr : it->second.get();
}

void Conductor::setWorking(bool on)
{
    if (!on)
        m_work.reset();
    else if (!m_work && m_services.governor)
        m_work = m_services.governor->work();
}

Result<void> Conductor::record(EventKind kind, const QString& step, QJsonObject data)
{
    auto written = m_journal.append(kind, step, data);
    if (!written) {
        m_broken = true;
        Finding finding;
        finding.id = QStringLiteral("ENGINE-JOURNAL");
        finding.severity = Severity::Failure;
        finding.title = written.error().happened;
        finding.text = written.error().means;
        finding.fix = written.error().remedy;
        finding.page = QStringLiteral("checklist");
        m_context->report(std::move(finding), true);
        return std::move(written).error();
    }
    const StepView* before = m_projection.state().step(step);
    const StepState stateBefore = before ? before->state : StepState::Pending;
    m_projection.apply(*written);
    m_news = m_news || (before && before->state != stateBefore);
    unsigned changes = EventsChanged | StepsChanged;
    if (kind == EventKind::Lent || kind == EventKind::PutBack)
        changes |= LanesChanged;
    if (kind == EventKind::ManualCheck)
        changes |= SmokeChanged;
    publish(changes);
    return Ok{};
}

void Conductor::publish(unsigned changes, bool urgent)
{
    m_changes |= changes;
    if (urgent) {
        m_publish.stop();
        Q_EMIT changed(std::exchange(m_changes, 0u));
        return;
    }
    if (!m_publish.isActive())
        m_publish.start(100);
}

void Conductor::say(LogLevel level, const QString& text)
{
    LogLine line;
    line.source = QStringLiteral("switchyard");
    line.level = level;
    line.message = text;
    m_context->log(std::move(line));
}

void Conductor::settle(bool all)
{
    if (m_settling || m_over)
        return;
    const QScopedValueRollback<bool> once(m_settling, true);
    RunState& s = m_projection.state();
    const RunPhase phaseBefore = s.phase;
    std::vector<StepState> before;
    before.reserve(s.steps.size());
    for (const StepView& step : s.steps)
        before.push_back(step.state);
    for (StepView& step : s.steps) {
        const bool active = step.id == s.activeStep;
        settleStep(step, active, active || all);
    }
    m_projection.recompute();
    s.untilReached = untilReached() && !m_projection.rollingBack() && !m_projection.ended();
    if (s.untilReached)
        s.phase = RunPhase::Held;
    if (m_broken)
        s.phase = RunPhase::Failed;
    describeNow();
    bool news = std::exchange(m_news, false) || phaseBefore != s.phase;
    for (std::size_t i = 0; i < before.size(); ++i)
        news = news || before[i] != s.steps[i].state;
    if (news) {
        publish(StepsChanged | PhaseChanged, true);
        m_bell.ring();
    }
}

void Conductor::settleStep(StepView& step, bool active, bool readLocks)
{
    const StepTrack& track = m_projection.track(step.id);
    const TimePoint now = m_services.clock->now();
    if (isDone(step.state) || step.state == StepState::RolledBack)
        return;
    Clearance clearance;
    if (readLocks) {
        clearance = readInterlocks(step, track, m_interlocks[step.id], now);
        for (PollStation& station : step.poll) {
            if (station.answer != PollAnswer::Open)
                continue;
            station.evidence = evidenceFor(station.station, step.interlocks).text;
            if (station.evidence.isEmpty())
                station.evidence = QStringLiteral("%1 of %2 steps done").arg(m_projection.state().done).arg(m_projection.state().steps.size());
        }
    }
    const bool held = m_projection.held();
    if (track.stage == Stage::Intended && active && m_running != step.id && held) {
        step.state = StepState::Ready;
        step.reason = step.callsTotal > 0 ? QStringLiteral("Held after %1 of %2 calls").arg(step.callsDone).arg(step.callsTotal) : QStringLiteral("Held");
        return;
    }
    if (track.stage != Stage::Untouched)
        return;
    if (!active || !m_projection.started()) {
        const StepView* blocker = m_projection.state().step(m_projection.state().activeStep);
        const bool blocked = blocker && m_projection.started() &&
                             (blocker->state == StepState::Failed || blocker->state == StepState::InDoubt || blocker->state == StepState::Blocked);
        step.state = blocked ? StepState::Blocked : StepState::Pending;
        step.reason = blocked ? QStringLiteral("Blocked by step %1").arg(blocker->number) : QString();
        m_waitingSince.erase(step.id);
        return;
    }
    const PollCount poll = countPoll(step.poll, m_plan.poll.team);
    if (!clearance.go || poll.noGo) {
        step.state = StepState::Blocked;
        step.reason = clearance.go ? poll.text : clearance.reason;
        m_waitingSince.erase(step.id);
    } else if (!step.flags.needsPerson) {
        step.state = StepState::Ready;
        step.reason = held ? QStringLiteral("Held") : QString();
    } else {
        const TimePoint since = m_waitingSince.try_emplace(step.id, now).first->second;
        step.state = StepState::NeedsYou;
        step.reason = poll.complete || step.poll.empty() ? QStringLiteral("Ready. Waiting for you since %1").arg(clockUtc(since)) : poll.text;
    }
}

void Conductor::describeNow()
{
    RunState& s = m_projection.state();
    const StepView* step = s.step(s.activeStep);
    switch (s.phase) {
    case RunPhase::NotStarted:
        s.nowTitle = QStringLiteral("Not started");
        s.nowText.clear();
        return;
    case RunPhase::Complete:
        s.nowTitle = QStringLiteral("Complete");
        s.nowText = s.seal.isEmpty() ? QString() : QStringLiteral("The report is sealed.");
        return;
    case RunPhase::RolledBack:
        s.nowTitle = QStringLiteral("Rolled back");
        s.nowText = QStringLiteral("Visitors are with %1.").arg(s.sourceTitle);
        return;
    case RunPhase::RollingBack:
        s.nowTitle = QStringLiteral("Rolling back to %1").arg(s.sourceTitle);
        s.nowText = QStringLiteral("%1 steps to put back").arg(m_projection.toUndo().size());
        return;
    default:
        break;
    }
    if (!step)
        return;
    s.nowTitle = step->title;
    if (step->state != StepState::Running || !step->reason.isEmpty())
        s.nowText = step->reason;
    if (step->state == StepState::Running && !s.tasks.empty() && s.tasks.front().running) {
        const TaskProgress& task = s.tasks.front();
        s.nowText = task.left.isEmpty() ? QStringLiteral("%1, %2").arg(task.name, task.amount) : QStringLiteral("%1, %2, %3 left").arg(task.name, task.amount, task.left);
    }
}

void Conductor::tick()
{
    if (m_over)
        return;
    RunState& s = m_projection.state();
    const TimePoint now = m_services.clock->now();
    s.rateNow = m_services.clock->rate();
    for (HostView& host : s.hosts)
        host.downtime = m_meters[host.host].downtime(now);
    for (StepView& step : s.steps) {
        if (step.pollExpires && *step.pollExpires <= now && !isDone(step.state) && m_running != step.id) {
            QJsonObject d;
            d.insert(QStringLiteral("reason"), QStringLiteral("expired"));
            if (!record(EventKind::PollCleared, step.id, std::move(d)))
                break;
        }
        if (!isDone(step.state) || m_projection.track(step.id).touched)
            step.undo = action(step.id)->undoPreview();
    }
    settle(true);
    fillClocks(m_projection, m_plan.windowEnd, now);
    publish(ClocksChanged);
    m_bell.ring();
}

void Conductor::addSample(const QString& hostName, const ProbeSample& sample)
{
    RunState& s = m_projection.state();
    const auto host = std::find_if(s.hosts.begin(), s.hosts.end(), [&](const HostView& h) { return h.host == hostName; });
    if (host == s.hosts.end() || m_over)
        return;
    DowntimeMeter& meter = m_meters[hostName];
    const bool spell = meter.add(sample);
    // The strip of the report starts with what was there when the run began.
    const bool moved = host->state != sample.state || (host->spells.empty() && sample.state != HostState::Unknown);
    host->samples.push_back(sample);
    while (host->samples.size() > 600)
        host->samples.pop_front();
    host->state = sample.state;
    if (m_projection.started() && (spell || moved)) {
        QJsonObject d;
        d.insert(QStringLiteral("host"), hostName);
        d.insert(QStringLiteral("state"), hostStateName(sample.state));
        d.insert(QStringLiteral("status"), sample.status);
        d.insert(QStringLiteral("detail"), sample.detail);
        d.insert(QStringLiteral("closedMs"), static_cast<qint64>(meter.closed().count()));
        if (meter.downSince())
            d.insert(QStringLiteral("downSince"), toJsonTime(*meter.downSince()));
        if (meter.upSince())
            d.insert(QStringLiteral("upSince"), toJsonTime(*meter.upSince()));
        static_cast<void>(record(EventKind::Host, {}, std::move(d)));
    }
    host->downSince = meter.downSince();
    host->upSince = meter.upSince();
    host->downtime = meter.downtime(m_services.clock->now());
    const StepView* active = s.step(s.activeStep);
    if (sample.state == HostState::Maintenance && active && active->phase == plan::Phase::Freeze && m_projection.track(active->id).touched)
        writesFallback(*active);
    publish(HostsChanged);
}

} // namespace switchyard::cutover
