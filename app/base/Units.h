#pragma once

#include <QString>

#include <chrono>
#include <compare>

namespace switchyard {

using Milliseconds = std::chrono::milliseconds;
using Seconds = std::chrono::seconds;
/// A UTC instant with millisecond precision. Local time appears only where something is painted.
using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;

/// A number that can't be mixed up with another: Bytes, Rows and Ttl below.
template<typename Tag>
struct Quantity {
    qint64 value = 0;
    friend auto operator<=>(const Quantity&, const Quantity&) = default;
    Quantity& operator+=(Quantity other) { value += other.value; return *this; }
    friend Quantity operator+(Quantity a, Quantity b) { return {a.value + b.value}; }
    friend Quantity operator-(Quantity a, Quantity b) { return {a.value - b.value}; }
};
using Bytes = Quantity<struct BytesTag>;
using Rows = Quantity<struct RowsTag>;

[[nodiscard]] QString isoUtc(TimePoint time);        ///< 2026-03-15T22:41:38.120Z
[[nodiscard]] TimePoint fromIsoUtc(const QString& text); ///< epoch when unreadable
[[nodiscard]] QString clockUtc(TimePoint time);      ///< 22:41:38
[[nodiscard]] QString clockUtcMs(TimePoint time);    ///< 22:41:38.120
[[nodiscard]] QString minutesSeconds(Milliseconds d);///< 02:28, 112:05
[[nodiscard]] QString hoursMinutesSeconds(Milliseconds d); ///< 00:40:31
[[nodiscard]] QString durationProse(Milliseconds d); ///< 1 min 40 s, 6 s, 1 h 24 min
[[nodiscard]] QString bytesText(Bytes bytes);        ///< 4.5 GB, 912 MB, 12 kB
[[nodiscard]] QString grouped(qint64 number);        ///< 2,104,318

} // namespace switchyard
