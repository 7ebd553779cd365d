#pragma once

#include "app/base/Error.h"

#include <utility>
#include <variant>

namespace switchyard {

/// Value of a success without one: `return Ok{};` in a function that returns Result<void>.
struct Ok {};

/// A value or an Error, with the names of std::expected so that a later compiler can replace it.
template<typename T = void>
class [[nodiscard]] Result {
public:
    using value_type = T;

    Result(T value) : m_state(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : m_state(std::in_place_index<1>, std::move(error)) {}

    [[nodiscard]] bool has_value() const noexcept { return m_state.index() == 0; }
    [[nodiscard]] explicit operator bool() const noexcept { return has_value(); }

    [[nodiscard]] T& value() & { return std::get<0>(m_state); }
    [[nodiscard]] const T& value() const& { return std::get<0>(m_state); }
    [[nodiscard]] T&& value() && { return std::get<0>(std::move(m_state)); }
    [[nodiscard]] T& operator*() & { return value(); }
    [[nodiscard]] const T& operator*() const& { return value(); }
    [[nodiscard]] T&& operator*() && { return std::move(*this).value(); }
    [[nodiscard]] T* operator->() { return &value(); }
    [[nodiscard]] const T* operator->() const { return &value(); }

    [[nodiscard]] Error& error() & { return std::get<1>(m_state); }
    [[nodiscard]] const Error& error() const& { return std::get<1>(m_state); }
    [[nodiscard]] Error&& error() && { return std::get<1>(std::move(m_state)); }

    [[nodiscard]] T value_or(T fallback) const& { return has_value() ? value() : std::move(fallback); }

private:
    std::variant<T, Error> m_state;
};

template<>
class [[nodiscard]] Result<void> {
public:
    using value_type = void;

    Result() = default;
    Result(Ok) {}
    Result(Error error) : m_error(std::move(error)) {}

    [[nodiscard]] bool has_value() const noexcept { return !m_error.has_value(); }
    [[nodiscard]] explicit operator bool() const noexcept { return has_value(); }
    [[nodiscard]] Error& error() & { return *m_error; }
    [[nodiscard]] const Error& error() const& { return *m_error; }
    [[nodiscard]] Error&& error() && { return std::move(*m_error); }

private:
    std::optional<Error> m_error;
};

} // namespace switchyard

#define SY_JOIN_(a, b) a##b
#define SY_JOIN(a, b) SY_JOIN_(a, b)

/// SY_TRY(auto x, expr): declares x from a Result, or returns its error. Declaration style: GCC 12 crashes on statement expressions.
#define SY_TRY_(result, decl, ...)                     \
    auto result = (__VA_ARGS__);                       \
    if (!result)                                       \
        return std::move(result).error();              \
    decl = std::move(result).value()
#define SY_TRY(decl, ...) SY_TRY_(SY_JOIN(syTry, __COUNTER__), decl, __VA_ARGS__)

/// SY_CHECK(expr): returns the error of a Result<void>, or goes on.
#define SY_CHECK_(result, ...)                         \
    auto result = (__VA_ARGS__);                       \
    if (!result)                                       \
    return std::move(result).error()
#define SY_CHECK(...) SY_CHECK_(SY_JOIN(syTry, __COUNTER__), __VA_ARGS__)

/// The same inside a coroutine: SY_CO_TRY(auto x, co_await task).
#define SY_CO_TRY_(result, decl, ...)                  \
    auto result = (__VA_ARGS__);                       \
    if (!result)                                       \
        co_return std::move(result).error();           \
    decl = std::move(result).value()
#define SY_CO_TRY(decl, ...) SY_CO_TRY_(SY_JOIN(syTry, __COUNTER__), decl, __VA_ARGS__)
#define SY_CO_CHECK_(result, ...)                      \
    auto result = (__VA_ARGS__);                       \
    if (!result)                                       \
    co_return std::move(result).error()
#define SY_CO_CHECK(...) SY_CO_CHECK_(SY_JOIN(syTry, __COUNTER__), __VA_ARGS__)

/// SY_CO_ALIVE(stop): first line after every co_await; leaves with Cancelled before anything of `this` is touched.
#define SY_CO_ALIVE(stop)                              \
    if ((stop).stop_requested())                       \
    co_return ::switchyard::Error::cancelled()
