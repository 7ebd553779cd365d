#include "widgets/checklist/StepList.h"

#include "widgets/checklist/StepWords.h"
#include "widgets/theme/SwitchyardStyle.h"

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QPainter>

#include <cmath>

namespace switchyard::ui {

using namespace cutover;

namespace {

paint::StepNode nodeOf(StepState state) { return static_cast<paint::StepNode>(state); }
static_assert(static_cast<int>(StepState::RolledBack) == static_cast<int>(paint::StepNode::RolledBack));

/// Lines that words take in a width, at most three: nothing of a step's name is lost when the text is large.
int lineCount(const QString& words, Style style, qreal width)
{
    if (words.isEmpty() || width <= 0)
        return words.isEmpty() ? 0 : 1;
    const QFontMetricsF metrics(font(style));
    if (metrics.horizontalAdvance(words) <= width)
        return 1;
    const QRectF box = metrics.boundingRect(QRectF(0, 0, width, 1000), Qt::TextWordWrap, words);
    return qBound(1, qRound(box.height() / metrics.lineSpacing()), 3);
}

struct StepLines {
    int title = 1;
    int reason = 0;
};
StepLines linesOf(const StepModel::Row& row, const StepColumns& at)
{
    const qreal room = at.owner - at.title - 8;
    StepLines lines;
    lines.title = lineCount(row.title, row.active ? Style::BodyStrong : Style::Body, room);
    if (StepDelegate::tall(row))
        lines.reason = lineCount(row.reason, Style::Label, room - (row.state == StepState::Blocked ? 16 : 0));
    return lines;
}

int stepHeight(const StepLines& lines)
{
    const Theme& t = Theme::instance();
    const int words = lines.title * t.lineHeight(Style::Body) + lines.reason * t.lineHeight(Style::Label);
    return qMax(lines.reason > 0 ? 52 : t.rowHeight(36), words + 16);
}

void wrapped(QPainter* p, const QRectF& box, const QString& words, Style style, Role role, int lines)
{
    if (lines <= 1) {
        paint::text(p, box, words, style, role);
        return;
    }
    p->setFont(font(style));
    p->setPen(color(role));
    p->drawText(box, static_cast<int>(Qt::TextWordWrap | Qt::AlignLeft | Qt::AlignVCenter), words);
}

void track(QPainter* p, const QRectF& row, qreal x, bool above, bool below)
{
    const qreal middle = row.center().y();
    p->fillRect(QRectF(x - 1.5, row.top(), 3, middle - row.top()), color(above ? Role::Text3 : Role::Track));
    p->fillRect(QRectF(x - 1.5, middle, 3, row.bottom() - middle), color(below ? Role::Text3 : Role::Track));
}

void paintPhase(QPainter* p, const QRectF& row, const StepColumns& at, const QString& name, const StepModel::Sum& sum, bool open)
{
    track(p, row, row.left() + at.gutter, sum.reached, open ? sum.started : sum.passedOn);
    icons::paint(p, QRectF(row.left() + at.number - 1, row.top(), 16, row.height()), open ? QStringLiteral("chevron-down") : QStringLiteral("chevron-right"), color(Role::Text2), 16);
    const QRectF title(row.left() + at.title, row.top(), at.owner - at.title - 8, row.height());
    const qreal width = paint::text(p, title, name, Style::BodyStrong, Role::Text1);
    paint::text(p, title.adjusted(width + 9, 0, 0, 0), QStringLiteral("%1 of %2").arg(sum.done).arg(sum.all), Style::Body, Role::Text3);
    if (sum.complete())
        icons::paint(p, QRectF(row.left() + at.owner, row.top(), 16, row.height()), QStringLiteral("tick"), color(Role::Ok), 14);
    const auto right = [&](qreal edge, const QString& text, Role role) {
        paint::text(p, QRectF(row.left() + edge - 90, row.top(), 90, row.height()), text, Style::Value, role, Qt::AlignRight | Qt::AlignVCenter, Qt::ElideNone);
    };
    if (at.showPlanned)
        right(at.planned, minutesSeconds(sum.planned), Role::Text3);
    if (sum.actual && sum.done > 0)
        right(at.actual, minutesSeconds(*sum.actual), sum.complete() ? actualRole(*sum.actual, sum.planned) : Role::Text1);
}

void paintPoint(QPainter* p, const QRectF& row, const StepColumns& at, const StepModel::Row& data)
{
    const Theme& t = Theme::instance();
    const bool passed = isDone(data.state);
    track(p, row, row.left() + at.gutter, data.reached, data.passedOn);
    const QString words = QStringLiteral("Point of no return");
    const qreal block = 12 + paint::textWidth(words, Style::SmallStrong) + 10;
    const QRectF fill(row.left() + at.number, row.top(), block, row.height() - 1);
    p->fillRect(fill, t.color(Role::PnrFill));
    paint::text(p, fill.adjusted(12, 0, 0, 0), words, Style::SmallStrong, Role::PnrFillText);
    paint::hazard(p, QRectF(fill.right(), fill.top(), 24, fill.height()));
    paint::text(p, QRectF(fill.right() + 36, row.top(), row.right() - fill.right() - 44, row.height()),
                passed ? QStringLiteral("Passed. Going back loses new writes") : QStringLiteral("Past here, going back loses new writes"), Style::Small, Role::Pnr);
    paint::diamond(p, QPointF(row.left() + at.gutter, row.center().y()), 20, passed);
}

void paintStep(QPainter* p, const QRectF& row, const StepColumns& at, const StepModel::Row& data)
{
    const Theme& t = Theme::instance();
    const bool done = isDone(data.state) || data.state == StepState::RolledBack;
    track(p, row, row.left() + at.gutter, data.reached, data.passedOn);
    paint::stepNode(p, QPointF(row.left() + at.gutter, row.center().y()), nodeOf(data.state));
    const StepLines lines = linesOf(data, at);
    const qreal one = lines.title * t.lineHeight(Style::Body);
    const qreal two = lines.reason * t.lineHeight(Style::Label);
    const qreal top = row.top() + (row.height() - one - two) / 2;
    paint::text(p, QRectF(row.left() + at.number, row.top(), at.title - at.number - 2, row.height()), QString::number(data.number), Style::Value, Role::Text3);
    const qreal room = at.owner - at.title - 8;
    wrapped(p, QRectF(row.left() + at.title, top, room, one), data.title, data.active ? Style::BodyStrong : Style::Body, done ? Role::Text2 : Role::Text1, lines.title);
    if (lines.reason > 0) {
        qreal x = row.left() + at.title;
        const qreal y = top + one;
        Role role = Role::Text3;
        if (data.state == StepState::Blocked) {
            icons::paint(p, QRectF(x, y, 12, t.lineHeight(Style::Label)), QStringLiteral("lock"), color(Role::Text3), 12);
            x += 16;
        } else if (data.state == StepState::Failed || data.state == StepState::InDoubt) {
            role = Role::Danger;
        } else if (data.active) {
            role = Role::Text1;
        }
        wrapped(p, QRectF(x, y, row.left() + at.owner - 8 - x, two), data.reason, Style::Label, role, lines.reason);
    }
    if (data.owner.isEmpty()) {
        icons::paint(p, QRectF(row.left() + at.owner, row.top(), 16, row.height()), QStringLiteral("automatic"), color(Role::Text3), 14);
    } else {
        const qreal size = t.scaled(20);
        paint::tile(p, QRectF(row.left() + at.owner, std::floor(row.center().y() - size / 2), size, size), data.owner);
    }
    const auto right = [&](qreal edge, const QString& text, Role role) {
        paint::text(p, QRectF(row.left() + edge - 120, row.top(), 120, row.height()), text, Style::Value, role, Qt::AlignRight | Qt::AlignVCenter, Qt::ElideNone);
    };
    if (at.showPlanned)
        right(at.planned, minutesSeconds(data.planned), Role::Text3);
    if (data.actual)
        right(at.actual, minutesSeconds(*data.actual), actualRole(*data.actual, data.planned));
    right(at.wayBack, wayBackText(data.wayBack, data.losesData), data.losesData ? Role::Pnr : data.active ? Role::Text1 : Role::Text2);
}

} // namespace

StepColumns StepColumns::of(qreal width)
{
    const Theme& t = Theme::instance();
    StepColumns c{};
    c.gutter = 20;
    c.number = 36;
    c.title = 36 + t.scaled(28);
    c.wayBack = width - 13;
    c.actual = c.wayBack - t.scaled(79);
    c.planned = c.actual - t.scaled(54);
    c.owner = c.planned - t.scaled(85);
    // Large text in a narrow list: the plan gives way to the names, it is told in the row's sentence and in the report.
    c.showPlanned = c.owner - c.title >= t.scaled(150);
    if (!c.showPlanned)
        c.owner = c.actual - t.scaled(72);
    return c;
}

bool StepDelegate::tall(const StepModel::Row& row)
{
    if (row.reason.isEmpty() || row.kind != StepModel::Kind::Step)
        return false;
    return row.active || row.state == StepState::Blocked || row.state == StepState::Failed || row.state == StepState::InDoubt || row.state == StepState::Skipped;
}

QSize StepDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const auto* model = static_cast<const StepModel*>(index.model());
    const StepModel::Row* row = model->row(index);
    const Theme& t = Theme::instance();
    if (!row)
        return {100, t.rowHeight(32)};
    if (row->kind == StepModel::Kind::Point)
        return {100, t.rowHeight(36)};
    return {100, stepHeight(linesOf(*row, StepColumns::of(option.widget ? option.widget->width() : 548)))};
}

void StepDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const auto* model = static_cast<const StepModel*>(index.model());
    const QRectF row(0, option.rect.top(), option.rect.right() + 1, option.rect.height());
    // As wide as the header, also where a scroll bar stands.
    const StepColumns at = StepColumns::of(option.widget ? option.widget->width() : row.width());
    const StepModel::Row* data = model->row(index);
    const bool selected = option.state & QStyle::State_Selected;
    const bool hover = option.state & QStyle::State_MouseOver;
    painter->save();
    painter->fillRect(row, color(selected ? Role::Selected : hover ? Role::Hover : data ? Role::Panel : Role::Raised));
    paint::hline(painter, row.left(), row.right(), row.bottom() - 1, Role::LineSoft);
    if (!data)
        paintPhase(painter, row, at, index.data().toString(), model->sum(model->phase(index)), option.state & QStyle::State_Open);
    else if (data->kind == StepModel::Kind::Point)
        paintPoint(painter, row, at, *data);
    else
        paintStep(painter, row, at, *data);
    if (option.state & QStyle::State_HasFocus)
        paintInnerRing(painter, row);
    painter->restore();
}

StepHeader::StepHeader(QWidget* parent) : PaintedWidget(parent)
{
    onTheme(this, [this] { setFixedHeight(Theme::instance().rowHeight(28, Style::Label)); });
}

