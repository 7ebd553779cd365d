#include "providers/simulator/HttpServer.h"

#include "providers/simulator/HttpConnection.h"

#include <QHash>
#include <QPointer>
#include <QSet>
#include <QTcpServer>
#include <QWebSocket>
#include <QWebSocketServer>

namespace switchyard::simulator {

/// Hands out bare descriptors: the connection decides which kind of socket it wants.
class DescriptorServer final : public QTcpServer {
public:
    std::function<void(qintptr)> accepted;

protected:
    void incomingConnection(qintptr descriptor) override { accepted(descriptor); }
};

struct HttpServer::Private {
    struct Handshake {
        QPointer<QTcpSocket> socket;
        std::function<void(QWebSocket*)> callback;
    };
    DescriptorServer tcp;
    QWebSocketServer webSockets{QStringLiteral("simulator"), QWebSocketServer::NonSecureMode};
    std::shared_ptr<ServerSettings> settings = std::make_shared<ServerSettings>();
    QSet<HttpConnection*> connections;
    QSet<QWebSocket*> sockets;
    QHash<quint16, Handshake> handshakes; ///< by the client's port
    QObject context;                      ///< goes first, and with it every connection into this struct
};

HttpServer::HttpServer(QObject* parent)
    : QObject(parent)
    , d(std::make_unique<Private>())
{
    d->tcp.setMaxPendingConnections(1024);
    d->tcp.accepted = [this](qintptr descriptor) {
        auto* connection = new HttpConnection(descriptor, d->settings, this);
        d->connections.insert(connection);
        connect(connection, &QObject::destroyed, &d->context, [this, connection] { d->connections.remove(connection); });
    };
    d->settings->adoptWebSocket = [this](QTcpSocket* socket, std::function<void(QWebSocket*)> callback) {
        socket->setParent(&d->webSockets);
        const quint16 port = socket->peerPort();
        d->handshakes.insert(port, {socket, std::move(callback)});
        connect(socket, &QTcpSocket::disconnected, &d->context, [this, port] { d->handshakes.remove(port); });
        d->webSockets.handleConnection(socket);
    };
    connect(&d->webSockets, &QWebSocketServer::newConnection, &d->context, [this] {
        while (QWebSocket* socket = d->webSockets.nextPendingConnection()) {
            const Private::Handshake handshake = d->handshakes.take(socket->peerPort());
            d->sockets.insert(socket);
            connect(socket, &QObject::destroyed, &d->context, [this, socket, tcp = handshake.socket] {
                d->sockets.remove(socket);
                if (tcp)
                    tcp->deleteLater();
            });
            connect(socket, &QWebSocket::disconnected, socket, &QObject::deleteLater);
            if (handshake.callback)
                handshake.callback(socket);
        }
    });
}

HttpServer::~HttpServer()
{
    close();
    // A connection that is on its way out may still hold the settings.
    d->settings->adoptWebSocket = [](QTcpSocket* socket, const std::function<void(QWebSocket*)>&) { socket->deleteLater(); };
}

void HttpServer::setHandler(Handler handler)
{
    d->settings->handler = [handler = std::move(handler)](const Request& request, const Reply& reply) { reply(handler(request)); };
}

void HttpServer::setAsyncHandler(AsyncHandler handler)
{
    d->settings->handler = std::move(handler);
}

void HttpServer::setCertificates(Certificates certificates)
{
    d->settings->certificates = std::move(certificates);
}

void HttpServer::setMaximumBody(qint64 bytes)
{
    d->settings->maximumBody = bytes;
}

bool HttpServer::listen(quint16 port)
{
    return d->tcp.listen(QHostAddress::LocalHost, port);
}

bool HttpServer::isListening() const
{
    return d->tcp.isListening();
}

quint16 HttpServer::port() const
{
    return d->tcp.serverPort();
}

QString HttpServer::url() const
{
    return QLatin1String(d->settings->certificates ? "https" : "http") + QStringLiteral("://127.0.0.1:") + QString::number(port());
}

void HttpServer::close()
{
    d->tcp.close();
    dropConnections();
}

void HttpServer::dropConnections()
{
    const QSet<HttpConnection*> connections = d->connections;
    for (HttpConnection* connection : connections)
        connection->kill();
    const QSet<QWebSocket*> sockets = d->sockets;
    for (QWebSocket* socket : sockets)
        socket->abort();
}

int HttpServer::connectionCount() const
{
    return int(d->connections.size() + d->sockets.size());
}

} // namespace switchyard::simulator
