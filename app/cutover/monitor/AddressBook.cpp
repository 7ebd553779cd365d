#include "app/cutover/monitor/AddressBook.h"

#include "app/dns/Planning.h"

#include <algorithm>

namespace switchyard::cutover {

HostAddresses AddressBook::of(const QString& host) const
{
    HostAddresses out;
    if (const auto it = m_learnt.find(host); it != m_learnt.end())
        out = it->second;
    const QString name = dns::absolute(host);
    for (const RecordChange& change : m_context->state().plannedRecords) {
        if (dns::absolute(change.name) != name)
            continue;
        if (change.planned) {
            if (change.planned->type == u"CNAME") {
                for (const QString& value : change.planned->values)
                    out.targetNames << dns::absolute(value);
            } else {
                out.target << change.planned->values;
            }
        }
        if (change.expected && change.expected->type != u"CNAME") {
            for (const QString& value : change.expected->values) {
                if (!out.target.contains(value))
                    out.source << value;
            }
        }
    }
    return out;
}

void AddressBook::learn(const QString& host, const QString& address, HostState side)
{
    if (address.isEmpty() || (side != HostState::Source && side != HostState::Target))
        return;
    HostAddresses& known = m_learnt[host];
    QStringList& mine = side == HostState::Source ? known.source : known.target;
    QStringList& other = side == HostState::Source ? known.target : known.source;
    if (!mine.contains(address))
        mine << address;
    other.removeAll(address); // an address may change hands; the newest answer is right
}

std::optional<ResolverAddress> AddressBook::visitorsResolver(int skip) const
{
    const auto& all = m_context->services().resolvers;
    std::vector<ResolverAddress> good;
    for (const ResolverAddress& r : all) {
        const auto& rows = m_context->state().resolvers;
        const auto row = std::find_if(rows.begin(), rows.end(), [&](const ResolverRow& x) { return x.resolver.address == r.address; });
        if (!r.authoritative && (row == rows.end() || row->honest))
            good.push_back(r);
    }
    if (good.empty())
        good = all;
    if (good.empty())
        return std::nullopt;
    return good[static_cast<std::size_t>(skip) % good.size()];
}

Task<QStringList> AddressBook::ask(ResolverAddress server, QString name, std::stop_token stop)
{
    const QString type = QStringLiteral("A");
    SY_CO_TRY(const DnsAnswer answer, co_await m_context->services().resolver->query(server, name, type, stop));
    SY_CO_ALIVE(stop);
    co_return answer.values(type);
}

Task<QString> AddressBook::targetAddress(QString host, std::stop_token stop)
{
    const HostAddresses known = of(host);
    if (!known.target.isEmpty())
        co_return known.target.front();
    const auto server = visitorsResolver();
    if (known.targetNames.isEmpty() || !server)
        co_return QString();
    const ResolverAddress address = *server;
    const QString name = known.targetNames.front();
    auto found = co_await ask(address, name, stop);
    SY_CO_ALIVE(stop);
    co_return found && !found->isEmpty() ? found->front() : QString();
}

} // namespace switchyard::cutover
