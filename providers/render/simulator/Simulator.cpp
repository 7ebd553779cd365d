#include "providers/render/simulator/Simulator.h"

#include <QUrl>
#include <QWebSocket>

#include <algorithm>

namespace switchyard::render {

using namespace Qt::StringLiterals;

namespace {

QJsonArray packed(const QList<QJsonObject>& list)
{
    QJsonArray all;
    for (const QJsonObject& object : list)
        all.append(object);
    return all;
}

QList<QJsonObject> unpacked(const QJsonValue& value)
{
    QList<QJsonObject> all;
    for (const QJsonValue& entry : value.toArray())
        all.append(entry.toObject());
    return all;
}

/// Route classes of the rate limit, as recorded from the provider's answers.
QString rateClass(const simulator::Request& request)
{
    const QString& route = request.route;
    if (request.method == "GET")
        return route == u"/v1/logs/subscribe"_s ? u"streams"_s : u"reads"_s;
    if (request.method == "PATCH" && route == u"/v1/services/{service}"_s)
        return u"patch-service"_s;
    if (request.method == "POST" && (route.endsWith(u"/deploys"_s) || route.endsWith(u"/scale"_s)))
        return route.section(u'/', -1);
    if (request.method == "POST" && (route == u"/v1/postgres"_s || route.endsWith(u"/custom-domains"_s)))
        return route.section(u'/', -1);
    return u"writes"_s;
}

} // namespace

Simulator::Simulator(Clock* clock, const QString& folder, QObject* parent)
    : simulator::Simulator(u"render"_s, clock, folder, parent)
    , m_agenda(clock, [this](const QString& what, const QJsonObject& data) { run(what, data); })
    , m_limiter(clock)
{
    m_limiter.defineWindow(u"reads"_s, 400, Seconds(60));
    m_limiter.defineWindow(u"writes"_s, 100, Seconds(60));
    m_limiter.defineWindow(u"patch-service"_s, 10, Seconds(60));
    m_limiter.defineWindow(u"deploys"_s, 10, Seconds(60));
    m_limiter.defineWindow(u"scale"_s, 10, Seconds(60));
    m_limiter.defineWindow(u"streams"_s, 30, Seconds(60));
    m_limiter.defineWindow(u"postgres"_s, 20, Seconds(3600));
    m_limiter.defineWindow(u"custom-domains"_s, 50, Seconds(3600));
    addServiceRoutes();
    addEnvironmentRoutes();
    addDeployRoutes();
    addDomainRoutes();
    addDatabaseRoutes();
    addLogRoutes();
    router().setNotFound([](const Request&) { return refuse(404, u"not found"_s); });
    simulator::Simulator::load();
}

Simulator::~Simulator() = default;

// ---- loading, saving --------------------------------------------------------------------------------------------------

void Simulator::load(const QJsonObject& description)
{
    m_agenda.restore({});
    m_services.clear();
    m_databases.clear();
    m_stores.clear();
    m_groups.clear();
    m_lines.clear();
    m_token = description[u"token"_s].toString();
    m_webSuffix = description[u"webSuffix"_s].toString(u"onrender.com"_s);
    m_owner = {{u"id"_s, u"tea-"_s + simulator::randomHexId(20)}, {u"name"_s, description[u"owner"_s].toString(u"Workspace"_s)},
        {u"email"_s, description[u"email"_s].toString(u"operator@example.test"_s)}, {u"type"_s, u"team"_s}, {u"twoFactorAuthEnabled"_s, false}};
    const QString region = description[u"region"_s].toString(u"frankfurt"_s);
    const QString old = isoUtc(m_agenda.now() - std::chrono::hours(24 * 30)).chopped(1) + u"517Z"_s;
    for (const QJsonValue& value : description[u"services"_s].toArray()) {
        const QJsonObject from = value.toObject();
        const QString name = from[u"name"_s].toString();
        const QString type = from[u"type"_s].toString(u"web_service"_s);
        const QString id = u"srv-"_s + simulator::randomHexId(20);
        const QString runtime = from[u"runtime"_s].toString(u"python"_s);
        const bool isStatic = type == u"static_site"_s;
        Service service;
        service.hookKey = simulator::randomHexId(11);
        service.env = from[u"env"_s].toObject();
        service.liveEnv = service.env;
        QJsonObject details;
        if (isStatic) {
            details = {{u"buildCommand"_s, from[u"build"_s].toString()}, {u"publishPath"_s, from[u"publish"_s].toString(u"build"_s)},
                {u"buildPlan"_s, u"starter"_s}, {u"previews"_s, QJsonObject{{u"generation"_s, u"off"_s}}}, {u"ipAllowList"_s, QJsonValue::Null}};
        } else {
            QJsonObject specific{{u"buildCommand"_s, from[u"build"_s].toString()}, {u"startCommand"_s, from[u"start"_s].toString()}};
            if (from.contains(u"preDeploy"_s))
                specific[u"preDeployCommand"_s] = from[u"preDeploy"_s];
            details = {{u"env"_s, runtime}, {u"runtime"_s, runtime}, {u"envSpecificDetails"_s, specific}, {u"plan"_s, from[u"plan"_s].toString(u"standard"_s)},
                {u"region"_s, region}, {u"numInstances"_s, from[u"instances"_s].toInt(1)}, {u"buildPlan"_s, u"starter"_s},
                {u"previews"_s, QJsonObject{{u"generation"_s, u"off"_s}}}, {u"maxShutdownDelaySeconds"_s, 30}};
            if (type == u"web_service"_s) {
                details[u"healthCheckPath"_s] = from[u"health"_s].toString();
                details[u"openPorts"_s] = QJsonArray{QJsonObject{{u"port"_s, 10000}, {u"protocol"_s, u"TCP"_s}}};
                details[u"maintenanceMode"_s] = QJsonObject{{u"enabled"_s, false}, {u"uri"_s, u""_s}};
            }
        }
        if (isStatic || type == u"web_service"_s) {
            details[u"url"_s] = u"https://%1.%2"_s.arg(name, m_webSuffix);
            details[u"renderSubdomainPolicy"_s] = u"enabled"_s;
        }
        const bool suspended = from[u"suspended"_s].toBool();
        service.doc = {{u"id"_s, id}, {u"name"_s, name}, {u"slug"_s, name}, {u"type"_s, type}, {u"ownerId"_s, m_owner[u"id"_s]},
            {u"autoDeploy"_s, u"no"_s}, {u"autoDeployTrigger"_s, u"off"_s}, {u"suspended"_s, suspended ? u"suspended"_s : u"not_suspended"_s},
            {u"suspenders"_s, suspended ? QJsonArray{u"user"_s} : QJsonArray{}}, {u"notifyOnFail"_s, u"default"_s}, {u"rootDir"_s, from[u"root"_s].toString()},
            {u"dashboardUrl"_s, u"https://dashboard.render.com/web/"_s + id}, {u"createdAt"_s, old}, {u"updatedAt"_s, old}, {u"serviceDetails"_s, details}};
        if (from.contains(u"image"_s)) {
            service.doc[u"imagePath"_s] = from[u"image"_s];
        } else {
            service.doc[u"repo"_s] = from[u"repo"_s].toString(u"https://github.com/example/projectify"_s);
            service.doc[u"branch"_s] = u"main"_s;
        }
        QJsonObject deploy{{u"id"_s, u"dep-"_s + simulator::randomHexId(20)}, {u"status"_s, u"live"_s}, {u"trigger"_s, u"new_commit"_s},
            {u"createdAt"_s, old}, {u"startedAt"_s, old}, {u"finishedAt"_s, old}, {u"updatedAt"_s, old}, {u"_env"_s, service.env}};
        if (from.contains(u"image"_s))
            deploy[u"image"_s] = QJsonObject{{u"ref"_s, from[u"image"_s]}, {u"sha"_s, u"sha256:"_s + simulator::randomHexId(64)}};
        else
            deploy[u"commit"_s] = QJsonObject{{u"id"_s, simulator::randomHexId(40)}, {u"message"_s, u"Accept several origins"_s}, {u"createdAt"_s, old}};
        service.deploys.append(deploy);
        m_services.append(service);
        if (!suspended && !isStatic) {
            Service& placed = m_services.last();
            for (int i = 0; i < from[u"instances"_s].toInt(1); ++i)
                placed.instances.append(QJsonObject{{u"id"_s, id + u'-' + simulator::randomHexId(5)}, {u"createdAt"_s, old}});
        }
    }
    for (const QJsonValue& database : description[u"databases"_s].toArray())
        m_databases.append(makeDatabase(database.toObject()));
    for (const QJsonValue& store : description[u"keyValues"_s].toArray())
        m_stores.append(makeStore(store.toObject()));
    for (const QJsonValue& group : description[u"envGroups"_s].toArray()) {
        const QJsonObject from = group.toObject();
        m_groups.append({{u"id"_s, u"evg-"_s + simulator::randomHexId(20)}, {u"name"_s, from[u"name"_s]}, {u"ownerId"_s, m_owner[u"id"_s]},
            {u"createdAt"_s, old}, {u"updatedAt"_s, old}, {u"serviceLinks"_s, QJsonArray{}}, {u"_env"_s, from[u"env"_s]}});
    }
    if (!m_token.isEmpty())
        addToken(m_token.toUtf8());
    changed();
}

QJsonObject Simulator::save() const
{
    QJsonArray services;
    for (const Service& service : m_services) {
        services.append(QJsonObject{{u"doc"_s, service.doc}, {u"env"_s, service.env}, {u"liveEnv"_s, service.liveEnv}, {u"deploys"_s, packed(service.deploys)},
            {u"domains"_s, packed(service.domains)}, {u"instances"_s, packed(service.instances)}, {u"events"_s, packed(service.events)},
            {u"hookKey"_s, service.hookKey}});
    }
    return {{u"token"_s, m_token}, {u"webSuffix"_s, m_webSuffix}, {u"owner"_s, m_owner}, {u"services"_s, services}, {u"databases"_s, packed(m_databases)},
        {u"stores"_s, packed(m_stores)}, {u"groups"_s, packed(m_groups)}, {u"lines"_s, packed(m_lines.mid(std::max<qsizetype>(0, m_lines.size() - 200)))},
        {u"lastLine"_s, m_lastLine}, {u"agenda"_s, m_agenda.save()}};
}

void Simulator::restore(const QJsonObject& state)
{
    m_token = state[u"token"_s].toString();
    m_webSuffix = state[u"webSuffix"_s].toString();
    m_owner = state[u"owner"_s].toObject();
    m_services.clear();
    for (const QJsonValue& value : state[u"services"_s].toArray()) {
        Service service;
        service.doc = value[u"doc"_s].toObject();
        service.env = value[u"env"_s].toObject();
        service.liveEnv = value[u"liveEnv"_s].toObject();
        service.deploys = unpacked(value[u"deploys"_s]);
        service.domains = unpacked(value[u"domains"_s]);
        service.instances = unpacked(value[u"instances"_s]);
        service.events = unpacked(value[u"events"_s]);
        service.hookKey = value[u"hookKey"_s].toString();
        m_services.append(service);
    }
    m_databases = unpacked(state[u"databases"_s]);
    m_stores = unpacked(state[u"stores"_s]);
    m_groups = unpacked(state[u"groups"_s]);
    m_lines = unpacked(state[u"lines"_s]);
    m_lastLine = state[u"lastLine"_s].toInteger();
    if (!m_token.isEmpty())
        addToken(m_token.toUtf8());
    m_agenda.restore(state[u"agenda"_s].toArray());
}

// ---- the way of a request -----------------------------------------------------------------------------------------------

Simulator::Response Simulator::refuse(int status, const QString& message)
{
    return Response::json(status, QJsonObject{{u"id"_s, simulator::randomHexId(16)}, {u"message"_s, message}});
}

std::optional<Simulator::Response> Simulator::authorize(const Request& request)
{
    m_agenda.settle();
    if (request.path.startsWith(u"/deploy/"_s))
        return std::nullopt; // the key in the URL is the credential
    const QString token = QString::fromUtf8(request.bearer());
    if (token.isEmpty() || (!m_token.isEmpty() && token != m_token))
        return refuse(401, u"Unauthorized"_s);
    return std::nullopt;
}

std::optional<Simulator::Response> Simulator::limit(const Request& request)
{
    m_budget = m_limiter.take(rateClass(request));
    if (m_budget.allowed)
        return std::nullopt;
    return refuse(429, u"rate limit exceeded"_s).with("Retry-After", QByteArray::number(qint64(m_budget.retryAfter.count())));
}

Simulator::Response Simulator::faultResponse(const QString& verb, int status, const Request&) const
{
    if (verb == u"rate-limit"_s)
        return refuse(429, u"rate limit exceeded"_s).with("Retry-After", "2");
    if (verb == u"unauthorized"_s)
        return refuse(401, u"Unauthorized"_s);
    return refuse(status, u"internal server error"_s);
}

void Simulator::decorate(const Request& request, Response& response) const
{
    response.headers.set("Render-Request-Id", request.id.toLatin1());
    if (m_budget.limit == 0)
        return;
    // Seconds left, not an epoch: the other provider of this product means the opposite by the same word.
    const auto left = std::chrono::ceil<Seconds>(m_budget.reset - m_agenda.now());
    response.headers.set("Ratelimit-Limit", QByteArray::number(m_budget.limit));
    response.headers.set("Ratelimit-Remaining", QByteArray::number(m_budget.remaining));
    response.headers.set("Ratelimit-Reset", QByteArray::number(std::max<qint64>(0, left.count())));
}

Simulator::Response Simulator::page(const Request& request, const QString& thing, const QList<QJsonObject>& items, const QString& key) const
{
    int most = 20;
    if (const QString asked = request.queryValue(u"limit"_s); !asked.isEmpty()) {
        bool ok = false;
        most = asked.toInt(&ok);
        if (!ok || most < 1 || most > 100)
            return refuse(400, u"limit must be between 1 and 100"_s);
    }
    const auto cursorOf = [&key](const QJsonObject& item) {
        return QString::fromLatin1(item[key].toString().toUtf8().toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals));
    };
    qsizetype from = 0;
    if (const QString cursor = request.queryValue(u"cursor"_s); !cursor.isEmpty()) {
        while (from < items.size() && cursorOf(items.at(from)) != cursor)
            ++from;
        if (from == items.size())
            return refuse(400, u"invalid cursor"_s);
        ++from;
    }
    QJsonArray all;
    for (qsizetype i = from; i < items.size() && all.size() < most; ++i) {
        QJsonObject shown;
        for (auto it = items.at(i).begin(); it != items.at(i).end(); ++it) {
            if (!it.key().startsWith(u'_'))
                shown.insert(it.key(), it.value());
        }
        all.append(QJsonObject{{thing, shown}, {u"cursor"_s, cursorOf(items.at(i))}});
    }
    return Response::json(200, all);
}

