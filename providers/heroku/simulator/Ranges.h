#pragma once

#include "providers/heroku/simulator/Platform.h"

namespace switchyard::heroku {

/// Cuts a list to what a Range header asks: `id ..; max=200;`, `version ]4..; max=15, order=desc`. A longer list is 206 with Next-Range;
/// the last page is 200 without. Default 200, at most 1000, ascending. Provider's documentation on ranges.
[[nodiscard]] Answer inRange(const Answer& list, const QString& range);

} // namespace switchyard::heroku
