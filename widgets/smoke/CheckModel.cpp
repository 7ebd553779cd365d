#include "widgets/smoke/CheckModel.h"

#include "widgets/theme/SwitchyardStyle.h"

#include <QFontMetricsF>
#include <QKeyEvent>
#include <QPainter>

#include <algorithm>

namespace switchyard::ui {

using namespace cutover;

namespace {

struct CheckColumns {
    qreal state, title, by, before, now; ///< centre, left, left, right, right
    bool words = true;                   ///< "auto" and "you" beside their icons
    static CheckColumns of(qreal width)
    {
        const Theme& t = Theme::instance();
        CheckColumns c{};
        c.state = 20;
        c.title = 40;
        c.now = width - 16;
        c.before = c.now - t.scaled(108);
        c.by = c.before - t.scaled(168);
        if (c.by - c.title < t.scaled(190)) {
            c.words = false; // large text: the icon says it, and names get the room
            c.by = c.before - t.scaled(92) - 22;
        }
        return c;
    }
};

/// Lines that a check's name takes, at most four.
int titleLines(const QString& title, qreal room)
{
    const QFontMetricsF metrics(font(Style::BodyStrong));
    if (room <= 0 || metrics.horizontalAdvance(title) <= room)
        return 1;
    return qBound(1, qRound(metrics.boundingRect(QRectF(0, 0, room, 1000), Qt::TextWordWrap, title).height() / metrics.lineSpacing()), 4);
}

Role nowRole(CheckState state)
{
    switch (state) {
    case CheckState::Failed: return Role::Danger;
    case CheckState::Slower: return Role::Warn;
    case CheckState::ToDo:
    case CheckState::NotRun:
    case CheckState::NotApplicable: return Role::Text3;
    case CheckState::Running: return Role::Mode;
    case CheckState::Pass: return Role::Text1;
    }
    return Role::Text1;
}

void paintState(QPainter* p, const QRectF& box, CheckState state)
{
    switch (state) {
    case CheckState::Pass: icons::paint(p, box, QStringLiteral("tick"), color(Role::Ok), 14); break;
    case CheckState::Failed: paint::light(p, box, Health::Failed); break;
    case CheckState::Slower: paint::light(p, box, Health::Caution); break;
    case CheckState::Running: paint::light(p, box, Health::Working); break;
    case CheckState::ToDo: paint::light(p, box, Health::Off); break;
    case CheckState::NotRun: paint::light(p, box, Health::Unknown); break;
    case CheckState::NotApplicable: icons::paint(p, box, QStringLiteral("dash"), color(Role::Text3), 14); break;
    }
}

} // namespace

bool isOpen(CheckState state) { return state == CheckState::ToDo || state == CheckState::NotRun; }

QString checkWords(CheckState state)
{
    switch (state) {
    case CheckState::ToDo: return QStringLiteral("to do");
    case CheckState::Running: return QStringLiteral("running");
    case CheckState::Pass: return QStringLiteral("passed");
    case CheckState::Slower: return QStringLiteral("slower");
    case CheckState::Failed: return QStringLiteral("failed");
    case CheckState::NotRun: return QStringLiteral("not run");
    case CheckState::NotApplicable: return QStringLiteral("not applicable");
    }
    return {};
}

CheckCounts countChecks(const std::vector<CheckView>& checks)
{
    CheckCounts c;
    for (const CheckView& check : checks) {
        ++c.all;
        ++(check.manual ? c.manual : c.automatic);
        switch (check.now.state) {
        case CheckState::Pass:
        case CheckState::NotApplicable: ++c.passed; break;
        case CheckState::Slower:
            ++c.slower;
            ++c.passed;
            break;
        case CheckState::Failed: ++c.failed; break;
        case CheckState::Running: ++c.running; break;
        case CheckState::ToDo:
        case CheckState::NotRun: ++c.toDo; break;
        }
    }
    return c;
}

void CheckModel::setChecks(const std::vector<CheckView>& checks)
{
    std::vector<Section> next;
    for (const CheckView& check : checks) {
        auto at = std::find_if(next.begin(), next.end(), [&](const Section& s) { return s.name == check.section; });
        if (at == next.end())
            at = next.insert(next.end(), Section{check.section, {}, 0});
        Row row;
        row.id = check.id;
        row.title = check.title;
        row.manual = check.manual;
        row.state = check.now.state;
        row.before = check.before.short_.isEmpty() && isOpen(check.before.state) ? QStringLiteral("none") : check.before.short_;
        row.now = check.now.short_.isEmpty() ? checkWords(check.now.state) : check.now.short_;
        row.sentence = QStringLiteral("%1, %2, %3, before %4, now %5").arg(check.title, checkWords(row.state), row.manual ? QStringLiteral("done by you") : QStringLiteral("automatic"), row.before, row.now);
        at->done += check.now.state == CheckState::Pass || check.now.state == CheckState::NotApplicable || check.now.state == CheckState::Slower ? 1 : 0;
        at->rows.push_back(std::move(row));
    }
    const bool same = std::equal(m_sections.begin(), m_sections.end(), next.begin(), next.end(), [](const Section& a, const Section& b) {
        return a.name == b.name && std::equal(a.rows.begin(), a.rows.end(), b.rows.begin(), b.rows.end(), [](const Row& x, const Row& y) { return x.id == y.id; });
    });
    if (!same) {
        if (!m_sections.empty()) {
            beginRemoveRows({}, 0, static_cast<int>(m_sections.size()) - 1);
            m_sections.clear();
            endRemoveRows();
        }
        if (!next.empty()) {
            beginInsertRows({}, 0, static_cast<int>(next.size()) - 1);
            m_sections = std::move(next);
            endInsertRows();
        }
        return;
    }
    for (std::size_t s = 0; s < m_sections.size(); ++s) {
        const QModelIndex head = index(static_cast<int>(s), 0);
        if (m_sections[s].done != next[s].done) {
            m_sections[s].done = next[s].done;
            Q_EMIT dataChanged(head, head);
        }
        for (std::size_t i = 0; i < m_sections[s].rows.size(); ++i) {
            if (m_sections[s].rows[i] == next[s].rows[i])
                continue;
            m_sections[s].rows[i] = std::move(next[s].rows[i]);
            const QModelIndex at = index(static_cast<int>(i), 0, head);
            Q_EMIT dataChanged(at, at);
        }
    }
}

const CheckModel::Row* CheckModel::row(const QModelIndex& index) const
{
    if (!index.isValid() || index.internalId() == 0)
        return nullptr;
    return &m_sections[index.internalId() - 1].rows[static_cast<std::size_t>(index.row())];
}

const CheckModel::Section& CheckModel::section(const QModelIndex& index) const
{
    return m_sections[index.internalId() == 0 ? static_cast<std::size_t>(index.row()) : index.internalId() - 1];
}

QModelIndex CheckModel::indexOf(const QString& check) const
{
    for (std::size_t s = 0; s < m_sections.size(); ++s) {
        for (std::size_t i = 0; i < m_sections[s].rows.size(); ++i) {
            if (m_sections[s].rows[i].id == check)
                return createIndex(static_cast<int>(i), 0, static_cast<quintptr>(s + 1));
        }
    }
    return {};
}

QModelIndex CheckModel::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column, parent.isValid() ? static_cast<quintptr>(parent.row() + 1) : quintptr(0));
}

