#pragma once

#include <QHostAddress>
#include <QObject>
#include <QPointer>
#include <QStringList>
#include <QTcpServer>

#include <memory>

namespace switchyard::world {

/// The public door of a database: lets connections from outside through to the server only while the provider's allow list holds this
/// machine's address (127.0.0.1 here). A connection that isn't let in is closed at once; those that are in stay when the list changes.
/// Main thread.
class Gate final : public QObject {
    Q_OBJECT
public:
    explicit Gate(QObject* parent = nullptr);
    ~Gate() override;
    bool listen(quint16 preferredPort, quint16 serverPort);
    [[nodiscard]] quint16 port() const { return m_server.serverPort(); }
    /// CIDR blocks, as the provider holds them.
    void setAllowed(const QStringList& cidrs);
    [[nodiscard]] bool open() const { return m_open; }
    /// Cuts every connection once that many bytes went in since the last cut; `cuts` times.
    void cutAfter(qint64 bytes, int cuts);
    /// Whether `address` is in one of the blocks.
    [[nodiscard]] static bool holds(const QStringList& cidrs, const QHostAddress& address);

Q_SIGNALS:
    void refused();
    void cut(int left);

private:
    void accept();
    QTcpServer m_server;
    quint16 m_target = 0;
    bool m_open = false;
    qint64 m_bytes = 0;
    qint64 m_cutBytes = 0;
    int m_cuts = 0;
    QList<QPointer<QObject>> m_pairs;
};

} // namespace switchyard::world
