#pragma once

#include "app/ports/HostingProvider.h"
#include "providers/http/ApiClient.h"
#include "providers/http/Json.h"

namespace switchyard::heroku {

/// An add-on of an app, as GET /apps/{app}/addons gives it.
struct AddOn {
    QString id;
    QString name;
    QString service;        ///< "heroku-postgresql"
    QString plan;           ///< "heroku-postgresql:standard-0"
    QString state;
    QString ownerApp;       ///< the app it is billed to; its backups live there
    QStringList configVars;
    /// By name, id, attachment name or config var.
    [[nodiscard]] bool answersTo(const QString& word) const;
};

/// See Factory.h. Facts: the published Platform API v3 schema (2026-02), the official command line's source for the data host.
class Provider final : public HostingProvider {
public:
    Provider(Account account, http::Options options);

    [[nodiscard]] QString id() const override { return QStringLiteral("heroku"); }
    [[nodiscard]] QString displayName() const override { return QStringLiteral("Heroku"); }
    [[nodiscard]] QString monogram() const override { return QStringLiteral("He"); }
    [[nodiscard]] unsigned capabilities() const override { return CanMaintenance | CanScaleToZero | CanBackup | TellsCertificates; }
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

private:
    [[nodiscard]] Task<std::vector<Service>> processes(QString app, std::stop_token stop);
    [[nodiscard]] Task<std::vector<Service>> stores(QString app, std::stop_token stop);
    [[nodiscard]] Task<AddOn> addOn(ServiceRef ref, std::stop_token stop);
    QString m_account;
    http::ApiClient m_api;
    http::ApiClient m_data;
};

/// One GET that is a whole answer.
[[nodiscard]] Task<http::Json> fetch(http::ApiClient api, http::Request request, std::stop_token stop);
/// A list read to its end: 206 answers name the next range.
[[nodiscard]] Task<http::Json> fetchAll(http::ApiClient api, http::Request request, std::stop_token stop);
[[nodiscard]] Task<std::vector<AddOn>> addOnsOf(http::ApiClient api, QString app, std::stop_token stop);

/// One line of a log session: `2026-01-01T00:00:00.000000+00:00 app[web.1]: message`. `message` is redacted. Nothing when it has another form.
[[nodiscard]] std::optional<LogLine> parseLogLine(const QString& text);
/// Whether a line of `process` ("web.1", "router") belongs to what `service` names; an empty service takes all.
[[nodiscard]] bool belongsTo(const QString& service, const QString& process);

/// The live log of an app, from log sessions; see Logs.cpp.
[[nodiscard]] std::unique_ptr<LogSource> makeLogSource(http::ApiClient api, ServiceRef ref);

} // namespace switchyard::heroku
