#pragma once

#include "app/base/Clock.h"
#include "app/ports/Dialer.h"
#include "app/ports/Resolver.h"

#include <memory>

namespace switchyard {

/// A resolver that sends its own packets (QDnsLookup of Qt 6.4 can't set a port and knows no CAA or SOA): UDP with EDNS 1232, three tries
/// of three seconds with a new port and id each, TCP when the answer was cut. The place to send to comes from `dialer`.route(address, 53).
/// Values: names absolute and lower case; TXT unquoted and joined; MX and CAA as in a zone file. `clock` stamps the answers; without one
/// the wall clock does. Main thread.
[[nodiscard]] std::shared_ptr<Resolver> makeResolver(std::shared_ptr<Dialer> dialer, Clock* clock = nullptr);

/// Addresses of the name servers this computer uses (/etc/resolv.conf), in their order.
[[nodiscard]] QStringList systemNameServers();

} // namespace switchyard
