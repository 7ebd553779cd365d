#pragma once

#include <QProcess>
#include <QString>
#include <QTemporaryDir>

namespace switchyard::test {

/// A throw-away redis-server on a free loopback port; ends with the object. Tests only: it blocks.
class RedisServer {
public:
    explicit RedisServer(const QString& password = {});
    ~RedisServer();
    [[nodiscard]] bool running() const { return m_port != 0; }
    [[nodiscard]] quint16 port() const { return m_port; }
    [[nodiscard]] QString problem() const { return m_problem; }

private:
    QTemporaryDir m_directory;
    QProcess m_process;
    quint16 m_port = 0;
    QString m_problem;
};

/// A loopback port nobody listens on at the moment.
[[nodiscard]] quint16 freePort();

} // namespace switchyard::test
