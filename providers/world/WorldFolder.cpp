#include "providers/world/WorldFolder.h"

#include "providers/world/Proc.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSaveFile>

#include <sys/stat.h>
#include <unistd.h>

namespace switchyard::world {

namespace {
Error storage(const QString& file)
{
    Error error;
    error.kind = ErrorKind::Storage;
    error.happened = QStringLiteral("%1 can't be written.").arg(file);
    error.means = QStringLiteral("The rehearsed world has nowhere to live.");
    error.remedy = QStringLiteral("Free some space, or choose another folder with --out.");
    return error;
}
constexpr const char* serverPrefix = "/switchyard-";
} // namespace

WorldFolder::WorldFolder(const QString& directory) : m_path(QDir(directory).absolutePath() + QStringLiteral("/world")) {}

Result<void> WorldFolder::create() const
{
    if (!QDir().mkpath(m_path))
        return storage(m_path);
    ::chmod(QFile::encodeName(m_path).constData(), 0700);
    return Ok{};
}

bool WorldFolder::exists() const { return QDir(m_path).exists(); }
bool WorldFolder::isOurs() const
{
    return !exists() || QFile::exists(file(QStringLiteral("spec.json"))) || QFile::exists(file(QStringLiteral("state.json"))) || QDir(m_path).isEmpty();
}

bool WorldFolder::isBuilt() const { return read(QStringLiteral("state.json"))[QStringLiteral("built")].toBool(); }

QJsonObject WorldFolder::read(const QString& name) const
{
    QFile source(file(name));
    return source.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(source.readAll()).object() : QJsonObject();
}

Result<void> WorldFolder::write(const QString& name, const QJsonObject& object) const
{
    QSaveFile target(file(name));
    if (!target.open(QIODevice::WriteOnly))
        return storage(file(name));
    target.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    target.write(QJsonDocument(object).toJson());
    return target.commit() ? Result<void>(Ok{}) : Result<void>(storage(file(name)));
}

void WorldFolder::remove(const QString& name) const { QFile::remove(file(name)); }

Result<QString> WorldFolder::makeServerFolder() const
{
    const QString link = file(QStringLiteral("servers"));
    const ServerUser user = ServerUser::find();
    if (!user.change) {
        if (!QDir().mkpath(link))
            return storage(link);
        return link;
    }
    sweepServerFolders();
    const QString folder = QStringLiteral("/var/tmp") + QLatin1String(serverPrefix) + randomWord(10);
    if (::mkdir(QFile::encodeName(folder).constData(), 0700) != 0
        || ::chown(QFile::encodeName(folder).constData(), user.uid, user.gid) != 0)
        return storage(folder);
    QFile::remove(link);
    if (!QFile::link(folder, link))
        return storage(link);
    // After the link: without it the folder would look like one whose world is gone.
    QFile owner(folder + QStringLiteral("/owner"));
    if (!owner.open(QIODevice::WriteOnly) || owner.write(QFile::encodeName(m_path)) < 0)
        return storage(owner.fileName());
    return folder;
}

void WorldFolder::sweepServerFolders()
{
    const QDir root(QStringLiteral("/var/tmp"));
    for (const QFileInfo& found : root.entryInfoList({QStringLiteral("switchyard-*")}, QDir::Dirs | QDir::NoSymLinks | QDir::Hidden)) {
        QFile owner(found.filePath() + QStringLiteral("/owner"));
        if (!owner.open(QIODevice::ReadOnly))
            continue;
        const QString world = QFile::decodeName(owner.readAll());
        if (QFileInfo(world + QStringLiteral("/servers")).symLinkTarget() != found.filePath())
            QDir(found.filePath()).removeRecursively();
    }
}

void WorldFolder::clear() const
{
    if (!isOurs())
        return;
    const QFileInfo servers(file(QStringLiteral("servers")));
    const QString real = servers.isSymLink() ? servers.symLinkTarget() : QString();
    // Only what makeServerFolder() made: the link could have been changed.
    if (real.startsWith(QStringLiteral("/var/tmp") + QLatin1String(serverPrefix)) && !real.contains(QStringLiteral("..")))
        QDir(real).removeRecursively();
    QFile::remove(servers.filePath());
    QDir(m_path).removeRecursively();
}

QString WorldFolder::logTail() const
{
    QFile log(file(QStringLiteral("world.log")));
    if (!log.open(QIODevice::ReadOnly))
        return {};
    log.seek(qMax<qint64>(0, log.size() - 1200));
    return QString::fromUtf8(log.readAll()).trimmed();
}

QJsonObject WorldFolder::toJson(const WorldSpec& spec)
{
    return {{QStringLiteral("rows"), spec.rows}, {QStringLiteral("speed"), spec.speed}, {QStringLiteral("visitors"), spec.visitors},
            {QStringLiteral("faults"), QJsonArray::fromStringList(spec.faults)}};
}

WorldSpec WorldFolder::specFrom(const QJsonObject& object, const QString& directory)
{
    WorldSpec spec;
    spec.directory = directory;
    spec.rows = object[QStringLiteral("rows")].toInteger(spec.rows);
    spec.speed = object[QStringLiteral("speed")].toDouble(1);
    spec.visitors = object[QStringLiteral("visitors")].toInt(spec.visitors);
    for (const QJsonValue& fault : object[QStringLiteral("faults")].toArray())
        spec.faults << fault.toString();
    return spec;
}

} // namespace switchyard::world
