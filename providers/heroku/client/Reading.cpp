#include "providers/heroku/client/Provider.h"
#include "providers/http/LogText.h"
#include "providers/http/Problems.h"

#include <QRegularExpression>

#include <algorithm>
#include <map>

namespace switchyard::heroku {

Task<http::Json> fetch(http::ApiClient api, http::Request request, std::stop_token stop)
{
    SY_CO_TRY(const http::Response response, co_await api.send(std::move(request), stop));
    http::Json json(response);
    SY_CO_CHECK(json.check());
    co_return json;
}

Task<http::Json> fetchAll(http::ApiClient api, http::Request request, std::stop_token stop)
{
    // Ranges are the provider's paging: 206 with Next-Range until a 200 ends the list.
    const bool ownRange = std::any_of(request.headers.begin(), request.headers.end(), [](const http::Header& h) { return h.first == "Range"; });
    if (!ownRange)
        request.headers.emplace_back("Range", "id ..; max=200;");
    QJsonArray all;
    QString call;
    for (int page = 0; page < 500; ++page) {
        SY_CO_TRY(const http::Response response, co_await api.send(request, stop));
        const http::Json json(response);
        SY_CO_CHECK(json.check());
        call = response.call;
        const std::vector<http::Json> items = json.items();
        SY_CO_CHECK(json.check());
        for (const http::Json& item : items)
            all.append(item.raw());
        const QByteArray next = response.header("next-range");
        if (response.status != 206 || next.isEmpty())
            break;
        for (http::Header& header : request.headers) {
            if (header.first == "Range")
                header.second = next;
        }
    }
    co_return http::Json(all, api.name(), call);
}

namespace {

int memoryOf(const QString& size)
{
    static const std::map<QString, int> known{{QStringLiteral("eco"), 512}, {QStringLiteral("basic"), 512}, {QStringLiteral("standard-1x"), 512},
                                              {QStringLiteral("standard-2x"), 1024}, {QStringLiteral("performance-m"), 2560},
                                              {QStringLiteral("performance-l"), 14336}};
    const auto it = known.find(size.toLower());
    return it == known.end() ? -1 : it->second;
}

ServiceKind kindOf(const QString& type)
{
    if (type == u"web")
        return ServiceKind::Web;
    static const QRegularExpression clock(QStringLiteral("^(clock|cron|beat|scheduler|ticker)"), QRegularExpression::CaseInsensitiveOption);
    return clock.match(type).hasMatch() ? ServiceKind::Cron : ServiceKind::Worker;
}

/// "celery -A projectify worker" -> "celery"; a leading path, `exec`, `env` and NAME=value are no use to a reader.
QString programOf(const QString& command)
{
    for (const QString& word : command.split(u' ', Qt::SkipEmptyParts)) {
        if (word.contains(u'=') || word == u"exec" || word == u"env" || word == u"poetry" || word == u"run")
            continue;
        return word.section(u'/', -1);
    }
    return {};
}

QString commitOf(const QString& description)
{
    static const QRegularExpression form(QStringLiteral("^Deploy(?:ed)? ([0-9a-f]{7,40})\\b"));
    return form.match(description).captured(1);
}

/// The display list of the data host: name -> first value.
QString infoValue(const http::Json& info, const char* name)
{
    for (const http::Json& row : info.listOr("info")) {
        if (row.textOr("name") != QLatin1String(name))
            continue;
        const QJsonArray values = row.raw()[QLatin1String("values")].toArray();
        return values.isEmpty() ? QString() : values.first().toVariant().toString();
    }
    return {};
}

} // namespace

bool AddOn::answersTo(const QString& word) const
{
    return word == name || word == id || configVars.contains(word) || configVars.contains(word + QStringLiteral("_URL"));
}

Task<std::vector<AddOn>> addOnsOf(http::ApiClient api, QString app, std::stop_token stop)
{
    http::Request request = http::request("GET", "/apps/%1/addons", app);
    request.headers.emplace_back("Accept-Expansion", "addon_service,plan");
    SY_CO_TRY(const http::Json json, co_await fetchAll(api, std::move(request), stop));
    std::vector<AddOn> out;
    for (const http::Json& item : json.items()) {
        AddOn one;
        one.id = item.text("id");
        one.name = item.text("name");
        one.service = item.object("addon_service").text("name");
        one.plan = item.object("plan").text("name");
        one.state = item.textOr("state");
        one.ownerApp = item.optionalObject("app").textOr("name", app);
        for (const http::Json& key : item.listOr("config_vars"))
            one.configVars << key.asText();
        out.push_back(std::move(one));
    }
    SY_CO_CHECK(json.check());
    co_return out;
}

Task<AccountInfo> Provider::account(std::stop_token stop)
{
    const http::ApiClient api = m_api;
    SY_CO_TRY(const http::Json me, co_await fetch(api, http::request("GET", "/account"), stop));
    AccountInfo out;
    out.owner = me.text("email");
    SY_CO_CHECK(me.check());
    // This call is free of the budget it reports.
    SY_CO_TRY(const http::Json limits, co_await fetch(api, http::request("GET", "/account/rate-limits"), stop));
    out.callsLeft = limits.integer("remaining");
    SY_CO_CHECK(limits.check());
    co_return out;
}

Task<std::vector<AppSummary>> Provider::apps(std::stop_token stop)
{
    SY_CO_TRY(const http::Json json, co_await fetchAll(m_api, http::request("GET", "/apps"), stop));
    std::vector<AppSummary> out;
    for (const http::Json& app : json.items())
        out.push_back({app.text("id"), app.text("name"), app.object("region").text("name"), QStringLiteral("app")});
    SY_CO_CHECK(json.check());
    co_return out;
}

Task<std::vector<Service>> Provider::processes(QString app, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    const QString accountName = m_account;
    SY_CO_TRY(const http::Json info, co_await fetch(api, http::request("GET", "/apps/%1", app), stop));
    SY_CO_TRY(const http::Json formation, co_await fetchAll(api, http::request("GET", "/apps/%1/formation", app), stop));
    SY_CO_TRY(const http::Json dynos, co_await fetchAll(api, http::request("GET", "/apps/%1/dynos", app), stop));
    http::Request newest = http::request("GET", "/apps/%1/releases", app);
    newest.headers.emplace_back("Range", "version ..; max=15, order=desc");
    SY_CO_TRY(const http::Response releasePage, co_await api.send(std::move(newest), stop));

    QString version;
    QString slug;
    QString commit;
    const http::Json releases(releasePage);
    for (const http::Json& release : releases.items()) {
        if (commit.isEmpty())
            commit = commitOf(release.textOr("description"));
        if (version.isEmpty() && release.flagOr("current", false)) {
            version = QStringLiteral("v%1").arg(release.integer("version"));
            slug = release.optionalObject("slug").textOr("id");
        }
    }
    SY_CO_CHECK(releases.check());
    if (!slug.isEmpty()) {
        // The slug knows the whole commit; an old one may be gone, and then the description has to do.
        auto asking = fetch(api, http::request("GET", "/apps/%1/slugs/%2", app, slug), stop);
        const Result<http::Json> found = co_await std::move(asking);
        SY_CO_ALIVE(stop);
        if (found && !found->textOr("commit").isEmpty())
            commit = found->textOr("commit");
    }

    const QString name = info.text("name");
    const QString region = info.object("region").text("name");
    const bool maintenance = info.flag("maintenance");
    const QString url = info.textOr("web_url");
    SY_CO_CHECK(info.check());

    std::map<QString, int> up;
    std::map<QString, int> crashed;
    for (const http::Json& dyno : dynos.items()) {
        const QString state = dyno.text("state");
        const QString type = dyno.text("type");
        up[type] += state == u"up" || state == u"idle" ? 1 : 0;
        crashed[type] += state == u"crashed" ? 1 : 0;
    }
    SY_CO_CHECK(dynos.check());

    std::vector<Service> out;
    const TimePoint now = http::wallNow();
    for (const http::Json& row : formation.items()) {
        Service one;
        const QString type = row.text("type");
        if (type == u"release")
            continue; // runs once in every release, never as an instance
        one.ref = {accountName, app, type};
        one.id = row.text("id");
        one.name = type;
        one.kind = kindOf(type);
        one.plan = row.optionalObject("dyno_size").textOr("name", row.textOr("size"));
        one.memoryMb = memoryOf(one.plan);
        one.region = region;
        one.version = version;
        one.commit = commit;
        one.note = programOf(row.textOr("command"));
        one.url = type == u"web" ? url : QString();
        one.desired = static_cast<int>(row.integer("quantity"));
        one.running = up[type];
        one.maintenance = maintenance && type == u"web";
        one.consoleUrl = QStringLiteral("https://dashboard.heroku.com/apps/") + name;
        one.readAt = now;
        if (crashed[type] > 0)
            one.health = Health::Failed;
        else if (one.desired == 0)
            one.health = one.running == 0 ? Health::Off : Health::Working;
        else if (one.running != one.desired)
            one.health = Health::Working;
        else
            one.health = one.maintenance ? Health::Held : Health::Ok;
        out.push_back(std::move(one));
    }
    SY_CO_CHECK(formation.check());
    std::stable_sort(out.begin(), out.end(), [](const Service& a, const Service& b) { return a.kind < b.kind; });
    co_return out;
}

Task<std::vector<Service>> Provider::stores(QString app, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    const http::ApiClient data = m_data;
    const QString accountName = m_account;
    SY_CO_TRY(const std::vector<AddOn> addOns, co_await addOnsOf(api, app, stop));
    SY_CO_TRY(const http::Json appInfo, co_await fetch(api, http::request("GET", "/apps/%1", app), stop));
    const QString region = appInfo.object("region").text("name");
    SY_CO_CHECK(appInfo.check());
    std::vector<Service> out;
    for (const AddOn& addOn : addOns) {
        const bool postgres = addOn.service == u"heroku-postgresql";
        const bool redis = addOn.service == u"heroku-redis";
        if (!postgres && !redis)
            continue;
        Service one;
        one.ref = {accountName, app, addOn.name};
        one.id = addOn.id;
        one.name = addOn.name;
        one.kind = postgres ? ServiceKind::Database : ServiceKind::Cache;
        one.plan = addOn.plan.section(u':', 1);
        one.region = region;
        one.desired = 1;
        one.consoleUrl = QStringLiteral("https://data.heroku.com/datastores/") + addOn.id;
        auto asking = fetch(data, postgres ? http::request("GET", "/client/v11/databases/%1", addOn.id) : http::request("GET", "/redis/v0/databases/%1", addOn.id), stop);
        const Result<http::Json> answer = co_await std::move(asking);
        SY_CO_ALIVE(stop);
        one.readAt = http::wallNow();
        if (!answer) {
            // 404 is the data host's word for "not provisioned yet".
            if (answer.error().code != u"404")
                co_return answer.error();
            one.health = addOn.state == u"provisioned" && redis ? Health::Ok : Health::Working;
            one.note = addOn.state == u"provisioned" ? QString() : addOn.state;
            out.push_back(std::move(one));
            continue;
        }
        const http::Json& info = *answer;
        if (postgres) {
            one.version = infoValue(info, "PG Version");
            one.size = Bytes{info.integerOr("num_bytes", -1)};
            const QString status = infoValue(info, "Status");
            const bool waiting = info.flagOr("waiting?", false);
            one.health = waiting ? Health::Working : status.isEmpty() || status == u"Available" ? Health::Ok : Health::Caution;
            one.note = infoValue(info, "Connections").isEmpty() ? status : infoValue(info, "Connections") + QStringLiteral(" connections");
        } else {
            one.version = infoValue(info, "Version");
            if (one.version.isEmpty() && info.has("version"))
                one.version = info.textOrNumber("version");
            const QString status = infoValue(info, "Status");
            one.health = status.isEmpty() || status.compare(QLatin1String("available"), Qt::CaseInsensitive) == 0 ? Health::Ok : Health::Caution;
        }
        one.running = one.health == Health::Ok ? 1 : 0;
        SY_CO_CHECK(info.check());
        out.push_back(std::move(one));
    }
    co_return out;
}

Task<std::vector<Service>> Provider::services(QString app, std::stop_token stop)
{
    SY_CO_TRY(std::vector<Service> out, co_await processes(app, stop));
    SY_CO_ALIVE(stop);
    SY_CO_TRY(std::vector<Service> more, co_await stores(app, stop));
    out.insert(out.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    co_return out;
}

Task<Service> Provider::service(ServiceRef ref, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    const QString wanted = ref.service.isEmpty() ? QStringLiteral("web") : ref.service;
    SY_CO_TRY(const std::vector<Service> running, co_await processes(ref.app, stop));
    SY_CO_ALIVE(stop);
    for (const Service& one : running) {
        if (one.ref.service == wanted || one.id == wanted)
            co_return one;
    }
    SY_CO_TRY(const AddOn found, co_await addOn(ref, stop));
    SY_CO_ALIVE(stop);
    SY_CO_TRY(const std::vector<Service> kept, co_await stores(ref.app, stop));
    for (const Service& one : kept) {
        if (one.id == found.id)
            co_return one;
    }
    co_return http::notOffered(api.name(), QStringLiteral("figures of the add-on %1").arg(found.name));
}

Task<AddOn> Provider::addOn(ServiceRef ref, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    SY_CO_TRY(const std::vector<AddOn> all, co_await addOnsOf(api, ref.app, stop));
    for (const AddOn& one : all) {
        if (one.answersTo(ref.service))
            co_return one;
    }
    Error error = Error::invalid(QStringLiteral("The app %1 has no process, database or cache named %2 at %3.").arg(ref.app, ref.service, api.name()),
                                 QStringLiteral("The plan names something that isn't there."),
                                 QStringLiteral("Correct the name in the plan: a process type, or the name of the add-on."));
    error.kind = ErrorKind::Http;
    error.code = QStringLiteral("404");
    co_return error;
}

} // namespace switchyard::heroku
