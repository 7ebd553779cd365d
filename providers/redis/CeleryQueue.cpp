#include "providers/redis/CeleryQueue.h"

#include "app/base/BlockingWorker.h"
#include "app/base/Redactor.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUrl>

#include <hiredis/hiredis.h>
#include <sys/socket.h>

#include <cerrno>
#include <csignal>

namespace switchyard {

namespace {

struct FreeContext {
    void operator()(redisContext* context) const { redisFree(context); }
};
using ContextPtr = std::unique_ptr<redisContext, FreeContext>;
struct FreeReply {
    void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using ReplyPtr = std::unique_ptr<redisReply, FreeReply>;

Error redisError(ErrorKind kind, const QString& place, const QString& why, const QString& remedy)
{
    Error error = Error::invalid(QStringLiteral("The broker at %1 could not be read: %2.").arg(place, Redactor::instance().redact(why)),
                                 QStringLiteral("How many jobs wait is unknown."), remedy);
    error.kind = kind;
    error.retryable = kind == ErrorKind::Network || kind == ErrorKind::Timeout;
    return error;
}

Error contextError(const redisContext& context, const QString& place)
{
    const bool late = context.err == REDIS_ERR_IO && (errno == EAGAIN || errno == EINPROGRESS || errno == ETIMEDOUT);
    if (late)
        return redisError(ErrorKind::Timeout, place, QStringLiteral("it didn't answer within 3 s"), QStringLiteral("Check that this computer may reach it, then ask again."));
    return redisError(context.err == REDIS_ERR_PROTOCOL ? ErrorKind::Parse : ErrorKind::Network, place, QString::fromUtf8(context.errstr),
                      QStringLiteral("Check that this computer may reach it, then ask again."));
}

/// One open broker.
class Broker {
public:
    Broker(redisContext* context, QString place) : m_context(context), m_place(std::move(place)) {}