QModelIndex CheckModel::parent(const QModelIndex& child) const
{
    if (!child.isValid() || child.internalId() == 0)
        return {};
    return createIndex(static_cast<int>(child.internalId()) - 1, 0, quintptr(0));
}

int CheckModel::rowCount(const QModelIndex& parent) const
{
    if (!parent.isValid())
        return static_cast<int>(m_sections.size());
    if (parent.internalId() != 0 || parent.column() != 0)
        return 0;
    return static_cast<int>(m_sections[static_cast<std::size_t>(parent.row())].rows.size());
}

QVariant CheckModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const Row* at = row(index);
    if (!at) {
        const Section& s = section(index);
        if (role == Qt::DisplayRole)
            return s.name;
        if (role == Qt::AccessibleTextRole)
            return QStringLiteral("%1, %2 of %3 checks passed").arg(s.name).arg(s.done).arg(s.rows.size());
        return {};
    }
    if (role == Qt::DisplayRole || role == Qt::ToolTipRole)
        return at->title;
    if (role == Qt::AccessibleTextRole)
        return at->sentence;
    return {};
}

QSize CheckDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const auto* model = static_cast<const CheckModel*>(index.model());
    const CheckModel::Row* row = model->row(index);
    const Theme& t = Theme::instance();
    if (!row)
        return {100, t.rowHeight(28)};
    const CheckColumns at = CheckColumns::of(option.widget ? option.widget->width() : 592);
    const int lines = titleLines(row->title, at.by - at.title - 8);
    return {100, qMax(t.rowHeight(32), lines * t.lineHeight(Style::Body) + 12)};
}

void CheckDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const auto* model = static_cast<const CheckModel*>(index.model());
    const QRectF row(0, option.rect.top(), option.rect.right() + 1, option.rect.height());
    const CheckColumns at = CheckColumns::of(option.widget ? option.widget->width() : row.width());
    const CheckModel::Row* data = model->row(index);
    const bool selected = option.state & QStyle::State_Selected;
    const bool hover = option.state & QStyle::State_MouseOver;
    painter->save();
    painter->fillRect(row, color(selected ? Role::Selected : !data ? Role::Raised : hover ? Role::Hover : Role::Panel));
    paint::hline(painter, 0, row.right(), row.bottom() - 1, Role::LineSoft);
    const auto right = [&](qreal edge, qreal room, const QString& text, Role role) {
        paint::text(painter, QRectF(edge - room, row.top(), room, row.height()), text, Style::Value, role, Qt::AlignRight | Qt::AlignVCenter);
    };
    if (!data) {
        const CheckModel::Section& s = model->section(index);
        paint::text(painter, QRectF(at.title, row.top(), at.before - at.title, row.height()), s.name, Style::BodyStrong, Role::Text1);
        right(at.now, Theme::instance().scaled(90), QStringLiteral("%1 of %2").arg(s.done).arg(s.rows.size()), Role::Text3);
    } else {
        paintState(painter, QRectF(at.state - 8, row.top(), 16, row.height()), data->state);
        const QRectF name(at.title, row.top(), at.by - at.title - 8, row.height());
        if (titleLines(data->title, name.width()) > 1) {
            painter->setFont(font(selected ? Style::BodyStrong : Style::Body));
            painter->setPen(color(Role::Text1));
            painter->drawText(name, static_cast<int>(Qt::TextWordWrap | Qt::AlignLeft | Qt::AlignVCenter), data->title);
        } else {
            paint::text(painter, name, data->title, selected ? Style::BodyStrong : Style::Body, Role::Text1);
        }
        icons::paint(painter, QRectF(at.by - 1, row.top(), 14, row.height()), data->manual ? QStringLiteral("person") : QStringLiteral("automatic"), color(Role::Text3), 13);
        if (at.words)
            paint::text(painter, QRectF(at.by + 16, row.top(), 60, row.height()), data->manual ? QStringLiteral("you") : QStringLiteral("auto"), Style::Small, Role::Text3);
        right(at.before, at.before - at.by - 20 - (at.words ? Theme::instance().scaled(30) : 0), data->before, Role::Text3);
        right(at.now, at.now - at.before - 8, data->now, nowRole(data->state));
    }
    if (option.state & QStyle::State_HasFocus)
        paintInnerRing(painter, row);
    painter->restore();
}

CheckHeader::CheckHeader(QWidget* parent) : PaintedWidget(parent)
{
    onTheme(this, [this] { setFixedHeight(Theme::instance().rowHeight(28, Style::Label)); });
}

QSize CheckHeader::sizeHint() const { return {592, Theme::instance().rowHeight(28, Style::Label)}; }

void CheckHeader::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    p.fillRect(rect(), color(Role::Panel));
    paint::hline(&p, 0, width(), height() - 1);
    const CheckColumns at = CheckColumns::of(width());
    const qreal h = height() - 1;
    paint::text(&p, QRectF(at.title, 0, 120, h), QStringLiteral("Check"), Style::Label, Role::Text3);
    if (at.words)
        paint::text(&p, QRectF(at.by, 0, 60, h), QStringLiteral("By"), Style::Label, Role::Text3);
    paint::text(&p, QRectF(at.before - 90, 0, 90, h), QStringLiteral("Before"), Style::LabelStrong, Role::Source, Qt::AlignRight | Qt::AlignVCenter);
    paint::text(&p, QRectF(at.now - 90, 0, 90, h), QStringLiteral("Now"), Style::LabelStrong, Role::Target, Qt::AlignRight | Qt::AlignVCenter);
}

