#include "providers/cloudflare/client/Host.h"

#include "app/base/Redactor.h"
#include "providers/cloudflare/client/Factory.h"
#include "providers/http/LogText.h"
#include "providers/http/Problems.h"

#include <QJsonDocument>

namespace switchyard::cloudflare {

/// A zone with what writing needs.
struct FoundZone {
    QString id;
    QString name; ///< without the trailing dot
    QStringList nameServers;
    std::vector<Record> records;
    [[nodiscard]] Zone zone() const
    {
        Zone out;
        out.id = id;
        out.name = name.toLower() + u'.';
        out.nameServers = nameServers;
        out.records = setsOf(records);
        out.readAt = http::wallNow();
        return out;
    }
};

namespace {

constexpr int kZonesPage = 50;
constexpr int kRecordsPage = 100;
/// What the smallest plan takes in one transaction.
constexpr qsizetype kBatchLimit = 200;

http::Profile profileOf(const Account& account)
{
    http::Profile out;
    out.id = QStringLiteral("cloudflare");
    out.name = QStringLiteral("Cloudflare");
    out.baseUrl = QUrl(account.baseUrl.isEmpty() ? QStringLiteral("https://api.cloudflare.com/client/v4") : account.baseUrl);
    out.headers = {{"Accept", "application/json"}};
    const Secret token = account.token;
    Redactor::instance().learn(token);
    out.authorization = [token] { return token.isEmpty() ? Secret() : Secret(QByteArrayLiteral("Bearer ") + token.reveal()); };
    out.rate = {"x-ratelimit-remaining", "x-ratelimit-reset", http::RatePolicy::Reset::SecondsLeft, false};
    out.requestIdHeader = "cf-ray";
    return out;
}

/// Sends and opens the envelope: `success` counts, not only the status.
Task<http::Json> call(http::ApiClient api, http::Request request, std::stop_token stop)
{
    const bool writes = request.method != "GET";
    SY_CO_TRY(const http::Response response, co_await api.send(std::move(request), stop));
    http::Json json(response);
    const bool success = json.flag("success");
    SY_CO_CHECK(json.check());
    if (!success)
        co_return http::problemOf(api.name(), response, writes, std::nullopt);
    co_return json;
}

/// A list read to its last page.
Task<http::Json> callAll(http::ApiClient api, http::Request request, int perPage, std::stop_token stop)
{
    QJsonArray all;
    const QString label = QStringLiteral("GET ") + request.path;
    for (int page = 1; page < 1000; ++page) {
        http::Request ask = request;
        ask.query.addQueryItem(QStringLiteral("page"), QString::number(page));
        ask.query.addQueryItem(QStringLiteral("per_page"), QString::number(perPage));
        SY_CO_TRY(const http::Json json, co_await call(api, std::move(ask), stop));
        const std::vector<http::Json> items = json.list("result");
        for (const http::Json& item : items)
            all.append(item.raw());
        const http::Json info = json.optionalObject("result_info");
        const qint64 pages = info.integerOr("total_pages", 1);
        SY_CO_CHECK(json.check());
        if (items.empty() || page >= pages)
            break;
    }
    co_return http::Json(all, api.name(), label);
}

Task<FoundZone> find(http::ApiClient api, QString name, std::stop_token stop)
{
    QString plain = name.toLower();
    while (plain.endsWith(u'.'))
        plain.chop(1);
    http::Request ask = http::request("GET", "/zones");
    ask.query.addQueryItem(QStringLiteral("name"), plain);
    SY_CO_TRY(const http::Json zones, co_await callAll(api, std::move(ask), kZonesPage, stop));
    FoundZone out;
    for (const http::Json& zone : zones.items()) {
        if (zone.text("name").toLower() != plain)
            continue;
        out.id = zone.text("id");
        out.name = plain;
        for (const http::Json& server : zone.listOr("name_servers"))
            out.nameServers << server.asText().toLower() + u'.';
    }
    SY_CO_CHECK(zones.check());
    if (out.id.isEmpty()) {
        Error error = Error::invalid(QStringLiteral("Cloudflare has no zone %1 that this token may see.").arg(plain),
                                     QStringLiteral("Its records can be neither read nor changed."),
                                     QStringLiteral("Check the zone's name in the plan, and that the token has Zone:Read for it."));
        error.kind = ErrorKind::Http;
        error.code = QStringLiteral("404");
        co_return error;
    }
    SY_CO_TRY(const http::Json records, co_await callAll(api, http::request("GET", "/zones/%1/dns_records", out.id), kRecordsPage, stop));
    for (const http::Json& record : records.items())
        out.records.push_back(recordFrom(record));
    SY_CO_CHECK(records.check());
    co_return out;
}

http::Request batchCall(const FoundZone& found, const Batch& batch) { return http::requestWith(batch.body(), "POST", "/zones/%1/dns_records/batch", found.id); }

} // namespace

Host::Host(Account account, http::Options options) : m_api(profileOf(account), std::move(options)) {}

Task<AccountInfo> Host::account(std::stop_token stop)
{
    const http::ApiClient api = m_api;
    SY_CO_TRY(const http::Json verified, co_await call(api, http::request("GET", "/user/tokens/verify"), stop));
    const QString status = verified.object("result").text("status");
    SY_CO_CHECK(verified.check());
    if (status != u"active") {
        Error error = Error::invalid(QStringLiteral("Cloudflare says that the token is %1.").arg(status), QStringLiteral("Nothing can be read or changed with it."),
                                     QStringLiteral("Make a new token at Cloudflare with Zone:Read and DNS:Edit, and enter it under Accounts."));
        error.kind = ErrorKind::Auth;
        co_return error;
    }
    http::Request ask = http::request("GET", "/zones");
    ask.query.addQueryItem(QStringLiteral("per_page"), QStringLiteral("5"));
    SY_CO_TRY(const http::Json zones, co_await call(api, std::move(ask), stop));
    AccountInfo out;
    for (const http::Json& zone : zones.list("result")) {
        if (out.owner.isEmpty())
            out.owner = zone.optionalObject("account").textOr("name");
        for (const http::Json& right : zone.listOr("permissions")) {
            if (!out.scopes.contains(right.asText()))
                out.scopes << right.asText();
        }
    }
    SY_CO_CHECK(zones.check());
    out.callsLeft = api.callsLeft();
    co_return out;
}

Task<std::vector<AppSummary>> Host::zones(std::stop_token stop)
{
    SY_CO_TRY(const http::Json json, co_await callAll(m_api, http::request("GET", "/zones"), kZonesPage, stop));
    std::vector<AppSummary> out;
    for (const http::Json& zone : json.items())
        out.push_back({zone.text("id"), zone.text("name"), {}, QStringLiteral("zone")});
    SY_CO_CHECK(json.check());
    co_return out;
}

Task<Zone> Host::readZone(QString name, std::stop_token stop)
{
    SY_CO_TRY(const FoundZone found, co_await find(m_api, name, stop));
    co_return found.zone();
}

Task<Zone> Host::apply(QString zone, std::vector<RecordChange> changes, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    SY_CO_TRY(const FoundZone before, co_await find(api, zone, stop));
    const std::vector<RecordSet> sets = setsOf(before.records);
    if (allShow(sets, changes))
        co_return before.zone();
    SY_CO_CHECK(checkExpected(sets, changes));
    SY_CO_TRY(const Batch batch, batchFor(before.records, changes));
    if (batch.size() > kBatchLimit) {
        co_return Error::invalid(QStringLiteral("%1 changes are more than Cloudflare takes in one transaction (%2).").arg(batch.size()).arg(kBatchLimit),
                                 QStringLiteral("Nothing was written."), QStringLiteral("Split the switch group."));
    }
    auto sending = call(api, batchCall(before, batch), stop);
    const Result<http::Json> sent = co_await std::move(sending);
    SY_CO_ALIVE(stop);
    const bool answerLost = !sent && (sent.error().kind == ErrorKind::Network || sent.error().kind == ErrorKind::Timeout || sent.error().code.startsWith(u'5'));
    if (!sent && !answerLost)
        co_return sent.error();
    // A batch whose answer was lost is never sent again: the records themselves tell whether it was carried out.
    SY_CO_TRY(const FoundZone after, co_await find(api, zone, stop));
    if (allShow(setsOf(after.records), changes))
        co_return after.zone();
    if (answerLost)
        co_return sent.error();
    co_return http::notThere(api.name(), QStringLiteral("the zone %1").arg(before.name));
}

Task<std::vector<DnsHost::Call>> Host::preview(QString zone, std::vector<RecordChange> changes, std::stop_token stop)
{
    const http::ApiClient api = m_api;
    SY_CO_TRY(const FoundZone found, co_await find(api, zone, stop));
    SY_CO_TRY(const Batch batch, batchFor(found.records, changes));
    std::vector<Call> out;
    if (batch.size() > 0) {
        const http::Request request = batchCall(found, batch);
        Call one;
        one.method = QString::fromLatin1(request.method);
        one.path = request.path;
        one.body = QString::fromUtf8(QJsonDocument(batch.body()).toJson(QJsonDocument::Indented)).trimmed();
        out.push_back(std::move(one));
    }
    co_return out;
}

std::shared_ptr<DnsHost> makeHost(Account account, http::Options options) { return std::make_shared<Host>(std::move(account), std::move(options)); }

} // namespace switchyard::cloudflare
