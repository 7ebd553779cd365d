#include "widgets/checklist/StepModel.h"

#include "widgets/checklist/StepWords.h"

#include <algorithm>

namespace switchyard::ui {

using namespace cutover;

namespace {
bool stepReached(const StepView& step) { return step.state != StepState::Pending && step.state != StepState::Blocked; }
} // namespace

void StepModel::setState(const RunState& state, TimePoint now)
{
    std::array<PhaseRows, plan::kPhases> next;
    // The line is passed as far as the last step that was ever reached; an active step that is blocked has been reached too.
    int last = -1;
    for (int i = 0; i < static_cast<int>(state.steps.size()); ++i) {
        const StepView& step = state.steps[static_cast<std::size_t>(i)];
        if (stepReached(step) || (step.id == state.activeStep && state.startedAt))
            last = i;
    }
    for (int i = 0; i < static_cast<int>(state.steps.size()); ++i) {
        const StepView& step = state.steps[static_cast<std::size_t>(i)];
        PhaseRows& phase = next[static_cast<std::size_t>(step.phase)];
        Row row;
        row.id = step.id;
        row.number = step.number;
        row.title = step.title;
        row.state = step.state;
        row.reason = step.state == StepState::Skipped && !step.skipReason.isEmpty() ? QStringLiteral("Skipped: ") + step.skipReason : step.reason;
        row.owner = step.ownerInitials;
        row.planned = step.planned;
        row.active = step.id == state.activeStep;
        row.actual = isDone(step.state) || row.active || step.state == StepState::RolledBack ? stepActual(step, now) : std::nullopt;
        row.wayBack = step.wayBack;
        row.losesData = step.wayBackLosesData;
        row.person = waitsForPerson(step);
        row.reached = i <= last;
        row.passedOn = i < last;
        row.sentence = stepSentence(step, now);
        if (step.flags.pointOfNoReturn) {
            Row point;
            point.kind = Kind::Point;
            point.id = QStringLiteral("point:") + step.id;
            point.state = state.pastPoint ? StepState::Passed : StepState::Pending;
            point.reached = point.passedOn = row.reached;
            point.sentence = state.pastPoint ? QStringLiteral("Point of no return, passed. Going back loses new writes.")
                                             : QStringLiteral("Point of no return. Past here, going back loses new writes.");
            phase.rows.push_back(point);
        }
        Sum& sum = phase.sum;
        if (sum.all == 0)
            sum.started = row.reached;
        sum.all += 1;
        sum.done += isDone(step.state) ? 1 : 0;
        sum.planned += step.planned;
        if (row.actual)
            sum.actual = sum.actual.value_or(Milliseconds(0)) + *row.actual;
        sum.current = sum.current || row.active;
        sum.reached = sum.started;
        sum.passedOn = row.passedOn;
        phase.rows.push_back(std::move(row));
    }
    for (int p = 0; p < plan::kPhases; ++p) {
        PhaseRows& have = m_phases[static_cast<std::size_t>(p)];
        PhaseRows& want = next[static_cast<std::size_t>(p)];
        const QModelIndex head = index(p, 0);
        if (!(have.sum == want.sum)) {
            have.sum = want.sum;
            Q_EMIT dataChanged(head, head);
        }
        const bool sameRows = std::equal(have.rows.begin(), have.rows.end(), want.rows.begin(), want.rows.end(), [](const Row& a, const Row& b) { return a.id == b.id; });
        if (!sameRows) {
            if (!have.rows.empty()) {
                beginRemoveRows(head, 0, static_cast<int>(have.rows.size()) - 1);
                have.rows.clear();
                endRemoveRows();
            }
            if (!want.rows.empty()) {
                beginInsertRows(head, 0, static_cast<int>(want.rows.size()) - 1);
                have.rows = std::move(want.rows);
                endInsertRows();
            }
            continue;
        }
        for (std::size_t i = 0; i < have.rows.size(); ++i) {
            if (have.rows[i] == want.rows[i])
                continue;
            have.rows[i] = std::move(want.rows[i]);
            const QModelIndex changed = index(static_cast<int>(i), 0, head);
            Q_EMIT dataChanged(changed, changed);
        }
    }
}

void StepModel::setNow(const RunState& state, TimePoint now)
{
    const StepView* step = state.step(state.activeStep);
    const QModelIndex at = indexOf(state.activeStep);
    if (!step || !at.isValid())
        return;
    Row& row = m_phases[static_cast<std::size_t>(step->phase)].rows[static_cast<std::size_t>(at.row())];
    const auto actual = stepActual(*step, now);
    if (row.actual == actual)
        return;
    row.actual = actual;
    Q_EMIT dataChanged(at, at);
}

StepModel::Kind StepModel::kind(const QModelIndex& index) const
{
    const Row* at = row(index);
    return at ? at->kind : Kind::Phase;
}

const StepModel::Row* StepModel::row(const QModelIndex& index) const
{
    if (!index.isValid() || index.internalId() == 0)
        return nullptr;
    const auto& rows = m_phases[index.internalId() - 1].rows;
    return static_cast<std::size_t>(index.row()) < rows.size() ? &rows[static_cast<std::size_t>(index.row())] : nullptr;
}

plan::Phase StepModel::phase(const QModelIndex& index) const
{
    return static_cast<plan::Phase>(index.internalId() == 0 ? index.row() : static_cast<int>(index.internalId()) - 1);
}

QModelIndex StepModel::indexOf(const QString& step) const
{
    for (std::size_t p = 0; p < m_phases.size(); ++p) {
        const auto& rows = m_phases[p].rows;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (rows[i].id == step && rows[i].kind == Kind::Step)
                return createIndex(static_cast<int>(i), 0, static_cast<quintptr>(p + 1));
        }
    }
    return {};
}

QModelIndex StepModel::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column, parent.isValid() ? static_cast<quintptr>(parent.row() + 1) : quintptr(0));
}

QModelIndex StepModel::parent(const QModelIndex& child) const
{
    if (!child.isValid() || child.internalId() == 0)
        return {};
    return createIndex(static_cast<int>(child.internalId()) - 1, 0, quintptr(0));
}

int StepModel::rowCount(const QModelIndex& parent) const
{
    if (!parent.isValid())
        return plan::kPhases;
    if (parent.internalId() != 0 || parent.column() != 0)
        return 0;
    return static_cast<int>(m_phases[static_cast<std::size_t>(parent.row())].rows.size());
}

QVariant StepModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const Row* at = row(index);
    if (!at) {
        const plan::Phase here = phase(index);
        const Sum& s = sum(here);
        if (role == Qt::DisplayRole)
            return plan::phaseName(here);
        if (role == Qt::AccessibleTextRole) {
            QString text = QStringLiteral("Phase %1, %2 of %3 steps done, planned %4").arg(plan::phaseName(here)).arg(s.done).arg(s.all).arg(durationProse(s.planned));
            if (s.actual)
                text += QStringLiteral(", took ") + durationProse(*s.actual);
            return text;
        }
        return {};
    }
    if (role == Qt::DisplayRole)
        return at->kind == Kind::Point ? QStringLiteral("Point of no return") : at->title;
    if (role == Qt::ToolTipRole && at->kind == Kind::Step)
        return at->reason.isEmpty() ? at->title : at->title + u'\n' + at->reason;
    if (role == Qt::AccessibleTextRole)
        return at->sentence;
    return {};
}

Qt::ItemFlags StepModel::flags(const QModelIndex& index) const
{
    return index.isValid() ? Qt::ItemIsEnabled | Qt::ItemIsSelectable : Qt::NoItemFlags;
}

} // namespace switchyard::ui
