#include "providers/postgres/SchemaDump.h"

#include "app/base/Awaiters.h"
#include "app/base/Redactor.h"
#include "providers/postgres/Connection.h"

#include <QDir>
#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>

#include <algorithm>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace switchyard::postgres {

/// An unnamed file that only this process and the child it is meant for can open.
class MemoryFile {
public:
    explicit MemoryFile(const QByteArray& content) : m_fd(::memfd_create("passfile", MFD_CLOEXEC))
    {
        ::fchmod(m_fd, 0600); // libpq ignores a password file that others may read
        (void)!::write(m_fd, content.constData(), static_cast<size_t>(content.size()));
    }
    ~MemoryFile() { ::close(m_fd); }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    [[nodiscard]] int fd() const { return m_fd; }

private:
    int m_fd;
};

QString dumpProgram(int serverMajor)
{
    QStringList majors = QDir(QStringLiteral("/usr/lib/postgresql")).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    std::sort(majors.begin(), majors.end(), [](const QString& a, const QString& b) { return a.toInt() < b.toInt(); });
    for (const QString& major : std::as_const(majors)) {
        const QString program = QStringLiteral("/usr/lib/postgresql/%1/bin/pg_dump").arg(major);
        if (major.toInt() >= serverMajor && QFileInfo(program).isExecutable())
            return program;
    }
    return majors.isEmpty() ? QStandardPaths::findExecutable(QStringLiteral("pg_dump")) : QString();
}

QByteArray filterDump(const QByteArray& script)
{
    QByteArray out;
    out.reserve(script.size());
    bool skipping = false;
    for (const QByteArray& line : script.split('\n')) {
        // Event triggers need a superuser; a provider's own come with the source and would only fail here.
        skipping = skipping || line.startsWith("CREATE EVENT TRIGGER ") || line.startsWith("ALTER EVENT TRIGGER ");
        if (skipping) {
            skipping = !line.endsWith(';');
            continue;
        }
        // "\restrict" came with 15.14; extension comments belong to whoever installed the extension; "transaction_timeout" is new in 17;
        // pg_stat_statements is the provider's own nearly everywhere and needs a superuser.
        if (line.startsWith("\\restrict ") || line.startsWith("\\unrestrict ") || line.startsWith("COMMENT ON EXTENSION ") || line.startsWith("DROP EXTENSION ") || line.startsWith("SET transaction_timeout")
            || line.startsWith("CREATE EXTENSION IF NOT EXISTS pg_stat_statements") || line.startsWith("DROP EVENT TRIGGER ") || line.startsWith("DROP SCHEMA IF EXISTS public;"))
            continue;
        out += line + '\n';
    }
    return out;
}

Task<QByteArray> dumpSection(Secret url, int serverMajor, QString section, bool clean, std::stop_token stop)
{
    const QString program = dumpProgram(serverMajor);
    if (program.isEmpty()) {
        co_return Error::invalid(QStringLiteral("There is no pg_dump of PostgreSQL %1 or newer on this computer.").arg(serverMajor), QStringLiteral("The schema can't be read from the source."),
                                 QStringLiteral("Install the package postgresql-client-%1 or newer, then try again.").arg(serverMajor));
    }
    SY_CO_TRY(const SplitConninfo info, splitConninfo(url));
    const QByteArray escaped = QByteArray(info.password).replace("\\", "\\\\").replace(":", "\\:");
    auto passfile = std::make_shared<MemoryFile>("*:*:*:*:" + escaped + '\n');
    auto process = std::shared_ptr<QProcess>(new QProcess, [](QProcess* old) {
        if (old->state() == QProcess::NotRunning) {
            old->deleteLater();
            return;
        }
        QObject::connect(old, &QProcess::finished, old, &QObject::deleteLater); // destroying a running one would wait for it
        old->kill();
    });
    QProcessEnvironment environment;
    environment.insert(QStringLiteral("PATH"), QStringLiteral("/usr/bin:/bin"));
    environment.insert(QStringLiteral("LC_ALL"), QStringLiteral("C.UTF-8"));
    environment.insert(QStringLiteral("HOME"), QDir::homePath()); // ~/.postgresql/root.crt
    environment.insert(QStringLiteral("PGPASSFILE"), QStringLiteral("/proc/self/fd/%1").arg(passfile->fd()));
    process->setProcessEnvironment(environment);
    process->setChildProcessModifier([fd = passfile->fd()] { ::fcntl(fd, F_SETFD, 0); }); // inherited by this child alone
    QStringList arguments{QStringLiteral("--no-owner"), QStringLiteral("--no-acl"), QStringLiteral("--no-publications"), QStringLiteral("--no-subscriptions"),
                          QStringLiteral("--no-security-labels"), QStringLiteral("--no-tablespaces"), QStringLiteral("--no-password"), QStringLiteral("--encoding=UTF8"),
                          QStringLiteral("--exclude-schema=switchyard"), QStringLiteral("--lock-wait-timeout=10s"), QStringLiteral("--section=") + section};
    if (clean)
        arguments << QStringLiteral("--clean") << QStringLiteral("--if-exists");
    arguments << QStringLiteral("--dbname=") + QString::fromUtf8(info.words);
    process->start(program, arguments, QIODevice::ReadOnly);
    while (process->state() != QProcess::NotRunning) {
        const auto told = co_await nextSignal(process.get(), &QProcess::stateChanged, Milliseconds(120'000), stop);
        SY_CO_ALIVE(stop);
        if (!told)
            co_return told.error();
    }
    if (process->exitStatus() != QProcess::NormalExit || process->exitCode() != 0) {
        const QString words = Redactor::instance().redact(QString::fromUtf8(process->readAllStandardError()).trimmed().section(u'\n', 0, 0));
        Error error = Error::invalid(QStringLiteral("The schema of the source could not be read: %1.").arg(words.isEmpty() ? process->errorString() : words),
                                     QStringLiteral("Nothing was changed on the target."), QStringLiteral("Read pg_dump's words, put it right there, then try again."));
        error.kind = ErrorKind::Database;
        error.retryable = words.contains(QLatin1String("connection")) || words.contains(QLatin1String("terminating"));
        co_return error;
    }
    co_return filterDump(process->readAllStandardOutput());
}

} // namespace switchyard::postgres
