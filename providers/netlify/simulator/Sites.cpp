// User, team, sites, domains, certificates.
#include "providers/netlify/simulator/Simulator.h"

namespace switchyard::netlify {

using namespace Qt::StringLiterals;

namespace {

QJsonObject publicPart(const QJsonObject& object)
{
    QJsonObject copy;
    for (auto it = object.begin(); it != object.end(); ++it) {
        if (!it.key().startsWith(u'_'))
            copy.insert(it.key(), it.value());
    }
    return copy;
}

} // namespace

QJsonObject Simulator::siteShown(const QJsonObject& site) const
{
    QJsonObject copy = publicPart(site);
    const QString name = site[u"name"_s].toString();
    const QString host = site[u"custom_domain"_s].toString(target(name));
    copy[u"url"_s] = u"http://"_s + host;
    copy[u"ssl_url"_s] = u"https://"_s + host;
    copy[u"default_domain"_s] = target(name);
    const QJsonObject* deploy = findDeploy(site[u"_published"_s].toString());
    copy[u"published_deploy"_s] = deploy ? QJsonValue(deployShown(*deploy)) : QJsonValue(QJsonValue::Null);
    copy[u"deploy_url"_s] = deploy ? deploy->value(u"deploy_url"_s) : QJsonValue(QJsonValue::Null);
    return copy;
}

void Simulator::onSite(const char* method, const QString& pattern, std::function<Response(const Request&, QJsonObject&)> endpoint)
{
    router().route(method, u"/api/v1/sites/{site}"_s + pattern, [this, endpoint = std::move(endpoint)](const Request& r) {
        QJsonObject* site = findSite(r.param(u"site"_s));
        if (!site || (site->value(u"name"_s).toString() == r.param(u"site"_s)))
            return refuse(404, u"Not Found"_s); // an id or a domain name, not the bare name
        Response response = endpoint(r, *site);
        if (r.method != "GET")
            changed();
        return response;
    });
}

void Simulator::addSiteRoutes()
{
    router().route("GET", u"/api/v1/user"_s, [this](const Request&) { return Response::json(200, m_user); });
    router().route("GET", u"/api/v1/accounts"_s, [this](const Request&) { return Response::json(200, QJsonArray{publicPart(m_account)}); });
    router().route("GET", u"/api/v1/accounts/{account}"_s, [this](const Request& r) {
        const QString which = r.param(u"account"_s);
        if (which != m_account[u"id"_s].toString() && which != accountSlug())
            return refuse(404, u"Not Found"_s);
        return Response::json(200, publicPart(m_account));
    });
    const auto list = [this](const Request& r) {
        QJsonArray all;
        const QString name = r.queryValue(u"name"_s);
        for (const QJsonObject& site : std::as_const(m_sites)) {
            if (name.isEmpty() || site[u"name"_s].toString().contains(name))
                all.append(siteShown(site));
        }
        return page(r, all);
    };
    router().route("GET", u"/api/v1/sites"_s, list);
    router().route("GET", u"/api/v1/{account}/sites"_s, [this, list](const Request& r) {
        return r.param(u"account"_s) == accountSlug() ? list(r) : refuse(404, u"Not Found"_s);
    });
    onSite("GET", {}, [this](const Request&, QJsonObject& site) { return Response::json(200, siteShown(site)); });
    onSite("PATCH", {}, [this](const Request& r, QJsonObject& site) { return patchSite(site, r.json().toObject()); });
    for (const bool off : {true, false}) {
        onSite("PUT", off ? u"/disable"_s : u"/enable"_s, [this, off](const Request&, QJsonObject& site) {
            site[u"state"_s] = off ? u"disabled"_s : u"current"_s;
            happened(u"suspend"_s, {{u"site"_s, site[u"name"_s]}, {u"suspended"_s, off}});
            return Response::empty(204);
        });
    }
    onSite("GET", u"/ssl"_s, [](const Request&, QJsonObject& site) {
        const QJsonObject certificate = site[u"_certificate"_s].toObject();
        return certificate.isEmpty() ? refuse(404, u"Not Found"_s) : Response::json(200, certificate);
    });
    onSite("POST", u"/ssl"_s, [this](const Request&, QJsonObject& site) { return provisionCertificate(site); });
    onSite("GET", u"/ssl/certificates"_s, [](const Request& r, QJsonObject& site) {
        const QJsonObject certificate = site[u"_certificate"_s].toObject();
        const QString domain = r.queryValue(u"domain"_s);
        const bool fits = domain.isEmpty() || certificate[u"domains"_s].toArray().contains(QJsonValue(domain));
        return Response::json(200, certificate.isEmpty() || !fits ? QJsonArray{} : QJsonArray{certificate});
    });
    router().route("POST", u"/api/v1/purge"_s, [](const Request&) { return Response::empty(202); });
}

Simulator::Response Simulator::patchSite(QJsonObject& site, const QJsonObject& body)
{
    QJsonObject wanted = site;
    for (const QString& key : {u"custom_domain"_s, u"domain_aliases"_s, u"password"_s, u"force_ssl"_s, u"processing_settings"_s}) {
        if (body.contains(key))
            wanted[key] = body[key]; // the alias list is replaced as a whole
    }
    if (body.contains(u"build_settings"_s)) {
        QJsonObject settings = wanted[u"build_settings"_s].toObject();
        const QJsonObject asked = body[u"build_settings"_s].toObject();
        for (auto it = asked.begin(); it != asked.end(); ++it)
            settings[it.key()] = it.value();
        wanted[u"build_settings"_s] = settings;
    }
    for (const QString& domain : domainsOf(wanted)) {
        const QJsonObject* other = findSite(domain);
        if (other && other->value(u"id"_s) != site[u"id"_s])
            return refuse(422, u"custom_domain: %1 is already taken"_s.arg(domain));
        if (!domain.contains(u'.'))
            return refuse(422, u"custom_domain: %1 is no domain name"_s.arg(domain));
    }
    const bool domainsChanged = domainsOf(wanted) != domainsOf(site);
    wanted[u"updated_at"_s] = stamp();
    site = wanted;
    if (domainsChanged)
        happened(u"domain"_s, {{u"site"_s, site[u"name"_s]}, {u"custom_domain"_s, site[u"custom_domain"_s]}, {u"domain_aliases"_s, site[u"domain_aliases"_s]}});
    return Response::json(200, siteShown(site));
}

Simulator::Response Simulator::provisionCertificate(QJsonObject& site)
{
    const QStringList domains = domainsOf(site);
    const QString name = site[u"name"_s].toString();
    if (domains.isEmpty())
        return refuse(422, u"No custom domain"_s);
    for (const QString& domain : domains) {
        // DNS has to lead here already.
        if (fault(u"ssl-fail"_s) || !m_hostPointsHere || !m_hostPointsHere(domain, target(name)))
            return refuse(422, u"DNS verification failed: %1 doesn't appear to be served by Netlify"_s.arg(domain));
    }
    site[u"_certificate"_s] = QJsonObject{{u"state"_s, u"pending"_s}, {u"domains"_s, QJsonArray::fromStringList(domains)}, {u"created_at"_s, stamp()},
        {u"updated_at"_s, stamp()}, {u"expires_at"_s, isoUtc(m_agenda.now() + std::chrono::hours(24 * 90))}};
    m_agenda.in(Seconds(30), u"certificate"_s, {{u"site"_s, site[u"id"_s]}});
    return Response::json(200, site[u"_certificate"_s].toObject());
}

} // namespace switchyard::netlify
