#pragma once

#include "providers/simulator/DnsServer.h"

#include <memory>
#include <vector>

namespace switchyard::simulator {

/// Start of authority of a zone; seconds.
struct Soa {
    QString primary = QStringLiteral("ns1.invalid.");
    QString mailbox = QStringLiteral("hostmaster.invalid.");
    quint32 serial = 1;
    quint32 refresh = 10000;
    quint32 retry = 2400;
    quint32 expire = 604800;
    quint32 minimum = 300;    ///< negative answers live this long
    quint32 ttl = 3600;
};

/// One zone as an authoritative server answers it: CNAME chains inside the zone, wildcards, NXDOMAIN against NODATA (both with the SOA),
/// empty non-terminals, and a CNAME at the apex flattened into addresses as Cloudflare does. Records come from a callback at each
/// question, so a change at the DNS host is served by the next packet.
class AuthoritativeZone {
public:
    using Records = std::function<QList<ResourceRecord>()>;
    /// Gives the addresses behind a name outside the zone, for flattening.
    using Lookup = std::function<QList<ResourceRecord>(const QString& name, const QString& type)>;

    AuthoritativeZone(QString apex, Records records, Soa soa = {});

    [[nodiscard]] const QString& apex() const { return m_apex; }
    [[nodiscard]] Soa& soa() { return m_soa; }
    /// Whether `name` is the apex or under it.
    [[nodiscard]] bool holds(const QString& name) const;
    /// `outside` may be null: then a flattened CNAME that leaves the zone answers SERVFAIL.
    [[nodiscard]] DnsReply answer(const DnsQuestion& question, const Lookup& outside) const;

private:
    [[nodiscard]] ResourceRecord soaRecord() const;
    [[nodiscard]] DnsReply negative(DnsRcode rcode, DnsReply reply) const;

    QString m_apex;
    Records m_records;
    Soa m_soa;
};

/// The zones of one authoritative server; the longest apex that holds the name answers, other names are REFUSED.
class ZoneSet {
public:
    /// The zone belongs to the set.
    AuthoritativeZone& add(AuthoritativeZone zone);
    void remove(const QString& apex);
    [[nodiscard]] AuthoritativeZone* find(const QString& name) const;
    [[nodiscard]] DnsReply answer(const DnsQuestion& question) const;
    /// For DnsServer::setHandler; the set must outlive the server.
    [[nodiscard]] DnsHandler handler() { return [this](const DnsQuestion& question) { return answer(question); }; }

private:
    [[nodiscard]] QList<ResourceRecord> addresses(const QString& name, const QString& type, int depth) const;
    std::vector<std::unique_ptr<AuthoritativeZone>> m_zones;
};

} // namespace switchyard::simulator