/// RFC 3339 with more decimals than a parser for milliseconds likes.
QString Simulator::stamp() const
{
    return isoUtc(m_agenda.now()).chopped(1) + u"517Z"_s;
}

void Simulator::happened(const QString& kind, const QJsonObject& data)
{
    changed();
    Q_EMIT event(kind, data);
}

// ---- look-ups ---------------------------------------------------------------------------------------------------------

const Simulator::Service* Simulator::find(const QString& service) const
{
    for (const Service& candidate : m_services) {
        if (candidate.doc[u"id"_s].toString() == service || candidate.doc[u"name"_s].toString() == service)
            return &candidate;
    }
    return nullptr;
}

Simulator::Service* Simulator::find(const QString& service)
{
    return const_cast<Service*>(std::as_const(*this).find(service));
}

const QJsonObject* Simulator::findIn(const QList<QJsonObject>& list, const QString& idOrName)
{
    for (const QJsonObject& candidate : list) {
        if (candidate[u"id"_s].toString() == idOrName || candidate[u"name"_s].toString() == idOrName)
            return &candidate;
    }
    return nullptr;
}

QJsonObject* Simulator::findIn(QList<QJsonObject>& list, const QString& idOrName)
{
    return const_cast<QJsonObject*>(findIn(std::as_const(list), idOrName));
}

