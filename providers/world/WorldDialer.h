#pragma once

#include "app/ports/Dialer.h"

#include <QHash>
#include <QJsonObject>

#include <memory>

namespace switchyard::world {

/// The Dialer of a rehearsal: every (address, port) that the world holds, nothing else. Any thread once made.
class WorldDialer final : public Dialer {
public:
    void add(const QString& address, quint16 port, quint16 loopbackPort);
    void setRoots(const QByteArray& pem) { m_roots = pem; }
    [[nodiscard]] Endpoint route(const QString& address, quint16 port) const override;
    [[nodiscard]] QByteArray trustedRoots() const override { return m_roots; }

    [[nodiscard]] QJsonObject toJson() const;
    /// From what toJson() gave.
    [[nodiscard]] static std::shared_ptr<WorldDialer> from(const QJsonObject& object);
    /// The dialer of the world that runs for this directory, from DIR/world/door.json; refuses everything when there is none.
    [[nodiscard]] static std::shared_ptr<WorldDialer> ofDirectory(const QString& directory);

private:
    QHash<QString, quint16> m_ports;
    QByteArray m_roots;
};

} // namespace switchyard::world
