#include "app/base/Log.h"
#include "app/cli/Cli.h"
#include "app/main/Compose.h"
#include "providers/world/WorldMain.h"

#ifdef SWITCHYARD_GUI
#include "app/main/Window.h"
#endif

#include <QCoreApplication>
#include <QDir>
#include <QStandardPaths>

#include <memory>

using namespace switchyard;

namespace {

/// $XDG_STATE_HOME/switchyard/switchyard.log; Qt 6.4 has no StateLocation.
QString diagnosticsFile()
{
    QString state = qEnvironmentVariable("XDG_STATE_HOME");
    if (state.isEmpty())
        state = QDir::homePath() + QStringLiteral("/.local/state");
    const QString folder = state + QStringLiteral("/switchyard");
    QDir().mkpath(folder);
    return folder + QStringLiteral("/switchyard.log");
}

} // namespace

int main(int argc, char** argv)
{
    QStringList arguments;
    for (int i = 0; i < argc; ++i)
        arguments << QString::fromLocal8Bit(argv[i]);
    const cli::Invocation invocation = cli::parseInvocation(arguments);

    QCoreApplication::setApplicationName(QStringLiteral("switchyard"));
    QCoreApplication::setApplicationVersion(QStringLiteral(SWITCHYARD_VERSION));

    std::unique_ptr<QCoreApplication> application;
#ifdef SWITCHYARD_GUI
    if (invocation.wantsWindow || invocation.wantsPictures || invocation.command == QLatin1String("resume"))
        application = makeWindowApplication(argc, argv, invocation.wantsWindow);
#endif
    if (!application)
        application = std::make_unique<QCoreApplication>(argc, argv);

    if (invocation.command != QLatin1String("world"))
        openDiagnostics(diagnosticsFile(), true);

    const std::unique_ptr<Services> services = composeServices();
    cli::Host host;
    host.services = services.get();
    host.runWorld = [](const QString& directory) { return world::runWorld(directory); };
    host.runSimulators = [](const QStringList& names, int port) { return world::runSimulate(names, port); };
#ifdef SWITCHYARD_GUI
    host.takePictures = &takePictures;
    if (qobject_cast<QCoreApplication*>(application.get()) && canOpenWindow())
        host.openWindow = [&services](const QString& plan, const QString& resume) { return openWindow(services.get(), plan, resume); };
#endif
    return cli::run(invocation, host);
}
