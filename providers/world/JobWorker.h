#pragma once

#include "app/base/BlockingWorker.h"
#include "providers/world/RedisServer.h"
#include "providers/world/Sql.h"

#include <atomic>
#include <functional>

namespace switchyard::world {

/// One running instance of the worker of one side: takes jobs from the Redis list `celery`, keeps each in the hash `unacked` while it
/// works on it, and removes it when done. A job that a worker left unfinished (it was stopped hard) goes back to the list when the next
/// one starts. Jobs: premail.send_mail [id], user.make_thumbnail [user], corporate.sync [] (the scheduler's). The thread is its own;
/// destroying it lets the job in hand end first (a warm shutdown).
class JobWorker {
public:
    struct Options {
        QString name;             ///< "celery@worker.1"
        SqlTarget database;
        quint16 redisPort = 0;
        Secret redisPassword;
        quint16 smtpPort = 0;
        QString domain;           ///< of the sender's address
        /// Called from the worker's thread with a log line of the process.
        std::function<void(QString)> log;
    };
    explicit JobWorker(Options options);
    ~JobWorker();
    [[nodiscard]] qint64 done() const { return m_done; }
    /// Asks it to stop after the job in hand; the destructor waits for it. ended(): it would not have to.
    void stop();
    [[nodiscard]] bool ended() const { return m_ended; }

private:
    void work(const std::stop_token& stop);
    Options m_options;
    std::atomic<qint64> m_done{0};
    std::atomic<bool> m_stopping{false};
    std::atomic<bool> m_ended{false};
    BlockingWorker m_worker;   ///< last: its thread uses the others
};

/// Sends one mail through SMTP on loopback; blocks at most a few seconds. Any thread.
[[nodiscard]] bool sendMail(quint16 port, const QByteArray& from, const QByteArray& to, const QByteArray& subject, const QByteArray& text);

} // namespace switchyard::world
