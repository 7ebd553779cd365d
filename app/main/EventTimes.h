#pragma once

#include <QApplication>
#include <QElapsedTimer>
#include <QFile>

namespace switchyard {

/// The application with a watch on every event of the GUI thread, for tests/benchmarks. With SWITCHYARD_EVENT_TIMES=FILE set, each outermost
/// event that took more than 8 ms of the thread's CPU time becomes a line: ms, type, class, name, kind of the slowest event inside it. The
/// last line is the count of all events. Costs two clock readings an event, so it isn't made without the variable.
class EventTimes final : public QApplication {
    Q_OBJECT
public:
    EventTimes(int& argc, char** argv, const QString& file);
    ~EventTimes() override;
    bool notify(QObject* receiver, QEvent* event) override;

private:
    QFile m_file;
    QElapsedTimer m_since;
    qint64 m_events = 0;
    qint64 m_slow = 0;
    int m_depth = 0;
    double m_worstInside = 0;
    QByteArray m_inside;
};

} // namespace switchyard
