#include "providers/simulator/Agenda.h"

#include <algorithm>

namespace switchyard::simulator {

Agenda::Agenda(Clock* clock, Run run, QObject* parent)
    : QObject(parent)
    , m_clock(clock)
    , m_run(std::move(run))
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &Agenda::settle);
    connect(m_clock, &Clock::rateChanged, this, &Agenda::settle);
}

TimePoint Agenda::now() const
{
    return m_at ? *m_at : m_clock->now();
}

void Agenda::in(Milliseconds delay, const QString& what, const QJsonObject& data)
{
    Entry entry{now() + delay, ++m_order, what, data};
    const auto place = std::upper_bound(m_entries.begin(), m_entries.end(), entry, [](const Entry& a, const Entry& b) {
        return a.due != b.due ? a.due < b.due : a.order < b.order;
    });
    m_entries.insert(place, std::move(entry));
    wind();
}

void Agenda::cancel(const QString& what, const QString& key, const QString& value)
{
    m_entries.removeIf([&](const Entry& entry) {
        return (what.isEmpty() || entry.what == what) && entry.data.value(key).toString() == value;
    });
}

void Agenda::settle()
{
    if (m_at)
        return; // an entry that answers a request from inside itself must not run the next one early
    while (!m_entries.isEmpty() && m_entries.first().due <= m_clock->now()) {
        const Entry entry = m_entries.takeFirst();
        m_at = entry.due;
        m_run(entry.what, entry.data);
        m_at.reset();
    }
    wind();
}

void Agenda::wind()
{
    if (m_entries.isEmpty()) {
        m_timer.stop();
        return;
    }
    const double wait = static_cast<double>((m_entries.first().due - m_clock->now()).count()) / m_clock->rate();
    // Another process may change the rate of a shared clock without a signal here, hence the upper bound.
    m_timer.start(static_cast<int>(std::clamp(wait, 0.0, 250.0)) + 1);
}

QJsonArray Agenda::save() const
{
    QJsonArray all;
    for (const Entry& entry : m_entries)
        all.append(QJsonObject{{QStringLiteral("due"), isoUtc(entry.due)}, {QStringLiteral("what"), entry.what}, {QStringLiteral("data"), entry.data}});
    return all;
}

void Agenda::restore(const QJsonArray& entries)
{
    m_entries.clear();
    for (const QJsonValue& value : entries) {
        const QJsonObject entry = value.toObject();
        m_entries.append({fromIsoUtc(entry[QLatin1String("due")].toString()), ++m_order, entry[QLatin1String("what")].toString(),
            entry[QLatin1String("data")].toObject()});
    }
    wind(); // what is overdue runs from the event loop, when everybody listens
}

} // namespace switchyard::simulator
