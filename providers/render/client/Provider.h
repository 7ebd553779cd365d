#pragma once

#include "app/ports/HostingProvider.h"
#include "providers/http/ApiClient.h"
#include "providers/http/Json.h"

#include <map>

namespace switchyard::render {

/// What a name of the plan turned out to be.
struct Thing {
    enum class Kind { Service, Postgres, KeyValue } kind = Kind::Service;
    QString id;         ///< "srv-..", "crn-..", "dpg-..-a", "red-.."
    QString name;
    QString type;       ///< of a service: "web_service", "static_site"..
    QString owner;      ///< "tea-.." or "usr-.."
};

/// See Factory.h. Facts: the published OpenAPI document and the official command line's client (August 2026).
class Provider final : public HostingProvider {
public:
    Provider(Account account, http::Options options);

    [[nodiscard]] QString id() const override { return QStringLiteral("render"); }
    [[nodiscard]] QString displayName() const override { return QStringLiteral("Render"); }
    [[nodiscard]] QString monogram() const override { return QStringLiteral("Rd"); }
    [[nodiscard]] unsigned capabilities() const override
    {
        return CanMaintenance | CanSuspend | CanDeploy | CanBackup | CanAllowList | SettingsNeedDeploy;
    }
    [[nodiscard]] std::optional<qint64> callsLeft() const override { return m_api.callsLeft(); }

    [[nodiscard]] Task<AccountInfo> account(std::stop_token stop) override;
    [[nodiscard]] Task<std::vector<AppSummary>> apps(std::stop_token stop) override;
    [[nodiscard]] Task<std::vector<Service>> services(QString app, std::stop_token stop) override;
    [[nodiscard]] Task<Service> service(ServiceRef ref, std::stop_token stop) override;
    [[nodiscard]] Task<Settings> readSettings(ServiceRef ref, std::stop_token stop) override;
    [[nodiscard]] Task<Settings> writeSettings(ServiceRef ref, std::vector<SettingChange> changes, std::stop_token stop) override;
    [[nodiscard]] Task<> scale(ServiceRef ref, int expected, int instances, std::stop_token stop) override;
    [[nodiscard]] Task<> suspend(ServiceRef ref, bool suspended, std::stop_token stop) override;
    [[nodiscard]] Task<> setMaintenance(ServiceRef ref, bool on, std::stop_token stop) override;
    [[nodiscard]] Task<std::vector<DomainBinding>> domains(ServiceRef ref, std::stop_token stop) override;
    [[nodiscard]] Task<DomainBinding> addDomain(ServiceRef ref, QString host, std::stop_token stop) override;
    [[nodiscard]] Task<> removeDomain(ServiceRef ref, QString host, std::stop_token stop) override;
    [[nodiscard]] Task<> verifyDomain(ServiceRef ref, QString host, std::stop_token stop) override;
    [[nodiscard]] Task<std::vector<Deploy>> deploys(ServiceRef ref, int limit, std::stop_token stop) override;
    [[nodiscard]] Task<Deploy> startDeploy(ServiceRef ref, QString commit, std::stop_token stop) override;
    [[nodiscard]] Task<Deploy> deploy(ServiceRef ref, QString deployId, std::stop_token stop) override;
    [[nodiscard]] Task<Secret> connectionUrl(ServiceRef ref, std::stop_token stop) override;
    [[nodiscard]] Task<std::vector<AllowEntry>> allowList(ServiceRef ref, std::stop_token stop) override;
    [[nodiscard]] Task<> setAllowList(ServiceRef ref, std::vector<AllowEntry> expected, std::vector<AllowEntry> wanted, std::stop_token stop) override;
    [[nodiscard]] Task<Backup> captureBackup(ServiceRef ref, std::stop_token stop) override;
    [[nodiscard]] Task<std::vector<Backup>> backups(ServiceRef ref, std::stop_token stop) override;
    [[nodiscard]] std::unique_ptr<LogSource> logs(ServiceRef ref) override;

    using Names = std::shared_ptr<std::map<QString, Thing>>;

private:
    QString m_account;
    http::ApiClient m_api;
    Names m_names; ///< what names and ids stand for; ids never change their meaning
};

/// One GET.
[[nodiscard]] Task<http::Json> fetch(http::ApiClient api, http::Request request, std::stop_token stop);
/// A list of {`key`: {..}, cursor} read to its end, as the bare objects.
[[nodiscard]] Task<http::Json> fetchAll(http::ApiClient api, http::Request request, QString key, std::stop_token stop);
/// Finds out what `ref` names; a name that two services share is refused. Error: Http with code 404 when there is none.
[[nodiscard]] Task<Thing> resolve(http::ApiClient api, Provider::Names names, ServiceRef ref, std::stop_token stop);
[[nodiscard]] Deploy deployFrom(const http::Json& deploy);
/// Path of a thing's kind: "/services", "/postgres", "/key-value".
[[nodiscard]] const char* folderOf(Thing::Kind kind);
/// GET of the thing itself.
[[nodiscard]] http::Request lookAt(const Thing& thing);

/// One log object of GET /logs or of the subscription. `id` is what tells two lines apart.
struct LogEntry {
    QString id;
    LogLine line;
};
[[nodiscard]] LogEntry logEntryFrom(const http::Json& entry);
[[nodiscard]] std::unique_ptr<LogSource> makeLogSource(http::ApiClient api, Provider::Names names, ServiceRef ref);

} // namespace switchyard::render
