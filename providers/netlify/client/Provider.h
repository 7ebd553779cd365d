#pragma once

#include "app/ports/HostingProvider.h"
#include "providers/http/ApiClient.h"
#include "providers/http/Json.h"

#include <map>

namespace switchyard::netlify {

/// A site as read.
struct Site {
    QString id;
    QString name;
    QString account;        ///< slug of the team: environment variables live under it
    QString customDomain;
    QStringList aliases;
    QString published;      ///< id of the deploy that is live
    bool disabled = false;
    bool tellsDisabled = false;
    QString builtInHost;    ///< "projectify.netlify.app": what a CNAME must lead to
    http::Json json;
    [[nodiscard]] QStringList hosts() const;
};

/// A deploy as read, with what Deploy has no room for.
struct SiteDeploy {
    Deploy deploy;
    QString title;
    QString context;
    bool draft = false;
    bool locked = false;
    std::optional<TimePoint> publishedAt;
    [[nodiscard]] bool isMaintenance() const;
    /// Of a maintenance deploy: the id of the deploy that was live when it was made.
    [[nodiscard]] QString before() const;
};

/// See Factory.h. Facts: the published description 2.55.0, the official command line's source for digest deploys and logs.
class Provider final : public HostingProvider {
public:
    Provider(Account account, http::Options options);

    [[nodiscard]] QString id() const override { return QStringLiteral("netlify"); }
    [[nodiscard]] QString displayName() const override { return QStringLiteral("Netlify"); }
    [[nodiscard]] QString monogram() const override { return QStringLiteral("Nl"); }
    [[nodiscard]] unsigned capabilities() const override
    {
        return CanMaintenanceDeploy | CanSuspend | CanDeploy | TellsCertificates | SettingsNeedDeploy;
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
    /// On: publishes a one-page deploy with kMaintenanceMark and locks it. Off: publishes the deploy that was live before, found in the list of
    /// deploys, so that another process can take it back.
    [[nodiscard]] Task<> setMaintenance(ServiceRef ref, bool on, std::stop_token stop) override;
    [[nodiscard]] Task<std::vector<DomainBinding>> domains(ServiceRef ref, std::stop_token stop) override;
    [[nodiscard]] Task<DomainBinding> addDomain(ServiceRef ref, QString host, std::stop_token stop) override;
    [[nodiscard]] Task<> removeDomain(ServiceRef ref, QString host, std::stop_token stop) override;
    [[nodiscard]] Task<> verifyDomain(ServiceRef ref, QString host, std::stop_token stop) override;
    [[nodiscard]] Task<std::vector<Deploy>> deploys(ServiceRef ref, int limit, std::stop_token stop) override;
    /// `commit`: publishes again the newest finished deploy of that commit; empty: builds the newest.
    [[nodiscard]] Task<Deploy> startDeploy(ServiceRef ref, QString commit, std::stop_token stop) override;
    [[nodiscard]] Task<Deploy> deploy(ServiceRef ref, QString deployId, std::stop_token stop) override;
    [[nodiscard]] Task<Secret> connectionUrl(ServiceRef ref, std::stop_token stop) override;
    [[nodiscard]] Task<std::vector<AllowEntry>> allowList(ServiceRef ref, std::stop_token stop) override;
    [[nodiscard]] Task<> setAllowList(ServiceRef ref, std::vector<AllowEntry> expected, std::vector<AllowEntry> wanted, std::stop_token stop) override;
    [[nodiscard]] Task<Backup> captureBackup(ServiceRef ref, std::stop_token stop) override;
    [[nodiscard]] Task<std::vector<Backup>> backups(ServiceRef ref, std::stop_token stop) override;
    [[nodiscard]] std::unique_ptr<LogSource> logs(ServiceRef ref) override;

    using Names = std::shared_ptr<std::map<QString, QString>>;

private:
    QString m_account;
    http::ApiClient m_api;
    Names m_names; ///< site ids by what the plan calls them
};

[[nodiscard]] Task<http::Json> fetch(http::ApiClient api, http::Request request, std::stop_token stop);
/// A list read to its last page, at most `most` items.
[[nodiscard]] Task<http::Json> fetchAll(http::ApiClient api, http::Request request, int most, std::stop_token stop);
/// Reads the site `ref` names. Error: Http with code 404.
[[nodiscard]] Task<Site> readSite(http::ApiClient api, Provider::Names names, ServiceRef ref, std::stop_token stop);
[[nodiscard]] Site siteFrom(const http::Json& json);
[[nodiscard]] SiteDeploy deployFrom(const http::Json& json, const QString& published);
/// Newest first.
[[nodiscard]] Task<std::vector<SiteDeploy>> deploysOf(http::ApiClient api, QString site, QString published, int most, std::stop_token stop);
/// Publishes and withdraws the maintenance deploy; see Maintenance.cpp.
[[nodiscard]] Task<> holdByDeploy(http::ApiClient api, Site site, std::stop_token stop);
[[nodiscard]] Task<> releaseDeploy(http::ApiClient api, Site site, std::stop_token stop);
[[nodiscard]] std::unique_ptr<LogSource> makeLogSource(http::ApiClient api, Provider::Names names, ServiceRef ref);

} // namespace switchyard::netlify
