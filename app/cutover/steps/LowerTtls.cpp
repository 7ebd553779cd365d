#include "app/cutover/steps/Calls.h"
#include "app/cutover/steps/Kinds.h"
#include "app/cutover/steps/Locks.h"
#include "app/cutover/steps/Names.h"
#include "app/cutover/steps/StepBase.h"

#include <QJsonArray>

namespace switchyard::cutover {

namespace {

QString lentId(const QString& host) { return QStringLiteral("ttl/") + host; }

QString ttlText(const RecordSet& set) { return set.ttl <= Seconds(1) ? QStringLiteral("automatic") : durationProse(set.ttl); }

/// Rows of TTL changes: the values stay.
std::vector<ChangePreview> ttlRows(const std::vector<RecordChange>& changes, const QString& zone)
{
    std::vector<ChangePreview> out;
    for (const RecordChange& change : changes) {
        if (change.expected && change.planned)
            out.push_back(ChangePreview{dns::relative(change.name, zone), change.planned->type, ttlText(*change.expected), ttlText(*change.planned)});
    }
    return out;
}

/// Lowers the TTL of every record that is going to be switched. Lent: the old TTLs come back at Close.
class LowerTtls final : public StepBase {
public:
    using StepBase::StepBase;
    std::vector<Interlock> interlocks() override { return Locks(c, m_spec.id).zoneSaved().noFailure().take(); }

