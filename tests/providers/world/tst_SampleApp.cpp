#include "providers/simulator/HttpServer.h"
#include "providers/simulator/SmtpSink.h"
#include "providers/world/AppViews.h"
#include "providers/world/JobWorker.h"
#include "providers/world/PgCluster.h"
#include "providers/world/Picture.h"
#include "providers/world/SampleApp.h"
#include "providers/world/StoryTables.h"
#include "tests/kit/TestLoop.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QWebSocket>

#include <memory>

using namespace switchyard;
using namespace switchyard::world;

/// The app that visitors and smoke checks use, on real servers.
class tst_SampleApp final : public QObject {
    Q_OBJECT

    struct Answer {
        int status = 0;
        QJsonDocument json;
        QByteArray body;
        QHash<QByteArray, QByteArray> headers;
    };
    QTemporaryDir m_dir{QStringLiteral("/var/tmp/sy-app-XXXXXX")};
    std::unique_ptr<PgCluster> m_database;
    std::unique_ptr<RedisServer> m_redis;
    std::unique_ptr<SampleApp> m_app;
    simulator::HttpServer m_server;
    simulator::SmtpSink m_mail;
    QByteArray m_csrf;
    QByteArray m_session;
    QByteArray m_origin = "https://www.projectify.test";
    QByteArray m_host = "api.projectify.test";

