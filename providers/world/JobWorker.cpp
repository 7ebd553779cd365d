#include "providers/world/JobWorker.h"

#include "providers/world/Picture.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace switchyard::world {

namespace {
/// Sends `line` and reads replies until one that ends (no dash after the code); true for 2xx and 3xx.
bool smtpExchange(int socket, const QByteArray& line)
{
    if (!line.isEmpty() && ::send(socket, line.constData(), static_cast<size_t>(line.size()), MSG_NOSIGNAL) != line.size())
        return false;
    QByteArray answer;
    char buffer[1024];
    while (true) {
        const ssize_t got = ::recv(socket, buffer, sizeof buffer, 0);
        if (got <= 0)
            return false;
        answer.append(buffer, static_cast<qsizetype>(got));
        if (!answer.endsWith("\r\n"))
            continue;
        const QByteArray last = answer.chopped(2).mid(answer.chopped(2).lastIndexOf("\r\n") < 0 ? 0 : answer.chopped(2).lastIndexOf("\r\n") + 2);
        if (last.size() >= 3 && (last.size() == 3 || last[3] != '-'))
            return last[0] == '2' || last[0] == '3';
    }
}
} // namespace

bool sendMail(quint16 port, const QByteArray& from, const QByteArray& to, const QByteArray& subject, const QByteArray& text)
{
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval limit{4, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    QByteArray body = text;
    body.replace("\r\n", "\n").replace("\n", "\r\n");
    const QByteArray message = "From: projectify <" + from + ">\r\nTo: " + to + "\r\nSubject: " + subject
                               + "\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + body + "\r\n.\r\n";
    const bool sent = ::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 && smtpExchange(socket, {})
                      && smtpExchange(socket, "EHLO worker.projectify.test\r\n") && smtpExchange(socket, "MAIL FROM:<" + from + ">\r\n")
                      && smtpExchange(socket, "RCPT TO:<" + to + ">\r\n") && smtpExchange(socket, "DATA\r\n") && smtpExchange(socket, message);
    if (sent)
        (void)smtpExchange(socket, "QUIT\r\n");
    ::close(socket);
    return sent;
}

JobWorker::JobWorker(Options options) : m_options(std::move(options)), m_worker(QStringLiteral("job-worker"))
{
    m_worker.post([this](std::stop_token stop) {
        work(stop);
        m_ended = true;
    });
}
JobWorker::~JobWorker() { stop(); }
void JobWorker::stop() { m_stopping = true; }

void JobWorker::work(const std::stop_token& stop)
{
    RedisLink redis(m_options.redisPort, m_options.redisPassword);
    Sql sql;
    SqlTarget database = m_options.database;
    database.application = QStringLiteral("projectify-worker");
    const auto log = [this](const QString& line) {
        if (m_options.log)
            m_options.log(line);
    };
    log(QStringLiteral("%1 ready.").arg(m_options.name));
    const int restored = redis.restoreHash("unacked", "celery");
    if (restored > 0)
        log(QStringLiteral("Restoring %1 unacknowledged message(s)").arg(restored));
    int failures = 0;
    while (!stop.stop_requested() && !m_stopping) {
        const auto message = redis.pop("celery", 1);
        if (!message) {
            if (!redis.ping())
                std::this_thread::sleep_for(Milliseconds(200));
            continue;
        }
        const QJsonObject job = QJsonDocument::fromJson(*message).object();
        const QJsonObject headers = job[QStringLiteral("headers")].toObject();
        const QString task = headers[QStringLiteral("task")].toString();
        const QString id = headers[QStringLiteral("id")].toString();
        const QByteArray tag = job[QStringLiteral("properties")].toObject()[QStringLiteral("delivery_tag")].toString().toUtf8();
        const QJsonArray arguments = QJsonDocument::fromJson(QByteArray::fromBase64(job[QStringLiteral("body")].toString().toLatin1())).array().at(0).toArray();
        redis.hashSet("unacked", tag, *message);
        log(QStringLiteral("Task %1[%2] received").arg(task, id));
        if (!sql.alive())
            (void)sql.open(database);
        const QByteArray number = QByteArray::number(arguments.at(0).toInteger());
        bool done = true;
        QString outcome = QStringLiteral("None");
        if (task == u"premail.send_mail") {
            const auto mail = sql.run("UPDATE premail_email SET attempts=attempts+1 WHERE id=$1 RETURNING recipient,subject,body", {number});
            done = mail && (mail->isEmpty()
                            || (sendMail(m_options.smtpPort, "hello@" + m_options.domain.toUtf8(), mail->at(0, 0), mail->at(0, 1), mail->at(0, 2))
                                && sql.run("UPDATE premail_email SET sent=now() WHERE id=$1", {number})));
        } else if (task == u"user.make_thumbnail") {
            const auto avatar = sql.run("SELECT encode(avatar,'hex') FROM user_user WHERE id=$1 AND avatar IS NOT NULL", {number});
            done = avatar.has_value();
            if (avatar && !avatar->isEmpty()) {
                const auto picture = Picture::read(QByteArray::fromHex(avatar->at(0, 0)));
                if (picture)
                    done = sql.run("UPDATE user_user SET avatar_small=decode($1,'hex') WHERE id=$2", {picture->thumbnail(64).toPng().toHex(), number}).has_value();
                outcome = picture ? QStringLiteral("'64px'") : QStringLiteral("'not a picture'");
            }
        } else if (task == u"corporate.sync") {
            done = sql.run("UPDATE corporate_customer SET seats=1+(seats%40) WHERE id=(SELECT min(id) FROM corporate_customer WHERE status='trial')").has_value();
        }
        if (done) {
            redis.hashRemove("unacked", tag);
            failures = 0;
            ++m_done;
            log(QStringLiteral("Task %1[%2] succeeded: %3").arg(task, id, outcome));
        } else {
            // As Celery's retry does: back to the list, after a while.
            redis.push("celery", *message);
            redis.hashRemove("unacked", tag);
            log(QStringLiteral("Task %1[%2] retry: the database or the mail server refused").arg(task, id));
            failures = qMin(failures + 1, 10);
            for (int i = 0; i < failures && !m_stopping && !stop.stop_requested(); ++i)
                std::this_thread::sleep_for(Milliseconds(100));
        }
    }
    log(QStringLiteral("worker: Warm shutdown (MainProcess)"));
}

} // namespace switchyard::world
