#include "providers/simulator/AuthoritativeZone.h"
#include "providers/simulator/CachingResolver.h"
#include "providers/simulator/DnsWire.h"
#include "tests/kit/FakeClock.h"

#include <QNetworkDatagram>
#include <QTcpSocket>
#include <QTest>
#include <QUdpSocket>

namespace switchyard::simulator {

namespace {

/// Asks over a real socket; nothing when no answer came.
std::optional<DnsReply> askUdp(quint16 port, const QString& name, const QString& type, QByteArray* raw = nullptr, bool edns = true)
{
    QUdpSocket socket;
    socket.bind(QHostAddress::LocalHost, 0);
    QByteArray query = buildQuery(77, name, type, true);
    if (!edns) {
        query.chop(11); // the OPT record at the end
        query[11] = 0;
    }
    socket.writeDatagram(query, QHostAddress::LocalHost, port);
    if (!QTest::qWaitFor([&] { return socket.hasPendingDatagrams(); }, 2000))
        return std::nullopt;
    const QByteArray answer = socket.receiveDatagram().data();
    if (raw)
        *raw = answer;
    return parseReply(answer, 77);
}

QStringList values(const std::optional<DnsReply>& reply)
{
    QStringList list;
    for (const ResourceRecord& record : reply.value_or(DnsReply{}).answers)
        list.append(QStringLiteral("%1 %2 %3 %4").arg(record.name, QString::number(record.ttl), record.type, record.data));
    return list;
}

ResourceRecord rr(const char* name, const char* type, quint32 ttl, const char* data)
{
    return {QLatin1String(name), QLatin1String(type), ttl, QString::fromUtf8(data)};
}

} // namespace

class tst_Dns : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void answersEveryKind();
    void separatesNoNameFromNoData();
    void flattensTheApex();
    void answersWildcardsOfOtherZones();
    void largeAnswersGoOverTcp();
    void brokenPacketsDoNoHarm();
    void resolverCountsDown();
    void resolverKeepsAbsence();
    void resolverMayIgnoreTtl();
    void resolverFollowsAcrossZones();
    void resolverFails();

private:
    test::FakeClock m_clock;
    QList<ResourceRecord> m_records;
    std::unique_ptr<ZoneSet> m_zones;
    std::unique_ptr<DnsServer> m_server;
    std::unique_ptr<CachingResolver> m_resolver;
};

void tst_Dns::init()
{
    m_records = {
        rr("projectify.test.", "CNAME", 300, "projectify-prod.herokudns.test."),
        rr("projectify.test.", "MX", 600, "10 mx.mail.test."),
        rr("projectify.test.", "TXT", 600, "v=spf1 include:\"x\" -all \xC3\xA4"),
        rr("projectify.test.", "CAA", 600, "0 issue \"letsencrypt.org\""),
        rr("projectify.test.", "NS", 86400, "ns1.projectify.test."),
        rr("api.projectify.test.", "CNAME", 60, "edge.projectify.test."),
        rr("edge.projectify.test.", "A", 120, "192.0.2.10"),
        rr("www.projectify.test.", "CNAME", 60, "projectify-prod.herokudns.test."),
        rr("a.b.projectify.test.", "AAAA", 60, "2001:db8::1"),
    };
    m_zones = std::make_unique<ZoneSet>();
    Soa soa;
    soa.minimum = 30;
    m_zones->add(AuthoritativeZone(QStringLiteral("projectify.test"), [this] { return m_records; }, soa));
    m_zones->add(AuthoritativeZone(QStringLiteral("herokudns.test."),
        [] { return QList<ResourceRecord>{rr("*.herokudns.test.", "A", 20, "198.51.100.7")}; }));
    m_server = std::make_unique<DnsServer>();
    m_server->setHandler(m_zones->handler());
    QVERIFY(m_server->listen());
    m_resolver = std::make_unique<CachingResolver>(&m_clock, m_server->port());
    QVERIFY(m_resolver->listen());
}

