#include "app/base/Redactor.h"
#include "app/cutover/steps/Calls.h"
#include "app/cutover/steps/Kinds.h"
#include "app/cutover/steps/Locks.h"
#include "app/cutover/steps/Names.h"
#include "app/cutover/steps/SmokeBoard.h"
#include "app/cutover/steps/StepBase.h"
#include "app/smoke/Session.h"

#include <QJsonArray>
#include <QRandomGenerator>

#include <algorithm>

namespace switchyard::cutover {

namespace {

/// Runs the plan's automatic checks with one new test account against whatever the names point at.
class SmokeStep : public StepBase {
public:
    using StepBase::StepBase;

protected:
    Task<std::vector<smoke::Outcome>> runChecks(StepVoice* voice, bool baseline, std::stop_token stop)
    {
        SY_CO_TRY(smoke::Setup setup, co_await smokeSetup(c, stop));
        SY_CO_ALIVE(stop);
        c->scratch(QStringLiteral("smoke/password")) = setup.password;
        smoke::Session session(std::move(setup));
        std::vector<smoke::Outcome> out;
        fillSmokeViews(c);
        const std::vector<plan::SmokeSpec> checks = automatic();
        for (std::size_t i = 0; i < checks.size(); ++i) {
            const QString id = checks[i].id;
            setSmokeRunning(c, id, baseline);
            progress(voice, QStringLiteral("smoke"), checks[i].title, static_cast<double>(i) / static_cast<double>(checks.size()), QStringLiteral("%1 of %2").arg(i + 1).arg(checks.size()), QString());
            SY_CO_TRY(smoke::Outcome outcome, co_await session.run(id, stop));
            SY_CO_ALIVE(stop);
            if (!baseline)
                outcome = smoke::against(std::move(outcome), smokeBaseline(c, id));
            showSmoke(c, outcome, baseline);
            out.push_back(std::move(outcome));
        }
        progress(voice, QStringLiteral("smoke"), QStringLiteral("Smoke checks"), 1, QStringLiteral("%1 of %1").arg(checks.size()), QStringLiteral("done"), false);
        (baseline ? c->state().headersBefore : c->state().headersNow) = scoreOf(session.headers());
        m_grade = smoke::toJson(session.headers());
        m_left = session.leftBehind();
        c->touch(SmokeChanged);
        co_return out;
    }
    std::vector<plan::SmokeSpec> automatic() const
    {
        std::vector<plan::SmokeSpec> out;
        for (const plan::SmokeSpec& s : c->plan().smoke) {
            if (!s.manual)
                out.push_back(s);
        }
        return out;
    }
    QJsonObject asMemory(const std::vector<smoke::Outcome>& outcomes) const
    {
        QJsonArray list;
        for (const smoke::Outcome& o : outcomes)
            list.append(smoke::toJson(o));
        QJsonObject m;
        m.insert(QStringLiteral("checks"), list);
        m.insert(QStringLiteral("grade"), m_grade);
        m.insert(QStringLiteral("left"), QJsonArray::fromStringList(m_left));
        m.insert(QStringLiteral("at"), isoUtc(now()));
        return m;
    }
    StepPreview callsPreview(const QString& summary) const
    {
        StepPreview p;
        p.summary = summary;
        for (const plan::SmokeSpec& s : automatic()) {
            CallPreview call;
            call.provider = QStringLiteral("probe");
            call.method = QStringLiteral("HTTP");
            call.path = s.title;
            call.note = s.section;
            p.calls.push_back(std::move(call));
        }
        return p;
    }
    QJsonObject m_grade;
    QStringList m_left;
};

/// The same checks against the source, before anything is frozen: what "before" means later.
class RecordBaseline final : public SmokeStep {
public:
    using SmokeStep::SmokeStep;
    Task<StepPreview> preview(std::stop_token) override
    {
        co_return callsPreview(QStringLiteral("Runs the checks against %1 with a new test account and keeps the answers as the baseline. Visitors don't notice.").arg(sourceTitle()));
    }
    Task<ProbeResult> probe(std::stop_token) override
    {
        const bool there = memory().contains(u"checks");
        co_return ProbeResult{there ? Effect::Done : Effect::NotYet, there ? QStringLiteral("A baseline is recorded.") : QStringLiteral("No baseline is recorded.")};
    }
    Task<StepOutcome> perform(StepVoice* voice, std::stop_token stop) override
    {
        SY_CO_TRY(const auto outcomes, co_await runChecks(voice, true, stop));
        SY_CO_ALIVE(stop);
        StepOutcome out;
        int passed = 0;
        for (const smoke::Outcome& o : outcomes) {
            passed += o.verdict == smoke::Verdict::Pass;
            if (o.verdict != smoke::Verdict::Pass)
                out.evidence.push_back(evidence(QStringLiteral("%1: %2").arg(o.id, o.says), false));
        }
        out.memory = asMemory(outcomes);
        out.says = QStringLiteral("Baseline recorded, %1 of %2 checks pass").arg(passed).arg(outcomes.size());
        out.evidence.insert(out.evidence.begin(), evidence(out.says, passed > 0));
        SY_CO_CHECK(voice->remember(out.memory));
        if (passed == 0)
            co_return Error::invalid(QStringLiteral("No check passes on %1.").arg(sourceTitle()), QStringLiteral("Nothing could be compared after the switch."), QStringLiteral("Look at the checks on the Smoke page, then try again."));
        co_return out;
    }
};

class SmokeAuto final : public SmokeStep {
public:
    using SmokeStep::SmokeStep;
    std::vector<Interlock> interlocks() override { return Locks(c, m_spec.id).noFailure().take(); }
    Task<StepPreview> preview(std::stop_token) override
    {
        co_return callsPreview(QStringLiteral("Runs the checks against %1 with a new test account and compares them with the baseline. Visitors don't notice.").arg(targetTitle()));
    }
    Task<ProbeResult> probe(std::stop_token) override { co_return ProbeResult{Effect::NotYet, QStringLiteral("The checks didn't end; they run again with a new account.")}; }
    Task<StepOutcome> perform(StepVoice* voice, std::stop_token stop) override
    {
        SY_CO_TRY(const auto outcomes, co_await runChecks(voice, false, stop));
        SY_CO_ALIVE(stop);
        StepOutcome out;
        int passed = 0, slower = 0;
        QStringList failed;
        for (const smoke::Outcome& o : outcomes) {
            passed += o.verdict == smoke::Verdict::Pass || o.verdict == smoke::Verdict::Slower;
            slower += o.verdict == smoke::Verdict::Slower;
            const bool sameBefore = [&] {
                const auto before = smokeBaseline(c, o.id);
                return before && before->verdict == o.verdict;
            }();
            // What failed on the source in the same way is no fault of the move.
            if (o.verdict == smoke::Verdict::Failed && !sameBefore)
                failed << o.id;
            if (o.verdict != smoke::Verdict::Pass)
                out.evidence.push_back(evidence(QStringLiteral("%1: %2").arg(o.id, o.says), o.verdict == smoke::Verdict::Slower));
        }
        out.memory = asMemory(outcomes);
        SY_CO_CHECK(voice->remember(out.memory));
        if (!failed.isEmpty()) {
            const auto first = std::find_if(outcomes.begin(), outcomes.end(), [&](const smoke::Outcome& o) { return o.id == failed.front(); });
            Error error;
            error.kind = ErrorKind::Invalid;
            error.happened = QStringLiteral("%1: %2.").arg(counted(failed.size(), QStringLiteral("smoke check fails"), QStringLiteral("smoke checks fail")), failed.join(QStringLiteral(", ")));
            error.means = QStringLiteral("Visitors of %1 meet the same: %2.").arg(targetTitle(), first->says);
            error.remedy = first->diagnosis.isEmpty() ? QStringLiteral("Look at the exchange on the Smoke page, then try the step again.") : first->diagnosis;
            error.retryable = true;
            co_return error;
        }
        out.says = QStringLiteral("%1 of %2 smoke checks pass").arg(passed).arg(outcomes.size()) + (slower ? QStringLiteral(", %1 slower").arg(slower) : QString());
        out.evidence.insert(out.evidence.begin(), evidence(out.says));
        co_return out;
    }
};

class SmokeManual final : public StepBase {
public:
    using StepBase::StepBase;
    StepFlags flags() const override
    {
        StepFlags f = StepBase::flags();
        f.writes = false;
        f.needsPerson = true;
        f.manual = true;
        return f;
    }
    std::vector<Interlock> interlocks() override
    {
        fillSmokeViews(c);
        return Locks(c, m_spec.id).manualChecks().take();
    }
    Task<StepPreview> preview(std::stop_token) override
    {
        fillSmokeViews(c);
        StepPreview p;
        p.summary = QStringLiteral("A person walks through the manual checks on the Smoke page and records what they saw.");
        for (const plan::SmokeSpec& s : c->plan().smoke) {
            if (s.manual)
                p.changes.push_back(ChangePreview{s.title, s.section, QString(), s.instructions.join(QStringLiteral(" "))});
        }
        p.changesTitle = QStringLiteral("Checks");
        co_return p;
    }
    Task<ProbeResult> probe(std::stop_token) override { co_return ProbeResult{Effect::NotYet, QStringLiteral("The manual checks are recorded on the Smoke page.")}; }
    Task<StepOutcome> perform(StepVoice*, std::stop_token) override
    {
        StepOutcome out;
        int all = 0, passed = 0;
        for (const CheckView& check : c->state().smoke) {
            if (!check.manual)
                continue;
            ++all;
            const bool good = check.now.state == CheckState::Pass || check.now.state == CheckState::NotApplicable;
            passed += good;
            out.evidence.push_back(evidence(QStringLiteral("%1: %2%3").arg(check.title, check.now.short_, check.now.note.isEmpty() ? QString() : QStringLiteral(" (%1)").arg(check.now.note)), good));
        }
        out.says = QStringLiteral("%1 of %2 manual checks pass").arg(passed).arg(all);
        out.evidence.insert(out.evidence.begin(), evidence(out.says, passed == all));
        co_return out;
    }
};

} // namespace

std::unique_ptr<StepAction> makeRecordBaseline(const plan::StepSpec& spec, RunContext* context) { return std::make_unique<RecordBaseline>(spec, context); }
std::unique_ptr<StepAction> makeSmokeAuto(const plan::StepSpec& spec, RunContext* context) { return std::make_unique<SmokeAuto>(spec, context); }
std::unique_ptr<StepAction> makeSmokeManual(const plan::StepSpec& spec, RunContext* context) { return std::make_unique<SmokeManual>(spec, context); }

} // namespace switchyard::cutover
