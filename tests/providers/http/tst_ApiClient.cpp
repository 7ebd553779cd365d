#include "app/base/Redactor.h"
#include "app/base/StopScope.h"
#include "providers/http/ApiClient.h"
#include "providers/http/Json.h"
#include "providers/http/LineCutter.h"
#include "providers/http/Problems.h"
#include "tests/kit/TestLoop.h"
#include "tests/providers/http/ScriptedServer.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QTimer>
#include <QWebSocket>
#include <QWebSocketServer>

using namespace switchyard;
using namespace std::chrono_literals;
using test::ScriptedServer;

namespace {
struct Bench {
    ScriptedServer server;
    std::vector<LogLine> log;
    http::Options options;
    Bench()
    {
        options.backOff = 5ms;
        options.deadline = 3s;
        options.log = [this](LogLine line) { log.push_back(std::move(line)); };
    }
    http::ApiClient client()
    {
        http::Profile profile;
        profile.id = QStringLiteral("acme");
        profile.name = QStringLiteral("Acme");
        profile.baseUrl = QUrl(server.url(QStringLiteral("/v1")));
        profile.headers = {{"Accept", "application/json"}};
        profile.authorization = [] { return Secret(QByteArrayLiteral("Bearer canary-token-1234")); };
        profile.rate = {"ratelimit-remaining", "ratelimit-reset", http::RatePolicy::Reset::SecondsLeft};
        profile.requestIdHeader = "request-id";
        return {profile, options};
    }
    QString logText() const
    {
        QString out;
        for (const LogLine& line : log)
            out += line.message + u'\n';
        return out;
    }
};
} // namespace

