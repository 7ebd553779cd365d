#include "providers/resolver/WireResolver.h"
#include "tests/kit/TestLoop.h"

#include <QHostAddress>
#include <QNetworkDatagram>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <QUdpSocket>
#include <QtEndian>

#include <ldns/ldns.h>

using namespace switchyard;

namespace {

/// Answers from a zone text over UDP and TCP on one loopback port. `dropUdp` swallows that many packets first.
class TinyServer : public QObject {
public:
    TinyServer()
    {
        for (int attempt = 0; attempt < 20 && !m_tcp.isListening(); ++attempt) {
            m_udp.close();
            m_udp.bind(QHostAddress::LocalHost, 0);
            m_tcp.listen(QHostAddress::LocalHost, m_udp.localPort());
        }
        connect(&m_udp, &QUdpSocket::readyRead, this, [this] {
            while (m_udp.hasPendingDatagrams()) {
                const QNetworkDatagram in = m_udp.receiveDatagram();
                ++packets;
                if (dropUdp-- > 0)
                    continue;
                m_udp.writeDatagram(in.makeReply(answer(in.data(), true)));
            }
        });
        connect(&m_tcp, &QTcpServer::newConnection, this, [this] {
            QTcpSocket* socket = m_tcp.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [this, socket] {
                ++connections;
                const QByteArray out = answer(socket->readAll().mid(2), false);
                QByteArray size(2, Qt::Uninitialized);
                qToBigEndian(static_cast<quint16>(out.size()), size.data());
                socket->write((size + out).left(7)); // in two parts
                socket->flush();
                socket->write((size + out).mid(7));
            });
        });
    }
    [[nodiscard]] quint16 port() const { return m_udp.localPort(); }
    QStringList zone;
    int dropUdp = 0;
    int packets = 0;
    int connections = 0;
    bool sawEdns = false;
    bool sawRecursion = false;

private:
    QByteArray answer(const QByteArray& query, bool udp)
    {
        ldns_pkt* in = nullptr;
        if (ldns_wire2pkt(&in, reinterpret_cast<const uint8_t*>(query.constData()), static_cast<size_t>(query.size())) != LDNS_STATUS_OK)
            return {};
        sawEdns = ldns_pkt_edns_udp_size(in) == 1232;
        sawRecursion = ldns_pkt_rd(in);
        const ldns_rr* asked = ldns_rr_list_rr(ldns_pkt_question(in), 0);
        ldns_pkt* out = ldns_pkt_new();
        ldns_pkt_set_id(out, ldns_pkt_id(in));
        ldns_pkt_set_qr(out, true);
        ldns_pkt_set_aa(out, true);
        ldns_pkt_push_rr(out, LDNS_SECTION_QUESTION, ldns_rr_clone(asked));
        int found = 0;
        for (const QString& line : std::as_const(zone)) {
            ldns_rr* rr = nullptr;
            if (ldns_rr_new_frm_str(&rr, line.toUtf8().constData(), 300, nullptr, nullptr) != LDNS_STATUS_OK)
                qFatal("zone line %s", qPrintable(line));
            const bool chain = ldns_rr_get_type(rr) == LDNS_RR_TYPE_CNAME;
            if (chain || ldns_rr_get_type(rr) == ldns_rr_get_type(asked)) {
                ldns_pkt_push_rr(out, LDNS_SECTION_ANSWER, rr);
                ++found;
            } else {
                ldns_rr_free(rr);
            }
        }
        ldns_pkt_set_rcode(out, found > 0 ? LDNS_RCODE_NOERROR : LDNS_RCODE_NXDOMAIN);
        uint8_t* wire = nullptr;
        size_t size = 0;
        ldns_pkt2wire(&wire, out, &size);
        if (udp && size > 512) { // cut: only the question stays
            free(wire);
            ldns_rr_list_deep_free(ldns_pkt_answer(out));
            ldns_pkt_set_answer(out, ldns_rr_list_new());
            ldns_pkt_set_section_count(out, LDNS_SECTION_ANSWER, 0);
            ldns_pkt_set_tc(out, true);
            ldns_pkt2wire(&wire, out, &size);
        }
        QByteArray bytes(reinterpret_cast<const char*>(wire), static_cast<qsizetype>(size));
        free(wire);
        ldns_pkt_free(out);
        ldns_pkt_free(in);
        return bytes;
    }
    QUdpSocket m_udp;
    QTcpServer m_tcp;
};

class OneDoor final : public Dialer {
public:
    explicit OneDoor(quint16 port) : m_port(port) {}
    [[nodiscard]] Endpoint route(const QString& address, quint16 port) const override
    {
        return address == QLatin1String("192.0.2.53") && port == 53 ? Endpoint{QStringLiteral("127.0.0.1"), m_port} : Endpoint{};
    }
    [[nodiscard]] QByteArray trustedRoots() const override { return {}; }

private:
    quint16 m_port;
};

const ResolverAddress kServer{QStringLiteral("ns1"), QStringLiteral("test"), QStringLiteral("192.0.2.53"), false};

} // namespace

