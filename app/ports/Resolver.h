#pragma once

#include "app/base/Task.h"
#include "app/base/Units.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace switchyard {

/// A server that answers DNS questions. Shown by `address`; asked at the address and port the Dialer gives for (address, 53).
struct ResolverAddress {
    QString name;       ///< "1.1.1.1", "ns1.projectify.test"
    QString label;      ///< "Cloudflare", "authoritative", "This computer"
    QString address;
    bool authoritative = false;
};

struct DnsRecord {
    QString name;       ///< absolute, lower case, trailing dot
    QString type;
    Seconds ttl{0};
    QString value;
};

struct DnsAnswer {
    QString rcode;      ///< NOERROR, NXDOMAIN, SERVFAIL, REFUSED
    bool authoritative = false;
    std::vector<DnsRecord> records; ///< the whole answer section, CNAME chain first
    Milliseconds took{0};
    TimePoint at{};
    /// Values of `type` at the end of the CNAME chain.
    [[nodiscard]] QStringList values(const QString& type) const;
    /// Smallest TTL of the chain; nothing for an empty answer.
    [[nodiscard]] std::optional<Seconds> ttl() const;
};

/// Asks one named server and nobody else. Errors: Timeout (3 s, three tries), Network, Parse, Cancelled. Main thread.
class Resolver {
public:
    virtual ~Resolver() = default;
    [[nodiscard]] virtual Task<DnsAnswer> query(ResolverAddress server, QString name, QString type, std::stop_token stop) = 0;
};

} // namespace switchyard
