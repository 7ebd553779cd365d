#include "providers/cloudflare/simulator/Envelope.h"

#include <algorithm>

namespace switchyard::cloudflare {

using simulator::Request;
using simulator::Response;

Response success(const QJsonValue& result, const QJsonObject& resultInfo, const QJsonArray& messages)
{
    QJsonObject body{{QStringLiteral("success"), true}, {QStringLiteral("errors"), QJsonArray()},
                     {QStringLiteral("messages"), messages}, {QStringLiteral("result"), result}};
    if (!resultInfo.isEmpty())
        body.insert(QStringLiteral("result_info"), resultInfo);
    return Response::json(200, body);
}

Response failure(const ApiError& error)
{
    return Response::json(error.status, QJsonObject{{QStringLiteral("success"), false}, {QStringLiteral("errors"), QJsonArray{error.json()}},
                                                    {QStringLiteral("messages"), QJsonArray()},
                                                    {QStringLiteral("result"), QJsonValue(QJsonValue::Null)}});
}

Response paged(const Request& request, const std::vector<QJsonObject>& all, int perPage, int least, int most)
{
    const auto number = [&](const char* key, int fallback) {
        bool good = false;
        const int value = request.queryValue(QLatin1String(key)).toInt(&good);
        return good ? value : fallback;
    };
    const int size = number("per_page", perPage);
    const int page = number("page", 1);
    if (size < least || size > most || page < 1)
        return failure({400, 1004, QStringLiteral("Invalid page or per_page parameter."), 0, {}});
    QJsonArray result;
    const qint64 begin = qint64(page - 1) * size;
    for (qint64 i = begin; i < std::min<qint64>(begin + size, qint64(all.size())); ++i)
        result.append(all.at(std::size_t(i)));
    const int pages = int((qint64(all.size()) + size - 1) / size);
    return success(result, {{QStringLiteral("page"), page}, {QStringLiteral("per_page"), size}, {QStringLiteral("count"), result.size()},
                            {QStringLiteral("total_count"), int(all.size())}, {QStringLiteral("total_pages"), pages}});
}

bool passesFilters(const Request& request, const QJsonObject& record)
{
    int asked = 0;
    int met = 0;
    const auto test = [&](const QString& key, const std::function<bool(const QString&)>& holds) {
        if (!request.query.hasQueryItem(key))
            return;
        ++asked;
        met += holds(request.queryValue(key)) ? 1 : 0;
    };
    for (const QString& field : {QStringLiteral("name"), QStringLiteral("content"), QStringLiteral("comment")}) {
        const QString value = record.value(field).toString();
        const auto equal = [&](const QString& want) { return value.compare(want, Qt::CaseInsensitive) == 0; };
        test(field, equal);
        test(field + QStringLiteral(".exact"), equal);
        test(field + QStringLiteral(".contains"), [&](const QString& want) { return value.contains(want, Qt::CaseInsensitive); });
        test(field + QStringLiteral(".startswith"), [&](const QString& want) { return value.startsWith(want, Qt::CaseInsensitive); });
        test(field + QStringLiteral(".endswith"), [&](const QString& want) { return value.endsWith(want, Qt::CaseInsensitive); });
    }
    test(QStringLiteral("type"), [&](const QString& want) { return record.value(QLatin1String("type")).toString() == want; });
    test(QStringLiteral("proxied"),
         [&](const QString& want) { return record.value(QLatin1String("proxied")).toBool() == (want == QLatin1String("true")); });
    const bool any = request.queryValue(QStringLiteral("match")) == QLatin1String("any");
    bool passes = asked == 0 || (any ? met > 0 : met == asked);
    const QString search = request.queryValue(QStringLiteral("search"));
    if (!search.isEmpty()) {
        passes = passes
            && (record.value(QLatin1String("name")).toString().contains(search, Qt::CaseInsensitive)
                || record.value(QLatin1String("content")).toString().contains(search, Qt::CaseInsensitive));
    }
    return passes;
}

} // namespace switchyard::cloudflare
