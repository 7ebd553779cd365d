#include "providers/cloudflare/simulator/Simulator.h"
#include "providers/simulator/HttpServer.h"
#include "tests/kit/FakeClock.h"
#include "tests/kit/TestLoop.h"

#include <QJsonDocument>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QTemporaryDir>
#include <QTest>

namespace switchyard::cloudflare {

class tst_CloudflareSimulator : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void checksTheToken();
    void listsZonesAndPages();
    void filtersRecords();
    void createsChangesDeletes();
    void refuses_data();
    void refuses();
    void batchSwapsTypesAtOnce();
    void batchIsAllOrNothing();
    void limitsAndFaults();
    void survivesARestart();
    void servesWhatItHolds();
    void followsThePublishedDescription();

private:
    struct Answer {
        int status = 0;
        QJsonObject body;
        QByteArray retryAfter;
        QByteArray remaining;
        [[nodiscard]] QJsonValue result() const { return body.value(QLatin1String("result")); }
        [[nodiscard]] QJsonObject error() const { return body.value(QLatin1String("errors")).toArray().first().toObject(); }
        [[nodiscard]] int code() const { return error().value(QLatin1String("code")).toInt(); }
        [[nodiscard]] int info(const char* key) const
        {
            return body.value(QLatin1String("result_info")).toObject().value(QLatin1String(key)).toInt();
        }
    };
    Answer call(const QByteArray& method, const QString& path, const QByteArray& body = {}, const QByteArray& token = "cf-token-1");
    QString idOf(const QString& name, const QString& type);
    void start();

    test::FakeClock m_clock;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Simulator> m_simulator;
    std::unique_ptr<simulator::HttpServer> m_server;
    QNetworkAccessManager m_manager;
    QString m_zone;      ///< id
    QString m_records;   ///< path
};

void tst_CloudflareSimulator::start()
{
    m_simulator = std::make_unique<Simulator>(&m_clock, m_folder->path());
    m_simulator->addToken("cf-token-1");
    const QJsonObject zone = QJsonDocument::fromJson(R"({"name": "projectify.test", "name_servers": ["ns1.projectify.test"], "records": [
        {"type": "CNAME", "name": "@", "content": "projectify-prod.herokudns.test", "ttl": 300},
        {"type": "CNAME", "name": "api", "content": "api-prod.herokudns.test", "ttl": 300},
        {"type": "A", "name": "www", "content": "192.0.2.1", "proxied": true},
        {"type": "MX", "name": "@", "content": "mx.mail.test", "priority": 10, "ttl": 3600},
        {"type": "TXT", "name": "@", "content": "\"v=spf1 \" \"-all\"", "ttl": 3600},
        {"type": "CAA", "name": "@", "data": {"flags": 0, "tag": "issue", "value": "letsencrypt.org"}},
        {"type": "A", "name": "tunnel", "content": "192.0.2.9", "meta": {"read_only": true}}]})").object();
    auto added = m_simulator->addZone(zone);
    SY_VERIFY_OK(added);
    m_zone = *added;
    m_records = QStringLiteral("/zones/%1/dns_records").arg(m_zone);
    m_server = std::make_unique<simulator::HttpServer>();
    m_server->setAsyncHandler(m_simulator->handler());
    QVERIFY(m_server->listen());
}

void tst_CloudflareSimulator::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    start();
}

tst_CloudflareSimulator::Answer tst_CloudflareSimulator::call(const QByteArray& method, const QString& path, const QByteArray& body,
                                                              const QByteArray& token)
{
    QNetworkRequest request(QUrl(m_server->url() + QStringLiteral("/client/v4") + path));
    if (!token.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + token);
    request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/json"));
    std::unique_ptr<QNetworkReply> reply(m_manager.sendCustomRequest(request, method, body));
    [[maybe_unused]] const bool ended = QTest::qWaitFor([&] { return reply->isFinished(); });
    return {reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(), QJsonDocument::fromJson(reply->readAll()).object(),
            reply->rawHeader("retry-after"), reply->rawHeader("x-ratelimit-remaining")};
}

QString tst_CloudflareSimulator::idOf(const QString& name, const QString& type)
{
    const QJsonArray found = call("GET", m_records + QStringLiteral("?name.exact=%1&type=%2").arg(name, type)).result().toArray();
    return found.first().toObject().value(QLatin1String("id")).toString();
}

