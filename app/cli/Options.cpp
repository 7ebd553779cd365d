#include "app/cli/Commands.h"

#include "app/cli/Terminal.h"
#include "app/plan/PlanReader.h"
#include "app/plan/Templates.h"

#include <QFileInfo>

namespace switchyard::cli {

bool parseOptions(QCommandLineParser* parser, const QStringList& arguments)
{
    if (parser->parse(QStringList{QStringLiteral("switchyard")} + arguments))
        return true;
    err(parser->errorText() + QStringLiteral(". Nothing was started."));
    err(usage());
    return false;
}

std::optional<plan::Plan> openPlan(const QString& nameOrFile)
{
    if (!QFileInfo::exists(nameOrFile)) {
        if (Result<plan::Plan> found = plan::loadTemplate(nameOrFile))
            return std::move(found).value();
    }
    std::vector<plan::PlanProblem> problems;
    Result<plan::Plan> plan = plan::loadPlan(nameOrFile, &problems);
    if (plan)
        return std::move(plan).value();
    if (problems.empty())
        err(plan.error());
    for (const plan::PlanProblem& p : problems)
        err(p.text());
    return std::nullopt;
}

int exitCodeFor(const Error& error)
{
    switch (error.kind) {
    case ErrorKind::Invalid:
    case ErrorKind::Parse: return BadUsage;
    case ErrorKind::Cancelled: return Interrupted;
    default: return Refused;
    }
}

} // namespace switchyard::cli
