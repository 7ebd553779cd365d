#include "app/base/Units.h"

#include <QDateTime>
#include <QLocale>
#include <QTimeZone>

namespace switchyard {

namespace {
QDateTime utc(TimePoint time) { return QDateTime::fromMSecsSinceEpoch(time.time_since_epoch().count(), Qt::UTC); }
QString two(qint64 n) { return QStringLiteral("%1").arg(n, 2, 10, QLatin1Char('0')); }
} // namespace

QString isoUtc(TimePoint time) { return utc(time).toString(QStringLiteral("yyyy-MM-ddTHH:mm:ss.zzz")) + u'Z'; }

TimePoint fromIsoUtc(const QString& text)
{
    const QDateTime parsed = QDateTime::fromString(text, Qt::ISODateWithMs);
    return TimePoint(Milliseconds(parsed.isValid() ? parsed.toMSecsSinceEpoch() : 0));
}

QString clockUtc(TimePoint time) { return utc(time).toString(QStringLiteral("HH:mm:ss")); }
QString clockUtcMs(TimePoint time) { return utc(time).toString(QStringLiteral("HH:mm:ss.zzz")); }

QString minutesSeconds(Milliseconds d)
{
    const qint64 s = std::max<qint64>(0, d.count() / 1000);
    return two(s / 60) + u':' + two(s % 60);
}

QString hoursMinutesSeconds(Milliseconds d)
{
    const qint64 s = std::max<qint64>(0, d.count() / 1000);
    return two(s / 3600) + u':' + two(s / 60 % 60) + u':' + two(s % 60);
}

QString durationProse(Milliseconds d)
{
    const qint64 s = std::max<qint64>(0, d.count() / 1000);
    if (s >= 3600)
        return s / 60 % 60 == 0 ? QStringLiteral("%1 h").arg(s / 3600) : QStringLiteral("%1 h %2 min").arg(s / 3600).arg(s / 60 % 60);
    if (s >= 60)
        return s % 60 == 0 ? QStringLiteral("%1 min").arg(s / 60) : QStringLiteral("%1 min %2 s").arg(s / 60).arg(s % 60);
    return QStringLiteral("%1 s").arg(s);
}

QString bytesText(Bytes bytes)
{
    const auto n = static_cast<double>(bytes.value);
    if (n >= 1e9)
        return QStringLiteral("%1 GB").arg(n / 1e9, 0, 'f', n >= 1e10 ? 0 : 1);
    if (n >= 1e6)
        return QStringLiteral("%1 MB").arg(n / 1e6, 0, 'f', n >= 1e7 ? 0 : 1);
    if (n >= 1e3)
        return QStringLiteral("%1 kB").arg(n / 1e3, 0, 'f', 0);
    return QStringLiteral("%1 B").arg(bytes.value);
}

QString grouped(qint64 number) { return QLocale(QLocale::English).toString(number); }

} // namespace switchyard
