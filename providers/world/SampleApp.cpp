#include "providers/world/SampleApp.h"

#include "providers/world/AppViews.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QUrl>
#include <QWebSocket>

#include <atomic>

namespace switchyard::world {

using simulator::Reply;

AppSettings AppSettings::fromEnvironment(const QJsonObject& variables)
{
    const auto list = [&variables](const QString& key) {
        QStringList entries;
        for (const QString& part : variables[key].toString().split(u','))
            if (!part.trimmed().isEmpty())
                entries << part.trimmed();
        return entries;
    };
    AppSettings settings;
    settings.allowedHosts = list(QStringLiteral("ALLOWED_HOSTS"));
    settings.trustedOrigins = list(QStringLiteral("SECURITY_ORIGINS"));
    settings.frontendUrl = variables[QStringLiteral("FRONTEND_URL")].toString();
    if (settings.frontendUrl.endsWith(u'/'))
        settings.frontendUrl.chop(1);
    const QString sameSite = variables[QStringLiteral("SESSION_COOKIE_SAMESITE")].toString();
    if (!sameSite.isEmpty())
        settings.cookieSameSite = sameSite;
    return settings;
}

/// One of the app's processes: a thread with a database connection of its own.
struct SampleApp::Lane {
    explicit Lane(const QString& name) : worker(name) {}
    SqlTarget database;
    Sql sql;
    std::unique_ptr<RedisLink> redis;
    std::atomic<int> waiting{0};
    BlockingWorker worker;  ///< last: its thread uses the others
};

SampleApp::SampleApp(QString side, QObject* parent) : QObject(parent), m_side(std::move(side)) {}
SampleApp::~SampleApp() { dropSockets(); }

void SampleApp::connectTo(const SqlTarget& database, quint16 redisPort, const Secret& redisPassword)
{
    m_lanes.clear();
    for (int i = 0; i < 3; ++i) {
        auto lane = std::make_unique<Lane>(QStringLiteral("app-%1-%2").arg(m_side).arg(i));
        lane->database = database;
        lane->database.application = QStringLiteral("projectify-web");
        lane->redis = std::make_unique<RedisLink>(redisPort, redisPassword);
        m_lanes.push_back(std::move(lane));
    }
}

void SampleApp::setSettings(const AppSettings& settings) { m_settings = settings; }

bool SampleApp::hostAllowed(const QString& host) const
{
    for (const QString& allowed : m_settings.allowedHosts) {
        if (allowed == u"*" || allowed.compare(host, Qt::CaseInsensitive) == 0)
            return true;
        if (allowed.startsWith(u'.') && (host.endsWith(allowed) || host == QStringView(allowed).mid(1)))
            return true;
    }
    return false;
}

bool SampleApp::originTrusted(const QByteArray& origin) const
{
    const QString text = QString::fromUtf8(origin);
    const QString host = QUrl(text).host();
    for (const QString& trusted : m_settings.trustedOrigins) {
        if (trusted == text || (!trusted.contains(QStringLiteral("://")) && trusted == host && text.startsWith(QStringLiteral("https://"))))
            return true;
    }
    return false;
}

void SampleApp::addHeaders(const simulator::Request& request, simulator::Response& response) const
{
    // What Django's SecurityMiddleware sends.
    response.headers.set("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
    response.headers.set("X-Content-Type-Options", "nosniff");
    response.headers.set("X-Frame-Options", "DENY");
    response.headers.set("Referrer-Policy", "same-origin");
    response.headers.set("Cross-Origin-Opener-Policy", "same-origin");
    const QByteArray origin = request.header("origin");
    if (origin.isEmpty() || !originTrusted(origin))
        return;
    response.headers.set("Access-Control-Allow-Origin", origin);
    response.headers.set("Access-Control-Allow-Credentials", "true");
    response.headers.add("Vary", "Origin");
    if (request.method == "OPTIONS") {
        response.headers.set("Access-Control-Allow-Methods", "GET, POST, PATCH, DELETE, OPTIONS");
        response.headers.set("Access-Control-Allow-Headers", "content-type, x-csrftoken");
        response.headers.set("Access-Control-Max-Age", "600");
    }
}

std::optional<simulator::Response> SampleApp::refuse(const simulator::Request& request) const
{
    using simulator::Response;
    if (!hostAllowed(request.host))
        return Response::json(400, QJsonObject{{QStringLiteral("error"), QStringLiteral("host")},
                                               {QStringLiteral("detail"), QStringLiteral("Invalid HTTP_HOST header: '%1'. You may need to add '%1' to ALLOWED_HOSTS.").arg(request.host)}});
    const bool writes = request.method != "GET" && request.method != "HEAD" && request.method != "OPTIONS";
    if (!writes && request.path != u"/ws")
        return std::nullopt;
    QByteArray origin = request.header("origin");
    if (origin.isEmpty() && !request.header("referer").isEmpty()) {
        const QUrl referer(QString::fromUtf8(request.header("referer")));
        origin = (referer.scheme() + QStringLiteral("://") + referer.host()).toUtf8();
    }
    const auto forbid = [](const QString& detail) {
        return Response::json(403, QJsonObject{{QStringLiteral("error"), QStringLiteral("csrf")}, {QStringLiteral("detail"), detail}});
    };
    if (!originTrusted(origin))
        return forbid(QStringLiteral("Origin checking failed - %1 does not match any trusted origins.").arg(origin.isEmpty() ? QStringLiteral("null") : QString::fromUtf8(origin)));
    if (!writes)
        return std::nullopt;
    const QByteArray cookie = cookieOf(request, "csrftoken");
    if (cookie.isEmpty())
        return forbid(QStringLiteral("CSRF cookie not set."));
    if (cookie != request.header("x-csrftoken"))
        return forbid(QStringLiteral("CSRF token from the 'X-Csrftoken' HTTP header incorrect."));
    return std::nullopt;
}

void SampleApp::handle(const simulator::Request& request, const Reply& reply)
{
    using simulator::Response;
    if (request.path == u"/healthz" || request.path == u"/health") {
        reply(Response::json(200, QJsonObject{{QStringLiteral("status"), QStringLiteral("ok")}, {QStringLiteral("side"), m_side}}));
        return;
    }
    if (auto refusal = refuse(request)) {
        addHeaders(request, *refusal);
        reply(std::move(*refusal));
        return;
    }
    if (request.method == "OPTIONS" || m_lanes.empty()) {
        Response response = Response::empty(m_lanes.empty() ? 503 : 204);
        addHeaders(request, response);
        reply(std::move(response));
        return;
    }
    const auto lane = std::min_element(m_lanes.begin(), m_lanes.end(), [](const auto& a, const auto& b) { return a->waiting < b->waiting; });
    Lane* one = lane->get();
    ++one->waiting;
    QPointer<SampleApp> self(this);
    one->worker.post([self, one, request, reply, settings = m_settings, side = m_side](std::stop_token) {
        bool connected = one->sql.alive();
        if (!connected) {
            connected = one->sql.open(one->database).has_value()
                        && one->sql.script("SET statement_timeout='10s';SET lock_timeout='3s'").has_value();
        }
        ViewContext context{one->sql, *one->redis, settings, side, {}, false};
        Response response = answerView(context, request);
        --one->waiting;
        auto boxed = std::make_shared<Response>(std::move(response));
        auto broadcasts = std::make_shared<std::vector<QJsonObject>>(std::move(context.broadcasts));
        const bool socket = context.wantsSocket && boxed->status == 101;
        QMetaObject::invokeMethod(
            QCoreApplication::instance(),
            [self, request, reply, boxed, broadcasts, socket] {
                if (!self)
                    return;
                if (socket) {
                    boxed->webSocket = [self](QWebSocket* ws) {
                        if (!self)
                            return;
                        self->m_sockets.append(ws);
                        ws->sendTextMessage(QStringLiteral("{\"type\":\"hello\",\"side\":\"%1\"}").arg(self->m_side));
                    };
                }
                self->addHeaders(request, *boxed);
                reply(std::move(*boxed));
                for (const QJsonObject& message : *broadcasts)
                    self->broadcast(message);
            },
            Qt::QueuedConnection);
    });
}

void SampleApp::broadcast(const QJsonObject& message)
{
    const QString text = QString::fromUtf8(QJsonDocument(message).toJson(QJsonDocument::Compact));
    m_sockets.removeIf([](const QPointer<QWebSocket>& socket) { return !socket; });
    for (const QPointer<QWebSocket>& socket : std::as_const(m_sockets))
        socket->sendTextMessage(text);
}

int SampleApp::sockets() const
{
    return static_cast<int>(std::count_if(m_sockets.begin(), m_sockets.end(), [](const auto& socket) { return !socket.isNull(); }));
}

void SampleApp::dropSockets()
{
    for (const QPointer<QWebSocket>& socket : std::exchange(m_sockets, {}))
        if (socket)
            socket->close(QWebSocketProtocol::CloseCodeGoingAway);
}

QByteArray cookieOf(const simulator::Request& request, const QByteArray& name)
{
    for (const QByteArray& part : request.header("cookie").split(';')) {
        const QByteArray trimmed = part.trimmed();
        if (trimmed.startsWith(name + '='))
            return trimmed.mid(name.size() + 1);
    }
    return {};
}

} // namespace switchyard::world
