#pragma once

#include "app/ports/DatabaseMover.h"
#include "providers/postgres/Catalog.h"

#include <functional>
#include <set>

namespace switchyard::postgres {

/// A key as texts, one a column. Where a table has no key, the md5 of the row stands for it and equal rows are counted.
using Key = QList<QByteArray>;

/// What must happen in `to` to make a table equal to `from`.
struct TableDiff {
    Table table;             ///< columns and key of `from`, name and oid of `to`
    std::vector<Key> inserted;
    std::vector<Key> updated;
    std::vector<Key> deleted;
    qint64 fromRows = 0;
    qint64 toRows = 0;
    qint64 insertedRows = 0;
    qint64 updatedRows = 0;
    qint64 deletedRows = 0;
    [[nodiscard]] bool empty() const { return inserted.empty() && updated.empty() && deleted.empty(); }
    [[nodiscard]] qint64 total() const { return insertedRows + updatedRows + deletedRows; }
};

/// Called now and then with the rows read so far.
using Pulse = std::function<void(qint64 rows)>;

/// The table as it must be read in `to`: the columns of `from` under the other's name. Error: Conflict when the other side lacks something.
[[nodiscard]] Result<Table> counterpart(const Table& from, const Tables& others, Side otherSide);

/// Reads (key, md5 of the row) of both sides in key order and merges them: memory is bounded by the differences. Both connections should
/// be inside a REPEATABLE READ transaction.
[[nodiscard]] Result<TableDiff> compareTable(Connection& from, Connection& to, const Table& fromTable, const Table& toTable, const Pulse& pulse);

/// Rows and md5 over the md5 of each row in key order: equal to md5(string_agg(md5(row::text), '' ORDER BY key)), computed as it streams.
struct Digest {
    qint64 rows = 0;
    QByteArray md5;
};
[[nodiscard]] Result<Digest> digestTable(Connection& connection, const Table& table, const Pulse& pulse);

/// A WHERE condition for `keys` of a table named t.
[[nodiscard]] QByteArray whereKeys(const Table& table, const std::vector<Key>& keys, std::size_t from, std::size_t count);

/// Fields of one row in COPY text format, unescaped; \N gives an empty field.
[[nodiscard]] QList<QByteArray> copyFields(const QByteArray& row);

} // namespace switchyard::postgres
