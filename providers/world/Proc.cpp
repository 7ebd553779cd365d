#include "providers/world/Proc.h"

#include "app/base/Awaiters.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QRandomGenerator>
#include <QStandardPaths>

#include <arpa/inet.h>
#include <csignal>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace switchyard::world {

ServerUser ServerUser::find()
{
    ServerUser user;
    if (::geteuid() != 0)
        return user;
    for (const char* name : {"postgres", "nobody"}) {
        if (const passwd* entry = ::getpwnam(name)) {
            user.change = true;
            user.uid = entry->pw_uid;
            user.gid = entry->pw_gid;
            break;
        }
    }
    return user;
}

std::optional<ProcessMark> ProcessMark::of(qint64 pid)
{
    QFile stat(QStringLiteral("/proc/%1/stat").arg(pid));
    if (pid <= 0 || !stat.open(QIODevice::ReadOnly))
        return std::nullopt;
    const QByteArray text = stat.readAll();
    // The name in parentheses may hold spaces: fields are counted from the last parenthesis.
    const QList<QByteArray> fields = text.mid(text.lastIndexOf(')') + 2).split(' ');
    if (fields.size() < 20 || fields[0] == "Z" || fields[0] == "X")
        return std::nullopt;
    return ProcessMark{pid, fields[19].toULongLong()};
}

bool ProcessMark::alive() const
{
    const auto now = of(pid);
    return now && now->startTicks == startTicks;
}

void ProcessMark::signal(int number) const
{
    if (alive())
        ::kill(static_cast<pid_t>(pid), number);
}

Task<> waitGone(ProcessMark mark, Milliseconds limit, std::stop_token stop)
{
    QElapsedTimer timer;
    timer.start();
    while (mark.alive()) {
        if (timer.elapsed() > limit.count()) {
            Error error = Error::internal(QStringLiteral("process %1 did not end within %2 ms").arg(mark.pid).arg(limit.count()));
            error.kind = ErrorKind::Timeout;
            co_return error;
        }
        SY_CO_CHECK(co_await sleepReal(Milliseconds(20), stop));
    }
    co_return Ok{};
}

ServerProcess::~ServerProcess()
{
    if (!m_process)
        return;
    // QProcess would wait up to 30 s for a child that it kills; ours are asked to end and may finish alone.
    if (m_process->state() != QProcess::NotRunning)
        ::kill(static_cast<pid_t>(m_process->processId()), SIGKILL);
}

Result<void> ServerProcess::start(const Options& options)
{
    m_options = options;
    m_process = std::make_unique<QProcess>();
    m_process->setProgram(options.program);
    m_process->setArguments(options.arguments);
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const char* name : {"PGPASSWORD", "PGHOST", "PGPORT", "PGUSER", "PGDATA", "PGDATABASE", "PGSERVICE"})
        environment.remove(QString::fromLatin1(name));
    environment.insert(QStringLiteral("LC_ALL"), QStringLiteral("C.UTF-8"));
    for (const QString& pair : options.extraEnvironment)
        environment.insert(pair.section(u'=', 0, 0), pair.section(u'=', 1));
    m_process->setProcessEnvironment(environment);
    m_process->setWorkingDirectory(options.workDirectory);
    m_process->setProcessChannelMode(QProcess::MergedChannels);
    m_process->setStandardOutputFile(options.logFile, QIODevice::Append);
    if (options.input.isEmpty())
        m_process->setStandardInputFile(QProcess::nullDevice());
    const ServerUser user = options.user;
    const int deathSignal = options.deathSignal;
    const int keepOpen = options.keepOpen;
    const pid_t parent = ::getpid();
    m_process->setChildProcessModifier([user, deathSignal, keepOpen, parent] {
        if (keepOpen >= 0)
            ::fcntl(keepOpen, F_SETFD, 0);
        if (user.change) {
            const gid_t group = user.gid;
            if (::setgroups(1, &group) != 0 || ::setgid(group) != 0 || ::setuid(user.uid) != 0)
                ::_exit(126);
        }
        // After setuid: a change of user clears it.
        ::prctl(PR_SET_PDEATHSIG, deathSignal);
        if (::getppid() != parent)
            ::_exit(125);
        ::umask(0077);
        // Ctrl+C in a terminal is for the app; the world ends its servers itself.
        ::setpgid(0, 0);
    });
    m_process->start(options.input.isEmpty() ? QIODevice::NotOpen : QIODevice::WriteOnly);
    if (m_process->processId() == 0)
        return Error::internal(QStringLiteral("%1 could not be started: %2").arg(options.program, m_process->errorString()));
    if (!options.input.isEmpty()) {
        m_process->write(options.input);
        m_process->closeWriteChannel();
    }
    return Ok{};
}

