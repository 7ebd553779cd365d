#pragma once

#include "app/cutover/RunState.h"
#include "app/logs/LogModel.h"
#include "widgets/parts/Paint.h"

#include <QHash>

namespace switchyard::ui {

/// How times of lines are shown.
enum class LogClock { Utc, Elapsed, Local };
[[nodiscard]] QString logClockName(LogClock clock);
/// 22:42:12.006, T+00:42:12.006 or the local time.
[[nodiscard]] QString logTime(TimePoint time, LogClock clock, const std::optional<TimePoint>& start, bool milliseconds = true);

/// Side and letters of the sources that appear in a log.
class LogLook {
public:
    void read(const cutover::RunState& state);
    [[nodiscard]] SideTone side(const QString& source) const { return m_sides.value(source, SideTone::None); }
    [[nodiscard]] QString letters(const QString& source) const;
    /// "Heroku"
    [[nodiscard]] QString title(const QString& source) const;
    [[nodiscard]] Role tone(const QString& source) const;

private:
    QHash<QString, SideTone> m_sides;
    QHash<QString, QString> m_letters;
    QHash<QString, QString> m_titles;
};

/// Steps, alarms and the point of no return of a run, oldest first: what is drawn across the stream. Pure.
[[nodiscard]] std::vector<logs::LogRule> logRules(const cutover::RunState& state);

} // namespace switchyard::ui
