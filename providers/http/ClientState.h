#pragma once

#include "app/base/Awaiters.h"
#include "providers/http/ApiClient.h"

#include <QHash>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QTimer>

#include <deque>

namespace switchyard::http {

/// What all copies of one client share. Private to this folder.
struct ApiClient::State {
    Profile profile;
    Options options;
    QNetworkAccessManager manager;
    std::optional<qint64> callsLeft;
    QHash<QString, int> inFlight;
    QHash<QString, std::deque<std::shared_ptr<Waker>>> waiting;

    void say(LogLevel level, const QString& message) const;
    [[nodiscard]] QNetworkRequest wireRequest(const QUrl& url) const;
};

/// Owns a reply: aborts and deletes it when the coroutine leaves, whichever way.
struct DropReply {
    void operator()(QNetworkReply* reply) const
    {
        reply->disconnect();
        reply->abort();
        reply->deleteLater();
    }
};
using OwnedReply = std::unique_ptr<QNetworkReply, DropReply>;

/// A wake that can be armed again and again: what arrives while nobody waits is kept as "rung".
class Bell {
public:
    void ring()
    {
        m_rung = true;
        if (m_waker)
            m_waker->fire();
    }
    /// Waits for a ring, or until `limit` of wall time passed (Timeout).
    [[nodiscard]] static Task<> heard(std::shared_ptr<Bell> bell, Milliseconds limit, std::stop_token stop);

private:
    bool m_rung = false;
    std::shared_ptr<Waker> m_waker;
};

} // namespace switchyard::http
