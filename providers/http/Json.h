#pragma once

#include "app/base/Result.h"
#include "app/base/Units.h"
#include "providers/http/Request.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QJsonValue>

#include <memory>
#include <optional>
#include <vector>

namespace switchyard::http {

/// Reads an answer field by field and remembers the first field that is missing or of the wrong type, so that decoding is written
/// straight down and asked once at the end: `SY_CHECK(json.check())`. Copies share that memory. Any one thread.
class Json {
public:
    /// Parses the body. A body that isn't JSON is the first error.
    explicit Json(const Response& response);
    Json(QJsonValue value, QString provider, QString call);

    /// Error: Parse, with the path of the first bad field: "GET /apps: [3].region.name is missing".
    [[nodiscard]] Result<> check() const;
    [[nodiscard]] const QJsonValue& raw() const { return m_value; }
    /// Absent or null.
    [[nodiscard]] bool isNull() const { return m_value.isNull() || m_value.isUndefined(); }
    [[nodiscard]] bool has(const char* key) const;

    // Required: absent, null or of another type is an error, and gives an empty value.
    [[nodiscard]] QString text(const char* key) const;
    [[nodiscard]] qint64 integer(const char* key) const;
    [[nodiscard]] bool flag(const char* key) const;
    [[nodiscard]] Json object(const char* key) const;
    [[nodiscard]] std::vector<Json> list(const char* key) const;
    /// This value's own items.
    [[nodiscard]] std::vector<Json> items() const;
    /// This value as a text.
    [[nodiscard]] QString asText() const;

    // Optional: absent or null gives the fallback, another type is an error.
    [[nodiscard]] QString textOr(const char* key, const QString& fallback = {}) const;
    [[nodiscard]] qint64 integerOr(const char* key, qint64 fallback) const;
    [[nodiscard]] bool flagOr(const char* key, bool fallback) const;
    [[nodiscard]] Json optionalObject(const char* key) const;
    [[nodiscard]] std::vector<Json> listOr(const char* key) const;
    /// A number or a text that holds one; some fields are documented one way and captured the other.
    [[nodiscard]] QString textOrNumber(const char* key) const;

private:
    struct Shared;
    Json(QJsonValue value, QString path, std::shared_ptr<Shared> shared);
    [[nodiscard]] QJsonValue at(const char* key) const;
    void fail(const QString& path, const QString& what) const;
    [[nodiscard]] QString pathOf(const char* key) const;
    [[nodiscard]] std::vector<Json> itemsOf(const QJsonValue& value, const QString& path) const;
    QJsonValue m_value;
    QString m_path;
    std::shared_ptr<Shared> m_shared;
};

/// ISO 8601 with 0 to 9 decimals and Z or an offset, or "2019-08-09 21:28:21 +0000". Nothing when unreadable or empty.
[[nodiscard]] std::optional<TimePoint> instant(const QString& text);

} // namespace switchyard::http
