#pragma once

#include "app/base/Result.h"
#include "app/ports/LogSource.h"

#include <QFile>
#include <QHash>
#include <QObject>
#include <QString>

#include <array>
#include <deque>
#include <vector>

namespace switchyard::logs {

/// Everything that was said during a run: the bytes lie in one file, memory holds only where each line begins and what filters need.
/// Lines pass the redactor before they are stored. Appending is buffered: the view is told at most 10 times a second. Main thread.
class LogStore final : public QObject {
    Q_OBJECT
public:
    /// Opens DIR/log.jsonl for appending, or a temporary file when `file` is empty; what an earlier session wrote is indexed.
    explicit LogStore(const QString& file, QObject* parent = nullptr);

    void append(LogLine line);
    [[nodiscard]] qsizetype size() const { return static_cast<qsizetype>(m_index.size()); }
    /// Reads one line back; a line that can't be read says so.
    [[nodiscard]] LogLine line(qsizetype number) const;

    /// What a filter may look at without reading the file.
    struct Head {
        qint64 offset = 0;
        qint64 time = 0;            ///< ms since the epoch
        quint32 length = 0;
        quint32 likeness = 0;       ///< equal for lines that say the same: hash of source, level, host and message
        quint16 source = 0;         ///< index into sources()
        quint16 step = 0;
        LogLevel level = LogLevel::Info;
    };
    [[nodiscard]] const Head& head(qsizetype number) const { return m_index.at(static_cast<std::size_t>(number)); }
    [[nodiscard]] const QStringList& sources() const { return m_sources; }
    [[nodiscard]] qint64 count(int source) const { return m_perSource.value(source, 0); }
    [[nodiscard]] qint64 count(LogLevel level) const { return m_perLevel.at(static_cast<std::size_t>(level)); }
    /// Secrets that were replaced in these lines.
    [[nodiscard]] qint64 secretsHidden() const { return m_hidden; }
    /// Errors since markSeen(): the number beside Logs in the rail.
    [[nodiscard]] qint64 unseenErrors() const { return count(LogLevel::Error) - m_errorsSeen; }
    void markSeen();
    /// Writes waiting lines now and tells of them; else that happens within 100 ms.
    void flush();
    /// Set when the file could not be written (disk full): later lines live in memory only.
    [[nodiscard]] bool degraded() const { return m_degraded; }

Q_SIGNALS:
    /// Lines [first, size()) are new.
    void grew(qsizetype first);
    void seen();

private:
    void index(const LogLine& line, qint64 offset, qsizetype length);
    [[nodiscard]] quint16 sourceIndex(const QString& source);
    void indexExisting();
    QFile m_file;
    qint64 m_end = 0;
    std::vector<Head> m_index;
    QStringList m_sources;
    QHash<int, qint64> m_perSource;
    std::array<qint64, 4> m_perLevel{};
    qint64 m_hidden = 0;
    qint64 m_errorsSeen = 0;
    QByteArray m_pending;           ///< written at the next flush
    qint64 m_pendingStart = 0;
    qsizetype m_told = 0;
    bool m_flushDue = false;
    bool m_degraded = false;
    QByteArray m_memory;            ///< what could not be written
    qint64 m_memoryStart = -1;
};

[[nodiscard]] QString levelName(LogLevel level);

} // namespace switchyard::logs
