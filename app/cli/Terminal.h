#pragma once

#include "app/base/Error.h"

#include <QString>

namespace switchyard::cli {

/// Writes one line to standard output or standard error; both pass the redactor.
void out(const QString& line);
void err(const QString& line);
/// The three sentences of an error, each on its own line, to standard error.
void err(const Error& error);
/// Exactly `text`, for machine-readable output: redacted, no newline added.
void outRaw(const QByteArray& text);
[[nodiscard]] bool outIsTerminal();
/// Reads one line from the terminal; nothing when there is none (end of file or no terminal).
[[nodiscard]] std::optional<QString> ask(const QString& question);

} // namespace switchyard::cli
