#include "tests/endtoend/Program.h"
#include "tests/endtoend/Servers.h"

#include <QDir>
#include <QDirIterator>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QTest>
#include <QUrl>

using namespace switchyard::endtoend;

/// Tokens and passwords of a whole run are found nowhere but in the world's own folder.
class tst_Canaries : public QObject {
    Q_OBJECT

    /// The ways in which a secret could be written down.
    static QList<QByteArray> shapes(const QByteArray& secret)
    {
        QList<QByteArray> out{secret, secret.toBase64(), secret.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals), secret.toPercentEncoding(), secret.toHex(), (":" + secret).toBase64()};
        QByteArray json;
        for (const char c : secret)
            json += "\\u00" + QByteArray(1, c).toHex();
        out << json;
        // As a part of a longer text in base64: without the letters that its neighbours share.
        for (int shift = 1; shift < 3; ++shift)
            out << (QByteArray(shift, 'x') + secret).toBase64().mid(4).chopped(4);
        out.removeIf([](const QByteArray& s) { return s.size() < 8; });
        return out;
    }

private Q_SLOTS:
    void nothingLeaks()
    {
        Home home;
        const QString run = home.file(QStringLiteral("run"));
        const auto process = home.start({QStringLiteral("rehearse"), QStringLiteral("projectify"), QStringLiteral("--headless"), QStringLiteral("--speed"), QStringLiteral("60"),
                                         QStringLiteral("--rows"), QStringLiteral("1000"), QStringLiteral("--out"), run});
        QSet<QByteArray> secrets;
        QSet<QByteArray> seen; // command lines and environments, as they were
        QByteArray printed;
        int samples = 0;
        QElapsedTimer timer;
        timer.start();
        while (process->state() != QProcess::NotRunning && timer.elapsed() < 180'000) {
            QTest::qWait(100);
            printed += process->readAllStandardOutput() + process->readAllStandardError();
            if (QFileInfo::exists(run + QStringLiteral("/world/door.json"))) {
                for (const QByteArray& secret : Outside(run).secrets())
                    secrets.insert(secret);
            }
            for (const qint64 pid : home.processes()) {
                seen.insert(readFile(QStringLiteral("/proc/%1/cmdline").arg(pid)));
                seen.insert(readFile(QStringLiteral("/proc/%1/environ").arg(pid)));
            }
            ++samples;
        }
        const Ended ended = Home::wait(process.get(), 1);
        printed += ended.all();
        QVERIFY2(ended.code == 0, printed.constData());
        QVERIFY2(samples > 50 && seen.size() > 8, qPrintable(QStringLiteral("%1 samples, %2 texts").arg(samples).arg(seen.size())));
        QVERIFY2(secrets.size() >= 10, qPrintable(QString::number(secrets.size())));
        QVERIFY(!QFileInfo::exists(run + QStringLiteral("/world")));

        // Every format of the report, made again from the journal.
        for (const char* format : {"md", "json", "html"})
            printed += home.run({QStringLiteral("report"), run, QStringLiteral("--format"), QLatin1String(format)}, 30).all();

        std::vector<std::pair<QString, QByteArray>> places{{QStringLiteral("what was printed"), printed}};
        for (const QByteArray& text : seen)
            places.emplace_back(QStringLiteral("a process: ") + QString::fromUtf8(text.left(60)), text);
        QDirIterator it(home.path(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
        QStringList files;
        while (it.hasNext()) {
            const QString file = it.next();
            places.emplace_back(file, readFile(file));
            files << file;
        }
        // The search looks where something could be.
        for (const char* name : {"run/journal.sqlite", "run/log.jsonl", "run/report.html", "run/report.json", "run/run.json", "state/switchyard/switchyard.log"})
            QVERIFY2(files.contains(home.file(QLatin1String(name))), name);

        QStringList found;
        for (const QByteArray& secret : secrets) {
            for (const QByteArray& shape : shapes(secret)) {
                for (const auto& [where, text] : places) {
                    const qsizetype at = text.indexOf(shape);
                    if (at >= 0)
                        found << QStringLiteral("%1: ...%2 (a secret of %3 letters)").arg(where, QString::fromUtf8(text.mid(qMax<qsizetype>(0, at - 80), 80)).simplified()).arg(secret.size());
                }
            }
        }
        QVERIFY2(found.isEmpty(), qPrintable(found.join(u'\n').left(4000)));
        QVERIFY(home.leftBehind().isEmpty());
    }
};

QTEST_GUILESS_MAIN(tst_Canaries)
#include "tst_Canaries.moc"
