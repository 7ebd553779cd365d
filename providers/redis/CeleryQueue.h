#pragma once

#include "app/ports/QueueReader.h"

#include <memory>

namespace switchyard {

/// Reads a broker in the layout of Celery's Redis transport (kombu 5, read 2026): a list per queue and priority step, the hash "unacked" of
/// messages a worker holds. Messages with an ETA wait inside "unacked", so `scheduled` is a part of `unacked`; it is counted up to 10,000 messages.
/// A new connection per read, 3 s for connecting and for each answer. redis:// only: hiredis 0.14 has no TLS. Main thread.
[[nodiscard]] std::shared_ptr<QueueReader> makeQueueReader();

} // namespace switchyard
