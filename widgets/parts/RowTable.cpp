#include "widgets/parts/RowTable.h"

#include "widgets/parts/PaintedWidget.h"
#include "widgets/theme/SwitchyardStyle.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>
#include <QTimer>

#include <algorithm>

namespace switchyard::ui {

namespace {

constexpr int kLoadingDelayMs = 150;

/// Column names in the type and the role that the model tells.
class RowHeader final : public QHeaderView {
public:
    explicit RowHeader(RowTable* table) : QHeaderView(Qt::Horizontal, table), m_table(table)
    {
        setSectionsClickable(false);
        setHighlightSections(false);
        setSectionResizeMode(QHeaderView::Fixed);
        setMinimumSectionSize(8);
        setFocusPolicy(Qt::NoFocus);
    }

protected:
    void paintSection(QPainter* painter, const QRect& rect, int section) const override
    {
        painter->fillRect(rect, ui::color(Role::Panel));
        paint::hline(painter, rect.left(), rect.right() + 1, rect.bottom());
        if (!model() || section >= static_cast<int>(m_table->columns().size()))
            return;
        if (m_table->headerPainter()) {
            m_table->headerPainter()(painter, QRectF(rect), section);
            return;
        }
        const QVariant tone = model()->headerData(section, Qt::Horizontal, RowTable::HeaderTone);
        const QVariant align = model()->headerData(section, Qt::Horizontal, Qt::TextAlignmentRole);
        const Qt::Alignment where = align.isValid() ? Qt::Alignment(align.toInt()) | Qt::AlignVCenter : Qt::AlignLeft | Qt::AlignVCenter;
        paint::text(painter, m_table->words(QRectF(rect), section), model()->headerData(section, Qt::Horizontal).toString(), Style::Label,
                    tone.isValid() ? static_cast<Role>(tone.toInt()) : Role::Text3, where);
    }

private:
    RowTable* m_table;
};

} // namespace

RowTable::RowTable(int rowHeight, QWidget* parent) : QTableView(parent), m_row(rowHeight)
{
    setHorizontalHeader(new RowHeader(this));
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setMinimumSectionSize(8);
    setShowGrid(false);
    setWordWrap(false);
    setFrameShape(QFrame::NoFrame);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    setTabKeyNavigation(false);
    setCornerButtonEnabled(false);
    setMouseTracking(true);
    connect(this, &QAbstractItemView::doubleClicked, this, &RowTable::opened);
    onTheme(this, [this] {
        verticalHeader()->setDefaultSectionSize(rowPx());
        horizontalHeader()->setFixedHeight(Theme::instance().scaled(m_head));
        layoutColumns();
        viewport()->update();
    });
}

int RowTable::rowPx() const { return Theme::instance().scaled(m_row); }

int RowTable::contentHeight() const
{
    return Theme::instance().scaled(m_head) + (model() ? model()->rowCount() : 0) * rowPx() + (horizontalScrollBar()->maximum() > 0 ? horizontalScrollBar()->sizeHint().height() : 0);
}

void RowTable::setHeaderHeight(int height)
{
    m_head = height;
    horizontalHeader()->setFixedHeight(Theme::instance().scaled(m_head));
}

void RowTable::setColumns(std::vector<RowColumn> columns)
{
    m_columns = std::move(columns);
    layoutColumns();
}

void RowTable::setCellwise(bool on)
{
    m_cellwise = on;
    setSelectionBehavior(on ? QAbstractItemView::SelectItems : QAbstractItemView::SelectRows);
    setSelectionMode(on ? QAbstractItemView::NoSelection : QAbstractItemView::SingleSelection);
}

void RowTable::setPlaceholder(const QString& text)
{
    if (m_placeholder == text)
        return;
    m_placeholder = text;
    viewport()->update();
}

void RowTable::setLoading(bool on)
{
    if (m_loading == on)
        return;
    m_loading = on;
    if (on) {
        m_since.start();
        QTimer::singleShot(kLoadingDelayMs, viewport(), [this] { viewport()->update(); });
    }
    viewport()->update();
}

QRectF RowTable::words(const QRectF& cell, int column) const
{
    if (column < 0 || column >= static_cast<int>(m_columns.size()))
        return cell;
    const RowColumn& c = m_columns[static_cast<std::size_t>(column)];
    return cell.adjusted(c.left, 0, -c.right, 0);
}

void RowTable::updateVisible(int firstColumn)
{
    if (!model() || model()->rowCount() == 0)
        return;
    const int first = std::max(0, rowAt(0));
    const int last = rowAt(viewport()->height() - 1);
    for (int row = first; row <= (last < 0 ? model()->rowCount() - 1 : last); ++row) {
        for (int column = firstColumn; column < model()->columnCount(); ++column) {
            const QModelIndex index = model()->index(row, column);
            if (visualRect(index).intersects(viewport()->rect()))
                update(index);
        }
    }
}

void RowTable::selectRowAt(int row)
{
    if (!model() || row < 0 || row >= model()->rowCount())
        return;
    const QModelIndex index = model()->index(row, std::max(0, currentIndex().column()));
    setCurrentIndex(index);
    scrollTo(index);
}

void RowTable::layoutColumns()
{
    if (!model() || m_columns.empty())
        return;
    const Theme& t = Theme::instance();
    const int count = std::min(static_cast<int>(m_columns.size()), model()->columnCount());
    int fixed = 0;
    int weights = 0;
    int slack = 0;
    std::vector<int> widths;
    for (int i = 0; i < count; ++i) {
        const RowColumn& c = m_columns[static_cast<std::size_t>(i)];
        widths.push_back(isColumnHidden(i) ? 0 : t.scaled(c.width));
        if (isColumnHidden(i))
            continue;
        fixed += widths.back();
        weights += c.weight;
        slack += c.least > 0 ? widths.back() - t.scaled(c.least) : 0;
    }
    int left = viewport()->width() - fixed;
    for (int i = 0; i < count; ++i) {
        const RowColumn& c = m_columns[static_cast<std::size_t>(i)];
        const auto at = static_cast<std::size_t>(i);
        if (isColumnHidden(i))
            continue;
        if (left > 0 && c.weight > 0) {
            const int part = left * c.weight / weights;
            widths[at] += part;
            left -= part;
            weights -= c.weight;
        } else if (left < 0 && c.least > 0 && slack > 0) {
            const int mine = widths[at] - t.scaled(c.least);
            const int part = std::min(mine, -left * mine / slack);
            widths[at] -= part;
            left += part;
            slack -= mine;
        }
    }
    for (int i = 0; i < count; ++i) {
        if (!isColumnHidden(i))
            setColumnWidth(i, widths[static_cast<std::size_t>(i)]);
    }
}

void RowTable::resizeEvent(QResizeEvent* event)
{
    QTableView::resizeEvent(event);
    layoutColumns();
}

void RowTable::keyPressEvent(QKeyEvent* event)
{
    m_byKeyboard = true;
    const bool plain = (event->modifiers() & ~Qt::KeypadModifier) == Qt::NoModifier;
    if (plain && Theme::instance().letterKeys() && (event->key() == Qt::Key_J || event->key() == Qt::Key_K)) {
        selectRowAt(currentIndex().row() + (event->key() == Qt::Key_J ? 1 : -1));
        return;
    }
    if (plain && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)) {
        if (currentIndex().isValid())
            Q_EMIT opened(currentIndex());
        return;
    }
    QTableView::keyPressEvent(event);
}

