#include "providers/netlify/simulator/Simulator.h"

#include <QUuid>

#include <algorithm>

namespace switchyard::netlify {

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

} // namespace

Simulator::Simulator(Clock* clock, const QString& folder, QObject* parent)
    : simulator::Simulator(u"netlify"_s, clock, folder, parent)
    , m_agenda(clock, [this](const QString& what, const QJsonObject& data) { run(what, data); })
    , m_limiter(clock)
{
    m_limiter.defineWindow(u"core"_s, 500, Seconds(60));
    m_limiter.defineWindow(u"deploys"_s, 3, Seconds(60));
    m_limiter.defineWindow(u"deploys-of-a-day"_s, 100, Seconds(86'400));
    addSiteRoutes();
    addDeployRoutes();
    addEnvironmentRoutes();
    router().setNotFound([](const Request&) { return refuse(404, u"Not Found"_s); });
    simulator::Simulator::load();
}

Simulator::~Simulator() = default;

// ---- loading, saving --------------------------------------------------------------------------------------------------

void Simulator::load(const QJsonObject& description)
{
    m_agenda.restore({});
    m_sites.clear();
    m_deploys.clear();
    m_variables.clear();
    m_hooks.clear();
    m_blobs.clear();
    m_token = description[u"token"_s].toString();
    m_webSuffix = description[u"webSuffix"_s].toString(u"netlify.app"_s);
    const QString email = description[u"email"_s].toString(u"operator@example.test"_s);
    m_user = {{u"id"_s, simulator::randomHexId(24)}, {u"uid"_s, QJsonValue::Null}, {u"full_name"_s, description[u"name"_s].toString(u"Operator"_s)}, {u"email"_s, email},
        {u"site_count"_s, description[u"sites"_s].toArray().size()}, {u"created_at"_s, stamp()}, {u"last_login"_s, stamp()}, {u"login_providers"_s, QJsonArray{u"email"_s}}};
    const bool paid = description[u"paid"_s].toBool(true);
    m_account = {{u"id"_s, simulator::randomHexId(24)}, {u"name"_s, description[u"team"_s].toString(u"Team"_s)},
        {u"slug"_s, description[u"team"_s].toString(u"team"_s).toLower().replace(u' ', u'-')}, {u"type"_s, u"PERSONAL"_s},
        {u"type_name"_s, paid ? u"Pro"_s : u"Starter"_s}, {u"billing_name"_s, QJsonValue::Null}, {u"billing_email"_s, email},
        {u"owner_ids"_s, QJsonArray{m_user[u"id"_s]}}, {u"roles_allowed"_s, QJsonArray{u"Owner"_s}}, {u"created_at"_s, stamp()}, {u"updated_at"_s, stamp()},
        {u"_paid"_s, paid}};
    for (const QJsonValue& value : description[u"sites"_s].toArray()) {
        const QJsonObject from = value.toObject();
        const QString name = from[u"name"_s].toString();
        const QString id = QUuid::createUuid().toString(QUuid::WithoutBraces);
        QJsonObject site{{u"id"_s, id}, {u"site_id"_s, id}, {u"name"_s, name}, {u"state"_s, u"current"_s}, {u"plan"_s, paid ? u"nf_team_pro"_s : u"nf_team_dev"_s},
            {u"custom_domain"_s, from[u"domain"_s]}, {u"domain_aliases"_s, from[u"aliases"_s].toArray()}, {u"password"_s, QJsonValue::Null},
            {u"admin_url"_s, u"https://app.netlify.com/sites/"_s + name}, {u"ssl"_s, true}, {u"force_ssl"_s, true}, {u"managed_dns"_s, false},
            {u"account_id"_s, m_account[u"id"_s]}, {u"account_slug"_s, m_account[u"slug"_s]}, {u"account_name"_s, m_account[u"name"_s]}, {u"user_id"_s, m_user[u"id"_s]},
            {u"build_settings"_s, QJsonObject{{u"repo_url"_s, from[u"repo"_s].toString(u"https://github.com/example/projectify"_s)}, {u"repo_branch"_s, u"main"_s},
                {u"cmd"_s, from[u"build"_s].toString(u"npm run build"_s)}, {u"dir"_s, u"build"_s}, {u"env"_s, QJsonObject{}}, {u"stop_builds"_s, false}}},
            {u"processing_settings"_s, QJsonObject{{u"html"_s, QJsonObject{{u"pretty_urls"_s, true}}}}}, {u"functions_region"_s, u"us-east-2"_s},
            {u"capabilities"_s, QJsonObject{}}, {u"use_envelope"_s, true}, {u"id_domain"_s, u"%1.%2"_s.arg(id, m_webSuffix)}, {u"created_at"_s, stamp()},
            {u"updated_at"_s, stamp()}, {u"_published"_s, QString()}, {u"_history"_s, QJsonArray{}}};
        site[u"_certificate"_s] = QJsonObject{{u"state"_s, u"issued"_s}, {u"domains"_s, QJsonArray::fromStringList(domainsOf(site))}, {u"created_at"_s, stamp()},
            {u"updated_at"_s, stamp()}, {u"expires_at"_s, isoUtc(m_agenda.now() + std::chrono::hours(24 * 62))}};
        m_sites.append(site);
        for (const QJsonValue& variable : from[u"env"_s].toArray())
            m_variables.append(makeVariable(variable.toObject(), id));
        Files files;
        const QJsonObject texts = from[u"files"_s].toObject();
        for (auto it = texts.begin(); it != texts.end(); ++it)
            files.insert(it.key(), it.value().toString().toUtf8());
        if (!files.isEmpty())
            publish(name, files, u"Front end of the story"_s);
    }
    if (!m_token.isEmpty())
        addToken(m_token.toUtf8());
    changed();
}

QJsonObject Simulator::save() const
{
    QJsonObject blobs;
    for (auto it = m_blobs.begin(); it != m_blobs.end(); ++it)
        blobs[it.key()] = QString::fromLatin1(it.value().toBase64());
    return {{u"token"_s, m_token}, {u"webSuffix"_s, m_webSuffix}, {u"user"_s, m_user}, {u"account"_s, m_account}, {u"sites"_s, packed(m_sites)},
        {u"deploys"_s, packed(m_deploys)}, {u"variables"_s, packed(m_variables)}, {u"hooks"_s, packed(m_hooks)}, {u"blobs"_s, blobs}, {u"agenda"_s, m_agenda.save()}};
}

void Simulator::restore(const QJsonObject& state)
{
    m_token = state[u"token"_s].toString();
    m_webSuffix = state[u"webSuffix"_s].toString();
    m_user = state[u"user"_s].toObject();
    m_account = state[u"account"_s].toObject();
    m_sites = unpacked(state[u"sites"_s]);
    m_deploys = unpacked(state[u"deploys"_s]);
    m_variables = unpacked(state[u"variables"_s]);
    m_hooks = unpacked(state[u"hooks"_s]);
    m_blobs.clear();
    const QJsonObject blobs = state[u"blobs"_s].toObject();
    for (auto it = blobs.begin(); it != blobs.end(); ++it)
        m_blobs[it.key()] = QByteArray::fromBase64(it.value().toString().toLatin1());
    if (!m_token.isEmpty())
        addToken(m_token.toUtf8());
    m_agenda.restore(state[u"agenda"_s].toArray());
}

// ---- the way of a request -----------------------------------------------------------------------------------------------

Simulator::Response Simulator::refuse(int status, const QString& message)
{
    return Response::json(status, QJsonObject{{u"code"_s, status}, {u"message"_s, message}});
}

std::optional<Simulator::Response> Simulator::authorize(const Request& request)
{
    m_agenda.settle();
    if (request.path.startsWith(u"/build_hooks/"_s))
        return std::nullopt; // the id in the URL is the credential
    const QString token = QString::fromUtf8(request.bearer());
    if (token.isEmpty() || (!m_token.isEmpty() && token != m_token))
        return refuse(401, u"Access Denied"_s);
    return std::nullopt;
}

std::optional<Simulator::Response> Simulator::limit(const Request& request)
{
    m_budget = m_limiter.take(u"core"_s);
    // Deploys have a tighter limit of their own.
    if (m_budget.allowed && request.method == "POST" && request.route == u"/api/v1/sites/{site}/deploys"_s) {
        m_budget = m_limiter.take(u"deploys"_s);
        if (const auto day = m_limiter.take(u"deploys-of-a-day"_s); !day.allowed)
            m_budget = day;
    }
    if (m_budget.allowed)
        return std::nullopt;
    return refuse(429, u"API rate limit exceeded"_s);
}

Simulator::Response Simulator::faultResponse(const QString& verb, int status, const Request&) const
{
    if (verb == u"rate-limit"_s)
        return refuse(429, u"API rate limit exceeded"_s);
    if (verb == u"unauthorized"_s)
        return refuse(401, u"Access Denied"_s);
    return refuse(status, u"Internal Server Error"_s);
}

void Simulator::decorate(const Request& request, Response& response) const
{
    response.headers.set("X-Nf-Request-Id", request.id.toLatin1());
    if (m_budget.limit == 0)
        return;
    // An instant as UNIX epoch seconds; the other provider's header of nearly this name counts seconds left.
    response.headers.set("X-RateLimit-Limit", QByteArray::number(m_budget.limit));
    response.headers.set("X-RateLimit-Remaining", QByteArray::number(m_budget.remaining));
    response.headers.set("X-RateLimit-Reset", QByteArray::number(qint64(std::chrono::ceil<Seconds>(m_budget.reset.time_since_epoch()).count())));
}

Simulator::Response Simulator::page(const Request& request, const QJsonArray& all)
{
    const auto number = [&request](const QString& key, int fallback) {
        const QString text = request.queryValue(key);
        return text.isEmpty() ? fallback : std::max(1, text.toInt());
    };
    const qsizetype size = std::min(100, number(u"per_page"_s, 100));
    const qsizetype wanted = number(u"page"_s, 1);
    const qsizetype last = std::max<qsizetype>(1, (all.size() + size - 1) / size);
    QJsonArray part;
    for (qsizetype i = (wanted - 1) * size; i < std::min(all.size(), wanted * size); ++i)
        part.append(all.at(i));
    Response response = Response::json(200, part);
    if (last > 1) {
        const auto link = [&](qsizetype to, const QByteArray& rel) {
            QUrlQuery query = request.query;
            query.removeAllQueryItems(u"page"_s);
            query.removeAllQueryItems(u"per_page"_s);
            query.addQueryItem(u"page"_s, QString::number(to));
            query.addQueryItem(u"per_page"_s, QString::number(size));
            return QByteArray(request.tls ? "<https://" : "<http://") + request.header("Host") + request.path.toUtf8() + '?'
                + query.toString(QUrl::FullyEncoded).toUtf8() + ">; rel=\"" + rel + '"';
        };
        QList<QByteArray> links;
        if (wanted > 1)
            links.append(link(wanted - 1, "prev"));
        if (wanted < last)
            links.append(link(wanted + 1, "next"));
        links.append(link(last, "last"));
        response.headers.set("Link", links.join(", "));
    }
    return response;
}

QString Simulator::stamp() const
{
    return isoUtc(m_agenda.now());
}

void Simulator::happened(const QString& kind, const QJsonObject& data)
{
    changed();
    Q_EMIT event(kind, data);
}

// ---- look-ups ---------------------------------------------------------------------------------------------------------

const QJsonObject* Simulator::findSite(const QString& which) const
{
    for (const QJsonObject& site : m_sites) {
        if (site[u"id"_s].toString() == which || site[u"name"_s].toString() == which || target(site[u"name"_s].toString()) == which || domainsOf(site).contains(which))
            return &site;
    }
    return nullptr;
}

QJsonObject* Simulator::findSite(const QString& which)
{
    return const_cast<QJsonObject*>(std::as_const(*this).findSite(which));
}

const QJsonObject* Simulator::findDeploy(const QString& id) const
{
    for (const QJsonObject& deploy : m_deploys) {
        if (deploy[u"id"_s].toString() == id)
            return &deploy;
    }
    return nullptr;
}

QJsonObject* Simulator::findDeploy(const QString& id)
{
    return const_cast<QJsonObject*>(std::as_const(*this).findDeploy(id));
}

QString Simulator::target(const QString& site) const
{
    return u"%1.%2"_s.arg(site, m_webSuffix);
}

QString Simulator::siteId(const QString& name) const
{
    const QJsonObject* site = findSite(name);
    return site ? site->value(u"id"_s).toString() : QString();
}

QStringList Simulator::domainsOf(const QJsonObject& site) const
{
    QStringList domains;
    if (site[u"custom_domain"_s].isString())
        domains.append(site[u"custom_domain"_s].toString());
    for (const QJsonValue& alias : site[u"domain_aliases"_s].toArray())
        domains.append(alias.toString());
    return domains;
}

QString Simulator::siteOfHost(const QString& host) const
{
    const QJsonObject* site = findSite(host);
    return site && site->value(u"state"_s).toString() != u"disabled"_s ? site->value(u"name"_s).toString() : QString();
}

bool Simulator::isDisabled(const QString& site) const
{
    const QJsonObject* found = findSite(site);
    return found && found->value(u"state"_s).toString() == u"disabled"_s;
}

bool Simulator::hasCertificate(const QString& host) const
{
    const QJsonObject* site = findSite(host);
    if (!site)
        return false;
    if (target(site->value(u"name"_s).toString()) == host)
        return true; // the provider's own wildcard
    const QJsonValue certificate = site->value(u"_certificate"_s);
    return certificate[u"state"_s].toString() == u"issued"_s && certificate[u"domains"_s].toArray().contains(QJsonValue(host));
}

QString Simulator::publishedDeploy(const QString& site) const
{
    const QJsonObject* found = findSite(site);
    return found ? found->value(u"_published"_s).toString() : QString();
}

std::optional<QByteArray> Simulator::publishedFile(const QString& site, const QString& path) const
{
    const QJsonObject* deploy = findDeploy(publishedDeploy(site));
    if (!deploy)
        return std::nullopt;
    const QJsonObject files = deploy->value(u"_files"_s).toObject();
    const QString plain = path.endsWith(u'/') ? path + u"index.html"_s : path;
    for (const QString& candidate : {plain, plain + u"/index.html"_s, plain + u".html"_s}) {
        if (files.contains(candidate))
            return blob(files[candidate].toString());
    }
    return std::nullopt;
}

// ---- what happens by itself -------------------------------------------------------------------------------------------

void Simulator::run(const QString& what, const QJsonObject& data)
{
    if (what == u"certificate"_s) {
        if (QJsonObject* site = findSite(data[u"site"_s].toString())) {
            QJsonObject certificate = site->value(u"_certificate"_s).toObject();
            certificate[u"state"_s] = u"issued"_s;
            certificate[u"updated_at"_s] = stamp();
            (*site)[u"_certificate"_s] = certificate;
            happened(u"certificate"_s, {{u"site"_s, site->value(u"name"_s)}, {u"domains"_s, certificate[u"domains"_s]}});
        }
        return;
    }
    QJsonObject* deploy = findDeploy(data[u"deploy"_s].toString());
    // A client that uploads without waiting is already past "prepared".
    const bool overtaken = deploy && data[u"state"_s].toString() == u"prepared"_s && deploy->value(u"state"_s).toString() != u"preparing"_s;
    if (deploy && !overtaken)
        setState(*deploy, data[u"state"_s].toString());
}

} // namespace switchyard::netlify
