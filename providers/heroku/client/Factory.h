#pragma once

#include "app/ports/HostingProvider.h"
#include "providers/http/Options.h"

namespace switchyard::heroku {

/// A Heroku account, reached through the Platform API (Account::baseUrl, else https://api.heroku.com) and the data host
/// (Account::dataUrl, else https://api.data.heroku.com). ServiceRef: `app` is the app's name or id; `service` a process type ("web"), or for
/// databases and caches the add-on's name, id, attachment ("DATABASE") or config var ("DATABASE_URL").
[[nodiscard]] std::shared_ptr<HostingProvider> makeProvider(Account account, http::Options options);

} // namespace switchyard::heroku
