#pragma once

#include <QString>
#include <QStringList>

namespace switchyard::world {

/// The rehearsed world: runs until it is closed through its control port or by SIGTERM. A QCoreApplication must exist. Returns 0, or 1 when
/// it could not be built (DIR/world/failure.json says why). Makes itself leader of a session of its own.
int runWorld(const QString& directory);

/// Starts simulators alone ("heroku", "netlify", "render", "cloudflare"), preloaded with the projectify story and without a world behind
/// them, prints `name.base_url=`, `name.token=` lines to standard output and runs until SIGINT or SIGTERM. The first listens on `port`
/// (0: any), the others on the ones after it. Returns 0, or 2 for a name that isn't known.
int runSimulate(const QStringList& names, int port);

} // namespace switchyard::world
