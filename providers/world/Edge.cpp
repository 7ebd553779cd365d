#include "providers/world/Edge.h"

#include "app/base/Log.h"

namespace switchyard::world {

using simulator::CertificateAndKey;
using simulator::Reply;
using simulator::Request;
using simulator::Response;

Edge::Edge(QString provider, QString address, std::shared_ptr<simulator::CertificateAuthority> authority)
    : m_provider(std::move(provider)), m_address(std::move(address)), m_authority(std::move(authority))
{
    m_secure.setCertificates([this](const QByteArray& name) { return certificate(name); });
    m_secure.setAsyncHandler([this](const Request& request, const Reply& reply) {
        if (m_backend)
            m_backend(request, reply);
        else
            reply(Response::empty(503));
    });
    m_plain.setHandler([](const Request& request) { return Response::redirect(301, "https://" + request.host.toUtf8() + request.target); });
}

bool Edge::listen(quint16 securePort, quint16 plainPort)
{
    return (m_secure.listen(securePort) || m_secure.listen(0)) && (m_plain.listen(plainPort) || m_plain.listen(0));
}

std::optional<CertificateAndKey> Edge::certificate(const QByteArray& name)
{
    const QString host = QString::fromLatin1(name);
    if (host.isEmpty() || !m_certified || !m_certified(host))
        return std::nullopt;
    const auto known = m_issued.constFind(name);
    if (known != m_issued.constEnd())
        return *known;
    // Clients check validity by the wall clock, whatever the run's clock says.
    const auto now = std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
    auto made = m_authority->issue({host}, now - std::chrono::hours(24), now + std::chrono::hours(24 * 90));
    if (!made) {
        logError("world", QStringLiteral("no certificate for %1: %2").arg(host, made.error().detail));
        return std::nullopt;
    }
    return m_issued.insert(name, *made).value();
}

} // namespace switchyard::world
