#include "providers/render/simulator/Simulator.h"
#include "providers/simulator/HttpServer.h"
#include "tests/kit/FakeClock.h"
#include "tests/kit/SchemaCheck.h"
#include "tests/kit/TestLoop.h"

#include <QHostAddress>
#include <QJsonDocument>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QWebSocket>

using namespace switchyard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

struct Got {
    int status = 0;
    QJsonValue body;
    QByteArray raw;
    QHash<QByteArray, QByteArray> headers;
};

} // namespace

class tst_RenderSimulator : public QObject {
    Q_OBJECT

    test::FakeClock m_clock;
    QNetworkAccessManager m_net;
    std::unique_ptr<render::Simulator> m_render;
    std::unique_ptr<simulator::HttpServer> m_server;
    QByteArray m_token;

    Got call(const QByteArray& method, const QString& path, const QJsonValue& body = {})
    {
        QNetworkRequest request{QUrl(m_server->url() + (path.startsWith(u"/deploy"_s) ? QString() : u"/v1"_s) + path)};
        if (!path.startsWith(u"/deploy"_s))
            request.setRawHeader("Authorization", "Bearer " + m_token);
        QByteArray data;
        if (!body.isNull()) {
            data = body.isArray() ? QJsonDocument(body.toArray()).toJson() : QJsonDocument(body.toObject()).toJson();
            request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
        }
        QNetworkReply* reply = m_net.sendCustomRequest(request, method, data);
        if (!QTest::qWaitFor([reply] { return reply->isFinished(); }, 5000))
            qWarning("no answer from %s", qPrintable(path));
        Got got;
        got.status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        got.raw = reply->readAll();
        const QJsonDocument document = QJsonDocument::fromJson(got.raw);
        got.body = document.isArray() ? QJsonValue(document.array()) : QJsonValue(document.object());
        for (const auto& [name, value] : reply->rawHeaderPairs())
            got.headers[name.toLower()] = value;
        reply->deleteLater();
        return got;
    }
    Got get(const QString& path) { return call("GET", path); }
    QString web() const { return u"/services/"_s + m_render->serviceId(u"projectify-web"_s); }
    QString worker() const { return u"/services/"_s + m_render->serviceId(u"projectify-worker"_s); }

private Q_SLOTS:
    void init()
    {
        m_render = std::make_unique<render::Simulator>(&m_clock);
        const QJsonObject story = render::projectifyStory();
        m_token = story[u"token"_s].toString().toUtf8();
        m_render->load(story);
        m_server = std::make_unique<simulator::HttpServer>();
        m_server->setAsyncHandler(m_render->handler());
        QVERIFY(m_server->listen());
    }
    void cleanup()
    {
        m_server.reset();
        m_render.reset();
    }

    void refusesAndCountsAsRenderDoes()
    {
        const QByteArray good = std::exchange(m_token, "wrong");
        QCOMPARE(get(u"/services"_s).status, 401);
        m_token = good;
        const Got missing = get(u"/services/srv-nope"_s);
        QCOMPARE(missing.status, 404);
        QVERIFY(missing.body[u"message"_s].isString());
        QVERIFY(!missing.headers["render-request-id"].isEmpty());
        QCOMPARE(missing.headers["ratelimit-limit"], QByteArray("400"));
        m_clock.advance(20s);
        QCOMPARE(get(web()).headers["ratelimit-reset"], QByteArray("40")); // seconds left, no epoch
        for (int i = 0; i < 10; ++i)
            QCOMPARE(call("PATCH", web(), QJsonObject{{u"branch"_s, u"main"_s}}).status, 200);
        const Got refused = call("PATCH", web(), QJsonObject{{u"branch"_s, u"main"_s}});
        QCOMPARE(refused.status, 429);
        QCOMPARE(refused.headers["retry-after"], QByteArray("60"));
        QCOMPARE(get(web()).status, 200); // another class
        m_clock.advance(61s);
        QCOMPARE(call("PATCH", web(), QJsonObject{{u"branch"_s, u"main"_s}}).status, 200);
    }

    void pagesByTheLastCursor()
    {
        QStringList names;
        QString cursor;
        for (int pages = 0; pages < 10; ++pages) {
            const QJsonArray got = get(u"/services?limit=2"_s + (cursor.isEmpty() ? QString() : u"&cursor="_s + cursor)).body.toArray();
            for (const QJsonValue& entry : got)
                names.append(entry[u"service"_s][u"name"_s].toString());
            if (got.size() < 2)
                break;
            cursor = got.last()[u"cursor"_s].toString();
        }
        names.sort();
        QCOMPARE(names, (QStringList{u"projectify-frontend"_s, u"projectify-web"_s, u"projectify-worker"_s}));
        QCOMPARE(get(u"/services?limit=101"_s).status, 400);
        QCOMPARE(get(u"/services?name=projectify-web"_s).body.toArray().size(), 1);
        QCOMPARE(get(u"/services/%1/instances"_s.arg(m_render->serviceId(u"projectify-web"_s))).body.toArray().size(), 2); // bare array
    }

