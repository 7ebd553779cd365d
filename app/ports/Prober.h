#pragma once

#include "app/base/Task.h"
#include "app/base/Units.h"

#include <QByteArray>
#include <QString>

#include <memory>
#include <vector>

namespace switchyard {

struct HttpHeader {
    QByteArray name;
    QByteArray value;
};

/// One request as a browser would send it, to a pinned address: name resolution is the caller's (ask a Resolver first), the real host name
/// goes into SNI and Host. Every probe opens a new connection: keep-alive would go on showing the old side after a switch.
struct ProbeRequest {
    QByteArray method = "GET";
    QString url;                     ///< absolute; https, http, or wss for openSocket
    QString address;                 ///< address to connect to; the Dialer maps it
    std::vector<HttpHeader> headers;
    QByteArray body;
    Milliseconds timeout{10'000};    ///< wall time for the whole exchange
};

struct TlsState {
    bool tried = false;
    bool ok = false;
    int alert = 0;                   ///< TLS alert number; 40 is handshake_failure
    QString problem;                 ///< "handshake failure (alert 40)", "certificate expired"
    QString subject;
    QString issuer;
    TimePoint notAfter{};
};

struct ProbeAnswer {
    int status = 0;                  ///< 0: no HTTP answer
    std::vector<HttpHeader> headers;
    QByteArray body;                 ///< at most 256 KiB
    QString address;
    TlsState tls;
    QString problem;                 ///< why there is no answer, in words; empty when there is one
    Milliseconds took{0};
    TimePoint at{};
    [[nodiscard]] QByteArray header(const QByteArray& name) const;
};

/// An open WebSocket of a smoke check or visitor.
class ProbeSocket {
public:
    virtual ~ProbeSocket() = default;
    [[nodiscard]] virtual Task<> send(QByteArray text, std::stop_token stop) = 0;
    /// The next text message. Errors: Timeout, Network (closed; code holds the close code), Cancelled.
    [[nodiscard]] virtual Task<QByteArray> receive(Milliseconds timeout, std::stop_token stop) = 0;
    virtual void close() = 0;
};

/// HTTP, TLS and WebSocket from the outside, with the address pinned. A server that refuses, resets or fails the handshake is an answer
/// (status 0 with `problem`), not an error. Errors: Cancelled, Invalid (a URL that can't be asked). Main thread.
class Prober {
public:
    virtual ~Prober() = default;
    [[nodiscard]] virtual Task<ProbeAnswer> fetch(ProbeRequest request, std::stop_token stop) = 0;
    [[nodiscard]] virtual Task<TlsState> handshake(QString host, QString address, std::stop_token stop) = 0;
    [[nodiscard]] virtual Task<std::shared_ptr<ProbeSocket>> openSocket(ProbeRequest request, std::stop_token stop) = 0;
};

} // namespace switchyard
