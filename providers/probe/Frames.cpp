#include "providers/probe/Frames.h"

#include <QRandomGenerator>
#include <QtEndian>

namespace switchyard::probe {

namespace {
constexpr quint64 kMessageCap = 1024 * 1024;
}

QByteArray frame(Opcode opcode, const QByteArray& payload)
{
    QByteArray out;
    out.append(static_cast<char>(0x80 | static_cast<quint8>(opcode)));
    const auto size = static_cast<quint64>(payload.size());
    if (size < 126) {
        out.append(static_cast<char>(0x80 | size));
    } else if (size < 65536) {
        out.append(static_cast<char>(0x80 | 126));
        QByteArray length(2, Qt::Uninitialized);
        qToBigEndian(static_cast<quint16>(size), length.data());
        out += length;
    } else {
        out.append(static_cast<char>(0x80 | 127));
        QByteArray length(8, Qt::Uninitialized);
        qToBigEndian(size, length.data());
        out += length;
    }
    QByteArray key(4, Qt::Uninitialized);
    qToBigEndian(QRandomGenerator::system()->generate(), key.data());
    out += key;
    QByteArray masked = payload;
    for (qsizetype i = 0; i < masked.size(); ++i)
        masked[i] = static_cast<char>(masked.at(i) ^ key.at(i % 4));
    return out + masked;
}

void FrameReader::feed(const QByteArray& bytes)
{
    m_buffer += bytes;
    while (closeCode == 0 && step()) { }
}

bool FrameReader::step()
{
    if (m_buffer.size() < 2)
        return false;
    const auto first = static_cast<quint8>(m_buffer.at(0));
    const auto second = static_cast<quint8>(m_buffer.at(1));
    quint64 size = second & 0x7f;
    qsizetype head = 2;
    if (size == 126) {
        if (m_buffer.size() < 4)
            return false;
        size = qFromBigEndian<quint16>(m_buffer.constData() + 2);
        head = 4;
    } else if (size == 127) {
        if (m_buffer.size() < 10)
            return false;
        size = qFromBigEndian<quint64>(m_buffer.constData() + 2);
        head = 10;
    }
    if ((second & 0x80) != 0 || (first & 0x70) != 0) { // servers don't mask, and no extension was agreed on
        closeCode = 1002;
        return false;
    }
    if (size > kMessageCap || size + static_cast<quint64>(m_message.size()) > kMessageCap) {
        closeCode = 1009;
        return false;
    }
    if (static_cast<quint64>(m_buffer.size()) < static_cast<quint64>(head) + size)
        return false;
    const QByteArray payload = m_buffer.mid(head, static_cast<qsizetype>(size));
    m_buffer.remove(0, head + static_cast<qsizetype>(size));
    const auto opcode = static_cast<Opcode>(first & 0x0f);
    if ((first & 0x08) != 0) {
        whole(opcode, payload);
        return true;
    }
    if (opcode != Opcode::Continuation) {
        m_message.clear();
        m_text = opcode == Opcode::Text;
    }
    m_message += payload;
    if ((first & 0x80) != 0) {
        if (m_text)
            texts.push_back(m_message);
        m_message.clear();
    }
    return true;
}

void FrameReader::whole(Opcode opcode, const QByteArray& payload)
{
    if (opcode == Opcode::Ping) {
        replies += frame(Opcode::Pong, payload);
    } else if (opcode == Opcode::Close) {
        closeCode = payload.size() >= 2 ? qFromBigEndian<quint16>(payload.constData()) : 1005;
        replies += frame(Opcode::Close, payload.left(2));
    }
}

} // namespace switchyard::probe
