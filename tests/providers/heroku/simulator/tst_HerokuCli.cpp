// The official command line of the provider, unmodified, against the simulator: what the simulator got wrong about the API shows here.
#include "providers/heroku/simulator/Simulator.h"
#include "providers/simulator/HttpServer.h"
#include "tests/kit/TestLoop.h"

#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>

using namespace switchyard;
using namespace Qt::StringLiterals;

class tst_HerokuCli : public QObject {
    Q_OBJECT

    SystemClock m_clock;
    QTemporaryDir m_home;
    std::unique_ptr<heroku::Simulator> m_heroku;
    simulator::HttpServer m_server;
    QString m_node;
    QString m_cli;
    QString m_token;

    void start(QProcess& process, const QStringList& arguments)
    {
        QProcessEnvironment environment;
        const QProcessEnvironment own = QProcessEnvironment::systemEnvironment();
        environment.insert(u"PATH"_s, own.value(u"PATH"_s));
        const QHash<QString, QString> wanted{{u"HOME"_s, m_home.path()}, {u"XDG_CONFIG_HOME"_s, m_home.filePath(u"config"_s)},
            {u"XDG_CACHE_HOME"_s, m_home.filePath(u"cache"_s)}, {u"XDG_DATA_HOME"_s, m_home.filePath(u"data"_s)},
            {u"GIT_CONFIG_GLOBAL"_s, m_home.filePath(u"gitconfig"_s)}, {u"GIT_CONFIG_NOSYSTEM"_s, u"1"_s}, {u"DISABLE_TELEMETRY"_s, u"true"_s},
            {u"HEROKU_API_KEY"_s, m_token}, {u"HEROKU_HOST"_s, m_server.url()}, {u"HEROKU_PARTICLEBOARD_URL"_s, m_server.url()},
            // Without a port: the CLI keeps the API's for the data host.
            {u"HEROKU_DATA_HOST"_s, u"127.0.0.1"_s}, {u"NO_COLOR"_s, u"1"_s}, {u"TERM"_s, u"dumb"_s}, {u"LC_ALL"_s, u"C.UTF-8"_s}, {u"TZ"_s, u"UTC"_s}};
        for (auto it = wanted.begin(); it != wanted.end(); ++it)
            environment.insert(it.key(), it.value());
        process.setProcessEnvironment(environment);
        process.setWorkingDirectory(m_home.path());
        process.start(m_node, QStringList{u"--no-deprecation"_s, m_cli} + arguments);
    }

