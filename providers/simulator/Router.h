#pragma once

#include "providers/simulator/HttpMessage.h"

#include <QList>
#include <QString>

#include <vector>

namespace switchyard::simulator {

/// Finds the handler of a method and path. Patterns are literal segments and `{name}`; a last `{name*}` takes the rest of the path. The
/// first literal match wins over names, then the earlier route. Segments are split before they are percent-decoded, so an escaped slash
/// stays inside its value. HEAD falls back on GET.
class Router {
public:
    Router();
    void route(const QByteArray& method, const QString& pattern, Handler handler);
    void routeAsync(const QByteArray& method, const QString& pattern, AsyncHandler handler);
    /// Answers what no pattern matches; a JSON 404 unless told.
    void setNotFound(Handler handler) { m_notFound = std::move(handler); }
    /// Answers a known path with a wrong method; a JSON 405 with `Allow` unless told.
    void setMethodNotAllowed(Handler handler) { m_notAllowed = std::move(handler); }

    void handle(Request request, const Reply& reply) const;
    /// The pattern that a request would take, empty if none: for rate classes and logs.
    [[nodiscard]] QString patternOf(const Request& request) const;

private:
    struct Route {
        QByteArray method;
        QString pattern;
        QStringList segments;
        Handler handler;
        AsyncHandler asyncHandler;
    };
    struct Match {
        const Route* route = nullptr;
        std::map<QString, QString> params;
        QList<QByteArray> allowed;
    };
    [[nodiscard]] Match find(const Request& request) const;

    std::vector<Route> m_routes;
    Handler m_notFound;
    Handler m_notAllowed;
};

} // namespace switchyard::simulator
