#pragma once

#include "app/dns/Planning.h"
#include "app/ports/DatabaseMover.h"
#include "app/ports/DnsHost.h"
#include "app/ports/HostingProvider.h"
#include "app/ports/Prober.h"
#include "app/ports/QueueReader.h"
#include "app/ports/Resolver.h"

#include <algorithm>
#include <functional>
#include <map>

namespace switchyard::test {

// GCC 12.2 moves out of any lvalue that is co_returned, members included: what is kept is returned as a copy made on the spot.

/// Every effect on the fake outside, in order: "heroku scale projectify/worker 0". A test sees from it what was sent twice.
using EffectLog = QStringList;

inline Error conflict(const QString& what)
{
    Error e = Error::invalid(what, QStringLiteral("Nothing was changed."), QStringLiteral("Read again."));
    e.kind = ErrorKind::Conflict;
    return e;
}

/// A hosting account with state: services, settings, domains, deploys, allow lists. Compare-and-set like the real ones.
class FakeHosting final : public HostingProvider {
public:
    FakeHosting(QString id, unsigned capabilities, EffectLog* log) : m_id(std::move(id)), m_capabilities(capabilities), m_log(log) {}

    struct Held {
        Service service;
        std::map<QString, QString> settings;
        std::map<QString, QString> domains; ///< host -> DNS target
        std::vector<Deploy> deploys;
        std::vector<AllowEntry> allow;
        QString url;
    };
    /// By "app/service", the app's own by "app".
    std::map<QString, Held> held;
    bool tokenWorks = true;

    static QString key(const ServiceRef& ref) { return ref.app.isEmpty() ? ref.service : ref.service.isEmpty() ? ref.app : ref.app + u'/' + ref.service; }
    Held& add(const ServiceRef& ref, ServiceKind kind, int instances)
    {
        Held h;
        h.service.ref = ref;
        h.service.name = ref.service.isEmpty() ? ref.app : ref.service;
        h.service.kind = kind;
        h.service.desired = h.service.running = instances;
        h.service.health = Health::Ok;
        h.service.region = QStringLiteral("frankfurt");
        return held[key(ref)] = h;
    }

