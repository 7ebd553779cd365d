#pragma once

#include "app/base/Task.h"
#include "providers/http/Options.h"
#include "providers/http/Request.h"

#include <functional>
#include <memory>

namespace switchyard::http {

/// How a provider tells what is left of its budget.
struct RatePolicy {
    enum class Reset { NotTold, SecondsLeft, EpochSeconds };
    QByteArray remaining;                   ///< lower-case header name: "ratelimit-remaining"
    QByteArray reset;                       ///< lower-case header name, or empty
    Reset unit = Reset::NotTold;
    bool readsOnly = false;                 ///< budgets differ by class of call: callsLeft() tells the one of reads
};

/// What one provider's API is like.
struct Profile {
    QString id;                             ///< "heroku": source of the log lines
    QString name;                           ///< "Heroku": subject of the error sentences
    QUrl baseUrl;
    std::vector<Header> headers;            ///< sent with every call
    std::function<Secret()> authorization;  ///< whole value of the Authorization header; empty: none is sent
    RatePolicy rate;
    QByteArray requestIdHeader;             ///< lower-case name of the answer's header that names the request
};

/// How a stream of lines came to its end without an error.
struct StreamEnd {
    enum class Why { Closed, Idle } why = Why::Closed;
    QByteArray lastEventId;                 ///< of server-sent events
    qint64 lines = 0;
};

/// The one way to a provider's API: deadlines, repeats, budget, log lines and errors are the same for all. A copy shares everything with
/// the original. Main thread. Never follows a redirect to another host, never uses a proxy, never sends a request that isn't idempotent
/// twice, not even over a connection that was lost.
class ApiClient {
public:
    ApiClient(Profile profile, Options options);
    ~ApiClient();
    ApiClient(const ApiClient&);
    ApiClient& operator=(const ApiClient&);

    /// Sends and waits. Statuses below 300 are success. Errors: see problemOf() in Problems.h; Cancelled; Invalid from the guard.
    [[nodiscard]] Task<Response> send(Request request, std::stop_token stop) const;

    using LineSink = std::function<void(QString line)>;
    /// Opens `url` (absolute; without Authorization, the URL is the credential) and gives every line to `sink` until the stream ends or is
    /// idle. Understands server-sent events (each `data:` is a line) and plain text. `opened` is called when the stream answered.
    /// Errors as send().
    [[nodiscard]] Task<StreamEnd> streamLines(QUrl url, std::vector<Header> headers, LineSink sink, std::function<void()> opened, std::stop_token stop) const;

    /// Opens a WebSocket relative to the base URL (http becomes ws), with Authorization, and gives every text message to `sink`. A ping
    /// goes out when half the idle time passed; a socket that answers neither is given up as idle. Errors: Auth, Network, Invalid, Cancelled.
    [[nodiscard]] Task<StreamEnd> streamSocket(Request request, LineSink sink, std::function<void()> opened, std::stop_token stop) const;

    [[nodiscard]] std::optional<qint64> callsLeft() const;
    [[nodiscard]] const QString& name() const;
    [[nodiscard]] const QString& id() const;
    [[nodiscard]] const Options& options() const;

private:
    struct State;
    friend struct Wire;
    std::shared_ptr<State> m_state;
};

} // namespace switchyard::http
