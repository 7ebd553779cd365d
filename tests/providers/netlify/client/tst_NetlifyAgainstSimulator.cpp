#include "app/base/StopScope.h"
#include "providers/netlify/client/Factory.h"
#include "providers/netlify/simulator/Simulator.h"
#include "tests/kit/TestLoop.h"
#include "tests/providers/http/SimulatorBench.h"

using namespace switchyard;

struct NetlifyWorld : test::SimulatorBench<netlify::Simulator> {
    std::shared_ptr<HostingProvider> provider;
    NetlifyWorld()
    {
        const QJsonObject story = netlify::projectifyStory();
        simulator.load(story);
        account.name = QStringLiteral("netlify");
        account.baseUrl = server.url() + QStringLiteral("/api/v1");
        account.token = Secret(story[QLatin1String("token")].toString());
        provider = netlify::makeProvider(account, options);
    }
    /// A new process with the same account.
    void restart() { provider = netlify::makeProvider(account, options); }
    [[nodiscard]] QByteArray page() const { return simulator.publishedFile(QStringLiteral("projectify"), QStringLiteral("/index.html")).value_or(QByteArray()); }
    [[nodiscard]] ServiceRef site() const { return {QStringLiteral("netlify"), {}, QStringLiteral("projectify")}; }
};

static std::optional<Secret> secret(const char* value) { return Secret(QByteArray(value)); }

