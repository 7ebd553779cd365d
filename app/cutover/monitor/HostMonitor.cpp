#include "app/cutover/monitor/HostMonitor.h"

#include "app/cutover/RunController.h"
#include "app/cutover/monitor/Pace.h"

#include <QElapsedTimer>

#include <algorithm>

namespace switchyard::cutover {

HostMonitor::HostMonitor(RunContext* context, AddressBook* book, Sink sink) : m_context(context), m_book(book), m_sink(std::move(sink)) {}

void HostMonitor::start()
{
    for (const plan::DomainMapping& d : m_context->plan().production().domains) {
        m_scope.spawn(QStringLiteral("probe ") + d.host, watch(d.host, m_scope.token()));
        m_scope.spawn(QStringLiteral("handshake ") + d.host, watchTls(d.host, m_scope.token()));
    }
}

const plan::DomainMapping* HostMonitor::domain(const QString& host) const
{
    const auto& all = m_context->plan().production().domains;
    const auto it = std::find_if(all.begin(), all.end(), [&](const plan::DomainMapping& d) { return d.host == host; });
    return it == all.end() ? nullptr : &*it;
}

HostView* HostMonitor::view(const QString& host) const
{
    auto& all = m_context->state().hosts;
    const auto it = std::find_if(all.begin(), all.end(), [&](const HostView& h) { return h.host == host; });
    return it == all.end() ? nullptr : &*it;
}

Task<> HostMonitor::watch(QString host, std::stop_token stop)
{
    Clock* clock = m_context->clock();
    while (true) {
        const TimePoint began = clock->now();
        SY_CO_TRY(const ProbeSample sample, co_await look(host, stop));
        SY_CO_ALIVE(stop);
        m_sink(host, sample);
        // In slices, so that a freeze that begins meanwhile is watched from its first second. A fast clock that slows down in the middle
        // of a long slice would stretch it, so the slices stay short there too and the wall clock keeps them from being too many.
        QElapsedTimer wall;
        wall.start();
        do {
            SY_CO_CHECK(co_await sleepFor(clock, Seconds(1), stop));
            SY_CO_ALIVE(stop);
        } while (clock->now() - began < paceOf(m_context->state()).hosts || (clock->rate() > 1 && wall.elapsed() < 250));
    }
}

Task<ProbeSample> HostMonitor::look(QString host, std::stop_token stop)
{
    ProbeSample sample;
    sample.at = m_context->clock()->now();
    QStringList addresses;
    QString problem = QStringLiteral("no resolver is known");
    for (int i = 0; i < 2 && addresses.isEmpty(); ++i) {
        const auto server = m_book->visitorsResolver(i);
        if (!server)
            break;
        const ResolverAddress resolver = *server;
        auto found = co_await m_book->ask(resolver, host, stop);
        SY_CO_ALIVE(stop);
        problem = found ? QStringLiteral("%1 knows no address").arg(resolver.name) : found.error().happened;
        if (found)
            addresses = *found;
    }
    if (addresses.isEmpty()) {
        // Two resolvers without an answer: visitors don't get one either.
        sample.state = m_context->services().resolvers.empty() ? HostState::Unknown : HostState::Failed;
        sample.detail = problem;
        co_return sample;
    }
    ProbeRequest request;
    request.url = QStringLiteral("https://%1/").arg(host);
    request.address = addresses.front();
    request.timeout = Milliseconds(5'000);
    auto fetched = co_await m_context->services().prober->fetch(std::move(request), stop);
    SY_CO_ALIVE(stop);
    if (!fetched) {
        sample.detail = fetched.error().happened; // it could not be asked: nobody knows, nobody is blamed
        co_return sample;
    }
    const ProbeAnswer answer = std::move(fetched).value();
    const plan::DomainMapping* mapping = domain(host);
    sample.status = answer.status;
    sample.took = answer.took;
    sample.address = addresses.front();
    sample.detail = answer.problem.isEmpty() ? answer.tls.problem : answer.problem;
    ProbeAnswer seen = answer;
    seen.address = addresses.front();
    sample.state = mapping ? classify(seen, *mapping, m_book->of(host)) : HostState::Unknown;
    const bool marked = mapping && (carriesMark(seen, mapping->targetMark) || carriesMark(seen, mapping->sourceMark));
    if (marked)
        m_book->learn(host, sample.address, sample.state);
    if (HostView* v = view(host)) {
        const HostAddresses known = m_book->of(host);
        const bool atTarget = known.target.contains(sample.address);
        if (atTarget && !v->dnsSeenAt)
            v->dnsSeenAt = sample.at;
        if (atTarget && answer.tls.tried) {
            v->targetTls = answer.tls;
            v->certificate = answer.tls.ok;
            if (answer.tls.ok && !v->servedAt)
                v->servedAt = sample.at;
        }
    }
    co_return sample;
}

Task<> HostMonitor::watchTls(QString host, std::stop_token stop)
{
    Clock* clock = m_context->clock();
    while (true) {
        auto found = co_await m_book->targetAddress(host, stop);
        SY_CO_ALIVE(stop);
        const QString address = found ? *found : QString();
        if (!address.isEmpty()) {
            auto shaken = co_await m_context->services().prober->handshake(host, address, stop);
            SY_CO_ALIVE(stop);
            HostView* v = view(host);
            if (shaken && v) {
                const bool news = v->certificate != shaken->ok;
                v->targetTls = *shaken;
                v->certificate = shaken->ok;
                if (shaken->ok && !v->servedAt)
                    v->servedAt = clock->now();
                if (news)
                    m_context->touch(HostsChanged);
            }
        }
        const HostView* v = view(host);
        const Milliseconds pause = v && v->certificate ? Seconds(60) : paceOf(m_context->state()).hot || m_context->state().switchedAt ? Seconds(5) : Seconds(15);
        const Milliseconds slice = atLeastQuarterSecond(pause, *clock);
        SY_CO_CHECK(co_await sleepFor(clock, slice, stop));
        SY_CO_ALIVE(stop);
    }
}

} // namespace switchyard::cutover
