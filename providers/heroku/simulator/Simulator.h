#pragma once

#include "providers/heroku/simulator/Platform.h"
#include "providers/simulator/RateLimiter.h"
#include "providers/simulator/Simulator.h"

namespace switchyard::heroku {

/// A Heroku with state behind HTTP: the Platform API, the data host (same port: the CLI takes HEROKU_DATA_HOST without a port and keeps the
/// API's), logplex sessions and signed backup downloads. Serves the unmodified CLI heroku@11.10.0. Facts: Platform API hyper-schema and the
/// CLI's sources of August 2026. Main thread.
///
/// Signals event(kind, data); `data` always has `app`:
/// maintenance {on} - formation {type, quantity, size} - dyno {dyno, type, state: up|gone} - restart {what} - run {dyno, command} -
/// release {version, keys} - config {version, keys} - deploy {version, rollback} - domain {host, change: added|ready|certificate|removed,
/// target} - addon {addon, change: created|provisioned|destroyed} - attachment {addon, name, change} -
/// backup {uuid, num, kind, change: begun|finished|failed|cancelled}.
///
/// Own faults beside the kit's: `two-factor` (403 until the code header is there), `backup-stuck` (a new transfer stays pending).
class Simulator final : public simulator::Simulator, public Platform {
    Q_OBJECT
public:
    explicit Simulator(Clock* clock, const QString& folder = {}, QObject* parent = nullptr);
    ~Simulator() override;

    /// Replaces the state by a description (see projectifyStory()); what was saved in the folder is lost.
    void load(const QJsonObject& description);
    /// False until a description was loaded, here or by an earlier process with the same folder.
    [[nodiscard]] bool hasState() const { return !appNames().isEmpty(); }

    [[nodiscard]] QJsonObject save() const override { return saveState(); }
    void restore(const QJsonObject& state) override;
    /// Uses up the account's request tokens.
    void exhaustRateLimit() { m_limiter.exhaust(QStringLiteral("core")); }
    /// Cuts every open log stream, as idle tails are.
    void dropLogStreams();

protected:
    std::optional<simulator::Response> authorize(const simulator::Request& request) override;
    std::optional<simulator::Response> limit(const simulator::Request& request) override;
    simulator::Response faultResponse(const QString& verb, int status, const simulator::Request& request) const override;
    void decorate(const simulator::Request& request, simulator::Response& response) const override;
    void happened(const QString& kind, const QJsonObject& data) override;
    void logged(const QString& appId) override;

private:
    using Endpoint = std::function<Answer(const simulator::Request&)>;
    void addRoutes();
    void addDataRoutes();
    void addPublicRoutes();
    /// Registers a Platform API route: unknown apps are answered 404, lists are cut to ranges.
    void platform(const char* method, const QString& pattern, Endpoint endpoint);
    void data(const char* method, const QString& pattern, Endpoint endpoint);
    [[nodiscard]] std::optional<Answer> missingApp(const simulator::Request& request) const;
    [[nodiscard]] simulator::Response streamLog(const simulator::Request& request);
    [[nodiscard]] simulator::Response download(const simulator::Request& request) const;

    struct LogStream {
        QJsonObject session;
        std::shared_ptr<simulator::StreamWriter> writer;
        bool events = false;
        qint64 last = -1;
    };
    void push(LogStream& stream);

    simulator::RateLimiter m_limiter;
    int m_remaining = 4500;
    QList<LogStream> m_streams;
};

/// The story's preload: projectify with its staging app, add-ons, domain, about 24 config vars. Secrets and connection URLs in it are made
/// anew by every call; `tokens` holds one API key.
[[nodiscard]] QJsonObject projectifyStory();

} // namespace switchyard::heroku
