#include "app/cutover/monitor/Lanes.h"
#include "app/cutover/monitor/Monitors.h"
#include "app/cutover/RunController.h"
#include "tests/app/cutover/Stubs.h"
#include "tests/kit/FakeClock.h"
#include "tests/kit/TestLoop.h"

#include <QTest>

using namespace switchyard;
using namespace switchyard::cutover;
using namespace std::chrono_literals;

namespace {

/// Resolvers that answer from a table: "resolver/host" -> address and TTL.
class TableResolver final : public Resolver {
public:
    struct Row {
        QString address;
        Seconds ttl{60};
    };
    std::map<QString, Row> rows;
    int asked = 0;
    Task<DnsAnswer> query(ResolverAddress server, QString name, QString type, std::stop_token) override
    {
        ++asked;
        const auto it = rows.find(server.address + u'/' + name);
        if (it == rows.end()) {
            Error error = Error::invalid(QStringLiteral("%1 did not answer.").arg(server.name));
            error.kind = ErrorKind::Timeout;
            co_return error;
        }
        DnsAnswer answer;
        answer.rcode = QStringLiteral("NOERROR");
        answer.records.push_back({name + u'.', type, it->second.ttl, it->second.address});
        co_return answer;
    }
};

class TableProber final : public Prober {
public:
    std::map<QString, ProbeAnswer> byAddress;
    Task<ProbeAnswer> fetch(ProbeRequest request, std::stop_token) override
    {
        ProbeAnswer answer;
        answer.problem = QStringLiteral("refused");
        if (const auto it = byAddress.find(request.address); it != byAddress.end())
            answer = it->second;
        answer.address = request.address;
        co_return answer;
    }
    Task<TlsState> handshake(QString, QString address, std::stop_token) override
    {
        TlsState tls;
        tls.tried = true;
        tls.ok = byAddress[address].tls.ok;
        tls.alert = tls.ok ? 0 : 40;
        co_return tls;
    }
    Task<std::shared_ptr<ProbeSocket>> openSocket(ProbeRequest, std::stop_token) override { co_return Error::internal(QStringLiteral("no sockets here")); }
};

class Desk final : public RunContext {
public:
    Desk()
    {
        m_plan.name = QStringLiteral("demo");
        m_plan.environments.push_back({});
        plan::DomainMapping api{QStringLiteral("api.demo.test"), {}, QStringLiteral("all"), QStringLiteral("via: vegur"), QStringLiteral("rndr-id"), QStringLiteral("503")};
        m_plan.environments.front().domains = {api};
        m_plan.dns.zone = QStringLiteral("demo.test");
        resolver = std::make_shared<TableResolver>();
        prober = std::make_shared<TableProber>();
        m_services.clock = &clock;
        m_services.resolver = resolver;
        m_services.prober = prober;
        m_services.resolvers = {{QStringLiteral("ns1"), QStringLiteral("authoritative"), QStringLiteral("192.0.2.53"), true},
                                {QStringLiteral("one"), QStringLiteral("One"), QStringLiteral("192.0.2.1"), false},
                                {QStringLiteral("two"), QStringLiteral("Two"), QStringLiteral("192.0.2.2"), false}};
        HostView host;
        host.host = QStringLiteral("api.demo.test");
        m_state.hosts = {host};
        m_state.startedAt = clock.now();
        for (const char* r : {"192.0.2.53", "192.0.2.1", "192.0.2.2"})
            resolver->rows[QString::fromLatin1(r) + QStringLiteral("/api.demo.test")] = {QStringLiteral("198.51.100.1"), 300s};
        ProbeAnswer source;
        source.status = 404;
        source.headers = {{"Via", "1.1 vegur"}};
        prober->byAddress[QStringLiteral("198.51.100.1")] = source;
        ProbeAnswer target;
        target.status = 200;
        target.headers = {{"rndr-id", "abc"}};
        target.tls = {true, true, 0, {}, {}, {}, {}};
        prober->byAddress[QStringLiteral("203.0.113.7")] = target;
    }
    const plan::Plan& plan() const override { return m_plan; }
    RunServices& services() override { return m_services; }
    Result<std::shared_ptr<HostingProvider>> hosting(const QString& account) override
    {
        const auto it = m_services.hosting.find(account);
        return it == m_services.hosting.end() ? Result<std::shared_ptr<HostingProvider>>(Error::invalid(account)) : it->second;
    }
    Task<std::shared_ptr<DatabaseMover>> mover(QString, std::stop_token) override { co_return Error::internal(QStringLiteral("none")); }
    RunState& state() override { return m_state; }
    void touch(unsigned) override { m_state.now = clock.now(); }
    void log(LogLine) override {}
    QJsonObject memory(const QString&) const override { return {}; }
    QJsonObject memoryOfKind(const QString&) const override { return {}; }
    void report(Finding finding, bool) override { m_state.findings.push_back(std::move(finding)); }
    void withdraw(const QString&) override {}
    Secret& scratch(const QString&) override { return m_secret; }