    QString run(const QStringList& arguments, int* code = nullptr)
    {
        QProcess process;
        process.setProcessChannelMode(QProcess::MergedChannels);
        start(process, arguments);
        if (!QTest::qWaitFor([&process] { return process.state() == QProcess::NotRunning; }, 60'000))
            process.kill();
        if (code)
            *code = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
        return QString::fromUtf8(process.readAll());
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_cli = qEnvironmentVariable("SWITCHYARD_HEROKU_CLI");
        m_node = QStandardPaths::findExecutable(u"node"_s);
        if (m_node.isEmpty())
            QSKIP("node is not installed");
        QProcess version;
        version.start(m_node, {u"--version"_s});
        QVERIFY(QTest::qWaitFor([&version] { return version.state() == QProcess::NotRunning; }, 10'000));
        if (QString::fromUtf8(version.readAll()).mid(1).section(u'.', 0, 0).toInt() < 20)
            QSKIP("node 20 or newer is needed");
        if (m_cli.isEmpty())
            QSKIP("SWITCHYARD_HEROKU_CLI does not name bin/run.js of an installed heroku@11.10.0");
        if (!QFileInfo::exists(m_cli) && QFileInfo::exists(m_cli + u".js"_s))
            m_cli += u".js"_s;
        QVERIFY2(QFileInfo::exists(m_cli), qPrintable(m_cli));

        m_heroku = std::make_unique<heroku::Simulator>(&m_clock);
        const QJsonObject story = heroku::projectifyStory();
        m_token = story[u"tokens"_s][0].toString();
        m_heroku->load(story);
        m_server.setAsyncHandler(m_heroku->handler());
        QVERIFY(m_server.listen());
    }

    void readsTheApp()
    {
        QString config, ps, domains;
        int code = 0;
        config = run({u"config"_s, u"--json"_s, u"--app"_s, u"projectify"_s}, &code);
        QVERIFY2(code == 0 && config.contains(u"\"SECURITY_ORIGINS\""_s) && config.contains(u"\"DATABASE_URL\": \"postgres://"_s), qPrintable(config));
        ps = run({u"ps"_s, u"--app"_s, u"projectify"_s}, &code);
        QVERIFY2(code == 0 && ps.contains(u"web.2: up"_s) && ps.contains(u"worker (Standard-1X): celery"_s), qPrintable(ps));
        domains = run({u"domains"_s, u"--app"_s, u"projectify"_s}, &code);
        QVERIFY2(code == 0 && domains.contains(u"projectify.herokuapp.test"_s) && domains.contains(u"cryptic-elm-5x2.herokudns.test"_s), qPrintable(domains));
    }

    void turnsMaintenanceOnAndScales()
    {
        int code = 0;
        QString said = run({u"maintenance:on"_s, u"--app"_s, u"projectify"_s}, &code);
        QVERIFY2(code == 0 && m_heroku->maintenance(u"projectify"_s), qPrintable(said));
        said = run({u"ps:scale"_s, u"worker=0"_s, u"--app"_s, u"projectify"_s}, &code);
        QVERIFY2(code == 0, qPrintable(said));
        QTRY_COMPARE_WITH_TIMEOUT(m_heroku->runningDynos(u"projectify"_s, u"worker"_s), 0, 8000);
    }

    void backsUp()
    {
        const QString dump = m_home.filePath(u"dump"_s);
        QFile file(dump);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("PGDMP") == 5);
        file.close();
        m_heroku->setTransferHook([this, dump](const heroku::TransferJob& job) {
            m_heroku->progressTransfer(job.uuid, 5);
            m_heroku->finishTransfer(job.uuid, dump, 9000, 0);
        });
        int code = 0;
        const QString capture = run({u"pg:backups:capture"_s, u"--app"_s, u"projectify"_s}, &code);
        QVERIFY2(code == 0 && capture.contains(u"b001"_s), qPrintable(capture));
        const QString list = run({u"pg:backups"_s, u"--app"_s, u"projectify"_s}, &code);
        QVERIFY2(code == 0 && list.contains(u"b001"_s) && list.contains(u"Completed"_s), qPrintable(list));
        const QString url = run({u"pg:backups:url"_s, u"b001"_s, u"--app"_s, u"projectify"_s}, &code);
        QVERIFY2(code == 0 && url.contains(u"/transfers.s3/"_s), qPrintable(url));
    }

    void tailsTheLog()
    {
        m_heroku->appendLog(u"projectify"_s, u"app"_s, u"web.1"_s, u"already there"_s);
        QProcess tail;
        tail.setProcessChannelMode(QProcess::MergedChannels);
        start(tail, {u"logs"_s, u"--tail"_s, u"--app"_s, u"projectify"_s});
        QString said;
        QTRY_VERIFY_WITH_TIMEOUT((said += QString::fromUtf8(tail.readAll())).contains(u"already there"_s), 30'000);
        m_heroku->appendLog(u"projectify"_s, u"app"_s, u"worker.1"_s, u"just now"_s);
        QTRY_VERIFY_WITH_TIMEOUT((said += QString::fromUtf8(tail.readAll())).contains(u"worker.1"_s) && said.contains(u"just now"_s), 10'000);
        tail.kill();
        QTRY_COMPARE(tail.state(), QProcess::NotRunning);
    }
};

QTEST_GUILESS_MAIN(tst_HerokuCli)
#include "tst_HerokuCli.moc"
