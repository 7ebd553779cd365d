#pragma once

#include <QHash>
#include <QHostAddress>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QJsonValue>
#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QUrl>
#include <QUrlQuery>

#include <algorithm>
#include <functional>
#include <map>
#include <vector>

namespace switchyard::test {

/// A loopback HTTP/1.1 server that answers what a test says. It knows nothing of any provider.
class ScriptedServer {
public:
    struct Call {
        QByteArray method;
        QString path;       ///< decoded
        QString rawPath;
        QUrlQuery query;
        QHash<QByteArray, QByteArray> headers; ///< lower-case names
        QByteArray body;
        [[nodiscard]] QJsonValue json() const
        {
            const auto doc = QJsonDocument::fromJson(body);
            return doc.isArray() ? QJsonValue(doc.array()) : QJsonValue(doc.object());
        }
        [[nodiscard]] QString line() const { return QString::fromLatin1(method) + u' ' + path; }
    };
    struct Answer {
        int status = 200;
        QByteArray body;
        std::vector<std::pair<QByteArray, QByteArray>> headers;
        bool drop = false;      ///< close without an answer
        bool hang = false;      ///< never answer
        bool stream = false;    ///< no length: the body is sent and the connection stays open
    };
    using Handler = std::function<Answer(const Call&)>;

    explicit ScriptedServer(Handler handler = {}) : m_handler(std::move(handler))
    {
        m_server.listen(QHostAddress::LocalHost, 0);
        QObject::connect(&m_server, &QTcpServer::newConnection, &m_server, [this] {
            while (auto* socket = m_server.nextPendingConnection()) {
                QObject::connect(socket, &QTcpSocket::readyRead, socket, [this, socket] { read(socket); });
                QObject::connect(socket, &QTcpSocket::disconnected, socket, [this, socket] {
                    m_buffers.erase(socket);
                    socket->deleteLater();
                });
            }
        });
    }
    ~ScriptedServer()
    {
        for (QTcpSocket* socket : m_server.findChildren<QTcpSocket*>())
            socket->disconnect();
    }
    /// Asked before a request is read: takes the socket over (a WebSocket upgrade, peeked at) or says no.
    void setTakeOver(std::function<bool(QTcpSocket*)> takeOver) { m_takeOver = std::move(takeOver); }
    void setHandler(Handler handler) { m_handler = std::move(handler); }
    [[nodiscard]] quint16 port() const { return m_server.serverPort(); }
    [[nodiscard]] QString url(const QString& path = {}) const { return QStringLiteral("http://127.0.0.1:%1").arg(port()) + path; }
    [[nodiscard]] const std::vector<Call>& calls() const { return m_calls; }
    [[nodiscard]] int count(const QString& line) const
    {
        return static_cast<int>(std::count_if(m_calls.begin(), m_calls.end(), [&](const Call& c) { return c.line() == line; }));
    }
    void clear() { m_calls.clear(); }
    /// The connection of the last streamed answer.
    [[nodiscard]] QTcpSocket* lastStream() const { return m_stream; }

    static Answer json(const QByteArray& body, int status = 200, std::vector<std::pair<QByteArray, QByteArray>> headers = {})
    {
        headers.emplace_back("Content-Type", "application/json");
        return {.status = status, .body = body, .headers = std::move(headers)};
    }

private:
    void read(QTcpSocket* socket)
    {
        if (m_takeOver && socket->peek(4096).contains("\r\n\r\n") && socket->peek(4096).contains("pgrade: websocket")) {
            socket->disconnect();
            if (m_takeOver(socket))
                return;
        }
        QByteArray& buffer = m_buffers[socket];
        buffer += socket->readAll();
        while (true) {
            const qsizetype end = buffer.indexOf("\r\n\r\n");
            if (end < 0)
                return;
            const QList<QByteArray> lines = buffer.left(end).split('\n');
            Call call;
            const QList<QByteArray> first = lines.first().trimmed().split(' ');
            call.method = first.value(0);
            const QUrl url = QUrl::fromEncoded(first.value(1));
            call.path = url.path();
            call.rawPath = QString::fromLatin1(first.value(1));
            call.query = QUrlQuery(url);
            for (qsizetype i = 1; i < lines.size(); ++i) {
                const qsizetype colon = lines[i].indexOf(':');
                call.headers.insert(lines[i].left(colon).toLower(), lines[i].mid(colon + 1).trimmed());
            }
            const qsizetype length = call.headers.value("content-length").toLongLong();
            if (buffer.size() < end + 4 + length)
                return;
            call.body = buffer.mid(end + 4, length);
            buffer.remove(0, end + 4 + length);
            m_calls.push_back(call);
            const Answer answer = m_handler ? m_handler(call) : Answer{.status = 404, .body = "{}", .headers = {}};
            if (answer.drop) {
                socket->abort();
                return;
            }
            if (answer.hang)
                return;
            QByteArray out = "HTTP/1.1 " + QByteArray::number(answer.status) + " X\r\n";
            for (const auto& [name, value] : answer.headers)
                out += name + ": " + value + "\r\n";
            if (answer.stream) {
                out += "Connection: close\r\n\r\n" + answer.body;
                m_stream = socket;
            } else {
                out += "Content-Length: " + QByteArray::number(answer.body.size()) + "\r\n\r\n" + answer.body;
            }
            socket->write(out);
            if (answer.stream)
                return;
        }
    }

    QTcpServer m_server;
    Handler m_handler;
    std::function<bool(QTcpSocket*)> m_takeOver;
    std::map<QTcpSocket*, QByteArray> m_buffers;
    std::vector<Call> m_calls;
    QPointer<QTcpSocket> m_stream;
};

} // namespace switchyard::test
