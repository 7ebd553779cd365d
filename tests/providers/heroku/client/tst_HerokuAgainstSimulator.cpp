#include "app/base/StopScope.h"
#include "providers/heroku/client/Factory.h"
#include "providers/heroku/simulator/Simulator.h"
#include "tests/kit/TestLoop.h"
#include "tests/providers/http/SimulatorBench.h"

using namespace switchyard;

struct HerokuWorld : test::SimulatorBench<heroku::Simulator> {
    std::shared_ptr<HostingProvider> provider;
    HerokuWorld()
    {
        const QJsonObject story = heroku::projectifyStory();
        simulator.load(story);
        simulator.setTransferHook([this](const heroku::TransferJob& job) { simulator.finishTransfer(job.uuid, QString(), 1000, 0); });
        account.name = QStringLiteral("heroku");
        account.baseUrl = server.url();
        account.dataUrl = server.url();
        account.token = Secret(story[QLatin1String("tokens")].toArray().first().toString());
        provider = heroku::makeProvider(account, options);
    }
    [[nodiscard]] ServiceRef ref(const char* service = "") const { return {QStringLiteral("heroku"), QStringLiteral("projectify"), QString::fromLatin1(service)}; }
};

static std::optional<Secret> secret(const char* value) { return Secret(QByteArray(value)); }

