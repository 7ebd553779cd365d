#pragma once

#include "app/base/Clock.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QTimer>

#include <functional>
#include <optional>

namespace switchyard::simulator {

/// What a simulated provider does by itself later: a dyno comes up, a deploy goes live, a certificate is issued. Entries are plain JSON so
/// that they survive a restart of the world. Due times are instants of the given Clock; an entry runs with now() standing at its due
/// time, so that a chain of entries ends at the same instant however late the process woke up. Main thread.
class Agenda final : public QObject {
    Q_OBJECT
public:
    using Run = std::function<void(const QString& what, const QJsonObject& data)>;
    Agenda(Clock* clock, Run run, QObject* parent = nullptr);

    /// The clock's time, or the due time of the entry that is running.
    [[nodiscard]] TimePoint now() const;
    void in(Milliseconds delay, const QString& what, const QJsonObject& data);
    /// Drops entries of `what` whose data has `key` equal to `value`; an empty `what` means all kinds.
    void cancel(const QString& what, const QString& key, const QString& value);
    /// Runs everything that is due. Called by a timer and by simulators before they answer.
    void settle();

    [[nodiscard]] QJsonArray save() const;
    void restore(const QJsonArray& entries);

private:
    struct Entry {
        TimePoint due;
        qint64 order = 0;
        QString what;
        QJsonObject data;
    };
    void wind();

    Clock* m_clock;
    Run m_run;
    QList<Entry> m_entries; ///< sorted by due time, then by order of entry
    QTimer m_timer;
    std::optional<TimePoint> m_at;
    qint64 m_order = 0;
};

} // namespace switchyard::simulator
