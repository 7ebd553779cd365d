#include "tests/kit/FakeClock.h"
