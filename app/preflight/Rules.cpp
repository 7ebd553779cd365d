#include "app/preflight/Rules.h"

#include "app/preflight/Groups.h"

#include <algorithm>

namespace switchyard::preflight {

const std::vector<Rule>& rules()
{
    static const std::vector<Rule> all = [] {
        std::vector<Rule> out;
        for (auto group : {accessRules, settingsRules, databaseRules, queueRules, nameRules, operationRules}) {
            std::vector<Rule> part = group();
            out.insert(out.end(), std::make_move_iterator(part.begin()), std::make_move_iterator(part.end()));
        }
        return out;
    }();
    return all;
}

int Report::failures() const
{
    return static_cast<int>(std::count_if(findings.begin(), findings.end(), [](const RuleFinding& f) { return f.severity == Severity::Failure; }));
}

Report runRules(const Input& input)
{
    Report report;
    for (const Rule& rule : rules()) {
        Verdict verdict = rule.look(input);
        switch (verdict.kind) {
        case Verdict::Kind::Pass:
            ++report.passed;
            break;
        case Verdict::Kind::NotApplicable:
            ++report.notApplicable;
            break;
        case Verdict::Kind::Found:
            for (RuleFinding& f : verdict.findings) {
                if (f.id.isEmpty())
                    f.id = rule.id;
                report.findings.push_back(std::move(f));
            }
            break;
        }
    }
    std::stable_sort(report.findings.begin(), report.findings.end(), [](const RuleFinding& a, const RuleFinding& b) { return a.severity > b.severity; });
    return report;
}

Verdict pass() { return {}; }
Verdict notApplicable() { return Verdict{Verdict::Kind::NotApplicable, {}}; }
Verdict found(RuleFinding finding)
{
    Verdict v{Verdict::Kind::Found, {}};
    v.findings.push_back(std::move(finding));
    return v;
}

} // namespace switchyard::preflight