    Answer ask(const QByteArray& method, const QString& path, const QByteArray& body = {}, const QByteArray& type = "application/json")
    {
        QNetworkAccessManager network;
        QNetworkRequest request(QUrl(m_server.url() + path));
        request.setRawHeader("Host", m_host);
        request.setRawHeader("Origin", m_origin);
        request.setRawHeader("X-CSRFToken", m_csrf);
        request.setRawHeader("Cookie", "csrftoken=" + m_csrf + "; sessionid=" + m_session);
        request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
        request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
        if (!body.isEmpty())
            request.setHeader(QNetworkRequest::ContentTypeHeader, type);
        QNetworkReply* reply = network.sendCustomRequest(request, method, body);
        (void)QTest::qWaitFor([reply] { return reply->isFinished(); }, 10'000);
        Answer answer{reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(), {}, reply->readAll(), {}};
        answer.json = QJsonDocument::fromJson(answer.body);
        for (const auto& [name, value] : reply->rawHeaderPairs())
            answer.headers[name.toLower()] = value;
        return answer;
    }
    Answer post(const QString& path, const QJsonObject& body) { return ask("POST", path, QJsonDocument(body).toJson()); }
    static QString text(const char* latin) { return QLatin1String(latin); }
    std::unique_ptr<JobWorker> worker()
    {
        return std::make_unique<JobWorker>(JobWorker::Options{text("celery@test"), m_database->target(text("test")), m_redis->port(), m_redis->password(), m_mail.port(),
                                                              text("projectify.test"), {}});
    }

private Q_SLOTS:
    void initTestCase()
    {
        QFile::setPermissions(m_dir.path(), QFile::permissions(m_dir.path()) | QFile::ExeOther);
        m_database = std::make_unique<PgCluster>(PgCluster::Options{text("test"), m_dir.filePath(text("pg")), text("story"), text("owner"), Secret(randomWord(20)), Secret(randomWord(20)), 0});
        SY_VERIFY_OK(test::run(m_database->build({}), Seconds(60)));
        m_redis = std::make_unique<RedisServer>(m_dir.filePath(text("redis")), Secret(randomWord(20)), 0);
        SY_VERIFY_OK(test::run(m_redis->start({})));
        QVERIFY(m_mail.listen());
        m_app = std::make_unique<SampleApp>(text("source"));
        m_app->connectTo(m_database->target(text("app")), m_redis->port(), m_redis->password());
        m_app->setSettings(AppSettings::fromEnvironment({{text("ALLOWED_HOSTS"), text("api.projectify.test,www.projectify.test,127.0.0.1")},
                                                         {text("SECURITY_ORIGINS"), text("https://www.projectify.test")}, {text("FRONTEND_URL"), text("https://www.projectify.test")}}));
        m_server.setAsyncHandler([this](const simulator::Request& request, const simulator::Reply& reply) { m_app->handle(request, reply); });
        QVERIFY(m_server.listen());
    }

    void emptyDatabaseSaysSo()
    {
        QCOMPARE(ask("GET", text("/healthz")).status, 200);
        m_session = "none-of-this";
        const Answer answer = ask("GET", text("/api/user/me"));
        QCOMPARE(answer.status, 503);
        QCOMPARE(answer.json[text("error")].toString(), text("no-tables"));
        m_session.clear();
        Sql sql;
        SY_VERIFY_OK(sql.open(m_database->target(text("test"))));
        SY_VERIFY_OK(sql.script(story::createTables()));
        for (const QByteArray& insert : story::insertRows(1'000))
            SY_VERIFY_OK(sql.run(insert));
        SY_VERIFY_OK(sql.script(story::createIndexes()));
    }

    void guardsHostsAndOrigins()
    {
        m_host = "evil.test";
        QCOMPARE(ask("GET", text("/api/csrf")).status, 400);
        m_host = "api.projectify.test";
        const Answer token = ask("GET", text("/api/csrf"));
        QCOMPARE(token.status, 200);
        m_csrf = token.json[text("csrfToken")].toString().toLatin1();
        QVERIFY(token.headers["set-cookie"].contains("Secure"));
        QCOMPARE(token.headers["access-control-allow-origin"], m_origin);

        m_origin = "https://projectify.test";
        const Answer foreign = post(text("/api/user/log-in"), {{text("email"), text("a@b.test")}, {text("password"), text("x")}});
        QCOMPARE(foreign.status, 403);
        QVERIFY(foreign.json[text("detail")].toString().startsWith(text("Origin checking failed - https://projectify.test does not match any trusted origins")));
        QVERIFY(!ask("OPTIONS", text("/api/task")).headers.contains("access-control-allow-origin"));
        m_origin = "https://www.projectify.test";
        const Answer preflight = ask("OPTIONS", text("/api/task"));
        QCOMPARE(preflight.headers["access-control-allow-origin"], m_origin);
        QVERIFY(preflight.headers["access-control-allow-headers"].contains("x-csrftoken"));

        const QByteArray real = std::exchange(m_csrf, QByteArray());
        QCOMPARE(post(text("/api/user/log-in"), {}).status, 403);
        m_csrf = real;
    }

    void aUserArrivesAndWorks()
    {
        const QJsonObject who{{text("email"), text("Ada@Visitors.test")}, {text("password"), text("long enough")}};
        QCOMPARE(post(text("/api/user/sign-up"), who).status, 201);
        QCOMPARE(post(text("/api/user/sign-up"), who).status, 409);
        QCOMPARE(post(text("/api/user/log-in"), who).status, 403);
        // Without a worker the mail waits in the queue, with one it arrives.
        RedisLink redis(m_redis->port(), m_redis->password());
        QCOMPARE(redis.length("celery"), 1);
        QCOMPARE(m_mail.messages().size(), size_t(0));
        auto jobs = worker();
        QTRY_COMPARE(m_mail.messages().size(), size_t(1));
        QTRY_COMPARE(redis.length("celery"), 0);
        const auto link = QRegularExpression(text("https://www.projectify.test/confirm-email/([a-z0-9]+)")).match(m_mail.messages().front().text);
        QVERIFY(link.hasMatch());
        QCOMPARE(m_mail.messages().front().to, QStringList{text("ada@visitors.test")});
        QCOMPARE(post(text("/api/user/confirm-email"), {{text("token"), link.captured(1)}}).status, 200);
        QCOMPARE(post(text("/api/user/log-in"), {{text("email"), text("ada@visitors.test")}, {text("password"), text("wrong")}}).status, 401);
        const Answer in = post(text("/api/user/log-in"), who);
        QCOMPARE(in.status, 200);
        const QByteArray cookie = in.headers["set-cookie"];
        QVERIFY(cookie.contains("HttpOnly") && cookie.contains("Secure") && cookie.contains("SameSite=Lax"));
        m_session = cookie.mid(10, cookie.indexOf(';') - 10);
        QCOMPARE(ask("GET", text("/api/user/me")).json[text("email")].toString(), text("ada@visitors.test"));

        const QString workspace = post(text("/api/workspace"), {{text("title"), text("Fair")}}).json[text("uuid")].toString();
        QVERIFY(!workspace.isEmpty());

        QWebSocket socket(QString::fromLatin1(m_origin));
        QSignalSpy messages(&socket, &QWebSocket::textMessageReceived);
        QNetworkRequest handshake(QUrl(text("ws://127.0.0.1:%1/ws").arg(m_server.port())));
        handshake.setRawHeader("Cookie", "sessionid=" + m_session);
        socket.open(handshake);
        QTRY_COMPARE(messages.count(), 1);
        const Answer made = post(text("/api/task"), {{text("workspace"), workspace}, {text("title"), text("Call the printer")}});
        QCOMPARE(made.status, 201);
        const QString task = made.json[text("uuid")].toString();
        QTRY_COMPARE(messages.count(), 2);
        const QJsonObject told = QJsonDocument::fromJson(messages.at(1).at(0).toString().toUtf8()).object();
        QCOMPARE(told[text("uuid")].toString(), task);
        QCOMPARE(told[text("action")].toString(), text("created"));

        const QByteArray change = R"({"mark":"m-1","done":true,"title":"Call again"})";
        QCOMPARE(ask("PATCH", text("/api/task/") + task, change).status, 200);
        QCOMPARE(post(text("/api/task/%1/move").arg(task), {{text("order"), 3}, {text("mark"), text("m-2")}}).status, 200);
        QCOMPARE(post(text("/api/chat"), {{text("text"), text("Done")}, {text("task"), task}}).status, 201);
        const QJsonArray tasks = ask("GET", text("/api/task?workspace=") + workspace).json.array();
        QCOMPARE(tasks.size(), 1);
        QCOMPARE(tasks[0][text("title")].toString(), text("Call again"));
        QVERIFY(tasks[0][text("done")].toBool());
        QCOMPARE(ask("DELETE", text("/api/task/") + task).status, 204);
        QTRY_COMPARE(messages.count(), 5);

        Picture picture{120, 80, QByteArray(120 * 80 * 3, '\x7f')};
        QCOMPARE(ask("POST", text("/api/user/picture"), picture.toPng(), "image/png").status, 201);
        QTRY_COMPARE(ask("GET", text("/api/user/picture?small=1")).status, 200);
        const auto small = Picture::read(ask("GET", text("/api/user/picture?small=1")).body);
        QVERIFY(small);
        QVERIFY(small->width <= 64 && small->width >= 32);
        QCOMPARE(static_cast<quint8>(small->pixels[0]), 0x7f);
        QCOMPARE(ask("POST", text("/api/user/picture"), "not a picture", "image/png").status, 400);

        QCOMPARE(post(text("/api/user/log-out"), {}).status, 204);
        QCOMPARE(ask("GET", text("/api/user/me")).status, 401);
        QCOMPARE(post(text("/api/user/log-in"), who).status, 200);
    }

    void aStoppedWorkerLosesNoJob()
    {
        RedisLink redis(m_redis->port(), m_redis->password());
        // One that died with a job in hand left it here.
        QVERIFY(redis.hashSet("unacked", "tag", celeryMessage("corporate.sync", {})));
        QCOMPARE(redis.length("celery"), 0);
        auto jobs = worker();
        QTRY_COMPARE(jobs->done(), 1);
        QVERIFY(redis.hashRemove("unacked", "tag"));
    }

    void readOnlyDatabaseIsToldApart()
    {
        const QJsonObject who{{text("email"), text("ada@visitors.test")}, {text("password"), text("long enough")}};
        Sql sql;
        SY_VERIFY_OK(sql.open(m_database->target(text("test"))));
        SY_VERIFY_OK(sql.script("ALTER DATABASE story SET default_transaction_read_only=on"));
        SY_VERIFY_OK(sql.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname='story' AND pid<>pg_backend_pid()"));
        const Answer held = post(text("/api/user/log-in"), who);
        QCOMPARE(held.status, 503);
        QCOMPARE(held.json[text("error")].toString(), text("read-only"));
        SY_VERIFY_OK(sql.script("SET default_transaction_read_only=off; ALTER DATABASE story RESET default_transaction_read_only"));
        SY_VERIFY_OK(sql.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname='story' AND pid<>pg_backend_pid()"));
        QCOMPARE(post(text("/api/user/log-in"), who).status, 200);
    }

    void cleanupTestCase()
    {
        m_server.close();
        m_app.reset();
        if (m_redis)
            SY_VERIFY_OK(test::run(m_redis->end({})));
        if (m_database)
            SY_VERIFY_OK(test::run(m_database->end({})));
    }
};

QTEST_GUILESS_MAIN(tst_SampleApp)
#include "tst_SampleApp.moc"
