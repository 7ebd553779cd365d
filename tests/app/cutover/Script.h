#pragma once

#include "app/base/Awaiters.h"
#include "app/cutover/Conductor.h"
#include "tests/app/cutover/Stubs.h"
#include "tests/kit/FakeClock.h"

#include <QTest>

namespace switchyard::cutover::script {

/// What a scripted step does to its pretended outside, kept apart from the process that dies and comes back.
struct Outside {
    std::map<QString, int> sent;        ///< "step/call" -> how often the effect was sent
    std::map<QString, bool> there;      ///< "step/call" -> it has happened and wasn't undone
    std::map<QString, int> undone;
    std::map<QString, int> failures;    ///< "step/call" -> how many more times it is refused
    std::map<QString, int> badReads;    ///< step -> how often verify fails
    std::map<QString, InterlockState> locks;
    std::function<void()> onSend;
};

struct Scripted {
    QString id;
    plan::Phase phase = plan::Phase::Prepare;
    StepFlags flags;
    int calls = 1;
    bool waits = false;                 ///< stays in perform until Outside::there["id/go"]
    QStringList locks;
    QString lends;
    QString putsBack;
    bool undoNeeded = true;
};

/// The journal of a run, in memory, that dies after a given record: everything after is lost with the process.
class MemoryJournal final : public JournalStore {
public:
    struct Disk {
        std::vector<JournalRecord> records;
    };
    explicit MemoryJournal(std::shared_ptr<Disk> disk) : m_disk(std::move(disk)) {}
    int dieAfter = -1;                  ///< this record is on disk, nothing after it happens
    int dieBefore = -1;                 ///< what came before this record has happened, the record is lost
    std::function<void()> onDeath;
    bool dead = false;
    bool full = false;
    Result<JournalRecord> append(JournalRecord record) override
    {
        Error error = Error::internal(QStringLiteral("dead"));
        error.kind = ErrorKind::Storage;
        if (dead || full)
            return error;
        record.sequence = static_cast<qint64>(m_disk->records.size()) + 1;
        if (dieBefore >= 0 && record.sequence >= dieBefore) {
            dead = true;
            if (onDeath)
                onDeath();
            return error;
        }
        m_disk->records.push_back(record);
        if (dieAfter >= 0 && record.sequence >= dieAfter) {
            dead = true;
            if (onDeath)
                onDeath();
        }
        return record;
    }
    Result<std::vector<JournalRecord>> readAll() override { return m_disk->records; }

private:
    std::shared_ptr<Disk> m_disk;
};

class ScriptedAction final : public StepAction {
public:
    ScriptedAction(Scripted spec, RunContext* context, Outside* outside) : m_spec(std::move(spec)), m_context(context), m_outside(outside) {}
    QString title() const override { return QStringLiteral("Do ") + m_spec.id; }
    StepFlags flags() const override { return m_spec.flags; }
    Milliseconds planned() const override { return Seconds(10); }
    std::vector<Interlock> interlocks() override
    {
        std::vector<Interlock> out;
        for (const QString& name : m_spec.locks) {
            out.push_back({name, name, QStringLiteral("databases"), [this, name] {
                               return InterlockReading{m_outside->locks[name], QStringLiteral("read"), m_context->clock()->now(), {}};
                           }, Milliseconds(0)});
        }
        return out;
    }
    Task<StepPreview> preview(std::stop_token) override
    {
        StepPreview p;
        p.summary = QStringLiteral("Does it.");
        for (int i = 0; i < m_spec.calls; ++i)
            p.calls.push_back({QStringLiteral("test"), QStringLiteral("PUT"), key(i), {}, {}});
        co_return p;
    }
    Task<ProbeResult> probe(std::stop_token) override
    {
        int there = 0;
        for (int i = 0; i < m_spec.calls; ++i)
            there += m_outside->there[key(i)] ? 1 : 0;
        ProbeResult found;
        found.effect = there == 0 ? Effect::NotYet : there == m_spec.calls ? Effect::Done : Effect::Partly;
        found.says = QStringLiteral("%1 of %2 are there.").arg(there).arg(m_spec.calls);
        co_return found;
    }
    Task<StepOutcome> perform(StepVoice* voice, std::stop_token stop) override
    {
        if (m_spec.waits) {
            voice->waiting(true);
            while (!m_outside->there[m_spec.id + QStringLiteral("/go")]) {
                SY_CO_CHECK(co_await sleepReal(Milliseconds(2), stop));
                SY_CO_ALIVE(stop);
            }
            voice->waiting(false);
        }
        if (!m_spec.lends.isEmpty()) {
            SY_CO_CHECK(voice->lend(m_spec.lends, QStringLiteral("lent ") + m_spec.lends, QStringLiteral("give it back"), {}));
        }
        for (int i = 0; i < m_spec.calls; ++i) {
            const QString k = key(i);
            if (m_context->call(m_spec.id, k) == CallState::Done || m_outside->there[k])
                continue; // compare-and-set: what is there isn't sent again
            SY_CO_CHECK(voice->intent(k, QStringLiteral("PUT ") + k));
            SY_CO_CHECK(co_await sleepReal(Milliseconds(0), stop));
            SY_CO_ALIVE(stop);
            if (m_outside->failures[k] > 0) {
                --m_outside->failures[k];
                SY_CO_CHECK(voice->outcome(k, false, QStringLiteral("503")));
                Error error = Error::invalid(QStringLiteral("The provider refused."), QStringLiteral("Nothing changed."), QStringLiteral("Try again."));
                error.kind = ErrorKind::Http;
                error.retryable = true;
                co_return error;
            }
            if (m_outside->onSend)
                m_outside->onSend();
            ++m_outside->sent[k];
            m_outside->there[k] = true;
            SY_CO_CHECK(voice->outcome(k, true, QStringLiteral("200")));
        }
        if (!m_spec.putsBack.isEmpty()) {
            SY_CO_CHECK(voice->putBack(m_spec.putsBack));
        }
        StepOutcome out;
        out.says = QStringLiteral("Did ") + m_spec.id;
        out.memory.insert(QStringLiteral("calls"), m_spec.calls);
        co_return out;
    }
    Task<std::vector<Evidence>> verify(std::stop_token) override
    {
        if (m_outside->badReads[m_spec.id] > 0) {
            --m_outside->badReads[m_spec.id];
            co_return Error::invalid(QStringLiteral("2 tables differ."), QStringLiteral("Rows would be lost."), QStringLiteral("Apply the delta again."));
        }
        std::vector<Evidence> out;
        out.push_back({m_context->clock()->now(), QStringLiteral("read back"), true, {}});
        co_return out;
    }
    UndoPreview undoPreview() override { return {m_spec.undoNeeded, QStringLiteral("Undo ") + m_spec.id, {}, Seconds(5), Seconds(m_spec.flags.disruptive ? 60 : 0)}; }
    Task<StepOutcome> undo(StepVoice* voice, std::stop_token stop) override
    {
        for (int i = m_spec.calls - 1; i >= 0; --i) {
            const QString k = key(i);
            if (!m_outside->there[k])
                continue;
            SY_CO_CHECK(voice->intent(k, QStringLiteral("DELETE ") + k));
            SY_CO_CHECK(co_await sleepReal(Milliseconds(0), stop));
            SY_CO_ALIVE(stop);
            m_outside->there[k] = false;
            ++m_outside->undone[k];
            SY_CO_CHECK(voice->outcome(k, true, QStringLiteral("200")));
        }
        if (!m_spec.lends.isEmpty()) {
            SY_CO_CHECK(voice->putBack(m_spec.lends));
        }
        StepOutcome out;
        out.says = QStringLiteral("Undid");
        co_return out;
    }

private:
    QString key(int i) const { return m_spec.id + u'/' + QString::number(i); }
    Scripted m_spec;
    RunContext* m_context;
    Outside* m_outside;
};

/// A run over a script: the disk and the outside survive, the conductor dies and is opened again.
class Bench {
public:
    explicit Bench(std::vector<Scripted> script) : m_script(std::move(script)) {}
    Outside outside;
    std::shared_ptr<MemoryJournal::Disk> disk = std::make_shared<MemoryJournal::Disk>();
    std::shared_ptr<MemoryJournal> journal;
    switchyard::test::FakeClock clock;
    ConductorOptions options;
    plan::PollSpec poll{{QStringLiteral("Data"), QStringLiteral("DNS")}, false};
    /// With a database, whose mover says how many rows the target took.
    std::shared_ptr<StubMover::Told> rows;
    bool rehearsal = true;
    ClockGovernor* governor = nullptr;
    std::unique_ptr<Conductor> conductor;
    QStringList log;                    ///< "a: running"

