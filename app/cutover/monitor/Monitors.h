#pragma once

#include "app/cutover/monitor/HostMonitor.h"
#include "app/cutover/monitor/LogPump.h"
#include "app/cutover/monitor/ResolverMonitor.h"
#include "app/cutover/monitor/ServiceMonitor.h"

#include <memory>

namespace switchyard::cutover {

/// Everything that watches the outside while a run goes on: hosts, resolvers, services, logs, and the figures of a rehearsed world. Runs on
/// the context's clock and holds no guard of the governor. A part whose port isn't there isn't started. Main thread.
class Monitors {
public:
    Monitors(RunContext* context, HostMonitor::Sink samples);
    ~Monitors();
    void start();
    void askResolversAgain();

private:
    Task<> watchWorld(std::stop_token stop);
    RunContext* m_context;
    AddressBook m_book;
    std::unique_ptr<HostMonitor> m_hosts;
    std::unique_ptr<ResolverMonitor> m_resolvers;
    std::unique_ptr<ServiceMonitor> m_services;
    std::unique_ptr<LogPump> m_logs;
    StopScope m_scope;
};

} // namespace switchyard::cutover
