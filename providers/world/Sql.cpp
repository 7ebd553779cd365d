#include "providers/world/Sql.h"

#include <QUrl>

#include <libpq-fe.h>

#include <cstring>

namespace switchyard::world {

Secret SqlTarget::url() const
{
    return Secret(QStringLiteral("postgres://%1:%2@%3:%4/%5").arg(role, password.revealText(), host).arg(port).arg(database));
}

struct Sql::Private {
    PGconn* connection = nullptr;

    Error failure(const PGresult* result) const
    {
        Error error;
        error.kind = ErrorKind::Database;
        const char* state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : nullptr;
        error.code = QString::fromLatin1(state ? state : "08006");
        const char* primary = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : nullptr;
        error.happened = QString::fromUtf8(primary ? primary : PQerrorMessage(connection)).trimmed();
        error.detail = error.happened;
        return error;
    }
    Result<SqlRows> take(PGresult* result) const
    {
        const std::unique_ptr<PGresult, decltype(&PQclear)> hold(result, &PQclear);
        const ExecStatusType status = PQresultStatus(result);
        if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
            return failure(result);
        SqlRows rows;
        rows.affected = QByteArray(PQcmdTuples(result)).toLongLong();
        for (int r = 0; r < PQntuples(result); ++r) {
            auto& row = rows.rows.emplace_back();
            for (int c = 0; c < PQnfields(result); ++c) {
                if (PQgetisnull(result, r, c))
                    row.emplace_back(std::nullopt);
                else
                    row.emplace_back(QByteArray(PQgetvalue(result, r, c), PQgetlength(result, r, c)));
            }
        }
        return rows;
    }
};

Sql::Sql() : d(std::make_unique<Private>()) {}
Sql::~Sql() { close(); }

void Sql::close()
{
    PQfinish(d->connection);
    d->connection = nullptr;
}

Result<void> Sql::open(const SqlTarget& target)
{
    close();
    const QByteArray host = target.host.toUtf8();
    const QByteArray port = QByteArray::number(target.port);
    const QByteArray database = target.database.toUtf8();
    const QByteArray role = target.role.toUtf8();
    const QByteArray application = target.application.toUtf8();
    const char* keys[] = {"host", "port", "dbname", "user", "password", "application_name", "connect_timeout", "client_encoding", "sslmode", "options", nullptr};
    const char* values[] = {host.constData(), port.constData(), database.constData(), role.constData(), target.password.reveal().constData(),
                            application.constData(), "5", "UTF8", "prefer", "-c TimeZone=UTC", nullptr};
    d->connection = PQconnectdbParams(keys, values, 0);
    if (PQstatus(d->connection) != CONNECTION_OK) {
        const Error error = d->failure(nullptr);
        close();
        return error;
    }
    PQsetNoticeProcessor(d->connection, [](void*, const char*) {}, nullptr);
    return Ok{};
}

bool Sql::alive()
{
    if (!d->connection)
        return false;
    if (!PQconsumeInput(d->connection))
        return false;
    // A terminated backend leaves its farewell and end-of-file in the socket: the second look sees the end.
    return PQconsumeInput(d->connection) != 0 && PQstatus(d->connection) == CONNECTION_OK;
}

Result<SqlRows> Sql::run(const QByteArray& sql, const SqlParameters& parameters)
{
    if (!d->connection)
        return d->failure(nullptr);
    std::vector<const char*> values;
    for (const auto& value : parameters)
        values.push_back(value ? value->constData() : nullptr);
    return d->take(PQexecParams(d->connection, sql.constData(), static_cast<int>(values.size()), nullptr, values.data(), nullptr, nullptr, 0));
}

Result<void> Sql::script(const QByteArray& sql)
{
    if (!d->connection)
        return d->failure(nullptr);
    auto result = d->take(PQexec(d->connection, sql.constData()));
    if (!result)
        return std::move(result).error();
    return Ok{};
}

} // namespace switchyard::world
