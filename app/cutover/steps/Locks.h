#pragma once

#include "app/cutover/RunContext.h"

namespace switchyard::cutover {

/// The interlocks that steps choose from. Each looks only at what the run already knows: memory of earlier steps, findings, probes. One whose
/// step isn't in the plan isn't given: a shorter plan isn't blocked by what it leaves out.
class Locks {
public:
    Locks(RunContext* context, QString stepId) : c(context), m_step(std::move(stepId)) {}
    Locks& noFailure();            ///< no open failure that names this step
    Locks& checksums();
    Locks& queueEmpty();
    Locks& ttlLow();
    Locks& targetHealthy();
    Locks& certificates(const QStringList& hosts);
    Locks& nobodyWrites();
    Locks& allowed();
    Locks& zoneSaved();
    Locks& baseline();
    Locks& copied();
    Locks& held();
    Locks& domainsAdded(const QStringList& hosts);
    Locks& namesAnswer();
    Locks& manualChecks();
    [[nodiscard]] std::vector<Interlock> take() { return std::move(m_locks); }

private:
    /// Number of the first step of a kind, 0 when the plan has none.
    [[nodiscard]] static int numberOf(RunContext* context, const QString& kind);
    void add(const char* id, const QString& label, const char* page, const char* kind, std::function<InterlockReading(const QJsonObject& memory)> read);
    RunContext* c;
    QString m_step;
    std::vector<Interlock> m_locks;
};

} // namespace switchyard::cutover
