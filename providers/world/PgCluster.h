#pragma once

#include "app/base/BlockingWorker.h"
#include "providers/world/Proc.h"
#include "providers/world/Sql.h"

namespace switchyard::world {

/// One PostgreSQL cluster with one database that belongs to one plain role (no superuser), as a hosting provider gives it. Listens on
/// 127.0.0.1 only, no Unix socket, scram passwords. Any installed major >= 13. Errors: Internal, Database, Timeout. Main thread.
class PgCluster {
public:
    struct Options {
        QString name;          ///< for logs: "source"
        QString folder;        ///< holds data/ and server.log; must be reachable for the server's user
        QString database;
        QString role;
        Secret password;
        Secret adminPassword;  ///< of the superuser `postgres`
        quint16 port = 0;      ///< used if free
    };
    explicit PgCluster(Options options);
    ~PgCluster();

    /// Folder of the newest PostgreSQL's programs; empty when there is none.
    [[nodiscard]] static QString binFolder();
    [[nodiscard]] bool isBuilt() const;
    /// initdb, start, role and database.
    [[nodiscard]] Task<> build(std::stop_token stop);
    /// Starts it; ends a server that an earlier world left on the same data and clears its lock.
    [[nodiscard]] Task<> start(std::stop_token stop);
    [[nodiscard]] Task<> end(std::stop_token stop);

    [[nodiscard]] quint16 port() const { return m_options.port; }
    [[nodiscard]] qint64 pid() const { return m_process.pid(); }
    [[nodiscard]] SqlTarget target(const QString& application) const;
    [[nodiscard]] SqlTarget adminTarget(const QString& database) const;

private:
    [[nodiscard]] Task<> initialize(std::stop_token stop);
    [[nodiscard]] Task<> endStray(std::stop_token stop);
    [[nodiscard]] Task<> launch(std::stop_token stop);
    [[nodiscard]] QString dataFolder() const { return m_options.folder + QStringLiteral("/data"); }
    [[nodiscard]] QString logFile() const { return m_options.folder + QStringLiteral("/server.log"); }

    Options m_options;
    ServerUser m_user;
    ServerProcess m_process;
    BlockingWorker m_worker;
};

} // namespace switchyard::world
