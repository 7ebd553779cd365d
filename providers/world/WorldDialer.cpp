#include "providers/world/WorldDialer.h"

#include "providers/world/WorldFolder.h"

namespace switchyard::world {

namespace {
QString keyOf(const QString& address, quint16 port) { return address + u':' + QString::number(port); }
} // namespace

void WorldDialer::add(const QString& address, quint16 port, quint16 loopbackPort) { m_ports[keyOf(address, port)] = loopbackPort; }

Endpoint WorldDialer::route(const QString& address, quint16 port) const
{
    const auto found = m_ports.constFind(keyOf(address, port));
    return found == m_ports.constEnd() ? Endpoint{} : Endpoint{QStringLiteral("127.0.0.1"), *found};
}

QJsonObject WorldDialer::toJson() const
{
    QJsonObject map;
    for (auto it = m_ports.constBegin(); it != m_ports.constEnd(); ++it)
        map[it.key()] = it.value();
    return {{QStringLiteral("map"), map}, {QStringLiteral("roots"), QString::fromLatin1(m_roots)}};
}

std::shared_ptr<WorldDialer> WorldDialer::from(const QJsonObject& object)
{
    auto dialer = std::make_shared<WorldDialer>();
    const QJsonObject map = object[QStringLiteral("map")].toObject();
    for (auto it = map.begin(); it != map.end(); ++it)
        dialer->m_ports[it.key()] = static_cast<quint16>(it.value().toInt());
    dialer->m_roots = object[QStringLiteral("roots")].toString().toLatin1();
    return dialer;
}

std::shared_ptr<WorldDialer> WorldDialer::ofDirectory(const QString& directory)
{
    return from(WorldFolder(directory).read(QStringLiteral("door.json"))[QStringLiteral("dial")].toObject());
}

} // namespace switchyard::world
