#pragma once

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStringList>

namespace switchyard::test {

/// A published description by its file name, empty where it isn't at hand: it is no part of the repository, and is looked for beside it
/// or at SWITCHYARD_SPECS.
inline QJsonObject publishedDescription(const QString& name)
{
    QFile file(qEnvironmentVariable("SWITCHYARD_SPECS", QStringLiteral(SWITCHYARD_SOURCE_DIR "/../shared/specs")) + u'/' + name);
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject{};
}

/// Where a value breaks a JSON schema: types, required keys, enums, through $ref, allOf, oneOf and anyOf. Formats and lengths are left
/// alone. Null passes for a key that isn't required: providers send it where their descriptions say "absent".
class SchemaCheck {
public:
    explicit SchemaCheck(QJsonObject document) : m_document(std::move(document)) {}

    [[nodiscard]] QStringList faults(const QString& ref, const QJsonValue& value) const { return check(resolve(ref), value, QStringLiteral("$")); }

private:
    [[nodiscard]] QJsonObject resolve(const QString& ref) const
    {
        QJsonValue at = m_document;
        for (const QString& part : ref.mid(2).split(u'/'))
            at = at.toObject().value(QString(part).replace(QLatin1String("~1"), QLatin1String("/")));
        return at.toObject();
    }
    [[nodiscard]] static bool hasType(const QString& type, const QJsonValue& value)
    {
        if (type == QLatin1String("integer"))
            return value.isDouble() && value.toDouble() == double(value.toInteger());
        return (type == QLatin1String("string") && value.isString()) || (type == QLatin1String("number") && value.isDouble())
            || (type == QLatin1String("boolean") && value.isBool()) || (type == QLatin1String("null") && value.isNull())
            || (type == QLatin1String("array") && value.isArray()) || (type == QLatin1String("object") && value.isObject());
    }
    [[nodiscard]] QStringList check(const QJsonObject& schema, const QJsonValue& value, const QString& path) const
    {
        if (schema.contains(QLatin1String("$ref")))
            return check(resolve(schema.value(QLatin1String("$ref")).toString()), value, path);
        if (value.isNull() && schema.value(QLatin1String("nullable")).toBool())
            return {};
        QStringList found;
        const QJsonValue type = schema.value(QLatin1String("type"));
        QStringList types = type.isArray() ? type.toVariant().toStringList() : QStringList(type.toString());
        types.removeAll(QString());
        bool typed = types.isEmpty();
        for (const QString& one : types)
            typed = typed || hasType(one, value);
        if (!typed)
            return {path + QLatin1String(" is no ") + types.join(QLatin1String(" or "))};
        if (const QJsonArray allowed = schema.value(QLatin1String("enum")).toArray(); !allowed.isEmpty() && !allowed.contains(value))
            found.append(path + QLatin1String(" is none of the enum: ") + value.toVariant().toString());
        for (const QJsonValue& part : schema.value(QLatin1String("allOf")).toArray())
            found += check(part.toObject(), value, path);
        for (const QLatin1String key : {QLatin1String("oneOf"), QLatin1String("anyOf")}) {
            QStringList best;
            bool fits = !schema.contains(key);
            for (const QJsonValue& part : schema.value(key).toArray()) {
                const QStringList its = check(part.toObject(), value, path);
                fits = fits || its.isEmpty();
                if (best.isEmpty() || its.size() < best.size())
                    best = its;
            }
            if (!fits)
                found += best;
        }
        const QJsonArray required = schema.value(QLatin1String("required")).toArray();
        if (value.isObject()) {
            for (const QJsonValue& key : required) {
                if (!value.toObject().contains(key.toString()))
                    found.append(path + u'.' + key.toString() + QLatin1String(" is missing"));
            }
            const QJsonObject properties = schema.value(QLatin1String("properties")).toObject();
            for (auto it = properties.begin(); it != properties.end(); ++it) {
                const QJsonValue member = value.toObject().value(it.key());
                if (!member.isUndefined() && (!member.isNull() || required.contains(QJsonValue(it.key()))))
                    found += check(it.value().toObject(), member, path + u'.' + it.key());
            }
        }
        if (value.isArray() && schema.contains(QLatin1String("items"))) {
            for (const QJsonValue& item : value.toArray())
                found += check(schema.value(QLatin1String("items")).toObject(), item, path + QLatin1String("[]"));
        }
        return found;
    }

    QJsonObject m_document;
};

} // namespace switchyard::test
