#pragma once

#include "app/cutover/RunState.h"

#include <QObject>

#include <memory>

namespace switchyard::cutover {

/// How far a call that a step announced with StepVoice::intent() got, as the journal knows it. Sent: announced, no outcome: in doubt.
enum class CallState { NotSent, Sent, Done, Refused };

/// What the steps and the monitors of one run share: the plan, the outside world, and the state they fill in. Owned by the controller;
/// outlives every step. Main thread.
class RunContext {
public:
    virtual ~RunContext() = default;
    [[nodiscard]] virtual const plan::Plan& plan() const = 0;
    [[nodiscard]] virtual RunServices& services() = 0;
    [[nodiscard]] Clock* clock() { return services().clock; }
    /// Account of the plan by name; Invalid when there is none.
    [[nodiscard]] virtual Result<std::shared_ptr<HostingProvider>> hosting(const QString& account) = 0;
    /// The mover of a database of the plan; made at the first call from both connection strings, which are learnt by the redactor.
    [[nodiscard]] virtual Task<std::shared_ptr<DatabaseMover>> mover(QString database, std::stop_token stop) = 0;
    /// The shared blackboard. Steps and monitors write the parts they own, then call touch().
    [[nodiscard]] virtual RunState& state() = 0;
    virtual void touch(unsigned changes) = 0;
    virtual void log(LogLine line) = 0;
    /// What an earlier step left in its outcome; empty when it hasn't run. Survives a crash.
    [[nodiscard]] virtual QJsonObject memory(const QString& stepId) const = 0;
    /// How far the call `key` of a step got, also before a crash: perform() skips what is Done and reads the outside where it is Sent.
    [[nodiscard]] virtual CallState call(const QString& stepId, const QString& key) const
    {
        Q_UNUSED(stepId)
        Q_UNUSED(key)
        return CallState::NotSent;
    }
    /// Memory of the newest step of a kind that ran.
    [[nodiscard]] virtual QJsonObject memoryOfKind(const QString& kind) const = 0;
    /// Adds or replaces a finding by id; `raise` also signals an alarm for a caution or failure.
    virtual void report(Finding finding, bool raise) = 0;
    virtual void withdraw(const QString& findingId) = 0;
    /// Secret kept for the run only (a smoke account's password): never journaled.
    [[nodiscard]] virtual Secret& scratch(const QString& name) = 0;
};

} // namespace switchyard::cutover
