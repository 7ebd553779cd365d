#include "providers/simulator/HttpConnection.h"

namespace switchyard::simulator {

namespace {

/// Reads big-endian numbers and remembers when it ran over the end.
class HelloReader {
public:
    explicit HelloReader(QByteArrayView data) : m_data(data) {}
    quint32 number(int bytes)
    {
        quint32 value = 0;
        for (const char c : take(bytes))
            value = (value << 8) | quint8(c);
        return value;
    }
    QByteArrayView take(qsizetype size)
    {
        if (size > m_data.size()) {
            m_good = false;
            m_data = {};
            return {};
        }
        const QByteArrayView part = m_data.first(size);
        m_data = m_data.sliced(size);
        return part;
    }
    [[nodiscard]] bool good() const { return m_good; }
    [[nodiscard]] bool atEnd() const { return m_data.isEmpty(); }

private:
    QByteArrayView m_data;
    bool m_good = true;
};

} // namespace

/// RFC 8446 section 4.1.2 for the message, RFC 6066 section 3 for the server name.
ClientHello readClientHello(const QByteArray& data)
{
    ClientHello hello;
    QByteArray handshake;
    qsizetype at = 0;
    qsizetype need = 4;
    while (handshake.size() < need) { // the message may be spread over several records
        if (data.size() < at + 5) {
            hello.valid = data.isEmpty() || data.at(0) == 22;
            return hello;
        }
        const qsizetype length = (quint8(data.at(at + 3)) << 8) | quint8(data.at(at + 4));
        if (data.at(at) != 22 || length == 0 || length > 16640) {
            hello.valid = false;
            return hello;
        }
        if (data.size() < at + 5 + length)
            return hello;
        handshake += data.mid(at + 5, length);
        at += 5 + length;
        if (handshake.size() >= 4)
            need = 4 + ((quint8(handshake.at(1)) << 16) | (quint8(handshake.at(2)) << 8) | quint8(handshake.at(3)));
        if (need > 256 * 1024) {
            hello.valid = false;
            return hello;
        }
    }
    hello.complete = true;
    HelloReader reader(handshake);
    hello.valid = reader.number(1) == 1; // ClientHello
    reader.take(3 + 2 + 32);             // length, version, random
    reader.take(reader.number(1));       // session id
    reader.take(reader.number(2));       // cipher suites
    reader.take(reader.number(1));       // compression
    if (!reader.good() || reader.atEnd())
        return hello;
    HelloReader extensions(reader.take(reader.number(2)));
    while (extensions.good() && !extensions.atEnd()) {
        const quint32 type = extensions.number(2);
        HelloReader body(extensions.take(extensions.number(2)));
        if (type != 0)
            continue;
        body.number(2);
        if (body.number(1) == 0)
            hello.serverName = body.take(body.number(2)).toByteArray().toLower();
    }
    return hello;
}

} // namespace switchyard::simulator
