#include "app/cutover/steps/Names.h"

#include "app/cutover/RunController.h"
#include "app/cutover/steps/Calls.h"

#include <QUrl>

#include <algorithm>

namespace switchyard::cutover {

Task<std::vector<dns::HostTarget>> readTargets(RunContext* context, QStringList hosts, std::stop_token stop)
{
    const plan::Environment env = context->plan().production();
    std::vector<dns::HostTarget> out;
    std::map<QString, std::vector<DomainBinding>> bindings; // by reference of the service
    std::map<QString, QString> ownHosts;
    for (const QString& host : hosts) {
        dns::HostTarget target;
        target.host = host;
        const auto domain = std::find_if(env.domains.begin(), env.domains.end(), [&](const plan::DomainMapping& d) { return d.host == host; });
        const auto service = domain == env.domains.end() ? env.services.end()
                                                         : std::find_if(env.services.begin(), env.services.end(), [&](const plan::ServiceMapping& s) { return s.name == domain->service; });
        if (service == env.services.end() || service->target.isEmpty()) {
            out.push_back(std::move(target));
            continue;
        }
        const ServiceRef ref = service->target;
        SY_CO_TRY(auto provider, context->hosting(ref.account));
        const QString key = ref.account + u'/' + ref.app + u'/' + ref.service;
        if (!bindings.contains(key)) {
            SY_CO_TRY(auto list, co_await provider->domains(ref, stop));
            SY_CO_ALIVE(stop);
            bindings[key] = std::move(list);
        }
        for (const DomainBinding& b : bindings[key]) {
            if (b.host == host && !b.dnsTarget.isEmpty()) {
                target.target = b.dnsTarget;
                target.isAddress = b.targetIsAddress;
            }
        }
        const bool bound = std::any_of(bindings[key].begin(), bindings[key].end(), [&](const DomainBinding& b) { return b.host == host; });
        if (target.target.isEmpty() && bound) {
            if (!ownHosts.contains(key)) {
                SY_CO_TRY(const Service s, co_await provider->service(ref, stop));
                SY_CO_ALIVE(stop);
                ownHosts[key] = QUrl(s.url).host();
            }
            target.target = ownHosts[key];
        }
        out.push_back(std::move(target));
    }
    co_return out;
}

Task<QStringList> addressesOf(RunContext* context, QString host, std::stop_token stop)
{
    RunServices& services = context->services();
    std::vector<ResolverAddress> servers = services.resolvers;
    std::stable_partition(servers.begin(), servers.end(), [](const ResolverAddress& r) { return r.authoritative; });
    QString name = dns::absolute(host);
    for (int hop = 0; hop < 8; ++hop) {
        QString alias;
        for (const ResolverAddress& server : servers) {
            auto answer = co_await services.resolver->query(server, name, QStringLiteral("A"), stop);
            SY_CO_ALIVE(stop);
            if (!answer || answer->rcode != QLatin1String("NOERROR"))
                continue;
            const QStringList addresses = answer->values(QStringLiteral("A"));
            if (!addresses.isEmpty())
                co_return addresses;
            for (const DnsRecord& r : answer->records) {
                if (r.type == QLatin1String("CNAME"))
                    alias = dns::absolute(r.value);
            }
            if (!alias.isEmpty())
                break;
        }
        if (alias.isEmpty() || alias == name)
            break;
        name = alias;
    }
    Error error;
    error.kind = ErrorKind::Network;
    error.happened = QStringLiteral("No resolver gave an address for %1.").arg(host);
    error.means = QStringLiteral("It can't be asked over HTTP.");
    error.remedy = QStringLiteral("Look at its records on the DNS page, then try again.");
    error.retryable = true;
    co_return error;
}

bool flattensApex(const DnsHost& host) { return host.id() == QLatin1String("cloudflare"); }

std::vector<ChangePreview> changeRows(const std::vector<RecordChange>& changes, const QString& zone)
{
    // A name that changes its type is one row for the person who reads it.
    std::vector<ChangePreview> out;
    for (const RecordChange& change : changes) {
        const QString subject = dns::relative(change.name, zone);
        const QString type = change.planned ? change.planned->type : change.expected->type;
        const bool swap = change.expected && change.planned;
        if (!swap) {
            auto other = std::find_if(out.begin(), out.end(), [&](const ChangePreview& p) { return p.subject == subject && (change.planned ? p.after.isEmpty() : p.before.isEmpty()); });
            if (other != out.end()) {
                if (change.planned) {
                    other->after = dns::valuesText(change.planned);
                    other->type = QStringLiteral("%1 → %2").arg(other->type, type);
                } else {
                    other->before = dns::valuesText(change.expected);
                }
                continue;
            }
        }
        out.push_back(ChangePreview{subject, type, dns::valuesText(change.expected), dns::valuesText(change.planned)});
    }
    return out;
}

Task<std::vector<CallPreview>> dnsCallRows(std::shared_ptr<DnsHost> host, QString zone, std::vector<RecordChange> changes, std::stop_token stop)
{
    SY_CO_TRY(auto calls, co_await host->preview(zone, std::move(changes), stop));
    SY_CO_ALIVE(stop);
    std::vector<CallPreview> out;
    for (const DnsHost::Call& call : calls)
        out.push_back(dnsCall(host->id(), call.method, call.path, call.body));
    co_return out;
}

} // namespace switchyard::cutover
