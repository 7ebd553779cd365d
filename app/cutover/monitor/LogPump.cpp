#include "app/cutover/monitor/LogPump.h"

#include "app/base/Awaiters.h"

#include <algorithm>

namespace switchyard::cutover {

void LogPump::start()
{
    // What runs writes logs that people read: processes and sites. A database's own are asked for at its provider.
    std::vector<ServiceRef> refs;
    for (const plan::ServiceMapping& m : m_context->plan().production().services) {
        for (const ServiceRef& ref : {m.source, m.target}) {
            if (!ref.isEmpty() && std::find(refs.begin(), refs.end(), ref) == refs.end() && m_context->hosting(ref.account))
                refs.push_back(ref);
        }
    }
    for (const ServiceRef& ref : refs)
        m_scope.spawn(QStringLiteral("logs of %1/%2").arg(ref.account, ref.service.isEmpty() ? ref.app : ref.service), pump(ref, m_scope.token()));
}

Task<> LogPump::pump(ServiceRef ref, std::stop_token stop)
{
    int broken = 0;
    while (true) {
        const auto hosting = m_context->hosting(ref.account);
        if (!hosting)
            co_return Ok{};
        const std::shared_ptr<LogSource> source((*hosting)->logs(ref));
        if (!source)
            co_return Ok{};
        RunContext* context = m_context;
        auto came = std::make_shared<bool>(false);
        LogSource::Sink sink = [context, came, stop](LogLine line) {
            *came = true;
            if (!stop.stop_requested())
                context->log(std::move(line));
        };
        auto ended = co_await source->follow(std::move(sink), stop);
        SY_CO_ALIVE(stop);
        if (!ended && ended.error().kind == ErrorKind::Invalid)
            co_return Ok{}; // this provider streams nothing
        LogLine gap;
        gap.source = ref.account;
        gap.host = ref.service;
        gap.level = LogLevel::Warning;
        if (*came)
            broken = 0; // it worked in between: no reason to wait longer and longer
        const int wait = std::min(60, 4 << std::min(broken++, 4));
        gap.message = QStringLiteral("Log stream closed, opening again in %1 s%2").arg(wait).arg(ended ? QString() : QStringLiteral(": ") + ended.error().happened);
        m_context->log(std::move(gap));
        SY_CO_CHECK(co_await sleepReal(Seconds(wait), stop));
        SY_CO_ALIVE(stop);
    }
}

} // namespace switchyard::cutover