    void environmentTakesEffectWithTheNextDeploy()
    {
        QJsonObject seen;
        QString cursor;
        for (;;) {
            const QJsonArray got = get(web() + u"/env-vars?limit=5"_s + (cursor.isEmpty() ? QString() : u"&cursor="_s + cursor)).body.toArray();
            for (const QJsonValue& entry : got)
                seen[entry[u"envVar"_s][u"key"_s].toString()] = entry[u"envVar"_s][u"value"_s];
            if (got.size() < 5)
                break;
            cursor = got.last()[u"cursor"_s].toString();
        }
        QCOMPARE(seen, m_render->environment(u"projectify-web"_s));
        const QString path = web() + u"/env-vars/SECURITY_ORIGINS"_s;
        const QString wanted = u"https://www.projectify.test,https://projectify.test"_s;
        QCOMPARE(call("PUT", path, QJsonObject{{u"value"_s, wanted}}).status, 200);
        QCOMPARE(get(path).body[u"value"_s].toString(), wanted);
        QVERIFY(m_render->liveEnvironment(u"projectify-web"_s)[u"SECURITY_ORIGINS"_s].toString() != wanted);
        QCOMPARE(call("POST", web() + u"/deploys"_s, QJsonObject{{u"deployMode"_s, u"deploy_only"_s}}).status, 201);
        m_clock.advance(1min);
        QCOMPARE(m_render->liveEnvironment(u"projectify-web"_s)[u"SECURITY_ORIGINS"_s].toString(), wanted);

        QCOMPARE(call("DELETE", web() + u"/env-vars/PYTHON_VERSION"_s).status, 204);
        QCOMPARE(get(web() + u"/env-vars/PYTHON_VERSION"_s).status, 404);
        // The list form replaces everything.
        const Got all = call("PUT", web() + u"/env-vars"_s,
            QJsonArray{QJsonObject{{u"key"_s, u"A"_s}, {u"value"_s, u"1"_s}}, QJsonObject{{u"key"_s, u"B"_s}, {u"generateValue"_s, true}}});
        QCOMPARE(all.body.toArray().size(), 2);
        QCOMPARE(m_render->environment(u"projectify-web"_s).keys(), (QStringList{u"A"_s, u"B"_s}));
    }

    void deploysQueueCancelAndRollBack()
    {
        QSignalSpy events(m_render.get(), &render::Simulator::event);
        const QString before = get(web() + u"/deploys"_s).body[0][u"deploy"_s][u"id"_s].toString();
        const Got first = call("POST", web() + u"/deploys"_s, QJsonObject{});
        QCOMPARE(first.status, 201);
        const Got second = call("POST", web() + u"/deploys"_s, QJsonObject{});
        QCOMPARE(second.status, 202);
        QVERIFY(second.raw.isEmpty()); // no id to hold on to
        const QString one = web() + u"/deploys/"_s + first.body[u"id"_s].toString();
        m_clock.advance(5s);
        QCOMPARE(get(one).body[u"status"_s].toString(), u"build_in_progress"_s);
        m_clock.advance(75s);
        QCOMPARE(get(one).body[u"status"_s].toString(), u"live"_s);
        QCOMPARE(get(web() + u"/deploys/"_s + before).body[u"status"_s].toString(), u"deactivated"_s);
        const QJsonValue newest = get(web() + u"/deploys"_s).body[0][u"deploy"_s];
        QCOMPARE(newest[u"status"_s].toString(), u"build_in_progress"_s); // the queued one has begun
        QCOMPARE(call("POST", web() + u"/deploys/%1/cancel"_s.arg(newest[u"id"_s].toString())).body[u"status"_s].toString(), u"canceled"_s);
        const Got back = call("POST", web() + u"/rollback"_s, QJsonObject{{u"deployId"_s, before}});
        QCOMPARE(back.status, 201);
        QCOMPARE(back.body[u"trigger"_s].toString(), u"rollback"_s);
        m_clock.advance(1min);
        QCOMPARE(get(web() + u"/deploys/"_s + back.body[u"id"_s].toString()).body[u"status"_s].toString(), u"live"_s);
        QVERIFY(std::any_of(events.begin(), events.end(), [](const QList<QVariant>& e) {
            return e[0].toString() == u"deploy"_s && e[1].toJsonObject()[u"status"_s].toString() == u"live"_s && e[1].toJsonObject()[u"service"_s].toString() == u"projectify-web"_s;
        }));

        m_render->setFault(u"deploy-fail"_s, QJsonObject{{u"status"_s, u"build_failed"_s}}, true);
        const QString hook = m_render->deployHook(u"projectify-web"_s);
        QCOMPARE(call("GET", hook.chopped(1)).status, 401);
        const Got hooked = call("POST", hook);
        QCOMPARE(hooked.status, 200);
        m_clock.advance(3min);
        const QJsonValue failed = get(web() + u"/deploys/"_s + hooked.body[u"deploy"_s][u"id"_s].toString()).body;
        QCOMPARE(failed[u"status"_s].toString(), u"build_failed"_s);
        QCOMPARE(failed[u"trigger"_s].toString(), u"deploy_hook"_s);
        QCOMPARE(get(web() + u"/events"_s).body[0][u"event"_s][u"type"_s].toString(), u"deploy_ended"_s);
    }