void tst_Dns::answersEveryKind()
{
    const auto ask = [this](const char* name, const char* type) {
        return values(askUdp(m_server->port(), QLatin1String(name), QLatin1String(type)));
    };
    QCOMPARE(ask("API.Projectify.test", "A"), (QStringList{QStringLiteral("api.projectify.test. 60 CNAME edge.projectify.test."),
                                                           QStringLiteral("edge.projectify.test. 120 A 192.0.2.10")}));
    QCOMPARE(ask("a.b.projectify.test", "AAAA"), QStringList{QStringLiteral("a.b.projectify.test. 60 AAAA 2001:db8::1")});
    QCOMPARE(ask("projectify.test", "MX"), QStringList{QStringLiteral("projectify.test. 600 MX 10 mx.mail.test.")});
    QCOMPARE(ask("projectify.test", "TXT"), QStringList{QStringLiteral("projectify.test. 600 TXT v=spf1 include:\"x\" -all \u00e4")});
    QCOMPARE(ask("projectify.test", "CAA"), QStringList{QStringLiteral("projectify.test. 600 CAA 0 issue \"letsencrypt.org\"")});
    QCOMPARE(ask("projectify.test", "NS"), QStringList{QStringLiteral("projectify.test. 86400 NS ns1.projectify.test.")});
    QCOMPARE(ask("projectify.test", "SOA").size(), 1);
    QCOMPARE(ask("www.projectify.test", "CNAME"), QStringList{QStringLiteral("www.projectify.test. 60 CNAME projectify-prod.herokudns.test.")});
    QVERIFY(askUdp(m_server->port(), QStringLiteral("projectify.test"), QStringLiteral("NS"))->aa);
    // A change is served by the next packet.
    m_records[6].data = QStringLiteral("192.0.2.99");
    QCOMPARE(ask("edge.projectify.test", "A"), QStringList{QStringLiteral("edge.projectify.test. 120 A 192.0.2.99")});
}

void tst_Dns::separatesNoNameFromNoData()
{
    auto reply = askUdp(m_server->port(), QStringLiteral("nothing.projectify.test"), QStringLiteral("A"));
    QCOMPARE(reply->rcode, DnsRcode::NxDomain);
    QCOMPARE(reply->authority.size(), 1);
    QCOMPARE(reply->authority.first().type, QStringLiteral("SOA"));
    QCOMPARE(reply->authority.first().ttl, 30u);
    for (const char* name : {"edge.projectify.test", "b.projectify.test"}) { // the second is empty between others
        reply = askUdp(m_server->port(), QLatin1String(name), QStringLiteral("MX"));
        QCOMPARE(reply->rcode, DnsRcode::NoError);
        QVERIFY(reply->answers.isEmpty());
        QCOMPARE(reply->authority.size(), 1);
    }
    QCOMPARE(askUdp(m_server->port(), QStringLiteral("elsewhere.invalid"), QStringLiteral("A"))->rcode, DnsRcode::Refused);
}

void tst_Dns::flattensTheApex()
{
    QCOMPARE(values(askUdp(m_server->port(), QStringLiteral("projectify.test"), QStringLiteral("A"))),
             QStringList{QStringLiteral("projectify.test. 20 A 198.51.100.7")});
    const auto none = askUdp(m_server->port(), QStringLiteral("projectify.test"), QStringLiteral("AAAA"));
    QCOMPARE(none->rcode, DnsRcode::NoError);
    QVERIFY(none->answers.isEmpty());
}

