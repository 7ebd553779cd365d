#pragma once

#include "app/cutover/Projection.h"

namespace switchyard::cutover {

/// The figures of the status strip, worked out from the state. Pure; every result is for one instant.

struct Forecast {
    TimePoint finish{};
    Milliseconds aheadOfPlan{0};   ///< negative: late
};
/// Now plus the rest of the current step (by its measured rate where it tells one) plus the planned time of all later steps.
/// Nothing once the run has ended or when it goes back.
[[nodiscard]] std::optional<Forecast> forecast(const RunState& state, TimePoint now);
/// Rest of a step that runs: from its tasks' parts, else what its plan leaves, never below zero.
[[nodiscard]] Milliseconds restOfStep(const StepView& step, const std::vector<TaskProgress>& tasks, TimePoint now);

/// The worst host and what the caption says: its short name, or "all hosts" when all of them were away together.
struct WorstDowntime {
    Milliseconds downtime{0};
    QString host;
    bool running = false;
    std::optional<TimePoint> endedAt;
};
[[nodiscard]] WorstDowntime worstDowntime(const std::vector<HostView>& hosts);

/// Way back of every step: the undo times of this and all earlier steps that aren't skipped and need one, plus the longest cache.
void fillWayBack(RunState& state);

/// The last moment at which a rollback still ends inside the window (or the downtime budget) : its end minus the time a rollback takes
/// from here minus the TTL in force. Nothing without an end, before the start, and past the point.
[[nodiscard]] std::optional<TimePoint> lastSafeReturn(const RunState& state, const QString& windowEnd, TimePoint now);

/// Where visitors go: the hosts' common state, Failed when they disagree; the text names who is where.
struct Points {
    HostState state = HostState::Unknown;
    QString text;
};
[[nodiscard]] Points pointsOf(const std::vector<HostView>& hosts);

/// Fills every clock of `state` for `now`.
void fillClocks(Projection& projection, const QString& windowEnd, TimePoint now);

/// Evidence fades: nothing known is better than something stale. `data.validForMs` of the evidence is its age limit; none: it never fades.
enum class Freshness { Good, Bad, Unknown };
[[nodiscard]] Freshness freshness(const Evidence& evidence, TimePoint now);
/// The same for a reading of an interlock.
[[nodiscard]] InterlockReading aged(InterlockReading reading, Milliseconds maxAge, TimePoint now);

} // namespace switchyard::cutover
