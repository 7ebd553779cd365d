#include "app/plan/Templates.h"
#include "app/preflight/Rules.h"
#include "tests/kit/TestLoop.h"

#include <QTest>

using namespace switchyard;
using namespace switchyard::preflight;

namespace calmsides {

/// Both sides as they should be; each test spoils one thing.
struct Calm {
    plan::Plan plan;
    Input in;
    Calm()
    {
        plan = *plan::loadTemplate(QStringLiteral("projectify"));
        in.plan = &plan;
        in.now = fromIsoUtc(QStringLiteral("2026-03-15T22:00:00Z"));
        for (const Account& a : plan.accounts)
            in.accounts.push_back({a.name, a.provider, true, AccountInfo{QStringLiteral("ops"), {QStringLiteral("write")}, 1000}, {}});
        for (const plan::ServiceMapping& m : plan.production().services) {
            ServiceRead s;
            s.mapping = m;
            s.source.emplace();
            s.target.emplace();
            s.source->desired = s.target->desired = 1;
            s.source->memoryMb = s.target->memoryMb = 512;
            s.target->region = QStringLiteral("frankfurt");
            s.target->health = Health::Ok;
            s.settingsRead = true;
            in.services.push_back(s);
        }
        DatabaseRead d;
        d.mapping = plan.production().databases.front();
        d.source.emplace();
        d.target.emplace();
        for (DatabaseSummary* s : {&*d.source, &*d.target}) {
            s->serverVersion = QStringLiteral("15.6");
            s->encoding = QStringLiteral("UTF8");
            s->collation = QStringLiteral("C.UTF-8");
            s->connectionLimit = 100;
        }
        TableSummary t;
        t.name = QStringLiteral("public.workspace_task");
        t.rows = Rows{100};
        t.keyColumns = {QStringLiteral("id")};
        d.source->tables = {t};
        in.databases.push_back(d);
        QueueRead q;
        q.mapping = plan.production().queues.front();
        q.source.emplace();
        in.queues.push_back(q);
        in.zone.emplace();
        in.zone->name = QStringLiteral("projectify.test.");
        in.flattensApex = true;
        in.freeDisk = qint64(50) << 30;
        for (const plan::DomainMapping& m : plan.production().domains) {
            HostRead h;
            h.host = m.host;
            h.target = {m.host, QStringLiteral("x.onrender.test"), false};
            h.caa.emplace();
            h.caa->rcode = QStringLiteral("NOERROR");
            in.hosts.push_back(h);
            in.zone->records.push_back({dns::absolute(m.host), QStringLiteral("A"), Seconds(300), {QStringLiteral("192.0.2.1")}, false});
        }
    }
    environment::SettingDiff diff(const char* key, environment::Verdict verdict, const char* value = "v", bool proposed = false)
    {
        environment::SettingDiff d;
        d.key = QString::fromLatin1(key);
        d.verdict = verdict;
        d.source = Setting{d.key, Secret(QByteArray(value)), true, false, {}};
        if (verdict != environment::Verdict::Missing)
            d.target = d.source;
        if (proposed)
            d.proposed = Secret(QByteArray("new"));
        return d;
    }
};

inline const RuleFinding* findId(const Report& report, const char* id)
{
    for (const RuleFinding& f : report.findings) {
        if (f.id == QLatin1String(id))
            return &f;
    }
    return nullptr;
}

} // namespace calmsides

using namespace calmsides;

