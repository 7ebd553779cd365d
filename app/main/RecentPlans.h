#pragma once

#include "widgets/welcome/WelcomeData.h"

#include <QString>

namespace switchyard {

/// Remembers that a plan was opened, and with which run. One JSON file in XDG_DATA_HOME/switchyard.
void rememberPlan(const QString& file, const QString& planName, const QString& runDirectory);

/// What Welcome shows: plans opened lately with their state, the templates, the history.
[[nodiscard]] ui::WelcomeData welcomeData(const QString& keyringStatus);

} // namespace switchyard
