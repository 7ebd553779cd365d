#pragma once

#include "app/ports/LogSource.h"

#include <QSet>

#include <deque>

namespace switchyard::http {

/// How serious a line of an unknown program reads: by the level words that logging libraries write, and by router lines' `at=error`.
[[nodiscard]] LogLevel levelOf(const QString& message);

/// Now by the wall clock.
[[nodiscard]] TimePoint wallNow();

/// What a log source says about itself: a Warning (or Info) line of the provider.
[[nodiscard]] LogLine aboutStream(const QString& source, LogLevel level, const QString& message, bool simulated);

/// Remembers the last few thousand keys, so that lines fetched again after a gap aren't shown twice.
class SeenLines {
public:
    /// True the first time.
    bool add(const QString& key);

private:
    static constexpr size_t kKept = 4000;
    QSet<QString> m_set;
    std::deque<QString> m_order;
};

} // namespace switchyard::http
