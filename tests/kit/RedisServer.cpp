#include "tests/kit/RedisServer.h"

#include <QDeadlineTimer>
#include <QThread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace switchyard::test {

namespace {
sockaddr_in loopback(quint16 port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}
bool answers(quint16 port)
{
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port);
    const bool open = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(fd);
    return open;
}
} // namespace

quint16 freePort()
{
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    quint16 port = 0;
    if (::bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0 && ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0)
        port = ntohs(address.sin_port);
    ::close(fd);
    return port;
}

RedisServer::RedisServer(const QString& password)
{
    const quint16 port = freePort();
    QStringList arguments{QStringLiteral("--port"), QString::number(port), QStringLiteral("--bind"), QStringLiteral("127.0.0.1"), QStringLiteral("--save"),
                          QString(), QStringLiteral("--appendonly"), QStringLiteral("no"), QStringLiteral("--dir"), m_directory.path()};
    if (!password.isEmpty())
        arguments << QStringLiteral("--requirepass") << password;
    m_process.start(QStringLiteral("redis-server"), arguments);
    if (!m_process.waitForStarted(5000)) {
        m_problem = QStringLiteral("redis-server is not installed");
        return;
    }
    QDeadlineTimer deadline(5000);
    while (!answers(port) && !deadline.hasExpired() && m_process.state() == QProcess::Running)
        QThread::msleep(10);
    if (answers(port))
        m_port = port;
    else
        m_problem = QStringLiteral("redis-server did not answer");
}

RedisServer::~RedisServer()
{
    m_process.kill();
    m_process.waitForFinished(3000);
}

} // namespace switchyard::test
