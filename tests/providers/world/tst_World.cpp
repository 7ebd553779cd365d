#include "app/base/Awaiters.h"
#include "app/base/ScaledClock.h"
#include "providers/world/Names.h"
#include "providers/world/Proc.h"
#include "providers/world/Sql.h"
#include "providers/world/VisitorExchange.h"
#include "providers/world/WorldDialer.h"
#include "providers/world/WorldFolder.h"
#include "providers/world/WorldMain.h"
#include "providers/world/WorldProcess.h"
#include "providers/world/ZoneStory.h"
#include "tests/kit/TestLoop.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QProcess>
#include <QTemporaryDir>
#include <QUrl>

#include <csignal>

using namespace switchyard;
using namespace switchyard::world;

/// The rehearsed world as its users have it: another process that is started, asked, killed and closed.
class tst_World final : public QObject {
    Q_OBJECT

    struct Here {
        QTemporaryDir dir{QStringLiteral("/var/tmp/sy-world-XXXXXX")};
        WorldProcess world;
        WorldDoor door;
        std::shared_ptr<WorldDialer> dialer;
        bool open(QStringList faults = {}, double speed = 1)
        {
            WorldSpec spec;
            spec.directory = dir.path();
            spec.rows = 2'000;
            spec.speed = speed;
            spec.visitors = 3;
            spec.faults = std::move(faults);
            auto opened = test::run(world.open(spec, {}), Seconds(60));
            if (!opened) {
                qWarning("%s %s", qPrintable(opened.error().sentence()), qPrintable(opened.error().detail));
                return false;
            }
            door = *opened;
            dialer = WorldDialer::ofDirectory(dir.path());
            return true;
        }
        qint64 figure(const char* name)
        {
            const auto all = test::run(world.figures({}));
            return all ? (*all)[QLatin1String(name)].toInteger() : -1;
        }
        ~Here() { (void)test::run(world.close(false, {}), Seconds(30)); }
    };

    std::unique_ptr<Here> m_here;
    QList<ProcessMark> m_marks;
    QString m_servers;

    /// Children of the world's process and itself.
    static QList<ProcessMark> processesOf(qint64 pid)
    {
        QList<ProcessMark> marks;
        if (const auto own = ProcessMark::of(pid))
            marks << *own;
        QFile children(QStringLiteral("/proc/%1/task/%1/children").arg(pid));
        if (children.open(QIODevice::ReadOnly))
            for (const QByteArray& child : children.readAll().split(' '))
                if (const auto mark = ProcessMark::of(child.trimmed().toLongLong()))
                    marks << *mark;
        return marks;
    }
    static bool anyAlive(const QList<ProcessMark>& marks)
    {
        return std::any_of(marks.begin(), marks.end(), [](const ProcessMark& mark) { return mark.alive(); });
    }