class tst_WireResolver : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsEveryTypeAsPeopleWriteIt_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("type");
        QTest::addColumn<QString>("value");
        const auto row = [](const char* type, const char* rdata, const char* value) {
            QTest::newRow(type) << QStringLiteral("Shop.Example.test. 60 IN %1 %2").arg(QLatin1String(type), QLatin1String(rdata)) << QString::fromLatin1(type) << QString::fromUtf8(value);
        };
        row("A", "203.0.113.7", "203.0.113.7");
        row("AAAA", "2001:db8::7", "2001:db8::7");
        row("MX", "10 Mail.example.test.", "10 mail.example.test.");
        row("TXT", "\"v=spf1 \\\"q\\\" \" \"-all\"", "v=spf1 \"q\" -all");
        row("CAA", "0 issue \"letsencrypt.org\"", "0 issue \"letsencrypt.org\"");
        row("SOA", "NS1.example.test. admin.example.test. 7 3600 600 86400 300", "ns1.example.test. admin.example.test. 7 3600 600 86400 300");
        row("NS", "NS1.example.test.", "ns1.example.test.");
    }
    void readsEveryTypeAsPeopleWriteIt()
    {
        QFETCH(QString, line);
        QFETCH(QString, type);
        QFETCH(QString, value);
        TinyServer server;
        server.zone << line;
        const auto resolver = makeResolver(std::make_shared<OneDoor>(server.port()));
        const auto answer = test::run(resolver->query(kServer, QStringLiteral("shop.example.test"), type, {}));
        SY_VERIFY_OK(answer);
        QCOMPARE(answer->rcode, QStringLiteral("NOERROR"));
        QCOMPARE(answer->records.size(), std::size_t(1));
        QCOMPARE(answer->records.front().name, QStringLiteral("shop.example.test."));
        QCOMPARE(answer->values(type), QStringList(value));
        QCOMPARE(answer->ttl(), Seconds(60));
        QVERIFY(server.sawEdns);
        QVERIFY(server.sawRecursion);
    }
    void followsNothingAndKeepsTheChain()
    {
        TinyServer server;
        server.zone << QStringLiteral("edge.test. 20 IN A 203.0.113.1") << QStringLiteral("www.test. 300 IN CNAME edge.test.");
        const auto resolver = makeResolver(std::make_shared<OneDoor>(server.port()));
        ResolverAddress authoritative = kServer;
        authoritative.authoritative = true;
        const auto answer = test::run(resolver->query(authoritative, QStringLiteral("www.test."), QStringLiteral("A"), {}));
        SY_VERIFY_OK(answer);
        QCOMPARE(answer->records.front().type, QStringLiteral("CNAME"));
        QCOMPARE(answer->values(QStringLiteral("A")), QStringList(QStringLiteral("203.0.113.1")));
        QCOMPARE(answer->ttl(), Seconds(20));
        QVERIFY(answer->authoritative);
        QVERIFY(!server.sawRecursion);
        server.zone.clear();
        const auto none = test::run(resolver->query(kServer, QStringLiteral("www.test."), QStringLiteral("A"), {}));
        QCOMPARE(none->rcode, QStringLiteral("NXDOMAIN"));
        QVERIFY(!none->ttl());
    }
    void aCutAnswerIsFetchedOverTcp()
    {
        TinyServer server;
        for (int i = 0; i < 80; ++i)
            server.zone << QStringLiteral("big.test. 60 IN A 203.0.113.%1").arg(i);
        const auto resolver = makeResolver(std::make_shared<OneDoor>(server.port()));
        const auto answer = test::run(resolver->query(kServer, QStringLiteral("big.test"), QStringLiteral("A"), {}));
        SY_VERIFY_OK(answer);
        QCOMPARE(answer->records.size(), std::size_t(80));
        QCOMPARE(server.connections, 1);
    }
    void aLostPacketIsAskedAgain()
    {
        TinyServer server;
        server.zone << QStringLiteral("www.test. 60 IN A 203.0.113.9");
        server.dropUdp = 1;
        const auto resolver = makeResolver(std::make_shared<OneDoor>(server.port()));
        SY_VERIFY_OK(test::run(resolver->query(kServer, QStringLiteral("www.test"), QStringLiteral("A"), {})));
        QCOMPARE(server.packets, 2);
    }
    void reportsWhatCannotBeAsked()
    {
        quint16 closed = 0;
        {
            QUdpSocket probe;
            probe.bind(QHostAddress::LocalHost, 0);
            closed = probe.localPort();
        }
        const auto resolver = makeResolver(std::make_shared<OneDoor>(closed));
        const auto refused = test::run(resolver->query(kServer, QStringLiteral("www.test"), QStringLiteral("A"), {}));
        QCOMPARE(refused.error().kind, ErrorKind::Network);
        ResolverAddress elsewhere = kServer;
        elsewhere.address = QStringLiteral("198.51.100.1");
        QCOMPARE(test::run(resolver->query(elsewhere, QStringLiteral("www.test"), QStringLiteral("A"), {})).error().kind, ErrorKind::Network);
        TinyServer server;
        const auto live = makeResolver(std::make_shared<OneDoor>(server.port()));
        QCOMPARE(test::run(live->query(kServer, QStringLiteral("a..b"), QStringLiteral("A"), {})).error().kind, ErrorKind::Invalid);
        QCOMPARE(test::run(live->query(kServer, QStringLiteral("www.test"), QStringLiteral("NOPE"), {})).error().kind, ErrorKind::Invalid);
        std::stop_source source;
        server.dropUdp = 99;
        auto waiting = live->query(kServer, QStringLiteral("www.test"), QStringLiteral("A"), source.get_token());
        source.request_stop();
        QCOMPARE(test::run(std::move(waiting), std::chrono::seconds(2)).error().kind, ErrorKind::Cancelled);
    }
};

QTEST_GUILESS_MAIN(tst_WireResolver)
#include "tst_WireResolver.moc"
