#include "providers/simulator/HttpMessage.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace switchyard::simulator {

namespace {
bool sameName(QByteArrayView a, QByteArrayView b)
{
    return a.size() == b.size() && a.compare(b, Qt::CaseInsensitive) == 0;
}
} // namespace

QByteArray Headers::value(QByteArrayView name) const
{
    for (const auto& [key, fieldValue] : m_fields) {
        if (sameName(key, name))
            return fieldValue;
    }
    return {};
}

bool Headers::has(QByteArrayView name) const
{
    return std::any_of(m_fields.begin(), m_fields.end(), [&](const auto& field) { return sameName(field.first, name); });
}

void Headers::set(const QByteArray& name, const QByteArray& fieldValue)
{
    remove(name);
    add(name, fieldValue);
}

void Headers::remove(QByteArrayView name)
{
    std::erase_if(m_fields, [&](const auto& field) { return sameName(field.first, name); });
}

bool Headers::hasToken(QByteArrayView name, QByteArrayView token) const
{
    for (const auto& [key, fieldValue] : m_fields) {
        if (!sameName(key, name))
            continue;
        const QList<QByteArray> parts = fieldValue.split(',');
        if (std::any_of(parts.begin(), parts.end(), [&](const QByteArray& part) { return sameName(part.trimmed(), token); }))
            return true;
    }
    return false;
}

QString Request::param(const QString& name) const
{
    const auto found = params.find(name);
    return found == params.end() ? QString() : found->second;
}

QString Request::queryValue(const QString& key) const
{
    QString value = query.queryItemValue(key, QUrl::PrettyDecoded);
    value.replace(u'+', u' ');
    return QUrl::fromPercentEncoding(value.toUtf8());
}

QJsonValue Request::json() const
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(body, &error);
    if (error.error != QJsonParseError::NoError)
        return QJsonValue(QJsonValue::Undefined);
    if (document.isArray())
        return document.array();
    return document.isObject() ? QJsonValue(document.object()) : QJsonValue(QJsonValue::Undefined);
}

QUrlQuery Request::form() const
{
    QByteArray fields = body;
    return QUrlQuery(QString::fromUtf8(fields.replace('+', "%20")));
}

QByteArray Request::bearer() const
{
    const QByteArray field = header("Authorization").trimmed();
    return sameName(field.left(7), "Bearer ") ? field.mid(7).trimmed() : QByteArray();
}

QByteArray Request::basicPassword() const
{
    const QByteArray field = header("Authorization").trimmed();
    if (!sameName(field.left(6), "Basic "))
        return {};
    const QByteArray pair = QByteArray::fromBase64(field.mid(6).trimmed());
    return pair.mid(pair.indexOf(':') + 1);
}

Response Response::json(int status, const QJsonValue& value)
{
    Response response;
    response.status = status;
    response.headers.set("Content-Type", "application/json");
    if (value.isArray())
        response.body = QJsonDocument(value.toArray()).toJson(QJsonDocument::Compact);
    else if (value.isObject())
        response.body = QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact);
    else // QJsonDocument knows only arrays and objects: print a scalar inside an array and take the brackets off
        response.body = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact).chopped(1).mid(1);
    return response;
}

Response Response::text(int status, const QString& text, const QByteArray& type)
{
    Response response;
    response.status = status;
    response.headers.set("Content-Type", type);
    response.body = text.toUtf8();
    return response;
}

Response Response::empty(int status)
{
    Response response;
    response.status = status;
    return response;
}

Response Response::redirect(int status, const QByteArray& location)
{
    Response response;
    response.status = status;
    response.headers.set("Location", location);
    return response;
}

Response&& Response::with(const QByteArray& name, const QByteArray& value) &&
{
    headers.set(name, value);
    return std::move(*this);
}

} // namespace switchyard::simulator
