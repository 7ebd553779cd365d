#include "providers/postgres/Mover.h"

#include "app/base/BlockingWorker.h"
#include "app/base/Redactor.h"
#include "providers/postgres/Jobs.h"
#include "providers/postgres/SchemaDump.h"

#include <QElapsedTimer>

namespace switchyard::postgres {

namespace {

/// What the coroutines share with the mover. Jobs on a worker never hold it: the last owner must not be the worker's own thread.
struct Shared {
    Pair pair;
    BlockingWorker work{QStringLiteral("pg-work")};
    BlockingWorker look{QStringLiteral("pg-look")}; ///< short reads don't wait behind a copy
};
using SharedPtr = std::shared_ptr<Shared>;

template<typename T>
Task<T> onWorker(SharedPtr shared, bool work, std::function<Result<T>(const Pair&, std::stop_token)> body, std::stop_token stop)
{
    std::function<Result<T>(std::stop_token)> job = [pair = shared->pair, body = std::move(body)](std::stop_token ask) -> Result<T> {
        try {
            return body(pair, std::move(ask));
        } catch (const std::exception& e) {
            return Error::internal(QString::fromUtf8(e.what()));
        }
    };
    BlockingWorker& worker = work ? shared->work : shared->look;
    return worker.run<T>(std::move(job), std::move(stop));
}

Task<int> createSchema(SharedPtr shared, std::stop_token stop)
{
    std::function<Result<Ground>(const Pair&, std::stop_token)> look = readGround;
    SY_CO_TRY(const Ground ground, co_await onWorker<Ground>(shared, true, std::move(look), stop));
    SY_CO_TRY(const QByteArray script, co_await dumpSection(shared->pair.source, ground.sourceMajor, QStringLiteral("pre-data"), !ground.vacant, stop));
    std::function<Result<int>(const Pair&, std::stop_token)> body = [script](const Pair& pair, std::stop_token ask) { return createSchemaNow(pair, script, std::move(ask)); };
    co_return co_await onWorker<int>(shared, true, std::move(body), stop);
}

Task<CopyOutcome> preseed(SharedPtr shared, TableSink sink, std::stop_token stop)
{
    QElapsedTimer took;
    took.start();
    std::function<Result<Ground>(const Pair&, std::stop_token)> look = readGround;
    SY_CO_TRY(const Ground ground, co_await onWorker<Ground>(shared, true, std::move(look), stop));
    std::optional<QByteArray> preData;
    if (!ground.pristine) {
        SY_CO_TRY(QByteArray script, co_await dumpSection(shared->pair.source, ground.sourceMajor, QStringLiteral("pre-data"), !ground.vacant, stop));
        preData = std::move(script);
    }
    SY_CO_TRY(const QByteArray postData, co_await dumpSection(shared->pair.source, ground.sourceMajor, QStringLiteral("post-data"), false, stop));
    std::function<Result<CopyOutcome>(const Pair&, std::stop_token)> body = [preData, postData, sink](const Pair& pair, std::stop_token ask) {
        return preseedNow(pair, preData, postData, sink, std::move(ask));
    };
    SY_CO_TRY(CopyOutcome outcome, co_await onWorker<CopyOutcome>(shared, true, std::move(body), stop));
    outcome.took = Milliseconds(took.elapsed());
    co_return outcome;
}

Task<Counters> counters(SharedPtr shared, Milliseconds recent, std::stop_token stop)
{
    std::function<Result<Counters>(const Pair&, std::stop_token)> body = [recent](const Pair& pair, std::stop_token ask) { return readCounters(pair, recent, std::move(ask)); };
    return onWorker<Counters>(std::move(shared), false, std::move(body), std::move(stop));
}

std::vector<QuietProof::Writer> writersBetween(const Counters& before, const Counters& after)
{
    std::vector<QuietProof::Writer> out;
    for (const auto& [table, writes] : after.writes) {
        const auto old = before.writes.find(table);
        const qint64 more = old == before.writes.end() ? writes : writes - old->second;
        const auto file = before.files.find(table);
        const bool rewritten = file != before.files.end() && file->second != after.files.at(table);
        if (more != 0 || rewritten)
            out.push_back({table, std::max<qint64>(std::abs(more), 1)});
    }
    return out;
}

/// Counters alone are no proof: a session of PostgreSQL 15 hands them in up to 10 s after its last commit (PGSTAT_IDLE_INTERVAL in
/// pgstat.c, read 2026), and older ones may keep them until their next statement. But every transaction that writes takes a transaction id, so:
///  - the snapshot of the cluster is the same twice: no transaction with an id ended, nobody wrote. Counters that moved all the same were handed
///    in late and tell of writes from before;
///  - it isn't (also autovacuum, or another database of the cluster), but nobody else is connected here: a session hands in its
///    counters when it ends, so the counters are whole;
///  - it isn't and others are connected: read on until the 10 s are over. Older servers than 15 can't be proven quiet that way.
/// A session that holds an id, or a prepared transaction, can still commit a write: never quiet.
Task<QuietProof> proveQuiet(SharedPtr shared, Milliseconds window, std::stop_token stop)
{
    QElapsedTimer took;
    took.start();
    SY_CO_TRY(const Counters before, co_await counters(shared, window, stop));
    SY_CO_CHECK(co_await sleepReal(window, stop));
    SY_CO_TRY(Counters after, co_await counters(shared, window, stop));
    QElapsedTimer late;
    late.start();
    QuietProof proof;
    proof.writers = writersBetween(before, after);
    const bool still = before.transactions == after.transactions;
    if (still)
        proof.writers.clear();
    bool proven = still || after.clients == 0;
    while (!proven && proof.writers.empty() && after.openWriters == 0 && after.serverVersion >= 150000) {
        if (late.elapsed() > 10'500) {
            proven = true;
            break;
        }
        SY_CO_CHECK(co_await sleepReal(Milliseconds(500), stop));
        SY_CO_TRY(after, co_await counters(shared, window, stop));
        proof.writers = writersBetween(before, after);
        proven = after.clients == 0;
    }
    // Who writes on is named by what moves once more: a counter that was handed in late tells of writes from before, and moves only once.
    if (!proven && !proof.writers.empty()) {
        SY_CO_CHECK(co_await sleepReal(std::min<Milliseconds>(window, std::chrono::seconds(3)), stop));
        SY_CO_TRY(const Counters again, co_await counters(shared, window, stop));
        const auto moving = writersBetween(after, again);
        if (!moving.empty())
            proof.writers = moving;
        after = again;
    }
    proof.sessions = after.sessions;
    proof.active = after.active;
    proof.quiet = proven && proof.writers.empty() && after.openWriters == 0;
    proof.window = Milliseconds(took.elapsed());
    co_return proof;
}

Task<> hold(SharedPtr shared, Side side, bool on, std::stop_token stop)
{
    std::function<Result<int>(const Pair&, std::stop_token)> body = [side, on](const Pair& pair, std::stop_token ask) -> Result<int> {
        SY_CHECK(holdNow(pair, side, on, std::move(ask)));
        return 0;
    };
    SY_CO_TRY(const int ignored, co_await onWorker<int>(shared, false, std::move(body), stop));
    Q_UNUSED(ignored)
    co_return Ok{};
}

Task<Rows> copyBack(SharedPtr shared, TableSink sink, std::stop_token stop)
{
    std::function<Result<Rows>(const Pair&, std::stop_token)> body = [sink](const Pair& pair, std::stop_token ask) -> Result<Rows> {
        SY_TRY(const DeltaOutcome outcome, carryNow(pair, Side::Target, sink, ask));
        SY_TRY(const std::vector<SequenceOutcome> sequences, sequencesNow(pair, Side::Target, 0, ask));
        Q_UNUSED(sequences)
        return outcome.inserted + outcome.updated + outcome.deleted;
    };
    co_return co_await onWorker<Rows>(shared, true, std::move(body), stop);
}

class Mover final : public DatabaseMover {
public:
    Mover(Secret source, Secret target) : m_shared(std::make_shared<Shared>())
    {
        for (const Secret* url : {&source, &target}) {
            Redactor::instance().learn(*url);
            if (const auto info = splitConninfo(*url); info && !info->password.isEmpty())
                Redactor::instance().learn(Secret(info->password));
        }
        m_shared->pair = {std::move(source), std::move(target)};
    }

