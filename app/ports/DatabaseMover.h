#pragma once

#include "app/base/Secret.h"
#include "app/base/Task.h"
#include "app/base/Units.h"
#include "app/ports/Service.h"

#include <QString>
#include <QStringList>

#include <functional>
#include <memory>
#include <vector>

namespace switchyard {

struct SequenceSummary {
    QString name;
    QString table;      ///< owner's table; empty when free
    QString column;
    qint64 lastValue = 0;
    bool called = false;
    qint64 columnMax = 0;
    qint64 increment = 1;
};

struct TableSummary {
    QString name;       ///< "public.workspace_task"; shown without "public."
    Rows rows{-1};      ///< -1 unknown
    bool rowsExact = false;
    Bytes size{-1};
    QStringList keyColumns;  ///< empty: no key
};

struct ExtensionSummary {
    QString name;
    QString version;
};

/// One side as read, without writing.
struct DatabaseSummary {
    QString serverVersion;  ///< "15.18"
    QString databaseName;
    QString role;
    QString encoding;
    QString collation;
    Bytes size{-1};
    int connections = 0;
    int connectionLimit = 0;
    bool readOnly = false;
    std::vector<TableSummary> tables;       ///< sorted by name
    std::vector<SequenceSummary> sequences; ///< sorted by name
    std::vector<ExtensionSummary> extensions;
    int indexes = 0;
    int foreignKeys = 0;
    TimePoint readAt{};
};

enum class TableVerdict { Queued, Copying, Copied, Behind, Verifying, Match, Differs };

/// How one table stands, pushed while something runs. At most 4 updates a second for a table.
struct TableProgress {
    QString table;
    TableVerdict verdict = TableVerdict::Queued;
    Rows sourceRows{-1};
    Rows targetRows{-1};
    Rows done;              ///< rows copied or compared in this phase
    Rows behind;            ///< rows known to differ until the delta
    Bytes bytes;
    double bytesPerSecond = 0;
};
using TableSink = std::function<void(TableProgress)>;

struct CopyOutcome {
    Rows rows;
    Bytes bytes;
    int tables = 0;
    QString snapshot;       ///< exported snapshot id the copy read from
    Milliseconds took{0};
};

struct DeltaOutcome {
    Rows inserted;
    Rows updated;
    Rows deleted;
    Milliseconds took{0};
};

/// The proof that nobody writes: the counters of every table, read twice.
struct QuietProof {
    bool quiet = false;
    Milliseconds window{0};
    struct Writer {
        QString table;
        qint64 writes = 0;  ///< rows written in the window
    };
    std::vector<Writer> writers;
    QStringList sessions;   ///< "role at address, application, state" of others with a connection
    QStringList active;     ///< "application as role from address" of those that said something within the window
};

struct VerifyOutcome {
    int tables = 0;
    int matching = 0;
    Rows rows;
    struct Difference {
        QString table;
        Rows sourceRows;
        Rows targetRows;
        QString sourceMd5;
        QString targetMd5;
    };
    std::vector<Difference> differences;
    QStringList notCompared; ///< what was not looked at, in words
    Milliseconds took{0};
};

struct SequenceOutcome {
    QString name;
    qint64 setTo = 0;
    qint64 columnMax = 0;
};

/// Rows that the target has taken since writes were opened: the price of going back.
struct GainedRows {
    QString table;
    Rows inserted;
    Rows updated;
    Rows deleted;
    [[nodiscard]] qint64 total() const { return inserted.value + updated.value + deleted.value; }
};

/// Moves one database. Made for one source and one target connection string; owns its workers and connections. It can be asked for
/// anything in any order and remembers nothing between calls that isn't in the two databases. Errors: Database (code is the SQLSTATE),
/// Network, Timeout, Auth, Conflict (the target holds rows nobody expected), Cancelled. Main thread; the work runs on workers.
class DatabaseMover {
public:
    virtual ~DatabaseMover() = default;
    [[nodiscard]] virtual Task<DatabaseSummary> inspect(Side side, std::stop_token stop) = 0;
    /// Creates the schema on an empty target, without indexes and foreign keys. Refuses with Conflict when a table there holds rows.
    [[nodiscard]] virtual Task<int> createSchema(std::stop_token stop) = 0;
    /// Copies every table from one exported snapshot while the source stays writable, then builds indexes and foreign keys. Empties the
    /// target's tables first (only tables this mover created or found empty), so a second call starts over cleanly.
    [[nodiscard]] virtual Task<CopyOutcome> preseed(TableSink sink, std::stop_token stop) = 0;
    /// Rows that differ now, by table; writes nothing.
    [[nodiscard]] virtual Task<std::vector<TableProgress>> measureDelta(std::stop_token stop) = 0;
    [[nodiscard]] virtual Task<QuietProof> proveQuiet(Milliseconds window, std::stop_token stop) = 0;
    /// Keyed comparison of both sides, then the differences of all tables in one transaction on the target.
    [[nodiscard]] virtual Task<DeltaOutcome> carryDelta(TableSink sink, std::stop_token stop) = 0;
    [[nodiscard]] virtual Task<std::vector<SequenceOutcome>> setSequences(qint64 margin, std::stop_token stop) = 0;
    /// Counts and md5 of all rows in key order, both sides at once.
    [[nodiscard]] virtual Task<VerifyOutcome> verify(TableSink sink, std::stop_token stop) = 0;
    /// Holds a side read-only for everybody but this mover (`ALTER DATABASE .. SET default_transaction_read_only`, then ends the
    /// sessions that were there before), or lifts it.
    [[nodiscard]] virtual Task<> holdReadOnly(Side side, bool on, std::stop_token stop) = 0;
    /// Compares the target against the source as it stood at the freeze.
    [[nodiscard]] virtual Task<std::vector<GainedRows>> rowsGained(std::stop_token stop) = 0;
    /// Writes exactly those rows to `file` as SQL that can be replayed on the source (mode 0600). Returns how many.
    [[nodiscard]] virtual Task<Rows> saveGainedRows(QString file, std::stop_token stop) = 0;
    /// Copies exactly those rows to the source.
    [[nodiscard]] virtual Task<Rows> copyBack(TableSink sink, std::stop_token stop) = 0;
    /// Name of the mechanism holdReadOnly uses, for the screen: "default_transaction_read_only".
    [[nodiscard]] virtual QString readOnlyMechanism() const = 0;
};

} // namespace switchyard