    void suspendedWorkerRunsOnlyAfterResume()
    {
        QCOMPARE(get(worker()).body[u"suspended"_s].toString(), u"suspended"_s);
        QCOMPARE(m_render->instanceCount(u"projectify-worker"_s), 0);
        QCOMPARE(call("POST", worker() + u"/deploys"_s, QJsonObject{}).status, 400);
        QCOMPARE(call("POST", worker() + u"/resume"_s).status, 202);
        QCOMPARE(get(worker()).body[u"suspended"_s].toString(), u"not_suspended"_s);
        QCOMPARE(m_render->instanceCount(u"projectify-worker"_s), 0); // its deploy isn't live yet
        m_clock.advance(30s);
        QCOMPARE(m_render->instanceCount(u"projectify-worker"_s), 1);
        QCOMPARE(call("POST", worker() + u"/suspend"_s).status, 202);
        QCOMPARE(m_render->instanceCount(u"projectify-worker"_s), 0);
        QCOMPARE(call("POST", web() + u"/scale"_s, QJsonObject{{u"numInstances"_s, 0}}).status, 400);
        const Got scaled = call("POST", web() + u"/scale"_s, QJsonObject{{u"numInstances"_s, 3}});
        QVERIFY(scaled.status == 202 && scaled.raw.isEmpty());
        QCOMPARE(m_render->instanceCount(u"projectify-web"_s), 2);
        m_clock.advance(10s);
        QCOMPARE(m_render->instanceCount(u"projectify-web"_s), 3);
    }

    void maintenanceNeedsBothKeys()
    {
        const auto mode = [](const QJsonObject& m) { return QJsonObject{{u"serviceDetails"_s, QJsonObject{{u"maintenanceMode"_s, m}}}}; };
        QCOMPARE(call("PATCH", web(), mode({{u"enabled"_s, true}})).status, 400);
        QSignalSpy events(m_render.get(), &render::Simulator::event);
        QCOMPARE(call("PATCH", web(), mode({{u"enabled"_s, true}, {u"uri"_s, u""_s}})).status, 200);
        QVERIFY(m_render->inMaintenance(u"projectify-web"_s));
        QCOMPARE(events.count(), 1);
        QCOMPARE(events[0][0].toString(), u"maintenance"_s);
        QCOMPARE(call("PATCH", worker(), mode({{u"enabled"_s, true}, {u"uri"_s, u""_s}})).status, 400);
    }