class tst_NetlifyAgainstSimulator : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsTheWholeSide()
    {
        NetlifyWorld w;
        SY_VERIFY_OK(test::run(w.provider->account({})));
        const auto services = test::run(w.provider->services({}, {}));
        SY_VERIFY_OK(services);
        QCOMPARE(services->size(), size_t(1));
        QCOMPARE(services->front().name, QStringLiteral("projectify"));
        QCOMPARE(services->front().health, Health::Ok);
        const auto settings = test::run(w.provider->readSettings(w.site(), {}));
        SY_VERIFY_OK(settings);
        QCOMPARE(settings->find(QStringLiteral("VITE_API_DOMAIN"))->value.reveal(), QByteArrayLiteral("https://api.projectify.test"));
        QVERIFY(!settings->find(QStringLiteral("SENTRY_AUTH_TOKEN"))->readable);
        const auto domains = test::run(w.provider->domains(w.site(), {}));
        SY_VERIFY_OK(domains);
        QCOMPARE(domains->size(), size_t(2));
        QCOMPARE(domains->front().dnsTarget, w.simulator.target(QStringLiteral("projectify")));
        const auto deploys = test::run(w.provider->deploys(w.site(), 10, {}));
        SY_VERIFY_OK(deploys);
        QCOMPARE(deploys->front().state, Deploy::State::Live);
        SY_VERIFY_OK(test::run(w.provider->deploy(w.site(), deploys->front().id, {})));
        QCOMPARE(test::run(w.provider->service({{}, {}, QStringLiteral("nothing")}, {})).error().code, QStringLiteral("404"));
        QVERIFY(w.provider->callsLeft().has_value());
    }
    void holdsTheSiteByADeployAndGivesItBackAfterACrash()
    {
        NetlifyWorld w;
        const QString before = w.simulator.publishedDeploy(QStringLiteral("projectify"));
        const QByteArray page = w.page();
        SY_VERIFY_OK(test::run(w.provider->setMaintenance(w.site(), true, {})));
        QVERIFY(w.page().contains("<!-- switchyard-maintenance -->"));
        QVERIFY(test::run(w.provider->service(w.site(), {}))->maintenance);
        w.restart();
        SY_VERIFY_OK(test::run(w.provider->setMaintenance(w.site(), true, {}))); // nothing to do
        QCOMPARE(w.count("POST", QStringLiteral("/deploys")), 1);
        w.restart();
        SY_VERIFY_OK(test::run(w.provider->setMaintenance(w.site(), false, {})));
        QCOMPARE(w.simulator.publishedDeploy(QStringLiteral("projectify")), before);
        QCOMPARE(w.page(), page);
        SY_VERIFY_OK(test::run(w.provider->setMaintenance(w.site(), false, {})));
        QVERIFY(!test::run(w.provider->service(w.site(), {}))->maintenance);
    }
    void writesAreReadBackAndRefusedWhenSomebodyWasFaster()
    {
        NetlifyWorld w;
        const std::vector<SettingChange> changes{{QStringLiteral("VITE_API_DOMAIN"), secret("https://api.projectify.test"), secret("https://new.test")},
                                                 {QStringLiteral("VITE_WS_ENDPOINT"), secret("wss://api.projectify.test/ws"), std::nullopt},
                                                 {QStringLiteral("NEW_ONE"), std::nullopt, secret("a=b \"c\"\nd")}};
        SY_VERIFY_OK(test::run(w.provider->writeSettings(w.site(), changes, {})));
        const QJsonObject there = w.simulator.environment(QStringLiteral("projectify"));
        QCOMPARE(there[QLatin1String("VITE_API_DOMAIN")].toString(), QStringLiteral("https://new.test"));
        QCOMPARE(there[QLatin1String("NEW_ONE")].toString(), QStringLiteral("a=b \"c\"\nd"));
        QVERIFY(!there.contains(QLatin1String("VITE_WS_ENDPOINT")));
        const auto refused = test::run(w.provider->writeSettings(w.site(), {{QStringLiteral("VITE_API_DOMAIN"), secret("https://api.projectify.test"), secret("x")}}, {}));
        QCOMPARE(refused.error().kind, ErrorKind::Conflict);
        SY_VERIFY_OK(test::run(w.provider->addDomain(w.site(), QStringLiteral("app.projectify.test"), {})));
        QCOMPARE(test::run(w.provider->domains(w.site(), {}))->size(), size_t(3));
        SY_VERIFY_OK(test::run(w.provider->removeDomain(w.site(), QStringLiteral("app.projectify.test"), {})));
        QCOMPARE(test::run(w.provider->domains(w.site(), {}))->size(), size_t(2));
        SY_VERIFY_OK(test::run(w.provider->suspend(w.site(), true, {})));
        QVERIFY(w.simulator.isDisabled(QStringLiteral("projectify")));
        SY_VERIFY_OK(test::run(w.provider->suspend(w.site(), false, {})));
        const auto deploy = test::run(w.provider->startDeploy(w.site(), {}, {}));
        SY_VERIFY_OK(deploy);
        QTRY_COMPARE(test::run(w.provider->deploy(w.site(), deploy->id, {}))->state, Deploy::State::Live);
        QCOMPARE(test::run(w.provider->scale(w.site(), 1, 0, {})).error().kind, ErrorKind::Invalid);
        if (const auto spec = test::SpecCheck::open(QStringLiteral("netlify.swagger.json"))) {
            SY_VERIFY_OK(test::run(w.provider->setMaintenance(w.site(), true, {})));
            QCOMPARE(w.undescribed(*spec, QStringLiteral("/api/v1")), QString());
        }
    }
    void followsADeploy()
    {
        NetlifyWorld w;
        QStringList said;
        StopScope scope;
        auto source = w.provider->logs(w.site());
        scope.spawn(QStringLiteral("log"), source->follow([&](LogLine l) { said << l.message; }, scope.token()));
        QTRY_VERIFY(w.count("GET", QStringLiteral("/deploys")) > 1);
        QVERIFY(said.isEmpty()); // what ended before is old news
        SY_VERIFY_OK(test::run(w.provider->startDeploy(w.site(), {}, {})));
        QTRY_VERIFY(!said.filter(QStringLiteral("is ready")).isEmpty());
        scope.requestStop();
        QTRY_COMPARE(scope.running(), 0);
    }
    void faultsReadWell()
    {
        NetlifyWorld w;
        w.simulator.setFault(QStringLiteral("server-error"), QJsonObject{{QStringLiteral("count"), 1}, {QStringLiteral("status"), 503}}, true);
        SY_VERIFY_OK(test::run(w.provider->apps({}))); // repeated
        w.simulator.setFault(QStringLiteral("unauthorized"), {}, true);
        QCOMPARE(test::run(w.provider->apps({})).error().kind, ErrorKind::Auth);
        w.simulator.setFault(QStringLiteral("unauthorized"), {}, false);
        w.simulator.setFault(QStringLiteral("rate-limit"), {}, true);
        QCOMPARE(test::run(w.provider->apps({})).error().kind, ErrorKind::RateLimited);
        w.simulator.setFault(QStringLiteral("rate-limit"), {}, false);
        w.simulator.setFault(QStringLiteral("server-error"), {}, true);
        QCOMPARE(test::run(w.provider->apps({})).error().code, QStringLiteral("500"));
        w.simulator.setFault(QStringLiteral("server-error"), {}, false);
        w.simulator.setFault(QStringLiteral("deploy-fail"), {}, true);
        QVERIFY(test::run(w.provider->setMaintenance(w.site(), true, {})).error().happened.contains(QStringLiteral("failed")));
        QVERIFY(!w.page().contains("switchyard"));
    }
};

QTEST_GUILESS_MAIN(tst_NetlifyAgainstSimulator)
#include "tst_NetlifyAgainstSimulator.moc"
