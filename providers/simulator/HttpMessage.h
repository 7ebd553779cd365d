#pragma once

#include <QByteArray>
#include <QJsonValue>
#include <QString>
#include <QUrlQuery>

#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

class QWebSocket;

namespace switchyard::simulator {

/// Header fields in the order they were sent; names compare without regard to case.
class Headers {
public:
    Headers() = default;
    Headers(std::initializer_list<std::pair<QByteArray, QByteArray>> fields) : m_fields(fields) {}

    /// The first field of that name, or an empty array.
    [[nodiscard]] QByteArray value(QByteArrayView name) const;
    [[nodiscard]] bool has(QByteArrayView name) const;
    /// Replaces every field of that name by one.
    void set(const QByteArray& name, const QByteArray& value);
    void add(const QByteArray& name, const QByteArray& value) { m_fields.emplace_back(name, value); }
    void remove(QByteArrayView name);
    /// Whether a comma-separated field holds `token` (Connection: keep-alive, Upgrade).
    [[nodiscard]] bool hasToken(QByteArrayView name, QByteArrayView token) const;

    [[nodiscard]] auto begin() const { return m_fields.begin(); }
    [[nodiscard]] auto end() const { return m_fields.end(); }
    [[nodiscard]] std::size_t size() const { return m_fields.size(); }

private:
    std::vector<std::pair<QByteArray, QByteArray>> m_fields;
};

/// One request as the server read it, body whole.
struct Request {
    QByteArray method;   ///< upper case
    QString path;        ///< percent-decoded, begins with '/'
    QUrlQuery query;
    QByteArray target;   ///< path and query as sent; of an absolute-form target the origin form
    Headers headers;
    QByteArray body;     ///< without transfer encoding
    QString peer;        ///< "127.0.0.1:40312"
    QString host;        ///< Host header without port, lower case; of an absolute-form target its host
    bool tls = false;
    QByteArray sni;      ///< server name of the ClientHello, lower case; empty on plain connections
    QString id;          ///< given by Simulator::handle, answered in its request-id header
    QString route;       ///< pattern that matched ("/apps/{app}"), set by Router
    std::map<QString, QString> params; ///< values of the pattern's {names}, percent-decoded

    [[nodiscard]] QByteArray header(QByteArrayView name) const { return headers.value(name); }
    [[nodiscard]] QString param(const QString& name) const;
    /// First value of a query key, '+' and %XX decoded.
    [[nodiscard]] QString queryValue(const QString& key) const;
    /// The body as JSON; undefined when it is none.
    [[nodiscard]] QJsonValue json() const;
    /// Fields of an application/x-www-form-urlencoded body.
    [[nodiscard]] QUrlQuery form() const;
    /// The token of `Authorization: Bearer ...`, or an empty array.
    [[nodiscard]] QByteArray bearer() const;
    /// Password of `Authorization: Basic ...`, or an empty array.
    [[nodiscard]] QByteArray basicPassword() const;
};

/// The open end of a streamed answer. Held by shared_ptr; stays valid after the client or the server is gone, writes are then dropped.
/// Main thread.
class StreamWriter {
public:
    virtual ~StreamWriter() = default;
    /// Sends one chunk at once. Returns false when the client is gone.
    virtual bool write(const QByteArray& chunk) = 0;
    /// Ends the body properly; the connection may serve another request.
    virtual void close() = 0;
    /// Drops the connection in the middle of the body.
    virtual void abort() = 0;
    [[nodiscard]] virtual bool isOpen() const = 0;
    /// Bytes accepted by write() that the system has not taken yet: a writer of much data waits until this is small.
    [[nodiscard]] virtual qint64 backlog() const = 0;
    /// Called once, when the stream ended for whatever reason; at once if it has ended already.
    virtual void onClosed(std::function<void()> callback) = 0;
};

/// How an answer goes wrong on purpose.
enum class Abort {
    None,
    Reset,    ///< TCP RST instead of an answer
    Hang,     ///< no answer at all, the connection stays open until the client gives up
    Truncate, ///< the full Content-Length is promised, half of the body is sent, then the connection closes
};

struct Response {
    int status = 200;
    Headers headers;
    QByteArray body;
    /// Instead of `body`: called after the head was sent, chunked (HTTP/1.1) or until close (HTTP/1.0).
    std::function<void(std::shared_ptr<StreamWriter>)> stream;
    /// Answers a WebSocket handshake with 101; the socket belongs to the server and dies after its disconnected(). Ignored, with
    /// 426, when the request was no handshake.
    std::function<void(QWebSocket*)> webSocket;
    int delayMs = 0;     ///< wall time before the first byte
    Abort abort = Abort::None;

    [[nodiscard]] static Response json(int status, const QJsonValue& value);
    [[nodiscard]] static Response text(int status, const QString& text, const QByteArray& type = "text/plain; charset=utf-8");
    [[nodiscard]] static Response empty(int status);
    [[nodiscard]] static Response redirect(int status, const QByteArray& location);
    /// Adds a header and returns itself, for use in a return statement.
    Response&& with(const QByteArray& name, const QByteArray& value) &&;
};

using Reply = std::function<void(Response)>;
using Handler = std::function<Response(const Request&)>;
/// Must call the reply once, now or later; later calls and calls after the connection died do nothing.
using AsyncHandler = std::function<void(Request, Reply)>;

} // namespace switchyard::simulator