    switchyard::test::FakeClock clock;
    std::shared_ptr<TableResolver> resolver;
    std::shared_ptr<TableProber> prober;
    plan::Plan m_plan;
    RunServices m_services;
    RunState m_state;
    Secret m_secret;
};

ProbeAnswer answerOf(int status, const char* header, const char* value, const char* body = "")
{
    ProbeAnswer a;
    a.status = status;
    if (*header)
        a.headers = {{header, value}};
    a.body = body;
    return a;
}
} // namespace

class tst_Monitors : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whoAnswered_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("maintenance");
        QTest::addColumn<HostState>("expected");
        const QString page = QStringLiteral("switchyard-maintenance");
        QTest::newRow("source by header") << 200 << QByteArray("Server") << QByteArray("Netlify Edge") << QByteArray() << page << HostState::Source;
        QTest::newRow("target by header") << 404 << QByteArray("Rndr-Id") << QByteArray("x") << QByteArray() << page << HostState::Target;
        QTest::newRow("a maintenance deploy answers 200 with the source's header") << 200 << QByteArray("Server") << QByteArray("Netlify") << QByteArray("<html data-switchyard-maintenance>") << page << HostState::Maintenance;
        QTest::newRow("503 as a mark") << 503 << QByteArray("Rndr-Id") << QByteArray("x") << QByteArray() << QStringLiteral("503") << HostState::Maintenance;
        QTest::newRow("503 that isn't the mark") << 503 << QByteArray("Server") << QByteArray("Netlify") << QByteArray() << page << HostState::Failed;
        QTest::newRow("500 of the target") << 500 << QByteArray("Rndr-Id") << QByteArray("x") << QByteArray() << page << HostState::Failed;
        QTest::newRow("no answer") << 0 << QByteArray() << QByteArray() << QByteArray() << page << HostState::Failed;
        QTest::newRow("somebody else") << 200 << QByteArray("Server") << QByteArray("nginx") << QByteArray("hello") << page << HostState::Unknown;
    }
    void whoAnswered()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, header);
        QFETCH(QByteArray, value);
        QFETCH(QByteArray, body);
        QFETCH(QString, maintenance);
        QFETCH(HostState, expected);
        const plan::DomainMapping domain{QStringLiteral("demo.test"), {}, {}, QStringLiteral("server: Netlify"), QStringLiteral("rndr-id"), maintenance};
        QCOMPARE(classify(answerOf(status, header.constData(), value.constData(), body.constData()), domain, {}), expected);
    }
    void marksInTheirForms()
    {
        const ProbeAnswer a = answerOf(200, "X-Side", "blue-7", "we are held");
        QVERIFY(carriesMark(a, QStringLiteral("header:x-side")));
        QVERIFY(carriesMark(a, QStringLiteral("header:x-side=BLUE")));
        QVERIFY(!carriesMark(a, QStringLiteral("header:x-side=green")));
        QVERIFY(carriesMark(a, QStringLiteral("body:are held")));
        QVERIFY(carriesMark(a, QStringLiteral("200")));
        QVERIFY(!carriesMark(a, QString()));
    }
    void addressesDecideWithoutMarks()
    {
        plan::DomainMapping bare{QStringLiteral("demo.test"), {}, {}, {}, {}, {}};
        ProbeAnswer a = answerOf(200, "", "");
        a.address = QStringLiteral("203.0.113.7");
        QCOMPARE(classify(a, bare, {{}, {a.address}, {}}), HostState::Target);
        QCOMPARE(classify(a, bare, {{a.address}, {}, {}}), HostState::Source);
        QCOMPARE(classify(a, bare, {}), HostState::Unknown);
        QCOMPARE(classify(answerOf(503, "", ""), bare, {}), HostState::Maintenance);
    }
    void hostIsAskedEveryQuarterMinuteAndEverySecondAroundTheFreeze()
    {
        Desk desk;
        AddressBook book(&desk);
        std::vector<ProbeSample> seen;
        HostMonitor monitor(&desk, &book, [&](const QString&, const ProbeSample& s) { seen.push_back(s); });
        monitor.start();
        QTRY_COMPARE(seen.size(), std::size_t(1));
        QCOMPARE(seen.back().state, HostState::Source);
        for (int i = 0; i < 14; ++i) {
            desk.clock.advance(1s);
            QTest::qWait(1);
        }
        QCOMPARE(seen.size(), std::size_t(1));
        desk.clock.advance(1s);
        QTRY_COMPARE(seen.size(), std::size_t(2));
        desk.m_state.currentPhase = plan::Phase::Freeze;
        desk.prober->byAddress[QStringLiteral("198.51.100.1")].status = 503;
        desk.clock.advance(1s);
        QTRY_COMPARE(seen.size(), std::size_t(3));
        QCOMPARE(seen.back().state, HostState::Maintenance);
        desk.clock.advance(1s);
        QTRY_COMPARE(seen.size(), std::size_t(4));
        // One resolver falls silent: visitors of the others still arrive.
        desk.resolver->rows.erase(QStringLiteral("192.0.2.1/api.demo.test"));
        desk.clock.advance(1s);
        QTRY_COMPARE(seen.size(), std::size_t(5));
        QCOMPARE(seen.back().state, HostState::Maintenance);
        desk.resolver->rows.clear();
        desk.clock.advance(1s);
        QTRY_COMPARE(seen.size(), std::size_t(6));
        QCOMPARE(seen.back().state, HostState::Failed);
    }
    void theTargetsCertificateIsSeenBeforeTheSwitch()
    {
        Desk desk;
        AddressBook book(&desk);
        HostMonitor monitor(&desk, &book, [](const QString&, const ProbeSample&) {});
        desk.m_state.plannedRecords = {{QStringLiteral("api.demo.test."), std::nullopt, RecordSet{QStringLiteral("api.demo.test."), QStringLiteral("A"), 60s, {QStringLiteral("203.0.113.7")}, false}}};
        desk.prober->byAddress[QStringLiteral("203.0.113.7")].tls.ok = false;
        monitor.start();
        QTRY_COMPARE(desk.m_state.hosts[0].targetTls.alert, 40);
        QVERIFY(!desk.m_state.hosts[0].certificate);
        desk.prober->byAddress[QStringLiteral("203.0.113.7")].tls.ok = true;
        desk.clock.advance(15s);
        QTRY_VERIFY(desk.m_state.hosts[0].certificate);
        QVERIFY(desk.m_state.hosts[0].servedAt.has_value());
    }
    void theMatrixNamesWhoHoldsOn()
    {
        Desk desk;
        AddressBook book(&desk);
        const QString host = QStringLiteral("api.demo.test");
        const RecordSet before{host + u'.', QStringLiteral("A"), 60s, {QStringLiteral("198.51.100.1")}, false};
        const RecordSet after{host + u'.', QStringLiteral("A"), 60s, {QStringLiteral("203.0.113.7")}, false};
        desk.m_state.plannedRecords = {{host + u'.', before, after}};
        desk.m_state.ttl = 60s;
        for (auto& [key, row] : desk.resolver->rows)
            row.ttl = 60s;
        ResolverMonitor monitor(&desk, &book);
        monitor.start();
        RunState& state = desk.m_state;
        const auto cell = [&state](std::size_t row) -> const ResolverCell& { return state.resolvers[row].cells[0]; };
        QTRY_COMPARE(cell(2).state, HostState::Source);
        QVERIFY(cell(1).expires == desk.clock.now() + 60s);
        const int asked = desk.resolver->asked;
        desk.clock.advance(5s);
        QTest::qWait(5);
        QCOMPARE(desk.resolver->asked, asked); // nobody is asked before its time
        // The switch: the authoritative server and one cache follow, the other doesn't.
        desk.m_state.switchedAt = desk.clock.now();
        desk.m_state.currentPhase = plan::Phase::Switch;
        desk.resolver->rows[QStringLiteral("192.0.2.53/") + host].address = QStringLiteral("203.0.113.7");
        desk.resolver->rows[QStringLiteral("192.0.2.1/") + host].address = QStringLiteral("203.0.113.7");
        for (int i = 0; i < 20; ++i) {
            desk.clock.advance(5s);
            desk.m_state.now = desk.clock.now();
            QTest::qWait(2);
        }
        QTRY_COMPARE(cell(1).state, HostState::Target);
        QTRY_VERIFY(cell(2).held.has_value());
        QCOMPARE(cell(2).state, HostState::Source);
        QVERIFY(!desk.m_state.resolvers[2].honest && desk.m_state.resolvers[1].honest && desk.m_state.resolvers[0].honest);
        QVERIFY(!desk.m_state.findings.empty());
        QVERIFY(desk.m_state.findings.front().title.startsWith(QStringLiteral("Two")));
        QCOMPARE(book.visitorsResolver()->name, QStringLiteral("one"));
    }
    void aProviderThatCantBeReadKeepsItsLastState()
    {
        Desk desk;
        auto source = std::make_shared<script::StubHosting>();
        auto target = std::make_shared<script::StubHosting>();
        desk.m_services.hosting = {{QStringLiteral("old"), source}, {QStringLiteral("new"), target}};
        desk.m_plan.accounts = {{QStringLiteral("old"), QStringLiteral("heroku"), {}, {}, {}, {}}, {QStringLiteral("new"), QStringLiteral("render"), {}, {}, {}, {}}};
        plan::ServiceMapping web;
        web.name = QStringLiteral("web");
        web.source = {QStringLiteral("old"), QStringLiteral("app"), QStringLiteral("web")};
        web.target = {QStringLiteral("new"), {}, QStringLiteral("srv")};
        plan::ServiceMapping lonely;
        lonely.name = QStringLiteral("cron");
        lonely.source = {QStringLiteral("old"), QStringLiteral("app"), QStringLiteral("cron")};
        desk.m_plan.environments.front().services = {web, lonely};
        ServiceMonitor monitor(&desk);
        QCOMPARE(desk.m_state.lanes.size(), std::size_t(2));
        monitor.start();
        QTRY_VERIFY(desk.m_state.lanes[0].source && desk.m_state.lanes[0].target);
        QCOMPARE(desk.m_state.lanes[0].label, QStringLiteral("Same commit `6f2a19c`"));
        QCOMPARE(desk.m_state.lanes[1].label, QStringLiteral("No counterpart"));
        QCOMPARE(desk.m_state.providers[0].side, Side::Source);
        QCOMPARE(desk.m_state.providers[1].side, Side::Target);
        QCOMPARE(desk.m_state.sourceRegion, QStringLiteral("eu"));
        const TimePoint read = desk.clock.now();
        target->failing = QStringLiteral("srv");
        desk.clock.advance(20s);
        QTRY_COMPARE(desk.m_state.providers[1].health, Health::Caution);
        QVERIFY(desk.m_state.lanes[0].target.has_value());
        QVERIFY(desk.m_state.providers[1].readAt == read);
        QVERIFY(desk.m_state.providers[0].readAt == read + 20s);
        // The last calls of a window belong to the steps.
        source->left = 100;
        desk.clock.advance(20s);
        QTRY_COMPARE(desk.m_state.providers[0].callsLeft, std::optional<qint64>(100));
        const int reads = source->reads;
        desk.clock.advance(60s);
        QTest::qWait(5);
        QCOMPARE(source->reads, reads);
        desk.clock.advance(30s);
        QTRY_VERIFY(source->reads > reads);
    }
    void copyPipeFollowsTheSteps()
    {
        DatabaseView db;
        for (int i = 0; i < 4; ++i) {
            TableView t;
            t.progress.sourceRows = Rows{100};
            t.progress.done = Rows{i < 2 ? 100 : 0};
            t.progress.verdict = i == 0 ? TableVerdict::Match : TableVerdict::Copied;
            db.tables.push_back(t);
        }
        std::map<QString, StepState> steps{{QStringLiteral("copy-tables"), StepState::Running}};
        const auto state = [&](const QString& kind) { const auto it = steps.find(kind); return it == steps.end() ? StepState::Pending : it->second; };
        CopyParts parts = copyParts(db, state);
        QCOMPARE(parts.preseed, 0.5);
        QCOMPARE(parts.moving, QStringLiteral("Pre-seed"));
        QCOMPARE(parts.amount, QStringLiteral("200 of 400 rows"));
        steps[QStringLiteral("copy-tables")] = StepState::Passed;
        steps[QStringLiteral("apply-delta")] = StepState::Passed;
        steps[QStringLiteral("compare-checksums")] = StepState::Running;
        parts = copyParts(db, state);
        QCOMPARE(parts.preseed, 1.0);
        QCOMPARE(parts.delta, 1.0);
        QCOMPARE(parts.verify, 0.25);
        QCOMPARE(parts.amount, QStringLiteral("1 of 4 tables match"));
    }
};

QTEST_GUILESS_MAIN(tst_Monitors)
#include "tst_Monitors.moc"
