#include "providers/world/WorldMain.h"

#include "app/base/Awaiters.h"
#include "providers/world/Proc.h"
#include "providers/world/WorldHost.h"
#include "providers/world/ZoneStory.h"

#include <QCoreApplication>
#include <QSocketNotifier>

#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace switchyard::world {

namespace {
int signalPipe[2] = {-1, -1};

/// Calls `then` from the event loop when SIGINT or SIGTERM comes.
void onEndSignal(QObject* owner, std::function<void()> then)
{
    if (::pipe2(signalPipe, O_CLOEXEC | O_NONBLOCK) != 0)
        return;
    auto* notifier = new QSocketNotifier(signalPipe[0], QSocketNotifier::Read, owner);
    QObject::connect(notifier, &QSocketNotifier::activated, owner, [notifier, then = std::move(then)] {
        notifier->setEnabled(false);
        then();
    });
    struct sigaction action{};
    action.sa_handler = [](int) {
        const char byte = 1;
        (void)!::write(signalPipe[1], &byte, 1);
    };
    ::sigaction(SIGTERM, &action, nullptr);
    ::sigaction(SIGINT, &action, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
}

Task<> liveWorld(std::shared_ptr<WorldHost> host, WorldFolder folder, std::shared_ptr<int> status, std::stop_token stop)
{
    auto booted = co_await host->boot(stop);
    SY_CO_ALIVE(stop);
    if (!booted) {
        const Error& error = booted.error();
        (void)folder.write(QStringLiteral("failure.json"), {{QStringLiteral("happened"), error.happened}, {QStringLiteral("means"), error.means},
                                                            {QStringLiteral("remedy"), error.remedy}, {QStringLiteral("detail"), error.detail}});
        std::fprintf(stderr, "world: %s %s\n", qPrintable(error.happened), qPrintable(error.detail));
        *status = 1;
    } else {
        auto asked = co_await nextSignal(host.get(), &WorldHost::closeAsked, Milliseconds(0), stop);
        SY_CO_ALIVE(stop);
        (void)asked;
    }
    auto ended = co_await host->shutDown(stop);
    SY_CO_ALIVE(stop);
    (void)ended;
    QCoreApplication::exit(*status);
    co_return Ok{};
}
} // namespace

int runWorld(const QString& directory)
{
    ::setsid();
    ::signal(SIGHUP, SIG_IGN);
    ::umask(0077);
    const WorldFolder folder(directory);
    if (!folder.create())
        return 1;
    const auto mark = ProcessMark::of(::getpid());
    (void)folder.write(QStringLiteral("pid.json"), {{QStringLiteral("pid"), static_cast<qint64>(::getpid())}, {QStringLiteral("start"), QString::number(mark ? mark->startTicks : 0)}});
    if (folder.read(QStringLiteral("spec.json")).isEmpty())
        (void)folder.write(QStringLiteral("spec.json"), WorldFolder::toJson(WorldSpec{}));
    auto status = std::make_shared<int>(0);
    {
        auto host = std::make_shared<WorldHost>(folder, WorldFolder::specFrom(folder.read(QStringLiteral("spec.json")), directory));
        onEndSignal(host.get(), [host = host.get()] { Q_EMIT host->closeAsked(); });
        StopScope scope;
        scope.spawn(QStringLiteral("world"), liveWorld(host, folder, status, scope.token()));
        QCoreApplication::exec();
    }
    return *status;
}

namespace {
QString tokenOf(const QJsonObject& story)
{
    const QString one = story[QStringLiteral("token")].toString();
    return one.isEmpty() ? story[QStringLiteral("tokens")].toArray().at(0).toString() : one;
}

template<typename Kind>
std::unique_ptr<simulator::Simulator> loaded(Clock* clock, const QJsonObject& story)
{
    auto one = std::make_unique<Kind>(clock);
    one->load(story);
    return one;
}
} // namespace

int runSimulate(const QStringList& names, int port)
{
    SystemClock clock;
    std::vector<std::unique_ptr<simulator::Simulator>> simulators;
    std::vector<std::unique_ptr<simulator::HttpServer>> servers;
    for (const QString& name : names) {
        QJsonObject story;
        std::unique_ptr<simulator::Simulator> one;
        if (name == u"heroku")
            one = loaded<heroku::Simulator>(&clock, story = heroku::projectifyStory());
        else if (name == u"netlify")
            one = loaded<netlify::Simulator>(&clock, story = netlify::projectifyStory());
        else if (name == u"render")
            one = loaded<render::Simulator>(&clock, story = render::projectifyStory());
        else if (name == u"cloudflare") {
            auto dns = std::make_unique<cloudflare::Simulator>(&clock, QString());
            story[QStringLiteral("token")] = QString(QStringLiteral("cfut_") + randomWord(40));
            dns->addToken(tokenOf(story).toLatin1());
            if (!dns->addZone(projectifyZone()))
                return 2;
            one = std::move(dns);
        } else {
            std::fprintf(stderr, "There is no simulator called \"%s\". Names: heroku, netlify, render, cloudflare.\n", qPrintable(name));
            return 2;
        }
        auto server = std::make_unique<simulator::HttpServer>();
        server->setAsyncHandler(one->handler());
        const int wanted = port > 0 ? port + static_cast<int>(servers.size()) : 0;
        if (wanted > 65'535 || !server->listen(static_cast<quint16>(wanted))) {
            std::fprintf(stderr, "Port %d can't be used for %s. Choose another with --port.\n", wanted, qPrintable(name));
            return 2;
        }
        std::printf("%s.base_url=%s\n%s.token=%s\n", qPrintable(name), qPrintable(server->url() + apiRoot(name)), qPrintable(name), qPrintable(tokenOf(story)));
        if (name == u"heroku")
            std::printf("heroku.data_url=%s\n", qPrintable(server->url()));
        simulators.push_back(std::move(one));
        servers.push_back(std::move(server));
    }
    std::fflush(stdout);
    QObject owner;
    onEndSignal(&owner, [] { QCoreApplication::quit(); });
    return QCoreApplication::exec();
}

} // namespace switchyard::world
