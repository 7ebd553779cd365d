#pragma once

#include "app/ports/Resolver.h"
#include "providers/simulator/AuthoritativeZone.h"
#include "providers/simulator/CachingResolver.h"

#include <QJsonObject>
#include <QSet>

#include <memory>
#include <vector>

namespace switchyard::world {

/// DNS of the world: one authoritative server for the app's zone and the providers' own, and seven caching resolvers in front of it: five
/// public ones, one of an access provider, and this computer's. Real UDP and TCP on loopback; the addresses shown are from the
/// documentation ranges. Main thread.
class Names final {
public:
    static constexpr int cacheCount = 7;
    static constexpr int accessProvider = 5;   ///< index of the one that may ignore TTLs
    static constexpr int thisComputer = 6;

    explicit Names(Clock* clock);
    ~Names();

    [[nodiscard]] simulator::ZoneSet& zones() { return m_zones; }
    /// `ports` as ports() gave them earlier; each is used if it is free.
    [[nodiscard]] bool listen(const QJsonObject& ports);
    [[nodiscard]] QJsonObject ports() const;
    /// Authoritative first, named `nameServer`; then the seven.
    [[nodiscard]] std::vector<ResolverAddress> addresses(const QString& nameServer) const;
    /// Loopback port of the resolver with that address.
    [[nodiscard]] quint16 portOf(const QString& address) const;

    /// Addresses of a name as a visitor who uses cache `index` gets them.
    void resolve(int index, const QString& name, std::function<void(QStringList)> done);
    /// Addresses of a name as the authoritative server says now, CNAMEs followed through every zone of the world.
    [[nodiscard]] QStringList truth(const QString& name) const;
    /// Names on the way of that answer (CNAME targets), lower case, without trailing dot.
    [[nodiscard]] QStringList chain(const QString& name) const;

    void ignoreTtl(Seconds atLeast);

private:
    simulator::ZoneSet m_zones;
    simulator::DnsServer m_authority;
    Clock* m_clock;
    std::vector<std::unique_ptr<simulator::CachingResolver>> m_caches;
};

} // namespace switchyard::world
