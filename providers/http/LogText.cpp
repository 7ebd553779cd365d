#include "providers/http/LogText.h"

#include "app/base/Redactor.h"

#include <QRegularExpression>

namespace switchyard::http {

LogLevel levelOf(const QString& message)
{
    static const QRegularExpression error(QStringLiteral("\\b(ERROR|CRITICAL|FATAL|PANIC|Traceback)\\b|\\bat=error\\b|\\bstatus=5\\d\\d\\b|\"level\":\"(error|fatal)\""));
    static const QRegularExpression warning(QStringLiteral("\\b(WARN|WARNING)\\b|\"level\":\"warn"));
    static const QRegularExpression debug(QStringLiteral("\\b(DEBUG|TRACE)\\b|\"level\":\"debug\""));
    if (error.match(message).hasMatch())
        return LogLevel::Error;
    if (warning.match(message).hasMatch())
        return LogLevel::Warning;
    return debug.match(message).hasMatch() ? LogLevel::Debug : LogLevel::Info;
}

TimePoint wallNow() { return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now()); }

LogLine aboutStream(const QString& source, LogLevel level, const QString& message, bool simulated)
{
    LogLine line;
    line.time = wallNow();
    line.source = source;
    line.host = QStringLiteral("log stream");
    line.level = level;
    line.message = Redactor::instance().redact(message);
    line.simulated = simulated;
    return line;
}

bool SeenLines::add(const QString& key)
{
    if (m_set.contains(key))
        return false;
    m_set.insert(key);
    m_order.push_back(key);
    if (m_order.size() > kKept) {
        m_set.remove(m_order.front());
        m_order.pop_front();
    }
    return true;
}

} // namespace switchyard::http
