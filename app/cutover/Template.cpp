#include "app/cutover/Template.h"

#include "app/plan/StepKinds.h"

#include <algorithm>

namespace switchyard::cutover {

namespace {

/// Collects steps; ids come from the kind and what it acts on, so that they stay the same when other steps come or go.
class StepList {
public:
    void add(const char* kindName, plan::Phase phase, const QString& title = {}, const QString& key = {}, const QString& value = {})
    {
        const QString kind = QString::fromLatin1(kindName);
        const plan::StepKind* known = plan::stepKind(kind);
        plan::StepSpec step;
        step.id = kind;
        step.kind = kind;
        step.phase = phase;
        step.title = title;
        step.person = known && known->person;
        step.planned = known ? known->planned : Milliseconds{0};
        if (!key.isEmpty())
            step.with[key] = value;
        const bool taken = std::any_of(m_steps.begin(), m_steps.end(), [&](const plan::StepSpec& s) { return s.id == step.id; });
        if (taken)
            step.id += u'-' + value;
        m_steps.push_back(std::move(step));
    }
    [[nodiscard]] std::vector<plan::StepSpec> take() { return std::move(m_steps); }

private:
    std::vector<plan::StepSpec> m_steps;
};

QString many(qsizetype n, const char* one, const char* more)
{
    return n == 1 ? QString::fromLatin1(one) : QString::number(n) + u' ' + QString::fromLatin1(more);
}

} // namespace

std::vector<plan::StepSpec> generateSteps(const plan::Plan& plan)
{
    StepList out;
    if (plan.environments.empty())
        return {};
    using P = plan::Phase;
    const plan::Environment& env = plan.production();
    const QString target = plan.sideTitle(Side::Target).isEmpty() ? QStringLiteral("the target") : plan.sideTitle(Side::Target);
    const bool names = !env.domains.empty() && !plan.dns.zone.isEmpty();
    const QStringList groups = plan.groups();

    std::vector<const plan::DatabaseMapping*> copied;
    for (const plan::DatabaseMapping& d : env.databases) {
        if (d.method == plan::MoveMethod::Copy)
            copied.push_back(&d);
    }
    const bool several = copied.size() > 1;
    const auto each = [&](const char* kind, P phase, const QString& title) {
        for (const plan::DatabaseMapping* d : copied)
            out.add(kind, phase, several ? title + QStringLiteral(" of ") + d->name : title, QStringLiteral("database"), d->name);
    };
    const auto has = [&](auto test) { return std::any_of(env.services.begin(), env.services.end(), test); };
    const bool settings = has([](const plan::ServiceMapping& m) { return !m.source.isEmpty() && !m.target.isEmpty(); });
    const bool targets = has([](const plan::ServiceMapping& m) { return !m.target.isEmpty(); });
    const bool workers = has([](const plan::ServiceMapping& m) { return m.kind == ServiceKind::Worker && !m.target.isEmpty(); });
    const bool schedulers = has([](const plan::ServiceMapping& m) { return m.scheduler && !m.source.isEmpty(); });
    const bool sourceWorkers = has([](const plan::ServiceMapping& m) { return m.kind == ServiceKind::Worker && !m.source.isEmpty() && !m.scheduler; });
    const bool source = has([](const plan::ServiceMapping& m) { return !m.source.isEmpty(); });

    out.add("preflight", P::Prepare);
    if (names)
        out.add("save-zone", P::Prepare, QStringLiteral("Save the zone %1").arg(plan.dns.zone));
    if (names)
        out.add("record-baseline", P::Prepare);
    if (settings)
        out.add("copy-settings", P::Prepare, QStringLiteral("Copy settings to %1").arg(target));
    if (names)
        out.add("lower-ttls", P::Prepare, QStringLiteral("Lower the TTLs to %1").arg(durationProse(plan.dns.switchTtl)));
    if (names)
        out.add("add-domains", P::Prepare, QStringLiteral("Add %1 at %2").arg(many(static_cast<qsizetype>(env.domains.size()), "the custom domain", "custom domains"), target));
    each("allow-machine", P::Prepare, QStringLiteral("Allow this machine at the target database"));
    if (targets)
        out.add("deploy-target", P::Prepare, QStringLiteral("Deploy %1 and check its health").arg(target));
    each("hold-target", P::Prepare, QStringLiteral("Hold the target database read-only"));

    each("create-schema", P::PreSeed, QStringLiteral("Create the schema"));
    each("copy-tables", P::PreSeed, QStringLiteral("Copy the tables"));
    each("compare-counts", P::PreSeed, QStringLiteral("Compare the row counts"));
    // The old TTL runs out while the tables are copied; the wait stands where it must be over.
    if (names)
        out.add("wait-ttl", P::PreSeed);

    if (schedulers)
        out.add("stop-schedulers", P::Freeze);
    if (source)
        out.add("maintenance-on", P::Freeze, QStringLiteral("Turn maintenance on at %1").arg(plan.sideTitle(Side::Source)));
    // After maintenance: visitors can put nothing more into the queue, so draining it has an end.
    if (sourceWorkers || !env.queues.empty())
        out.add("drain-queue", P::Freeze);
    each("prove-quiet", P::Freeze, QStringLiteral("Prove that nobody writes"));

    each("apply-delta", P::Delta, QStringLiteral("Apply the delta"));
    each("set-sequences", P::Delta, QStringLiteral("Set the sequences"));
    each("compare-checksums", P::Delta, QStringLiteral("Compare checksums"));

    if (names) {
        for (const QString& group : groups) {
            qsizetype hosts = std::count_if(env.domains.begin(), env.domains.end(), [&](const plan::DomainMapping& d) { return d.group == group; });
            const QString suffix = groups.size() > 1 ? QStringLiteral(" of ") + group : QString();
            out.add("go-no-go", P::Switch, QStringLiteral("Go / no-go poll") + suffix, QStringLiteral("group"), group);
            out.add("switch-names", P::Switch, QStringLiteral("Switch %1 to %2").arg(many(hosts, "1 domain", "domains"), target) + suffix, QStringLiteral("group"), group);
            out.add("wait-names", P::Switch, QStringLiteral("Wait for the names to answer") + suffix, QStringLiteral("group"), group);
        }
    } else {
        out.add("go-no-go", P::Switch);
    }
    each("open-writes", P::Switch, QStringLiteral("Open writes on %1").arg(target));
    if (workers)
        out.add("start-workers", P::Switch, QStringLiteral("Start the workers on %1").arg(target));

    if (names) {
        out.add("wait-certificates", P::Verify);
        out.add("smoke-auto", P::Verify);
    }
    if (std::any_of(plan.smoke.begin(), plan.smoke.end(), [](const plan::SmokeSpec& s) { return s.manual; }))
        out.add("smoke-manual", P::Verify);
    if (targets)
        out.add("watch-errors", P::Verify);

    if (names)
        out.add("restore-ttls", P::Close);
    each("remove-allow", P::Close, QStringLiteral("Take this machine off the allow list"));
    if (source && !copied.empty())
        out.add("stop-source", P::Close, QStringLiteral("Stop %1, and keep it").arg(plan.sideTitle(Side::Source)));
    out.add("follow-ups", P::Close);
    out.add("seal-report", P::Close);
    return out.take();
}

std::vector<plan::StepSpec> effectiveSteps(const plan::Plan& plan)
{
    return plan.steps.empty() ? generateSteps(plan) : plan.steps;
}

} // namespace switchyard::cutover