    Task<StepPreview> preview(std::stop_token stop) override
    {
        SY_CO_TRY(auto host, dnsHost());
        SY_CO_TRY(const Zone zone, co_await host->readZone(c->plan().dns.zone, stop));
        SY_CO_ALIVE(stop);
        std::vector<RecordChange> changes = dns::planLowerTtl(zone, hosts(), c->plan().dns.switchTtl);
        StepPreview p;
        p.summary = QStringLiteral("Lets resolvers ask again every %1 instead of every %2. Visitors don't notice.")
                        .arg(durationProse(c->plan().dns.switchTtl), durationProse(dns::longestTtl(zone, hosts())));
        p.changesTitle = QStringLiteral("TTL changes");
        p.changesNote = QStringLiteral("values stay");
        p.changes = ttlRows(changes, zone.name);
        SY_CO_TRY(p.calls, co_await dnsCallRows(host, c->plan().dns.zone, changes, stop));
        co_return p;
    }
    Task<ProbeResult> probe(std::stop_token stop) override
    {
        SY_CO_TRY(auto host, dnsHost());
        SY_CO_TRY(const Zone zone, co_await host->readZone(c->plan().dns.zone, stop));
        SY_CO_ALIVE(stop);
        const std::size_t left = dns::planLowerTtl(zone, hosts(), c->plan().dns.switchTtl).size();
        std::size_t all = 0;
        if (const auto saved = savedZone())
            all = dns::planLowerTtl(*saved, hosts(), c->plan().dns.switchTtl).size();
        const Effect effect = left == 0 ? Effect::Done : left == all ? Effect::NotYet : Effect::Partly;
        co_return ProbeResult{effect, QStringLiteral("%1 of %2 records still have the old TTL.").arg(left).arg(std::max(all, left))};
    }
    Task<StepOutcome> perform(StepVoice* voice, std::stop_token stop) override
    {
        SY_CO_TRY(auto host, dnsHost());
        const QString name = c->plan().dns.zone;
        SY_CO_TRY(const Zone zone, co_await host->readZone(name, stop));
        SY_CO_ALIVE(stop);
        // The old TTL is the saved one: what stands in the zone now may be half lowered after a crash.
        const Zone before = savedZone().value_or(zone);
        const std::vector<RecordChange> all = dns::planLowerTtl(before, hosts(), c->plan().dns.switchTtl);
        const std::vector<RecordChange> changes = dns::planLowerTtl(zone, hosts(), c->plan().dns.switchTtl);
        Seconds oldTtl{0};
        for (const RecordChange& change : all)
            oldTtl = std::max(oldTtl, dns::effectiveTtl(*change.expected));
        QJsonObject part = memory();
        part.insert(QStringLiteral("oldTtl"), static_cast<qint64>(oldTtl.count()));
        if (!part.contains(u"loweredAt") || !changes.empty())
            part.insert(QStringLiteral("loweredAt"), isoUtc(now()));
        SY_CO_CHECK(voice->remember(part));
        QStringList lentHosts;
        for (const RecordChange& change : all) {
            const QString lentHost = change.name.chopped(1);
            if (lentHosts.contains(lentHost))
                continue;
            lentHosts << lentHost;
            QJsonObject data;
            data.insert(QStringLiteral("ttl"), static_cast<qint64>(change.expected->ttl.count()));
            SY_CO_CHECK(voice->lend(lentId(lentHost), QStringLiteral("TTL of %1 is %2").arg(lentHost, durationProse(c->plan().dns.switchTtl)),
                                    QStringLiteral("Set it back to %1").arg(ttlText(*change.expected)), data));
        }
        if (!changes.empty()) {
            const QString key = QStringLiteral("lower");
            SY_CO_CHECK(voice->intent(key, QStringLiteral("Lower the TTL of %1").arg(counted(static_cast<qint64>(changes.size()), QStringLiteral("record set"), QStringLiteral("record sets")))));
            auto applied = co_await host->apply(name, changes, stop);
            SY_CO_ALIVE(stop);
            SY_CO_CHECK(finish(voice, key, applied, QStringLiteral("Lowered")));
            c->state().zoneNow = *applied;
            // Counted from after the write: an answer given a moment before still carries the old TTL.
            part.insert(QStringLiteral("loweredAt"), isoUtc(now()));
            SY_CO_CHECK(voice->remember(part));
        }
        c->state().ttl = c->plan().dns.switchTtl;
        c->state().ttlRecords = static_cast<int>(all.size());
        c->touch(HostsChanged);
        StepOutcome out;
        out.says = all.empty() ? QStringLiteral("The TTLs are low already")
                               : QStringLiteral("TTL of %1 lowered from %2 to %3").arg(counted(static_cast<qint64>(all.size()), QStringLiteral("record set"), QStringLiteral("record sets")),
                                                                                     durationProse(oldTtl), durationProse(c->plan().dns.switchTtl));
        out.evidence = {evidence(out.says)};
        out.memory = part;
        co_return out;
    }
    Task<std::vector<Evidence>> verify(std::stop_token stop) override
    {
        SY_CO_TRY(auto host, dnsHost());
        SY_CO_TRY(const Zone zone, co_await host->readZone(c->plan().dns.zone, stop));
        SY_CO_ALIVE(stop);
        const auto left = dns::planLowerTtl(zone, hosts(), c->plan().dns.switchTtl);
        if (!left.empty())
            co_return Error::invalid(QStringLiteral("%1 still has its old TTL.").arg(left.front().name.chopped(1)), QStringLiteral("Resolvers would hold the source's answer that long."),
                                     QStringLiteral("Try the step again."));
        const std::vector<Evidence> out{evidence(QStringLiteral("Every record reads back with %1").arg(durationProse(c->plan().dns.switchTtl)))};
        co_return out;
    }
    UndoPreview undoPreview() override
    {
        UndoPreview out;
        const auto saved = savedZone();
        const qsizetype n = saved ? static_cast<qsizetype>(dns::planLowerTtl(*saved, hosts(), c->plan().dns.switchTtl).size()) : 0;
        out.needed = n > 0;
        out.summary = out.needed ? QStringLiteral("Set the TTL of %1 back.").arg(counted(n, QStringLiteral("record set"), QStringLiteral("record sets"))) : QStringLiteral("Nothing to put back.");
        if (out.needed)
            out.calls = {dnsCall(c->services().dns ? c->services().dns->id() : QString(), QStringLiteral("POST"), QStringLiteral("/zones/…/dns_records/batch"), {})};
        out.takes = std::chrono::seconds(out.needed ? 3 : 0);
        return out;
    }
    Task<StepOutcome> undo(StepVoice* voice, std::stop_token stop) override
    {
        auto restored = co_await restore(voice, stop);
        SY_CO_ALIVE(stop);
        co_return restored;
    }

protected:
    /// Gives each record its old TTL, whatever it points at now, and closes the ledger's entries.
    Task<StepOutcome> restore(StepVoice* voice, std::stop_token stop)
    {
        StepOutcome out;
        const auto saved = savedZone();
        if (!saved) {
            out.says = QStringLiteral("Nothing to put back");
            co_return out;
        }
        SY_CO_TRY(auto host, dnsHost());
        const QString name = c->plan().dns.zone;
        SY_CO_TRY(const Zone zone, co_await host->readZone(name, stop));
        SY_CO_ALIVE(stop);
        const std::vector<RecordChange> changes = dns::planRestoreTtl(*saved, zone, hosts());
        if (!changes.empty()) {
            const QString key = QStringLiteral("restore-ttl");
            SY_CO_CHECK(voice->intent(key, QStringLiteral("Set the TTLs back")));
            auto applied = co_await host->apply(name, changes, stop);
            SY_CO_ALIVE(stop);
            SY_CO_CHECK(finish(voice, key, applied, QStringLiteral("Set back")));
            c->state().zoneNow = *applied;
        }
        for (const QString& h : hosts()) {
            const auto& lent = c->state().lent;
            if (std::any_of(lent.begin(), lent.end(), [&](const LentEntry& e) { return e.open && e.id == lentId(h); })) {
                SY_CO_CHECK(voice->putBack(lentId(h)));
            }
        }
        c->touch(HostsChanged);
        out.says = changes.empty() ? QStringLiteral("The TTLs are as they were") : QStringLiteral("TTL of %1 set back").arg(counted(static_cast<qint64>(changes.size()), QStringLiteral("record set"), QStringLiteral("record sets")));
        out.evidence = {evidence(out.says)};
        co_return out;
    }
    /// What restore() would change now.
    Task<std::vector<RecordChange>> toRestore(std::stop_token stop)
    {
        const auto saved = savedZone();
        if (!saved)
            co_return std::vector<RecordChange>{};
        SY_CO_TRY(auto host, dnsHost());
        SY_CO_TRY(const Zone zone, co_await host->readZone(c->plan().dns.zone, stop));
        SY_CO_ALIVE(stop);
        co_return dns::planRestoreTtl(*saved, zone, hosts());
    }
    friend class RestoreTtls;
};

/// Close: the same way back, as a step of its own.
class RestoreTtls final : public StepBase {
public:
    RestoreTtls(const plan::StepSpec& spec, RunContext* context) : StepBase(spec, context), m_lower(spec, context) {}
    Task<StepPreview> preview(std::stop_token stop) override
    {
        SY_CO_TRY(const auto changes, co_await m_lower.toRestore(stop));
        SY_CO_ALIVE(stop);
        SY_CO_TRY(auto host, dnsHost());
        StepPreview p;
        p.summary = QStringLiteral("Gives the records the TTL they had before. Visitors don't notice; going back from here on takes longer to be seen.");
        p.changesTitle = QStringLiteral("TTL changes");
        p.changesNote = QStringLiteral("values stay");
        p.changes = ttlRows(changes, c->plan().dns.zone);
        SY_CO_TRY(p.calls, co_await dnsCallRows(host, c->plan().dns.zone, changes, stop));
        co_return p;
    }
    Task<ProbeResult> probe(std::stop_token stop) override
    {
        SY_CO_TRY(const auto changes, co_await m_lower.toRestore(stop));
        SY_CO_ALIVE(stop);
        const auto& lent = c->state().lent;
        const bool open = std::any_of(lent.begin(), lent.end(), [](const LentEntry& e) { return e.open && e.id.startsWith(QLatin1String("ttl/")); });
        co_return ProbeResult{!changes.empty() ? Effect::NotYet : open ? Effect::Partly : Effect::Done, QStringLiteral("%1 records still have the low TTL.").arg(changes.size())};
    }
    Task<StepOutcome> perform(StepVoice* voice, std::stop_token stop) override { return m_lower.restore(voice, stop); }
    Task<std::vector<Evidence>> verify(std::stop_token stop) override
    {
        SY_CO_TRY(const auto changes, co_await m_lower.toRestore(stop));
        SY_CO_ALIVE(stop);
        if (!changes.empty())
            co_return Error::invalid(QStringLiteral("%1 still has the low TTL.").arg(changes.front().name.chopped(1)), QStringLiteral("Resolvers ask more often than they need to."), QStringLiteral("Try the step again."));
        const std::vector<Evidence> out{evidence(QStringLiteral("Every TTL reads back as it was before"))};
        co_return out;
    }

private:
    LowerTtls m_lower;
};

} // namespace

std::unique_ptr<StepAction> makeLowerTtls(const plan::StepSpec& spec, RunContext* context) { return std::make_unique<LowerTtls>(spec, context); }
std::unique_ptr<StepAction> makeRestoreTtls(const plan::StepSpec& spec, RunContext* context) { return std::make_unique<RestoreTtls>(spec, context); }

} // namespace switchyard::cutover