void Simulator::onService(const char* method, const QString& pattern, std::function<Response(const Request&, Service&)> endpoint)
{
    router().route(method, u"/v1/services/{service}"_s + pattern, [this, endpoint = std::move(endpoint)](const Request& request) {
        const QString id = request.param(u"service"_s);
        Service* service = find(id);
        if (!service || service->doc[u"id"_s].toString() != id) // names are no ids here
            return refuse(404, u"not found: service %1"_s.arg(id));
        Response response = endpoint(request, *service);
        if (request.method != "GET")
            changed();
        return response;
    });
}

void Simulator::record(Service& service, const QString& type, const QJsonObject& details)
{
    service.events.prepend({{u"id"_s, u"evt-"_s + simulator::randomHexId(20)}, {u"timestamp"_s, stamp()}, {u"serviceId"_s, service.doc[u"id"_s]},
        {u"type"_s, type}, {u"details"_s, details}});
    if (service.events.size() > 300)
        service.events.removeLast();
}

QString Simulator::serviceId(const QString& name) const
{
    const Service* service = find(name);
    return service ? service->doc[u"id"_s].toString() : QString();
}

QString Simulator::databaseId(const QString& name) const
{
    for (const QList<QJsonObject>* list : {&m_databases, &m_stores}) {
        if (const QJsonObject* found = findIn(*list, name))
            return found->value(u"id"_s).toString();
    }
    return {};
}

