#include "app/main/Window.h"

#include "app/main/Desktop.h"
#include "app/main/EventTimes.h"

#include <QApplication>
#include <QDir>
#include <QImage>
#include <QThreadPool>
#include <QTimer>

namespace switchyard {

std::unique_ptr<QCoreApplication> makeWindowApplication(int& argc, char** argv, bool visible)
{
    const bool display = qEnvironmentVariableIsSet("DISPLAY") || qEnvironmentVariableIsSet("WAYLAND_DISPLAY");
    if ((!visible || !display) && !qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    std::unique_ptr<QApplication> application;
    if (qEnvironmentVariableIsSet("SWITCHYARD_EVENT_TIMES"))
        application = std::make_unique<EventTimes>(argc, argv, qEnvironmentVariable("SWITCHYARD_EVENT_TIMES"));
    else
        application = std::make_unique<QApplication>(argc, argv);
    QApplication::setQuitOnLastWindowClosed(false); // the desktop ends the rehearsed world first
    QApplication::setDesktopFileName(QStringLiteral("org.switchyard.Switchyard"));
    ui::Theme::instance().install();
    ui::installAccessibility();
    return application;
}

bool canOpenWindow() { return qobject_cast<QApplication*>(QCoreApplication::instance()) && QGuiApplication::platformName() != QLatin1String("offscreen"); }

int openWindow(Services* services, const QString& planFile, const QString& resumeDirectory)
{
    Desktop desktop(services);
    desktop.show();
    if (!resumeDirectory.isEmpty())
        desktop.resume(resumeDirectory);
    else if (!planFile.isEmpty())
        desktop.openPlan(planFile);
    return QCoreApplication::exec();
}

void takePictures(cutover::RunController* run, const QString& directory, const QString& moment)
{
    if (!qobject_cast<QApplication*>(QCoreApplication::instance()))
        return;
    QDir().mkpath(directory);
    ui::Theme::instance().setMode(run->state().rehearsal ? ui::RunMode::Rehearsal : ui::RunMode::Live);
    // One window for the whole run, so that its log and its sparklines have a past.
    static std::unique_ptr<ui::MainWindow> kept;
    if (!kept || kept->run() != run) {
        kept = std::make_unique<ui::MainWindow>(new QWidget, allPages());
        kept->setAttribute(Qt::WA_DontShowOnScreen);
        kept->resize(1440, 900);
        kept->setRun(run);
        kept->show();
        QObject::connect(run, &QObject::destroyed, kept.get(), [] { kept.reset(); });
        QObject::connect(QCoreApplication::instance(), &QCoreApplication::aboutToQuit, kept.get(), [] { kept.reset(); });
    }
    ui::MainWindow& window = *kept;
    if (moment.isEmpty())
        return;
    for (const ui::PageFactory& page : allPages()) {
        window.showPage(page.id);
        QCoreApplication::sendPostedEvents();
        QImage image(window.size(), QImage::Format_RGB32);
        window.render(&image);
        const QString file = QStringLiteral("%1/%2-%3.png").arg(directory, moment, page.id);
        QThreadPool::globalInstance()->start([image, file] { image.save(file); });
    }
}

} // namespace switchyard
