#include "providers/netlify/client/Factory.h"
#include "providers/netlify/client/Provider.h"
#include "providers/http/LogText.h"
#include "providers/http/Problems.h"

#include "app/base/Awaiters.h"

#include <QCryptographicHash>

#include <algorithm>

namespace switchyard::netlify {

/// A file of a deploy: path with leading slash.
struct DeployFile {
    QString path;
    QByteArray body;
    [[nodiscard]] QString sha1() const { return QString::fromLatin1(QCryptographicHash::hash(body, QCryptographicHash::Sha1).toHex()); }
};

namespace {

/// The whole site while it is held: one page, shown for every path.
std::vector<DeployFile> maintenanceFiles()
{
    const QByteArray page = QByteArrayLiteral("<!doctype html>\n<!-- ") + kMaintenanceMark
        + QByteArrayLiteral(" -->\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Maintenance</title>\n"
                            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"robots\" content=\"noindex\"></head>\n"
                            "<body style=\"font-family:sans-serif;max-width:36em;margin:4em auto;padding:0 1em\">\n"
                            "<h1>Back in a few minutes</h1>\n<p>We are moving to a new home. Nothing you saved is lost.</p>\n</body></html>\n");
    std::vector<DeployFile> out;
    out.push_back({QStringLiteral("/index.html"), page});
    out.push_back({QStringLiteral("/_redirects"), QByteArrayLiteral("/*  /index.html  200!\n")});
    out.push_back({QStringLiteral("/_headers"), QByteArrayLiteral("/*\n  Cache-Control: no-store\n")});
    return out;
}

Task<SiteDeploy> deployById(http::ApiClient api, QString id, QString published, std::stop_token stop)
{
    SY_CO_TRY(const http::Json json, co_await fetch(api, http::request("GET", "/deploys/%1", id), stop));
    const SiteDeploy out = deployFrom(json, published);
    SY_CO_CHECK(json.check());
    co_return out;
}

Task<QString> publishedOf(http::ApiClient api, QString site, std::stop_token stop)
{
    SY_CO_TRY(const http::Json json, co_await fetch(api, http::request("GET", "/sites/%1", site), stop));
    const QString id = json.optionalObject("published_deploy").textOr("id");
    SY_CO_CHECK(json.check());
    co_return id;
}

/// Publishes a finished deploy and waits until the site names it.
Task<> publish(http::ApiClient api, QString site, QString id, std::stop_token stop)
{
    SY_CO_TRY(const http::Response accepted, co_await api.send(http::request("POST", "/sites/%1/deploys/%2/restore", site, id), stop));
    const TimePoint start = http::wallNow();
    while (true) {
        SY_CO_TRY(const QString live, co_await publishedOf(api, site, stop));
        if (live == id)
            co_return Ok{};
        if (http::wallNow() - start > api.options().pollLimit)
            co_return http::waitedTooLong(api.name(), QStringLiteral("publishing a deploy"), api.options().pollLimit);
        SY_CO_CHECK(co_await sleepReal(api.options().pollEvery, stop));
    }
}

/// Makes the maintenance deploy by digest, uploads what the provider hasn't got, waits until it is ready. Gives its id.
Task<QString> makeMaintenanceDeploy(http::ApiClient api, Site site, std::stop_token stop)
{
    const std::vector<DeployFile> files = maintenanceFiles();
    QJsonObject draft;
    draft.insert(QStringLiteral("draft"), false);
    http::Request create = http::requestWith(draft, "POST", "/sites/%1/deploys", site.id);
    create.query.addQueryItem(QStringLiteral("title"), QString::fromLatin1(kMaintenanceMark) + QStringLiteral(" after ") + site.published);
    SY_CO_TRY(const http::Json created, co_await fetch(api, std::move(create), stop));
    const QString id = created.text("id");
    SY_CO_CHECK(created.check());

    QJsonObject digests;
    for (const DeployFile& file : files)
        digests.insert(file.path, file.sha1());
    QJsonObject body;
    body.insert(QStringLiteral("files"), digests);
    SY_CO_TRY(const http::Json wanted, co_await fetch(api, http::requestWith(body, "PUT", "/sites/%1/deploys/%2", site.id, id), stop));
    QStringList required;
    for (const http::Json& sha : wanted.listOr("required"))
        required << sha.asText();
    SY_CO_CHECK(wanted.check());
    for (const DeployFile& file : files) {
        if (!required.contains(file.sha1()))
            continue;
        http::Request put = http::request("PUT", "/deploys/%1/files/%2", id, file.path.mid(1));
        put.body = file.body;
        put.contentType = "application/octet-stream";
        SY_CO_TRY(const http::Response stored, co_await api.send(std::move(put), stop));
    }
    const TimePoint start = http::wallNow();
    while (true) {
        SY_CO_TRY(const SiteDeploy now, co_await deployById(api, id, QString(), stop));
        if (now.deploy.providerState == u"ready")
            co_return id;
        if (now.deploy.state == Deploy::State::Failed) {
            Error error = Error::invalid(QStringLiteral("The maintenance deploy of %1 failed at %2.").arg(site.name, api.name()), QStringLiteral("The site is still as it was."),
                                         QStringLiteral("Look at the deploy log, then try again."));
            error.kind = ErrorKind::Http;
            co_return error;
        }
        if (http::wallNow() - start > api.options().pollLimit)
            co_return http::waitedTooLong(api.name(), QStringLiteral("the maintenance deploy"), api.options().pollLimit);
        SY_CO_CHECK(co_await sleepReal(api.options().pollEvery, stop));
    }
}

/// The deploy that was live before the maintenance deploy: the one its title names; else, of all published ones, the one published last.
const SiteDeploy* liveBefore(const std::vector<SiteDeploy>& list, const QString& named)
{
    const SiteDeploy* best = nullptr;
    for (const SiteDeploy& one : list) {
        if (!named.isEmpty() && one.deploy.id == named)
            return &one;
    }
    for (const SiteDeploy& one : list) {
        const bool production = one.context.isEmpty() || one.context == u"production";
        if (one.isMaintenance() || one.draft || !production || one.deploy.providerState != u"ready" || !one.publishedAt)
            continue;
        if (!best || *one.publishedAt > *best->publishedAt)
            best = &one;
    }
    return best;
}

} // namespace

Task<> holdByDeploy(http::ApiClient api, Site site, std::stop_token stop)
{
    SY_CO_TRY(const std::vector<SiteDeploy> list, co_await deploysOf(api, site.id, site.published, 300, stop));
    const auto live = std::find_if(list.begin(), list.end(), [&](const SiteDeploy& d) { return d.deploy.id == site.published; });
    if (live != list.end() && live->isMaintenance())
        co_return Ok{};
    // One made just before a crash is used again: deploys are few a minute.
    QString id;
    for (const SiteDeploy& one : list) {
        if (id.isEmpty() && one.isMaintenance() && one.before() == site.published && one.deploy.providerState == u"ready")
            id = one.deploy.id;
    }
    if (id.isEmpty()) {
        SY_CO_TRY(id, co_await makeMaintenanceDeploy(api, site, stop));
    }
    SY_CO_TRY(const QString nowLive, co_await publishedOf(api, site.id, stop));
    if (nowLive != id) {
        // Not published by itself: made earlier, or the live deploy is locked.
        SY_CO_CHECK(co_await publish(api, site.id, id, stop));
    }
    // A push to git must not take the page away.
    SY_CO_TRY(const http::Response locked, co_await api.send(http::request("POST", "/deploys/%1/lock", id), stop));
    co_return Ok{};
}

Task<> releaseDeploy(http::ApiClient api, Site site, std::stop_token stop)
{
    SY_CO_TRY(const std::vector<SiteDeploy> list, co_await deploysOf(api, site.id, site.published, 300, stop));
    const auto live = std::find_if(list.begin(), list.end(), [&](const SiteDeploy& d) { return d.deploy.id == site.published; });
    if (live == list.end() || !live->isMaintenance())
        co_return Ok{};
    const SiteDeploy* before = liveBefore(list, live->before());
    if (!before) {
        Error error = Error::invalid(QStringLiteral("%1 has no deploy of %2 that was live before the maintenance page.").arg(api.name(), site.name),
                                     QStringLiteral("The maintenance page stays."), QStringLiteral("Publish the right deploy at Netlify by hand."));
        error.kind = ErrorKind::Conflict;
        co_return error;
    }
    const QString wanted = before->deploy.id;
    const bool wasLocked = before->locked;
    if (live->locked) {
        SY_CO_TRY(const http::Response unlocked, co_await api.send(http::request("POST", "/deploys/%1/unlock", live->deploy.id), stop));
    }
    SY_CO_CHECK(co_await publish(api, site.id, wanted, stop));
    if (wasLocked) {
        SY_CO_TRY(const http::Response lockedAgain, co_await api.send(http::request("POST", "/deploys/%1/lock", wanted), stop));
    }
    co_return Ok{};
}

} // namespace switchyard::netlify
