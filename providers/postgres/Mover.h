#pragma once

#include "app/ports/DatabaseMover.h"

#include <memory>

namespace switchyard::postgres {

/// Moves one PostgreSQL database (13 or newer) to another with the rights of a plain owner: no superuser, no replication.
///
/// Ways chosen: one REPEATABLE READ snapshot for the copy; the whole pre-seed is one transaction on the target, so that a broken connection or
/// a killed program leaves it as empty as before; deltas are found by comparing (key, md5 of the row) in key order and are written in one
/// transaction. While the target is ours it holds a schema "switchyard" as a mark: only then are its rows ever thrown away. The mark goes when
/// holdReadOnly(Target, false) opens writes.
[[nodiscard]] std::unique_ptr<DatabaseMover> makeMover(Secret source, Secret target);

} // namespace switchyard::postgres
