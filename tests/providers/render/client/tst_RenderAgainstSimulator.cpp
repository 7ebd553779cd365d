#include "app/base/StopScope.h"
#include "providers/render/client/Factory.h"
#include "providers/render/simulator/Simulator.h"
#include "tests/kit/TestLoop.h"
#include "tests/providers/http/SimulatorBench.h"

using namespace switchyard;

struct RenderWorld : test::SimulatorBench<render::Simulator> {
    std::shared_ptr<HostingProvider> provider;
    RenderWorld()
    {
        const QJsonObject story = render::projectifyStory();
        simulator.load(story);
        simulator.setDeployTimes(Seconds(2), Seconds(1));
        simulator.setDatabaseUrls(QStringLiteral("projectify-db"), QStringLiteral("postgres://u:innerpw11@dpg-x/d"), QStringLiteral("postgres://u:outerpw22@127.0.0.1:5432/d"));
        simulator.setHostPointsHere([](const QString&, const QString&) { return true; });
        account.name = QStringLiteral("render");
        account.baseUrl = server.url() + QStringLiteral("/v1");
        account.token = Secret(story[QLatin1String("token")].toString());
        provider = render::makeProvider(account, options);
    }
    [[nodiscard]] ServiceRef ref(const char* service = "projectify-web") const { return {QStringLiteral("render"), {}, QString::fromLatin1(service)}; }
};

static std::optional<Secret> secret(const char* value) { return Secret(QByteArray(value)); }

