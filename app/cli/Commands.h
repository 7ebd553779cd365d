#pragma once

#include "app/cli/Cli.h"
#include "app/plan/Plan.h"

#include <QCommandLineParser>

namespace switchyard::cli {

/// One function a subcommand; each returns an ExitCode and prints for people, or JSON where asked.
int rehearse(const QStringList& arguments, const Host& host);
int runLive(const QStringList& arguments, const Host& host);
int resume(const QStringList& arguments, const Host& host);
int check(const QStringList& arguments, const Host& host);
int diff(const QStringList& arguments, const Host& host);
int simulate(const QStringList& arguments, const Host& host);
int reportCommand(const QStringList& arguments, const Host& host);

/// Parses the options of a subcommand; prints what is wrong and returns false on bad usage.
[[nodiscard]] bool parseOptions(QCommandLineParser* parser, const QStringList& arguments);
/// A plan by file name, or by the name of a template; prints every problem. Nothing on failure.
[[nodiscard]] std::optional<plan::Plan> openPlan(const QString& nameOrFile);
/// The exit code that fits an error.
[[nodiscard]] int exitCodeFor(const Error& error);

} // namespace switchyard::cli