    QString id() const override { return m_id; }
    QString displayName() const override { return m_id.left(1).toUpper() + m_id.mid(1); }
    QString monogram() const override { return m_id.left(2); }
    unsigned capabilities() const override { return m_capabilities; }
    std::optional<qint64> callsLeft() const override { return 4000; }
    Task<AccountInfo> account(std::stop_token) override
    {
        if (!tokenWorks) {
            Error e = Error::invalid(QStringLiteral("%1 refused the token.").arg(displayName()));
            e.kind = ErrorKind::Auth;
            co_return e;
        }
        AccountInfo info;
        info.owner = QStringLiteral("ops@projectify.test");
        co_return info;
    }
    Task<std::vector<AppSummary>> apps(std::stop_token) override { co_return std::vector<AppSummary>{}; }
    Task<std::vector<Service>> services(QString, std::stop_token) override
    {
        std::vector<Service> out;
        for (const auto& [k, h] : held)
            out.push_back(h.service);
        co_return out;
    }
    Task<Service> service(ServiceRef ref, std::stop_token) override
    {
        Held* h = find(ref);
        if (!h)
            co_return missing(ref);
        Service s = h->service;
        s.maintenance = h->service.maintenance || m_maintenance.contains(ref.app.isEmpty() ? ref.service : ref.app);
        s.url = h->url;
        co_return s;
    }
    Task<Settings> readSettings(ServiceRef ref, std::stop_token) override
    {
        Held* h = find(ref);
        if (!h)
            co_return missing(ref);
        Settings s;
        s.service = ref;
        for (const auto& [k, v] : h->settings)
            s.entries.push_back(Setting{k, Secret(v), true, false, {}});
        co_return s;
    }
    Task<Settings> writeSettings(ServiceRef ref, std::vector<SettingChange> changes, std::stop_token stop) override
    {
        Held* h = find(ref);
        if (!h)
            co_return missing(ref);
        for (const SettingChange& c : changes) {
            const auto it = h->settings.find(c.key);
            if (c.expected ? (it == h->settings.end() || it->second != c.expected->revealText()) : it != h->settings.end())
                co_return conflict(QStringLiteral("%1 was changed meanwhile.").arg(c.key));
        }
        for (const SettingChange& c : changes) {
            if (c.value)
                h->settings[c.key] = c.value->revealText();
            else
                h->settings.erase(c.key);
            note(QStringLiteral("set %1 %2").arg(key(ref), c.key));
        }
        auto task = readSettings(ref, stop);
        co_return co_await std::move(task);
    }
    Task<> scale(ServiceRef ref, int expected, int instances, std::stop_token) override
    {
        Held* h = find(ref);
        if (!h)
            co_return missing(ref);
        if (h->service.desired != expected)
            co_return conflict(QStringLiteral("%1 has %2 instances.").arg(key(ref)).arg(h->service.desired));
        h->service.desired = h->service.running = instances;
        note(QStringLiteral("scale %1 %2").arg(key(ref)).arg(instances));
        co_return Ok{};
    }
    Task<> suspend(ServiceRef ref, bool on, std::stop_token) override
    {
        Held* h = find(ref);
        if (!h)
            co_return missing(ref);
        h->service.suspended = on;
        h->service.running = on ? 0 : h->service.desired;
        note(QStringLiteral("suspend %1 %2").arg(key(ref)).arg(on));
        co_return Ok{};
    }
    Task<> setMaintenance(ServiceRef ref, bool on, std::stop_token) override
    {
        const QString app = ref.app.isEmpty() ? ref.service : ref.app;
        if (on)
            m_maintenance << app;
        else
            m_maintenance.removeAll(app);
        note(QStringLiteral("maintenance %1 %2").arg(app).arg(on));
        co_return Ok{};
    }
    Task<std::vector<DomainBinding>> domains(ServiceRef ref, std::stop_token) override
    {
        Held* h = find(ref);
        if (!h)
            co_return missing(ref);
        std::vector<DomainBinding> out;
        for (const auto& [host, target] : h->domains) {
            DomainBinding b;
            b.host = host;
            b.dnsTarget = target;
            out.push_back(b);
        }
        co_return out;
    }
    Task<DomainBinding> addDomain(ServiceRef ref, QString host, std::stop_token) override
    {
        Held* h = find(ref);
        if (!h)
            co_return missing(ref);
        if (h->domains.contains(host))
            co_return conflict(QStringLiteral("%1 is there already.").arg(host));
        h->domains[host] = ref.service + QStringLiteral(".onrender.test");
        note(QStringLiteral("add-domain %1").arg(host));
        DomainBinding b;
        b.host = host;
        b.dnsTarget = h->domains[host];
        co_return b;
    }
    Task<> removeDomain(ServiceRef ref, QString host, std::stop_token) override
    {
        if (Held* h = find(ref))
            h->domains.erase(host);
        note(QStringLiteral("remove-domain %1").arg(host));
        co_return Ok{};
    }
    Task<> verifyDomain(ServiceRef, QString, std::stop_token) override { co_return Ok{}; }
    Task<std::vector<Deploy>> deploys(ServiceRef ref, int, std::stop_token) override
    {
        Held* h = find(ref);
        if (!h)
            co_return missing(ref);
        co_return std::vector<Deploy>(h->deploys);
    }
    Task<Deploy> startDeploy(ServiceRef ref, QString, std::stop_token) override
    {
        Held* h = find(ref);
        if (!h)
            co_return missing(ref);
        Deploy d;
        d.id = QStringLiteral("dep-%1").arg(++m_deploys);
        d.state = nextDeployFails ? Deploy::State::Failed : Deploy::State::Live;
        d.providerState = nextDeployFails ? QStringLiteral("build_failed") : QStringLiteral("live");
        nextDeployFails = false;
        h->deploys.insert(h->deploys.begin(), d);
        note(QStringLiteral("deploy %1").arg(key(ref)));
        co_return d;
    }
    Task<Deploy> deploy(ServiceRef ref, QString deployId, std::stop_token) override
    {
        if (Held* h = find(ref)) {
            for (const Deploy& d : h->deploys) {
                if (d.id == deployId)
                    co_return d;
            }
        }
        co_return missing(ref);
    }
    Task<Secret> connectionUrl(ServiceRef ref, std::stop_token) override { co_return Secret(QStringLiteral("redis://:pw-%1@host:1").arg(key(ref))); }
    Task<std::vector<AllowEntry>> allowList(ServiceRef ref, std::stop_token) override
    {
        Held* h = find(ref);
        if (!h)
            co_return missing(ref);
        co_return std::vector<AllowEntry>(h->allow);
    }
    Task<> setAllowList(ServiceRef ref, std::vector<AllowEntry> expected, std::vector<AllowEntry> wanted, std::stop_token) override
    {
        Held* h = find(ref);
        if (!h)
            co_return missing(ref);
        if (h->allow != expected)
            co_return conflict(QStringLiteral("The allow list was changed meanwhile."));
        h->allow = wanted;
        note(QStringLiteral("allow %1 %2").arg(key(ref)).arg(wanted.size()));
        co_return Ok{};
    }
    Task<Backup> captureBackup(ServiceRef ref, std::stop_token) override { co_return missing(ref); }
    Task<std::vector<Backup>> backups(ServiceRef, std::stop_token) override { co_return std::vector<Backup>{}; }
    std::unique_ptr<LogSource> logs(ServiceRef) override { return {}; }

