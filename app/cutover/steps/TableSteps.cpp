#include "app/cutover/steps/Calls.h"
#include "app/cutover/steps/Kinds.h"
#include "app/cutover/steps/Locks.h"
#include "app/cutover/steps/StepBase.h"
#include "app/cutover/steps/TableBoard.h"
#include "app/plan/PlanReader.h"

#include <QJsonArray>

#include <algorithm>

// The steps that work on tables: schema, copy, counts, proof of quiet, delta, sequences, checksums. All through one DatabaseMover; none keeps
// state of its own, so each can be started again after a crash.

namespace switchyard::cutover {

namespace {

class TableStep : public StepBase {
public:
    using StepBase::StepBase;

protected:
    struct Ready {
        plan::DatabaseMapping db;
        std::shared_ptr<DatabaseMover> mover;
    };
    Task<Ready> ready(std::stop_token stop)
    {
        Ready out;
        SY_CO_TRY(out.db, database());
        SY_CO_TRY(out.mover, co_await c->mover(out.db.name, stop));
        SY_CO_ALIVE(stop);
        co_return out;
    }
    QString tables() const
    {
        const auto db = database();
        if (!db)
            return QStringLiteral("the tables");
        for (const DatabaseView& v : c->state().databases) {
            if (v.name == db->name && v.source)
                return counted(static_cast<qint64>(v.source->tables.size()), QStringLiteral("table"), QStringLiteral("tables"));
        }
        return QStringLiteral("the tables");
    }
    StepPreview simple(const QString& summary, std::vector<CallPreview> calls) const
    {
        StepPreview p;
        p.summary = summary;
        p.calls = std::move(calls);
        return p;
    }
    /// After a crash nothing outside tells cheaply whether it ended; starting again is safe.
    ProbeResult again(const QString& says) const { return ProbeResult{Effect::NotYet, says}; }
};

class CreateSchema final : public TableStep {
public:
    using TableStep::TableStep;
    std::vector<Interlock> interlocks() override { return Locks(c, m_spec.id).allowed().held().noFailure().take(); }
    Task<StepPreview> preview(std::stop_token) override
    {
        co_return simple(QStringLiteral("Creates %1 at the target, empty. Refused when a table there holds rows.").arg(tables()),
                         {sqlCall(QStringLiteral("CREATE TABLE …"), QStringLiteral("target"))});
    }
    Task<ProbeResult> probe(std::stop_token stop) override
    {
        SY_CO_TRY(const Ready r, co_await ready(stop));
        SY_CO_ALIVE(stop);
        SY_CO_TRY(const DatabaseSummary source, co_await r.mover->inspect(Side::Source, stop));
        SY_CO_ALIVE(stop);
        SY_CO_TRY(const DatabaseSummary target, co_await r.mover->inspect(Side::Target, stop));
        SY_CO_ALIVE(stop);
        const std::size_t there = target.tables.size(), all = source.tables.size();
        co_return ProbeResult{all > 0 && there >= all ? Effect::Done : there == 0 ? Effect::NotYet : Effect::Partly, QStringLiteral("%1 of %2 tables exist at the target.").arg(there).arg(all)};
    }
    Task<StepOutcome> perform(StepVoice* voice, std::stop_token stop) override
    {
        SY_CO_TRY(const Ready r, co_await ready(stop));
        SY_CO_ALIVE(stop);
        const QString key = QStringLiteral("schema");
        SY_CO_CHECK(voice->intent(key, QStringLiteral("Create the schema of %1 at the target").arg(r.db.name)));
        auto made = co_await r.mover->createSchema(stop);
        SY_CO_ALIVE(stop);
        SY_CO_CHECK(finish(voice, key, made, QStringLiteral("Created")));
        StepOutcome out;
        out.says = QStringLiteral("%1 created at the target").arg(counted(*made, QStringLiteral("table"), QStringLiteral("tables")));
        out.evidence = {evidence(out.says)};
        out.memory.insert(QStringLiteral("tables"), *made);
        co_return out;
    }
};

class CopyTables final : public TableStep {
public:
    using TableStep::TableStep;
    std::vector<Interlock> interlocks() override { return Locks(c, m_spec.id).held().noFailure().take(); }
    Task<StepPreview> preview(std::stop_token) override
    {
        co_return simple(QStringLiteral("Copies %1 from one snapshot while visitors go on writing. Visitors don't notice; the source works a little more.").arg(tables()),
                         {sqlCall(QStringLiteral("COPY … TO STDOUT"), QStringLiteral("source")), sqlCall(QStringLiteral("COPY … FROM STDIN"), QStringLiteral("target"))});
    }
    Task<ProbeResult> probe(std::stop_token) override { co_return again(QStringLiteral("The copy didn't end; it starts over from a new snapshot.")); }
    Task<StepOutcome> perform(StepVoice* voice, std::stop_token stop) override
    {
        SY_CO_TRY(const Ready r, co_await ready(stop));
        SY_CO_ALIVE(stop);
        auto board = std::make_shared<TableBoard>(c, voice, m_spec.id, r.db.name, QStringLiteral("Copy"));
        const BoardGuard guard(board);
        const QString key = QStringLiteral("copy");
        SY_CO_CHECK(voice->intent(key, QStringLiteral("Copy %1 of %2").arg(tables(), r.db.name)));
        TableSink sink = board->sink();
        auto copied = co_await r.mover->preseed(std::move(sink), stop);
        SY_CO_ALIVE(stop);
        SY_CO_CHECK(finish(voice, key, copied, QStringLiteral("Copied")));
        StepOutcome out;
        out.says = QStringLiteral("%1 of %2 copied in %3").arg(counted(copied->rows.value, QStringLiteral("row"), QStringLiteral("rows")), counted(copied->tables, QStringLiteral("table"), QStringLiteral("tables")),
                                                             durationProse(copied->took));
        out.memory.insert(QStringLiteral("tables"), copied->tables);
        out.memory.insert(QStringLiteral("rows"), copied->rows.value);
        out.memory.insert(QStringLiteral("bytes"), copied->bytes.value);
        out.memory.insert(QStringLiteral("snapshot"), copied->snapshot);
        out.evidence = {evidence(out.says, true, out.memory)};
        co_return out;
    }
};

class CompareCounts final : public TableStep {
public:
    using TableStep::TableStep;
    StepFlags flags() const override
    {
        StepFlags f = TableStep::flags();
        f.writes = false;
        return f;
    }
    Task<StepPreview> preview(std::stop_token) override
    {
        co_return simple(QStringLiteral("Counts the rows of %1 on both sides. What was written since the snapshot is the delta.").arg(tables()),
                         {sqlCall(QStringLiteral("SELECT count(*) FROM …"), QStringLiteral("both sides"))});
    }
    Task<ProbeResult> probe(std::stop_token) override { co_return again(QStringLiteral("The counts weren't compared.")); }
    Task<StepOutcome> perform(StepVoice*, std::stop_token stop) override
    {
        SY_CO_TRY(const Ready r, co_await ready(stop));
        SY_CO_ALIVE(stop);
        SY_CO_TRY(const auto delta, co_await r.mover->measureDelta(stop));
        SY_CO_ALIVE(stop);
        DatabaseView& view = databaseView(r.db.name);
        qint64 behind = 0, rows = 0;
        QStringList empty;
        for (const TableProgress& t : delta) {
            behind += t.behind.value;
            rows += std::max<qint64>(0, t.sourceRows.value);
            if (t.targetRows.value == 0 && t.sourceRows.value > 0 && t.behind.value >= t.sourceRows.value && t.sourceRows.value > 100)
                empty << t.table;
            const auto it = std::find_if(view.tables.begin(), view.tables.end(), [&](const TableView& v) { return v.progress.table == t.table; });
            if (it != view.tables.end())
                it->progress = t;
        }
        view.deltaNow = Rows{behind};
        c->touch(DatabasesChanged);
        if (!empty.isEmpty())
            co_return Error::invalid(QStringLiteral("%1 is empty at the target.").arg(empty.join(QStringLiteral(", "))), QStringLiteral("The copy left it out; visitors are still on the source."),
                                     QStringLiteral("Roll back to the copy step and start it again."));
        StepOutcome out;
        out.says = QStringLiteral("%1 compared, %2 behind").arg(counted(static_cast<qint64>(delta.size()), QStringLiteral("table"), QStringLiteral("tables")), counted(behind, QStringLiteral("row"), QStringLiteral("rows")));
        out.memory.insert(QStringLiteral("behind"), behind);
        out.memory.insert(QStringLiteral("rows"), rows);
        out.evidence = {evidence(out.says, true, out.memory)};
        co_return out;
    }
};

class ProveQuiet final : public TableStep {
public:
    using TableStep::TableStep;
    StepFlags flags() const override
    {
        StepFlags f = TableStep::flags();
        f.writes = false;
        return f;
    }
    Task<StepPreview> preview(std::stop_token) override
    {
        co_return simple(QStringLiteral("Reads the write counters of every table twice, %1 apart. Any row written between names its table.").arg(durationProse(window())),
                         {sqlCall(QStringLiteral("SELECT n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_user_tables"), QStringLiteral("source, twice"))});
    }
    Task<ProbeResult> probe(std::stop_token) override { co_return again(QStringLiteral("It isn't proved that nobody writes.")); }
    Task<StepOutcome> perform(StepVoice* voice, std::stop_token stop) override
    {
        SY_CO_TRY(const Ready r, co_await ready(stop));
        SY_CO_ALIVE(stop);
        progress(voice, QStringLiteral("quiet"), QStringLiteral("Nobody writes"), -1, durationProse(window()), QString());
        auto proof = co_await r.mover->proveQuiet(window(), stop);
        SY_CO_ALIVE(stop);
        progress(voice, QStringLiteral("quiet"), QStringLiteral("Nobody writes"), 1, durationProse(window()), QStringLiteral("done"), false);
        if (!proof)
            co_return std::move(proof).error();
        if (!proof->quiet) {
            QStringList who;
            for (const QuietProof::Writer& w : proof->writers)
                who << QStringLiteral("%1 (%2)").arg(w.table, counted(w.writes, QStringLiteral("row"), QStringLiteral("rows")));
            Error error;
            error.kind = ErrorKind::Conflict;
            // A session with an open transaction hasn't counted its rows yet.
            error.happened = QStringLiteral("%1 still writes to %2%3.")
                                 .arg(proof->active.isEmpty() ? QStringLiteral("Somebody who isn't connected any more") : proof->active.join(QStringLiteral(" or ")),
                                      sourceTitle(), who.isEmpty() ? QString() : QStringLiteral(": ") + who.join(QStringLiteral(", ")));
            error.means = QStringLiteral("Rows would be lost if the delta were taken now, so the plan stops here; visitors see the maintenance page.");
            error.remedy = QStringLiteral("Stop that program, then try the step again, or roll back.");
            error.detail = proof->sessions.join(QStringLiteral("; "));
            error.retryable = true;
            co_return error;
        }
        voice->writesStopped(true);
        StepOutcome out;
        out.says = QStringLiteral("Nobody wrote for %1").arg(durationProse(proof->window));
        out.memory.insert(QStringLiteral("quiet"), true);
        out.memory.insert(QStringLiteral("windowMs"), static_cast<qint64>(proof->window.count()));
        out.memory.insert(QStringLiteral("at"), isoUtc(now()));
        out.evidence = {evidence(out.says, true, out.memory)};
        if (!proof->sessions.isEmpty())
            out.evidence.push_back(evidence(QStringLiteral("Still connected, and silent: %1").arg(proof->sessions.join(QStringLiteral("; ")))));
        co_return out;
    }

private:
    Milliseconds window() const { return plan::durationFromText(with("window")).value_or(Milliseconds(5000)); }
};

class ApplyDelta final : public TableStep {
public:
    using TableStep::TableStep;
    std::vector<Interlock> interlocks() override { return Locks(c, m_spec.id).copied().nobodyWrites().queueEmpty().take(); }
    Task<StepPreview> preview(std::stop_token) override
    {
        co_return simple(QStringLiteral("Compares %1 by key and carries over what differs, one transaction a table. Visitors see the maintenance page.").arg(tables()),
                         {sqlCall(QStringLiteral("INSERT … ON CONFLICT DO UPDATE; DELETE …"), QStringLiteral("target"))});
    }
    Task<ProbeResult> probe(std::stop_token stop) override
    {
        SY_CO_TRY(const Ready r, co_await ready(stop));
        SY_CO_ALIVE(stop);
        SY_CO_TRY(const auto delta, co_await r.mover->measureDelta(stop));
        SY_CO_ALIVE(stop);
        qint64 behind = 0;
        for (const TableProgress& t : delta)
            behind += t.behind.value;
        co_return ProbeResult{behind == 0 && memory().contains(u"inserted") ? Effect::Done : Effect::NotYet, QStringLiteral("%1 differ now.").arg(counted(behind, QStringLiteral("row"), QStringLiteral("rows")))};
    }
    Task<StepOutcome> perform(StepVoice* voice, std::stop_token stop) override
    {
        SY_CO_TRY(const Ready r, co_await ready(stop));
        SY_CO_ALIVE(stop);
        auto board = std::make_shared<TableBoard>(c, voice, m_spec.id, r.db.name, QStringLiteral("Delta"));
        const BoardGuard guard(board);
        const QString key = QStringLiteral("delta");
        SY_CO_CHECK(voice->intent(key, QStringLiteral("Carry the delta of %1").arg(r.db.name)));
        TableSink sink = board->sink();
        auto done = co_await r.mover->carryDelta(std::move(sink), stop);
        SY_CO_ALIVE(stop);
        SY_CO_CHECK(finish(voice, key, done, QStringLiteral("Carried")));
        databaseView(r.db.name).deltaNow = Rows{0};
        c->touch(DatabasesChanged);
        StepOutcome out;
        const qint64 all = done->inserted.value + done->updated.value + done->deleted.value;
        out.says = QStringLiteral("Delta of %1 applied").arg(counted(all, QStringLiteral("row"), QStringLiteral("rows")));
        out.memory.insert(QStringLiteral("inserted"), done->inserted.value);
        out.memory.insert(QStringLiteral("updated"), done->updated.value);
        out.memory.insert(QStringLiteral("deleted"), done->deleted.value);
        out.evidence = {evidence(QStringLiteral("%1: %2 new, %3 changed, %4 gone").arg(out.says).arg(done->inserted.value).arg(done->updated.value).arg(done->deleted.value), true, out.memory)};
        co_return out;
    }
};

class SetSequences final : public TableStep {
public:
    using TableStep::TableStep;
    Task<StepPreview> preview(std::stop_token) override
    {
        const auto db = database();
        co_return simple(QStringLiteral("Sets every sequence at the target ahead of its column, with a margin of %1.").arg(db ? grouped(db->sequenceMargin) : QString()),
                         {sqlCall(QStringLiteral("SELECT setval(…)"), QStringLiteral("target"))});
    }
    Task<ProbeResult> probe(std::stop_token) override { co_return again(QStringLiteral("The sequences may not be set; setting them again does no harm.")); }
    Task<StepOutcome> perform(StepVoice* voice, std::stop_token stop) override
    {
        SY_CO_TRY(const Ready r, co_await ready(stop));
        SY_CO_ALIVE(stop);
        const QString key = QStringLiteral("sequences");
        SY_CO_CHECK(voice->intent(key, QStringLiteral("Set the sequences of %1").arg(r.db.name)));
        auto set = co_await r.mover->setSequences(r.db.sequenceMargin, stop);
        SY_CO_ALIVE(stop);
        SY_CO_CHECK(finish(voice, key, set, QStringLiteral("Set")));
        QStringList behind;
        for (const SequenceOutcome& s : *set) {
            if (s.setTo < s.columnMax)
                behind << s.name;
        }
        databaseView(r.db.name).sequences = *set;
        c->touch(DatabasesChanged);
        if (!behind.isEmpty())
            co_return Error::invalid(QStringLiteral("%1 is behind its column.").arg(behind.join(QStringLiteral(", "))), QStringLiteral("The first new row would fail with a duplicate key."), QStringLiteral("Try the step again."));
        StepOutcome out;
        out.says = QStringLiteral("%1 set ahead of their columns").arg(counted(static_cast<qint64>(set->size()), QStringLiteral("sequence"), QStringLiteral("sequences")));
        out.memory.insert(QStringLiteral("sequences"), static_cast<qint64>(set->size()));
        out.evidence = {evidence(out.says)};
        co_return out;
    }
};

class CompareChecksums final : public TableStep {
public:
    using TableStep::TableStep;
    StepFlags flags() const override
    {
        StepFlags f = TableStep::flags();
        f.writes = false;
        return f;
    }
    Task<StepPreview> preview(std::stop_token) override
    {
        co_return simple(QStringLiteral("Compares counts and checksums of all rows of %1 in key order, both sides at once. Visitors see the maintenance page.").arg(tables()),
                         {sqlCall(QStringLiteral("SELECT count(*), md5(…) FROM …"), QStringLiteral("both sides"))});
    }
    Task<ProbeResult> probe(std::stop_token) override { co_return again(QStringLiteral("The checksums weren't compared.")); }
    Task<StepOutcome> perform(StepVoice* voice, std::stop_token stop) override
    {
        SY_CO_TRY(const Ready r, co_await ready(stop));
        SY_CO_ALIVE(stop);
        auto board = std::make_shared<TableBoard>(c, voice, m_spec.id, r.db.name, QStringLiteral("Compare"));
        const BoardGuard guard(board);
        TableSink sink = board->sink();
        SY_CO_TRY(const VerifyOutcome found, co_await r.mover->verify(std::move(sink), stop));
        SY_CO_ALIVE(stop);
        databaseView(r.db.name).verify = found;
        // What was read before the copy no longer holds: indexes, keys, sizes.
        auto target = co_await r.mover->inspect(Side::Target, stop);
        SY_CO_ALIVE(stop);
        if (target)
            databaseView(r.db.name).target = *target;
        c->touch(DatabasesChanged);
        StepOutcome out;
        out.memory.insert(QStringLiteral("tables"), found.tables);
        out.memory.insert(QStringLiteral("matching"), found.matching);
        out.memory.insert(QStringLiteral("rows"), found.rows.value);
        out.memory.insert(QStringLiteral("at"), isoUtc(now()));
        SY_CO_CHECK(voice->remember(out.memory));
        if (found.matching != found.tables) {
            QStringList names;
            qint64 rows = 0;
            for (const VerifyOutcome::Difference& d : found.differences) {
                names << d.table;
                rows += std::abs(d.sourceRows.value - d.targetRows.value);
            }
            Error error;
            error.kind = ErrorKind::Conflict;
            error.happened = QStringLiteral("%1 after verify: %2.").arg(counted(static_cast<qint64>(found.differences.size()), QStringLiteral("table differs"), QStringLiteral("tables differ")), names.join(QStringLiteral(", ")));
            error.means = rows > 0 ? QStringLiteral("Switching now would lose %1.").arg(counted(rows, QStringLiteral("row"), QStringLiteral("rows"))) : QStringLiteral("Switching now would lose changes inside rows.");
            error.remedy = QStringLiteral("Apply the delta again, or hold and open the rows.");
            error.retryable = true;
            co_return error;
        }
        out.says = QStringLiteral("%1 of %2 checksums match").arg(found.matching).arg(found.tables);
        out.evidence = {evidence(QStringLiteral("%1, %2").arg(out.says, counted(found.rows.value, QStringLiteral("row"), QStringLiteral("rows"))), true, out.memory)};
        if (!found.notCompared.isEmpty())
            out.evidence.push_back(evidence(QStringLiteral("Not compared: %1").arg(found.notCompared.join(QStringLiteral("; ")))));
        co_return out;
    }
};

} // namespace

std::unique_ptr<StepAction> makeCreateSchema(const plan::StepSpec& spec, RunContext* context) { return std::make_unique<CreateSchema>(spec, context); }
std::unique_ptr<StepAction> makeCopyTables(const plan::StepSpec& spec, RunContext* context) { return std::make_unique<CopyTables>(spec, context); }
std::unique_ptr<StepAction> makeCompareCounts(const plan::StepSpec& spec, RunContext* context) { return std::make_unique<CompareCounts>(spec, context); }
std::unique_ptr<StepAction> makeProveQuiet(const plan::StepSpec& spec, RunContext* context) { return std::make_unique<ProveQuiet>(spec, context); }
std::unique_ptr<StepAction> makeApplyDelta(const plan::StepSpec& spec, RunContext* context) { return std::make_unique<ApplyDelta>(spec, context); }
std::unique_ptr<StepAction> makeSetSequences(const plan::StepSpec& spec, RunContext* context) { return std::make_unique<SetSequences>(spec, context); }
std::unique_ptr<StepAction> makeCompareChecksums(const plan::StepSpec& spec, RunContext* context) { return std::make_unique<CompareChecksums>(spec, context); }

} // namespace switchyard::cutover
