#pragma once

#include "app/base/Task.h"

#include <QTest>

#include <memory>
#include <optional>

namespace switchyard::test {

namespace detail {
template<typename T>
QCoro::Task<> store(Task<T> task, std::shared_ptr<std::optional<Result<T>>> into)
{
    Result<T> result = co_await std::move(task);
    *into = std::move(result);
}
} // namespace detail

/// Runs a task to its end inside a plain test function; an Error of kind Timeout when it takes longer than `limit` of wall time.
template<typename T>
[[nodiscard]] Result<T> run(Task<T> task, std::chrono::milliseconds limit = std::chrono::seconds(20))
{
    auto outcome = std::make_shared<std::optional<Result<T>>>();
    detail::store<T>(std::move(task), outcome);
    const bool ended = QTest::qWaitFor([outcome] { return outcome->has_value(); }, static_cast<int>(limit.count()));
    if (!ended) {
        Error error = Error::internal(QStringLiteral("the task did not end in time"));
        error.kind = ErrorKind::Timeout;
        return error;
    }
    return std::move(**outcome);
}

} // namespace switchyard::test

/// Asserts that a Result holds a value and prints the whole error when it doesn't.
#define SY_VERIFY_OK(...)                                                                                                        \
    do {                                                                                                                         \
        const auto& syResult = (__VA_ARGS__);                                                                                    \
        QVERIFY2(syResult.has_value(), syResult.has_value() ? "" : qPrintable(syResult.error().sentence() + u' ' + syResult.error().detail)); \
    } while (false)
