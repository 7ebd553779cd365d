#pragma once

#include "widgets/parts/Paint.h"

#include <QElapsedTimer>
#include <QStyledItemDelegate>
#include <QTableView>

#include <functional>
#include <vector>

namespace switchyard::ui {

/// A column of a RowTable, in px at 100 % text.
struct RowColumn {
    int width = 100;
    int weight = 0;      ///< its share of what is left over; 0: none
    int least = 0;       ///< it may shrink to this when the window is narrow; 0: it may not
    int left = 12;       ///< space before its words
    int right = 4;       ///< and after
};

/// A table of painted rows of one height without grid: the lists of all pages. J and K move as the arrows do, letters never search, Tab
/// leaves it. Words are elided, so a row never grows; the tooltip tells all.
/// Header roles: DisplayRole, TextAlignmentRole, and HeaderTone with a Role as int.
class RowTable : public QTableView {
    Q_OBJECT
public:
    static constexpr int HeaderTone = Qt::UserRole + 90;
    explicit RowTable(int rowHeight, QWidget* parent = nullptr);

    void setColumns(std::vector<RowColumn> columns);
    [[nodiscard]] const std::vector<RowColumn>& columns() const { return m_columns; }
    /// Header at this height instead of 28.
    void setHeaderHeight(int height);
    /// Paints a section of the header instead of its word: ground and line are there already.
    void setHeaderPainter(std::function<void(QPainter*, const QRectF&, int)> paint) { m_headPaint = std::move(paint); }
    [[nodiscard]] const std::function<void(QPainter*, const QRectF&, int)>& headerPainter() const { return m_headPaint; }
    /// Cells instead of rows have the focus.
    void setCellwise(bool on);
    /// What it says while it has no rows.
    void setPlaceholder(const QString& text);
    /// Grey rows until the first data, shown after 150 ms.
    void setLoading(bool on);
    [[nodiscard]] int hoveredRow() const { return m_hover; }
    [[nodiscard]] int rowPx() const;
    /// Header and all rows.
    [[nodiscard]] int contentHeight() const;
    /// Where words of a column stand in a cell.
    [[nodiscard]] QRectF words(const QRectF& cell, int column) const;
    /// Only the visible cells of these columns are painted again.
    void updateVisible(int firstColumn = 0);
    void selectRowAt(int row);
    void keyboardSearch(const QString&) override { }

Q_SIGNALS:
    /// Enter or double click.
    void opened(const QModelIndex& index);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void layoutColumns();
    void setHover(int row);
    std::vector<RowColumn> m_columns;
    std::function<void(QPainter*, const QRectF&, int)> m_headPaint;
    QString m_placeholder;
    QElapsedTimer m_since;
    int m_row;
    int m_head = 28;
    int m_hover = -1;
    bool m_loading = false;
    bool m_cellwise = false;
    bool m_byKeyboard = false;
};

/// Paints ground, hover, selection and the line below a row; a page adds its words.
class RowDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {10, 10}; }

protected:
    /// `words` is the cell without its side spaces.
    virtual void paintCell(QPainter* p, const QRectF& cell, const QRectF& words, const QModelIndex& index) const = 0;
    /// Ground of a row that is neither hovered nor selected.
    [[nodiscard]] virtual QColor ground(const QModelIndex& index) const;
    [[nodiscard]] static const RowTable* table(const QStyleOptionViewItem& option);
};

} // namespace switchyard::ui