QSize StepHeader::sizeHint() const { return {548, Theme::instance().rowHeight(28, Style::Label)}; }

void StepHeader::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    p.fillRect(rect(), color(Role::Panel));
    paint::hline(&p, 0, width(), height() - 1);
    const StepColumns at = StepColumns::of(width());
    paint::text(&p, QRectF(at.title, 0, 120, height() - 1), QStringLiteral("Step"), Style::Label, Role::Text3);
    const auto right = [&](qreal edge, const char* text) {
        paint::text(&p, QRectF(edge - 120, 0, 120, height() - 1), QString::fromLatin1(text), Style::Label, Role::Text3, Qt::AlignRight | Qt::AlignVCenter, Qt::ElideNone);
    };
    if (at.showPlanned)
        right(at.planned, "Planned");
    right(at.actual, "Actual");
    right(at.wayBack, "Way back");
}

StepList::StepList(StepModel* model, QWidget* parent) : QTreeView(parent), m_steps(model)
{
    setObjectName(QStringLiteral("steps"));
    setAccessibleName(QStringLiteral("Steps"));
    setModel(model);
    setItemDelegate(new StepDelegate(this));
    setHeaderHidden(true);
    setIndentation(0);
    setRootIsDecorated(false);
    setMouseTracking(true);
    setFrameShape(QFrame::NoFrame);
    setEditTriggers(NoEditTriggers);
    setSelectionMode(SingleSelection);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setTextElideMode(Qt::ElideRight);
    setExpandsOnDoubleClick(false);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        doItemsLayout();
        viewport()->update();
    });
    const auto structure = [this] { applyFilter(); };
    connect(model, &QAbstractItemModel::rowsInserted, this, structure);
    connect(model, &QAbstractItemModel::dataChanged, this, structure);
    applyFilter();
}