class tst_HerokuAgainstSimulator : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsTheWholeSide()
    {
        HerokuWorld w;
        const auto account = test::run(w.provider->account({}));
        SY_VERIFY_OK(account);
        QCOMPARE(account->owner, QStringLiteral("operator@projectify.test"));
        QCOMPARE(test::run(w.provider->apps({}))->size(), size_t(2));
        const auto services = test::run(w.provider->services(QStringLiteral("projectify"), {}));
        SY_VERIFY_OK(services);
        QStringList kinds;
        for (const Service& one : *services)
            kinds << serviceKindName(one.kind);
        kinds.sort();
        QCOMPARE(kinds, (QStringList{QStringLiteral("cache"), QStringLiteral("database"), QStringLiteral("web"), QStringLiteral("worker")}));
        const auto web = test::run(w.provider->service(w.ref("web"), {}));
        SY_VERIFY_OK(web);
        QCOMPARE(web->desired, 2);
        QCOMPARE(web->running, 2);
        QCOMPARE(web->health, Health::Ok);
        QCOMPARE(web->version, QStringLiteral("v142"));
        const auto database = test::run(w.provider->service(w.ref("DATABASE"), {}));
        SY_VERIFY_OK(database);
        QCOMPARE(database->size.value, qint64(4831838208));
        QCOMPARE(database->version, QStringLiteral("15.6"));
        const auto url = test::run(w.provider->connectionUrl(w.ref("DATABASE"), {}));
        SY_VERIFY_OK(url);
        QVERIFY(url->reveal().startsWith("postgres://"));
        SY_VERIFY_OK(test::run(w.provider->connectionUrl(w.ref("REDIS"), {})));
        const auto domains = test::run(w.provider->domains(w.ref(), {}));
        SY_VERIFY_OK(domains);
        QCOMPARE(domains->front().dnsTarget, QStringLiteral("cryptic-elm-5x2.herokudns.test"));
        const auto settings = test::run(w.provider->readSettings(w.ref(), {}));
        SY_VERIFY_OK(settings);
        QVERIFY(settings->entries.size() >= 22);
        QCOMPARE(settings->find(QStringLiteral("DATABASE_URL"))->origin, QStringLiteral("add-on"));
        SY_VERIFY_OK(test::run(w.provider->deploys(w.ref(), 5, {})));
        SY_VERIFY_OK(test::run(w.provider->backups(w.ref("DATABASE"), {})));
        for (const LogLine& line : w.log)
            QVERIFY(!line.message.contains(w.account.token.revealText()));
    }
    void writesAreReadBackAndRefusedWhenSomebodyWasFaster()
    {
        HerokuWorld w;
        SY_VERIFY_OK(test::run(w.provider->writeSettings(w.ref(), {{QStringLiteral("LOG_LEVEL"), secret("INFO"), secret("a\nb \"c\"")}, {QStringLiteral("TZ"), secret("UTC"), std::nullopt}}, {})));
        QCOMPARE(w.count("PATCH", QStringLiteral("/config-vars")), 1);
        QCOMPARE(test::run(w.provider->writeSettings(w.ref(), {{QStringLiteral("LOG_LEVEL"), secret("INFO"), secret("x")}}, {})).error().kind, ErrorKind::Conflict);
        SY_VERIFY_OK(test::run(w.provider->scale(w.ref("worker"), 1, 0, {})));
        QCOMPARE(test::run(w.provider->service(w.ref("worker"), {}))->health, Health::Off);
        QCOMPARE(test::run(w.provider->scale(w.ref("worker"), 1, 2, {})).error().kind, ErrorKind::Conflict);
        SY_VERIFY_OK(test::run(w.provider->setMaintenance(w.ref(), true, {})));
        QVERIFY(test::run(w.provider->service(w.ref("web"), {}))->maintenance);
        SY_VERIFY_OK(test::run(w.provider->setMaintenance(w.ref(), false, {})));
        const auto added = test::run(w.provider->addDomain(w.ref(), QStringLiteral("app.projectify.test"), {}));
        SY_VERIFY_OK(added);
        QVERIFY(!added->dnsTarget.isEmpty());
        SY_VERIFY_OK(test::run(w.provider->removeDomain(w.ref(), QStringLiteral("app.projectify.test"), {})));
        const auto backup = test::run(w.provider->captureBackup(w.ref("DATABASE"), {}));
        SY_VERIFY_OK(backup);
        QTRY_COMPARE(test::run(w.provider->backups(w.ref("DATABASE"), {}))->front().state, Backup::State::Done);
        QCOMPARE(test::run(w.provider->backups(w.ref("DATABASE"), {}))->front().name, backup->name);
    }
    void followsTheLogThroughABreak()
    {
        HerokuWorld w;
        QStringList said;
        StopScope scope;
        auto source = w.provider->logs(w.ref("web"));
        scope.spawn(QStringLiteral("log"), source->follow([&](LogLine l) { said << l.message; }, scope.token()));
        QTRY_VERIFY(std::any_of(w.calls.begin(), w.calls.end(), [](const auto& c) { return c.headers.value("accept").startsWith("text/event-stream"); }));
        w.simulator.appendLog(QStringLiteral("projectify"), QStringLiteral("app"), QStringLiteral("web.1"), QStringLiteral("hello one"));
        w.simulator.appendLog(QStringLiteral("projectify"), QStringLiteral("app"), QStringLiteral("worker.1"), QStringLiteral("not for web"));
        QTRY_VERIFY(said.contains(QStringLiteral("hello one")));
        w.simulator.dropLogStreams();
        QTRY_VERIFY(!said.filter(QStringLiteral("open again")).isEmpty());
        w.simulator.appendLog(QStringLiteral("projectify"), QStringLiteral("app"), QStringLiteral("web.1"), QStringLiteral("hello two"));
        QTRY_VERIFY(said.contains(QStringLiteral("hello two")));
        QCOMPARE(said.count(QStringLiteral("hello one")), 1);
        QVERIFY(!said.contains(QStringLiteral("not for web")));
        scope.requestStop();
        QTRY_COMPARE(scope.running(), 0);
    }
    void faultsReadWell()
    {
        HerokuWorld w;
        w.simulator.setFault(QStringLiteral("server-error"), QJsonObject{{QStringLiteral("count"), 1}, {QStringLiteral("status"), 503}}, true);
        SY_VERIFY_OK(test::run(w.provider->apps({})));
        w.simulator.setFault(QStringLiteral("rate-limit"), QJsonObject{{QStringLiteral("count"), 1}}, true);
        SY_VERIFY_OK(test::run(w.provider->apps({})));
        w.simulator.setFault(QStringLiteral("unauthorized"), {}, true);
        QCOMPARE(test::run(w.provider->apps({})).error().kind, ErrorKind::Auth);
        w.simulator.setFault(QStringLiteral("unauthorized"), {}, false);
        // The effect happens and the answer is lost: an error that says so, and not a second request.
        w.simulator.setFault(QStringLiteral("reset"), QJsonObject{{QStringLiteral("method"), QStringLiteral("PATCH")}, {QStringLiteral("when"), QStringLiteral("after")}}, true);
        const auto lost = test::run(w.provider->setMaintenance(w.ref(), true, {}));
        QCOMPARE(lost.error().kind, ErrorKind::Network);
        QVERIFY(lost.error().means.contains(QStringLiteral("may or may not")));
        QCOMPARE(w.count("PATCH", QStringLiteral("/apps/projectify")), 1);
        QVERIFY(test::run(w.provider->service(w.ref("web"), {}))->maintenance);
    }
};

QTEST_GUILESS_MAIN(tst_HerokuAgainstSimulator)
#include "tst_HerokuAgainstSimulator.moc"
