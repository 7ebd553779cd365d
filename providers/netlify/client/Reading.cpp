#include "providers/netlify/client/Factory.h"
#include "providers/netlify/client/Provider.h"
#include "providers/http/LogText.h"
#include "providers/http/Problems.h"

#include <algorithm>

namespace switchyard::netlify {

namespace {
constexpr int kPage = 100;

Service serviceFrom(const Site& site, const std::vector<SiteDeploy>& recent, const QString& account, const QString& app)
{
    Service out;
    out.id = site.id;
    out.ref = {account, app, site.id};
    out.name = site.name;
    out.kind = ServiceKind::Site;
    out.plan = site.json.textOr("plan");
    out.region = QStringLiteral("global");
    out.url = QStringLiteral("https://") + site.builtInHost;
    out.consoleUrl = site.json.textOr("admin_url");
    out.desired = 1;
    out.suspended = site.disabled;
    const http::Json live = site.json.optionalObject("published_deploy");
    out.commit = live.textOr("commit_ref");
    out.version = out.commit.isEmpty() ? site.published.left(8) : out.commit.left(7);
    out.maintenance = live.textOr("title").startsWith(QLatin1String(kMaintenanceMark));
    for (const SiteDeploy& one : recent) {
        if (one.deploy.id == site.published && one.isMaintenance())
            out.maintenance = true;
    }
    out.running = site.published.isEmpty() || site.disabled ? 0 : 1;
    const bool building = !recent.empty() && !recent.front().deploy.ended();
    const bool newestFailed = !recent.empty() && recent.front().deploy.state == Deploy::State::Failed;
    if (site.disabled)
        out.health = Health::Off;
    else if (out.maintenance)
        out.health = Health::Held;
    else if (building)
        out.health = Health::Working;
    else if (site.published.isEmpty())
        out.health = newestFailed ? Health::Failed : Health::Unknown;
    else
        out.health = newestFailed ? Health::Caution : Health::Ok;
    out.readAt = http::wallNow();
    return out;
}

} // namespace

QStringList Site::hosts() const
{
    QStringList out;
    if (!customDomain.isEmpty())
        out << customDomain;
    return out + aliases;
}

bool SiteDeploy::isMaintenance() const { return title.startsWith(QLatin1String(kMaintenanceMark)); }

QString SiteDeploy::before() const { return isMaintenance() ? title.section(QStringLiteral(" after "), 1).trimmed() : QString(); }

Task<http::Json> fetch(http::ApiClient api, http::Request request, std::stop_token stop)
{
    SY_CO_TRY(const http::Response response, co_await api.send(std::move(request), stop));
    http::Json json(response);
    SY_CO_CHECK(json.check());
    co_return json;
}

Task<http::Json> fetchAll(http::ApiClient api, http::Request request, int most, std::stop_token stop)
{
    QJsonArray all;
    const QString label = QStringLiteral("GET ") + request.path;
    const int perPage = std::clamp(most, 1, kPage);
    for (int page = 1; page < 500 && all.size() < most; ++page) {
        http::Request ask = request;
        ask.query.addQueryItem(QStringLiteral("page"), QString::number(page));
        ask.query.addQueryItem(QStringLiteral("per_page"), QString::number(perPage));
        SY_CO_TRY(const http::Response response, co_await api.send(std::move(ask), stop));
        const http::Json json(response);
        SY_CO_CHECK(json.check());
        const std::vector<http::Json> items = json.items();
        SY_CO_CHECK(json.check());
        for (const http::Json& item : items)
            all.append(item.raw());
        const QByteArray link = response.header("link");
        const bool more = link.isEmpty() ? items.size() >= static_cast<size_t>(perPage) : link.contains("rel=\"next\"") || link.contains("rel=next");
        if (!more || items.empty())
            break;
    }
    co_return http::Json(all, api.name(), label);
}

Site siteFrom(const http::Json& json)
{
    Site out{json.text("id"), json.text("name"), json.textOr("account_slug"), json.textOr("custom_domain"), {}, {}, false, false, {}, json};
    // The field is answered although the published description hasn't got it.
    out.builtInHost = json.textOr("default_domain", out.name + QStringLiteral(".netlify.app"));
    if (out.account.isEmpty())
        out.account = json.textOr("account_id");
    for (const http::Json& alias : json.listOr("domain_aliases"))
        out.aliases << alias.asText();
    out.published = json.optionalObject("published_deploy").textOr("id");
    const QJsonValue flag = json.raw()[QLatin1String("disabled")];
    out.disabled = flag.toBool() || json.textOr("state") == u"disabled";
    out.tellsDisabled = flag.isBool() || out.disabled;
    return out;
}

Task<Site> readSite(http::ApiClient api, Provider::Names names, ServiceRef ref, std::stop_token stop)
{
    const QString wanted = ref.service.isEmpty() ? ref.app : ref.service;
    const auto known = names->find(wanted);
    QString id = known == names->end() ? QString() : known->second;
    if (id.isEmpty()) {
        // The path takes ids and domains; a plain name has to be looked for.
        SY_CO_TRY(const http::Json list, co_await fetchAll(api, http::request("GET", "/sites"), 5000, stop));
        for (const http::Json& item : list.items()) {
            const Site one = siteFrom(item);
            if (one.id == wanted || one.name == wanted || one.builtInHost == wanted || one.hosts().contains(wanted))
                id = one.id;
        }
        SY_CO_CHECK(list.check());
    }
    if (id.isEmpty()) {
        Error error = Error::invalid(QStringLiteral("%1 has no site named %2 that this token may see.").arg(api.name(), wanted),
                                     QStringLiteral("The plan names something that isn't there."), QStringLiteral("Correct the name or id in the plan, or use a token of the team that holds it."));
        error.kind = ErrorKind::Http;
        error.code = QStringLiteral("404");
        co_return error;
    }
    names->insert_or_assign(wanted, id);
    SY_CO_TRY(const http::Json json, co_await fetch(api, http::request("GET", "/sites/%1", id), stop));
    Site out = siteFrom(json);
    SY_CO_CHECK(json.check());
    co_return out;
}

SiteDeploy deployFrom(const http::Json& json, const QString& published)
{
    SiteDeploy out;
    Deploy& deploy = out.deploy;
    deploy.id = json.text("id");
    deploy.providerState = json.textOr("state", QStringLiteral("new"));
    deploy.commit = json.textOr("commit_ref");
    deploy.createdAt = http::instant(json.textOr("created_at")).value_or(TimePoint{});
    out.title = json.textOr("title");
    out.context = json.textOr("context");
    out.draft = json.flagOr("draft", false);
    out.locked = json.flagOr("locked", false);
    out.publishedAt = http::instant(json.textOr("published_at"));
    const QString& s = deploy.providerState;
    using State = Deploy::State;
    if (json.flagOr("skipped", false))
        deploy.state = State::Cancelled;
    else if (s == u"ready")
        deploy.state = deploy.id == published ? State::Live : State::Superseded;
    else if (s == u"error" || s == u"rejected")
        deploy.state = State::Failed;
    else if (s == u"new" || s == u"pending_review" || s == u"accepted" || s == u"enqueued")
        deploy.state = State::Queued;
    else if (s.startsWith(QLatin1String("process")))
        deploy.state = State::Running;
    else
        deploy.state = State::Building;
    if (deploy.ended())
        deploy.finishedAt = http::instant(json.textOr("updated_at"));
    return out;
}

Task<std::vector<SiteDeploy>> deploysOf(http::ApiClient api, QString site, QString published, int most, std::stop_token stop)
{
    SY_CO_TRY(const http::Json list, co_await fetchAll(api, http::request("GET", "/sites/%1/deploys", site), most, stop));
    std::vector<SiteDeploy> out;
    for (const http::Json& item : list.items())
        out.push_back(deployFrom(item, published));
    SY_CO_CHECK(list.check());
    std::stable_sort(out.begin(), out.end(), [](const SiteDeploy& a, const SiteDeploy& b) { return a.deploy.createdAt > b.deploy.createdAt; });
    co_return out;
}

Task<AccountInfo> Provider::account(std::stop_token stop)
{
    const http::ApiClient api = m_api;
    SY_CO_TRY(const http::Json me, co_await fetch(api, http::request("GET", "/user"), stop));
    AccountInfo out;
    out.owner = me.textOr("email", me.textOr("full_name"));
    SY_CO_CHECK(me.check());
    out.callsLeft = api.callsLeft();
    co_return out;
}

Task<std::vector<AppSummary>> Provider::apps(std::stop_token stop)
{
    SY_CO_TRY(const http::Json list, co_await fetchAll(m_api, http::request("GET", "/sites"), 5000, stop));
    std::vector<AppSummary> out;
    for (const http::Json& item : list.items())
        out.push_back({item.text("id"), item.text("name"), QStringLiteral("global"), QStringLiteral("site")});
    SY_CO_CHECK(list.check());
    co_return out;
}

Task<std::vector<Service>> Provider::services(QString app, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    const QString accountName = m_account;
    std::vector<Service> out;
    if (!app.isEmpty()) {
        ServiceRef ref{accountName, app, {}};
        SY_CO_TRY(Service one, co_await service(ref, stop));
        one.ref.service = one.id;
        out.push_back(std::move(one));
        co_return out;
    }
    SY_CO_TRY(const http::Json list, co_await fetchAll(api, http::request("GET", "/sites"), 5000, stop));
    const std::vector<http::Json> items = list.items();
    for (const http::Json& item : items) {
        const Site site = siteFrom(item);
        SY_CO_TRY(const std::vector<SiteDeploy> recent, co_await deploysOf(api, site.id, site.published, 10, stop));
        out.push_back(serviceFrom(site, recent, accountName, app));
    }
    SY_CO_CHECK(list.check());
    co_return out;
}

Task<Service> Provider::service(ServiceRef ref, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    const QString accountName = m_account;
    SY_CO_TRY(const Site site, co_await readSite(api, m_names, ref, stop));
    SY_CO_TRY(const std::vector<SiteDeploy> recent, co_await deploysOf(api, site.id, site.published, 10, stop));
    Service out = serviceFrom(site, recent, accountName, ref.app);
    SY_CO_CHECK(site.json.check());
    out.ref = ref;
    co_return out;
}

} // namespace switchyard::netlify
