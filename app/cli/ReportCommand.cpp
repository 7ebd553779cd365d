#include "app/cli/Commands.h"
#include "app/cli/Terminal.h"
#include "app/cutover/Projection.h"
#include "app/rehearsal/Launch.h"
#include "app/report/Report.h"

#include <QSaveFile>

namespace switchyard::cli {

/// `report DIR --format md|json|html --out FILE`: the report of a run, from its journal alone.
int reportCommand(const QStringList& arguments, const Host& host)
{
    QCommandLineParser parser;
    parser.addPositionalArgument(QStringLiteral("dir"), {});
    parser.addOption({QStringLiteral("format"), {}, QStringLiteral("md|json|html"), QStringLiteral("md")});
    parser.addOption({QStringLiteral("out"), {}, QStringLiteral("FILE")});
    if (!parseOptions(&parser, arguments))
        return BadUsage;
    const QString format = parser.value(QStringLiteral("format"));
    if (parser.positionalArguments().size() != 1 || !QStringList{QStringLiteral("md"), QStringLiteral("json"), QStringLiteral("html")}.contains(format)) {
        err(QStringLiteral("report needs the folder of a run and a format. Nothing was written. Write: switchyard report DIR --format md|json|html --out FILE"));
        return BadUsage;
    }
    const QString directory = parser.positionalArguments().first();
    Result<rehearsal::LaunchRequest> request = rehearsal::loadRequest(directory);
    if (!request) {
        err(request.error());
        return exitCodeFor(request.error());
    }
    Result<std::shared_ptr<JournalStore>> journal = host.services->openJournal(directory, true);
    if (!journal) {
        err(journal.error());
        return exitCodeFor(journal.error());
    }
    Result<std::vector<JournalRecord>> records = (*journal)->readAll();
    if (!records) {
        err(records.error());
        return exitCodeFor(records.error());
    }
    const cutover::RunState state = cutover::project(*records);
    const report::Document document = report::buildReport(state, report::Audience::Audit);
    const QByteArray bytes = format == QLatin1String("html") ? report::writeHtml(document)
        : format == QLatin1String("json")                     ? report::writeJson(document)
                                                              : report::writeMarkdown(document);
    const QString file = parser.value(QStringLiteral("out"));
    if (file.isEmpty()) {
        outRaw(bytes);
        return Done;
    }
    QSaveFile out_(file);
    if (!out_.open(QIODevice::WriteOnly) || out_.write(bytes) != bytes.size() || !out_.commit()) {
        err(QStringLiteral("%1 can't be written: %2. The report is still in %3. Choose another file.").arg(file, out_.errorString(), directory));
        return Refused;
    }
    out(QStringLiteral("%1 written.").arg(file));
    return Done;
}

} // namespace switchyard::cli
