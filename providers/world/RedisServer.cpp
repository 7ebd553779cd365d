#include "providers/world/RedisServer.h"

#include "app/base/Awaiters.h"

#include <QDir>
#include <QElapsedTimer>
#include <QTcpSocket>

#include <csignal>
#include <unistd.h>

#include <hiredis/hiredis.h>

namespace switchyard::world {

RedisServer::RedisServer(QString folder, Secret password, quint16 preferredPort)
    : m_folder(std::move(folder)), m_password(std::move(password)), m_port(preferredPort)
{
}

Secret RedisServer::url() const { return Secret(QStringLiteral("redis://:%1@127.0.0.1:%2").arg(m_password.revealText()).arg(m_port)); }

Task<> RedisServer::start(std::stop_token stop)
{
    const QString program = findProgram(QStringLiteral("redis-server"), {QStringLiteral("/usr/sbin")});
    if (program.isEmpty()) {
        Error error = Error::internal(QStringLiteral("no redis-server"));
        error.happened = QStringLiteral("No Redis server is installed on this computer.");
        error.means = QStringLiteral("A rehearsal runs its job queues on real Redis servers, so it can't start.");
        error.remedy = QStringLiteral("Install the package redis-server.");
        co_return error;
    }
    QDir().mkpath(m_folder);
    const ServerUser user = ServerUser::find();
    if (user.change && ::chown(QFile::encodeName(m_folder).constData(), user.uid, user.gid) != 0)
        co_return Error::internal(QStringLiteral("the folder %1 can't be given to the server's user").arg(m_folder));
    for (int tries = 0; tries < 5; ++tries) {
        m_port = freePort(m_port);
        ServerProcess::Options run;
        run.program = program;
        run.arguments = QStringList{QStringLiteral("-")};
        run.workDirectory = m_folder;
        run.logFile = m_folder + QStringLiteral("/server.log");
        run.user = user;
        // The configuration comes through standard input: the password is on no command line and in no file.
        run.input = "bind 127.0.0.1\nport " + QByteArray::number(m_port) + "\nrequirepass " + m_password.reveal()
                    + "\nsave \"\"\nappendonly no\ndaemonize no\nprotected-mode yes\ndatabases 2\nmaxclients 100\nmaxmemory 64mb\n";
        SY_CO_CHECK(m_process.start(run));
        QElapsedTimer timer;
        timer.start();
        while (m_process.running() && timer.elapsed() < 8'000) {
            SY_CO_CHECK(co_await sleepReal(Milliseconds(25), stop));
            QTcpSocket probe;
            probe.connectToHost(QStringLiteral("127.0.0.1"), m_port);
            auto connected = co_await nextSignal(&probe, &QTcpSocket::connected, Milliseconds(60), stop);
            SY_CO_ALIVE(stop);
            if (connected || probe.state() == QAbstractSocket::ConnectedState)
                co_return Ok{};
        }
    }
    co_return Error::internal(QStringLiteral("Redis doesn't start: %1").arg(m_process.logTail()));
}

Task<> RedisServer::end(std::stop_token stop) { return m_process.end(SIGTERM, Milliseconds(4'000), std::move(stop)); }

struct RedisLink::Private {
    quint16 port = 0;
    Secret password;
    redisContext* context = nullptr;

    void drop()
    {
        if (context)
            redisFree(context);
        context = nullptr;
    }
    std::shared_ptr<redisReply> run(const std::vector<QByteArray>& words)
    {
        if (!context)
            return nullptr;
        std::vector<const char*> texts;
        std::vector<size_t> sizes;
        for (const QByteArray& word : words) {
            texts.push_back(word.constData());
            sizes.push_back(static_cast<size_t>(word.size()));
        }
        auto* reply = static_cast<redisReply*>(redisCommandArgv(context, static_cast<int>(words.size()), texts.data(), sizes.data()));
        if (!reply) {
            drop();
            return nullptr;
        }
        std::shared_ptr<redisReply> hold(reply, [](redisReply* r) { freeReplyObject(r); });
        if (reply->type == REDIS_REPLY_ERROR)
            return nullptr;
        return hold;
    }
};

RedisLink::RedisLink(quint16 port, Secret password) : d(std::make_unique<Private>())
{
    d->port = port;
    d->password = std::move(password);
}
RedisLink::~RedisLink() { d->drop(); }

bool RedisLink::connect()
{
    if (d->context)
        return true;
    const timeval limit{2, 0};
    d->context = redisConnectWithTimeout("127.0.0.1", d->port, limit);
    if (!d->context || d->context->err) {
        d->drop();
        return false;
    }
    redisSetTimeout(d->context, timeval{5, 0});
    return d->run({"AUTH", d->password.reveal()}) != nullptr;
}

bool RedisLink::ping() { return connect() && d->run({"PING"}); }
bool RedisLink::push(const QByteArray& list, const QByteArray& value) { return connect() && d->run({"LPUSH", list, value}); }
bool RedisLink::hashSet(const QByteArray& hash, const QByteArray& field, const QByteArray& value) { return connect() && d->run({"HSET", hash, field, value}); }
bool RedisLink::hashRemove(const QByteArray& hash, const QByteArray& field) { return connect() && d->run({"HDEL", hash, field}); }
bool RedisLink::setText(const QByteArray& key, const QByteArray& value, int seconds)
{
    return connect() && d->run({"SET", key, value, "EX", QByteArray::number(seconds)});
}

std::optional<QByteArray> RedisLink::pop(const QByteArray& list, int waitSeconds)
{
    if (!connect())
        return std::nullopt;
    const auto reply = d->run({"BRPOP", list, QByteArray::number(waitSeconds)});
    if (!reply || reply->type != REDIS_REPLY_ARRAY || reply->elements != 2)
        return std::nullopt;
    return QByteArray(reply->element[1]->str, static_cast<qsizetype>(reply->element[1]->len));
}

int RedisLink::restoreHash(const QByteArray& hash, const QByteArray& list)
{
    if (!connect())
        return 0;
    const auto all = d->run({"HGETALL", hash});
    if (!all || all->type != REDIS_REPLY_ARRAY)
        return 0;
    int moved = 0;
    for (size_t i = 0; i + 1 < all->elements; i += 2) {
        const QByteArray field(all->element[i]->str, static_cast<qsizetype>(all->element[i]->len));
        const QByteArray value(all->element[i + 1]->str, static_cast<qsizetype>(all->element[i + 1]->len));
        if (push(list, value) && hashRemove(hash, field))
            ++moved;
    }
    return moved;
}

qint64 RedisLink::length(const QByteArray& list)
{
    if (!connect())
        return -1;
    const auto reply = d->run({"LLEN", list});
    return reply ? reply->integer : -1;
}

} // namespace switchyard::world
