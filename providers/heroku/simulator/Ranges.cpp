#include "providers/heroku/simulator/Ranges.h"

#include <QRegularExpression>

#include <algorithm>

namespace switchyard::heroku {

using namespace Qt::StringLiterals;

namespace {

/// Numbers compare as numbers: version 9 comes before version 10.
bool before(const QJsonValue& a, const QJsonValue& b)
{
    if (a.isDouble() && b.isDouble())
        return a.toDouble() < b.toDouble();
    return a.toVariant().toString() < b.toVariant().toString();
}

} // namespace

Answer inRange(const Answer& list, const QString& range)
{
    static const QRegularExpression shape(uR"(^\s*(\w+)\s+(\]?)([^.;\[\s]*(?:\.(?!\.)[^.;\[\s]*)*)\.\.([^;,\s\[]*)(\[?)\s*(?:;(.*))?$)"_s);
    QString attribute;
    QString from, to, options;
    bool exclusive = false;
    if (!range.trimmed().isEmpty()) {
        const QRegularExpressionMatch match = shape.match(range);
        if (!match.hasMatch())
            return Answer::error(416, u"requested_range_not_satisfiable"_s, u"Range header is invalid."_s);
        attribute = match.captured(1);
        exclusive = !match.captured(2).isEmpty();
        from = match.captured(3);
        to = match.captured(4);
        options = match.captured(6);
    }
    static const QRegularExpression maxShape(u"max\\s*=\\s*(\\d+)"_s);
    static const QRegularExpression descShape(u"order\\s*=\\s*desc"_s);
    const QRegularExpressionMatch wish = maxShape.match(options);
    const qsizetype most = wish.hasMatch() ? std::clamp(wish.captured(1).toInt(), 1, 1000) : 200;
    const bool descending = descShape.match(options).hasMatch();

    QList<QJsonValue> items;
    for (const QJsonValue& item : list.body.toArray())
        items.append(item);
    if (attribute.isEmpty()) {
        if (items.size() <= most)
            return list;
        attribute = u"id"_s;
    }
    if (!items.isEmpty() && items.first()[attribute].isUndefined())
        return Answer::error(416, u"requested_range_not_satisfiable"_s, u"Can't order by %1."_s.arg(attribute));
    std::sort(items.begin(), items.end(), [&](const QJsonValue& a, const QJsonValue& b) {
        return descending ? before(b[attribute], a[attribute]) : before(a[attribute], b[attribute]);
    });
    const auto bound = [&](const QString& text) {
        return !items.isEmpty() && items.first()[attribute].isDouble() ? QJsonValue(text.toDouble()) : QJsonValue(text);
    };
    items.removeIf([&](const QJsonValue& item) {
        const QJsonValue value = item[attribute];
        if (!from.isEmpty()) {
            const QJsonValue start = bound(from);
            if (value == start ? exclusive : (descending ? before(start, value) : before(value, start)))
                return true;
        }
        if (!to.isEmpty()) {
            const QJsonValue end = bound(to);
            if (value != end && (descending ? before(value, end) : before(end, value)))
                return true;
        }
        return false;
    });

    Answer page = list;
    page.headers.append({"Accept-Ranges", attribute.toLatin1()});
    const bool more = items.size() > most;
    QJsonArray array;
    for (qsizetype i = 0; i < std::min(most, items.size()); ++i)
        array.append(items.at(i));
    page.body = array;
    if (!array.isEmpty())
        page.headers.append({"Content-Range", (attribute + u' ' + array.first()[attribute].toVariant().toString() + u".."_s
            + array.last()[attribute].toVariant().toString()).toUtf8()});
    if (more) {
        page.status = 206;
        page.headers.append({"Next-Range", u"%1 ]%2..%3; max=%4%5"_s.arg(attribute, array.last()[attribute].toVariant().toString(), to)
            .arg(most).arg(descending ? u", order=desc"_s : QString()).toUtf8()});
    }
    return page;
}

} // namespace switchyard::heroku
