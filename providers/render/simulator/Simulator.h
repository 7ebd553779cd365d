#pragma once

#include "providers/simulator/Agenda.h"
#include "providers/simulator/RateLimiter.h"
#include "providers/simulator/Simulator.h"

#include <QJsonArray>
#include <QPointer>

#include <functional>

class QHostAddress;
class QWebSocket;

namespace switchyard::render {

/// A Render workspace with state behind HTTP: the API under /v1 and deploy hooks under /deploy. Facts: published OpenAPI document of
/// September 2025, brought up with the official client of August 2026, and recorded traffic. Services, databases and key value stores are
/// addressed by id over HTTP and by id or name from C++. Main thread.
///
/// Signals event(kind, data); `data` has `service` (name) or `database` (name):
/// config {keys} - deploy {deploy, status, trigger} - formation {instances} - suspend {suspended} - restart - maintenance {on, uri} -
/// domain {host, change: added|verified|certificate|removed, redirectFor} - allow-list {list} - database {change: created|available|
/// suspended|resumed|restarted}.
///
/// Own faults beside the kit's: `deploy-fail` (value {status}: the next deploys end so, default update_failed), `verify-never` (verify is
/// accepted and nothing follows).
class Simulator final : public simulator::Simulator {
    Q_OBJECT
public:
    explicit Simulator(Clock* clock, const QString& folder = {}, QObject* parent = nullptr);
    ~Simulator() override;

    /// Replaces the state by a description; see projectifyStory() for its shape.
    void load(const QJsonObject& description);
    [[nodiscard]] bool hasState() const { return !m_services.isEmpty(); }
    [[nodiscard]] QJsonObject save() const override;
    void restore(const QJsonObject& state) override;

    // ---- what the world sets -----------------------------------------------------------------------------------------
    /// Says whether a public name resolves to this provider's target now. Verification looks only when it is asked to.
    void setHostPointsHere(std::function<bool(const QString& host, const QString& target)> hook) { m_hostPointsHere = std::move(hook); }
    void setDatabaseUrls(const QString& database, const QString& internalUrl, const QString& externalUrl);
    void setKeyValueUrls(const QString& store, const QString& internalUrl, const QString& externalUrl);
    /// Time between a verified domain and its certificate. 90 s unless told; about 10 minutes have been seen.
    void setCertificateDelay(Seconds delay) { m_certificateDelay = delay; }
    /// Length of the build and of the roll-out of a deploy: 60 s and 15 s unless told.
    void setDeployTimes(Seconds build, Seconds update);
    /// `type` app, request or build; `labels` are added to those every line has (resource, instance, type, level).
    void appendLog(const QString& service, const QString& type, const QString& instance, const QString& level, const QString& message,
        const QJsonObject& labels = {});
    /// Closes every log socket, as happens after about a minute.
    void dropLogStreams();

    // ---- what the world and the tests ask -----------------------------------------------------------------------------
    [[nodiscard]] QString serviceId(const QString& name) const;
    [[nodiscard]] QString databaseId(const QString& name) const;
    /// The variables as set now, and as the live deploy sees them: a change takes effect with the next deploy only.
    [[nodiscard]] QJsonObject environment(const QString& service) const;
    [[nodiscard]] QJsonObject liveEnvironment(const QString& service) const;
    [[nodiscard]] bool isSuspended(const QString& service) const;
    [[nodiscard]] bool inMaintenance(const QString& service) const;
    /// Instances that run: 0 while suspended.
    [[nodiscard]] int instanceCount(const QString& service) const;
    /// Host name a CNAME must lead to.
    [[nodiscard]] QString target(const QString& service) const;
    /// The service that serves a custom domain, empty if none; and whether its certificate exists.
    [[nodiscard]] QString serviceOfDomain(const QString& host) const;
    [[nodiscard]] bool hasCertificate(const QString& host) const;
    /// The name a redirecting twin leads to; empty for an ordinary domain.
    [[nodiscard]] QString redirectOf(const QString& host) const;
    /// Whether an address may reach the database's external URL.
    [[nodiscard]] bool allows(const QString& database, const QHostAddress& address) const;
    /// The secret path and query of a service's deploy hook.
    [[nodiscard]] QString deployHook(const QString& service) const;

protected:
    std::optional<simulator::Response> authorize(const simulator::Request& request) override;
    std::optional<simulator::Response> limit(const simulator::Request& request) override;
    simulator::Response faultResponse(const QString& verb, int status, const simulator::Request& request) const override;
    void decorate(const simulator::Request& request, simulator::Response& response) const override;

private:
    using Request = simulator::Request;
    using Response = simulator::Response;
    struct Service {
        QJsonObject doc;
        QJsonObject env, liveEnv;
        QList<QJsonObject> deploys;  ///< oldest first
        QList<QJsonObject> domains, instances, events;
        QString hookKey;
    };
    struct LogSocket {
        QPointer<QWebSocket> socket;
        QStringList resources;
        QStringList types;
    };

