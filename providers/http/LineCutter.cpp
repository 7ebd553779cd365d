#include "providers/http/LineCutter.h"

namespace switchyard::http {

namespace {
constexpr qsizetype kLongestLine = 64 * 1024;
}

void LineCutter::feed(const QByteArray& chunk)
{
    m_rest += chunk;
    qsizetype from = 0;
    while (true) {
        const qsizetype end = m_rest.indexOf('\n', from);
        if (end < 0)
            break;
        line(m_rest.mid(from, end - from));
        from = end + 1;
    }
    m_rest.remove(0, from);
    while (m_rest.size() > kLongestLine) {
        line(m_rest.left(kLongestLine));
        m_rest.remove(0, kLongestLine);
    }
}

void LineCutter::finish()
{
    if (!m_events && !m_rest.isEmpty())
        line(std::exchange(m_rest, {}));
}

void LineCutter::line(QByteArray bytes)
{
    if (bytes.endsWith('\r'))
        bytes.chop(1);
    if (!m_events) {
        if (!bytes.isEmpty())
            give(bytes);
        return;
    }
    if (bytes.isEmpty()) {
        if (m_hasData && !m_data.isEmpty())
            give(m_data);
        m_data.clear();
        m_hasData = false;
        return;
    }
    const qsizetype colon = bytes.indexOf(':');
    if (colon == 0)
        return; // a comment keeps the connection open
    const QByteArray field = colon < 0 ? bytes : bytes.left(colon);
    QByteArray value = colon < 0 ? QByteArray() : bytes.mid(colon + 1);
    if (value.startsWith(' '))
        value.remove(0, 1);
    if (field == "data") {
        m_data += m_hasData ? '\n' + value : value;
        m_hasData = true;
    } else if (field == "id") {
        m_id = value;
    }
}

void LineCutter::give(const QByteArray& bytes)
{
    ++m_lines;
    m_sink(QString::fromUtf8(bytes));
}

} // namespace switchyard::http
