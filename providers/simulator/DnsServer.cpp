#include "providers/simulator/DnsServer.h"

#include "providers/simulator/DnsWire.h"

#include <QNetworkDatagram>
#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QUdpSocket>

namespace switchyard::simulator {

struct DnsServer::Private {
    std::unique_ptr<QUdpSocket> udp;
    QTcpServer tcp;
    AsyncDnsHandler handler;
    qint64 queries = 0;
    QObject context;

    void ask(const QByteArray& packet, bool overTcp, const std::function<void(QByteArray)>& done);
    void readDatagrams();
    void readStream(QTcpSocket* socket);
};

void DnsServer::Private::ask(const QByteArray& packet, bool overTcp, const std::function<void(QByteArray)>& done)
{
    std::optional<WireQuery> query = parseQuery(packet);
    if (!query || query->response)
        return;
    ++queries;
    if (!query->valid || !handler) {
        done(buildReply(*query, {DnsRcode::Refused, false, false, {}, {}, false}, 65535));
        return;
    }
    query->question.tcp = overTcp;
    const int limit = overTcp ? 65535 : query->udpSize;
    const AsyncDnsHandler keep = handler;
    keep(query->question, [query = *query, limit, done](const DnsReply& reply) {
        if (!reply.drop)
            done(buildReply(query, reply, limit));
    });
}

void DnsServer::Private::readDatagrams()
{
    while (udp && udp->hasPendingDatagrams()) {
        const QNetworkDatagram datagram = udp->receiveDatagram();
        const QPointer<QUdpSocket> socket(udp.get());
        ask(datagram.data(), false, [socket, datagram](const QByteArray& reply) {
            if (socket)
                socket->writeDatagram(datagram.makeReply(reply));
        });
    }
}

void DnsServer::Private::readStream(QTcpSocket* socket)
{
    for (;;) { // RFC 1035 section 4.2.2: two bytes of length before each message
        const QByteArray length = socket->peek(2);
        if (length.size() < 2)
            return;
        const qint64 size = quint8(length.at(0)) << 8 | quint8(length.at(1));
        if (socket->bytesAvailable() < size + 2)
            return;
        socket->read(2);
        const QPointer<QTcpSocket> peer(socket);
        ask(socket->read(size), true, [peer](const QByteArray& reply) {
            if (!peer)
                return;
            const char head[2] = {char(reply.size() >> 8), char(reply.size() & 0xff)};
            peer->write(QByteArray(head, 2) + reply);
        });
        if (!peer)
            return;
    }
}

DnsServer::DnsServer(QObject* parent)
    : QObject(parent)
    , d(std::make_unique<Private>())
{
    connect(&d->tcp, &QTcpServer::newConnection, &d->context, [this] {
        while (QTcpSocket* socket = d->tcp.nextPendingConnection()) {
            connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
            connect(socket, &QTcpSocket::readyRead, &d->context, [this, socket] { d->readStream(socket); });
        }
    });
}

DnsServer::~DnsServer()
{
    close();
}

void DnsServer::setHandler(DnsHandler handler)
{
    d->handler = [handler = std::move(handler)](const DnsQuestion& question, const std::function<void(DnsReply)>& done) {
        done(handler(question));
    };
}

void DnsServer::setAsyncHandler(AsyncDnsHandler handler)
{
    d->handler = std::move(handler);
}

bool DnsServer::listen(quint16 port)
{
    close();
    for (int attempt = 0; attempt < 20; ++attempt) { // a free UDP port may be taken in TCP
        auto udp = std::make_unique<QUdpSocket>();
        if (!udp->bind(QHostAddress::LocalHost, port))
            return false;
        if (d->tcp.listen(QHostAddress::LocalHost, udp->localPort())) {
            d->udp = std::move(udp);
            connect(d->udp.get(), &QUdpSocket::readyRead, &d->context, [this] { d->readDatagrams(); });
            return true;
        }
        if (port != 0)
            return false;
    }
    return false;
}

void DnsServer::close()
{
    d->tcp.close();
    const QList<QTcpSocket*> sockets = d->tcp.findChildren<QTcpSocket*>();
    for (QTcpSocket* socket : sockets)
        socket->abort();
    if (d->udp) {
        d->udp->close(); // frees the port at once
        d->udp.release()->deleteLater(); // a handler may be running below it
    }
}

quint16 DnsServer::port() const
{
    return d->tcp.serverPort();
}

qint64 DnsServer::queryCount() const
{
    return d->queries;
}

} // namespace switchyard::simulator
