#include "providers/render/client/Provider.h"
#include "providers/http/LogText.h"
#include "providers/http/Problems.h"

#include <algorithm>

namespace switchyard::render {

namespace {
constexpr int kPage = 100;

ServiceKind kindOf(const QString& type)
{
    if (type == u"static_site")
        return ServiceKind::Site;
    if (type == u"background_worker")
        return ServiceKind::Worker;
    return type == u"cron_job" ? ServiceKind::Cron : ServiceKind::Web;
}

bool hasInstances(const QString& type) { return type == u"web_service" || type == u"private_service" || type == u"background_worker"; }

Health storeHealth(const QString& status, bool suspended)
{
    if (suspended || status == u"suspended")
        return Health::Off;
    if (status == u"available")
        return Health::Ok;
    if (status == u"creating" || status == u"config_restart" || status == u"updating_instance" || status == u"recovery_in_progress")
        return Health::Working;
    if (status.startsWith(QLatin1String("maintenance")))
        return Health::Caution;
    return status == u"unavailable" || status == u"recovery_failed" ? Health::Failed : Health::Unknown;
}

Service storeFrom(const http::Json& json, Thing::Kind kind, const QString& account, const QString& app)
{
    Service out;
    out.id = json.text("id");
    out.ref = {account, app, out.id};
    out.name = json.text("name");
    out.kind = kind == Thing::Kind::Postgres ? ServiceKind::Database : ServiceKind::Cache;
    out.plan = json.textOr("plan");
    out.region = json.textOr("region");
    out.version = json.textOr("version");
    const QString status = json.textOr("status", QStringLiteral("unknown"));
    out.suspended = status == u"suspended" || json.textOr("suspended") == u"suspended";
    out.health = storeHealth(status, out.suspended);
    out.desired = 1;
    out.running = out.health == Health::Ok || out.health == Health::Caution ? 1 : 0;
    if (json.textOr("role") == u"replica")
        out.note = QStringLiteral("replica");
    else if (json.has("expiresAt"))
        out.note = QStringLiteral("deleted on %1").arg(json.textOr("expiresAt").left(10));
    else if (out.health != Health::Ok)
        out.note = status;
    out.consoleUrl = json.textOr("dashboardUrl");
    out.readAt = http::wallNow();
    return out;
}

/// A service with its instances and the deploy that is live.
Task<Service> serviceFrom(http::ApiClient api, http::Json json, QString accountName, QString app, std::stop_token stop)
{
    Service out;
    out.id = json.text("id");
    out.ref = {accountName, app, out.id};
    out.name = json.text("name");
    const QString type = json.text("type");
    out.kind = kindOf(type);
    out.suspended = json.text("suspended") == u"suspended";
    const http::Json details = json.object("serviceDetails");
    out.plan = type == u"static_site" ? QStringLiteral("static") : details.textOr("plan");
    out.region = type == u"static_site" ? QStringLiteral("global") : details.textOr("region");
    out.url = details.textOr("url");
    out.desired = static_cast<int>(details.integerOr("numInstances", 1));
    out.maintenance = details.optionalObject("maintenanceMode").flagOr("enabled", false);
    out.note = type == u"private_service" ? QStringLiteral("private") : details.textOr("runtime", details.textOr("env"));
    out.consoleUrl = json.textOr("dashboardUrl");
    SY_CO_CHECK(json.check());

    if (hasInstances(type)) {
        SY_CO_TRY(const http::Json instances, co_await fetch(api, http::request("GET", "/services/%1/instances", out.id), stop));
        out.running = static_cast<int>(instances.items().size());
        SY_CO_CHECK(instances.check());
    } else {
        out.running = out.suspended ? 0 : out.desired;
    }
    http::Request ask = http::request("GET", "/services/%1/deploys", out.id);
    ask.query.addQueryItem(QStringLiteral("limit"), QStringLiteral("10"));
    SY_CO_TRY(const http::Json list, co_await fetch(api, std::move(ask), stop));
    bool everLive = false;
    Deploy newest;
    for (const http::Json& item : list.items()) {
        const Deploy one = deployFrom(item.object("deploy"));
        if (newest.id.isEmpty())
            newest = one;
        if (one.state == Deploy::State::Live && !everLive) {
            everLive = true;
            out.commit = one.commit;
        }
    }
    SY_CO_CHECK(list.check());
    out.version = out.commit.contains(u':') ? out.commit.section(u':', -1).left(12) : out.commit.left(7);
    if (out.suspended)
        out.health = out.running == 0 ? Health::Off : Health::Working;
    else if (!newest.id.isEmpty() && !newest.ended())
        out.health = Health::Working;
    else if (!everLive && newest.state == Deploy::State::Failed)
        out.health = Health::Failed;
    else if (out.running < out.desired)
        out.health = Health::Working;
    else if (newest.state == Deploy::State::Failed)
        out.health = Health::Caution; // the one before is still live
    else
        out.health = out.maintenance ? Health::Held : Health::Ok;
    out.readAt = http::wallNow();
    co_return out;
}

Error noSuchThing(const QString& provider, const QString& name)
{
    Error error = Error::invalid(QStringLiteral("%1 has no service, database or cache named %2 that this token may see.").arg(provider, name),
                                 QStringLiteral("The plan names something that isn't there."),
                                 QStringLiteral("Correct the name or id in the plan, or use a token of the workspace that holds it."));
    error.kind = ErrorKind::Http;
    error.code = QStringLiteral("404");
    return error;
}

} // namespace

const char* folderOf(Thing::Kind kind)
{
    switch (kind) {
    case Thing::Kind::Service: return "/services";
    case Thing::Kind::Postgres: return "/postgres";
    case Thing::Kind::KeyValue: return "/key-value";
    }
    return "/services";
}

http::Request lookAt(const Thing& thing)
{
    return http::request("GET", (QByteArray(folderOf(thing.kind)) + "/%1").constData(), thing.id);
}

Task<http::Json> fetch(http::ApiClient api, http::Request request, std::stop_token stop)
{
    SY_CO_TRY(const http::Response response, co_await api.send(std::move(request), stop));
    http::Json json(response);
    SY_CO_CHECK(json.check());
    co_return json;
}

Task<http::Json> fetchAll(http::ApiClient api, http::Request request, QString key, std::stop_token stop)
{
    QJsonArray all;
    QString call;
    QString cursor;
    const QByteArray field = key.toLatin1();
    for (int page = 0; page < 500; ++page) {
        http::Request ask = request;
        ask.query.addQueryItem(QStringLiteral("limit"), QString::number(kPage));
        if (!cursor.isEmpty())
            ask.query.addQueryItem(QStringLiteral("cursor"), QString::fromLatin1(QUrl::toPercentEncoding(cursor)));
        SY_CO_TRY(const http::Response response, co_await api.send(std::move(ask), stop));
        call = response.call;
        const http::Json json(response);
        SY_CO_CHECK(json.check());
        const std::vector<http::Json> items = json.items();
        for (const http::Json& item : items)
            all.append(item.object(field.constData()).raw());
        const QString last = items.empty() ? QString() : items.back().textOr("cursor");
        SY_CO_CHECK(json.check());
        // A short page is the end; the cursor of the last item asks for the next.
        if (items.size() < static_cast<size_t>(kPage) || last.isEmpty() || last == cursor)
            break;
        cursor = last;
    }
    co_return http::Json(all, api.name(), call);
}

Deploy deployFrom(const http::Json& deploy)
{
    Deploy out;
    out.id = deploy.text("id");
    out.providerState = deploy.textOr("status", QStringLiteral("created"));
    out.commit = deploy.optionalObject("commit").textOr("id");
    if (out.commit.isEmpty()) {
        const http::Json image = deploy.optionalObject("image");
        out.commit = image.textOr("sha", image.textOr("ref"));
    }
    out.createdAt = http::instant(deploy.textOr("createdAt")).value_or(TimePoint{});
    out.finishedAt = http::instant(deploy.textOr("finishedAt"));
    const QString& s = out.providerState;
    using State = Deploy::State;
    if (s == u"live")
        out.state = State::Live;
    else if (s == u"deactivated")
        out.state = State::Superseded;
    else if (s == u"canceled")
        out.state = State::Cancelled;
    else if (s.endsWith(QLatin1String("_failed")))
        out.state = State::Failed;
    else if (s == u"build_in_progress")
        out.state = State::Building;
    else if (s == u"pre_deploy_in_progress" || s == u"update_in_progress")
        out.state = State::Running;
    else
        out.state = State::Queued;
    return out;
}

Task<Thing> resolve(http::ApiClient api, Provider::Names names, ServiceRef ref, std::stop_token stop)
{
    const QString wanted = ref.service.isEmpty() ? ref.app : ref.service;
    const auto known = names->find(wanted);
    if (known != names->end()) {
        // QCoro 0.8 moves out of whatever lvalue is returned: never hand it something that is to be kept.
        const Thing copy = known->second;
        co_return copy;
    }
    std::vector<Thing> found;
    for (const Thing::Kind kind : {Thing::Kind::Service, Thing::Kind::Postgres, Thing::Kind::KeyValue}) {
        const QString key = kind == Thing::Kind::Service ? QStringLiteral("service") : kind == Thing::Kind::Postgres ? QStringLiteral("postgres") : QStringLiteral("keyValue");
        http::Request ask = http::request("GET", folderOf(kind));
        SY_CO_TRY(const http::Json list, co_await fetchAll(api, std::move(ask), key, stop));
        for (const http::Json& item : list.items()) {
            Thing thing;
            thing.kind = kind;
            thing.id = item.text("id");
            thing.name = item.text("name");
            if (kind == Thing::Kind::Service) {
                thing.type = item.text("type");
                thing.owner = item.text("ownerId");
            } else {
                thing.owner = item.optionalObject("owner").textOr("id");
            }
            if (thing.id == wanted || thing.name == wanted || item.textOr("slug") == wanted)
                found.push_back(thing);
            names->insert_or_assign(thing.id, thing);
        }
        SY_CO_CHECK(list.check());
        if (!found.empty())
            break;
    }
    if (found.empty())
        co_return noSuchThing(api.name(), wanted);
    if (found.size() > 1) {
        co_return Error::invalid(QStringLiteral("%1 has %2 things named %3.").arg(api.name()).arg(found.size()).arg(wanted),
                                 QStringLiteral("Switchyard doesn't guess which one is meant."), QStringLiteral("Write the id into the plan instead of the name."));
    }
    names->insert_or_assign(wanted, found.front());
    co_return found.front();
}

Task<AccountInfo> Provider::account(std::stop_token stop)
{
    const http::ApiClient api = m_api;
    SY_CO_TRY(const http::Json me, co_await fetch(api, http::request("GET", "/users"), stop));
    AccountInfo out;
    out.owner = me.text("email");
    SY_CO_CHECK(me.check());
    out.callsLeft = api.callsLeft();
    co_return out;
}

Task<std::vector<AppSummary>> Provider::apps(std::stop_token stop)
{
    const http::ApiClient api = m_api;
    std::vector<AppSummary> out;
    SY_CO_TRY(const http::Json services, co_await fetchAll(api, http::request("GET", "/services"), QStringLiteral("service"), stop));
    for (const http::Json& item : services.items())
        out.push_back({item.text("id"), item.text("name"), item.object("serviceDetails").textOr("region"), serviceKindName(kindOf(item.text("type")))});
    SY_CO_CHECK(services.check());
    SY_CO_TRY(const http::Json databases, co_await fetchAll(api, http::request("GET", "/postgres"), QStringLiteral("postgres"), stop));
    for (const http::Json& item : databases.items())
        out.push_back({item.text("id"), item.text("name"), item.textOr("region"), QStringLiteral("database")});
    SY_CO_CHECK(databases.check());
    SY_CO_TRY(const http::Json caches, co_await fetchAll(api, http::request("GET", "/key-value"), QStringLiteral("keyValue"), stop));
    for (const http::Json& item : caches.items())
        out.push_back({item.text("id"), item.text("name"), item.textOr("region"), QStringLiteral("cache")});
    SY_CO_CHECK(caches.check());
    co_return out;
}

Task<std::vector<Service>> Provider::services(QString app, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    const QString accountName = m_account;
    const Names names = m_names;
    const bool workspace = app.startsWith(QLatin1String("tea-")) || app.startsWith(QLatin1String("usr-"));
    std::vector<Service> out;
    if (!app.isEmpty() && !workspace) {
        ServiceRef ref{accountName, {}, app};
        SY_CO_ALIVE(stop);
        SY_CO_TRY(Service one, co_await service(ref, stop));
        out.push_back(std::move(one));
        co_return out;
    }
    for (const Thing::Kind kind : {Thing::Kind::Service, Thing::Kind::Postgres, Thing::Kind::KeyValue}) {
        const QString key = kind == Thing::Kind::Service ? QStringLiteral("service") : kind == Thing::Kind::Postgres ? QStringLiteral("postgres") : QStringLiteral("keyValue");
        http::Request ask = http::request("GET", folderOf(kind));
        if (workspace)
            ask.query.addQueryItem(QStringLiteral("ownerId"), app);
        SY_CO_TRY(const http::Json list, co_await fetchAll(api, std::move(ask), key, stop));
        const std::vector<http::Json> items = list.items();
        for (const http::Json& item : items) {
            if (kind != Thing::Kind::Service) {
                out.push_back(storeFrom(item, kind, accountName, app));
                continue;
            }
            SY_CO_TRY(Service one, co_await serviceFrom(api, item, accountName, app, stop));
            out.push_back(std::move(one));
        }
        SY_CO_CHECK(list.check());
    }
    co_return out;
}

Task<Service> Provider::service(ServiceRef ref, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    const QString accountName = m_account;
    SY_CO_TRY(const Thing thing, co_await resolve(api, m_names, ref, stop));
    SY_CO_TRY(const http::Json json, co_await fetch(api, lookAt(thing), stop));
    Service out;
    if (thing.kind == Thing::Kind::Service) {
        SY_CO_TRY(out, co_await serviceFrom(api, json, accountName, ref.app, stop));
    } else {
        out = storeFrom(json, thing.kind, accountName, ref.app);
        SY_CO_CHECK(json.check());
    }
    out.ref = ref;
    co_return out;
}

} // namespace switchyard::render