void tst_CloudflareSimulator::checksTheToken()
{
    const Answer good = call("GET", QStringLiteral("/user/tokens/verify"));
    QCOMPARE(good.result().toObject().value(QLatin1String("status")).toString(), QStringLiteral("active"));
    QVERIFY(good.body.value(QLatin1String("success")).toBool());
    const Answer bad = call("GET", QStringLiteral("/user/tokens/verify"), {}, "other");
    QCOMPARE(bad.status, 401);
    QCOMPARE(bad.code(), 1000);
    QVERIFY(!bad.body.value(QLatin1String("success")).toBool(true));
    QVERIFY(bad.result().isNull());
    QCOMPARE(call("GET", QStringLiteral("/zones"), {}, "other").code(), 9109);
    QCOMPARE(call("GET", QStringLiteral("/zones"), {}, "").status, 400);
}

void tst_CloudflareSimulator::listsZonesAndPages()
{
    for (int i = 0; i < 6; ++i)
        SY_VERIFY_OK(m_simulator->addZone({{QStringLiteral("name"), QStringLiteral("z%1.test").arg(i)}}));
    const Answer page = call("GET", QStringLiteral("/zones?page=2&per_page=5"));
    QCOMPARE(page.result().toArray().size(), 2);
    QCOMPARE(page.info("total_count"), 7);
    QCOMPARE(page.info("total_pages"), 2);
    QCOMPARE(page.info("count"), 2);
    QCOMPARE(call("GET", QStringLiteral("/zones?per_page=51")).status, 400);
    const Answer named = call("GET", QStringLiteral("/zones?name=projectify.test"));
    QCOMPARE(named.result().toArray().size(), 1);
    QCOMPARE(named.result().toArray().first().toObject().value(QLatin1String("id")).toString(), m_zone);
    QCOMPARE(call("GET", QStringLiteral("/zones/") + m_zone).result().toObject().value(QLatin1String("name_servers")).toArray().size(), 1);
    QCOMPARE(call("GET", QStringLiteral("/zones/0123456789abcdef0123456789abcdef")).code(), 7003);
    QCOMPARE(call("GET", QStringLiteral("/nowhere")).code(), 7003);
}

void tst_CloudflareSimulator::filtersRecords()
{
    const auto count = [this](const QString& query) { return call("GET", m_records + query).info("total_count"); };
    QCOMPARE(count({}), 7);
    QCOMPARE(count(QStringLiteral("?type=CNAME")), 2);
    QCOMPARE(count(QStringLiteral("?name=projectify.test")), 4);
    QCOMPARE(count(QStringLiteral("?name=projectify.test&type=MX")), 1);
    QCOMPARE(count(QStringLiteral("?name=www.projectify.test&type=MX&match=any")), 2);
    QCOMPARE(count(QStringLiteral("?content.contains=herokudns")), 2);
    QCOMPARE(count(QStringLiteral("?proxied=true")), 1);
    QCOMPARE(count(QStringLiteral("?search=letsencrypt")), 1);
    const Answer page = call("GET", m_records + QStringLiteral("?per_page=3&page=3&order=name&direction=desc"));
    QCOMPARE(page.result().toArray().size(), 1);
    QCOMPARE(page.result().toArray().first().toObject().value(QLatin1String("name")).toString(), QStringLiteral("api.projectify.test"));
}

