#include "app/cutover/steps/PreflightReader.h"

#include "app/cutover/RunController.h"
#include "app/cutover/steps/Names.h"
#include "app/cutover/steps/SettingsReader.h"
#include "app/cutover/steps/StepBase.h"
#include "app/cutover/steps/TableBoard.h"

#include <QStorageInfo>

#include <algorithm>

namespace switchyard::cutover {

namespace {

void tell(StepVoice* voice, const QString& name, int done, int all)
{
    if (!voice)
        return;
    TaskProgress p;
    p.id = QStringLiteral("preflight/read");
    p.name = name;
    p.part = all > 0 ? static_cast<double>(done) / all : -1;
    p.amount = QStringLiteral("%1 of %2").arg(done).arg(all);
    p.running = done < all;
    voice->progress(std::move(p));
}

/// A provider that was busy or silent for a moment says nothing about the plan: the reading fails as a whole and is done again, and no finding
/// stays behind that nothing would ever clear. What a call was refused for, on the other hand, is a finding.
template<typename T>
Result<void> passing(const Result<T>& read)
{
    if (read || !read.error().retryable)
        return Ok{};
    return read.error();
}

void refuse(preflight::AccountRead& read, const Error& error)
{
    read.problem = error.happened;
    read.error = error;
}

bool planned(RunContext* context, const QString& kind)
{
    const auto& steps = context->plan().steps;
    return std::any_of(steps.begin(), steps.end(), [&](const plan::StepSpec& s) { return s.kind == kind; });
}

Task<preflight::ServiceRead> readService(RunContext* context, plan::ServiceMapping mapping, std::stop_token stop)
{
    preflight::ServiceRead out;
    out.mapping = mapping;
    for (const Side side : {Side::Source, Side::Target}) {
        const ServiceRef ref = side == Side::Source ? mapping.source : mapping.target;
        if (ref.isEmpty())
            continue;
        const auto provider = context->hosting(ref.account);
        if (!provider) {
            out.problem = provider.error().happened;
            continue;
        }
        auto read = co_await (*provider)->service(ref, stop);
        SY_CO_ALIVE(stop);
        SY_CO_CHECK(passing(read));
        if (!read)
            out.problem = read.error().happened;
        else if (side == Side::Source)
            out.source = *read;
        else
            out.target = *read;
    }
    if (!mapping.source.isEmpty() && !mapping.target.isEmpty()) {
        auto pair = co_await readSettingsPair(context, mapping.name, stop);
        SY_CO_ALIVE(stop);
        SY_CO_CHECK(passing(pair));
        if (pair) {
            out.settings = std::move(pair->diffs);
            out.settingsRead = true;
        }
    }
    co_return out;
}

Task<preflight::DatabaseRead> readDatabase(RunContext* context, plan::DatabaseMapping mapping, std::stop_token stop)
{
    preflight::DatabaseRead out;
    out.mapping = mapping;
    out.allowPlanned = planned(context, QStringLiteral("allow-machine"));
    if (mapping.method != plan::MoveMethod::Copy)
        co_return out;
    auto mover = co_await context->mover(mapping.name, stop);
    SY_CO_ALIVE(stop);
    SY_CO_CHECK(passing(mover));
    if (!mover) {
        out.sourceProblem = out.targetProblem = mover.error().sentence();
        co_return out;
    }
    const std::shared_ptr<DatabaseMover> held = *mover;
    for (const Side side : {Side::Source, Side::Target}) {
        auto read = co_await held->inspect(side, stop);
        SY_CO_ALIVE(stop);
        if (read)
            showSummary(context, mapping.name, side, *read);
        QString& problem = side == Side::Source ? out.sourceProblem : out.targetProblem;
        if (!read)
            problem = read.error().sentence();
        else if (side == Side::Source)
            out.source = *read;
        else
            out.target = *read;
    }
    co_return out;
}

Task<preflight::HostRead> readHost(RunContext* context, dns::HostTarget target, std::stop_token stop)
{
    preflight::HostRead out;
    out.host = target.host;
    out.target = target;
    RunServices& services = context->services();
    const auto authority = std::find_if(services.resolvers.begin(), services.resolvers.end(), [](const ResolverAddress& r) { return r.authoritative; });
    if (!services.resolver || authority == services.resolvers.end())
        co_return out;
    const ResolverAddress server = *authority;
    // RFC 8659: the closest name at or above the host that has CAA records decides.
    QString name = dns::absolute(target.host);
    const QString zone = dns::absolute(context->plan().dns.zone);
    while (true) {
        auto answer = co_await services.resolver->query(server, name, QStringLiteral("CAA"), stop);
        SY_CO_ALIVE(stop);
        if (!answer || answer->rcode == QLatin1String("SERVFAIL")) {
            out.caaProblem = answer ? QStringLiteral("SERVFAIL") : answer.error().happened;
            co_return out;
        }
        out.caa = *answer;
        const bool any = std::any_of(answer->records.begin(), answer->records.end(), [](const DnsRecord& r) { return r.type == QLatin1String("CAA"); });
        if (any || name == zone || !name.contains(u'.'))
            co_return out;
        name = name.mid(name.indexOf(u'.') + 1);
        if (name.isEmpty())
            co_return out;
    }
}

} // namespace

Task<preflight::Input> readPreflight(RunContext* context, StepVoice* voice, std::stop_token stop)
{
    preflight::Input in;
    in.plan = &context->plan();
    in.now = context->clock()->now();
    const plan::Environment env = context->plan().production();
    const std::vector<Account> accounts = context->plan().accounts;
    const int all = static_cast<int>(accounts.size() + env.services.size() + env.databases.size() + env.queues.size() + 2);
    int done = 0;
    for (const plan::StepSpec& s : context->plan().steps)
        in.plannedLength += s.planned;
    for (const Account& a : accounts) {
        tell(voice, QStringLiteral("Account %1").arg(a.name), done++, all);
        preflight::AccountRead read;
        read.name = a.name;
        read.provider = a.provider;
        const auto provider = context->services().hosting.find(a.name);
        if (provider != context->services().hosting.end() && provider->second) {
            const std::shared_ptr<HostingProvider> held = provider->second;
            auto info = co_await held->account(stop);
            SY_CO_ALIVE(stop);
            SY_CO_CHECK(passing(info));
            if (info)
                read.info = *info;
            else
                refuse(read, info.error());
        } else if (context->services().dns && a.name == context->plan().dns.account) {
            auto info = co_await context->services().dns->account(stop);
            SY_CO_ALIVE(stop);
            SY_CO_CHECK(passing(info));
            if (info)
                read.info = *info;
            else
                refuse(read, info.error());
        } else {
            read.used = false;
        }
        in.accounts.push_back(std::move(read));
    }
    // With a token that doesn't work everything else would only say the same again.
    if (std::any_of(in.accounts.begin(), in.accounts.end(), [](const preflight::AccountRead& a) { return a.used && !a.info; }))
        co_return in;
    for (const plan::ServiceMapping& s : env.services) {
        tell(voice, QStringLiteral("Service %1").arg(s.name), done++, all);
        SY_CO_TRY(auto read, co_await readService(context, s, stop));
        in.services.push_back(std::move(read));
    }
    for (const plan::DatabaseMapping& d : env.databases) {
        tell(voice, QStringLiteral("Database %1").arg(d.name), done++, all);
        SY_CO_TRY(auto read, co_await readDatabase(context, d, stop));
        in.databases.push_back(std::move(read));
    }
    for (const plan::QueueMapping& q : env.queues) {
        tell(voice, QStringLiteral("Queue %1").arg(q.name), done++, all);
        preflight::QueueRead read;
        read.mapping = q;
        const auto provider = context->hosting(q.source.account);
        if (provider && context->services().queue) {
            auto url = co_await (*provider)->connectionUrl(q.source, stop);
            SY_CO_ALIVE(stop);
            SY_CO_CHECK(passing(url));
            if (url) {
                auto state = co_await context->services().queue->read(*url, q.queues, stop);
                SY_CO_ALIVE(stop);
                if (state)
                    read.source = *state;
                else
                    read.problem = state.error().sentence();
            } else {
                read.problem = url.error().sentence();
            }
        }
        in.queues.push_back(std::move(read));
    }
    tell(voice, QStringLiteral("Zone %1").arg(context->plan().dns.zone), done++, all);
    if (context->services().dns && !context->plan().dns.zone.isEmpty()) {
        in.flattensApex = flattensApex(*context->services().dns);
        auto zone = co_await context->services().dns->readZone(context->plan().dns.zone, stop);
        SY_CO_ALIVE(stop);
        SY_CO_CHECK(passing(zone));
        if (zone)
            in.zone = *zone;
        else
            in.zoneProblem = zone.error().sentence();
        QStringList hosts;
        for (const plan::DomainMapping& d : env.domains)
            hosts << d.host;
        auto targets = co_await readTargets(context, hosts, stop);
        SY_CO_ALIVE(stop);
        for (const QString& host : hosts) {
            dns::HostTarget target;
            target.host = host;
            if (targets) {
                for (const dns::HostTarget& t : *targets) {
                    if (t.host == host)
                        target = t;
                }
            }
            SY_CO_TRY(auto read, co_await readHost(context, target, stop));
            in.hosts.push_back(std::move(read));
        }
    }
    if (!context->state().directory.isEmpty())
        in.freeDisk = QStorageInfo(context->state().directory).bytesAvailable();
    tell(voice, QStringLiteral("Both sides read"), all, all);
    co_return in;
}

void showPreflight(RunContext* context, const preflight::Report& report)
{
    QStringList open;
    for (const preflight::RuleFinding& f : report.findings)
        open << f.id;
    for (const preflight::Rule& rule : preflight::rules()) {
        if (!open.contains(rule.id))
            context->withdraw(rule.id);
    }
    for (const preflight::RuleFinding& f : report.findings) {
        Finding finding;
        finding.id = f.id;
        finding.severity = f.severity == preflight::Severity::Failure ? Severity::Failure : f.severity == preflight::Severity::Caution ? Severity::Caution : Severity::Advisory;
        finding.title = f.title;
        finding.text = f.text;
        finding.fix = f.fix;
        finding.page = f.page;
        finding.linkText = f.page.isEmpty() ? QString() : QStringLiteral("Open in %1").arg(f.page == QLatin1String("dns") ? QStringLiteral("DNS") : f.page.left(1).toUpper() + f.page.mid(1));
        finding.blocksStep = f.blocksStep;
        context->report(std::move(finding), f.severity == preflight::Severity::Failure);
    }
    context->state().checksPassed = report.passed;
    context->touch(FindingsChanged);
}

} // namespace switchyard::cutover
