// Postgres and key value stores: connection info, allow list, suspend.
#include "providers/render/simulator/Simulator.h"

#include <QHostAddress>
#include <QUrl>

namespace switchyard::render {

using namespace Qt::StringLiterals;

namespace {

QJsonObject withoutPrivate(const QJsonObject& object)
{
    QJsonObject copy;
    for (auto it = object.begin(); it != object.end(); ++it) {
        if (!it.key().startsWith(u'_'))
            copy.insert(it.key(), it.value());
    }
    return copy;
}

/// An empty list comes back as null (recorded); both mean nobody from outside.
QJsonValue listShown(const QJsonArray& list)
{
    return list.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(list);
}

} // namespace

QJsonObject Simulator::makeDatabase(const QJsonObject& from) const
{
    const QString name = from[u"name"_s].toString();
    const QString id = u"dpg-%1-a"_s.arg(simulator::randomHexId(20));
    const QString region = from[u"region"_s].toString(u"frankfurt"_s);
    // The name asked for gets a random suffix: it has to be read back.
    const QString database = from[u"databaseName"_s].toString(QString(name).replace(u'-', u'_')) + u'_' + simulator::randomHexId(4);
    const QString user = from[u"databaseUser"_s].toString(database + u"_user"_s);
    const QString password = simulator::randomHexId();
    return {{u"id"_s, id}, {u"name"_s, name}, {u"databaseName"_s, database}, {u"databaseUser"_s, user}, {u"plan"_s, from[u"plan"_s].toString(u"basic_1gb"_s)},
        {u"version"_s, from[u"version"_s].toString(u"15"_s)}, {u"region"_s, region}, {u"status"_s, u"available"_s}, {u"role"_s, u"primary"_s},
        {u"ipAllowList"_s, listShown(from[u"ipAllowList"_s].toArray())}, {u"readReplicas"_s, QJsonArray{}}, {u"diskSizeGB"_s, from[u"diskSizeGB"_s].toInt(15)},
        {u"highAvailabilityEnabled"_s, false}, {u"suspended"_s, u"not_suspended"_s}, {u"suspenders"_s, QJsonArray{}}, {u"owner"_s, m_owner}, {u"project"_s, QJsonValue::Null},
        {u"dashboardUrl"_s, u"https://dashboard.render.com/d/"_s + id}, {u"createdAt"_s, stamp()}, {u"updatedAt"_s, stamp()},
        {u"_internal"_s, u"postgresql://%1:%2@%3/%4"_s.arg(user, password, id, database)},
        {u"_external"_s, u"postgresql://%1:%2@%3.%4-postgres.render.test:5432/%5"_s.arg(user, password, id, region, database)}};
}

QJsonObject Simulator::makeStore(const QJsonObject& from) const
{
    const QString id = u"red-"_s + simulator::randomHexId(20);
    const QString region = from[u"region"_s].toString(u"frankfurt"_s);
    return {{u"id"_s, id}, {u"name"_s, from[u"name"_s]}, {u"plan"_s, from[u"plan"_s].toString(u"starter"_s)}, {u"region"_s, region}, {u"status"_s, u"available"_s},
        {u"version"_s, from[u"version"_s].toString(u"8.0"_s)}, {u"options"_s, QJsonObject{{u"maxmemoryPolicy"_s, from[u"policy"_s].toString(u"noeviction"_s)}}},
        {u"ipAllowList"_s, from[u"ipAllowList"_s].toArray()}, {u"owner"_s, m_owner}, {u"dashboardUrl"_s, u"https://dashboard.render.com/r/"_s + id},
        {u"createdAt"_s, stamp()}, {u"updatedAt"_s, stamp()}, {u"_internal"_s, u"redis://%1:6379"_s.arg(id)},
        {u"_external"_s, u"rediss://%1:%2@%3-keyvalue.render.test:6379"_s.arg(id, simulator::randomHexId(), region)}};
}

void Simulator::setDatabaseUrls(const QString& database, const QString& internalUrl, const QString& externalUrl)
{
    QJsonObject* found = findIn(m_databases, database);
    if (!found)
        return;
    (*found)[u"_internal"_s] = internalUrl;
    (*found)[u"_external"_s] = externalUrl;
    const QUrl url(externalUrl);
    (*found)[u"databaseName"_s] = url.path().mid(1);
    (*found)[u"databaseUser"_s] = url.userName();
    changed();
}

void Simulator::setKeyValueUrls(const QString& store, const QString& internalUrl, const QString& externalUrl)
{
    if (QJsonObject* found = findIn(m_stores, store)) {
        (*found)[u"_internal"_s] = internalUrl;
        (*found)[u"_external"_s] = externalUrl;
        changed();
    }
}

bool Simulator::allows(const QString& database, const QHostAddress& address) const
{
    const QJsonObject* found = findIn(m_databases, database);
    if (!found)
        found = findIn(m_stores, database);
    if (!found || found->value(u"suspended"_s).toString() == u"suspended"_s)
        return false;
    const QJsonArray list = found->value(u"ipAllowList"_s).toArray();
    return std::any_of(list.begin(), list.end(), [&](const QJsonValue& entry) {
        return address.isInSubnet(QHostAddress::parseSubnet(entry[u"cidrBlock"_s].toString()));
    });
}

Simulator::Response Simulator::patchDatabase(QJsonObject& database, const QJsonObject& body, bool keyValue)
{
    if (body.contains(u"ipAllowList"_s)) {
        const QJsonArray list = body[u"ipAllowList"_s].toArray();
        for (const QJsonValue& entry : list) {
            const auto subnet = QHostAddress::parseSubnet(entry[u"cidrBlock"_s].toString());
            if (subnet.second < 0 || !entry[u"cidrBlock"_s].toString().contains(u'/') || !entry[u"description"_s].isString())
                return refuse(400, u"ipAllowList needs cidrBlock and description"_s);
        }
    }
    if (body.contains(u"diskSizeGB"_s) && body[u"diskSizeGB"_s].toInt() < database.value(u"diskSizeGB"_s).toInt())
        return refuse(400, u"a disk can't shrink"_s);
    for (const QString& key : {u"name"_s, u"plan"_s, u"diskSizeGB"_s, u"readReplicas"_s, u"environmentId"_s}) {
        if (body.contains(key))
            database[key] = body[key];
    }
    if (keyValue && body.contains(u"maxmemoryPolicy"_s))
        database[u"options"_s] = QJsonObject{{u"maxmemoryPolicy"_s, body[u"maxmemoryPolicy"_s]}};
    database[u"updatedAt"_s] = stamp();
    if (body.contains(u"ipAllowList"_s)) {
        const QJsonArray list = body[u"ipAllowList"_s].toArray(); // the whole list is replaced
        database[u"ipAllowList"_s] = keyValue ? QJsonValue(list) : listShown(list);
        happened(u"allow-list"_s, {{u"database"_s, database[u"name"_s]}, {u"list"_s, list}});
    }
    return Response::json(200, withoutPrivate(database));
}

Simulator::Response Simulator::createDatabase(const QJsonObject& body)
{
    for (const QString& key : {u"name"_s, u"ownerId"_s, u"plan"_s, u"version"_s}) {
        if (!body[key].isString())
            return refuse(400, u"%1 is required"_s.arg(key));
    }
    if (body[u"ownerId"_s] != m_owner[u"id"_s])
        return refuse(404, u"not found: owner"_s);
    QJsonObject made = makeDatabase(body);
    made[u"status"_s] = u"creating"_s;
    m_databases.append(made);
    m_agenda.in(Seconds(60), u"database-ready"_s, {{u"database"_s, made[u"id"_s]}});
    happened(u"database"_s, {{u"database"_s, made[u"name"_s]}, {u"change"_s, u"created"_s}});
    return Response::json(201, withoutPrivate(made));
}

void Simulator::addDatabaseRoutes()
{
    const auto list = [this](const QString& path, const QString& thing, QList<QJsonObject>* databases) {
        router().route("GET", path, [this, thing, databases](const Request& r) {
            QList<QJsonObject> wanted;
            for (const QJsonObject& database : std::as_const(*databases)) {
                const auto fits = [&](const QString& key, const QJsonValue& value) {
                    const QStringList asked = r.query.allQueryItemValues(key, QUrl::FullyDecoded);
                    return asked.isEmpty() || asked.join(u',').split(u',').contains(value.toString());
                };
                if (fits(u"name"_s, database[u"name"_s]) && fits(u"region"_s, database[u"region"_s]) && fits(u"ownerId"_s, database[u"owner"_s][u"id"_s]))
                    wanted.append(database);
            }
            return page(r, thing, wanted, u"id"_s);
        });
    };
    list(u"/v1/postgres"_s, u"postgres"_s, &m_databases);
    list(u"/v1/key-value"_s, u"keyValue"_s, &m_stores);
    router().route("POST", u"/v1/postgres"_s, [this](const Request& r) { return createDatabase(r.json().toObject()); });

    const auto on = [this](const char* method, const QString& base, const QString& tail, QList<QJsonObject>* databases,
                        std::function<Response(const Request&, QJsonObject&)> endpoint) {
        router().route(method, base + u"/{id}"_s + tail, [this, databases, endpoint = std::move(endpoint)](const Request& r) {
            QJsonObject* database = findIn(*databases, r.param(u"id"_s));
            if (!database || database->value(u"id"_s).toString() != r.param(u"id"_s))
                return refuse(404, u"not found: %1"_s.arg(r.param(u"id"_s)));
            Response response = endpoint(r, *database);
            if (r.method != "GET")
                changed();
            return response;
        });
    };
    struct Kind {
        QString base;
        QList<QJsonObject>* databases;
        bool keyValue;
    };
    for (const Kind& kind : {Kind{u"/v1/postgres"_s, &m_databases, false}, Kind{u"/v1/key-value"_s, &m_stores, true}}) {
        on("GET", kind.base, {}, kind.databases, [](const Request&, QJsonObject& database) { return Response::json(200, withoutPrivate(database)); });
        on("PATCH", kind.base, {}, kind.databases,
            [this, keyValue = kind.keyValue](const Request& r, QJsonObject& database) { return patchDatabase(database, r.json().toObject(), keyValue); });
        on("GET", kind.base, u"/connection-info"_s, kind.databases, [keyValue = kind.keyValue](const Request&, QJsonObject& database) {
            const QString external = database[u"_external"_s].toString();
            QJsonObject info{{u"internalConnectionString"_s, database[u"_internal"_s]}, {u"externalConnectionString"_s, external}};
            if (keyValue) {
                info[u"cliCommand"_s] = u"redis-cli --tls -u "_s + external;
            } else {
                const QUrl url(external);
                info[u"password"_s] = url.password();
                info[u"psqlCommand"_s] = u"PGPASSWORD=%1 psql -h %2 -U %3 %4"_s.arg(url.password(), url.host(), url.userName(), url.path().mid(1));
            }
            return Response::json(200, info);
        });
        for (const bool suspends : {true, false}) {
            on("POST", kind.base, suspends ? u"/suspend"_s : u"/resume"_s, kind.databases, [this, suspends](const Request&, QJsonObject& database) {
                database[u"suspended"_s] = suspends ? u"suspended"_s : u"not_suspended"_s;
                database[u"suspenders"_s] = suspends ? QJsonArray{u"user"_s} : QJsonArray{};
                database[u"status"_s] = suspends ? u"suspended"_s : u"available"_s;
                happened(u"database"_s, {{u"database"_s, database[u"name"_s]}, {u"change"_s, suspends ? u"suspended"_s : u"resumed"_s}});
                return Response::empty(202);
            });
        }
    }
    on("POST", u"/v1/postgres"_s, u"/restart"_s, &m_databases, [this](const Request&, QJsonObject& database) {
        database[u"status"_s] = u"config_restart"_s;
        m_agenda.in(Seconds(10), u"database-ready"_s, {{u"database"_s, database[u"id"_s]}});
        happened(u"database"_s, {{u"database"_s, database[u"name"_s]}, {u"change"_s, u"restarted"_s}});
        return Response::empty(202);
    });
}

} // namespace switchyard::render
