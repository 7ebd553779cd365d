#pragma once

#include <QString>

#include <chrono>
#include <optional>

namespace switchyard {

/// What sort of thing went wrong. Callers branch on this, people read the three sentences.
enum class ErrorKind { Cancelled, Network, Timeout, Http, Auth, RateLimited, Parse, Database, Keychain, Storage, Conflict, Invalid, Internal };

/// A failure that a person can act on. `happened`, `means` and `remedy` are full sentences for people and never hold a secret;
/// `detail` is for logs and already redacted. `code` is the HTTP status, SQLSTATE or errno where there is one.
struct Error {
    ErrorKind kind = ErrorKind::Internal;
    QString happened;
    QString means;
    QString remedy;
    QString detail;
    QString code;
    bool retryable = false;
    std::optional<std::chrono::milliseconds> retryAfter;

    /// The three sentences in one line: what happened, what it means, what to do.
    [[nodiscard]] QString sentence() const;

    static Error cancelled();
    static Error invalid(QString happened, QString means = {}, QString remedy = {});
    static Error internal(QString detail);
};

[[nodiscard]] QString errorKindName(ErrorKind kind);
[[nodiscard]] std::optional<ErrorKind> errorKindFromName(const QString& name);

} // namespace switchyard
