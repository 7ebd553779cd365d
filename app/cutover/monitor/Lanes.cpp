#include "app/cutover/monitor/Lanes.h"

#include "app/cutover/RunController.h"

#include <algorithm>

namespace switchyard::cutover {

namespace {
bool passed(StepState state) { return state == StepState::Passed || state == StepState::PassedWithWaiver; }

/// State of the last step of a kind; Pending when the plan has none.
StepState stateOfKind(const RunContext& context, const RunState& state, const QString& kind)
{
    StepState out = StepState::Pending;
    for (const plan::StepSpec& spec : context.plan().steps) {
        const StepView* step = spec.kind == kind ? state.step(spec.id) : nullptr;
        if (step)
            out = step->state;
    }
    return out;
}
int numberOfKind(const RunContext& context, const RunState& state, const QString& kind)
{
    for (const plan::StepSpec& spec : context.plan().steps) {
        const StepView* step = spec.kind == kind ? state.step(spec.id) : nullptr;
        if (step)
            return step->number;
    }
    return 0;
}

void describeService(Lane& lane)
{
    if (!lane.source && !lane.target)
        return;
    if (!lane.source || !lane.target) {
        lane.pipe = PipeState::Waiting;
        return;
    }
    const QString a = lane.source->commit.left(7);
    const QString b = lane.target->commit.left(7);
    if (!a.isEmpty() && a == b) {
        lane.pipe = PipeState::Settled;
        lane.label = QStringLiteral("Same commit `%1`").arg(a);
    } else if (!a.isEmpty() && !b.isEmpty()) {
        lane.pipe = PipeState::NeedsLook;
        lane.label = QStringLiteral("Commit `%1` here, `%2` there").arg(a, b);
    } else if (lane.target->health == Health::Failed) {
        lane.pipe = PipeState::Broken;
        lane.label = QStringLiteral("The target fails");
    } else {
        lane.pipe = PipeState::Settled;
        lane.label = QStringLiteral("Ready on both sides");
    }
}

void describeWorker(Lane& lane, const RunContext& context, const RunState& state)
{
    const StepState drained = stateOfKind(context, state, QStringLiteral("drain-queue"));
    const StepState started = stateOfKind(context, state, QStringLiteral("start-workers"));
    if (passed(started)) {
        lane.pipe = PipeState::Settled;
        lane.label = QStringLiteral("Jobs run on the target");
    } else if (passed(drained)) {
        lane.pipe = PipeState::Settled;
        lane.label = QStringLiteral("Queue drained, 0 pending");
    } else if (drained == StepState::Running) {
        lane.pipe = PipeState::Moving;
        lane.label = QStringLiteral("Queue drains");
    } else {
        const int number = numberOfKind(context, state, QStringLiteral("drain-queue"));
        lane.pipe = PipeState::Waiting;
        lane.label = number > 0 ? QStringLiteral("Queue live, drains in step %1").arg(number) : QStringLiteral("Queue live");
    }
}
} // namespace

std::vector<Lane> lanesOf(const plan::Plan& plan)
{
    std::vector<Lane> out;
    const auto add = [&](const QString& name, ServiceKind kind, const QString& page) -> Lane& {
        Lane lane;
        lane.name = name;
        lane.kind = kind;
        lane.page = page;
        out.push_back(std::move(lane));
        return out.back();
    };
    for (const plan::ServiceMapping& m : plan.production().services)
        add(m.name, m.kind, m.kind == ServiceKind::Web ? QStringLiteral("environments") : QStringLiteral("overview"));
    for (const plan::DatabaseMapping& m : plan.production().databases) {
        Lane& lane = add(m.name, m.method == plan::MoveMethod::Copy ? ServiceKind::Database : ServiceKind::Files, QStringLiteral("databases"));
        if (m.method == plan::MoveMethod::StaysInPlace) {
            lane.page = QStringLiteral("overview");
            lane.label = QStringLiteral("Stays in place");
            // Nobody asks this store: it is shown from the plan, with a light that says unknown.
            Service store;
            store.ref = m.source;
            store.name = m.name;
            store.kind = ServiceKind::Files;
            store.note = QStringLiteral("Shared by both sides");
            lane.source = store;
            store.ref = m.target.isEmpty() ? m.source : m.target;
            lane.target = store;
        } else if (m.method == plan::MoveMethod::None) {
            lane.label = QStringLiteral("Not copied");
        }
    }
    for (const plan::QueueMapping& m : plan.production().queues) {
        Lane& lane = add(m.name, ServiceKind::Cache, QStringLiteral("overview"));
        lane.label = QStringLiteral("Not copied, cache and broker");
    }
    return out;
}

CopyParts copyParts(const DatabaseView& database, const std::function<StepState(const QString& kind)>& stateOf)
{
    CopyParts out;
    qint64 done = 0;
    qint64 all = 0;
    int matching = 0;
    for (const TableView& table : database.tables) {
        const qint64 rows = std::max<qint64>(0, table.progress.sourceRows.value >= 0 ? table.progress.sourceRows.value : table.source.rows.value);
        all += rows;
        done += std::min(rows, table.progress.done.value);
        matching += table.progress.verdict == TableVerdict::Match ? 1 : 0;
    }
    const auto part = [&](const char* kind, double running) {
        const StepState state = stateOf(QString::fromLatin1(kind));
        return passed(state) || state == StepState::Verifying ? 1.0 : state == StepState::Running ? running : 0.0;
    };
    const double copied = all > 0 ? static_cast<double>(done) / static_cast<double>(all) : 0.0;
    out.preseed = part("copy-tables", copied);
    out.delta = part("apply-delta", 0.5);
    const auto tables = static_cast<int>(database.tables.size());
    out.verify = part("compare-checksums", tables > 0 ? static_cast<double>(matching) / tables : 0.0);
    if (stateOf(QStringLiteral("compare-checksums")) == StepState::Running || out.verify > 0) {
        out.moving = out.verify < 1 ? QStringLiteral("Verify") : QString();
        out.amount = QStringLiteral("%1 of %2 tables match").arg(matching).arg(tables);
    } else if (stateOf(QStringLiteral("apply-delta")) == StepState::Running) {
        out.moving = QStringLiteral("Delta");
    } else if (stateOf(QStringLiteral("copy-tables")) == StepState::Running) {
        out.moving = QStringLiteral("Pre-seed");
        out.amount = QStringLiteral("%1 of %2 rows").arg(grouped(done), grouped(all));
    }
    return out;
}

void describeLanes(RunContext* context)
{
    RunState& state = context->state();
    const plan::Environment& env = context->plan().production();
    for (std::size_t i = 0; i < state.lanes.size(); ++i) {
        Lane& lane = state.lanes[i];
        if (i < env.services.size()) {
            const plan::ServiceMapping& mapping = env.services[i];
            if (mapping.target.isEmpty() || mapping.source.isEmpty()) {
                lane.pipe = PipeState::NotMoved;
                lane.label = QStringLiteral("No counterpart");
                Finding finding;
                finding.id = QStringLiteral("LANE-%1").arg(lane.name);
                finding.severity = Severity::Advisory;
                finding.title = QStringLiteral("%1 has no counterpart").arg(lane.name);
                finding.text = QStringLiteral("The plan names it on one side only; nothing takes its place on the other.");
                finding.fix = QStringLiteral("Map it in the plan, or leave it out.");
                finding.page = QStringLiteral("overview");
                context->report(std::move(finding), false);
            } else if (lane.kind == ServiceKind::Worker || lane.kind == ServiceKind::Cron) {
                describeWorker(lane, *context, state);
            } else {
                describeService(lane);
            }
            continue;
        }
        if (lane.kind != ServiceKind::Database)
            continue;
        const auto view = std::find_if(state.databases.begin(), state.databases.end(), [&](const DatabaseView& d) { return d.name == lane.name; });
        const auto byKind = [&](const QString& kind) { return stateOfKind(*context, state, kind); };
        const CopyParts parts = copyParts(view == state.databases.end() ? DatabaseView() : *view, byKind);
        lane.preseed = parts.preseed;
        lane.delta = parts.delta;
        lane.verify = parts.verify;
        lane.moving = parts.moving;
        lane.amount = parts.amount;
        const bool failed = view != state.databases.end() && !view->problem.isEmpty();
        lane.pipe = failed                  ? PipeState::Broken
                    : parts.verify >= 1     ? PipeState::Settled
                    : !parts.moving.isEmpty() ? PipeState::Moving
                    : parts.preseed > 0     ? PipeState::Waiting
                                            : PipeState::NotMoved;
        lane.label = failed                ? view->problem
                     : parts.verify >= 1   ? parts.amount
                     : parts.delta >= 1    ? QStringLiteral("Delta applied")
                     : parts.preseed >= 1  ? QStringLiteral("Pre-seeded, waits for the delta")
                     : parts.moving.isEmpty() ? QStringLiteral("Not copied yet")
                                              : parts.moving;
    }
}

} // namespace switchyard::cutover