class tst_RenderAgainstSimulator : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsTheWholeSide()
    {
        RenderWorld w;
        SY_VERIFY_OK(test::run(w.provider->account({})));
        QCOMPARE(test::run(w.provider->apps({}))->size(), size_t(5));
        const auto services = test::run(w.provider->services({}, {}));
        SY_VERIFY_OK(services);
        QCOMPARE(services->size(), size_t(5));
        const auto web = test::run(w.provider->service(w.ref(), {}));
        SY_VERIFY_OK(web);
        QCOMPARE(web->running, 2);
        QCOMPARE(web->region, QStringLiteral("frankfurt"));
        QVERIFY(test::run(w.provider->service(w.ref("projectify-worker"), {}))->suspended);
        QCOMPARE(test::run(w.provider->connectionUrl(w.ref("projectify-db"), {}))->reveal(), QByteArrayLiteral("postgres://u:outerpw22@127.0.0.1:5432/d"));
        const auto allowed = test::run(w.provider->allowList(w.ref("projectify-db"), {}));
        SY_VERIFY_OK(allowed);
        QCOMPARE(allowed->front().cidr, QStringLiteral("198.51.100.24/32"));
        const auto settings = test::run(w.provider->readSettings(w.ref(), {}));
        SY_VERIFY_OK(settings);
        QCOMPARE(settings->entries.size(), size_t(w.simulator.environment(QStringLiteral("projectify-web")).size()));
        QVERIFY(w.provider->callsLeft().has_value());
    }
    void writesAreReadBackAndRefusedWhenSomebodyWasFaster()
    {
        RenderWorld w;
        std::vector<SettingChange> changes{{QStringLiteral("LOG_LEVEL"), secret("INFO"), secret("DEBUG")}, {QStringLiteral("PORT"), secret("10000"), std::nullopt}};
        for (int i = 0; i < 30; ++i) // more than one page afterwards
            changes.push_back({QStringLiteral("NEW_%1").arg(i), std::nullopt, secret("line\n\"two\"")});
        SY_VERIFY_OK(test::run(w.provider->writeSettings(w.ref(), changes, {})));
        const QJsonObject env = w.simulator.environment(QStringLiteral("projectify-web"));
        QCOMPARE(env[QLatin1String("NEW_29")].toString(), QStringLiteral("line\n\"two\""));
        QVERIFY(!env.contains(QLatin1String("PORT")));
        QCOMPARE(w.count("POST", QStringLiteral("/deploys")), 0);
        QCOMPARE(test::run(w.provider->writeSettings(w.ref(), {{QStringLiteral("LOG_LEVEL"), secret("INFO"), secret("x")}}, {})).error().kind, ErrorKind::Conflict);

        const auto deploy = test::run(w.provider->startDeploy(w.ref(), {}, {}));
        SY_VERIFY_OK(deploy);
        QTRY_COMPARE(test::run(w.provider->deploy(w.ref(), deploy->id, {}))->state, Deploy::State::Live);
        QCOMPARE(w.simulator.liveEnvironment(QStringLiteral("projectify-web"))[QLatin1String("LOG_LEVEL")].toString(), QStringLiteral("DEBUG"));

        SY_VERIFY_OK(test::run(w.provider->suspend(w.ref(), true, {})));
        QVERIFY(w.simulator.isSuspended(QStringLiteral("projectify-web")));
        SY_VERIFY_OK(test::run(w.provider->suspend(w.ref(), false, {})));
        SY_VERIFY_OK(test::run(w.provider->scale(w.ref(), 2, 3, {})));
        QCOMPARE(test::run(w.provider->scale(w.ref(), 2, 4, {})).error().kind, ErrorKind::Conflict);
        SY_VERIFY_OK(test::run(w.provider->setMaintenance(w.ref(), true, {})));
        QVERIFY(w.simulator.inMaintenance(QStringLiteral("projectify-web")));

        const auto before = test::run(w.provider->allowList(w.ref("projectify-db"), {}));
        auto wanted = *before;
        wanted.push_back({QStringLiteral("203.0.113.77/32"), QStringLiteral("Switchyard")});
        SY_VERIFY_OK(test::run(w.provider->setAllowList(w.ref("projectify-db"), *before, wanted, {})));
        QVERIFY(w.simulator.allows(QStringLiteral("projectify-db"), QHostAddress(QStringLiteral("203.0.113.77"))));
        QCOMPARE(test::run(w.provider->setAllowList(w.ref("projectify-db"), *before, {}, {})).error().kind, ErrorKind::Conflict);
        SY_VERIFY_OK(test::run(w.provider->setAllowList(w.ref("projectify-db"), wanted, *before, {})));

        const auto added = test::run(w.provider->addDomain(w.ref(), QStringLiteral("www.projectify.test"), {}));
        SY_VERIFY_OK(added);
        QCOMPARE(added->dnsTarget, w.simulator.target(QStringLiteral("projectify-web")));
        SY_VERIFY_OK(test::run(w.provider->verifyDomain(w.ref(), added->host, {})));
        const auto isVerified = [&] {
            const auto all = test::run(w.provider->domains(w.ref(), {}));
            return all && std::any_of(all->begin(), all->end(), [&](const DomainBinding& d) { return d.host == added->host && d.verified; });
        };
        QTRY_VERIFY(isVerified());
        SY_VERIFY_OK(test::run(w.provider->removeDomain(w.ref(), added->host, {})));
    }
    void followsTheLogThroughABreak()
    {
        RenderWorld w;
        QStringList said;
        StopScope scope;
        auto source = w.provider->logs(w.ref());
        const auto say = [&](const char* message) {
            w.simulator.appendLog(QStringLiteral("projectify-web"), QStringLiteral("app"), QString(), QStringLiteral("info"), QString::fromLatin1(message));
        };
        say("before");
        scope.spawn(QStringLiteral("log"), source->follow([&](LogLine l) { said << l.message; }, scope.token()));
        QTRY_VERIFY(said.contains(QStringLiteral("before"))); // the past, fetched
        say("live");
        QTRY_VERIFY(said.contains(QStringLiteral("live")));
        w.simulator.dropLogStreams();
        say("in the gap");
        QTRY_VERIFY(said.contains(QStringLiteral("in the gap")));
        QTRY_VERIFY(!said.filter(QStringLiteral("open again")).isEmpty());
        QCOMPARE(said.count(QStringLiteral("live")), 1);
        scope.requestStop();
        QTRY_COMPARE(scope.running(), 0);
    }
    void faultsReadWell()
    {
        RenderWorld w;
        w.simulator.setFault(QStringLiteral("server-error"), QJsonObject{{QStringLiteral("count"), 1}, {QStringLiteral("status"), 503}}, true);
        SY_VERIFY_OK(test::run(w.provider->apps({})));
        w.simulator.setFault(QStringLiteral("unauthorized"), {}, true);
        QCOMPARE(test::run(w.provider->apps({})).error().kind, ErrorKind::Auth);
        w.simulator.setFault(QStringLiteral("unauthorized"), {}, false);
        w.simulator.setFault(QStringLiteral("rate-limit"), {}, true);
        QCOMPARE(test::run(w.provider->apps({})).error().kind, ErrorKind::RateLimited);
        w.simulator.setFault(QStringLiteral("rate-limit"), {}, false);
        w.simulator.setFault(QStringLiteral("deploy-fail"), {}, true);
        const auto deploy = test::run(w.provider->startDeploy(w.ref(), {}, {}));
        SY_VERIFY_OK(deploy);
        QTRY_COMPARE(test::run(w.provider->deploy(w.ref(), deploy->id, {}))->state, Deploy::State::Failed);
        w.simulator.setFault(QStringLiteral("reset"), QJsonObject{{QStringLiteral("method"), QStringLiteral("POST")}, {QStringLiteral("when"), QStringLiteral("after")}}, true);
        QCOMPARE(test::run(w.provider->suspend(w.ref(), true, {})).error().kind, ErrorKind::Network);
        QCOMPARE(w.count("POST", QStringLiteral("/suspend")), 1);
    }
};

QTEST_GUILESS_MAIN(tst_RenderAgainstSimulator)
#include "tst_RenderAgainstSimulator.moc"
