#pragma once

#include "providers/postgres/Compare.h"

namespace switchyard::postgres {

/// What surrounds the writing of differences: foreign keys of the changed tables go away and come back (checked) in the same transaction, and
/// user triggers stand still. Only so can keys be swapped, cycles and self references be written in any order by a role that is no superuser,
/// and no ON DELETE CASCADE or trigger does work of its own.
struct Scaffold {
    QByteArray before;
    QByteArray after;
};
[[nodiscard]] Result<Scaffold> scaffoldFor(Connection& to, const std::vector<TableDiff>& diffs);

/// Writes one table's differences: all touched keys are deleted, then their rows are copied over from `from`. Inside a transaction and a
/// scaffold. Returns rows written.
[[nodiscard]] Result<qint64> applyTable(Connection& from, const Table& fromTable, Connection& to, const TableDiff& diff, const Pulse& pulse);

/// The same as SQL text: DELETE and INSERT statements that can be replayed any number of times.
[[nodiscard]] Result<void> writeTable(Connection& from, const Table& fromTable, const TableDiff& diff, const std::function<Result<void>(const QByteArray&)>& out);

/// Copies a whole table from one session to another. `pulse` gets rows and bytes so far.
[[nodiscard]] Result<qint64> copyTable(Connection& from, Connection& to, const QByteArray& out, const QByteArray& in, const std::function<void(qint64, qint64)>& pulse);

} // namespace switchyard::postgres
