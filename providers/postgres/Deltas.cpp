#include "providers/postgres/Jobs.h"

#include <QElapsedTimer>
#include <QFile>

#include <fcntl.h>
#include <future>
#include <unistd.h>

namespace switchyard::postgres {

namespace {

struct Ends {
    std::unique_ptr<Connection> from;
    std::unique_ptr<Connection> to;
    Tables fromTables;
    Tables toTables;
};

/// Two sessions, each inside one snapshot; `to` may write when asked.
Result<Ends> openEnds(const Pair& pair, Side fromSide, Access access, std::stop_token stop)
{
    const Side toSide = fromSide == Side::Source ? Side::Target : Side::Source;
    Ends ends;
    SY_TRY(ends.from, Connection::open(pair.url(fromSide), fromSide, Access::Read, stop));
    SY_TRY(ends.to, Connection::open(pair.url(toSide), toSide, access, stop));
    SY_CHECK(ends.from->run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
    SY_CHECK(ends.to->run(access == Access::Read ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" : "BEGIN ISOLATION LEVEL REPEATABLE READ"));
    SY_TRY(ends.fromTables, readTables(*ends.from));
    SY_TRY(ends.toTables, readTables(*ends.to));
    return ends;
}

/// Differences of every table; with `onlyDifferent` the equal ones are left out.
Result<std::vector<TableDiff>> compareAll(Ends& ends, Reporter& reporter, bool onlyDifferent)
{
    std::vector<TableDiff> out;
    for (const auto& [name, table] : ends.fromTables) {
        SY_TRY(const Table other, counterpart(table, ends.toTables, ends.to->side()));
        TableProgress progress = progressOf(name, TableVerdict::Verifying);
        SY_TRY(TableDiff diff, compareTable(*ends.from, *ends.to, table, other, [&](qint64 rows) {
            progress.done = {rows};
            reporter.tell(progress, false);
        }));
        progress.verdict = diff.empty() ? TableVerdict::Match : TableVerdict::Behind;
        progress.sourceRows = {diff.fromRows};
        progress.targetRows = {diff.toRows};
        progress.done = {diff.fromRows};
        progress.behind = {diff.total()};
        reporter.tell(progress, true);
        if (!onlyDifferent || !diff.empty())
            out.push_back(std::move(diff));
    }
    return out;
}

/// What row comparison can't see, in words.
Result<QStringList> blindSpots(Connection& connection)
{
    SY_TRY(const Answer rows, connection.query("SELECT (SELECT pg_catalog.count(*) FROM pg_catalog.pg_largeobject_metadata), "
                                               "(SELECT pg_catalog.string_agg(n.nspname || '.' || c.relname, ', ' ORDER BY 1) FROM pg_catalog.pg_class c "
                                               "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'm'), "
                                               "(SELECT pg_catalog.string_agg(n.nspname || '.' || c.relname, ', ' ORDER BY 1) FROM pg_catalog.pg_class c "
                                               "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'f')"));
    QStringList out;
    if (rows.number(0, 0) > 0)
        out << QStringLiteral("%1 large objects").arg(rows.number(0, 0));
    if (!rows.isNull(0, 1))
        out << QStringLiteral("materialized views: %1").arg(rows.text(0, 1));
    if (!rows.isNull(0, 2))
        out << QStringLiteral("foreign tables: %1").arg(rows.text(0, 2));
    out << QStringLiteral("rights, roles and settings of the database") << QStringLiteral("positions of sequences (set in a step of their own)");
    return out;
}

/// A file that only its owner can read, from its first byte on; appears under its name when it is whole and on disk.
class PrivateFile {
public:
    explicit PrivateFile(const QString& name) : m_name(name), m_part(name + QStringLiteral(".part"))
    {
        ::unlink(QFile::encodeName(m_part).constData());
        const int fd = ::open(QFile::encodeName(m_part).constData(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
        if (fd >= 0)
            m_file.open(fd, QIODevice::WriteOnly, QFileDevice::AutoCloseHandle);
    }
    ~PrivateFile()
    {
        m_file.close();
        ::unlink(QFile::encodeName(m_part).constData());
    }
    PrivateFile(const PrivateFile&) = delete;
    PrivateFile& operator=(const PrivateFile&) = delete;
    Result<void> write(const QByteArray& bytes) { return m_file.isOpen() && m_file.write(bytes) == bytes.size() ? Result<void>(Ok{}) : Result<void>(failed()); }
    Result<void> keep()
    {
        if (!m_file.isOpen() || !m_file.flush() || ::fsync(m_file.handle()) != 0)
            return failed();
        if (::rename(QFile::encodeName(m_part).constData(), QFile::encodeName(m_name).constData()) != 0)
            return failed();
        return Ok{};
    }

private:
    [[nodiscard]] Error failed() const
    {
        Error error = Error::invalid(QStringLiteral("The file %1 could not be written.").arg(m_name), QStringLiteral("The gained rows are still only on the target."),
                                     QStringLiteral("Free space there or name another folder, then try again."));
        error.kind = ErrorKind::Storage;
        return error;
    }
    QString m_name;
    QString m_part;
    QFile m_file;
};

} // namespace

Result<std::vector<TableProgress>> measureNow(const Pair& pair, std::stop_token stop)
{
    SY_TRY(Ends ends, openEnds(pair, Side::Source, Access::Read, stop));
    Reporter silent({}, stop);
    SY_TRY(const std::vector<TableDiff> diffs, compareAll(ends, silent, false));
    std::vector<TableProgress> out;
    for (const TableDiff& diff : diffs) {
        TableProgress progress = progressOf(diff.table.name, diff.empty() ? TableVerdict::Match : TableVerdict::Behind, diff.fromRows, diff.toRows);
        progress.done = {diff.fromRows};
        progress.behind = {diff.total()};
        out.push_back(progress);
    }
    return out;
}

Result<DeltaOutcome> carryNow(const Pair& pair, Side from, const TableSink& sink, std::stop_token stop)
{
    QElapsedTimer clock;
    clock.start();
    Reporter reporter(sink, stop);
    SY_TRY(Ends ends, openEnds(pair, from, Access::Write, stop));
    SY_TRY(const std::vector<TableDiff> diffs, compareAll(ends, reporter, true));
    DeltaOutcome outcome;
    if (!diffs.empty()) {
        SY_TRY(const Scaffold scaffold, scaffoldFor(*ends.to, diffs));
        SY_CHECK(ends.to->run(scaffold.before));
        for (const TableDiff& diff : diffs) {
            TableProgress progress = progressOf(diff.table.name, TableVerdict::Copying, diff.fromRows, diff.toRows);
            progress.behind = {diff.total()};
            reporter.tell(progress, true);
            SY_TRY(const qint64 written, applyTable(*ends.from, ends.fromTables.at(diff.table.name), *ends.to, diff, [&](qint64 rows) {
                progress.done = {rows};
                reporter.tell(progress, false);
            }));
            progress.done = {written};
            progress.behind = {0};
            progress.targetRows = {diff.fromRows};
            progress.verdict = TableVerdict::Copied;
            reporter.tell(progress, true);
            outcome.inserted += {diff.insertedRows};
            outcome.updated += {diff.updatedRows};
            outcome.deleted += {diff.deletedRows};
        }
        SY_CHECK(ends.to->run(scaffold.after));
    }
    SY_CHECK(ends.to->run("COMMIT"));
    outcome.took = Milliseconds(clock.elapsed());
    return outcome;
}

Result<VerifyOutcome> verifyNow(const Pair& pair, const TableSink& sink, std::stop_token stop)
{
    QElapsedTimer clock;
    clock.start();
    Reporter reporter(sink, stop);
    SY_TRY(Ends ends, openEnds(pair, Side::Source, Access::Read, stop));
    VerifyOutcome outcome;
    SY_TRY(outcome.notCompared, blindSpots(*ends.from));
    for (const auto& [name, table] : ends.toTables) {
        if (!ends.fromTables.contains(name))
            outcome.notCompared << QStringLiteral("table %1, which only the target has").arg(name);
    }
    for (const auto& [name, table] : ends.fromTables) {
        ++outcome.tables;
        TableProgress progress = progressOf(name, TableVerdict::Verifying);
        reporter.tell(progress, true);
        const auto other = counterpart(table, ends.toTables, Side::Target);
        if (!other) {
            outcome.differences.push_back({.table = name, .sourceRows = {-1}, .targetRows = {-1}, .sourceMd5 = {}, .targetMd5 = QStringLiteral("not comparable")});
            progress.verdict = TableVerdict::Differs;
            reporter.tell(progress, true);
            continue;
        }
        // Both servers work at once: the target's answer is read by a second thread on its own session.
        auto there = std::async(std::launch::async, [&ends, &other] { return digestTable(*ends.to, *other, {}); });
        auto here = digestTable(*ends.from, table, [&](qint64 rows) {
            progress.done = {rows};
            reporter.tell(progress, false);
        });
        auto target = there.get();
        SY_TRY(const Digest a, std::move(here));
        SY_TRY(const Digest b, std::move(target));
        const bool same = a.rows == b.rows && a.md5 == b.md5;
        outcome.matching += same ? 1 : 0;
        outcome.rows += {a.rows};
        if (!same) {
            outcome.differences.push_back({.table = name, .sourceRows = {a.rows}, .targetRows = {b.rows}, .sourceMd5 = QString::fromLatin1(a.md5),
                                           .targetMd5 = QString::fromLatin1(b.md5)});
        }
        progress.verdict = same ? TableVerdict::Match : TableVerdict::Differs;
        progress.sourceRows = progress.done = {a.rows};
        progress.targetRows = {b.rows};
        reporter.tell(progress, true);
    }
    outcome.took = Milliseconds(clock.elapsed());
    return outcome;
}

Result<std::vector<GainedRows>> gainedNow(const Pair& pair, std::stop_token stop)
{
    SY_TRY(Ends ends, openEnds(pair, Side::Target, Access::Read, stop));
    Reporter silent({}, stop);
    SY_TRY(const std::vector<TableDiff> diffs, compareAll(ends, silent, true));
    std::vector<GainedRows> out;
    for (const TableDiff& diff : diffs)
        out.push_back({.table = diff.table.name, .inserted = {diff.insertedRows}, .updated = {diff.updatedRows}, .deleted = {diff.deletedRows}});
    return out;
}

Result<Rows> saveGainedNow(const Pair& pair, const QString& file, std::stop_token stop)
{
    SY_TRY(Ends ends, openEnds(pair, Side::Target, Access::Read, stop));
    Reporter silent({}, stop);
    SY_TRY(const std::vector<TableDiff> diffs, compareAll(ends, silent, true));
    SY_TRY(const Scaffold scaffold, scaffoldFor(*ends.to, diffs));
    SY_TRY(const std::vector<Sequence> sequences, readSequences(*ends.from));
    PrivateFile sql(file);
    SY_CHECK(sql.write("-- Rows that the target database took after writes were opened, to be replayed on the source:\n--   psql -X -v ON_ERROR_STOP=1 -f THIS_FILE\n"
                       "-- One transaction; a second replay changes nothing.\nBEGIN;\nSET TRANSACTION READ WRITE;\n"
                       "SET LOCAL search_path = '';\nSET LOCAL timezone = 'UTC';\nSET LOCAL datestyle = 'ISO, YMD';\nSET LOCAL intervalstyle = 'postgres';\n"
                       "SET LOCAL lc_monetary = 'C';\nSET LOCAL extra_float_digits = 1;\nSET LOCAL bytea_output = 'hex';\nSET LOCAL standard_conforming_strings = on;\n"));
    SY_CHECK(sql.write(scaffold.before));
    Rows total;
    const std::function<Result<void>(const QByteArray&)> out = [&sql](const QByteArray& statement) { return sql.write(statement); };
    for (const TableDiff& diff : diffs) {
        SY_CHECK(sql.write("\n-- " + diff.table.name.toUtf8().replace('\n', ' ') + '\n'));
        SY_CHECK(writeTable(*ends.from, ends.fromTables.at(diff.table.name), diff, out));
        total += {diff.total()};
    }
    SY_CHECK(sql.write('\n' + scaffold.after));
    for (const Sequence& sequence : sequences) {
        if (sequence.called && sequence.increment > 0) { // forward only: a value once given must not be given again
            SY_CHECK(sql.write("SELECT pg_catalog.setval(" + literal(sequence.sql) + ", greatest(last_value, " + QByteArray::number(sequence.lastValue) + ")) FROM " + sequence.sql + ";\n"));
        }
    }
    SY_CHECK(sql.write("COMMIT;\n"));
    SY_CHECK(sql.keep());
    return total;
}

} // namespace switchyard::postgres
