#pragma once

#include "app/ports/DnsHost.h"
#include "providers/http/Options.h"

#include <memory>

namespace switchyard::cloudflare {

/// The DNS zones of a Cloudflare account, reached through API v4 (Account::baseUrl, else https://api.cloudflare.com/client/v4). The token needs
/// Zone:Read and DNS:Edit.
[[nodiscard]] std::shared_ptr<DnsHost> makeHost(Account account, http::Options options);

} // namespace switchyard::cloudflare
