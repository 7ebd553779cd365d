#pragma once

#include "app/cutover/RunState.h"

namespace switchyard::test {

/// Settings of the design's pictures: 20 keys of production, and with `several` two more environments, one of which shares a secret.
[[nodiscard]] std::vector<cutover::SettingsView> sampleSettings(TimePoint readAt, bool several = false);

} // namespace switchyard::test