    Task<DatabaseSummary> inspect(Side side, std::stop_token stop) override
    {
        return run<DatabaseSummary>(false, [side](const Pair& pair, std::stop_token ask) { return inspectNow(pair, side, std::move(ask)); }, std::move(stop));
    }
    Task<int> createSchema(std::stop_token stop) override { return postgres::createSchema(m_shared, std::move(stop)); }
    Task<CopyOutcome> preseed(TableSink sink, std::stop_token stop) override { return postgres::preseed(m_shared, std::move(sink), std::move(stop)); }
    Task<std::vector<TableProgress>> measureDelta(std::stop_token stop) override { return run<std::vector<TableProgress>>(true, measureNow, std::move(stop)); }
    Task<QuietProof> proveQuiet(Milliseconds window, std::stop_token stop) override { return postgres::proveQuiet(m_shared, window, std::move(stop)); }
    Task<DeltaOutcome> carryDelta(TableSink sink, std::stop_token stop) override
    {
        return run<DeltaOutcome>(true, [sink = std::move(sink)](const Pair& pair, std::stop_token ask) { return carryNow(pair, Side::Source, sink, std::move(ask)); }, std::move(stop));
    }
    Task<std::vector<SequenceOutcome>> setSequences(qint64 margin, std::stop_token stop) override
    {
        return run<std::vector<SequenceOutcome>>(true, [margin](const Pair& pair, std::stop_token ask) { return sequencesNow(pair, Side::Source, margin, std::move(ask)); },
                                                 std::move(stop));
    }
    Task<VerifyOutcome> verify(TableSink sink, std::stop_token stop) override
    {
        return run<VerifyOutcome>(true, [sink = std::move(sink)](const Pair& pair, std::stop_token ask) { return verifyNow(pair, sink, std::move(ask)); }, std::move(stop));
    }
    Task<> holdReadOnly(Side side, bool on, std::stop_token stop) override { return hold(m_shared, side, on, std::move(stop)); }
    Task<std::vector<GainedRows>> rowsGained(std::stop_token stop) override { return run<std::vector<GainedRows>>(true, gainedNow, std::move(stop)); }
    Task<Rows> saveGainedRows(QString file, std::stop_token stop) override
    {
        return run<Rows>(true, [file = std::move(file)](const Pair& pair, std::stop_token ask) { return saveGainedNow(pair, file, std::move(ask)); }, std::move(stop));
    }
    Task<Rows> copyBack(TableSink sink, std::stop_token stop) override { return postgres::copyBack(m_shared, std::move(sink), std::move(stop)); }
    QString readOnlyMechanism() const override { return QStringLiteral("default_transaction_read_only"); }

private:
    template<typename T>
    Task<T> run(bool work, std::function<Result<T>(const Pair&, std::stop_token)> body, std::stop_token stop)
    {
        return onWorker<T>(m_shared, work, std::move(body), std::move(stop));
    }
    SharedPtr m_shared;
};

} // namespace

std::unique_ptr<DatabaseMover> makeMover(Secret source, Secret target) { return std::make_unique<Mover>(std::move(source), std::move(target)); }

} // namespace switchyard::postgres
