#include "providers/simulator/CertificateAuthority.h"
#include "providers/simulator/HttpServer.h"
#include "tests/kit/TestLoop.h"

#include <QFile>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslSocket>
#include <QTemporaryDir>
#include <QTest>
#include <QWebSocket>

namespace switchyard::simulator {

class tst_Tls : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void choosesTheCertificateByName();
    void withoutCertificateAlert40();
    void plainRequestIsAnswered400();
    void webSocketOverTls();
    void rootSurvivesARestart();

private:
    [[nodiscard]] std::optional<CertificateAndKey> certificate(const QString& name) const;
    void trust(QSslSocket& socket) const;
    std::shared_ptr<CertificateAuthority> m_authority;
    TimePoint m_from = fromIsoUtc(QStringLiteral("2025-01-01T00:00:00Z"));
    TimePoint m_to = fromIsoUtc(QStringLiteral("2045-01-01T00:00:00Z"));
};

void tst_Tls::initTestCase()
{
    auto opened = CertificateAuthority::open({});
    SY_VERIFY_OK(opened);
    m_authority = *opened;
}

std::optional<CertificateAndKey> tst_Tls::certificate(const QString& name) const
{
    auto issued = m_authority->issue({name}, m_from, m_to);
    return issued ? std::optional(*issued) : std::nullopt;
}

void tst_Tls::trust(QSslSocket& socket) const
{
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setCaCertificates(QSslCertificate::fromData(m_authority->rootPem(), QSsl::Pem));
    socket.setSslConfiguration(configuration);
}

void tst_Tls::choosesTheCertificateByName()
{
    HttpServer server;
    QByteArray sni;
    server.setHandler([&](const Request& request) {
        sni = request.sni;
        return Response::text(200, QStringLiteral("hello"));
    });
    server.setCertificates([this](const QByteArray& name) { return certificate(QString::fromLatin1(name)); });
    QVERIFY(server.listen());
    for (const QString& name : {QStringLiteral("app.projectify.test"), QStringLiteral("api.projectify.test")}) {
        QSslSocket client;
        trust(client);
        client.connectToHostEncrypted(QStringLiteral("127.0.0.1"), server.port(), name);
        QTRY_VERIFY2(client.isEncrypted(), qPrintable(client.errorString())); // chain and name were verified
        QCOMPARE(client.peerCertificate().subjectInfo(QSslCertificate::CommonName), QStringList{name});
        client.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        QTRY_COMPARE(client.state(), QAbstractSocket::UnconnectedState);
        QVERIFY(client.readAll().endsWith("hello"));
        QCOMPARE(sni, name.toLatin1());
    }
    // A name that the certificate does not hold is refused by the client.
    server.setCertificates([this](const QByteArray&) { return certificate(QStringLiteral("other.test")); });
    QSslSocket client;
    trust(client);
    client.connectToHostEncrypted(QStringLiteral("127.0.0.1"), server.port(), QStringLiteral("app.projectify.test"));
    QTRY_COMPARE(client.state(), QAbstractSocket::UnconnectedState);
    QVERIFY(!client.isEncrypted());
}

void tst_Tls::withoutCertificateAlert40()
{
    HttpServer server;
    server.setCertificates([](const QByteArray&) { return std::nullopt; });
    QVERIFY(server.listen());
    QSslSocket client;
    client.connectToHostEncrypted(QStringLiteral("127.0.0.1"), server.port(), QStringLiteral("new.projectify.test"));
    QTRY_COMPARE(client.state(), QAbstractSocket::UnconnectedState);
    QVERIFY2(client.errorString().contains(QLatin1String("handshake failure")), qPrintable(client.errorString()));

    // The record itself: alert, fatal, 40. The hello comes in two pieces.
    const QByteArray hello = QByteArray::fromHex("160301002f0100002b0303") + QByteArray(32, 'r') + QByteArray::fromHex("000002c02b01000000");
    QTcpSocket raw;
    raw.connectToHost(QStringLiteral("127.0.0.1"), server.port());
    QTRY_COMPARE(raw.state(), QAbstractSocket::ConnectedState);
    raw.write(hello.left(20));
    QTRY_COMPARE(raw.bytesToWrite(), 0);
    raw.write(hello.mid(20));
    QTRY_COMPARE(raw.state(), QAbstractSocket::UnconnectedState);
    QCOMPARE(raw.readAll().toHex(), QByteArray("15030300020228"));
}

void tst_Tls::plainRequestIsAnswered400()
{
    HttpServer server;
    server.setCertificates([](const QByteArray&) { return std::nullopt; });
    QVERIFY(server.listen());
    QTcpSocket client;
    client.connectToHost(QStringLiteral("127.0.0.1"), server.port());
    client.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    QTRY_COMPARE(client.state(), QAbstractSocket::UnconnectedState);
    QVERIFY(client.readAll().startsWith("HTTP/1.1 400"));
}

void tst_Tls::webSocketOverTls()
{
    HttpServer server;
    server.setCertificates([this](const QByteArray&) { return certificate(QStringLiteral("127.0.0.1")); });
    server.setHandler([](const Request& request) {
        Response response;
        response.webSocket = [path = request.path](QWebSocket* socket) { socket->sendTextMessage(path); };
        return response;
    });
    QVERIFY(server.listen());
    QWebSocket client;
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setCaCertificates(QSslCertificate::fromData(m_authority->rootPem(), QSsl::Pem));
    client.setSslConfiguration(configuration);
    QString got;
    connect(&client, &QWebSocket::textMessageReceived, this, [&](const QString& text) { got = text; });
    client.open(QUrl(QStringLiteral("wss://127.0.0.1:%1/ws/live").arg(server.port())));
    QTRY_COMPARE(got, QStringLiteral("/ws/live"));
}

void tst_Tls::rootSurvivesARestart()
{
    QTemporaryDir folder;
    auto first = CertificateAuthority::open(folder.path());
    SY_VERIFY_OK(first);
    auto leaf = (*first)->issue({QStringLiteral("*.onrender.test"), QStringLiteral("127.0.0.1")}, m_from, m_to);
    SY_VERIFY_OK(leaf);
    auto again = CertificateAuthority::open(folder.path());
    SY_VERIFY_OK(again);
    QCOMPARE((*again)->rootPem(), (*first)->rootPem());
    auto second = (*again)->issue({QStringLiteral("a.test")}, m_from, m_to);
    SY_VERIFY_OK(second);
    QVERIFY(!(QFile::permissions(folder.filePath(QStringLiteral("ca.key"))) & (QFile::ReadGroup | QFile::ReadOther)));
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setCaCertificates(QSslCertificate::fromData((*first)->rootPem(), QSsl::Pem));
    QSslConfiguration::setDefaultConfiguration(configuration);
    QVERIFY(QSslCertificate::verify(QSslCertificate::fromData(leaf->certPem, QSsl::Pem), QStringLiteral("x.onrender.test")).isEmpty());
    QVERIFY(QSslCertificate::verify(QSslCertificate::fromData(second->certPem, QSsl::Pem), QStringLiteral("a.test")).isEmpty());
    QVERIFY(!QSslCertificate::verify(QSslCertificate::fromData(second->certPem, QSsl::Pem), QStringLiteral("b.test")).isEmpty());
}

} // namespace switchyard::simulator

QTEST_GUILESS_MAIN(switchyard::simulator::tst_Tls)
#include "tst_Tls.moc"
