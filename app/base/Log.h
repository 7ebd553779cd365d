#pragma once

#include <QString>

namespace switchyard {

/// The program's own diagnostics (spdlog, one logger a library). What providers and servers say goes to app/logs, never here.
/// Any thread. Every line passes the redactor first.
void logInfo(const char* library, const QString& line);
void logWarning(const char* library, const QString& line);
void logError(const char* library, const QString& line);

/// Sends diagnostics to a rotating file (3 x 4 MiB) as well as, when `toStderr`, to standard error. Before this call only warnings and
/// errors are shown, on standard error.
void openDiagnostics(const QString& file, bool toStderr);

} // namespace switchyard
