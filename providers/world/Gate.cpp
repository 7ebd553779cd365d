#include "providers/world/Gate.h"

#include <QTcpSocket>

namespace switchyard::world {

Gate::Gate(QObject* parent) : QObject(parent)
{
    connect(&m_server, &QTcpServer::newConnection, this, &Gate::accept);
}
Gate::~Gate() = default;

bool Gate::listen(quint16 preferredPort, quint16 serverPort)
{
    m_target = serverPort;
    return m_server.listen(QHostAddress::LocalHost, preferredPort) || m_server.listen(QHostAddress::LocalHost, 0);
}

bool Gate::holds(const QStringList& cidrs, const QHostAddress& address)
{
    for (const QString& cidr : cidrs) {
        const auto [network, bits] = QHostAddress::parseSubnet(cidr.contains(u'/') ? cidr : cidr + QStringLiteral("/32"));
        if (!network.isNull() && bits >= 0 && address.isInSubnet(network, bits))
            return true;
    }
    return false;
}

void Gate::setAllowed(const QStringList& cidrs) { m_open = holds(cidrs, QHostAddress(QHostAddress::LocalHost)); }

void Gate::cutAfter(qint64 bytes, int cuts)
{
    m_cutBytes = bytes;
    m_cuts = cuts;
    m_bytes = 0;
}

void Gate::accept()
{
    // More than this may wait in memory for a slower reader; then the faster side isn't read.
    constexpr qint64 backlog = 1 << 20;
    while (QTcpSocket* outside = m_server.nextPendingConnection()) {
        if (!m_open) {
            Q_EMIT refused();
            outside->abort();
            outside->deleteLater();
            continue;
        }
        auto* pair = new QObject(this);
        outside->setParent(pair);
        auto* inside = new QTcpSocket(pair);
        outside->setReadBufferSize(backlog);
        inside->setReadBufferSize(backlog);
        m_pairs.removeIf([](const QPointer<QObject>& p) { return !p; });
        m_pairs.append(pair);
        const auto pump = [this](QTcpSocket* from, QTcpSocket* to, bool in) {
            if (to->state() != QAbstractSocket::ConnectedState || to->bytesToWrite() > backlog)
                return;
            const QByteArray bytes = from->read(backlog);
            to->write(bytes);
            m_bytes += in ? bytes.size() : 0;
            if (m_cuts > 0 && m_bytes > m_cutBytes) {
                m_bytes = 0;
                --m_cuts;
                for (const QPointer<QObject>& p : std::exchange(m_pairs, {}))
                    if (p)
                        p->deleteLater();
                Q_EMIT cut(m_cuts);
            }
        };
        connect(outside, &QTcpSocket::readyRead, pair, [=] { pump(outside, inside, true); });
        connect(inside, &QTcpSocket::readyRead, pair, [=] { pump(inside, outside, false); });
        connect(outside, &QTcpSocket::bytesWritten, pair, [=] { if (inside->bytesAvailable() > 0) pump(inside, outside, false); });
        connect(inside, &QTcpSocket::bytesWritten, pair, [=] { if (outside->bytesAvailable() > 0) pump(outside, inside, true); });
        connect(inside, &QTcpSocket::connected, pair, [=] { pump(outside, inside, true); });
        const auto end = [pair, outside, inside] {
            // What one side still said is handed over before the other is closed.
            if (inside->bytesAvailable() > 0 && outside->state() == QAbstractSocket::ConnectedState)
                outside->write(inside->readAll());
            if (outside->bytesAvailable() > 0 && inside->state() == QAbstractSocket::ConnectedState)
                inside->write(outside->readAll());
            inside->disconnectFromHost();
            outside->disconnectFromHost();
            pair->deleteLater();
        };
        connect(outside, &QTcpSocket::disconnected, pair, end);
        connect(inside, &QTcpSocket::disconnected, pair, end);
        connect(inside, &QTcpSocket::errorOccurred, pair, end);
        inside->connectToHost(QHostAddress(QHostAddress::LocalHost), m_target);
    }
}

} // namespace switchyard::world
