#include "app/base/StopScope.h"
#include "providers/heroku/client/Provider.h"
#include "tests/kit/TestLoop.h"
#include "tests/providers/http/SpecCheck.h"
#ifndef Q_MOC_RUN // its raw strings confuse moc
#include "tests/providers/heroku/client/HerokuBench.h"
#endif

using namespace switchyard;
using namespace std::chrono_literals;
using test::ScriptedServer;
using Call = ScriptedServer::Call;
using Answer = ScriptedServer::Answer;

class tst_HerokuClient : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsTheWholeSide()
    {
        HerokuBench b;
        const auto account = test::run(b.provider->account({}));
        SY_VERIFY_OK(account);
        QCOMPARE(account->owner, QStringLiteral("op@example.com"));
        QCOMPARE(account->callsLeft, std::optional<qint64>(4321));
        const auto apps = test::run(b.provider->apps({}));
        SY_VERIFY_OK(apps);
        QCOMPARE(apps->size(), size_t(2)); // two pages
        QCOMPARE(apps->back().name, QStringLiteral("two"));
        QCOMPARE(b.provider->callsLeft(), std::optional<qint64>(4400));

        const auto services = test::run(b.provider->services(QStringLiteral("projectify"), {}));
        SY_VERIFY_OK(services);
        QCOMPARE(services->size(), size_t(3));
        const Service& web = services->at(0);
        QCOMPARE(web.ref.service, QStringLiteral("web"));
        QCOMPARE(web.version, QStringLiteral("v412"));
        QCOMPARE(web.commit, QStringLiteral("1a2b3c4d5e6f"));
        QCOMPARE(web.desired, 2);
        QCOMPARE(web.running, 1);
        QCOMPARE(web.health, Health::Working);
        QCOMPARE(services->at(1).note, QStringLiteral("celery"));
        QCOMPARE(services->at(1).health, Health::Ok);
        const Service& database = services->at(2);
        QCOMPARE(database.kind, ServiceKind::Database);
        QCOMPARE(database.size.value, qint64(4500000000));
        QCOMPARE(database.version, QStringLiteral("15.18"));
        QCOMPARE(database.plan, QStringLiteral("standard-0"));

        const auto byAttachment = test::run(b.provider->service(b.ref("DATABASE"), {}));
        SY_VERIFY_OK(byAttachment);
        QCOMPARE(byAttachment->id, QStringLiteral("ad1"));
        const auto url = test::run(b.provider->connectionUrl(b.ref("postgresql-curved-1"), {}));
        SY_VERIFY_OK(url);
        QCOMPARE(url->reveal(), QByteArrayLiteral("postgres://u:canarypw99@db.example:5432/d1"));
        const auto missing = test::run(b.provider->service(b.ref("nothing"), {}));
        QCOMPARE(missing.error().code, QStringLiteral("404"));
        const auto backups = test::run(b.provider->backups(b.ref("DATABASE"), {}));
        SY_VERIFY_OK(backups);
        QCOMPARE(backups->size(), size_t(2)); // a restore isn't a backup
        QCOMPARE(backups->at(0).name, QStringLiteral("b008"));
        QCOMPARE(backups->at(0).state, Backup::State::Running);
        QCOMPARE(backups->at(1).state, Backup::State::Done);
        const auto deploys = test::run(b.provider->deploys(b.ref(), 5, {}));
        SY_VERIFY_OK(deploys);
        QCOMPARE(deploys->at(0).state, Deploy::State::Live);
        QCOMPARE(deploys->at(1).state, Deploy::State::Failed);
        SY_VERIFY_OK(test::run(b.provider->deploy(b.ref(), QStringLiteral("v412"), {})));
        const auto domains = test::run(b.provider->domains(b.ref(), {}));
        SY_VERIFY_OK(domains);
        QCOMPARE(domains->size(), size_t(1));
        QCOMPARE(domains->front().dnsTarget, QStringLiteral("abc.herokudns.com"));
        QCOMPARE(domains->front().certificate, DomainBinding::Certificate::Issued);
        QString said;
        for (const LogLine& line : b.log)
            said += line.message;
        QVERIFY(!said.contains(QStringLiteral("canary")));
    }
    void writesSettingsInOneCallAndOnlyWhatWasExpected()
    {
        HerokuBench b;
        const auto secret = [](const char* v) { return std::optional<Secret>(Secret(QByteArray(v))); };
        const std::vector<SettingChange> changes{{QStringLiteral("MODE"), secret("live"), secret("line one\nline \"two\"")},
                                                 {QStringLiteral("SECRET_KEY"), secret("canary-secret-xyz"), std::nullopt},
                                                 {QStringLiteral("NEW"), std::nullopt, secret("")}};
        const auto after = test::run(b.provider->writeSettings(b.ref(), changes, {}));
        SY_VERIFY_OK(after);
        QCOMPARE(b.server.count(QStringLiteral("PATCH /apps/projectify/config-vars")), 1);
        QCOMPARE(after->find(QStringLiteral("MODE"))->value.reveal(), QByteArrayLiteral("line one\nline \"two\""));
        QVERIFY(!after->find(QStringLiteral("SECRET_KEY")));
        QVERIFY(after->find(QStringLiteral("NEW")));
        QCOMPARE(after->find(QStringLiteral("DATABASE_URL"))->origin, QStringLiteral("add-on"));
        QVERIFY(b.server.count(QStringLiteral("GET /apps/projectify/releases")) >= 3); // waited for the release phase
        b.server.clear();
        b.vars[QStringLiteral("MODE")] = QStringLiteral("changed by somebody");
        const auto refused = test::run(b.provider->writeSettings(b.ref(), {{QStringLiteral("MODE"), secret("live"), secret("x")}}, {}));
        QCOMPARE(refused.error().kind, ErrorKind::Conflict);
        QVERIFY(!refused.error().sentence().contains(QStringLiteral("somebody\"")));
        QCOMPARE(b.server.count(QStringLiteral("PATCH /apps/projectify/config-vars")), 0);
        const auto owned = test::run(b.provider->writeSettings(b.ref(), {{QStringLiteral("DATABASE_URL"), secret("postgres://u:canarypw99@db.example:5432/d1"), secret("x")}}, {}));
        QCOMPARE(owned.error().kind, ErrorKind::Invalid);
    }
    void scalesWaitsAndHoldsForMaintenance()
    {
        HerokuBench b;
        SY_VERIFY_OK(test::run(b.provider->scale(b.ref("worker"), 1, 0, {})));
        QVERIFY(b.server.count(QStringLiteral("GET /apps/projectify/dynos")) >= 3); // until none is left
        const auto conflict = test::run(b.provider->scale(b.ref("worker"), 1, 2, {}));
        QCOMPARE(conflict.error().kind, ErrorKind::Conflict);
        QCOMPARE(b.worker, 0);
        SY_VERIFY_OK(test::run(b.provider->setMaintenance(b.ref(), true, {})));
        QVERIFY(b.maintenance);
        SY_VERIFY_OK(test::run(b.provider->setMaintenance(b.ref(), true, {})));
        QCOMPARE(b.server.count(QStringLiteral("PATCH /apps/projectify")), 1);
        SY_VERIFY_OK(test::run(b.provider->addDomain(b.ref(), QStringLiteral("api.projectify.example"), {})));
        SY_VERIFY_OK(test::run(b.provider->removeDomain(b.ref(), QStringLiteral("api.projectify.example"), {})));
        QCOMPARE(b.domains.size(), size_t(1));
        const auto backup = test::run(b.provider->captureBackup(b.ref("DATABASE"), {}));
        SY_VERIFY_OK(backup);
        QCOMPARE(backup->name, QStringLiteral("b008"));
        QCOMPARE(test::run(b.provider->suspend(b.ref("web"), true, {})).error().kind, ErrorKind::Invalid);
    }
    void readsLogLines()
    {
        const auto line = heroku::parseLogLine(QStringLiteral("2026-01-01T00:00:00.123456+00:00 app[web.1]: ERROR [x] it: broke"));
        QVERIFY(line);
        QCOMPARE(line->host, QStringLiteral("web.1"));
        QCOMPARE(line->message, QStringLiteral("ERROR [x] it: broke"));
        QCOMPARE(line->level, LogLevel::Error);
        QCOMPARE(isoUtc(line->time), QStringLiteral("2026-01-01T00:00:00.123Z"));
        QVERIFY(!heroku::parseLogLine(QStringLiteral("nonsense")));
        QVERIFY(heroku::belongsTo(QStringLiteral("web"), QStringLiteral("router")));
        QVERIFY(!heroku::belongsTo(QStringLiteral("worker"), QStringLiteral("web.1")));
    }
    void followsBothFramingsAndReopens()
    {
        HerokuBench b;
        int session = 0;
        b.server.setHandler([&](const Call& c) -> Answer {
            if (c.path != u"/logplex")
                return b.answer(c);
            ++session;
            const QByteArray first = "2026-01-01T00:00:01.000000+00:00 app[web.1]: one\n";
            if (session == 1)
                return {.body = first, .headers = {{"Content-Type", "text/plain"}}, .stream = true};
            return {.body = "data: " + first + "\nid: 2\ndata: 2026-01-01T00:00:02.000000+00:00 app[web.1]: two\n\n",
                    .headers = {{"Content-Type", "text/event-stream"}}, .stream = true};
        });
        std::vector<LogLine> got;
        StopScope scope;
        auto source = b.provider->logs(b.ref("web"));
        scope.spawn(QStringLiteral("log"), source->follow([&](LogLine l) { got.push_back(std::move(l)); }, scope.token()));
        QTRY_COMPARE(got.size(), size_t(1));
        b.server.lastStream()->disconnectFromHost();
        QTRY_COMPARE(got.size(), size_t(4));
        QCOMPARE(got[1].level, LogLevel::Warning);
        QVERIFY(got[1].message.contains(QStringLiteral("closed the log stream")));
        QVERIFY(got[2].message.contains(QStringLiteral("open again")));
        QCOMPARE(got[3].message, QStringLiteral("two")); // "one" came again and is not shown twice
        scope.requestStop();
        QTRY_COMPARE(scope.running(), 0);
    }
    void expiredTokenAndBusyProvider()
    {
        HerokuBench b;
        b.server.setHandler([](const Call&) { return ScriptedServer::json(R"({"id":"unauthorized","message":"Invalid credentials provided."})", 401); });
        QCOMPARE(test::run(b.provider->apps({})).error().kind, ErrorKind::Auth);
        b.server.setHandler([](const Call&) { return ScriptedServer::json(R"({"id":"rate_limit","message":"Your account reached the API rate limit"})", 429); });
        b.server.clear();
        QCOMPARE(test::run(b.provider->apps({})).error().kind, ErrorKind::RateLimited);
        QCOMPARE(b.server.calls().size(), size_t(3));
    }
    void everyCallIsInThePublishedDescription()
    {
        const auto spec = test::SpecCheck::open(QStringLiteral("heroku.openapi.json"));
        const auto dataSpec = test::SpecCheck::open(QStringLiteral("heroku-data.openapi.json"));
        if (!spec || !dataSpec)
            QSKIP("SWITCHYARD_API_SPECS does not name a folder with the published descriptions");
        HerokuBench b;
        (void)test::run(b.provider->account({}));
        (void)test::run(b.provider->apps({}));
        (void)test::run(b.provider->services(QStringLiteral("projectify"), {}));
        (void)test::run(b.provider->writeSettings(b.ref(), {{QStringLiteral("X"), std::nullopt, Secret(QByteArrayLiteral("1"))}}, {}));
        (void)test::run(b.provider->scale(b.ref("worker"), 1, 0, {}));
        (void)test::run(b.provider->setMaintenance(b.ref(), true, {}));
        (void)test::run(b.provider->addDomain(b.ref(), QStringLiteral("a.example"), {}));
        (void)test::run(b.provider->removeDomain(b.ref(), QStringLiteral("a.example"), {}));
        (void)test::run(b.provider->deploys(b.ref(), 3, {}));
        (void)test::run(b.provider->deploy(b.ref(), QStringLiteral("v412"), {}));
        (void)test::run(b.provider->captureBackup(b.ref("DATABASE"), {}));
        (void)test::run(b.provider->backups(b.ref("DATABASE"), {}));
        StopScope scope;
        auto source = b.provider->logs(b.ref());
        scope.spawn(QStringLiteral("log"), source->follow([](LogLine) {}, scope.token()));
        QTRY_VERIFY(b.server.count(QStringLiteral("POST /apps/projectify/log-sessions")) > 0);
        scope.requestStop();
        for (const Call& call : b.server.calls()) {
            if (call.path != u"/logplex")
                QVERIFY2(spec->complaint(call, {}).isEmpty(), qPrintable(spec->complaint(call, {})));
        }
        for (const Call& call : b.data.calls())
            QVERIFY2(dataSpec->complaint(call, {}).isEmpty(), qPrintable(dataSpec->complaint(call, {})));
    }
};

QTEST_GUILESS_MAIN(tst_HerokuClient)
#include "tst_HerokuClient.moc"
