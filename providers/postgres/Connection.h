#pragma once

#include "app/base/Result.h"
#include "app/base/Secret.h"
#include "app/ports/Service.h"

#include <QByteArray>
#include <QList>
#include <QString>

#include <memory>
#include <optional>
#include <stop_token>

namespace switchyard::postgres {

/// Names our sessions in pg_stat_activity; holdReadOnly() and proveQuiet() leave them out.
inline constexpr const char* kApplicationName = "switchyard";

/// The text rows of one statement.
class Answer {
public:
    explicit Answer(std::shared_ptr<void> result);
    [[nodiscard]] int size() const;
    [[nodiscard]] QByteArray bytes(int row, int column) const;
    [[nodiscard]] QString text(int row, int column) const { return QString::fromUtf8(bytes(row, column)); }
    [[nodiscard]] qint64 number(int row, int column) const { return bytes(row, column).toLongLong(); }
    [[nodiscard]] bool flag(int row, int column) const { return bytes(row, column) == "t"; }
    [[nodiscard]] bool isNull(int row, int column) const;
    /// Answer a DELETE or INSERT touched.
    [[nodiscard]] qint64 affected() const;

private:
    std::shared_ptr<void> m_result;
};

enum class Access { Read, Write };

/// One session, used from the worker thread that opened it. Every call watches the stop token: a running statement is cancelled on the server and
/// the call ends with Cancelled. Text rendering is pinned (UTC, ISO dates, hex bytea, empty search path), so that equal rows give equal text on both
/// sides. Read sessions can't write; Write sessions can even where the database is held read-only. libpq only: nothing here depends on a
/// version of libpqxx. Errors: Database (code is the SQLSTATE), Network, Timeout, Auth, Cancelled; row contents never get into one.
class Connection {
public:
    [[nodiscard]] static Result<std::unique_ptr<Connection>> open(const Secret& url, Side side, Access access, std::stop_token stop);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// One statement with text parameters $1, $2...
    [[nodiscard]] Result<Answer> query(const QByteArray& sql, const QList<QByteArray>& parameters = {});
    /// Any number of statements without rows.
    [[nodiscard]] Result<void> run(const QByteArray& sql);

    [[nodiscard]] Result<void> startCopyOut(const QByteArray& sql);
    /// The next row in COPY text format with its line end; nothing at the end. The bytes live until the next call.
    [[nodiscard]] Result<std::optional<QByteArray>> nextRow();
    [[nodiscard]] Result<void> startCopyIn(const QByteArray& sql);
    /// Any bytes of COPY text, gathered into larger packets.
    [[nodiscard]] Result<void> put(const QByteArray& bytes);
    /// Ends the copy; returns the rows the server stored.
    [[nodiscard]] Result<qint64> finishCopyIn();

    [[nodiscard]] Side side() const { return m_side; }
    [[nodiscard]] int serverVersion() const; ///< 150018
    [[nodiscard]] QString serverVersionText() const;

private:
    struct Private;
    Connection(std::unique_ptr<Private> priv, Side side);
    Result<void> waitReadable();
    Result<Answer> collect();
    Result<void> startCopy(const QByteArray& sql, int expected);
    Error failure(void* result) const;
    std::unique_ptr<Private> d;
    Side m_side;
};

[[nodiscard]] QByteArray identifier(const QByteArray& name);   ///< "na""me"
[[nodiscard]] QByteArray literal(const QByteArray& value);     ///< E'...' safe for any server setting
[[nodiscard]] QByteArray textArray(const QList<QByteArray>& values); ///< '{...}'::text[]

/// A connection string without its password, as libpq's key=value words, for a child process; and the password alone.
struct SplitConninfo {
    QByteArray words;
    QByteArray password;
};
[[nodiscard]] Result<SplitConninfo> splitConninfo(const Secret& url);

} // namespace switchyard::postgres
