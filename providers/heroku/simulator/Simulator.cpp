#include "providers/heroku/simulator/Simulator.h"

#include "providers/heroku/simulator/Ranges.h"

#include <QFile>
#include <QUrl>

namespace switchyard::heroku {

using namespace Qt::StringLiterals;
using simulator::Request;
using simulator::Response;

namespace {

bool isDataHost(const QString& path)
{
    return path.startsWith(u"/client/v11/"_s) || path.startsWith(u"/postgres/"_s);
}

/// Logplex sessions and signed downloads carry their credential in the URL.
bool isPublic(const QString& path)
{
    return path.startsWith(u"/logplex/"_s) || path.startsWith(u"/transfers.s3/"_s);
}

Response respond(const Answer& answer)
{
    Response response = answer.body.isNull() ? Response::empty(answer.status) : Response::json(answer.status, answer.body);
    for (const auto& [name, value] : answer.headers)
        response.headers.set(name, value);
    return response;
}

QString baseUrl(const Request& request)
{
    return (request.tls ? u"https://"_s : u"http://"_s) + QString::fromLatin1(request.header("Host"));
}

bool wantsExpansion(const Request& request)
{
    return !request.header("Accept-Expansion").isEmpty();
}

bool wantsInclusion(const Request& request)
{
    return !request.header("Accept-Inclusion").isEmpty();
}

} // namespace

Simulator::Simulator(Clock* clock, const QString& folder, QObject* parent)
    : simulator::Simulator(u"heroku"_s, clock, folder, parent)
    , Platform(clock)
    , m_limiter(clock)
{
    // 4500 tokens, about 75 a minute come back (provider's documentation).
    m_limiter.defineBucket(u"core"_s, 4500, 75.0 / 60.0);
    addRoutes();
    addDataRoutes();
    addPublicRoutes();
    router().setNotFound([](const Request&) { return respond(Answer::error(404, u"not_found"_s, u"The requested API endpoint was not found."_s)); });
    simulator::Simulator::load();
}

Simulator::~Simulator()
{
    dropLogStreams();
}

void Simulator::load(const QJsonObject& description)
{
    loadState(description);
    for (const QString& token : knownTokens())
        addToken(token.toUtf8());
    changed();
}

void Simulator::restore(const QJsonObject& state)
{
    restoreState(state);
    for (const QString& token : knownTokens())
        addToken(token.toUtf8());
}

// ---- the way of a request -----------------------------------------------------------------------------------------------

std::optional<Response> Simulator::authorize(const Request& request)
{
    settle();
    if (isPublic(request.path))
        return std::nullopt;
    QByteArray token = request.bearer();
    if (token.isEmpty())
        token = request.basicPassword();
    if (!tokenKnown(QString::fromUtf8(token)))
        return respond(Answer::error(401, u"unauthorized"_s, u"Invalid credentials provided."_s));
    if (fault(u"two-factor"_s) && request.header("Heroku-Two-Factor-Code").isEmpty())
        return respond(Answer::error(403, u"two_factor"_s, u"A second authentication factor or pre-authorization is required for this request."_s));
    if (!isDataHost(request.path)) {
        const QByteArray accept = request.header("Accept");
        if (!accept.contains("application/vnd.heroku+json") || !accept.contains("version=3"))
            return respond(Answer::error(406, u"not_acceptable"_s,
                u"Missing or unsupported version. Use the header `Accept: application/vnd.heroku+json; version=3`."_s));
    }
    return std::nullopt;
}

std::optional<Response> Simulator::limit(const Request& request)
{
    if (isPublic(request.path) || isDataHost(request.path))
        return std::nullopt;
    const int cost = request.path == u"/account/rate-limits"_s ? 0 : 1; // asking for the budget is free
    const auto decision = m_limiter.take(u"core"_s, {}, cost);
    m_remaining = decision.remaining;
    if (decision.allowed)
        return std::nullopt;
    return respond(Answer::error(429, u"rate_limit"_s, u"Your account reached the API rate limit. Wait a few minutes before making new requests."_s));
}

Response Simulator::faultResponse(const QString& verb, int status, const Request&) const
{
    if (verb == u"rate-limit"_s)
        return respond(Answer::error(429, u"rate_limit"_s, u"Your account reached the API rate limit. Wait a few minutes before making new requests."_s));
    if (verb == u"unauthorized"_s)
        return respond(Answer::error(401, u"unauthorized"_s, u"Invalid credentials provided."_s));
    return respond(Answer::error(status, status == 503 ? u"service_unavailable"_s : u"internal_server_error"_s, u"Internal server error."_s));
}

void Simulator::decorate(const Request& request, Response& response) const
{
    if (isPublic(request.path))
        return;
    // The ids a client sent are kept in front of the own one.
    const QByteArray sent = request.header("Request-Id");
    const QByteArray own = request.id.toUtf8();
    response.headers.set("Request-Id", sent.isEmpty() ? own : sent + ',' + own);
    if (!isDataHost(request.path))
        response.headers.set("RateLimit-Remaining", QByteArray::number(m_remaining));
}

void Simulator::happened(const QString& kind, const QJsonObject& data)
{
    changed();
    Q_EMIT event(kind, data);
}

std::optional<Answer> Simulator::missingApp(const Request& request) const
{
    const QString app = request.param(u"app"_s);
    if (app.isEmpty())
        return std::nullopt;
    switch (appAccess(app)) {
    case Access::Unknown: return Answer::error(404, u"not_found"_s, u"Couldn't find that app."_s);
    case Access::Forbidden: return Answer::error(403, u"forbidden"_s, u"You do not have access to the app %1."_s.arg(app));
    case Access::Granted: break;
    }
    return std::nullopt;
}

void Simulator::platform(const char* method, const QString& pattern, Endpoint endpoint)
{
    router().route(method, pattern, [this, endpoint = std::move(endpoint)](const Request& request) {
        if (const std::optional<Answer> missing = missingApp(request))
            return respond(*missing);
        const QByteArray sent = request.body.trimmed();
        if (!sent.isEmpty() && !request.json().isObject())
            return respond(Answer::error(400, u"bad_request"_s, u"Unable to parse the JSON body."_s));
        Answer answer = endpoint(request);
        if (request.method == "GET" && answer.body.isArray())
            answer = inRange(answer, QString::fromLatin1(request.header("Range")));
        if (request.method != "GET")
            changed();
        return respond(answer);
    });
}

void Simulator::data(const char* method, const QString& pattern, Endpoint endpoint)
{
    router().route(method, pattern, [this, endpoint = std::move(endpoint)](const Request& request) {
        if (const std::optional<Answer> missing = missingApp(request))
            return respond(*missing);
        const Answer answer = endpoint(request);
        if (request.method != "GET")
            changed();
        return respond(answer);
    });
}

// ---- routes ---------------------------------------------------------------------------------------------------------------

void Simulator::addRoutes()
{
    const auto app = [](const Request& r) { return r.param(u"app"_s); };
    const auto body = [](const Request& r) { return r.json().toObject(); };
    const auto id = [](const Request& r) { return r.param(u"id"_s); };

    platform("GET", u"/account"_s, [this](const Request&) { return account(); });
    platform("GET", u"/account/rate-limits"_s, [this](const Request&) { return Answer{200, QJsonObject{{u"remaining"_s, m_remaining}}, {}}; });
    platform("GET", u"/regions"_s, [this](const Request&) { return regions(); });
    platform("GET", u"/stacks"_s, [this](const Request&) { return stacks(); });
    platform("GET", u"/dyno-sizes"_s, [this](const Request&) { return dynoSizes(); });
    platform("GET", u"/apps"_s, [this](const Request&) { return listApps(); });
    platform("GET", u"/users/{user}/apps"_s, [this](const Request&) { return listApps(); });
    platform("GET", u"/apps/{app}"_s, [=, this](const Request& r) { return showApp(app(r)); });
    platform("PATCH", u"/apps/{app}"_s, [=, this](const Request& r) { return updateApp(app(r), body(r)); });
    platform("POST", u"/apps/{app}/acm"_s, [=, this](const Request& r) { return setAcm(app(r), true); });
    platform("PATCH", u"/apps/{app}/acm"_s, [=, this](const Request& r) { return setAcm(app(r), true); });
    platform("DELETE", u"/apps/{app}/acm"_s, [=, this](const Request& r) { return setAcm(app(r), false); });
    platform("GET", u"/apps/{app}/available-stacks"_s, [this](const Request&) { return stacks(); });
    platform("GET", u"/apps/{app}/available-dyno-sizes"_s, [this](const Request&) { return dynoSizes(); });

    platform("GET", u"/apps/{app}/formation"_s, [=, this](const Request& r) { return listFormation(app(r)); });
    platform("PATCH", u"/apps/{app}/formation"_s, [=, this](const Request& r) { return scaleMany(app(r), body(r)); });
    platform("GET", u"/apps/{app}/formation/{id}"_s, [=, this](const Request& r) { return showFormation(app(r), id(r)); });
    platform("PATCH", u"/apps/{app}/formation/{id}"_s, [=, this](const Request& r) { return scaleOne(app(r), id(r), body(r)); });
    platform("POST", u"/apps/{app}/formations/{id}/actions/stop"_s, [=, this](const Request& r) { return stopType(app(r), id(r)); });
    platform("GET", u"/apps/{app}/dynos"_s, [=, this](const Request& r) { return listDynos(app(r)); });
    platform("POST", u"/apps/{app}/dynos"_s, [=, this](const Request& r) { return runDyno(app(r), body(r)); });
    platform("DELETE", u"/apps/{app}/dynos"_s, [=, this](const Request& r) { return restart(app(r), {}); });
    platform("GET", u"/apps/{app}/dynos/{id}"_s, [=, this](const Request& r) { return showDyno(app(r), id(r)); });
    platform("DELETE", u"/apps/{app}/dynos/{id}"_s, [=, this](const Request& r) { return restart(app(r), id(r)); });

    platform("GET", u"/apps/{app}/config-vars"_s, [=, this](const Request& r) { return showConfig(app(r)); });
    platform("PATCH", u"/apps/{app}/config-vars"_s, [=, this](const Request& r) { return changeConfig(app(r), body(r)); });
    platform("GET", u"/apps/{app}/releases"_s, [=, this](const Request& r) { return listReleases(app(r)); });
    platform("POST", u"/apps/{app}/releases"_s, [=, this](const Request& r) { return createRelease(app(r), body(r)); });
    platform("GET", u"/apps/{app}/releases/{id}"_s, [=, this](const Request& r) { return showRelease(app(r), id(r)); });
    platform("GET", u"/apps/{app}/releases/{id}/config-vars"_s, [=, this](const Request& r) { return configAt(app(r), id(r)); });

    platform("GET", u"/apps/{app}/domains"_s, [=, this](const Request& r) { return listDomains(app(r)); });
    platform("POST", u"/apps/{app}/domains"_s, [=, this](const Request& r) { return addDomain(app(r), body(r)); });
    platform("GET", u"/apps/{app}/domains/{id}"_s, [=, this](const Request& r) { return showDomain(app(r), id(r)); });
    platform("PATCH", u"/apps/{app}/domains/{id}"_s, [=, this](const Request& r) { return updateDomain(app(r), id(r), body(r)); });
    platform("DELETE", u"/apps/{app}/domains/{id}"_s, [=, this](const Request& r) { return removeDomain(app(r), id(r)); });
    platform("GET", u"/apps/{app}/sni-endpoints"_s, [=, this](const Request& r) { return listSniEndpoints(app(r)); });

    platform("GET", u"/apps/{app}/addons"_s, [=, this](const Request& r) { return listAddons(app(r), wantsExpansion(r)); });
    platform("POST", u"/apps/{app}/addons"_s, [=, this](const Request& r) { return createAddon(app(r), body(r)); });
    platform("GET", u"/apps/{app}/addons/{id}"_s, [=, this](const Request& r) { return showAddon(app(r), id(r), wantsExpansion(r)); });
    platform("DELETE", u"/apps/{app}/addons/{id}"_s, [=, this](const Request& r) { return deleteAddon(app(r), id(r)); });
    platform("GET", u"/addons/{id}"_s, [=, this](const Request& r) { return showAddon({}, id(r), wantsExpansion(r)); });
    platform("GET", u"/addons/{id}/addon-attachments"_s, [=, this](const Request& r) { return attachmentsOf(id(r), wantsInclusion(r)); });
    platform("GET", u"/apps/{app}/addon-attachments"_s, [=, this](const Request& r) { return listAttachments(app(r), wantsInclusion(r)); });
    platform("POST", u"/actions/addons/resolve"_s, [=, this](const Request& r) { return resolveAddon(body(r), wantsExpansion(r)); });
    platform("POST", u"/actions/addon-attachments/resolve"_s, [=, this](const Request& r) { return resolveAttachment(body(r), wantsInclusion(r)); });
    platform("POST", u"/addon-attachments"_s, [=, this](const Request& r) { return attach(body(r)); });
    platform("DELETE", u"/addon-attachments/{id}"_s, [=, this](const Request& r) { return detach(id(r)); });

    platform("POST", u"/apps/{app}/log-sessions"_s, [=, this](const Request& r) { return createLogSession(app(r), body(r), baseUrl(r)); });
    platform("GET", u"/apps/{app}/log-drains"_s, [=, this](const Request& r) { return listDrains(app(r)); });
    platform("POST", u"/apps/{app}/log-drains"_s, [=, this](const Request& r) { return addDrain(app(r), body(r)); });
}

void Simulator::addDataRoutes()
{
    const auto db = [](const Request& r) { return r.param(u"db"_s); };
    const auto app = [](const Request& r) { return r.param(u"app"_s); };
    const auto id = [](const Request& r) { return r.param(u"id"_s); };
    const auto start = [this, db](const QString& kind) {
        return [this, db, kind](const Request& r) {
            if (fault(u"backup-stuck"_s))
                holdTransfers(true);
            const Answer answer = startTransfer(db(r), kind, r.json().toObject());
            holdTransfers(false);
            return answer;
        };
    };
    data("GET", u"/client/v11/databases/{db}"_s, [=, this](const Request& r) { return databaseInfo(db(r)); });
    data("GET", u"/client/v11/databases/{db}/wait_status"_s, [=, this](const Request& r) { return waitStatus(db(r)); });
    data("POST", u"/client/v11/databases/{db}/backups"_s, start(u"capture"_s));
    data("POST", u"/client/v11/databases/{db}/restores"_s, start(u"restore"_s));
    data("POST", u"/client/v11/databases/{db}/transfers"_s, start(u"copy"_s));
    data("GET", u"/client/v11/databases/{db}/transfer-schedules"_s, [=, this](const Request& r) { return listSchedules(db(r)); });
    data("POST", u"/client/v11/databases/{db}/transfer-schedules"_s, [=, this](const Request& r) { return addSchedule(db(r), r.json().toObject()); });
    data("DELETE", u"/client/v11/databases/{db}/transfer-schedules/{id}"_s, [=, this](const Request& r) { return removeSchedule(db(r), id(r)); });
    data("GET", u"/client/v11/apps/{app}/transfers"_s, [=, this](const Request& r) { return listTransfers(app(r)); });
    data("GET", u"/client/v11/apps/{app}/transfers/{id}"_s,
        [=, this](const Request& r) { return showTransfer(app(r), id(r), r.queryValue(u"verbose"_s) == u"true"_s); });
    data("DELETE", u"/client/v11/apps/{app}/transfers/{id}"_s, [=, this](const Request& r) { return deleteTransfer(app(r), id(r)); });
    data("POST", u"/client/v11/apps/{app}/transfers/{id}/actions/public-url"_s, [=, this](const Request& r) { return publicUrl(app(r), id(r), baseUrl(r)); });
    data("POST", u"/client/v11/apps/{app}/transfers/{id}/actions/cancel"_s, [=, this](const Request& r) { return cancelTransfer(app(r), id(r)); });
    data("GET", u"/postgres/v0/databases/{db}/credentials"_s, [=, this](const Request& r) { return credentials(db(r), {}); });
    data("GET", u"/postgres/v0/databases/{db}/credentials/{id}"_s, [=, this](const Request& r) { return credentials(db(r), id(r)); });
}

void Simulator::addPublicRoutes()
{
    router().route("GET", u"/logplex/sessions/{id}"_s, [this](const Request& request) { return streamLog(request); });
    router().route("GET", u"/transfers.s3/{id}"_s, [this](const Request& request) { return download(request); });
}

// ---- downloads and log streams ------------------------------------------------------------------------------------------

Response Simulator::download(const Request& request) const
{
    const std::optional<QString> path = signedFile(request.param(u"id"_s), request.queryValue(u"X-Amz-Signature"_s));
    QFile file(path.value_or(QString()));
    // S3's own way to refuse: a client that doesn't look at the status saves this as its dump.
    if (!path || !file.open(QIODevice::ReadOnly))
        return Response::text(403, u"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"_s,
            "application/xml");
    Response response;
    response.headers.set("Content-Type", "binary/octet-stream");
    response.headers.set("Accept-Ranges", "bytes");
    const QByteArray range = request.header("Range");
    if (range.startsWith("bytes=") && range.endsWith('-')) {
        const qint64 from = range.mid(6).chopped(1).toLongLong();
        if (from > 0 && from < file.size()) {
            file.seek(from);
            response.status = 206;
            response.headers.set("Content-Range", "bytes " + QByteArray::number(from) + '-' + QByteArray::number(file.size() - 1) + '/' + QByteArray::number(file.size()));
        }
    }
    response.body = file.readAll();
    return response;
}

Response Simulator::streamLog(const Request& request)
{
    const std::optional<QJsonObject> session = logSession(request.param(u"id"_s), request.queryValue(u"srv"_s));
    if (!session)
        return Response::text(404, u"No such session"_s);
    LogStream stream;
    stream.session = *session;
    stream.events = request.header("Accept").contains("text/event-stream");
    if (const QByteArray last = request.header("Last-Event-ID"); !last.isEmpty())
        stream.last = last.toLongLong();
    Response response;
    response.headers.set("Content-Type", stream.events ? "text/event-stream" : "text/plain");
    response.headers.set("Cache-Control", "no-cache");
    const bool tail = session->value(u"_tail"_s).toBool();
    response.stream = [this, stream, tail](std::shared_ptr<simulator::StreamWriter> writer) mutable {
        stream.writer = writer;
        push(stream);
        if (tail)
            m_streams.append(stream);
        else
            writer->close();
    };
    return response;
}

void Simulator::push(LogStream& stream)
{
    const auto lines = sessionLines(stream.session, stream.last);
    if (stream.last < 0)
        stream.last = 0;
    for (const auto& [number, text] : lines) {
        QByteArray chunk;
        if (stream.events) {
            chunk = "id: " + QByteArray::number(number) + "\n";
            for (const QString& part : text.split(u'\n'))
                chunk += "data: " + part.toUtf8() + '\n';
            chunk += '\n';
        } else {
            chunk = text.toUtf8() + '\n';
        }
        stream.writer->write(chunk);
        stream.last = number;
    }
}

void Simulator::logged(const QString& appId)
{
    m_streams.removeIf([](const LogStream& stream) { return !stream.writer->isOpen(); });
    for (LogStream& stream : m_streams) {
        if (stream.session[u"_app"_s].toString() == appId)
            push(stream);
    }
}

void Simulator::dropLogStreams()
{
    const QList<LogStream> open = std::exchange(m_streams, {});
    for (const LogStream& stream : open)
        stream.writer->close();
}

} // namespace switchyard::heroku
