#include "app/cli/Commands.h"
#include "app/cli/Terminal.h"

namespace switchyard::cli {

/// `simulate NAME... [--port N]`: simulated providers alone, until interrupted.
int simulate(const QStringList& arguments, const Host& host)
{
    QCommandLineParser parser;
    parser.addPositionalArgument(QStringLiteral("names"), {});
    parser.addOption({QStringLiteral("port"), {}, QStringLiteral("N")});
    if (!parseOptions(&parser, arguments))
        return BadUsage;
    bool ok = true;
    const int port = parser.isSet(QStringLiteral("port")) ? parser.value(QStringLiteral("port")).toInt(&ok) : 0;
    if (!ok || port < 0 || port > 65'535) {
        err(QStringLiteral("%1 is not a port. Nothing was started. Write a number from 1 to 65535.").arg(parser.value(QStringLiteral("port"))));
        return BadUsage;
    }
    if (parser.positionalArguments().isEmpty()) {
        err(QStringLiteral("simulate needs at least one name. Nothing was started. The names are heroku, netlify, render and cloudflare."));
        return BadUsage;
    }
    return host.runSimulators(parser.positionalArguments(), port);
}

} // namespace switchyard::cli
