#pragma once

#include "app/logs/LogStore.h"

namespace switchyard::logs {

/// Errors of one kind at one host: what is pinned beside the stream.
struct ErrorGroup {
    QString title;          ///< "TLS handshake failed on projectify.test"
    QString explanation;    ///< plain words, where the kind is known; else empty
    qint64 count = 0;
    TimePoint first{};
    TimePoint last{};
    qsizetype firstNumber = 0;
    qsizetype lastNumber = 0;
};

/// What kind of error a line tells of, and where. Pure.
struct ErrorKind {
    QString key;            ///< lines with the same key belong together
    QString title;
    QString explanation;
};
[[nodiscard]] ErrorKind errorKind(const LogLine& line);

/// The error groups of a store, kept as it grows; newest group last. Only lines of level Error are read back.
class ErrorGroups final {
public:
    /// Reads at most `limit` further lines of the store; true when some are left.
    bool read(const LogStore& store, qsizetype limit = 20'000);
    [[nodiscard]] const std::vector<ErrorGroup>& groups() const { return m_groups; }

private:
    qsizetype m_next = 0;
    std::vector<ErrorGroup> m_groups;
    QHash<QString, std::size_t> m_byKey;
};

} // namespace switchyard::logs