class tst_ApiClient : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sendsJsonAndTellsBudgetWithoutLeakingAnything()
    {
        Bench b;
        b.server.setHandler([](const ScriptedServer::Call&) {
            return ScriptedServer::json(R"({"ok":true})", 201, {{"RateLimit-Remaining", "41"}, {"Request-Id", "abc-9"}});
        });
        const auto client = b.client();
        const auto got = test::run(client.send(http::requestWith(QJsonObject{{QStringLiteral("password"), QStringLiteral("hunter2222")}}, "POST", "/apps/%1/x", QStringLiteral("a/../b")), {}));
        SY_VERIFY_OK(got);
        QCOMPARE(got->status, 201);
        QCOMPARE(got->requestId, QStringLiteral("abc-9"));
        QCOMPARE(client.callsLeft(), std::optional<qint64>(41));
        const auto& call = b.server.calls().front();
        QCOMPARE(call.rawPath, QStringLiteral("/v1/apps/a%2F..%2Fb/x"));
        QCOMPARE(call.headers.value("authorization"), QByteArrayLiteral("Bearer canary-token-1234"));
        QCOMPARE(call.headers.value("content-type"), QByteArrayLiteral("application/json"));
        QCOMPARE(call.json()[QLatin1String("password")].toString(), QStringLiteral("hunter2222"));
        QCOMPARE(b.log.size(), size_t(1));
        QVERIFY(b.logText().contains(QStringLiteral("-> 201 in ")));
        QVERIFY(!b.logText().contains(QStringLiteral("hunter2222")) && !b.logText().contains(QStringLiteral("canary")));
    }
    void guardStopsBeforeASocketOpens()
    {
        Bench b;
        b.options.guard.active = true;
        const auto refused = test::run(b.client().send(http::request("GET", "/x"), {}));
        QCOMPARE(refused.error().kind, ErrorKind::Invalid);
        QVERIFY(refused.error().sentence().contains(QStringLiteral("rehearsal")));
        QVERIFY(b.server.calls().empty());
        b.options.guard.ports.insert(b.server.port());
        b.server.setHandler([](const ScriptedServer::Call&) { return ScriptedServer::json("{}"); });
        SY_VERIFY_OK(test::run(b.client().send(http::request("GET", "/x"), {})));
        QVERIFY(b.log.back().simulated);
        const auto stream = test::run(b.client().streamLines(QUrl(QStringLiteral("https://logs.example.com/x")), {}, [](QString) {}, {}, {}));
        QCOMPARE(stream.error().kind, ErrorKind::Invalid);
        for (const char* address : {"http://127.0.0.1.example.com:1/", "http://10.0.0.1:1/", "http://127.0.0.2:1/", "http://127.0.0.1/"}) {
            http::TransportGuard guard{.active = true, .ports = {1}};
            QVERIFY2(!guard.check(QUrl(QString::fromLatin1(address)), QStringLiteral("Acme")), address);
        }
    }
    void repeatsWhatMayBeRepeatedAndSaysSo()
    {
        Bench b;
        int n = 0;
        b.server.setHandler([&n](const ScriptedServer::Call&) {
            ++n;
            return n < 3 ? ScriptedServer::json(R"({"message":"busy"})", n == 1 ? 503 : 429, {{"Retry-After", "0"}}) : ScriptedServer::json("[]");
        });
        SY_VERIFY_OK(test::run(b.client().send(http::request("GET", "/list"), {})));
        QCOMPARE(n, 3);
        QCOMPARE(b.logText().count(QStringLiteral("of 3 in")), 2);
        n = -10;
        const auto gaveUp = test::run(b.client().send(http::request("DELETE", "/thing"), {}));
        QCOMPARE(n, -7);
        QCOMPARE(gaveUp.error().kind, ErrorKind::RateLimited);
        QVERIFY(gaveUp.error().retryAfter.has_value());
    }
    void neverSendsAnUnsafeCallTwice_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<bool>("withBody");
        QTest::newRow("POST with body") << QByteArray("POST") << true;
        QTest::newRow("POST without body") << QByteArray("POST") << false;
        QTest::newRow("PATCH") << QByteArray("PATCH") << true;
    }
    void neverSendsAnUnsafeCallTwice()
    {
        QFETCH(QByteArray, method);
        QFETCH(bool, withBody);
        Bench b;
        b.server.setHandler([](const ScriptedServer::Call&) { return ScriptedServer::Answer{.body = {}, .headers = {}, .drop = true}; });
        auto request = http::request(method.constData(), "/deploys");
        if (withBody)
            request.body = QByteArrayLiteral("{\"a\":1}");
        const auto got = test::run(b.client().send(request, {}));
        QVERIFY(!got);
        QCOMPARE(got.error().kind, ErrorKind::Network);
        QVERIFY2(got.error().means.contains(QStringLiteral("may or may not")), qPrintable(got.error().sentence() + got.error().detail));
        QCOMPARE(b.server.calls().size(), size_t(1));
        b.server.clear();
        b.server.setHandler([](const ScriptedServer::Call&) { return ScriptedServer::json("{}", 503); });
        QCOMPARE(test::run(b.client().send(request, {})).error().kind, ErrorKind::Http);
        QCOMPARE(b.server.calls().size(), size_t(1));
    }
    void emptyPostCarriesLengthZero()
    {
        Bench b;
        b.server.setHandler([](const ScriptedServer::Call&) { return ScriptedServer::Answer{.status = 202, .body = {}, .headers = {}}; });
        SY_VERIFY_OK(test::run(b.client().send(http::request("POST", "/suspend"), {})));
        QCOMPARE(b.server.calls().front().headers.value("content-length"), QByteArrayLiteral("0"));
    }
    void waitsThatAreTooLongBecomeAnError()
    {
        Bench b;
        b.server.setHandler([](const ScriptedServer::Call&) { return ScriptedServer::json("{}", 429, {{"Ratelimit-Reset", "3494"}}); });
        const auto got = test::run(b.client().send(http::request("GET", "/x"), {}), 2s);
        QCOMPARE(got.error().kind, ErrorKind::RateLimited);
        QCOMPARE(*got.error().retryAfter, std::chrono::milliseconds(3494s));
        QCOMPARE(b.server.calls().size(), size_t(1));
    }
    void deadlineAndStopEndACall()
    {
        Bench b;
        b.options.deadline = 60ms;
        b.server.setHandler([](const ScriptedServer::Call&) { return ScriptedServer::Answer{.body = {}, .headers = {}, .hang = true}; });
        const auto late = test::run(b.client().send(http::request("PATCH", "/x"), {}), 5s);
        QCOMPARE(late.error().kind, ErrorKind::Timeout);
        QVERIFY(late.error().means.contains(QStringLiteral("may or may not")));
        b.options.deadline = 10s;
        std::stop_source source;
        auto task = b.client().send(http::request("GET", "/x"), source.get_token());
        QTimer::singleShot(20, [&source] { source.request_stop(); });
        QCOMPARE(test::run(std::move(task), 5s).error().kind, ErrorKind::Cancelled);
    }
    void refusalsReadWell_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("says");
        const auto row = [](int status, const char* body, ErrorKind kind, const char* says) {
            QTest::addRow("%d", status) << status << QByteArray(body) << int(kind) << QString::fromLatin1(says);
        };
        row(401, R"({"id":"unauthorized","message":"Invalid credentials provided."})", ErrorKind::Auth, "Acme doesn't accept the token.");
        row(403, R"({"success":false,"errors":[{"code":9109,"message":"Unauthorized to access requested resource"}]})", ErrorKind::Auth, "9109");
        row(404, R"({"message":"not found"})", ErrorKind::Http, "not found");
        row(409, R"({"message":"name is taken"})", ErrorKind::Conflict, "name is taken");
        row(422, R"({"code":422,"message":"no such field, token=abcdefgh1234"})", ErrorKind::Http, "no such field");
        row(500, "<html>", ErrorKind::Http, "500");
        row(302, "", ErrorKind::Http, "elsewhere");
    }
    void refusalsReadWell()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(int, kind);
        QFETCH(QString, says);
        Bench b;
        b.server.setHandler([&](const ScriptedServer::Call&) { return ScriptedServer::json(body, status, {{"Location", "http://127.0.0.1:1/elsewhere"}}); });
        const auto got = test::run(b.client().send(http::request("PUT", "/x"), {}));
        QVERIFY(!got);
        const Error error = got.error();
        QCOMPARE(int(error.kind), kind);
        QCOMPARE(error.code, QString::number(status));
        QVERIFY2(error.sentence().contains(says), qPrintable(error.sentence()));
        QVERIFY(error.happened.contains(QStringLiteral("Acme")) && !error.means.isEmpty() && !error.remedy.isEmpty());
        QVERIFY(!(error.sentence() + error.detail).contains(QStringLiteral("abcdefgh1234")));
    }
    void nobodyListens()
    {
        Bench b;
        auto gone = std::make_unique<ScriptedServer>();
        http::Profile profile;
        profile.name = QStringLiteral("Acme");
        profile.baseUrl = QUrl(gone->url());
        gone.reset();
        const http::ApiClient client(profile, b.options);
        const auto got = test::run(client.send(http::request("GET", "/x"), {}));
        QCOMPARE(got.error().kind, ErrorKind::Network);
        QVERIFY(got.error().happened.contains(QStringLiteral("refused the connection")));
        QCOMPARE(b.logText().count(QStringLiteral("of 3 in")), 2);
    }
    void onlySoManyAtATime()
    {
        Bench b;
        b.options.concurrency = 2;
        b.server.setHandler([](const ScriptedServer::Call&) { return ScriptedServer::Answer{.body = {}, .headers = {}, .hang = true}; });
        const auto client = b.client();
        std::stop_source source;
        std::vector<QCoro::Task<Result<http::Response>>> tasks;
        for (int i = 0; i < 5; ++i)
            tasks.push_back(client.send(http::request("GET", "/x"), source.get_token()));
        QTRY_COMPARE(b.server.calls().size(), size_t(2));
        QTest::qWait(30);
        QCOMPARE(b.server.calls().size(), size_t(2));
        source.request_stop();
        for (auto& task : tasks)
            QCOMPARE(test::run(std::move(task), 3s).error().kind, ErrorKind::Cancelled);
        b.server.setHandler([](const ScriptedServer::Call&) { return ScriptedServer::json("{}"); });
        SY_VERIFY_OK(test::run(client.send(http::request("GET", "/x"), {})));
    }
    void linesSurviveAnyCut()
    {
        const QByteArray text = "2026 app[web.1]: gr\xc3\xbc\xc3\x9f dich\r\nsecond\nlast";
        const QByteArray events = ": hello\nid: 7\ndata: one\n\nid:8\ndata: two\ndata: more\n\ndata: unfinished";
        for (qsizetype step = 1; step < 9; ++step) {
            QStringList plain;
            http::LineCutter a(false, [&](QString l) { plain << l; });
            for (qsizetype i = 0; i < text.size(); i += step)
                a.feed(text.mid(i, step));
            a.finish();
            QCOMPARE(plain, (QStringList{QStringLiteral("2026 app[web.1]: grüß dich"), QStringLiteral("second"), QStringLiteral("last")}));
            QStringList sse;
            http::LineCutter e(true, [&](QString l) { sse << l; });
            for (qsizetype i = 0; i < events.size(); i += step)
                e.feed(events.mid(i, step));
            e.finish();
            QCOMPARE(sse, (QStringList{QStringLiteral("one"), QStringLiteral("two\nmore")}));
            QCOMPARE(e.lastEventId(), QByteArrayLiteral("8"));
        }
    }
    void streamsArriveLiveAndEnd()
    {
        Bench b;
        b.options.streamIdle = 5s;
        b.server.setHandler([](const ScriptedServer::Call&) {
            return ScriptedServer::Answer{.body = "id: 1\ndata: first\n\n", .headers = {{"Content-Type", "text/event-stream"}}, .stream = true};
        });
        QStringList got;
        bool opened = false;
        auto task = b.client().streamLines(QUrl(b.server.url(QStringLiteral("/stream?key=k"))), {{"Accept", "text/event-stream"}},
                                           [&](QString l) { got << l; }, [&] { opened = true; }, {});
        QTRY_COMPARE(got, QStringList{QStringLiteral("first")});
        QVERIFY(opened);
        QVERIFY(!b.server.calls().front().headers.contains("authorization"));
        b.server.lastStream()->write("id: 2\ndata: second\n\n");
        QTRY_COMPARE(got.size(), 2);
        b.server.lastStream()->disconnectFromHost();
        const auto end = test::run(std::move(task));
        SY_VERIFY_OK(end);
        QCOMPARE(end->why, http::StreamEnd::Why::Closed);
        QCOMPARE(end->lastEventId, QByteArrayLiteral("2"));
        QVERIFY(!b.logText().contains(QStringLiteral("key=k")));
        b.server.setHandler([](const ScriptedServer::Call&) { return ScriptedServer::json("{}", 404); });
        QCOMPARE(test::run(b.client().streamLines(QUrl(b.server.url()), {}, [](QString) {}, {}, {})).error().code, QStringLiteral("404"));
        b.options.streamIdle = 40ms;
        b.server.setHandler([](const ScriptedServer::Call&) { return ScriptedServer::Answer{.body = "x\n", .headers = {{"Content-Type", "text/plain"}}, .stream = true}; });
        const auto idle = test::run(b.client().streamLines(QUrl(b.server.url()), {}, [](QString) {}, {}, {}));
        SY_VERIFY_OK(idle);
        QCOMPARE(idle->why, http::StreamEnd::Why::Idle);
    }
    void socketsCarryMessagesAndNoticeTheEnd()
    {
        QWebSocketServer server(QStringLiteral("t"), QWebSocketServer::NonSecureMode);
        QVERIFY(server.listen(QHostAddress::LocalHost));
        QWebSocket* peer = nullptr;
        QByteArray auth;
        connect(&server, &QWebSocketServer::newConnection, &server, [&] {
            peer = server.nextPendingConnection();
            auth = peer->request().rawHeader("Authorization");
            peer->sendTextMessage(QStringLiteral("one"));
        });
        Bench b;
        b.options.streamIdle = 5s;
        http::Profile profile;
        profile.name = QStringLiteral("Acme");
        profile.baseUrl = QUrl(QStringLiteral("http://127.0.0.1:%1/v1").arg(server.serverPort()));
        profile.authorization = [] { return Secret(QByteArrayLiteral("Bearer tok-abcdef")); };
        const http::ApiClient client(profile, b.options);
        QStringList got;
        auto task = client.streamSocket(http::request("GET", "/logs/subscribe"), [&](QString m) { got << m; }, {}, {});
        QTRY_COMPARE(got, QStringList{QStringLiteral("one")});
        QCOMPARE(auth, QByteArrayLiteral("Bearer tok-abcdef"));
        peer->close();
        const auto end = test::run(std::move(task));
        SY_VERIFY_OK(end);
        QCOMPARE(end->lines, qint64(1));

        // A handshake that is refused names the reason.
        b.server.setHandler([](const ScriptedServer::Call&) { return ScriptedServer::json("{}", 401); });
        const auto refused = test::run(b.client().streamSocket(http::request("GET", "/logs/subscribe"), [](QString) {}, {}, {}));
        QVERIFY2(refused.error().kind == ErrorKind::Auth, qPrintable(refused.error().sentence() + refused.error().detail));
    }
    void badAnswersNameTheField()
    {
        http::Response response;
        response.provider = QStringLiteral("Acme");
        response.call = QStringLiteral("GET /apps");
        response.body = R"([{"name":"a","region":{"name":"eu"}},{"name":"b","region":{}}])";
        const http::Json json(response);
        QStringList regions;
        for (const http::Json& item : json.items())
            regions << item.object("region").text("name");
        QCOMPARE(json.check().error().kind, ErrorKind::Parse);
        QVERIFY2(json.check().error().means.contains(QStringLiteral("[1].region.name is missing")), qPrintable(json.check().error().means));
        response.body = "<html>";
        QVERIFY(!http::Json(response).check());
        response.body = R"({"n":3,"t":"4","z":null})";
        const http::Json values(response);
        QCOMPARE(values.textOrNumber("n") + values.textOrNumber("t"), QStringLiteral("34"));
        QCOMPARE(values.textOr("z", QStringLiteral("none")), QStringLiteral("none"));
        SY_VERIFY_OK(values.check());
    }
    void readsEveryProvidersTime()
    {
        const auto ms = [](const char* text) {
            const auto t = http::instant(QString::fromLatin1(text));
            return t ? isoUtc(*t) : QStringLiteral("none");
        };
        QCOMPARE(ms("2019-08-09 21:28:21 +0000"), QStringLiteral("2019-08-09T21:28:21.000Z"));
        QCOMPARE(ms("2026-01-01T00:00:00.123456789Z"), QStringLiteral("2026-01-01T00:00:00.123Z"));
        QCOMPARE(ms("2026-01-01T02:00:00+02:00"), QStringLiteral("2026-01-01T00:00:00.000Z"));
        QCOMPARE(ms("2026-01-01T00:00:00.5Z"), QStringLiteral("2026-01-01T00:00:00.500Z"));
        QCOMPARE(ms("soon"), QStringLiteral("none"));
    }
};

QTEST_GUILESS_MAIN(tst_ApiClient)
#include "tst_ApiClient.moc"
