#include "app/logs/ErrorGroups.h"

#include <QRegularExpression>

namespace switchyard::logs {

namespace {

QString hostIn(const LogLine& line)
{
    static const QRegularExpression url(QStringLiteral("https?://([^/\\s:,]+)"));
    if (const auto match = url.match(line.message); match.hasMatch())
        return match.captured(1);
    return line.host;
}

QString capital(QString word) { return word.isEmpty() ? word : word.left(1).toUpper() + word.mid(1); }

/// Numbers, ids and times differ from line to line of one kind.
QString shape(QString message)
{
    static const QRegularExpression changing(QStringLiteral("[0-9a-f]{8,}|\\d+"));
    return message.replace(changing, QStringLiteral("#"));
}

} // namespace

ErrorKind errorKind(const LogLine& line)
{
    const QString host = hostIn(line);
    const QString where = host.isEmpty() ? capital(line.source) : host;
    const auto has = [&](const char* words) { return line.message.contains(QLatin1String(words), Qt::CaseInsensitive); };
    const auto kind = [&](const char* id, const QString& title, const QString& explanation) {
        return ErrorKind{QLatin1String(id) + QStringLiteral("|") + where, title, explanation};
    };
    static const QRegularExpression status(QStringLiteral("\\b(401|403|429|500|502|503|504)\\b"));
    if (has("handshake"))
        return kind("tls", QStringLiteral("TLS handshake failed on %1").arg(where),
                    QStringLiteral("No certificate for %1 at the address that answers. Browsers refuse it until one is served.").arg(where));
    if (has("certificate") && (has("expired") || has("not valid") || has("mismatch")))
        return kind("certificate", QStringLiteral("Certificate refused on %1").arg(where), QStringLiteral("Browsers warn their users. The certificate served is not for this name or not for this day."));
    if (has("timed out") || has("timeout") || has("time-out"))
        return kind("timeout", QStringLiteral("No answer from %1").arg(where), QStringLiteral("It was asked and did not answer in time. The request may still have been carried out."));
    if (has("connection refused"))
        return kind("refused", QStringLiteral("%1 refuses connections").arg(where), QStringLiteral("Nothing listens there at the moment: a service is stopped or starting."));
    if (has("read-only") || has("read only"))
        return kind("read-only", QStringLiteral("A write was refused on %1").arg(where), QStringLiteral("The database is held read-only by the plan. Someone or something still tries to write."));
    if (has("disk full") || has("no space left"))
        return kind("disk", QStringLiteral("%1 has no space left").arg(where), QStringLiteral("Writes fail until space is made. What was acknowledged is kept."));
    if (const auto match = status.match(line.message); match.hasMatch()) {
        const QString code = match.captured(1);
        const char* words = code == QLatin1String("429")                              ? "Rate limit. The client waits as long as it is told and asks again."
                            : code == QLatin1String("401")                            ? "The token isn't accepted: expired, revoked or mistyped."
                            : code == QLatin1String("403")                            ? "The account may not do this, or the app refused the request's origin."
                            : code == QLatin1String("503") || code == QLatin1String("502") ? "The provider or the app can't answer at the moment."
                                                                                      : "The server failed at its side. Reading calls are tried again by themselves.";
        return ErrorKind{code + u'|' + line.source + u'|' + host, QStringLiteral("%1 from %2").arg(code, host.isEmpty() ? capital(line.source) : host), QString::fromLatin1(words)};
    }
    QString title = line.message.section(u'\n', 0, 0);
    if (title.size() > 80)
        title = title.left(79) + u'…';
    return ErrorKind{line.source + u'|' + host + u'|' + shape(line.message.left(120)), title, {}};
}

bool ErrorGroups::read(const LogStore& store, qsizetype limit)
{
    const qsizetype end = std::min(store.size(), m_next + limit);
    for (; m_next < end; ++m_next) {
        if (store.head(m_next).level != LogLevel::Error)
            continue;
        const LogLine line = store.line(m_next);
        const ErrorKind kind = errorKind(line);
        const auto known = m_byKey.constFind(kind.key);
        if (known == m_byKey.constEnd()) {
            m_byKey.insert(kind.key, m_groups.size());
            m_groups.push_back({kind.title, kind.explanation, 1, line.time, line.time, m_next, m_next});
            continue;
        }
        ErrorGroup& group = m_groups[*known];
        ++group.count;
        group.last = line.time;
        group.lastNumber = m_next;
    }
    return m_next < store.size();
}

} // namespace switchyard::logs
