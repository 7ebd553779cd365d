#include "providers/netlify/client/Provider.h"

#include "app/base/Awaiters.h"
#include "app/base/Redactor.h"
#include "providers/http/LogText.h"

#include <algorithm>

namespace switchyard::netlify {

namespace {

/// `ts` is a text or epoch milliseconds, whichever the log was written with.
TimePoint timeOf(const QJsonValue& value)
{
    if (value.isDouble())
        return TimePoint(Milliseconds(value.toInteger()));
    return http::instant(value.toString()).value_or(http::wallNow());
}

/// Follows the newest deploy of a site: its states and its build log, by asking. Sites have no other log that tokens may read.
class DeployLog final : public LogSource {
public:
    DeployLog(http::ApiClient api, Provider::Names names, ServiceRef ref) : m_api(std::move(api)), m_names(std::move(names)), m_ref(std::move(ref)) {}

    Task<> follow(Sink sink, std::stop_token stop) override
    {
        const http::ApiClient api = m_api;
        const Provider::Names names = m_names;
        const ServiceRef ref = m_ref;
        const bool simulated = api.options().guard.active;
        QString deployId;
        QString state;
        qsizetype told = 0;
        bool first = true;
        bool broken = false;
        Milliseconds pause = api.options().pollEvery;
        while (true) {
            auto looking = look(api, names, ref, stop);
            const Result<SiteDeploy> newest = co_await std::move(looking);
            SY_CO_ALIVE(stop);
            if (!newest) {
                const Error& problem = newest.error();
                if (problem.kind == ErrorKind::Auth || problem.kind == ErrorKind::Invalid || problem.code == u"404")
                    co_return problem;
                if (!broken)
                    sink(http::aboutStream(QStringLiteral("netlify"), LogLevel::Warning, problem.happened + QStringLiteral(" The deploy log is asked for again."), simulated));
                broken = true;
                SY_CO_CHECK(co_await sleepReal(pause, stop));
                pause = std::min(pause * 2, Milliseconds(30'000));
                continue;
            }
            if (broken)
                sink(http::aboutStream(QStringLiteral("netlify"), LogLevel::Info, QStringLiteral("The deploy log answers again."), simulated));
            broken = false;
            pause = api.options().pollEvery;
            const Deploy& deploy = newest->deploy;
            if (deploy.id != deployId) {
                deployId = deploy.id;
                state.clear();
                told = 0;
            }
            const bool news = deploy.providerState != state;
            const bool old = first && deploy.ended(); // finished before anybody looked
            if (!deploy.id.isEmpty() && news && !old)
                sink(http::aboutStream(QStringLiteral("netlify"), deploy.state == Deploy::State::Failed ? LogLevel::Error : LogLevel::Info,
                                       QStringLiteral("Deploy %1 is %2").arg(deploy.id, deploy.providerState), simulated));
            state = deploy.providerState;
            if (!deploy.id.isEmpty() && !old && (news || !deploy.ended())) {
                auto asking = fetch(api, http::request("GET", "/deploys/%1/log", deploy.id), stop);
                const Result<http::Json> log = co_await std::move(asking);
                SY_CO_ALIVE(stop);
                if (log) {
                    const std::vector<http::Json> rows = log->items();
                    for (; told < static_cast<qsizetype>(rows.size()); ++told) {
                        const http::Json& row = rows[static_cast<size_t>(told)];
                        LogLine line;
                        line.time = timeOf(row.raw()[QLatin1String("ts")]);
                        line.source = QStringLiteral("netlify");
                        line.host = row.textOr("section", QStringLiteral("build"));
                        line.message = Redactor::instance().redact(row.textOr("message", row.textOr("log")));
                        line.level = row.textOr("level") == u"error" ? LogLevel::Error : http::levelOf(line.message);
                        line.simulated = simulated;
                        sink(std::move(line));
                    }
                }
            }
            first = false;
            SY_CO_CHECK(co_await sleepReal(pause, stop));
        }
    }

private:
    static Task<SiteDeploy> look(http::ApiClient api, Provider::Names names, ServiceRef ref, std::stop_token stop)
    {
        SY_CO_TRY(const Site site, co_await readSite(api, names, ref, stop));
        SY_CO_TRY(const std::vector<SiteDeploy> list, co_await deploysOf(api, site.id, site.published, 5, stop));
        SiteDeploy newest;
        if (!list.empty())
            newest = list.front();
        co_return newest;
    }

    http::ApiClient m_api;
    Provider::Names m_names;
    ServiceRef m_ref;
};

} // namespace

std::unique_ptr<LogSource> makeLogSource(http::ApiClient api, Provider::Names names, ServiceRef ref)
{
    return std::make_unique<DeployLog>(std::move(api), std::move(names), std::move(ref));
}

} // namespace switchyard::netlify
