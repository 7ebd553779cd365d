#pragma once

#include "app/ports/Services.h"

#include <memory>

namespace switchyard {

/// Everything the program can make, from the real providers. Needs a QCoreApplication. Main thread.
[[nodiscard]] std::unique_ptr<Services> composeServices();

} // namespace switchyard