QJsonObject Simulator::environment(const QString& service) const
{
    const Service* found = find(service);
    return found ? found->env : QJsonObject{};
}

QJsonObject Simulator::liveEnvironment(const QString& service) const
{
    const Service* found = find(service);
    return found ? found->liveEnv : QJsonObject{};
}

bool Simulator::isSuspended(const QString& service) const
{
    const Service* found = find(service);
    return found && found->doc[u"suspended"_s].toString() == u"suspended"_s;
}

bool Simulator::inMaintenance(const QString& service) const
{
    const Service* found = find(service);
    return found && found->doc[u"serviceDetails"_s][u"maintenanceMode"_s][u"enabled"_s].toBool();
}

int Simulator::instanceCount(const QString& service) const
{
    const Service* found = find(service);
    return found ? static_cast<int>(found->instances.size()) : 0;
}

QString Simulator::target(const QString& service) const
{
    const Service* found = find(service);
    return found ? QUrl(found->doc[u"serviceDetails"_s][u"url"_s].toString()).host() : QString();
}

QString Simulator::deployHook(const QString& service) const
{
    const Service* found = find(service);
    return found ? u"/deploy/%1?key=%2"_s.arg(found->doc[u"id"_s].toString(), found->hookKey) : QString();
}

} // namespace switchyard::render
