#include "app/cli/Cli.h"

#include "app/cli/Commands.h"
#include "app/cli/Terminal.h"
#include "app/plan/Templates.h"

#include <QFileInfo>

#include <map>

namespace switchyard::cli {

namespace {
using Command = int (*)(const QStringList&, const Host&);
const std::map<QString, Command>& commands()
{
    static const std::map<QString, Command> all{
        {QStringLiteral("rehearse"), &rehearse}, {QStringLiteral("run"), &runLive}, {QStringLiteral("resume"), &resume}, {QStringLiteral("check"), &check},
        {QStringLiteral("diff"), &diff}, {QStringLiteral("report"), &reportCommand},
    };
    return all;
}
} // namespace

QString usage()
{
    return QStringLiteral(
        "Usage: switchyard [PLAN]                      open the window, on Welcome or on a plan\n"
        "       switchyard rehearse [PLAN|TEMPLATE] [--headless] [--speed N] [--rows N] [--fault NAME[=VALUE]]...\n"
        "                                              [--until STEP] [--out DIR] [--pictures]\n"
        "       switchyard run PLAN --live --headless  run against real accounts; asks for the typed names\n"
        "       switchyard resume DIR [--until STEP]   go on with a run that was interrupted or stopped\n"
        "       switchyard resume DIR --roll-back      go back to the source from where the run stands\n"
        "       switchyard resume DIR --without-fault NAME  go on after a practised fault is taken away\n"
        "       switchyard check PLAN [--json]         say what is wrong with a plan\n"
        "       switchyard diff PLAN [env|db|dns] [--json]\n"
        "       switchyard simulate NAME... [--port N] heroku, netlify, render, cloudflare\n"
        "       switchyard report DIR --format md|json|html --out FILE\n"
        "       switchyard --version | --help\n"
        "\n"
        "Exit status: 0 done, 1 a check or comparison failed, 2 bad usage or plan, 3 provider or database refused,\n"
        "4 interrupted, can be resumed.");
}

Invocation parseInvocation(const QStringList& arguments)
{
    Invocation out;
    const QStringList rest = arguments.mid(1);
    if (rest.isEmpty()) {
        out.wantsWindow = true;
        return out;
    }
    const QString first = rest.first();
    if (first == QLatin1String("--help") || first == QLatin1String("-h") || first == QLatin1String("help")) {
        out.command = QStringLiteral("help");
        return out;
    }
    if (first == QLatin1String("--version")) {
        out.command = QStringLiteral("version");
        return out;
    }
    if (commands().contains(first) || first == QLatin1String("simulate") || first == QLatin1String("world")) {
        out.command = first;
        out.arguments = rest.mid(1);
        const bool headless = out.arguments.contains(QLatin1String("--headless"));
        out.wantsPictures = out.arguments.contains(QLatin1String("--pictures"));
        out.wantsWindow = first == QLatin1String("rehearse") && !headless;
        return out;
    }
    // Anything else that is not an option is a plan file for the window.
    if (first.startsWith(u'-') || rest.size() > 1) {
        out.command = QStringLiteral("bad");
        out.arguments = rest;
        return out;
    }
    out.wantsWindow = true;
    out.arguments = rest;
    return out;
}

int run(const Invocation& invocation, const Host& host)
{
    if (invocation.command == QLatin1String("help")) {
        out(usage());
        return Done;
    }
    if (invocation.command == QLatin1String("version")) {
        out(QStringLiteral("switchyard " SWITCHYARD_VERSION));
        return Done;
    }
    if (invocation.command == QLatin1String("bad")) {
        err(QStringLiteral("switchyard doesn't know \"%1\". Nothing was started. These are its commands:").arg(invocation.arguments.join(u' ')));
        err(usage());
        return BadUsage;
    }
    if (invocation.command == QLatin1String("world"))
        return invocation.arguments.size() == 1 ? host.runWorld(invocation.arguments.first()) : BadUsage;
    if (invocation.command == QLatin1String("simulate"))
        return simulate(invocation.arguments, host);
    const auto it = commands().find(invocation.command);
    if (it != commands().end() && (invocation.arguments.contains(QLatin1String("--help")) || invocation.arguments.contains(QLatin1String("-h")))) {
        out(usage());
        return Done;
    }
    if (it != commands().end())
        return it->second(invocation.arguments, host);
    const QString plan = invocation.arguments.value(0);
    if (!plan.isEmpty() && !QFileInfo::exists(plan) && !plan::templateNames().contains(plan)) {
        err(QStringLiteral("%1 is neither a command nor a plan file. Nothing was started. These are the commands:").arg(plan));
        err(usage());
        return BadUsage;
    }
    if (!host.openWindow) {
        err(QStringLiteral("There is no display for a window. Nothing was started. Rehearse in the terminal: switchyard rehearse projectify --headless"));
        return BadUsage;
    }
    return host.openWindow(plan, {});
}

} // namespace switchyard::cli
