#include "providers/heroku/simulator/Simulator.h"
#include "providers/simulator/HttpServer.h"
#include "tests/kit/FakeClock.h"
#include "tests/kit/SchemaCheck.h"
#include "tests/kit/TestLoop.h"

#include <QJsonDocument>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace switchyard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

struct Got {
    int status = 0;
    QJsonValue body;
    QByteArray raw;
    QHash<QByteArray, QByteArray> headers;
    [[nodiscard]] QString id() const { return body[u"id"_s].toString(); }
};

} // namespace

class tst_HerokuSimulator : public QObject {
    Q_OBJECT

    test::FakeClock m_clock;
    QNetworkAccessManager m_net;
    std::unique_ptr<heroku::Simulator> m_heroku;
    std::unique_ptr<simulator::HttpServer> m_server;
    QByteArray m_token;
    QTemporaryDir m_folder;

    Got call(const QByteArray& method, const QString& path, const QJsonValue& body = {}, QList<std::pair<QByteArray, QByteArray>> headers = {},
        bool plain = false)
    {
        QNetworkRequest request{QUrl(path.startsWith(u"http"_s) ? path : m_server->url() + path)};
        if (!plain) {
            request.setRawHeader("Authorization", "Bearer " + m_token);
            request.setRawHeader("Accept", "application/vnd.heroku+json; version=3");
        }
        for (const auto& [name, value] : headers)
            request.setRawHeader(name, value);
        QByteArray data;
        if (body.isObject()) {
            data = QJsonDocument(body.toObject()).toJson();
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
    Got get(const QString& path, QList<std::pair<QByteArray, QByteArray>> headers = {}) { return call("GET", path, {}, std::move(headers)); }

    int dynos(const QString& type, const QString& state)
    {
        int n = 0;
        for (const QJsonValue& dyno : get(u"/apps/projectify/dynos"_s).body.toArray())
            n += dyno[u"type"_s].toString() == type && dyno[u"state"_s].toString() == state;
        return n;
    }

private Q_SLOTS:
    void init()
    {
        m_heroku = std::make_unique<heroku::Simulator>(&m_clock);
        const QJsonObject story = heroku::projectifyStory();
        m_token = story[u"tokens"_s][0].toString().toUtf8();
        m_heroku->load(story);
        m_server = std::make_unique<simulator::HttpServer>();
        m_server->setAsyncHandler(m_heroku->handler());
        QVERIFY(m_server->listen());
    }
    void cleanup()
    {
        m_server.reset();
        m_heroku.reset();
    }

    void refusesWhatHerokuRefuses()
    {
        QCOMPARE(call("GET", u"/apps"_s, {}, {{"Authorization", "Bearer wrong"}}).id(), u"unauthorized"_s);
        const Got versionless = call("GET", u"/apps"_s, {}, {{"Accept", "application/json"}});
        QCOMPARE(versionless.status, 406);
        QCOMPARE(versionless.id(), u"not_acceptable"_s);
        QCOMPARE(get(u"/apps"_s, {{"Accept", "application/vnd.heroku+json; version=3.sdk"}}).status, 200);
        const Got unknown = get(u"/apps/nope/formation"_s, {{"Request-Id", "mine-1"}});
        QCOMPARE(unknown.status, 404);
        QCOMPARE(unknown.id(), u"not_found"_s);
        QVERIFY(!unknown.body[u"message"_s].toString().isEmpty());
        QVERIFY(unknown.headers["request-id"].startsWith("mine-1,"));
        QCOMPARE(call("PATCH", u"/apps/projectify/formation"_s, QJsonObject{}).id(), u"invalid_params"_s);
        // The CLI's Basic form for the data host: empty user, token as password.
        QCOMPARE(call("GET", u"/postgres/v0/databases/postgresql-curved-81146/credentials"_s, {},
                     {{"Authorization", "Basic " + (":" + m_token).toBase64()}}).status, 200);
    }

    void countsTheAccountsTokens()
    {
        const int before = get(u"/account/rate-limits"_s).body[u"remaining"_s].toInt();
        const Got spent = get(u"/account"_s);
        QCOMPARE(spent.headers["ratelimit-remaining"].toInt(), before - 1);
        QCOMPARE(get(u"/account/rate-limits"_s).body[u"remaining"_s].toInt(), before - 1); // asking is free
        m_heroku->exhaustRateLimit();
        const Got refused = get(u"/account"_s);
        QCOMPARE(refused.status, 429);
        QCOMPARE(refused.id(), u"rate_limit"_s);
        QVERIFY(!refused.headers.contains("retry-after"));
        m_clock.advance(1min);
        QCOMPARE(get(u"/account"_s).headers["ratelimit-remaining"].toInt(), 74); // 75 a minute come back
    }

    void pagesByRange()
    {
        const QString path = u"/apps/projectify/releases"_s;
        QJsonArray versions;
        Got page = get(path, {{"Range", "version ..; max=2"}});
        QCOMPARE(page.status, 206);
        while (page.status == 206) {
            for (const QJsonValue& release : page.body.toArray())
                versions.append(release[u"version"_s]);
            page = get(path, {{"Range", page.headers["next-range"]}});
        }
        QCOMPARE(page.status, 200);
        QVERIFY(!page.headers.contains("next-range"));
        for (const QJsonValue& release : page.body.toArray())
            versions.append(release[u"version"_s]);
        QCOMPARE(versions, (QJsonArray{138, 139, 140, 141, 142}));
        const Got newest = get(path, {{"Range", "version ..; max=1, order=desc"}});
        QCOMPARE(newest.body[0][u"version"_s].toInt(), 142);
        QCOMPARE(get(path, {{"Range", newest.headers["next-range"]}}).body[0][u"version"_s].toInt(), 141);
        QCOMPARE(get(path, {{"Range", "nonsense"}}).status, 416);
    }

    void scalesToZeroAndBack()
    {
        QSignalSpy events(m_heroku.get(), &heroku::Simulator::event);
        QCOMPARE(dynos(u"worker"_s, u"up"_s), 1);
        const Got zero = call("PATCH", u"/apps/projectify/formation"_s,
            QJsonObject{{u"updates"_s, QJsonArray{QJsonObject{{u"type"_s, u"worker"_s}, {u"quantity"_s, u"0"_s}}}}});
        QCOMPARE(zero.status, 200);
        QCOMPARE(zero.body[0][u"quantity"_s].toInt(-1), 0);
        QCOMPARE(dynos(u"worker"_s, u"down"_s), 1); // a dyno needs its time to go
        m_clock.advance(5s);
        QCOMPARE(dynos(u"worker"_s, u"down"_s), 0);
        QVERIFY(std::any_of(events.begin(), events.end(), [](const QList<QVariant>& e) {
            return e[0].toString() == u"formation"_s && e[1].toJsonObject()[u"quantity"_s].toInt(-1) == 0 && e[1].toJsonObject()[u"app"_s].toString() == u"projectify"_s;
        }));

        const Got one = call("PATCH", u"/apps/projectify/formation/worker"_s, QJsonObject{{u"quantity"_s, u"+2"_s}, {u"size"_s, u"standard-2x"_s}});
        QCOMPARE(one.body[u"quantity"_s].toInt(), 2);
        QCOMPARE(one.body[u"dyno_size"_s][u"name"_s].toString(), u"Standard-2X"_s);
        QCOMPARE(dynos(u"worker"_s, u"starting"_s), 2);
        m_clock.advance(5s);
        QCOMPARE(dynos(u"worker"_s, u"up"_s), 2);
        // One wrong entry of a batch changes nothing.
        const Got batch = call("PATCH", u"/apps/projectify/formation"_s, QJsonObject{{u"updates"_s,
            QJsonArray{QJsonObject{{u"type"_s, u"web"_s}, {u"quantity"_s, 0}}, QJsonObject{{u"type"_s, u"nope"_s}, {u"quantity"_s, 1}}}}});
        QCOMPARE(batch.status, 404);
        QCOMPARE(get(u"/apps/projectify/formation/web"_s).body[u"quantity"_s].toInt(), 2);
    }

    void maintenanceMakesNoRelease()
    {
        const int version = get(u"/apps/projectify/releases/current"_s).body[u"version"_s].toInt();
        QCOMPARE(call("PATCH", u"/apps/projectify"_s, QJsonObject{{u"maintenance"_s, true}}).body[u"maintenance"_s].toBool(), true);
        QVERIFY(m_heroku->maintenance(u"projectify"_s));
        QCOMPARE(get(u"/apps/projectify/releases/current"_s).body[u"version"_s].toInt(), version);
        QCOMPARE(m_heroku->runningDynos(u"projectify"_s, u"worker"_s), 1); // only the router changed
    }

    void oneConfigChangeIsOneReleaseAndARestart()
    {
        const QString path = u"/apps/projectify/config-vars"_s;
        const QJsonObject before = get(path).body.toObject();
        QVERIFY(before.size() >= 24);
        QCOMPARE(before[u"SECURITY_ORIGINS"_s].toString().split(u',').size(), 2);
        QVERIFY(before[u"DATABASE_URL"_s].toString().startsWith(u"postgres://"_s));
        const Got changed = call("PATCH", path, QJsonObject{{u"LOG_LEVEL"_s, u"DEBUG"_s}, {u"EMPTY"_s, u""_s}, {u"TZ"_s, QJsonValue::Null}});
        QCOMPARE(changed.body[u"LOG_LEVEL"_s].toString(), u"DEBUG"_s);
        QVERIFY(changed.body.toObject().contains(u"EMPTY"_s) && !changed.body.toObject().contains(u"TZ"_s));
        QCOMPARE(get(u"/apps/projectify/releases/current"_s).body[u"version"_s].toInt(), 143);
        QCOMPARE(dynos(u"web"_s, u"starting"_s), 2);
        m_clock.advance(5s);
        QCOMPARE(dynos(u"web"_s, u"up"_s), 2);
        const Got owned = call("PATCH", path, QJsonObject{{u"DATABASE_URL"_s, u"postgres://elsewhere"_s}});
        QCOMPARE(owned.status, 422);
        QVERIFY(owned.body[u"message"_s].toString().contains(u"Cannot overwrite attachment values"_s));

        // A rollback brings the old values back with the code.
        const QString old = get(u"/apps/projectify/releases/142"_s).body[u"id"_s].toString();
        QCOMPARE(call("POST", u"/apps/projectify/releases"_s, QJsonObject{{u"release"_s, old}}).status, 201);
        const QJsonObject back = get(path).body.toObject();
        QCOMPARE(back[u"LOG_LEVEL"_s], before[u"LOG_LEVEL"_s]);
        QVERIFY(back.contains(u"TZ"_s));
        QCOMPARE(get(u"/apps/projectify/releases/current"_s).body[u"description"_s].toString(), u"Rollback to v142"_s);
    }

    void releaseCommandHoldsNewValuesBack()
    {
        QJsonObject story = heroku::projectifyStory();
        QJsonObject app = story[u"apps"_s][0].toObject();
        QJsonArray formation = app[u"formation"_s].toArray();
        formation.append(QJsonObject{{u"type"_s, u"release"_s}, {u"command"_s, u"python manage.py migrate"_s}});
        app[u"formation"_s] = formation;
        story[u"apps"_s] = QJsonArray{app};
        story[u"tokens"_s] = QJsonArray{QString::fromUtf8(m_token)};
        m_heroku->load(story);
        const Got changed = call("PATCH", u"/apps/projectify/config-vars"_s, QJsonObject{{u"LOG_LEVEL"_s, u"DEBUG"_s}});
        QCOMPARE(changed.body[u"LOG_LEVEL"_s].toString(), u"INFO"_s); // the answer still shows the old value
        QCOMPARE(get(u"/apps/projectify/releases/143"_s).body[u"status"_s].toString(), u"pending"_s);
        m_clock.advance(11s);
        QCOMPARE(get(u"/apps/projectify/releases/143"_s).body[u"status"_s].toString(), u"succeeded"_s);
        QCOMPARE(get(u"/apps/projectify/config-vars"_s).body[u"LOG_LEVEL"_s].toString(), u"DEBUG"_s);
    }

    void domainWaitsForDns()
    {
        bool here = false;
        m_heroku->setHostPointsHere([&here](const QString& host, const QString& target) {
            return here && host == u"shop.projectify.test"_s && target.endsWith(u".herokudns.test"_s);
        });
        const QString path = u"/apps/projectify/domains"_s;
        const Got keyless = call("POST", path, QJsonObject{{u"hostname"_s, u"shop.projectify.test"_s}});
        QCOMPARE(keyless.status, 422);
        QVERIFY(keyless.body[u"message"_s].toString().contains(u"sni_endpoint"_s));
        const Got added = call("POST", path, QJsonObject{{u"hostname"_s, u"shop.projectify.test"_s}, {u"sni_endpoint"_s, QJsonValue::Null}});
        QCOMPARE(added.status, 201);
        QVERIFY(added.body[u"cname"_s].isNull());
        QCOMPARE(call("POST", u"/apps/projectify-staging/domains"_s,
                     QJsonObject{{u"hostname"_s, u"shop.projectify.test"_s}, {u"sni_endpoint"_s, QJsonValue::Null}}).status, 422);
        m_clock.advance(5s);
        const auto domain = [this, path] { return get(path + u"/shop.projectify.test"_s).body; };
        QCOMPARE(domain()[u"status"_s].toString(), u"succeeded"_s);
        QVERIFY(domain()[u"cname"_s].toString().endsWith(u".herokudns.test"_s));
        m_clock.advance(2min);
        QCOMPARE(domain()[u"acm_status"_s].toString(), u"pending"_s);
        m_clock.advance(10min);
        QCOMPARE(domain()[u"acm_status"_s].toString(), u"failing"_s); // not terminal
        here = true;
        m_clock.advance(1min);
        QCOMPARE(domain()[u"acm_status"_s].toString(), u"cert issued"_s);
    }

    void promotesUnderConfirmation()
    {
        const QJsonObject asked{{u"addon_attachment"_s, u"DATABASE_URL"_s}, {u"app"_s, u"projectify"_s}};
        const Got resolved = call("POST", u"/actions/addon-attachments/resolve"_s, asked, {{"Accept-Inclusion", "addon:plan,config_vars"}});
        QCOMPARE(resolved.body[0][u"addon"_s][u"plan"_s][u"name"_s].toString(), u"heroku-postgresql:standard-0"_s);
        QCOMPARE(resolved.body[0][u"config_vars"_s][0].toString(), u"DATABASE_URL"_s);
        const Got fresh = call("POST", u"/apps/projectify/addons"_s, QJsonObject{{u"plan"_s, u"heroku-postgresql:essential-0"_s}});
        QCOMPARE(fresh.status, 201);
        QCOMPARE(fresh.body[u"state"_s].toString(), u"provisioning"_s);
        const QString name = fresh.body[u"name"_s].toString();
        QCOMPARE(get(u"/client/v11/databases/%1/wait_status"_s.arg(name)).body[u"waiting?"_s].toBool(), true);
        m_clock.advance(30s);
        QCOMPARE(get(u"/client/v11/databases/%1/wait_status"_s.arg(name)).body[u"waiting?"_s].toBool(), false);
        m_heroku->setDatabaseUrl(name, u"postgres://new@host/db"_s);

        QJsonObject attach{{u"addon"_s, QJsonObject{{u"name"_s, u"postgresql-curved-81146"_s}}}, {u"app"_s, QJsonObject{{u"name"_s, u"projectify"_s}}}};
        QCOMPARE(call("POST", u"/addon-attachments"_s, attach).status, 201); // keeps a handle on the old database
        attach = {{u"addon"_s, QJsonObject{{u"name"_s, name}}}, {u"app"_s, QJsonObject{{u"name"_s, u"projectify"_s}}}, {u"name"_s, u"DATABASE"_s},
            {u"namespace"_s, QJsonValue::Null}};
        const Got unconfirmed = call("POST", u"/addon-attachments"_s, attach);
        QCOMPARE(unconfirmed.status, 423);
        QCOMPARE(unconfirmed.id(), u"confirmation_required"_s);
        QCOMPARE(unconfirmed.headers["x-confirmation-required"], QByteArray("projectify"));
        attach[u"confirm"_s] = u"projectify"_s;
        QCOMPARE(call("POST", u"/addon-attachments"_s, attach).status, 201);
        QCOMPARE(m_heroku->configVars(u"projectify"_s)[u"DATABASE_URL"_s].toString(), u"postgres://new@host/db"_s);
        QCOMPARE(get(u"/addons/postgresql-curved-81146"_s).status, 200);
    }

    void backsUpAndHandsOut()
    {
        QFile dump(m_folder.filePath(u"latest.dump"_s));
        QVERIFY(dump.open(QIODevice::WriteOnly));
        dump.write("PGDMP-and-the-rest");
        dump.close();
        QString running;
        m_heroku->setTransferHook([&running](const heroku::TransferJob& job) { running = job.uuid; });
        const Got started = call("POST", u"/client/v11/databases/postgresql-curved-81146/backups"_s);
        QCOMPARE(started.status, 201);
        const QString one = u"/client/v11/apps/projectify/transfers/%1"_s;
        QVERIFY(get(one.arg(1)).body[u"started_at"_s].isNull());
        QCOMPARE(call("POST", u"/client/v11/databases/postgresql-curved-81146/backups"_s).status, 409); // one at a time
        m_clock.advance(3s);
        QCOMPARE(running, started.body[u"uuid"_s].toString());
        m_heroku->progressTransfer(running, 4096);
        QCOMPARE(get(one.arg(running)).body[u"processed_bytes"_s].toInt(), 4096);
        QVERIFY(!get(one.arg(1)).body.toObject().contains(u"logs"_s));
        QVERIFY(!get(one.arg(1) + u"?verbose=true"_s).body[u"logs"_s].toArray().isEmpty());
        QCOMPARE(call("POST", one.arg(1) + u"/actions/public-url"_s).status, 422);
        m_heroku->finishTransfer(running, dump.fileName(), 9000, 0);
        const QString appId = get(u"/apps/projectify"_s).body[u"id"_s].toString();
        const QJsonValue done = get(u"/client/v11/apps/%1/transfers/1"_s.arg(appId)).body;
        QVERIFY(done[u"succeeded"_s].toBool());
        QVERIFY(QRegularExpression(u"^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d \\+0000$"_s).match(done[u"finished_at"_s].toString()).hasMatch());

        const QString url = call("POST", one.arg(1) + u"/actions/public-url"_s).body[u"url"_s].toString();
        QCOMPARE(call("GET", url, {}, {}, true).raw, QByteArray("PGDMP-and-the-rest"));
        m_clock.advance(61min);
        const Got expired = call("GET", url, {}, {}, true);
        QCOMPARE(expired.status, 403);
        QVERIFY(expired.raw.startsWith("<?xml"));

        m_heroku->setFault(u"backup-stuck"_s, {}, true);
        QCOMPARE(call("POST", u"/client/v11/databases/postgresql-curved-81146/backups"_s).status, 201);
        m_clock.advance(10min);
        QVERIFY(get(one.arg(2)).body[u"started_at"_s].isNull());
        QCOMPARE(call("POST", one.arg(2) + u"/actions/cancel"_s).status, 200);
        QVERIFY(get(one.arg(2)).body[u"canceled_at"_s].isString());
    }

    void streamsLogsBothWays()
    {
        m_heroku->appendLog(u"projectify"_s, u"app"_s, u"web.1"_s, u"first"_s);
        m_heroku->appendLog(u"projectify"_s, u"heroku"_s, u"router"_s, u"at=info status=200"_s);
        const Got session = call("POST", u"/apps/projectify/log-sessions"_s, QJsonObject{{u"lines"_s, 10}, {u"tail"_s, true}, {u"source"_s, u"app"_s}});
        QCOMPARE(session.status, 201);
        const QUrl url(session.body[u"logplex_url"_s].toString());

        QNetworkReply* plain = m_net.get(QNetworkRequest(url));
        QNetworkRequest asEvents(url);
        asEvents.setRawHeader("Accept", "text/event-stream");
        QNetworkReply* events = m_net.get(asEvents);
        QByteArray lines, stream;
        QTRY_VERIFY((lines += plain->readAll()).contains("app[web.1]: first\n"));
        QTRY_VERIFY((stream += events->readAll()).contains("app[web.1]: first\n\n"));
        QVERIFY(!lines.contains("router"));
        QVERIFY(QRegularExpression(u"^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}\\+00:00 app\\[web\\.1\\]: first"_s).match(QString::fromUtf8(lines)).hasMatch());
        QCOMPARE(events->header(QNetworkRequest::ContentTypeHeader).toString(), u"text/event-stream"_s);
        m_heroku->appendLog(u"projectify"_s, u"app"_s, u"web.2"_s, u"second"_s);
        QTRY_VERIFY((lines += plain->readAll()).contains("second"));
        QTRY_VERIFY((stream += events->readAll()).contains("second"));
        const QByteArray lastId = stream.mid(stream.lastIndexOf("id: ") + 4, 1);
        m_heroku->dropLogStreams();
        QTRY_VERIFY(plain->isFinished() && events->isFinished());
        m_heroku->appendLog(u"projectify"_s, u"app"_s, u"web.1"_s, u"third"_s);
        asEvents.setRawHeader("Last-Event-ID", lastId);
        QNetworkReply* again = m_net.get(asEvents);
        QByteArray resumed;
        QTRY_VERIFY((resumed += again->readAll()).contains("third"));
        QVERIFY(!resumed.contains("second")); // nothing twice
        again->abort();
        m_clock.advance(6min);
        QCOMPARE(call("GET", url.toString(), {}, {}, true).status, 404); // the URL is good for minutes
    }

    void keepsThePublishedShapes()
    {
        const QJsonObject description = test::publishedDescription(u"heroku.schema.json"_s);
        if (description.isEmpty())
            QSKIP("the published description is not at hand");
        const test::SchemaCheck schema(description);
        call("POST", u"/apps/projectify/domains"_s, QJsonObject{{u"hostname"_s, u"x.projectify.test"_s}, {u"sni_endpoint"_s, QJsonValue::Null}});
        const QList<std::pair<QString, QString>> lists{{u"/apps"_s, u"app"_s}, {u"/apps/projectify/formation"_s, u"formation"_s},
            {u"/apps/projectify/dynos"_s, u"dyno"_s}, {u"/apps/projectify/domains"_s, u"domain"_s}, {u"/apps/projectify/releases"_s, u"release"_s},
            {u"/apps/projectify/addons"_s, u"add-on"_s}, {u"/apps/projectify/addon-attachments"_s, u"add-on-attachment"_s}, {u"/regions"_s, u"region"_s},
            {u"/apps/projectify/sni-endpoints"_s, u"sni-endpoint"_s}, {u"/dyno-sizes"_s, u"dyno-size"_s}, {u"/account"_s, u"account"_s}};
        for (const auto& [path, definition] : lists) {
            const QJsonValue body = get(path).body;
            const QJsonArray items = body.isArray() ? body.toArray() : QJsonArray{body};
            QVERIFY2(!items.isEmpty(), qPrintable(path));
            for (const QJsonValue& item : items) {
                const QStringList faults = schema.faults(u"#/definitions/"_s + definition, item);
                QVERIFY2(faults.isEmpty(), qPrintable(path + u": "_s + faults.join(u"; "_s)));
            }
        }
    }

    void stateSurvivesAKill()
    {
        QTemporaryDir folder;
        const QJsonObject story = heroku::projectifyStory();
        {
            heroku::Simulator first(&m_clock, folder.path());
            first.load(story);
            m_server->setAsyncHandler(first.handler());
            m_token = story[u"tokens"_s][0].toString().toUtf8();
            QCOMPARE(call("PATCH", u"/apps/projectify"_s, QJsonObject{{u"maintenance"_s, true}}).status, 200);
            QCOMPARE(call("PATCH", u"/apps/projectify/formation/worker"_s, QJsonObject{{u"quantity"_s, 3}}).status, 200);
            m_server->setAsyncHandler(m_heroku->handler());
        }
        heroku::Simulator second(&m_clock, folder.path());
        QVERIFY(second.hasState());
        QVERIFY(second.maintenance(u"projectify"_s));
        QCOMPARE(second.runningDynos(u"projectify"_s, u"worker"_s), 1);
        m_clock.advance(5s); // what was under way goes on
        QCOMPARE(second.runningDynos(u"projectify"_s, u"worker"_s), 3);
        QCOMPARE(second.configVars(u"projectify"_s)[u"SECRET_KEY"_s], story[u"apps"_s][0][u"config"_s][u"SECRET_KEY"_s]);
    }
};

QTEST_GUILESS_MAIN(tst_HerokuSimulator)
#include "tst_HerokuSimulator.moc"
