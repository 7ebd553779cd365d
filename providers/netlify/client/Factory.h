#pragma once

#include "app/ports/HostingProvider.h"
#include "providers/http/Options.h"

namespace switchyard::netlify {

/// The mark (an HTML comment) in the body of the maintenance page: probes know it by that, because the page answers 200. The title of the
/// deploy is "switchyard-maintenance after ID", so that whoever withdraws it knows which deploy was live before.
inline constexpr char kMaintenanceMark[] = "switchyard-maintenance";

/// The sites of a Netlify account, reached through its API (Account::baseUrl, else https://api.netlify.com/api/v1). ServiceRef: `service`
/// (or, when that is empty, `app`) is a site's id, name or domain.
[[nodiscard]] std::shared_ptr<HostingProvider> makeProvider(Account account, http::Options options);

} // namespace switchyard::netlify
