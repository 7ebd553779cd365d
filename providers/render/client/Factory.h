#pragma once

#include "app/ports/HostingProvider.h"
#include "providers/http/Options.h"

namespace switchyard::render {

/// A Render account, reached through its public API (Account::baseUrl, else https://api.render.com/v1). ServiceRef: `service` is the id or
/// the name of a service, a Postgres or a Key Value instance; `app` may be empty or a workspace ("tea-..").
[[nodiscard]] std::shared_ptr<HostingProvider> makeProvider(Account account, http::Options options);

} // namespace switchyard::render
