// Deploys over the clock, hooks, and custom domains with verification.
#include "providers/render/simulator/Simulator.h"

#include <algorithm>

namespace switchyard::render {

using namespace Qt::StringLiterals;

namespace {

QJsonObject withoutOwnKeys(const QJsonObject& object)
{
    QJsonObject copy;
    for (auto it = object.begin(); it != object.end(); ++it) {
        if (!it.key().startsWith(u'_'))
            copy.insert(it.key(), it.value());
    }
    return copy;
}

/// "ghcr.io/a/b" of "ghcr.io/a/b:tag" and of "ghcr.io/a/b@sha256:...".
QString repositoryOf(const QString& image)
{
    const QString bare = image.section(u'@', 0, 0);
    const qsizetype colon = bare.lastIndexOf(u':');
    return colon > bare.lastIndexOf(u'/') ? bare.left(colon) : bare;
}

} // namespace

void Simulator::setDeployTimes(Seconds build, Seconds update)
{
    m_build = build;
    m_update = update;
}

bool Simulator::isUnderWay(const QJsonObject& deploy)
{
    const QString status = deploy[u"status"_s].toString();
    return status == u"created"_s || status == u"queued"_s || status.endsWith(u"_in_progress"_s);
}

QJsonObject Simulator::makeDeploy(Service& service, const QString& why, bool build, const QString& image)
{
    const bool waits = std::any_of(service.deploys.begin(), service.deploys.end(), &Simulator::isUnderWay);
    QJsonObject deploy{{u"id"_s, u"dep-"_s + simulator::randomHexId(20)}, {u"status"_s, waits ? u"queued"_s : u"created"_s}, {u"trigger"_s, why},
        {u"createdAt"_s, stamp()}, {u"updatedAt"_s, stamp()}, {u"finishedAt"_s, QJsonValue::Null}, {u"_build"_s, build && image.isEmpty() && !service.doc.contains(u"imagePath"_s)}};
    const QJsonObject last = service.deploys.isEmpty() ? QJsonObject{} : service.deploys.last();
    if (const QString ref = image.isEmpty() ? service.doc.value(u"imagePath"_s).toString() : image; !ref.isEmpty()) {
        const QString sha = ref.contains(u'@') ? ref.section(u'@', 1) : u"sha256:"_s + simulator::randomHexId(64);
        deploy[u"image"_s] = QJsonObject{{u"ref"_s, ref}, {u"sha"_s, sha}};
    } else if (last.contains(u"commit"_s)) {
        deploy[u"commit"_s] = last[u"commit"_s];
    }
    if (const std::optional<QJsonValue> wrong = fault(u"deploy-fail"_s))
        deploy[u"_fail"_s] = wrong->toObject()[u"status"_s].toString(u"update_failed"_s);
    service.deploys.append(deploy);
    if (!waits)
        beginDeploy(service, service.deploys.last());
    return withoutOwnKeys(service.deploys.last());
}

void Simulator::beginDeploy(Service& service, QJsonObject& deploy)
{
    deploy[u"status"_s] = u"created"_s;
    deploy[u"startedAt"_s] = stamp();
    deploy[u"updatedAt"_s] = stamp();
    deploy[u"_env"_s] = service.env; // the values of this moment, not later ones
    record(service, u"deploy_started"_s, {{u"deployId"_s, deploy[u"id"_s]}, {u"trigger"_s, deploy[u"trigger"_s]}});
    m_agenda.in(Seconds(1), u"deploy"_s, {{u"service"_s, service.doc[u"id"_s]}, {u"deploy"_s, deploy[u"id"_s]}});
    happened(u"deploy"_s, {{u"service"_s, service.doc[u"name"_s]}, {u"deploy"_s, deploy[u"id"_s]}, {u"status"_s, u"created"_s}, {u"trigger"_s, deploy[u"trigger"_s]}});
}

void Simulator::advance(Service& service, QJsonObject& deploy)
{
    if (!isUnderWay(deploy))
        return;
    const QString status = deploy[u"status"_s].toString();
    const QString fail = deploy.value(u"_fail"_s).toString();
    const bool preDeploys = service.doc.value(u"serviceDetails"_s)[u"envSpecificDetails"_s].toObject().contains(u"preDeployCommand"_s);
    const auto go = [&](const QString& next, Seconds length) {
        deploy[u"status"_s] = next;
        deploy[u"updatedAt"_s] = stamp();
        m_agenda.in(length, u"deploy"_s, {{u"service"_s, service.doc[u"id"_s]}, {u"deploy"_s, deploy[u"id"_s]}});
        happened(u"deploy"_s, {{u"service"_s, service.doc[u"name"_s]}, {u"deploy"_s, deploy[u"id"_s]}, {u"status"_s, next}, {u"trigger"_s, deploy[u"trigger"_s]}});
    };
    const QString name = service.doc[u"name"_s].toString();
    if (status == u"created"_s && deploy.value(u"_build"_s).toBool()) {
        appendLog(name, u"build"_s, {}, u"info"_s, u"==> Cloning from the repository"_s);
        return go(u"build_in_progress"_s, m_build);
    }
    if (status == u"build_in_progress"_s) {
        if (fail == u"build_failed"_s)
            return endDeploy(service, deploy, fail);
        appendLog(name, u"build"_s, {}, u"info"_s, u"==> Build successful"_s);
    }
    if ((status == u"created"_s || status == u"build_in_progress"_s) && preDeploys)
        return go(u"pre_deploy_in_progress"_s, Seconds(8));
    if (status == u"pre_deploy_in_progress"_s && fail == u"pre_deploy_failed"_s)
        return endDeploy(service, deploy, fail);
    if (status != u"update_in_progress"_s)
        return go(u"update_in_progress"_s, m_update);
    endDeploy(service, deploy, fail.isEmpty() ? u"live"_s : u"update_failed"_s);
}

void Simulator::endDeploy(Service& service, QJsonObject& deploy, const QString& status)
{
    if (status == u"live"_s) {
        for (QJsonObject& other : service.deploys) {
            if (other[u"status"_s].toString() == u"live"_s) {
                other[u"status"_s] = u"deactivated"_s;
                other[u"updatedAt"_s] = stamp();
            }
        }
        service.liveEnv = deploy[u"_env"_s].toObject();
    } else {
        appendLog(service.doc[u"name"_s].toString(), status == u"build_failed"_s ? u"build"_s : u"app"_s, {}, u"error"_s, u"==> Deploy ended: %1"_s.arg(status));
    }
    deploy[u"status"_s] = status;
    deploy[u"finishedAt"_s] = stamp();
    deploy[u"updatedAt"_s] = stamp();
    m_agenda.cancel(u"deploy"_s, u"deploy"_s, deploy[u"id"_s].toString());
    record(service, u"deploy_ended"_s, {{u"deployId"_s, deploy[u"id"_s]}, {u"status"_s, status == u"live"_s ? u"succeeded"_s : status == u"canceled"_s ? u"canceled"_s : u"failed"_s}});
    const QJsonObject told{{u"service"_s, service.doc[u"name"_s]}, {u"deploy"_s, deploy[u"id"_s]}, {u"status"_s, status}, {u"trigger"_s, deploy[u"trigger"_s]}};
    const bool suspended = service.doc[u"suspended"_s].toString() == u"suspended"_s;
    if (status == u"live"_s && !suspended)
        setInstances(service, service.doc[u"serviceDetails"_s][u"numInstances"_s].toInt(1));
    happened(u"deploy"_s, told);
    for (QJsonObject& next : service.deploys) {
        if (!suspended && next[u"status"_s].toString() == u"queued"_s)
            return beginDeploy(service, next);
    }
}

Simulator::Response Simulator::trigger(Service& service, const QString& why, const QJsonObject& body)
{
    if (service.doc[u"suspended"_s].toString() == u"suspended"_s)
        return refuse(400, u"the service is suspended"_s);
    const QString image = body[u"imageUrl"_s].toString();
    const QString configured = service.doc.value(u"imagePath"_s).toString();
    if (!image.isEmpty() && (configured.isEmpty() || repositoryOf(image) != repositoryOf(configured)))
        return refuse(400, u"only the tag or digest of the configured image may differ"_s);
    const QString mode = body[u"deployMode"_s].toString(u"build_and_deploy"_s);
    if (mode != u"build_and_deploy"_s && mode != u"deploy_only"_s)
        return refuse(400, u"unknown deployMode"_s);
    QJsonObject deploy = makeDeploy(service, why, mode == u"build_and_deploy"_s, image);
    if (const QJsonValue commit = body[u"commitId"_s]; commit.isString()) {
        service.deploys.last()[u"commit"_s] = QJsonObject{{u"id"_s, commit}, {u"message"_s, u""_s}, {u"createdAt"_s, stamp()}};
        deploy[u"commit"_s] = service.deploys.last()[u"commit"_s];
    }
    if (deploy[u"status"_s].toString() == u"queued"_s)
        return Response::empty(202); // no id: the caller has to find it in the list
    return Response::json(201, deploy);
}

void Simulator::addDeployRoutes()
{
    onService("GET", u"/deploys"_s, [this](const Request& r, Service& service) {
        const QStringList statuses = r.query.allQueryItemValues(u"status"_s).join(u',').split(u',', Qt::SkipEmptyParts);
        QList<QJsonObject> newestFirst;
        for (const QJsonObject& deploy : std::as_const(service.deploys)) {
            if (statuses.isEmpty() || statuses.contains(deploy[u"status"_s].toString()))
                newestFirst.prepend(deploy);
        }
        return page(r, u"deploy"_s, newestFirst, u"id"_s);
    });
    onService("POST", u"/deploys"_s, [this](const Request& r, Service& service) { return trigger(service, u"api"_s, r.json().toObject()); });
    onService("GET", u"/deploys/{id}"_s, [](const Request& r, Service& service) {
        const QJsonObject* deploy = findIn(service.deploys, r.param(u"id"_s));
        return deploy ? Response::json(200, withoutOwnKeys(*deploy)) : refuse(404, u"not found: deploy"_s);
    });
    onService("POST", u"/deploys/{id}/cancel"_s, [this](const Request& r, Service& service) {
        QJsonObject* deploy = findIn(service.deploys, r.param(u"id"_s));
        if (!deploy)
            return refuse(404, u"not found: deploy"_s);
        if (!isUnderWay(*deploy))
            return refuse(409, u"the deploy has ended already"_s);
        endDeploy(service, *deploy, u"canceled"_s);
        return Response::json(200, withoutOwnKeys(*findIn(service.deploys, r.param(u"id"_s))));
    });
    onService("POST", u"/rollback"_s, [this](const Request& r, Service& service) {
        const QJsonObject* old = findIn(service.deploys, r.json()[u"deployId"_s].toString());
        if (!old)
            return refuse(404, u"not found: deploy"_s);
        const QJsonObject from = *old;
        if (service.doc[u"suspended"_s].toString() == u"suspended"_s)
            return refuse(400, u"the service is suspended"_s);
        makeDeploy(service, u"rollback"_s, false);
        QJsonObject& made = service.deploys.last();
        for (const QString& key : {u"commit"_s, u"image"_s}) {
            if (from.contains(key))
                made[key] = from[key];
        }
        return Response::json(201, withoutOwnKeys(made));
    });
    for (const char* method : {"GET", "POST"}) {
        router().route(method, u"/deploy/{id}"_s, [this](const Request& r) {
            Service* service = find(r.param(u"id"_s));
            if (!service || r.queryValue(u"key"_s) != service->hookKey)
                return refuse(401, u"Unauthorized"_s);
            QJsonObject body;
            if (const QString image = r.queryValue(u"imgURL"_s); !image.isEmpty())
                body[u"imageUrl"_s] = image;
            if (const QString ref = r.queryValue(u"ref"_s); !ref.isEmpty())
                body[u"commitId"_s] = ref;
            Response response = trigger(*service, u"deploy_hook"_s, body);
            if (response.status != 201)
                return response;
            changed();
            return Response::json(200, QJsonObject{{u"deploy"_s, QJsonObject{{u"id"_s, service->deploys.last()[u"id"_s]}}}});
        });
    }
}

// ---- what happens by itself -------------------------------------------------------------------------------------------

void Simulator::run(const QString& what, const QJsonObject& data)
{
    if (what == u"database-ready"_s) {
        for (QList<QJsonObject>* list : {&m_databases, &m_stores}) {
            QJsonObject* database = findIn(*list, data[u"database"_s].toString());
            if (!database)
                continue;
            (*database)[u"status"_s] = u"available"_s;
            happened(u"database"_s, {{u"database"_s, database->value(u"name"_s)}, {u"change"_s, u"available"_s}});
        }
        return;
    }
    if (what == u"verify"_s || what == u"certificate"_s)
        return look(data, what == u"certificate"_s);
    Service* service = find(data[u"service"_s].toString());
    if (!service)
        return;
    if (what == u"instances"_s && service->doc[u"suspended"_s].toString() != u"suspended"_s)
        setInstances(*service, service->doc[u"serviceDetails"_s][u"numInstances"_s].toInt(1));
    if (what == u"deploy"_s) {
        if (QJsonObject* deploy = findIn(service->deploys, data[u"deploy"_s].toString()))
            advance(*service, *deploy);
    }
}

// ---- custom domains ---------------------------------------------------------------------------------------------------

void Simulator::addDomainRoutes()
{
    onService("GET", u"/custom-domains"_s, [this](const Request& r, Service& service) {
        QList<QJsonObject> wanted;
        for (const QJsonObject& domain : std::as_const(service.domains)) {
            const auto fits = [&](const QString& key) {
                const QString asked = r.queryValue(key);
                return asked.isEmpty() || asked == domain[key].toString();
            };
            if (fits(u"name"_s) && fits(u"domainType"_s) && fits(u"verificationStatus"_s))
                wanted.append(domain);
        }
        return page(r, u"customDomain"_s, wanted, u"id"_s);
    });
    onService("POST", u"/custom-domains"_s, [this](const Request& r, Service& service) { return addDomain(service, r.json()[u"name"_s].toString().toLower()); });
    onService("GET", u"/custom-domains/{id}"_s, [](const Request& r, Service& service) {
        const QJsonObject* domain = findIn(service.domains, r.param(u"id"_s));
        return domain ? Response::json(200, withoutOwnKeys(*domain)) : refuse(404, u"not found: custom domain"_s);
    });
    onService("POST", u"/custom-domains/{id}/verify"_s, [this](const Request& r, Service& service) {
        const QJsonObject* domain = findIn(service.domains, r.param(u"id"_s));
        if (!domain)
            return refuse(404, u"not found: custom domain"_s);
        // Reading a domain is not enough: each look at public DNS has to be asked for.
        const QString id = domain->value(u"id"_s).toString();
        m_agenda.cancel(u"verify"_s, u"domain"_s, id);
        if (!fault(u"verify-never"_s))
            m_agenda.in(Seconds(5), u"verify"_s, {{u"service"_s, service.doc[u"id"_s]}, {u"domain"_s, id}});
        return Response::empty(202);
    });
    onService("DELETE", u"/custom-domains/{id}"_s, [this](const Request& r, Service& service) {
        const QJsonObject* domain = findIn(service.domains, r.param(u"id"_s));
        if (!domain)
            return refuse(404, u"not found: custom domain"_s);
        const QJsonObject gone = *domain;
        m_agenda.cancel({}, u"domain"_s, gone[u"id"_s].toString());
        service.domains.removeIf([&](const QJsonObject& other) { return other[u"id"_s] == gone[u"id"_s]; });
        happened(u"domain"_s, {{u"service"_s, service.doc[u"name"_s]}, {u"host"_s, gone[u"name"_s]}, {u"change"_s, u"removed"_s}});
        return Response::empty(204);
    });
}

Simulator::Response Simulator::addDomain(Service& service, const QString& name)
{
    const QString type = service.doc[u"type"_s].toString();
    if (type != u"web_service"_s && type != u"static_site"_s)
        return refuse(400, u"only web services and static sites take custom domains"_s);
    if (!name.contains(u'.') || name.contains(u' ') || name.contains(u'/'))
        return refuse(400, u"invalid domain name"_s);
    if (!serviceOfDomain(name).isEmpty())
        return refuse(409, u"%1 is already in use"_s.arg(name));
    // Adding www adds the bare name and the reverse; the twin only redirects.
    QStringList names{name};
    const bool apex = name.count(u'.') == 1;
    if (apex)
        names.append(u"www."_s + name);
    else if (name.startsWith(u"www."_s) && name.count(u'.') == 2)
        names.append(name.mid(4));
    QJsonArray made;
    for (const QString& host : std::as_const(names)) {
        if (host != name && !serviceOfDomain(host).isEmpty())
            continue;
        const QJsonObject domain{{u"id"_s, u"cdm-"_s + simulator::randomHexId(20)}, {u"name"_s, host}, {u"domainType"_s, host.count(u'.') == 1 ? u"apex"_s : u"subdomain"_s},
            {u"publicSuffix"_s, host.section(u'.', -1)}, {u"redirectForName"_s, host == name ? QString() : name}, {u"verificationStatus"_s, u"unverified"_s},
            {u"createdAt"_s, stamp()}, {u"server"_s, QJsonObject{{u"id"_s, service.doc[u"id"_s]}, {u"name"_s, service.doc[u"name"_s]}}}, {u"_certificate"_s, false}};
        service.domains.append(domain);
        made.append(withoutOwnKeys(domain));
        happened(u"domain"_s, {{u"service"_s, service.doc[u"name"_s]}, {u"host"_s, host}, {u"change"_s, u"added"_s}, {u"redirectFor"_s, domain[u"redirectForName"_s]}});
    }
    return Response::json(201, made);
}

/// A look at public DNS, or the moment a certificate is ready.
void Simulator::look(const QJsonObject& data, bool issues)
{
    Service* service = find(data[u"service"_s].toString());
    QJsonObject* domain = service ? findIn(service->domains, data[u"domain"_s].toString()) : nullptr;
    if (!domain)
        return;
    const QString host = domain->value(u"name"_s).toString();
    const QString name = service->doc[u"name"_s].toString();
    const bool here = m_hostPointsHere && m_hostPointsHere(host, target(name));
    if (domain->value(u"verificationStatus"_s).toString() == u"unverified"_s) {
        if (!here)
            return; // the caller has to ask again
        (*domain)[u"verificationStatus"_s] = u"verified"_s;
        m_agenda.in(m_certificateDelay, u"certificate"_s, data);
        happened(u"domain"_s, {{u"service"_s, name}, {u"host"_s, host}, {u"change"_s, u"verified"_s}});
        return;
    }
    // Asking Render to verify once more doesn't bring the certificate any sooner.
    if (domain->value(u"_certificate"_s).toBool() || !issues)
        return;
    if (!here) {
        m_agenda.in(Seconds(30), u"certificate"_s, data);
        return;
    }
    (*domain)[u"_certificate"_s] = true;
    happened(u"domain"_s, {{u"service"_s, name}, {u"host"_s, host}, {u"change"_s, u"certificate"_s}});
}

QString Simulator::serviceOfDomain(const QString& host) const
{
    for (const Service& service : m_services) {
        if (findIn(service.domains, host))
            return service.doc[u"name"_s].toString();
    }
    return {};
}

bool Simulator::hasCertificate(const QString& host) const
{
    for (const Service& service : m_services) {
        if (const QJsonObject* domain = findIn(service.domains, host))
            return domain->value(u"_certificate"_s).toBool();
    }
    return false;
}

QString Simulator::redirectOf(const QString& host) const
{
    for (const Service& service : m_services) {
        if (const QJsonObject* domain = findIn(service.domains, host))
            return domain->value(u"redirectForName"_s).toString();
    }
    return {};
}

} // namespace switchyard::render
