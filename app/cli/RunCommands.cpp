#include "app/cli/Commands.h"
#include "app/cli/RunDriver.h"
#include "app/cli/Terminal.h"
#include "app/cutover/Projection.h"
#include "app/cutover/Template.h"
#include "app/rehearsal/Faults.h"
#include "app/rehearsal/Launch.h"
#include "app/report/Report.h"

#include <QDir>
#include <QFileInfo>

namespace switchyard::cli {

namespace {

void addRunOptions(QCommandLineParser* parser)
{
    parser->addPositionalArgument(QStringLiteral("plan"), {});
    parser->addOption({QStringLiteral("headless"), {}});
    parser->addOption({QStringLiteral("speed"), {}, QStringLiteral("N"), QStringLiteral("10")});
    parser->addOption({QStringLiteral("rows"), {}, QStringLiteral("N"), QStringLiteral("200000")});
    parser->addOption({QStringLiteral("fault"), {}, QStringLiteral("NAME")});
    parser->addOption({QStringLiteral("until"), {}, QStringLiteral("STEP")});
    parser->addOption({QStringLiteral("out"), {}, QStringLiteral("DIR")});
    parser->addOption({QStringLiteral("pictures"), {}});
}

void listFaults()
{
    for (const rehearsal::Fault& fault : rehearsal::allFaults) {
        const QString value = QString::fromLatin1(fault.value);
        out(QStringLiteral("%1  %2").arg((QString::fromLatin1(fault.name) + (value.isEmpty() ? QString() : u'=' + value)).leftJustified(28), QString::fromUtf8(fault.explanation)));
    }
}

/// A misspelt --until would run past the moment that was asked for.
bool knowsStep(const plan::Plan& plan, const QString& until)
{
    QStringList ids;
    for (const plan::StepSpec& step : cutover::effectiveSteps(plan))
        ids << step.id;
    if (until.isEmpty() || ids.contains(until))
        return true;
    err(QStringLiteral("The plan has no step \"%1\". Nothing was started. Its steps are %2.").arg(until, ids.join(QStringLiteral(", "))));
    return false;
}

/// Reads the numbers and names that both kinds of rehearsal share; false after a message on bad usage.
bool readRunOptions(const QCommandLineParser& parser, rehearsal::LaunchRequest* request)
{
    bool ok = false;
    request->speed = parser.value(QStringLiteral("speed")).toDouble(&ok);
    if (!ok || (request->speed != 1 && request->speed != 10 && request->speed != 60)) {
        err(QStringLiteral("%1 is not a speed. Nothing was started. Write 1, 10 or 60.").arg(parser.value(QStringLiteral("speed"))));
        return false;
    }
    request->rows = parser.value(QStringLiteral("rows")).toLongLong(&ok);
    if (!ok || request->rows < 100 || request->rows > 100'000'000) {
        err(QStringLiteral("%1 is not a number of rows. Nothing was started. Write a number from 100 to 100000000.").arg(parser.value(QStringLiteral("rows"))));
        return false;
    }
    for (const QString& text : parser.values(QStringLiteral("fault"))) {
        const Result<rehearsal::FaultChoice> fault = rehearsal::parseFault(text);
        if (!fault) {
            err(fault.error());
            return false;
        }
        request->faults << fault->text();
    }
    request->untilStep = parser.value(QStringLiteral("until"));
    if (!knowsStep(request->plan, request->untilStep))
        return false;
    request->directory = parser.isSet(QStringLiteral("out")) ? parser.value(QStringLiteral("out")) : rehearsal::newRunDirectory(request->plan.name);
    if (QFileInfo::exists(request->directory + QStringLiteral("/run.json"))) {
        err(QStringLiteral("%1 holds a run already. Nothing was started, that run is untouched. Resume it with: switchyard resume %1").arg(request->directory));
        return false;
    }
    return true;
}

/// A run that ended and left nothing behind needs neither world nor accounts: its report is told again.
std::optional<int> sayIfOver(const rehearsal::LaunchRequest& request, const Host& host)
{
    if (QFileInfo::exists(request.directory + QStringLiteral("/world")) || !QFileInfo::exists(request.directory + QStringLiteral("/report.json")))
        return std::nullopt;
    const Result<std::shared_ptr<JournalStore>> journal = host.services->openJournal(request.directory, true);
    if (!journal)
        return std::nullopt;
    const Result<std::vector<JournalRecord>> records = (*journal)->readAll();
    if (!records)
        return std::nullopt;
    const cutover::RunState state = cutover::project(*records);
    const bool complete = state.phase == cutover::RunPhase::Complete;
    if ((!complete && state.phase != cutover::RunPhase::RolledBack) || state.seal.isEmpty())
        return std::nullopt;
    out(QStringLiteral("%1 Nothing is left to do. Report: %2/report.html").arg(report::buildReport(state, report::Audience::Client).headline, request.directory));
    return complete && (!state.ledger || state.ledger->missing == 0) ? Done : CheckFailed;
}

} // namespace

int rehearse(const QStringList& arguments, const Host& host)
{
    QCommandLineParser parser;
    addRunOptions(&parser);
    if (!parseOptions(&parser, arguments))
        return BadUsage;
    if (parser.values(QStringLiteral("fault")).contains(QStringLiteral("list"))) {
        listFaults();
        return Done;
    }
    if (parser.positionalArguments().size() > 1) {
        err(QStringLiteral("rehearse takes one plan. Nothing was started. Write: switchyard rehearse PLAN"));
        return BadUsage;
    }
    const QString name = parser.positionalArguments().value(0, QStringLiteral("projectify"));
    std::optional<plan::Plan> plan = openPlan(name);
    if (!plan)
        return BadUsage;
    rehearsal::LaunchRequest request;
    request.plan = std::move(*plan);
    request.headless = parser.isSet(QStringLiteral("headless"));
    if (!readRunOptions(parser, &request))
        return BadUsage;
    if (request.headless)
        return driveUnattended(std::move(request), host, parser.isSet(QStringLiteral("pictures")));
    if (!host.openWindow) {
        err(QStringLiteral("This build has no window. Nothing was started. Rehearse in the terminal with --headless."));
        return BadUsage;
    }
    if (const Result<void> saved = rehearsal::saveRequest(request); !saved) {
        err(saved.error());
        return exitCodeFor(saved.error());
    }
    return host.openWindow({}, request.directory);
}

int runLive(const QStringList& arguments, const Host& host)
{
    QCommandLineParser parser;
    addRunOptions(&parser);
    parser.addOption({QStringLiteral("live"), {}});
    if (!parseOptions(&parser, arguments))
        return BadUsage;
    if (parser.positionalArguments().size() != 1 || !parser.isSet(QStringLiteral("live")) || !parser.isSet(QStringLiteral("headless"))) {
        err(QStringLiteral("run works on real accounts and says so: switchyard run PLAN --live --headless. Nothing was started. To practise, use: switchyard rehearse PLAN"));
        return BadUsage;
    }
    std::optional<plan::Plan> plan = openPlan(parser.positionalArguments().first());
    if (!plan)
        return BadUsage;
    rehearsal::LaunchRequest request;
    request.plan = std::move(*plan);
    request.rehearsal = false;
    request.headless = true;
    if (!readRunOptions(parser, &request))
        return BadUsage;
    request.speed = 1;
    const std::optional<QString> typed = ask(QStringLiteral("This changes real accounts. Type the plan's name to go on: "));
    if (!typed || *typed != request.plan.name) {
        err(typed ? QStringLiteral("That is not %1. Nothing was started.").arg(request.plan.name)
                  : QStringLiteral("A live run asks for the plan's name on a terminal, and there is none. Nothing was started. Start it from a terminal."));
        return BadUsage;
    }
    return driveUnattended(std::move(request), host, parser.isSet(QStringLiteral("pictures")));
}

int resume(const QStringList& arguments, const Host& host)
{
    QCommandLineParser parser;
    parser.addPositionalArgument(QStringLiteral("dir"), {});
    parser.addOption({QStringLiteral("pictures"), {}});
    parser.addOption({QStringLiteral("headless"), {}});
    parser.addOption({QStringLiteral("until"), {}, QStringLiteral("STEP")});
    parser.addOption({QStringLiteral("roll-back"), {}});
    parser.addOption({QStringLiteral("without-fault"), {}, QStringLiteral("NAME")});
    if (!parseOptions(&parser, arguments))
        return BadUsage;
    if (parser.positionalArguments().size() != 1) {
        err(QStringLiteral("resume needs the folder of one run. Nothing was started. Write: switchyard resume DIR"));
        return BadUsage;
    }
    Result<rehearsal::LaunchRequest> request = rehearsal::loadRequest(parser.positionalArguments().first());
    if (!request) {
        err(request.error());
        return exitCodeFor(request.error());
    }
    if (const std::optional<int> over = sayIfOver(*request, host))
        return *over;
    request->untilStep = parser.value(QStringLiteral("until"));
    if (!knowsStep(request->plan, request->untilStep))
        return BadUsage;
    const bool rollBack = parser.isSet(QStringLiteral("roll-back"));
    QStringList faultsOff;
    for (const QString& text : parser.values(QStringLiteral("without-fault"))) {
        const Result<rehearsal::FaultChoice> fault = rehearsal::parseFault(text);
        if (!fault) {
            err(fault.error());
            return BadUsage;
        }
        if (!request->rehearsal) {
            err(QStringLiteral("This is a live run, and faults belong to rehearsals. Nothing was started. Leave --without-fault away."));
            return BadUsage;
        }
        faultsOff << QString::fromLatin1(fault->fault->name);
    }
    if (!rollBack && faultsOff.isEmpty() && !request->headless && !parser.isSet(QStringLiteral("headless")) && host.openWindow)
        return host.openWindow({}, request->directory);
    request->headless = true;
    return driveUnattended(std::move(request).value(), host, parser.isSet(QStringLiteral("pictures")), rollBack, std::move(faultsOff));
}

} // namespace switchyard::cli
