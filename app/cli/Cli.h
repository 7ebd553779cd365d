#pragma once

#include "app/cutover/RunController.h"
#include "app/ports/Services.h"

#include <QStringList>

#include <functional>

namespace switchyard::cli {

/// Exit codes of every command; part of the stable interface (man page).
enum ExitCode { Done = 0, CheckFailed = 1, BadUsage = 2, Refused = 3, Interrupted = 4 };

/// What the program around the command line can do for it. Built in app/main.
struct Host {
    Services* services = nullptr;
    /// Renders every page of the window offscreen into `directory`, named after `moment`; an empty moment only
    /// gets ready. Absent without a GUI.
    std::function<void(cutover::RunController* run, const QString& directory, const QString& moment)> takePictures;
    /// Opens the window: on Welcome (both empty), on a plan file, or on a run directory. Returns when it is closed.
    std::function<int(const QString& planFile, const QString& resumeDirectory)> openWindow;
    /// Runs the rehearsed world of DIR in this process (hidden subcommand).
    std::function<int(const QString& directory)> runWorld;
    /// Runs simulators alone until interrupted.
    std::function<int(const QStringList& names, int port)> runSimulators;
};

/// What was asked for, known before a QCoreApplication exists: main decides from it which application object to make.
struct Invocation {
    QString command;          ///< "", "rehearse", "run", "resume", "check", "diff", "simulate", "report", "world"
    QStringList arguments;    ///< without program and command
    bool wantsWindow = false;
    bool wantsPictures = false;
};
[[nodiscard]] Invocation parseInvocation(const QStringList& arguments);

/// Runs one command to its end and returns an ExitCode. Needs an application object. Main thread.
[[nodiscard]] int run(const Invocation& invocation, const Host& host);

[[nodiscard]] QString usage();

} // namespace switchyard::cli
