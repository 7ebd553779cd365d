#pragma once

#include "app/base/Secret.h"
#include "app/base/Task.h"
#include "app/ports/Resolver.h"

#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <map>
#include <memory>
#include <vector>

namespace switchyard {

/// What to build for a rehearsal.
struct WorldSpec {
    QString directory;            ///< the run's DIR; the world lives in DIR/world, mode 0700
    qint64 rows = 200'000;
    double speed = 1;             ///< 1, 10 or 60
    QStringList faults;           ///< "NAME" or "NAME=value"; app/rehearsal/Faults.h
    int visitors = 6;
};

/// How to reach a world that runs. Tokens are throw-away and live in DIR/world only.
struct WorldDoor {
    struct ProviderDoor {
        QString baseUrl;
        QString dataUrl;
        Secret token;
    };
    std::map<QString, ProviderDoor> providers;   ///< by provider id
    std::vector<ResolverAddress> resolvers;      ///< authoritative first, then the seven caching ones
    QString mailUrl;                             ///< HTTP view of the SMTP sink: GET {mailUrl}/messages?to=
    QString clockFile;                           ///< shared ScaledClock
    qint64 pid = 0;
};

struct LedgerSummary {
    qint64 acknowledged = 0;      ///< writes the app acknowledged to a visitor
    qint64 missing = 0;           ///< of those, not found on the side asked
    QStringList examples;
};

/// The rehearsed world: its own process with its own session; survives the app, is found again by resume. Errors: Internal, Storage,
/// Timeout, Cancelled. Main thread.
class World {
public:
    virtual ~World() = default;
    /// Starts the process, or finds the one that already runs for this directory; waits until every part answers (up to 120 s).
    [[nodiscard]] virtual Task<WorldDoor> open(WorldSpec spec, std::stop_token stop) = 0;
    /// Turns a fault on or off while the world runs.
    [[nodiscard]] virtual Task<> setFault(QString fault, bool on, std::stop_token stop) = 0;
    /// Checks every acknowledged write of every visitor against the database of `side` ("source" or "target").
    [[nodiscard]] virtual Task<LedgerSummary> checkLedger(QString side, std::stop_token stop) = 0;
    /// Counts and figures of the world: visitors' requests a minute, errors, which side answered. For the screen.
    [[nodiscard]] virtual Task<QJsonObject> figures(std::stop_token stop) = 0;
    /// Ends the process and its servers. `keep` false also deletes DIR/world.
    [[nodiscard]] virtual Task<> close(bool keep, std::stop_token stop) = 0;
};

} // namespace switchyard
