#include "app/cutover/steps/Calls.h"
#include "app/cutover/steps/Kinds.h"
#include "app/cutover/steps/Names.h"
#include "app/cutover/steps/StepBase.h"

#include <QJsonArray>

namespace switchyard::cutover {

namespace {

/// Reads the whole zone and keeps it: the way back of everything that is done to names.
class SaveZone final : public StepBase {
public:
    using StepBase::StepBase;
    StepFlags flags() const override
    {
        StepFlags f = StepBase::flags();
        f.writes = false;
        return f;
    }
    Task<StepPreview> preview(std::stop_token) override
    {
        StepPreview p;
        p.summary = QStringLiteral("Reads every record of %1 and keeps them in the run's directory. Visitors don't notice.").arg(c->plan().dns.zone);
        const auto host = dnsHost();
        CallPreview call = dnsCall(host ? (*host)->id() : QString(), QStringLiteral("GET"), QStringLiteral("/zones/…/dns_records"), {});
        call.note = QStringLiteral("reads");
        p.calls = {call};
        co_return p;
    }
    Task<ProbeResult> probe(std::stop_token) override
    {
        const bool saved = savedZone().has_value();
        co_return ProbeResult{saved ? Effect::Done : Effect::NotYet, saved ? QStringLiteral("The zone is saved.") : QStringLiteral("The zone isn't saved yet.")};
    }
    Task<StepOutcome> perform(StepVoice* voice, std::stop_token stop) override
    {
        // Once names have been switched, a second copy would overwrite the way back.
        if (const auto saved = savedZone(); saved && !c->memoryOfKind(QStringLiteral("switch-names")).isEmpty()) {
            StepOutcome out;
            out.says = QStringLiteral("The zone was saved before the switch and is kept");
            co_return out;
        }
        SY_CO_TRY(auto host, dnsHost());
        SY_CO_TRY(const Zone zone, co_await host->readZone(c->plan().dns.zone, stop));
        SY_CO_ALIVE(stop);
        QJsonObject part;
        part.insert(QStringLiteral("zone"), toJson(zone));
        SY_CO_CHECK(voice->remember(part));
        c->state().zoneBefore = zone;
        c->state().zoneNow = zone;
        c->state().zoneSavedAt = now();
        c->state().zoneHost = host->displayName();
        c->touch(HostsChanged | ProvidersChanged);
        StepOutcome out;
        out.says = QStringLiteral("Zone saved, %1").arg(counted(static_cast<qint64>(zone.records.size()), QStringLiteral("record set"), QStringLiteral("record sets")));
        out.evidence = {evidence(out.says)};
        out.memory = part;
        co_return out;
    }
};

} // namespace

std::unique_ptr<StepAction> makeSaveZone(const plan::StepSpec& spec, RunContext* context) { return std::make_unique<SaveZone>(spec, context); }

} // namespace switchyard::cutover
