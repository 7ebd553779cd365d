#include "app/cutover/steps/Calls.h"
#include "app/cutover/steps/Kinds.h"
#include "app/cutover/steps/Names.h"
#include "app/cutover/steps/StepBase.h"

#include <QJsonArray>

namespace switchyard::cutover {

namespace {

/// Makes the public host names known at the target, before anything points there.
class AddDomains final : public StepBase {
public:
    using StepBase::StepBase;

    Task<StepPreview> preview(std::stop_token stop) override
    {
        StepPreview p;
        p.summary = QStringLiteral("Tells %1 which names it is going to answer for. Nothing points there yet; visitors don't notice.").arg(targetTitle());
        p.changesTitle = QStringLiteral("Custom domains");
        const QStringList wanted = ordered();
        for (const QString& host : wanted) {
            SY_CO_TRY(const bool known, co_await bound(host, stop));
            SY_CO_ALIVE(stop);
            const ServiceRef ref = refOf(host);
            if (!known)
                p.calls.push_back(addDomainCall(callerOf(ref), host));
            p.changes.push_back(ChangePreview{host, QString(), known ? QStringLiteral("known") : QString(), refText(ref)});
        }
        co_return p;
    }
    Task<ProbeResult> probe(std::stop_token stop) override
    {
        int known = 0;
        const QStringList wanted = ordered();
        for (const QString& host : wanted) {
            SY_CO_TRY(const bool there, co_await bound(host, stop));
            SY_CO_ALIVE(stop);
            known += there ? 1 : 0;
        }
        // Done only with the targets in memory: the switch needs them.
        const bool remembered = memory().value(u"targets").toObject().size() == wanted.size();
        co_return ProbeResult{known == wanted.size() && remembered ? Effect::Done : known == 0 ? Effect::NotYet : Effect::Partly,
                              QStringLiteral("%1 of %2 names are known at %3.").arg(known).arg(wanted.size()).arg(targetTitle())};
    }
    Task<StepOutcome> perform(StepVoice* voice, std::stop_token stop) override
    {
        QJsonObject part = memory();
        QJsonArray added = part.value(u"added").toArray();
        const QStringList wanted = ordered();
        for (const QString& host : wanted) {
            SY_CO_TRY(const bool known, co_await bound(host, stop));
            SY_CO_ALIVE(stop);
            if (known)
                continue;
            const ServiceRef ref = refOf(host);
            SY_CO_TRY(auto provider, c->hosting(ref.account));
            if (!added.contains(host))
                added.append(host);
            part.insert(QStringLiteral("added"), added);
            SY_CO_CHECK(voice->remember(part));
            const QString key = QStringLiteral("add/") + host;
            SY_CO_CHECK(voice->intent(key, QStringLiteral("Add %1 to %2").arg(host, refText(ref))));
            auto binding = co_await provider->addDomain(ref, host, stop);
            SY_CO_ALIVE(stop);
            SY_CO_CHECK(finish(voice, key, binding, QStringLiteral("Added")));
            // The provider may have added the twin that redirects as well: it is ours to remove, too.
            SY_CO_TRY(const auto after, co_await provider->domains(ref, stop));
            SY_CO_ALIVE(stop);
            for (const DomainBinding& b : after) {
                if (b.redirectsTo == host && wanted.contains(b.host) && !added.contains(b.host))
                    added.append(b.host);
            }
            part.insert(QStringLiteral("added"), added);
            SY_CO_CHECK(voice->remember(part));
        }
        SY_CO_TRY(const auto targets, co_await readTargets(c, wanted, stop));
        SY_CO_ALIVE(stop);
        QJsonObject names, addresses;
        for (const dns::HostTarget& t : targets) {
            names.insert(t.host, t.target);
            if (t.isAddress)
                addresses.insert(t.host, true);
        }
        part.insert(QStringLiteral("targets"), names);
        part.insert(QStringLiteral("addresses"), addresses);
        SY_CO_CHECK(voice->remember(part));
        if (const auto zone = savedZone(); zone && c->services().dns) {
            const auto planned = dns::planSwitch(*zone, targets, c->plan().dns.switchTtl, flattensApex(*c->services().dns));
            if (planned)
                c->state().plannedRecords = *planned;
            c->touch(HostsChanged);
        }
        StepOutcome out;
        out.says = added.isEmpty() ? QStringLiteral("%1 knew all names already").arg(targetTitle())
                                   : QStringLiteral("%1 added at %2").arg(counted(added.size(), QStringLiteral("name"), QStringLiteral("names")), targetTitle());
        out.evidence = {evidence(out.says)};
        out.memory = part;
        co_return out;
    }
    Task<std::vector<Evidence>> verify(std::stop_token stop) override
    {
        const QStringList wanted = ordered();
        for (const QString& host : wanted) {
            SY_CO_TRY(const bool known, co_await bound(host, stop));
            SY_CO_ALIVE(stop);
            if (!known)
                co_return Error::invalid(QStringLiteral("%1 doesn't list %2.").arg(targetTitle(), host), QStringLiteral("It wouldn't answer for it."), QStringLiteral("Try the step again."));
        }
        const std::vector<Evidence> out{evidence(QStringLiteral("%1 lists all %2").arg(targetTitle(), counted(wanted.size(), QStringLiteral("name"), QStringLiteral("names"))))};
        co_return out;
    }
    UndoPreview undoPreview() override
    {
        UndoPreview out;
        const QJsonArray added = memory().value(u"added").toArray();
        out.needed = !added.isEmpty();
        out.summary = out.needed ? QStringLiteral("Remove %1 at %2.").arg(counted(added.size(), QStringLiteral("name"), QStringLiteral("names")), targetTitle()) : QStringLiteral("Nothing to put back.");
        for (const QJsonValue v : added)
            out.calls.push_back(removeDomainCall(callerOf(refOf(v.toString())), v.toString()));
        out.takes = std::chrono::seconds(2 * added.size());
        return out;
    }
    Task<StepOutcome> undo(StepVoice* voice, std::stop_token stop) override
    {
        const QJsonArray added = memory().value(u"added").toArray();
        int removed = 0;
        for (const QJsonValue v : added) {
            const QString host = v.toString();
            SY_CO_TRY(const bool known, co_await bound(host, stop));
            SY_CO_ALIVE(stop);
            if (!known)
                continue;
            const ServiceRef ref = refOf(host);
            SY_CO_TRY(auto provider, c->hosting(ref.account));
            const QString key = QStringLiteral("remove/") + host;
            SY_CO_CHECK(voice->intent(key, QStringLiteral("Remove %1 from %2").arg(host, refText(ref))));
            auto gone = co_await provider->removeDomain(ref, host, stop);
            SY_CO_ALIVE(stop);
            SY_CO_CHECK(finish(voice, key, gone, QStringLiteral("Removed")));
            ++removed;
        }
        StepOutcome out;
        out.says = QStringLiteral("%1 removed at %2").arg(counted(removed, QStringLiteral("name"), QStringLiteral("names")), targetTitle());
        co_return out;
    }

private:
    /// "www" before its apex: the provider then makes the apex the twin that only redirects, and www stays the canonical name.
    QStringList ordered() const
    {
        QStringList out;
        for (const QString& host : hosts()) {
            const plan::ServiceMapping* s = domain(host) ? service(domain(host)->service) : nullptr;
            if (s && !s->target.isEmpty())
                out << host;
        }
        std::stable_sort(out.begin(), out.end(), [](const QString& a, const QString& b) { return a == QStringLiteral("www.") + b; });
        return out;
    }
    ServiceRef refOf(const QString& host) const
    {
        const plan::ServiceMapping* s = domain(host) ? service(domain(host)->service) : nullptr;
        return s ? s->target : ServiceRef{};
    }
    Caller callerOf(const ServiceRef& ref) const
    {
        const Account* a = c->plan().account(ref.account);
        return Caller{a ? a->provider : ref.account, ref};
    }
    Task<bool> bound(QString host, std::stop_token stop)
    {
        const ServiceRef ref = refOf(host);
        SY_CO_TRY(auto provider, c->hosting(ref.account));
        SY_CO_TRY(const auto list, co_await provider->domains(ref, stop));
        SY_CO_ALIVE(stop);
        co_return std::any_of(list.begin(), list.end(), [&](const DomainBinding& b) { return b.host == host; });
    }
};

} // namespace

std::unique_ptr<StepAction> makeAddDomains(const plan::StepSpec& spec, RunContext* context) { return std::make_unique<AddDomains>(spec, context); }

} // namespace switchyard::cutover
