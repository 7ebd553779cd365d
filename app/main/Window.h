#pragma once

#include "app/cutover/RunController.h"
#include "app/ports/Services.h"

#include <QCoreApplication>

#include <memory>

namespace switchyard {

/// Makes the GUI application: on the screen there is, or offscreen when only pictures are wanted (`visible` false) or no display exists.
[[nodiscard]] std::unique_ptr<QCoreApplication> makeWindowApplication(int& argc, char** argv, bool visible);
/// Whether a person could see a window of this process.
[[nodiscard]] bool canOpenWindow();

/// Opens the window on Welcome, on a plan file, or on the run of a directory; returns when it is closed.
[[nodiscard]] int openWindow(Services* services, const QString& planFile, const QString& resumeDirectory);

/// Renders every page of a run, offscreen, as `directory`/MOMENT-PAGE.png. Encoding happens in a worker. An empty moment only makes the window.
void takePictures(cutover::RunController* run, const QString& directory, const QString& moment);

} // namespace switchyard
