#pragma once

#include "app/base/Result.h"
#include "app/ports/World.h"

#include <QJsonObject>
#include <QString>

namespace switchyard::world {

/// Map of the rehearsed world. One process (`switchyard world DIR`, own session) holds:
///
///   visitors ── ask ──> 7 caching resolvers ──> authoritative server <── zone ── Cloudflare simulator
///      │                                            (and the providers' own zones)
///      └── TLS, SNI ──> 3 edges: Heroku router, Netlify, Render (addresses of the documentation ranges, loopback ports)
///                          │ maintenance, formation, deploys, domains as the simulators hold them
///                          ├── SampleApp "source" ──> PostgreSQL source <── direct ── outside
///                          │        └── Redis source <── JobWorker x Heroku's worker dynos, scheduler add-on
///                          └── SampleApp "target" ──> PostgreSQL target <── Gate (Render's allow list) ── outside
///                                   └── Redis target <── JobWorker x Render's worker, cron
///   Heroku, Netlify, Render, Cloudflare simulators: HTTP on loopback, state and request logs durable; their events are wired here
///   SMTP sink <── workers; ledger <── visitors; control: HTTP with a token, for WorldProcess
///
/// On disk, all under DIR/world (mode 0700):
///   spec.json      what was asked for                     state.json   passwords, tokens, ports, what was built (0600)
///   pid.json       process id and start time              door.json    how to reach it, written when ready (0600)
///   failure.json   why a start failed, three sentences    clock        the shared ScaledClock
///   ledger.jsonl   acknowledged writes                    world.log    the process's own diagnostics
///   authority/     throw-away CA                          heroku/ netlify/ render/ cloudflare/   simulator state and request logs
///   servers/       clusters and Redis; as root a link to /var/tmp/switchyard-*, because PostgreSQL refuses to run as root and the
///                  server's user can't enter a folder of mode 0700
///
/// A kill -9 of the process makes the kernel end its servers; open() starts everything again from this folder.
class WorldFolder {
public:
    /// `directory` is the run's DIR.
    explicit WorldFolder(const QString& directory);
    [[nodiscard]] const QString& path() const { return m_path; }
    [[nodiscard]] QString file(const QString& name) const { return m_path + u'/' + name; }
    [[nodiscard]] Result<void> create() const;
    [[nodiscard]] bool exists() const;
    /// It holds a world's files, or nothing. Anything else is somebody's own folder that happens to have this name.
    [[nodiscard]] bool isOurs() const;
    /// The world was completely built once, so that it can be started again.
    [[nodiscard]] bool isBuilt() const;

    [[nodiscard]] QJsonObject read(const QString& name) const;
    /// Written whole and renamed, mode 0600.
    [[nodiscard]] Result<void> write(const QString& name, const QJsonObject& object) const;
    void remove(const QString& name) const;
    /// Deletes the world with its servers' data; does nothing in a folder that isn't a world's. Nothing may run in it.
    void clear() const;
    /// Makes the folder of the servers' data and its link; returns where it is.
    [[nodiscard]] Result<QString> makeServerFolder() const;
    /// Removes servers' folders whose world is gone: somebody deleted its DIR.
    static void sweepServerFolders();
    [[nodiscard]] QString logTail() const;

    [[nodiscard]] static QJsonObject toJson(const WorldSpec& spec);
    [[nodiscard]] static WorldSpec specFrom(const QJsonObject& object, const QString& directory);

private:
    QString m_path;
};

} // namespace switchyard::world
