#include "app/dns/Planning.h"
#include "app/dns/Propagation.h"
#include "tests/kit/TestLoop.h"

#include <QTest>

using namespace switchyard;
using namespace switchyard::dns;
using namespace std::chrono_literals;

namespace {

RecordSet set(const char* name, const char* type, int ttl, const QStringList& values, bool proxied = false)
{
    return RecordSet{QString::fromLatin1(name), QString::fromLatin1(type), Seconds(ttl), values, proxied};
}

Zone before()
{
    Zone z;
    z.name = QStringLiteral("shop.test.");
    z.records = {set("api.shop.test.", "CNAME", 300, {QStringLiteral("elm.herokudns.com.")}),
                 set("shop.test.", "A", 3600, {QStringLiteral("75.2.60.5")}),
                 set("shop.test.", "AAAA", 3600, {QStringLiteral("2001:db8::5")}),
                 set("shop.test.", "MX", 3600, {QStringLiteral("10 mx.shop.test.")}),
                 set("www.shop.test.", "CNAME", 1, {QStringLiteral("shop.netlify.app.")}, true)};
    return z;
}

const QStringList kHosts{QStringLiteral("shop.test"), QStringLiteral("www.shop.test"), QStringLiteral("api.shop.test")};

std::vector<HostTarget> targets()
{
    return {{QStringLiteral("shop.test"), QStringLiteral("shop-front.onrender.com"), false},
            {QStringLiteral("www.shop.test"), QStringLiteral("shop-front.onrender.com"), false},
            {QStringLiteral("api.shop.test"), QStringLiteral("shop-web.onrender.com"), false}};
}

/// What a DNS host does with changes, refusing what isn't as expected.
bool applyTo(Zone& zone, const std::vector<RecordChange>& changes)
{
    for (const RecordChange& c : changes) {
        const QString type = c.expected ? c.expected->type : c.planned->type;
        const RecordSet* have = zone.find(c.name, type);
        if (c.expected ? (!have || *have != *c.expected) : have != nullptr)
            return false;
        if (c.expected)
            std::erase(zone.records, *c.expected);
        if (c.planned)
            zone.records.push_back(*c.planned);
    }
    std::sort(zone.records.begin(), zone.records.end(), [](const RecordSet& a, const RecordSet& b) { return std::tie(a.name, a.type) < std::tie(b.name, b.type); });
    return true;
}

} // namespace

