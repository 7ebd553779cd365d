#include "tests/endtoend/Program.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QTest>

#include <csignal>
#include <unistd.h>

namespace switchyard::endtoend {

Home::Home() : m_folder(QDir::tempPath() + QStringLiteral("/switchyard-e2e-XXXXXX")), m_environment(QProcessEnvironment::systemEnvironment())
{
    // As a new user on a machine without a desktop: no bus, so no keyring is asked.
    for (const char* name : {"DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "SWITCHYARD_DIE_AT"})
        m_environment.remove(QLatin1String(name));
    m_environment.insert(QStringLiteral("HOME"), file(QStringLiteral("home")));
    m_environment.insert(QStringLiteral("XDG_DATA_HOME"), file(QStringLiteral("data")));
    m_environment.insert(QStringLiteral("XDG_STATE_HOME"), file(QStringLiteral("state")));
    m_environment.insert(QStringLiteral("XDG_CONFIG_HOME"), file(QStringLiteral("config")));
    m_environment.insert(QStringLiteral("XDG_CACHE_HOME"), file(QStringLiteral("cache")));
    m_environment.insert(QStringLiteral("XDG_RUNTIME_DIR"), file(QStringLiteral("runtime")));
    for (const char* name : {"home", "data", "state", "config", "cache", "runtime"})
        QDir(path()).mkdir(QLatin1String(name));
    QFile::setPermissions(file(QStringLiteral("runtime")), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
}

Home::~Home()
{
    const QStringList left = leftBehind();
    if (left.isEmpty())
        return;
    qWarning("left behind: %s", qPrintable(left.join(QStringLiteral("; "))));
    for (const int signal : {SIGTERM, SIGKILL}) {
        for (const qint64 pid : processes())
            ::kill(static_cast<pid_t>(pid), signal);
        QTest::qWait(signal == SIGTERM ? 3000 : 300);
    }
}

std::unique_ptr<QProcess> Home::start(const QStringList& arguments)
{
    auto process = std::make_unique<QProcess>();
    process->setProgram(QStringLiteral(SWITCHYARD_PROGRAM));
    process->setArguments(arguments);
    process->setProcessEnvironment(m_environment);
    process->setWorkingDirectory(path());
    process->setStandardInputFile(QProcess::nullDevice());
    process->start();
    return process;
}

Ended Home::wait(QProcess* process, int seconds)
{
    Ended ended;
    if (process->state() != QProcess::NotRunning && !process->waitForFinished(seconds * 1000)) {
        ended.out = process->readAllStandardOutput();
        ended.err = process->readAllStandardError() + "\n(not ended in time)";
        process->kill();
        process->waitForFinished(5000);
        return ended;
    }
    ended.killed = process->exitStatus() == QProcess::CrashExit;
    ended.code = ended.killed ? -1 : process->exitCode();
    ended.out = process->readAllStandardOutput();
    ended.err = process->readAllStandardError();
    return ended;
}

Ended Home::run(const QStringList& arguments, int seconds)
{
    const auto process = start(arguments);
    return wait(process.get(), seconds);
}

std::vector<qint64> Home::processes() const
{
    std::vector<qint64> out;
    // Servers of an unprivileged user live outside of the run's folder; a file in theirs names the world they belong to.
    QList<QByteArray> marks{path().toUtf8()};
    for (const QFileInfo& servers : QDir(QStringLiteral("/var/tmp")).entryInfoList({QStringLiteral("switchyard-*")}, QDir::Dirs)) {
        if (readFile(servers.filePath() + QStringLiteral("/owner")).startsWith(path().toUtf8()))
            marks << servers.filePath().toUtf8();
    }
    for (const QString& name : QDir(QStringLiteral("/proc")).entryList({QStringLiteral("[0-9]*")}, QDir::Dirs)) {
        const qint64 pid = name.toLongLong();
        if (pid == ::getpid())
            continue;
        const QString folder = QStringLiteral("/proc/") + name;
        if (readFile(folder + QStringLiteral("/stat")).contains(") Z "))
            continue;
        const QByteArray told = readFile(folder + QStringLiteral("/cmdline")) + readFile(folder + QStringLiteral("/environ")) + QFile::symLinkTarget(folder + QStringLiteral("/cwd")).toUtf8();
        for (const QByteArray& mark : marks) {
            if (told.contains(mark)) {
                out.push_back(pid);
                break;
            }
        }
    }
    return out;
}

QStringList Home::leftBehind() const
{
    QElapsedTimer timer;
    timer.start();
    std::vector<qint64> left;
    while (!(left = processes()).empty() && timer.elapsed() < 2000)
        QTest::qWait(50);
    QStringList out;
    for (const qint64 pid : left)
        out << QStringLiteral("%1 %2").arg(pid).arg(QString::fromUtf8(readFile(QStringLiteral("/proc/%1/cmdline").arg(pid)).replace('\0', ' ')).left(200));
    return out;
}

QByteArray readFile(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QJsonObject readJson(const QString& path) { return QJsonDocument::fromJson(readFile(path)).object(); }

QString Record::intentName() const
{
    const QString key = data.value(u"key").toString();
    return key.isEmpty() ? step : step + u'/' + key;
}

std::vector<Record> journalOf(const QString& directory)
{
    std::vector<Record> out;
    const QString name = QStringLiteral("journal-") + directory;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), name);
        database.setDatabaseName(directory + QStringLiteral("/journal.sqlite"));
        if (database.open()) {
            QSqlQuery query(database);
            if (!query.exec(QStringLiteral("SELECT sequence, wall, kind, step, data FROM records ORDER BY sequence")))
                qWarning("journal: %s", qPrintable(query.lastError().text()));
            while (query.next())
                out.push_back({query.value(0).toLongLong(), query.value(1).toLongLong(), query.value(2).toString(), query.value(3).toString(), QJsonDocument::fromJson(query.value(4).toByteArray()).object()});
        }
    }
    QSqlDatabase::removeDatabase(name);
    return out;
}

} // namespace switchyard::endtoend
