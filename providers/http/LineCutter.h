#pragma once

#include <QByteArray>
#include <QString>

#include <functional>

namespace switchyard::http {

/// Cuts chunks of bytes into lines; a chunk may end in the middle of a line or of a character. In event mode it reads server-sent
/// events: `data:` lines (several of one event are joined by a line feed), `id:`, comments are dropped. A line over 64 KiB is cut there.
class LineCutter {
public:
    using Sink = std::function<void(QString line)>;
    LineCutter(bool events, Sink sink) : m_events(events), m_sink(std::move(sink)) {}
    void feed(const QByteArray& chunk);
    /// Plain text: hands out a last line without line feed. An unfinished event is dropped, as the standard says.
    void finish();
    [[nodiscard]] const QByteArray& lastEventId() const { return m_id; }
    [[nodiscard]] qint64 lines() const { return m_lines; }

private:
    void line(QByteArray bytes);
    void give(const QByteArray& bytes);
    bool m_events;
    Sink m_sink;
    QByteArray m_rest;
    QByteArray m_data;
    bool m_hasData = false;
    QByteArray m_id;
    qint64 m_lines = 0;
};

} // namespace switchyard::http
