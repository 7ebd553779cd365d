#include "app/cutover/Guards.h"

#include <array>

namespace switchyard::cutover {

namespace {
int levelOf(const StepFlags& flags)
{
    if (!flags.needsPerson || (!flags.writes && !flags.pointOfNoReturn && !flags.deletesSource))
        return 0;
    if (flags.pointOfNoReturn || flags.deletesSource)
        return 4;
    return flags.disruptive ? 3 : 2;
}

Guard guardOfLevel(int level, const QString& name, GuardStyle style)
{
    if (level == 0)
        return {};
    if (style == GuardStyle::Clicks)
        return {1, {}, Milliseconds(600)};
    constexpr std::array<int, 5> holdMs{0, 600, 1000, 2000, 3000};
    return {level, level >= 3 ? name : QString(), Milliseconds(holdMs.at(static_cast<std::size_t>(level)))};
}
} // namespace

Guard guardFor(const StepFlags& flags, const QString& name, GuardStyle style) { return guardOfLevel(levelOf(flags), name, style); }

bool pollNeeded(const StepFlags& flags) { return flags.needsPerson && (flags.poll || levelOf(flags) == 4); }

Guard rollbackGuard(bool pastPoint, const QString& name, GuardStyle style) { return guardOfLevel(pastPoint ? 4 : 3, name, style); }

} // namespace switchyard::cutover
