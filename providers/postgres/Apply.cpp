#include "providers/postgres/Apply.h"

namespace switchyard::postgres {

namespace {

constexpr std::size_t kBatch = 500;

/// Every key whose row in `to` must go before the rows of `from` come.
std::vector<Key> touched(const TableDiff& diff)
{
    std::vector<Key> keys = diff.deleted;
    keys.insert(keys.end(), diff.updated.begin(), diff.updated.end());
    return keys;
}

std::vector<Key> wanted(const TableDiff& diff)
{
    std::vector<Key> keys = diff.updated;
    keys.insert(keys.end(), diff.inserted.begin(), diff.inserted.end());
    return keys;
}

} // namespace

Result<Scaffold> scaffoldFor(Connection& to, const std::vector<TableDiff>& diffs)
{
    std::set<QByteArray> oids;
    for (const TableDiff& diff : diffs)
        oids.insert(diff.table.oid);
    Scaffold scaffold;
    if (oids.empty())
        return scaffold;
    QByteArray back;
    SY_TRY(const std::vector<ForeignKey> keys, readForeignKeys(to));
    for (const ForeignKey& key : keys) {
        if (!key.partitioned && !oids.contains(key.tableOid) && !oids.contains(key.parentOid))
            continue;
        scaffold.before += "ALTER TABLE " + key.table + " DROP CONSTRAINT " + identifier(key.name) + ";\n";
        back += "ALTER TABLE " + key.table + " ADD CONSTRAINT " + identifier(key.name) + ' ' + key.definition + ";\n";
    }
    QByteArray list;
    for (const QByteArray& oid : oids)
        list += (list.isEmpty() ? "" : ",") + oid;
    SY_TRY(const Answer triggers, to.query("SELECT n.nspname, c.relname, g.tgname, g.tgenabled FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid "
                                         "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE NOT g.tgisinternal AND g.tgenabled IN ('O', 'A') AND g.tgrelid IN (" + list
                                         + ") ORDER BY 1, 2, 3"));
    QByteArray awake;
    for (int i = 0; i < triggers.size(); ++i) {
        const QByteArray table = "ALTER TABLE " + identifier(triggers.bytes(i, 0)) + '.' + identifier(triggers.bytes(i, 1));
        scaffold.before += table + " DISABLE TRIGGER " + identifier(triggers.bytes(i, 2)) + ";\n";
        awake += table + (triggers.bytes(i, 3) == "A" ? " ENABLE ALWAYS TRIGGER " : " ENABLE TRIGGER ") + identifier(triggers.bytes(i, 2)) + ";\n";
    }
    // Deferred unique checks must have run: ALTER TABLE refuses a table with events pending.
    scaffold.after = "SET CONSTRAINTS ALL IMMEDIATE;\n" + awake + back;
    return scaffold;
}

Result<qint64> copyTable(Connection& from, Connection& to, const QByteArray& out, const QByteArray& in, const std::function<void(qint64, qint64)>& pulse)
{
    SY_CHECK(from.startCopyOut(out));
    SY_CHECK(to.startCopyIn(in));
    qint64 rows = 0;
    qint64 bytes = 0;
    while (true) {
        SY_TRY(const std::optional<QByteArray> row, from.nextRow());
        if (!row)
            break;
        SY_CHECK(to.put(*row));
        ++rows;
        bytes += row->size();
        if (pulse && rows % 500 == 0)
            pulse(rows, bytes);
    }
    SY_TRY(const qint64 stored, to.finishCopyIn());
    if (stored != rows)
        return Error::internal(QStringLiteral("%1 rows were sent, %2 were stored").arg(rows).arg(stored));
    if (pulse)
        pulse(rows, bytes);
    return rows;
}

Result<qint64> applyTable(Connection& from, const Table& fromTable, Connection& to, const TableDiff& diff, const Pulse& pulse)
{
    const std::vector<Key> gone = touched(diff);
    for (std::size_t i = 0; i < gone.size(); i += kBatch) {
        SY_TRY(const Answer deleted, to.query("DELETE FROM ONLY " + diff.table.sql + " AS t WHERE " + whereKeys(diff.table, gone, i, kBatch)));
        // A keyed table loses exactly what was compared; anything else means that somebody else writes there.
        if (!diff.table.key.isEmpty() && deleted.affected() != static_cast<qint64>(std::min(kBatch, gone.size() - i)))
            return Error::internal(QStringLiteral("%1: other rows were found than were compared").arg(diff.table.name));
    }
    const std::vector<Key> coming = wanted(diff);
    qint64 written = static_cast<qint64>(diff.deleted.size());
    for (std::size_t i = 0; i < coming.size(); i += kBatch) {
        const QByteArray out = "COPY (SELECT " + fromTable.columnList("t.") + " FROM ONLY " + fromTable.sql + " AS t WHERE " + whereKeys(fromTable, coming, i, kBatch) + ") TO STDOUT";
        SY_TRY(const qint64 rows, copyTable(from, to, out, "COPY " + diff.table.sql + " (" + diff.table.columnList() + ") FROM STDIN", {}));
        written += rows;
        if (pulse)
            pulse(written);
    }
    return written;
}

Result<void> writeTable(Connection& from, const Table& fromTable, const TableDiff& diff, const std::function<Result<void>(const QByteArray&)>& out)
{
    // Answer to come are deleted first too, so that a second replay changes nothing.
    std::vector<Key> gone = touched(diff);
    gone.insert(gone.end(), diff.inserted.begin(), diff.inserted.end());
    for (std::size_t i = 0; i < gone.size(); i += kBatch) {
        SY_CHECK(out("DELETE FROM ONLY " + diff.table.sql + " AS t WHERE " + whereKeys(diff.table, gone, i, kBatch) + ";\n"));
    }
    QByteArray values;
    for (const Column& column : fromTable.columns) {
        if (!column.generated)
            values += (values.isEmpty() ? "pg_catalog.quote_nullable(t." : " || ', ' || pg_catalog.quote_nullable(t.") + identifier(column.name) + "::text)";
    }
    const std::vector<Key> coming = wanted(diff);
    for (std::size_t i = 0; i < coming.size(); i += kBatch) {
        SY_TRY(const Answer rows, from.query("SELECT " + values + " FROM ONLY " + fromTable.sql + " AS t WHERE " + whereKeys(fromTable, coming, i, kBatch)));
        for (int row = 0; row < rows.size(); ++row) {
            SY_CHECK(out("INSERT INTO " + diff.table.sql + " (" + diff.table.columnList() + ") OVERRIDING SYSTEM VALUE VALUES (" + rows.bytes(row, 0) + ");\n"));
        }
    }
    return Ok{};
}

} // namespace switchyard::postgres
