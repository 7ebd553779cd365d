#include "providers/postgres/Jobs.h"

#include <algorithm>

namespace switchyard::postgres {

namespace {

constexpr qint64 kCountBelow = 256LL * 1024 * 1024; // bytes: counting less than this takes well under a second

TimePoint wallNow() { return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now()); }

/// Sessions of others in this database.
constexpr const char* kOthers = "FROM pg_catalog.pg_stat_activity WHERE datname = pg_catalog.current_database() AND pid <> pg_catalog.pg_backend_pid() "
                                "AND backend_type = 'client backend' AND application_name <> 'switchyard'";

/// The next safe position: past everything given out or stored so far, in the direction the sequence runs.
qint64 beyond(const Sequence& sequence, std::optional<qint64> extreme, qint64 margin)
{
    const bool up = sequence.increment > 0;
    const qint64 top = !extreme ? sequence.lastValue : up ? std::max(sequence.lastValue, *extreme) : std::min(sequence.lastValue, *extreme);
    return std::clamp(up ? top + margin : top - margin, sequence.minimum, sequence.maximum);
}

} // namespace

Result<DatabaseSummary> inspectNow(const Pair& pair, Side side, std::stop_token stop)
{
    SY_TRY(const auto connection, Connection::open(pair.url(side), side, Access::Read, stop));
    SY_CHECK(connection->run("SET statement_timeout='60s'; BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
    DatabaseSummary summary;
    summary.serverVersion = connection->serverVersionText();
    // Held read-only: what the database's own settings say. Our session has settings of its own.
    SY_TRY(const Answer about, connection->query(QByteArray(
        "SELECT pg_catalog.current_database(), current_user, pg_catalog.pg_encoding_to_char(d.encoding), d.datcollate, pg_catalog.pg_database_size(d.oid), "
        "(SELECT pg_catalog.count(*) ") + kOthers + "), CASE WHEN d.datconnlimit >= 0 THEN d.datconnlimit ELSE pg_catalog.current_setting('max_connections')::int END, "
        "pg_catalog.pg_is_in_recovery() OR EXISTS (SELECT FROM pg_catalog.pg_db_role_setting s WHERE s.setdatabase = d.oid AND s.setrole = 0 "
        "AND 'default_transaction_read_only=on' = ANY(s.setconfig)) FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()"));
    summary.databaseName = about.text(0, 0);
    summary.role = about.text(0, 1);
    summary.encoding = about.text(0, 2);
    summary.collation = about.text(0, 3);
    summary.size = {about.number(0, 4)};
    summary.connections = static_cast<int>(about.number(0, 5));
    summary.connectionLimit = static_cast<int>(about.number(0, 6));
    summary.readOnly = about.flag(0, 7);
    SY_TRY(const Tables tables, readTables(*connection));
    QByteArray oids = "0";
    for (const auto& [name, table] : tables) {
        oids += ',' + table.oid;
        TableSummary entry;
        entry.name = name;
        entry.size = {table.size};
        entry.rowsExact = table.size < kCountBelow;
        entry.rows = {table.estimate};
        if (entry.rowsExact) {
            SY_TRY(const Answer count, connection->query("SELECT pg_catalog.count(*) FROM ONLY " + table.sql));
            entry.rows = {count.number(0, 0)};
        }
        for (const QByteArray& part : table.key)
            entry.keyColumns << QString::fromUtf8(part);
        summary.tables.push_back(std::move(entry));
    }
    SY_TRY(const std::vector<Sequence> sequences, readSequences(*connection));
    for (const Sequence& sequence : sequences) {
        SY_TRY(const std::optional<qint64> extreme, columnExtreme(*connection, sequence));
        summary.sequences.push_back({.name = sequence.name, .table = sequence.table, .column = sequence.column, .lastValue = sequence.lastValue, .called = sequence.called,
                                     .columnMax = extreme.value_or(0), .increment = sequence.increment});
    }
    SY_TRY(const Answer extensions, connection->query("SELECT extname, extversion FROM pg_catalog.pg_extension ORDER BY 1"));
    for (int i = 0; i < extensions.size(); ++i)
        summary.extensions.push_back({extensions.text(i, 0), extensions.text(i, 1)});
    SY_TRY(const Answer counts, connection->query("SELECT (SELECT pg_catalog.count(*) FROM pg_catalog.pg_index WHERE indrelid IN (" + oids
                                                  + ")), (SELECT pg_catalog.count(*) FROM pg_catalog.pg_constraint WHERE contype = 'f' AND conrelid IN (" + oids + "))"));
    summary.indexes = static_cast<int>(counts.number(0, 0));
    summary.foreignKeys = static_cast<int>(counts.number(0, 1));
    summary.readAt = wallNow();
    return summary;
}

Result<std::vector<SequenceOutcome>> sequencesNow(const Pair& pair, Side fromSide, qint64 margin, std::stop_token stop)
{
    const Side toSide = fromSide == Side::Source ? Side::Target : Side::Source;
    SY_TRY(const auto from, Connection::open(pair.url(fromSide), fromSide, Access::Read, stop));
    SY_TRY(const auto to, Connection::open(pair.url(toSide), toSide, Access::Write, stop));
    SY_TRY(const std::vector<Sequence> wanted, readSequences(*from));
    SY_TRY(const std::vector<Sequence> present, readSequences(*to));
    std::vector<SequenceOutcome> out;
    SY_CHECK(to->run("BEGIN"));
    for (const Sequence& sequence : wanted) {
        const auto there = std::find_if(present.begin(), present.end(), [&](const Sequence& s) { return s.name == sequence.name; });
        if (there == present.end()) {
            Error error = Error::invalid(QStringLiteral("The %1 database has no sequence %2.").arg(sideName(toSide), sequence.name), QStringLiteral("No position was set."),
                                         QStringLiteral("Bring both to the same schema, then try again."));
            error.kind = ErrorKind::Conflict;
            return error;
        }
        // The column's extreme is read where the numbers will be given out: that is where a clash would happen.
        SY_TRY(const std::optional<qint64> extreme, columnExtreme(*to, *there));
        bool called = sequence.called || extreme.has_value();
        qint64 value = called ? beyond(sequence, extreme, margin) : sequence.lastValue;
        // Never back: the other side may have given out numbers already.
        if (there->called && (sequence.increment > 0 ? there->lastValue > value : there->lastValue < value)) {
            value = there->lastValue;
            called = true;
        }
        SY_CHECK(to->run("SELECT pg_catalog.setval(" + literal(there->sql) + ", " + QByteArray::number(value) + ", " + (called ? "true" : "false") + ')'));
        out.push_back({.name = sequence.name, .setTo = value, .columnMax = extreme.value_or(0)});
    }
    SY_CHECK(to->run("COMMIT"));
    return out;
}

Result<void> holdNow(const Pair& pair, Side side, bool on, std::stop_token stop)
{
    SY_TRY(const auto connection, Connection::open(pair.url(side), side, Access::Write, stop));
    SY_TRY(const Answer name, connection->query("SELECT pg_catalog.current_database()"));
    const QByteArray database = identifier(name.bytes(0, 0));
    // Opening writes on the target ends the time in which its rows may be thrown away.
    const QByteArray unmark = !on && side == Side::Target ? "DROP SCHEMA IF EXISTS switchyard CASCADE;" : "";
    SY_CHECK(connection->run("BEGIN;" + unmark + "ALTER DATABASE " + database + (on ? " SET default_transaction_read_only = on;" : " RESET default_transaction_read_only;") + "COMMIT"));
    // Both ways: a session keeps the default it began with, so one from before the hold could write, and one from within it never could.
    SY_TRY(const Answer others, connection->query(QByteArray("SELECT pid, usename ") + kOthers));
    for (int i = 0; i < others.size(); ++i) {
        auto ended = connection->query("SELECT pg_catalog.pg_terminate_backend($1::int)", {others.bytes(i, 0)});
        if (!ended && ended.error().code != QLatin1String("42501"))
            return std::move(ended).error();
    }
    if (!on)
        return Ok{};
    // pg_terminate_backend only sends the signal. Superusers' sessions stay: they are the provider's own and we may not end them.
    for (int attempt = 0; attempt < 100; ++attempt) {
        SY_TRY(const Answer left, connection->query(QByteArray("SELECT pg_catalog.count(*), pg_catalog.string_agg(DISTINCT usename::text, ', ') FROM (SELECT pid, usename ") + kOthers
                                                    + " AND pid = ANY($1::int[])) s JOIN pg_catalog.pg_roles r ON r.rolname = s.usename WHERE NOT r.rolsuper",
                                                    {[&others] {
                                                        QByteArray list = "{";
                                                        for (int i = 0; i < others.size(); ++i)
                                                            list += (i > 0 ? "," : "") + others.bytes(i, 0);
                                                        return QByteArray(list + '}');
                                                    }()}));
        if (left.number(0, 0) == 0)
            return Ok{};
        if (attempt == 99) {
            Error error = Error::invalid(QStringLiteral("%1 older sessions on the %2 database could not be ended (role %3).").arg(left.number(0, 0)).arg(sideName(side), left.text(0, 1)),
                                         QStringLiteral("They can still write, although new ones can't."), QStringLiteral("Stop the program that holds them, then hold again."));
            error.kind = ErrorKind::Conflict;
            error.retryable = true;
            return error;
        }
        SY_TRY(const Answer nap, connection->query("SELECT pg_catalog.pg_sleep(0.05)"));
        Q_UNUSED(nap)
    }
    return Ok{};
}

Result<Counters> readCounters(const Pair& pair, Milliseconds recent, std::stop_token stop)
{
    SY_TRY(const auto connection, Connection::open(pair.source, Side::Source, Access::Read, stop));
    Counters counters;
    counters.serverVersion = connection->serverVersion();
    // The transactions first: what comes after it can only see more writes, never fewer.
    SY_TRY(const Answer next, connection->query("SELECT pg_catalog.pg_current_snapshot()::text"));
    counters.transactions = next.bytes(0, 0);
    SY_TRY(const Answer tables, connection->query("SELECT s.schemaname || '.' || s.relname, s.n_tup_ins + s.n_tup_upd + s.n_tup_del, c.relfilenode "
                                                  "FROM pg_catalog.pg_stat_user_tables s JOIN pg_catalog.pg_class c ON c.oid = s.relid WHERE s.schemaname <> 'switchyard'"));
    for (int i = 0; i < tables.size(); ++i) {
        counters.writes[tables.text(i, 0)] = tables.number(i, 1);
        counters.files[tables.text(i, 0)] = tables.bytes(i, 2);
    }
    // The lock on its own transaction id shows a writer of any role; backend_xid is hidden from roles that aren't its own.
    SY_TRY(const Answer sessions, connection->query(QByteArray("SELECT usename || coalesce(' at ' || pg_catalog.host(client_addr), ''), application_name, "
                                                               "coalesce(state, 'state hidden'), EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE l.pid = pg_stat_activity.pid AND l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock'), "
                                                               "coalesce(state_change > pg_catalog.clock_timestamp() - $1::float8 * interval '1 millisecond', false), usename::text, "
                                                               "coalesce(pg_catalog.host(client_addr), 'a local socket') ") + kOthers + " ORDER BY backend_start",
                                                    {QByteArray::number(static_cast<qint64>(recent.count()))}));
    counters.clients = sessions.size();
    for (int i = 0; i < sessions.size(); ++i) {
        const bool writing = sessions.flag(i, 3);
        counters.openWriters += writing ? 1 : 0;
        const QString who = QStringLiteral("%1 as %2 from %3").arg(sessions.bytes(i, 1).isEmpty() ? QStringLiteral("a program without a name") : sessions.text(i, 1), sessions.text(i, 5), sessions.text(i, 6));
        if ((writing || sessions.flag(i, 4)) && !counters.active.contains(who))
            counters.active << who;
        counters.sessions << QStringLiteral("%1, %2, %3%4").arg(sessions.text(i, 0), sessions.bytes(i, 1).isEmpty() ? QStringLiteral("no application name") : sessions.text(i, 1),
                                                                sessions.text(i, 2), writing ? QStringLiteral(", has written") : QString());
    }
    SY_TRY(const Answer prepared, connection->query("SELECT owner, gid FROM pg_catalog.pg_prepared_xacts WHERE database = pg_catalog.current_database()"));
    for (int i = 0; i < prepared.size(); ++i) {
        ++counters.openWriters;
        counters.sessions << QStringLiteral("%1, prepared transaction %2").arg(prepared.text(i, 0), prepared.text(i, 1));
    }
    return counters;
}

} // namespace switchyard::postgres
