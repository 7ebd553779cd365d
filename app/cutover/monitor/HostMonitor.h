#pragma once

#include "app/base/StopScope.h"
#include "app/cutover/monitor/AddressBook.h"

namespace switchyard::cutover {

/// Looks at every host of the plan as a visitor would: asks a resolver, opens a new connection to the answer, tells who it was by the
/// plan's marks. Also shakes hands with the target before anybody is sent there. Main thread.
class HostMonitor {
public:
    using Sink = std::function<void(const QString& host, const ProbeSample& sample)>;
    HostMonitor(RunContext* context, AddressBook* book, Sink sink);
    void start();
    /// One look at one host.
    [[nodiscard]] Task<ProbeSample> look(QString host, std::stop_token stop);

private:
    Task<> watch(QString host, std::stop_token stop);
    Task<> watchTls(QString host, std::stop_token stop);
    [[nodiscard]] const plan::DomainMapping* domain(const QString& host) const;
    [[nodiscard]] HostView* view(const QString& host) const;
    RunContext* m_context;
    AddressBook* m_book;
    Sink m_sink;
    StopScope m_scope;
};

} // namespace switchyard::cutover
