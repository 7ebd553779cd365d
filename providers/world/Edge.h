#pragma once

#include "app/base/Clock.h"
#include "providers/simulator/CertificateAuthority.h"
#include "providers/simulator/HttpServer.h"

#include <QHash>

namespace switchyard::world {

/// The address of one provider that visitors reach: HTTPS with SNI on one loopback port, HTTP that redirects on another. A name for which the
/// provider has no certificate gets TLS alert 40. Main thread.
class Edge final {
public:
    Edge(QString provider, QString address, std::shared_ptr<simulator::CertificateAuthority> authority);

    /// Whether the provider has a certificate for that host now.
    void setCertified(std::function<bool(const QString& host)> hook) { m_certified = std::move(hook); }
    /// Answers what came through TLS.
    void setBackend(simulator::AsyncHandler backend) { m_backend = std::move(backend); }
    [[nodiscard]] bool listen(quint16 securePort, quint16 plainPort);

    [[nodiscard]] const QString& provider() const { return m_provider; }
    [[nodiscard]] const QString& address() const { return m_address; }
    [[nodiscard]] quint16 securePort() const { return m_secure.port(); }
    [[nodiscard]] quint16 plainPort() const { return m_plain.port(); }

private:
    [[nodiscard]] std::optional<simulator::CertificateAndKey> certificate(const QByteArray& name);

    QString m_provider;
    QString m_address;
    std::shared_ptr<simulator::CertificateAuthority> m_authority;
    std::function<bool(const QString&)> m_certified;
    simulator::AsyncHandler m_backend;
    QHash<QByteArray, simulator::CertificateAndKey> m_issued;
    simulator::HttpServer m_secure;
    simulator::HttpServer m_plain;
};

} // namespace switchyard::world
