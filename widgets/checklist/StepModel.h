#pragma once

#include "app/cutover/RunState.h"

#include <QAbstractItemModel>

#include <array>
#include <vector>

namespace switchyard::ui {

/// The steps of a run under their phases, with a row for the point of no return before the step that crosses it. The seven phases are
/// always there; one without steps is hidden by the view. Rows are updated, inserted and removed, never reset.
class StepModel final : public QAbstractItemModel {
    Q_OBJECT
public:
    using QAbstractItemModel::QAbstractItemModel;

    enum class Kind { Phase, Step, Point };
    /// What a row shows of a step.
    struct Row {
        Kind kind = Kind::Step;
        QString id;
        int number = 0;
        QString title;
        cutover::StepState state = cutover::StepState::Pending;
        QString reason;
        QString owner;
        Milliseconds planned{0};
        std::optional<Milliseconds> actual;
        Milliseconds wayBack{0};
        bool losesData = false;
        bool person = false;   ///< still waits for a person
        bool active = false;
        bool reached = false;  ///< the line above it is passed
        bool passedOn = false; ///< the line below it is passed
        QString sentence;
        friend bool operator==(const Row&, const Row&) = default;
    };
    struct Sum {
        int done = 0;
        int all = 0;
        Milliseconds planned{0};
        std::optional<Milliseconds> actual;
        bool current = false;
        bool reached = false;
        bool passedOn = false;   ///< everything in it is reached and something after it too
        bool started = false;    ///< the first row in it is reached
        friend bool operator==(const Sum&, const Sum&) = default;
        [[nodiscard]] bool complete() const { return all > 0 && done == all; }
    };

    void setState(const cutover::RunState& state, TimePoint now);
    /// What the running step has taken by now.
    void setNow(const cutover::RunState& state, TimePoint now);

    [[nodiscard]] Kind kind(const QModelIndex& index) const;
    /// nullptr for a phase.
    [[nodiscard]] const Row* row(const QModelIndex& index) const;
    [[nodiscard]] plan::Phase phase(const QModelIndex& index) const;
    [[nodiscard]] const Sum& sum(plan::Phase phase) const { return m_phases[static_cast<std::size_t>(phase)].sum; }
    [[nodiscard]] QModelIndex phaseIndex(plan::Phase phase) const { return index(static_cast<int>(phase), 0); }
    [[nodiscard]] QModelIndex indexOf(const QString& step) const;

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex& child) const override;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& = {}) const override { return 1; }
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;

private:
    struct PhaseRows {
        std::vector<Row> rows;
        Sum sum;
    };
    std::array<PhaseRows, plan::kPhases> m_phases;
};

} // namespace switchyard::ui
