#pragma once

#include "app/logs/LogStore.h"

#include <QSet>
#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

namespace switchyard::logs {

/// What the search field says. Tokens filter, the words after them highlight: "since:22:42 level:error TLS handshake".
struct LogFilter {
    QSet<QString> hiddenSources;
    LogLevel least = LogLevel::Info;
    std::optional<TimePoint> since;
    std::optional<TimePoint> until;
    QString source;
    QString host;
    int step = 0;
    std::optional<bool> fold;   ///< repeats within a minute in one row: "repeats:folded", "repeats:all"; unset: the view decides
    QString words;          ///< highlighted; not a filter
    QString problem;        ///< a token that is not understood, in words

    friend bool operator==(const LogFilter&, const LogFilter&) = default;
    [[nodiscard]] bool needsText() const { return !host.isEmpty(); }
    [[nodiscard]] bool accepts(const LogStore& store, qsizetype number) const;
};

/// Reads "token:value" pairs (since, until, source, level, host, step) and leaves the rest as words. `day` gives the date of clock times.
[[nodiscard]] LogFilter parseFilter(const QString& text, TimePoint day);
/// Where in `text` a token stands, for painting it as one.
struct TokenSpan {
    qsizetype start = 0;
    qsizetype colon = 0;    ///< of the first colon
    qsizetype end = 0;
};
[[nodiscard]] std::vector<TokenSpan> tokenSpans(const QString& text);
/// `text` with this token set to `value`; an empty value takes the token out. Other tokens and words stay.
[[nodiscard]] QString withToken(const QString& text, const QString& key, const QString& value);

} // namespace switchyard::logs