CheckList::CheckList(CheckModel* model, QWidget* parent) : QTreeView(parent), m_checks(model)
{
    setObjectName(QStringLiteral("checks"));
    setAccessibleName(QStringLiteral("Smoke checks"));
    setModel(model);
    setItemDelegate(new CheckDelegate(this));
    setHeaderHidden(true);
    setIndentation(0);
    setRootIsDecorated(false);
    setMouseTracking(true);
    setFrameShape(QFrame::NoFrame);
    setEditTriggers(NoEditTriggers);
    setSelectionMode(SingleSelection);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setProperty("ground", QStringLiteral("canvas"));
    setExpandsOnDoubleClick(false);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        doItemsLayout();
        viewport()->update();
    });
    const auto structure = [this] { applyFilter(); };
    connect(model, &QAbstractItemModel::rowsInserted, this, [this] {
        expandAll();
        applyFilter();
    });
    connect(model, &QAbstractItemModel::dataChanged, this, structure);
}

void CheckList::setFilter(CheckFilter filter)
{
    m_filter = filter;
    applyFilter();
}

void CheckList::applyFilter()
{
    const int sections = m_checks->rowCount();
    for (int s = 0; s < sections; ++s) {
        const QModelIndex head = m_checks->index(s, 0);
        bool any = false;
        const int rows = m_checks->rowCount(head);
        for (int i = 0; i < rows; ++i) {
            const CheckState state = m_checks->row(m_checks->index(i, 0, head))->state;
            const bool shown = m_filter == CheckFilter::All || (m_filter == CheckFilter::Failed && state == CheckState::Failed) || (m_filter == CheckFilter::Slower && state == CheckState::Slower)
                || (m_filter == CheckFilter::ToDo && isOpen(state));
            any = any || shown;
            if (isRowHidden(i, head) == shown)
                setRowHidden(i, head, !shown);
        }
        if (isRowHidden(s, {}) == any)
            setRowHidden(s, {}, !any);
    }
}

void CheckList::show(const QString& check)
{
    const QModelIndex at = m_checks->indexOf(check);
    if (!at.isValid())
        return;
    setExpanded(at.parent(), true);
    if (currentIndex() != at)
        setCurrentIndex(at);
    scrollTo(at, EnsureVisible);
}

void CheckList::resizeEvent(QResizeEvent* event)
{
    QTreeView::resizeEvent(event);
    if (event->oldSize().width() != event->size().width())
        scheduleDelayedItemsLayout(); // names may wrap otherwise now
}

QString CheckList::currentCheck() const
{
    const CheckModel::Row* row = m_checks->row(currentIndex());
    return row ? row->id : QString();
}

void CheckList::currentChanged(const QModelIndex& current, const QModelIndex& previous)
{
    QTreeView::currentChanged(current, previous);
    const QString check = currentCheck();
    if (!check.isEmpty())
        Q_EMIT picked(check);
}

void CheckList::keyPressEvent(QKeyEvent* event)
{
    const bool plain = (event->modifiers() & ~Qt::KeypadModifier) == 0;
    if (plain && event->key() == Qt::Key_Space) {
        const QModelIndex at = currentIndex();
        const QModelIndex head = at.parent().isValid() ? at.parent() : at;
        setExpanded(head, !isExpanded(head));
        if (at.parent().isValid() && !isExpanded(head))
            setCurrentIndex(head);
        return;
    }
    if (plain && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)) {
        if (!event->isAutoRepeat() && !currentCheck().isEmpty())
            Q_EMIT opened(currentCheck());
        return;
    }
    if (plain && Theme::instance().letterKeys() && event->key() >= Qt::Key_A && event->key() <= Qt::Key_Z) {
        switch (event->key()) {
        case Qt::Key_J:
        case Qt::Key_K: {
            const QModelIndex next = moveCursor(event->key() == Qt::Key_J ? MoveDown : MoveUp, Qt::NoModifier);
            if (next.isValid())
                setCurrentIndex(next);
            return;
        }
        case Qt::Key_P:
        case Qt::Key_F:
        case Qt::Key_N: Q_EMIT letter(event->key()); return;
        default: event->ignore(); return; // others belong to the window
        }
    }
    QTreeView::keyPressEvent(event);
}

} // namespace switchyard::ui
