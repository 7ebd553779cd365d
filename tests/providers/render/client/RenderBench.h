#pragma once

#include "providers/render/client/Factory.h"
#include "tests/providers/http/ScriptedServer.h"

#include <QJsonObject>
#include <QRegularExpression>

namespace switchyard {

/// What a workspace at Render answers, as far as this test needs it; bodies have the shapes of the published description.
struct RenderBench {
    using Call = test::ScriptedServer::Call;
    using Answer = test::ScriptedServer::Answer;
    test::ScriptedServer server;
    std::map<QString, QString> env;
    QString suspended = QStringLiteral("not_suspended");
    int instances = 2;
    int running = 2;
    bool maintenance = false;
    QJsonValue allow = QJsonValue::Null;
    QStringList domains;
    QStringList verified;
    std::vector<QString> deploys{QStringLiteral("dep-1")};
    int exports = 0;
    bool meddle = false;    ///< somebody sets a key while we write
    std::shared_ptr<HostingProvider> provider;

    RenderBench()
    {
        for (int i = 0; i < 130; ++i)
            env[QStringLiteral("KEY_%1").arg(i, 3, 10, QLatin1Char('0'))] = QStringLiteral("v%1").arg(i);
        server.setHandler([this](const Call& c) { return answer(c); });
        http::Options options;
        options.backOff = Milliseconds(2);
        options.pollEvery = Milliseconds(2);
        options.reconnect = Milliseconds(2);
        Account account;
        account.name = QStringLiteral("render");
        account.baseUrl = server.url(QStringLiteral("/v1"));
        account.token = Secret(QByteArrayLiteral("rnd_canarytoken01"));
        provider = render::makeProvider(account, options);
    }
    ServiceRef ref(const char* service = "projectify-api") const { return {QStringLiteral("render"), {}, QString::fromLatin1(service)}; }

