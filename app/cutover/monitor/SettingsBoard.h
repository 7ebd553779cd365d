#pragma once

#include "app/cutover/RunContext.h"
#include "app/environment/Compare.h"

namespace switchyard::cutover {

/// What may be shown of a comparison: values of secrets and of connection strings become length and fingerprint.
[[nodiscard]] SettingRow settingRow(const environment::SettingDiff& diff);

/// Reads the settings of both sides of every service of every environment, compares them by the plan's rules and puts the result on the
/// run's board (RunState::settings), one service after the other. A side that can't be read leaves its rows as they were and says why.
/// Does nothing while a reading is going on. Never fails but for Cancelled.
[[nodiscard]] Task<> readAllSettings(RunContext* context, std::stop_token stop);

} // namespace switchyard::cutover
