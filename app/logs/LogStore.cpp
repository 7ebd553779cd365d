#include "app/logs/LogStore.h"

#include "app/base/Log.h"
#include "app/base/Redactor.h"

#include <QCoreApplication>
#include <QHash>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryFile>
#include <QTimer>

namespace switchyard::logs {

namespace {
QByteArray encode(const LogLine& line)
{
    QJsonObject o{{QStringLiteral("t"), static_cast<qint64>(line.time.time_since_epoch().count())}, {QStringLiteral("s"), line.source}, {QStringLiteral("l"), static_cast<int>(line.level)},
                  {QStringLiteral("m"), line.message}};
    if (!line.host.isEmpty())
        o.insert(QStringLiteral("h"), line.host);
    if (line.step != 0)
        o.insert(QStringLiteral("n"), line.step);
    if (line.simulated)
        o.insert(QStringLiteral("sim"), true);
    return QJsonDocument(o).toJson(QJsonDocument::Compact) + '\n';
}

bool decode(const QByteArray& bytes, LogLine* line)
{
    const QJsonDocument doc = QJsonDocument::fromJson(bytes);
    if (!doc.isObject())
        return false;
    const QJsonObject o = doc.object();
    line->time = TimePoint(Milliseconds(o.value(QLatin1String("t")).toInteger()));
    line->source = o.value(QLatin1String("s")).toString();
    line->level = static_cast<LogLevel>(std::clamp(o.value(QLatin1String("l")).toInt(1), 0, 3));
    line->message = o.value(QLatin1String("m")).toString();
    line->host = o.value(QLatin1String("h")).toString();
    line->step = o.value(QLatin1String("n")).toInt();
    line->simulated = o.value(QLatin1String("sim")).toBool();
    return true;
}
} // namespace

QString levelName(LogLevel level)
{
    static const std::array<QString, 4> names{QStringLiteral("Debug"), QStringLiteral("Info"), QStringLiteral("Warn"), QStringLiteral("Error")};
    return names.at(static_cast<std::size_t>(level));
}

LogStore::LogStore(const QString& file, QObject* parent) : QObject(parent)
{
    // What was said last is what somebody looks for after a run that stopped: it must not wait in memory when the program ends.
    if (QCoreApplication* app = QCoreApplication::instance())
        connect(app, &QCoreApplication::aboutToQuit, this, &LogStore::flush);
    QString path = file;
    if (path.isEmpty()) {
        QTemporaryFile temporary;
        temporary.setAutoRemove(false);
        if (temporary.open())
            path = temporary.fileName();
        temporary.close();
    }
    m_file.setFileName(path);
    if (!m_file.open(QIODevice::ReadWrite)) {
        m_degraded = true;
        m_memoryStart = 0;
        logWarning("logs", QStringLiteral("The log file %1 can't be opened: %2").arg(path, m_file.errorString()));
        return;
    }
    m_file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    if (file.isEmpty())
        QFile::remove(path);    // the open handle keeps the bytes; nothing stays behind
    indexExisting();
}

quint16 LogStore::sourceIndex(const QString& source)
{
    qsizetype i = m_sources.indexOf(source);
    if (i < 0) {
        m_sources << source;
        i = m_sources.size() - 1;
    }
    return static_cast<quint16>(i);
}

void LogStore::indexExisting()
{
    m_file.seek(0);
    qint64 offset = 0;
    while (!m_file.atEnd()) {
        const QByteArray bytes = m_file.readLine();
        LogLine line;
        if (!bytes.endsWith('\n') || !decode(bytes, &line))
            break;  // a line cut by a crash: written over
        index(line, offset, bytes.size());
        offset += bytes.size();
    }
    m_file.resize(offset);
    m_end = m_pendingStart = offset;
    m_told = size();
    m_errorsSeen = count(LogLevel::Error);
}

void LogStore::index(const LogLine& line, qint64 offset, qsizetype length)
{
    Head head;
    head.offset = offset;
    head.time = line.time.time_since_epoch().count();
    head.length = static_cast<quint32>(length);
    head.source = sourceIndex(line.source);
    head.step = static_cast<quint16>(line.step);
    head.level = line.level;
    head.likeness = static_cast<quint32>(qHashMulti(0, line.source, static_cast<int>(line.level), line.host, line.message));
    m_index.push_back(head);
    ++m_perSource[head.source];
    ++m_perLevel.at(static_cast<std::size_t>(line.level));
    m_hidden += line.message.count(QLatin1String("[hidden]"));
}

void LogStore::markSeen()
{
    if (unseenErrors() == 0)
        return;
    m_errorsSeen = count(LogLevel::Error);
    Q_EMIT seen();
}

void LogStore::append(LogLine line)
{
    line.message = Redactor::instance().redact(line.message);
    if (line.message.size() > 16'384)
        line.message = line.message.left(16'384) + QStringLiteral(" [cut]");
    const QByteArray bytes = encode(line);
    index(line, m_end, bytes.size());
    m_end += bytes.size();
    m_pending += bytes;
    if (!m_flushDue) {
        m_flushDue = true;
        QTimer::singleShot(100, this, &LogStore::flush);
    }
}

void LogStore::flush()
{
    m_flushDue = false;
    if (!m_pending.isEmpty()) {
        if (!m_degraded) {
            m_file.seek(m_pendingStart);
            if (m_file.write(m_pending) != m_pending.size() || !m_file.flush()) {
                m_degraded = true;
                m_memoryStart = m_pendingStart;
                logWarning("logs", QStringLiteral("The log can't be written: %1. New lines are kept in memory only.").arg(m_file.errorString()));
            }
        }
        if (m_degraded)
            m_memory += m_pending;
        m_pendingStart += m_pending.size();
        m_pending.clear();
    }
    const qsizetype first = std::exchange(m_told, size());
    if (first < m_told)
        Q_EMIT grew(first);
}

LogLine LogStore::line(qsizetype number) const
{
    const Head& h = head(number);
    QByteArray bytes;
    if (h.offset >= m_pendingStart) {
        bytes = m_pending.mid(h.offset - m_pendingStart, h.length);
    } else if (m_memoryStart >= 0 && h.offset >= m_memoryStart) {
        bytes = m_memory.mid(h.offset - m_memoryStart, h.length);
    } else {
        auto& file = const_cast<QFile&>(m_file);
        if (file.seek(h.offset))
            bytes = file.read(h.length);
    }
    LogLine line;
    if (!decode(bytes, &line)) {
        line.time = TimePoint(Milliseconds(h.time));
        line.source = m_sources.value(h.source);
        line.level = h.level;
        line.message = QStringLiteral("[this line can't be read back]");
    }
    return line;
}

} // namespace switchyard::logs
