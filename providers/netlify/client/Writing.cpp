#include "providers/netlify/client/Provider.h"
#include "providers/http/CompareAndSet.h"
#include "providers/http/LogText.h"
#include "providers/http/Problems.h"

#include "app/base/Redactor.h"
#include "app/base/CopyOf.h"

#include <algorithm>

namespace switchyard::netlify {

namespace {

http::Profile profileOf(const Account& account)
{
    http::Profile out;
    out.id = QStringLiteral("netlify");
    out.name = QStringLiteral("Netlify");
    out.baseUrl = QUrl(account.baseUrl.isEmpty() ? QStringLiteral("https://api.netlify.com/api/v1") : account.baseUrl);
    out.headers = {{"Accept", "application/json"}};
    const Secret token = account.token;
    Redactor::instance().learn(token);
    out.authorization = [token] { return token.isEmpty() ? Secret() : Secret(QByteArrayLiteral("Bearer ") + token.reveal()); };
    out.rate = {"x-ratelimit-remaining", "x-ratelimit-reset", http::RatePolicy::Reset::EpochSeconds, false};
    out.requestIdHeader = "x-nf-request-id";
    return out;
}

/// Without site_id a call on variables works on the whole team: every such request is made here.
http::Request onSite(http::Request request, const Site& site)
{
    request.query.addQueryItem(QStringLiteral("site_id"), site.id);
    return request;
}

} // namespace

/// One variable with the value that production sees.
struct Variable {
    QString key;
    QString context;    ///< "production", else "all"; empty: no value reaches production
    QString valueId;
    QString value;
    int values = 0;     ///< in all contexts
    bool secret = false;
};

/// The variables of a site.
struct Variables {
    Settings settings;
    std::vector<Variable> all;
    [[nodiscard]] const Variable* find(const QString& key) const
    {
        const auto it = std::find_if(all.begin(), all.end(), [&](const Variable& v) { return v.key == key; });
        return it == all.end() ? nullptr : &*it;
    }
};

namespace {

Task<Variables> variablesOf(http::ApiClient api, Site site, ServiceRef ref, std::stop_token stop)
{
    SY_CO_TRY(const http::Json list, co_await fetch(api, onSite(http::request("GET", "/accounts/%1/env", site.account), site), stop));
    Variables out;
    out.settings.service = ref;
    out.settings.readAt = http::wallNow();
    for (const http::Json& item : list.items()) {
        Variable one;
        one.key = item.text("key");
        one.secret = item.flagOr("is_secret", false);
        for (const http::Json& value : item.listOr("values")) {
            ++one.values;
            const QString context = value.textOr("context");
            const bool better = context == u"production" || (context == u"all" && one.context != u"production");
            if (better) {
                one.context = context;
                one.valueId = value.textOr("id");
                one.value = value.textOr("value");
            }
        }
        if (!one.context.isEmpty()) {
            Setting setting = http::makeSetting(one.key, one.secret ? QString() : one.value, QStringLiteral("set by hand"));
            setting.readable = !one.secret;
            setting.secret = setting.secret || one.secret;
            out.settings.entries.push_back(std::move(setting));
        }
        out.all.push_back(std::move(one));
    }
    SY_CO_CHECK(list.check());
    // Old sites keep variables in their build settings.
    const QJsonObject old = site.json.optionalObject("build_settings").optionalObject("env").raw().toObject();
    for (auto it = old.begin(); it != old.end(); ++it) {
        if (!out.settings.find(it.key()))
            out.settings.entries.push_back(http::makeSetting(it.key(), it.value().toString(), QStringLiteral("build")));
    }
    http::sortByKey(out.settings.entries);
    co_return out;
}

http::Request writeOf(const SettingChange& change, const Variable* found, const Site& site)
{
    if (!change.value) {
        if (found->values > 1)
            return onSite(http::request("DELETE", "/accounts/%1/env/%2/value/%3", site.account, found->key, found->valueId), site);
        return onSite(http::request("DELETE", "/accounts/%1/env/%2", site.account, found->key), site);
    }
    if (!found) {
        // Scopes are left out: naming them needs a paid plan.
        QJsonArray values;
        values.append(QJsonObject{{QStringLiteral("context"), QStringLiteral("all")}, {QStringLiteral("value"), change.value->revealText()}});
        QJsonArray body;
        body.append(QJsonObject{{QStringLiteral("key"), change.key}, {QStringLiteral("values"), values}});
        return onSite(http::requestWith(body, "POST", "/accounts/%1/env", site.account), site);
    }
    QJsonObject body;
    body.insert(QStringLiteral("context"), found->context.isEmpty() ? QStringLiteral("production") : found->context);
    body.insert(QStringLiteral("value"), change.value->revealText());
    http::Request out = onSite(http::requestWith(body, "PATCH", "/accounts/%1/env/%2", site.account, change.key), site);
    out.repeatable = true; // sets one value
    return out;
}

Task<> putDomains(http::ApiClient api, Site site, QString custom, QStringList aliases, std::stop_token stop)
{
    QJsonObject body;
    body.insert(QStringLiteral("custom_domain"), custom.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(custom));
    body.insert(QStringLiteral("domain_aliases"), QJsonArray::fromStringList(aliases));
    http::Request patch = http::requestWith(body, "PATCH", "/sites/%1", site.id);
    SY_CO_TRY(const http::Response written, co_await api.send(std::move(patch), stop));
    co_return Ok{};
}

Task<std::vector<DomainBinding>> bindingsOf(http::ApiClient api, Site site, std::stop_token stop)
{
    std::vector<DomainBinding> out;
    if (site.hosts().isEmpty())
        co_return out;
    auto asking = fetch(api, http::request("GET", "/sites/%1/ssl", site.id), stop);
    const Result<http::Json> ssl = co_await std::move(asking);
    SY_CO_ALIVE(stop);
    if (!ssl && ssl.error().code != u"404")
        co_return ssl.error();
    QString state;
    QStringList covered;
    if (ssl) {
        state = ssl->textOr("state");
        for (const http::Json& domain : ssl->listOr("domains"))
            covered << domain.asText();
        SY_CO_CHECK(ssl->check());
    }
    using Certificate = DomainBinding::Certificate;
    for (const QString& host : site.hosts()) {
        DomainBinding one;
        one.host = host;
        one.dnsTarget = site.builtInHost;
        one.certificateDetail = ssl ? state : QStringLiteral("none yet");
        const bool failed = state.contains(QLatin1String("fail")) || state.contains(QLatin1String("error"));
        const bool waiting = state.contains(QLatin1String("pending")) || state.contains(QLatin1String("new"));
        if (failed)
            one.certificate = Certificate::Failed;
        else
            one.certificate = ssl && !waiting && covered.contains(host) ? Certificate::Issued : Certificate::Waiting;
        one.verified = one.certificate == Certificate::Issued;
        out.push_back(std::move(one));
    }
    co_return out;
}

} // namespace

Provider::Provider(Account account, http::Options options)
    : m_account(account.name), m_api(profileOf(account), std::move(options)), m_names(std::make_shared<std::map<QString, QString>>())
{
}

Task<Settings> Provider::readSettings(ServiceRef ref, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    SY_CO_TRY(const Site site, co_await readSite(api, m_names, ref, stop));
    SY_CO_TRY(const Variables found, co_await variablesOf(api, site, ref, stop));
    co_return copyOf(found.settings);
}

Task<Settings> Provider::writeSettings(ServiceRef ref, std::vector<SettingChange> changes, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    SY_CO_TRY(const Site site, co_await readSite(api, m_names, ref, stop));
    SY_CO_TRY(const Variables now, co_await variablesOf(api, site, ref, stop));
    SY_CO_CHECK(http::checkExpected(api.name(), now.settings, changes));
    const std::vector<SettingChange> todo = http::stillToDo(now.settings, changes);
    for (const SettingChange& change : todo) {
        const Setting* found = now.settings.find(change.key);
        if (found && found->origin == u"build") {
            co_return Error::invalid(QStringLiteral("%1 is kept in the old build settings of %2.").arg(change.key, site.name), QStringLiteral("Nothing was written."),
                                     QStringLiteral("Move the site to environment variables at Netlify, then try again."));
        }
        if (change.value)
            http::learnSetting(change.key, change.value->reveal());
    }
    for (const SettingChange& change : todo) {
        http::Request call = writeOf(change, now.find(change.key), site);
        SY_CO_TRY(const http::Response written, co_await api.send(std::move(call), stop));
    }
    SY_CO_TRY(const Variables after, co_await variablesOf(api, site, ref, stop));
    SY_CO_CHECK(http::checkWritten(api.name(), after.settings, todo));
    co_return copyOf(after.settings);
}

Task<> Provider::scale(ServiceRef, int, int, std::stop_token)
{
    co_return http::notOffered(displayName(), QStringLiteral("a number of instances"), QStringLiteral("Publish the maintenance deploy, or disable the site."));
}

Task<> Provider::suspend(ServiceRef ref, bool suspended, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    SY_CO_TRY(const Site before, co_await readSite(api, m_names, ref, stop));
    if (before.tellsDisabled && before.disabled == suspended)
        co_return Ok{};
    http::Request put = http::request("PUT", suspended ? "/sites/%1/disable" : "/sites/%1/enable", before.id);
    if (suspended)
        put.query.addQueryItem(QStringLiteral("reason"), QStringLiteral("switchyard"));
    SY_CO_TRY(const http::Response accepted, co_await api.send(std::move(put), stop));
    SY_CO_ALIVE(stop);
    SY_CO_TRY(const Site after, co_await readSite(api, m_names, ref, stop));
    if (after.tellsDisabled && after.disabled != suspended)
        co_return http::notThere(api.name(), QStringLiteral("the state of %1").arg(before.name));
    co_return Ok{};
}

Task<> Provider::setMaintenance(ServiceRef ref, bool on, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    SY_CO_TRY(const Site site, co_await readSite(api, m_names, ref, stop));
    if (on) {
        SY_CO_CHECK(co_await holdByDeploy(api, site, stop));
    } else {
        SY_CO_CHECK(co_await releaseDeploy(api, site, stop));
    }
    co_return Ok{};
}

Task<std::vector<DomainBinding>> Provider::domains(ServiceRef ref, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    SY_CO_TRY(const Site site, co_await readSite(api, m_names, ref, stop));
    SY_CO_TRY(std::vector<DomainBinding> out, co_await bindingsOf(api, site, stop));
    co_return out;
}

Task<DomainBinding> Provider::addDomain(ServiceRef ref, QString host, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    const Names names = m_names;
    SY_CO_TRY(const Site before, co_await readSite(api, names, ref, stop));
    if (!before.hosts().contains(host)) {
        // The list of aliases is replaced as a whole: it is sent as it was read, with the new one.
        QStringList aliases = before.aliases;
        if (!before.customDomain.isEmpty())
            aliases << host;
        // Named first: GCC 12.2 frees the temporary of a conditional inside a co_await twice.
        const QString custom = before.customDomain.isEmpty() ? host : before.customDomain;
        SY_CO_CHECK(co_await putDomains(api, before, custom, aliases, stop));
    }
    SY_CO_TRY(const Site after, co_await readSite(api, names, ref, stop));
    SY_CO_TRY(const std::vector<DomainBinding> bindings, co_await bindingsOf(api, after, stop));
    for (const DomainBinding& one : bindings) {
        if (one.host == host)
            co_return one;
    }
    co_return http::notThere(api.name(), QStringLiteral("the domain %1").arg(host));
}

Task<> Provider::removeDomain(ServiceRef ref, QString host, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    const Names names = m_names;
    SY_CO_TRY(const Site before, co_await readSite(api, names, ref, stop));
    if (!before.hosts().contains(host))
        co_return Ok{};
    QStringList aliases = before.aliases;
    aliases.removeAll(host);
    const QString custom = before.customDomain == host ? QString() : before.customDomain;
    SY_CO_CHECK(co_await putDomains(api, before, custom, aliases, stop));
    SY_CO_TRY(const Site after, co_await readSite(api, names, ref, stop));
    if (after.hosts().contains(host))
        co_return http::notThere(api.name(), QStringLiteral("the domain %1").arg(host));
    co_return Ok{};
}

Task<> Provider::verifyDomain(ServiceRef, QString, std::stop_token)
{
    co_return Ok{}; // looks by itself
}

Task<std::vector<Deploy>> Provider::deploys(ServiceRef ref, int limit, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    SY_CO_TRY(const Site site, co_await readSite(api, m_names, ref, stop));
    SY_CO_TRY(const std::vector<SiteDeploy> list, co_await deploysOf(api, site.id, site.published, std::max(1, limit), stop));
    std::vector<Deploy> out;
    for (const SiteDeploy& one : list)
        out.push_back(one.deploy);
    co_return out;
}

Task<Deploy> Provider::startDeploy(ServiceRef ref, QString commit, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    SY_CO_TRY(const Site site, co_await readSite(api, m_names, ref, stop));
    QString started;
    if (commit.isEmpty()) {
        SY_CO_TRY(const http::Json build, co_await fetch(api, http::request("POST", "/sites/%1/builds", site.id), stop));
        started = build.text("deploy_id");
        SY_CO_CHECK(build.check());
    } else {
        SY_CO_TRY(const std::vector<SiteDeploy> list, co_await deploysOf(api, site.id, site.published, 300, stop));
        for (const SiteDeploy& one : list) {
            if (started.isEmpty() && one.deploy.commit.startsWith(commit) && one.deploy.providerState == u"ready" && !one.draft)
                started = one.deploy.id;
        }
        if (started.isEmpty()) {
            co_return http::notOffered(api.name(), QStringLiteral("a build of a chosen commit, and no finished deploy of %1 is there").arg(commit),
                                       QStringLiteral("Push the commit to the site's branch."));
        }
        SY_CO_TRY(const http::Response restored, co_await api.send(http::request("POST", "/sites/%1/deploys/%2/restore", site.id, started), stop));
    }
    SY_CO_TRY(const http::Json json, co_await fetch(api, http::request("GET", "/deploys/%1", started), stop));
    const SiteDeploy out = deployFrom(json, commit.isEmpty() ? site.published : started);
    SY_CO_CHECK(json.check());
    co_return copyOf(out.deploy);
}

Task<Deploy> Provider::deploy(ServiceRef ref, QString deployId, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    SY_CO_TRY(const Site site, co_await readSite(api, m_names, ref, stop));
    SY_CO_TRY(const http::Json json, co_await fetch(api, http::request("GET", "/deploys/%1", deployId), stop));
    const SiteDeploy out = deployFrom(json, site.published);
    SY_CO_CHECK(json.check());
    co_return copyOf(out.deploy);
}

Task<Secret> Provider::connectionUrl(ServiceRef, std::stop_token) { co_return http::notOffered(displayName(), QStringLiteral("databases")); }

Task<std::vector<AllowEntry>> Provider::allowList(ServiceRef, std::stop_token) { co_return http::notOffered(displayName(), QStringLiteral("databases")); }

Task<> Provider::setAllowList(ServiceRef, std::vector<AllowEntry>, std::vector<AllowEntry>, std::stop_token)
{
    co_return http::notOffered(displayName(), QStringLiteral("databases"));
}

Task<Backup> Provider::captureBackup(ServiceRef, std::stop_token) { co_return http::notOffered(displayName(), QStringLiteral("databases")); }

Task<std::vector<Backup>> Provider::backups(ServiceRef, std::stop_token) { co_return http::notOffered(displayName(), QStringLiteral("databases")); }

std::unique_ptr<LogSource> Provider::logs(ServiceRef ref) { return makeLogSource(m_api, m_names, std::move(ref)); }

} // namespace switchyard::netlify
