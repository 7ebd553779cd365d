#include "providers/redis/CeleryQueue.h"
#include "tests/kit/RedisServer.h"
#include "tests/kit/TestLoop.h"

#include <QTcpServer>
#include <QTest>

using namespace switchyard;

class tst_CeleryQueue : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void countsWhatWaits()
    {
        test::RedisServer server(QStringLiteral("s3cret:pw"));
        if (!server.running())
            QSKIP(qPrintable(server.problem()));
        const auto cli = [&](const QStringList& words) {
            QProcess process;
            QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
            environment.insert(QStringLiteral("REDISCLI_AUTH"), QStringLiteral("s3cret:pw"));
            process.setProcessEnvironment(environment);
            process.start(QStringLiteral("redis-cli"), QStringList{QStringLiteral("-n"), QStringLiteral("2"), QStringLiteral("-p"), QString::number(server.port())} + words);
            QVERIFY(process.waitForFinished(5000));
            QCOMPARE(process.exitCode(), 0);
        };
        cli({QStringLiteral("RPUSH"), QStringLiteral("celery"), QStringLiteral("a"), QStringLiteral("b")});
        cli({QStringLiteral("RPUSH"), QStringLiteral("celery\x06\x16") + u'6', QStringLiteral("c")});
        cli({QStringLiteral("RPUSH"), QStringLiteral("mail"), QStringLiteral("d")});
        cli({QStringLiteral("HSET"), QStringLiteral("unacked"), QStringLiteral("t1"), QStringLiteral("[{\"headers\":{\"eta\":\"2026-03-15T22:00:00+00:00\"}},\"\",\"celery\"]"),
             QStringLiteral("t2"), QStringLiteral("[{\"headers\":{\"eta\":null}},\"\",\"celery\"]")});
        const auto reader = makeQueueReader();
        const Secret url(QStringLiteral("redis://:s3cret%3Apw@127.0.0.1:%1/2").arg(server.port()));
        const auto state = test::run(reader->read(url, {QStringLiteral("celery"), QStringLiteral("mail"), QStringLiteral("none")}, {}));
        SY_VERIFY_OK(state);
        QCOMPARE(state->pending, 4);
        QCOMPARE(state->unacked, 2);
        QCOMPARE(state->scheduled, 1);
        QCOMPARE(state->keys, 4);
        QVERIFY(!state->serverVersion.isEmpty());
        const auto wrong = test::run(reader->read(Secret(QStringLiteral("redis://:nope-nope@127.0.0.1:%1").arg(server.port())), {}, {}));
        QCOMPARE(wrong.error().kind, ErrorKind::Auth);
        QVERIFY(!wrong.error().sentence().contains(QStringLiteral("nope-nope")));
    }
    void saysWhyItCannotRead()
    {
        const auto reader = makeQueueReader();
        QCOMPARE(test::run(reader->read(Secret(QStringLiteral("redis://127.0.0.1:%1").arg(test::freePort())), {}, {})).error().kind, ErrorKind::Network);
        QCOMPARE(test::run(reader->read(Secret(QStringLiteral("http://x")), {}, {})).error().kind, ErrorKind::Invalid);
        QTcpServer silent;
        QVERIFY(silent.listen(QHostAddress::LocalHost));
        std::stop_source source;
        auto waiting = reader->read(Secret(QStringLiteral("redis://127.0.0.1:%1").arg(silent.serverPort())), {}, source.get_token());
        source.request_stop();
        QCOMPARE(test::run(std::move(waiting), std::chrono::seconds(2)).error().kind, ErrorKind::Cancelled);
        const Secret address(QStringLiteral("redis://127.0.0.1:%1").arg(silent.serverPort()));
        QCOMPARE(test::run(reader->read(address, {}, {})).error().kind, ErrorKind::Timeout);
    }
};

QTEST_GUILESS_MAIN(tst_CeleryQueue)
#include "tst_CeleryQueue.moc"
