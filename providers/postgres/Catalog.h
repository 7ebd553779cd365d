#pragma once

#include "providers/postgres/Connection.h"

#include <QList>
#include <QString>

#include <map>
#include <optional>
#include <vector>

namespace switchyard::postgres {

struct Column {
    QByteArray name;
    QByteArray type;        ///< qualified, with its modifier: a cast target
    bool generated = false; ///< computed by the server: never written
};

/// One ordinary table (also a partition's leaf) of a user's schema.
struct Table {
    QByteArray oid;
    QString name;           ///< "public.workspace_task"
    QByteArray sql;         ///< the same, quoted
    std::vector<Column> columns;
    QList<QByteArray> key;  ///< columns of the primary key, else of a unique index without nullable columns; empty when there is none
    qint64 estimate = -1;   ///< rows, by the planner
    qint64 size = -1;       ///< bytes with indexes and TOAST
    [[nodiscard]] const Column* column(const QByteArray& columnName) const;
    /// The columns that are written, quoted, with commas; each behind `prefix`.
    [[nodiscard]] QByteArray columnList(const QByteArray& prefix = {}) const;
    /// md5 of the written columns as text.
    [[nodiscard]] QByteArray hash(const QByteArray& prefix = {}) const;
    /// What orders rows the same way on any server: the key as text in byte order, or the hash where there is no key.
    [[nodiscard]] QByteArray order() const;
};

struct ForeignKey {
    QByteArray name;
    QByteArray table;       ///< quoted
    QByteArray tableOid;
    QByteArray parentOid;
    QByteArray definition;  ///< as pg_get_constraintdef says it
    bool partitioned = false;
};

using Tables = std::map<QString, Table>;

/// Ordinary tables of all schemas but the system's, ours and those of extensions.
[[nodiscard]] Result<Tables> readTables(Connection& connection);
[[nodiscard]] Result<std::vector<ForeignKey>> readForeignKeys(Connection& connection);

struct Sequence {
    QString name;
    QByteArray sql;
    QString table;          ///< of the column it feeds; empty when it feeds none
    QString column;
    QByteArray maxSql;      ///< gives the column's largest value; empty when it feeds none
    qint64 lastValue = 0;
    bool called = false;
    qint64 increment = 1;
    qint64 minimum = 1;
    qint64 maximum = 0;
};
[[nodiscard]] Result<std::vector<Sequence>> readSequences(Connection& connection);
/// Largest value (smallest for a falling sequence) of the column a sequence feeds; nothing when there is no row or no column.
[[nodiscard]] Result<std::optional<qint64>> columnExtreme(Connection& connection, const Sequence& sequence);

} // namespace switchyard::postgres