    QByteArray web() const
    {
        return QStringLiteral(R"({"id":"srv-api","name":"projectify-api","slug":"projectify-api","ownerId":"tea-1","type":"web_service","suspended":"%1","suspenders":[],"dashboardUrl":"https://dashboard.render.com/web/srv-api",)"
                              R"("serviceDetails":{"plan":"starter","region":"frankfurt","runtime":"python","numInstances":%2,"url":"https://projectify-api.onrender.com","maintenanceMode":{"enabled":%3,"uri":"https://status.example/x"}}})")
            .arg(suspended).arg(instances).arg(maintenance ? QStringLiteral("true") : QStringLiteral("false")).toUtf8();
    }
    QByteArray postgres() const
    {
        QJsonObject o{{QStringLiteral("id"), QStringLiteral("dpg-1-a")}, {QStringLiteral("name"), QStringLiteral("projectify-db")}, {QStringLiteral("plan"), QStringLiteral("basic_1gb")},
                      {QStringLiteral("region"), QStringLiteral("frankfurt")}, {QStringLiteral("version"), QStringLiteral("15")}, {QStringLiteral("status"), QStringLiteral("available")},
                      {QStringLiteral("suspended"), QStringLiteral("not_suspended")}, {QStringLiteral("role"), QStringLiteral("primary")}, {QStringLiteral("ipAllowList"), allow},
                      {QStringLiteral("owner"), QJsonObject{{QStringLiteral("id"), QStringLiteral("tea-1")}}}};
        return QJsonDocument(o).toJson(QJsonDocument::Compact);
    }
    QByteArray deploy(size_t i) const
    {
        const bool newest = i + 1 == deploys.size();
        return QStringLiteral(R"({"id":"%1","status":"%2","createdAt":"2026-03-01T10:0%3:00.123456789Z","finishedAt":null,"commit":{"id":"abcdef012345"}})")
            .arg(deploys[i], newest ? QStringLiteral("live") : QStringLiteral("deactivated")).arg(i).toUtf8();
    }
    static Answer json(const QByteArray& body, int status = 200)
    {
        return test::ScriptedServer::json(body, status, {{"Ratelimit-Limit", "400"}, {"Ratelimit-Remaining", "399"}, {"Ratelimit-Reset", "30"}});
    }
    static Answer empty(int status) { return {.status = status, .body = {}, .headers = {}}; }
    Answer answer(const Call& c)
    {
        const QString line = QString::fromLatin1(c.method) + u' ' + c.path.mid(3);
        if (line == u"GET /users")
            return json(R"({"email":"op@example.com","name":"Op"})");
        if (line == u"GET /services")
            return json("[{\"service\":" + web() + ",\"cursor\":\"c1\"}]");
        if (line == u"GET /postgres")
            return json("[{\"postgres\":" + postgres() + ",\"cursor\":\"c1\"}]");
        if (line == u"GET /key-value")
            return json(R"([{"keyValue":{"id":"red-1","name":"projectify-redis","status":"available","region":"frankfurt","plan":"starter","version":"8","owner":{"id":"tea-1"},"options":{},"ipAllowList":[]},"cursor":"c1"}])");
        if (line == u"GET /services/srv-api")
            return json(web());
        if (line == u"PATCH /services/srv-api") {
            const QJsonObject mode = c.json()[QLatin1String("serviceDetails")].toObject()[QLatin1String("maintenanceMode")].toObject();
            if (mode[QLatin1String("uri")].toString() != u"https://status.example/x")
                return json(R"({"message":"uri lost"})", 400);
            maintenance = mode[QLatin1String("enabled")].toBool();
            return json(web());
        }
        if (line == u"GET /services/srv-api/instances") {
            QByteArray out;
            if (suspended == u"suspended" && running > 0)
                --running;
            for (int i = 0; i < running; ++i)
                out += (i ? "," : "") + QByteArray(R"({"id":"i","createdAt":"2026-03-01T10:00:00Z"})");
            return json("[" + out + "]");
        }
        if (line == u"POST /services/srv-api/suspend" || line == u"POST /services/srv-api/resume") {
            suspended = line.endsWith(u"suspend") ? QStringLiteral("suspended") : QStringLiteral("not_suspended");
            return empty(202);
        }
        if (line == u"POST /services/srv-api/scale") {
            instances = c.json()[QLatin1String("numInstances")].toInt();
            return empty(202);
        }
        if (line == u"GET /services/srv-api/env-vars") {
            const int limit = c.query.queryItemValue(QStringLiteral("limit")).toInt();
            const QString cursor = c.query.queryItemValue(QStringLiteral("cursor"));
            QJsonArray out;
            for (const auto& [key, value] : env) {
                if (key > cursor && out.size() < (limit ? limit : 20))
                    out.append(QJsonObject{{QStringLiteral("envVar"), QJsonObject{{QStringLiteral("key"), key}, {QStringLiteral("value"), value}}}, {QStringLiteral("cursor"), key}});
            }
            return json(QJsonDocument(out).toJson());
        }
        if (c.path.startsWith(u"/v1/services/srv-api/env-vars/")) {
            const QString key = QUrl::fromPercentEncoding(c.rawPath.section(u'/', -1).toUtf8());
            if (meddle)
                env[QStringLiteral("SOMEBODY_ELSES")] = QStringLiteral("1");
            if (c.method == "DELETE") {
                env.erase(key);
                return empty(204);
            }
            env[key] = c.json()[QLatin1String("value")].toString();
            return json("{}");
        }
        if (line == u"GET /env-groups")
            return json(R"([{"id":"evg-1","name":"shared","ownerId":"tea-1","serviceLinks":[{"id":"srv-api","name":"projectify-api","type":"web_service"}]}])");
        if (line == u"GET /env-groups/evg-1")
            return json(R"({"id":"evg-1","envVars":[{"key":"FROM_GROUP","value":"g"},{"key":"KEY_001","value":"hidden by the service"}],"secretFiles":[],"serviceLinks":[]})");
        if (line == u"GET /services/srv-api/custom-domains") {
            QByteArray out;
            for (const QString& d : domains)
                out += (out.isEmpty() ? "" : ",") + QStringLiteral(R"({"customDomain":{"id":"cdm","name":"%1","domainType":"subdomain","redirectForName":"","verificationStatus":"%2"},"cursor":"%1"})")
                           .arg(d, verified.contains(d) ? QStringLiteral("verified") : QStringLiteral("unverified")).toUtf8();
            return json("[" + out + "]");
        }
        if (line == u"POST /services/srv-api/custom-domains") {
            domains << c.json()[QLatin1String("name")].toString();
            return json("[]", 201);
        }
        if (c.path.startsWith(u"/v1/services/srv-api/custom-domains/")) {
            const QString host = c.path.section(u'/', 5, 5);
            if (c.method == "DELETE")
                domains.removeAll(host);
            else
                verified << host;
            return empty(c.method == "DELETE" ? 204 : 202);
        }
        if (line == u"GET /services/srv-api/deploys") {
            QByteArray out;
            for (size_t i = deploys.size(); i-- > 0;)
                out += (out.isEmpty() ? "" : ",") + QByteArray("{\"deploy\":") + deploy(i) + ",\"cursor\":\"x\"}";
            return json("[" + out + "]");
        }
        if (line == u"POST /services/srv-api/deploys") {
            deploys.push_back(QStringLiteral("dep-%1").arg(deploys.size() + 1));
            return empty(202);
        }
        if (line == u"GET /services/srv-api/deploys/dep-2")
            return json(deploy(1));
        if (line == u"GET /postgres/dpg-1-a")
            return json(postgres());
        if (line == u"PATCH /postgres/dpg-1-a") {
            const QJsonArray list = c.json()[QLatin1String("ipAllowList")].toArray();
            allow = list.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(list);
            return json(postgres());
        }
        if (line == u"GET /postgres/dpg-1-a/connection-info")
            return json(R"({"password":"canarypw77","internalConnectionString":"postgres://u:canarypw77@dpg-1-a/d","externalConnectionString":"postgres://u:canarypw77@dpg-1-a.frankfurt-postgres.render.com:5432/d_2mfb","psqlCommand":"x"})");
        if (line == u"GET /postgres/dpg-1-a/export")
            return json(exports ? R"([{"id":"exp-1","createdAt":"2026-03-01T10:00:00Z"}])" : "[]");
        if (line == u"POST /postgres/dpg-1-a/export") {
            ++exports;
            return empty(202);
        }
        if (line == u"GET /logs")
            return json(logs);
        return json(R"({"message":"not found"})", 404);
    }
    QByteArray logs = R"({"hasMore":false,"nextStartTime":"","nextEndTime":"","logs":[]})";
    static QByteArray log(const char* id, const char* second, const char* message)
    {
        return QByteArray(R"({"id":")") + id + R"(","timestamp":"2026-03-01T10:00:)" + second + R"(.123456789Z","message":")" + message
            + R"(","labels":[{"name":"instance","value":"srv-api-x1"},{"name":"level","value":"error"}]})";
    }
};

} // namespace switchyard
