#include "app/cutover/steps/Calls.h"
#include "app/cutover/steps/Kinds.h"
#include "app/cutover/steps/Locks.h"
#include "app/cutover/steps/Names.h"
#include "app/cutover/steps/StepBase.h"

#include <QJsonArray>

#include <algorithm>

namespace switchyard::cutover {

namespace {

/// Points a group of hosts at the target in one transaction, with the records that stood there as the way back.
class SwitchNames final : public StepBase {
public:
    using StepBase::StepBase;
    StepFlags flags() const override
    {
        StepFlags f = StepBase::flags();
        f.disruptive = true;
        return f;
    }
    QString verb() const override
    {
        const qsizetype n = hosts().size();
        return n == 1 ? QStringLiteral("switch %1").arg(hosts().front()) : QStringLiteral("switch %1 domains").arg(n);
    }
    std::vector<Interlock> interlocks() override
    {
        return Locks(c, m_spec.id).checksums().queueEmpty().nobodyWrites().ttlLow().targetHealthy().domainsAdded(hosts()).certificates(hosts()).noFailure().take();
    }

    Task<StepPreview> preview(std::stop_token stop) override
    {
        SY_CO_TRY(auto host, dnsHost());
        SY_CO_TRY(const Zone zone, co_await host->readZone(c->plan().dns.zone, stop));
        SY_CO_ALIVE(stop);
        SY_CO_TRY(const auto targets, co_await readTargets(c, hosts(), stop));
        SY_CO_ALIVE(stop);
        SY_CO_TRY(auto changes, dns::planSwitch(zone, targets, c->plan().dns.switchTtl, flattensApex(*host)));
        c->state().plannedRecords = changes;
        c->touch(HostsChanged);
        StepPreview p;
        QStringList names = hosts();
        const QString last = names.takeLast();
        p.summary = QStringLiteral("Points %1 at %2. Visitors leave the maintenance page within %3; a host whose certificate follows DNS shows TLS errors for 5 to 12 min.")
                        .arg(names.isEmpty() ? last : names.join(QStringLiteral(", ")) + QStringLiteral(" and ") + last, targetTitle(), durationProse(c->plan().dns.switchTtl));
        p.changesTitle = QStringLiteral("Record changes");
        p.changesNote = QStringLiteral("TTL %1").arg(durationProse(c->plan().dns.switchTtl));
        p.changes = changeRows(changes, zone.name);
        SY_CO_TRY(p.calls, co_await dnsCallRows(host, c->plan().dns.zone, std::move(changes), stop));
        SY_CO_ALIVE(stop);
        for (const QString& h : hosts())
            p.calls.push_back(verifyDomainCall(callerOf(h), h));
        co_return p;
    }
    Task<ProbeResult> probe(std::stop_token stop) override
    {
        SY_CO_TRY(auto host, dnsHost());
        SY_CO_TRY(const Zone zone, co_await host->readZone(c->plan().dns.zone, stop));
        SY_CO_ALIVE(stop);
        SY_CO_TRY(const auto targets, co_await readTargets(c, hosts(), stop));
        SY_CO_ALIVE(stop);
        int there = 0;
        for (const dns::HostTarget& t : targets)
            there += pointsAt(zone, t) ? 1 : 0;
        const qsizetype all = hosts().size();
        co_return ProbeResult{there == all ? Effect::Done : there == 0 ? Effect::NotYet : Effect::Partly,
                              QStringLiteral("%1 of %2 names point at %3 in the zone.").arg(there).arg(all).arg(targetTitle())};
    }
    Task<StepOutcome> perform(StepVoice* voice, std::stop_token stop) override
    {
        SY_CO_TRY(auto host, dnsHost());
        const QString name = c->plan().dns.zone;
        SY_CO_TRY(const Zone zone, co_await host->readZone(name, stop));
        SY_CO_ALIVE(stop);
        SY_CO_TRY(const auto targets, co_await readTargets(c, hosts(), stop));
        SY_CO_ALIVE(stop);
        SY_CO_TRY(const auto changes, dns::planSwitch(zone, targets, c->plan().dns.switchTtl, flattensApex(*host)));
        SY_CO_CHECK(unchangedSince(zone, targets));
        QJsonObject part = memory();
        if (!changes.empty()) {
            // What stands there now is the way back. A second start after a crash must not overwrite it with the switched records.
            if (!part.contains(u"before")) {
                QJsonArray before;
                for (const QString& h : hosts()) {
                    for (const RecordSet& r : dns::addressRecords(zone, h))
                        before.append(toJson(r));
                }
                part.insert(QStringLiteral("before"), before);
                part.insert(QStringLiteral("changes"), toJson(changes));
                SY_CO_CHECK(voice->remember(part));
            }
            const QString key = QStringLiteral("switch");
            SY_CO_CHECK(voice->intent(key, QStringLiteral("Switch %1 in the zone %2").arg(counted(hosts().size(), QStringLiteral("name"), QStringLiteral("names")), name)));
            auto applied = co_await host->apply(name, changes, stop);
            SY_CO_ALIVE(stop);
            SY_CO_CHECK(finish(voice, key, applied, QStringLiteral("Switched in one transaction")));
            c->state().zoneNow = *applied;
        }
        part.insert(QStringLiteral("switchedAt"), isoUtc(now()));
        SY_CO_CHECK(voice->remember(part));
        c->state().switchedAt = now();
        c->touch(HostsChanged | ResolversChanged);
        for (const dns::HostTarget& t : targets) {
            const Caller to = callerOf(t.host);
            SY_CO_TRY(auto provider, c->hosting(to.ref.account));
            // Asking the target to look again isn't worth failing the switch; it is asked again while its certificate is waited for.
            auto asked = co_await provider->verifyDomain(to.ref, t.host, stop);
            SY_CO_ALIVE(stop);
            if (!asked)
                voice->say(LogLevel::Warning, QStringLiteral("%1 was not asked to look at %2: %3").arg(targetTitle(), t.host, asked.error().happened));
        }
        StepOutcome out;
        out.says = changes.empty() ? QStringLiteral("The names point at %1 already").arg(targetTitle())
                                   : QStringLiteral("%1 switched to %2").arg(counted(hosts().size(), QStringLiteral("name"), QStringLiteral("names")), targetTitle());
        out.evidence = {evidence(out.says)};
        out.memory = part;
        co_return out;
    }
    Task<std::vector<Evidence>> verify(std::stop_token stop) override
    {
        SY_CO_TRY(const ProbeResult found, co_await probe(stop));
        SY_CO_ALIVE(stop);
        if (found.effect != Effect::Done)
            co_return Error::invalid(QStringLiteral("The zone doesn't read back as planned."), found.says, QStringLiteral("Try the step again, or roll back."));
        const std::vector<Evidence> out{evidence(QStringLiteral("The zone reads back as planned"))};
        co_return out;
    }
    UndoPreview undoPreview() override
    {
        UndoPreview out;
        const std::vector<RecordSet> records = before();
        out.needed = !records.empty();
        out.summary = out.needed ? QStringLiteral("Restore the %1.").arg(counted(static_cast<qint64>(records.size()), QStringLiteral("saved record"), QStringLiteral("saved records"))) : QStringLiteral("Nothing to put back.");
        if (out.needed)
            out.calls = {dnsCall(c->services().dns ? c->services().dns->id() : QString(), QStringLiteral("POST"), QStringLiteral("/zones/…/dns_records/batch"), {})};
        out.takes = std::chrono::seconds(out.needed ? 4 : 0);
        out.cached = out.needed ? Milliseconds(c->plan().dns.switchTtl) : Milliseconds{0};
        return out;
    }
    Task<StepOutcome> undo(StepVoice* voice, std::stop_token stop) override
    {
        StepOutcome out;
        Zone saved;
        saved.name = c->plan().dns.zone;
        saved.records = before();
        if (!memory().contains(u"before")) {
            out.says = QStringLiteral("Nothing to put back");
            co_return out;
        }
        SY_CO_TRY(auto host, dnsHost());
        const QString name = c->plan().dns.zone;
        SY_CO_TRY(const Zone zone, co_await host->readZone(name, stop));
        SY_CO_ALIVE(stop);
        const std::vector<RecordChange> changes = dns::planRestore(saved, zone, hosts());
        if (!changes.empty()) {
            const QString key = QStringLiteral("restore");
            SY_CO_CHECK(voice->intent(key, QStringLiteral("Restore the saved records in the zone %1").arg(name)));
            auto applied = co_await host->apply(name, changes, stop);
            SY_CO_ALIVE(stop);
            SY_CO_CHECK(finish(voice, key, applied, QStringLiteral("Restored")));
            c->state().zoneNow = *applied;
        }
        c->state().switchedAt.reset();
        c->touch(HostsChanged | ResolversChanged);
        out.says = changes.empty() ? QStringLiteral("The names point at %1 already").arg(sourceTitle())
                                   : QStringLiteral("%1 restored").arg(counted(static_cast<qint64>(saved.records.size()), QStringLiteral("saved record"), QStringLiteral("saved records")));
        out.evidence = {evidence(out.says)};
        co_return out;
    }

private:
    Caller callerOf(const QString& host) const
    {
        const plan::ServiceMapping* s = domain(host) ? service(domain(host)->service) : nullptr;
        const ServiceRef ref = s ? s->target : ServiceRef{};
        const Account* a = c->plan().account(ref.account);
        return Caller{a ? a->provider : ref.account, ref};
    }
    static bool pointsAt(const Zone& zone, const dns::HostTarget& t)
    {
        const auto records = dns::addressRecords(zone, t.host);
        return !t.target.isEmpty() && records.size() == 1 && records.front().values == QStringList{t.isAddress ? t.target : dns::absolute(t.target)};
    }
    /// The records before the switch: from memory; before it ran, from the saved zone with the low TTL.
    std::vector<RecordSet> before() const
    {
        std::vector<RecordSet> out;
        const QJsonArray kept = memory().value(u"before").toArray();
        for (const QJsonValue v : kept)
            out.push_back(recordSetFrom(v.toObject()));
        if (kept.isEmpty()) {
            if (const auto saved = savedZone()) {
                for (const QString& h : hosts()) {
                    for (RecordSet r : dns::addressRecords(*saved, h))
                        out.push_back(std::move(r));
                }
            }
        }
        return out;
    }
    /// Refuses when somebody changed a host's records since the zone was saved (its TTL apart): the plan was made against those.
    Result<void> unchangedSince(const Zone& zone, const std::vector<dns::HostTarget>& targets) const
    {
        const auto saved = savedZone();
        if (!saved)
            return Ok{};
        for (const dns::HostTarget& t : targets) {
            if (pointsAt(zone, t))
                continue;
            auto then = dns::addressRecords(*saved, t.host), present = dns::addressRecords(zone, t.host);
            for (auto* list : {&then, &present}) {
                for (RecordSet& r : *list)
                    r.ttl = Seconds(0);
            }
            if (then == present)
                continue;
            Error error;
            error.kind = ErrorKind::Conflict;
            error.happened = QStringLiteral("The records of %1 were changed by somebody else since the zone was saved.").arg(t.host);
            error.means = QStringLiteral("Nothing was switched; visitors see what they saw before.");
            error.remedy = QStringLiteral("Look at the change on the DNS page, then save the zone again.");
            return error;
        }
        return Ok{};
    }
};

} // namespace

std::unique_ptr<StepAction> makeSwitchNames(const plan::StepSpec& spec, RunContext* context) { return std::make_unique<SwitchNames>(spec, context); }

} // namespace switchyard::cutover
