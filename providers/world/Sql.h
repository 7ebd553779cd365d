#pragma once

#include "app/base/Result.h"
#include "app/base/Secret.h"

#include <QByteArray>
#include <QString>

#include <memory>
#include <optional>
#include <vector>

namespace switchyard::world {

/// Where a database is and as whom to log in.
struct SqlTarget {
    QString host = QStringLiteral("127.0.0.1");
    quint16 port = 0;
    QString database;
    QString role;
    Secret password;
    QString application;
    /// postgres://role:password@host:port/database
    [[nodiscard]] Secret url() const;
};

struct SqlRows {
    std::vector<std::vector<std::optional<QByteArray>>> rows;
    qint64 affected = 0;
    [[nodiscard]] bool isEmpty() const { return rows.empty(); }
    [[nodiscard]] QByteArray at(size_t row, size_t column) const { return rows[row][column].value_or(QByteArray()); }
};

using SqlParameters = std::vector<std::optional<QByteArray>>;

/// One libpq connection with text parameters. Used on one worker thread only. Errors: Database with the SQLSTATE as code (08006 when the
/// connection is gone).
class Sql {
public:
    Sql();
    ~Sql();
    Sql(const Sql&) = delete;
    Sql& operator=(const Sql&) = delete;

    [[nodiscard]] Result<void> open(const SqlTarget& target);
    /// Notices a connection that the server closed while it was idle, before anything is sent on it.
    [[nodiscard]] bool alive();
    void close();
    [[nodiscard]] Result<SqlRows> run(const QByteArray& sql, const SqlParameters& parameters = {});
    /// Several statements in one string, without parameters.
    [[nodiscard]] Result<void> script(const QByteArray& sql);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace switchyard::world
