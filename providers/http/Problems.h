#pragma once

#include "app/base/Error.h"
#include "providers/http/Request.h"

#include <QNetworkReply>

namespace switchyard::http {

/// What the provider wrote about its refusal: Heroku and Render `message` (with `id` or `code`), Netlify `message`, Cloudflare
/// `errors[].message` (with `code`). Redacted, at most 300 characters; empty when the body isn't JSON.
[[nodiscard]] QString refusalOf(const QByteArray& body);

/// An answer that isn't a success as an Error: 401 and 403 Auth, 409 Conflict, 429 RateLimited, others Http; `code` is the status. `writes`
/// says whether the call would have changed something.
[[nodiscard]] Error problemOf(const QString& provider, const Response& response, bool writes, std::optional<Milliseconds> retryAfter);

/// A call that got no answer as an Error: Network, or Auth for a certificate that can't be trusted.
[[nodiscard]] Error problemOf(const QString& provider, const QString& host, QNetworkReply::NetworkError code, const QString& text, bool writes);

/// A call that took longer than its deadline. After a write nobody knows whether it was carried out, and the sentences say so.
[[nodiscard]] Error deadlineProblem(const QString& provider, Milliseconds deadline, bool writes);

/// The refusal of a compare-and-set write: `what` was expected to be `expected` and is `found`. Both are shown to people.
[[nodiscard]] Error changedMeanwhile(const QString& provider, const QString& what, const QString& expected, const QString& found);

/// A read back after a write that doesn't show the write.
[[nodiscard]] Error notThere(const QString& provider, const QString& what);

/// A call the provider doesn't have.
[[nodiscard]] Error notOffered(const QString& provider, const QString& what, const QString& instead = {});

/// Something waited for that never came.
[[nodiscard]] Error waitedTooLong(const QString& provider, const QString& what, Milliseconds limit);

} // namespace switchyard::http
