#pragma once

#include "providers/simulator/HttpServer.h"

#include <QObject>
#include <QTcpSocket>

namespace switchyard::simulator {

class ConnectionStream;

/// What the connections of one server share.
struct ServerSettings {
    AsyncHandler handler;
    HttpServer::Certificates certificates;
    qint64 maximumBody = 8 * 1024 * 1024;
    /// Takes over a socket whose WebSocket handshake is still unread.
    std::function<void(QTcpSocket*, std::function<void(QWebSocket*)>)> adoptWebSocket;
};

/// One client of an HttpServer. Requests are answered one after the other: the next one stays unread in the socket until then. The head is
/// only peeked at until it is known not to be a WebSocket handshake, because QWebSocketServer wants to read that itself.
class HttpConnection final : public QObject {
    Q_OBJECT
public:
    HttpConnection(qintptr descriptor, std::shared_ptr<ServerSettings> settings, QObject* parent);
    ~HttpConnection() override;
    /// Resets the connection now and deletes it from the event loop.
    void kill();

private:
    friend class ConnectionStream;
    enum class State { ClientHello, Handshake, Head, Body, Answering, Streaming, Draining };
    enum class Chunk { Size, Data, DataEnd, Trailer };

    void process();
    bool step();
    bool peekClientHello();
    bool readHead();
    bool readBody();
    bool readChunked();
    bool parseHead(const QByteArray& head);
    void dispatch();
    void answer(Response response);
    void send(Response response);
    void sendStream(const Response& response);
    void finished();
    void refuse(int status);
    void reset();
    void processLater();
    [[nodiscard]] QByteArray headOf(const Response& response, const QByteArray& framing) const;

    std::shared_ptr<ServerSettings> m_settings;
    QTcpSocket* m_socket = nullptr;
    State m_state = State::Head;
    Request m_request;
    QByteArray m_sni;
    bool m_http10 = false;
    bool m_keepAlive = true;
    bool m_upgrade = false;
    bool m_processing = false;
    qint64 m_headSize = 0;
    qint64 m_bodyLeft = 0;
    bool m_chunked = false;
    Chunk m_chunk = Chunk::Size;
    quint64 m_number = 0;   ///< counts requests, so that a late reply can't answer the wrong one
    std::weak_ptr<ConnectionStream> m_stream;
};

/// Server name of a TLS ClientHello that begins `data`. `complete` is false while more bytes are needed.
struct ClientHello {
    bool complete = false;
    bool valid = true;
    QByteArray serverName;
};
[[nodiscard]] ClientHello readClientHello(const QByteArray& data);

} // namespace switchyard::simulator
