#pragma once

#include "app/base/BlockingWorker.h"
#include "providers/simulator/HttpMessage.h"
#include "providers/world/RedisServer.h"
#include "providers/world/Sql.h"

#include <QHash>
#include <QJsonObject>
#include <QObject>
#include <QPointer>

#include <functional>
#include <memory>
#include <vector>

class QWebSocket;

namespace switchyard::world {

/// What the app reads from its environment when it starts (a release, a deploy, a restart), as a Django app does.
struct AppSettings {
    QStringList allowedHosts;    ///< ALLOWED_HOSTS: "api.example.org", ".example.org" with sub-domains, "*"
    QStringList trustedOrigins;  ///< SECURITY_ORIGINS: "https://www.example.org" or bare hosts
    QString frontendUrl;         ///< FRONTEND_URL: first part of links in mails
    QString cookieSameSite = QStringLiteral("Lax");
    static AppSettings fromEnvironment(const QJsonObject& variables);
};

/// The back end of projectify on one side: a small real web app. Everything it knows is in that side's PostgreSQL; jobs go to that side's
/// Redis. JSON in and out. A host that isn't in ALLOWED_HOSTS gets 400. Every POST, PATCH and DELETE needs an Origin (or Referer) of
/// SECURITY_ORIGINS, the cookie `csrftoken` and the same value in `X-CSRFToken`; else 403 {"error":"csrf","detail":"Origin checking failed -
/// https://x does not match any trusted origins."}. A preflight (OPTIONS) of a trusted origin gets the CORS headers, of another none. A
/// database that refuses writes gives 503 {"error":"read-only"}, one without tables 503 {"error":"no-tables"}.
///
///   GET    /healthz                       200 {"status":"ok","side":"source"}; never asks the database
///   GET    /api/csrf                      {"csrfToken"} and the cookie
///   POST   /api/user/sign-up              {email,password} -> 201 {id}; a mail with FRONTEND_URL/confirm-email/TOKEN is queued
///   POST   /api/user/confirm-email        {token} -> 200 {email}
///   POST   /api/user/log-in               {email,password} -> 200 {email}; cookie `sessionid` (Secure, HttpOnly, SameSite). 401, 403 unconfirmed
///   POST   /api/user/log-out              204
///   GET    /api/user/me                   {id,email,name}; 401 without a session
///   POST   /api/user/picture              PNG or PPM body -> 201 {bytes}; a job makes the thumbnail
///   GET    /api/user/picture[?small=1]    the bytes
///   POST   /api/workspace                 {title} -> 201 {uuid,section}; with a project and one section
///   GET    /api/workspace                 [{uuid,title}]
///   POST   /api/task                      {workspace,title[,uuid]} -> 201 {uuid,number}
///   PATCH  /api/task/{uuid}               {title?,done?,mark} -> 200; `mark` is appended to change_log
///   POST   /api/task/{uuid}/move          {order,mark} -> 200
///   DELETE /api/task/{uuid}               204
///   GET    /api/task?workspace=UUID       [{uuid,number,title,done}]
///   POST   /api/chat                      {text[,task,uuid]} -> 201 {uuid}
///   GET    /ws                            WebSocket, session cookie and trusted Origin; {"type":"hello"}, then {"type":"task","action","uuid","title","workspace"}
///
/// The answers carry no header of the host: edges add those. Main thread; SQL runs on three workers.
class SampleApp final : public QObject {
    Q_OBJECT
public:
    SampleApp(QString side, QObject* parent = nullptr);
    ~SampleApp() override;

    void connectTo(const SqlTarget& database, quint16 redisPort, const Secret& redisPassword);
    /// Taken over at once, also for requests that are waiting.
    void setSettings(const AppSettings& settings);
    [[nodiscard]] const AppSettings& settings() const { return m_settings; }
    void handle(const simulator::Request& request, const simulator::Reply& reply);
    /// Sends a task change to all sockets of this side.
    void broadcast(const QJsonObject& message);
    [[nodiscard]] int sockets() const;
    /// Closes every WebSocket, as a stopping dyno does.
    void dropSockets();

private:
    struct Lane;
    [[nodiscard]] bool hostAllowed(const QString& host) const;
    [[nodiscard]] bool originTrusted(const QByteArray& origin) const;
    void addHeaders(const simulator::Request& request, simulator::Response& response) const;
    [[nodiscard]] std::optional<simulator::Response> refuse(const simulator::Request& request) const;

    QString m_side;
    AppSettings m_settings;
    std::vector<std::unique_ptr<Lane>> m_lanes;
    QList<QPointer<QWebSocket>> m_sockets;
};

/// Value of a cookie in a Cookie header.
[[nodiscard]] QByteArray cookieOf(const simulator::Request& request, const QByteArray& name);

} // namespace switchyard::world
