#pragma once

#include "app/base/Secret.h"
#include "app/base/Task.h"

#include <QStringList>

namespace switchyard {

struct QueueState {
    qint64 pending = 0;     ///< messages waiting in the named lists
    qint64 unacked = 0;     ///< taken by a worker and not yet acknowledged
    qint64 scheduled = 0;   ///< due later
    qint64 keys = 0;        ///< all keys of the database
    QString serverVersion;
};

/// Reads a Redis broker in Celery's layout (list per queue, hash "unacked"). Read-only. Errors: Network, Auth, Timeout, Parse, Cancelled.
class QueueReader {
public:
    virtual ~QueueReader() = default;
    [[nodiscard]] virtual Task<QueueState> read(Secret url, QStringList queues, std::stop_token stop) = 0;
};

} // namespace switchyard
