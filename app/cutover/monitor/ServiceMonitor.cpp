#include "app/cutover/monitor/ServiceMonitor.h"

#include "app/cutover/RunController.h"
#include "app/cutover/monitor/Lanes.h"
#include "app/cutover/monitor/Pace.h"

#include <algorithm>

namespace switchyard::cutover {

ServiceMonitor::ServiceMonitor(RunContext* context) : m_context(context)
{
    RunState& s = m_context->state();
    const plan::Environment& env = m_context->plan().production();
    s.lanes = lanesOf(m_context->plan());
    // lanesOf keeps this order.
    std::size_t lane = 0;
    const auto place = [&](const ServiceRef& source, const ServiceRef& target) {
        if (!source.isEmpty())
            m_places.push_back({lane, Side::Source, source});
        if (!target.isEmpty())
            m_places.push_back({lane, Side::Target, target});
        ++lane;
    };
    for (const plan::ServiceMapping& m : env.services)
        place(m.source, m.target);
    for (const plan::DatabaseMapping& m : env.databases)
        place(m.source, m.target);
    for (const plan::QueueMapping& m : env.queues)
        place(m.source, m.target);

    s.providers.clear();
    const QStringList sources = m_context->plan().sideProviders(Side::Source);
    for (const Account& account : m_context->plan().accounts) {
        ProviderView view;
        view.account = account.name;
        view.provider = account.provider;
        view.dns = account.name == m_context->plan().dns.account;
        view.side = view.dns || sources.contains(account.provider) ? Side::Source : Side::Target;
        if (const auto hosting = m_context->hosting(account.name)) {
            view.name = (*hosting)->displayName();
            view.monogram = (*hosting)->monogram();
        } else if (view.dns && m_context->services().dns) {
            view.name = m_context->services().dns->displayName();
            view.monogram = m_context->services().dns->monogram();
            s.zoneHost = view.name;
        } else {
            view.name = account.provider;
            view.monogram = account.provider.left(2);
        }
        s.providers.push_back(std::move(view));
    }
    describeLanes(m_context);
}

void ServiceMonitor::start()
{
    for (const ProviderView& view : m_context->state().providers)
        m_scope.spawn(QStringLiteral("services of ") + view.account, watch(view.account, m_scope.token()));
}

ProviderView* ServiceMonitor::provider(const QString& account) const
{
    auto& all = m_context->state().providers;
    const auto it = std::find_if(all.begin(), all.end(), [&](const ProviderView& p) { return p.account == account; });
    return it == all.end() ? nullptr : &*it;
}

Task<> ServiceMonitor::watch(QString account, std::stop_token stop)
{
    Clock* clock = m_context->clock();
    while (true) {
        SY_CO_CHECK(co_await readAccount(account, stop));
        SY_CO_ALIVE(stop);
        const ProviderView* view = provider(account);
        Milliseconds pause = paceOf(m_context->state()).services;
        // The last calls of a window belong to the steps.
        if (view && view->callsLeft && *view->callsLeft < 200)
            pause = *view->callsLeft < 60 ? Seconds(300) : Seconds(90);
        // Provider limits count wall time, whatever the run's clock does: at most one round in two seconds.
        pause = std::max(pause, Milliseconds(static_cast<qint64>(clock->rate() * 2000)));
        SY_CO_CHECK(co_await sleepFor(clock, pause, stop));
        SY_CO_ALIVE(stop);
    }
}

Task<> ServiceMonitor::readAccount(QString account, std::stop_token stop)
{
    const auto hosting = m_context->hosting(account);
    if (!hosting) { // the DNS host: its calls are the steps'; only what it told with them is shown
        ProviderView* view = provider(account);
        if (view && view->dns && m_context->services().dns) {
            view->callsLeft = m_context->services().dns->callsLeft();
            view->health = view->callsLeft || m_context->state().zoneBefore ? Health::Ok : Health::Unknown;
            if (view->health == Health::Ok)
                view->readAt = m_context->clock()->now();
            m_context->touch(ProvidersChanged);
        }
        co_return Ok{};
    }
    const std::shared_ptr<HostingProvider> held = *hosting;
    QString problem;
    int read = 0;
    const std::vector<Place> places = m_places;
    for (const Place& place : places) {
        if (place.ref.account != account)
            continue;
        const ServiceRef ref = place.ref;
        auto service = co_await held->service(ref, stop);
        SY_CO_ALIVE(stop);
        if (!service) {
            if (problem.isEmpty())
                problem = service.error().happened;
            if (service.error().kind == ErrorKind::RateLimited || service.error().kind == ErrorKind::Auth)
                break;
            continue;
        }
        ++read;
        takeService(place, *service);
    }
    ProviderView* view = provider(account);
    if (!view)
        co_return Ok{};
    view->callsLeft = held->callsLeft();
    view->problem = problem;
    if (read > 0)
        view->readAt = m_context->clock()->now();
    view->health = problem.isEmpty() ? Health::Ok : Health::Caution;
    describeLanes(m_context);
    m_context->touch(LanesChanged | ProvidersChanged);
    co_return Ok{};
}

void ServiceMonitor::takeService(const Place& place, const Service& service)
{
    RunState& s = m_context->state();
    if (place.lane >= s.lanes.size())
        return;
    Lane& lane = s.lanes[place.lane];
    auto& side = place.side == Side::Source ? lane.source : lane.target;
    side = service;
    side->ref = place.ref;
    if (side->readAt == TimePoint{})
        side->readAt = m_context->clock()->now();
    QString& region = place.side == Side::Source ? s.sourceRegion : s.targetRegion;
    // A static site is served from everywhere; the region people mean is that of the servers.
    if (region.isEmpty() || (service.kind != ServiceKind::Site && !service.region.isEmpty()))
        region = service.region;
}

} // namespace switchyard::cutover
