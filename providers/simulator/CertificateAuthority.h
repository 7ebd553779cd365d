#pragma once

#include "app/base/Result.h"
#include "app/base/Units.h"
#include "providers/simulator/HttpServer.h"

#include <QString>
#include <QStringList>

#include <memory>

namespace switchyard::simulator {

/// A throw-away certificate authority (EC P-256, SHA-256) for rehearsals. Its key and root live in a folder (mode 0600), so a restarted
/// process goes on with the same root. Never add its root to a system trust store. Error: Storage, Internal. Main thread.
class CertificateAuthority {
public:
    /// Opens the authority in `folder`, or makes one. An empty folder keeps it in memory.
    [[nodiscard]] static Result<std::shared_ptr<CertificateAuthority>> open(const QString& folder);
    ~CertificateAuthority();

    /// A server certificate for the names (DNS names, wildcards or IP addresses; the first is the subject), chained to the root.
    [[nodiscard]] Result<CertificateAndKey> issue(const QStringList& hostNames, TimePoint notBefore, TimePoint notAfter) const;
    [[nodiscard]] QByteArray rootPem() const;
    /// The root as a file that curl and libpq take; empty when in memory.
    [[nodiscard]] QString rootFile() const;

private:
    CertificateAuthority();
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace switchyard::simulator
