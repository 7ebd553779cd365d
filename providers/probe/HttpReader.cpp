#include "providers/probe/HttpReader.h"

#include <algorithm>

namespace switchyard::probe {

namespace {
constexpr qsizetype kHeadCap = 64 * 1024;
}

void HttpReader::feed(const QByteArray& bytes)
{
    m_buffer += bytes;
    while (m_phase != Phase::Done && step()) { }
}

void HttpReader::closed()
{
    if (m_phase == Phase::ToTheEnd)
        m_phase = Phase::Done;
    else if (m_phase == Phase::Head)
        fail(m_buffer.isEmpty() && status == 0 ? QStringLiteral("the server closed the connection without an answer") : QStringLiteral("the server closed the connection within the headers"));
    else if (m_phase != Phase::Done)
        fail(QStringLiteral("the answer broke off after %1 bytes").arg(body.size()));
}

bool HttpReader::step()
{
    QByteArray line;
    switch (m_phase) {
    case Phase::Head:
        return readHead();
    case Phase::Length:
    case Phase::Chunk:
        take(m_left);
        if (m_phase != Phase::Done && m_left == 0)
            m_phase = m_phase == Phase::Length ? Phase::Done : Phase::ChunkEnd;
        return m_left == 0;
    case Phase::ToTheEnd:
        take(m_buffer.size());
        return false;
    case Phase::ChunkSize: {
        if (!takeLine(&line))
            return false;
        bool ok = false;
        m_left = line.split(';').first().trimmed().toLongLong(&ok, 16);
        if (!ok || m_left < 0) {
            fail(QStringLiteral("the answer's chunks can't be read"));
            return false;
        }
        m_phase = m_left == 0 ? Phase::Trailer : Phase::Chunk;
        return true;
    }
    case Phase::ChunkEnd:
        if (!takeLine(&line))
            return false;
        m_phase = Phase::ChunkSize;
        return true;
    case Phase::Trailer:
        if (!takeLine(&line))
            return false;
        if (line.isEmpty())
            m_phase = Phase::Done;
        return true;
    case Phase::Done:
        break;
    }
    return false;
}

bool HttpReader::readHead()
{
    const qsizetype end = m_buffer.indexOf("\r\n\r\n");
    if (end < 0) {
        if (m_buffer.size() > kHeadCap)
            fail(QStringLiteral("the headers are longer than 64 KiB"));
        else if (m_buffer.size() >= 5 && !m_buffer.startsWith("HTTP/"))
            fail(QStringLiteral("the server doesn't speak HTTP"));
        return false;
    }
    const QList<QByteArray> lines = m_buffer.left(end).split('\n');
    m_buffer.remove(0, end + 4);
    const QList<QByteArray> first = lines.first().trimmed().split(' ');
    status = first.size() >= 2 && first.first().startsWith("HTTP/1.") ? first.at(1).toInt() : 0;
    if (status < 100 || status > 599) {
        status = 0;
        fail(QStringLiteral("the server doesn't speak HTTP"));
        return false;
    }
    headers.clear();
    for (qsizetype i = 1; i < lines.size(); ++i) {
        const qsizetype colon = lines.at(i).indexOf(':');
        if (colon > 0)
            headers.push_back({lines.at(i).left(colon).trimmed(), lines.at(i).mid(colon + 1).trimmed()});
    }
    if (status < 200 && status != 101)
        return true; // the real answer follows
    decideBody();
    return m_phase != Phase::Done;
}

void HttpReader::decideBody()
{
    const QByteArray length = header("Content-Length");
    m_left = length.toLongLong();
    if (m_headOnly || status == 101 || status == 204 || status == 304)
        m_phase = Phase::Done;
    else if (header("Transfer-Encoding").toLower().contains("chunked"))
        m_phase = Phase::ChunkSize;
    else if (length.isEmpty())
        m_phase = Phase::ToTheEnd;
    else
        m_phase = m_left > 0 ? Phase::Length : Phase::Done;
}

QByteArray HttpReader::header(const QByteArray& name) const
{
    for (const HttpHeader& h : headers) {
        if (h.name.compare(name, Qt::CaseInsensitive) == 0)
            return h.value;
    }
    return {};
}

bool HttpReader::takeLine(QByteArray* line)
{
    const qsizetype end = m_buffer.indexOf('\n');
    if (end < 0)
        return false;
    *line = m_buffer.left(end).trimmed();
    m_buffer.remove(0, end + 1);
    return true;
}

void HttpReader::take(qint64 wanted)
{
    const qsizetype here = static_cast<qsizetype>(std::min<qint64>(wanted, m_buffer.size()));
    body += m_buffer.left(std::min(here, m_cap - body.size()));
    m_buffer.remove(0, here);
    m_left = std::max<qint64>(0, m_left - here);
    if (body.size() >= m_cap)
        m_phase = Phase::Done;
}

void HttpReader::fail(const QString& why)
{
    m_problem = why;
    m_phase = Phase::Done;
}

} // namespace switchyard::probe
