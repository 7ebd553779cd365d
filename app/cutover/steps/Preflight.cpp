#include "app/preflight/Rules.h"

#include "app/cutover/steps/Calls.h"
#include "app/cutover/steps/Kinds.h"
#include "app/cutover/steps/Names.h"
#include "app/cutover/steps/PreflightReader.h"
#include "app/cutover/steps/StepBase.h"

#include <QJsonArray>

namespace switchyard::cutover {

namespace {

/// Reads both sides once, runs the rules and puts what they find on the screen. A token that doesn't work stops the plan here.
class Preflight final : public StepBase {
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
        p.summary = QStringLiteral("Reads accounts, services, settings, databases and the zone of both sides and checks them by %1 rules. Nothing is changed.").arg(preflight::rules().size());
        for (const Account& a : c->plan().accounts) {
            CallPreview call;
            call.provider = a.provider;
            call.method = QStringLiteral("GET");
            call.path = QStringLiteral("account, services, settings");
            call.note = QStringLiteral("reads");
            p.calls.push_back(std::move(call));
        }
        co_return p;
    }
    Task<ProbeResult> probe(std::stop_token) override { co_return ProbeResult{Effect::NotYet, QStringLiteral("The rules run again.")}; }
    Task<StepOutcome> perform(StepVoice* voice, std::stop_token stop) override
    {
        SY_CO_TRY(const preflight::Input input, co_await readPreflight(c, voice, stop));
        SY_CO_ALIVE(stop);
        const preflight::Report report = preflight::runRules(input);
        showPreflight(c, report);
        StepOutcome out;
        QJsonArray found;
        for (const preflight::RuleFinding& f : report.findings) {
            found.append(f.id);
            if (f.severity != preflight::Severity::Advisory)
                out.evidence.push_back(evidence(QStringLiteral("%1: %2").arg(f.id, f.title), false));
        }
        out.memory.insert(QStringLiteral("passed"), report.passed);
        out.memory.insert(QStringLiteral("found"), found);
        out.memory.insert(QStringLiteral("at"), isoUtc(now()));
        for (const preflight::RuleFinding& f : report.findings) {
            if (f.severity == preflight::Severity::Failure && f.blocksStep == m_spec.kind) {
                Error error;
                error.kind = ErrorKind::Auth;
                error.happened = f.title + u'.';
                error.remedy = f.fix;
                for (const preflight::AccountRead& a : input.accounts) {
                    if (a.error && !a.error->happened.isEmpty())
                        error = *a.error;
                }
                error.means = QStringLiteral("Nothing was changed, visitors are on %1 as before.").arg(sourceTitle());
                co_return error;
            }
        }
        out.says = QStringLiteral("%1 of %2 rules pass").arg(report.passed).arg(static_cast<int>(preflight::rules().size()) - report.notApplicable);
        if (report.failures() > 0)
            out.says += QStringLiteral(", %1 must be settled").arg(counted(report.failures(), QStringLiteral("failure"), QStringLiteral("failures")));
        out.evidence.insert(out.evidence.begin(), evidence(out.says, report.failures() == 0, out.memory));
        co_return out;
    }
};

} // namespace

std::unique_ptr<StepAction> makePreflight(const plan::StepSpec& spec, RunContext* context) { return std::make_unique<Preflight>(spec, context); }

} // namespace switchyard::cutover
