#include "providers/world/Names.h"

#include <array>

namespace switchyard::world {

using simulator::DnsReply;

namespace {
struct Place {
    const char* address;
    const char* label;
};
constexpr const char* authorityAddress = "192.0.2.53";
constexpr std::array<Place, Names::cacheCount> places{{{"198.51.100.11", "Public resolver 1"},
                                                       {"198.51.100.22", "Public resolver 2"},
                                                       {"198.51.100.33", "Public resolver 3"},
                                                       {"198.51.100.44", "Public resolver 4"},
                                                       {"198.51.100.55", "Public resolver 5"},
                                                       {"203.0.113.53", "Access provider"},
                                                       {"192.0.2.1", "This computer"}}};
QString absolute(const QString& name) { return name.endsWith(u'.') ? name.toLower() : name.toLower() + u'.'; }
} // namespace

Names::Names(Clock* clock) : m_clock(clock)
{
    m_authority.setHandler(m_zones.handler());
}
Names::~Names() { m_authority.close(); }

bool Names::listen(const QJsonObject& ports)
{
    const auto wanted = [&ports](const char* address) { return static_cast<quint16>(ports[QLatin1String(address)].toInt()); };
    if (!m_authority.listen(wanted(authorityAddress)) && !m_authority.listen(0))
        return false;
    for (const Place& place : places) {
        auto cache = std::make_unique<simulator::CachingResolver>(m_clock, m_authority.port());
        if (!cache->listen(wanted(place.address)) && !cache->listen(0))
            return false;
        m_caches.push_back(std::move(cache));
    }
    return true;
}

quint16 Names::portOf(const QString& address) const
{
    if (address == QLatin1String(authorityAddress))
        return m_authority.port();
    for (size_t i = 0; i < m_caches.size(); ++i)
        if (address == QLatin1String(places[i].address))
            return m_caches[i]->port();
    return 0;
}

QJsonObject Names::ports() const
{
    QJsonObject ports{{QLatin1String(authorityAddress), m_authority.port()}};
    for (size_t i = 0; i < m_caches.size(); ++i)
        ports[QLatin1String(places[i].address)] = m_caches[i]->port();
    return ports;
}

std::vector<ResolverAddress> Names::addresses(const QString& nameServer) const
{
    std::vector<ResolverAddress> list{{nameServer, QStringLiteral("authoritative"), QLatin1String(authorityAddress), true}};
    for (const Place& place : places)
        list.push_back({QLatin1String(place.address), QLatin1String(place.label), QLatin1String(place.address), false});
    return list;
}

void Names::resolve(int index, const QString& name, std::function<void(QStringList)> done)
{
    m_caches[static_cast<size_t>(index) % m_caches.size()]->resolve(absolute(name), QStringLiteral("A"), [done = std::move(done)](const DnsReply& reply) {
        QStringList addresses;
        for (const auto& record : reply.answers)
            if (record.type == u"A")
                addresses << record.data;
        done(addresses);
    });
}

QStringList Names::truth(const QString& name) const
{
    QString wanted = absolute(name);
    QStringList addresses;
    for (int hops = 0; hops < 8 && addresses.isEmpty(); ++hops) {
        QString next;
        for (const auto& record : m_zones.answer({wanted, QStringLiteral("A")}).answers) {
            if (record.type == u"A")
                addresses << record.data;
            else if (record.type == u"CNAME")
                next = record.data.toLower();
        }
        if (next.isEmpty() || next == wanted)
            break;
        wanted = next;
    }
    return addresses;
}

QStringList Names::chain(const QString& name) const
{
    QString wanted = absolute(name);
    QStringList names;
    for (int hops = 0; hops < 8; ++hops) {
        QString next;
        for (const auto& record : m_zones.answer({wanted, QStringLiteral("A")}).answers)
            if (record.type == u"CNAME")
                names << (next = record.data.toLower()).chopped(1);
        if (next.isEmpty() || next == wanted)
            break;
        wanted = next;
    }
    return names;
}

void Names::ignoreTtl(Seconds atLeast)
{
    if (!m_caches.empty())
        m_caches[accessProvider]->ignoreTtl(atLeast);
}

} // namespace switchyard::world