    bool nextDeployFails = false;
    [[nodiscard]] QStringList inMaintenance() const { return m_maintenance; }

private:
    Held* find(const ServiceRef& ref)
    {
        const auto it = held.find(key(ref));
        return it == held.end() ? nullptr : &it->second;
    }
    Error missing(const ServiceRef& ref) const { return Error::invalid(QStringLiteral("%1 has no %2.").arg(m_id, key(ref))); }
    void note(const QString& what) { *m_log << m_id + u' ' + what; }
    QString m_id;
    unsigned m_capabilities;
    EffectLog* m_log;
    QStringList m_maintenance;
    int m_deploys = 0;
};

/// A DNS host that holds one zone and applies changes in one transaction.
class FakeDns final : public DnsHost {
public:
    explicit FakeDns(EffectLog* log) : m_log(log) {}
    Zone zone;
    QString id() const override { return QStringLiteral("cloudflare"); }
    QString displayName() const override { return QStringLiteral("Cloudflare"); }
    QString monogram() const override { return QStringLiteral("Cf"); }
    std::optional<qint64> callsLeft() const override { return 1000; }
    bool atomic() const override { return true; }
    Task<AccountInfo> account(std::stop_token) override { co_return AccountInfo(); }
    Task<std::vector<AppSummary>> zones(std::stop_token) override { co_return std::vector<AppSummary>{}; }
    Task<Zone> readZone(QString, std::stop_token) override { co_return Zone(zone); }
    Task<Zone> apply(QString, std::vector<RecordChange> changes, std::stop_token) override
    {
        Zone next = zone;
        for (const RecordChange& c : changes) {
            const QString type = c.expected ? c.expected->type : c.planned->type;
            const RecordSet* have = next.find(c.name, type);
            if (c.expected ? (!have || *have != *c.expected) : have != nullptr)
                co_return conflict(QStringLiteral("%1 was changed meanwhile.").arg(c.name));
            if (c.expected)
                std::erase(next.records, *c.expected);
            if (c.planned)
                next.records.push_back(*c.planned);
        }
        std::sort(next.records.begin(), next.records.end(), [](const RecordSet& a, const RecordSet& b) { return std::tie(a.name, a.type) < std::tie(b.name, b.type); });
        zone = next;
        *m_log << QStringLiteral("dns apply %1").arg(changes.size());
        co_return Zone(zone);
    }
    Task<std::vector<Call>> preview(QString, std::vector<RecordChange> changes, std::stop_token) override
    {
        std::vector<Call> out;
        if (!changes.empty())
            out.push_back(Call{QStringLiteral("POST"), QStringLiteral("/zones/z/dns_records/batch"), QStringLiteral("{}")});
        co_return out;
    }

private:
    EffectLog* m_log;
};

/// Both sides of a database as numbers: enough for what steps decide.
class FakeMover final : public DatabaseMover {
public:
    explicit FakeMover(EffectLog* log) : m_log(log) {}
    int tables = 14;
    int targetTables = 0;
    qint64 behind = 1317;
    bool sourceHeld = false;
    bool targetHeld = false;
    bool quiet = true;
    int differing = 0;

