#pragma once

#include <QByteArray>
#include <QString>

#include <map>
#include <vector>

namespace switchyard::world {

/// The fourteen tables of the projectify story, as a Django app makes them, and rows for them. The server generates the rows itself
/// (generate_series), so 200,000 take a few seconds.
namespace story {

struct Share {
    const char* table;
    double share;      ///< of all rows
    int atLeast;
};
/// The tables in an order in which rows may be inserted.
[[nodiscard]] const std::vector<Share>& shares();
/// Rows by table; together exactly `rows` (at least 400).
[[nodiscard]] std::map<QString, qint64> counts(qint64 rows);
/// Tables, sequences and primary keys.
[[nodiscard]] QByteArray createTables();
/// One INSERT a table.
[[nodiscard]] std::vector<QByteArray> insertRows(qint64 rows);
/// Unique constraints, foreign keys and indexes; after the rows, because that is faster.
[[nodiscard]] QByteArray createIndexes();

} // namespace story
} // namespace switchyard::world
