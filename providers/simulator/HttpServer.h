#pragma once

#include "providers/simulator/HttpMessage.h"

#include <QObject>

#include <functional>
#include <memory>
#include <optional>

namespace switchyard::simulator {

/// A certificate chain (leaf first) and its private key, both PEM.
struct CertificateAndKey {
    QByteArray certPem;
    QByteArray keyPem;
};

/// HTTP/1.1 server on 127.0.0.1 for simulators and edges: keep-alive, pipelined requests answered in order, chunked request bodies,
/// Expect: 100-continue, HEAD, streamed answers, WebSockets, and TLS that picks its certificate by SNI. A client that vanishes at any
/// moment never hurts the server. Not for the open Internet: there are no time-outs. Main thread.
class HttpServer final : public QObject {
    Q_OBJECT
public:
    /// Given the server name of the ClientHello (lower case, empty without SNI). Nothing: the client gets TLS alert 40, handshake failure.
    using Certificates = std::function<std::optional<CertificateAndKey>(QByteArray sniName)>;

    explicit HttpServer(QObject* parent = nullptr);
    ~HttpServer() override;

    void setHandler(Handler handler);
    void setAsyncHandler(AsyncHandler handler);
    /// Turns the server into an HTTPS server. Set before listen(). A plain request to it is answered 400.
    void setCertificates(Certificates certificates);
    /// Largest request body in bytes, 8 MiB unless told; more is answered 413.
    void setMaximumBody(qint64 bytes);

    /// Listens on 127.0.0.1; 0 picks a free port. False when the port is taken.
    bool listen(quint16 port = 0);
    [[nodiscard]] bool isListening() const;
    [[nodiscard]] quint16 port() const;
    /// "http://127.0.0.1:PORT" or "https://...", no slash at the end.
    [[nodiscard]] QString url() const;
    /// Stops listening and resets every connection, as a machine that loses power does.
    void close();
    /// Resets every connection, goes on listening.
    void dropConnections();
    [[nodiscard]] int connectionCount() const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace switchyard::simulator
