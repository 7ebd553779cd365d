#include "providers/http/Options.h"

#include <QHostAddress>

namespace switchyard::http {

Result<> TransportGuard::check(const QUrl& url, const QString& provider) const
{
    if (!active)
        return Ok{};
    const QString host = url.host();
    const bool secure = url.scheme() == QLatin1String("https") || url.scheme() == QLatin1String("wss");
    const int port = url.port(secure ? 443 : 80);
    QHostAddress address;
    const bool loopback = host == QLatin1String("localhost")
        || (address.setAddress(host) && (address == QHostAddress(QHostAddress::LocalHost) || address == QHostAddress(QHostAddress::LocalHostIPv6)));
    if (loopback && ports.count(static_cast<quint16>(port)) > 0)
        return Ok{};
    return Error::invalid(QStringLiteral("A call to %1 at %2:%3 was stopped before anything was sent.").arg(provider, host).arg(port),
                          QStringLiteral("This is a rehearsal, and that address isn't part of the rehearsed world."),
                          QStringLiteral("Use the accounts of the rehearsed world, or start a live run to reach the provider."));
}

} // namespace switchyard::http
