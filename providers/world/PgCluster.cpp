#include "providers/world/PgCluster.h"

#include "app/base/Awaiters.h"
#include "app/base/Log.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>

#include <algorithm>
#include <csignal>
#include <unistd.h>

namespace switchyard::world {

PgCluster::PgCluster(Options options)
    : m_options(std::move(options)), m_user(ServerUser::find()), m_worker(QStringLiteral("pg-") + m_options.name)
{
}
PgCluster::~PgCluster() = default;

QString PgCluster::binFolder()
{
    // Debian keeps one folder a major, outside PATH.
    QDir root(QStringLiteral("/usr/lib/postgresql"));
    QStringList majors = root.entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    std::sort(majors.begin(), majors.end(), [](const QString& a, const QString& b) { return a.toInt() > b.toInt(); });
    for (const QString& major : majors) {
        const QString bin = root.filePath(major + QStringLiteral("/bin"));
        if (major.toInt() >= 13 && QFile::exists(bin + QStringLiteral("/postgres")) && QFile::exists(bin + QStringLiteral("/initdb")))
            return bin;
    }
    const QString found = findProgram(QStringLiteral("initdb"), {QStringLiteral("/usr/pgsql-16/bin"), QStringLiteral("/usr/pgsql-15/bin"), QStringLiteral("/opt/homebrew/bin")});
    return found.isEmpty() ? QString() : QFileInfo(found).absolutePath();
}

bool PgCluster::isBuilt() const { return QFile::exists(m_options.folder + QStringLiteral("/built")); }

SqlTarget PgCluster::target(const QString& application) const
{
    return {QStringLiteral("127.0.0.1"), m_options.port, m_options.database, m_options.role, m_options.password, application};
}

SqlTarget PgCluster::adminTarget(const QString& database) const
{
    return {QStringLiteral("127.0.0.1"), m_options.port, database, QStringLiteral("postgres"), m_options.adminPassword, QStringLiteral("world")};
}

Task<> PgCluster::initialize(std::stop_token stop)
{
    QDir().mkpath(m_options.folder);
    if (m_user.change && ::chown(QFile::encodeName(m_options.folder).constData(), m_user.uid, m_user.gid) != 0)
        co_return Error::internal(QStringLiteral("the folder %1 can't be given to the server's user").arg(m_options.folder));
    QDir(dataFolder()).removeRecursively();
    // The password reaches initdb through memory, never through a command line or a file.
    const int password = memoryFile("pwfile", m_options.adminPassword.reveal() + '\n');
    ServerProcess::Options run;
    run.program = binFolder() + QStringLiteral("/initdb");
    run.arguments = QStringList{QStringLiteral("-D"), dataFolder(), QStringLiteral("-E"), QStringLiteral("UTF8"), QStringLiteral("--locale=C.UTF-8"),
                                QStringLiteral("-N"), QStringLiteral("-U"), QStringLiteral("postgres"), QStringLiteral("-A"),
                                QStringLiteral("scram-sha-256"), QStringLiteral("--pwfile=/proc/self/fd/%1").arg(password)};
    run.workDirectory = m_options.folder;
    run.logFile = m_options.folder + QStringLiteral("/initdb.log");
    run.user = m_user;
    run.deathSignal = SIGKILL;
    run.keepOpen = password;
    ServerProcess initdb;
    const auto started = initdb.start(run);
    ::close(password);
    SY_CO_CHECK(started);
    SY_CO_CHECK(co_await initdb.finish(Milliseconds(60'000), stop));
    SY_CO_ALIVE(stop);

    QFile configuration(dataFolder() + QStringLiteral("/postgresql.conf"));
    if (!configuration.open(QIODevice::Append))
        co_return Error::internal(QStringLiteral("postgresql.conf can't be written"));
    // fsync off: a rehearsal must survive the death of processes, not of the machine, and is thrown away afterwards.
    configuration.write("listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\nmax_connections = 60\nshared_buffers = 64MB\nfsync = off\n"
                        "full_page_writes = off\nmax_wal_size = 512MB\nmaintenance_work_mem = 64MB\njit = off\nlog_min_messages = warning\n"
                        "log_line_prefix = '%m [%p] %q%u@%d '\ntimezone = 'UTC'\nlog_timezone = 'UTC'\n");
    co_return Ok{};
}

Task<> PgCluster::endStray(std::stop_token stop)
{
    // A kill -9 of the world makes the kernel stop the server; it may still be at it, or have left its lock.
    QFile lock(dataFolder() + QStringLiteral("/postmaster.pid"));
    if (!lock.open(QIODevice::ReadOnly))
        co_return Ok{};
    const qint64 pid = lock.readLine().trimmed().toLongLong();
    const auto mark = ProcessMark::of(pid);
    QFile commandLine(QStringLiteral("/proc/%1/cmdline").arg(pid));
    const bool ours = mark && commandLine.open(QIODevice::ReadOnly) && commandLine.readAll().split('\0').contains(QFile::encodeName(dataFolder()));
    if (ours) {
        mark->signal(SIGINT);
        auto gone = co_await waitGone(*mark, Milliseconds(5'000), stop);
        SY_CO_ALIVE(stop);
        if (!gone) {
            mark->signal(SIGKILL);
            SY_CO_CHECK(co_await waitGone(*mark, Milliseconds(5'000), stop));
        }
    } else {
        // The id belongs to somebody else by now: PostgreSQL would take it for a living server.
        QFile::remove(lock.fileName());
    }
    co_return Ok{};
}

Task<> PgCluster::launch(std::stop_token stop)
{
    for (int tries = 0; tries < 8; ++tries) {
        m_options.port = freePort(m_options.port);
        ServerProcess::Options run;
        run.program = binFolder() + QStringLiteral("/postgres");
        run.arguments = QStringList{QStringLiteral("-D"), dataFolder(), QStringLiteral("-p"), QString::number(m_options.port)};
        run.workDirectory = m_options.folder;
        run.logFile = logFile();
        run.user = m_user;
        run.deathSignal = SIGINT;
        SY_CO_CHECK(m_process.start(run));
        QElapsedTimer timer;
        timer.start();
        while (m_process.running() && timer.elapsed() < 30'000) {
            const SqlTarget admin = adminTarget(QStringLiteral("postgres"));
            std::function<Result<bool>(std::stop_token)> ask = [admin](std::stop_token) -> Result<bool> {
                Sql sql;
                return sql.open(admin).has_value();
            };
            SY_CO_TRY(const bool answers, co_await m_worker.run<bool>(std::move(ask), stop));
            SY_CO_ALIVE(stop);
            if (answers)
                co_return Ok{};
            SY_CO_CHECK(co_await sleepReal(Milliseconds(40), stop));
        }
        // Taken port, or a lock that is just being released.
        auto ended = co_await m_process.end(SIGINT, Milliseconds(3'000), stop);
        SY_CO_ALIVE(stop);
        SY_CO_CHECK(co_await endStray(stop));
        SY_CO_CHECK(co_await sleepReal(Milliseconds(150), stop));
    }
    co_return Error::internal(QStringLiteral("PostgreSQL \"%1\" doesn't start: %2").arg(m_options.name, m_process.logTail()));
}

Task<> PgCluster::build(std::stop_token stop)
{
    if (binFolder().isEmpty()) {
        Error error = Error::internal(QStringLiteral("no PostgreSQL >= 13"));
        error.happened = QStringLiteral("No PostgreSQL server is installed on this computer.");
        error.means = QStringLiteral("A rehearsal runs on two real PostgreSQL servers of its own, so it can't start.");
        error.remedy = QStringLiteral("Install PostgreSQL 13 or later, on Debian and Ubuntu the package postgresql.");
        co_return error;
    }
    SY_CO_CHECK(co_await initialize(stop));
    SY_CO_ALIVE(stop);
    SY_CO_CHECK(co_await launch(stop));
    SY_CO_ALIVE(stop);
    const SqlTarget admin = adminTarget(QStringLiteral("postgres"));
    const Options options = m_options;
    std::function<Result<bool>(std::stop_token)> create = [admin, options](std::stop_token) -> Result<bool> {
        Sql sql;
        SY_CHECK(sql.open(admin));
        // Names and passwords are ours (letters and digits): quoting is enough.
        SY_CHECK(sql.script("CREATE ROLE \"" + options.role.toUtf8() + "\" LOGIN PASSWORD '" + options.password.reveal() + "'"));
        SY_CHECK(sql.script("CREATE DATABASE \"" + options.database.toUtf8() + "\" OWNER \"" + options.role.toUtf8() + "\" TEMPLATE template0"));
        SY_CHECK(sql.script("REVOKE ALL ON DATABASE \"" + options.database.toUtf8() + "\" FROM PUBLIC"));
        SqlTarget inside = admin;
        inside.database = options.database;
        SY_CHECK(sql.open(inside));
        SY_CHECK(sql.script("ALTER SCHEMA public OWNER TO \"" + options.role.toUtf8() + "\""));
        return true;
    };
    SY_CO_TRY([[maybe_unused]] const bool created, co_await m_worker.run<bool>(std::move(create), stop));
    SY_CO_ALIVE(stop);
    QFile built(m_options.folder + QStringLiteral("/built"));
    if (!built.open(QIODevice::WriteOnly))
        co_return Error::internal(QStringLiteral("%1 can't be written").arg(built.fileName()));
    co_return Ok{};
}

Task<> PgCluster::start(std::stop_token stop)
{
    SY_CO_CHECK(co_await endStray(stop));
    SY_CO_ALIVE(stop);
    co_return co_await launch(stop);
}

Task<> PgCluster::end(std::stop_token stop) { return m_process.end(SIGINT, Milliseconds(10'000), std::move(stop)); }

} // namespace switchyard::world
