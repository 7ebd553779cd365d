#include "providers/resolver/WireResolver.h"

#include "app/base/Awaiters.h"
#include "providers/resolver/Packet.h"

#include <QDeadlineTimer>
#include <QElapsedTimer>
#include <QFile>
#include <QHostAddress>
#include <QNetworkProxy>
#include <QRandomGenerator>
#include <QTcpSocket>
#include <QTimer>
#include <QUdpSocket>
#include <QtEndian>

namespace switchyard {

namespace {

constexpr int kTries = 3;
constexpr Milliseconds kTry{3000};

struct DeleteLater {
    void operator()(QObject* object) const { object->deleteLater(); }
};

/// Wakes when a socket has something new to say or `limit` of wall time is over; the caller looks at the socket.
Task<> socketNews(QAbstractSocket* socket, Milliseconds limit, std::stop_token stop)
{
    auto waker = Waker::create(stop);
    auto context = std::shared_ptr<QTimer>(new QTimer, DeleteLater{});
    context->setSingleShot(true);
    const auto fire = [waker] { waker->fire(); };
    QObject::connect(context.get(), &QTimer::timeout, context.get(), fire);
    QObject::connect(socket, &QAbstractSocket::readyRead, context.get(), fire);
    QObject::connect(socket, &QAbstractSocket::connected, context.get(), fire);
    QObject::connect(socket, &QAbstractSocket::disconnected, context.get(), fire);
    QObject::connect(socket, &QAbstractSocket::errorOccurred, context.get(), fire);
    context->start(std::max(limit, Milliseconds(1)));
    auto wait = waker->wait();
    co_await wait;
    SY_CO_ALIVE(stop);
    co_return Ok{};
}

Error networkError(const ResolverAddress& server, const QString& why, ErrorKind kind)
{
    Error error = Error::invalid(QStringLiteral("The name server %1 didn't answer: %2.").arg(server.name.isEmpty() ? server.address : server.name, why),
                                 QStringLiteral("What it would tell visitors is unknown."), QStringLiteral("Check that this computer may reach port 53 there, then ask again."));
    error.kind = kind;
    error.retryable = true;
    return error;
}

QString sameName(const QString& name)
{
    const QString lower = name.trimmed().toLower();
    return lower.endsWith(u'.') ? lower : lower + u'.';
}

/// What to send, and how to tell that an answer belongs to it.
struct Question {
    ResolverAddress server;
    QString name;
    QString type;
    QHostAddress address;
    quint16 port = 0;
    [[nodiscard]] bool answeredBy(const dnswire::Reply& reply, quint16 id) const
    {
        return reply.isAnswer && reply.id == id && (reply.name.isEmpty() || reply.name == sameName(name)) && (reply.type.isEmpty() || reply.type == type);
    }
};

/// One UDP try. An empty record of rcode means "nothing came in time".
Task<dnswire::Reply> askUdp(Question asked, std::stop_token stop)
{
    const auto id = static_cast<quint16>(QRandomGenerator::system()->bounded(65536));
    SY_CO_TRY(const QByteArray packet, dnswire::question(asked.name, asked.type, id, !asked.server.authoritative));
    auto socket = std::unique_ptr<QUdpSocket, DeleteLater>(new QUdpSocket);
    socket->setProxy(QNetworkProxy::NoProxy);
    socket->connectToHost(asked.address, asked.port); // connected: strangers' packets don't arrive, and a closed port is told
    QDeadlineTimer deadline(kTry);
    bool sent = false;
    while (!deadline.hasExpired()) {
        if (!sent && socket->state() == QAbstractSocket::ConnectedState) {
            socket->write(packet);
            sent = true;
        }
        // Not hasPendingDatagrams(): its peek swallows the ICMP "port closed" that the read below would report.
        while (sent) {
            QByteArray bytes(4096, Qt::Uninitialized);
            const qint64 got = socket->readDatagram(bytes.data(), bytes.size());
            if (got <= 0)
                break;
            bytes.resize(static_cast<qsizetype>(got));
            auto reply = dnswire::parse(bytes);
            if (reply && asked.answeredBy(*reply, id))
                co_return std::move(*reply);
            if (!reply && bytes.size() >= 2 && qFromBigEndian<quint16>(bytes.constData()) == id)
                co_return std::move(reply).error();
        }
        if (socket->error() == QAbstractSocket::ConnectionRefusedError)
            co_return networkError(asked.server, QStringLiteral("the port is closed"), ErrorKind::Network);
        const Milliseconds left(deadline.remainingTime());
        SY_CO_CHECK(co_await socketNews(socket.get(), left, stop));
    }
    co_return networkError(asked.server, QStringLiteral("nothing came within 3 s"), ErrorKind::Timeout);
}

Task<dnswire::Reply> askTcp(Question asked, std::stop_token stop)
{
    const auto id = static_cast<quint16>(QRandomGenerator::system()->bounded(65536));
    SY_CO_TRY(const QByteArray packet, dnswire::question(asked.name, asked.type, id, !asked.server.authoritative));
    auto socket = std::unique_ptr<QTcpSocket, DeleteLater>(new QTcpSocket);
    socket->setProxy(QNetworkProxy::NoProxy);
    socket->connectToHost(asked.address, asked.port);
    QDeadlineTimer deadline(kTry);
    bool sent = false;
    QByteArray got;
    while (!deadline.hasExpired()) {
        if (!sent && socket->state() == QAbstractSocket::ConnectedState) {
            QByteArray framed(2, Qt::Uninitialized);
            qToBigEndian(static_cast<quint16>(packet.size()), framed.data());
            socket->write(framed + packet);
            sent = true;
        }
        got += socket->readAll();
        if (got.size() >= 2) {
            const qsizetype size = qFromBigEndian<quint16>(got.constData());
            if (got.size() >= size + 2) {
                auto reply = dnswire::parse(got.mid(2, size));
                if (!reply)
                    co_return std::move(reply).error();
                if (asked.answeredBy(*reply, id))
                    co_return std::move(*reply);
                got.remove(0, size + 2);
            }
        }
        if (socket->error() != QAbstractSocket::UnknownSocketError)
            co_return networkError(asked.server, QStringLiteral("the connection ended before its answer"), ErrorKind::Network);
        const Milliseconds left(deadline.remainingTime());
        SY_CO_CHECK(co_await socketNews(socket.get(), left, stop));
    }
    co_return networkError(asked.server, QStringLiteral("nothing came within 3 s"), ErrorKind::Timeout);
}

Task<DnsAnswer> ask(Question asked, QPointer<Clock> clock, std::stop_token stop)
{
    QElapsedTimer took;
    took.start();
    Error last = Error::cancelled();
    for (int attempt = 0; attempt < kTries; ++attempt) {
        auto reply = co_await askUdp(asked, stop);
        if (reply && reply->truncated)
            reply = co_await askTcp(asked, stop);
        SY_CO_ALIVE(stop);
        if (reply) {
            DnsAnswer answer = std::move(reply->answer);
            answer.took = Milliseconds(took.elapsed());
            answer.at = clock ? clock->now() : SystemClock().now();
            co_return answer;
        }
        last = std::move(reply).error();
        if (!last.retryable)
            break;
        if (last.kind == ErrorKind::Network) { // refused at once: give a server that just restarts a moment
            SY_CO_CHECK(co_await sleepReal(Milliseconds(100), stop));
        }
    }
    co_return last;
}

class WireResolver final : public Resolver {
public:
    WireResolver(std::shared_ptr<Dialer> dialer, Clock* clock) : m_dialer(std::move(dialer)), m_clock(clock) {}
    [[nodiscard]] Task<DnsAnswer> query(ResolverAddress server, QString name, QString type, std::stop_token stop) override
    {
        const Endpoint endpoint = m_dialer->route(server.address, 53);
        Question asked{.server = std::move(server), .name = std::move(name), .type = type.toUpper(), .address = QHostAddress(endpoint.host), .port = endpoint.port};
        if (asked.address.isNull())
            return refuse(networkError(asked.server, QStringLiteral("%1 is not an address that can be reached from here").arg(asked.server.address), ErrorKind::Network));
        return ask(std::move(asked), m_clock, std::move(stop));
    }

private:
    static Task<DnsAnswer> refuse(Error error) { co_return error; }
    std::shared_ptr<Dialer> m_dialer;
    QPointer<Clock> m_clock;
};

} // namespace

std::shared_ptr<Resolver> makeResolver(std::shared_ptr<Dialer> dialer, Clock* clock) { return std::make_shared<WireResolver>(std::move(dialer), clock); }

QStringList systemNameServers()
{
    QStringList out;
    QFile file(QStringLiteral("/etc/resolv.conf"));
    if (!file.open(QIODevice::ReadOnly | QIODevice::Text))
        return out;
    const QStringList lines = QString::fromUtf8(file.readAll()).split(u'\n');
    for (const QString& line : lines) {
        const QStringList words = line.simplified().split(u' ');
        if (words.size() >= 2 && words.first() == QLatin1String("nameserver") && !QHostAddress(words.at(1)).isNull())
            out << words.at(1);
    }
    return out;
}

} // namespace switchyard
