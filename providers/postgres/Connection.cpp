#include "providers/postgres/Connection.h"

#include "app/base/Redactor.h"

#include <QDeadlineTimer>

#include <libpq-fe.h>
#include <poll.h>

#include <vector>

namespace switchyard::postgres {

namespace {

constexpr qsizetype kPacket = 64 * 1024;
constexpr int kPollMs = 50;

// row_security=off makes a hidden row an error instead of a row that is silently missing. The empty search path keeps every name qualified.
constexpr const char* kSession = "SET application_name='switchyard'; SET client_min_messages=warning; SET timezone='UTC'; SET datestyle='ISO, YMD'; "
                                 "SET intervalstyle='postgres'; SET extra_float_digits=1; SET bytea_output='hex'; SET lc_monetary='C'; SET search_path=''; "
                                 "SET row_security=off; SET statement_timeout=0; SET lock_timeout='10s'; SET idle_in_transaction_session_timeout='15min'; "
                                 "SET standard_conforming_strings=on; ";

QString cleaned(const char* message)
{
    QString text = QString::fromUtf8(message ? message : "").trimmed();
    const qsizetype line = text.indexOf(u'\n');
    if (line > 0)
        text.truncate(line);
    return Redactor::instance().redact(text);
}

QString sideWords(Side side) { return side == Side::Source ? QStringLiteral("The source database") : QStringLiteral("The target database"); }

struct FreeInfo {
    void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using InfoPtr = std::unique_ptr<PQconninfoOption, FreeInfo>;

Result<InfoPtr> parseInfo(const Secret& url)
{
    char* problem = nullptr;
    InfoPtr info(PQconninfoParse(url.reveal().constData(), &problem));
    PQfreemem(problem); // it may quote the string: never shown
    if (!info) {
        return Error::invalid(QStringLiteral("A database's connection string can't be read."), QStringLiteral("Nothing was connected."),
                              QStringLiteral("Check the setting it comes from: postgres://user:password@host:port/database."));
    }
    return info;
}

Error networkError(Side side, const QString& why)
{
    Error error = Error::invalid(QStringLiteral("%1 can't be reached: %2.").arg(sideWords(side), why), QStringLiteral("The work on it ended there; what was not committed is undone."),
                                 QStringLiteral("Check that it runs and lets this computer in, then try again."));
    error.kind = ErrorKind::Network;
    error.retryable = true;
    return error;
}

} // namespace

struct Connection::Private {
    PGconn* conn = nullptr;
    std::stop_token stop;
    bool cancelled = false;
    QByteArray pending;
    char* row = nullptr;
    ~Private()
    {
        PQfreemem(row);
        PQfinish(conn);
    }
    /// Once per connection: asks the server to end what it does for us.
    void cancel()
    {
        if (std::exchange(cancelled, true))
            return;
        if (PGcancel* handle = PQgetCancel(conn)) {
            char problem[256];
            PQcancel(handle, problem, sizeof problem);
            PQfreeCancel(handle);
        }
    }
};

Answer::Answer(std::shared_ptr<void> result) : m_result(std::move(result)) {}
int Answer::size() const { return PQntuples(static_cast<PGresult*>(m_result.get())); }
QByteArray Answer::bytes(int row, int column) const
{
    auto* result = static_cast<PGresult*>(m_result.get());
    return {PQgetvalue(result, row, column), PQgetlength(result, row, column)};
}
bool Answer::isNull(int row, int column) const { return PQgetisnull(static_cast<PGresult*>(m_result.get()), row, column) != 0; }
qint64 Answer::affected() const { return QByteArray(PQcmdTuples(static_cast<PGresult*>(m_result.get()))).toLongLong(); }

Connection::Connection(std::unique_ptr<Private> priv, Side side) : d(std::move(priv)), m_side(side) {}
Connection::~Connection() = default;

Result<std::unique_ptr<Connection>> Connection::open(const Secret& url, Side side, Access access, std::stop_token stop)
{
    SY_TRY(const InfoPtr info, parseInfo(url));
    // The string first, so that our words win over its own.
    const char* keys[] = {"dbname", "application_name", "client_encoding", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout", nullptr};
    const char* values[] = {url.reveal().constData(), kApplicationName, "UTF8", "10", "5", "3", "30000", nullptr};
    auto priv = std::make_unique<Private>();
    priv->stop = std::move(stop);
    priv->conn = PQconnectStartParams(keys, values, 1);
    const QDeadlineTimer deadline(10'000);
    PostgresPollingStatusType state = PGRES_POLLING_WRITING;
    while (priv->conn && PQstatus(priv->conn) != CONNECTION_BAD && state != PGRES_POLLING_OK && state != PGRES_POLLING_FAILED) {
        if (priv->stop.stop_requested())
            return Error::cancelled();
        if (deadline.hasExpired())
            return networkError(side, QStringLiteral("no connection within 10 s"));
        pollfd wait{PQsocket(priv->conn), static_cast<short>(state == PGRES_POLLING_READING ? POLLIN : POLLOUT), 0};
        if (::poll(&wait, 1, kPollMs) > 0)
            state = PQconnectPoll(priv->conn);
    }
    if (priv->conn) // libpq prints what servers say on standard error; here errors are answers
        PQsetNoticeProcessor(priv->conn, [](void*, const char*) {}, nullptr);
    std::unique_ptr<Connection> connection(new Connection(std::move(priv), side));
    if (PQstatus(connection->d->conn) != CONNECTION_OK)
        return connection->failure(nullptr);
    QByteArray session = kSession;
    // Said either way: the database may be held read-only, which must not bind us, and a reader must not write by mistake.
    session += access == Access::Read ? "SET default_transaction_read_only=on" : "SET default_transaction_read_only=off";
    SY_CHECK(connection->run(session));
    return connection;
}

int Connection::serverVersion() const { return PQserverVersion(d->conn); }

QString Connection::serverVersionText() const
{
    return QString::fromUtf8(PQparameterStatus(d->conn, "server_version")).section(u' ', 0, 0);
}

Error Connection::failure(void* raw) const
{
    if (d->stop.stop_requested())
        return Error::cancelled();
    auto* result = static_cast<PGresult*>(raw);
    const char* field = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : nullptr;
    const QString state = QString::fromLatin1(field ? field : "");
    const char* primary = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : nullptr;
    const QString words = cleaned(primary ? primary : PQerrorMessage(d->conn));
    Error error;
    if (state.isEmpty() || state.startsWith(QLatin1String("08")) || state.startsWith(QLatin1String("57P"))) {
        const bool refused = state.isEmpty() && (words.contains(QLatin1String("password authentication")) || words.contains(QLatin1String("no pg_hba.conf entry"))
                                                 || words.contains(QLatin1String("no password supplied")));
        error = networkError(m_side, words.isEmpty() ? QStringLiteral("the connection broke") : words);
        if (refused) {
            error.happened = QStringLiteral("%1 refused the log-in: %2.").arg(sideWords(m_side), words);
            error.means = QStringLiteral("Nothing was read or written there.");
            error.remedy = QStringLiteral("Check the credentials and the list of addresses it lets in.");
            error.kind = ErrorKind::Auth;
            error.retryable = false;
        }
    } else {
        error = Error::invalid(QStringLiteral("%1 refused: %2.").arg(sideWords(m_side), words), QStringLiteral("The transaction was undone; nothing of it stays."),
                               QStringLiteral("Read the database's words, put it right there, then try again."));
        error.kind = state.startsWith(QLatin1String("28")) ? ErrorKind::Auth
            : state == QLatin1String("55P03") || state == QLatin1String("57014") ? ErrorKind::Timeout : ErrorKind::Database;
        error.retryable = error.kind == ErrorKind::Timeout || state.startsWith(QLatin1String("40")) || state.startsWith(QLatin1String("53"));
    }
    error.code = state;
    return error;
}

Result<void> Connection::waitReadable()
{
    if (d->stop.stop_requested())
        d->cancel();
    pollfd wait{PQsocket(d->conn), POLLIN, 0};
    if (::poll(&wait, 1, kPollMs) > 0 && PQconsumeInput(d->conn) == 0)
        return failure(nullptr);
    return Ok{};
}

Result<Answer> Connection::collect()
{
    std::shared_ptr<void> last;
    std::optional<Error> error;
    while (true) {
        while (PQisBusy(d->conn) != 0) {
            SY_CHECK(waitReadable());
        }
        PGresult* raw = PQgetResult(d->conn);
        if (!raw)
            break;
        std::shared_ptr<void> result(raw, [](void* old) { PQclear(static_cast<PGresult*>(old)); });
        const ExecStatusType status = PQresultStatus(raw);
        if (status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE) {
            if (!error)
                error = failure(raw);
        } else {
            last = std::move(result);
        }
        if (status == PGRES_COPY_OUT || status == PGRES_COPY_IN)
            break;
    }
    if (d->stop.stop_requested())
        return Error::cancelled();
    if (error)
        return *error;
    return Answer(std::move(last));
}

Result<Answer> Connection::query(const QByteArray& sql, const QList<QByteArray>& parameters)
{
    if (d->stop.stop_requested())
        return Error::cancelled();
    std::vector<const char*> values;
    for (const QByteArray& parameter : parameters)
        values.push_back(parameter.constData());
    if (PQsendQueryParams(d->conn, sql.constData(), static_cast<int>(values.size()), nullptr, values.data(), nullptr, nullptr, 0) == 0)
        return failure(nullptr);
    return collect();
}

Result<void> Connection::run(const QByteArray& sql)
{
    if (d->stop.stop_requested())
        return Error::cancelled();
    if (PQsendQuery(d->conn, sql.constData()) == 0)
        return failure(nullptr);
    SY_TRY(const Answer ignored, collect());
    Q_UNUSED(ignored)
    return Ok{};
}

Result<void> Connection::startCopy(const QByteArray& sql, int expected)
{
    if (d->stop.stop_requested())
        return Error::cancelled();
    if (PQsendQuery(d->conn, sql.constData()) == 0)
        return failure(nullptr);
    while (PQisBusy(d->conn) != 0) {
        SY_CHECK(waitReadable());
    }
    PGresult* raw = PQgetResult(d->conn);
    const std::shared_ptr<void> result(raw, [](void* old) { PQclear(static_cast<PGresult*>(old)); });
    if (raw && PQresultStatus(raw) == static_cast<ExecStatusType>(expected))
        return Ok{};
    Error error = failure(raw);
    (void)collect();
    return error;
}

Result<void> Connection::startCopyOut(const QByteArray& sql) { return startCopy(sql, PGRES_COPY_OUT); }
Result<void> Connection::startCopyIn(const QByteArray& sql) { return startCopy(sql, PGRES_COPY_IN); }

Result<std::optional<QByteArray>> Connection::nextRow()
{
    PQfreemem(std::exchange(d->row, nullptr));
    while (true) {
        const int size = PQgetCopyData(d->conn, &d->row, 1);
        if (size > 0)
            return std::optional<QByteArray>(QByteArray::fromRawData(d->row, size));
        if (size == 0) {
            SY_CHECK(waitReadable());
            continue;
        }
        SY_TRY(const Answer end, collect()); // the error of a broken copy is here
        Q_UNUSED(end)
        return std::optional<QByteArray>();
    }
}

Result<void> Connection::put(const QByteArray& bytes)
{
    d->pending += bytes;
    if (d->pending.size() < kPacket)
        return Ok{};
    if (d->stop.stop_requested()) {
        PQputCopyEnd(d->conn, "stopped");
        (void)collect();
        return Error::cancelled();
    }
    const int sent = PQputCopyData(d->conn, d->pending.constData(), static_cast<int>(d->pending.size()));
    d->pending.clear();
    if (sent == 1)
        return Ok{};
    const auto why = collect(); // the server's words, where it still could say them
    return why ? failure(nullptr) : why.error();
}

Result<qint64> Connection::finishCopyIn()
{
    if (!d->pending.isEmpty() && PQputCopyData(d->conn, d->pending.constData(), static_cast<int>(d->pending.size())) != 1)
        return failure(nullptr);
    d->pending.clear();
    if (PQputCopyEnd(d->conn, nullptr) != 1)
        return failure(nullptr);
    SY_TRY(const Answer done, collect());
    return done.affected();
}

QByteArray identifier(const QByteArray& name) { return '"' + QByteArray(name).replace("\"", "\"\"") + '"'; }

QByteArray literal(const QByteArray& value) { return "E'" + QByteArray(value).replace("\\", "\\\\").replace("'", "''") + '\''; }

QByteArray textArray(const QList<QByteArray>& values)
{
    QByteArray array = "{";
    for (const QByteArray& value : values) {
        if (array.size() > 1)
            array += ',';
        array += '"' + QByteArray(value).replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
    return literal(array + '}') + "::text[]";
}

Result<SplitConninfo> splitConninfo(const Secret& url)
{
    SY_TRY(const InfoPtr info, parseInfo(url));
    SplitConninfo out;
    for (const PQconninfoOption* option = info.get(); option->keyword; ++option) {
        if (!option->val || !*option->val)
            continue;
        const QByteArray keyword(option->keyword);
        if (keyword == "password") {
            out.password = option->val;
            continue;
        }
        if (keyword == "application_name" || keyword == "sslpassword")
            continue;
        out.words += keyword + "='" + QByteArray(option->val).replace("\\", "\\\\").replace("'", "\\'") + "' ";
    }
    out.words += "application_name='switchyard' connect_timeout='10'";
    return out;
}

} // namespace switchyard::postgres
