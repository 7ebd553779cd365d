#pragma once

#include "tests/providers/http/ScriptedServer.h"

#include <QDir>
#include <QFile>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSet>

#include <optional>

namespace switchyard::test {

/// A published API description (OpenAPI 3 or Swagger 2 as JSON), asked whether a call that a client made exists in it: path, method, query
/// names and the first level of the body's fields. Lives outside the repository; SWITCHYARD_API_SPECS names its folder.
class SpecCheck {
public:
    static std::optional<SpecCheck> open(const QString& file)
    {
        const QString folder = qEnvironmentVariable("SWITCHYARD_API_SPECS");
        if (folder.isEmpty())
            return std::nullopt;
        QFile in(QDir(folder).filePath(file));
        if (!in.open(QIODevice::ReadOnly))
            return std::nullopt;
        SpecCheck out;
        out.m_spec = QJsonDocument::fromJson(in.readAll()).object();
        return out;
    }

    /// Empty when the call is described, else what is wrong with it.
    [[nodiscard]] QString complaint(const ScriptedServer::Call& call, const QString& base) const
    {
        const QString raw = call.rawPath.section(u'?', 0, 0).mid(base.size());
        const QJsonObject paths = m_spec[QLatin1String("paths")].toObject();
        for (const QString& path : paths.keys()) {
            QString pattern = QRegularExpression::escape(path);
            pattern.replace(QRegularExpression(QStringLiteral("\\\\\\{[^}]*\\}")), QStringLiteral("[^/]+"));
            if (!QRegularExpression(u'^' + pattern + u'$').match(raw).hasMatch())
                continue;
            const QJsonObject item = paths[path].toObject();
            const QJsonObject operation = item[QString::fromLatin1(call.method).toLower()].toObject();
            if (operation.isEmpty())
                continue;
            QSet<QString> queries;
            QJsonValue body;
            for (const QJsonArray& list : {item[QLatin1String("parameters")].toArray(), operation[QLatin1String("parameters")].toArray()}) {
                for (const QJsonValue& value : list) {
                    const QJsonObject parameter = resolve(value);
                    if (parameter[QLatin1String("in")] == QLatin1String("query"))
                        queries.insert(parameter[QLatin1String("name")].toString());
                    if (parameter[QLatin1String("in")] == QLatin1String("body"))
                        body = parameter[QLatin1String("schema")];
                }
            }
            for (const auto& [name, unused] : call.query.queryItems()) {
                if (!queries.contains(name))
                    return call.line() + QStringLiteral(": query %1 isn't described").arg(name);
            }
            const QJsonObject content = resolve(operation[QLatin1String("requestBody")])[QLatin1String("content")].toObject();
            for (const QString& type : content.keys())
                body = content[type].toObject()[QLatin1String("schema")];
            if (call.body.isEmpty() || !call.headers.value("content-type").startsWith("application/json"))
                return {};
            if (body.isUndefined() || body.isNull())
                return call.line() + QStringLiteral(": a body isn't described");
            QSet<QString> known;
            bool open = false;
            collect(body, known, open, 0);
            QJsonObject sent = call.json().toObject();
            if (call.json().isArray())
                sent = call.json().toArray().first().toObject();
            for (const QString& key : sent.keys()) {
                if (!open && !known.contains(key))
                    return call.line() + QStringLiteral(": body field %1 isn't described").arg(key);
            }
            return {};
        }
        return call.line() + QStringLiteral(": no such path and method");
    }

private:
    [[nodiscard]] QJsonObject resolve(const QJsonValue& value) const
    {
        QJsonObject object = value.toObject();
        for (int i = 0; i < 10 && object.contains(QLatin1String("$ref")); ++i) {
            QJsonValue at = m_spec;
            for (QString part : object[QLatin1String("$ref")].toString().mid(2).split(u'/')) {
                part.replace(QLatin1String("~1"), QLatin1String("/"));
                at = at.toObject()[part];
            }
            object = at.toObject();
        }
        return object;
    }
    void collect(const QJsonValue& value, QSet<QString>& known, bool& open, int depth) const
    {
        if (depth > 8)
            return;
        const QJsonObject schema = resolve(value);
        for (const QString& key : schema[QLatin1String("properties")].toObject().keys())
            known.insert(key);
        const QJsonValue more = schema[QLatin1String("additionalProperties")];
        open = open || more.isObject() || more.toBool();
        for (const char* join : {"allOf", "anyOf", "oneOf"}) {
            for (const QJsonValue& part : schema[QLatin1String(join)].toArray())
                collect(part, known, open, depth + 1);
        }
        if (schema.contains(QLatin1String("items")))
            collect(schema[QLatin1String("items")], known, open, depth + 1);
    }
    QJsonObject m_spec;
};

} // namespace switchyard::test
