#include "tests/endtoend/Program.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>

#include <csignal>

using namespace switchyard::endtoend;

/// What the command line promises in its man page: words, files and exit codes.
class tst_CommandLine : public QObject {
    Q_OBJECT

    static QString write(const Home& home, const QByteArray& text)
    {
        const QString path = home.file(QStringLiteral("plan.yaml"));
        QFile file(path);
        if (file.open(QIODevice::WriteOnly))
            file.write(text);
        return path;
    }
    static QByteArray projectify() { return readFile(QStringLiteral(SWITCHYARD_SOURCE_DIR "/resources/plans/projectify.yaml")); }

private Q_SLOTS:
    void badUsage_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const char* arguments, const char* says) {
            QTest::newRow(name) << QString::fromLatin1(arguments).split(u' ', Qt::SkipEmptyParts) << QString::fromLatin1(says);
        };
        row("command", "dance --now", "doesn't know");
        row("option", "rehearse projectify --headless --sped 60", "sped");
        row("speed", "rehearse projectify --headless --speed 99", "99 is not a speed");
        row("rows", "rehearse projectify --headless --rows few", "few is not a number of rows");
        row("fault", "rehearse projectify --headless --fault earthquake", "earthquake");
        row("until", "rehearse projectify --headless --until breakfast", "breakfast");
        row("two plans", "rehearse one two --headless", "one plan");
        row("no plan", "rehearse nowhere.yaml --headless", "nowhere.yaml");
        row("run", "run projectify", "--live --headless");
        row("run without terminal", "run projectify --live --headless", "terminal");
        row("resume", "resume", "resume DIR");
        row("check", "check", "check PLAN");
        row("simulator", "simulate aws", "aws");
        row("port", "simulate render --port 99999", "99999");
        row("format", "report . --format pdf", "md|json|html");
    }
    void badUsage()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, says);
        Home home;
        const Ended ended = home.run(arguments, 20);
        QVERIFY2(ended.code == 2, ended.all().constData());
        QVERIFY2(ended.err.contains(says.toUtf8()), ended.all().constData());
        QVERIFY2(!ended.out.contains("Rehearsing"), ended.out.constData());
        // Nothing was started: no folder of a run, no process.
        QVERIFY(!QFileInfo::exists(home.file(QStringLiteral("data/switchyard/runs"))));
        QVERIFY(home.leftBehind().isEmpty());
    }

    void tellsWhereAPlanIsWrong()
    {
        Home home;
        QByteArray text = projectify();
        text.replace("\nbudget: ", "\nbugdet: ");
        const QString plan = write(home, text);
        const int line = static_cast<int>(text.left(text.indexOf("bugdet")).count('\n')) + 1;
        const Ended ended = home.run({QStringLiteral("check"), plan}, 20);
        QCOMPARE(ended.code, 2);
        QVERIFY2(ended.err.contains(QStringLiteral("plan.yaml:%1:1: ").arg(line).toUtf8()), ended.err.constData());
        QVERIFY2(ended.err.contains("budget"), ended.err.constData());
        // The same for machines, and for the command that would start it.
        const Ended json = home.run({QStringLiteral("check"), plan, QStringLiteral("--json")}, 20);
        QCOMPARE(json.code, 2);
        const QJsonObject root = QJsonDocument::fromJson(json.out).object();
        QCOMPARE(root[QStringLiteral("ok")].toBool(true), false);
        QCOMPARE(root[QStringLiteral("problems")][0][QStringLiteral("line")].toInt(), line);
        QCOMPARE(root[QStringLiteral("problems")][0][QStringLiteral("column")].toInt(), 1);
        QVERIFY(root[QStringLiteral("problems")][0][QStringLiteral("instead")].toString().contains(QStringLiteral("budget")));
        QCOMPARE(home.run({QStringLiteral("rehearse"), plan, QStringLiteral("--headless")}, 20).code, 2);
        write(home, "switchyard: [1\n  - {");
        const Ended broken = home.run({QStringLiteral("check"), plan}, 20);
        QCOMPARE(broken.code, 2);
        QVERIFY2(QRegularExpression(QStringLiteral("plan\\.yaml:\\d+:\\d+")).match(QString::fromUtf8(broken.err)).hasMatch(), broken.err.constData());
    }

    void aGoodPlan()
    {
        Home home;
        const Ended ended = home.run({QStringLiteral("check"), write(home, projectify()), QStringLiteral("--json")}, 20);
        QCOMPARE(ended.code, 0);
        const QJsonObject root = QJsonDocument::fromJson(ended.out).object();
        QVERIFY(root[QStringLiteral("ok")].toBool());
        QVERIFY(root[QStringLiteral("steps")].toInt() > 30);
        QCOMPARE(home.run({QStringLiteral("check"), QStringLiteral("projectify")}, 20).code, 0);
    }

    void explainsItself()
    {
        Home home;
        const Ended version = home.run({QStringLiteral("--version")}, 20);
        QCOMPARE(version.code, 0);
        QVERIFY(QRegularExpression(QStringLiteral("^switchyard \\d+\\.\\d+")).match(QString::fromUtf8(version.out)).hasMatch());
        const Ended help = home.run({QStringLiteral("--help")}, 20);
        QCOMPARE(help.code, 0);
        for (const char* command : {"rehearse", "run", "resume", "check", "diff", "simulate", "report"})
            QVERIFY2(help.out.contains(command), command);
        const Ended faults = home.run({QStringLiteral("rehearse"), QStringLiteral("--fault"), QStringLiteral("list"), QStringLiteral("--headless")}, 20);
        QCOMPARE(faults.code, 0);
        for (const char* fault : {"slow-certificate", "freeze-writes", "failed-deploy", "dropped-connection"})
            QVERIFY2(faults.out.contains(fault), fault);
    }

    void simulatesForOthers()
    {
        Home home;
        const auto process = home.start({QStringLiteral("simulate"), QStringLiteral("heroku"), QStringLiteral("netlify"), QStringLiteral("render"), QStringLiteral("cloudflare")});
        QMap<QString, QString> told;
        QByteArray printed;
        QTRY_VERIFY_WITH_TIMEOUT((printed += process->readAllStandardOutput()).count('\n') >= 9, 15'000);
        for (const QByteArray& line : printed.split('\n')) {
            if (!line.isEmpty())
                told[QString::fromUtf8(line.left(line.indexOf('=')))] = QString::fromUtf8(line.mid(line.indexOf('=') + 1));
        }
        QNetworkAccessManager network;
        const auto status = [&](const QString& name, const QString& path, const QString& token) {
            QNetworkRequest request(QUrl(told[name + QStringLiteral(".base_url")] + path));
            request.setRawHeader("Authorization", "Bearer " + token.toUtf8());
            request.setRawHeader("Accept", name == u"heroku" ? "application/vnd.heroku+json; version=3" : "application/json");
            const std::unique_ptr<QNetworkReply> reply(network.get(request));
            QSignalSpy done(reply.get(), &QNetworkReply::finished);
            if (!reply->isFinished())
                done.wait(5000);
            return QString::number(reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt()) + (reply->readAll().contains("projectify") ? QStringLiteral(" projectify") : QString());
        };
        const QMap<QString, QString> paths{{QStringLiteral("heroku"), QStringLiteral("/apps")}, {QStringLiteral("netlify"), QStringLiteral("/sites")},
                                           {QStringLiteral("render"), QStringLiteral("/services")}, {QStringLiteral("cloudflare"), QStringLiteral("/zones")}};
        for (auto it = paths.begin(); it != paths.end(); ++it) {
            QCOMPARE(it.key() + u' ' + status(it.key(), it.value(), told[it.key() + QStringLiteral(".token")]), it.key() + QStringLiteral(" 200 projectify"));
            const QString refused = status(it.key(), it.value(), QStringLiteral("wrong-token-of-nobody"));
            QVERIFY2(refused.startsWith(u'4'), qPrintable(it.key() + u' ' + refused));
        }
        ::kill(static_cast<pid_t>(process->processId()), SIGINT);
        QCOMPARE(Home::wait(process.get(), 10).code, 0);
    }

    void interruptedAndResumed()
    {
        Home home;
        const QString run = home.file(QStringLiteral("run"));
        const auto process = home.start({QStringLiteral("rehearse"), QStringLiteral("projectify"), QStringLiteral("--headless"), QStringLiteral("--speed"), QStringLiteral("60"),
                                         QStringLiteral("--rows"), QStringLiteral("1000"), QStringLiteral("--out"), run});
        QByteArray printed;
        QTRY_VERIFY_WITH_TIMEOUT((printed += process->readAllStandardOutput()).contains("ok    2/"), 60'000);
        ::kill(static_cast<pid_t>(process->processId()), SIGINT);
        const Ended held = Home::wait(process.get(), 20);
        QVERIFY2(held.code == 4, (printed + held.all()).constData());
        QVERIFY2(held.err.contains("switchyard resume "), held.all().constData());
        QVERIFY(QFileInfo::exists(run + QStringLiteral("/world/door.json")));

        // The folder is taken: nobody starts a second run over it.
        const Ended again = home.run({QStringLiteral("rehearse"), QStringLiteral("projectify"), QStringLiteral("--headless"), QStringLiteral("--out"), run}, 20);
        QCOMPARE(again.code, 2);
        QVERIFY(again.err.contains("holds a run already"));

        const Ended resumed = home.run({QStringLiteral("resume"), run, QStringLiteral("--until"), QStringLiteral("add-domains")}, 60);
        QVERIFY2(resumed.code == 0, resumed.all().constData());
        QVERIFY2(resumed.out.contains("ok    5/"), resumed.all().constData());

        // A report of a run under way, in each format, to a file and to the terminal.
        for (const char* format : {"md", "json", "html"}) {
            const QString file = home.file(QStringLiteral("report.") + QLatin1String(format));
            const Ended written = home.run({QStringLiteral("report"), run, QStringLiteral("--format"), QLatin1String(format), QStringLiteral("--out"), file}, 20);
            QVERIFY2(written.code == 0, written.all().constData());
            QVERIFY(readFile(file).contains("projectify"));
        }
        const Ended json = home.run({QStringLiteral("report"), run, QStringLiteral("--format"), QStringLiteral("json")}, 20);
        QCOMPARE(QJsonDocument::fromJson(json.out).object()[QStringLiteral("complete")].toBool(true), false);
        QCOMPARE(home.run({QStringLiteral("report"), home.file(QStringLiteral("nothing"))}, 20).code, 3);

        // The world outlives the program by intent; here it is ended by hand.
        const qint64 world = readJson(run + QStringLiteral("/world/pid.json"))[QStringLiteral("pid")].toInteger();
        QVERIFY(world > 0);
        ::kill(static_cast<pid_t>(world), SIGTERM);
        QTRY_VERIFY_WITH_TIMEOUT(home.processes().empty(), 15'000);
    }

    void aRefusalIsExitThree()
    {
        Home home;
        const QString run = home.file(QStringLiteral("run"));
        const Ended ended = home.run({QStringLiteral("rehearse"), QStringLiteral("projectify"), QStringLiteral("--headless"), QStringLiteral("--speed"), QStringLiteral("60"),
                                      QStringLiteral("--rows"), QStringLiteral("1000"), QStringLiteral("--fault"), QStringLiteral("expired-token"), QStringLiteral("--out"), run}, 90);
        QVERIFY2(ended.code == 3, ended.all().constData());
        QVERIFY2(ended.out.contains("switchyard resume "), ended.all().constData());
        const qint64 world = readJson(run + QStringLiteral("/world/pid.json"))[QStringLiteral("pid")].toInteger();
        ::kill(static_cast<pid_t>(world), SIGTERM);
        QTRY_VERIFY_WITH_TIMEOUT(home.processes().empty(), 15'000);
    }
};

QTEST_GUILESS_MAIN(tst_CommandLine)
#include "tst_CommandLine.moc"
