#include "app/cutover/steps/Calls.h"
#include "app/cutover/steps/Kinds.h"
#include "app/cutover/steps/StepBase.h"
#include "app/cutover/steps/TableBoard.h"

#include <QUrl>

#include <algorithm>

namespace switchyard::cutover {

namespace {

QString lentIdOf(const QString& database) { return QStringLiteral("allow/") + database; }

/// Enters this machine in the allow list of the target database. Lent: it is taken out at Close.
class AllowMachine final : public StepBase {
public:
    using StepBase::StepBase;

    Task<StepPreview> preview(std::stop_token stop) override
    {
        SY_CO_TRY(const plan::DatabaseMapping db, database());
        SY_CO_TRY(auto provider, c->hosting(db.target.account));
        StepPreview p;
        p.summary = QStringLiteral("Lets this machine reach %1 from outside until Close. Visitors don't notice.").arg(refText(db.target));
        p.changesTitle = QStringLiteral("Allow list");
        if (provider->can(HostingProvider::CanAllowList)) {
            SY_CO_TRY(const QString cidr, co_await machine(db, stop));
            SY_CO_ALIVE(stop);
            SY_CO_TRY(const auto list, co_await provider->allowList(db.target, stop));
            SY_CO_ALIVE(stop);
            const bool there = covers(list, cidr);
            p.changes.push_back(ChangePreview{db.name, QStringLiteral("CIDR"), there ? cidr : QString(), cidr});
            if (!there)
                p.calls.push_back(allowListCall(Caller{provider->id(), db.target}));
        }
        p.calls.push_back(sqlCall(QStringLiteral("SELECT version()"), QStringLiteral("reads")));
        co_return p;
    }
    Task<ProbeResult> probe(std::stop_token stop) override
    {
        SY_CO_TRY(const plan::DatabaseMapping db, database());
        SY_CO_TRY(auto provider, c->hosting(db.target.account));
        if (!provider->can(HostingProvider::CanAllowList))
            co_return ProbeResult{memory().contains(u"cidr") ? Effect::Done : Effect::NotYet, QStringLiteral("%1 has no allow list.").arg(provider->displayName())};
        SY_CO_TRY(const QString cidr, co_await machine(db, stop));
        SY_CO_ALIVE(stop);
        SY_CO_TRY(const auto list, co_await provider->allowList(db.target, stop));
        SY_CO_ALIVE(stop);
        const bool there = covers(list, cidr);
        co_return ProbeResult{there && memory().contains(u"cidr") ? Effect::Done : Effect::NotYet, there ? QStringLiteral("%1 is in the allow list.").arg(cidr) : QStringLiteral("%1 isn't in the allow list.").arg(cidr)};
    }
    Task<StepOutcome> perform(StepVoice* voice, std::stop_token stop) override
    {
        SY_CO_TRY(const plan::DatabaseMapping db, database());
        SY_CO_TRY(auto provider, c->hosting(db.target.account));
        QJsonObject part = memory();
        QString cidr = QStringLiteral("no allow list");
        StepOutcome out;
        if (provider->can(HostingProvider::CanAllowList)) {
            SY_CO_TRY(cidr, co_await machine(db, stop));
            SY_CO_ALIVE(stop);
            SY_CO_TRY(const auto list, co_await provider->allowList(db.target, stop));
            SY_CO_ALIVE(stop);
            if (!covers(list, cidr)) {
                const AllowEntry entry{cidr, description()};
                QJsonObject data;
                data.insert(QStringLiteral("cidr"), entry.cidr);
                data.insert(QStringLiteral("description"), entry.description);
                part.insert(QStringLiteral("added"), true);
                part.insert(QStringLiteral("cidr"), cidr);
                SY_CO_CHECK(voice->remember(part));
                SY_CO_CHECK(voice->lend(lentIdOf(db.name), QStringLiteral("This machine (%1) may reach %2").arg(cidr, db.name), QStringLiteral("Remove the entry from the allow list"), data));
                std::vector<AllowEntry> wanted = list;
                wanted.push_back(entry);
                const QString key = QStringLiteral("allow");
                SY_CO_CHECK(voice->intent(key, QStringLiteral("Add %1 to the allow list of %2").arg(cidr, refText(db.target))));
                auto set = co_await provider->setAllowList(db.target, list, wanted, stop);
                SY_CO_ALIVE(stop);
                SY_CO_CHECK(finish(voice, key, set, QStringLiteral("Added")));
                out.says = QStringLiteral("%1 added to the allow list").arg(cidr);
            }
        }
        part.insert(QStringLiteral("cidr"), cidr);
        part.insert(QStringLiteral("at"), isoUtc(now()));
        SY_CO_CHECK(voice->remember(part));
        if (out.says.isEmpty())
            out.says = QStringLiteral("This machine may reach %1 already").arg(db.name);
        out.evidence = {evidence(out.says)};
        out.memory = part;
        co_return out;
    }
    Task<std::vector<Evidence>> verify(std::stop_token stop) override
    {
        SY_CO_TRY(const plan::DatabaseMapping db, database());
        SY_CO_TRY(auto mover, co_await c->mover(db.name, stop));
        SY_CO_ALIVE(stop);
        // A provider takes some seconds to open the door.
        for (int tries = 0;; ++tries) {
            auto summary = co_await mover->inspect(Side::Target, stop);
            SY_CO_ALIVE(stop);
            if (summary) {
                showSummary(c, db.name, Side::Target, *summary);
                c->withdraw(QStringLiteral("PG-18"));
                const std::vector<Evidence> out{evidence(QStringLiteral("The target database answers, version %1").arg(summary->serverVersion))};
                co_return out;
            }
            if (tries >= 5)
                co_return summary.error();
            SY_CO_CHECK(co_await sleepReal(std::chrono::seconds(1), stop));
            SY_CO_ALIVE(stop);
        }
    }
    UndoPreview undoPreview() override
    {
        UndoPreview out;
        const auto db = database();
        out.needed = memory().value(u"added").toBool() && lentOpen();
        out.summary = out.needed ? QStringLiteral("Take this machine off the allow list of %1.").arg(db ? db->name : QString()) : QStringLiteral("Nothing to put back.");
        if (out.needed && db) {
            const Account* a = c->plan().account(db->target.account);
            out.calls = {allowListCall(Caller{a ? a->provider : db->target.account, db->target})};
        }
        out.takes = std::chrono::seconds(out.needed ? 2 : 0);
        return out;
    }
    Task<StepOutcome> undo(StepVoice* voice, std::stop_token stop) override { return remove(voice, stop); }