bool ServerProcess::running() const { return m_process && m_process->state() != QProcess::NotRunning; }
qint64 ServerProcess::pid() const { return m_process ? m_process->processId() : 0; }

QString ServerProcess::logTail() const
{
    QFile log(m_options.logFile);
    if (!log.open(QIODevice::ReadOnly))
        return {};
    log.seek(qMax<qint64>(0, log.size() - 1500));
    return QString::fromUtf8(log.readAll()).trimmed();
}

Task<> ServerProcess::finish(Milliseconds limit, std::stop_token stop)
{
    if (running()) {
        SY_CO_CHECK(co_await nextSignal(m_process.get(), &QProcess::finished, limit, stop));
    }
    SY_CO_ALIVE(stop);
    if (m_process->exitStatus() != QProcess::NormalExit || m_process->exitCode() != 0)
        co_return Error::internal(QStringLiteral("%1 ended with %2: %3").arg(m_options.program).arg(m_process->exitCode()).arg(logTail()));
    co_return Ok{};
}

Task<> ServerProcess::end(int signalNumber, Milliseconds limit, std::stop_token stop)
{
    if (!running())
        co_return Ok{};
    ::kill(static_cast<pid_t>(m_process->processId()), signalNumber);
    auto ended = co_await nextSignal(m_process.get(), &QProcess::finished, limit, stop);
    SY_CO_ALIVE(stop);
    if (!ended && running()) {
        m_process->kill();
        ended = co_await nextSignal(m_process.get(), &QProcess::finished, Milliseconds(5'000), stop);
    }
    co_return ended;
}

quint16 freePort(quint16 preferred)
{
    for (const quint16 wanted : {preferred, quint16{0}}) {
        const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const int on = 1;
        ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(wanted);
        socklen_t size = sizeof address;
        const bool ok = ::bind(socket, reinterpret_cast<sockaddr*>(&address), size) == 0
                        && ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0;
        ::close(socket);
        if (ok)
            return ntohs(address.sin_port);
    }
    return 0;
}

int memoryFile(const char* name, const QByteArray& bytes, unsigned mode)
{
    const int file = ::memfd_create(name, MFD_CLOEXEC);
    if (file < 0)
        return -1;
    ::fchmod(file, mode);
    if (::write(file, bytes.constData(), static_cast<size_t>(bytes.size())) != bytes.size()) {
        ::close(file);
        return -1;
    }
    ::lseek(file, 0, SEEK_SET);
    return file;
}

QString findProgram(const QString& name, const QStringList& folders)
{
    for (const QString& folder : folders) {
        const QFileInfo file(QDir(folder), name);
        if (file.isExecutable())
            return file.absoluteFilePath();
    }
    return QStandardPaths::findExecutable(name);
}

QString randomWord(int length)
{
    static constexpr char letters[] = "abcdefghijkmnpqrstuvwxyz23456789";
    QString word;
    for (int i = 0; i < length; ++i)
        word += QLatin1Char(letters[QRandomGenerator::system()->bounded(32)]);
    return word;
}

} // namespace switchyard::world
