#include "providers/probe/LiveDialer.h"
#include "providers/probe/Probe.h"
#include "tests/kit/TestLoop.h"

#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslSocket>
#include <QTcpServer>
#include <QTest>
#include <QWebSocket>
#include <QWebSocketServer>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

using namespace switchyard;
using namespace std::chrono_literals;

namespace probetest {

struct Identity {
    QByteArray key;
    QByteArray certificate;
};

QByteArray pem(const std::function<void(BIO*)>& write)
{
    BIO* bio = BIO_new(BIO_s_mem());
    write(bio);
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    QByteArray out(data, size);
    BIO_free(bio);
    return out;
}

/// A certificate for `host`, signed by `issuer` or by itself (then an authority).
Identity issue(const QByteArray& host, const Identity* issuer, long validSeconds = 3600)
{
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* x = X509_new();
    X509_set_version(x, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x), issuer ? 2 : 1);
    X509_gmtime_adj(X509_getm_notBefore(x), -7200);
    X509_gmtime_adj(X509_getm_notAfter(x), validSeconds);
    X509_set_pubkey(x, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(host.constData()), -1, -1, 0);
    EVP_PKEY* signer = key;
    X509* parent = x;
    if (issuer) {
        BIO* k = BIO_new_mem_buf(issuer->key.constData(), -1);
        signer = PEM_read_bio_PrivateKey(k, nullptr, nullptr, nullptr);
        BIO_free(k);
        BIO* c = BIO_new_mem_buf(issuer->certificate.constData(), -1);
        parent = PEM_read_bio_X509(c, nullptr, nullptr, nullptr);
        BIO_free(c);
    }
    X509_set_issuer_name(x, X509_get_subject_name(parent));
    const QByteArray value = issuer ? "DNS:" + host : QByteArray("critical,CA:TRUE");
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, issuer ? NID_subject_alt_name : NID_basic_constraints, value.constData());
    X509_add_ext(x, extension, -1);
    X509_EXTENSION_free(extension);
    X509_sign(x, signer, EVP_sha256());
    Identity out{pem([key](BIO* b) { PEM_write_bio_PrivateKey(b, key, nullptr, nullptr, 0, nullptr, nullptr); }), pem([x](BIO* b) { PEM_write_bio_X509(b, x); })};
    if (issuer) {
        EVP_PKEY_free(signer);
        X509_free(parent);
    }
    X509_free(x);
    EVP_PKEY_free(key);
    return out;
}

/// Serves one canned answer per connection, with TLS when it has an identity; `hold` never answers.
class Edge : public QTcpServer {
public:
    explicit Edge(bool tls) : m_tls(tls) { listen(QHostAddress::LocalHost, 0); }
    QByteArray answer;
    QByteArray seen;
    QString sni;
    std::optional<Identity> identity;
    bool hold = false;
    int connections = 0;

protected:
    void incomingConnection(qintptr handle) override
    {
        ++connections;
        auto* socket = new QSslSocket(this);
        socket->setSocketDescriptor(handle);
        if (m_tls) {
            QSslConfiguration ssl = QSslConfiguration::defaultConfiguration();
            ssl.setPeerVerifyMode(QSslSocket::VerifyNone);
            if (identity) {
                ssl.setLocalCertificate(QSslCertificate(identity->certificate));
                ssl.setPrivateKey(QSslKey(identity->key, QSsl::Ec));
            }
            socket->setSslConfiguration(ssl);
            socket->startServerEncryption();
        }
        connect(socket, &QSslSocket::readyRead, socket, [this, socket] {
            seen += socket->readAll();
            if (!seen.contains("\r\n\r\n") || hold)
                return;
            socket->write(answer);
            socket->disconnectFromHost();
        });
    }

private:
    bool m_tls;
};

class TestDialer final : public Dialer {
public:
    QByteArray roots;
    quint16 port = 0;
    [[nodiscard]] Endpoint route(const QString& address, quint16 wanted) const override
    {
        return address == QLatin1String("203.0.113.10") && (wanted == 443 || wanted == 80) ? Endpoint{QStringLiteral("127.0.0.1"), port} : Endpoint{};
    }
    [[nodiscard]] QByteArray trustedRoots() const override { return roots; }
};

const QString kHost = QStringLiteral("shop.projectify.test");

ProbeRequest ask(const char* path, const char* scheme = "https")
{
    ProbeRequest request;
    request.url = QStringLiteral("%1://%2%3").arg(QLatin1String(scheme), kHost, QLatin1String(path));
    request.address = QStringLiteral("203.0.113.10");
    request.timeout = 5s;
    return request;
}

} // namespace probetest
using namespace probetest;

