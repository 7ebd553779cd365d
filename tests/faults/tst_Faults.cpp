#include "app/rehearsal/Faults.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace switchyard;

namespace {

/// What a row expects of a run with its fault, as an operator at a terminal sees it.
struct Expected {
    QString fault;             ///< as given to --fault
    QString until;             ///< the run is stopped after this step; empty: it stops by itself
    int exitCode = 0;
    QString failsAt;           ///< title of the step that fails at least once; empty: none may fail
    QString says;              ///< pattern of the words of that failure, or of a line of the output
    QString logSays;           ///< pattern of a line of the run's log
    bool healed = false;       ///< the run stands at the failure: the fault is taken away and the step is tried again
    bool pastPoint = false;    ///< the way back starts after the point of no return
};

struct Ran {
    int exitCode = -1;
    QString output;
    [[nodiscard]] QStringList lines(const QString& with) const { return output.split(u'\n').filter(with); }
};

/// "Step 3, Title: A. B. C." holds three sentences after its head.
QStringList sentencesOf(const QString& words)
{
    static const QRegularExpression boundary(QStringLiteral("(?<=[.])\\s+(?=[A-Z0-9])"));
    return words.trimmed().split(boundary, Qt::SkipEmptyParts);
}

} // namespace

/// Every fault of the shared table, run by the program itself in a world of its own: it is survived, or the run stops at words that say what
/// happened, what it means and what to do, and from there the way back ends with all visitors on the source and none of their writes lost.
class tst_Faults final : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_home;
    QString m_run;

    [[nodiscard]] QProcessEnvironment environment() const
    {
        QProcessEnvironment env = QProcessEnvironment::systemEnvironment();
        for (const char* name : {"XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"})
            env.insert(QString::fromLatin1(name), m_home->filePath(QString::fromLatin1(name).toLower()));
        env.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("offscreen"));
        return env;
    }

    Ran switchyard(const QStringList& arguments, int seconds)
    {
        QProcess process;
        process.setProgram(QStringLiteral(SWITCHYARD_BINARY_DIR "/app/main/switchyard"));
        process.setArguments(arguments);
        process.setProcessEnvironment(environment());
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.start();
        Ran out;
        if (!process.waitForStarted(10'000) || !process.waitForFinished(seconds * 1000)) {
            process.kill();
            process.waitForFinished(5'000);
            out.output = QString::fromUtf8(process.readAll()) + QStringLiteral("\n(took longer than %1 s)").arg(seconds);
            return out;
        }
        out.output = QString::fromUtf8(process.readAll());
        out.exitCode = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
        return out;
    }

    [[nodiscard]] QByteArray file(const QString& name) const
    {
        QFile f(m_run + u'/' + name);
        return f.open(QIODevice::ReadOnly) ? f.readAll() : QByteArray();
    }
    [[nodiscard]] QJsonObject report() const { return QJsonDocument::fromJson(file(QStringLiteral("report.json"))).object(); }
    [[nodiscard]] int seconds(const QString& host) const
    {
        for (const QJsonValue& v : report().value(QLatin1String("hosts")).toArray()) {
            if (v.toObject().value(QLatin1String("host")).toString() != host)
                continue;
            int all = 0;
            for (const QString& part : v.toObject().value(QLatin1String("downtime")).toString().split(u':'))
                all = all * 60 + part.toInt();
            return all;
        }
        return -1;
    }
    /// Processes that belong to this run: their command line names its folder.
    [[nodiscard]] QList<qint64> left() const
    {
        QList<qint64> out;
        const QStringList all = QDir(QStringLiteral("/proc")).entryList({QStringLiteral("[0-9]*")}, QDir::Dirs);
        for (const QString& pid : all) {
            QFile line(QStringLiteral("/proc/%1/cmdline").arg(pid));
            if (line.open(QIODevice::ReadOnly) && line.readAll().contains(m_run.toUtf8()))
                out << pid.toLongLong();
        }
        return out;
    }

private Q_SLOTS:
    void init()
    {
        m_home = std::make_unique<QTemporaryDir>(QStringLiteral("/var/tmp/sy-fault-XXXXXX"));
        QVERIFY(m_home->isValid());
        QDir().mkpath(m_home->filePath(QStringLiteral("xdg_runtime_dir")));
        QFile::setPermissions(m_home->filePath(QStringLiteral("xdg_runtime_dir")), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        m_run = m_home->filePath(QStringLiteral("run"));
    }
    void cleanup()
    {
        // A test that failed leaves its world standing: without its folder it ends by itself, and takes its servers along.
        m_home.reset();
        for (QElapsedTimer t = [] { QElapsedTimer e; e.start(); return e; }(); !left().isEmpty() && t.elapsed() < 15'000;)
            QTest::qWait(100);
        for (const qint64 pid : left())
            ::kill(static_cast<pid_t>(pid), SIGTERM);
    }

    void everyFaultHasARow()
    {
        QStringList rows = QStringLiteral(SWITCHYARD_FAULT_ROWS).split(u',');
        QStringList table = rehearsal::faultNames();
        rows.sort();
        table.sort();
        QCOMPARE(rows, table);
    }

    void survivesOrStopsClearly_data()
    {
        QTest::addColumn<Expected>("e");
        const auto row = [](const char* name, Expected e) { QTest::newRow(name) << e; };
        row("expired-token", {.fault = QStringLiteral("expired-token"), .until = QStringLiteral("save-zone"), .exitCode = 3, .failsAt = QStringLiteral("Check tokens and run the pre-flight rules"),
                              .says = QStringLiteral("Render doesn't accept the token\\..*make a new one at Render"), .logSays = QStringLiteral("-> 401"), .healed = true});
        row("render-429", {.fault = QStringLiteral("render-429=12"), .until = QStringLiteral("allow-machine"), .failsAt = {}, .says = QStringLiteral("Check tokens"),
                           .logSays = QStringLiteral("-> 429 .*try 2 of 3")});
        row("provider-500", {.fault = QStringLiteral("provider-500=3"), .until = QStringLiteral("allow-machine"), .failsAt = {}, .says = QStringLiteral("Check tokens"),
                             .logSays = QStringLiteral("-> 500 .*try 2 of 3")});
        // As many as may be on their way at once: the run itself meets one, and its 20 s are real.
        row("timeout", {.fault = QStringLiteral("timeout=4"), .until = QStringLiteral("allow-machine"), .failsAt = {}, .says = QStringLiteral("Check tokens"),
                        .logSays = QStringLiteral("no answer within 20 s.*try 2 of 2")});
        row("failed-deploy", {.fault = QStringLiteral("failed-deploy=1"), .until = QStringLiteral("deploy-target"), .failsAt = QStringLiteral("Deploy Render and check its health"),
                              .says = QStringLiteral("update_failed"), .logSays = QStringLiteral("update_failed")});
        row("dropped-connection", {.fault = QStringLiteral("dropped-connection=1"), .until = QStringLiteral("compare-counts"), .failsAt = QStringLiteral("Copy the tables"),
                                   .says = QStringLiteral("target database can't be reached"), .logSays = QStringLiteral("closed the connection")});
        row("log-stream-closes", {.fault = QStringLiteral("log-stream-closes=20"), .until = QStringLiteral("deploy-target"), .failsAt = {}, .says = QStringLiteral("Deploy Render"),
                                  .logSays = QStringLiteral("closed the log stream\\. It is opened again in .*The log stream is open again")});
        // Longer than any retry: the proof must stop the run, whatever is tried.
        row("freeze-writes", {.fault = QStringLiteral("freeze-writes=3000"), .until = {}, .exitCode = 1, .failsAt = QStringLiteral("Prove that nobody writes"),
                              .says = QStringLiteral("nightly-report as \\S+ from 127\\.0\\.0\\.1 still writes to Heroku \\+ Netlify: .*corporate_customer"), .logSays = QStringLiteral("nightly-report")});
        row("resolver-ignores-ttl", {.fault = QStringLiteral("resolver-ignores-ttl=300"), .until = QStringLiteral("wait-names"), .failsAt = {},
                                     .says = QStringLiteral("Access provider holds (6[1-9]|[7-9]\\d|[1-3]\\d\\d) s"), .logSays = QStringLiteral(".")});
        row("slow-certificate", {.fault = QStringLiteral("slow-certificate=600"), .until = QStringLiteral("wait-certificates"), .failsAt = {},
                                 .says = QStringLiteral("Wait for the certificates: .*valid certificate"), .logSays = QStringLiteral("."), .pastPoint = true});
    }
    void survivesOrStopsClearly()
    {
        QFETCH(Expected, e);
        QStringList arguments{QStringLiteral("rehearse"), QStringLiteral("projectify"), QStringLiteral("--headless"), QStringLiteral("--speed"), QStringLiteral("60"),
                              QStringLiteral("--rows"), QStringLiteral("2000"), QStringLiteral("--out"), m_run, QStringLiteral("--fault"), e.fault};
        if (!e.until.isEmpty())
            arguments << QStringLiteral("--until") << e.until;
        Ran ran = switchyard(arguments, 150);
        QVERIFY2(ran.exitCode == e.exitCode, qPrintable(ran.output));

        // What the operator read.
        const QStringList failed = ran.lines(QStringLiteral("  FAIL "));
        QCOMPARE(failed.isEmpty(), e.failsAt.isEmpty());
        for (const QString& line : failed) {
            QVERIFY2(line.contains(e.failsAt), qPrintable(line));
            const QStringList sentences = sentencesOf(line.section(e.failsAt + QStringLiteral(": "), 1));
            QVERIFY2(sentences.size() == 3, qPrintable(sentences.join(QStringLiteral(" | "))));
        }
        const QRegularExpression says(e.says);
        QVERIFY2(!(failed.isEmpty() ? ran.output.split(u'\n') : failed).filter(says).isEmpty(), qPrintable(ran.output));
        QVERIFY2(ran.lines(QStringLiteral("FAILURE")).size() == failed.size() + (e.healed ? 1 : 0), qPrintable(ran.output));
        const QString log = QString::fromUtf8(file(QStringLiteral("log.jsonl")));
        QVERIFY2(QRegularExpression(e.logSays, QRegularExpression::DotMatchesEverythingOption).match(log).hasMatch(), qPrintable(log.left(20'000)));

        if (e.healed) {
            ran = switchyard({QStringLiteral("resume"), m_run, QStringLiteral("--without-fault"), e.fault.section(u'=', 0, 0), QStringLiteral("--until"), e.until}, 60);
            QVERIFY2(ran.exitCode == 0, qPrintable(ran.output));
            QVERIFY2(ran.output.contains(QRegularExpression(QStringLiteral("ok +\\d+/\\d+ +") + QRegularExpression::escape(e.failsAt))), qPrintable(ran.output));
        }
        if (e.pastPoint) {
            // The name that waited for its certificate was away as long as that took, and nobody else was.
            QVERIFY2(seconds(QStringLiteral("projectify.test")) >= 590, qPrintable(ran.output));
            QVERIFY2(seconds(QStringLiteral("api.projectify.test")) < 400, qPrintable(ran.output));
        }

        // The way back.
        ran = switchyard({QStringLiteral("resume"), m_run, QStringLiteral("--roll-back")}, 100);
        QVERIFY2(ran.exitCode == 0, qPrintable(ran.output));
        QVERIFY2(ran.output.contains(QStringLiteral("projectify went back to Heroku + Netlify")), qPrintable(ran.output));
        QVERIFY2(ran.output.contains(QStringLiteral("Sealed: ")), qPrintable(ran.output)); // no temporary change was left in place
        const QJsonObject after = report();
        QVERIFY(after.value(QLatin1String("rolledBack")).toBool());
        if (e.pastPoint) {
            // Writes that only the target took are in the file that the rollback saved.
            QVERIFY(QFileInfo(m_run + QStringLiteral("/gained-rows-projectify-db.sql")).exists());
        } else {
            const auto ledger = QRegularExpression(QStringLiteral("([\\d,]+) writes acknowledged, (\\d+) of them not on Heroku \\+ Netlify")).match(ran.output);
            QVERIFY2(ledger.hasMatch(), qPrintable(ran.output));
            QCOMPARE(ledger.captured(2), QStringLiteral("0"));
        }
        const QJsonArray hosts = after.value(QLatin1String("hosts")).toArray();
        QCOMPARE(hosts.size(), 3);
        for (const QJsonValue& host : hosts) {
            const QJsonArray spans = host.toObject().value(QLatin1String("spans")).toArray();
            QVERIFY(!spans.isEmpty());
            QVERIFY2(spans.last().toObject().value(QLatin1String("state")).toString().contains(QStringLiteral("source"), Qt::CaseInsensitive),
                     QJsonDocument(host.toObject()).toJson().constData());
        }
        QVERIFY(!QFileInfo::exists(m_run + QStringLiteral("/world")));
        QTRY_VERIFY_WITH_TIMEOUT(left().isEmpty(), 10'000);
    }
};

Q_DECLARE_METATYPE(Expected)

QTEST_GUILESS_MAIN(tst_Faults)

#include "tst_Faults.moc"