    /// One call to a provider's API.
    static QPair<int, QJsonDocument> api(const WorldDoor::ProviderDoor& door, const QByteArray& method, const QString& path, const QJsonDocument& body = {})
    {
        QNetworkAccessManager network;
        QNetworkRequest request(QUrl(door.baseUrl + path));
        request.setRawHeader("Authorization", "Bearer " + door.token.reveal());
        request.setRawHeader("Accept", door.dataUrl.isEmpty() ? "application/json" : "application/vnd.heroku+json; version=3");
        request.setHeader(QNetworkRequest::ContentTypeHeader, QByteArray("application/json"));
        QNetworkReply* reply = network.sendCustomRequest(request, method, body.isNull() ? QByteArray() : body.toJson());
        (void)QTest::qWaitFor([reply] { return reply->isFinished(); }, 10'000);
        const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        return {status, QJsonDocument::fromJson(reply->readAll())};
    }

    /// One HTTPS request to a pinned address, as a visitor's browser sends it.
    static VisitorAnswer browse(const Here& here, const QString& address, const QString& host, const QByteArray& path = "/", const QByteArray& extra = {})
    {
        QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
        tls.setCaCertificates(QSslCertificate::fromData(here.dialer->trustedRoots()));
        VisitorExchange exchange(tls);
        bool done = false;
        connect(&exchange, &VisitorExchange::done, &exchange, [&done] { done = true; });
        exchange.start(here.dialer->route(address, 443), host, "GET " + path + " HTTP/1.1\r\nHost: " + host.toUtf8() + "\r\nConnection: close\r\n" + extra + "\r\n");
        (void)QTest::qWaitFor([&done] { return done; }, 12'000);
        return exchange.answer();
    }

    static SqlTarget targetOf(const QString& text)
    {
        const QUrl url(text);
        return {url.host(), static_cast<quint16>(url.port()), url.path().mid(1), url.userName(), Secret(url.password()), QStringLiteral("test")};
    }

    static QString text(const char* latin) { return QLatin1String(latin); }
    static QString serviceId(const WorldDoor::ProviderDoor& render, const char* name)
    {
        const QJsonArray all = api(render, "GET", text("/services?limit=100")).second.array();
        for (const QJsonValue& one : all)
            if (one[text("service")][text("name")].toString() == QLatin1String(name))
                return one[text("service")][text("id")].toString();
        return {};
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_here = std::make_unique<Here>();
        QElapsedTimer timer;
        timer.start();
        QVERIFY(m_here->open());
        qInfo("open in %lld ms", timer.elapsed());
        QVERIFY2(timer.elapsed() < 15'000, "a start takes too long");
        m_marks = processesOf(m_here->door.pid);
        QVERIFY(m_marks.size() >= 5);
        m_servers = WorldFolder(m_here->dir.path()).read(text("state.json"))[text("serverFolder")].toString();
        QVERIFY(QDir(m_servers).exists());
    }

    void keepsItsSecrets()
    {
        const QString folder = m_here->dir.path() + text("/world");
        QCOMPARE(QFileInfo(folder).permissions() & (QFile::ReadGroup | QFile::ReadOther | QFile::ExeOther), QFile::Permissions());
        QCOMPARE(QFileInfo(folder + text("/door.json")).permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
        const QJsonArray secrets = WorldFolder(m_here->dir.path()).read(text("door.json"))[text("secrets")].toArray();
        QVERIFY(secrets.size() >= 6);
        for (const ProcessMark& mark : m_marks) {
            QFile line(text("/proc/%1/cmdline").arg(mark.pid));
            QVERIFY(line.open(QIODevice::ReadOnly));
            const QByteArray words = line.readAll();
            for (const QJsonValue& secret : secrets)
                QVERIFY(!words.contains(secret.toString().toUtf8()));
        }
    }

    void doorsAnswer()
    {
        Here& here = *m_here;
        // Every provider answers with the token of the door.
        QCOMPARE(api(here.door.providers[QStringLiteral("heroku")], "GET", QStringLiteral("/apps")).first, 200);
        QCOMPARE(api(here.door.providers[QStringLiteral("render")], "GET", QStringLiteral("/services")).first, 200);
        QCOMPARE(api(here.door.providers[QStringLiteral("netlify")], "GET", QStringLiteral("/sites")).first, 200);
        QCOMPARE(api(here.door.providers[QStringLiteral("cloudflare")], "GET", QStringLiteral("/zones")).first, 200);
        QCOMPARE(here.door.resolvers.size(), size_t(8));
        QVERIFY(here.door.resolvers.front().authoritative);

        // The front end and the app answer through their edges; a rehearsal can't reach any other address.
        QCOMPARE(browse(here, EdgeAddresses::netlify(), QStringLiteral("www.projectify.test")).header("server"), QByteArray("Netlify"));
        const VisitorAnswer health = browse(here, EdgeAddresses::heroku(), QStringLiteral("api.projectify.test"), "/healthz");
        QCOMPARE(health.status, 200);
        QVERIFY(health.header("via").contains("vegur"));
        QVERIFY(here.dialer->route(QStringLiteral("93.184.216.34"), 443).host.isEmpty());
        // No certificate for the app's names at the target yet: alert 40.
        const VisitorAnswer none = browse(here, EdgeAddresses::render(), QStringLiteral("api.projectify.test"), "/healthz");
        QCOMPARE(none.status, 0);
        QVERIFY2(none.problem.contains(QStringLiteral("handshake failure")), qPrintable(none.problem));

        // Visitors write, and what was acknowledged is in the database.
        QTRY_VERIFY_WITH_TIMEOUT(here.figure("ledger") >= 12, 30'000);
        const auto ledger = test::run(here.world.checkLedger(QStringLiteral("source"), {}));
        SY_VERIFY_OK(ledger);
        QVERIFY(ledger->acknowledged >= 12);
        QVERIFY2(ledger->missing == 0, qPrintable(ledger->examples.join(u'\n')));
        QVERIFY(here.figure("perMinute") > 0);
        QVERIFY(here.figure("mails") >= 3);
        QCOMPARE(here.figure("workersSource"), 1);
        QCOMPARE(here.figure("workersTarget"), 0);
    }

    void gateFollowsTheAllowList()
    {
        Here& here = *m_here;
        const auto& render = here.door.providers[QStringLiteral("render")];
        const QString id = api(render, "GET", QStringLiteral("/postgres")).second.array().at(0)[QStringLiteral("postgres")][QStringLiteral("id")].toString();
        QVERIFY(!id.isEmpty());
        const auto info = api(render, "GET", QStringLiteral("/postgres/%1/connection-info").arg(id)).second.object();
        const SqlTarget outside = targetOf(info[QStringLiteral("externalConnectionString")].toString());
        Sql sql;
        QVERIFY(!sql.open(outside));
        const QJsonDocument list(QJsonObject{{QStringLiteral("ipAllowList"), QJsonArray{QJsonObject{{QStringLiteral("cidrBlock"), QStringLiteral("127.0.0.1/32")},
                                                                                                    {QStringLiteral("description"), QStringLiteral("this machine")}}}}});
        QCOMPARE(api(render, "PATCH", QStringLiteral("/postgres/") + id, list).first, 200);
        SY_VERIFY_OK(sql.open(outside));
        const auto tables = sql.run("SELECT count(*) FROM pg_tables WHERE schemaname='public'");
        SY_VERIFY_OK(tables);
        QCOMPARE(tables->at(0, 0), QByteArray("0"));
        // Heroku's is reachable at once, and full.
        const auto config = api(here.door.providers[QStringLiteral("heroku")], "GET", QStringLiteral("/apps/projectify/config-vars")).second.object();
        SY_VERIFY_OK(sql.open(targetOf(config[QStringLiteral("DATABASE_URL")].toString())));
        const auto sessions = sql.run("SELECT count(*) FROM workspace_task");
        SY_VERIFY_OK(sessions);
        QVERIFY(sessions->at(0, 0).toInt() > 100);
    }

    void visitorsFollowTheNames()
    {
        Here& here = *m_here;
        ScaledClock clock(here.door.clockFile);
        clock.setRate(60);
        const auto& render = here.door.providers[QStringLiteral("render")];
        const auto& cloudflare = here.door.providers[QStringLiteral("cloudflare")];
        // The target takes the name, and its app the host and the origin.
        const QString web = serviceId(render, "projectify-web");
        QVERIFY(!web.isEmpty());
        const QString domains = QStringLiteral("/services/%1/custom-domains").arg(web);
        QCOMPARE(api(render, "POST", domains, QJsonDocument(QJsonObject{{QStringLiteral("name"), QStringLiteral("api.projectify.test")}})).first, 201);
        QCOMPARE(api(render, "POST", domains + QStringLiteral("/api.projectify.test/verify")).first, 202);
        QCOMPARE(browse(here, EdgeAddresses::render(), QStringLiteral("api.projectify.test"), "/healthz").status, 0);

        const QString zone = api(cloudflare, "GET", QStringLiteral("/zones?name=projectify.test")).second[QStringLiteral("result")][0][QStringLiteral("id")].toString();
        const QString records = QStringLiteral("/zones/%1/dns_records").arg(zone);
        const QString record = api(cloudflare, "GET", records + QStringLiteral("?name=api.projectify.test")).second[QStringLiteral("result")][0][QStringLiteral("id")].toString();
        QVERIFY(!record.isEmpty());
        const auto patched = api(cloudflare, "PATCH", records + u'/' + record, QJsonDocument(QJsonObject{{QStringLiteral("content"), QStringLiteral("projectify-web.onrender.test")}}));
        QCOMPARE(patched.first, 200);
        // Verified only when asked after the name points there; then the certificate comes, 45 s of run time later.
        QCOMPARE(api(render, "POST", domains + QStringLiteral("/api.projectify.test/verify")).first, 202);
        QTRY_VERIFY_WITH_TIMEOUT(browse(here, EdgeAddresses::render(), QStringLiteral("api.projectify.test"), "/healthz").status == 200, 15'000);
        QVERIFY(!browse(here, EdgeAddresses::render(), QStringLiteral("api.projectify.test"), "/healthz").header("rndr-id").isEmpty());
        // After the old TTL (300 s of run time) visitors reach the target.
        QTRY_VERIFY_WITH_TIMEOUT(here.figure("requestsTarget") >= 3, 30'000);
        clock.setRate(1);
    }

    void backupIsReal()
    {
        Here& here = *m_here;
        auto& heroku = here.door.providers[text("heroku")];
        const QString made = api({heroku.dataUrl, heroku.dataUrl, heroku.token}, "POST", text("/client/v11/databases/postgresql-curved-81146/backups")).second[text("uuid")].toString();
        QVERIFY(!made.isEmpty());
        QString dump;
        QTRY_VERIFY_WITH_TIMEOUT(!(dump = QDir(here.dir.path() + text("/world/backups")).entryList({text("*.dump")}).value(0)).isEmpty(), 15'000);
        QTRY_VERIFY_WITH_TIMEOUT(api(heroku, "GET", text("/client/v11/apps/projectify/transfers")).second.array().first()[text("succeeded")].toBool(), 15'000);
        QFile file(here.dir.path() + text("/world/backups/") + dump);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.read(5), QByteArray("PGDMP"));
    }

    void comesBackAfterAKill()
    {
        Here& here = *m_here;
        QTRY_VERIFY_WITH_TIMEOUT(here.figure("ledger") >= 6, 30'000);
        const auto marks = processesOf(here.door.pid);
        const QString token = here.door.providers[QStringLiteral("heroku")].token.revealText();
        QCOMPARE(api(here.door.providers[QStringLiteral("heroku")], "PATCH", QStringLiteral("/apps/projectify"), QJsonDocument(QJsonObject{{QStringLiteral("maintenance"), true}})).first, 200);
        marks.first().signal(SIGKILL);
        QTRY_VERIFY_WITH_TIMEOUT(!anyAlive(marks), 15'000);
        QVERIFY(here.open());
        // Nothing that was acknowledged is lost, and the providers remember what they were told.
        const auto ledger = test::run(here.world.checkLedger(QStringLiteral("source"), {}));
        SY_VERIFY_OK(ledger);
        QVERIFY(ledger->acknowledged >= 6);
        QCOMPARE(ledger->missing, 0);
        QCOMPARE(here.door.providers[QStringLiteral("heroku")].token.revealText(), token);
        QCOMPARE(browse(here, EdgeAddresses::heroku(), QStringLiteral("api.projectify.test"), "/healthz").status, 503);
        // Found, not started again, when it runs.
        const qint64 pid = here.door.pid;
        QVERIFY(here.open());
        QCOMPARE(here.door.pid, pid);
    }

    void faultsAct()
    {
        // Beside the first world.
        Here here;
        QVERIFY(here.open({text("freeze-writes=600"), text("dropped-connection"), text("render-429=1"), text("failed-deploy"), text("provider-500=1"), text("slow-certificate=150")}));
        auto& heroku = here.door.providers[text("heroku")];
        auto& render = here.door.providers[text("render")];
        QCOMPARE(api(heroku, "GET", text("/apps")).first, 500);
        QCOMPARE(api(heroku, "GET", text("/apps")).first, 200);
        QSet<int> refusals;
        for (int i = 0; i < 3; ++i)
            refusals.insert(api(render, "GET", text("/services")).first);
        QCOMPARE(refusals, (QSet<int>{429, 500, 200}));

        // Writes go on after the maintenance page is up.
        const auto config = api(heroku, "GET", text("/apps/projectify/config-vars")).second.object();
        Sql source;
        SY_VERIFY_OK(source.open(targetOf(config[text("DATABASE_URL")].toString())));
        const auto total = [&source] { return source.run("SELECT sum(mrr) FROM corporate_customer")->at(0, 0).toDouble(); };
        QCOMPARE(api(heroku, "PATCH", text("/apps/projectify"), QJsonDocument(QJsonObject{{text("maintenance"), true}})).first, 200);
        const double before = total();
        QTRY_VERIFY(total() > before);
        SY_VERIFY_OK(test::run(here.world.setFault(text("freeze-writes"), false, {})));

        // The copy's connection is cut once, the next one holds.
        const QString id = api(render, "GET", text("/postgres")).second.array().at(0)[text("postgres")][text("id")].toString();
        const QJsonDocument list(QJsonObject{{text("ipAllowList"), QJsonArray{QJsonObject{{text("cidrBlock"), text("127.0.0.0/8")}, {text("description"), text("test")}}}}});
        QCOMPARE(api(render, "PATCH", text("/postgres/") + id, list).first, 200);
        const auto info = api(render, "GET", text("/postgres/%1/connection-info").arg(id)).second.object();
        const SqlTarget outside = targetOf(info[text("externalConnectionString")].toString());
        const QByteArray much(200'000, 'x');
        Sql target;
        // SQL blocks its thread: the gate is in another process.
        SY_VERIFY_OK(target.open(outside));
        QVERIFY(!target.run("SELECT length($1)", {much}));
        SY_VERIFY_OK(target.open(outside));
        SY_VERIFY_OK(target.run("SELECT length($1)", {much}));

        // One deploy fails, the next goes live. The apex gets its certificate late.
        ScaledClock clock(here.door.clockFile);
        clock.setRate(60);
        const QString front = serviceId(render, "projectify-frontend");
        const auto deploy = [&](const QString& wanted) {
            const QString made = api(render, "POST", text("/services/%1/deploys").arg(front), QJsonDocument(QJsonObject{{text("clearCache"), text("do_not_clear")}})).second[text("id")].toString();
            QString state;
            const bool reached = QTest::qWaitFor([&] {
                state = api(render, "GET", text("/services/%1/deploys/%2").arg(front, made)).second[text("status")].toString();
                return state == wanted;
            }, 10'000);
            if (!reached)
                qWarning("deploy is %s, not %s", qPrintable(state), qPrintable(wanted));
            return reached;
        };
        QVERIFY(deploy(text("update_failed")));
        QVERIFY(deploy(text("live")));

        auto& cloudflare = here.door.providers[text("cloudflare")];
        const QString domains = text("/services/%1/custom-domains").arg(front);
        QCOMPARE(api(render, "POST", domains, QJsonDocument(QJsonObject{{text("name"), text("projectify.test")}})).first, 201);
        const QString zone = api(cloudflare, "GET", text("/zones?name=projectify.test")).second[text("result")][0][text("id")].toString();
        const QString records = text("/zones/%1/dns_records").arg(zone);
        const QString record = api(cloudflare, "GET", records + text("?name=projectify.test&type=A")).second[text("result")][0][text("id")].toString();
        QCOMPARE(api(cloudflare, "PATCH", records + u'/' + record, QJsonDocument(QJsonObject{{text("content"), EdgeAddresses::render()}})).first, 200);
        QCOMPARE(api(render, "POST", domains + text("/projectify.test/verify")).first, 202);
        const TimePoint asked = clock.now();
        QTRY_VERIFY_WITH_TIMEOUT(browse(here, EdgeAddresses::render(), text("projectify.test")).status == 200, 15'000);
        QVERIFY(clock.now() - asked >= Seconds(140));
        clock.setRate(1);

        SY_VERIFY_OK(test::run(here.world.setFault(text("expired-token"), true, {})));
        QCOMPARE(api(render, "GET", text("/services")).first, 401);
        QCOMPARE(api(m_here->door.providers[text("render")], "GET", text("/services")).first, 200);
        SY_VERIFY_OK(test::run(here.world.setFault(text("expired-token"), false, {})));
        QCOMPARE(api(render, "GET", text("/services")).first, 200);
        const auto unknown = test::run(here.world.setFault(text("expired-tokn"), true, {}));
        QVERIFY(!unknown);
        QVERIFY(unknown.error().remedy.contains(text("expired-token")));
    }

    void leavesOtherFoldersAlone()
    {
        QTemporaryDir own;
        QVERIFY(QDir(own.path()).mkdir(text("world")));
        QFile letter(own.filePath(text("world/letter.txt")));
        QVERIFY(letter.open(QIODevice::WriteOnly));
        letter.close();
        WorldProcess process;
        WorldSpec spec;
        spec.directory = own.path();
        const auto opened = test::run(process.open(spec, {}));
        QVERIFY(!opened);
        QCOMPARE(opened.error().kind, ErrorKind::Storage);
        SY_VERIFY_OK(test::run(process.close(false, {})));
        QVERIFY(letter.exists());
    }

    void simulatorsAlone()
    {
        QProcess alone;
        alone.start(QCoreApplication::applicationFilePath(), {text("simulate"), text("heroku"), text("cloudflare")});
        QByteArray said;
        QTRY_VERIFY_WITH_TIMEOUT((said += alone.readAllStandardOutput()).count('\n') >= 5, 10'000);
        QHash<QString, QString> values;
        for (const QByteArray& line : said.trimmed().split('\n'))
            values[QString::fromUtf8(line.left(line.indexOf('=')))] = QString::fromUtf8(line.mid(line.indexOf('=') + 1));
        const WorldDoor::ProviderDoor dns{values[text("cloudflare.base_url")], {}, Secret(values[text("cloudflare.token")])};
        QCOMPARE(api(dns, "GET", text("/zones")).second[text("result")][0][text("name")].toString(), text("projectify.test"));
        const WorldDoor::ProviderDoor heroku{values[text("heroku.base_url")], values[text("heroku.data_url")], Secret(values[text("heroku.token")])};
        QCOMPARE(api(heroku, "GET", text("/apps/projectify")).first, 200);
        alone.terminate();
        QTRY_COMPARE_WITH_TIMEOUT(alone.state(), QProcess::NotRunning, 5'000);
        QCOMPARE(alone.exitStatus(), QProcess::NormalExit);
        QCOMPARE(alone.exitCode(), 0);
    }

    void closeLeavesNothing()
    {
        m_marks << processesOf(m_here->door.pid);
        SY_VERIFY_OK(test::run(m_here->world.close(false, {}), Seconds(30)));
        QVERIFY(!anyAlive(m_marks));
        QVERIFY(!QDir(m_servers).exists());
        QVERIFY(!QDir(m_here->dir.path() + text("/world")).exists());
        m_here.reset();
    }
};

int main(int argc, char** argv)
{
    QCoreApplication app(argc, argv);
    // The test's own executable is the world's program, too.
    if (argc == 3 && QByteArrayView(argv[1]) == QByteArrayView("world"))
        return runWorld(QString::fromLocal8Bit(argv[2]));
    if (argc > 2 && QByteArrayView(argv[1]) == QByteArrayView("simulate"))
        return runSimulate(QCoreApplication::arguments().mid(2), 0);
    tst_World test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_World.moc"
