#pragma once

#include <QByteArray>

#include <deque>

namespace switchyard::probe {

/// WebSocket frames as a client writes and reads them (RFC 6455, sections 5.2 to 5.5).
enum class Opcode : quint8 { Continuation = 0, Text = 1, Binary = 2, Close = 8, Ping = 9, Pong = 10 };

/// One whole frame, masked with a fresh key.
[[nodiscard]] QByteArray frame(Opcode opcode, const QByteArray& payload);

/// Takes the server's bytes, gives whole messages.
class FrameReader {
public:
    void feed(const QByteArray& bytes);
    std::deque<QByteArray> texts;
    QByteArray replies;      ///< pongs and the answer to a close, to be sent
    int closeCode = 0;       ///< 0 while open; 1002 when the server broke the protocol, 1009 when a message is over 1 MiB

private:
    bool step();
    void whole(Opcode opcode, const QByteArray& payload);
    QByteArray m_buffer;
    QByteArray m_message;
    bool m_text = false;
};

} // namespace switchyard::probe
