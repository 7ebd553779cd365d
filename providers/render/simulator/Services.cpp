// Owners, services, instances, maintenance mode, environment and its groups.
#include "providers/render/simulator/Simulator.h"

#include <QRandomGenerator>

#include <algorithm>

namespace switchyard::render {

using namespace Qt::StringLiterals;

void Simulator::addServiceRoutes()
{
    router().route("GET", u"/v1/owners"_s, [this](const Request& r) { return page(r, u"owner"_s, {m_owner}, u"id"_s); });
    router().route("GET", u"/v1/owners/{id}"_s, [this](const Request& r) {
        return r.param(u"id"_s) == m_owner[u"id"_s].toString() ? Response::json(200, m_owner) : refuse(404, u"not found: owner"_s);
    });
    router().route("GET", u"/v1/users"_s, [this](const Request&) {
        return Response::json(200, QJsonObject{{u"email"_s, m_owner[u"email"_s]}, {u"name"_s, m_owner[u"name"_s]}});
    });
    router().route("GET", u"/v1/services"_s, [this](const Request& r) {
        QList<QJsonObject> wanted;
        for (const Service& service : std::as_const(m_services)) {
            const auto fits = [&](const QString& key, const QJsonValue& value) {
                const QStringList asked = r.query.allQueryItemValues(key, QUrl::FullyDecoded);
                return asked.isEmpty() || asked.join(u',').split(u',').contains(value.toString());
            };
            const QJsonValue details = service.doc[u"serviceDetails"_s];
            if (fits(u"name"_s, service.doc[u"name"_s]) && fits(u"type"_s, service.doc[u"type"_s]) && fits(u"ownerId"_s, service.doc[u"ownerId"_s])
                && fits(u"suspended"_s, service.doc[u"suspended"_s]) && fits(u"region"_s, details[u"region"_s]) && fits(u"env"_s, details[u"env"_s]))
                wanted.append(service.doc);
        }
        return page(r, u"service"_s, wanted, u"id"_s);
    });
    onService("GET", {}, [](const Request&, Service& service) { return Response::json(200, service.doc); });
    onService("PATCH", {}, [this](const Request& r, Service& service) { return patchService(service, r.json().toObject()); });
    onService("POST", u"/scale"_s, [this](const Request& r, Service& service) {
        const QJsonValue wish = r.json()[u"numInstances"_s];
        if (service.doc[u"type"_s].toString() == u"static_site"_s)
            return refuse(400, u"static sites can't be scaled"_s);
        if (!wish.isDouble() || wish.toInt() < 1 || wish.toInt() > 100)
            return refuse(400, u"numInstances must be between 1 and 100"_s); // stopping is suspend, not 0
        QJsonObject details = service.doc[u"serviceDetails"_s].toObject();
        if (!details.value(u"autoscaling"_s)[u"enabled"_s].toBool()) {
            details[u"numInstances"_s] = wish;
            service.doc[u"serviceDetails"_s] = details;
            m_agenda.in(Seconds(6), u"instances"_s, {{u"service"_s, service.doc[u"id"_s]}});
        }
        return Response::empty(202);
    });
    onService("PUT", u"/autoscaling"_s, [](const Request& r, Service& service) {
        QJsonObject details = service.doc[u"serviceDetails"_s].toObject();
        details[u"autoscaling"_s] = r.json();
        service.doc[u"serviceDetails"_s] = details;
        return Response::json(200, r.json());
    });
    onService("DELETE", u"/autoscaling"_s, [](const Request&, Service& service) {
        QJsonObject details = service.doc[u"serviceDetails"_s].toObject();
        details.remove(u"autoscaling"_s);
        service.doc[u"serviceDetails"_s] = details;
        return Response::empty(204);
    });
    onService("POST", u"/suspend"_s, [this](const Request&, Service& service) {
        suspend(service, true);
        return Response::empty(202);
    });
    onService("POST", u"/resume"_s, [this](const Request&, Service& service) {
        suspend(service, false);
        return Response::empty(202);
    });
    onService("POST", u"/restart"_s, [this](const Request&, Service& service) {
        if (service.doc[u"suspended"_s].toString() == u"suspended"_s)
            return refuse(400, u"the service is suspended"_s);
        record(service, u"server_restarted"_s);
        happened(u"restart"_s, {{u"service"_s, service.doc[u"name"_s]}});
        return Response::empty(200);
    });
    onService("GET", u"/instances"_s, [](const Request&, Service& service) {
        QJsonArray all; // a bare array, no cursors
        for (const QJsonObject& instance : std::as_const(service.instances))
            all.append(instance);
        return Response::json(200, all);
    });
    onService("GET", u"/events"_s, [this](const Request& r, Service& service) {
        const QStringList types = r.query.allQueryItemValues(u"type"_s).join(u',').split(u',', Qt::SkipEmptyParts);
        QList<QJsonObject> wanted;
        for (const QJsonObject& entry : std::as_const(service.events)) {
            if (types.isEmpty() || types.contains(entry[u"type"_s].toString()))
                wanted.append(entry);
        }
        return page(r, u"event"_s, wanted, u"id"_s);
    });
}

Simulator::Response Simulator::patchService(Service& service, const QJsonObject& body)
{
    const QString type = service.doc[u"type"_s].toString();
    QJsonObject doc = service.doc;
    QJsonObject details = doc[u"serviceDetails"_s].toObject();
    const QJsonObject wish = body[u"serviceDetails"_s].toObject();
    std::optional<QJsonObject> maintenance;
    if (wish.contains(u"maintenanceMode"_s)) {
        const QJsonObject mode = wish[u"maintenanceMode"_s].toObject();
        if (!mode[u"enabled"_s].isBool() || !mode[u"uri"_s].isString())
            return refuse(400, u"maintenanceMode needs enabled and uri"_s);
        if (type != u"web_service"_s)
            return refuse(400, u"maintenance mode is for web services"_s);
        if (details.value(u"plan"_s).toString() == u"free"_s)
            return refuse(402, u"maintenance mode needs a paid plan"_s);
        if (details.value(u"maintenanceMode"_s).toObject() != mode)
            maintenance = mode;
        details[u"maintenanceMode"_s] = mode;
    }
    if (wish.contains(u"region"_s) && wish[u"region"_s] != details.value(u"region"_s))
        return refuse(400, u"region can't be changed"_s);
    for (const QString& key : {u"plan"_s, u"healthCheckPath"_s, u"buildCommand"_s, u"publishPath"_s, u"maxShutdownDelaySeconds"_s, u"renderSubdomainPolicy"_s,
             u"ipAllowList"_s, u"previews"_s}) {
        if (wish.contains(key))
            details[key] = wish[key];
    }
    QJsonObject specific = details.value(u"envSpecificDetails"_s).toObject();
    const QJsonObject specificWish = wish[u"envSpecificDetails"_s].toObject();
    for (auto it = specificWish.begin(); it != specificWish.end(); ++it)
        specific[it.key()] = it.value();
    if (wish.contains(u"preDeployCommand"_s))
        specific[u"preDeployCommand"_s] = wish[u"preDeployCommand"_s];
    if (!specific.isEmpty())
        details[u"envSpecificDetails"_s] = specific;
    for (const QString& key : {u"name"_s, u"branch"_s, u"repo"_s, u"rootDir"_s, u"autoDeploy"_s, u"autoDeployTrigger"_s}) {
        if (body.contains(key))
            doc[key] = body[key];
    }
    if (const QJsonValue image = body[u"image"_s][u"imagePath"_s]; image.isString())
        doc[u"imagePath"_s] = image;
    doc[u"serviceDetails"_s] = details;
    doc[u"updatedAt"_s] = stamp();
    service.doc = doc;
    if (maintenance) {
        record(service, u"maintenance_mode_enabled"_s, *maintenance);
        happened(u"maintenance"_s, {{u"service"_s, doc[u"name"_s]}, {u"on"_s, maintenance->value(u"enabled"_s)}, {u"uri"_s, maintenance->value(u"uri"_s)}});
    }
    return Response::json(200, service.doc);
}

void Simulator::setInstances(Service& service, int count)
{
    if (service.doc[u"type"_s].toString() == u"static_site"_s || service.instances.size() == count)
        return;
    while (service.instances.size() > count)
        service.instances.removeLast();
    while (service.instances.size() < count)
        service.instances.append({{u"id"_s, service.doc[u"id"_s].toString() + u'-' + simulator::randomHexId(5)}, {u"createdAt"_s, stamp()}});
    record(service, u"instance_count_changed"_s, {{u"toInstances"_s, count}});
    happened(u"formation"_s, {{u"service"_s, service.doc[u"name"_s]}, {u"type"_s, service.doc[u"type"_s]}, {u"instances"_s, count}});
}

void Simulator::suspend(Service& service, bool on)
{
    if ((service.doc[u"suspended"_s].toString() == u"suspended"_s) == on)
        return;
    service.doc[u"suspended"_s] = on ? u"suspended"_s : u"not_suspended"_s;
    service.doc[u"suspenders"_s] = on ? QJsonArray{u"user"_s} : QJsonArray{};
    service.doc[u"updatedAt"_s] = stamp();
    record(service, on ? u"service_suspended"_s : u"service_resumed"_s);
    if (on) {
        for (QJsonObject& deploy : service.deploys) {
            if (isUnderWay(deploy))
                endDeploy(service, deploy, u"canceled"_s);
        }
        setInstances(service, 0);
    }
    happened(u"suspend"_s, {{u"service"_s, service.doc[u"name"_s]}, {u"suspended"_s, on}});
    if (!on)
        makeDeploy(service, u"service_resumed"_s, false); // resuming is a deploy of what was live, without a build
}

// ---- environment ------------------------------------------------------------------------------------------------------

/// The provider's order is its own and not the caller's: here by a hash of the key.
QList<QJsonObject> Simulator::environmentItems(const QJsonObject& env) const
{
    QList<QJsonObject> items;
    for (auto it = env.begin(); it != env.end(); ++it)
        items.append({{u"key"_s, it.key()}, {u"value"_s, it.value()}});
    std::sort(items.begin(), items.end(), [](const QJsonObject& a, const QJsonObject& b) {
        return qHash(a[u"key"_s].toString(), 7) < qHash(b[u"key"_s].toString(), 7);
    });
    return items;
}

Simulator::Response Simulator::changeEnvironment(Service& service, const QJsonObject& env)
{
    QJsonArray keys;
    for (const QJsonObject& side : {service.env, env}) {
        for (auto it = side.begin(); it != side.end(); ++it) {
            if (service.env.value(it.key()) != env.value(it.key()) && !keys.contains(QJsonValue(it.key())))
                keys.append(it.key());
        }
    }
    service.env = env;
    if (!keys.isEmpty())
        happened(u"config"_s, {{u"service"_s, service.doc[u"name"_s]}, {u"keys"_s, keys}});
    return Response::empty(204);
}

namespace {

/// A value given, or one to be made; nothing when neither is right.
std::optional<QString> valueOf(const QJsonValue& entry)
{
    if (entry[u"generateValue"_s].toBool())
        return simulator::randomHexId(44);
    if (entry[u"value"_s].isString())
        return entry[u"value"_s].toString();
    return std::nullopt;
}

} // namespace

void Simulator::addEnvironmentRoutes()
{
    onService("GET", u"/env-vars"_s, [this](const Request& r, Service& service) { return page(r, u"envVar"_s, environmentItems(service.env), u"key"_s); });
    onService("PUT", u"/env-vars"_s, [this](const Request& r, Service& service) {
        if (!r.json().isArray())
            return refuse(400, u"a list of variables is expected"_s);
        QJsonObject env;
        const QJsonArray entries = r.json().toArray();
        for (const QJsonValue& entry : entries) {
            const QString key = entry[u"key"_s].toString();
            const std::optional<QString> value = valueOf(entry);
            if (key.isEmpty() || !value || env.contains(key))
                return refuse(400, u"invalid or repeated variable %1"_s.arg(key));
            env[key] = *value;
        }
        changeEnvironment(service, env); // what isn't in the list is gone
        QJsonArray all;
        for (const QJsonObject& item : environmentItems(service.env))
            all.append(QJsonObject{{u"envVar"_s, item}, {u"cursor"_s, item[u"key"_s]}});
        return Response::json(200, all);
    });
    onService("GET", u"/env-vars/{key}"_s, [](const Request& r, Service& service) {
        const QString key = r.param(u"key"_s);
        if (!service.env.contains(key))
            return refuse(404, u"not found: environment variable %1"_s.arg(key));
        return Response::json(200, QJsonObject{{u"key"_s, key}, {u"value"_s, service.env.value(key)}});
    });
    onService("PUT", u"/env-vars/{key}"_s, [this](const Request& r, Service& service) {
        const QString key = r.param(u"key"_s);
        const std::optional<QString> value = valueOf(r.json());
        if (!value)
            return refuse(400, u"value or generateValue is expected"_s);
        QJsonObject env = service.env;
        env[key] = *value;
        changeEnvironment(service, env);
        return Response::json(200, QJsonObject{{u"key"_s, key}, {u"value"_s, *value}});
    });
    onService("DELETE", u"/env-vars/{key}"_s, [this](const Request& r, Service& service) {
        QJsonObject env = service.env;
        if (!env.contains(r.param(u"key"_s)))
            return refuse(404, u"not found: environment variable %1"_s.arg(r.param(u"key"_s)));
        env.remove(r.param(u"key"_s));
        return changeEnvironment(service, env);
    });

    const auto shownGroup = [this](const QJsonObject& group, bool whole) {
        QJsonObject copy = group;
        copy.remove(u"_env"_s);
        if (whole) {
            QJsonArray vars;
            for (const QJsonObject& item : environmentItems(group[u"_env"_s].toObject()))
                vars.append(item);
            copy[u"envVars"_s] = vars;
            copy[u"secretFiles"_s] = QJsonArray{};
        }
        return copy;
    };
    router().route("GET", u"/v1/env-groups"_s, [this, shownGroup](const Request&) {
        QJsonArray all; // no wrapper here
        for (const QJsonObject& group : std::as_const(m_groups))
            all.append(shownGroup(group, false));
        return Response::json(200, all);
    });
    const auto onGroup = [this](const char* method, const QString& pattern, std::function<Response(const Request&, QJsonObject&)> endpoint) {
        router().route(method, u"/v1/env-groups/{group}"_s + pattern, [this, endpoint = std::move(endpoint)](const Request& r) {
            QJsonObject* group = findIn(m_groups, r.param(u"group"_s));
            if (!group)
                return refuse(404, u"not found: environment group"_s);
            Response response = endpoint(r, *group);
            if (r.method != "GET")
                changed();
            return response;
        });
    };
    onGroup("GET", {}, [shownGroup](const Request&, QJsonObject& group) { return Response::json(200, shownGroup(group, true)); });
    onGroup("PUT", u"/env-vars/{key}"_s, [](const Request& r, QJsonObject& group) {
        const std::optional<QString> value = valueOf(r.json());
        if (!value)
            return refuse(400, u"value or generateValue is expected"_s);
        QJsonObject env = group.value(u"_env"_s).toObject();
        env[r.param(u"key"_s)] = *value;
        group[u"_env"_s] = env;
        return Response::json(200, QJsonObject{{u"key"_s, r.param(u"key"_s)}, {u"value"_s, *value}});
    });
    onGroup("DELETE", u"/env-vars/{key}"_s, [](const Request& r, QJsonObject& group) {
        QJsonObject env = group.value(u"_env"_s).toObject();
        env.remove(r.param(u"key"_s));
        group[u"_env"_s] = env;
        return Response::empty(204);
    });
    onGroup("POST", u"/services/{id}"_s, [this, shownGroup](const Request& r, QJsonObject& group) {
        const Service* service = find(r.param(u"id"_s));
        if (!service)
            return refuse(404, u"not found: service"_s);
        QJsonArray links = group[u"serviceLinks"_s].toArray();
        links.append(QJsonObject{{u"id"_s, service->doc[u"id"_s]}, {u"name"_s, service->doc[u"name"_s]}, {u"type"_s, service->doc[u"type"_s]}});
        group[u"serviceLinks"_s] = links;
        return Response::json(200, shownGroup(group, true));
    });
    onGroup("DELETE", u"/services/{id}"_s, [](const Request& r, QJsonObject& group) {
        QJsonArray links = group[u"serviceLinks"_s].toArray();
        for (qsizetype i = links.size(); i-- > 0;) {
            if (links.at(i)[u"id"_s].toString() == r.param(u"id"_s))
                links.removeAt(i);
        }
        group[u"serviceLinks"_s] = links;
        return Response::empty(204);
    });
}

} // namespace switchyard::render
