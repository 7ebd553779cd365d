#pragma once

#include "app/cutover/Projection.h"

namespace switchyard::cutover {

/// Whether a step may go, and if not, in words why.
struct Clearance {
    bool go = true;
    bool waived = false;       ///< goes only because of a waiver
    QString reason;            ///< "Blocked by step 16", "Checksums match: unknown"
};

/// Reads every interlock of a step, lets stale readings fade, fills the views and says whether it may go. Anything but closed, or a caution
/// with a waiver that still holds, blocks: unknown is never green.
[[nodiscard]] Clearance readInterlocks(StepView& step, const StepTrack& track, const std::vector<Interlock>& interlocks, TimePoint now);

/// How a poll stands.
struct PollCount {
    int go = 0;
    int all = 0;
    bool noGo = false;
    bool complete = false;
    QString text;              ///< "2 of 4 stations answered", "no-go from DNS (ML)"
};
/// `team`: at least two names among the answers.
[[nodiscard]] PollCount countPoll(const std::vector<PollStation>& poll, bool team);

/// What lies beside a station: the step's interlocks that belong to it (by their page), or all where none does.
struct StationEvidence {
    QString text;              ///< "Checksums match: 14 of 14"
    bool good = false;         ///< every one closed, or waived
    bool waived = false;
};
[[nodiscard]] StationEvidence evidenceFor(const QString& station, const std::vector<InterlockView>& interlocks);

} // namespace switchyard::cutover
