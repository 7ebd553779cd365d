// Logs: history by time windows, and a socket that has no history and no resume.
#include "providers/render/simulator/Simulator.h"

#include <QJsonDocument>
#include <QRegularExpression>
#include <QWebSocket>

#include <algorithm>

namespace switchyard::render {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kMilli = 1'000'000;

/// RFC 3339 with any number of decimals -> ns since 1970; -1 when unreadable.
qint64 nanoseconds(const QString& text)
{
    static const QRegularExpression shape(u"^(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d)(?:\\.(\\d{1,9}))?(?:Z|\\+00:00)$"_s);
    const QRegularExpressionMatch match = shape.match(text);
    if (!match.hasMatch())
        return -1;
    return fromIsoUtc(match.captured(1) + u'Z').time_since_epoch().count() * kMilli + match.captured(2).leftJustified(9, u'0').toLongLong();
}

QString rfc3339(qint64 ns)
{
    const QString whole = isoUtc(TimePoint(Milliseconds(ns / kMilli)));
    return u"%1%2Z"_s.arg(whole.chopped(1), u"%1"_s.arg(ns % kMilli, 6, 10, QLatin1Char('0')));
}

QJsonObject lineShown(const QJsonObject& line)
{
    return {{u"id"_s, line[u"id"_s]}, {u"message"_s, line[u"message"_s]}, {u"timestamp"_s, line[u"timestamp"_s]}, {u"labels"_s, line[u"labels"_s]}};
}

QString labelOf(const QJsonObject& line, const QString& name)
{
    const QJsonArray labels = line[u"labels"_s].toArray();
    for (const QJsonValue& label : labels) {
        if (label[u"name"_s].toString() == name)
            return label[u"value"_s].toString();
    }
    return {};
}

} // namespace

