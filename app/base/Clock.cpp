#include "app/base/Clock.h"

namespace switchyard {

TimePoint SystemClock::now() const
{
    return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
}

} // namespace switchyard