    void domainsNeedAnAskedForLook()
    {
        QString pointsHere;
        m_render->setHostPointsHere([&pointsHere](const QString& host, const QString& target) {
            return host == pointsHere && target == u"projectify-web.onrender.test"_s;
        });
        const QString path = web() + u"/custom-domains"_s;
        const Got added = call("POST", path, QJsonObject{{u"name"_s, u"www.projectify.test"_s}});
        QCOMPARE(added.status, 201);
        QCOMPARE(added.body.toArray().size(), 2); // the apex came along
        QCOMPARE(added.body[0][u"redirectForName"_s].toString(), QString());
        QCOMPARE(added.body[1][u"name"_s].toString(), u"projectify.test"_s);
        QCOMPARE(added.body[1][u"redirectForName"_s].toString(), u"www.projectify.test"_s);
        QCOMPARE(added.body[1][u"domainType"_s].toString(), u"apex"_s);
        const QString front = u"/services/%1/custom-domains"_s.arg(m_render->serviceId(u"projectify-frontend"_s));
        QCOMPARE(call("POST", front, QJsonObject{{u"name"_s, u"www.projectify.test"_s}}).status, 409);
        const auto status = [&] { return get(path + u"/www.projectify.test"_s).body[u"verificationStatus"_s].toString(); };
        QCOMPARE(call("POST", path + u"/www.projectify.test/verify"_s).status, 202);
        m_clock.advance(1min);
        QCOMPARE(status(), u"unverified"_s);
        pointsHere = u"www.projectify.test"_s;
        m_clock.advance(10min);
        QCOMPARE(status(), u"unverified"_s); // nobody asked
        QCOMPARE(call("POST", path + u"/www.projectify.test/verify"_s).status, 202);
        m_clock.advance(10s);
        QCOMPARE(status(), u"verified"_s);
        QVERIFY(!m_render->hasCertificate(u"www.projectify.test"_s)); // the TLS gap
        m_clock.advance(2min);
        QVERIFY(m_render->hasCertificate(u"www.projectify.test"_s));
        QCOMPARE(call("DELETE", path + u"/www.projectify.test"_s).status, 204);
        QCOMPARE(get(path + u"/www.projectify.test"_s).status, 404);
    }

    void allowListIsReplacedAndEmptyIsNull()
    {
        const QString path = u"/postgres/"_s + m_render->databaseId(u"projectify-db"_s);
        const QJsonValue database = get(path).body;
        QVERIFY(database[u"databaseName"_s].toString().startsWith(u"projectify_"_s)); // a suffix nobody asked for
        QVERIFY(m_render->allows(u"projectify-db"_s, QHostAddress(u"198.51.100.24"_s)));
        QSignalSpy events(m_render.get(), &render::Simulator::event);
        const Got set = call("PATCH", path, QJsonObject{{u"ipAllowList"_s, QJsonArray{QJsonObject{{u"cidrBlock"_s, u"203.0.113.0/24"_s}, {u"description"_s, u"switchyard"_s}}}}});
        QCOMPARE(set.status, 200);
        QVERIFY(m_render->allows(u"projectify-db"_s, QHostAddress(u"203.0.113.9"_s)));
        QVERIFY(!m_render->allows(u"projectify-db"_s, QHostAddress(u"198.51.100.24"_s)));
        QCOMPARE(events.last()[0].toString(), u"allow-list"_s);
        QVERIFY(call("PATCH", path, QJsonObject{{u"ipAllowList"_s, QJsonArray{}}}).body[u"ipAllowList"_s].isNull());
        QVERIFY(!m_render->allows(u"projectify-db"_s, QHostAddress(u"203.0.113.9"_s)));
        m_render->setDatabaseUrls(u"projectify-db"_s, u"postgresql://u:geheim7@dpg-x-a/d"_s, u"postgresql://u:geheim7@127.0.0.1:6001/d"_s);
        const QJsonValue info = get(path + u"/connection-info"_s).body;
        QCOMPARE(info[u"externalConnectionString"_s].toString(), u"postgresql://u:geheim7@127.0.0.1:6001/d"_s);
        QCOMPARE(info[u"password"_s].toString(), u"geheim7"_s);
        QCOMPARE(get(u"/key-value"_s).body[0][u"keyValue"_s][u"name"_s].toString(), u"projectify-kv"_s);
    }

    void logsPageByTimeAndStream()
    {
        const QString id = m_render->serviceId(u"projectify-web"_s);
        const QString owner = get(u"/owners"_s).body[0][u"owner"_s][u"id"_s].toString();
        const QString query = u"?ownerId=%1&resource=%2"_s.arg(owner, id);
        for (int i = 0; i < 25; ++i)
            m_render->appendLog(id, u"app"_s, u"web-1"_s, u"info"_s, u"line %1"_s.arg(i));
        QStringList messages;
        QString times;
        bool more = true;
        for (int guard = 0; more && guard < 10; ++guard) {
            const QJsonValue page = get(u"/logs"_s + query + u"&limit=10"_s + times).body;
            for (const QJsonValue& line : page[u"logs"_s].toArray())
                messages.append(line[u"message"_s].toString());
            more = page[u"hasMore"_s].toBool();
            times = u"&startTime=%1&endTime=%2"_s.arg(page[u"nextStartTime"_s].toString(), page[u"nextEndTime"_s].toString());
        }
        QCOMPARE(messages.size(), 25);
        QCOMPARE(messages.first(), u"line 24"_s); // backward unless told
        QCOMPARE(messages.removeDuplicates(), 0);
        QCOMPARE(get(u"/logs?resource="_s + id).status, 400);

        QWebSocket socket;
        QNetworkRequest request{QUrl(QString(m_server->url()).replace(u"http"_s, u"ws"_s) + u"/v1/logs/subscribe"_s + query)};
        request.setRawHeader("Authorization", "Bearer " + m_token);
        QSignalSpy connected(&socket, &QWebSocket::connected), lines(&socket, &QWebSocket::textMessageReceived), gone(&socket, &QWebSocket::disconnected);
        socket.open(request);
        QTRY_COMPARE(connected.count(), 1);
        m_render->appendLog(id, u"app"_s, u"web-1"_s, u"error"_s, u"now"_s);
        QTRY_COMPARE(lines.count(), 1); // no history before it
        const QJsonObject line = QJsonDocument::fromJson(lines[0][0].toString().toUtf8()).object();
        QCOMPARE(line[u"message"_s].toString(), u"now"_s);
        m_render->dropLogStreams();
        QTRY_COMPARE(gone.count(), 1);
        QCOMPARE(get(u"/logs"_s + query + u"&limit=1"_s).body[u"logs"_s][0][u"id"_s], line[u"id"_s]); // the gap can be filled
    }

