#include "providers/http/Request.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUrl>

#include <algorithm>

namespace switchyard::http {

bool Request::mayRepeat() const
{
    return repeatable || method == "GET" || method == "HEAD" || method == "PUT" || method == "DELETE";
}

QByteArray Response::header(const char* lowerCaseName) const
{
    const auto it = std::find_if(headers.begin(), headers.end(), [&](const Header& h) { return h.first == lowerCaseName; });
    return it == headers.end() ? QByteArray() : it->second;
}

Request request(const char* method, const char* pattern, const QString& first, const QString& second, const QString& third)
{
    const QStringList segments{first, second, third};
    Request out;
    out.method = method;
    const QString text = QString::fromLatin1(pattern);
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text[i] == u'%' && i + 1 < text.size() && text[i + 1].isDigit()) {
            const qsizetype index = text[++i].digitValue() - 1;
            const QString segment = segments.value(index);
            // "." and ".." are not escaped by percent-encoding, and proxies fold them.
            const bool dots = segment == u"." || segment == QLatin1String("..");
            out.path += dots ? QString(segment).replace(u'.', QLatin1String("%2E")) : QString::fromLatin1(QUrl::toPercentEncoding(segment));
        } else {
            out.path += text[i];
        }
    }
    return out;
}

Request requestWith(const QJsonValue& body, const char* method, const char* pattern, const QString& first, const QString& second, const QString& third)
{
    Request out = request(method, pattern, first, second, third);
    out.body = (body.isArray() ? QJsonDocument(body.toArray()) : QJsonDocument(body.toObject())).toJson(QJsonDocument::Compact);
    return out;
}

} // namespace switchyard::http