    Task<DatabaseSummary> inspect(Side side, std::stop_token) override
    {
        DatabaseSummary s;
        s.serverVersion = QStringLiteral("15.6");
        s.encoding = QStringLiteral("UTF8");
        s.readOnly = side == Side::Source ? sourceHeld : targetHeld;
        const int n = side == Side::Source ? tables : targetTables;
        for (int i = 0; i < n; ++i) {
            TableSummary t;
            t.name = QStringLiteral("t%1").arg(i);
            t.keyColumns = {QStringLiteral("id")};
            t.rows = Rows{side == Side::Source || m_copied ? 100 : 0};
            s.tables.push_back(t);
        }
        co_return s;
    }
    Task<int> createSchema(std::stop_token) override
    {
        targetTables = tables;
        note(QStringLiteral("schema"));
        co_return tables;
    }
    Task<CopyOutcome> preseed(TableSink sink, std::stop_token) override
    {
        TableProgress p;
        p.table = QStringLiteral("t0");
        p.verdict = TableVerdict::Copied;
        sink(p);
        m_copied = true;
        note(QStringLiteral("copy"));
        CopyOutcome out;
        out.tables = tables;
        out.rows = Rows{1400};
        co_return out;
    }
    Task<std::vector<TableProgress>> measureDelta(std::stop_token) override
    {
        std::vector<TableProgress> out;
        for (int i = 0; i < tables; ++i) {
            TableProgress p;
            p.table = QStringLiteral("t%1").arg(i);
            p.sourceRows = p.targetRows = Rows{100};
            p.behind = Rows{i == 0 ? behind : 0};
            out.push_back(p);
        }
        co_return out;
    }
    Task<QuietProof> proveQuiet(Milliseconds window, std::stop_token) override
    {
        QuietProof p;
        p.quiet = quiet;
        p.window = window;
        if (!quiet)
            p.writers.push_back({QStringLiteral("workspace_task"), 12});
        co_return p;
    }
    Task<DeltaOutcome> carryDelta(TableSink, std::stop_token) override
    {
        DeltaOutcome d;
        d.updated = Rows{behind};
        behind = 0;
        note(QStringLiteral("delta"));
        co_return d;
    }
    Task<std::vector<SequenceOutcome>> setSequences(qint64 margin, std::stop_token) override
    {
        note(QStringLiteral("sequences"));
        std::vector<SequenceOutcome> out;
        out.push_back({QStringLiteral("t0_id_seq"), 100 + margin, 100});
        co_return out;
    }
    Task<VerifyOutcome> verify(TableSink, std::stop_token) override
    {
        VerifyOutcome v;
        v.tables = tables;
        v.matching = tables - differing;
        v.rows = Rows{1400};
        for (int i = 0; i < differing; ++i)
            v.differences.push_back({QStringLiteral("t%1").arg(i), Rows{100}, Rows{93}, QStringLiteral("a"), QStringLiteral("b")});
        co_return v;
    }
    Task<> holdReadOnly(Side side, bool on, std::stop_token) override
    {
        (side == Side::Source ? sourceHeld : targetHeld) = on;
        note(QStringLiteral("hold %1 %2").arg(sideName(side)).arg(on));
        co_return Ok{};
    }
    Task<std::vector<GainedRows>> rowsGained(std::stop_token) override { co_return std::vector<GainedRows>{}; }
    Task<Rows> saveGainedRows(QString, std::stop_token) override { co_return Rows{0}; }
    Task<Rows> copyBack(TableSink, std::stop_token) override { co_return Rows{0}; }
    QString readOnlyMechanism() const override { return QStringLiteral("default_transaction_read_only"); }

private:
    void note(const QString& what) { *m_log << QStringLiteral("db ") + what; }
    EffectLog* m_log;
    bool m_copied = false;
};

/// Answers from the fake zone; a resolver named in `stubborn` goes on with what the zone held before.
class FakeResolver final : public Resolver {
public:
    FakeResolver(FakeDns* dns, Clock* clock) : m_dns(dns), m_clock(clock) {}
    std::map<QString, QString> platform;   ///< name -> address
    std::optional<Zone> oldZone;
    QStringList stubborn;
    Task<DnsAnswer> query(ResolverAddress server, QString name, QString type, std::stop_token) override
    {
        DnsAnswer a;
        a.rcode = QStringLiteral("NOERROR");
        a.at = m_clock->now();
        a.authoritative = server.authoritative;
        const Zone& zone = stubborn.contains(server.name) && oldZone ? *oldZone : m_dns->zone;
        QString at = name;
        for (const char* t : {"CNAME", "A", "CAA"}) {
            if (const RecordSet* set = zone.find(at, QString::fromLatin1(t)); set && (type == QLatin1String(t) || QByteArray(t) == "CNAME")) {
                for (const QString& v : set->values)
                    a.records.push_back({at, set->type, set->ttl, v});
                if (set->type == QLatin1String("CNAME"))
                    at = set->values.front();
            }
        }
        const auto it = platform.find(at.chopped(1));
        if (it != platform.end() && type == QLatin1String("A"))
            a.records.push_back({at, QStringLiteral("A"), Seconds(60), it->second});
        co_return a;
    }

private:
    FakeDns* m_dns;
    Clock* m_clock;
};

/// Answers by a function of the test.
class FakeProber final : public Prober {
public:
    std::function<ProbeAnswer(const ProbeRequest&)> answer;
    std::function<TlsState(const QString&, const QString&)> tls;
    std::function<std::shared_ptr<ProbeSocket>(const ProbeRequest&)> socket;
    Task<ProbeAnswer> fetch(ProbeRequest request, std::stop_token) override
    {
        if (!answer)
            co_return Error::invalid(QStringLiteral("nothing answers"));
        co_return answer(request);
    }
    Task<TlsState> handshake(QString host, QString address, std::stop_token) override
    {
        if (tls)
            co_return tls(host, address);
        TlsState good;
        good.tried = good.ok = true;
        co_return good;
    }
    Task<std::shared_ptr<ProbeSocket>> openSocket(ProbeRequest request, std::stop_token) override
    {
        if (!socket)
            co_return Error::invalid(QStringLiteral("refused"));
        co_return socket(request);
    }
};

class FakeQueue final : public QueueReader {
public:
    std::vector<qint64> pending{0}; ///< one a reading, the last for ever
    Task<QueueState> read(Secret, QStringList, std::stop_token) override
    {
        QueueState s;
        s.pending = pending.front();
        if (pending.size() > 1)
            pending.erase(pending.begin());
        co_return s;
    }
};

} // namespace switchyard::test
