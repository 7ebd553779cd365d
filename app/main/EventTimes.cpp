#include "app/main/EventTimes.h"

#include <QThread>

#include <ctime>

namespace switchyard {

namespace {

constexpr double kSlowMs = 8;

double threadCpuMs()
{
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1000.0 + static_cast<double>(now.tv_nsec) / 1e6;
}

} // namespace

EventTimes::EventTimes(int& argc, char** argv, const QString& file) : QApplication(argc, argv), m_file(file)
{
    if (!m_file.open(QIODevice::WriteOnly | QIODevice::Text))
        qWarning("SWITCHYARD_EVENT_TIMES: %s can't be written", qPrintable(file));
    m_since.start();
}

EventTimes::~EventTimes()
{
    m_file.write("total " + QByteArray::number(m_events) + " events, " + QByteArray::number(m_slow) + " slow\n");
}

bool EventTimes::notify(QObject* receiver, QEvent* event)
{
    if (QThread::currentThread() != thread())
        return QApplication::notify(receiver, event);
    // The receiver may be gone afterwards.
    const QByteArray who = receiver->metaObject()->className() + QByteArray("/") + receiver->objectName().toUtf8();
    const int type = event->type();
    if (m_depth++ == 0)
        m_worstInside = 0;
    const double begun = threadCpuMs();
    const bool done = QApplication::notify(receiver, event);
    const double took = threadCpuMs() - begun;
    --m_depth;
    if (m_depth > 0) {
        if (took > m_worstInside && took > 1) {
            m_worstInside = took;
            m_inside = who + ' ' + QByteArray::number(type) + ' ' + QByteArray::number(took, 'f', 1);
        }
        return done;
    }
    ++m_events;
    if (took <= kSlowMs)
        return done;
    ++m_slow;
    m_file.write(QByteArray::number(m_since.elapsed()) + " ms: " + QByteArray::number(took, 'f', 1) + " ms type " + QByteArray::number(type) + ' ' + who + (m_worstInside > 0 ? " with " + m_inside : QByteArray()) + '\n');
    m_file.flush();
    return done;
}

} // namespace switchyard