    void keepsThePublishedShapes()
    {
        const QJsonObject description = test::publishedDescription(u"render.openapi.json"_s);
        if (description.isEmpty())
            QSKIP("the published description is not at hand");
        const test::SchemaCheck schema(description);
        call("POST", web() + u"/custom-domains"_s, QJsonObject{{u"name"_s, u"www.projectify.test"_s}});
        call("POST", web() + u"/deploys"_s, QJsonObject{});
        const auto check = [&](const QString& path, const QString& thing, const QString& definition) {
            const QJsonValue body = get(path).body;
            const QJsonArray items = body.isArray() ? body.toArray() : QJsonArray{body};
            if (items.isEmpty())
                return QString(path + u": nothing there"_s);
            for (const QJsonValue& item : items) {
                const QStringList faults = schema.faults(u"#/components/schemas/"_s + definition, thing.isEmpty() ? item : item[thing]);
                if (!faults.isEmpty())
                    return QString(path + u": "_s + faults.join(u"; "_s));
            }
            return QString();
        };
        const QString database = u"/postgres/"_s + m_render->databaseId(u"projectify-db"_s);
        const QString store = u"/key-value/"_s + m_render->databaseId(u"projectify-kv"_s);
        const QStringList wrong = QStringList{check(u"/services"_s, u"service"_s, u"service"_s), check(web() + u"/deploys"_s, u"deploy"_s, u"deploy"_s),
            check(web() + u"/custom-domains"_s, u"customDomain"_s, u"customDomain"_s), check(u"/owners"_s, u"owner"_s, u"owner"_s),
            check(u"/postgres"_s, u"postgres"_s, u"postgres"_s), check(database, {}, u"postgresDetail"_s),
            check(database + u"/connection-info"_s, {}, u"postgresConnectionInfo"_s), check(u"/key-value"_s, u"keyValue"_s, u"keyValue"_s),
            check(store, {}, u"keyValueDetail"_s), check(store + u"/connection-info"_s, {}, u"keyValueConnectionInfo"_s),
            check(web() + u"/instances"_s, {}, u"serviceInstance"_s), check(web() + u"/env-vars"_s, u"envVar"_s, u"envVar"_s)}.filter(u":"_s);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(u'\n')));
    }

    void stateSurvivesAKill()
    {
        QTemporaryDir folder;
        const QJsonObject story = render::projectifyStory();
        QString deploy;
        {
            render::Simulator first(&m_clock, folder.path());
            first.load(story);
            m_server->setAsyncHandler(first.handler());
            m_token = story[u"token"_s].toString().toUtf8();
            deploy = call("POST", u"/services/%1/deploys"_s.arg(first.serviceId(u"projectify-web"_s)), QJsonObject{}).body[u"id"_s].toString();
            QVERIFY(!deploy.isEmpty());
            m_server->setAsyncHandler(m_render->handler());
        }
        render::Simulator second(&m_clock, folder.path());
        QVERIFY(second.hasState());
        m_server->setAsyncHandler(second.handler());
        m_clock.advance(2min);
        QCOMPARE(get(u"/services/%1/deploys/%2"_s.arg(second.serviceId(u"projectify-web"_s), deploy)).body[u"status"_s].toString(), u"live"_s);
        m_server->setAsyncHandler(m_render->handler());
    }
};

QTEST_GUILESS_MAIN(tst_RenderSimulator)
#include "tst_RenderSimulator.moc"
