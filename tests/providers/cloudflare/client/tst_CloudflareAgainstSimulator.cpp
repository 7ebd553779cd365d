#include "providers/cloudflare/client/Factory.h"
#include "providers/cloudflare/simulator/Simulator.h"
#include "tests/kit/TestLoop.h"
#include "tests/providers/http/SimulatorBench.h"

using namespace switchyard;

struct CloudflareWorld : test::SimulatorBench<cloudflare::Simulator> {
    std::shared_ptr<DnsHost> host;
    CloudflareWorld()
    {
        QJsonArray records;
        const auto add = [&](const QString& type, const QString& name, const QString& content, int ttl, int priority = -1) {
            QJsonObject record{{QStringLiteral("type"), type}, {QStringLiteral("name"), name}, {QStringLiteral("content"), content}, {QStringLiteral("ttl"), ttl}};
            if (priority >= 0)
                record.insert(QStringLiteral("priority"), priority);
            records.append(record);
        };
        add(QStringLiteral("CNAME"), QStringLiteral("www"), QStringLiteral("projectify.netlify.test"), 300);
        add(QStringLiteral("CNAME"), QStringLiteral("api"), QStringLiteral("cryptic-elm.herokudns.test"), 300);
        add(QStringLiteral("MX"), QStringLiteral("@"), QStringLiteral("mx.mail.test"), 3600, 10);
        add(QStringLiteral("TXT"), QStringLiteral("@"), QStringLiteral("\"v=spf1 \" \"-all\""), 3600);
        for (int i = 0; i < 150; ++i)
            add(QStringLiteral("A"), QStringLiteral("h%1").arg(i), QStringLiteral("192.0.2.1"), 300);
        records.append(QJsonObject{{QStringLiteral("type"), QStringLiteral("CAA")}, {QStringLiteral("name"), QStringLiteral("@")},
                                   {QStringLiteral("data"), QJsonObject{{QStringLiteral("flags"), 0}, {QStringLiteral("tag"), QStringLiteral("issue")}, {QStringLiteral("value"), QStringLiteral("letsencrypt.org")}}}});
        simulator.addToken("cf-token-1");
        const auto added = simulator.addZone({{QStringLiteral("name"), QStringLiteral("projectify.test")}, {QStringLiteral("records"), records}});
        if (!added)
            qWarning("%s", qPrintable(added.error().sentence()));
        account.baseUrl = server.url() + QStringLiteral("/client/v4");
        account.token = Secret(QByteArrayLiteral("cf-token-1"));
        host = cloudflare::makeHost(account, options);
    }
};

static const QString kZone = QStringLiteral("projectify.test.");
static RecordChange change(const char* name, const char* oldTarget, const char* type, const char* value, int ttl = 60)
{
    const QString full = QString::fromLatin1(name) + u'.' + kZone;
    return {full, RecordSet{full, QStringLiteral("CNAME"), Seconds(300), {QString::fromLatin1(oldTarget)}, false}, RecordSet{full, QString::fromLatin1(type), Seconds(ttl), {QString::fromLatin1(value)}, false}};
}

class tst_CloudflareAgainstSimulator : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsSwitchesAndGoesBack()
    {
        CloudflareWorld w;
        SY_VERIFY_OK(test::run(w.host->account({})));
        QCOMPARE(test::run(w.host->zones({}))->size(), size_t(1));
        const auto before = test::run(w.host->readZone(kZone, {}));
        SY_VERIFY_OK(before);
        QCOMPARE(before->records.size(), size_t(155));
        QCOMPARE(before->find(kZone, QStringLiteral("TXT"))->values, QStringList{QStringLiteral("v=spf1 -all")});
        QCOMPARE(before->find(kZone, QStringLiteral("MX"))->values, QStringList{QStringLiteral("10 mx.mail.test.")});
        QCOMPARE(before->find(kZone, QStringLiteral("CAA"))->values, QStringList{QStringLiteral("0 issue \"letsencrypt.org\"")});

        const std::vector<RecordChange> group{change("www", "projectify.netlify.test.", "CNAME", "projectify-frontend.onrender.test."),
                                              change("api", "cryptic-elm.herokudns.test.", "A", "203.0.113.20")};
        const auto after = test::run(w.host->apply(kZone, group, {}));
        SY_VERIFY_OK(after);
        QCOMPARE(w.count("POST", QStringLiteral("/batch")), 1);
        QCOMPARE(*after->find(QStringLiteral("api.projectify.test."), QStringLiteral("A")), *group[1].planned);
        std::vector<RecordChange> back = group;
        for (RecordChange& one : back)
            std::swap(one.expected, one.planned);
        const auto restored = test::run(w.host->apply(kZone, back, {}));
        SY_VERIFY_OK(restored);
        QCOMPARE(restored->records, before->records);
        QCOMPARE(test::run(w.host->apply(kZone, back, {}))->records, before->records); // nothing to do any more
        QCOMPARE(w.count("POST", QStringLiteral("/batch")), 2);
        QCOMPARE(test::run(w.host->apply(kZone, {change("www", "somebody.else.test.", "A", "203.0.113.1")}, {})).error().kind, ErrorKind::Conflict);
        // The API refuses one record of a group: nothing of the group is there.
        const auto refused = test::run(w.host->apply(kZone, {group[0], change("api", "cryptic-elm.herokudns.test.", "A", "not an address")}, {}));
        QVERIFY(!refused);
        QCOMPARE(test::run(w.host->readZone(kZone, {}))->records, before->records);
        if (const auto spec = test::SpecCheck::open(QStringLiteral("cloudflare-dns.openapi.json")))
            QCOMPARE(w.undescribed(*spec, QStringLiteral("/client/v4")), QString());
    }
    void faultsReadWell()
    {
        CloudflareWorld w;
        const std::vector<RecordChange> group{change("api", "cryptic-elm.herokudns.test.", "A", "203.0.113.20")};
        w.simulator.setFault(QStringLiteral("reset"), QJsonObject{{QStringLiteral("method"), QStringLiteral("POST")}, {QStringLiteral("when"), QStringLiteral("after")}}, true);
        SY_VERIFY_OK(test::run(w.host->apply(kZone, group, {}))); // looked up, not sent again
        QCOMPARE(w.count("POST", QStringLiteral("/batch")), 1);
        w.simulator.setFault(QStringLiteral("unauthorized"), {}, true);
        QCOMPARE(test::run(w.host->readZone(kZone, {})).error().kind, ErrorKind::Auth);
        w.simulator.setFault(QStringLiteral("unauthorized"), {}, false);
        w.simulator.setFault(QStringLiteral("rate-limit"), {}, true);
        QCOMPARE(test::run(w.host->readZone(kZone, {})).error().kind, ErrorKind::RateLimited);
        w.simulator.setFault(QStringLiteral("rate-limit"), {}, false);
        w.simulator.setFault(QStringLiteral("server-error"), QJsonObject{{QStringLiteral("count"), 1}, {QStringLiteral("status"), 503}}, true);
        SY_VERIFY_OK(test::run(w.host->readZone(kZone, {})));
    }
};

QTEST_GUILESS_MAIN(tst_CloudflareAgainstSimulator)
#include "tst_CloudflareAgainstSimulator.moc"
