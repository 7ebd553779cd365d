#include "app/cutover/steps/Calls.h"
#include "app/base/CopyOf.h"
#include "app/cutover/steps/Kinds.h"
#include "app/cutover/steps/Locks.h"
#include "app/cutover/steps/Scaling.h"

#include <QJsonArray>

#include <algorithm>

// What stops the source: schedulers, maintenance, queue and workers; and what starts the target's workers and stops the source for good.

namespace switchyard::cutover {

namespace {

QString maintenanceId(const ServiceRef& app) { return QStringLiteral("maintenance/") + refText(app); }

class StopSchedulers final : public ScalingStep {
public:
    using ScalingStep::ScalingStep;
    Task<StepPreview> preview(std::stop_token) override
    {
        StepPreview p;
        p.summary = QStringLiteral("Stops what starts jobs by the clock, so that none begins in the middle of the move. Visitors don't notice.");
        p.calls = stopCalls(refs());
        co_return p;
    }
    Task<ProbeResult> probe(std::stop_token stop) override
    {
        const auto all = refs();
        std::size_t off = 0;
        for (const ServiceRef& ref : all) {
            SY_CO_TRY(const bool quiet, co_await stopped(ref, stop));
            SY_CO_ALIVE(stop);
            off += quiet ? 1 : 0;
        }
        co_return ProbeResult{off == all.size() ? Effect::Done : off == 0 ? Effect::NotYet : Effect::Partly, QStringLiteral("%1 of %2 schedulers are stopped.").arg(off).arg(all.size())};
    }
    Task<StepOutcome> perform(StepVoice* voice, std::stop_token stop) override
    {
        const auto all = refs();
        for (const ServiceRef& ref : all) {
            SY_CO_CHECK(co_await stopService(voice, ref, stop));
            SY_CO_ALIVE(stop);
        }
        StepOutcome out;
        out.says = QStringLiteral("%1 stopped").arg(counted(static_cast<qint64>(all.size()), QStringLiteral("scheduler"), QStringLiteral("schedulers")));
        out.evidence = {evidence(out.says)};
        out.memory.insert(QStringLiteral("stopped"), static_cast<qint64>(all.size()));
        co_return out;
    }

private:
    std::vector<ServiceRef> refs() const
    {
        std::vector<ServiceRef> out;
        for (const plan::ServiceMapping& s : env().services) {
            if (s.scheduler && !s.source.isEmpty())
                out.push_back(s.source);
        }
        return out;
    }
};

/// Maintenance at every source app that answers visitors: Heroku's own flag, Netlify's maintenance deploy.
class MaintenanceOn final : public StepBase {
public:
    using StepBase::StepBase;
    StepFlags flags() const override
    {
        StepFlags f = StepBase::flags();
        f.disruptive = true;
        return f;
    }
    std::vector<Interlock> interlocks() override { return Locks(c, m_spec.id).baseline().copied().held().ttlLow().targetHealthy().noFailure().take(); }
    Task<StepPreview> preview(std::stop_token) override
    {
        StepPreview p;
        p.summary = QStringLiteral("Visitors see the maintenance page from now until the switch. The downtime clock starts; the budget is %1.").arg(durationProse(c->plan().downtimeBudget));
        for (const ServiceRef& app : apps())
            p.calls.push_back(maintenanceCall(callerOf(app), true));
        co_return p;
    }
    Task<ProbeResult> probe(std::stop_token stop) override
    {
        const auto all = apps();
        std::size_t on = 0;
        for (const ServiceRef& app : all) {
            SY_CO_TRY(const bool held, co_await inMaintenance(app, stop));
            SY_CO_ALIVE(stop);
            on += held ? 1 : 0;
        }
        co_return ProbeResult{on == all.size() ? Effect::Done : on == 0 ? Effect::NotYet : Effect::Partly, QStringLiteral("%1 of %2 apps are in maintenance.").arg(on).arg(all.size())};
    }
    Task<StepOutcome> perform(StepVoice* voice, std::stop_token stop) override
    {
        const auto all = apps();
        for (const ServiceRef& app : all) {
            SY_CO_TRY(auto provider, c->hosting(app.account));
            SY_CO_CHECK(voice->lend(maintenanceId(app), QStringLiteral("%1 is in maintenance").arg(refText(app)), QStringLiteral("Lift it, or keep it with the stopped source"), {}));
            SY_CO_TRY(const bool held, co_await inMaintenance(app, stop));
            SY_CO_ALIVE(stop);
            if (held)
                continue;
            QJsonObject part = memory();
            QJsonArray ours = part.value(u"apps").toArray();
            if (!ours.contains(refText(app)))
                ours.append(refText(app));
            part.insert(QStringLiteral("apps"), ours);
            SY_CO_CHECK(voice->remember(part));
            const QString key = QStringLiteral("maintenance/") + refText(app);
            SY_CO_CHECK(voice->intent(key, QStringLiteral("Turn maintenance on at %1").arg(refText(app))));
            auto set = co_await provider->setMaintenance(app, true, stop);
            SY_CO_ALIVE(stop);
            SY_CO_CHECK(finish(voice, key, set, QStringLiteral("On")));
        }
        voice->writesStopped(true);
        StepOutcome out;
        out.says = QStringLiteral("Maintenance is on at %1").arg(counted(static_cast<qint64>(all.size()), QStringLiteral("app"), QStringLiteral("apps")));
        out.evidence = {evidence(out.says)};
        out.memory.insert(QStringLiteral("at"), isoUtc(now()));
        c->touch(LanesChanged | HostsChanged);
        co_return out;
    }
    Task<std::vector<Evidence>> verify(std::stop_token stop) override
    {
        SY_CO_TRY(const ProbeResult found, co_await probe(stop));
        SY_CO_ALIVE(stop);
        if (found.effect != Effect::Done)
            co_return Error::invalid(QStringLiteral("Maintenance isn't on everywhere."), found.says, QStringLiteral("Try the step again, or roll back."));
        const std::vector<Evidence> out{evidence(found.says)};
        co_return out;
    }
    UndoPreview undoPreview() override
    {
        UndoPreview out;
        const auto open = lentApps();
        out.needed = !open.empty();
        out.summary = out.needed ? QStringLiteral("Lift maintenance at %1.").arg(counted(static_cast<qint64>(open.size()), QStringLiteral("app"), QStringLiteral("apps"))) : QStringLiteral("Nothing to put back.");
        for (const ServiceRef& app : open)
            out.calls.push_back(maintenanceCall(callerOf(app), false));
        out.takes = std::chrono::seconds(4 * open.size());
        return out;
    }
    Task<StepOutcome> undo(StepVoice* voice, std::stop_token stop) override
    {
        int lifted = 0;
        const auto all = apps();
        const QJsonArray ours = memory().value(u"apps").toArray();
        for (const ServiceRef& app : all) {
            SY_CO_TRY(auto provider, c->hosting(app.account));
            SY_CO_TRY(const bool held, co_await inMaintenance(app, stop));
            SY_CO_ALIVE(stop);
            if (held && ours.contains(refText(app))) {
                const QString key = QStringLiteral("lift/") + refText(app);
                SY_CO_CHECK(voice->intent(key, QStringLiteral("Lift maintenance at %1").arg(refText(app))));
                auto set = co_await provider->setMaintenance(app, false, stop);
                SY_CO_ALIVE(stop);
                SY_CO_CHECK(finish(voice, key, set, QStringLiteral("Lifted")));
                ++lifted;
            }
            if (lent(app)) {
                SY_CO_CHECK(voice->putBack(maintenanceId(app)));
            }
        }
        voice->writesStopped(false);
        c->touch(LanesChanged | HostsChanged);
        StepOutcome out;
        out.says = lifted == 0 ? QStringLiteral("Nothing to put back") : QStringLiteral("Maintenance lifted at %1").arg(counted(lifted, QStringLiteral("app"), QStringLiteral("apps")));
        out.evidence = {evidence(out.says)};
        co_return out;
    }

private:
    std::vector<ServiceRef> apps() const
    {
        std::vector<ServiceRef> out;
        for (const plan::ServiceMapping& s : env().services) {
            if (s.source.isEmpty() || (s.kind != ServiceKind::Web && s.kind != ServiceKind::Site))
                continue;
            const auto provider = c->hosting(s.source.account);
            if (!provider || !((*provider)->can(HostingProvider::CanMaintenance) || (*provider)->can(HostingProvider::CanMaintenanceDeploy)))
                continue;
            const ServiceRef app = appRef(s.source);
            if (std::find(out.begin(), out.end(), app) == out.end())
                out.push_back(app);
        }
        return out;
    }
    bool lent(const ServiceRef& app) const
    {
        const auto& all = c->state().lent;
        return std::any_of(all.begin(), all.end(), [&](const LentEntry& e) { return e.open && e.id == maintenanceId(app); });
    }
    std::vector<ServiceRef> lentApps() const
    {
        std::vector<ServiceRef> out;
        for (const ServiceRef& app : apps()) {
            if (lent(app))
                out.push_back(app);
        }
        return out;
    }
    Caller callerOf(const ServiceRef& ref) const
    {
        const Account* a = c->plan().account(ref.account);
        return Caller{a ? a->provider : ref.account, ref};
    }
    /// Asked of one of the app's services: maintenance is the app's.
    Task<bool> inMaintenance(ServiceRef app, std::stop_token stop)
    {
        ServiceRef one = app;
        for (const plan::ServiceMapping& s : env().services) {
            if (appRef(s.source) == app && (s.kind == ServiceKind::Web || s.kind == ServiceKind::Site))
                one = s.source;
        }
        SY_CO_TRY(auto provider, c->hosting(one.account));
        SY_CO_TRY(const Service s, co_await provider->service(one, stop));
        SY_CO_ALIVE(stop);
        co_return copyOf(s.maintenance);
    }
};

/// Lets the workers finish what is queued, reads the broker until nothing is left, then stops them.
class DrainQueue final : public ScalingStep {
public:
    using ScalingStep::ScalingStep;
    Task<StepPreview> preview(std::stop_token) override
    {
        StepPreview p;
        p.summary = QStringLiteral("Waits until the workers have emptied the queue, then stops them and reads the queue once more. Visitors see the maintenance page.");
        p.calls = stopCalls(workers());
        co_return p;
    }
    Task<ProbeResult> probe(std::stop_token stop) override
    {
        const auto all = workers();
        std::size_t off = 0;
        for (const ServiceRef& ref : all) {
            SY_CO_TRY(const bool quiet, co_await stopped(ref, stop));
            SY_CO_ALIVE(stop);
            off += quiet ? 1 : 0;
        }
        const bool read = memory().contains(u"pending");
        co_return ProbeResult{off == all.size() && read ? Effect::Done : off == 0 ? Effect::NotYet : Effect::Partly, QStringLiteral("%1 of %2 workers are stopped.").arg(off).arg(all.size())};
    }
    Task<StepOutcome> perform(StepVoice* voice, std::stop_token stop) override
    {
        StepOutcome out;
        const auto mapped = queues();
        const auto all = workers();
        bool anyRunning = false;
        for (const ServiceRef& ref : all) {
            SY_CO_TRY(const bool quiet, co_await stopped(ref, stop));
            SY_CO_ALIVE(stop);
            anyRunning = anyRunning || !quiet;
        }
        for (const plan::QueueMapping& q : mapped) {
            SY_CO_CHECK(co_await drained(voice, q, anyRunning, stop));
            SY_CO_ALIVE(stop);
        }
        for (const ServiceRef& ref : all) {
            SY_CO_CHECK(co_await stopService(voice, ref, stop));
            SY_CO_ALIVE(stop);
        }
        qint64 pending = 0, scheduled = 0;
        for (const plan::QueueMapping& q : mapped) {
            SY_CO_TRY(const QueueState state, co_await readQueue(q, stop));
            SY_CO_ALIVE(stop);
            pending += state.pending + state.unacked;
            scheduled += state.scheduled;
        }
        QJsonObject part;
        part.insert(QStringLiteral("pending"), pending);
        part.insert(QStringLiteral("scheduled"), scheduled);
        part.insert(QStringLiteral("at"), isoUtc(now()));
        SY_CO_CHECK(voice->remember(part));
        if (pending > 0) {
            Error error;
            error.kind = ErrorKind::Conflict;
            error.happened = QStringLiteral("%1 in the queue after the workers were stopped.").arg(counted(pending, QStringLiteral("job is"), QStringLiteral("jobs are")));
            error.means = QStringLiteral("Something still puts jobs in; they would be lost.");
            error.remedy = QStringLiteral("Find what queues them, start the workers for a moment, then try the step again.");
            error.retryable = true;
            co_return error;
        }
        out.says = QStringLiteral("Queue drained, 0 pending; %1 stopped").arg(counted(static_cast<qint64>(all.size()), QStringLiteral("worker"), QStringLiteral("workers")));
        out.evidence = {evidence(out.says, true, part)};
        if (scheduled > 0)
            out.evidence.push_back(evidence(QStringLiteral("%1 due later and not moved").arg(counted(scheduled, QStringLiteral("job is"), QStringLiteral("jobs are"))), false));
        out.memory = part;
        c->touch(LanesChanged);
        co_return out;
    }

private:
    std::vector<plan::QueueMapping> queues() const
    {
        std::vector<plan::QueueMapping> out;
        for (const plan::QueueMapping& q : env().queues) {
            if (with("queue").isEmpty() || with("queue") == q.name)
                out.push_back(q);
        }
        return out;
    }
    std::vector<ServiceRef> workers() const
    {
        std::vector<ServiceRef> out;
        for (const plan::ServiceMapping& s : env().services) {
            if (s.kind == ServiceKind::Worker && !s.scheduler && !s.source.isEmpty())
                out.push_back(s.source);
        }
        return out;
    }
    Task<QueueState> readQueue(plan::QueueMapping q, std::stop_token stop)
    {
        if (!c->services().queue)
            co_return Error::invalid(QStringLiteral("The run can't read queues."), QStringLiteral("It can't be proved that the queue is empty."), QStringLiteral("Take the queue out of the plan, or read it by hand."));
        SY_CO_TRY(auto provider, c->hosting(q.source.account));
        SY_CO_TRY(const Secret url, co_await provider->connectionUrl(q.source, stop));
        SY_CO_ALIVE(stop);
        auto state = co_await c->services().queue->read(url, q.queues, stop);
        SY_CO_ALIVE(stop);
        co_return state;
    }
    Task<> drained(StepVoice* voice, plan::QueueMapping q, bool running, std::stop_token stop)
    {
        qint64 most = 0, last = -1;
        TimePoint moved = now();
        while (true) {
            SY_CO_TRY(const QueueState state, co_await readQueue(q, stop));
            SY_CO_ALIVE(stop);
            const qint64 left = state.pending + state.unacked;
            most = std::max(most, left);
            if (left != last) {
                last = left;
                moved = now();
            }
            for (Lane& lane : c->state().lanes) {
                if (lane.name == q.name)
                    lane.label = left == 0 ? QStringLiteral("Queue drained, 0 pending") : QStringLiteral("%1 pending").arg(left);
            }
            c->touch(LanesChanged);
            progress(voice, q.name, QStringLiteral("Drain %1").arg(q.name), most > 0 ? 1.0 - static_cast<double>(left) / static_cast<double>(most) : 1.0, QStringLiteral("%1 pending").arg(left), QString(), left > 0);
            if (left == 0)
                co_return Ok{};
            if (!running || now() - moved > std::chrono::minutes(3)) {
                Error error;
                error.kind = ErrorKind::Timeout;
                error.happened = QStringLiteral("The queue %1 stands at %2 and no worker takes them.").arg(q.name, counted(left, QStringLiteral("job"), QStringLiteral("jobs")));
                error.means = QStringLiteral("They would be lost with the source; visitors see the maintenance page.");
                error.remedy = QStringLiteral("Start a worker or look at its log, then try the step again.");
                error.retryable = true;
                co_return error;
            }
            // Workers do real work meanwhile: the wall clock counts, not the rehearsal's.
            SY_CO_CHECK(co_await sleepReal(std::chrono::milliseconds(500), stop));
            SY_CO_ALIVE(stop);
        }
    }
};

class StartWorkers final : public ScalingStep {
public:
    using ScalingStep::ScalingStep;
    Task<StepPreview> preview(std::stop_token) override
    {
        StepPreview p;
        p.summary = QStringLiteral("Starts the workers at %1. Jobs of visitors are done from now on.").arg(targetTitle());
        for (const plan::ServiceMapping& s : workers()) {
            const auto calls = startCalls({s.target}, instancesOf(s));
            p.calls.insert(p.calls.end(), calls.begin(), calls.end());
        }
        co_return p;
    }
    Task<ProbeResult> probe(std::stop_token stop) override
    {
        const auto all = workers();
        std::size_t on = 0;
        for (const plan::ServiceMapping& s : all) {
            SY_CO_TRY(const bool quiet, co_await stopped(s.target, stop));
            SY_CO_ALIVE(stop);
            on += quiet ? 0 : 1;
        }
        co_return ProbeResult{on == all.size() ? Effect::Done : on == 0 ? Effect::NotYet : Effect::Partly, QStringLiteral("%1 of %2 workers run.").arg(on).arg(all.size())};
    }
    Task<StepOutcome> perform(StepVoice* voice, std::stop_token stop) override
    {
        const auto all = workers();
        for (const plan::ServiceMapping& s : all) {
            SY_CO_CHECK(co_await startService(voice, s.target, instancesOf(s), stop));
            SY_CO_ALIVE(stop);
        }
        StepOutcome out;
        out.says = QStringLiteral("%1 started at %2").arg(counted(static_cast<qint64>(all.size()), QStringLiteral("worker"), QStringLiteral("workers")), targetTitle());
        out.evidence = {evidence(out.says)};
        out.memory.insert(QStringLiteral("started"), static_cast<qint64>(all.size()));
        co_return out;
    }
    Task<std::vector<Evidence>> verify(std::stop_token stop) override
    {
        // An instance takes a while to come up.
        for (int tries = 0;; ++tries) {
            SY_CO_TRY(const ProbeResult found, co_await probe(stop));
            SY_CO_ALIVE(stop);
            const std::vector<Evidence> out{evidence(found.says)};
            if (found.effect == Effect::Done)
                co_return out;
            if (tries > 30)
                co_return Error::invalid(QStringLiteral("The workers at %1 don't run.").arg(targetTitle()), found.says, QStringLiteral("Read their log, then try the step again."));
            SY_CO_CHECK(co_await sleepFor(c->clock(), std::chrono::seconds(2), stop));
            SY_CO_ALIVE(stop);
        }
    }

private:
    std::vector<plan::ServiceMapping> workers() const
    {
        std::vector<plan::ServiceMapping> out;
        for (const plan::ServiceMapping& s : env().services) {
            if (s.kind == ServiceKind::Worker && !s.target.isEmpty())
                out.push_back(s);
        }
        return out;
    }
    /// As many as ran at the source before the freeze.
    int instancesOf(const plan::ServiceMapping& s) const
    {
        const QJsonObject before = c->memoryOfKind(QStringLiteral("drain-queue")).value(u"formation").toObject().value(refText(s.source)).toObject();
        return std::max(1, before.value(u"instances").toInt(1));
    }
};

/// Stops what still runs at the source. Nothing is deleted: data, settings and the saved zone stay, and maintenance stays on for stragglers.
class StopSource final : public ScalingStep {
public:
    using ScalingStep::ScalingStep;
    Task<StepPreview> preview(std::stop_token) override
    {
        StepPreview p;
        p.summary = QStringLiteral("Stops what still runs at %1. Nothing is deleted; maintenance stays on for whoever still comes there.").arg(sourceTitle());
        p.calls = stopCalls(refs());
        co_return p;
    }
    Task<ProbeResult> probe(std::stop_token stop) override
    {
        const auto all = refs();
        std::size_t off = 0;
        for (const ServiceRef& ref : all) {
            SY_CO_TRY(const bool quiet, co_await stopped(ref, stop));
            SY_CO_ALIVE(stop);
            off += quiet ? 1 : 0;
        }
        const bool open = std::any_of(c->state().lent.begin(), c->state().lent.end(), [](const LentEntry& e) { return e.open && e.id.startsWith(QLatin1String("maintenance/")); });
        co_return ProbeResult{off == all.size() && !open ? Effect::Done : off == 0 ? Effect::NotYet : Effect::Partly, QStringLiteral("%1 of %2 services of the source are stopped.").arg(off).arg(all.size())};
    }
    Task<StepOutcome> perform(StepVoice* voice, std::stop_token stop) override
    {
        const auto all = refs();
        for (const ServiceRef& ref : all) {
            SY_CO_CHECK(co_await stopService(voice, ref, stop));
            SY_CO_ALIVE(stop);
        }
        QStringList open;
        for (const LentEntry& e : c->state().lent) {
            if (e.open && e.id.startsWith(QLatin1String("maintenance/")))
                open << e.id;
        }
        for (const QString& id : open) {
            SY_CO_CHECK(voice->putBack(id));
        }
        StepOutcome out;
        out.says = QStringLiteral("%1 is stopped and kept").arg(sourceTitle());
        out.evidence = {evidence(out.says), evidence(QStringLiteral("Maintenance stays on at the source, as a part of it now"))};
        out.memory.insert(QStringLiteral("stopped"), static_cast<qint64>(all.size()));
        out.memory.insert(QStringLiteral("at"), isoUtc(now()));
        co_return out;
    }

private:
    std::vector<ServiceRef> refs() const
    {
        std::vector<ServiceRef> out;
        for (const plan::ServiceMapping& s : env().services) {
            if (s.source.isEmpty() || s.kind == ServiceKind::Files || s.kind == ServiceKind::Cache || s.kind == ServiceKind::Database)
                continue;
            const auto provider = c->hosting(s.source.account);
            // A site is held by its maintenance deploy: disabling it would take the page away from whoever still comes.
            if (s.kind == ServiceKind::Site)
                continue;
            if (provider && ((*provider)->can(HostingProvider::CanScaleToZero) || (*provider)->can(HostingProvider::CanSuspend)))
                out.push_back(s.source);
        }
        return out;
    }
};

} // namespace

std::unique_ptr<StepAction> makeStopSchedulers(const plan::StepSpec& spec, RunContext* context) { return std::make_unique<StopSchedulers>(spec, context); }
std::unique_ptr<StepAction> makeMaintenanceOn(const plan::StepSpec& spec, RunContext* context) { return std::make_unique<MaintenanceOn>(spec, context); }
std::unique_ptr<StepAction> makeDrainQueue(const plan::StepSpec& spec, RunContext* context) { return std::make_unique<DrainQueue>(spec, context); }
std::unique_ptr<StepAction> makeStartWorkers(const plan::StepSpec& spec, RunContext* context) { return std::make_unique<StartWorkers>(spec, context); }
std::unique_ptr<StepAction> makeStopSource(const plan::StepSpec& spec, RunContext* context) { return std::make_unique<StopSource>(spec, context); }

} // namespace switchyard::cutover
