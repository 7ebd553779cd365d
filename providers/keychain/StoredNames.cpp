#include "providers/keychain/StoredNames.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>
#include <QStandardPaths>

#include <algorithm>

namespace switchyard::keychain {

StoredNames::StoredNames() : m_file(QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + QStringLiteral("/switchyard/keyring.json"))
{
    QFile file(m_file);
    if (!file.open(QIODevice::ReadOnly))
        return;
    const QJsonArray names = QJsonDocument::fromJson(file.readAll()).object().value(QStringLiteral("stored")).toArray();
    for (const QJsonValue& name : names)
        m_names.insert(name.toString());
}

Result<void> StoredNames::add(const QString& name)
{
    if (m_names.contains(name))
        return Ok{};
    m_names.insert(name);
    return save();
}

Result<void> StoredNames::remove(const QString& name)
{
    return m_names.remove(name) ? save() : Result<void>(Ok{});
}

Result<void> StoredNames::save() const
{
    QDir().mkpath(QFileInfo(m_file).absolutePath());
    QStringList names(m_names.begin(), m_names.end());
    names.sort();
    QSaveFile file(m_file);
    const QByteArray bytes = QJsonDocument(QJsonObject{{QStringLiteral("stored"), QJsonArray::fromStringList(names)}}).toJson();
    const bool open = file.open(QIODevice::WriteOnly);
    if (open)
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    if (open && file.write(bytes) == bytes.size() && file.commit())
        return Ok{};
    Error error = Error::invalid(QStringLiteral("The file %1 could not be written.").arg(m_file), QStringLiteral("A locked keyring could later be taken for an empty one."),
                                 QStringLiteral("Make the folder writable, then store the token again."));
    error.kind = ErrorKind::Storage;
    return error;
}

} // namespace switchyard::keychain
