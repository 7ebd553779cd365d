#include "providers/simulator/HttpServer.h"
#include "providers/simulator/RateLimiter.h"
#include "providers/simulator/Simulator.h"
#include "tests/kit/FakeClock.h"

#include <QFile>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QTemporaryDir>
#include <QTest>

namespace switchyard::simulator {

/// A provider with one number: POST /numbers/{name} counts it up.
class Counter final : public Simulator {
public:
    Counter(Clock* clock, const QString& folder)
        : Simulator(QStringLiteral("counter"), clock, folder)
    {
        addToken("secret-token");
        router().route("POST", QStringLiteral("/numbers/{name}"), [this](const Request& request) {
            const QString name = request.param(QStringLiteral("name"));
            m_numbers.insert(name, m_numbers.value(name).toInt() + 1);
            changed();
            Q_EMIT event(QStringLiteral("config"), {{QStringLiteral("name"), name}});
            return Response::json(201, m_numbers.value(name));
        });
        router().route("GET", QStringLiteral("/numbers/{name}"), [this](const Request& request) {
            return Response::json(200, m_numbers.value(request.param(QStringLiteral("name"))));
        });
        load();
    }
    QJsonObject save() const override { return m_numbers; }
    void restore(const QJsonObject& state) override { m_numbers = state; }

private:
    QJsonObject m_numbers;
};

class tst_Simulator : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void stateAndLogSurviveARestart();
    void tokenIsNeededAndNeverLogged();
    void faultsCountDown();
    void lostAnswerKeepsItsEffect();
    void routesAreChosen();
    void ratesRefill();

private:
    struct Answer {
        int status = 0;
        QByteArray body;
    };
    Answer call(const QByteArray& method, const QString& path, const QByteArray& token = "secret-token");
    void start();

    test::FakeClock m_clock;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Counter> m_counter;
    std::unique_ptr<HttpServer> m_server;
    QNetworkAccessManager m_manager;
};

void tst_Simulator::start()
{
    m_counter = std::make_unique<Counter>(&m_clock, m_folder->path() + QStringLiteral("/counter"));
    m_server = std::make_unique<HttpServer>();
    m_server->setAsyncHandler(m_counter->handler());
    QVERIFY(m_server->listen());
}

void tst_Simulator::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    start();
}

tst_Simulator::Answer tst_Simulator::call(const QByteArray& method, const QString& path, const QByteArray& token)
{
    QNetworkRequest request(QUrl(m_server->url() + path));
    request.setRawHeader("Authorization", "Bearer " + token);
    request.setRawHeader("Idempotency-Key", "key-1");
    request.setTransferTimeout(500);
    request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/json"));
    std::unique_ptr<QNetworkReply> reply(m_manager.sendCustomRequest(request, method, method == "POST" ? QByteArray("{}") : QByteArray()));
    [[maybe_unused]] const bool ended = QTest::qWaitFor([&] { return reply->isFinished(); });
    return {reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(), reply->readAll()};
}

void tst_Simulator::stateAndLogSurviveARestart()
{
    QCOMPARE(call("POST", QStringLiteral("/numbers/a%2Fb")).body, QByteArray("1"));
    m_counter->setFault(QStringLiteral("odd"), 7, true);
    m_server.reset();
    m_counter.reset(); // nothing is written on the way out
    {
        QFile log(m_folder->path() + QStringLiteral("/counter/requests.jsonl"));
        QVERIFY(log.open(QIODevice::Append));
        log.write("{\"time\":\"20"); // a line cut off by a kill
        log.write("\n");
    }
    start();
    QCOMPARE(m_counter->fault(QStringLiteral("odd")), std::optional<QJsonValue>(7));
    QCOMPARE(call("POST", QStringLiteral("/numbers/a%2Fb")).body, QByteArray("2"));
    const auto log = m_counter->requestLog();
    QCOMPARE(log.size(), std::size_t(2));
    QCOMPARE(log.front().method, QByteArray("POST"));
    QCOMPARE(log.front().status, 201);
    QCOMPARE(log.front().route, QStringLiteral("/numbers/{name}"));
    QCOMPARE(log.front().idempotencyKey, QStringLiteral("key-1"));
    QCOMPARE(log.front().time, m_clock.now());
    QCOMPARE(log.front().bodySha256, QStringLiteral("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"));
}

void tst_Simulator::tokenIsNeededAndNeverLogged()
{
    QCOMPARE(call("GET", QStringLiteral("/numbers/x"), "wrong").status, 401);
    QCOMPARE(call("GET", QStringLiteral("/numbers/x?token=secret-token")).status, 200);
    QFile log(m_folder->path() + QStringLiteral("/counter/requests.jsonl"));
    QVERIFY(log.open(QIODevice::ReadOnly));
    QVERIFY(!log.readAll().contains("secret-token"));
}

