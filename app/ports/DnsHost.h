#pragma once

#include "app/base/Task.h"
#include "app/base/Units.h"
#include "app/ports/Account.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace switchyard {

/// All records of one name and type. `name` is absolute, lower case, with the trailing dot. Values are in presentation format ("10
/// mx.example.org." for MX, unquoted text for TXT), sorted; host names in them are absolute. `ttl` in seconds; 1 means "automatic".
struct RecordSet {
    QString name;
    QString type;
    Seconds ttl{0};
    QStringList values;
    bool proxied = false;
    friend bool operator==(const RecordSet&, const RecordSet&) = default;
};

struct Zone {
    QString id;
    QString name;                 ///< absolute, trailing dot
    QStringList nameServers;
    std::vector<RecordSet> records; ///< sorted by name, then type
    TimePoint readAt{};
    [[nodiscard]] const RecordSet* find(const QString& name, const QString& type) const;
};

/// Replaces one record set. `expected` nothing: there must be none now; `planned` nothing: remove it.
struct RecordChange {
    QString name;
    std::optional<RecordSet> expected;
    std::optional<RecordSet> planned;
};

/// One DNS hosting account. Errors and thread as in HostingProvider.
class DnsHost {
public:
    virtual ~DnsHost() = default;
    [[nodiscard]] virtual QString id() const = 0;
    [[nodiscard]] virtual QString displayName() const = 0;
    [[nodiscard]] virtual QString monogram() const = 0;
    [[nodiscard]] virtual std::optional<qint64> callsLeft() const = 0;
    /// Whether apply() is one transaction at the provider; else it is done record by record and undone on failure.
    [[nodiscard]] virtual bool atomic() const = 0;
    [[nodiscard]] virtual Task<AccountInfo> account(std::stop_token stop) = 0;
    [[nodiscard]] virtual Task<std::vector<AppSummary>> zones(std::stop_token stop) = 0;
    [[nodiscard]] virtual Task<Zone> readZone(QString name, std::stop_token stop) = 0;
    /// Reads the zone, refuses with Conflict if any `expected` is not there, writes all changes, reads back. A type swap (A for CNAME) at
    /// one name is part of the same transaction.
    [[nodiscard]] virtual Task<Zone> apply(QString zone, std::vector<RecordChange> changes, std::stop_token stop) = 0;
    /// The exact calls apply() would make, for the dry run: method, path, body without secrets. Touches nothing.
    struct Call {
        QString method;
        QString path;
        QString body;
    };
    [[nodiscard]] virtual Task<std::vector<Call>> preview(QString zone, std::vector<RecordChange> changes, std::stop_token stop) = 0;
};

} // namespace switchyard