void tst_CloudflareSimulator::createsChangesDeletes()
{
    const Answer made = call("POST", m_records, R"({"type":"A","name":"New","content":"192.0.2.5","comment":"moved"})");
    QCOMPARE(made.status, 200);
    const QJsonObject record = made.result().toObject();
    QCOMPARE(record.value(QLatin1String("name")).toString(), QStringLiteral("new.projectify.test"));
    QCOMPARE(record.value(QLatin1String("ttl")).toInt(), 1);
    QCOMPARE(record.value(QLatin1String("proxiable")).toBool(), true);
    const QString path = m_records + u'/' + record.value(QLatin1String("id")).toString();
    QCOMPARE(record.value(QLatin1String("id")).toString().size(), 32);

    m_clock.advance(Seconds(5));
    const QJsonObject patched = call("PATCH", path, R"({"ttl":120})").result().toObject();
    QCOMPARE(patched.value(QLatin1String("ttl")).toInt(), 120);
    QCOMPARE(patched.value(QLatin1String("comment")).toString(), QStringLiteral("moved"));
    QVERIFY(patched.value(QLatin1String("modified_on")).toString() > patched.value(QLatin1String("created_on")).toString());
    QCOMPARE(call("PATCH", path, R"({"proxied":true})").result().toObject().value(QLatin1String("ttl")).toInt(), 1);
    // PUT forgets what is not sent.
    const QJsonObject put = call("PUT", path, R"({"type":"A","name":"new","content":"192.0.2.6","ttl":60})").result().toObject();
    QCOMPARE(put.value(QLatin1String("proxied")).toBool(true), false);
    QVERIFY(put.value(QLatin1String("comment")).isNull());
    QCOMPARE(call("DELETE", path).result().toObject().value(QLatin1String("id")), record.value(QLatin1String("id")));
    const Answer gone = call("DELETE", path);
    QCOMPARE(gone.status, 404);
    QCOMPARE(gone.code(), 81044);
}

void tst_CloudflareSimulator::refuses_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("code");
    QTest::addColumn<int>("chain");
    QTest::newRow("address beside CNAME") << QByteArray(R"({"type":"A","name":"api","content":"192.0.2.5"})") << 81054 << 0;
    QTest::newRow("CNAME beside address") << QByteArray(R"({"type":"CNAME","name":"www","content":"x.test"})") << 81053 << 0;
    QTest::newRow("address beside apex CNAME") << QByteArray(R"({"type":"A","name":"@","content":"192.0.2.5"})") << 81054 << 0;
    QTest::newRow("identical") << QByteArray(R"({"type":"MX","name":"projectify.test","content":"mx.mail.test.","priority":10})") << 81058 << 0;
    QTest::newRow("ttl too low") << QByteArray(R"({"type":"A","name":"x","content":"192.0.2.5","ttl":30})") << 1004 << 9021;
    QTest::newRow("ttl too high") << QByteArray(R"({"type":"A","name":"x","content":"192.0.2.5","ttl":86401})") << 1004 << 9021;
    QTest::newRow("ttl as text") << QByteArray(R"({"type":"A","name":"x","content":"192.0.2.5","ttl":"300"})") << 1004 << 9021;
    QTest::newRow("not proxiable") << QByteArray(R"({"type":"TXT","name":"x","content":"t","proxied":true})") << 1004 << 9004;
    QTest::newRow("no address") << QByteArray(R"({"type":"A","name":"x","content":"x.test"})") << 1004 << 9005;
    QTest::newRow("no JSON") << QByteArray("type=A") << 9207 << 0;
}

void tst_CloudflareSimulator::refuses()
{
    QFETCH(QByteArray, body);
    QFETCH(int, code);
    QFETCH(int, chain);
    const Answer answer = call("POST", m_records, body);
    QCOMPARE(answer.status, 400);
    QCOMPARE(answer.code(), code);
    QCOMPARE(answer.error().value(QLatin1String("error_chain")).toArray().first().toObject().value(QLatin1String("code")).toInt(), chain);
    QCOMPARE(m_simulator->records(QStringLiteral("projectify.test")).size(), 7);
}

void tst_CloudflareSimulator::batchSwapsTypesAtOnce()
{
    QList<QJsonObject> events;
    connect(m_simulator.get(), &Simulator::event, this, [&](const QString& kind, const QJsonObject& data) {
        QCOMPARE(kind, QStringLiteral("zone"));
        events.append(data);
    });
    const QByteArray apex = idOf(QStringLiteral("projectify.test"), QStringLiteral("CNAME")).toLatin1();
    const QByteArray api = idOf(QStringLiteral("api.projectify.test"), QStringLiteral("CNAME")).toLatin1();
    // The posts come first in the body, the deletes are done first all the same.
    const Answer answer = call("POST", m_records + QStringLiteral("/batch"),
        R"({"posts":[{"type":"A","name":"@","content":"203.0.113.7","ttl":60}],"deletes":[{"id":")" + apex
            + R"("}],"patches":[{"id":")" + api + R"(","content":"api.onrender.test","ttl":60}]})");
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.result().toObject().value(QLatin1String("deletes")).toArray().size(), 1);
    QCOMPARE(answer.result().toObject().value(QLatin1String("patches")).toArray().size(), 1);
    QCOMPARE(answer.result().toObject().value(QLatin1String("posts")).toArray().size(), 1);
    QCOMPARE(idOf(QStringLiteral("projectify.test"), QStringLiteral("CNAME")), QString());
    QVERIFY(!idOf(QStringLiteral("projectify.test"), QStringLiteral("A")).isEmpty());
    QCOMPARE(events.size(), 1);
    QCOMPARE(events.first().value(QLatin1String("changes")).toArray().size(), 3);
}

