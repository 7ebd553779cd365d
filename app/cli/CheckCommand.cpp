#include "app/cli/Commands.h"
#include "app/cli/Terminal.h"
#include "app/cutover/Template.h"
#include "app/plan/PlanReader.h"
#include "app/plan/Templates.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace switchyard::cli {

/// `check PLAN [--json]`: reads the plan and says everything that is wrong with it. Reads no account.
int check(const QStringList& arguments, const Host&)
{
    QCommandLineParser parser;
    parser.addPositionalArgument(QStringLiteral("plan"), {});
    parser.addOption({QStringLiteral("json"), {}});
    if (!parseOptions(&parser, arguments))
        return BadUsage;
    if (parser.positionalArguments().size() != 1) {
        err(QStringLiteral("check needs one plan. Nothing was read. Write: switchyard check PLAN"));
        return BadUsage;
    }
    const QString name = parser.positionalArguments().first();
    std::vector<plan::PlanProblem> problems;
    const bool fromFile = QFileInfo::exists(name) || !plan::templateNames().contains(name);
    const Result<plan::Plan> plan = fromFile ? plan::loadPlan(name, &problems) : plan::loadTemplate(name);
    if (parser.isSet(QStringLiteral("json"))) {
        QJsonArray list;
        for (const plan::PlanProblem& p : problems)
            list.append(QJsonObject{{QStringLiteral("file"), p.file}, {QStringLiteral("line"), p.line}, {QStringLiteral("column"), p.column}, {QStringLiteral("what"), p.what},
                                    {QStringLiteral("means"), p.means}, {QStringLiteral("instead"), p.instead}});
        QJsonObject root{{QStringLiteral("ok"), plan.has_value()}, {QStringLiteral("problems"), list}};
        if (plan)
            root.insert(QStringLiteral("steps"), static_cast<int>(cutover::effectiveSteps(*plan).size()));
        else if (problems.empty())
            root.insert(QStringLiteral("error"), plan.error().sentence());
        outRaw(QJsonDocument(root).toJson());
        return plan ? Done : BadUsage;
    }
    if (!plan) {
        if (problems.empty())
            err(plan.error());
        for (const plan::PlanProblem& p : problems)
            err(p.text());
        return BadUsage;
    }
    out(QStringLiteral("%1: %2 to %3, %4 steps, %5 hosts, downtime budget %6. Nothing is wrong with it.")
            .arg(plan->name, plan->sideTitle(Side::Source), plan->sideTitle(Side::Target))
            .arg(cutover::effectiveSteps(*plan).size())
            .arg(plan->production().domains.size())
            .arg(durationProse(plan->downtimeBudget)));
    return Done;
}

} // namespace switchyard::cli