class tst_DnsPlanning : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void switchesApexWwwAndApiInOneGo()
    {
        Zone zone = before();
        const auto changes = planSwitch(zone, targets(), 60s, true);
        SY_VERIFY_OK(changes);
        QVERIFY(applyTo(zone, *changes));
        QVERIFY(!zone.find(QStringLiteral("shop.test."), QStringLiteral("A")));
        QVERIFY2(!zone.find(QStringLiteral("shop.test."), QStringLiteral("AAAA")), "a left-over AAAA keeps IPv6 visitors on the source");
        const RecordSet* apex = zone.find(QStringLiteral("shop.test."), QStringLiteral("CNAME"));
        QVERIFY(apex);
        QCOMPARE(apex->values, QStringList{QStringLiteral("shop-front.onrender.com.")});
        QCOMPARE(apex->ttl, Seconds(60));
        QVERIFY(zone.find(QStringLiteral("shop.test."), QStringLiteral("MX")));
        const RecordSet* www = zone.find(QStringLiteral("www.shop.test."), QStringLiteral("CNAME"));
        QVERIFY(www && www->proxied);
        // Planning again finds nothing to do: a second run after a crash sends nothing.
        const auto again = planSwitch(zone, targets(), 60s, true);
        SY_VERIFY_OK(again);
        QVERIFY(again->empty());
    }
    void inverseAndRestoreBringTheSavedZoneBack()
    {
        const Zone saved = before();
        Zone zone = saved;
        const auto changes = planSwitch(zone, targets(), 60s, true);
        SY_VERIFY_OK(changes);
        QVERIFY(applyTo(zone, *changes));
        Zone other = zone;
        QVERIFY(applyTo(zone, inverse(*changes)));
        QCOMPARE(zone.records, saved.records);
        QVERIFY(applyTo(other, planRestore(saved, other, kHosts)));
        QCOMPARE(other.records, saved.records);
        QVERIFY(planRestore(saved, other, kHosts).empty());
    }
    void apexNeedsFlatteningOrAnAddress()
    {
        const Zone zone = before();
        const auto refused = planSwitch(zone, targets(), 60s, false);
        QVERIFY(!refused);
        QVERIFY(refused.error().happened.contains(QStringLiteral("apex")));
        const auto address = planSwitch(zone, {{QStringLiteral("shop.test"), QStringLiteral("216.24.57.1"), true}}, 60s, false);
        SY_VERIFY_OK(address);
        QCOMPARE(address->size(), std::size_t(2)); // A replaced, AAAA removed
        const auto none = planSwitch(zone, {{QStringLiteral("api.shop.test"), QString(), false}}, 60s, true);
        QVERIFY(!none);
    }
    void ttlsGoDownAndComeBackAfterTheSwitch()
    {
        const Zone saved = before();
        Zone zone = saved;
        QCOMPARE(longestTtl(zone, kHosts), Seconds(3600));
        const auto lower = planLowerTtl(zone, kHosts, 60s);
        QCOMPARE(lower.size(), std::size_t(3)); // api, apex A and AAAA; the proxied www has a fixed one
        QVERIFY(applyTo(zone, lower));
        QVERIFY(planLowerTtl(zone, kHosts, 60s).empty());
        const auto changes = planSwitch(zone, targets(), 60s, true);
        SY_VERIFY_OK(changes);
        QVERIFY(applyTo(zone, *changes));
        QVERIFY(applyTo(zone, planRestoreTtl(saved, zone, kHosts)));
        QCOMPARE(zone.find(QStringLiteral("shop.test."), QStringLiteral("CNAME"))->ttl, Seconds(3600));
        QCOMPARE(zone.find(QStringLiteral("api.shop.test."), QStringLiteral("CNAME"))->ttl, Seconds(300));
        QVERIFY(planRestoreTtl(saved, zone, kHosts).empty());
    }
    void oldTtlMustRunOut()
    {
        const TimePoint start = fromIsoUtc(QStringLiteral("2026-03-15T20:04:00Z"));
        const TtlProof proof{start, 3600s};
        QVERIFY(!proof.holds(start + 3599s));
        QCOMPARE(proof.left(start + 3549s), Milliseconds(51'000));
        QVERIFY(proof.holds(start + 3600s));
    }
    void forecastCountsAnswersAndNamesTheStubborn()
    {
        const TimePoint now = fromIsoUtc(QStringLiteral("2026-03-15T22:00:00Z"));
        std::vector<Answered> a;
        for (int i = 0; i < 21; ++i)
            a.push_back({QStringLiteral("1.1.1.1"), QStringLiteral("h"), WhoAnswers::Target, now + 10s, true});
        a.push_back({QStringLiteral("8.8.8.8"), QStringLiteral("h"), WhoAnswers::Source, now + 51s, true});
        a.push_back({QStringLiteral("isp"), QStringLiteral("h"), WhoAnswers::Source, now + 300s, false});
        a.push_back({QStringLiteral("quad"), QStringLiteral("h"), WhoAnswers::NoAnswer, {}, true});
        QCOMPARE(forecast(a).text(QStringLiteral("Render"), now), QStringLiteral("21 of 24 answers are Render. Last old answer expires in 51 s. isp holds answers longer than told."));
    }
    void readsWhoAnswers()
    {
        DnsAnswer answer;
        answer.rcode = QStringLiteral("NOERROR");
        answer.records = {{QStringLiteral("api.shop.test."), QStringLiteral("CNAME"), 60s, QStringLiteral("shop-web.onrender.com.")}, {QStringLiteral("shop-web.onrender.com."), QStringLiteral("A"), 60s, QStringLiteral("203.0.113.9")}};
        QCOMPARE(whoAnswers(answer, {QStringLiteral("shop-web.onrender.com")}, {}), WhoAnswers::Target);
        QCOMPARE(whoAnswers(answer, {}, {QStringLiteral("203.0.113.9")}), WhoAnswers::Target);
        QCOMPARE(whoAnswers(answer, {QStringLiteral("other")}, {QStringLiteral("203.0.113.1")}), WhoAnswers::Source);
        answer.rcode = QStringLiteral("SERVFAIL");
        QCOMPARE(whoAnswers(answer, {}, {}), WhoAnswers::NoAnswer);
    }
    void zonesCompareBothWays()
    {
        Zone a = before(), b = before();
        b.records.erase(b.records.begin() + 2);
        b.records.front().ttl = 60s;
        b.records.push_back(set("new.shop.test.", "TXT", 60, {QStringLiteral("x")}));
        const auto diff = compareZones(a, b);
        QCOMPARE(diff.at(0).verdict, RecordVerdict::Changed);
        QCOMPARE(diff.at(1).verdict, RecordVerdict::Added);
        QCOMPARE(diff.at(2).verdict, RecordVerdict::Removed);
        QCOMPARE(diff.at(3).verdict, RecordVerdict::Same);
        QCOMPARE(relative(QStringLiteral("www.shop.test."), QStringLiteral("shop.test.")), QStringLiteral("www"));
        QCOMPARE(relative(QStringLiteral("shop.test"), QStringLiteral("shop.test.")), QStringLiteral("@"));
    }
};

QTEST_GUILESS_MAIN(tst_DnsPlanning)
#include "tst_DnsPlanning.moc"
