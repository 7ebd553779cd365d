#include "providers/simulator/Router.h"

#include <QJsonObject>
#include <QUrl>

namespace switchyard::simulator {

namespace {

QString failureText(int status)
{
    return status == 404 ? QStringLiteral("not found") : QStringLiteral("method not allowed");
}

bool isName(const QString& segment)
{
    return segment.startsWith(u'{') && segment.endsWith(u'}');
}

} // namespace

Router::Router()
    : m_notFound([](const Request&) { return Response::json(404, QJsonObject{{QStringLiteral("message"), failureText(404)}}); })
    , m_notAllowed([](const Request&) { return Response::json(405, QJsonObject{{QStringLiteral("message"), failureText(405)}}); })
{
}

void Router::route(const QByteArray& method, const QString& pattern, Handler handler)
{
    m_routes.push_back({method, pattern, pattern.mid(1).split(u'/'), std::move(handler), {}});
}

void Router::routeAsync(const QByteArray& method, const QString& pattern, AsyncHandler handler)
{
    m_routes.push_back({method, pattern, pattern.mid(1).split(u'/'), {}, std::move(handler)});
}

Router::Match Router::find(const Request& request) const
{
    QByteArray raw = request.target.split('?').first();
    if (raw.size() > 1 && raw.endsWith('/'))
        raw.chop(1);
    QStringList segments;
    for (const QByteArray& part : raw.mid(1).split('/'))
        segments.append(QString::fromLatin1(part));

    Match best;
    int bestNames = 0;
    for (const Route& candidate : m_routes) {
        const bool takesRest = candidate.segments.last().endsWith(QLatin1String("*}"));
        if (takesRest ? segments.size() < candidate.segments.size() : segments.size() != candidate.segments.size())
            continue;
        std::map<QString, QString> params;
        int names = 0;
        bool fits = true;
        for (qsizetype i = 0; fits && i < candidate.segments.size(); ++i) {
            const QString& want = candidate.segments.at(i);
            if (!isName(want)) {
                fits = QUrl::fromPercentEncoding(segments.at(i).toLatin1()) == want;
                continue;
            }
            ++names;
            const bool rest = takesRest && i + 1 == candidate.segments.size();
            const QString value = rest ? segments.mid(i).join(u'/') : segments.at(i);
            params[want.mid(1, want.size() - (rest ? 3 : 2))] = QUrl::fromPercentEncoding(value.toLatin1());
            names += rest ? 1000 : 0;
            fits = !value.isEmpty() || rest;
        }
        if (!fits)
            continue;
        if (candidate.method != request.method && !(request.method == "HEAD" && candidate.method == "GET")) {
            if (!best.allowed.contains(candidate.method))
                best.allowed.append(candidate.method);
            continue;
        }
        if (!best.route || names < bestNames) {
            best.route = &candidate;
            best.params = std::move(params);
            bestNames = names;
        }
    }
    return best;
}

void Router::handle(Request request, const Reply& reply) const
{
    Match match = find(request);
    if (!match.route) {
        if (match.allowed.isEmpty()) {
            reply(m_notFound(request));
            return;
        }
        Response response = m_notAllowed(request);
        response.headers.set("Allow", match.allowed.join(", "));
        reply(std::move(response));
        return;
    }
    request.route = match.route->pattern;
    request.params = std::move(match.params);
    if (match.route->asyncHandler)
        match.route->asyncHandler(std::move(request), reply);
    else
        reply(match.route->handler(request));
}

QString Router::patternOf(const Request& request) const
{
    const Match match = find(request);
    return match.route ? match.route->pattern : QString();
}

} // namespace switchyard::simulator
