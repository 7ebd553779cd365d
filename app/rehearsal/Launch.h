#pragma once

#include "app/base/ScaledClock.h"
#include "app/cutover/Conductor.h"
#include "app/plan/Plan.h"
#include "app/ports/Services.h"

#include <QString>
#include <QStringList>

#include <memory>

namespace switchyard::rehearsal {

/// What somebody asked for: one run of one plan. Kept in DIR/run.json so that the run can be resumed; holds no secret.
struct LaunchRequest {
    plan::Plan plan;
    QString directory;          ///< the run's DIR; made when absent (mode 0700)
    bool rehearsal = true;
    bool headless = false;
    double speed = 1;
    qint64 rows = 200'000;
    QStringList faults;
    QString untilStep;
    QString operatorName;
};

/// A run that is open: everything it stands on, in the order in which it is taken down.
struct LaunchedRun {
    LaunchRequest request;
    std::unique_ptr<World> world;               ///< rehearsals only
    std::shared_ptr<ScaledClock> clock;         ///< rehearsals only
    std::shared_ptr<LogSource::Sink> clientLog; ///< leads into the controller while it lives
    std::unique_ptr<cutover::Conductor> controller;
    bool resumed = false;                       ///< the journal held records
};

/// Folder for a new run of `planName` under XDG_DATA_HOME/switchyard/runs, named after the plan and the time.
[[nodiscard]] QString newRunDirectory(const QString& planName);

/// Writes DIR/run.json and DIR/plan.yaml. Errors: Storage.
[[nodiscard]] Result<void> saveRequest(const LaunchRequest& request);
/// Reads them back. Errors: Storage (no such run), Invalid.
[[nodiscard]] Result<LaunchRequest> loadRequest(const QString& directory);

/// Opens a run: the world (started, or found again) and the clients behind it for a rehearsal, the accounts with the tokens of the
/// keyring for a live run; then the conductor on the journal of DIR. The run isn't started. Errors: those of World, SecretStore and
/// Conductor::open. Main thread.
[[nodiscard]] Task<std::shared_ptr<LaunchedRun>> launch(Services* services, LaunchRequest request, std::stop_token stop);

/// Takes a run down. A rehearsal that ended (complete or rolled back) loses its world; else the world is left running for resume.
[[nodiscard]] Task<> land(std::shared_ptr<LaunchedRun> run, std::stop_token stop);

/// The token of an account: from the keyring, else from the environment variable SWITCHYARD_TOKEN_NAME (NAME is the account's, in capitals,
/// other characters as underscores), for machines without a keyring. Error: Keychain, naming both places.
[[nodiscard]] Task<Secret> tokenOf(Services* services, Account account, std::stop_token stop);

/// Name of the person at this computer, and two letters of it.
[[nodiscard]] QString operatorName();
[[nodiscard]] QString initialsOf(const QString& name);

} // namespace switchyard::rehearsal
