#include "app/base/StopScope.h"
#include "tests/kit/TestLoop.h"
#include "tests/providers/http/SpecCheck.h"
#ifndef Q_MOC_RUN // its raw strings confuse moc
#include "tests/providers/render/client/RenderBench.h"
#endif

#include <QPointer>
#include <QWebSocket>
#include <QWebSocketServer>

using namespace switchyard;
using namespace std::chrono_literals;
using test::ScriptedServer;
using Call = ScriptedServer::Call;

static std::optional<Secret> secret(const char* value) { return Secret(QByteArray(value)); }

class tst_RenderClient : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsTheWholeSide()
    {
        RenderBench b;
        const auto account = test::run(b.provider->account({}));
        SY_VERIFY_OK(account);
        QCOMPARE(account->callsLeft, std::optional<qint64>(399));
        const auto services = test::run(b.provider->services({}, {}));
        SY_VERIFY_OK(services);
        QCOMPARE(services->size(), size_t(3));
        const Service& web = services->at(0);
        QCOMPARE(web.kind, ServiceKind::Web);
        QCOMPARE(web.region, QStringLiteral("frankfurt"));
        QCOMPARE(web.running, 2);
        QCOMPARE(web.desired, 2);
        QCOMPARE(web.commit, QStringLiteral("abcdef012345"));
        QCOMPARE(web.health, Health::Ok);
        QCOMPARE(services->at(1).kind, ServiceKind::Database);
        QCOMPARE(services->at(1).version, QStringLiteral("15"));
        QCOMPARE(services->at(2).kind, ServiceKind::Cache);
        const auto url = test::run(b.provider->connectionUrl(b.ref("projectify-db"), {}));
        SY_VERIFY_OK(url);
        QVERIFY(url->reveal().contains("frankfurt-postgres.render.com"));
        const auto settings = test::run(b.provider->readSettings(b.ref(), {}));
        SY_VERIFY_OK(settings);
        QCOMPARE(settings->entries.size(), size_t(131)); // two pages and one key of a group
        QCOMPARE(settings->find(QStringLiteral("FROM_GROUP"))->origin, QStringLiteral("group"));
        QCOMPARE(settings->find(QStringLiteral("KEY_001"))->value.reveal(), QByteArrayLiteral("v1"));
        QCOMPARE(test::run(b.provider->service(b.ref("nothing"), {})).error().code, QStringLiteral("404"));
        b.server.clear();
        SY_VERIFY_OK(test::run(b.provider->service(b.ref(), {}))); // the name is known by now
        QCOMPARE(b.server.count(QStringLiteral("GET /v1/services")), 0);
    }
    void settingsNeverLoseAKeyOfSomebodyElse()
    {
        RenderBench b;
        b.meddle = true;
        const std::vector<SettingChange> changes{{QStringLiteral("KEY_001"), secret("v1"), secret("new")}, {QStringLiteral("KEY_002"), secret("v2"), std::nullopt}, {QStringLiteral("A/B"), std::nullopt, secret("x")}};
        const auto after = test::run(b.provider->writeSettings(b.ref(), changes, {}));
        SY_VERIFY_OK(after);
        QVERIFY(b.env.count(QStringLiteral("SOMEBODY_ELSES")) == 1);
        QCOMPARE(b.env.size(), size_t(131));
        QCOMPARE(b.server.count(QStringLiteral("POST /v1/services/srv-api/deploys")), 0);
        const auto refused = test::run(b.provider->writeSettings(b.ref(), {{QStringLiteral("KEY_003"), secret("old"), secret("y")}}, {}));
        QCOMPARE(refused.error().kind, ErrorKind::Conflict);
        // A write that was cut off half-way goes on where it stopped.
        b.server.clear();
        SY_VERIFY_OK(test::run(b.provider->writeSettings(b.ref(), {changes[0], {QStringLiteral("KEY_004"), secret("v4"), secret("w")}}, {})));
        QCOMPARE(b.server.count(QStringLiteral("PUT /v1/services/srv-api/env-vars/KEY_001")), 0);
        QCOMPARE(b.server.count(QStringLiteral("PUT /v1/services/srv-api/env-vars/KEY_004")), 1);
    }
    void changesAreReadBack()
    {
        RenderBench b;
        SY_VERIFY_OK(test::run(b.provider->scale(b.ref(), 2, 3, {})));
        QCOMPARE(test::run(b.provider->scale(b.ref(), 2, 3, {})).error().kind, ErrorKind::Conflict);
        QCOMPARE(test::run(b.provider->scale(b.ref(), 3, 0, {})).error().kind, ErrorKind::Invalid);
        SY_VERIFY_OK(test::run(b.provider->suspend(b.ref(), true, {})));
        QCOMPARE(b.running, 0); // waited until no instance was left
        QCOMPARE(test::run(b.provider->service(b.ref(), {}))->health, Health::Off);
        SY_VERIFY_OK(test::run(b.provider->suspend(b.ref(), false, {})));
        SY_VERIFY_OK(test::run(b.provider->setMaintenance(b.ref(), true, {})));
        QVERIFY(b.maintenance);
        const std::vector<AllowEntry> none;
        const std::vector<AllowEntry> one{{QStringLiteral("203.0.113.9/32"), QStringLiteral("Switchyard")}};
        SY_VERIFY_OK(test::run(b.provider->setAllowList(b.ref("projectify-db"), none, one, {})));
        QCOMPARE(test::run(b.provider->allowList(b.ref("projectify-db"), {})).value(), one);
        const std::vector<AllowEntry> wide{{QStringLiteral("0.0.0.0/0"), QString()}};
        QCOMPARE(test::run(b.provider->setAllowList(b.ref("projectify-db"), none, wide, {})).error().kind, ErrorKind::Conflict);
        SY_VERIFY_OK(test::run(b.provider->setAllowList(b.ref("projectify-db"), one, none, {}))); // comes back as null
        const auto added = test::run(b.provider->addDomain(b.ref(), QStringLiteral("www.projectify.example"), {}));
        SY_VERIFY_OK(added);
        QCOMPARE(added->dnsTarget, QStringLiteral("projectify-api.onrender.com"));
        QVERIFY(!added->verified);
        SY_VERIFY_OK(test::run(b.provider->verifyDomain(b.ref(), added->host, {})));
        QVERIFY(test::run(b.provider->domains(b.ref(), {}))->front().verified);
        SY_VERIFY_OK(test::run(b.provider->removeDomain(b.ref(), added->host, {})));
        const auto deploy = test::run(b.provider->startDeploy(b.ref(), {}, {})); // 202 without an id
        SY_VERIFY_OK(deploy);
        QCOMPARE(deploy->id, QStringLiteral("dep-2"));
        SY_VERIFY_OK(test::run(b.provider->deploy(b.ref(), deploy->id, {})));
        QCOMPARE(test::run(b.provider->captureBackup(b.ref("projectify-db"), {}))->state, Backup::State::Running);
    }
    void logsAreFilledAfterABreakWithoutDoubles()
    {
        RenderBench b;
        QWebSocketServer sockets(QStringLiteral("t"), QWebSocketServer::NonSecureMode);
        QPointer<QWebSocket> peer;
        connect(&sockets, &QWebSocketServer::newConnection, &sockets, [&] { peer = sockets.nextPendingConnection(); });
        b.server.setTakeOver([&sockets](QTcpSocket* socket) {
            sockets.handleConnection(socket);
            Q_EMIT socket->readyRead();
            return true;
        });
        std::vector<LogLine> got;
        StopScope scope;
        auto source = b.provider->logs(b.ref());
        scope.spawn(QStringLiteral("log"), source->follow([&](LogLine l) { got.push_back(std::move(l)); }, scope.token()));
        QTRY_VERIFY(peer && b.server.count(QStringLiteral("GET /v1/logs")) == 1);
        peer->sendTextMessage(QString::fromUtf8(RenderBench::log("l1", "01", "first")));
        QTRY_COMPARE(got.size(), size_t(1));
        QCOMPARE(got[0].host, QStringLiteral("srv-api-x1"));
        QCOMPARE(got[0].level, LogLevel::Error);
        b.logs = R"({"hasMore":false,"nextStartTime":"","nextEndTime":"","logs":[)" + RenderBench::log("l2", "02", "second") + "," + RenderBench::log("l1", "01", "first") + "]}";
        peer->close();
        QTRY_VERIFY(std::any_of(got.begin(), got.end(), [](const LogLine& l) { return l.message == u"second"; }));
        QCOMPARE(got[1].level, LogLevel::Warning);
        QCOMPARE(std::count_if(got.begin(), got.end(), [](const LogLine& l) { return l.message == u"first"; }), 1);
        const Call& fill = b.server.calls().back();
        QCOMPARE(fill.query.queryItemValue(QStringLiteral("startTime"), QUrl::FullyDecoded), QStringLiteral("2026-03-01T10:00:01.123456789Z"));
        scope.requestStop();
        QTRY_COMPARE(scope.running(), 0);
    }
    void everyCallIsInThePublishedDescription()
    {
        const auto spec = test::SpecCheck::open(QStringLiteral("render.openapi.json"));
        if (!spec)
            QSKIP("SWITCHYARD_API_SPECS does not name a folder with the published descriptions");
        readsTheWholeSide();
        RenderBench b;
        (void)test::run(b.provider->account({}));
        (void)test::run(b.provider->services({}, {}));
        (void)test::run(b.provider->apps({}));
        (void)test::run(b.provider->writeSettings(b.ref(), {{QStringLiteral("KEY_001"), secret("v1"), secret("new")}, {QStringLiteral("KEY_002"), secret("v2"), std::nullopt}}, {}));
        (void)test::run(b.provider->scale(b.ref(), 2, 3, {}));
        (void)test::run(b.provider->suspend(b.ref(), true, {}));
        (void)test::run(b.provider->suspend(b.ref(), false, {}));
        (void)test::run(b.provider->setMaintenance(b.ref(), true, {}));
        (void)test::run(b.provider->setAllowList(b.ref("projectify-db"), {}, {{QStringLiteral("203.0.113.9/32"), {}}}, {}));
        (void)test::run(b.provider->addDomain(b.ref(), QStringLiteral("www.projectify.example"), {}));
        (void)test::run(b.provider->verifyDomain(b.ref(), QStringLiteral("www.projectify.example"), {}));
        (void)test::run(b.provider->removeDomain(b.ref(), QStringLiteral("www.projectify.example"), {}));
        (void)test::run(b.provider->startDeploy(b.ref(), QStringLiteral("abc"), {}));
        (void)test::run(b.provider->deploy(b.ref(), QStringLiteral("dep-2"), {}));
        (void)test::run(b.provider->connectionUrl(b.ref("projectify-db"), {}));
        (void)test::run(b.provider->captureBackup(b.ref("projectify-db"), {}));
        for (const Call& call : b.server.calls())
            QVERIFY2(spec->complaint(call, QStringLiteral("/v1")).isEmpty(), qPrintable(spec->complaint(call, QStringLiteral("/v1"))));
    }
};

QTEST_GUILESS_MAIN(tst_RenderClient)
#include "tst_RenderClient.moc"