void tst_CloudflareSimulator::batchIsAllOrNothing()
{
    const QList<QJsonObject> before = m_simulator->records(QStringLiteral("projectify.test"));
    int events = 0;
    connect(m_simulator.get(), &Simulator::event, this, [&] { ++events; });
    const QByteArray apex = idOf(QStringLiteral("projectify.test"), QStringLiteral("CNAME")).toLatin1();
    const Answer answer = call("POST", m_records + QStringLiteral("/batch"),
        R"({"deletes":[{"id":")" + apex + R"("}],"posts":[{"type":"A","name":"@","content":"203.0.113.7"},)"
            + R"({"type":"A","name":"api","content":"203.0.113.7"}]})");
    QCOMPARE(answer.status, 400);
    QCOMPARE(answer.code(), 81054);
    QCOMPARE(m_simulator->records(QStringLiteral("projectify.test")), before);
    const QByteArray managed = idOf(QStringLiteral("tunnel.projectify.test"), QStringLiteral("A")).toLatin1();
    QCOMPARE(call("POST", m_records + QStringLiteral("/batch"), R"({"deletes":[{"id":")" + managed + R"("}]})").status, 400);
    QCOMPARE(call("POST", m_records + QStringLiteral("/batch"), R"({"deletes":[{"id":"none"}]})").code(), 81044);
    QCOMPARE(events, 0);
}

void tst_CloudflareSimulator::limitsAndFaults()
{
    QCOMPARE(call("GET", m_records).remaining, QByteArray("1199"));
    m_simulator->setFault(QStringLiteral("rate-limit"), QJsonObject{{QStringLiteral("count"), 1}}, true);
    const Answer limited = call("GET", m_records);
    QCOMPARE(limited.status, 429);
    QCOMPARE(limited.code(), 971);
    QVERIFY(!limited.retryAfter.isEmpty());
    QCOMPARE(call("GET", m_records).status, 200);
    m_simulator->setFault(QStringLiteral("unauthorized"), {}, true);
    QCOMPARE(call("GET", m_records).code(), 10000);
}

void tst_CloudflareSimulator::survivesARestart()
{
    QCOMPARE(call("POST", m_records, R"({"type":"A","name":"new","content":"192.0.2.5"})").status, 200);
    const QString zone = m_zone;
    const QString made = idOf(QStringLiteral("new.projectify.test"), QStringLiteral("A"));
    m_server.reset();
    m_simulator.reset();
    start(); // the same description again: what was changed stays
    QCOMPARE(m_zone, zone);
    QCOMPARE(idOf(QStringLiteral("new.projectify.test"), QStringLiteral("A")), made);
    QCOMPARE(m_simulator->requestLog().front().method, QByteArray("POST"));
}

