#include "providers/http/Json.h"

#include <QDateTime>
#include <QJsonDocument>
#include <QJsonParseError>
#include <QRegularExpression>
#include <QTimeZone>

namespace switchyard::http {

struct Json::Shared {
    QString provider;
    QString call;
    std::optional<Error> first;
};

Json::Json(QJsonValue value, QString path, std::shared_ptr<Shared> shared)
    : m_value(std::move(value)), m_path(std::move(path)), m_shared(std::move(shared))
{
}

Json::Json(QJsonValue value, QString provider, QString call) : m_value(std::move(value)), m_shared(std::make_shared<Shared>())
{
    m_shared->provider = std::move(provider);
    m_shared->call = std::move(call);
}

Json::Json(const Response& response) : Json(QJsonValue(), response.provider, response.call)
{
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(response.body, &problem);
    if (problem.error != QJsonParseError::NoError)
        fail({}, QStringLiteral("the body isn't JSON (%1 at byte %2)").arg(problem.errorString()).arg(problem.offset));
    else
        m_value = document.isArray() ? QJsonValue(document.array()) : QJsonValue(document.object());
}

void Json::fail(const QString& path, const QString& what) const
{
    if (m_shared->first)
        return;
    Error error;
    error.kind = ErrorKind::Parse;
    error.happened = QStringLiteral("%1 answered in a form Switchyard doesn't know.").arg(m_shared->provider);
    error.means = QStringLiteral("In the answer to %1, %2.").arg(m_shared->call, path.isEmpty() ? what : path + u' ' + what);
    error.remedy = QStringLiteral("Nothing was changed by reading it; try again, and report this if it stays.");
    error.detail = m_shared->call + QStringLiteral(": ") + (path.isEmpty() ? what : path + u' ' + what);
    m_shared->first = std::move(error);
}

Result<> Json::check() const
{
    if (m_shared->first)
        return *m_shared->first;
    return Ok{};
}

QString Json::pathOf(const char* key) const
{
    return m_path.isEmpty() ? QString::fromLatin1(key) : m_path + u'.' + QString::fromLatin1(key);
}

QJsonValue Json::at(const char* key) const
{
    if (!m_value.isObject()) {
        fail(m_path.isEmpty() ? QStringLiteral("the body") : m_path, QStringLiteral("is not an object"));
        return QJsonValue(QJsonValue::Undefined);
    }
    return m_value[QLatin1String(key)];
}

bool Json::has(const char* key) const
{
    const QJsonValue value = m_value.isObject() ? m_value[QLatin1String(key)] : QJsonValue(QJsonValue::Undefined);
    return !value.isUndefined() && !value.isNull();
}

namespace {
QString missingOr(const QJsonValue& value, const char* wanted)
{
    if (value.isUndefined())
        return QStringLiteral("is missing");
    return (value.isNull() ? QStringLiteral("is null instead of %1") : QStringLiteral("is not %1")).arg(QLatin1String(wanted));
}
} // namespace

QString Json::text(const char* key) const
{
    const QJsonValue value = at(key);
    if (!value.isString())
        fail(pathOf(key), missingOr(value, "a text"));
    return value.toString();
}

qint64 Json::integer(const char* key) const
{
    const QJsonValue value = at(key);
    if (!value.isDouble())
        fail(pathOf(key), missingOr(value, "a number"));
    return value.toInteger();
}

bool Json::flag(const char* key) const
{
    const QJsonValue value = at(key);
    if (!value.isBool())
        fail(pathOf(key), missingOr(value, "true or false"));
    return value.toBool();
}

Json Json::object(const char* key) const
{
    const QJsonValue value = at(key);
    if (!value.isObject())
        fail(pathOf(key), missingOr(value, "an object"));
    return {value.toObject(), pathOf(key), m_shared};
}

std::vector<Json> Json::itemsOf(const QJsonValue& value, const QString& path) const
{
    std::vector<Json> out;
    const QJsonArray array = value.toArray();
    out.reserve(static_cast<size_t>(array.size()));
    for (qsizetype i = 0; i < array.size(); ++i)
        out.push_back(Json(array.at(i), path + u'[' + QString::number(i) + u']', m_shared));
    return out;
}

std::vector<Json> Json::list(const char* key) const
{
    const QJsonValue value = at(key);
    if (!value.isArray())
        fail(pathOf(key), missingOr(value, "a list"));
    return itemsOf(value, pathOf(key));
}

std::vector<Json> Json::items() const
{
    if (!m_value.isArray())
        fail(m_path.isEmpty() ? QStringLiteral("the body") : m_path, QStringLiteral("is not a list"));
    return itemsOf(m_value, m_path);
}

QString Json::asText() const
{
    if (!m_value.isString())
        fail(m_path, missingOr(m_value, "a text"));
    return m_value.toString();
}

QString Json::textOr(const char* key, const QString& fallback) const
{
    const QJsonValue value = at(key);
    if (value.isUndefined() || value.isNull())
        return fallback;
    if (!value.isString())
        fail(pathOf(key), QStringLiteral("is not a text"));
    return value.toString();
}

qint64 Json::integerOr(const char* key, qint64 fallback) const
{
    const QJsonValue value = at(key);
    if (value.isUndefined() || value.isNull())
        return fallback;
    if (!value.isDouble())
        fail(pathOf(key), QStringLiteral("is not a number"));
    return value.toInteger(fallback);
}

bool Json::flagOr(const char* key, bool fallback) const
{
    const QJsonValue value = at(key);
    if (value.isUndefined() || value.isNull())
        return fallback;
    if (!value.isBool())
        fail(pathOf(key), QStringLiteral("is not true or false"));
    return value.toBool(fallback);
}

Json Json::optionalObject(const char* key) const
{
    const QJsonValue value = at(key);
    const bool absent = value.isUndefined() || value.isNull();
    if (!absent && !value.isObject())
        fail(pathOf(key), QStringLiteral("is not an object"));
    return {value.toObject(), pathOf(key), m_shared};
}

std::vector<Json> Json::listOr(const char* key) const
{
    const QJsonValue value = at(key);
    if (!value.isUndefined() && !value.isNull() && !value.isArray())
        fail(pathOf(key), QStringLiteral("is not a list"));
    return itemsOf(value, pathOf(key));
}

QString Json::textOrNumber(const char* key) const
{
    const QJsonValue value = at(key);
    if (value.isDouble())
        return QString::number(value.toInteger());
    if (!value.isString())
        fail(pathOf(key), missingOr(value, "a text or a number"));
    return value.toString();
}

std::optional<TimePoint> instant(const QString& text)
{
    // Render gives up to nine decimals, which Qt refuses; Heroku's data host puts a space before the time and the offset.
    static const QRegularExpression form(
        QStringLiteral("^(\\d{4})-(\\d\\d)-(\\d\\d)[T ](\\d\\d):(\\d\\d):(\\d\\d)(?:\\.(\\d{1,9}))?\\s*(Z|[+-]\\d\\d:?\\d\\d)$"));
    const auto match = form.match(text.trimmed());
    if (!match.hasMatch())
        return std::nullopt;
    const QDate date(match.captured(1).toInt(), match.captured(2).toInt(), match.captured(3).toInt());
    const int millis = match.captured(7).leftJustified(3, u'0').left(3).toInt();
    const QTime time(match.captured(4).toInt(), match.captured(5).toInt(), match.captured(6).toInt(), match.captured(7).isEmpty() ? 0 : millis);
    if (!date.isValid() || !time.isValid())
        return std::nullopt;
    qint64 epoch = QDateTime(date, time, Qt::UTC).toMSecsSinceEpoch();
    QString zone = match.captured(8);
    if (zone != u"Z") {
        zone.remove(u':');
        const int minutes = zone.mid(1, 2).toInt() * 60 + zone.mid(3, 2).toInt();
        epoch -= static_cast<qint64>(zone.startsWith(u'-') ? -minutes : minutes) * 60'000;
    }
    return TimePoint(Milliseconds(epoch));
}

} // namespace switchyard::http
