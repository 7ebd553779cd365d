#pragma once

#include "app/ports/Dialer.h"
#include "providers/world/Visitors.h"

#include <QSslSocket>
#include <QTimer>

namespace switchyard::world {

/// One HTTPS request on a connection of its own. done() comes exactly once, from the event loop. Main thread.
class VisitorExchange final : public QObject {
    Q_OBJECT
public:
    explicit VisitorExchange(const QSslConfiguration& tls);
    ~VisitorExchange() override;
    /// `to` with an empty host: there is nobody at the address; that is an answer too.
    void start(const Endpoint& to, const QString& host, const QByteArray& request);
    [[nodiscard]] VisitorAnswer answer() const;

Q_SIGNALS:
    void done();

private:
    void end(const QString& problem);
    QSslSocket m_socket;
    QTimer m_limit;
    QByteArray m_request;
    QByteArray m_received;
    QString m_problem;
    bool m_ended = false;
};

} // namespace switchyard::world
