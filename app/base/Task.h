#pragma once

#include "app/base/Result.h"

#include <QCoroTask>

#include <stop_token>

namespace switchyard {

/// What every coroutine returns. Start roots only through StopScope::spawn; await children at once. Arguments are values; the
/// std::stop_token comes last and is checked (SY_CO_ALIVE) after each co_await.
template<typename T = void>
using Task = QCoro::Task<Result<T>>;

} // namespace switchyard
