#include "app/base/Error.h"

#include <QStringList>

#include <array>
#include <utility>

namespace switchyard {

namespace {
constexpr std::array<std::pair<ErrorKind, const char*>, 13> kErrorKindNames{{
    {ErrorKind::Cancelled, "cancelled"}, {ErrorKind::Network, "network"}, {ErrorKind::Timeout, "timeout"},
    {ErrorKind::Http, "http"}, {ErrorKind::Auth, "auth"}, {ErrorKind::RateLimited, "rate-limited"},
    {ErrorKind::Parse, "parse"}, {ErrorKind::Database, "database"}, {ErrorKind::Keychain, "keychain"},
    {ErrorKind::Storage, "storage"}, {ErrorKind::Conflict, "conflict"}, {ErrorKind::Invalid, "invalid"},
    {ErrorKind::Internal, "internal"},
}};
} // namespace

QString Error::sentence() const
{
    QStringList parts;
    for (const QString& part : {happened, means, remedy}) {
        if (!part.isEmpty())
            parts << part;
    }
    return parts.join(u' ');
}

Error Error::cancelled()
{
    return {.kind = ErrorKind::Cancelled, .happened = QStringLiteral("Stopped before it was done."), .means = {}, .remedy = {},
            .detail = {}, .code = {}, .retryable = true, .retryAfter = {}};
}

Error Error::invalid(QString happened, QString means, QString remedy)
{
    return {.kind = ErrorKind::Invalid, .happened = std::move(happened), .means = std::move(means), .remedy = std::move(remedy),
            .detail = {}, .code = {}, .retryable = false, .retryAfter = {}};
}

Error Error::internal(QString detail)
{
    return {.kind = ErrorKind::Internal, .happened = QStringLiteral("Switchyard met a state it doesn't know."),
            .means = QStringLiteral("Nothing more was sent."),
            .remedy = QStringLiteral("Hold the plan and look at the log before you go on."), .detail = std::move(detail), .code = {},
            .retryable = false, .retryAfter = {}};
}

QString errorKindName(ErrorKind kind)
{
    for (const auto& [value, name] : kErrorKindNames) {
        if (value == kind)
            return QString::fromLatin1(name);
    }
    return QStringLiteral("internal");
}

std::optional<ErrorKind> errorKindFromName(const QString& wanted)
{
    for (const auto& [value, name] : kErrorKindNames) {
        if (wanted == QLatin1String(name))
            return value;
    }
    return std::nullopt;
}

} // namespace switchyard
