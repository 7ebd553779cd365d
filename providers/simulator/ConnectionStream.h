#pragma once

#include "providers/simulator/HttpConnection.h"

#include <QPointer>

#include <utility>
#include <vector>

namespace switchyard::simulator {

/// The StreamWriter of one answer on one connection.
class ConnectionStream final : public StreamWriter {
public:
    ConnectionStream(HttpConnection* connection, bool chunked) : m_connection(connection), m_chunked(chunked) {}
    ~ConnectionStream() override { ConnectionStream::close(); }

    bool write(const QByteArray& chunk) override
    {
        if (!isOpen())
            return false;
        if (!chunk.isEmpty())
            m_connection->m_socket->write(m_chunked ? QByteArray::number(chunk.size(), 16) + "\r\n" + chunk + "\r\n" : chunk);
        return isOpen();
    }
    void close() override
    {
        if (!isOpen())
            return;
        if (m_chunked)
            m_connection->m_socket->write("0\r\n\r\n");
        const QPointer<HttpConnection> connection = m_connection;
        ended();
        if (connection)
            connection->finished();
    }
    void abort() override
    {
        const QPointer<HttpConnection> connection = m_connection;
        ended();
        if (connection)
            connection->reset();
    }
    bool isOpen() const override { return m_connection && m_connection->m_socket; }
    qint64 backlog() const override { return isOpen() ? m_connection->m_socket->bytesToWrite() : 0; }
    void onClosed(std::function<void()> callback) override
    {
        if (isOpen())
            m_closed.push_back(std::move(callback));
        else
            callback();
    }
    void ended()
    {
        m_connection.clear();
        const auto callbacks = std::exchange(m_closed, {});
        for (const auto& callback : callbacks)
            callback();
    }

private:
    QPointer<HttpConnection> m_connection;
    bool m_chunked;
    std::vector<std::function<void()>> m_closed;
};

} // namespace switchyard::simulator
