#include "providers/postgres/Jobs.h"

#include <QCoreApplication>
#include <QElapsedTimer>

namespace switchyard::postgres {

namespace {

/// "Ours" is written in the target itself: a later process must know it too.
constexpr const char* kMark = "CREATE SCHEMA IF NOT EXISTS switchyard; CREATE TABLE IF NOT EXISTS switchyard.move (begun timestamptz NOT NULL DEFAULT pg_catalog.now())";

Result<bool> holdsRows(Connection& connection, const Table& table)
{
    SY_TRY(const Answer rows, connection.query("SELECT EXISTS (SELECT FROM ONLY " + table.sql + ')'));
    return rows.flag(0, 0);
}

Result<void> mark(Connection& target)
{
    SY_TRY(const Answer may, target.query("SELECT pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE')"));
    // Without the right to mark, a second start over is refused instead: safe, only less comfortable.
    return may.flag(0, 0) ? target.run(kMark) : Result<void>(Ok{});
}

/// Foreign keys first: a script with DROP TABLE IF EXISTS doesn't know those that a former post-data section made.
Result<void> runPreData(Connection& target, const QByteArray& preData)
{
    SY_TRY(const std::vector<ForeignKey> keys, readForeignKeys(target));
    QByteArray drops;
    for (const ForeignKey& key : keys)
        drops += "ALTER TABLE " + key.table + " DROP CONSTRAINT " + identifier(key.name) + ";\n";
    SY_CHECK(target.run(drops + preData));
    return mark(target);
}

Result<void> refuseRows(Connection& target, const Tables& tables)
{
    SY_TRY(const Answer marked, target.query("SELECT pg_catalog.to_regclass('switchyard.move') IS NOT NULL"));
    if (marked.flag(0, 0))
        return Ok{};
    for (const auto& [name, table] : tables) {
        SY_TRY(const bool rows, holdsRows(target, table));
        if (!rows)
            continue;
        Error error = Error::invalid(QStringLiteral("The target's table %1 holds rows that Switchyard didn't put there.").arg(name),
                                     QStringLiteral("Copying would mix them with the source's, so nothing was written."),
                                     QStringLiteral("Check that this is the right database; empty it yourself if it is."));
        error.kind = ErrorKind::Conflict;
        return error;
    }
    return Ok{};
}

} // namespace

TableProgress progressOf(const QString& table, TableVerdict verdict, qint64 sourceRows, qint64 targetRows)
{
    TableProgress progress;
    progress.table = table;
    progress.verdict = verdict;
    progress.sourceRows = {sourceRows};
    progress.targetRows = {targetRows};
    return progress;
}

Reporter::Reporter(TableSink sink, std::stop_token stop) : m_sink(std::move(sink)), m_stop(std::move(stop)) {}

void Reporter::tell(const TableProgress& progress, bool always)
{
    if (!m_sink)
        return;
    const auto now = std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
    if (!always && progress.table == m_table && now - m_last < 250)
        return;
    m_table = progress.table;
    m_last = now;
    QMetaObject::invokeMethod(
        QCoreApplication::instance(),
        [sink = m_sink, stop = m_stop, progress] {
            if (!stop.stop_requested())
                sink(progress);
        },
        Qt::QueuedConnection);
}

Result<Ground> readGround(const Pair& pair, std::stop_token stop)
{
    SY_TRY(const auto source, Connection::open(pair.source, Side::Source, Access::Read, stop));
    SY_TRY(const auto target, Connection::open(pair.target, Side::Target, Access::Read, stop));
    SY_TRY(const Tables sourceTables, readTables(*source));
    SY_TRY(const Tables targetTables, readTables(*target));
    SY_CHECK(refuseRows(*target, targetTables));
    Ground ground;
    ground.sourceMajor = source->serverVersion() / 10000;
    ground.targetMajor = target->serverVersion() / 10000;
    ground.sourceTables = static_cast<int>(sourceTables.size());
    SY_TRY(const Answer indexes, target->query("SELECT DISTINCT indrelid FROM pg_catalog.pg_index"));
    std::set<QByteArray> indexed;
    for (int i = 0; i < indexes.size(); ++i)
        indexed.insert(indexes.bytes(i, 0));
    ground.pristine = true;
    ground.vacant = true;
    for (const auto& [name, table] : sourceTables) {
        const auto at = targetTables.find(name);
        if (at == targetTables.end()) {
            ground.pristine = false;
            continue;
        }
        ground.vacant = false;
        SY_TRY(const bool rows, holdsRows(*target, at->second));
        if (rows || indexed.contains(at->second.oid) || !counterpart(table, targetTables, Side::Target))
            ground.pristine = false;
    }
    if (ground.targetMajor < ground.sourceMajor) {
        Error error = Error::invalid(QStringLiteral("The target runs PostgreSQL %1, the source %2.").arg(ground.targetMajor).arg(ground.sourceMajor),
                                     QStringLiteral("A schema can't be carried to an older server with certainty."), QStringLiteral("Take a target of at least the same version."));
        error.kind = ErrorKind::Conflict;
        return error;
    }
    return ground;
}

Result<int> createSchemaNow(const Pair& pair, const QByteArray& preData, std::stop_token stop)
{
    SY_TRY(const auto target, Connection::open(pair.target, Side::Target, Access::Write, stop));
    SY_CHECK(target->run("BEGIN"));
    SY_TRY(const Tables before, readTables(*target));
    SY_CHECK(refuseRows(*target, before));
    SY_CHECK(runPreData(*target, preData));
    SY_TRY(const Tables after, readTables(*target));
    SY_CHECK(target->run("COMMIT"));
    return static_cast<int>(after.size());
}

Result<CopyOutcome> preseedNow(const Pair& pair, const std::optional<QByteArray>& preData, const QByteArray& postData, const TableSink& sink, std::stop_token stop)
{
    QElapsedTimer clock;
    clock.start();
    Reporter reporter(sink, stop);
    SY_TRY(const auto source, Connection::open(pair.source, Side::Source, Access::Read, stop));
    SY_TRY(const auto target, Connection::open(pair.target, Side::Target, Access::Write, stop));
    CopyOutcome outcome;
    SY_CHECK(source->run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
    SY_TRY(const Answer snapshot, source->query("SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN '' ELSE pg_catalog.pg_export_snapshot() END"));
    outcome.snapshot = snapshot.text(0, 0);
    SY_TRY(const Tables tables, readTables(*source));
    SY_CHECK(target->run("BEGIN"));
    SY_TRY(const Tables before, readTables(*target));
    SY_CHECK(refuseRows(*target, before));
    SY_CHECK(preData ? runPreData(*target, *preData) : mark(*target));
    SY_TRY(const Tables ready, readTables(*target));
    for (const auto& [name, table] : tables)
        reporter.tell(progressOf(name, TableVerdict::Queued, table.estimate), true);
    for (const auto& [name, table] : tables) {
        SY_TRY(const Table other, counterpart(table, ready, Side::Target));
        SY_TRY(const bool dirty, holdsRows(*target, other));
        if (dirty)
            return Error::internal(QStringLiteral("%1 was filled while its copy was being prepared").arg(name));
        TableProgress progress = progressOf(name, TableVerdict::Copying, table.estimate);
        reporter.tell(progress, true);
        QElapsedTimer own;
        own.start();
        const auto pulse = [&](qint64 rows, qint64 bytes) {
            progress.done = {rows};
            progress.bytes = {bytes};
            progress.bytesPerSecond = static_cast<double>(bytes) * 1000.0 / static_cast<double>(std::max<qint64>(own.elapsed(), 1));
            reporter.tell(progress, false);
        };
        SY_TRY(const qint64 rows, copyTable(*source, *target, "COPY " + table.sql + " (" + table.columnList() + ") TO STDOUT",
                                            "COPY " + other.sql + " (" + table.columnList() + ") FROM STDIN", pulse));
        progress.verdict = TableVerdict::Copied;
        progress.sourceRows = progress.targetRows = progress.done = {rows};
        reporter.tell(progress, true);
        outcome.rows += progress.done;
        outcome.bytes += progress.bytes;
        ++outcome.tables;
    }
    SY_CHECK(source->run("COMMIT")); // the snapshot must not hold back vacuum while indexes are built
    SY_CHECK(target->run(postData));
    SY_CHECK(target->run("COMMIT"));
    // Statistics don't travel; without them the first queries after the switch choose bad plans. Not worth failing for.
    for (const auto& [name, table] : tables) {
        if (const auto analyzed = target->run("ANALYZE " + table.sql); !analyzed && analyzed.error().kind == ErrorKind::Cancelled)
            return analyzed.error();
    }
    outcome.took = Milliseconds(clock.elapsed());
    return outcome;
}

} // namespace switchyard::postgres
