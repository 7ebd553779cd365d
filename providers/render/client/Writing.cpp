#include "providers/render/client/Provider.h"
#include "providers/http/CompareAndSet.h"
#include "providers/http/LogText.h"
#include "providers/http/Problems.h"

#include "app/base/Awaiters.h"
#include "app/base/CopyOf.h"
#include "app/base/Redactor.h"

#include <QUrl>

#include <algorithm>

namespace switchyard::render {

namespace {

http::Profile profileOf(const Account& account)
{
    http::Profile out;
    out.id = QStringLiteral("render");
    out.name = QStringLiteral("Render");
    out.baseUrl = QUrl(account.baseUrl.isEmpty() ? QStringLiteral("https://api.render.com/v1") : account.baseUrl);
    out.headers = {{"Accept", "application/json"}};
    const Secret token = account.token;
    Redactor::instance().learn(token);
    out.authorization = [token] { return token.isEmpty() ? Secret() : Secret(QByteArrayLiteral("Bearer ") + token.reveal()); };
    // Reset is seconds left; budgets are per class of call.
    out.rate = {"ratelimit-remaining", "ratelimit-reset", http::RatePolicy::Reset::SecondsLeft, true};
    out.requestIdHeader = "render-request-id";
    return out;
}

Error onlyFor(const QString& provider, const QString& what, const QString& name)
{
    return Error::invalid(QStringLiteral("%1 offers %2, but not for %3.").arg(provider, what, name), QStringLiteral("Nothing was sent."),
                          QStringLiteral("Take this step out of the plan, or name the right service."));
}

/// The variables of a service, then those of linked groups that the service doesn't set itself.
Task<Settings> settingsOf(http::ApiClient api, Thing thing, ServiceRef ref, std::stop_token stop)
{
    SY_CO_TRY(const http::Json own, co_await fetchAll(api, http::request("GET", "/services/%1/env-vars", thing.id), QStringLiteral("envVar"), stop));
    Settings out;
    out.service = ref;
    out.readAt = http::wallNow();
    for (const http::Json& item : own.items()) {
        const QString key = item.text("key");
        out.entries.push_back(http::makeSetting(key, item.text("value"), key.startsWith(QLatin1String("RENDER_")) ? QStringLiteral("injected") : QStringLiteral("set by hand")));
    }
    SY_CO_CHECK(own.check());

    http::Request ask = http::request("GET", "/env-groups");
    ask.query.addQueryItem(QStringLiteral("limit"), QStringLiteral("100"));
    auto asking = fetch(api, std::move(ask), stop);
    const Result<http::Json> groups = co_await std::move(asking);
    SY_CO_ALIVE(stop);
    if (!groups && groups.error().code != u"404")
        co_return groups.error();
    if (groups) {
        std::vector<QString> linked;
        for (const http::Json& group : groups->items()) {
            for (const http::Json& link : group.listOr("serviceLinks")) {
                if (link.textOr("id") == thing.id)
                    linked.push_back(group.text("id"));
            }
        }
        SY_CO_CHECK(groups->check());
        for (const QString& group : linked) {
            SY_CO_TRY(const http::Json vars, co_await fetch(api, http::request("GET", "/env-groups/%1", group), stop));
            for (const http::Json& item : vars.listOr("envVars")) {
                const QString key = item.text("key");
                if (!out.find(key))
                    out.entries.push_back(http::makeSetting(key, item.text("value"), QStringLiteral("group")));
            }
            SY_CO_CHECK(vars.check());
        }
    }
    http::sortByKey(out.entries);
    co_return out;
}

Task<bool> isSuspended(http::ApiClient api, Thing thing, std::stop_token stop)
{
    SY_CO_TRY(const http::Json json, co_await fetch(api, lookAt(thing), stop));
    const bool suspended = json.textOr("suspended") == u"suspended" || json.textOr("status") == u"suspended";
    SY_CO_CHECK(json.check());
    co_return suspended;
}

/// A 202 says "queued": looks until the thing shows it, and for services until no instance is left.
Task<> suspensionShows(http::ApiClient api, Thing thing, bool wanted, std::stop_token stop)
{
    const Milliseconds limit = api.options().pollLimit;
    const TimePoint start = http::wallNow();
    const bool countable = thing.kind == Thing::Kind::Service && thing.type != u"static_site" && thing.type != u"cron_job";
    while (true) {
        SY_CO_TRY(const bool is, co_await isSuspended(api, thing, stop));
        bool done = is == wanted;
        if (done && wanted && countable) {
            SY_CO_TRY(const http::Json instances, co_await fetch(api, http::request("GET", "/services/%1/instances", thing.id), stop));
            done = instances.items().empty();
            SY_CO_CHECK(instances.check());
        }
        if (done)
            co_return Ok{};
        if (http::wallNow() - start > limit)
            co_return http::waitedTooLong(api.name(), (wanted ? QStringLiteral("suspending %1") : QStringLiteral("resuming %1")).arg(thing.name), limit);
        SY_CO_CHECK(co_await sleepReal(api.options().pollEvery, stop));
    }
}

Task<int> instancesAsked(http::ApiClient api, Thing thing, std::stop_token stop)
{
    SY_CO_TRY(const http::Json json, co_await fetch(api, lookAt(thing), stop));
    const int asked = static_cast<int>(json.object("serviceDetails").integer("numInstances"));
    SY_CO_CHECK(json.check());
    co_return asked;
}

Task<std::vector<DomainBinding>> domainsOf(http::ApiClient api, Thing thing, std::stop_token stop)
{
    SY_CO_TRY(const http::Json json, co_await fetch(api, lookAt(thing), stop));
    // The API tells no target: it is the host of the built-in address, for an apex through ALIAS or a flattened CNAME.
    const QString target = QUrl(json.object("serviceDetails").textOr("url")).host();
    SY_CO_CHECK(json.check());
    SY_CO_TRY(const http::Json list, co_await fetchAll(api, http::request("GET", "/services/%1/custom-domains", thing.id), QStringLiteral("customDomain"), stop));
    std::vector<DomainBinding> out;
    for (const http::Json& item : list.items()) {
        DomainBinding one;
        one.host = item.text("name");
        one.dnsTarget = target;
        one.verified = item.textOr("verificationStatus") == u"verified";
        one.certificateDetail = QStringLiteral("Render doesn't tell; a TLS handshake does");
        one.redirectsTo = item.textOr("redirectForName");
        out.push_back(std::move(one));
    }
    SY_CO_CHECK(list.check());
    co_return out;
}

Task<std::vector<Deploy>> deploysOf(http::ApiClient api, QString id, int limit, std::stop_token stop)
{
    http::Request ask = http::request("GET", "/services/%1/deploys", id);
    ask.query.addQueryItem(QStringLiteral("limit"), QString::number(std::clamp(limit, 1, 100)));
    SY_CO_TRY(const http::Json json, co_await fetch(api, std::move(ask), stop));
    std::vector<Deploy> out;
    for (const http::Json& item : json.items())
        out.push_back(deployFrom(item.object("deploy")));
    SY_CO_CHECK(json.check());
    std::stable_sort(out.begin(), out.end(), [](const Deploy& a, const Deploy& b) { return a.createdAt > b.createdAt; });
    co_return out;
}

Task<std::vector<AllowEntry>> allowListOf(http::ApiClient api, Thing thing, std::stop_token stop)
{
    SY_CO_TRY(const http::Json json, co_await fetch(api, lookAt(thing), stop));
    std::vector<AllowEntry> out;
    // An empty list comes back as null; both mean "nobody from outside".
    for (const http::Json& item : json.listOr("ipAllowList"))
        out.push_back({item.text("cidrBlock"), item.textOr("description")});
    SY_CO_CHECK(json.check());
    co_return out;
}

bool sameList(std::vector<AllowEntry> a, std::vector<AllowEntry> b)
{
    const auto before = [](const AllowEntry& x, const AllowEntry& y) { return std::tie(x.cidr, x.description) < std::tie(y.cidr, y.description); };
    std::sort(a.begin(), a.end(), before);
    std::sort(b.begin(), b.end(), before);
    return a == b;
}

bool hasHost(const std::vector<DomainBinding>& list, const QString& host)
{
    return std::any_of(list.begin(), list.end(), [&](const DomainBinding& d) { return d.host == host; });
}

QString listText(const std::vector<AllowEntry>& list)
{
    QStringList out;
    for (const AllowEntry& entry : list)
        out << entry.cidr;
    out.sort();
    return out.isEmpty() ? QStringLiteral("empty") : out.join(QStringLiteral(", "));
}

Task<std::vector<Backup>> exportsOf(http::ApiClient api, QString id, std::stop_token stop)
{
    SY_CO_TRY(const http::Json json, co_await fetch(api, http::request("GET", "/postgres/%1/export", id), stop));
    std::vector<Backup> out;
    for (const http::Json& item : json.items()) {
        Backup one;
        one.id = item.text("id");
        one.name = one.id;
        one.createdAt = http::instant(item.textOr("createdAt")).value_or(TimePoint{});
        // The address appears when the export is finished; it is a credential and stays unread.
        one.state = item.has("url") ? Backup::State::Done : Backup::State::Running;
        out.push_back(std::move(one));
    }
    SY_CO_CHECK(json.check());
    std::stable_sort(out.begin(), out.end(), [](const Backup& a, const Backup& b) { return a.createdAt > b.createdAt; });
    co_return out;
}

} // namespace

Provider::Provider(Account account, http::Options options)
    : m_account(account.name), m_api(profileOf(account), std::move(options)), m_names(std::make_shared<std::map<QString, Thing>>())
{
}

Task<Settings> Provider::readSettings(ServiceRef ref, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    SY_CO_TRY(const Thing thing, co_await resolve(api, m_names, ref, stop));
    if (thing.kind != Thing::Kind::Service)
        co_return onlyFor(api.name(), QStringLiteral("settings for services"), thing.name);
    SY_CO_TRY(Settings out, co_await settingsOf(api, thing, ref, stop));
    co_return out;
}

Task<Settings> Provider::writeSettings(ServiceRef ref, std::vector<SettingChange> changes, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    SY_CO_TRY(const Thing thing, co_await resolve(api, m_names, ref, stop));
    if (thing.kind != Thing::Kind::Service)
        co_return onlyFor(api.name(), QStringLiteral("settings for services"), thing.name);
    SY_CO_TRY(Settings now, co_await settingsOf(api, thing, ref, stop));
    SY_CO_CHECK(http::checkExpected(api.name(), now, changes));
    const std::vector<SettingChange> todo = http::stillToDo(now, changes);
    if (todo.empty())
        co_return now;
    for (const SettingChange& change : todo) {
        const Setting* found = now.find(change.key);
        if (found && found->origin == u"group" && !change.value) {
            co_return Error::invalid(QStringLiteral("%1 comes from an environment group and can't be removed from the service.").arg(change.key),
                                     QStringLiteral("Nothing was written."), QStringLiteral("Unlink the group at Render, or set another value for this service."));
        }
        if (change.value)
            http::learnSetting(change.key, change.value->reveal());
    }
    // Key by key: the call that takes the whole list deletes what is not in it, and with it a key that somebody set since the read.
    for (const SettingChange& change : todo) {
        http::Request call = http::request("DELETE", "/services/%1/env-vars/%2", thing.id, change.key);
        if (change.value) {
            QJsonObject body;
            body.insert(QStringLiteral("value"), change.value->revealText());
            call = http::requestWith(body, "PUT", "/services/%1/env-vars/%2", thing.id, change.key);
        }
        SY_CO_TRY(const http::Response written, co_await api.send(std::move(call), stop));
    }
    SY_CO_TRY(Settings after, co_await settingsOf(api, thing, ref, stop));
    SY_CO_CHECK(http::checkWritten(api.name(), after, todo));
    co_return after;
}

Task<> Provider::scale(ServiceRef ref, int expected, int instances, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    SY_CO_TRY(const Thing thing, co_await resolve(api, m_names, ref, stop));
    if (thing.kind != Thing::Kind::Service || thing.type == u"static_site" || thing.type == u"cron_job")
        co_return onlyFor(api.name(), QStringLiteral("a number of instances"), thing.name);
    if (instances < 1) {
        co_return http::notOffered(api.name(), QStringLiteral("zero instances"), QStringLiteral("Suspend %1 instead: that stops it and can be undone.").arg(thing.name));
    }
    SY_CO_TRY(const int found, co_await instancesAsked(api, thing, stop));
    const QString what = QStringLiteral("the number of instances of %1").arg(thing.name);
    if (found != expected)
        co_return http::changedMeanwhile(api.name(), what, QString::number(expected), QString::number(found));
    if (found == instances)
        co_return Ok{};
    QJsonObject body;
    body.insert(QStringLiteral("numInstances"), instances);
    http::Request post = http::requestWith(body, "POST", "/services/%1/scale", thing.id);
    SY_CO_TRY(const http::Response written, co_await api.send(std::move(post), stop));
    const Milliseconds limit = api.options().pollLimit;
    const TimePoint start = http::wallNow();
    while (true) {
        SY_CO_TRY(const int after, co_await instancesAsked(api, thing, stop));
        if (after == instances)
            co_return Ok{};
        if (http::wallNow() - start > limit)
            co_return http::waitedTooLong(api.name(), QStringLiteral("scaling %1").arg(thing.name), limit);
        SY_CO_CHECK(co_await sleepReal(api.options().pollEvery, stop));
    }
}

Task<> Provider::suspend(ServiceRef ref, bool suspended, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    SY_CO_TRY(const Thing thing, co_await resolve(api, m_names, ref, stop));
    SY_CO_TRY(const bool was, co_await isSuspended(api, thing, stop));
    if (was != suspended) {
        const QByteArray pattern = QByteArray(folderOf(thing.kind)) + (suspended ? "/%1/suspend" : "/%1/resume");
        SY_CO_TRY(const http::Response written, co_await api.send(http::request("POST", pattern.constData(), thing.id), stop));
    }
    SY_CO_CHECK(co_await suspensionShows(api, thing, suspended, stop));
    co_return Ok{};
}

Task<> Provider::setMaintenance(ServiceRef ref, bool on, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    SY_CO_TRY(const Thing thing, co_await resolve(api, m_names, ref, stop));
    if (thing.kind != Thing::Kind::Service || thing.type != u"web_service")
        co_return onlyFor(api.name(), QStringLiteral("a maintenance mode for web services"), thing.name);
    SY_CO_TRY(const http::Json now, co_await fetch(api, lookAt(thing), stop));
    const http::Json mode = now.object("serviceDetails").optionalObject("maintenanceMode");
    const bool was = mode.flagOr("enabled", false);
    const QString uri = mode.textOr("uri");
    SY_CO_CHECK(now.check());
    if (was == on)
        co_return Ok{};
    // Both keys are required; the custom page stays what it was.
    QJsonObject maintenance;
    maintenance.insert(QStringLiteral("enabled"), on);
    maintenance.insert(QStringLiteral("uri"), uri);
    QJsonObject details;
    details.insert(QStringLiteral("maintenanceMode"), maintenance);
    QJsonObject body;
    body.insert(QStringLiteral("serviceDetails"), details);
    http::Request patch = http::requestWith(body, "PATCH", "/services/%1", thing.id);
    SY_CO_TRY(const http::Response written, co_await api.send(std::move(patch), stop));
    SY_CO_TRY(const http::Json after, co_await fetch(api, lookAt(thing), stop));
    const bool is = after.object("serviceDetails").optionalObject("maintenanceMode").flagOr("enabled", false);
    SY_CO_CHECK(after.check());
    if (is != on)
        co_return http::notThere(api.name(), QStringLiteral("maintenance of %1").arg(thing.name));
    co_return Ok{};
}

Task<std::vector<DomainBinding>> Provider::domains(ServiceRef ref, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    SY_CO_TRY(const Thing thing, co_await resolve(api, m_names, ref, stop));
    if (thing.kind != Thing::Kind::Service)
        co_return onlyFor(api.name(), QStringLiteral("custom domains for services"), thing.name);
    SY_CO_TRY(std::vector<DomainBinding> out, co_await domainsOf(api, thing, stop));
    co_return out;
}

Task<DomainBinding> Provider::addDomain(ServiceRef ref, QString host, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    SY_CO_TRY(const Thing thing, co_await resolve(api, m_names, ref, stop));
    SY_CO_TRY(const std::vector<DomainBinding> before, co_await domainsOf(api, thing, stop));
    for (const DomainBinding& one : before) {
        if (one.host == host)
            co_return one;
    }
    QJsonObject body;
    body.insert(QStringLiteral("name"), host);
    http::Request post = http::requestWith(body, "POST", "/services/%1/custom-domains", thing.id);
    SY_CO_TRY(const http::Response written, co_await api.send(std::move(post), stop));
    // The answer may hold a redirecting twin as well: read back what is there.
    SY_CO_TRY(const std::vector<DomainBinding> after, co_await domainsOf(api, thing, stop));
    for (const DomainBinding& one : after) {
        if (one.host == host)
            co_return one;
    }
    co_return http::notThere(api.name(), QStringLiteral("the domain %1").arg(host));
}

Task<> Provider::removeDomain(ServiceRef ref, QString host, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    SY_CO_TRY(const Thing thing, co_await resolve(api, m_names, ref, stop));
    SY_CO_TRY(const std::vector<DomainBinding> before, co_await domainsOf(api, thing, stop));
    if (!hasHost(before, host))
        co_return Ok{};
    SY_CO_TRY(const http::Response gone, co_await api.send(http::request("DELETE", "/services/%1/custom-domains/%2", thing.id, host), stop));
    SY_CO_TRY(const std::vector<DomainBinding> after, co_await domainsOf(api, thing, stop));
    if (hasHost(after, host))
        co_return http::notThere(api.name(), QStringLiteral("the domain %1").arg(host));
    co_return Ok{};
}

Task<> Provider::verifyDomain(ServiceRef ref, QString host, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    SY_CO_TRY(const Thing thing, co_await resolve(api, m_names, ref, stop));
    http::Request post = http::request("POST", "/services/%1/custom-domains/%2/verify", thing.id, host);
    post.repeatable = true; // it only asks Render to look again
    SY_CO_TRY(const http::Response accepted, co_await api.send(std::move(post), stop));
    co_return Ok{};
}

Task<std::vector<Deploy>> Provider::deploys(ServiceRef ref, int limit, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    SY_CO_TRY(const Thing thing, co_await resolve(api, m_names, ref, stop));
    SY_CO_TRY(std::vector<Deploy> out, co_await deploysOf(api, thing.id, limit, stop));
    co_return out;
}

Task<Deploy> Provider::startDeploy(ServiceRef ref, QString commit, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    SY_CO_TRY(const Thing thing, co_await resolve(api, m_names, ref, stop));
    if (thing.kind != Thing::Kind::Service)
        co_return onlyFor(api.name(), QStringLiteral("deploys of services"), thing.name);
    SY_CO_TRY(const std::vector<Deploy> before, co_await deploysOf(api, thing.id, 20, stop));
    QJsonObject body;
    body.insert(QStringLiteral("clearCache"), QStringLiteral("do_not_clear"));
    if (!commit.isEmpty())
        body.insert(commit.contains(u'/') || commit.contains(u':') ? QStringLiteral("imageUrl") : QStringLiteral("commitId"), commit);
    http::Request post = http::requestWith(body, "POST", "/services/%1/deploys", thing.id);
    SY_CO_TRY(const http::Response answer, co_await api.send(std::move(post), stop));
    if (!answer.body.trimmed().isEmpty()) {
        const http::Json json(answer);
        Deploy out = deployFrom(json);
        SY_CO_CHECK(json.check());
        co_return out;
    }
    // 202 with an empty body: queued, without an id. The first deploy that wasn't there before is the one.
    const Milliseconds limit = api.options().pollLimit;
    const TimePoint start = http::wallNow();
    while (true) {
        SY_CO_TRY(const std::vector<Deploy> now, co_await deploysOf(api, thing.id, 20, stop));
        for (auto it = now.rbegin(); it != now.rend(); ++it) {
            const bool old = std::any_of(before.begin(), before.end(), [&](const Deploy& d) { return d.id == it->id; });
            if (!old && (before.empty() || it->createdAt >= before.front().createdAt))
                co_return copyOf(*it);
        }
        if (http::wallNow() - start > limit)
            co_return http::waitedTooLong(api.name(), QStringLiteral("queueing a deploy of %1").arg(thing.name), limit);
        SY_CO_CHECK(co_await sleepReal(api.options().pollEvery, stop));
    }
}

Task<Deploy> Provider::deploy(ServiceRef ref, QString deployId, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    SY_CO_TRY(const Thing thing, co_await resolve(api, m_names, ref, stop));
    SY_CO_TRY(const http::Json json, co_await fetch(api, http::request("GET", "/services/%1/deploys/%2", thing.id, deployId), stop));
    Deploy out = deployFrom(json);
    SY_CO_CHECK(json.check());
    co_return out;
}

Task<Secret> Provider::connectionUrl(ServiceRef ref, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    SY_CO_TRY(const Thing thing, co_await resolve(api, m_names, ref, stop));
    if (thing.kind == Thing::Kind::Service)
        co_return onlyFor(api.name(), QStringLiteral("connection strings of databases and caches"), thing.name);
    const QByteArray pattern = QByteArray(folderOf(thing.kind)) + "/%1/connection-info";
    SY_CO_TRY(const http::Json json, co_await fetch(api, http::request("GET", pattern.constData(), thing.id), stop));
    const QString text = json.text("externalConnectionString");
    SY_CO_CHECK(json.check());
    Secret out(text);
    Redactor::instance().learn(out);
    http::learnSetting(QStringLiteral("DATABASE_URL"), text.toUtf8());
    if (json.has("password"))
        Redactor::instance().learn(Secret(json.textOr("password")));
    co_return out;
}

Task<std::vector<AllowEntry>> Provider::allowList(ServiceRef ref, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    SY_CO_TRY(const Thing thing, co_await resolve(api, m_names, ref, stop));
    if (thing.kind == Thing::Kind::Service)
        co_return onlyFor(api.name(), QStringLiteral("an allow list for databases and caches"), thing.name);
    SY_CO_TRY(std::vector<AllowEntry> out, co_await allowListOf(api, thing, stop));
    co_return out;
}

Task<> Provider::setAllowList(ServiceRef ref, std::vector<AllowEntry> expected, std::vector<AllowEntry> wanted, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    SY_CO_TRY(const Thing thing, co_await resolve(api, m_names, ref, stop));
    if (thing.kind == Thing::Kind::Service)
        co_return onlyFor(api.name(), QStringLiteral("an allow list for databases and caches"), thing.name);
    SY_CO_TRY(const std::vector<AllowEntry> found, co_await allowListOf(api, thing, stop));
    const QString what = QStringLiteral("the allow list of %1").arg(thing.name);
    if (sameList(found, wanted))
        co_return Ok{};
    if (!sameList(found, expected))
        co_return http::changedMeanwhile(api.name(), what, listText(expected), listText(found));
    QJsonArray list;
    for (const AllowEntry& entry : wanted)
        list.append(QJsonObject{{QStringLiteral("cidrBlock"), entry.cidr}, {QStringLiteral("description"), entry.description}});
    QJsonObject body;
    body.insert(QStringLiteral("ipAllowList"), list);
    const QByteArray pattern = QByteArray(folderOf(thing.kind)) + "/%1";
    http::Request patch = http::requestWith(body, "PATCH", pattern.constData(), thing.id);
    SY_CO_TRY(const http::Response written, co_await api.send(std::move(patch), stop));
    SY_CO_TRY(const std::vector<AllowEntry> after, co_await allowListOf(api, thing, stop));
    if (!sameList(after, wanted))
        co_return http::notThere(api.name(), what);
    co_return Ok{};
}

Task<Backup> Provider::captureBackup(ServiceRef ref, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    SY_CO_TRY(const Thing thing, co_await resolve(api, m_names, ref, stop));
    if (thing.kind != Thing::Kind::Postgres)
        co_return onlyFor(api.name(), QStringLiteral("exports of databases"), thing.name);
    SY_CO_TRY(const std::vector<Backup> before, co_await exportsOf(api, thing.id, stop));
    SY_CO_TRY(const http::Response accepted, co_await api.send(http::request("POST", "/postgres/%1/export", thing.id), stop));
    const Milliseconds limit = api.options().pollLimit;
    const TimePoint start = http::wallNow();
    while (true) {
        SY_CO_TRY(const std::vector<Backup> now, co_await exportsOf(api, thing.id, stop));
        for (const Backup& one : now) {
            if (std::none_of(before.begin(), before.end(), [&](const Backup& b) { return b.id == one.id; }))
                co_return one;
        }
        if (http::wallNow() - start > limit)
            co_return http::waitedTooLong(api.name(), QStringLiteral("starting an export of %1").arg(thing.name), limit);
        SY_CO_CHECK(co_await sleepReal(api.options().pollEvery, stop));
    }
}

Task<std::vector<Backup>> Provider::backups(ServiceRef ref, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    SY_CO_TRY(const Thing thing, co_await resolve(api, m_names, ref, stop));
    if (thing.kind != Thing::Kind::Postgres)
        co_return onlyFor(api.name(), QStringLiteral("exports of databases"), thing.name);
    SY_CO_TRY(std::vector<Backup> out, co_await exportsOf(api, thing.id, stop));
    co_return out;
}

std::unique_ptr<LogSource> Provider::logs(ServiceRef ref) { return makeLogSource(m_api, m_names, std::move(ref)); }

} // namespace switchyard::render
