#pragma once

#include "app/base/Awaiters.h"
#include "app/cutover/RunContext.h"
#include "app/cutover/RunController.h"
#include "app/dns/Planning.h"
#include "app/plan/StepKinds.h"

namespace switchyard::cutover {

/// What all steps share: the spec, the context, how a call is announced and how the outside is found from the plan. A step keeps nothing of
/// its own between calls: what must survive is in the run's memory, so that it is the same after a crash.
class StepBase : public StepAction {
public:
    StepBase(plan::StepSpec spec, RunContext* context) : m_spec(std::move(spec)), c(context) {}
    [[nodiscard]] QString title() const override;
    [[nodiscard]] QString verb() const override;
    [[nodiscard]] StepFlags flags() const override;
    [[nodiscard]] Milliseconds planned() const override { return m_spec.planned; }
    [[nodiscard]] Task<std::vector<Evidence>> verify(std::stop_token stop) override;
    [[nodiscard]] UndoPreview undoPreview() override;
    [[nodiscard]] Task<StepOutcome> undo(StepVoice* voice, std::stop_token stop) override;

protected:
    [[nodiscard]] const plan::Environment& env() const { return c->plan().production(); }
    [[nodiscard]] QJsonObject memory() const { return c->memory(m_spec.id); }
    [[nodiscard]] QString with(const char* key) const;
    [[nodiscard]] TimePoint now() const { return c->clock()->now(); }
    [[nodiscard]] Evidence evidence(const QString& text, bool ok = true, const QJsonObject& data = {}) const { return Evidence{now(), text, ok, data}; }

    /// Hosts of the step's group, or all of the plan.
    [[nodiscard]] QStringList hosts() const;
    [[nodiscard]] const plan::DomainMapping* domain(const QString& host) const;
    [[nodiscard]] const plan::ServiceMapping* service(const QString& name) const;
    /// The step's database, or the first that is copied. Error: Invalid.
    [[nodiscard]] Result<plan::DatabaseMapping> database() const;
    [[nodiscard]] QString targetTitle() const;
    [[nodiscard]] QString sourceTitle() const;
    /// The DNS host of the run. Error: Invalid.
    [[nodiscard]] Result<std::shared_ptr<DnsHost>> dnsHost() const;
    /// The zone as it was saved, from memory; also shows it on the blackboard when a resumed run has it only in the journal.
    [[nodiscard]] std::optional<Zone> savedZone() const;
    /// The view of a database on the blackboard, made when missing.
    [[nodiscard]] DatabaseView& databaseView(const QString& name) const;

    /// Sleeps on the run's clock and says that it only waits, so that a rehearsal's clock may run fast.
    [[nodiscard]] Task<> pause(StepVoice* voice, Milliseconds time, std::stop_token stop) const;
    void progress(StepVoice* voice, const QString& id, const QString& name, double part, const QString& amount, const QString& left, bool running = true) const;

    /// After an announced call: writes its outcome and hands on its error.
    template<typename T>
    [[nodiscard]] static Result<void> finish(StepVoice* voice, const QString& key, const Result<T>& result, const QString& says)
    {
        if (result) {
            return voice->outcome(key, true, says);
        }
        const Error& error = result.error();
        // A call that was cut off stays without outcome: it is in doubt until someone looks.
        if (error.kind == ErrorKind::Cancelled)
            return error;
        SY_CHECK(voice->outcome(key, false, error.happened));
        return error;
    }

    plan::StepSpec m_spec;
    RunContext* c;
};

/// Reference as text: "heroku/projectify/web".
[[nodiscard]] QString refText(const ServiceRef& ref);
/// One reference per app of an account: what maintenance and such act on.
[[nodiscard]] ServiceRef appRef(const ServiceRef& ref);

[[nodiscard]] QJsonObject toJson(const RecordSet& set);
[[nodiscard]] RecordSet recordSetFrom(const QJsonObject& json);
[[nodiscard]] QJsonObject toJson(const Zone& zone);
[[nodiscard]] Zone zoneFrom(const QJsonObject& json);
[[nodiscard]] QJsonArray toJson(const std::vector<RecordChange>& changes);
[[nodiscard]] std::vector<RecordChange> changesFrom(const QJsonArray& json);

/// "1 table", "14 tables".
[[nodiscard]] QString counted(qint64 n, const QString& one, const QString& more);

} // namespace switchyard::cutover
