#pragma once

#include "app/cutover/RunState.h"

namespace switchyard::ui {

/// The whole list as Markdown: phases, steps, what they change, their calls as shell with $SWITCHYARD_TOKEN in place of secrets, and the
/// way back of each. Redacted.
[[nodiscard]] QString runbookMarkdown(const cutover::RunState& state);
/// The calls of one step as a script; empty when it has none. Redacted.
[[nodiscard]] QString stepShell(const cutover::StepView& step);

} // namespace switchyard::ui
