#include "app/cutover/monitor/Monitors.h"

#include "app/base/Awaiters.h"
#include "app/cutover/RunController.h"

namespace switchyard::cutover {

Monitors::Monitors(RunContext* context, HostMonitor::Sink samples) : m_context(context), m_book(context)
{
    RunServices& services = m_context->services();
    if (services.resolver)
        m_resolvers = std::make_unique<ResolverMonitor>(m_context, &m_book);
    if (services.resolver && services.prober)
        m_hosts = std::make_unique<HostMonitor>(m_context, &m_book, std::move(samples));
    m_services = std::make_unique<ServiceMonitor>(m_context);
    m_logs = std::make_unique<LogPump>(m_context);
}

Monitors::~Monitors() = default;

void Monitors::start()
{
    if (m_resolvers)
        m_resolvers->start();
    if (m_hosts)
        m_hosts->start();
    m_services->start();
    m_logs->start();
    if (m_context->services().world)
        m_scope.spawn(QStringLiteral("figures of the world"), watchWorld(m_scope.token()));
}

void Monitors::askResolversAgain()
{
    if (m_resolvers)
        m_resolvers->askAgain();
}

Task<> Monitors::watchWorld(std::stop_token stop)
{
    while (true) {
        auto figures = co_await m_context->services().world->figures(stop);
        SY_CO_ALIVE(stop);
        if (figures && figures->contains(u"perMinute")) {
            m_context->state().requestsPerMinute = figures->value(u"perMinute").toDouble(-1);
            m_context->touch(HostsChanged);
        }
        SY_CO_CHECK(co_await sleepReal(Seconds(5), stop)); // visitors live by the wall clock
        SY_CO_ALIVE(stop);
    }
}

} // namespace switchyard::cutover