void tst_Dns::answersWildcardsOfOtherZones()
{
    QCOMPARE(values(askUdp(m_server->port(), QStringLiteral("any.herokudns.test"), QStringLiteral("A"))),
             QStringList{QStringLiteral("any.herokudns.test. 20 A 198.51.100.7")});
    // Names below an existing one are not the wildcard's (RFC 4592).
    m_records.append(rr("*.b.projectify.test.", "A", 60, "192.0.2.1"));
    QCOMPARE(values(askUdp(m_server->port(), QStringLiteral("c.b.projectify.test"), QStringLiteral("A"))).size(), 1);
    QCOMPARE(askUdp(m_server->port(), QStringLiteral("c.a.b.projectify.test"), QStringLiteral("A"))->rcode, DnsRcode::NxDomain);
}

void tst_Dns::largeAnswersGoOverTcp()
{
    const QString longText = QString(700, u'x');
    m_records.append({QStringLiteral("key.projectify.test."), QStringLiteral("TXT"), 60, longText});
    QByteArray raw;
    const auto cut = askUdp(m_server->port(), QStringLiteral("key.projectify.test"), QStringLiteral("TXT"), &raw, false);
    QVERIFY(cut->answers.isEmpty());
    QVERIFY(quint8(raw.at(2)) & 0x02);
    QVERIFY(raw.size() <= 512);

    QTcpSocket socket;
    socket.connectToHost(QHostAddress(QHostAddress::LocalHost), m_server->port());
    const QByteArray query = buildQuery(9, QStringLiteral("key.projectify.test"), QStringLiteral("TXT"), false);
    socket.write(QByteArray(1, '\0') + char(query.size()) + query + QByteArray(1, '\0') + char(query.size()) + query); // two at once
    const qsizetype one = 2 + 700;
    QTRY_VERIFY(socket.bytesAvailable() > 2 * one);
    const QByteArray size = socket.read(2);
    const auto whole = parseReply(socket.read(quint8(size.at(0)) << 8 | quint8(size.at(1))), 9);
    QCOMPARE(whole->answers.first().data, longText);
}

void tst_Dns::brokenPacketsDoNoHarm()
{
    QUdpSocket socket;
    socket.bind(QHostAddress::LocalHost, 0);
    socket.writeDatagram(QByteArray("x"), QHostAddress::LocalHost, m_server->port());
    socket.writeDatagram(QByteArray::fromHex("0001010000050000000000000c"), QHostAddress::LocalHost, m_server->port());
    QTRY_VERIFY(socket.hasPendingDatagrams());
    const QByteArray answer = socket.receiveDatagram().data();
    QCOMPARE(answer.left(4).toHex(), QByteArray("00018001"));
    QCOMPARE(values(askUdp(m_server->port(), QStringLiteral("edge.projectify.test"), QStringLiteral("A"))).size(), 1);
}

void tst_Dns::resolverCountsDown()
{
    const auto ask = [this] { return values(askUdp(m_resolver->port(), QStringLiteral("api.projectify.test"), QStringLiteral("A"))); };
    QCOMPARE(ask().last(), QStringLiteral("edge.projectify.test. 120 A 192.0.2.10"));
    m_records[6].data = QStringLiteral("203.0.113.5"); // the switch
    m_records[6].ttl = 60;
    m_clock.advance(Seconds(45));
    QCOMPARE(ask(), (QStringList{QStringLiteral("api.projectify.test. 15 CNAME edge.projectify.test."),
                                 QStringLiteral("edge.projectify.test. 75 A 192.0.2.10")}));
    m_clock.advance(Seconds(74));
    QCOMPARE(ask().last(), QStringLiteral("edge.projectify.test. 60 A 203.0.113.5")); // the CNAME's question brought the new address along
    const qint64 asked = m_resolver->upstreamQueries();
    ask();
    QCOMPARE(m_resolver->upstreamQueries(), asked);
    // TTL 0 is never kept but still answered.
    m_records[6].ttl = 0;
    m_clock.advance(Seconds(60));
    QCOMPARE(ask().last(), QStringLiteral("edge.projectify.test. 0 A 203.0.113.5"));
    m_records[6].data = QStringLiteral("203.0.113.6");
    QCOMPARE(ask().last(), QStringLiteral("edge.projectify.test. 0 A 203.0.113.6"));
}

