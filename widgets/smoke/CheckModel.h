#pragma once

#include "app/cutover/RunState.h"
#include "widgets/parts/PaintedWidget.h"

#include <QAbstractItemModel>
#include <QStyledItemDelegate>
#include <QTreeView>

#include <vector>

namespace switchyard::ui {

/// Counts of a run's checks, for the filter, the rail and the toolbar.
struct CheckCounts {
    int all = 0, automatic = 0, manual = 0, passed = 0, failed = 0, slower = 0, toDo = 0, running = 0;
};
[[nodiscard]] CheckCounts countChecks(const std::vector<cutover::CheckView>& checks);
/// Failed; a check that could not run is open, not failed.
[[nodiscard]] bool isOpen(cutover::CheckState state);
/// "failed", "to do", as said inside a sentence.
[[nodiscard]] QString checkWords(cutover::CheckState state);

/// Checks under their sections, in the run's order. Rows are updated, never reset.
class CheckModel final : public QAbstractItemModel {
    Q_OBJECT
public:
    using QAbstractItemModel::QAbstractItemModel;
    struct Row {
        QString id;
        QString title;
        bool manual = false;
        cutover::CheckState state = cutover::CheckState::ToDo;
        QString before;
        QString now;
        QString sentence;
        friend bool operator==(const Row&, const Row&) = default;
    };
    struct Section {
        QString name;
        std::vector<Row> rows;
        int done = 0;
    };
    void setChecks(const std::vector<cutover::CheckView>& checks);
    /// nullptr for a section.
    [[nodiscard]] const Row* row(const QModelIndex& index) const;
    [[nodiscard]] const Section& section(const QModelIndex& index) const;
    [[nodiscard]] QModelIndex indexOf(const QString& check) const;

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex& child) const override;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& = {}) const override { return 1; }
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

private:
    std::vector<Section> m_sections;
};

/// Paints sections of 28 and checks of 32: state, title, by, before, now.
class CheckDelegate final : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

/// The words above the columns, 28 high.
class CheckHeader final : public PaintedWidget {
    Q_OBJECT
public:
    explicit CheckHeader(QWidget* parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QString spokenName() const override { return QStringLiteral("Check, by, before, now"); }

protected:
    void paintEvent(QPaintEvent* event) override;
};

enum class CheckFilter { All, Failed, Slower, ToDo };

class CheckList final : public QTreeView {
    Q_OBJECT
public:
    explicit CheckList(CheckModel* model, QWidget* parent = nullptr);
    void setFilter(CheckFilter filter);
    void show(const QString& check);
    using QTreeView::show;
    [[nodiscard]] QString currentCheck() const;
    void keyboardSearch(const QString&) override { } // letters are commands here

Q_SIGNALS:
    void picked(const QString& check);
    void opened(const QString& check);
    void letter(int key);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;
    void drawBranches(QPainter*, const QRect&, const QModelIndex&) const override { }

private:
    void applyFilter();
    CheckModel* m_checks;
    CheckFilter m_filter = CheckFilter::All;
};

} // namespace switchyard::ui
