#pragma once

#include "app/base/Clock.h"
#include "app/base/StopScope.h"
#include "app/ports/Dialer.h"
#include "providers/world/Ledger.h"

#include <QSslConfiguration>

#include <deque>
#include <functional>
#include <map>
#include <memory>

namespace switchyard::world {

/// What a visitor's browser got.
struct VisitorAnswer {
    int status = 0;            ///< 0: no answer
    QByteArray body;
    QList<QPair<QByteArray, QByteArray>> headers;
    QString problem;
    [[nodiscard]] QByteArray header(const QByteArray& name) const;
    /// "source", "target" or empty, by the header that names the host.
    [[nodiscard]] QString side() const;
};

/// How visitors reach the world: the same ways as anybody outside.
struct VisitorPaths {
    Clock* clock = nullptr;
    std::shared_ptr<Dialer> dialer;
    /// Asks caching resolver `index` for addresses of a host.
    std::function<void(int index, QString host, std::function<void(QStringList)> done)> resolve;
    /// The newest mail to an address, empty when none came yet.
    std::function<QString(const QString& to)> mail;
    Ledger* ledger = nullptr;
    QString apiHost;           ///< "api.projectify.test"
    QStringList frontHosts;    ///< "www.projectify.test", "projectify.test"
};

/// People who use the app all the time: they sign up, open the link of the mail, log in, make workspaces, tasks and chat messages, change,
/// move and delete tasks, upload a picture, log out and in. Each request asks a caching resolver and opens a new connection. Every
/// acknowledged write goes into the ledger before the visitor does anything else. Whatever fails is counted and tried again later.
/// About 30 requests a minute each by the wall clock. Main thread.
class Visitors final {
public:
    Visitors(VisitorPaths paths, QByteArray trustedRoots);
    ~Visitors();
    /// Starts or stops visitors so that `count` are there. `generation` makes addresses unique over restarts.
    void setCount(int count, const QString& generation);
    [[nodiscard]] int count() const { return m_count; }
    /// {perMinute, source, target, held, failed, requests, errors}: of the last minute and since the start.
    [[nodiscard]] QJsonObject figures() const;

private:
    struct Visitor;
    struct Sample {
        qint64 wallMs = 0;
        int kind = 0;   ///< 0 source, 1 target, 2 held (503 or maintenance), 3 failed
    };
    [[nodiscard]] Task<> live(std::shared_ptr<Visitor> visitor, std::stop_token stop);
    [[nodiscard]] Task<> act(std::shared_ptr<Visitor> visitor, std::stop_token stop);
    [[nodiscard]] Task<> arrive(std::shared_ptr<Visitor> visitor, std::stop_token stop);
    [[nodiscard]] Task<VisitorAnswer> ask(std::shared_ptr<Visitor> visitor, QByteArray method, QString host, QString path, QJsonObject body, QByteArray raw,
                                          std::stop_token stop);
    void note(const std::shared_ptr<Visitor>& visitor, const VisitorAnswer& answer, const QString& what, const QString& table, const QString& key,
              const QString& mark);
    void count(const VisitorAnswer& answer);

    VisitorPaths m_paths;
    QSslConfiguration m_tls;
    int m_count = 0;
    qint64 m_requests = 0;
    qint64 m_errors = 0;
    std::map<QString, qint64> m_bySide;
    std::deque<Sample> m_recent;
    std::vector<std::unique_ptr<StopScope>> m_running;
};

} // namespace switchyard::world
