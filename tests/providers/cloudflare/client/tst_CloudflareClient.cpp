#include "providers/cloudflare/client/Records.h"
#include "tests/kit/TestLoop.h"
#include "tests/providers/http/SpecCheck.h"
#ifndef Q_MOC_RUN // its raw strings confuse moc
#include "tests/providers/cloudflare/client/CloudflareBench.h"
#endif

using namespace switchyard;
using namespace std::chrono_literals;

static const QString kZone = QStringLiteral("projectify.example.");
static RecordSet set(const char* name, const char* type, int ttl, QStringList values, bool proxied = false)
{
    return {QString::fromLatin1(name), QString::fromLatin1(type), Seconds(ttl), std::move(values), proxied};
}
static RecordChange swapWww()
{
    return {QStringLiteral("www.projectify.example."), set("www.projectify.example.", "CNAME", 300, {QStringLiteral("projectify.netlify.app.")}),
            set("www.projectify.example.", "A", 60, {QStringLiteral("203.0.113.5"), QStringLiteral("203.0.113.6")})};
}
static RecordChange moveApi()
{
    return {QStringLiteral("api.projectify.example."), set("api.projectify.example.", "A", 300, {QStringLiteral("198.51.100.7"), QStringLiteral("198.51.100.8")}),
            set("api.projectify.example.", "A", 60, {QStringLiteral("203.0.113.9")})};
}