void Simulator::appendLog(const QString& service, const QString& type, const QString& instance, const QString& level, const QString& message, const QJsonObject& labels)
{
    const Service* found = find(service);
    if (!found)
        return;
    const QString resource = found->doc[u"id"_s].toString();
    // No two lines share an instant: pages are cut by time alone.
    const qint64 last = m_lines.isEmpty() ? 0 : m_lines.last()[u"_t"_s].toInteger();
    const qint64 at = std::max(qint64(m_agenda.now().time_since_epoch().count()) * kMilli, last + 1000);
    QJsonArray all{QJsonObject{{u"name"_s, u"resource"_s}, {u"value"_s, resource}}, QJsonObject{{u"name"_s, u"type"_s}, {u"value"_s, type}},
        QJsonObject{{u"name"_s, u"level"_s}, {u"value"_s, level}}};
    if (!instance.isEmpty())
        all.append(QJsonObject{{u"name"_s, u"instance"_s}, {u"value"_s, instance}});
    for (auto it = labels.begin(); it != labels.end(); ++it)
        all.append(QJsonObject{{u"name"_s, it.key()}, {u"value"_s, it.value()}});
    const QJsonObject line{{u"id"_s, simulator::randomHexId(24)}, {u"message"_s, message}, {u"timestamp"_s, rfc3339(at)}, {u"labels"_s, all}, {u"_t"_s, at},
        {u"_resource"_s, resource}};
    m_lines.append(line);
    if (m_lines.size() > 20'000)
        m_lines.remove(0, 5'000);
    m_sockets.removeIf([](const LogSocket& socket) { return socket.socket.isNull(); });
    for (const LogSocket& socket : std::as_const(m_sockets)) {
        if (socket.resources.contains(resource) && (socket.types.isEmpty() || socket.types.contains(type)))
            socket.socket->sendTextMessage(QString::fromUtf8(QJsonDocument(lineShown(line)).toJson(QJsonDocument::Compact)));
    }
}

Simulator::Response Simulator::readLogs(const Request& request) const
{
    const QStringList resources = request.query.allQueryItemValues(u"resource"_s, QUrl::FullyDecoded);
    if (request.queryValue(u"ownerId"_s) != m_owner[u"id"_s].toString())
        return refuse(400, u"ownerId is required"_s);
    if (resources.isEmpty())
        return refuse(400, u"resource is required"_s);
    int most = 20;
    if (const QString asked = request.queryValue(u"limit"_s); !asked.isEmpty())
        most = asked.toInt();
    if (most < 1 || most > 1000)
        return refuse(400, u"limit is out of range"_s);
    const qint64 present = qint64(m_agenda.now().time_since_epoch().count()) * kMilli + kMilli;
    const QString startText = request.queryValue(u"startTime"_s);
    const QString endText = request.queryValue(u"endTime"_s);
    const qint64 end = endText.isEmpty() ? std::max(present, m_lines.isEmpty() ? 0 : m_lines.last()[u"_t"_s].toInteger() + 1) : nanoseconds(endText);
    const qint64 start = startText.isEmpty() ? end - 3'600'000 * kMilli : nanoseconds(startText); // one hour unless told
    if (start < 0 || end < 0)
        return refuse(400, u"invalid time"_s);
    const bool forward = request.queryValue(u"direction"_s) == u"forward"_s;
    const auto fits = [&request](const QJsonObject& line) {
        for (const QString& label : {u"type"_s, u"level"_s, u"instance"_s, u"host"_s, u"statusCode"_s, u"method"_s, u"path"_s}) {
            const QStringList asked = request.query.allQueryItemValues(label, QUrl::FullyDecoded);
            if (!asked.isEmpty() && !asked.contains(labelOf(line, label)))
                return false;
        }
        const QString text = request.queryValue(u"text"_s);
        return text.isEmpty() || line[u"message"_s].toString().contains(text, Qt::CaseInsensitive);
    };
    QList<QJsonObject> wanted;
    for (const QJsonObject& line : m_lines) {
        const qint64 at = line[u"_t"_s].toInteger();
        if (at >= start && at < end && resources.contains(line[u"_resource"_s].toString()) && fits(line))
            wanted.append(line);
    }
    if (!forward)
        std::reverse(wanted.begin(), wanted.end());
    const bool more = wanted.size() > most;
    QJsonArray logs;
    for (qsizetype i = 0; i < std::min<qsizetype>(most, wanted.size()); ++i)
        logs.append(lineShown(wanted.at(i)));
    // Both times go into the next request; the rest lies between them.
    const qint64 edge = logs.isEmpty() ? (forward ? end : start) : wanted.at(logs.size() - 1)[u"_t"_s].toInteger();
    return Response::json(200, QJsonObject{{u"hasMore"_s, more}, {u"nextStartTime"_s, rfc3339(forward ? edge + 1 : start)},
        {u"nextEndTime"_s, rfc3339(forward ? end : edge)}, {u"logs"_s, logs}});
}

Simulator::Response Simulator::subscribe(const Request& request)
{
    LogSocket wanted;
    wanted.resources = request.query.allQueryItemValues(u"resource"_s, QUrl::FullyDecoded);
    wanted.types = request.query.allQueryItemValues(u"type"_s, QUrl::FullyDecoded);
    if (request.queryValue(u"ownerId"_s) != m_owner[u"id"_s].toString() || wanted.resources.isEmpty())
        return refuse(400, u"ownerId and resource are required"_s);
    Response response;
    response.webSocket = [this, wanted](QWebSocket* socket) mutable {
        wanted.socket = socket;
        m_sockets.append(wanted);
    };
    return response;
}

void Simulator::dropLogStreams()
{
    const QList<LogSocket> open = std::exchange(m_sockets, {});
    for (const LogSocket& socket : open) {
        if (socket.socket)
            socket.socket->close(QWebSocketProtocol::CloseCodeGoingAway);
    }
}

void Simulator::addLogRoutes()
{
    router().route("GET", u"/v1/logs"_s, [this](const Request& r) { return readLogs(r); });
    router().route("GET", u"/v1/logs/subscribe"_s, [this](const Request& r) { return subscribe(r); });
    router().route("GET", u"/v1/logs/values"_s, [this](const Request& r) {
        QStringList values;
        for (const QJsonObject& line : std::as_const(m_lines)) {
            const QString value = labelOf(line, r.queryValue(u"label"_s));
            if (!value.isEmpty() && !values.contains(value))
                values.append(value);
        }
        return Response::json(200, QJsonArray::fromStringList(values));
    });
}

} // namespace switchyard::render
