#include "providers/postgres/Compare.h"

#include <QCryptographicHash>

namespace switchyard::postgres {

namespace {

constexpr qint64 kPulseRows = 2000;

/// One side of a comparison: keys in byte order, each with the hash (or, without a key, the number) of its rows.
class KeyStream {
public:
    KeyStream(Connection& connection, const Table& table) : m_connection(connection), m_keyed(!table.key.isEmpty())
    {
        QByteArray select;
        if (m_keyed) {
            for (const QByteArray& part : table.key)
                select += identifier(part) + "::text, ";
            m_sql = "COPY (SELECT " + select + table.hash() + " FROM ONLY " + table.sql + " ORDER BY " + table.order() + ") TO STDOUT";
        } else {
            m_sql = "COPY (SELECT h, pg_catalog.count(*) FROM (SELECT " + table.hash() + " AS h FROM ONLY " + table.sql + ") s GROUP BY h ORDER BY h COLLATE \"C\") TO STDOUT";
        }
    }
    /// Sets the server to work; next() gives the first key when it has sorted.
    Result<void> start() { return m_connection.startCopyOut(m_sql); }
    Result<void> next()
    {
        SY_TRY(const std::optional<QByteArray> row, m_connection.nextRow());
        ended = !row;
        if (!row)
            return Ok{};
        key = copyFields(*row);
        hash = key.takeLast();
        count = m_keyed ? 1 : hash.toLongLong();
        rows += count;
        return Ok{};
    }
    bool ended = false;
    Key key;
    QByteArray hash;
    qint64 count = 0;
    qint64 rows = 0;

private:
    Connection& m_connection;
    bool m_keyed;
    QByteArray m_sql;
};

int compareKeys(const Key& a, const Key& b)
{
    for (qsizetype i = 0; i < a.size(); ++i) {
        if (const int order = a.at(i).compare(b.at(i)); order != 0)
            return order;
    }
    return 0;
}

} // namespace

QList<QByteArray> copyFields(const QByteArray& row)
{
    QList<QByteArray> out;
    QByteArray field;
    for (qsizetype i = 0; i < row.size(); ++i) {
        const char c = row.at(i);
        if (c == '\t' || c == '\n') {
            out << field;
            field.clear();
        } else if (c == '\\' && i + 1 < row.size()) {
            const char e = row.at(++i);
            switch (e) {
            case 'b': field += '\b'; break;
            case 'f': field += '\f'; break;
            case 'n': field += '\n'; break;
            case 'r': field += '\r'; break;
            case 't': field += '\t'; break;
            case 'v': field += '\v'; break;
            case 'N': break;
            default: field += e;
            }
        } else {
            field += c;
        }
    }
    return out;
}

Result<Table> counterpart(const Table& from, const Tables& others, Side otherSide)
{
    const auto at = others.find(from.name);
    QString missing = at == others.end() ? QStringLiteral("the table %1").arg(from.name) : QString();
    for (std::size_t i = 0; missing.isEmpty() && i < from.columns.size(); ++i) {
        const Column* other = at->second.column(from.columns[i].name);
        if (!other || other->generated != from.columns[i].generated)
            missing = QStringLiteral("the column %1 of %2 in the same form").arg(QString::fromUtf8(from.columns[i].name), from.name);
    }
    if (!missing.isEmpty()) {
        Error error = Error::invalid(QStringLiteral("The %1 database doesn't have %2.").arg(sideName(otherSide), missing), QStringLiteral("The two schemas differ, so rows can't be compared or carried."),
                                     QStringLiteral("Bring both to the same schema, then try again."));
        error.kind = ErrorKind::Conflict;
        return error;
    }
    Table out = from;
    out.oid = at->second.oid;
    out.sql = at->second.sql;
    return out;
}

Result<TableDiff> compareTable(Connection& from, Connection& to, const Table& fromTable, const Table& toTable, const Pulse& pulse)
{
    TableDiff diff;
    diff.table = toTable;
    KeyStream a(from, fromTable);
    KeyStream b(to, toTable);
    SY_CHECK(a.start());
    SY_CHECK(b.start()); // both servers sort at the same time
    SY_CHECK(a.next());
    SY_CHECK(b.next());
    qint64 steps = 0;
    while (!a.ended || !b.ended) {
        const int order = a.ended ? 1 : b.ended ? -1 : compareKeys(a.key, b.key);
        if (order < 0) {
            diff.inserted.push_back(a.key);
            diff.insertedRows += a.count;
        } else if (order > 0) {
            diff.deleted.push_back(b.key);
            diff.deletedRows += b.count;
        } else if (a.hash != b.hash) {
            diff.updated.push_back(a.key);
            diff.updatedRows += fromTable.key.isEmpty() ? 0 : 1;
            diff.insertedRows += std::max<qint64>(0, a.count - b.count);
            diff.deletedRows += std::max<qint64>(0, b.count - a.count);
        }
        if (order <= 0) {
            SY_CHECK(a.next());
        }
        if (order >= 0) {
            SY_CHECK(b.next());
        }
        if (pulse && ++steps % kPulseRows == 0)
            pulse(a.rows);
    }
    diff.fromRows = a.rows;
    diff.toRows = b.rows;
    return diff;
}

Result<Digest> digestTable(Connection& connection, const Table& table, const Pulse& pulse)
{
    SY_CHECK(connection.startCopyOut("COPY (SELECT " + table.hash() + " FROM ONLY " + table.sql + " ORDER BY " + table.order() + ") TO STDOUT"));
    QCryptographicHash hash(QCryptographicHash::Md5);
    Digest digest;
    while (true) {
        SY_TRY(const std::optional<QByteArray> row, connection.nextRow());
        if (!row)
            break;
        hash.addData(row->left(32));
        if (pulse && ++digest.rows % kPulseRows == 0)
            pulse(digest.rows);
        else if (!pulse)
            ++digest.rows;
    }
    digest.md5 = hash.result().toHex();
    return digest;
}

QByteArray whereKeys(const Table& table, const std::vector<Key>& keys, std::size_t from, std::size_t count)
{
    const std::size_t end = std::min(keys.size(), from + count);
    const qsizetype width = std::max<qsizetype>(1, table.key.size());
    QList<QList<QByteArray>> columns(width);
    for (std::size_t i = from; i < end; ++i) {
        for (qsizetype c = 0; c < width; ++c)
            columns[c] << keys[i].at(c);
    }
    if (table.key.isEmpty())
        return table.hash("t.") + " = ANY(" + textArray(columns.first()) + ')';
    QByteArray arrays;
    QByteArray names;
    QByteArray match;
    for (qsizetype c = 0; c < width; ++c) {
        const QByteArray alias = 'k' + QByteArray::number(c);
        arrays += QByteArray(c > 0 ? ", " : "") + "pg_catalog.unnest(" + textArray(columns.at(c)) + ')';
        names += (c > 0 ? ", " : "") + alias;
        match += (c > 0 ? " AND " : "") + QByteArray("t.") + identifier(table.key.at(c)) + " = k." + alias + "::" + table.column(table.key.at(c))->type;
    }
    return "EXISTS (SELECT FROM ROWS FROM (" + arrays + ") AS k(" + names + ") WHERE " + match + ')';
}

} // namespace switchyard::postgres
