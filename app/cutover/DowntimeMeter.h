#pragma once

#include "app/cutover/RunState.h"

namespace switchyard::cutover {

/// Measures how long visitors of one host saw errors or maintenance: from the first failed or maintenance answer to the first of three
/// good ones in a row. A probe that couldn't tell (Unknown) neither starts nor ends a spell, but it breaks a row of good ones. Pure.
class DowntimeMeter {
public:
    DowntimeMeter() = default;
    /// Goes on from what the journal knows.
    DowntimeMeter(Milliseconds closed, std::optional<TimePoint> downSince, std::optional<TimePoint> upSince);

    /// Samples come in the order of time. Returns true when a spell began or ended with this one.
    bool add(const ProbeSample& sample);
    /// Closed spells plus the open one.
    [[nodiscard]] Milliseconds downtime(TimePoint now) const;
    [[nodiscard]] Milliseconds closed() const { return m_closed; }
    [[nodiscard]] std::optional<TimePoint> downSince() const { return m_downSince; }
    /// First of the three good answers that ended the last spell.
    [[nodiscard]] std::optional<TimePoint> upSince() const { return m_upSince; }

private:
    Milliseconds m_closed{0};
    std::optional<TimePoint> m_downSince;
    std::optional<TimePoint> m_upSince;
    std::optional<TimePoint> m_firstGood;
    int m_good = 0;
};

} // namespace switchyard::cutover