void tst_CloudflareSimulator::servesWhatItHolds()
{
    simulator::ZoneSet zones;
    m_simulator->serve(zones);
    zones.add(simulator::AuthoritativeZone(QStringLiteral("herokudns.test"), [] {
        return QList<simulator::ResourceRecord>{{QStringLiteral("*.herokudns.test."), QStringLiteral("A"), 20, QStringLiteral("198.51.100.7")}};
    }));
    const auto ask = [&](const char* name, const char* type) {
        QStringList values;
        for (const simulator::ResourceRecord& record : zones.answer({QLatin1String(name), QLatin1String(type)}).answers)
            values.append(QString::number(record.ttl) + u' ' + record.data);
        return values;
    };
    QCOMPARE(ask("projectify.test.", "A"), QStringList{QStringLiteral("20 198.51.100.7")});
    QCOMPARE(ask("projectify.test.", "TXT"), QStringList{QStringLiteral("3600 v=spf1 -all")});
    QCOMPARE(ask("projectify.test.", "CAA"), QStringList{QStringLiteral("300 0 issue \"letsencrypt.org\"")});
    QCOMPARE(ask("projectify.test.", "NS"), QStringList{QStringLiteral("86400 ns1.projectify.test.")});
    QCOMPARE(ask("www.projectify.test.", "A"), (QStringList{QStringLiteral("300 203.0.113.101"), QStringLiteral("300 203.0.113.102")}));
    const QString serial = ask("projectify.test.", "SOA").first();
    QCOMPARE(call("PATCH", m_records + u'/' + idOf(QStringLiteral("www.projectify.test"), QStringLiteral("A")),
                  R"({"proxied":false,"ttl":60})").status, 200);
    QCOMPARE(ask("www.projectify.test.", "A"), QStringList{QStringLiteral("60 192.0.2.1")});
    QVERIFY(ask("projectify.test.", "SOA").first() != serial);
}

/// Every call of the published description is known, and answers hold what it requires. The description is not part of the repository: it
/// is looked for beside it, or at SWITCHYARD_SPECS.
void tst_CloudflareSimulator::followsThePublishedDescription()
{
    const QString folder = qEnvironmentVariable("SWITCHYARD_SPECS", QStringLiteral(SWITCHYARD_SOURCE_DIR "/../shared/specs"));
    QFile file(folder + QStringLiteral("/cloudflare-dns.openapi.json"));
    if (!file.open(QIODevice::ReadOnly))
        QSKIP("The published description is not here.");
    const QJsonObject description = QJsonDocument::fromJson(file.readAll()).object();
    // Not simulated: a cutover never writes zone settings, imports zone files or asks about Universal SSL.
    const QStringList left{QStringLiteral("PATCH /zones/{zone_id}/dns_settings"), QStringLiteral("POST /zones/{zone_id}/dns_records/import"),
        QStringLiteral("GET /zones/{zone_id}/ssl/universal/settings"), QStringLiteral("GET /zones/{zone_id}/ssl/verification")};
    const QString record = idOf(QStringLiteral("www.projectify.test"), QStringLiteral("A"));
    const QJsonObject paths = description.value(QLatin1String("paths")).toObject();
    int tried = 0;
    for (auto path = paths.begin(); path != paths.end(); ++path) {
        for (const QString& method : path->toObject().keys()) {
            if (method == QLatin1String("parameters") || left.contains(method.toUpper() + u' ' + path.key()))
                continue;
            QString target = path.key();
            target.replace(QLatin1String("{zone_id}"), m_zone).replace(QLatin1String("{dns_record_id}"), record);
            target.replace(QLatin1String("{account_id}"), QStringLiteral("a1")).replace(QLatin1String("{setting_id}"), QStringLiteral("ssl"));
            const Answer answer = call(method.toUpper().toLatin1(), target, method == QLatin1String("delete") ? "" : "{}");
            QVERIFY2(answer.status != 405 && answer.error().value(QLatin1String("message")) != QLatin1String("No route for the URI"),
                     qPrintable(method + u' ' + path.key()));
            ++tried;
        }
    }
    QVERIFY(tried > 10);
    const QJsonArray parts = description.value(QLatin1String("components")).toObject().value(QLatin1String("schemas")).toObject()
        .value(QLatin1String("dns-records_dns-record-response")).toObject().value(QLatin1String("allOf")).toArray();
    const QJsonArray required = parts.last().toObject().value(QLatin1String("required")).toArray();
    QVERIFY(!required.isEmpty());
    const QJsonArray records = call("GET", m_records).result().toArray();
    for (const QJsonValue& key : required) {
        for (const QJsonValue& one : records)
            QVERIFY2(one.toObject().contains(key.toString()), qPrintable(key.toString()));
    }
}

} // namespace switchyard::cloudflare

QTEST_GUILESS_MAIN(switchyard::cloudflare::tst_CloudflareSimulator)
#include "tst_CloudflareSimulator.moc"
