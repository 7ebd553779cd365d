#pragma once

#include "app/base/Clock.h"
#include "app/base/ScaledClock.h"
#include "app/ports/DatabaseMover.h"
#include "app/ports/Dialer.h"
#include "app/ports/DnsHost.h"
#include "app/ports/HostingProvider.h"
#include "app/ports/JournalStore.h"
#include "app/ports/Prober.h"
#include "app/ports/QueueReader.h"
#include "app/ports/Resolver.h"
#include "app/ports/SecretStore.h"
#include "app/ports/World.h"

#include <functional>
#include <memory>

namespace switchyard {

/// Everything of the outside world that one run uses. A rehearsal and a live run differ only in what stands behind these; the engine, the
/// steps and the pages can't tell. Built in app/main/Compose.cpp.
struct RunServices {
    Clock* clock = nullptr;
    ClockGovernor* governor = nullptr;   ///< rehearsals only
    std::map<QString, std::shared_ptr<HostingProvider>> hosting; ///< by account name of the plan
    std::shared_ptr<DnsHost> dns;
    std::shared_ptr<Resolver> resolver;
    std::vector<ResolverAddress> resolvers;
    std::shared_ptr<Prober> prober;
    std::shared_ptr<Dialer> dialer;
    std::shared_ptr<QueueReader> queue;
    std::shared_ptr<JournalStore> journal;
    /// Makes a mover for two connection strings.
    std::function<std::unique_ptr<DatabaseMover>(Secret source, Secret target)> makeMover;
    /// Mail sink of a rehearsal; empty when live.
    QString mailUrl;
    World* world = nullptr;              ///< rehearsals only
    /// Where the clients' own lines go (one a request, redacted). Whoever opens the run sets the function behind it.
    std::shared_ptr<LogSource::Sink> clientLog = std::make_shared<LogSource::Sink>();
    bool rehearsal = true;
    bool customEndpoints = false;        ///< live, but an account uses another base URL than the provider's own
};

/// What the program as a whole can make. The command line and the window see the outside only through this.
struct Services {
    std::shared_ptr<SecretStore> secrets;
    std::function<Result<std::shared_ptr<HostingProvider>>(Account)> makeHosting;
    std::function<Result<std::shared_ptr<DnsHost>>(Account)> makeDns;
    /// A mover for two connection strings, outside of a run.
    std::function<std::unique_ptr<DatabaseMover>(Secret source, Secret target)> makeMover;
    std::function<std::unique_ptr<World>()> makeWorld;
    /// `readOnly` for reports: takes no lock, refuses append().
    std::function<Result<std::shared_ptr<JournalStore>>(QString directory, bool readOnly)> openJournal;
    /// Services of a rehearsal, for a world that is open. Accounts by their plan names.
    std::function<Result<RunServices>(std::vector<Account> accounts, QString dnsAccount, WorldDoor door, World* world, std::shared_ptr<ScaledClock> clock,
                                      double speed, QString directory)>
        rehearsalServices;
    /// Services of a live run; tokens are in the accounts.
    std::function<Result<RunServices>(std::vector<Account> accounts, QString dnsAccount, std::vector<ResolverAddress> resolvers, QString directory)>
        liveServices;
};

} // namespace switchyard