void tst_Dns::resolverKeepsAbsence()
{
    const auto ask = [this] { return askUdp(m_resolver->port(), QStringLiteral("new.projectify.test"), QStringLiteral("A")); };
    QCOMPARE(ask()->rcode, DnsRcode::NxDomain);
    m_records.append(rr("new.projectify.test.", "A", 60, "192.0.2.20"));
    m_clock.advance(Seconds(29));
    const auto kept = ask();
    QCOMPARE(kept->rcode, DnsRcode::NxDomain);
    QCOMPARE(kept->authority.first().ttl, 1u);
    m_clock.advance(Seconds(1));
    QCOMPARE(values(ask()), QStringList{QStringLiteral("new.projectify.test. 60 A 192.0.2.20")});
}

void tst_Dns::resolverMayIgnoreTtl()
{
    m_resolver->ignoreTtl(Seconds(300));
    const auto ask = [this] { return values(askUdp(m_resolver->port(), QStringLiteral("edge.projectify.test"), QStringLiteral("A"))); };
    QCOMPARE(ask(), QStringList{QStringLiteral("edge.projectify.test. 300 A 192.0.2.10")});
    m_records[6].data = QStringLiteral("203.0.113.5");
    m_clock.advance(Seconds(299));
    QCOMPARE(ask(), QStringList{QStringLiteral("edge.projectify.test. 1 A 192.0.2.10")});
    m_resolver->ignoreTtl(Seconds(0));
    m_clock.advance(Seconds(1));
    QCOMPARE(ask(), QStringList{QStringLiteral("edge.projectify.test. 120 A 203.0.113.5")});
}

void tst_Dns::resolverFollowsAcrossZones()
{
    DnsServer other; // a provider's own zone on another server
    ZoneSet zones;
    zones.add(AuthoritativeZone(QStringLiteral("onrender.test"),
        [] { return QList<ResourceRecord>{rr("*.onrender.test.", "A", 40, "203.0.113.9")}; }));
    other.setHandler(zones.handler());
    QVERIFY(other.listen());
    m_resolver->addUpstream(QStringLiteral("onrender.test"), other.port());
    m_records[7].data = QStringLiteral("projectify.onrender.test.");
    QCOMPARE(values(askUdp(m_resolver->port(), QStringLiteral("www.projectify.test"), QStringLiteral("A"))),
             (QStringList{QStringLiteral("www.projectify.test. 60 CNAME projectify.onrender.test."),
                          QStringLiteral("projectify.onrender.test. 40 A 203.0.113.9")}));
    // A chain that runs in a circle ends in SERVFAIL.
    m_records[7].data = QStringLiteral("www2.projectify.test.");
    m_records.append(rr("www2.projectify.test.", "CNAME", 60, "www.projectify.test."));
    m_resolver->flush();
    QCOMPARE(askUdp(m_resolver->port(), QStringLiteral("www.projectify.test"), QStringLiteral("A"))->rcode, DnsRcode::ServFail);
}

void tst_Dns::resolverFails()
{
    m_resolver->setServFail(true);
    QCOMPARE(askUdp(m_resolver->port(), QStringLiteral("edge.projectify.test"), QStringLiteral("A"))->rcode, DnsRcode::ServFail);
    m_resolver->setServFail(false);
    QCOMPARE(askUdp(m_resolver->port(), QStringLiteral("edge.projectify.test"), QStringLiteral("A"))->rcode, DnsRcode::NoError);
    QCOMPARE(askUdp(m_resolver->port(), QStringLiteral("not.ours.invalid"), QStringLiteral("A"))->rcode, DnsRcode::ServFail);
}

} // namespace switchyard::simulator

QTEST_GUILESS_MAIN(switchyard::simulator::tst_Dns)
#include "tst_Dns.moc"
