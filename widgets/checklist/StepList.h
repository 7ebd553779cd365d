#pragma once

#include "widgets/checklist/StepModel.h"
#include "widgets/parts/PaintedWidget.h"

#include <QStyledItemDelegate>
#include <QTreeView>

namespace switchyard::ui {

/// Where the columns of the list lie for a width, so that header and rows agree.
struct StepColumns {
    qreal gutter, number, title, owner, planned, actual, wayBack; ///< left edges, from `planned` on right edges
    bool showPlanned = true;
    [[nodiscard]] static StepColumns of(qreal width);
};

/// Paints phases, steps and the point of no return: track gutter, number, title with one line of reason, owner, times, way back.
class StepDelegate final : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    /// Whether the row has a second line.
    [[nodiscard]] static bool tall(const StepModel::Row& row);
};

/// The words above the columns, 28 high.
class StepHeader final : public PaintedWidget {
    Q_OBJECT
public:
    explicit StepHeader(QWidget* parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QString spokenName() const override { return QStringLiteral("Step, planned, actual, way back"); }

protected:
    void paintEvent(QPaintEvent* event) override;
};

enum class StepFilter { All, NeedsYou, Blocked };

/// The list of steps. J, K and arrows move, Space folds, Enter opens; letters go to the page.
class StepList final : public QTreeView {
    Q_OBJECT
public:
    explicit StepList(StepModel* model, QWidget* parent = nullptr);
    /// Folds done phases but the last one done, and Close until it is near. Acts only on phases whose answer changed, so that what a person
    /// folds or opens stays.
    void applyFolding();
    void setFilter(StepFilter filter);
    /// Selects a step, opens its phase and keeps it in view.
    void show(const QString& step);
    using QTreeView::show;
    [[nodiscard]] QString currentStep() const;
    void keyboardSearch(const QString&) override { } // letters are commands here

Q_SIGNALS:
    void stepPicked(const QString& step);
    void opened(const QString& step);
    void letter(int key);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;
    void drawBranches(QPainter*, const QRect&, const QModelIndex&) const override { } // the delegate paints the whole row
    void mouseReleaseEvent(QMouseEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    void applyFilter();
    StepModel* m_steps;
    StepFilter m_filter = StepFilter::All;
    std::array<int, plan::kPhases> m_folded{-1, -1, -1, -1, -1, -1, -1}; ///< what was last asked for; -1 nothing yet
};

} // namespace switchyard::ui
