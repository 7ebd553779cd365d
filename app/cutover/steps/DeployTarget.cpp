#include "app/cutover/steps/Calls.h"
#include "app/base/CopyOf.h"
#include "app/cutover/steps/Kinds.h"
#include "app/cutover/steps/Locks.h"
#include "app/cutover/steps/StepBase.h"

#include <algorithm>

namespace switchyard::cutover {

namespace {

constexpr Milliseconds kLimit = std::chrono::minutes(20);

/// Deploys the target's services so that their settings take effect, and waits until they are healthy.
class DeployTarget final : public StepBase {
public:
    using StepBase::StepBase;
    std::vector<Interlock> interlocks() override { return Locks(c, m_spec.id).noFailure().take(); }

    Task<StepPreview> preview(std::stop_token) override
    {
        StepPreview p;
        const auto names = services();
        p.summary = QStringLiteral("Deploys %1 at %2 with the settings as they are now and waits until they are healthy. Visitors don't notice.")
                        .arg(counted(static_cast<qint64>(names.size()), QStringLiteral("service"), QStringLiteral("services")), targetTitle());
        for (const plan::ServiceMapping& s : names)
            p.calls.push_back(deployCall(callerOf(s.target)));
        co_return p;
    }
    Task<ProbeResult> probe(std::stop_token stop) override
    {
        const auto names = services();
        std::size_t live = 0, started = 0;
        for (const plan::ServiceMapping& s : names) {
            const QString id = memory().value(s.name).toObject().value(u"deploy").toString();
            if (id.isEmpty())
                continue;
            ++started;
            SY_CO_TRY(auto provider, c->hosting(s.target.account));
            auto deploy = co_await provider->deploy(s.target, id, stop);
            SY_CO_ALIVE(stop);
            if (deploy && deploy->state == Deploy::State::Live)
                ++live;
        }
        const bool counted_ = memory().contains(u"healthy");
        co_return ProbeResult{live == names.size() && counted_ ? Effect::Done : started == 0 ? Effect::NotYet : Effect::Partly, QStringLiteral("%1 of %2 deploys are live.").arg(live).arg(names.size())};
    }
    Task<StepOutcome> perform(StepVoice* voice, std::stop_token stop) override
    {
        QJsonObject part = memory();
        const auto names = services();
        StepOutcome out;
        int done = 0;
        for (const plan::ServiceMapping& s : names) {
            SY_CO_TRY(auto provider, c->hosting(s.target.account));
            SY_CO_TRY(const Service before, co_await provider->service(s.target, stop));
            SY_CO_ALIVE(stop);
            if (before.suspended) {
                voice->say(LogLevel::Info, QStringLiteral("%1 is suspended and is deployed when it is started").arg(s.name));
                ++done;
                continue;
            }
            SY_CO_TRY(const Deploy deploy, co_await started(voice, s, provider, part, stop));
            SY_CO_ALIVE(stop);
            part = memory();
            SY_CO_CHECK(co_await untilLive(voice, s, provider, deploy, stop));
            SY_CO_ALIVE(stop);
            SY_CO_CHECK(co_await untilHealthy(voice, s, provider, stop));
            SY_CO_ALIVE(stop);
            out.evidence.push_back(evidence(QStringLiteral("%1 is live and healthy").arg(s.name)));
            ++done;
        }
        QJsonObject last;
        last.insert(QStringLiteral("healthy"), done);
        last.insert(QStringLiteral("services"), static_cast<qint64>(names.size()));
        last.insert(QStringLiteral("at"), isoUtc(now()));
        SY_CO_CHECK(voice->remember(last));
        out.says = QStringLiteral("%1 of %2 services are healthy").arg(done).arg(names.size());
        out.memory = last;
        c->touch(LanesChanged);
        co_return out;
    }

private:
    std::vector<plan::ServiceMapping> services() const
    {
        std::vector<plan::ServiceMapping> out;
        for (const plan::ServiceMapping& s : env().services) {
            if (s.target.isEmpty() || (!with("service").isEmpty() && with("service") != s.name))
                continue;
            const auto provider = c->hosting(s.target.account);
            if (provider && (*provider)->can(HostingProvider::CanDeploy))
                out.push_back(s);
        }
        return out;
    }
    Caller callerOf(const ServiceRef& ref) const
    {
        const Account* a = c->plan().account(ref.account);
        return Caller{a ? a->provider : ref.account, ref};
    }
    /// The deploy of this step: the one in memory, the one that a call before a crash started, else a new one.
    Task<Deploy> started(StepVoice* voice, plan::ServiceMapping s, std::shared_ptr<HostingProvider> provider, QJsonObject part, std::stop_token stop)
    {
        QJsonObject mine = part.value(s.name).toObject();
        const QString known = mine.value(u"deploy").toString();
        if (!known.isEmpty()) {
            auto found = co_await provider->deploy(s.target, known, stop);
            SY_CO_ALIVE(stop);
            if (found && found->state != Deploy::State::Failed && found->state != Deploy::State::Cancelled)
                co_return copyOf(*found);
        }
        SY_CO_TRY(const auto recent, co_await provider->deploys(s.target, 5, stop));
        SY_CO_ALIVE(stop);
        const QString key = QStringLiteral("deploy/") + s.name;
        // What was the newest deploy before ours was asked for; a newer one after a crash is ours.
        if (c->call(m_spec.id, key) == CallState::Sent && mine.contains(u"newest") && !recent.empty() && recent.front().id != mine.value(u"newest").toString()) {
            const Deploy adopted = recent.front();
            mine.insert(QStringLiteral("deploy"), adopted.id);
            QJsonObject keep;
            keep.insert(s.name, mine);
            SY_CO_CHECK(voice->remember(keep));
            co_return adopted;
        }
        mine = {};
        mine.insert(QStringLiteral("newest"), recent.empty() ? QString() : recent.front().id);
        QJsonObject keep;
        keep.insert(s.name, mine);
        SY_CO_CHECK(voice->remember(keep));
        SY_CO_CHECK(voice->intent(key, QStringLiteral("Deploy %1").arg(refText(s.target))));
        auto deploy = co_await provider->startDeploy(s.target, QString(), stop);
        SY_CO_ALIVE(stop);
        SY_CO_CHECK(finish(voice, key, deploy, QStringLiteral("Started")));
        mine.insert(QStringLiteral("deploy"), deploy->id);
        keep.insert(s.name, mine);
        SY_CO_CHECK(voice->remember(keep));
        co_return copyOf(*deploy);
    }
    Task<> untilLive(StepVoice* voice, plan::ServiceMapping s, std::shared_ptr<HostingProvider> provider, Deploy deploy, std::stop_token stop)
    {
        const TimePoint since = now();
        while (!deploy.ended()) {
            progress(voice, s.name, QStringLiteral("Deploy %1").arg(s.name), -1, deploy.providerState, minutesSeconds(now() - since));
            SY_CO_CHECK(co_await pause(voice, std::chrono::seconds(3), stop));
            SY_CO_ALIVE(stop);
            auto next = co_await provider->deploy(s.target, deploy.id, stop);
            SY_CO_ALIVE(stop);
            if (next)
                deploy = *next;
            else if (!next.error().retryable)
                co_return next.error();
            if (now() - since > kLimit) {
                Error error;
                error.kind = ErrorKind::Timeout;
                error.happened = QStringLiteral("The deploy of %1 didn't end within %2.").arg(s.name, durationProse(kLimit));
                error.means = QStringLiteral("The target runs what it ran before; visitors don't notice.");
                error.remedy = QStringLiteral("Look at the deploy at the provider, then try the step again.");
                error.retryable = true;
                co_return error;
            }
        }
        progress(voice, s.name, QStringLiteral("Deploy %1").arg(s.name), 1, deploy.providerState, QStringLiteral("done"), false);
        if (deploy.state == Deploy::State::Live || deploy.state == Deploy::State::Superseded)
            co_return Ok{};
        Error error;
        error.kind = ErrorKind::Http;
        error.happened = QStringLiteral("The deploy of %1 failed (%2).").arg(s.name, deploy.providerState);
        error.means = QStringLiteral("The target runs what it ran before; visitors don't notice.");
        error.remedy = QStringLiteral("Read the deploy's log on the Logs page, then try the step again.");
        error.retryable = true;
        co_return error;
    }
    Task<> untilHealthy(StepVoice* voice, plan::ServiceMapping s, std::shared_ptr<HostingProvider> provider, std::stop_token stop)
    {
        const TimePoint since = now();
        while (true) {
            auto read = co_await provider->service(s.target, stop);
            SY_CO_ALIVE(stop);
            if (read) {
                for (Lane& lane : c->state().lanes) {
                    if (lane.name == s.name)
                        lane.target = *read;
                }
                if (read->health == Health::Ok || read->health == Health::Held || read->health == Health::Unknown)
                    co_return Ok{};
            }
            if (now() - since > std::chrono::minutes(5)) {
                Error error;
                error.kind = ErrorKind::Timeout;
                error.happened = QStringLiteral("%1 isn't healthy after 5 min (%2).").arg(s.name, read ? healthName(read->health) : read.error().happened);
                error.means = QStringLiteral("Visitors would get errors after the switch; they are on the source now.");
                error.remedy = QStringLiteral("Read its log on the Logs page, then try the step again.");
                error.retryable = true;
                co_return error;
            }
            SY_CO_CHECK(co_await pause(voice, std::chrono::seconds(3), stop));
            SY_CO_ALIVE(stop);
        }
    }
};

} // namespace

std::unique_ptr<StepAction> makeDeployTarget(const plan::StepSpec& spec, RunContext* context) { return std::make_unique<DeployTarget>(spec, context); }

} // namespace switchyard::cutover
