#include "providers/cloudflare/simulator/Simulator.h"

#include "providers/cloudflare/simulator/Envelope.h"
#include "providers/simulator/DnsWire.h"

#include <QCryptographicHash>

#include <algorithm>

namespace switchyard::cloudflare {

using simulator::Request;
using simulator::Response;

namespace {

constexpr int batchLimit = 3500; // paid plans; 200 on Free
const QString limitClass = QStringLiteral("user");
const QString prefix = QStringLiteral("/client/v4");

QString field(const QJsonObject& object, const char* key)
{
    return object.value(QLatin1String(key)).toString();
}

QJsonObject tokenInfo(const QByteArray& token)
{
    const QByteArray id = QCryptographicHash::hash("token id" + token, QCryptographicHash::Md5).toHex();
    return {{QStringLiteral("id"), QString::fromLatin1(id)}, {QStringLiteral("status"), QStringLiteral("active")}};
}

const ApiError noZone{404, 7003, QStringLiteral("Could not route to the zone, perhaps its identifier is invalid."), 0, {}};

QJsonObject change(const QString& what, const QJsonObject& record)
{
    return {{QStringLiteral("change"), what}, {QStringLiteral("record"), record}};
}

} // namespace

Simulator::Simulator(Clock* clock, const QString& folder, QObject* parent)
    : simulator::Simulator(QStringLiteral("cloudflare"), clock, folder, parent)
    , m_limiter(clock)
{
    m_limiter.defineWindow(limitClass, 1200, Seconds(300));
    addRoutes();
    addZoneRoutes();
    router().setNotFound([](const Request&) { return failure({404, 7003, QStringLiteral("No route for the URI"), 0, {}}); });
    router().setMethodNotAllowed([](const Request&) { return failure({405, 10405, QStringLiteral("Method not allowed for this URI"), 0, {}}); });
    load();
}

QString Simulator::now() const
{
    return isoUtc(clock()->now());
}

Result<QString> Simulator::addZone(const QJsonObject& description)
{
    const QString name = field(description, "name").toLower();
    for (const auto& zone : m_zones) {
        if (field(zone->info, "name") == name)
            return field(zone->info, "id");
    }
    auto zone = std::make_unique<Zone>();
    const QJsonObject plan{{QStringLiteral("id"), simulator::randomHexId()}, {QStringLiteral("name"), QStringLiteral("Pro Website")}};
    QJsonObject& info = zone->info;
    info = {{QStringLiteral("id"), simulator::randomHexId()}, {QStringLiteral("name"), name},
            {QStringLiteral("status"), QStringLiteral("active")}, {QStringLiteral("paused"), false},
            {QStringLiteral("type"), QStringLiteral("full")}, {QStringLiteral("development_mode"), 0},
            {QStringLiteral("name_servers"), QJsonArray{QStringLiteral("ada.ns.cloudflare.test"), QStringLiteral("bob.ns.cloudflare.test")}},
            {QStringLiteral("original_name_servers"), QJsonValue(QJsonValue::Null)},
            {QStringLiteral("original_registrar"), QJsonValue(QJsonValue::Null)},
            {QStringLiteral("created_on"), now()}, {QStringLiteral("activated_on"), now()}, {QStringLiteral("modified_on"), now()},
            {QStringLiteral("account"), QJsonObject{{QStringLiteral("id"), simulator::randomHexId()}, {QStringLiteral("name"), QStringLiteral("Rehearsal")}}},
            {QStringLiteral("plan"), plan}, {QStringLiteral("meta"), QJsonObject()},
            {QStringLiteral("permissions"), QJsonArray{QStringLiteral("#dns_records:edit"), QStringLiteral("#dns_records:read"), QStringLiteral("#zone:read")}}};
    for (const char* key : {"status", "name_servers", "account", "type"}) {
        const QJsonValue value = description.value(QLatin1String(key));
        if (!value.isUndefined())
            info.insert(QLatin1String(key), value);
    }
    zone->records = Records(name);
    const QJsonArray records = description.value(QLatin1String("records")).toArray();
    for (const QJsonValue& value : records) {
        const Records::Outcome made = zone->records.create(value.toObject(), now());
        if (const auto* error = std::get_if<ApiError>(&made)) {
            return Error::invalid(QStringLiteral("The zone description holds a record that Cloudflare refuses: %1 %2 (%3 %4).")
                                      .arg(field(value.toObject(), "type"), field(value.toObject(), "name"), error->message, error->chainMessage));
        }
    }
    m_zones.push_back(std::move(zone));
    serveZone(*m_zones.back());
    changed();
    return field(m_zones.back()->info, "id");
}

QList<QJsonObject> Simulator::records(const QString& zoneName) const
{
    for (const auto& zone : m_zones) {
        if (field(zone->info, "name") == zoneName)
            return {zone->records.all().begin(), zone->records.all().end()};
    }
    return {};
}

QList<simulator::ResourceRecord> Simulator::published(const QString& zoneName) const
{
    for (const auto& zone : m_zones) {
        if (field(zone->info, "name") != zoneName)
            continue;
        QList<simulator::ResourceRecord> list = zone->records.published(m_edge);
        const QJsonArray servers = zone->info.value(QLatin1String("name_servers")).toArray();
        for (const QJsonValue& server : servers)
            list.append({simulator::absoluteName(zoneName), QStringLiteral("NS"), 86400, simulator::absoluteName(server.toString())});
        return list;
    }
    return {};
}

void Simulator::serve(simulator::ZoneSet& set)
{
    m_set = &set;
    for (const auto& zone : m_zones)
        serveZone(*zone);
}

void Simulator::serveZone(const Zone& zone)
{
    if (!m_set)
        return;
    const QString name = field(zone.info, "name");
    simulator::Soa soa;
    soa.primary = simulator::absoluteName(zone.info.value(QLatin1String("name_servers")).toArray().first().toString());
    soa.mailbox = QStringLiteral("dns.cloudflare.test.");
    soa.serial = zone.serial;
    soa.minimum = 1800;
    soa.ttl = 1800;
    m_set->add(simulator::AuthoritativeZone(name, [this, name] { return published(name); }, soa));
}

void Simulator::committed(Zone& zone, const QJsonArray& changes)
{
    ++zone.serial;
    zone.info.insert(QStringLiteral("modified_on"), now());
    const QString name = field(zone.info, "name");
    if (m_set) {
        if (simulator::AuthoritativeZone* served = m_set->find(simulator::absoluteName(name)))
            served->soa().serial = zone.serial;
    }
    changed();
    Q_EMIT event(QStringLiteral("zone"), {{QStringLiteral("id"), field(zone.info, "id")}, {QStringLiteral("name"), name},
                                          {QStringLiteral("serial"), qint64(zone.serial)}, {QStringLiteral("changes"), changes}});
}

QJsonObject Simulator::save() const
{
    QJsonArray zones;
    for (const auto& zone : m_zones) {
        zones.append(QJsonObject{{QStringLiteral("info"), zone->info}, {QStringLiteral("serial"), qint64(zone->serial)},
                                 {QStringLiteral("records"), zone->records.save()}});
    }
    return {{QStringLiteral("zones"), zones}};
}

void Simulator::restore(const QJsonObject& state)
{
    m_zones.clear();
    const QJsonArray zones = state.value(QLatin1String("zones")).toArray();
    for (const QJsonValue& value : zones) {
        const QJsonObject saved = value.toObject();
        auto zone = std::make_unique<Zone>();
        zone->info = saved.value(QLatin1String("info")).toObject();
        zone->serial = quint32(saved.value(QLatin1String("serial")).toInteger());
        zone->records = Records(field(zone->info, "name"));
        zone->records.restore(saved.value(QLatin1String("records")).toArray());
        m_zones.push_back(std::move(zone));
    }
}

std::optional<Response> Simulator::authorize(const Request& request)
{
    m_rate = {};
    const QByteArray authorization = request.header("Authorization");
    if (authorization.isEmpty())
        return failure({400, 9106, QStringLiteral("Missing X-Auth-Key, X-Auth-Email or Authorization headers"), 0, {}});
    if (request.bearer().isEmpty())
        return failure({400, 6003, QStringLiteral("Invalid request headers"), 6111, QStringLiteral("Invalid format for Authorization header")});
    if (tokens().isEmpty() || tokens().contains(request.bearer()))
        return std::nullopt;
    if (request.path.endsWith(QLatin1String("/tokens/verify")))
        return failure({401, 1000, QStringLiteral("Invalid API Token"), 0, {}});
    return failure({403, 9109, QStringLiteral("Invalid access token"), 0, {}});
}

std::optional<Response> Simulator::limit(const Request& request)
{
    m_rate = m_limiter.take(limitClass, QString::fromLatin1(request.bearer()));
    if (m_rate.allowed)
        return std::nullopt;
    return faultResponse(QStringLiteral("rate-limit"), 429, request);
}

Response Simulator::faultResponse(const QString& verb, int status, const Request&) const
{
    if (verb == QLatin1String("rate-limit")) {
        Response response = failure({status, 971, QStringLiteral("Please wait and consider throttling your request speed"), 0, {}});
        response.headers.set("retry-after", QByteArray::number(qlonglong(m_rate.allowed ? 1 : m_rate.retryAfter.count())));
        return response;
    }
    if (verb == QLatin1String("unauthorized"))
        return failure({status, 10000, QStringLiteral("Authentication error"), 0, {}});
    return failure({status, 10001, QStringLiteral("Unable to process the request"), 0, {}});
}

void Simulator::decorate(const Request& request, Response& response) const
{
    response.headers.set("CF-Ray", request.id.left(8).toLatin1() + request.id.mid(9, 4).toLatin1() + "-AMS");
    response.headers.set("Server", "cloudflare");
    if (m_rate.limit == 0)
        return;
    const auto seconds = std::chrono::ceil<Seconds>(m_rate.reset - clock()->now());
    response.headers.set("x-ratelimit-limit", QByteArray::number(m_rate.limit));
    response.headers.set("x-ratelimit-remaining", QByteArray::number(m_rate.remaining));
    response.headers.set("x-ratelimit-reset", QByteArray::number(qlonglong(seconds.count())));
}

Simulator::Zone* Simulator::zoneOf(const Request& request)
{
    const QString id = request.param(QStringLiteral("zone"));
    for (const auto& zone : m_zones) {
        if (field(zone->info, "id") == id)
            return zone.get();
    }
    return nullptr;
}

void Simulator::addRoutes()
{
    const auto verify = [](const Request& request) {
        const QJsonObject valid{{QStringLiteral("code"), 10000}, {QStringLiteral("message"), QStringLiteral("This API Token is valid and active")},
                                {QStringLiteral("type"), QJsonValue(QJsonValue::Null)}};
        return success(tokenInfo(request.bearer()), {}, {valid});
    };
    router().route("GET", prefix + QStringLiteral("/user/tokens/verify"), verify);
    router().route("GET", prefix + QStringLiteral("/accounts/{account}/tokens/verify"), verify);
    router().route("GET", prefix + QStringLiteral("/zones"), [this](const Request& request) { return listZones(request); });
}

void Simulator::addZoneRoutes()
{
    const auto zoneRoute = [this](const QByteArray& method, const char* path, std::function<Response(const Request&, Zone&)> handler) {
        router().route(method, prefix + QStringLiteral("/zones/{zone}") + QLatin1String(path),
                       [this, handler = std::move(handler)](const Request& request) {
                           Zone* zone = zoneOf(request);
                           return zone ? handler(request, *zone) : failure(noZone);
                       });
    };
    zoneRoute("GET", "", [](const Request&, Zone& zone) { return success(zone.info); });
    zoneRoute("PUT", "/activation_check",
              [](const Request&, Zone& zone) { return success(QJsonObject{{QStringLiteral("id"), zone.info.value(QLatin1String("id"))}}); });
    zoneRoute("GET", "/dns_records", [this](const Request& request, Zone& zone) { return listRecords(request, zone); });
    zoneRoute("POST", "/dns_records/batch", [this](const Request& request, Zone& zone) { return batch(request, zone); });
    zoneRoute("GET", "/dns_records/export", [this](const Request&, Zone& zone) {
        QByteArray lines;
        for (const simulator::ResourceRecord& record : published(field(zone.info, "name")))
            lines += simulator::zoneLine(record) + '\n';
        return Response::text(200, QString::fromUtf8(lines));
    });
    zoneRoute("GET", "/dns_records/{record}", [](const Request& request, Zone& zone) {
        const QJsonObject* record = zone.records.find(request.param(QStringLiteral("record")));
        return record ? success(*record) : failure({404, 81044, QStringLiteral("Record does not exist."), 0, {}});
    });
    const auto one = [this](const Request& request, Zone& zone) { return changeOne(request, zone); };
    zoneRoute("POST", "/dns_records", one);
    zoneRoute("PUT", "/dns_records/{record}", one);
    zoneRoute("PATCH", "/dns_records/{record}", one);
    zoneRoute("DELETE", "/dns_records/{record}", one);
    zoneRoute("GET", "/dns_settings", [](const Request&, Zone& zone) {
        const QJsonObject soa{{QStringLiteral("mname"), zone.info.value(QLatin1String("name_servers")).toArray().first()},
                              {QStringLiteral("rname"), QStringLiteral("dns.cloudflare.test")}, {QStringLiteral("refresh"), 10000},
                              {QStringLiteral("retry"), 2400}, {QStringLiteral("expire"), 604800}, {QStringLiteral("min_ttl"), 1800},
                              {QStringLiteral("ttl"), 1800}};
        return success(QJsonObject{{QStringLiteral("flatten_all_cnames"), false}, {QStringLiteral("foundation_dns"), false},
                                   {QStringLiteral("multi_provider"), false}, {QStringLiteral("ns_ttl"), 86400}, {QStringLiteral("soa"), soa},
                                   {QStringLiteral("nameservers"), QJsonObject{{QStringLiteral("type"), QStringLiteral("cloudflare.standard")}}},
                                   {QStringLiteral("secondary_overrides"), false}, {QStringLiteral("zone_mode"), QStringLiteral("standard")}});
    });
    zoneRoute("GET", "/settings/ssl", [](const Request&, Zone& zone) {
        return success(QJsonObject{{QStringLiteral("id"), QStringLiteral("ssl")}, {QStringLiteral("value"), QStringLiteral("strict")},
                                   {QStringLiteral("editable"), true}, {QStringLiteral("modified_on"), zone.info.value(QLatin1String("created_on"))}});
    });
    zoneRoute("POST", "/purge_cache", [](const Request& request, Zone& zone) {
        if (request.json().toObject().isEmpty())
            return failure({400, 1012, QStringLiteral("Request must contain one of \"purge_everything\", \"files\", \"tags\", \"hosts\" or \"prefixes\""), 0, {}});
        return success(QJsonObject{{QStringLiteral("id"), zone.info.value(QLatin1String("id"))}});
    });
}

Response Simulator::listZones(const Request& request) const
{
    std::vector<QJsonObject> found;
    for (const auto& zone : m_zones) {
        const auto wants = [&](const char* key, const QString& value) {
            const QString want = request.queryValue(QLatin1String(key));
            if (want.startsWith(QLatin1String("contains:")))
                return value.contains(want.mid(9), Qt::CaseInsensitive);
            return want.isEmpty() || want.compare(value, Qt::CaseInsensitive) == 0;
        };
        const QJsonObject account = zone->info.value(QLatin1String("account")).toObject();
        if (wants("name", field(zone->info, "name")) && wants("status", field(zone->info, "status"))
            && wants("account.id", field(account, "id")) && wants("account.name", field(account, "name")))
            found.push_back(zone->info);
    }
    std::sort(found.begin(), found.end(), [](const QJsonObject& a, const QJsonObject& b) { return field(a, "name") < field(b, "name"); });
    return paged(request, found, 20, 5, 50);
}

Response Simulator::listRecords(const Request& request, const Zone& zone) const
{
    std::vector<QJsonObject> found;
    std::copy_if(zone.records.all().begin(), zone.records.all().end(), std::back_inserter(found),
                 [&](const QJsonObject& record) { return passesFilters(request, record); });
    const QString order = request.queryValue(QStringLiteral("order"));
    if (!order.isEmpty()) {
        const auto before = [&](const QJsonObject& a, const QJsonObject& b) {
            const QJsonValue left = a.value(order);
            const QJsonValue right = b.value(order);
            return left.isDouble() ? left.toDouble() < right.toDouble() : left.toVariant().toString() < right.toVariant().toString();
        };
        std::stable_sort(found.begin(), found.end(), before);
        if (request.queryValue(QStringLiteral("direction")) == QLatin1String("desc"))
            std::reverse(found.begin(), found.end());
    }
    return paged(request, found, 100, 1, 5'000'000);
}

Response Simulator::changeOne(const Request& request, Zone& zone)
{
    const QString id = request.param(QStringLiteral("record"));
    const QJsonValue body = request.json();
    if (request.method != "DELETE" && !body.isObject())
        return failure({400, 9207, QStringLiteral("Failed to parse request body, check the JSON syntax."), 0, {}});
    Records::Outcome outcome = request.method == "POST" ? zone.records.create(body.toObject(), now())
        : request.method == "PUT"                       ? zone.records.put(id, body.toObject(), now())
        : request.method == "PATCH"                     ? zone.records.patch(id, body.toObject(), now())
                                                        : zone.records.remove(id);
    if (const auto* error = std::get_if<ApiError>(&outcome))
        return failure(*error);
    const QJsonObject record = std::get<QJsonObject>(outcome);
    committed(zone, {change(QString::fromLatin1(request.method.toLower()), record)});
    return success(request.method == "DELETE" ? QJsonObject{{QStringLiteral("id"), id}} : record);
}

Response Simulator::batch(const Request& request, Zone& zone)
{
    const QJsonValue body = request.json();
    if (!body.isObject())
        return failure({400, 9207, QStringLiteral("Failed to parse request body, check the JSON syntax."), 0, {}});
    const QJsonObject lists = body.toObject();
    Records trial = zone.records; // thrown away on the first error
    QJsonObject result;
    QJsonArray changes;
    int count = 0;
    for (const QString& kind : {QStringLiteral("deletes"), QStringLiteral("patches"), QStringLiteral("puts"), QStringLiteral("posts")}) {
        QJsonArray done;
        const QJsonArray list = lists.value(kind).toArray();
        for (const QJsonValue& value : list) {
            QJsonObject item = value.toObject();
            const QString id = field(item, "id");
            item.remove(QStringLiteral("id"));
            Records::Outcome outcome = kind == QLatin1String("deletes") ? trial.remove(id)
                : kind == QLatin1String("patches")                      ? trial.patch(id, item, now())
                : kind == QLatin1String("puts")                         ? trial.put(id, item, now())
                                                                        : trial.create(item, now());
            if (const auto* error = std::get_if<ApiError>(&outcome))
                return failure(*error);
            done.append(std::get<QJsonObject>(outcome));
            changes.append(change(kind.chopped(kind == QLatin1String("patches") ? 2 : 1), std::get<QJsonObject>(outcome)));
            ++count;
        }
        result.insert(kind, done);
    }
    if (count == 0 || count > batchLimit)
        return failure({400, 1004, QStringLiteral("A batch must hold between 1 and %1 changes.").arg(batchLimit), 0, {}});
    zone.records = std::move(trial);
    committed(zone, changes);
    return success(result);
}

} // namespace switchyard::cloudflare