class tst_PreflightRules : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void calmSidesPass()
    {
        Calm calm;
        const Report report = runRules(calm.in);
        QStringList found;
        for (const RuleFinding& f : report.findings)
            found << f.id + u' ' + f.title;
        QCOMPARE(found, QStringList{QStringLiteral("TLS-02 Certificates are issued after the names point at the target")});
        QVERIFY(report.passed >= 25);
        QVERIFY(rules().size() >= 30);
    }
    void eachRuleHasItsOwnId()
    {
        QStringList ids;
        for (const Rule& r : rules()) {
            QVERIFY2(!ids.contains(r.id), qPrintable(r.id));
            ids << r.id;
        }
    }
    void spoiled_data()
    {
        QTest::addColumn<QString>("id");
        QTest::addColumn<int>("severity");
        for (const auto& [id, severity] : std::initializer_list<std::pair<const char*, Severity>>{
                 {"ACC-01", Severity::Failure}, {"ACC-01b", Severity::Failure}, {"ACC-04", Severity::Caution}, {"ENV-01", Severity::Failure}, {"ENV-02", Severity::Caution}, {"ENV-03", Severity::Caution}, {"ENV-05", Severity::Failure},
                 {"ENV-10", Severity::Advisory}, {"ENV-14", Severity::Caution}, {"ENV-16", Severity::Advisory}, {"ENV-26", Severity::Caution}, {"PG-00", Severity::Failure}, {"PG-01", Severity::Failure}, {"PG-02", Severity::Caution},
                 {"PG-03", Severity::Failure}, {"PG-04", Severity::Failure}, {"PG-12", Severity::Caution}, {"PG-16", Severity::Caution}, {"PG-18", Severity::Failure}, {"PG-28", Severity::Caution}, {"JOB-01", Severity::Failure},
                 {"JOB-03", Severity::Caution}, {"JOB-10", Severity::Failure}, {"DNS-01", Severity::Caution}, {"DNS-03", Severity::Failure}, {"DNS-06", Severity::Advisory}, {"DNS-07", Severity::Failure}, {"DNS-08", Severity::Caution},
                 {"DNS-10", Severity::Failure}, {"DNS-11", Severity::Caution}, {"DNS-21", Severity::Caution}, {"ENV-23", Severity::Caution}, {"OPS-00", Severity::Failure}, {"OPS-01", Severity::Caution}, {"OPS-02", Severity::Caution},
                 {"OPS-03", Severity::Caution}, {"OPS-05", Severity::Caution}, {"ACC-06", Severity::Caution}, {"INT-01", Severity::Advisory}})
            QTest::newRow(id) << QString::fromLatin1(id) << static_cast<int>(severity);
    }
    void spoiled()
    {
        QFETCH(QString, id);
        QFETCH(int, severity);
        using EV = environment::Verdict;
        Calm calm;
        Input& in = calm.in;
        ServiceRead& web = in.services.at(1);
        DatabaseRead& db = in.databases.front();
        const std::map<QString, std::function<void()>> spoil{
            {QStringLiteral("ACC-01"), [&] { in.accounts[2].info.reset(); }},
            {QStringLiteral("ACC-01b"), [&] { in.accounts[2].info->scopes = {QStringLiteral("read")}; }},
            {QStringLiteral("ACC-04"), [&] { in.accounts[2].info->callsLeft = 5; }},
            {QStringLiteral("ENV-01"), [&] { web.settings.push_back(calm.diff("DATABASE_URL", EV::Missing)); }},
            {QStringLiteral("ENV-02"), [&] { web.settings.push_back(calm.diff("K", EV::Unknowable)); }},
            {QStringLiteral("ENV-03"), [&] { web.settings.push_back(calm.diff("SECRET_KEY", EV::Differs, "v", true)); }},
            {QStringLiteral("ENV-05"), [&] { web.settings.push_back(calm.diff("DATABASE_URL", EV::Differs, "postgres://a:b@c/d")); }},
            {QStringLiteral("ENV-10"), [&] { web.settings.push_back(calm.diff("ALLOWED_HOSTS", EV::Differs, "a", true)); }},
            {QStringLiteral("ENV-14"), [&] { web.settings.push_back(calm.diff("API", EV::Same, "https://x.herokuapp.com")); }},
            {QStringLiteral("ENV-16"), [&] { web.settings.push_back(calm.diff("VITE_API", EV::Differs, "v", true)); }},
            {QStringLiteral("ENV-26"), [&] { web.settings.push_back(calm.diff("READ_ONLY", EV::Extra, "true")); }},
            {QStringLiteral("PG-00"), [&] { db.source.reset(); }},
            {QStringLiteral("PG-01"), [&] { db.target->serverVersion = QStringLiteral("14.2"); }},
            {QStringLiteral("PG-02"), [&] { db.source->extensions = {{QStringLiteral("citext"), QStringLiteral("1.6")}}; }},
            {QStringLiteral("PG-03"), [&] { db.target->tables = db.source->tables; }},
            {QStringLiteral("PG-04"), [&] { db.target->encoding = QStringLiteral("SQL_ASCII"); }},
            {QStringLiteral("PG-12"), [&] { db.source->tables.front().keyColumns.clear(); }},
            {QStringLiteral("PG-16"), [&] { db.source->connections = 99; db.target->connectionLimit = 20; }},
            {QStringLiteral("PG-18"), [&] { db.target.reset(); }},
            {QStringLiteral("PG-28"), [&] { SequenceSummary s; s.name = QStringLiteral("s"); s.lastValue = 2'000'000'000; db.source->sequences = {s}; }},
            {QStringLiteral("JOB-01"), [&] { web.mapping.scheduler = true; }},
            {QStringLiteral("JOB-03"), [&] { in.queues.front().source.reset(); }},
            {QStringLiteral("JOB-10"), [&] { in.services.at(2).mapping.target = {}; }},
            {QStringLiteral("DNS-01"), [&] { in.zone->records.front().ttl = Seconds(86400); }},
            {QStringLiteral("DNS-03"), [&] { in.zone.reset(); }},
            {QStringLiteral("DNS-06"), [&] { in.zone->records.push_back({QStringLiteral("projectify.test."), QStringLiteral("AAAA"), Seconds(300), {QStringLiteral("2001:db8::1")}, false}); }},
            {QStringLiteral("DNS-07"), [&] { in.hosts.front().caa->records = {{QStringLiteral("projectify.test."), QStringLiteral("CAA"), Seconds(300), QStringLiteral("0 issue \"digicert.com\"")}}; }},
            {QStringLiteral("DNS-08"), [&] { in.hosts.front().caaProblem = QStringLiteral("SERVFAIL"); }},
            {QStringLiteral("DNS-10"), [&] { in.flattensApex = false; }},
            {QStringLiteral("DNS-11"), [&] { in.hosts.erase(in.hosts.begin() + 1); }},
            {QStringLiteral("DNS-21"), [&] { in.zone->records.front().proxied = true; }},
            {QStringLiteral("ENV-23"), [&] { in.services.at(2).mapping.target = {}; in.queues.clear(); }},
            {QStringLiteral("OPS-00"), [&] { web.problem = QStringLiteral("404"); }},
            {QStringLiteral("OPS-01"), [&] { web.target->memoryMb = 256; }},
            {QStringLiteral("OPS-02"), [&] { web.target->region = QStringLiteral("oregon"); }},
            {QStringLiteral("OPS-03"), [&] { web.target->health = Health::Failed; }},
            {QStringLiteral("OPS-05"), [&] { calm.plan.windowEnd = QStringLiteral("2026-03-15T22:30:00Z"); in.plannedLength = std::chrono::hours(1); }},
            {QStringLiteral("ACC-06"), [&] { in.freeDisk = 1000; }},
            {QStringLiteral("INT-01"), [&] { web.settings.push_back(calm.diff("STRIPE_ENDPOINT_SECRET", EV::Same)); }},
        };
        spoil.at(id)();
        const Report report = runRules(in);
        const RuleFinding* f = findId(report, id.toLatin1().constData());
        QVERIFY2(f, qPrintable(id));
        QCOMPARE(static_cast<int>(f->severity), severity);
        QVERIFY(!f->title.isEmpty());
        if (f->severity != Severity::Advisory) {
            QVERIFY2(!f->fix.isEmpty(), qPrintable(id));
        }
    }
};

QTEST_GUILESS_MAIN(tst_PreflightRules)
#include "tst_PreflightRules.moc"
