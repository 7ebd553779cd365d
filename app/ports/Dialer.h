#pragma once

#include <QByteArray>
#include <QString>

namespace switchyard {

struct Endpoint {
    QString host;
    quint16 port = 0;
    friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

/// Says where to really connect for an address that is shown. Live: the address itself. Rehearsal: addresses are from the documentation
/// ranges and each (address, port) is one loopback port of the world; an address that the world doesn't hold is refused, so that a rehearsal
/// can't reach the network. Any thread.
class Dialer {
public:
    virtual ~Dialer() = default;
    /// Empty host: refused.
    [[nodiscard]] virtual Endpoint route(const QString& address, quint16 port) const = 0;
    /// PEM of extra trusted roots: the rehearsal's throw-away authority; empty when live.
    [[nodiscard]] virtual QByteArray trustedRoots() const = 0;
};

} // namespace switchyard