    Conductor& open()
    {
        conductor.reset();
        plan::Plan plan;
        plan.name = QStringLiteral("demo");
        plan.digest = "digest";
        plan.poll = poll;
        plan.environments.push_back({});
        plan.environments.front().name = QStringLiteral("production");
        plan.environments.front().domains = {{QStringLiteral("demo.test"), {}, QStringLiteral("all"), {}, {}, {}}};
        plan.dns.zone = QStringLiteral("demo.test");
        for (const Scripted& s : m_script) {
            plan::StepSpec spec;
            spec.id = s.id;
            spec.kind = QStringLiteral("scripted");
            spec.phase = s.phase;
            plan.steps.push_back(std::move(spec));
        }
        RunServices services;
        services.clock = &clock;
        journal = std::make_shared<MemoryJournal>(disk);
        services.journal = journal;
        services.rehearsal = rehearsal;
        services.governor = governor;
        if (rows) {
            services.hosting[QStringLiteral("acc")] = std::make_shared<StubHosting>();
            services.makeMover = [told = rows](Secret, Secret) { return std::make_unique<StubMover>(told); };
            plan::DatabaseMapping db;
            db.name = QStringLiteral("main");
            db.source = {QStringLiteral("acc"), {}, QStringLiteral("a")};
            db.target = {QStringLiteral("acc"), {}, QStringLiteral("b")};
            plan.environments.front().databases = {db};
        }
        options.monitors = false;
        options.operatorName = QStringLiteral("Mara Lind");
        options.operatorInitials = QStringLiteral("ML");
        const ActionFactory factory = [this](const plan::StepSpec& spec, RunContext* context) -> Result<std::unique_ptr<StepAction>> {
            for (const Scripted& s : m_script) {
                if (s.id == spec.id)
                    return std::unique_ptr<StepAction>(std::make_unique<ScriptedAction>(s, context, &outside));
            }
            return Error::internal(spec.id);
        };
        auto made = Conductor::open(std::move(plan), std::move(services), factory, options);
        if (!made)
            qFatal("%s", qPrintable(made.error().sentence()));
        conductor = std::move(made).value();
        QObject::connect(conductor.get(), &RunController::changed, conductor.get(), [this] { note(); });
        return *conductor;
    }
    void note()
    {
        for (const StepView& step : conductor->state().steps) {
            const QString now = stepStateName(step.state);
            if (m_last[step.id] == now)
                continue;
            m_last[step.id] = now;
            log << step.id + QStringLiteral(": ") + now;
        }
    }
    [[nodiscard]] StepState stateOf(const QString& id) const { return conductor->state().step(id)->state; }

private:
    std::vector<Scripted> m_script;
    std::map<QString, QString> m_last;
};

} // namespace switchyard::cutover::script
