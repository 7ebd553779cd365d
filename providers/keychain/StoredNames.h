#pragma once

#include "app/base/Result.h"

#include <QSet>
#include <QString>

namespace switchyard::keychain {

/// The names of what the keyring was given, in a file of the user's. Error: Storage.
class StoredNames {
public:
    StoredNames();
    [[nodiscard]] bool has(const QString& name) const { return m_names.contains(name); }
    [[nodiscard]] Result<void> add(const QString& name);
    [[nodiscard]] Result<void> remove(const QString& name);

private:
    Result<void> save() const;
    QString m_file;
    QSet<QString> m_names;
};

} // namespace switchyard::keychain
