#pragma once

#include "providers/simulator/Agenda.h"
#include "providers/simulator/RateLimiter.h"
#include "providers/simulator/Simulator.h"

#include <QJsonArray>
#include <QMap>

#include <functional>

namespace switchyard::netlify {

/// Path inside a deploy ("/index.html") -> content.
using Files = QMap<QString, QByteArray>;

/// A Netlify team with state behind HTTP under /api/v1, and build hooks under /build_hooks. Facts: published Swagger 2.55.0 and the sources
/// of the official client. Deploys are digest deploys: a list of SHA-1 sums, then the files that are missing. Main thread.
///
/// Signals event(kind, data); `data` has `site` (name):
/// deploy {deployId, state, published, title, files: {path: sha1}} - domain {custom_domain, domain_aliases} - certificate {domains} -
/// config {key, change} - suspend {suspended} - lock {deployId, locked}.
///
/// Own faults beside the kit's: `deploy-fail` (the next deploys end in state error), `ssl-fail` (provisioning is refused).
class Simulator final : public simulator::Simulator {
    Q_OBJECT
public:
    explicit Simulator(Clock* clock, const QString& folder = {}, QObject* parent = nullptr);
    ~Simulator() override;

    /// Replaces the state by a description; see projectifyStory() for its shape.
    void load(const QJsonObject& description);
    [[nodiscard]] bool hasState() const { return !m_sites.isEmpty(); }
    [[nodiscard]] QJsonObject save() const override;
    void restore(const QJsonObject& state) override;

    // ---- what the world sets -----------------------------------------------------------------------------------------
    /// Says whether a public name resolves to this provider's target now.
    void setHostPointsHere(std::function<bool(const QString& host, const QString& target)> hook) { m_hostPointsHere = std::move(hook); }
    /// Makes the files of a build from a site's variables of the production context. Without it a build repeats the published files.
    void setBuilder(std::function<Files(const QString& site, const QJsonObject& environment)> builder) { m_builder = std::move(builder); }
    /// Publishes files at once, without the API and without a limit. Returns the deploy's id.
    QString publish(const QString& site, const Files& files, const QString& title);

    // ---- what the world and the tests ask -----------------------------------------------------------------------------
    /// The site that answers for a host name (custom domain, alias or <name>.<suffix>), empty if none or disabled.
    [[nodiscard]] QString siteOfHost(const QString& host) const;
    /// A file of the published deploy; "/" and folders give their index.html. Nothing when it doesn't exist.
    [[nodiscard]] std::optional<QByteArray> publishedFile(const QString& site, const QString& path) const;
    [[nodiscard]] QString publishedDeploy(const QString& site) const;
    [[nodiscard]] bool hasCertificate(const QString& host) const;
    [[nodiscard]] bool isDisabled(const QString& site) const;
    [[nodiscard]] QString siteId(const QString& name) const;
    [[nodiscard]] QString accountSlug() const { return m_account[QLatin1String("slug")].toString(); }
    /// Host name a CNAME must lead to.
    [[nodiscard]] QString target(const QString& site) const;
    /// A site's variables as a build of the production context sees them, secrets included.
    [[nodiscard]] QJsonObject environment(const QString& site) const;

protected:
    std::optional<simulator::Response> authorize(const simulator::Request& request) override;
    std::optional<simulator::Response> limit(const simulator::Request& request) override;
    simulator::Response faultResponse(const QString& verb, int status, const simulator::Request& request) const override;
    void decorate(const simulator::Request& request, simulator::Response& response) const override;

private:
    using Request = simulator::Request;
    using Response = simulator::Response;

    void addSiteRoutes();
    void addDeployRoutes();
    void addEnvironmentRoutes();
    void onSite(const char* method, const QString& pattern, std::function<Response(const Request&, QJsonObject&)> endpoint);
    void onDeploy(const char* method, const QString& pattern, std::function<Response(const Request&, QJsonObject&)> endpoint);

    [[nodiscard]] static Response refuse(int status, const QString& message);
    /// One page of a list with a Link header.
    [[nodiscard]] static Response page(const Request& request, const QJsonArray& all);
    [[nodiscard]] QString stamp() const;
    void happened(const QString& kind, const QJsonObject& data);
    [[nodiscard]] const QJsonObject* findSite(const QString& idOrNameOrDomain) const;
    [[nodiscard]] QJsonObject* findSite(const QString& idOrNameOrDomain);
    [[nodiscard]] const QJsonObject* findDeploy(const QString& id) const;
    [[nodiscard]] QJsonObject* findDeploy(const QString& id);
    [[nodiscard]] QJsonObject siteShown(const QJsonObject& site) const;
    [[nodiscard]] static QJsonObject deployShown(const QJsonObject& deploy);
    void run(const QString& what, const QJsonObject& data);

    Response patchSite(QJsonObject& site, const QJsonObject& body);
    [[nodiscard]] QStringList domainsOf(const QJsonObject& site) const;
    Response provisionCertificate(QJsonObject& site);

    QString makeDeploy(const QJsonObject& site, const QString& title, const QString& branch, bool draft);
    Response takeFiles(QJsonObject& deploy, const QJsonObject& body);
    Response upload(QJsonObject& deploy, const QString& path, const QByteArray& content);
    void setState(QJsonObject& deploy, const QString& state);
    void later(const QJsonObject& deploy, Seconds delay, const QString& state);
    void process(QJsonObject& deploy);
    void publishDeploy(QJsonObject& site, QJsonObject& deploy);
    QString startBuild(const QJsonObject& site, const QString& title);
    void store(const QString& sha, const QByteArray& content);
    [[nodiscard]] std::optional<QByteArray> blob(const QString& sha) const;
    [[nodiscard]] bool hasBlob(const QString& sha) const;

    [[nodiscard]] std::optional<Response> refusedByPlan(const QJsonObject& variable) const;
    [[nodiscard]] QJsonObject variableShown(const QJsonObject& variable, const Request& request) const;
    [[nodiscard]] QJsonObject makeVariable(const QJsonObject& from, const QString& siteId) const;
    [[nodiscard]] QJsonObject* findVariable(const QString& key, const QString& siteId);

    simulator::Agenda m_agenda;
    simulator::RateLimiter m_limiter;
    simulator::RateLimiter::Decision m_budget;
    QString m_token;
    QString m_webSuffix;
    QJsonObject m_user, m_account;
    QList<QJsonObject> m_sites, m_deploys, m_variables, m_hooks; ///< deploys oldest first
    QMap<QString, QByteArray> m_blobs; ///< by SHA-1; with a folder they lie in <folder>/blobs instead
    std::function<bool(const QString&, const QString&)> m_hostPointsHere;
    std::function<Files(const QString&, const QJsonObject&)> m_builder;
};

/// The story's preload: the site projectify with apex and www, its variables, one published deploy. `token` is made anew by every call.
[[nodiscard]] QJsonObject projectifyStory();

} // namespace switchyard::netlify
