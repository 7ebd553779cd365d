#pragma once

#include "app/base/Secret.h"
#include "app/base/Task.h"

#include <QByteArray>
#include <QString>

namespace switchyard::postgres {

/// Runs pg_dump for one section ("pre-data" or "post-data") of the schema, with a client that is at least as new as the server. The password goes
/// through an unnamed file in memory, never through arguments or the environment. `clean` puts DROP .. IF EXISTS before each object. What the
/// target can't or needn't run is filtered out. Errors: Invalid (no pg_dump that is new enough), Database, Timeout, Cancelled. Main thread.
[[nodiscard]] Task<QByteArray> dumpSection(Secret url, int serverMajor, QString section, bool clean, std::stop_token stop);

/// pg_dump of the smallest installed major that is at least `serverMajor`; empty when there is none.
[[nodiscard]] QString dumpProgram(int serverMajor);

/// Takes out what a plain owner can't replay: psql commands, comments on and drops of extensions, settings newer servers have.
[[nodiscard]] QByteArray filterDump(const QByteArray& script);

} // namespace switchyard::postgres
