// Variables: by key, by context, by scope; of a site, or of the whole team when site_id is missing.
#include "providers/netlify/simulator/Simulator.h"

#include <QUuid>

namespace switchyard::netlify {

using namespace Qt::StringLiterals;

namespace {

const QStringList& allScopes()
{
    static const QStringList scopes{u"builds"_s, u"functions"_s, u"runtime"_s, u"post-processing"_s};
    return scopes;
}

const QStringList& knownContexts()
{
    static const QStringList contexts{u"all"_s, u"production"_s, u"deploy-preview"_s, u"branch-deploy"_s, u"dev"_s, u"dev-server"_s, u"branch"_s};
    return contexts;
}

QStringList scopesOf(const QJsonValue& value)
{
    QStringList scopes;
    for (const QJsonValue& scope : value.toArray())
        scopes.append(scope.toString().replace(u'_', u'-')); // the official client sends post_processing
    return scopes.isEmpty() ? allScopes() : scopes;
}

} // namespace

QJsonObject Simulator::makeVariable(const QJsonObject& from, const QString& siteId) const
{
    QJsonArray values;
    if (from[u"value"_s].isString()) {
        values.append(QJsonObject{{u"id"_s, QUuid::createUuid().toString(QUuid::WithoutBraces)}, {u"value"_s, from[u"value"_s]}, {u"context"_s, u"all"_s}});
    } else {
        for (const QJsonValue& entry : from[u"values"_s].toArray()) {
            QJsonObject value{{u"id"_s, QUuid::createUuid().toString(QUuid::WithoutBraces)}, {u"value"_s, entry[u"value"_s]}, {u"context"_s, entry[u"context"_s].toString(u"all"_s)}};
            if (entry[u"context_parameter"_s].isString())
                value[u"context_parameter"_s] = entry[u"context_parameter"_s];
            values.append(value);
        }
    }
    return {{u"key"_s, from[u"key"_s]}, {u"scopes"_s, QJsonArray::fromStringList(scopesOf(from[u"scopes"_s]))}, {u"values"_s, values},
        {u"is_secret"_s, from[u"is_secret"_s].toBool()}, {u"updated_at"_s, stamp()},
        {u"updated_by"_s, QJsonObject{{u"id"_s, m_user[u"id"_s]}, {u"full_name"_s, m_user[u"full_name"_s]}, {u"email"_s, m_user[u"email"_s]}}}, {u"_site"_s, siteId}};
}

QJsonObject* Simulator::findVariable(const QString& key, const QString& site)
{
    for (QJsonObject& variable : m_variables) {
        if (variable[u"key"_s].toString() == key && variable[u"_site"_s].toString() == site)
            return &variable;
    }
    return nullptr;
}

QJsonObject Simulator::variableShown(const QJsonObject& variable, const Request& request) const
{
    QJsonObject copy = variable;
    copy.remove(u"_site"_s);
    const QString wanted = request.queryValue(u"context_name"_s);
    QJsonArray values;
    for (const QJsonValue& entry : variable[u"values"_s].toArray()) {
        QJsonObject value = entry.toObject();
        const QString context = value[u"context"_s].toString();
        if (!wanted.isEmpty() && wanted != u"all"_s && context != u"all"_s && context != wanted && value.value(u"context_parameter"_s).toString() != wanted)
            continue;
        // Of a secret only the values for local development can be read.
        if (variable[u"is_secret"_s].toBool() && context != u"dev"_s && context != u"dev-server"_s)
            value[u"value"_s] = u""_s;
        values.append(value);
    }
    copy[u"values"_s] = values;
    return copy;
}

std::optional<Simulator::Response> Simulator::refusedByPlan(const QJsonObject& variable) const
{
    if (m_account[u"_paid"_s].toBool())
        return std::nullopt;
    if (variable[u"is_secret"_s].toBool())
        return refuse(403, u"Upgrade your Netlify account to use secret environment variables"_s);
    if (variable.contains(u"scopes"_s) && scopesOf(variable[u"scopes"_s]).size() < allScopes().size())
        return refuse(403, u"Upgrade your Netlify account to set specific scopes"_s);
    return std::nullopt;
}

QJsonObject Simulator::environment(const QString& site) const
{
    QJsonObject env;
    const QString id = siteId(site);
    for (const QString& owner : {QString(), id}) { // the site's own value wins over the team's
        for (const QJsonObject& variable : m_variables) {
            if (variable[u"_site"_s].toString() != owner)
                continue;
            QJsonValue chosen;
            for (const QJsonValue& value : variable[u"values"_s].toArray()) {
                const QString context = value[u"context"_s].toString();
                if (context == u"production"_s || (context == u"all"_s && !chosen.isString()))
                    chosen = value[u"value"_s];
            }
            if (chosen.isString())
                env[variable[u"key"_s].toString()] = chosen;
        }
    }
    return env;
}

void Simulator::addEnvironmentRoutes()
{
    const auto route = [this](const char* method, const QString& tail, std::function<Response(const Request&, const QString&)> endpoint) {
        router().route(method, u"/api/v1/accounts/{account}/env"_s + tail, [this, endpoint = std::move(endpoint)](const Request& r) {
            const QString account = r.param(u"account"_s);
            if (account != accountSlug() && account != m_account[u"id"_s].toString())
                return refuse(404, u"Not Found"_s);
            const QString asked = r.queryValue(u"site_id"_s);
            const QJsonObject* site = asked.isEmpty() ? nullptr : findSite(asked);
            if (!asked.isEmpty() && !site)
                return refuse(404, u"Not Found"_s);
            Response response = endpoint(r, site ? site->value(u"id"_s).toString() : QString());
            if (r.method != "GET")
                changed();
            return response;
        });
    };
    const auto told = [this](const QString& site, const QString& key, const QString& change) {
        const QJsonObject* found = findSite(site);
        happened(u"config"_s, {{u"site"_s, found ? found->value(u"name"_s) : QJsonValue(QJsonValue::Null)}, {u"key"_s, key}, {u"change"_s, change}});
    };
    route("GET", {}, [this](const Request& r, const QString& site) {
        QJsonArray all;
        const QString scope = r.queryValue(u"scope"_s).replace(u'_', u'-');
        for (const QJsonObject& variable : std::as_const(m_variables)) {
            const bool scoped = scope.isEmpty() || scope == u"any"_s || variable[u"scopes"_s].toArray().contains(QJsonValue(scope));
            if (variable[u"_site"_s].toString() == site && scoped)
                all.append(variableShown(variable, r));
        }
        return Response::json(200, all);
    });
    route("POST", {}, [this, told](const Request& r, const QString& site) {
        if (!r.json().isArray())
            return refuse(400, u"An array of variables is expected"_s);
        const QJsonArray entries = r.json().toArray();
        for (const QJsonValue& entry : entries) {
            const QString key = entry[u"key"_s].toString();
            if (key.isEmpty() || !entry[u"values"_s].isArray())
                return refuse(422, u"key and values are required"_s);
            if (findVariable(key, site))
                return refuse(422, u"%1 exists already"_s.arg(key));
            for (const QJsonValue& value : entry[u"values"_s].toArray()) {
                if (!knownContexts().contains(value[u"context"_s].toString(u"all"_s)))
                    return refuse(422, u"unknown context %1"_s.arg(value[u"context"_s].toString()));
            }
            if (auto refused = refusedByPlan(entry.toObject()))
                return std::move(*refused);
        }
        QJsonArray made;
        for (const QJsonValue& entry : entries) {
            m_variables.append(makeVariable(entry.toObject(), site));
            made.append(variableShown(m_variables.last(), r));
            told(site, entry[u"key"_s].toString(), u"created"_s);
        }
        return Response::json(201, made);
    });
    route("GET", u"/{key}"_s, [this](const Request& r, const QString& site) {
        const QJsonObject* variable = findVariable(r.param(u"key"_s), site);
        return variable ? Response::json(200, variableShown(*variable, r)) : refuse(404, u"Not Found"_s);
    });
    route("PUT", u"/{key}"_s, [this, told](const Request& r, const QString& site) {
        QJsonObject* variable = findVariable(r.param(u"key"_s), site);
        if (!variable)
            return refuse(404, u"Not Found"_s);
        QJsonObject body = r.json().toObject();
        if (auto refused = refusedByPlan(body))
            return std::move(*refused);
        body[u"key"_s] = r.param(u"key"_s);
        *variable = makeVariable(body, site); // every value of every context is replaced
        told(site, r.param(u"key"_s), u"replaced"_s);
        return Response::json(200, variableShown(*findVariable(r.param(u"key"_s), site), r));
    });
    route("PATCH", u"/{key}"_s, [this, told](const Request& r, const QString& site) {
        QJsonObject* variable = findVariable(r.param(u"key"_s), site);
        if (!variable)
            return refuse(404, u"Not Found"_s);
        const QJsonObject body = r.json().toObject();
        const QString context = body[u"context"_s].toString(u"all"_s);
        if (!body[u"value"_s].isString() || !knownContexts().contains(context))
            return refuse(422, u"context and value are required"_s);
        QJsonArray values;
        for (const QJsonValue& value : variable->value(u"values"_s).toArray()) {
            if (value[u"context"_s].toString() != context || value[u"context_parameter"_s].toString() != body[u"context_parameter"_s].toString())
                values.append(value);
        }
        QJsonObject made{{u"id"_s, QUuid::createUuid().toString(QUuid::WithoutBraces)}, {u"value"_s, body[u"value"_s]}, {u"context"_s, context}};
        if (body[u"context_parameter"_s].isString())
            made[u"context_parameter"_s] = body[u"context_parameter"_s];
        values.append(made);
        (*variable)[u"values"_s] = values;
        (*variable)[u"updated_at"_s] = stamp();
        const QJsonObject answer = variableShown(*variable, r);
        told(site, r.param(u"key"_s), u"changed"_s);
        return Response::json(201, answer);
    });
    route("DELETE", u"/{key}"_s, [this, told](const Request& r, const QString& site) {
        const QString key = r.param(u"key"_s);
        if (!findVariable(key, site))
            return refuse(404, u"Not Found"_s);
        m_variables.removeIf([&](const QJsonObject& variable) { return variable[u"key"_s].toString() == key && variable[u"_site"_s].toString() == site; });
        told(site, key, u"deleted"_s);
        return Response::empty(204);
    });
    route("DELETE", u"/{key}/value/{id}"_s, [this, told](const Request& r, const QString& site) {
        QJsonObject* variable = findVariable(r.param(u"key"_s), site);
        if (!variable)
            return refuse(404, u"Not Found"_s);
        QJsonArray values;
        for (const QJsonValue& value : variable->value(u"values"_s).toArray()) {
            if (value[u"id"_s].toString() != r.param(u"id"_s))
                values.append(value);
        }
        (*variable)[u"values"_s] = values;
        told(site, r.param(u"key"_s), u"changed"_s);
        return Response::empty(204);
    });
}

} // namespace switchyard::netlify
