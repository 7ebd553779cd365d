#include "app/preflight/Groups.h"

#include <algorithm>

namespace switchyard::preflight {

namespace {

QString O(const char* text) { return QString::fromUtf8(text); }

Verdict counterparts(const Input& in)
{
    QStringList alone;
    for (const ServiceRead& s : in.services) {
        if (!s.mapping.source.isEmpty() && s.mapping.target.isEmpty() && s.mapping.kind != ServiceKind::Files)
            alone << s.mapping.name;
    }
    if (alone.isEmpty())
        return pass();
    return found({{}, Severity::Caution, O("No counterpart: %1").arg(alone.join(O(", "))), O("Nobody would do its work after the switch."), O("Map it to a service of the target, or take it out of the plan."), O("overview"), {}});
}

Verdict servicesRead(const Input& in)
{
    QStringList blind;
    QString why;
    for (const ServiceRead& s : in.services) {
        if (!s.problem.isEmpty()) {
            blind << s.mapping.name;
            why = s.problem;
        }
    }
    if (blind.isEmpty())
        return pass();
    return found({{}, Severity::Failure, O("Services can't be read: %1").arg(blind.join(O(", "))), why, O("Check their names in the plan."), O("overview"), O("deploy-target")});
}

Verdict targetsHealthy(const Input& in)
{
    QStringList ill;
    bool any = false;
    for (const ServiceRead& s : in.services) {
        if (!s.target)
            continue;
        any = true;
        if (s.target->health == Health::Failed)
            ill << s.mapping.name;
    }
    if (!any)
        return notApplicable();
    if (ill.isEmpty())
        return pass();
    return found({{}, Severity::Caution, O("Services of the target have failed: %1").arg(ill.join(O(", "))), O("The plan deploys them; a failed deploy stops it."), O("Read their log at the provider."), O("logs"), {}});
}

Verdict workerMemory(const Input& in)
{
    QStringList small;
    bool any = false;
    for (const ServiceRead& s : in.services) {
        if (!s.source || !s.target || s.source->memoryMb <= 0 || s.target->memoryMb <= 0)
            continue;
        any = true;
        if (s.target->memoryMb < s.source->memoryMb)
            small << O("%1 (%2 MB after %3 MB)").arg(s.mapping.name).arg(s.target->memoryMb).arg(s.source->memoryMb);
    }
    if (!any)
        return notApplicable();
    if (small.isEmpty())
        return pass();
    return found({{}, Severity::Caution, O("Less memory at the target: %1").arg(small.join(O(", "))), O("It may be stopped under load that the source carries."), O("Take a larger instance for the night."), O("overview"), {}});
}

Verdict instances(const Input& in)
{
    QStringList fewer;
    bool any = false;
    for (const ServiceRead& s : in.services) {
        if (!s.source || !s.target || s.mapping.kind == ServiceKind::Site || s.mapping.kind == ServiceKind::Worker)
            continue;
        any = true;
        if (s.target->desired > 0 && s.target->desired < s.source->desired)
            fewer << O("%1 (%2 after %3)").arg(s.mapping.name).arg(s.target->desired).arg(s.source->desired);
    }
    if (!any)
        return notApplicable();
    if (fewer.isEmpty())
        return pass();
    return found({{}, Severity::Advisory, O("Fewer instances at the target: %1").arg(fewer.join(O(", "))), O("The first rush after the switch meets less capacity."), O("Scale up for the night."), O("overview"), {}});
}

Verdict regions(const Input& in)
{
    QStringList targetRegions;
    for (const ServiceRead& s : in.services) {
        if (s.target && !s.target->region.isEmpty() && s.mapping.kind != ServiceKind::Site && !targetRegions.contains(s.target->region))
            targetRegions << s.target->region;
    }
    if (targetRegions.isEmpty())
        return notApplicable();
    if (targetRegions.size() == 1)
        return pass();
    return found({{}, Severity::Caution, O("The target's services are in several regions: %1").arg(targetRegions.join(O(", "))), O("Each query crosses the distance."), O("Put app and database into one region."), O("overview"), {}});
}

Verdict window(const Input& in)
{
    if (!in.plan || in.plan->windowEnd.isEmpty())
        return notApplicable();
    const TimePoint end = fromIsoUtc(in.plan->windowEnd);
    if (in.now + in.plannedLength <= end)
        return pass();
    return found({{}, Severity::Caution, O("The plan takes %1 and the window ends at %2").arg(durationProse(in.plannedLength), clockUtc(end)), O("There would be no time left to go back."), O("Move the window, or start earlier."), O("checklist"), {}});
}

Verdict disk(const Input& in)
{
    if (in.freeDisk < 0)
        return notApplicable();
    // Rows go through this machine as a stream; only logs, journal and rows saved at a rollback are written here.
    if (in.freeDisk >= qint64(1) << 30)
        return pass();
    return found({{}, Severity::Caution, O("Only %1 are free on this machine").arg(bytesText(Bytes{in.freeDisk})), O("Logs and rows saved at a rollback might not fit."), O("Make room, or choose another directory."), O("overview"), {}});
}

Verdict schedulers(const Input& in)
{
    QStringList running;
    for (const ServiceRead& s : in.services) {
        if (s.mapping.kind == ServiceKind::Cron && !s.mapping.scheduler && s.source && s.source->desired > 0)
            running << s.mapping.name;
    }
    QStringList both;
    for (const ServiceRead& s : in.services) {
        if (s.mapping.scheduler && s.source && s.target && s.source->desired > 0 && s.target->desired > 0 && !s.target->suspended)
            both << s.mapping.name;
    }
    if (!both.isEmpty())
        return found({{}, Severity::Failure, O("A scheduler runs on both sides: %1").arg(both.join(O(", "))), O("Jobs would be done twice."), O("Suspend it at the target until writes are open."), O("overview"), O("stop-schedulers")});
    if (!running.isEmpty())
        return found({{}, Severity::Caution, O("Cron services aren't marked as schedulers: %1").arg(running.join(O(", "))), O("They aren't stopped at the freeze and may write in the middle of the move."), O("Write \"scheduler: true\" for them in the plan."), O("overview"), {}});
    return pass();
}

Verdict queues(const Input& in)
{
    if (in.queues.empty())
        return notApplicable();
    for (const QueueRead& q : in.queues) {
        if (!q.source)
            return found({{}, Severity::Caution, O("The queue %1 can't be read").arg(q.mapping.name), q.problem, O("Check its name in the plan: without it, it can't be proved that the queue is empty."), O("overview"), {}});
        if (q.source->scheduled > 0)
            return found({{}, Severity::Advisory, O("%1 jobs of %2 are due later").arg(q.source->scheduled).arg(q.mapping.name), O("They aren't moved."), O("Let them run before the freeze, or queue them again at the target."), O("overview"), {}});
    }
    return pass();
}

Verdict workersMapped(const Input& in)
{
    if (in.queues.empty())
        return notApplicable();
    const bool worker = std::any_of(in.services.begin(), in.services.end(), [](const ServiceRead& s) { return s.mapping.kind == ServiceKind::Worker && !s.mapping.target.isEmpty(); });
    if (worker)
        return pass();
    return found({{}, Severity::Failure, O("The plan has a queue and no worker at the target"), O("Jobs would wait for ever after the switch."), O("Map the worker."), O("overview"), O("open-writes")});
}

Verdict webhooks(const Input& in)
{
    QStringList keys;
    for (const ServiceRead& s : in.services) {
        for (const environment::SettingDiff& d : s.settings) {
            if (d.key.contains(u"WEBHOOK") || d.key.contains(u"ENDPOINT_SECRET"))
                keys << d.key;
        }
    }
    keys.removeDuplicates();
    if (keys.isEmpty())
        return pass();
    return found({{}, Severity::Advisory, O("Others call this app by webhook (%1)").arg(keys.join(O(", "))), O("Calls during the freeze are answered 503 and tried again by the sender."), O("Check that they use the public host name, and look for missed events after the switch."), O("overview"), {}});
}

} // namespace

std::vector<Rule> queueRules()
{
    return {{O("JOB-01"), O("Schedulers"), schedulers}, {O("JOB-03"), O("Queues can be read"), queues}, {O("JOB-10"), O("Workers at the target"), workersMapped}};
}

std::vector<Rule> operationRules()
{
    return {{O("ENV-23"), O("Every service has a counterpart"), counterparts}, {O("OPS-00"), O("Services can be read"), servicesRead}, {O("OPS-03"), O("Target healthy"), targetsHealthy}, {O("OPS-01"), O("Memory"), workerMemory},
            {O("OPS-01b"), O("Instances"), instances},                         {O("OPS-02"), O("One region"), regions},                {O("OPS-05"), O("The window is long enough"), window}, {O("ACC-06"), O("Room on this machine"), disk},
            {O("INT-01"), O("Webhooks"), webhooks}};
}

} // namespace switchyard::preflight
