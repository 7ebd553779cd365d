#pragma once

#include "providers/heroku/client/Factory.h"
#include "tests/providers/http/ScriptedServer.h"

#include <QJsonObject>

namespace switchyard {

/// What an app at Heroku answers, as far as this test needs it; bodies have the shapes of the published schema.
struct HerokuBench {
    test::ScriptedServer server;
    test::ScriptedServer data;
    QJsonObject vars{{QStringLiteral("SECRET_KEY"), QStringLiteral("canary-secret-xyz")}, {QStringLiteral("MODE"), QStringLiteral("live")},
                     {QStringLiteral("DATABASE_URL"), QStringLiteral("postgres://u:canarypw99@db.example:5432/d1")}};
    bool maintenance = false;
    int web = 2;
    int worker = 1;
    int dynosLeft = 0;          ///< workers still up for so many looks after the scale
    int pendingReleases = 0;    ///< looks at the newest release that say pending
    std::vector<QString> domains{QStringLiteral("www.projectify.example")};
    std::vector<LogLine> log;
    std::shared_ptr<HostingProvider> provider;
    HerokuBench()
    {
        server.setHandler([this](const test::ScriptedServer::Call& c) { return answer(c); });
        data.setHandler([this](const test::ScriptedServer::Call& c) { return dataAnswer(c); });
        http::Options options;
        options.backOff = Milliseconds(2);
        options.pollEvery = Milliseconds(2);
        options.reconnect = Milliseconds(2);
        options.deadline = Seconds(5);
        options.log = [this](LogLine l) { log.push_back(std::move(l)); };
        Account account;
        account.name = QStringLiteral("heroku");
        account.baseUrl = server.url();
        account.dataUrl = data.url();
        account.token = Secret(QByteArrayLiteral("HRKU-canary-token-0001"));
        provider = heroku::makeProvider(account, options);
    }
    static QByteArray text(const QJsonObject& o) { return QJsonDocument(o).toJson(QJsonDocument::Compact); }
    QByteArray app() const
    {
        return QByteArray(R"({"id":"01-app","name":"projectify","maintenance":)") + (maintenance ? "true" : "false")
            + R"(,"region":{"id":"r","name":"eu"},"web_url":"https://projectify.herokuapp.com/","stack":{"id":"s","name":"heroku-22"}})";
    }
    QByteArray formation() const
    {
        return QStringLiteral(R"([{"id":"f2","type":"worker","command":"celery -A projectify worker","quantity":%2,"size":"Standard-1X"},)"
                              R"({"id":"f1","type":"web","command":"gunicorn projectify.wsgi","quantity":%1,"size":"Standard-1X"},)"
                              R"({"id":"f3","type":"release","command":"migrate","quantity":0,"size":"Standard-1X"}])").arg(web).arg(worker).toUtf8();
    }
    QByteArray domain(const QString& host) const
    {
        return QStringLiteral(R"({"id":"d","hostname":"%1","kind":"custom","cname":"abc.herokudns.com","status":"succeeded","acm_status":"cert issued","sni_endpoint":null})").arg(host).toUtf8();
    }
    test::ScriptedServer::Answer answer(const test::ScriptedServer::Call& c)
    {
        if (c.headers.value("accept") != "application/vnd.heroku+json; version=3" && !c.path.startsWith(u"/logplex"))
            return test::ScriptedServer::json(R"({"id":"not_acceptable","message":"Accept"})", 406);
        const QString line = c.line();
        if (line == u"GET /account")
            return test::ScriptedServer::json(R"({"id":"u","email":"op@example.com"})");
        if (line == u"GET /account/rate-limits")
            return test::ScriptedServer::json(R"({"remaining":4321})");
        if (line == u"GET /apps") {
            if (c.headers.value("range") == "id ..; max=200;")
                return test::ScriptedServer::json(R"([{"id":"a","name":"one","region":{"name":"eu"}}])", 206, {{"Next-Range", "id ]a..; max=200;"}, {"RateLimit-Remaining", "4400"}});
            return test::ScriptedServer::json(R"([{"id":"b","name":"two","region":{"name":"us"}}])");
        }
        if (line == u"GET /apps/projectify")
            return test::ScriptedServer::json(app());
        if (line == u"PATCH /apps/projectify") {
            maintenance = c.json()[QLatin1String("maintenance")].toBool();
            return test::ScriptedServer::json(app());
        }
        if (line == u"GET /apps/projectify/formation")
            return test::ScriptedServer::json(formation());
        if (line == u"PATCH /apps/projectify/formation") {
            const QJsonObject u = c.json()[QLatin1String("updates")].toArray().first().toObject();
            (u[QLatin1String("type")] == QLatin1String("web") ? web : worker) = u[QLatin1String("quantity")].toInt();
            dynosLeft = 2;
            return test::ScriptedServer::json(formation());
        }
        if (line == u"GET /apps/projectify/dynos") {
            QByteArray workers = worker > 0 || dynosLeft-- > 0 ? R"({"id":"y3","name":"worker.1","type":"worker","state":"up"},)" : "";
            return test::ScriptedServer::json("[" + workers + R"({"id":"y1","name":"web.1","type":"web","state":"up"},{"id":"y2","name":"web.2","type":"web","state":"starting"}])");
        }
        if (line == u"GET /apps/projectify/releases") {
            if (!c.headers.value("range").contains("order=desc"))
                return test::ScriptedServer::json("[]", 400);
            const QByteArray status = pendingReleases-- > 0 ? "pending" : "succeeded";
            return test::ScriptedServer::json(R"([{"id":"r","version":412,"status":")" + status
                                        + R"(","current":true,"description":"Deploy 1a2b3c4d","slug":{"id":"sl"},"created_at":"2026-03-01T10:00:00Z","updated_at":"2026-03-01T10:01:00Z"},)"
                                          R"({"id":"q","version":411,"status":"failed","current":false,"description":"Set X","slug":null,"created_at":"2026-03-01T09:00:00Z","updated_at":"2026-03-01T09:01:00Z"}])");
        }
        if (line == u"GET /apps/projectify/releases/412")
            return test::ScriptedServer::json(R"({"id":"r","version":412,"status":"succeeded","current":true,"description":"Deploy 1a2b3c4d","created_at":"2026-03-01T10:00:00Z","updated_at":"2026-03-01T10:01:00Z"})");
        if (line == u"GET /apps/projectify/slugs/sl")
            return test::ScriptedServer::json(R"({"id":"sl","commit":"1a2b3c4d5e6f"})");
        if (line == u"GET /apps/projectify/addons")
            return test::ScriptedServer::json(R"([{"id":"ad1","name":"postgresql-curved-1","addon_service":{"id":"s","name":"heroku-postgresql"},"plan":{"id":"p","name":"heroku-postgresql:standard-0"},"state":"provisioned","app":{"id":"01-app","name":"projectify"},"config_vars":["DATABASE_URL"]}])");
        if (line == u"GET /apps/projectify/config-vars")
            return test::ScriptedServer::json(text(vars));
        if (line == u"PATCH /apps/projectify/config-vars") {
            const QJsonObject sent = c.json().toObject();
            for (auto it = sent.begin(); it != sent.end(); ++it) {
                if (it.value().isNull())
                    vars.remove(it.key());
                else
                    vars[it.key()] = it.value();
            }
            pendingReleases = 2;
            return test::ScriptedServer::json(text(vars));
        }
        if (line == u"GET /apps/projectify/domains") {
            QByteArray out = R"([{"id":"h","hostname":"projectify.herokuapp.com","kind":"heroku","cname":null,"status":"none","acm_status":null,"sni_endpoint":null})";
            for (const QString& d : domains)
                out += "," + domain(d);
            return test::ScriptedServer::json(out + "]");
        }
        if (line == u"POST /apps/projectify/domains") {
            if (!c.json().toObject().contains(QLatin1String("sni_endpoint")))
                return test::ScriptedServer::json(R"({"id":"invalid_params","message":"sni_endpoint is required"})", 422);
            domains.push_back(c.json()[QLatin1String("hostname")].toString());
            return test::ScriptedServer::json(domain(domains.back()), 201);
        }
        if (c.path.startsWith(u"/apps/projectify/domains/")) {
            const QString host = c.path.section(u'/', -1);
            if (c.method == "DELETE")
                domains.erase(std::remove(domains.begin(), domains.end(), host), domains.end());
            return test::ScriptedServer::json(domain(host));
        }
        if (line == u"POST /apps/projectify/log-sessions")
            return test::ScriptedServer::json(R"({"id":"l","logplex_url":")" + server.url(QStringLiteral("/logplex?t=canary-session")).toUtf8() + R"("})", 201);
        return test::ScriptedServer::json(R"({"id":"not_found","message":"Couldn't find that."})", 404);
    }
    test::ScriptedServer::Answer dataAnswer(const test::ScriptedServer::Call& c)
    {
        const QString line = c.line();
        if (line == u"GET /client/v11/databases/ad1")
            return test::ScriptedServer::json(R"({"num_bytes":4500000000,"waiting?":false,"info":[{"name":"Status","values":["Available"]},{"name":"PG Version","values":["15.18"]}]})");
        if (line == u"POST /client/v11/databases/ad1/backups")
            return test::ScriptedServer::json(R"({"uuid":"t","num":8,"from_type":"pg_dump","to_type":"gof3r","created_at":"2026-03-02 21:28:21 +0000","started_at":null,"finished_at":null})", 201);
        if (line == u"GET /client/v11/apps/projectify/transfers")
            return test::ScriptedServer::json(R"([{"uuid":"a","num":"7","from_type":"pg_dump","to_type":"gof3r","created_at":"2026-03-01 21:28:21 +0000","started_at":"2026-03-01 21:28:22 +0000","finished_at":"2026-03-01 21:38:21 +0000","succeeded":true,"processed_bytes":77,"warnings":0,"schedule":null},)"
                                        R"({"uuid":"b","num":8,"from_type":"pg_dump","to_type":"gof3r","created_at":"2026-03-02 21:28:21 +0000","started_at":"2026-03-02 21:28:22 +0000","finished_at":null,"succeeded":null,"processed_bytes":5},)"
                                        R"({"uuid":"c","num":9,"from_type":"gof3r","to_type":"pg_restore","created_at":"2026-03-02 22:28:21 +0000"}])");
        return test::ScriptedServer::json(R"({"id":"not_found","message":"no"})", 404);
    }
    ServiceRef ref(const char* service = "") const { return {QStringLiteral("heroku"), QStringLiteral("projectify"), QString::fromLatin1(service)}; }
};

} // namespace switchyard
