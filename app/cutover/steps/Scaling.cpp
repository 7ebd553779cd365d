#include "app/cutover/steps/Scaling.h"

#include "app/cutover/steps/Calls.h"
#include "app/cutover/steps/Kinds.h"
#include "app/cutover/steps/Locks.h"

#include <algorithm>

namespace switchyard::cutover {

namespace {

ServiceRef refFrom(const QString& text, const QJsonObject& json)
{
    Q_UNUSED(text)
    return ServiceRef{json.value(u"account").toString(), json.value(u"app").toString(), json.value(u"service").toString()};
}

Caller callerFor(RunContext* context, const ServiceRef& ref)
{
    const Account* a = context->plan().account(ref.account);
    return Caller{a ? a->provider : ref.account, ref};
}

bool scales(RunContext* context, const ServiceRef& ref)
{
    const auto provider = context->hosting(ref.account);
    return provider && (*provider)->can(HostingProvider::CanScaleToZero);
}

bool suspends(RunContext* context, const ServiceRef& ref)
{
    const auto provider = context->hosting(ref.account);
    return provider && (*provider)->can(HostingProvider::CanSuspend);
}

} // namespace

Result<void> ScalingStep::rememberOnce(StepVoice* voice, const ServiceRef& ref, const Service& found) const
{
    QJsonObject formation = memory().value(u"formation").toObject();
    if (formation.contains(refText(ref)))
        return Ok{};
    QJsonObject entry;
    entry.insert(QStringLiteral("account"), ref.account);
    entry.insert(QStringLiteral("app"), ref.app);
    entry.insert(QStringLiteral("service"), ref.service);
    entry.insert(QStringLiteral("instances"), found.desired);
    entry.insert(QStringLiteral("suspended"), found.suspended);
    formation.insert(refText(ref), entry);
    QJsonObject part;
    part.insert(QStringLiteral("formation"), formation);
    return voice->remember(part);
}

Task<bool> ScalingStep::stopped(ServiceRef ref, std::stop_token stop)
{
    SY_CO_TRY(auto provider, c->hosting(ref.account));
    SY_CO_TRY(const Service s, co_await provider->service(ref, stop));
    SY_CO_ALIVE(stop);
    co_return s.suspended || (s.desired == 0 && s.running == 0);
}

Task<> ScalingStep::stopService(StepVoice* voice, ServiceRef ref, std::stop_token stop)
{
    SY_CO_TRY(auto provider, c->hosting(ref.account));
    SY_CO_TRY(const Service found, co_await provider->service(ref, stop));
    SY_CO_ALIVE(stop);
    if (found.suspended || (found.desired == 0 && found.running == 0))
        co_return Ok{};
    SY_CO_CHECK(rememberOnce(voice, ref, found));
    const QString key = QStringLiteral("stop/") + refText(ref);
    SY_CO_CHECK(voice->intent(key, QStringLiteral("Stop %1").arg(refText(ref))));
    if (provider->can(HostingProvider::CanScaleToZero)) {
        auto scaled = co_await provider->scale(ref, found.desired, 0, stop);
        SY_CO_ALIVE(stop);
        SY_CO_CHECK(finish(voice, key, scaled, QStringLiteral("Stopped")));
    } else {
        auto suspended = co_await provider->suspend(ref, true, stop);
        SY_CO_ALIVE(stop);
        SY_CO_CHECK(finish(voice, key, suspended, QStringLiteral("Suspended")));
    }
    c->touch(LanesChanged);
    co_return Ok{};
}

Task<> ScalingStep::startService(StepVoice* voice, ServiceRef ref, int instances, std::stop_token stop)
{
    SY_CO_TRY(auto provider, c->hosting(ref.account));
    SY_CO_TRY(const Service found, co_await provider->service(ref, stop));
    SY_CO_ALIVE(stop);
    SY_CO_CHECK(rememberOnce(voice, ref, found));
    if (found.suspended) {
        const QString key = QStringLiteral("resume/") + refText(ref);
        SY_CO_CHECK(voice->intent(key, QStringLiteral("Resume %1").arg(refText(ref))));
        auto resumed = co_await provider->suspend(ref, false, stop);
        SY_CO_ALIVE(stop);
        SY_CO_CHECK(finish(voice, key, resumed, QStringLiteral("Resumed")));
    }
    if (found.desired == 0 && !found.suspended && instances > 0) {
        const QString key = QStringLiteral("start/") + refText(ref);
        SY_CO_CHECK(voice->intent(key, QStringLiteral("Start %1 of %2").arg(instances).arg(refText(ref))));
        auto scaled = co_await provider->scale(ref, 0, instances, stop);
        SY_CO_ALIVE(stop);
        SY_CO_CHECK(finish(voice, key, scaled, QStringLiteral("Started")));
    }
    c->touch(LanesChanged);
    co_return Ok{};
}

std::vector<CallPreview> ScalingStep::stopCalls(const std::vector<ServiceRef>& refs) const
{
    std::vector<CallPreview> out;
    for (const ServiceRef& ref : refs)
        out.push_back(scales(c, ref) ? scaleCall(callerFor(c, ref), 0) : suspendCall(callerFor(c, ref), true));
    return out;
}

std::vector<CallPreview> ScalingStep::startCalls(const std::vector<ServiceRef>& refs, int instances) const
{
    std::vector<CallPreview> out;
    for (const ServiceRef& ref : refs)
        out.push_back(suspends(c, ref) && !scales(c, ref) ? suspendCall(callerFor(c, ref), false) : scaleCall(callerFor(c, ref), instances));
    return out;
}

UndoPreview ScalingStep::undoPreview()
{
    UndoPreview out;
    const QJsonObject formation = memory().value(u"formation").toObject();
    QStringList parts;
    for (auto it = formation.begin(); it != formation.end(); ++it) {
        const QJsonObject entry = it.value().toObject();
        const ServiceRef ref = refFrom(it.key(), entry);
        const int n = entry.value(u"instances").toInt();
        parts << QStringLiteral("%1 to %2").arg(ref.service.isEmpty() ? ref.app : ref.service, entry.value(u"suspended").toBool() ? QStringLiteral("suspended") : QString::number(n));
        out.calls.push_back(scales(c, ref) ? scaleCall(callerFor(c, ref), n) : suspendCall(callerFor(c, ref), entry.value(u"suspended").toBool()));
    }
    out.needed = !parts.isEmpty();
    out.summary = out.needed ? QStringLiteral("Set %1 again.").arg(parts.join(QStringLiteral(", "))) : QStringLiteral("Nothing to put back.");
    out.takes = std::chrono::seconds(10 * parts.size());
    return out;
}

Task<StepOutcome> ScalingStep::undo(StepVoice* voice, std::stop_token stop)
{
    StepOutcome out;
    const QJsonObject formation = memory().value(u"formation").toObject();
    int restored = 0;
    const QStringList names = formation.keys();
    for (const QString& name : names) {
        const QJsonObject entry = formation.value(name).toObject();
        const ServiceRef ref = refFrom(name, entry);
        SY_CO_TRY(auto provider, c->hosting(ref.account));
        SY_CO_TRY(const Service found, co_await provider->service(ref, stop));
        SY_CO_ALIVE(stop);
        const int wanted = entry.value(u"instances").toInt();
        const bool suspended = entry.value(u"suspended").toBool();
        const QString key = QStringLiteral("restore/") + name;
        if (found.suspended != suspended && provider->can(HostingProvider::CanSuspend)) {
            SY_CO_CHECK(voice->intent(key, suspended ? QStringLiteral("Suspend %1 again").arg(name) : QStringLiteral("Resume %1").arg(name)));
            auto done = co_await provider->suspend(ref, suspended, stop);
            SY_CO_ALIVE(stop);
            SY_CO_CHECK(finish(voice, key, done, QStringLiteral("As before")));
            ++restored;
        } else if (found.desired != wanted && provider->can(HostingProvider::CanScaleToZero)) {
            SY_CO_CHECK(voice->intent(key, QStringLiteral("Set %1 to %2").arg(name).arg(wanted)));
            auto done = co_await provider->scale(ref, found.desired, wanted, stop);
            SY_CO_ALIVE(stop);
            SY_CO_CHECK(finish(voice, key, done, QStringLiteral("As before")));
            ++restored;
        }
    }
    c->touch(LanesChanged);
    out.says = restored == 0 ? QStringLiteral("Nothing to put back") : QStringLiteral("%1 as before").arg(counted(restored, QStringLiteral("service"), QStringLiteral("services")));
    out.evidence = {evidence(out.says)};
    co_return out;
}

} // namespace switchyard::cutover
