#include "app/dns/Readiness.h"

#include <QTest>

using namespace switchyard;
using namespace switchyard::dns;

namespace {
QString q(const char* text) { return QString::fromUtf8(text); }
RecordSet set(const char* name, const char* type, const char* value, int ttl = 60) { return {q(name), q(type), Seconds(ttl), {q(value)}, false}; }

ReadyInput input()
{
    ReadyInput in;
    Zone zone;
    zone.name = q("example.test.");
    zone.records = {set("example.test.", "A", "192.0.2.1"), set("www.example.test.", "CNAME", "old.test.")};
    in.now = zone;
    in.hosts = {q("example.test"), q("www.example.test")};
    in.planned = {{q("example.test."), zone.records[0], set("example.test.", "A", "192.0.2.9")}};
    in.issuers = {q("letsencrypt.org"), q("pki.goog")};
    in.issuerTitle = q("Render");
    in.hostTitle = q("Cloudflare");
    in.at = fromIsoUtc(q("2026-03-15T22:00:00Z"));
    return in;
}
ReadyLine line(const ReadyInput& in, const char* id)
{
    for (const ReadyLine& l : readyLines(in)) {
        if (l.id == q(id))
            return l;
    }
    return {};
}
using State = ReadyLine::State;
} // namespace

class tst_Readiness : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void allGood()
    {
        for (const ReadyLine& l : readyLines(input()))
            QVERIFY2(l.state == State::Good, qPrintable(l.title));
        QCOMPARE(readyLines(input()).size(), std::size_t(4));
    }
    void aLoweredTtlWaitsForTheOldOne()
    {
        ReadyInput in = input();
        in.proof = TtlProof{in.at - Seconds(600), Seconds(3600)};
        QCOMPARE(line(in, "ttl").state, State::Waits);
        QVERIFY(line(in, "ttl").text.contains(q("50 min")));
        in.at += Seconds(3000);
        QCOMPARE(line(in, "ttl").state, State::Good);
        in.now->records[0].ttl = Seconds(3600);
        QCOMPARE(line(in, "ttl").state, State::Look);
    }
    void theClosestCaaDecides()
    {
        ReadyInput in = input();
        in.now->records.push_back(set("example.test.", "CAA", "0 issue \"digicert.com\"", 3600));
        QCOMPARE(line(in, "caa").state, State::Look);
        QVERIFY(line(in, "caa").text.contains(q("www.example.test")));
        in.now->records.push_back(set("www.example.test.", "CAA", "0 issue \"letsencrypt.org; validationmethods=http-01\"", 3600));
        QCOMPARE(*allowedIssuers(*in.now, q("www.example.test")), QStringList{q("letsencrypt.org")});
        QVERIFY(!line(in, "caa").text.contains(q("www.example.test")));
        // iodef alone forbids nobody.
        in.now->records[2].values = {q("0 iodef \"mailto:a@example.test\"")};
        QCOMPARE(line(in, "caa").state, State::Good);
    }
    void aStrayAaaaKeepsVisitorsBehind()
    {
        ReadyInput in = input();
        const RecordSet stray = set("www.example.test.", "AAAA", "2001:db8::1");
        in.now->records.push_back(stray);
        QCOMPARE(line(in, "aaaa").state, State::Look);
        in.planned.push_back({stray.name, stray, std::nullopt});
        QCOMPARE(line(in, "aaaa").state, State::Good);
    }
    void aNameAtTheApexNeedsFlattening()
    {
        ReadyInput in = input();
        in.planned.front().planned = set("example.test.", "CNAME", "web.test.");
        QCOMPARE(line(in, "apex").state, State::Look);
        in.flattens = true;
        QCOMPARE(line(in, "apex").state, State::Good);
        in.planned.clear();
        QCOMPARE(line(in, "apex").state, State::Unknown);
        in.now.reset();
        QCOMPARE(readyLines(in).front().state, State::Unknown);
    }
};

QTEST_GUILESS_MAIN(tst_Readiness)
#include "tst_Readiness.moc"
