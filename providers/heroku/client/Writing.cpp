#include "providers/heroku/client/Provider.h"
#include "providers/http/CompareAndSet.h"
#include "providers/http/LogText.h"
#include "providers/http/Problems.h"

#include "app/base/Redactor.h"

#include <QRegularExpression>

#include <algorithm>
#include <set>

namespace switchyard::heroku {

namespace {

http::Profile profileOf(const Account& account, const QString& url, const QString& fallback)
{
    http::Profile out;
    out.id = QStringLiteral("heroku");
    out.name = QStringLiteral("Heroku");
    out.baseUrl = QUrl(url.isEmpty() ? fallback : url);
    // Without this very Accept the answer is 406.
    out.headers = {{"Accept", "application/vnd.heroku+json; version=3"}};
    const Secret token = account.token;
    Redactor::instance().learn(token);
    out.authorization = [token] { return token.isEmpty() ? Secret() : Secret(QByteArrayLiteral("Bearer ") + token.reveal()); };
    out.rate.remaining = "ratelimit-remaining";
    out.requestIdHeader = "request-id";
    return out;
}

QString plainVersion(const QString& id)
{
    static const QRegularExpression versioned(QStringLiteral("^v\\d+$"));
    return versioned.match(id).hasMatch() ? id.mid(1) : id;
}

Deploy deployFrom(const http::Json& release)
{
    static const QRegularExpression form(QStringLiteral("^Deploy(?:ed)? ([0-9a-f]{7,40})\\b"));
    Deploy out;
    out.id = QStringLiteral("v%1").arg(release.integer("version"));
    out.providerState = release.text("status");
    out.commit = form.match(release.textOr("description")).captured(1);
    out.createdAt = http::instant(release.textOr("created_at")).value_or(TimePoint{});
    const bool current = release.flagOr("current", false);
    if (out.providerState == u"pending")
        out.state = Deploy::State::Running;
    else if (out.providerState == u"succeeded")
        out.state = current ? Deploy::State::Live : Deploy::State::Superseded;
    else
        out.state = Deploy::State::Failed;
    if (out.ended())
        out.finishedAt = http::instant(release.textOr("updated_at"));
    return out;
}

DomainBinding domainFrom(const http::Json& domain)
{
    DomainBinding out;
    out.host = domain.text("hostname");
    out.dnsTarget = domain.textOr("cname");
    const QString acm = domain.textOr("acm_status");
    out.certificateDetail = acm;
    const QString reason = domain.textOr("acm_status_reason");
    if (!reason.isEmpty())
        out.certificateDetail += QStringLiteral(": ") + reason;
    using Certificate = DomainBinding::Certificate;
    if (acm == u"cert issued" || acm == u"ok")
        out.certificate = Certificate::Issued;
    else if (acm == u"failed")
        out.certificate = Certificate::Failed;
    else if (acm.isEmpty())
        // No automatic certificate: an endpoint means one was uploaded.
        out.certificate = domain.has("sni_endpoint") ? Certificate::Issued : Certificate::NotTold;
    else
        out.certificate = Certificate::Waiting;
    out.verified = out.certificate == Certificate::Issued || acm == u"verified" || acm == u"dns-verified";
    return out;
}

bool hasHost(const std::vector<DomainBinding>& list, const QString& host)
{
    return std::any_of(list.begin(), list.end(), [&](const DomainBinding& d) { return d.host == host; });
}

Backup backupFrom(const http::Json& transfer)
{
    Backup out;
    out.id = transfer.textOrNumber("num");
    const bool scheduled = transfer.has("schedule");
    out.name = (scheduled ? u'a' : u'b') + out.id.rightJustified(3, u'0');
    out.processed = Bytes{transfer.integerOr("processed_bytes", 0)};
    out.warnings = static_cast<int>(transfer.integerOr("warnings", 0));
    out.createdAt = http::instant(transfer.text("created_at")).value_or(TimePoint{});
    out.finishedAt = http::instant(transfer.textOr("finished_at"));
    const bool succeeded = transfer.flagOr("succeeded", false);
    if (transfer.has("finished_at"))
        out.state = succeeded ? Backup::State::Done : Backup::State::Failed;
    else if (transfer.has("canceled_at"))
        out.state = Backup::State::Cancelled;
    else
        out.state = transfer.has("started_at") ? Backup::State::Running : Backup::State::Pending;
    return out;
}

bool isBackup(const http::Json& transfer)
{
    return transfer.textOr("from_type") == u"pg_dump" && transfer.textOr("to_type") == u"gof3r" && !transfer.has("deleted_at") && !transfer.has("purged_at");
}

/// Newest first.
Task<http::Json> newestReleases(http::ApiClient api, QString app, int limit, std::stop_token stop)
{
    http::Request request = http::request("GET", "/apps/%1/releases", app);
    request.headers.emplace_back("Range", "version ..; max=" + QByteArray::number(std::clamp(limit, 1, 200)) + ", order=desc");
    return fetch(std::move(api), std::move(request), std::move(stop));
}

/// Waits for the release phase: until then the config vars answer with the old values.
Task<> releaseSettled(http::ApiClient api, QString app, std::stop_token stop)
{
    const Milliseconds limit = api.options().pollLimit;
    const TimePoint start = http::wallNow();
    while (true) {
        SY_CO_TRY(const http::Json json, co_await newestReleases(api, app, 1, stop));
        const std::vector<http::Json> items = json.items();
        const QString status = items.empty() ? QStringLiteral("succeeded") : items.front().text("status");
        SY_CO_CHECK(json.check());
        if (status == u"failed" || status == u"expired") {
            Error error = Error::invalid(QStringLiteral("The release that %1 made for the change has %2.").arg(api.name(), status),
                                         QStringLiteral("The running processes keep the old settings."),
                                         QStringLiteral("Look at the release's output at %1, correct it, then write the settings again.").arg(api.name()));
            error.kind = ErrorKind::Http;
            co_return error;
        }
        if (status != u"pending")
            co_return Ok{};
        if (http::wallNow() - start > limit)
            co_return http::waitedTooLong(api.name(), QStringLiteral("the release of %1").arg(app), limit);
        SY_CO_CHECK(co_await sleepReal(api.options().pollEvery, stop));
    }
}

Task<Settings> settingsOf(http::ApiClient api, ServiceRef ref, std::stop_token stop)
{
    SY_CO_TRY(const http::Json vars, co_await fetch(api, http::request("GET", "/apps/%1/config-vars", ref.app), stop));
    SY_CO_TRY(const std::vector<AddOn> addOns, co_await addOnsOf(api, ref.app, stop));
    std::set<QString> owned;
    for (const AddOn& addOn : addOns)
        owned.insert(addOn.configVars.begin(), addOn.configVars.end());
    Settings out;
    out.service = ref;
    out.readAt = http::wallNow();
    const QJsonObject object = vars.raw().toObject();
    for (auto it = object.begin(); it != object.end(); ++it) {
        const QString key = it.key();
        QString origin = QStringLiteral("set by hand");
        if (owned.count(key) > 0)
            origin = QStringLiteral("add-on");
        else if (key.startsWith(QLatin1String("HEROKU_")))
            origin = QStringLiteral("injected");
        out.entries.push_back(http::makeSetting(key, it.value().toString(), origin));
    }
    http::sortByKey(out.entries);
    co_return out;
}

Task<int> quantityOf(http::ApiClient api, QString app, QString type, std::stop_token stop)
{
    SY_CO_TRY(const http::Json formation, co_await fetchAll(api, http::request("GET", "/apps/%1/formation", app), stop));
    for (const http::Json& row : formation.items()) {
        if (row.text("type") == type || row.textOr("id") == type) {
            const int quantity = static_cast<int>(row.integer("quantity"));
            SY_CO_CHECK(formation.check());
            co_return quantity;
        }
    }
    SY_CO_CHECK(formation.check());
    Error error = Error::invalid(QStringLiteral("The app %1 has no process named %2.").arg(app, type), QStringLiteral("The plan names something that isn't there."),
                                 QStringLiteral("Correct the process name in the plan."));
    error.kind = ErrorKind::Http;
    error.code = QStringLiteral("404");
    co_return error;
}

Task<> noneLeft(http::ApiClient api, QString app, QString type, std::stop_token stop)
{
    const Milliseconds limit = api.options().pollLimit;
    const TimePoint start = http::wallNow();
    while (true) {
        SY_CO_TRY(const http::Json dynos, co_await fetchAll(api, http::request("GET", "/apps/%1/dynos", app), stop));
        int left = 0;
        for (const http::Json& dyno : dynos.items())
            left += dyno.text("type") == type && dyno.text("state") != u"down" && dyno.text("state") != u"complete" ? 1 : 0;
        SY_CO_CHECK(dynos.check());
        if (left == 0)
            co_return Ok{};
        if (http::wallNow() - start > limit)
            co_return http::waitedTooLong(api.name(), QStringLiteral("stopping %1 of %2").arg(type, app), limit);
        SY_CO_CHECK(co_await sleepReal(api.options().pollEvery, stop));
    }
}

Task<std::vector<DomainBinding>> domainsOf(http::ApiClient api, QString app, std::stop_token stop)
{
    SY_CO_TRY(const http::Json json, co_await fetchAll(api, http::request("GET", "/apps/%1/domains", app), stop));
    std::vector<DomainBinding> out;
    for (const http::Json& domain : json.items()) {
        if (domain.textOr("kind") == u"custom")
            out.push_back(domainFrom(domain));
    }
    SY_CO_CHECK(json.check());
    co_return out;
}

} // namespace

Provider::Provider(Account account, http::Options options)
    : m_account(account.name), m_api(profileOf(account, account.baseUrl, QStringLiteral("https://api.heroku.com")), options),
      m_data(profileOf(account, account.dataUrl, QStringLiteral("https://api.data.heroku.com")), options)
{
}

Task<Settings> Provider::readSettings(ServiceRef ref, std::stop_token stop) { return settingsOf(m_api, std::move(ref), std::move(stop)); }

Task<Settings> Provider::writeSettings(ServiceRef ref, std::vector<SettingChange> changes, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    SY_CO_TRY(Settings now, co_await settingsOf(api, ref, stop));
    SY_CO_CHECK(http::checkExpected(api.name(), now, changes));
    const std::vector<SettingChange> todo = http::stillToDo(now, changes);
    if (todo.empty())
        co_return now;
    // One call whatever the number of keys: each call is a release and restarts every process.
    QJsonObject body;
    for (const SettingChange& change : todo) {
        const Setting* found = now.find(change.key);
        if (found && found->origin == u"add-on") {
            co_return Error::invalid(QStringLiteral("%1 belongs to an add-on, and Heroku doesn't let it be set or removed.").arg(change.key),
                                     QStringLiteral("Nothing was written."), QStringLiteral("Take %1 out of the staged changes.").arg(change.key));
        }
        if (change.value)
            http::learnSetting(change.key, change.value->reveal());
        body.insert(change.key, change.value ? QJsonValue(change.value->revealText()) : QJsonValue(QJsonValue::Null));
    }
    http::Request patch = http::requestWith(body, "PATCH", "/apps/%1/config-vars", ref.app);
    SY_CO_TRY(const http::Response written, co_await api.send(std::move(patch), stop));
    SY_CO_CHECK(co_await releaseSettled(api, ref.app, stop));
    SY_CO_TRY(Settings after, co_await settingsOf(api, ref, stop));
    SY_CO_CHECK(http::checkWritten(api.name(), after, todo));
    co_return after;
}

Task<> Provider::scale(ServiceRef ref, int expected, int instances, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    SY_CO_TRY(const int found, co_await quantityOf(api, ref.app, ref.service, stop));
    const QString what = QStringLiteral("the number of %1 of %2").arg(ref.service, ref.app);
    if (found != expected)
        co_return http::changedMeanwhile(api.name(), what, QString::number(expected), QString::number(found));
    if (found != instances) {
        QJsonArray updates;
        updates.append(QJsonObject{{QStringLiteral("type"), ref.service}, {QStringLiteral("quantity"), instances}});
        QJsonObject body;
        body.insert(QStringLiteral("updates"), updates);
        http::Request patch = http::requestWith(body, "PATCH", "/apps/%1/formation", ref.app);
        SY_CO_TRY(const http::Response written, co_await api.send(std::move(patch), stop));
        SY_CO_TRY(const int after, co_await quantityOf(api, ref.app, ref.service, stop));
        if (after != instances)
            co_return http::notThere(api.name(), what);
    }
    if (instances == 0) {
        SY_CO_CHECK(co_await noneLeft(api, ref.app, ref.service, stop));
    }
    co_return Ok{};
}

Task<> Provider::suspend(ServiceRef, bool, std::stop_token)
{
    co_return http::notOffered(displayName(), QStringLiteral("a way to suspend an app"), QStringLiteral("Turn maintenance on and set the instances to 0 instead."));
}

Task<> Provider::setMaintenance(ServiceRef ref, bool on, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    SY_CO_TRY(const http::Json now, co_await fetch(api, http::request("GET", "/apps/%1", ref.app), stop));
    const bool was = now.flag("maintenance");
    SY_CO_CHECK(now.check());
    if (was == on)
        co_return Ok{};
    QJsonObject body;
    body.insert(QStringLiteral("maintenance"), on);
    http::Request patch = http::requestWith(body, "PATCH", "/apps/%1", ref.app);
    SY_CO_TRY(const http::Response written, co_await api.send(std::move(patch), stop));
    SY_CO_TRY(const http::Json after, co_await fetch(api, http::request("GET", "/apps/%1", ref.app), stop));
    const bool is = after.flag("maintenance");
    SY_CO_CHECK(after.check());
    if (is != on)
        co_return http::notThere(api.name(), QStringLiteral("maintenance of %1").arg(ref.app));
    co_return Ok{};
}

Task<std::vector<DomainBinding>> Provider::domains(ServiceRef ref, std::stop_token stop) { return domainsOf(m_api, ref.app, std::move(stop)); }

Task<DomainBinding> Provider::addDomain(ServiceRef ref, QString host, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    SY_CO_TRY(const std::vector<DomainBinding> before, co_await domainsOf(api, ref.app, stop));
    if (!hasHost(before, host)) {
        // sni_endpoint must be named even when there is none.
        QJsonObject body;
        body.insert(QStringLiteral("hostname"), host);
        body.insert(QStringLiteral("sni_endpoint"), QJsonValue::Null);
        http::Request post = http::requestWith(body, "POST", "/apps/%1/domains", ref.app);
        SY_CO_TRY(const http::Response written, co_await api.send(std::move(post), stop));
    }
    const Milliseconds limit = api.options().pollLimit;
    const TimePoint start = http::wallNow();
    while (true) {
        SY_CO_TRY(const http::Json json, co_await fetch(api, http::request("GET", "/apps/%1/domains/%2", ref.app, host), stop));
        const DomainBinding binding = domainFrom(json);
        const QString status = json.textOr("status");
        SY_CO_CHECK(json.check());
        if (status != u"pending" && !binding.dnsTarget.isEmpty())
            co_return binding;
        if (http::wallNow() - start > limit)
            co_return http::waitedTooLong(api.name(), QStringLiteral("adding %1").arg(host), limit);
        SY_CO_CHECK(co_await sleepReal(api.options().pollEvery, stop));
    }
}

Task<> Provider::removeDomain(ServiceRef ref, QString host, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    SY_CO_TRY(const std::vector<DomainBinding> before, co_await domainsOf(api, ref.app, stop));
    if (!hasHost(before, host))
        co_return Ok{};
    SY_CO_TRY(const http::Response gone, co_await api.send(http::request("DELETE", "/apps/%1/domains/%2", ref.app, host), stop));
    SY_CO_TRY(const std::vector<DomainBinding> after, co_await domainsOf(api, ref.app, stop));
    if (hasHost(after, host))
        co_return http::notThere(api.name(), QStringLiteral("the domain %1").arg(host));
    co_return Ok{};
}

Task<> Provider::verifyDomain(ServiceRef, QString, std::stop_token)
{
    co_return Ok{}; // the certificate manager looks by itself
}

Task<std::vector<Deploy>> Provider::deploys(ServiceRef ref, int limit, std::stop_token stop)
{
    SY_CO_TRY(const http::Json json, co_await newestReleases(m_api, ref.app, limit, stop));
    std::vector<Deploy> out;
    for (const http::Json& release : json.items())
        out.push_back(deployFrom(release));
    SY_CO_CHECK(json.check());
    co_return out;
}

Task<Deploy> Provider::startDeploy(ServiceRef, QString, std::stop_token)
{
    co_return http::notOffered(displayName(), QStringLiteral("a deploy without its source"), QStringLiteral("Push the commit to Heroku's git remote."));
}

Task<Deploy> Provider::deploy(ServiceRef ref, QString deployId, std::stop_token stop)
{
    SY_CO_TRY(const http::Json json, co_await fetch(m_api, http::request("GET", "/apps/%1/releases/%2", ref.app, plainVersion(deployId)), stop));
    Deploy out = deployFrom(json);
    SY_CO_CHECK(json.check());
    co_return out;
}

Task<Secret> Provider::connectionUrl(ServiceRef ref, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    SY_CO_TRY(const AddOn store, co_await addOn(ref, stop));
    SY_CO_TRY(const http::Json vars, co_await fetch(api, http::request("GET", "/apps/%1/config-vars", ref.app), stop));
    QStringList candidates{ref.service, ref.service + QStringLiteral("_URL"), QStringLiteral("DATABASE_URL"), QStringLiteral("REDIS_URL"), QStringLiteral("REDIS_TLS_URL")};
    candidates += store.configVars;
    const QJsonObject values = vars.raw().toObject();
    for (const QString& key : candidates) {
        if (!store.configVars.contains(key) || !values[key].isString() || values[key].toString().isEmpty())
            continue;
        http::learnSetting(key, values[key].toString().toUtf8());
        const Secret url(values[key].toString());
        Redactor::instance().learn(url);
        co_return url;
    }
    Error error = Error::invalid(QStringLiteral("The add-on %1 has no connection string among the config vars of %2.").arg(store.name, ref.app),
                                 QStringLiteral("It may not be attached to this app, or is still being made."),
                                 QStringLiteral("Attach the add-on to the app at Heroku, then try again."));
    error.kind = ErrorKind::Http;
    co_return error;
}

Task<std::vector<AllowEntry>> Provider::allowList(ServiceRef, std::stop_token)
{
    co_return http::notOffered(displayName(), QStringLiteral("an allow list for databases"), QStringLiteral("Nothing is needed: its databases can be reached from anywhere."));
}

Task<> Provider::setAllowList(ServiceRef, std::vector<AllowEntry>, std::vector<AllowEntry>, std::stop_token)
{
    co_return http::notOffered(displayName(), QStringLiteral("an allow list for databases"), QStringLiteral("Nothing is needed: its databases can be reached from anywhere."));
}

Task<Backup> Provider::captureBackup(ServiceRef ref, std::stop_token stop)
{
    const http::ApiClient data = m_data;
    SY_CO_TRY(const AddOn database, co_await addOn(ref, stop));
    SY_CO_TRY(const http::Json transfer, co_await fetch(data, http::request("POST", "/client/v11/databases/%1/backups", database.id), stop));
    Backup out = backupFrom(transfer);
    SY_CO_CHECK(transfer.check());
    co_return out;
}

Task<std::vector<Backup>> Provider::backups(ServiceRef ref, std::stop_token stop)
{
    const http::ApiClient data = m_data;
    QString owner = ref.app;
    if (!ref.service.isEmpty()) {
        SY_CO_TRY(const AddOn database, co_await addOn(ref, stop));
        owner = database.ownerApp;
    }
    SY_CO_TRY(const http::Json json, co_await fetch(data, http::request("GET", "/client/v11/apps/%1/transfers", owner), stop));
    std::vector<Backup> out;
    for (const http::Json& transfer : json.items()) {
        if (isBackup(transfer))
            out.push_back(backupFrom(transfer));
    }
    SY_CO_CHECK(json.check());
    std::sort(out.begin(), out.end(), [](const Backup& a, const Backup& b) { return a.id.toInt() > b.id.toInt(); });
    co_return out;
}

std::unique_ptr<LogSource> Provider::logs(ServiceRef ref) { return makeLogSource(m_api, std::move(ref)); }

} // namespace switchyard::heroku
