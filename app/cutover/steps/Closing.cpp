#include "app/cutover/steps/Calls.h"
#include "app/cutover/steps/Kinds.h"
#include "app/cutover/steps/Locks.h"
#include "app/cutover/steps/StepBase.h"

#include <QJsonArray>

// The steps of people and of the end: poll, work by hand, follow-ups, seal.

namespace switchyard::cutover {

namespace {

/// The stations answer go or no-go, each with the evidence beside it; the engine keeps the poll.
class GoNoGo final : public StepBase {
public:
    using StepBase::StepBase;
    StepFlags flags() const override
    {
        StepFlags f = StepBase::flags();
        f.needsPerson = true;
        f.poll = true;
        f.writes = false;
        return f;
    }
    std::vector<Interlock> interlocks() override
    {
        Locks locks(c, m_spec.id);
        // What lies beside a station: only what this plan has reached by now.
        for (const plan::StepSpec& s : c->plan().steps) {
            if (s.id == m_spec.id)
                break;
            if (s.kind == QLatin1String("compare-checksums"))
                locks.checksums();
            else if (s.kind == QLatin1String("prove-quiet"))
                locks.nobodyWrites();
            else if (s.kind == QLatin1String("drain-queue"))
                locks.queueEmpty();
            else if (s.kind == QLatin1String("lower-ttls"))
                locks.ttlLow();
            else if (s.kind == QLatin1String("deploy-target"))
                locks.targetHealthy();
        }
        if (m_spec.phase == plan::Phase::Switch && !hosts().isEmpty())
            locks.certificates(hosts());
        return locks.take();
    }
    Task<StepPreview> preview(std::stop_token) override
    {
        StepPreview p;
        p.summary = QStringLiteral("Each station answers go or no-go: %1. One no-go stops the plan at this step.").arg(c->plan().poll.stations.join(QStringLiteral(", ")));
        co_return p;
    }
    Task<ProbeResult> probe(std::stop_token) override { co_return ProbeResult{Effect::NotYet, QStringLiteral("The poll is asked again.")}; }
    Task<StepOutcome> perform(StepVoice*, std::stop_token) override
    {
        StepOutcome out;
        int go = 0, waived = 0;
        QStringList names;
        if (const StepView* view = c->state().step(m_spec.id)) {
            for (const PollStation& s : view->poll) {
                go += s.answer == PollAnswer::Go || s.answer == PollAnswer::GoWaived;
                waived += s.answer == PollAnswer::GoWaived;
                if (!s.by.isEmpty() && !names.contains(s.by))
                    names << s.by;
            }
            out.says = QStringLiteral("Go / no-go poll closed, %1 of %2 go").arg(go).arg(view->poll.size());
        } else {
            out.says = QStringLiteral("Go / no-go poll closed");
        }
        if (waived > 0)
            out.says += QStringLiteral(", %1").arg(counted(waived, QStringLiteral("waiver"), QStringLiteral("waivers")));
        out.evidence = {evidence(names.isEmpty() ? out.says : out.says + QStringLiteral(" (%1)").arg(names.join(QStringLiteral(", "))))};
        co_return out;
    }
};

/// Something only a person can do, with the plan's own words.
class Manual final : public StepBase {
public:
    using StepBase::StepBase;
    StepFlags flags() const override
    {
        StepFlags f = StepBase::flags();
        f.needsPerson = true;
        f.manual = true;
        f.writes = false;
        return f;
    }
    Task<StepPreview> preview(std::stop_token) override
    {
        StepPreview p;
        p.summary = with("instructions").isEmpty() ? QStringLiteral("A person does this by hand and confirms it here.") : with("instructions");
        co_return p;
    }
    Task<ProbeResult> probe(std::stop_token) override { co_return ProbeResult{Effect::NotYet, QStringLiteral("Only a person knows whether it is done.")}; }
    Task<StepOutcome> perform(StepVoice*, std::stop_token) override
    {
        StepOutcome out;
        out.says = QStringLiteral("Done by hand: %1").arg(title());
        out.evidence = {evidence(out.says)};
        co_return out;
    }
};

class FollowUps final : public StepBase {
public:
    using StepBase::StepBase;
    StepFlags flags() const override
    {
        StepFlags f = StepBase::flags();
        f.writes = false;
        return f;
    }
    Task<StepPreview> preview(std::stop_token) override
    {
        StepPreview p;
        p.summary = QStringLiteral("Lists what is left to do after tonight, for the report. Visitors don't notice.");
        p.changesTitle = QStringLiteral("Follow-ups");
        for (const QString& text : list())
            p.changes.push_back(ChangePreview{text, QString(), QString(), QString()});
        co_return p;
    }
    Task<ProbeResult> probe(std::stop_token) override { co_return ProbeResult{Effect::NotYet, QStringLiteral("The list is made again.")}; }
    Task<StepOutcome> perform(StepVoice*, std::stop_token) override
    {
        StepOutcome out;
        const QStringList all = list();
        out.says = QStringLiteral("%1 written down").arg(counted(all.size(), QStringLiteral("follow-up"), QStringLiteral("follow-ups")));
        for (const QString& text : all)
            out.evidence.push_back(evidence(text));
        out.memory.insert(QStringLiteral("followUps"), QJsonArray::fromStringList(all));
        co_return out;
    }

private:
    QStringList list() const
    {
        QStringList out;
        const QString zone = c->plan().dns.zone;
        if (!c->memoryOfKind(QStringLiteral("switch-names")).isEmpty())
            out << QStringLiteral("Keep %1 in maintenance for 72 h: some resolvers hold old answers longer than told").arg(sourceTitle());
        if (!c->memoryOfKind(QStringLiteral("stop-source")).isEmpty())
            out << QStringLiteral("Take a last backup of the source database and store it outside both providers, then delete the source");
        if (!c->memoryOfKind(QStringLiteral("copy-settings")).isEmpty())
            out << QStringLiteral("Remove temporary hosts from lists of allowed hosts and origins, and make secrets that lived on %1 invalid").arg(sourceTitle());
        QStringList left;
        for (const char* kind : {"record-baseline", "smoke-auto"}) {
            const QJsonObject memory = c->memoryOfKind(QString::fromLatin1(kind));
            for (const QJsonValue v : memory.value(u"left").toArray())
                left << v.toString();
        }
        left.removeDuplicates();
        if (!left.isEmpty())
            out << QStringLiteral("Remove what the smoke checks made: %1").arg(left.join(QStringLiteral(", ")));
        for (const Finding& f : c->state().findings) {
            if (f.severity == Severity::Advisory && !f.fix.isEmpty())
                out << QStringLiteral("%1: %2").arg(f.title, f.fix);
        }
        for (const plan::DatabaseMapping& d : env().databases) {
            if (d.method == plan::MoveMethod::StaysInPlace)
                out << QStringLiteral("%1 stayed where it is: decide whether it moves too").arg(d.name);
        }
        if (!zone.isEmpty())
            out << QStringLiteral("Point deploys, monitors and webhooks that name %1 at %2").arg(sourceTitle(), targetTitle());
        return out;
    }
};

/// Checks that nothing lent is left and, in a rehearsal, that every write a visitor was told of is on the target. The engine then seals.
class SealReport final : public StepBase {
public:
    using StepBase::StepBase;
    StepFlags flags() const override
    {
        StepFlags f = StepBase::flags();
        f.writes = false;
        return f;
    }
    std::vector<Interlock> interlocks() override
    {
        RunContext* context = c;
        Interlock lock;
        lock.id = QStringLiteral("ledger");
        lock.label = QStringLiteral("Nothing lent is left");
        lock.page = QStringLiteral("report");
        lock.read = [context] {
            QStringList open;
            for (const LentEntry& e : context->state().lent) {
                if (e.open)
                    open << e.what;
            }
            return InterlockReading{open.isEmpty() ? InterlockState::Closed : InterlockState::Open, open.isEmpty() ? QStringLiteral("0 open") : open.join(QStringLiteral("; ")), context->clock()->now(), {}};
        };
        std::vector<Interlock> out;
        out.push_back(std::move(lock));
        return out;
    }
    Task<StepPreview> preview(std::stop_token) override
    {
        StepPreview p;
        p.summary = QStringLiteral("Seals the evidence with a SHA-256. A note may be added afterwards, changes may not.");
        co_return p;
    }
    Task<ProbeResult> probe(std::stop_token) override { co_return ProbeResult{Effect::NotYet, QStringLiteral("The report isn't sealed.")}; }
    Task<StepOutcome> perform(StepVoice*, std::stop_token stop) override
    {
        StepOutcome out;
        if (c->services().world) {
            SY_CO_TRY(const LedgerSummary ledger, co_await c->services().world->checkLedger(QStringLiteral("target"), stop));
            SY_CO_ALIVE(stop);
            c->state().ledger = ledger;
            c->touch(EventsChanged);
            out.memory.insert(QStringLiteral("acknowledged"), ledger.acknowledged);
            out.memory.insert(QStringLiteral("missing"), ledger.missing);
            if (ledger.missing > 0)
                co_return Error::invalid(QStringLiteral("%1 of visitors are not on the target.").arg(counted(ledger.missing, QStringLiteral("acknowledged write"), QStringLiteral("acknowledged writes"))),
                                         QStringLiteral("They were lost in the move: %1.").arg(ledger.examples.join(QStringLiteral("; "))), QStringLiteral("Find them in the source's database, which is kept."));
            out.evidence.push_back(evidence(QStringLiteral("%1 of %1 writes that visitors were told of are on the target").arg(grouped(ledger.acknowledged)), true, out.memory));
        }
        out.says = QStringLiteral("Every change that was lent is back; the evidence is complete");
        out.evidence.push_back(evidence(out.says));
        co_return out;
    }
};

} // namespace

std::unique_ptr<StepAction> makeGoNoGo(const plan::StepSpec& spec, RunContext* context) { return std::make_unique<GoNoGo>(spec, context); }
std::unique_ptr<StepAction> makeManual(const plan::StepSpec& spec, RunContext* context) { return std::make_unique<Manual>(spec, context); }
std::unique_ptr<StepAction> makeFollowUps(const plan::StepSpec& spec, RunContext* context) { return std::make_unique<FollowUps>(spec, context); }
std::unique_ptr<StepAction> makeSealReport(const plan::StepSpec& spec, RunContext* context) { return std::make_unique<SealReport>(spec, context); }

} // namespace switchyard::cutover
