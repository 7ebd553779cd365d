#pragma once

#include <QJsonObject>
#include <QString>

namespace switchyard::world {

/// Addresses of the providers' edges, from the documentation ranges (RFC 5737).
struct EdgeAddresses {
    static QString heroku() { return QStringLiteral("192.0.2.20"); }
    static QString netlify() { return QStringLiteral("198.51.100.5"); }
    static QString render() { return QStringLiteral("203.0.113.57"); }
};

/// The zone projectify.test as it stands before the cutover, for cloudflare::Simulator::addZone: apex, www and api of the story, mail, policy
/// records, and the names that must not move. TTL 300 s.
[[nodiscard]] QJsonObject projectifyZone();
/// What stands behind host and port in a provider's base URL: "/v1" for Render.
[[nodiscard]] QString apiRoot(const QString& provider);
/// First name server of that zone.
[[nodiscard]] QString projectifyNameServer();

} // namespace switchyard::world
