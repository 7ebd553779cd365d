#pragma once

#include "app/base/Clock.h"
#include "providers/simulator/HttpMessage.h"
#include "providers/simulator/Router.h"

#include <QJsonObject>
#include <QObject>
#include <QSet>

#include <memory>
#include <optional>
#include <vector>

namespace switchyard::simulator {

/// Base of a provider simulator: routes, tokens, faults, a request log and state that survives a kill. A request passes, in this order:
/// faults "before", authorize(), limit(), the route, faults "after", decorate(), state to disk, log line, answer. So an answer that a client
/// saw is always on disk. Main thread.
///
/// With a folder the state is `<folder>/state.json` (written whole, fsync'd, renamed) and the log `<folder>/requests.jsonl`; without one
/// both live in memory only. A subclass calls load() at the end of its constructor.
class Simulator : public QObject {
    Q_OBJECT
public:
    Simulator(QString name, Clock* clock, QString folder, QObject* parent = nullptr);
    ~Simulator() override;

    [[nodiscard]] const QString& name() const { return m_name; }
    [[nodiscard]] const QString& folder() const { return m_folder; }
    [[nodiscard]] Clock* clock() const { return m_clock; }

    /// Answers one request; give this to HttpServer::setAsyncHandler through handler().
    void handle(Request request, Reply reply);
    [[nodiscard]] AsyncHandler handler();

    /// Tokens that are let in. With none set every request is let in.
    void addToken(const QByteArray& token);
    [[nodiscard]] const QSet<QByteArray>& tokens() const { return m_tokens; }

    /// Turns a fault on or off. Generic verbs, applied to any request: `rate-limit` (429 in the provider's shape), `server-error` (500, or
    /// `status`), `unauthorized` (expired token), `timeout` (hangs), `reset` (TCP RST), `truncate` (half the body), `slow` (`delayMs`, 2000).
    /// A name may carry a label to have several at once: "server-error:env". `value` is null or an object: `method`; `path` (prefix, or with
    /// `*` at both ends a part); `count` (only the next N matching requests); `when` "before" (default) or "after" (the effect happens,
    /// the answer is lost; default for `truncate`). Other names are kept for the subclass, which asks fault(). Durable like the state.
    void setFault(const QString& name, const QJsonValue& value, bool on);
    /// The value of a fault that is on.
    [[nodiscard]] std::optional<QJsonValue> fault(const QString& name) const;
    /// fault(), and counts one use of a `count`-limited fault when it applies to `request`.
    [[nodiscard]] std::optional<QJsonValue> takeFault(const QString& name, const Request& request);

    struct LoggedRequest {
        TimePoint time{};
        QString requestId;
        QByteArray method;
        QString path;          ///< with its query, secrets in it hidden
        QString route;
        int status = 0;        ///< 0: the connection was reset or left hanging
        QString bodySha256;    ///< hex; empty without a body
        QString idempotencyKey;
        QString fault;         ///< verb that was applied, if any
    };
    /// Every request since the folder was made, also those before a restart; oldest first.
    [[nodiscard]] std::vector<LoggedRequest> requestLog() const;

    /// The subclass's state. restore() gets what save() gave, possibly from an earlier process.
    [[nodiscard]] virtual QJsonObject save() const { return {}; }
    virtual void restore(const QJsonObject& state) { Q_UNUSED(state); }

Q_SIGNALS:
    /// Something happened that the world wires to others. Kinds: maintenance, formation, deploy, zone, domains, allow-list, config,
    /// database, log. `data` holds at least the object's id or name.
    void event(const QString& kind, const QJsonObject& data);

protected:
    [[nodiscard]] Router& router() { return m_router; }
    /// Reads state and log from the folder.
    void load();
    /// The state changed: writes it, or, inside a request, before its answer leaves.
    void changed();

    /// Refuses a request, or nothing. The default compares the bearer token, or the Basic password, with addToken()'s.
    [[nodiscard]] virtual std::optional<Response> authorize(const Request& request);
    /// Counts the request and refuses it when over the limit, or nothing.
    [[nodiscard]] virtual std::optional<Response> limit(const Request& request);
    /// Answer of a generic fault in the provider's own shape. `verb`: rate-limit (429), server-error (500), unauthorized (401).
    [[nodiscard]] virtual Response faultResponse(const QString& verb, int status, const Request& request) const;
    /// Last touch on every answer that leaves: rate and request-id headers. The default sets `Request-Id`.
    virtual void decorate(const Request& request, Response& response) const;

private:
    struct Fault;
    struct Log;
    [[nodiscard]] Fault* matching(const Request& request, bool after);
    void use(Fault* fault);
    void pass(Request request, Reply reply);
    void finish(const Request& request, Response response, const QString& fault, const Reply& reply);
    void write();

    QString m_name;
    Clock* m_clock;
    QString m_folder;
    Router m_router;
    QSet<QByteArray> m_tokens;
    std::vector<std::unique_ptr<Fault>> m_faults;
    std::unique_ptr<Log> m_log;
    int m_inRequest = 0;
    bool m_dirty = false;
};

/// 32 lower-case hex digits from the system's random source: provider ids.
[[nodiscard]] QString randomHexId(int digits = 32);

} // namespace switchyard::simulator