    Result<ReplyPtr> ask(const QList<QByteArray>& words)
    {
        std::vector<const char*> argv;
        std::vector<size_t> sizes;
        for (const QByteArray& word : words) {
            argv.push_back(word.constData());
            sizes.push_back(static_cast<size_t>(word.size()));
        }
        errno = 0;
        ReplyPtr reply(static_cast<redisReply*>(redisCommandArgv(m_context, static_cast<int>(argv.size()), argv.data(), sizes.data())));
        if (!reply)
            return contextError(*m_context, m_place);
        if (reply->type == REDIS_REPLY_ERROR) {
            const QString text = QString::fromUtf8(reply->str, static_cast<qsizetype>(reply->len));
            const bool auth = text.startsWith(QLatin1String("NOAUTH")) || text.startsWith(QLatin1String("WRONGPASS")) || text.startsWith(QLatin1String("NOPERM"))
                || text.contains(QLatin1String("AUTH"));
            return redisError(auth ? ErrorKind::Auth : ErrorKind::Parse, m_place, text,
                              auth ? QStringLiteral("Check the password in its address.") : QStringLiteral("Check that the address is the broker of the app."));
        }
        return reply;
    }
    Result<qint64> number(const QList<QByteArray>& words)
    {
        SY_TRY(const ReplyPtr reply, ask(words));
        if (reply->type != REDIS_REPLY_INTEGER)
            return redisError(ErrorKind::Parse, m_place, QStringLiteral("%1 gave no number").arg(QString::fromUtf8(words.first())), QStringLiteral("Check that the address is the broker of the app."));
        return static_cast<qint64>(reply->integer);
    }

private:
    redisContext* m_context;
    QString m_place;
};

/// An entry of "unacked" is [message, exchange, routing key]; the message's headers hold the ETA.
bool hasEta(const QByteArray& entry)
{
    const QJsonObject message = QJsonDocument::fromJson(entry).array().at(0).toObject();
    return !message.value(QStringLiteral("headers")).toObject().value(QStringLiteral("eta")).toString().isEmpty();
}

Result<qint64> countScheduled(Broker& broker, std::stop_token stop)
{
    qint64 found = 0;
    qint64 seen = 0;
    QByteArray cursor = "0";
    do {
        if (stop.stop_requested())
            return Error::cancelled();
        SY_TRY(const ReplyPtr page, broker.ask({"HSCAN", "unacked", cursor, "COUNT", "200"}));
        if (page->type != REDIS_REPLY_ARRAY || page->elements != 2)
            break;
        cursor = QByteArray(page->element[0]->str, static_cast<qsizetype>(page->element[0]->len));
        const redisReply* items = page->element[1];
        for (size_t i = 1; i < items->elements; i += 2, ++seen)
            found += hasEta(QByteArray(items->element[i]->str, static_cast<qsizetype>(items->element[i]->len))) ? 1 : 0;
    } while (cursor != "0" && seen < 10'000);
    return found;
}

Result<QueueState> readBroker(const Secret& secret, const QStringList& queues, std::stop_token stop)
{
    const QUrl url(secret.revealText(), QUrl::StrictMode);
    if (!url.isValid() || url.host().isEmpty() || url.scheme() != QLatin1String("redis")) {
        return Error::invalid(QStringLiteral("The broker's address can't be used."), QStringLiteral("Only redis://[:password@]host[:port][/number] is read here."),
                              QStringLiteral("Take the broker's address without TLS, or leave the queue out of the plan."));
    }
    const int port = url.port(6379);
    const QString place = QStringLiteral("%1:%2").arg(url.host()).arg(port);
    const timeval limit{3, 0};
    errno = 0;
    const ContextPtr context(redisConnectWithTimeout(url.host().toUtf8().constData(), port, limit));
    if (!context)
        return Error::internal(QStringLiteral("no memory for a Redis connection"));
    if (context->err != 0)
        return contextError(*context, place);
    redisSetTimeout(context.get(), limit);
    const std::stop_callback cut(stop, [fd = context->fd] { ::shutdown(fd, SHUT_RDWR); });
    Broker broker(context.get(), place);
    const QString password = url.password(QUrl::FullyDecoded);
    if (!password.isEmpty()) {
        Redactor::instance().learn(Secret(password));
        const QString user = url.userName(QUrl::FullyDecoded);
        // "h" is the placeholder user of Heroku's addresses from before Redis had users.
        const QList<QByteArray> words = user.isEmpty() || user == QLatin1String("h") ? QList<QByteArray>{"AUTH", password.toUtf8()}
                                                                                    : QList<QByteArray>{"AUTH", user.toUtf8(), password.toUtf8()};
        SY_TRY(const ReplyPtr welcome, broker.ask(words));
    }
    const QByteArray number = url.path().mid(1).toUtf8();
    if (!number.isEmpty() && number != "0") {
        SY_TRY(const ReplyPtr selected, broker.ask({"SELECT", number}));
    }
    QueueState state;
    for (const QString& queue : queues) {
        for (const QByteArray& priority : {QByteArray(), QByteArray("\x06\x16" "3"), QByteArray("\x06\x16" "6"), QByteArray("\x06\x16" "9")}) {
            SY_TRY(const qint64 length, broker.number({"LLEN", queue.toUtf8() + priority}));
            state.pending += length;
        }
    }
    SY_TRY(state.unacked, broker.number({"HLEN", "unacked"}));
    if (state.unacked > 0) {
        SY_TRY(state.scheduled, countScheduled(broker, stop));
    }
    SY_TRY(state.keys, broker.number({"DBSIZE"}));
    SY_TRY(const ReplyPtr info, broker.ask({"INFO", "server"}));
    const QByteArray text(info->str ? info->str : "", static_cast<qsizetype>(info->len));
    for (const QByteArray& line : text.split('\n')) {
        if (line.startsWith("redis_version:"))
            state.serverVersion = QString::fromUtf8(line.mid(14).trimmed());
    }
    return state;
}

class CeleryQueue final : public QueueReader {
public:
    [[nodiscard]] Task<QueueState> read(Secret url, QStringList queues, std::stop_token stop) override
    {
        std::function<Result<QueueState>(std::stop_token)> job = [url = std::move(url), queues = std::move(queues)](std::stop_token ask) {
            // hiredis writes without MSG_NOSIGNAL: a broker that hangs up would end the whole program. Only this worker's thread is concerned.
            sigset_t pipe;
            sigemptyset(&pipe);
            sigaddset(&pipe, SIGPIPE);
            pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
            auto outcome = readBroker(url, queues, ask);
            return ask.stop_requested() ? Result<QueueState>(Error::cancelled()) : outcome;
        };
        return m_worker.run<QueueState>(std::move(job), std::move(stop));
    }

private:
    BlockingWorker m_worker{QStringLiteral("redis")};
};

} // namespace

std::shared_ptr<QueueReader> makeQueueReader() { return std::make_shared<CeleryQueue>(); }

} // namespace switchyard
