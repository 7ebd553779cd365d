#pragma once

#include "app/ports/DnsHost.h"
#include "providers/http/Json.h"

#include <QJsonObject>

#include <vector>

namespace switchyard::cloudflare {

/// One record as Cloudflare keeps it, with its value in the words of RecordSet.
struct Record {
    QString id;
    QString name;       ///< absolute, lower case, trailing dot
    QString type;
    QString value;      ///< presentation form; TXT decoded
    qint64 ttl = 1;
    bool proxied = false;
    bool readOnly = false; ///< kept by one of Cloudflare's products
};

[[nodiscard]] Record recordFrom(const http::Json& json);
/// Groups records to sets, sorted by name, then type. The TTL of a set is its smallest.
[[nodiscard]] std::vector<RecordSet> setsOf(const std::vector<Record>& records);
/// The decoded text of a TXT record: `"a" "b"` -> ab, with \" and \DDD; text without quotes is itself.
[[nodiscard]] QString decodedText(const QString& content);
/// Values sorted, names lower case and absolute: the form in which sets are compared.
[[nodiscard]] RecordSet normalised(RecordSet set);

/// A batch: deletes, patches and posts, carried out in that order as one transaction.
struct Batch {
    QJsonArray deletes;
    QJsonArray patches;
    QJsonArray posts;
    [[nodiscard]] qsizetype size() const { return deletes.size() + patches.size() + posts.size(); }
    [[nodiscard]] QJsonObject body() const;
};
/// What turns `records` into what `changes` plan. Records that stay keep their id, comment and tags. Error: Invalid for a value that can't be
/// read or a record that Cloudflare keeps for itself.
[[nodiscard]] Result<Batch> batchFor(const std::vector<Record>& records, const std::vector<RecordChange>& changes);
/// Error: Conflict at the first change whose `expected` isn't there.
[[nodiscard]] Result<> checkExpected(const std::vector<RecordSet>& sets, const std::vector<RecordChange>& changes);
/// Whether every change shows.
[[nodiscard]] bool allShow(const std::vector<RecordSet>& sets, const std::vector<RecordChange>& changes);

} // namespace switchyard::cloudflare
