#pragma once

#include "app/base/Secret.h"
#include "app/base/Units.h"

#include <QByteArray>
#include <QJsonValue>
#include <QString>
#include <QStringList>
#include <QUrlQuery>

#include <optional>
#include <utility>
#include <vector>

namespace switchyard::http {

using Header = std::pair<QByteArray, QByteArray>;

/// One call. `path` is relative to the client's base URL and already percent-encoded.
struct Request {
    QByteArray method = QByteArrayLiteral("GET");
    QString path;
    QUrlQuery query;
    std::vector<Header> headers;
    std::optional<QByteArray> body;
    QByteArray contentType = QByteArrayLiteral("application/json");
    bool repeatable = false;                ///< may be sent again though the method isn't idempotent
    std::optional<Milliseconds> deadline;   ///< instead of the client's

    /// GET, HEAD, PUT and DELETE may be repeated, others when marked.
    [[nodiscard]] bool mayRepeat() const;
};

struct Response {
    int status = 0;
    QByteArray body;
    std::vector<Header> headers;    ///< names in lower case
    Milliseconds took{0};
    QString requestId;              ///< what the provider calls this request; empty where it doesn't tell
    QString provider;               ///< display name, for decode errors
    QString call;                   ///< "GET /apps", for decode errors
    [[nodiscard]] QByteArray header(const char* lowerCaseName) const;
};

/// A request whose path is `pattern` with %1, %2, %3 replaced by the percent-encoded segments: a name with a slash or a dot segment can't
/// leave its place in the path. Plain arguments, because GCC 12 frees braced lists inside a co_await twice.
[[nodiscard]] Request request(const char* method, const char* pattern, const QString& first = {}, const QString& second = {}, const QString& third = {});
/// The same with a JSON body.
[[nodiscard]] Request requestWith(const QJsonValue& body, const char* method, const char* pattern, const QString& first = {}, const QString& second = {},
                                  const QString& third = {});

} // namespace switchyard::http
