#pragma once

#include "app/ports/DatabaseMover.h"
#include "providers/postgres/Apply.h"

#include <stop_token>

namespace switchyard::postgres {

/// Both connection strings; copied into every job, because jobs outlive nothing.
struct Pair {
    Secret source;
    Secret target;
    [[nodiscard]] const Secret& url(Side side) const { return side == Side::Source ? source : target; }
};

/// A word about one table; the rest is filled in by the caller.
[[nodiscard]] TableProgress progressOf(const QString& table, TableVerdict verdict, qint64 sourceRows = -1, qint64 targetRows = -1);

/// Tells progress at most four times a second a table, from the worker to the main thread; silent once stopped.
class Reporter {
public:
    Reporter(TableSink sink, std::stop_token stop);
    /// `always` is for the first and the last word of a table.
    void tell(const TableProgress& progress, bool always);

private:
    TableSink m_sink;
    std::stop_token m_stop;
    QString m_table;
    qint64 m_last = 0;
};

// The blocking bodies of DatabaseMover's calls, one thread each, sessions of their own.

[[nodiscard]] Result<DatabaseSummary> inspectNow(const Pair& pair, Side side, std::stop_token stop);

/// How the target stands before the schema or the rows are written.
struct Ground {
    int sourceMajor = 0;
    int targetMajor = 0;
    int sourceTables = 0;
    bool pristine = false;  ///< every table of the source is there, empty, without indexes
    bool vacant = false;    ///< none of the source's tables is there
};
/// Error: Conflict when the target holds rows and isn't marked as ours.
[[nodiscard]] Result<Ground> readGround(const Pair& pair, std::stop_token stop);
[[nodiscard]] Result<int> createSchemaNow(const Pair& pair, const QByteArray& preData, std::stop_token stop);
[[nodiscard]] Result<CopyOutcome> preseedNow(const Pair& pair, const std::optional<QByteArray>& preData, const QByteArray& postData, const TableSink& sink,
                                             std::stop_token stop);

[[nodiscard]] Result<std::vector<TableProgress>> measureNow(const Pair& pair, std::stop_token stop);
[[nodiscard]] Result<DeltaOutcome> carryNow(const Pair& pair, Side from, const TableSink& sink, std::stop_token stop);
[[nodiscard]] Result<VerifyOutcome> verifyNow(const Pair& pair, const TableSink& sink, std::stop_token stop);
[[nodiscard]] Result<std::vector<GainedRows>> gainedNow(const Pair& pair, std::stop_token stop);
[[nodiscard]] Result<Rows> saveGainedNow(const Pair& pair, const QString& file, std::stop_token stop);

[[nodiscard]] Result<std::vector<SequenceOutcome>> sequencesNow(const Pair& pair, Side from, qint64 margin, std::stop_token stop);
[[nodiscard]] Result<void> holdNow(const Pair& pair, Side side, bool on, std::stop_token stop);

/// One reading of everything a write leaves behind; two of them make a proof.
struct Counters {
    std::map<QString, qint64> writes;
    std::map<QString, QByteArray> files;   ///< changes at TRUNCATE and rewrites, which no counter shows
    QByteArray transactions;               ///< the snapshot: equal twice means that no transaction with an id ended between
    QStringList sessions;
    QStringList active;                    ///< sessions whose state changed within the time asked for
    int openWriters = 0;                   ///< sessions with a transaction id, and prepared transactions
    int clients = 0;
    int serverVersion = 0;
};
[[nodiscard]] Result<Counters> readCounters(const Pair& pair, Milliseconds recent, std::stop_token stop);

} // namespace switchyard::postgres
