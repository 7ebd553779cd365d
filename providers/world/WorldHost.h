#pragma once

#include "app/base/ScaledClock.h"
#include "app/base/StopScope.h"
#include "app/rehearsal/Faults.h"
#include "providers/cloudflare/simulator/Simulator.h"
#include "providers/heroku/simulator/Simulator.h"
#include "providers/netlify/simulator/Simulator.h"
#include "providers/render/simulator/Simulator.h"
#include "providers/simulator/SmtpSink.h"
#include "providers/world/Edge.h"
#include "providers/world/Gate.h"
#include "providers/world/JobWorker.h"
#include "providers/world/Names.h"
#include "providers/world/PgCluster.h"
#include "providers/world/SampleApp.h"
#include "providers/world/Visitors.h"
#include "providers/world/WorldDialer.h"
#include "providers/world/WorldFolder.h"

#include <QElapsedTimer>
#include <QTimer>

#include <map>
#include <memory>

namespace switchyard::world {

/// The inside of the world's process: makes every part, wires the simulators' events to the parts, answers the control port. See
/// WorldFolder.h for the map. Main thread.
class WorldHost final : public QObject {
    Q_OBJECT
public:
    WorldHost(WorldFolder folder, WorldSpec spec);
    ~WorldHost() override;

    /// Builds or restarts everything and writes door.json.
    [[nodiscard]] Task<> boot(std::stop_token stop);
    /// Ends visitors, workers and servers; the folder stays.
    [[nodiscard]] Task<> shutDown(std::stop_token stop);

Q_SIGNALS:
    /// The control port was asked to end the world, or its folder is gone.
    void closeAsked();

private:
    /// One half of the story: what runs behind a provider's edge.
    struct Half {
        QString side;
        std::unique_ptr<PgCluster> database;
        std::unique_ptr<RedisServer> redis;
        std::unique_ptr<SampleApp> app;
        std::vector<std::unique_ptr<JobWorker>> workers;
        TimePoint nextBeat{};
    };

    // Parts (WorldHost.cpp)
    [[nodiscard]] Task<> startServers(std::stop_token stop);
    [[nodiscard]] Task<> fillSource(std::stop_token stop);
    [[nodiscard]] Result<void> startSimulators();
    [[nodiscard]] Result<void> startNames();
    [[nodiscard]] Result<void> startEdges();
    void startApps();
    [[nodiscard]] Result<void> startControl();
    [[nodiscard]] Result<void> writeDoor();
    /// A word that is made once and kept in state.json.
    [[nodiscard]] QString keep(const QString& key, int length);
    [[nodiscard]] quint16 keptPort(const QString& key) const;
    void keepPort(const QString& key, quint16 port);

    // Wiring (WorldWiring.cpp)
    void onHeroku(const QString& kind, const QJsonObject& data);
    void onRender(const QString& kind, const QJsonObject& data);
    void followFormation();
    void followSettings();
    void followAllowList();
    void setWorkers(Half& half, int count);
    void answerHeroku(const simulator::Request& request, const simulator::Reply& reply);
    void answerNetlify(const simulator::Request& request, const simulator::Reply& reply);
    void answerRender(const simulator::Request& request, const simulator::Reply& reply);
    [[nodiscard]] bool pointsAt(const QString& host, const Edge& edge) const;
    [[nodiscard]] bool renderCertified(const QString& host);
    /// The Heroku app or Render service behind a host name; empty when there is none.
    [[nodiscard]] QString herokuApp(const QString& host) const;
    [[nodiscard]] QString renderService(const QString& host) const;
    void appLog(const QString& side, const QString& process, const QString& line);
    /// Does what the simulated data host was asked for, with the real pg_dump.
    [[nodiscard]] Task<> transfer(heroku::TransferJob job, std::stop_token stop);
    /// Tells the simulators what the real servers say about themselves.
    void refreshFacts();
    void tick();
    void beat(Half& half);

    // Faults (WorldFaults.cpp)
    [[nodiscard]] Result<void> applyFault(const QString& text, bool on, bool restarted = false);
    /// Value of a fault that is on; 0 when it is off.
    [[nodiscard]] qint64 faultValue(const char* name) const;
    /// Called for each call to Render's API before it is answered.
    void troubleRender();
    void rogueWrite();

    // Control (WorldControl.cpp)
    void answerControl(const simulator::Request& request, const simulator::Reply& reply);
    [[nodiscard]] QJsonObject figures() const;

    WorldFolder m_folder;
    WorldSpec m_spec;
    QJsonObject m_state;
    ScaledClock m_clock;
    std::shared_ptr<simulator::CertificateAuthority> m_authority;
    Half m_source;
    Half m_target;
    std::unique_ptr<Gate> m_gate;
    simulator::SmtpSink m_mail;
    simulator::HttpServer m_mailServer;
    simulator::Router m_mailRouter;
    std::unique_ptr<Names> m_names;   ///< before the DNS host, which serves into its zones
    std::unique_ptr<heroku::Simulator> m_heroku;
    std::unique_ptr<netlify::Simulator> m_netlify;
    std::unique_ptr<render::Simulator> m_render;
    std::unique_ptr<cloudflare::Simulator> m_cloudflare;
    std::map<QString, std::unique_ptr<simulator::HttpServer>> m_doors;  ///< by provider id
    std::unique_ptr<Edge> m_herokuEdge;
    std::unique_ptr<Edge> m_netlifyEdge;
    std::unique_ptr<Edge> m_renderEdge;
    std::shared_ptr<WorldDialer> m_dialer;
    std::unique_ptr<Ledger> m_ledger;
    std::unique_ptr<Visitors> m_visitors;
    std::vector<std::unique_ptr<JobWorker>> m_retired;
    std::map<QString, rehearsal::FaultChoice> m_faults;
    std::optional<TimePoint> m_rogueUntil;
    std::shared_ptr<Sql> m_rogueSql;
    int m_failuresLeft = 0;     ///< deploys that are still to fail
    int m_refusalsLeft = 0;
    bool m_refuseNext = false;
    qint64 m_logLines = 0;
    qint64 m_gateRefused = 0;
    int m_ticks = 0;
    simulator::HttpServer m_control;
    QElapsedTimer m_contact;
    QTimer m_tick;
    BlockingWorker m_sql;      ///< filling, ledger checks
    BlockingWorker m_rogue;
    StopScope m_scope;
};

/// What the front end's build gives for these variables (VITE_API_DOMAIN): a page that knows where its back end is. Both providers build
/// the same.
[[nodiscard]] QMap<QString, QByteArray> frontFiles(const QJsonObject& environment);

} // namespace switchyard::world