    void addServiceRoutes();
    void addEnvironmentRoutes();
    void addDeployRoutes();
    void addDomainRoutes();
    void addDatabaseRoutes();
    void addLogRoutes();
    /// A route below /v1/services/{service}: answers 404 for an unknown one.
    void onService(const char* method, const QString& pattern, std::function<Response(const Request&, Service&)> endpoint);

    [[nodiscard]] static Response refuse(int status, const QString& message);
    /// `[{<thing>:{...}, cursor}]` cut by cursor and limit.
    [[nodiscard]] Response page(const Request& request, const QString& thing, const QList<QJsonObject>& items, const QString& key) const;
    [[nodiscard]] QString stamp() const;
    void happened(const QString& kind, const QJsonObject& data);
    [[nodiscard]] const Service* find(const QString& service) const;
    [[nodiscard]] Service* find(const QString& service);
    [[nodiscard]] static const QJsonObject* findIn(const QList<QJsonObject>& list, const QString& idOrName);
    [[nodiscard]] static QJsonObject* findIn(QList<QJsonObject>& list, const QString& idOrName);
    void record(Service& service, const QString& type, const QJsonObject& details = {});
    void run(const QString& what, const QJsonObject& data);

    Response patchService(Service& service, const QJsonObject& body);
    void setInstances(Service& service, int count);
    void suspend(Service& service, bool on);
    Response changeEnvironment(Service& service, const QJsonObject& env);
    [[nodiscard]] QList<QJsonObject> environmentItems(const QJsonObject& env) const;

    QJsonObject makeDeploy(Service& service, const QString& trigger, bool build, const QString& image = {});
    Response trigger(Service& service, const QString& trigger, const QJsonObject& body);
    void beginDeploy(Service& service, QJsonObject& deploy);
    void advance(Service& service, QJsonObject& deploy);
    void endDeploy(Service& service, QJsonObject& deploy, const QString& status);
    [[nodiscard]] static bool isUnderWay(const QJsonObject& deploy);

    Response addDomain(Service& service, const QString& name);
    void look(const QJsonObject& data, bool issues);

    Response patchDatabase(QJsonObject& database, const QJsonObject& body, bool keyValue);
    Response createDatabase(const QJsonObject& body);
    [[nodiscard]] QJsonObject makeDatabase(const QJsonObject& from) const;
    [[nodiscard]] QJsonObject makeStore(const QJsonObject& from) const;

    Response readLogs(const Request& request) const;
    Response subscribe(const Request& request);

    simulator::Agenda m_agenda;
    simulator::RateLimiter m_limiter;
    simulator::RateLimiter::Decision m_budget;
    QString m_token;
    QString m_webSuffix;
    QJsonObject m_owner;
    QList<Service> m_services;
    QList<QJsonObject> m_databases, m_stores, m_groups;
    QList<QJsonObject> m_lines; ///< log objects as answered, plus _t (ns since 1970) and _resource
    qint64 m_lastLine = 0;
    QList<LogSocket> m_sockets;
    std::function<bool(const QString&, const QString&)> m_hostPointsHere;
    Seconds m_certificateDelay{90};
    Seconds m_build{60};
    Seconds m_update{15};
};

/// The story's preload: projectify's three services, database and key value store in Frankfurt. Secrets are made anew by every call;
/// `environment` replaces or adds variables of the web service. `token` is the API key.
[[nodiscard]] QJsonObject projectifyStory(const QJsonObject& environment = {});

} // namespace switchyard::render
