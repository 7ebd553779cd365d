#pragma once

#include "app/base/Clock.h"
#include "app/ports/Dialer.h"
#include "app/ports/Prober.h"

#include <memory>

namespace switchyard {

/// A prober with an HTTP/1.1 client of its own, because QNetworkAccessManager can't pin an address and reuses connections, which goes on
/// showing the old side after a switch. Redirects are not followed: they are what a check wants to see. Where the dialer has roots of its own,
/// only those are trusted, else the system's. `clock` stamps the answers; without one the wall clock does. Main thread.
[[nodiscard]] std::shared_ptr<Prober> makeProber(std::shared_ptr<Dialer> dialer, Clock* clock = nullptr);

} // namespace switchyard
