#pragma once

#include "providers/cloudflare/simulator/Records.h"
#include "providers/simulator/HttpMessage.h"

namespace switchyard::cloudflare {

/// `{success, errors[], messages[], result, result_info?}` around every answer.
[[nodiscard]] simulator::Response success(const QJsonValue& result, const QJsonObject& resultInfo = {}, const QJsonArray& messages = {});
[[nodiscard]] simulator::Response failure(const ApiError& error);

/// One page of `all` by `page` and `per_page` of the query, with result_info.
[[nodiscard]] simulator::Response paged(const simulator::Request& request, const std::vector<QJsonObject>& all, int perPage, int least, int most);

/// Whether a record passes the list filters of the query (`type`, `name`, `name.contains`, `content.*`, `proxied`, `search`, `match`).
[[nodiscard]] bool passesFilters(const simulator::Request& request, const QJsonObject& record);

} // namespace switchyard::cloudflare
