#include "app/cutover/steps/Calls.h"
#include "app/cutover/steps/Kinds.h"
#include "app/cutover/steps/Locks.h"
#include "app/cutover/steps/StepBase.h"
#include "app/cutover/steps/TableBoard.h"

#include <algorithm>

namespace switchyard::cutover {

namespace {

QString heldId(const QString& database) { return QStringLiteral("hold/") + database; }

bool heldOpen(RunContext* context, const QString& database)
{
    const auto& lent = context->state().lent;
    return std::any_of(lent.begin(), lent.end(), [&](const LentEntry& e) { return e.open && e.id == heldId(database); });
}

QString holdStatement(bool on)
{
    return on ? QStringLiteral("ALTER DATABASE … SET default_transaction_read_only = on") : QStringLiteral("ALTER DATABASE … RESET default_transaction_read_only");
}

/// Nobody but the copy may write to the target until writes are opened there.
class HoldTarget final : public StepBase {
public:
    using StepBase::StepBase;
    std::vector<Interlock> interlocks() override { return Locks(c, m_spec.id).allowed().take(); }
    Task<StepPreview> preview(std::stop_token) override
    {
        StepPreview p;
        p.summary = QStringLiteral("Holds the target database read-only for everybody but the copy. Visitors are on %1 and don't notice.").arg(sourceTitle());
        p.calls = {sqlCall(holdStatement(true), QStringLiteral("target"))};
        co_return p;
    }
    Task<ProbeResult> probe(std::stop_token stop) override
    {
        SY_CO_TRY(const plan::DatabaseMapping db, database());
        SY_CO_TRY(auto mover, co_await c->mover(db.name, stop));
        SY_CO_ALIVE(stop);
        SY_CO_TRY(const DatabaseSummary s, co_await mover->inspect(Side::Target, stop));
        SY_CO_ALIVE(stop);
        co_return ProbeResult{s.readOnly && heldOpen(c, db.name) ? Effect::Done : Effect::NotYet, s.readOnly ? QStringLiteral("The target is held read-only.") : QStringLiteral("The target takes writes.")};
    }
    Task<StepOutcome> perform(StepVoice* voice, std::stop_token stop) override
    {
        SY_CO_TRY(const plan::DatabaseMapping db, database());
        SY_CO_TRY(auto mover, co_await c->mover(db.name, stop));
        SY_CO_ALIVE(stop);
        SY_CO_CHECK(voice->lend(heldId(db.name), QStringLiteral("%1 is held read-only at the target").arg(db.name), QStringLiteral("Lift it"), {}));
        const QString key = QStringLiteral("hold");
        SY_CO_CHECK(voice->intent(key, QStringLiteral("Hold %1 read-only (%2)").arg(db.name, mover->readOnlyMechanism())));
        auto held = co_await mover->holdReadOnly(Side::Target, true, stop);
        SY_CO_ALIVE(stop);
        SY_CO_CHECK(finish(voice, key, held, QStringLiteral("Held")));
        StepOutcome out;
        out.says = QStringLiteral("%1 is held read-only by %2").arg(db.name, mover->readOnlyMechanism());
        out.evidence = {evidence(out.says)};
        out.memory.insert(QStringLiteral("held"), true);
        out.memory.insert(QStringLiteral("mechanism"), mover->readOnlyMechanism());
        SY_CO_CHECK(voice->remember(out.memory));
        co_return out;
    }
    Task<std::vector<Evidence>> verify(std::stop_token stop) override
    {
        SY_CO_TRY(const plan::DatabaseMapping db, database());
        SY_CO_TRY(auto mover, co_await c->mover(db.name, stop));
        SY_CO_ALIVE(stop);
        SY_CO_TRY(const DatabaseSummary s, co_await mover->inspect(Side::Target, stop));
        SY_CO_ALIVE(stop);
        showSummary(c, db.name, Side::Target, s);
        if (!s.readOnly)
            co_return Error::invalid(QStringLiteral("The target database still takes writes."), QStringLiteral("Something could write there before the switch."), QStringLiteral("Try the step again."));
        const std::vector<Evidence> out{evidence(QStringLiteral("The target reads back as read-only"))};
        co_return out;
    }
    UndoPreview undoPreview() override
    {
        UndoPreview out;
        const auto db = database();
        out.needed = db && heldOpen(c, db->name);
        out.summary = out.needed ? QStringLiteral("Lift the read-only hold on the target.") : QStringLiteral("Nothing to put back.");
        if (out.needed)
            out.calls = {sqlCall(holdStatement(false), QStringLiteral("target"))};
        out.takes = std::chrono::seconds(out.needed ? 1 : 0);
        return out;
    }
    Task<StepOutcome> undo(StepVoice* voice, std::stop_token stop) override
    {
        SY_CO_TRY(const plan::DatabaseMapping db, database());
        StepOutcome out;
        out.says = QStringLiteral("Nothing to put back");
        if (!heldOpen(c, db.name))
            co_return out;
        SY_CO_TRY(auto mover, co_await c->mover(db.name, stop));
        SY_CO_ALIVE(stop);
        const QString key = QStringLiteral("lift");
        SY_CO_CHECK(voice->intent(key, QStringLiteral("Lift the hold on %1").arg(db.name)));
        auto lifted = co_await mover->holdReadOnly(Side::Target, false, stop);
        SY_CO_ALIVE(stop);
        SY_CO_CHECK(finish(voice, key, lifted, QStringLiteral("Lifted")));
        SY_CO_CHECK(voice->putBack(heldId(db.name)));
        out.says = QStringLiteral("%1 isn't held any more").arg(db.name);
        co_return out;
    }
};

/// The point of no return: from here the target takes writes that the source doesn't have.
class OpenWrites final : public StepBase {
public:
    using StepBase::StepBase;
    StepFlags flags() const override
    {
        StepFlags f = StepBase::flags();
        f.pointOfNoReturn = true;
        f.disruptive = true;
        return f;
    }
    std::vector<Interlock> interlocks() override { return Locks(c, m_spec.id).checksums().nobodyWrites().queueEmpty().namesAnswer().targetHealthy().noFailure().take(); }
    Task<StepPreview> preview(std::stop_token) override
    {
        StepPreview p;
        p.summary = QStringLiteral("Holds the source read-only and lets the target take writes. From here, going back loses what visitors write.");
        p.calls = {sqlCall(holdStatement(true), QStringLiteral("source")), sqlCall(holdStatement(false), QStringLiteral("target"))};
        co_return p;
    }
    Task<ProbeResult> probe(std::stop_token stop) override
    {
        SY_CO_TRY(const plan::DatabaseMapping db, database());
        SY_CO_TRY(auto mover, co_await c->mover(db.name, stop));
        SY_CO_ALIVE(stop);
        SY_CO_TRY(const DatabaseSummary target, co_await mover->inspect(Side::Target, stop));
        SY_CO_ALIVE(stop);
        SY_CO_TRY(const DatabaseSummary source, co_await mover->inspect(Side::Source, stop));
        SY_CO_ALIVE(stop);
        if (!target.readOnly)
            co_return ProbeResult{heldOpen(c, db.name) ? Effect::Partly : Effect::Done, QStringLiteral("The target takes writes.")};
        co_return ProbeResult{source.readOnly ? Effect::Partly : Effect::NotYet, source.readOnly ? QStringLiteral("Both sides are read-only.") : QStringLiteral("The target is still held read-only.")};
    }
    Task<StepOutcome> perform(StepVoice* voice, std::stop_token stop) override
    {
        SY_CO_TRY(const plan::DatabaseMapping db, database());
        SY_CO_TRY(auto mover, co_await c->mover(db.name, stop));
        SY_CO_ALIVE(stop);
        SY_CO_TRY(const DatabaseSummary source, co_await mover->inspect(Side::Source, stop));
        SY_CO_ALIVE(stop);
        QJsonObject part = memory();
        if (!source.readOnly) {
            part.insert(QStringLiteral("sourceHeld"), true);
            SY_CO_CHECK(voice->remember(part));
            const QString key = QStringLiteral("hold-source");
            SY_CO_CHECK(voice->intent(key, QStringLiteral("Hold the source of %1 read-only").arg(db.name)));
            auto held = co_await mover->holdReadOnly(Side::Source, true, stop);
            SY_CO_ALIVE(stop);
            SY_CO_CHECK(finish(voice, key, held, QStringLiteral("Held")));
        }
        SY_CO_TRY(const DatabaseSummary target, co_await mover->inspect(Side::Target, stop));
        SY_CO_ALIVE(stop);
        if (target.readOnly) {
            part.insert(QStringLiteral("opened"), true);
            SY_CO_CHECK(voice->remember(part));
            const QString key = QStringLiteral("open");
            SY_CO_CHECK(voice->intent(key, QStringLiteral("Open writes on %1").arg(db.name)));
            auto lifted = co_await mover->holdReadOnly(Side::Target, false, stop);
            SY_CO_ALIVE(stop);
            SY_CO_CHECK(finish(voice, key, lifted, QStringLiteral("Open")));
        }
        if (heldOpen(c, db.name)) {
            SY_CO_CHECK(voice->putBack(heldId(db.name)));
        }
        voice->writesStopped(false);
        part.insert(QStringLiteral("opened"), true);
        part.insert(QStringLiteral("at"), isoUtc(now()));
        SY_CO_CHECK(voice->remember(part));
        StepOutcome out;
        out.says = QStringLiteral("Writes are open on %1").arg(targetTitle());
        out.evidence = {evidence(out.says)};
        out.memory = part;
        co_return out;
    }
    Task<std::vector<Evidence>> verify(std::stop_token stop) override
    {
        SY_CO_TRY(const plan::DatabaseMapping db, database());
        SY_CO_TRY(auto mover, co_await c->mover(db.name, stop));
        SY_CO_ALIVE(stop);
        SY_CO_TRY(const DatabaseSummary target, co_await mover->inspect(Side::Target, stop));
        SY_CO_ALIVE(stop);
        showSummary(c, db.name, Side::Target, target);
        if (target.readOnly)
            co_return Error::invalid(QStringLiteral("The target database is still read-only."), QStringLiteral("Visitors can read there and can't write."), QStringLiteral("Try the step again."));
        const std::vector<Evidence> out{evidence(QStringLiteral("The target takes writes, the source is read-only"))};
        co_return out;
    }
    UndoPreview undoPreview() override
    {
        UndoPreview out;
        const QJsonObject m = memory();
        out.needed = m.value(u"opened").toBool() || m.value(u"sourceHeld").toBool();
        out.summary = out.needed ? QStringLiteral("Hold the target read-only again and let the source take writes.") : QStringLiteral("Nothing to put back.");
        if (out.needed)
            out.calls = {sqlCall(holdStatement(true), QStringLiteral("target")), sqlCall(holdStatement(false), QStringLiteral("source"))};
        out.takes = std::chrono::seconds(out.needed ? 2 : 0);
        return out;
    }
    Task<StepOutcome> undo(StepVoice* voice, std::stop_token stop) override
    {
        SY_CO_TRY(const plan::DatabaseMapping db, database());
        const QJsonObject m = memory();
        StepOutcome out;
        out.says = QStringLiteral("Nothing to put back");
        if (!m.value(u"opened").toBool() && !m.value(u"sourceHeld").toBool())
            co_return out;
        SY_CO_TRY(auto mover, co_await c->mover(db.name, stop));
        SY_CO_ALIVE(stop);
        if (m.value(u"opened").toBool()) {
            SY_CO_CHECK(voice->lend(heldId(db.name), QStringLiteral("%1 is held read-only at the target").arg(db.name), QStringLiteral("Lift it"), {}));
            const QString key = QStringLiteral("hold-again");
            SY_CO_CHECK(voice->intent(key, QStringLiteral("Hold the target of %1 read-only again").arg(db.name)));
            auto held = co_await mover->holdReadOnly(Side::Target, true, stop);
            SY_CO_ALIVE(stop);
            SY_CO_CHECK(finish(voice, key, held, QStringLiteral("Held")));
            voice->writesStopped(true);
        }
        if (m.value(u"sourceHeld").toBool()) {
            const QString key = QStringLiteral("lift-source");
            SY_CO_CHECK(voice->intent(key, QStringLiteral("Let the source of %1 take writes").arg(db.name)));
            auto lifted = co_await mover->holdReadOnly(Side::Source, false, stop);
            SY_CO_ALIVE(stop);
            SY_CO_CHECK(finish(voice, key, lifted, QStringLiteral("Lifted")));
        }
        out.says = QStringLiteral("The target is held read-only, the source can take writes");
        out.evidence = {evidence(out.says)};
        co_return out;
    }
};

} // namespace

std::unique_ptr<StepAction> makeHoldTarget(const plan::StepSpec& spec, RunContext* context) { return std::make_unique<HoldTarget>(spec, context); }
std::unique_ptr<StepAction> makeOpenWrites(const plan::StepSpec& spec, RunContext* context) { return std::make_unique<OpenWrites>(spec, context); }

} // namespace switchyard::cutover
