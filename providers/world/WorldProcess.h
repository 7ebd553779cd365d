#pragma once

#include "app/base/StopScope.h"
#include "app/ports/World.h"

#include <QJsonObject>
#include <QTimer>

class QNetworkAccessManager;

namespace switchyard::world {

/// The app's side of the rehearsed world: starts or finds the process, talks to its control port. While this object lives and the world is
/// open, the world knows that somebody looks after it; otherwise it puts the clock back to 1:1.
class WorldProcess final : public World {
public:
    /// `program`: what understands `world DIR`; empty for the running executable.
    explicit WorldProcess(QString program = {});
    ~WorldProcess() override;

    [[nodiscard]] Task<WorldDoor> open(WorldSpec spec, std::stop_token stop) override;
    [[nodiscard]] Task<> setFault(QString fault, bool on, std::stop_token stop) override;
    [[nodiscard]] Task<LedgerSummary> checkLedger(QString side, std::stop_token stop) override;
    /// Numbers: visitors, perMinute (all requests of the last minute by the wall clock), of them source, target, held (503 or a maintenance
    /// page), failed; requests, requestsSource, requestsTarget, errors (since the process started); ledger (acknowledged writes), mails,
    /// workersSource, workersTarget, socketsSource, socketsTarget, gateRefused, rate (run seconds a wall second). gateOpen: bool. faults:
    /// those that are on, as text.
    [[nodiscard]] Task<QJsonObject> figures(std::stop_token stop) override;
    [[nodiscard]] Task<> close(bool keep, std::stop_token stop) override;

    /// Reads DIR/world/door.json; nothing when there is none.
    [[nodiscard]] static std::optional<WorldDoor> readDoor(const QString& directory);

private:
    [[nodiscard]] Task<QJsonObject> call(QByteArray method, QString path, QJsonObject body, Milliseconds limit, std::stop_token stop);
    [[nodiscard]] Result<void> launch(const WorldSpec& spec);

    QString m_program;
    QString m_directory;
    QString m_controlUrl;
    Secret m_controlToken;
    std::unique_ptr<QNetworkAccessManager> m_network;
    QTimer m_contact;
    StopScope m_scope;
};

} // namespace switchyard::world
