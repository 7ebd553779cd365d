#pragma once

#include "app/base/Secret.h"
#include "app/base/Units.h"

#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

namespace switchyard {

/// The side we leave and the side we go to. Source is left, target is right, everywhere.
enum class Side { Source, Target };
[[nodiscard]] inline QString sideName(Side side) { return side == Side::Source ? QStringLiteral("source") : QStringLiteral("target"); }

enum class ServiceKind { Web, Site, Worker, Cron, Database, Cache, Files };
[[nodiscard]] QString serviceKindName(ServiceKind kind);
[[nodiscard]] std::optional<ServiceKind> serviceKindFromName(const QString& name);

/// Shape and colour of a light. Unknown is never green.
enum class Health { Ok, Working, Held, Caution, Failed, Off, Unknown };
[[nodiscard]] QString healthName(Health health);

/// Where a service lives: `account` names an entry of the plan's accounts, `app` the provider's app, site or workspace (may be empty where the
/// provider has none), `service` the process type, site id, service id, add-on or database id.
struct ServiceRef {
    QString account;
    QString app;
    QString service;
    friend bool operator==(const ServiceRef&, const ServiceRef&) = default;
    [[nodiscard]] bool isEmpty() const { return service.isEmpty() && app.isEmpty(); }
};

/// One thing that runs at a provider, as read at `readAt`.
struct Service {
    ServiceRef ref;
    QString id;             ///< the provider's stable id
    QString name;
    ServiceKind kind = ServiceKind::Web;
    QString plan;           ///< "Standard-1X", "Starter"
    QString region;         ///< "eu", "frankfurt"
    QString version;        ///< server version, release or build: "v412", "15.18"
    QString note;           ///< what else fits on one line: "Celery", "read-only"
    QString url;            ///< built-in public address without a custom domain
    int running = 0;        ///< instances up
    int desired = 0;        ///< instances asked for
    Bytes size{-1};         ///< stored bytes of a database or a file store; -1 unknown
    qint64 keys = -1;       ///< keys of a cache; -1 unknown
    qint64 memoryMb = -1;   ///< per instance; -1 unknown
    Health health = Health::Unknown;
    bool maintenance = false;
    bool suspended = false;
    QString commit;         ///< what is deployed: commit or image digest
    QString consoleUrl;
    TimePoint readAt{};
};

/// One setting. `readable` is false where the store gives back the name only.
struct Setting {
    QString key;
    Secret value;
    bool readable = true;
    bool secret = false;    ///< treat the value as a secret when shown
    QString origin;         ///< "set by hand", "add-on", "injected", "group", "build"
};

struct Settings {
    ServiceRef service;
    std::vector<Setting> entries; ///< sorted by key
    TimePoint readAt{};
    [[nodiscard]] const Setting* find(const QString& key) const;
};

/// A write of one key. `expected` is the value that must be there now (nothing: must be absent); the write is refused with Conflict
/// if it is not. `value` nothing removes the key.
struct SettingChange {
    QString key;
    std::optional<Secret> expected;
    std::optional<Secret> value;
};

/// A custom host name at a provider.
struct DomainBinding {
    QString host;
    QString dnsTarget;          ///< name or address that visitors must reach; empty while the provider works it out
    bool targetIsAddress = false;
    bool verified = false;
    enum class Certificate { NotTold, Waiting, Issued, Failed } certificate = Certificate::NotTold;
    QString certificateDetail;  ///< the provider's own word
    QString redirectsTo;        ///< a twin that only redirects
};

struct Deploy {
    enum class State { Queued, Building, Running, Live, Failed, Cancelled, Superseded };
    QString id;
    State state = State::Queued;
    QString providerState;      ///< the provider's own word
    QString commit;
    TimePoint createdAt{};
    std::optional<TimePoint> finishedAt;
    [[nodiscard]] bool ended() const { return state >= State::Live; }
};

/// A logical backup the provider made (or is making).
struct Backup {
    QString id;                 ///< what the API wants: "7"
    QString name;               ///< what people say: "b007"
    enum class State { Pending, Running, Done, Failed, Cancelled } state = State::Pending;
    Bytes processed;
    int warnings = 0;
    TimePoint createdAt{};
    std::optional<TimePoint> finishedAt;
};

/// Who may reach a database from outside.
struct AllowEntry {
    QString cidr;
    QString description;
    friend bool operator==(const AllowEntry&, const AllowEntry&) = default;
};

} // namespace switchyard
