#include "app/cutover/steps/Calls.h"
#include "app/cutover/steps/Kinds.h"
#include "app/cutover/steps/StepBase.h"
#include "app/dns/Propagation.h"

namespace switchyard::cutover {

namespace {

/// Waits until no cache can hold an answer with the old TTL, counted from when it was lowered by the TTL that the zone really had.
class WaitTtl final : public StepBase {
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
        const auto proof = ttlProof();
        p.summary = proof ? QStringLiteral("Waits until %1, when the last cache has let go of the old TTL of %2. Visitors don't notice.").arg(clockUtc(proof->over()), durationProse(proof->oldTtl))
                          : QStringLiteral("Waits until the last cache has let go of the old TTL. Visitors don't notice.");
        co_return p;
    }
    Task<ProbeResult> probe(std::stop_token) override
    {
        const auto proof = ttlProof();
        const bool over = proof && proof->holds(now());
        co_return ProbeResult{over ? Effect::Done : Effect::NotYet, over ? QStringLiteral("The old TTL has run out.") : QStringLiteral("The old TTL hasn't run out.")};
    }
    Task<StepOutcome> perform(StepVoice* voice, std::stop_token stop) override
    {
        const auto proof = ttlProof();
        if (!proof)
            co_return Error::invalid(QStringLiteral("It isn't known when the TTLs were lowered."), QStringLiteral("The old TTL can't be waited out."), QStringLiteral("Run the step that lowers them first."));
        while (!proof->holds(now())) {
            const Milliseconds left = proof->left(now());
            const double all = std::max<double>(1.0, static_cast<double>(Milliseconds(proof->oldTtl).count()));
            progress(voice, QStringLiteral("ttl"), QStringLiteral("Old TTL runs out"), 1.0 - static_cast<double>(left.count()) / all, durationProse(proof->oldTtl), minutesSeconds(left));
            SY_CO_CHECK(co_await pause(voice, std::min<Milliseconds>(left, std::chrono::seconds(5)), stop));
            SY_CO_ALIVE(stop);
        }
        progress(voice, QStringLiteral("ttl"), QStringLiteral("Old TTL runs out"), 1, durationProse(proof->oldTtl), QStringLiteral("done"), false);
        StepOutcome out;
        out.says = QStringLiteral("The old TTL of %1 ran out at %2").arg(durationProse(proof->oldTtl), clockUtc(proof->over()));
        out.evidence = {evidence(out.says)};
        out.memory.insert(QStringLiteral("over"), isoUtc(proof->over()));
        co_return out;
    }

private:
    std::optional<dns::TtlProof> ttlProof() const
    {
        const QJsonObject m = c->memoryOfKind(QStringLiteral("lower-ttls"));
        if (!m.contains(u"loweredAt"))
            return std::nullopt;
        return dns::TtlProof{fromIsoUtc(m.value(u"loweredAt").toString()), Seconds(m.value(u"oldTtl").toInteger())};
    }
};

} // namespace

std::unique_ptr<StepAction> makeWaitTtl(const plan::StepSpec& spec, RunContext* context) { return std::make_unique<WaitTtl>(spec, context); }

} // namespace switchyard::cutover
