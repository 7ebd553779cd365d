#include "app/main/Compose.h"

#include "providers/cloudflare/client/Factory.h"
#include "providers/heroku/client/Factory.h"
#include "providers/journal/Journal.h"
#include "providers/keychain/Keyring.h"
#include "providers/netlify/client/Factory.h"
#include "providers/postgres/Mover.h"
#include "providers/probe/LiveDialer.h"
#include "providers/probe/Probe.h"
#include "providers/redis/CeleryQueue.h"
#include "providers/render/client/Factory.h"
#include "providers/resolver/WireResolver.h"
#include "providers/world/WorldDialer.h"
#include "providers/world/WorldProcess.h"

#include <QUrl>

namespace switchyard {

namespace {

Error unknownProvider(const Account& account)
{
    return Error::invalid(QStringLiteral("Switchyard has no client for the provider \"%1\" of account %2.").arg(account.provider, account.name),
                          QStringLiteral("Nothing of that account can be read or changed."),
                          QStringLiteral("Use heroku, netlify or render for hosting and cloudflare for DNS."));
}

bool isDnsProvider(const QString& provider) { return provider == QLatin1String("cloudflare"); }

Result<std::shared_ptr<HostingProvider>> makeHosting(const Account& account, const http::Options& options)
{
    if (account.provider == QLatin1String("heroku"))
        return heroku::makeProvider(account, options);
    if (account.provider == QLatin1String("netlify"))
        return netlify::makeProvider(account, options);
    if (account.provider == QLatin1String("render"))
        return render::makeProvider(account, options);
    return unknownProvider(account);
}

Result<std::shared_ptr<DnsHost>> makeDns(const Account& account, const http::Options& options)
{
    if (account.provider == QLatin1String("cloudflare"))
        return cloudflare::makeHost(account, options);
    return unknownProvider(account);
}

/// Ports of the world that API calls may reach: nothing else of the network exists for a rehearsal.
http::TransportGuard guardFor(const WorldDoor& door)
{
    http::TransportGuard guard;
    guard.active = true;
    const auto add = [&guard](const QString& url) {
        const int port = QUrl(url).port();
        if (port > 0)
            guard.ports.insert(static_cast<quint16>(port));
    };
    for (const auto& [name, provider] : door.providers) {
        add(provider.baseUrl);
        add(provider.dataUrl);
    }
    add(door.mailUrl);
    return guard;
}

Result<void> addClients(RunServices* run, const std::vector<Account>& accounts, const QString& dnsAccount, const http::Options& options)
{
    for (const Account& account : accounts) {
        if (account.name == dnsAccount || isDnsProvider(account.provider)) {
            SY_TRY(run->dns, makeDns(account, options));
            continue;
        }
        SY_TRY(run->hosting[account.name], makeHosting(account, options));
    }
    return Ok{};
}

http::Options optionsFor(const RunServices& run)
{
    http::Options options;
    const auto sink = run.clientLog;
    options.log = [sink](LogLine line) {
        if (*sink)
            (*sink)(std::move(line));
    };
    return options;
}

Result<RunServices> rehearsalServices(const std::vector<Account>& accounts, const QString& dnsAccount, const WorldDoor& door, World* world,
                                      const std::shared_ptr<ScaledClock>& clock, double speed, const QString& directory)
{
    RunServices run;
    run.rehearsal = true;
    run.world = world;
    run.clock = clock.get();
    run.governor = new ClockGovernor(clock.get(), speed, clock.get());
    http::Options options = optionsFor(run);
    options.guard = guardFor(door);
    SY_CHECK(addClients(&run, accounts, dnsAccount, options));
    run.dialer = world::WorldDialer::ofDirectory(directory);
    if (!run.dialer)
        return Error::internal(QStringLiteral("the world of %1 has no dial map").arg(directory));
    run.resolver = makeResolver(run.dialer, run.clock);
    run.resolvers = door.resolvers;
    run.prober = makeProber(run.dialer, run.clock);
    run.queue = makeQueueReader();
    run.makeMover = [](Secret source, Secret target) { return postgres::makeMover(std::move(source), std::move(target)); };
    run.mailUrl = door.mailUrl;
    SY_TRY(run.journal, openJournal(directory, JournalMode::Write));
    return run;
}

Result<RunServices> liveServices(const std::vector<Account>& accounts, const QString& dnsAccount, const std::vector<ResolverAddress>& resolvers, const QString& directory)
{
    static SystemClock clock;
    RunServices run;
    run.rehearsal = false;
    run.clock = &clock;
    for (const Account& account : accounts)
        run.customEndpoints = run.customEndpoints || !account.baseUrl.isEmpty() || !account.dataUrl.isEmpty();
    SY_CHECK(addClients(&run, accounts, dnsAccount, optionsFor(run)));
    run.dialer = std::make_shared<LiveDialer>();
    run.resolver = makeResolver(run.dialer, run.clock);
    run.resolvers = resolvers;
    run.prober = makeProber(run.dialer, run.clock);
    run.queue = makeQueueReader();
    run.makeMover = [](Secret source, Secret target) { return postgres::makeMover(std::move(source), std::move(target)); };
    SY_TRY(run.journal, openJournal(directory, JournalMode::Write));
    return run;
}

} // namespace

std::unique_ptr<Services> composeServices()
{
    auto services = std::make_unique<Services>();
    services->secrets = makeSecretStore();
    services->makeHosting = [](Account account) { return switchyard::makeHosting(account, http::Options{}); };
    services->makeDns = [](Account account) { return switchyard::makeDns(account, http::Options{}); };
    services->makeMover = [](Secret source, Secret target) { return postgres::makeMover(std::move(source), std::move(target)); };
    services->makeWorld = [] { return std::make_unique<world::WorldProcess>(); };
    services->openJournal = [](QString directory, bool readOnly) { return openJournal(directory, readOnly ? JournalMode::Read : JournalMode::Write); };
    services->rehearsalServices = [](std::vector<Account> accounts, QString dnsAccount, WorldDoor door, World* world, std::shared_ptr<ScaledClock> clock, double speed, QString directory) {
        return switchyard::rehearsalServices(accounts, dnsAccount, door, world, clock, speed, directory);
    };
    services->liveServices = [](std::vector<Account> accounts, QString dnsAccount, std::vector<ResolverAddress> resolvers, QString directory) {
        return switchyard::liveServices(accounts, dnsAccount, resolvers, directory);
    };
    return services;
}

} // namespace switchyard
