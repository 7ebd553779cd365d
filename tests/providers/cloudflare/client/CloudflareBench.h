#pragma once

#include "providers/cloudflare/client/Factory.h"
#include "tests/providers/http/ScriptedServer.h"

#include <QJsonObject>

namespace switchyard {

/// A zone at Cloudflare, as far as this test needs it: paged lists, one transaction a batch, deletes before patches before posts.
struct CloudflareBench {
    using Call = test::ScriptedServer::Call;
    using Answer = test::ScriptedServer::Answer;
    test::ScriptedServer server;
    std::vector<QJsonObject> records;
    int nextId = 100;
    bool loseAnswer = false;    ///< carries a batch out and closes the connection
    std::shared_ptr<DnsHost> host;

    CloudflareBench()
    {
        add("www", "CNAME", "projectify.netlify.app", 300);
        add("api", "A", "198.51.100.7", 300);
        add("api", "A", "198.51.100.8", 300);
        add("", "MX", "mx.mail.example", 3600, 10);
        add("", "TXT", "\"v=spf1 \" \"-all\"", 3600);
        for (int i = 0; i < 120; ++i)
            add(QStringLiteral("h%1").arg(i).toLatin1().constData(), "A", "192.0.2.1", 60);
        server.setHandler([this](const Call& c) { return answer(c); });
        http::Options options;
        options.backOff = Milliseconds(2);
        Account account;
        account.baseUrl = server.url(QStringLiteral("/client/v4"));
        account.token = Secret(QByteArrayLiteral("canary-cf-token"));
        host = cloudflare::makeHost(account, options);
    }
    void add(const char* name, const char* type, const char* content, int ttl, int priority = -1)
    {
        const QString label = QString::fromLatin1(name);
        QJsonObject record{{QStringLiteral("id"), QStringLiteral("r%1").arg(nextId++)}, {QStringLiteral("name"), label.isEmpty() ? QStringLiteral("projectify.example") : label + QStringLiteral(".projectify.example")},
                           {QStringLiteral("type"), QString::fromLatin1(type)}, {QStringLiteral("content"), QString::fromLatin1(content)}, {QStringLiteral("ttl"), ttl},
                           {QStringLiteral("proxied"), false}, {QStringLiteral("comment"), QStringLiteral("kept")}, {QStringLiteral("meta"), QJsonObject{}}};
        if (priority >= 0)
            record.insert(QStringLiteral("priority"), priority);
        records.push_back(record);
    }
    static Answer ok(const QJsonValue& result, int page = 1, int pages = 1)
    {
        QJsonObject out{{QStringLiteral("success"), true}, {QStringLiteral("errors"), QJsonArray{}}, {QStringLiteral("messages"), QJsonArray{}}, {QStringLiteral("result"), result},
                        {QStringLiteral("result_info"), QJsonObject{{QStringLiteral("page"), page}, {QStringLiteral("total_pages"), pages}}}};
        return test::ScriptedServer::json(QJsonDocument(out).toJson(), 200, {{"x-ratelimit-remaining", "1188"}});
    }
    Answer answer(const Call& c)
    {
        const QString line = QString::fromLatin1(c.method) + u' ' + c.path.mid(10);
        if (line == u"GET /user/tokens/verify")
            return ok(QJsonObject{{QStringLiteral("id"), QStringLiteral("t")}, {QStringLiteral("status"), QStringLiteral("active")}});
        if (line == u"GET /zones") {
            QJsonObject zone{{QStringLiteral("id"), QStringLiteral("z1")}, {QStringLiteral("name"), QStringLiteral("projectify.example")}, {QStringLiteral("account"), QJsonObject{{QStringLiteral("name"), QStringLiteral("Projectify Ltd")}}},
                             {QStringLiteral("name_servers"), QJsonArray{QStringLiteral("ada.ns.example")}}};
            return ok(QJsonArray{zone});
        }
        if (line == u"GET /zones/z1/dns_records") {
            const int per = c.query.queryItemValue(QStringLiteral("per_page")).toInt();
            const int page = c.query.queryItemValue(QStringLiteral("page")).toInt();
            QJsonArray out;
            for (int i = (page - 1) * per; i < page * per && i < int(records.size()); ++i)
                out.append(records[size_t(i)]);
            return ok(out, page, (int(records.size()) + per - 1) / per);
        }
        if (line == u"POST /zones/z1/dns_records/batch") {
            const QJsonObject body = c.json().toObject();
            const auto at = [this](const QJsonValue& v) { return std::find_if(records.begin(), records.end(), [&](const QJsonObject& r) { return r[QLatin1String("id")] == v[QLatin1String("id")]; }); };
            for (const QJsonValue& v : body[QLatin1String("deletes")].toArray())
                records.erase(at(v));
            for (const QJsonValue& v : body[QLatin1String("patches")].toArray()) {
                for (const QString& key : v.toObject().keys())
                    (*at(v))[key] = v[key];
            }
            for (const QJsonValue& v : body[QLatin1String("posts")].toArray()) {
                QJsonObject record = v.toObject();
                record.insert(QStringLiteral("id"), QStringLiteral("r%1").arg(nextId++));
                records.push_back(record);
            }
            if (loseAnswer)
                return {.body = {}, .headers = {}, .drop = true};
            return ok(QJsonObject{});
        }
        return test::ScriptedServer::json(R"({"success":false,"errors":[{"code":7003,"message":"Could not route"}],"messages":[],"result":null})", 404);
    }
};

} // namespace switchyard
