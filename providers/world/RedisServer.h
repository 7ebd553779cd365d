#pragma once

#include "providers/world/Proc.h"

#include "app/base/Secret.h"

namespace switchyard::world {

/// One redis-server on loopback with a password and without persistence: cache and Celery broker of one side. Errors: Internal. Main thread.
class RedisServer {
public:
    RedisServer(QString folder, Secret password, quint16 preferredPort);
    [[nodiscard]] Task<> start(std::stop_token stop);
    [[nodiscard]] Task<> end(std::stop_token stop);
    [[nodiscard]] quint16 port() const { return m_port; }
    [[nodiscard]] const Secret& password() const { return m_password; }
    [[nodiscard]] qint64 pid() const { return m_process.pid(); }
    /// redis://:password@127.0.0.1:port
    [[nodiscard]] Secret url() const;

private:
    QString m_folder;
    Secret m_password;
    quint16 m_port;
    ServerProcess m_process;
};

/// A blocking connection to Redis (hiredis). One worker thread. Every call answers nothing when the server is away.
class RedisLink {
public:
    RedisLink(quint16 port, Secret password);
    ~RedisLink();
    RedisLink(const RedisLink&) = delete;
    RedisLink& operator=(const RedisLink&) = delete;

    [[nodiscard]] bool ping();
    bool push(const QByteArray& list, const QByteArray& value);
    /// Takes the oldest entry, waiting up to `waitSeconds`.
    [[nodiscard]] std::optional<QByteArray> pop(const QByteArray& list, int waitSeconds);
    bool hashSet(const QByteArray& hash, const QByteArray& field, const QByteArray& value);
    bool hashRemove(const QByteArray& hash, const QByteArray& field);
    /// Moves what an earlier worker took and didn't finish back to the list.
    int restoreHash(const QByteArray& hash, const QByteArray& list);
    [[nodiscard]] qint64 length(const QByteArray& list);
    bool setText(const QByteArray& key, const QByteArray& value, int seconds);

private:
    [[nodiscard]] bool connect();
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace switchyard::world
