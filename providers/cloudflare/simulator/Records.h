#pragma once

#include "providers/simulator/DnsServer.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QString>

#include <optional>
#include <variant>
#include <vector>

namespace switchyard::cloudflare {

/// An error as the API's envelope carries it: `errors[]{code, message, error_chain?}` under an HTTP status.
struct ApiError {
    int status = 400;
    int code = 0;
    QString message;
    int chainCode = 0;     ///< 0: no error_chain
    QString chainMessage;
    [[nodiscard]] QJsonObject json() const;
};

/// The records of one zone and the rules of Cloudflare's API for changing them. A plain value: a batch works on a copy and throws it away
/// on the first error. Codes and texts: knowledge of 2026 from the published API description and from answers quoted in public issues
/// (81044, 81053, 81054, 81058, 1004 with 9005 and 9021).
class Records {
public:
    explicit Records(QString zoneName = {}) : m_zone(std::move(zoneName)) {}

    [[nodiscard]] const std::vector<QJsonObject>& all() const { return m_records; }
    [[nodiscard]] const QJsonObject* find(const QString& id) const;

    /// Each returns the record as the API answers it. `now` is the API's time text.
    using Outcome = std::variant<QJsonObject, ApiError>;
    [[nodiscard]] Outcome create(const QJsonObject& body, const QString& now);
    /// Only the fields sent change.
    [[nodiscard]] Outcome patch(const QString& id, const QJsonObject& body, const QString& now);
    /// Fields not sent fall back to their defaults (proxied false, ttl automatic).
    [[nodiscard]] Outcome put(const QString& id, const QJsonObject& body, const QString& now);
    [[nodiscard]] Outcome remove(const QString& id);

    [[nodiscard]] QJsonArray save() const;
    void restore(const QJsonArray& records);

    /// "www", "@", "WWW.Example.test." -> "www.example.test"
    [[nodiscard]] QString fullName(const QString& name) const;
    /// What resolvers are to be told. A proxied record becomes the edge's addresses with TTL 300; automatic TTL is 300.
    [[nodiscard]] QList<simulator::ResourceRecord> published(const QStringList& edgeAddresses) const;

private:
    [[nodiscard]] std::optional<ApiError> normalise(QJsonObject& record) const;
    [[nodiscard]] std::optional<ApiError> conflict(const QJsonObject& record) const;
    [[nodiscard]] Outcome replace(const QString& id, QJsonObject record, const QString& now);
    [[nodiscard]] std::vector<QJsonObject>::iterator position(const QString& id);

    QString m_zone;
    std::vector<QJsonObject> m_records;
};

} // namespace switchyard::cloudflare
