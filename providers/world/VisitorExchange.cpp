#include "providers/world/VisitorExchange.h"

namespace switchyard::world {

VisitorExchange::VisitorExchange(const QSslConfiguration& tls)
{
    m_socket.setSslConfiguration(tls);
    m_limit.setSingleShot(true);
    connect(&m_limit, &QTimer::timeout, this, [this] { end(QStringLiteral("no answer in time")); });
    connect(&m_socket, &QSslSocket::encrypted, this, [this] { m_socket.write(m_request); });
    connect(&m_socket, &QSslSocket::readyRead, this, [this] { m_received += m_socket.readAll(); });
    connect(&m_socket, &QSslSocket::disconnected, this, [this] { end({}); });
    connect(&m_socket, &QSslSocket::errorOccurred, this, [this](QAbstractSocket::SocketError error) {
        end(error == QAbstractSocket::RemoteHostClosedError ? QString() : m_socket.errorString());
    });
}

VisitorExchange::~VisitorExchange()
{
    m_socket.disconnect(this);
    m_socket.abort();
}

void VisitorExchange::start(const Endpoint& to, const QString& host, const QByteArray& request)
{
    m_request = request;
    if (to.host.isEmpty()) {
        QTimer::singleShot(0, this, [this] { end(QStringLiteral("the name has no address")); });
        return;
    }
    m_limit.start(10'000);
    m_socket.connectToHostEncrypted(to.host, to.port, host);
}

void VisitorExchange::end(const QString& problem)
{
    if (m_ended)
        return;
    m_ended = true;
    m_limit.stop();
    m_received += m_socket.readAll();
    m_problem = problem;
    // From the event loop: whoever waits may destroy this object.
    QMetaObject::invokeMethod(this, &VisitorExchange::done, Qt::QueuedConnection);
}

VisitorAnswer VisitorExchange::answer() const
{
    VisitorAnswer answer;
    answer.problem = m_problem;
    const qsizetype split = m_received.indexOf("\r\n\r\n");
    if (split < 0 || !m_received.startsWith("HTTP/1."))
        return answer;
    const QList<QByteArray> lines = m_received.left(split).split('\n');
    answer.status = lines.first().mid(9, 3).toInt();
    for (const QByteArray& line : lines.mid(1)) {
        const qsizetype colon = line.indexOf(':');
        answer.headers.append({line.left(colon).trimmed(), line.mid(colon + 1).trimmed()});
    }
    answer.body = m_received.mid(split + 4);
    // An acknowledgement that was cut short is none.
    const QByteArray length = answer.header("content-length");
    if (!length.isEmpty() && answer.body.size() < length.toLongLong() && answer.status != 204)
        answer.status = 0;
    return answer;
}

} // namespace switchyard::world
