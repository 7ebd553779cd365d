#pragma once

#include "app/base/StopScope.h"
#include "app/cutover/RunContext.h"

namespace switchyard::cutover {

/// Brings the live logs of every mapped service into the run's stream. A source reconnects by itself and says so; one that gives up is
/// opened again after a while. Main thread.
class LogPump {
public:
    explicit LogPump(RunContext* context) : m_context(context) {}
    void start();

private:
    Task<> pump(ServiceRef ref, std::stop_token stop);
    RunContext* m_context;
    StopScope m_scope;
};

} // namespace switchyard::cutover
