#include "app/base/Redactor.h"
#include "app/logs/LogModel.h"

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

using namespace switchyard;
using namespace switchyard::logs;

class tst_LogStore : public QObject {
    Q_OBJECT

    static LogLine line(const QString& source, LogLevel level, const QString& message, int seconds = 0)
    {
        LogLine out;
        out.time = fromIsoUtc(QStringLiteral("2026-03-15T22:42:00.000Z")) + Seconds(seconds);
        out.source = source;
        out.level = level;
        out.message = message;
        return out;
    }

private Q_SLOTS:
    void keepsLinesAcrossAStartAndMendsATornOne()
    {
        QTemporaryDir dir;
        const QString file = dir.filePath(QStringLiteral("log.jsonl"));
        {
            LogStore store(file);
            LogModel model(&store);
            for (int i = 0; i < 3; ++i)
                store.append(line(QStringLiteral("heroku"), LogLevel::Info, QStringLiteral("line %1").arg(i), i));
            QTRY_COMPARE(model.rowCount(), 3);
        }
        QFile raw(file);
        QVERIFY(raw.open(QIODevice::Append));
        raw.write("{\"t\":1,\"s\":\"hero");
        raw.close();
        LogStore again(file);
        QCOMPARE(again.size(), 3);
        QCOMPARE(again.line(2).message, QStringLiteral("line 2"));
        again.append(line(QStringLiteral("render"), LogLevel::Error, QStringLiteral("after"), 9));
        QCOMPARE(again.line(3).message, QStringLiteral("after"));
    }
    void secretsNeverReachTheDisk()
    {
        QTemporaryDir dir;
        const QString file = dir.filePath(QStringLiteral("log.jsonl"));
        Redactor::instance().learn(Secret(QStringLiteral("canary-0815-value")));
        LogStore store(file);
        LogModel model(&store);
        store.append(line(QStringLiteral("heroku"), LogLevel::Info, QStringLiteral("token canary-0815-value and postgres://u:pass1234@h/db")));
        QTRY_COMPARE(model.rowCount(), 1);
        QFile raw(file);
        QVERIFY(raw.open(QIODevice::ReadOnly));
        const QByteArray bytes = raw.readAll();
        QVERIFY(!bytes.contains("canary-0815-value"));
        QVERIFY(!bytes.contains("pass1234"));
        QVERIFY(bytes.contains("[hidden]"));
    }
    void tokensFilterAndWordsStayWords()
    {
        LogStore store({});
        LogModel model(&store);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        store.append(line(QStringLiteral("heroku"), LogLevel::Info, QStringLiteral("a"), 0));
        store.append(line(QStringLiteral("probe"), LogLevel::Error, QStringLiteral("TLS handshake failed"), 30));
        store.append(line(QStringLiteral("probe"), LogLevel::Debug, QStringLiteral("noise"), 61));
        QTRY_COMPARE(store.size(), 3);
        const TimePoint day = fromIsoUtc(QStringLiteral("2026-03-15T00:00:00.000Z"));
        const LogFilter filter = parseFilter(QStringLiteral("since:22:42:10 level:error TLS handshake"), day);
        QCOMPARE(filter.words, QStringLiteral("TLS handshake"));
        model.setFilter(filter);
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.hidden(), 2);
        store.append(line(QStringLiteral("probe"), LogLevel::Error, QStringLiteral("again"), 62));
        QTRY_COMPARE(model.rowCount(), 2);
        QVERIFY(!parseFilter(QStringLiteral("level:loud"), day).problem.isEmpty());
    }
    void aMillionLinesStaySmallInMemoryAndFastToFilter()
    {
        LogStore store({});
        for (int i = 0; i < 200'000; ++i)
            store.append(line(i % 3 == 0 ? QStringLiteral("heroku") : QStringLiteral("render"), i % 100 == 0 ? LogLevel::Warning : LogLevel::Info, QStringLiteral("row"), i));
        LogModel model(&store);
        QElapsedTimer timer;
        timer.start();
        LogFilter filter;
        filter.least = LogLevel::Warning;
        model.setFilter(filter);
        QCOMPARE(model.rowCount(), 2000);
        QVERIFY2(timer.elapsed() < 400, qPrintable(QString::number(timer.elapsed())));
    }
};

QTEST_GUILESS_MAIN(tst_LogStore)
#include "tst_LogStore.moc"
