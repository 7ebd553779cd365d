#pragma once

#include "app/cutover/Conductor.h"

namespace switchyard::cutover {

/// The context that the conductor gives to its steps and monitors.
class EngineContext final : public RunContext {
public:
    explicit EngineContext(Conductor* conductor) : m_conductor(conductor) {}
    [[nodiscard]] const plan::Plan& plan() const override { return m_conductor->m_plan; }
    [[nodiscard]] RunServices& services() override { return m_conductor->m_services; }
    [[nodiscard]] Result<std::shared_ptr<HostingProvider>> hosting(const QString& account) override;
    [[nodiscard]] Task<std::shared_ptr<DatabaseMover>> mover(QString database, std::stop_token stop) override;
    [[nodiscard]] RunState& state() override { return m_conductor->m_projection.state(); }
    void touch(unsigned changes) override { m_conductor->publish(changes); }
    void log(LogLine line) override;
    [[nodiscard]] QJsonObject memory(const QString& stepId) const override { return m_conductor->m_projection.track(stepId).memory; }
    [[nodiscard]] CallState call(const QString& stepId, const QString& key) const override;
    [[nodiscard]] QJsonObject memoryOfKind(const QString& kind) const override { return m_conductor->m_projection.memoryOfKind(kind); }
    void report(Finding finding, bool raise) override;
    void withdraw(const QString& findingId) override;
    [[nodiscard]] Secret& scratch(const QString& name) override { return m_scratch[name]; }

private:
    Conductor* m_conductor;
    std::map<QString, std::shared_ptr<DatabaseMover>> m_movers;
    std::map<QString, Secret> m_scratch;
};

/// The voice of one perform() or undo(). Lives in the coroutine's frame, which may outlive the conductor: it looks before it speaks.
class EngineVoice final : public StepVoice {
public:
    EngineVoice(Conductor* conductor, QString step, bool undo);
    void progress(TaskProgress progress) override;
    void say(LogLevel level, QString text) override;
    [[nodiscard]] Result<void> lend(QString id, QString what, QString inverse, QJsonObject data) override;
    [[nodiscard]] Result<void> putBack(QString id) override;
    [[nodiscard]] Result<void> intent(QString key, QString description) override;
    [[nodiscard]] Result<void> outcome(QString key, bool ok, QString description) override;
    [[nodiscard]] Result<void> remember(QJsonObject part) override;
    void waiting(bool on) override;
    void writesStopped(bool stopped) override;
    /// The step was asked to stop between two calls.
    [[nodiscard]] bool stoppedByHold() const { return m_stoppedByHold; }

private:
    [[nodiscard]] Result<void> record(EventKind kind, QJsonObject data);
    [[nodiscard]] QString keyed(const QString& key) const { return m_undo ? QStringLiteral("undo/") + key : key; }
    QPointer<Conductor> m_conductor;
    QString m_step;
    bool m_undo;
    bool m_stoppedByHold = false;
};

} // namespace switchyard::cutover
