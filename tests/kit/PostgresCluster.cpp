#include "tests/kit/PostgresCluster.h"

#include "tests/kit/RedisServer.h"

#include <QDeadlineTimer>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QLockFile>
#include <QRandomGenerator>
#include <QThread>
#include <QUrl>

#include <csignal>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace switchyard::test {

namespace {

/// The user that the server may run as, and that owns its folder.
const passwd* serverUser()
{
    if (::geteuid() != 0)
        return ::getpwuid(::geteuid());
    const passwd* user = ::getpwnam("postgres");
    return user ? user : ::getpwnam("nobody");
}

void becomeServerUser(QProcess& process)
{
    const passwd* user = serverUser();
    process.setChildProcessModifier([root = ::geteuid() == 0, uid = user->pw_uid, gid = user->pw_gid] {
        if (root) {
            (void)!::setgroups(0, nullptr);
            (void)!::setgid(gid);
            (void)!::setuid(uid);
        }
        ::prctl(PR_SET_PDEATHSIG, SIGQUIT); // a test that crashes leaves no server; after setuid(), which would clear it
    });
}

bool runToEnd(const QString& program, const QStringList& arguments, QByteArray* output, bool asServer, const QProcessEnvironment& environment = QProcessEnvironment::systemEnvironment())
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.setProcessEnvironment(environment);
    process.setWorkingDirectory(QStringLiteral("/"));
    if (asServer)
        becomeServerUser(process);
    process.start(program, arguments);
    const bool done = process.waitForFinished(60'000);
    *output = process.readAll();
    return done && process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0;
}

/// A cluster as initdb left it, made once per user and kept in /tmp; copying it takes 60 ms.
QString preparedCluster(QString* problem)
{
    const QString folder = QStringLiteral("/tmp/switchyard-test-cluster-%1").arg(serverUser()->pw_uid);
    const QString ready = folder + QStringLiteral("/ready-15c");
    QLockFile lock(QStringLiteral("/tmp/switchyard-test-cluster-%1.lock").arg(::geteuid()));
    if (!lock.tryLock(60'000) || QFileInfo::exists(ready))
        return folder;
    QByteArray output;
    QDir(folder).removeRecursively();
    QDir().mkpath(folder);
    if (::geteuid() == 0)
        (void)!::chown(folder.toUtf8().constData(), serverUser()->pw_uid, serverUser()->pw_gid);
    const QStringList arguments{QStringLiteral("-D"), folder + QStringLiteral("/data"), QStringLiteral("-U"), QStringLiteral("postgres"), QStringLiteral("-E"), QStringLiteral("UTF8"),
                                QStringLiteral("--locale=C.UTF-8"), QStringLiteral("-N"), QStringLiteral("--auth=trust")};
    if (!runToEnd(PostgresCluster::programs() + QStringLiteral("/initdb"), arguments, &output, true)) {
        *problem = QString::fromUtf8(output);
        return {};
    }
    QFile(ready).open(QIODevice::WriteOnly);
    return folder;
}

} // namespace

QString PostgresCluster::programs()
{
    for (int major = 18; major >= 13; --major) {
        const QString folder = QStringLiteral("/usr/lib/postgresql/%1/bin").arg(major);
        if (QFileInfo::exists(folder + QStringLiteral("/initdb")))
            return folder;
    }
    return {};
}

PostgresCluster::PostgresCluster(const QString& password) : m_password(password)
{
    if (programs().isEmpty()) {
        m_problem = QStringLiteral("PostgreSQL 13 or newer is not installed");
        return;
    }
    const QString prepared = preparedCluster(&m_problem);
    if (prepared.isEmpty())
        return;
    m_directory = QStringLiteral("/tmp/switchyard-pg-%1-%2").arg(::getpid()).arg(QRandomGenerator::global()->generate(), 8, 16, QLatin1Char('0'));
    QByteArray output;
    if (!runToEnd(QStringLiteral("cp"), {QStringLiteral("-a"), prepared + QStringLiteral("/data"), m_directory}, &output, false)) {
        m_problem = QString::fromUtf8(output);
        return;
    }
    QFile hba(m_directory + QStringLiteral("/pg_hba.conf"));
    if (hba.open(QIODevice::WriteOnly))
        hba.write("host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n");
    hba.close();
    const quint16 port = freePort();
    const QStringList arguments{QStringLiteral("-D"), m_directory, QStringLiteral("-p"), QString::number(port), QStringLiteral("-h"), QStringLiteral("127.0.0.1"), QStringLiteral("-c"),
                                QStringLiteral("unix_socket_directories="), QStringLiteral("-c"), QStringLiteral("fsync=off"), QStringLiteral("-c"), QStringLiteral("max_connections=40")};
    m_process = std::make_unique<QProcess>();
    m_process->setProcessChannelMode(QProcess::MergedChannels);
    m_process->setWorkingDirectory(QStringLiteral("/"));
    becomeServerUser(*m_process);
    m_process->start(programs() + QStringLiteral("/postgres"), arguments);
    m_process->waitForStarted(5000);
    QDeadlineTimer deadline(20'000);
    while (!deadline.hasExpired() && m_process->state() == QProcess::Running) {
        if (runToEnd(programs() + QStringLiteral("/pg_isready"), {QStringLiteral("-h"), QStringLiteral("127.0.0.1"), QStringLiteral("-p"), QString::number(port)}, &output, false)) {
            m_port = port;
            break;
        }
        QThread::msleep(20);
    }
    if (m_port == 0) {
        m_problem = QStringLiteral("the cluster did not start: ") + QString::fromUtf8(m_process->readAll());
        return;
    }
    QFile script(m_directory + QStringLiteral("/begin.sql"));
    if (script.open(QIODevice::WriteOnly))
        script.write("CREATE ROLE app LOGIN PASSWORD '" + m_password.toUtf8() + "';\nCREATE DATABASE app OWNER app;\n");
    script.close();
    if (!runToEnd(programs() + QStringLiteral("/psql"),
                  {QStringLiteral("-XqAt"), QStringLiteral("-v"), QStringLiteral("ON_ERROR_STOP=1"), QStringLiteral("-h"), QStringLiteral("127.0.0.1"), QStringLiteral("-p"), QString::number(port),
                   QStringLiteral("-U"), QStringLiteral("postgres"), QStringLiteral("-f"), script.fileName()}, &output, false)) {
        m_problem = QString::fromUtf8(output);
        m_port = 0;
    }
}

PostgresCluster::~PostgresCluster()
{
    if (m_process && m_process->state() != QProcess::NotRunning) {
        ::kill(static_cast<pid_t>(m_process->processId()), SIGQUIT); // immediate shutdown: the data is thrown away
        m_process->waitForFinished(10'000);
    }
    if (!m_directory.isEmpty())
        QDir(m_directory).removeRecursively();
}

QString PostgresCluster::url(bool superuser) const
{
    return superuser ? QStringLiteral("postgresql://postgres@127.0.0.1:%1/app").arg(m_port)
                     : QStringLiteral("postgresql://app:%1@127.0.0.1:%2/app").arg(QString::fromLatin1(QUrl::toPercentEncoding(m_password))).arg(m_port);
}

void PostgresCluster::reset()
{
    run(QStringLiteral("DROP DATABASE app WITH (FORCE);\nCREATE DATABASE app OWNER app;"), QStringLiteral("postgres"), QStringLiteral("postgres"));
}

QString PostgresCluster::sql(const QString& statements, bool superuser) const
{
    return run(statements, superuser ? QStringLiteral("postgres") : QStringLiteral("app"), QStringLiteral("app"));
}

QString PostgresCluster::run(const QString& statements, const QString& user, const QString& database) const
{
    QProcess psql;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("PGPASSWORD"), m_password);
    psql.setProcessEnvironment(environment);
    psql.setProcessChannelMode(QProcess::MergedChannels);
    psql.start(programs() + QStringLiteral("/psql"),
               {QStringLiteral("-XqAt"), QStringLiteral("-v"), QStringLiteral("ON_ERROR_STOP=1"), QStringLiteral("-h"), QStringLiteral("127.0.0.1"), QStringLiteral("-p"),
                QString::number(m_port), QStringLiteral("-U"), user, QStringLiteral("-d"), database,
                QStringLiteral("-f"), QStringLiteral("-")});
    psql.write(statements.toUtf8());
    psql.closeWriteChannel();
    psql.waitForFinished(60'000);
    const QString out = QString::fromUtf8(psql.readAll()).trimmed();
    if (psql.exitCode() != 0)
        qFatal("psql failed: %s", qPrintable(out));
    return out;
}

} // namespace switchyard::test