void tst_Simulator::faultsCountDown()
{
    m_counter->setFault(QStringLiteral("server-error"), QJsonObject{{QStringLiteral("method"), QStringLiteral("POST")},
        {QStringLiteral("path"), QStringLiteral("/numbers/")}, {QStringLiteral("count"), 2}, {QStringLiteral("status"), 503}}, true);
    QCOMPARE(call("GET", QStringLiteral("/numbers/x")).status, 200);
    QCOMPARE(call("POST", QStringLiteral("/numbers/x")).status, 503);
    QCOMPARE(call("POST", QStringLiteral("/numbers/x")).status, 503);
    QCOMPARE(call("POST", QStringLiteral("/numbers/x")).status, 201);
    m_counter->setFault(QStringLiteral("rate-limit:all"), {}, true);
    QCOMPARE(call("GET", QStringLiteral("/numbers/x")).status, 429);
    m_counter->setFault(QStringLiteral("rate-limit:all"), {}, false);
    QCOMPARE(call("GET", QStringLiteral("/numbers/x")).status, 200);
    QCOMPARE(m_counter->requestLog().at(1).fault, QStringLiteral("server-error"));
}

void tst_Simulator::lostAnswerKeepsItsEffect()
{
    // Not with "reset": QNetworkAccessManager sends a POST again on its own when the connection breaks before an answer.
    m_counter->setFault(QStringLiteral("timeout"), QJsonObject{{QStringLiteral("when"), QStringLiteral("after")},
        {QStringLiteral("method"), QStringLiteral("POST")}, {QStringLiteral("count"), 1}}, true);
    QCOMPARE(call("POST", QStringLiteral("/numbers/x")).status, 0);
    QCOMPARE(m_counter->requestLog().back().status, 0);
    QCOMPARE(call("GET", QStringLiteral("/numbers/x")).body, QByteArray("1"));
}

void tst_Simulator::routesAreChosen()
{
    Router router;
    const auto say = [](const QString& text) {
        return [text](const Request& request) { return Response::text(200, text + request.param(QStringLiteral("x"))); };
    };
    router.route("GET", QStringLiteral("/apps/{x}"), say(QStringLiteral("app ")));
    router.route("GET", QStringLiteral("/apps/mine"), say(QStringLiteral("mine")));
    router.route("GET", QStringLiteral("/files/{x*}"), say(QStringLiteral("file ")));
    const auto answer = [&](const QByteArray& method, const QByteArray& target) {
        Request request;
        request.method = method;
        request.target = target;
        Response got;
        router.handle(request, [&](Response response) { got = std::move(response); });
        return got.status == 200 ? got.body : QByteArray::number(got.status) + got.headers.value("allow");
    };
    QCOMPARE(answer("GET", "/apps/one?x=1"), QByteArray("app one"));
    QCOMPARE(answer("GET", "/apps/mine/"), QByteArray("mine"));
    QCOMPARE(answer("GET", "/files/a/b%20c"), QByteArray("file a/b c"));
    QCOMPARE(answer("GET", "/apps"), QByteArray("404"));
    QCOMPARE(answer("POST", "/apps/one"), QByteArray("405GET"));
}

void tst_Simulator::ratesRefill()
{
    RateLimiter limiter(&m_clock);
    limiter.defineBucket(QStringLiteral("core"), 2, 0.5);
    limiter.defineWindow(QStringLiteral("user"), 2, Seconds(300));
    const QString core = QStringLiteral("core");
    QCOMPARE(limiter.take(core).remaining, 1);
    QVERIFY(limiter.take(core).allowed);
    const auto refused = limiter.take(core);
    QVERIFY(!refused.allowed);
    QCOMPARE(refused.retryAfter, Seconds(2));
    QVERIFY(limiter.take(core, QStringLiteral("other key")).allowed);
    m_clock.advance(Seconds(2));
    QVERIFY(limiter.take(core).allowed);
    QVERIFY(!limiter.take(core).allowed);
    limiter.exhaust(QStringLiteral("user"));
    m_clock.advance(Seconds(100));
    QCOMPARE(limiter.take(QStringLiteral("user")).retryAfter, Seconds(200)); // a window does not refill before its end
    m_clock.advance(Seconds(200));
    QCOMPARE(limiter.take(QStringLiteral("user")).remaining, 1);
}

} // namespace switchyard::simulator

QTEST_GUILESS_MAIN(switchyard::simulator::tst_Simulator)
#include "tst_Simulator.moc"
