#pragma once

#include <QProcess>
#include <QString>
#include <QTemporaryDir>

#include <memory>

namespace switchyard::test {

/// A throw-away PostgreSQL cluster on a free loopback port, without sockets in the file system; stops with the object. Its data folder is a copy
/// of one that initdb prepared once per user. As root the server runs as the user postgres, because it refuses root. The owner role
/// "app" (password given, SCRAM) owns the database "app" and is no superuser; "postgres" may come in without a password. Tests only: it blocks.
class PostgresCluster {
public:
    explicit PostgresCluster(const QString& password);
    ~PostgresCluster();
    [[nodiscard]] bool running() const { return m_port != 0; }
    [[nodiscard]] QString problem() const { return m_problem; }
    [[nodiscard]] quint16 port() const { return m_port; }
    /// Connection string of the owner; with `superuser` of postgres.
    [[nodiscard]] QString url(bool superuser = false) const;
    /// Runs SQL through psql as superuser (in the database app) and returns its unaligned rows; fails the process on an error.
    QString sql(const QString& statements, bool superuser = true) const;
    /// Throws the database app away and makes an empty one: a tenth of the time of a new cluster.
    void reset();
    /// Folder of the server's programs; empty when there is no PostgreSQL here.
    [[nodiscard]] static QString programs();

private:
    QString run(const QString& statements, const QString& user, const QString& database) const;
    QString m_password;
    QString m_directory;
    quint16 m_port = 0;
    QString m_problem;
    std::unique_ptr<QProcess> m_process;
};

} // namespace switchyard::test