class tst_CloudflareClient : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsAZoneInOneForm()
    {
        CloudflareBench b;
        const auto account = test::run(b.host->account({}));
        SY_VERIFY_OK(account);
        QCOMPARE(account->owner, QStringLiteral("Projectify Ltd"));
        QCOMPARE(account->callsLeft, std::optional<qint64>(1188));
        const auto zone = test::run(b.host->readZone(kZone, {}));
        SY_VERIFY_OK(zone);
        QCOMPARE(zone->records.size(), size_t(124)); // two pages
        QCOMPARE(zone->nameServers, QStringList{QStringLiteral("ada.ns.example.")});
        QCOMPARE(zone->find(QStringLiteral("api.projectify.example."), QStringLiteral("A"))->values.size(), 2);
        QCOMPARE(zone->find(kZone, QStringLiteral("MX"))->values, QStringList{QStringLiteral("10 mx.mail.example.")});
        QCOMPARE(zone->find(kZone, QStringLiteral("TXT"))->values, QStringList{QStringLiteral("v=spf1 -all")});
        QCOMPARE(zone->find(QStringLiteral("www.projectify.example."), QStringLiteral("CNAME"))->values, QStringList{QStringLiteral("projectify.netlify.app.")});
        QCOMPARE(test::run(b.host->readZone(QStringLiteral("other.example."), {})).error().code, QStringLiteral("404"));
    }
    void switchesAGroupAsOneTransaction()
    {
        CloudflareBench b;
        const std::vector<RecordChange> group{swapWww(), moveApi()};
        const auto preview = test::run(b.host->preview(kZone, group, {}));
        SY_VERIFY_OK(preview);
        QCOMPARE(preview->size(), size_t(1));
        const auto after = test::run(b.host->apply(kZone, group, {}));
        SY_VERIFY_OK(after);
        QCOMPARE(b.server.count(QStringLiteral("POST /client/v4/zones/z1/dns_records/batch")), 1);
        QVERIFY(!after->find(QStringLiteral("www.projectify.example."), QStringLiteral("CNAME")));
        QCOMPARE(after->find(QStringLiteral("www.projectify.example."), QStringLiteral("A"))->values.size(), 2);
        QCOMPARE(*after->find(QStringLiteral("api.projectify.example."), QStringLiteral("A")), *moveApi().planned);
        for (const auto& call : b.server.calls()) {
            if (call.method == "POST")
                QCOMPARE(QJsonDocument::fromJson(preview->front().body.toUtf8()).object(), call.json().toObject()); // the dry run showed this very call
        }
        // The same again writes nothing, and the way back is the same with both sides exchanged.
        SY_VERIFY_OK(test::run(b.host->apply(kZone, group, {})));
        QCOMPARE(b.server.count(QStringLiteral("POST /client/v4/zones/z1/dns_records/batch")), 1);
        std::vector<RecordChange> back;
        for (RecordChange change : group) {
            std::swap(change.expected, change.planned);
            back.push_back(change);
        }
        const auto restored = test::run(b.host->apply(kZone, back, {}));
        SY_VERIFY_OK(restored);
        QCOMPARE(*restored->find(QStringLiteral("api.projectify.example."), QStringLiteral("A")), *moveApi().expected);
        QCOMPARE(*restored->find(QStringLiteral("www.projectify.example."), QStringLiteral("CNAME")), *swapWww().expected);
    }
    void refusesWhatSomebodyChanged()
    {
        CloudflareBench b;
        b.records[1][QStringLiteral("content")] = QStringLiteral("198.51.100.99");
        const auto refused = test::run(b.host->apply(kZone, {swapWww(), moveApi()}, {}));
        QCOMPARE(refused.error().kind, ErrorKind::Conflict);
        QVERIFY(refused.error().happened.contains(QStringLiteral("198.51.100.99")));
        QCOMPARE(b.server.count(QStringLiteral("POST /client/v4/zones/z1/dns_records/batch")), 0);
        RecordChange create{QStringLiteral("www.projectify.example."), std::nullopt, set("www.projectify.example.", "CNAME", 60, {QStringLiteral("x.example.")})};
        QCOMPARE(test::run(b.host->apply(kZone, {create}, {})).error().kind, ErrorKind::Conflict);
        b.records[0][QStringLiteral("meta")] = QJsonObject{{QStringLiteral("read_only"), true}};
        QCOMPARE(test::run(b.host->apply(kZone, {swapWww()}, {})).error().kind, ErrorKind::Invalid);
    }
    void aLostAnswerIsLookedUpNotSentAgain()
    {
        CloudflareBench b;
        b.loseAnswer = true;
        SY_VERIFY_OK(test::run(b.host->apply(kZone, {moveApi()}, {})));
        QCOMPARE(b.server.count(QStringLiteral("POST /client/v4/zones/z1/dns_records/batch")), 1);
    }
    void aTtlAloneKeepsTheRecord()
    {
        CloudflareBench b;
        RecordChange lower = moveApi();
        lower.planned = lower.expected;
        lower.planned->ttl = 60s;
        SY_VERIFY_OK(test::run(b.host->apply(kZone, {lower}, {})));
        QCOMPARE(b.records[1][QLatin1String("id")].toString(), QStringLiteral("r101"));
        QCOMPARE(b.records[1][QLatin1String("ttl")].toInt(), 60);
        QCOMPARE(b.records[1][QLatin1String("comment")].toString(), QStringLiteral("kept"));
    }
    void readsTextAsTheWorldSeesIt()
    {
        QCOMPARE(cloudflare::decodedText(QStringLiteral("plain text")), QStringLiteral("plain text"));
        QCOMPARE(cloudflare::decodedText(QStringLiteral("\"a \\\"b\\\"\" \"c\\059\"")), QStringLiteral("a \"b\"c;"));
    }
    void everyCallIsInThePublishedDescription()
    {
        const auto spec = test::SpecCheck::open(QStringLiteral("cloudflare-dns.openapi.json"));
        if (!spec)
            QSKIP("SWITCHYARD_API_SPECS does not name a folder with the published descriptions");
        CloudflareBench b;
        (void)test::run(b.host->account({}));
        (void)test::run(b.host->zones({}));
        (void)test::run(b.host->apply(kZone, {swapWww(), moveApi()}, {}));
        for (const auto& call : b.server.calls())
            QVERIFY2(spec->complaint(call, QStringLiteral("/client/v4")).isEmpty(), qPrintable(spec->complaint(call, QStringLiteral("/client/v4"))));
    }
};

QTEST_GUILESS_MAIN(tst_CloudflareClient)
#include "tst_CloudflareClient.moc"