void RowTable::mousePressEvent(QMouseEvent* event)
{
    m_byKeyboard = false;
    QTableView::mousePressEvent(event);
}

void RowTable::focusInEvent(QFocusEvent* event)
{
    if (event->reason() != Qt::MouseFocusReason)
        m_byKeyboard = true;
    if (!currentIndex().isValid() && event->reason() != Qt::MouseFocusReason)
        selectRowAt(0);
    QTableView::focusInEvent(event);
}

void RowTable::setHover(int row)
{
    if (row == m_hover)
        return;
    const int before = std::exchange(m_hover, row);
    for (const int each : {before, row}) {
        if (each >= 0 && model() && each < model()->rowCount())
            viewport()->update(QRect(0, rowViewportPosition(each), viewport()->width(), rowHeight(each)));
    }
}

void RowTable::mouseMoveEvent(QMouseEvent* event)
{
    setHover(rowAt(event->position().toPoint().y()));
    QTableView::mouseMoveEvent(event);
}

void RowTable::leaveEvent(QEvent* event)
{
    setHover(-1);
    QTableView::leaveEvent(event);
}

bool RowTable::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::Leave)
        setHover(-1);
    return QTableView::viewportEvent(event);
}

void RowTable::paintEvent(QPaintEvent* event)
{
    QTableView::paintEvent(event);
    QPainter p(viewport());
    const Theme& t = Theme::instance();
    const bool bare = !model() || model()->rowCount() == 0;
    if (bare && m_loading) {
        if (!m_since.isValid() || m_since.elapsed() < kLoadingDelayMs)
            return;
        int width = 60;
        for (int y = 0; y + rowPx() <= viewport()->height(); y += rowPx(), width = width == 60 ? 44 : 60) {
            p.fillRect(QRect(16, y + rowPx() / 2 - 4, viewport()->width() * width / 200, 8), t.color(Role::LineSoft));
            p.fillRect(QRect(viewport()->width() / 2, y + rowPx() / 2 - 4, viewport()->width() * width / 300, 8), t.color(Role::LineSoft));
        }
    } else if (bare && !m_placeholder.isEmpty()) {
        paint::text(&p, QRectF(16, 8, viewport()->width() - 32, t.lineHeight(Style::Body)), m_placeholder, Style::Body, Role::Text3);
    }
    const QModelIndex current = currentIndex();
    if (!bare && hasFocus() && m_byKeyboard && current.isValid()) {
        QRect ring = visualRect(current);
        if (!m_cellwise)
            ring = QRect(0, ring.top(), viewport()->width(), ring.height());
        paintInnerRing(&p, QRectF(ring));
    }
}

const RowTable* RowDelegate::table(const QStyleOptionViewItem& option) { return qobject_cast<const RowTable*>(option.widget); }

QColor RowDelegate::ground(const QModelIndex&) const { return ui::color(Role::Panel); }

void RowDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const RowTable* view = table(option);
    const bool selected = (option.state & QStyle::State_Selected) != 0;
    const bool hovered = view && view->hoveredRow() == index.row();
    painter->save();
    painter->setClipRect(option.rect);
    painter->fillRect(option.rect, selected ? ui::color(Role::Selected) : hovered ? ui::color(Role::Hover) : ground(index));
    const QRectF cell = QRectF(option.rect).adjusted(0, 0, 0, -1);
    paintCell(painter, cell, view ? view->words(cell, index.column()) : cell, index);
    if (!selected)
        paint::hline(painter, option.rect.left(), option.rect.right() + 1, option.rect.bottom(), Role::LineSoft);
    painter->restore();
}

} // namespace switchyard::ui
