#pragma once

#include "app/base/Result.h"
#include "app/report/Report.h"

namespace switchyard::ui {

enum class Paper { A4, Letter };

/// Writes the document as PDF on the light theme, whatever the window's. Returns the number of pages. Error: Storage.
[[nodiscard]] Result<int> writePdf(const report::Document& document, const QString& file, Paper paper);
/// Writes bytes by a temporary file and a rename. `what`: "PDF", "HTML file". Error: Storage, in three sentences.
[[nodiscard]] Result<void> writeExport(const QByteArray& bytes, const QString& file, const QString& what);

} // namespace switchyard::ui
