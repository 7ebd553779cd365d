#include "providers/simulator/SmtpSink.h"

#include "providers/simulator/MailText.h"
#include "providers/simulator/Router.h"

#include <QHostAddress>
#include <QJsonArray>
#include <QJsonObject>
#include <QTcpServer>
#include <QTcpSocket>

namespace switchyard::simulator {

namespace {

/// "<a@b.test> SIZE=100" or "a@b.test" -> "a@b.test"
QString addressIn(const QByteArray& argument)
{
    const qsizetype open = argument.indexOf('<');
    const qsizetype close = argument.indexOf('>', open);
    if (open >= 0 && close > open)
        return QString::fromUtf8(argument.mid(open + 1, close - open - 1));
    return QString::fromUtf8(argument.trimmed().split(' ').first());
}

QJsonObject jsonOf(const MailMessage& message)
{
    return {{QStringLiteral("id"), message.id}, {QStringLiteral("from"), message.from},
            {QStringLiteral("to"), QJsonArray::fromStringList(message.to)}, {QStringLiteral("subject"), message.subject},
            {QStringLiteral("text"), message.text}};
}

} // namespace

struct SmtpSink::Private {
    QTcpServer tcp;
    std::vector<MailMessage> messages;
    qint64 lastId = 0;
    bool refusing = false;
    QObject context;
};

/// One client: commands of RFC 5321 section 4.1 as far as mailers use them.
class SmtpSession final : public QObject {
public:
    SmtpSession(QTcpSocket* socket, std::function<bool()> refusing, std::function<void(MailMessage)> deliver)
        : QObject(socket)
        , m_socket(socket)
        , m_refusing(std::move(refusing))
        , m_deliver(std::move(deliver))
    {
        connect(socket, &QTcpSocket::readyRead, this, &SmtpSession::read);
        say("220 sink.test ESMTP");
    }

private:
    void say(const QByteArray& line) { m_socket->write(line + "\r\n"); }
    void read()
    {
        while (m_socket->canReadLine()) {
            QByteArray line = m_socket->readLine();
            while (line.endsWith('\n') || line.endsWith('\r'))
                line.chop(1);
            if (m_inData)
                data(line);
            else if (m_authSteps > 0)
                say(--m_authSteps > 0 ? "334 UGFzc3dvcmQ6" : "235 2.7.0 accepted");
            else
                command(line);
        }
        if (m_socket->bytesAvailable() > 1024 * 1024) // no line is that long
            m_socket->abort();
    }
    void data(const QByteArray& line)
    {
        if (line != ".") {
            m_message.raw += (line.startsWith('.') ? line.mid(1) : line) + "\r\n"; // RFC 5321 section 4.5.2
            return;
        }
        m_inData = false;
        const MailText text = readMail(m_message.raw);
        m_message.subject = text.subject;
        m_message.text = text.text;
        m_deliver(std::exchange(m_message, {}));
        say("250 2.0.0 kept");
    }
    void command(const QByteArray& line)
    {
        const QByteArray verb = line.split(' ').first().toUpper();
        if (verb == "EHLO")
            m_socket->write("250-sink.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-AUTH PLAIN LOGIN\r\n250 SIZE 10485760\r\n");
        else if (verb == "HELO")
            say("250 sink.test");
        else if (verb == "AUTH")
            auth(line);
        else if (verb == "MAIL") {
            m_message = {};
            m_message.from = addressIn(line.mid(line.indexOf(':') + 1));
            m_hasSender = true;
            say("250 2.1.0 ok");
        } else if (verb == "RCPT") {
            if (!m_hasSender)
                say("503 5.5.1 MAIL first");
            else if (m_refusing())
                say("550 5.7.1 refused");
            else {
                m_message.to.append(addressIn(line.mid(line.indexOf(':') + 1)));
                say("250 2.1.5 ok");
            }
        } else if (verb == "DATA") {
            if (m_message.to.isEmpty()) {
                say("503 5.5.1 RCPT first");
            } else {
                m_inData = true;
                m_hasSender = false;
                say("354 go ahead");
            }
        } else if (verb == "RSET") {
            m_message = {};
            m_hasSender = false;
            say("250 2.0.0 ok");
        } else if (verb == "NOOP" || verb == "VRFY")
            say("250 2.0.0 ok");
        else if (verb == "QUIT") {
            say("221 2.0.0 bye");
            m_socket->disconnectFromHost();
        } else
            say("502 5.5.2 unknown command");
    }
    void auth(const QByteArray& line)
    {
        const QList<QByteArray> words = line.split(' ');
        const bool login = words.value(1).toUpper() == "LOGIN";
        m_authSteps = (login ? 2 : 1) - (words.size() > 2 ? 1 : 0);
        if (m_authSteps == 0)
            say("235 2.7.0 accepted");
        else
            say(login && m_authSteps == 2 ? "334 VXNlcm5hbWU6" : login ? "334 UGFzc3dvcmQ6" : "334 ");
    }

    QTcpSocket* m_socket;
    std::function<bool()> m_refusing;
    std::function<void(MailMessage)> m_deliver;
    MailMessage m_message;
    bool m_inData = false;
    bool m_hasSender = false;
    int m_authSteps = 0;
};

SmtpSink::SmtpSink(QObject* parent)
    : QObject(parent)
    , d(std::make_unique<Private>())
{
    connect(&d->tcp, &QTcpServer::newConnection, &d->context, [this] {
        while (QTcpSocket* socket = d->tcp.nextPendingConnection()) {
            connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
            new SmtpSession(socket, [this] { return d->refusing; }, [this](MailMessage message) {
                message.id = QString::number(++d->lastId);
                d->messages.push_back(std::move(message));
                Q_EMIT received(d->messages.back().id);
            });
        }
    });
}

SmtpSink::~SmtpSink() = default;

bool SmtpSink::listen(quint16 port)
{
    return d->tcp.listen(QHostAddress::LocalHost, port);
}

quint16 SmtpSink::port() const
{
    return d->tcp.serverPort();
}

const std::vector<MailMessage>& SmtpSink::messages() const
{
    return d->messages;
}

void SmtpSink::clear()
{
    d->messages.clear();
}

void SmtpSink::setRefusing(bool on)
{
    d->refusing = on;
}

void SmtpSink::mount(Router& router, const QString& prefix)
{
    router.route("GET", prefix + QStringLiteral("/messages"), [this](const Request& request) {
        const QString to = request.queryValue(QStringLiteral("to"));
        QJsonArray list;
        for (const MailMessage& message : d->messages) {
            if (to.isEmpty() || message.to.contains(to, Qt::CaseInsensitive))
                list.append(jsonOf(message));
        }
        return Response::json(200, list);
    });
    router.route("DELETE", prefix + QStringLiteral("/messages"), [this](const Request&) {
        clear();
        return Response::empty(204);
    });
}

} // namespace switchyard::simulator
