#pragma once

#include "app/base/Task.h"
#include "app/ports/Account.h"
#include "app/ports/LogSource.h"
#include "app/ports/Service.h"

#include <memory>

namespace switchyard {

/// One hosting account. Every call may fail with Auth, RateLimited, Http, Network, Timeout, Parse or Cancelled; a call the provider doesn't
/// have fails with Invalid. Reads have no side effect. Every write is compare-and-set: it reads, refuses with Conflict if what it finds is
/// not `expected`, writes, and reads back. Main thread.
class HostingProvider {
public:
    enum Capability : unsigned {
        CanMaintenance = 1u << 0,       ///< an own maintenance mode that visitors see as 503
        CanMaintenanceDeploy = 1u << 1, ///< held by a deploy that shows a page (Netlify): answers 200, known by its body mark
        CanScaleToZero = 1u << 2,
        CanSuspend = 1u << 3,
        CanDeploy = 1u << 4,
        CanBackup = 1u << 5,
        CanAllowList = 1u << 6,
        TellsCertificates = 1u << 7,
        SettingsNeedDeploy = 1u << 8,   ///< a settings write takes effect at the next deploy
    };
    virtual ~HostingProvider() = default;

    [[nodiscard]] virtual QString id() const = 0;          ///< "heroku"
    [[nodiscard]] virtual QString displayName() const = 0; ///< "Heroku"
    [[nodiscard]] virtual QString monogram() const = 0;    ///< "He"
    [[nodiscard]] virtual unsigned capabilities() const = 0;
    [[nodiscard]] bool can(Capability c) const { return (capabilities() & c) != 0; }
    /// Calls left in the provider's present window, as last told; nothing before the first answer.
    [[nodiscard]] virtual std::optional<qint64> callsLeft() const = 0;

    [[nodiscard]] virtual Task<AccountInfo> account(std::stop_token stop) = 0;
    [[nodiscard]] virtual Task<std::vector<AppSummary>> apps(std::stop_token stop) = 0;
    /// Everything that runs in `app`: processes, databases, caches. Providers without apps take a service id.
    [[nodiscard]] virtual Task<std::vector<Service>> services(QString app, std::stop_token stop) = 0;
    [[nodiscard]] virtual Task<Service> service(ServiceRef ref, std::stop_token stop) = 0;

    [[nodiscard]] virtual Task<Settings> readSettings(ServiceRef ref, std::stop_token stop) = 0;
    /// One call where the provider has one. Returns what is there afterwards.
    [[nodiscard]] virtual Task<Settings> writeSettings(ServiceRef ref, std::vector<SettingChange> changes, std::stop_token stop) = 0;

    /// Sets the number of instances; `expected` is the number asked for now. Waits until none is left when `instances` is 0.
    [[nodiscard]] virtual Task<> scale(ServiceRef ref, int expected, int instances, std::stop_token stop) = 0;
    [[nodiscard]] virtual Task<> suspend(ServiceRef ref, bool suspended, std::stop_token stop) = 0;
    /// Where only CanMaintenanceDeploy holds, publishes or withdraws the maintenance deploy.
    [[nodiscard]] virtual Task<> setMaintenance(ServiceRef ref, bool on, std::stop_token stop) = 0;

    [[nodiscard]] virtual Task<std::vector<DomainBinding>> domains(ServiceRef ref, std::stop_token stop) = 0;
    [[nodiscard]] virtual Task<DomainBinding> addDomain(ServiceRef ref, QString host, std::stop_token stop) = 0;
    [[nodiscard]] virtual Task<> removeDomain(ServiceRef ref, QString host, std::stop_token stop) = 0;
    /// Asks the provider to look again (Render); does nothing where that is automatic.
    [[nodiscard]] virtual Task<> verifyDomain(ServiceRef ref, QString host, std::stop_token stop) = 0;

    [[nodiscard]] virtual Task<std::vector<Deploy>> deploys(ServiceRef ref, int limit, std::stop_token stop) = 0;
    /// Starts a deploy of what is configured; `commit` empty takes the newest.
    [[nodiscard]] virtual Task<Deploy> startDeploy(ServiceRef ref, QString commit, std::stop_token stop) = 0;
    [[nodiscard]] virtual Task<Deploy> deploy(ServiceRef ref, QString deployId, std::stop_token stop) = 0;

    /// Connection string of a database or cache, as reachable from this machine.
    [[nodiscard]] virtual Task<Secret> connectionUrl(ServiceRef ref, std::stop_token stop) = 0;
    [[nodiscard]] virtual Task<std::vector<AllowEntry>> allowList(ServiceRef ref, std::stop_token stop) = 0;
    [[nodiscard]] virtual Task<> setAllowList(ServiceRef ref, std::vector<AllowEntry> expected, std::vector<AllowEntry> wanted, std::stop_token stop) = 0;
    [[nodiscard]] virtual Task<Backup> captureBackup(ServiceRef ref, std::stop_token stop) = 0;
    [[nodiscard]] virtual Task<std::vector<Backup>> backups(ServiceRef ref, std::stop_token stop) = 0;

    /// The live log of a service (or of a whole app). The source reconnects by itself and says so in the stream.
    [[nodiscard]] virtual std::unique_ptr<LogSource> logs(ServiceRef ref) = 0;
};

} // namespace switchyard