    /// Takes the entry out again, if it was ours, and closes the ledger's entry.
    Task<StepOutcome> remove(StepVoice* voice, std::stop_token stop)
    {
        SY_CO_TRY(const plan::DatabaseMapping db, database());
        SY_CO_TRY(auto provider, c->hosting(db.target.account));
        StepOutcome out;
        out.says = QStringLiteral("Nothing to put back");
        const QJsonObject lent = lentData(db.name);
        if (provider->can(HostingProvider::CanAllowList) && !lent.isEmpty()) {
            const AllowEntry entry{lent.value(u"cidr").toString(), lent.value(u"description").toString()};
            SY_CO_TRY(const auto list, co_await provider->allowList(db.target, stop));
            SY_CO_ALIVE(stop);
            std::vector<AllowEntry> wanted = list;
            // Only the entry with our words: the same address may have been entered by somebody else as well.
            std::erase(wanted, entry);
            if (wanted.size() != list.size()) {
                const QString key = QStringLiteral("disallow");
                SY_CO_CHECK(voice->intent(key, QStringLiteral("Remove %1 from the allow list of %2").arg(entry.cidr, refText(db.target))));
                auto set = co_await provider->setAllowList(db.target, list, wanted, stop);
                SY_CO_ALIVE(stop);
                SY_CO_CHECK(finish(voice, key, set, QStringLiteral("Removed")));
            }
            out.says = QStringLiteral("%1 is off the allow list of %2").arg(entry.cidr, db.name);
            SY_CO_CHECK(voice->putBack(lentIdOf(db.name)));
        }
        out.evidence = {evidence(out.says)};
        co_return out;
    }
    [[nodiscard]] bool lentOpen() const
    {
        const auto db = database();
        const auto& lent = c->state().lent;
        return db && std::any_of(lent.begin(), lent.end(), [&](const LentEntry& e) { return e.open && e.id == lentIdOf(db->name); });
    }

private:
    QString description() const { return QStringLiteral("switchyard %1").arg(c->plan().name); }
    QJsonObject lentData(const QString& name) const
    {
        for (const LentEntry& e : c->state().lent) {
            if (e.open && e.id == lentIdOf(name))
                return e.data;
        }
        return {};
    }
    static bool covers(const std::vector<AllowEntry>& list, const QString& cidr)
    {
        return std::any_of(list.begin(), list.end(), [&](const AllowEntry& e) { return e.cidr == cidr || e.cidr == QLatin1String("0.0.0.0/0"); });
    }
    /// This machine as the provider sees it: from the plan, loopback for a simulator, else asked at a resolver that echoes the asker.
    Task<QString> machine(plan::DatabaseMapping db, std::stop_token stop)
    {
        QString address = with("address");
        const Account* account = c->plan().account(db.target.account);
        const QString base = account ? QUrl(account->baseUrl).host() : QString();
        if (address.isEmpty() && (c->services().rehearsal || base == QLatin1String("127.0.0.1") || base == QLatin1String("localhost")))
            address = QStringLiteral("127.0.0.1");
        if (address.isEmpty() && c->services().resolver) {
            const ResolverAddress echo{QStringLiteral("resolver1.opendns.com"), QStringLiteral("OpenDNS"), QStringLiteral("208.67.222.222"), false};
            auto answer = co_await c->services().resolver->query(echo, QStringLiteral("myip.opendns.com."), QStringLiteral("A"), stop);
            SY_CO_ALIVE(stop);
            if (answer && !answer->values(QStringLiteral("A")).isEmpty())
                address = answer->values(QStringLiteral("A")).front();
        }
        if (address.isEmpty())
            co_return Error::invalid(QStringLiteral("The public address of this machine isn't known."), QStringLiteral("It can't be entered in the allow list; nothing was changed."),
                                     QStringLiteral("Write it into the plan: the step allow-machine with \"address\"."));
        co_return address.contains(u'/') ? address : address + QStringLiteral("/32");
    }
};

/// Close: takes the entry out, as the ledger says.
class RemoveAllow final : public StepBase {
public:
    RemoveAllow(const plan::StepSpec& spec, RunContext* context) : StepBase(spec, context), m_allow(spec, context) {}
    Task<StepPreview> preview(std::stop_token) override
    {
        StepPreview p;
        const auto db = database();
        p.summary = QStringLiteral("Takes this machine off the allow list of %1. Visitors don't notice.").arg(db ? db->name : QString());
        if (db && m_allow.lentOpen()) {
            const Account* a = c->plan().account(db->target.account);
            p.calls = {allowListCall(Caller{a ? a->provider : db->target.account, db->target})};
        }
        co_return p;
    }
    Task<ProbeResult> probe(std::stop_token) override
    {
        const bool open = m_allow.lentOpen();
        co_return ProbeResult{open ? Effect::NotYet : Effect::Done, open ? QStringLiteral("The entry is still lent.") : QStringLiteral("No entry of this machine is lent.")};
    }
    Task<StepOutcome> perform(StepVoice* voice, std::stop_token stop) override { return m_allow.remove(voice, stop); }
    Task<std::vector<Evidence>> verify(std::stop_token) override
    {
        if (m_allow.lentOpen())
            co_return Error::invalid(QStringLiteral("This machine is still on the allow list."), QStringLiteral("The database can be reached from outside."), QStringLiteral("Try the step again."));
        co_return std::vector<Evidence>{};
    }

private:
    AllowMachine m_allow;
};

} // namespace

std::unique_ptr<StepAction> makeAllowMachine(const plan::StepSpec& spec, RunContext* context) { return std::make_unique<AllowMachine>(spec, context); }
std::unique_ptr<StepAction> makeRemoveAllow(const plan::StepSpec& spec, RunContext* context) { return std::make_unique<RemoveAllow>(spec, context); }

} // namespace switchyard::cutover
