// Log lines, sessions and drains. A session's URL is its credential and lives 5 minutes.
#include "providers/heroku/simulator/Platform.h"

namespace switchyard::heroku {

using namespace Qt::StringLiterals;

namespace {
constexpr int kKeptLines = 5000;
constexpr int kMostLines = 1500;
} // namespace

void Platform::appendLog(const QString& app, const QString& source, const QString& process, const QString& text)
{
    App* a = find(app);
    if (!a)
        return;
    // 2026-01-01T00:00:00.000000+00:00, microseconds, offset with colon
    const QString at = isoUtc(now()).chopped(1) + u"000+00:00"_s;
    a->lines.append(QJsonObject{{u"n"_s, ++a->lastLine}, {u"at"_s, at}, {u"source"_s, source}, {u"process"_s, process}, {u"text"_s, text}});
    if (a->lines.size() > kKeptLines)
        a->lines.remove(0, a->lines.size() - kKeptLines);
    logged(a->doc[u"id"_s].toString());
}

Answer Platform::createLogSession(const QString& app, const QJsonObject& body, const QString& baseUrl)
{
    const App& a = *find(app);
    const QString id = newId();
    const QString signature = newId().remove(u'-');
    const QString dyno = body[u"dyno"_s].toString(body[u"dyno_name"_s].toString(body[u"type"_s].toString()));
    m_sessions.append(QJsonObject{{u"id"_s, id}, {u"_signature"_s, signature}, {u"_app"_s, a.doc[u"id"_s]}, {u"_expires"_s, isoUtc(now() + std::chrono::minutes(5))},
        {u"_lines"_s, std::clamp(body[u"lines"_s].toInt(100), 0, kMostLines)}, {u"_tail"_s, body[u"tail"_s].toBool()},
        {u"_source"_s, body[u"source"_s].toString()}, {u"_dyno"_s, dyno}});
    m_sessions.removeIf([this](const QJsonObject& session) { return fromIsoUtc(session[u"_expires"_s].toString()) < now(); });
    return {201, QJsonObject{{u"id"_s, id}, {u"logplex_url"_s, u"%1/logplex/sessions/%2?srv=%3"_s.arg(baseUrl, id, signature)},
        {u"created_at"_s, stamp()}, {u"updated_at"_s, stamp()}}, {}};
}

std::optional<QJsonObject> Platform::logSession(const QString& id, const QString& signature) const
{
    for (const QJsonObject& session : m_sessions) {
        if (session[u"id"_s].toString() == id && session[u"_signature"_s].toString() == signature && fromIsoUtc(session[u"_expires"_s].toString()) >= now())
            return session;
    }
    return std::nullopt;
}

QList<std::pair<qint64, QString>> Platform::sessionLines(const QJsonObject& session, qint64 after) const
{
    QList<std::pair<qint64, QString>> lines;
    const App* a = find(session[u"_app"_s].toString());
    if (!a)
        return lines;
    const QString source = session[u"_source"_s].toString();
    const QString dyno = session[u"_dyno"_s].toString();
    for (const QJsonObject& line : a->lines) {
        const qint64 n = line[u"n"_s].toInteger();
        const QString process = line[u"process"_s].toString();
        if (n <= after || (!source.isEmpty() && line[u"source"_s].toString() != source)
            || (!dyno.isEmpty() && process != dyno && process.section(u'.', 0, 0) != dyno))
            continue;
        lines.append({n, u"%1 %2[%3]: %4"_s.arg(line[u"at"_s].toString(), line[u"source"_s].toString(), process, line[u"text"_s].toString())});
    }
    const int most = session[u"_lines"_s].toInt();
    if (after < 0 && lines.size() > most)
        lines.remove(0, lines.size() - most);
    return lines;
}

Answer Platform::listDrains(const QString& app) const
{
    return {200, shownAll(find(app)->drains), {}};
}

Answer Platform::addDrain(const QString& app, const QJsonObject& body)
{
    if (!body[u"url"_s].isString())
        return Answer::error(422, u"invalid_params"_s, u"Require params: url."_s);
    const QJsonObject drain{{u"id"_s, newId()}, {u"url"_s, body[u"url"_s]}, {u"token"_s, u"d."_s + newId()}, {u"addon"_s, QJsonValue::Null},
        {u"created_at"_s, stamp()}, {u"updated_at"_s, stamp()}};
    find(app)->drains.append(drain);
    return {201, drain, {}};
}

} // namespace switchyard::heroku
