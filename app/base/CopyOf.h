#pragma once

namespace switchyard {

/// A copy of something that is not a local variable. QCoro 0.8 moves out of whatever lvalue is named in co_return when its type isn't the
/// task's own: `co_return m_member;` would empty the member. A test looks for that shape.
template<typename T>
[[nodiscard]] T copyOf(const T& value)
{
    return value;
}

} // namespace switchyard