class tst_Probe : public QObject {
    Q_OBJECT
    Identity m_root = issue("Test root", nullptr);
    Identity m_shop = issue("shop.projectify.test", &m_root);
    std::shared_ptr<TestDialer> m_dialer = std::make_shared<TestDialer>();
    std::shared_ptr<Prober> m_prober = makeProber(m_dialer);
private Q_SLOTS:
    void initTestCase() { m_dialer->roots = m_root.certificate; }

    void asksThePinnedAddressWithTheRealName()
    {
        Edge edge(true);
        edge.identity = m_shop;
        edge.answer = "HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n";
        m_dialer->port = edge.serverPort();
        for (int round = 1; round <= 2; ++round) {
            edge.seen.clear();
            const auto answer = test::run(m_prober->fetch(ask("/a%20b?q=1"), {}));
            SY_VERIFY_OK(answer);
            QCOMPARE(answer->problem, QString());
            QCOMPARE(answer->status, 200);
            QCOMPARE(answer->body, QByteArray("hello world"));
            QCOMPARE(answer->headers.size(), std::size_t(3));
            QVERIFY(answer->tls.ok);
            QCOMPARE(answer->tls.issuer, QStringLiteral("Test root"));
            QVERIFY(answer->tls.notAfter > TimePoint{});
            QVERIFY(edge.seen.startsWith("GET /a%20b?q=1 HTTP/1.1\r\nHost: shop.projectify.test\r\n"));
            QCOMPARE(edge.connections, round); // never kept alive
        }
    }
    void postsAndReadsToTheEnd()
    {
        Edge edge(false);
        edge.answer = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 302 Found\r\nLocation: /x\r\n\r\n" + QByteArray(300 * 1024, 'x');
        m_dialer->port = edge.serverPort();
        ProbeRequest request = ask("/login", "http");
        request.method = "POST";
        request.body = "user=a";
        request.headers.push_back({"Cookie", "csrftoken=1"});
        const auto answer = test::run(m_prober->fetch(request, {}));
        SY_VERIFY_OK(answer);
        QCOMPARE(answer->status, 302);
        QCOMPARE(answer->header("location"), QByteArray("/x"));
        QCOMPARE(answer->body.size(), 256 * 1024);
        QVERIFY(edge.seen.contains("Content-Length: 6\r\n"));
        QVERIFY(edge.seen.contains("Cookie: csrftoken=1\r\n"));
        QVERIFY(edge.seen.endsWith("user=a"));
        QVERIFY(!answer->tls.tried);
    }
    void aServerWithoutACertificateIsAlert40()
    {
        Edge edge(true);
        m_dialer->port = edge.serverPort();
        const auto state = test::run(m_prober->handshake(kHost, QStringLiteral("203.0.113.10"), {}));
        SY_VERIFY_OK(state);
        QVERIFY(state->tried);
        QVERIFY(!state->ok);
        QCOMPARE(state->alert, 40);
        QCOMPARE(state->problem, QStringLiteral("handshake failure (alert 40)"));
        const auto answer = test::run(m_prober->fetch(ask("/"), {}));
        QCOMPARE(answer->status, 0);
        QCOMPARE(answer->problem, QStringLiteral("handshake failure (alert 40)"));
    }
    void saysWhatIsWrongWithACertificate_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("problem");
        QTest::newRow("other name") << 0 << QStringLiteral("certificate is for another name");
        QTest::newRow("expired") << 1 << QStringLiteral("certificate expired");
        QTest::newRow("unknown authority") << 2 << QStringLiteral("certificate is from an authority that is not trusted");
    }
    void saysWhatIsWrongWithACertificate()
    {
        QFETCH(int, kind);
        QFETCH(QString, problem);
        const Identity stranger = issue("Stranger", nullptr);
        Edge edge(true);
        edge.identity = kind == 0 ? issue("other.test", &m_root) : kind == 1 ? issue("shop.projectify.test", &m_root, -60) : issue("shop.projectify.test", &stranger);
        m_dialer->port = edge.serverPort();
        const auto state = test::run(m_prober->handshake(kHost, QStringLiteral("203.0.113.10"), {}));
        SY_VERIFY_OK(state);
        QVERIFY(!state->ok);
        QCOMPARE(state->problem, problem);
        QVERIFY(!state->subject.isEmpty());
    }
    void noAnswerIsAnAnswer()
    {
        Edge edge(false);
        m_dialer->port = edge.serverPort();
        edge.hold = true;
        ProbeRequest slow = ask("/", "http");
        slow.timeout = 200ms;
        const auto late = test::run(m_prober->fetch(slow, {}));
        QCOMPARE(late->problem, QStringLiteral("no answer in time"));
        QCOMPARE(late->status, 0);
        edge.hold = false;
        edge.seen.clear();
        QCOMPARE(test::run(m_prober->fetch(ask("/", "http"), {}))->problem, QStringLiteral("the server closed the connection without an answer"));
        edge.answer = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc";
        edge.seen.clear();
        const auto cut = test::run(m_prober->fetch(ask("/", "http"), {}));
        QCOMPARE(cut->problem, QStringLiteral("the answer broke off after 3 bytes"));
        QCOMPARE(cut->status, 0);
        edge.close();
        QCOMPARE(test::run(m_prober->fetch(ask("/", "http"), {}))->problem, QStringLiteral("connection refused"));
        ProbeRequest elsewhere = ask("/", "http");
        elsewhere.address = QStringLiteral("198.51.100.1");
        QCOMPARE(test::run(m_prober->fetch(elsewhere, {}))->problem, QStringLiteral("nothing listens at 198.51.100.1 port 80"));
        ProbeRequest wrong = ask("/");
        wrong.url = QStringLiteral("ftp://x/");
        QCOMPARE(test::run(m_prober->fetch(wrong, {})).error().kind, ErrorKind::Invalid);
        QCOMPARE(LiveDialer().route(QStringLiteral("192.0.2.1"), 5432), (Endpoint{QStringLiteral("192.0.2.1"), 5432}));
    }
    void talksOverAWebSocket()
    {
        QWebSocketServer server(QStringLiteral("test"), QWebSocketServer::SecureMode);
        QSslConfiguration ssl = QSslConfiguration::defaultConfiguration();
        ssl.setLocalCertificate(QSslCertificate(m_shop.certificate));
        ssl.setPrivateKey(QSslKey(m_shop.key, QSsl::Ec));
        ssl.setPeerVerifyMode(QSslSocket::VerifyNone);
        server.setSslConfiguration(ssl);
        QVERIFY(server.listen(QHostAddress::LocalHost));
        m_dialer->port = server.serverPort();
        QString cookie;
        QPointer<QWebSocket> peer;
        qint64 pongs = 0;
        connect(&server, &QWebSocketServer::newConnection, this, [&] {
            peer = server.nextPendingConnection();
            peer->setParent(&server);
            cookie = QString::fromUtf8(peer->request().rawHeader("Cookie"));
            connect(peer, &QWebSocket::pong, this, [&] { ++pongs; });
            connect(peer, &QWebSocket::textMessageReceived, peer, [p = peer.data()](const QString& text) { p->sendTextMessage(QStringLiteral("echo ") + text); });
            peer->sendTextMessage(QStringLiteral("welcome"));
        });
        ProbeRequest request = ask("/ws", "wss");
        request.headers.push_back({"Cookie", "sessionid=1"});
        auto socket = test::run(m_prober->openSocket(request, {}));
        SY_VERIFY_OK(socket);
        QCOMPARE(*test::run((*socket)->receive(2s, {})), QByteArray("welcome"));
        QCOMPARE(cookie, QStringLiteral("sessionid=1"));
        for (const int size : {5, 300, 70'000}) {
            const QByteArray text(size, 'y');
            SY_VERIFY_OK(test::run((*socket)->send(text, {})));
            const auto back = test::run((*socket)->receive(2s, {}));
            SY_VERIFY_OK(back);
            QCOMPARE(*back, "echo " + text);
        }
        peer->ping();
        QTRY_COMPARE(pongs, 1);
        QCOMPARE(test::run((*socket)->receive(50ms, {})).error().kind, ErrorKind::Timeout);
        peer->close(QWebSocketProtocol::CloseCodeGoingAway);
        const auto gone = test::run((*socket)->receive(2s, {}));
        QCOMPARE(gone.error().kind, ErrorKind::Network);
        QCOMPARE(gone.error().code, QStringLiteral("1001"));
    }
    void aRefusedUpgradeSaysWhatWasAnswered()
    {
        Edge edge(true);
        edge.identity = m_shop;
        edge.answer = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";
        m_dialer->port = edge.serverPort();
        const auto socket = test::run(m_prober->openSocket(ask("/ws", "wss"), {}));
        QVERIFY(!socket);
        QCOMPARE(socket.error().kind, ErrorKind::Http);
        QCOMPARE(socket.error().code, QStringLiteral("503"));
    }
};

QTEST_GUILESS_MAIN(tst_Probe)
#include "tst_Probe.moc"
