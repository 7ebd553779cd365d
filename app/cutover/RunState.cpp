#include "app/cutover/RunState.h"

#include <array>

namespace switchyard::cutover {

namespace {
constexpr std::array<const char*, 12> kStateNames{"pending", "blocked", "ready", "running", "needs you", "verifying", "passed",
                                                  "passed with waiver", "failed", "in doubt", "skipped", "rolled back"};
} // namespace

QString stepStateName(StepState state) { return QString::fromLatin1(kStateNames.at(static_cast<std::size_t>(state))); }

std::optional<StepState> stepStateFromName(const QString& name)
{
    for (std::size_t i = 0; i < kStateNames.size(); ++i) {
        if (name == QLatin1String(kStateNames[i]))
            return static_cast<StepState>(i);
    }
    return std::nullopt;
}

bool isDone(StepState state)
{
    return state == StepState::Passed || state == StepState::PassedWithWaiver || state == StepState::Skipped;
}

const StepView* RunState::step(const QString& id) const
{
    for (const StepView& s : steps) {
        if (s.id == id)
            return &s;
    }
    return nullptr;
}

StepView* RunState::step(const QString& id)
{
    return const_cast<StepView*>(std::as_const(*this).step(id));
}

} // namespace switchyard::cutover
