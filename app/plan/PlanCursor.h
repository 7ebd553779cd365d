#pragma once

#include "app/base/Units.h"
#include "app/plan/PlanProblem.h"
#include "app/plan/YamlTree.h"

#include <QStringList>

#include <optional>

namespace switchyard::plan {

/// Takes values out of the YAML tree and notes what is wrong with them; reading always goes on, so that one pass finds everything.
class PlanCursor {
public:
    PlanCursor(QString file, std::vector<PlanProblem>& problems) : m_file(std::move(file)), m_problems(problems) {}

    void problem(const YamlValue& at, const QString& what, const QString& means, const QString& instead);
    /// Checks that `value` is a map with keys of planKeys()[path] only, none twice. False when it is no map.
    bool map(const YamlValue& value, const QString& subject, const QString& path);
    void unknown(const YamlValue& key, const QStringList& known, const QString& subject);
    void missing(const YamlValue& map, const char* key, const QString& means);
    /// Child of a kind; nothing (and a problem when it is of another kind) else. `path` names its keys in planKeys(), "*": free keys, each
    /// once; null: not checked here.
    const YamlValue* child(const YamlValue& map, const char* key, YamlValue::Kind kind, const char* path);
    const YamlValue* required(const YamlValue& map, const char* key, YamlValue::Kind kind, const char* path);

    QString text(const YamlValue& map, const char* key, bool required);
    QString scalar(const YamlValue& value, const QString& subject);
    QStringList texts(const YamlValue& map, const char* key);
    bool boolean(const YamlValue& map, const char* key, bool fallback);
    std::optional<qint64> number(const YamlValue& map, const char* key, qint64 least, qint64 most);
    std::optional<Milliseconds> duration(const YamlValue& map, const char* key);
    QString oneOf(const YamlValue& map, const char* key, bool required, const QStringList& known, Qt::CaseSensitivity cs = Qt::CaseSensitive);
    /// Names are what people type and what ids are made of: lower case letters, digits, "-" and ".".
    void name(const YamlValue& at, const QString& name, const QString& subject);
    /// Reports every value anywhere below that looks like a secret, and every key that asks for one.
    void refuseSecrets(const YamlValue& value);
    /// A value as it may be quoted in a problem: shortened, hidden when it looks like a secret.
    [[nodiscard]] QString shown(const QString& value) const;

private:
    void duplicates(const YamlValue& value);
    QString m_file;
    std::vector<PlanProblem>& m_problems;
};

} // namespace switchyard::plan