void StepList::applyFolding()
{
    int lastDone = -1;
    for (int p = 0; p < plan::kPhases; ++p) {
        if (m_steps->sum(static_cast<plan::Phase>(p)).complete())
            lastDone = p;
    }
    int current = -1;
    for (int p = 0; p < plan::kPhases; ++p) {
        if (m_steps->sum(static_cast<plan::Phase>(p)).current)
            current = p;
    }
    for (int p = 0; p < plan::kPhases; ++p) {
        const StepModel::Sum& sum = m_steps->sum(static_cast<plan::Phase>(p));
        if (sum.all == 0)
            continue;
        const bool farClose = p == plan::kPhases - 1 && current >= 0 && current < p - 1 && !sum.complete();
        const bool fold = m_filter == StepFilter::All && ((sum.complete() && p != lastDone) || farClose);
        int& asked = m_folded[static_cast<std::size_t>(p)];
        if (asked == static_cast<int>(fold))
            continue;
        asked = fold ? 1 : 0;
        setExpanded(m_steps->phaseIndex(static_cast<plan::Phase>(p)), !fold);
    }
}

void StepList::setFilter(StepFilter filter)
{
    m_filter = filter;
    m_folded.fill(-1);
    applyFilter();
    applyFolding();
}

void StepList::applyFilter()
{
    for (int p = 0; p < plan::kPhases; ++p) {
        const QModelIndex head = m_steps->phaseIndex(static_cast<plan::Phase>(p));
        bool any = false;
        const int rows = m_steps->rowCount(head);
        for (int i = 0; i < rows; ++i) {
            const StepModel::Row* row = m_steps->row(m_steps->index(i, 0, head));
            const bool shown = m_filter == StepFilter::All || (row->kind == StepModel::Kind::Step && (m_filter == StepFilter::NeedsYou ? row->person : row->state == StepState::Blocked));
            any = any || shown;
            if (isRowHidden(i, head) == shown)
                setRowHidden(i, head, !shown);
        }
        if (isRowHidden(p, {}) == any)
            setRowHidden(p, {}, !any);
    }
}

void StepList::show(const QString& step)
{
    const QModelIndex at = m_steps->indexOf(step);
    if (!at.isValid())
        return;
    setExpanded(at.parent(), true);
    if (currentIndex() != at)
        setCurrentIndex(at);
    scrollTo(at, EnsureVisible);
}

QString StepList::currentStep() const
{
    const StepModel::Row* row = m_steps->row(currentIndex());
    return row && row->kind == StepModel::Kind::Step ? row->id : QString();
}

void StepList::currentChanged(const QModelIndex& current, const QModelIndex& previous)
{
    QTreeView::currentChanged(current, previous);
    const QString step = currentStep();
    if (!step.isEmpty())
        Q_EMIT stepPicked(step);
}

void StepList::keyPressEvent(QKeyEvent* event)
{
    const QModelIndex at = currentIndex();
    const bool plain = (event->modifiers() & ~Qt::KeypadModifier) == 0;
    if (plain && event->key() == Qt::Key_Space) {
        const QModelIndex head = at.parent().isValid() ? at.parent() : at;
        setExpanded(head, !isExpanded(head));
        if (at.parent().isValid() && !isExpanded(head))
            setCurrentIndex(head);
        return;
    }
    if (plain && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)) {
        if (!m_steps->row(at))
            setExpanded(at, !isExpanded(at));
        else if (!event->isAutoRepeat() && !currentStep().isEmpty())
            Q_EMIT opened(currentStep());
        return;
    }
    if (plain && Theme::instance().letterKeys() && event->key() >= Qt::Key_A && event->key() <= Qt::Key_Z) {
        if (event->key() == Qt::Key_J || event->key() == Qt::Key_K) {
            const QModelIndex next = moveCursor(event->key() == Qt::Key_J ? MoveDown : MoveUp, Qt::NoModifier);
            if (next.isValid())
                setCurrentIndex(next);
            return;
        }
        if (event->key() == Qt::Key_D || event->key() == Qt::Key_P || event->key() == Qt::Key_F || event->key() == Qt::Key_N) {
            Q_EMIT letter(event->key());
            return;
        }
        event->ignore(); // others belong to the window
        return;
    }
    QTreeView::keyPressEvent(event);
}

void StepList::resizeEvent(QResizeEvent* event)
{
    QTreeView::resizeEvent(event);
    if (event->oldSize().width() != event->size().width())
        scheduleDelayedItemsLayout(); // names may wrap otherwise now
}

void StepList::mouseReleaseEvent(QMouseEvent* event)
{
    QTreeView::mouseReleaseEvent(event);
    const QModelIndex at = indexAt(event->pos());
    if (event->button() == Qt::LeftButton && at.isValid() && !m_steps->row(at))
        setExpanded(at, !isExpanded(at));
}

void StepList::contextMenuEvent(QContextMenuEvent* event)
{
    Q_EMIT letter(Qt::Key_Menu);
    event->accept();
}

} // namespace switchyard::ui
