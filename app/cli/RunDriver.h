#pragma once

#include "app/cli/Cli.h"
#include "app/rehearsal/Launch.h"

namespace switchyard::cli {

/// Runs one plan to its end without a window: prints progress, writes report.{html,md,json} into the run's folder, and returns the exit
/// code. An interrupt holds the run where it is safe to leave and ends with Interrupted.
/// `rollBack` goes back instead of on: a live run asks for the plan's name first. `faultsOff` are taken away before anything is tried again.
[[nodiscard]] int driveUnattended(rehearsal::LaunchRequest request, const Host& host, bool pictures, bool rollBack = false, QStringList faultsOff = {});

} // namespace switchyard::cli
