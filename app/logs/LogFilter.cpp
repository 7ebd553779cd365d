#include "app/logs/LogFilter.h"

namespace switchyard::logs {

bool LogFilter::accepts(const LogStore& store, qsizetype number) const
{
    const LogStore::Head& h = store.head(number);
    if (h.level < least)
        return false;
    if (since && h.time < since->time_since_epoch().count())
        return false;
    if (until && h.time > until->time_since_epoch().count())
        return false;
    if (step != 0 && h.step != step)
        return false;
    const QString& from = store.sources().at(h.source);
    if (hiddenSources.contains(from) || (!source.isEmpty() && from != source))
        return false;
    return host.isEmpty() || store.line(number).host.contains(host, Qt::CaseInsensitive);
}

LogFilter parseFilter(const QString& text, TimePoint day)
{
    LogFilter filter;
    QStringList words;
    const QString date = isoUtc(day).left(11);
    const auto clock = [&](QString value) {
        while (value.count(u':') < 2)
            value += QStringLiteral(":00");
        return fromIsoUtc(date + value + u'Z');
    };
    for (const QString& part : text.split(u' ', Qt::SkipEmptyParts)) {
        const QString key = part.section(u':', 0, 0).toLower();
        const QString value = part.section(u':', 1);
        if (value.isEmpty()) {
            words << part;
        } else if (key == QLatin1String("since") || key == QLatin1String("until")) {
            const TimePoint at = clock(value);
            if (at == TimePoint{})
                filter.problem = QStringLiteral("%1 is not a time. Write it as 22:42 or 22:42:10.").arg(value);
            else
                (key == QLatin1String("since") ? filter.since : filter.until) = at;
        } else if (key == QLatin1String("repeats")) {
            if (value == QLatin1String("folded") || value == QLatin1String("all"))
                filter.fold = value == QLatin1String("folded");
            else
                filter.problem = QStringLiteral("%1 is not known for repeats. Write folded or all.").arg(value);
        } else if (key == QLatin1String("source")) {
            filter.source = value;
        } else if (key == QLatin1String("host")) {
            filter.host = value;
        } else if (key == QLatin1String("step")) {
            filter.step = value.toInt();
            if (filter.step <= 0)
                filter.problem = QStringLiteral("%1 is not the number of a step.").arg(value);
        } else if (key == QLatin1String("level")) {
            bool known = false;
            for (const LogLevel level : {LogLevel::Debug, LogLevel::Info, LogLevel::Warning, LogLevel::Error}) {
                if (value.compare(levelName(level), Qt::CaseInsensitive) == 0 || (level == LogLevel::Warning && value.startsWith(QLatin1String("warn"), Qt::CaseInsensitive))) {
                    filter.least = level;
                    known = true;
                }
            }
            if (!known)
                filter.problem = QStringLiteral("%1 is not a level. Write debug, info, warn or error.").arg(value);
        } else {
            words << part;
        }
    }
    filter.words = words.join(u' ');
    return filter;
}

std::vector<TokenSpan> tokenSpans(const QString& text)
{
    static const QStringList known{QStringLiteral("since"), QStringLiteral("until"), QStringLiteral("source"), QStringLiteral("level"),
                                   QStringLiteral("host"), QStringLiteral("step"), QStringLiteral("repeats")};
    std::vector<TokenSpan> out;
    qsizetype at = 0;
    while (at < text.size()) {
        if (text.at(at) == u' ') {
            ++at;
            continue;
        }
        qsizetype end = text.indexOf(u' ', at);
        if (end < 0)
            end = text.size();
        const qsizetype colon = text.indexOf(u':', at);
        if (colon > at && colon < end - 1 && known.contains(text.mid(at, colon - at).toLower()))
            out.push_back({at, colon, end});
        at = end;
    }
    return out;
}

QString withToken(const QString& text, const QString& key, const QString& value)
{
    QStringList parts;
    for (const QString& part : text.split(u' ', Qt::SkipEmptyParts)) {
        if (part.section(u':', 0, 0).toLower() != key || !part.contains(u':'))
            parts << part;
    }
    if (!value.isEmpty())
        parts.prepend(key + u':' + value);
    return parts.join(u' ');
}

} // namespace switchyard::logs
