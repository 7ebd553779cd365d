#pragma once

#include "app/base/Result.h"
#include "providers/cloudflare/simulator/Records.h"
#include "providers/simulator/AuthoritativeZone.h"
#include "providers/simulator/RateLimiter.h"
#include "providers/simulator/Simulator.h"

#include <QStringList>

namespace switchyard::cloudflare {

/// Cloudflare's DNS API as the published description (api-schemas, 2026) and quoted answers show it: zones, records with filters and paging,
/// batch (deletes, patches, puts, posts; all or nothing), token check, settings that a cutover reads. Mounted under /client/v4. Emits
/// event("zone", {id, name, serial, changes}) after every change. The limit is 1200 requests in five minutes for a token, then 429 for
/// the rest of the window.
class Simulator final : public simulator::Simulator {
    Q_OBJECT
public:
    Simulator(Clock* clock, const QString& folder, QObject* parent = nullptr);

    /// Adds a zone: {"name", "name_servers"?: [], "status"?, "account"?: {id, name}, "records": [{type, name, content|data, ttl?, proxied?,
    /// priority?, comment?, meta?}]}. A zone of that name that is there already, from an earlier process, stays as it is. Gives the
    /// zone's id. Error: Invalid, with the record that the API would refuse.
    [[nodiscard]] Result<QString> addZone(const QJsonObject& description);

    /// The record as API JSON at (name, type), for tests and the world; empty if there is none.
    [[nodiscard]] QList<QJsonObject> records(const QString& zoneName) const;
    /// What an authoritative server of the zone answers now, its NS records included.
    [[nodiscard]] QList<simulator::ResourceRecord> published(const QString& zoneName) const;
    /// Puts every zone into `set` and keeps it there, serials included. The set must outlive the simulator.
    void serve(simulator::ZoneSet& set);
    /// Addresses of the proxy, served for proxied records; documentation addresses unless told.
    void setEdgeAddresses(const QStringList& addresses) { m_edge = addresses; }

    [[nodiscard]] QJsonObject save() const override;
    void restore(const QJsonObject& state) override;

protected:
    [[nodiscard]] std::optional<simulator::Response> authorize(const simulator::Request& request) override;
    [[nodiscard]] std::optional<simulator::Response> limit(const simulator::Request& request) override;
    [[nodiscard]] simulator::Response faultResponse(const QString& verb, int status, const simulator::Request& request) const override;
    void decorate(const simulator::Request& request, simulator::Response& response) const override;

private:
    struct Zone {
        QJsonObject info;   ///< as the API answers it
        quint32 serial = 1;
        Records records;
    };

    void addRoutes();
    void addZoneRoutes();
    [[nodiscard]] Zone* zoneOf(const simulator::Request& request);
    [[nodiscard]] simulator::Response listZones(const simulator::Request& request) const;
    [[nodiscard]] simulator::Response listRecords(const simulator::Request& request, const Zone& zone) const;
    [[nodiscard]] simulator::Response batch(const simulator::Request& request, Zone& zone);
    [[nodiscard]] simulator::Response changeOne(const simulator::Request& request, Zone& zone);
    void committed(Zone& zone, const QJsonArray& changes);
    void serveZone(const Zone& zone);
    [[nodiscard]] QString now() const;

    std::vector<std::unique_ptr<Zone>> m_zones;
    QStringList m_edge{QStringLiteral("203.0.113.101"), QStringLiteral("203.0.113.102")};
    simulator::RateLimiter m_limiter;
    simulator::RateLimiter::Decision m_rate;
    simulator::ZoneSet* m_set = nullptr;
};

} // namespace switchyard::cloudflare
