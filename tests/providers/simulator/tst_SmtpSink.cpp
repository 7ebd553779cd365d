#include "providers/simulator/HttpServer.h"
#include "providers/simulator/Router.h"
#include "providers/simulator/SmtpSink.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QTcpSocket>
#include <QTest>

namespace switchyard::simulator {

class tst_SmtpSink : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void keepsMailsAndShowsThem();
    void refusesWhatIsOutOfOrder();
};

void tst_SmtpSink::keepsMailsAndShowsThem()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    QTcpSocket client;
    client.connectToHost(QStringLiteral("127.0.0.1"), sink.port());
    client.write("EHLO app\r\nAUTH PLAIN AGEAYg==\r\nMAIL FROM:<app@projectify.test> SIZE=10\r\nRCPT TO:<Ops@Example.test>\r\n"
                 "RCPT TO:<second@example.test>\r\nDATA\r\n"
                 "Subject: =?utf-8?B?R3LDvMOfZQ==?= =?utf-8?Q?_aus_K=C3=B6ln?=\r\nMIME-Version: 1.0\r\n"
                 "Content-Type: multipart/alternative;\r\n boundary=\"b1\"\r\n\r\npreamble\r\n--b1\r\nContent-Type: text/html\r\n\r\n<b>x</b>\r\n"
                 "--b1\r\nContent-Type: text/plain; charset=\"utf-8\"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
                 "Reset link: https://x.test/?a=3D1&b=\r\n=3D2\r\n..dotted\r\n--b1--\r\n.\r\n"
                 "MAIL FROM:<>\r\nRCPT TO:<other@example.test>\r\nDATA\r\nSubject: plain\r\n\r\nbody\r\n.\r\nQUIT\r\n");
    QTRY_COMPARE(client.state(), QAbstractSocket::UnconnectedState);
    QCOMPARE(sink.messages().size(), std::size_t(2));
    QCOMPARE(sink.messages().front().subject, QString::fromUtf8("Gr\xC3\xBC\xC3\x9F" "e aus K\xC3\xB6ln"));
    QCOMPARE(sink.messages().front().text, QStringLiteral("Reset link: https://x.test/?a=1&b=2\n.dotted"));

    Router router;
    sink.mount(router, QStringLiteral("/mail"));
    HttpServer server;
    server.setAsyncHandler([&](Request request, Reply reply) { router.handle(std::move(request), reply); });
    QVERIFY(server.listen());
    QNetworkAccessManager manager;
    QNetworkReply* reply = manager.get(QNetworkRequest(QUrl(server.url() + QStringLiteral("/mail/messages?to=ops%40example.test"))));
    QTRY_VERIFY(reply->isFinished());
    const QJsonArray list = QJsonDocument::fromJson(reply->readAll()).array();
    QCOMPARE(list.size(), 1);
    QCOMPARE(list.first().toObject().value(QLatin1String("from")).toString(), QStringLiteral("app@projectify.test"));
    QCOMPARE(list.first().toObject().value(QLatin1String("to")).toArray().size(), 2);
}

void tst_SmtpSink::refusesWhatIsOutOfOrder()
{
    SmtpSink sink;
    sink.setRefusing(true);
    QVERIFY(sink.listen());
    QTcpSocket client;
    client.connectToHost(QStringLiteral("127.0.0.1"), sink.port());
    client.write("HELO a\r\nRCPT TO:<a@b>\r\nMAIL FROM:<a@b>\r\nRCPT TO:<a@b>\r\nDATA\r\nWHAT\r\nQUIT\r\n");
    QTRY_COMPARE(client.state(), QAbstractSocket::UnconnectedState);
    QByteArrayList codes;
    for (const QByteArray& line : client.readAll().trimmed().split('\n'))
        codes.append(line.left(3));
    QCOMPARE(codes, (QByteArrayList{"220", "250", "503", "250", "550", "503", "502", "221"}));
    QVERIFY(sink.messages().empty());
}

} // namespace switchyard::simulator

QTEST_GUILESS_MAIN(switchyard::simulator::tst_SmtpSink)
#include "tst_SmtpSink.moc"
