#include "widgets/logs/LogView.h"

#include "widgets/parts/Button.h"
#include "widgets/parts/PaintedWidget.h"

#include <QFontMetricsF>
#include <QHeaderView>
#include <QKeyEvent>
#include <QPainter>
#include <QScopedValueRollback>
#include <QScrollBar>
#include <QStyledItemDelegate>
#include <QTimer>

namespace switchyard::ui {

using logs::LogModel;
using logs::LogRule;

class LogView::Delegate final : public QStyledItemDelegate {
public:
    explicit Delegate(LogView* view) : QStyledItemDelegate(view), m_view(view) {}
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {100, Theme::instance().scaled(24)}; }
    void paint(QPainter* p, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const LogModel& model = *m_view->m_log;
        const bool selected = option.state & QStyle::State_Selected;
        if (const LogRule* rule = model.rule(index.row()))
            return paintRule(p, option.rect, *rule, selected);
        const Theme& t = Theme::instance();
        const LogLine& line = model.line(index.row());
        const QRectF box(option.rect);
        if (line.message.startsWith(QLatin1String("Log stream closed")))
            return paintRule(p, box, {line.time, m_view->m_look->title(line.source) + u' ' + line.message.left(1).toLower() + line.message.mid(1), LogRule::Kind::Alarm}, selected);
        if (selected)
            p->fillRect(box, t.color(Role::Selected));
        else if (line.level == LogLevel::Error)
            p->fillRect(box, t.tint(Role::Danger));
        const bool ours = line.source == QLatin1String("switchyard");
        const Role tone = line.level == LogLevel::Error ? Role::Danger : line.level == LogLevel::Warning ? Role::Warn : line.level == LogLevel::Debug ? Role::Text3 : ours ? Role::Text1 : Role::Text2;
        const auto x = [&](int px) { return box.left() + t.scaled(px); };
        const auto span = [&](int from, int to) { return QRectF(x(from), box.top(), x(to) - x(from), box.height()); };
        paint::text(p, span(16, 116), logTime(line.time, m_view->m_clock, m_view->m_start), Style::Value, Role::Text3);
        const qreal side = t.scaled(16);
        paint::tile(p, QRectF(x(120), box.center().y() - side / 2 + 0.5, side, side), m_view->m_look->letters(line.source), m_view->m_look->side(line.source));
        paint::text(p, span(146, 222), line.source, Style::Value, m_view->m_look->tone(line.source));
        if (line.level >= LogLevel::Warning)
            icons::paint(p, span(223, 239), line.level == LogLevel::Error ? QStringLiteral("failure") : QStringLiteral("caution"), t.color(tone), t.scaled(12));
        qreal right = box.right() - 16;
        if (const int times = model.repeats(index.row()); times > 1) {
            const QString words = QStringLiteral("× %1").arg(times);
            paint::chip(p, QRectF(box.left(), box.top(), right - box.left(), box.height()), words, line.level == LogLevel::Error ? ChipTone::Danger : line.level == LogLevel::Warning ? ChipTone::Warn : ChipTone::Neutral, {}, true);
            right -= paint::chipWidth(words) + 12;
        }
        const QString message = (line.simulated ? QStringLiteral("[simulator] ") : QString()) + line.message;
        const QRectF words(x(244), box.top(), right - x(244), box.height());
        highlight(p, words, message);
        paint::text(p, words, message, Style::Value, tone);
    }

private:
    void highlight(QPainter* p, const QRectF& box, const QString& message) const
    {
        const QString& words = m_view->m_words;
        if (words.isEmpty())
            return;
        const QFontMetricsF metrics(ui::font(Style::Value));
        const Theme& t = Theme::instance();
        for (qsizetype at = message.indexOf(words, 0, Qt::CaseInsensitive); at >= 0; at = message.indexOf(words, at + words.size(), Qt::CaseInsensitive)) {
            const qreal from = box.left() + metrics.horizontalAdvance(message.left(at));
            if (from >= box.right())
                return;
            const qreal wide = metrics.horizontalAdvance(message.mid(at, words.size()));
            paint::box(p, QRectF(from - 1, box.center().y() - t.scaled(9), qMin(wide + 2, box.right() - from), t.scaled(18)), t.color(Role::Selected), t.mixed(Role::Focus, Role::Selected, 0.55), 2); // every level's colour reads on this ground
        }
    }
    void paintRule(QPainter* p, const QRectF& box, const LogRule& rule, bool selected) const
    {
        const Theme& t = Theme::instance();
        const Role tone = rule.kind == LogRule::Kind::PointOfNoReturn ? Role::Pnr : rule.kind == LogRule::Kind::Alarm ? Role::Warn : Role::Text1;
        if (selected)
            p->fillRect(box, t.color(Role::Selected));
        const auto x = [&](int px) { return box.left() + t.scaled(px); };
        paint::text(p, QRectF(x(16), box.top(), x(100), box.height()), logTime(rule.at, m_view->m_clock, m_view->m_start, false), Style::Value, tone);
        if (rule.kind == LogRule::Kind::PointOfNoReturn)
            paint::diamond(p, QPointF(x(128), box.center().y()), t.scaled(9), true);
        else
            icons::paint(p, QRectF(x(120), box.top(), t.scaled(16), box.height()), rule.kind == LogRule::Kind::Alarm ? QStringLiteral("caution") : QStringLiteral("flag"), t.color(tone), t.scaled(14));
        const qreal right = box.right() - 16;
        const qreal wide = paint::text(p, QRectF(x(140), box.top(), right - x(140), box.height()), rule.text, Style::SmallStrong, tone);
        const qreal from = x(140) + wide + 10;
        if (from < right)
            p->fillRect(QRectF(from, std::round(box.center().y()), right - from, 1), t.color(tone == Role::Text1 ? Role::Track : tone));
    }
    LogView* m_view;
};

LogView::LogView(const LogLook* look, QWidget* parent) : QTableView(parent), m_look(look)
{
    setObjectName(QStringLiteral("stream"));
    setAccessibleName(QStringLiteral("Log lines, oldest first"));
    setProperty("ground", QStringLiteral("inset"));
    setItemDelegate(new Delegate(this));
    setShowGrid(false);
    setFrameShape(QFrame::NoFrame);
    verticalHeader()->hide();
    horizontalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    setSelectionBehavior(SelectRows);
    setSelectionMode(SingleSelection);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollMode(ScrollPerPixel);
    setTabKeyNavigation(false);
    setWordWrap(false);
    m_new = new Button(QStringLiteral("chevron-down"), QStringLiteral("New lines"), ButtonKind::Plain, this);
    m_new->setObjectName(QStringLiteral("newLines"));
    m_new->hide();
    connect(m_new, &QAbstractButton::clicked, this, [this] { setFollowing(true); });
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, &LogView::onScrolled);
    connect(verticalScrollBar(), &QScrollBar::rangeChanged, this, [this] {
        if (m_follow)
            toEnd();
    });
    onTheme(this, [this] {
        const int row = Theme::instance().scaled(24);
        verticalHeader()->setMinimumSectionSize(row);
        verticalHeader()->setDefaultSectionSize(row);
        verticalScrollBar()->setSingleStep(row);
        updateChip();
    });
}

void LogView::setLog(LogModel* model)
{
    m_log = model;
    setModel(model);
    // One painted column: a rule and a chip reach over all of them.
    for (const int column : {LogModel::Time, LogModel::Source, LogModel::Level})
        setColumnHidden(column, true);
    horizontalHeader()->setStretchLastSection(true);
    connect(model, &QAbstractItemModel::rowsInserted, this, [this](const QModelIndex&, int first, int last) {
        if (m_follow)
            return;
        m_missed += last - first + 1;
        updateChip();
    });
    toEnd();
}

void LogView::setWords(const QString& words)
{
    m_words = words;
    viewport()->update();
}

void LogView::setClock(LogClock clock, std::optional<TimePoint> start)
{
    m_clock = clock;
    m_start = start;
    viewport()->update();
}

void LogView::toEnd()
{
    const QScopedValueRollback<bool> guard(m_moving, true);
    verticalScrollBar()->setValue(verticalScrollBar()->maximum());
}

void LogView::onScrolled()
{
    if (m_moving)
        return;
    const bool end = verticalScrollBar()->value() >= verticalScrollBar()->maximum();
    if (end == m_follow)
        return;
    m_follow = end;
    m_missed = 0;
    updateChip();
    Q_EMIT followingChanged(m_follow);
}

void LogView::setFollowing(bool on)
{
    const bool news = m_follow != on;
    m_follow = on;
    m_missed = 0;
    if (on)
        toEnd();
    updateChip();
    if (news)
        Q_EMIT followingChanged(on);
}

void LogView::keepPlace(const std::function<void()>& change)
{
    const QScopedValueRollback<bool> guard(m_moving, true);
    const int row = currentIndex().row();
    const qsizetype number = row >= 0 ? m_log->number(row) : -1;
    change();
    m_missed = 0;
    updateChip();
    const int now = number >= 0 ? m_log->rowOf(number) : -1;
    if (now >= 0 && m_log->number(now) == number) {
        setCurrentIndex(m_log->index(now, LogModel::Message));
        if (!m_follow)
            scrollTo(currentIndex(), PositionAtCenter);
    }
    if (m_follow)
        toEnd();
}

void LogView::selectRow(int row)
{
    if (row < 0 || row >= m_log->rowCount())
        return;
    setCurrentIndex(m_log->index(row, LogModel::Message));
    scrollTo(currentIndex(), EnsureVisible);
}

void LogView::currentChanged(const QModelIndex& current, const QModelIndex& previous)
{
    QTableView::currentChanged(current, previous);
    Q_EMIT selected(current.row());
}

void LogView::updateChip()
{
    m_new->setVisible(m_missed > 0);
    if (m_missed == 0)
        return;
    m_new->setText(m_missed == 1 ? QStringLiteral("1 new line") : QStringLiteral("%1 new lines").arg(grouped(m_missed)));
    m_new->setAccessibleName(m_new->text() + QStringLiteral(", go to the newest"));
    m_new->resize(m_new->sizeHint());
    m_new->move((width() - m_new->width()) / 2, height() - m_new->height() - 12);
    m_new->raise();
}

void LogView::resizeEvent(QResizeEvent* event)
{
    QTableView::resizeEvent(event);
    updateChip();
}

void LogView::keyPressEvent(QKeyEvent* event)
{
    const bool plain = (event->modifiers() & ~Qt::ShiftModifier) == Qt::NoModifier && Theme::instance().letterKeys();
    const int row = currentIndex().row();
    if (event->matches(QKeySequence::Copy)) {
        Q_EMIT copyWanted();
        return;
    }
    if (plain) {
        switch (event->key()) {
        case Qt::Key_J: selectRow(row < 0 ? 0 : row + 1); return;
        case Qt::Key_K: selectRow(row < 0 ? m_log->rowCount() - 1 : row - 1); return;
        case Qt::Key_N: Q_EMIT nextWanted(event->modifiers() & Qt::ShiftModifier); return;
        case Qt::Key_F: setFollowing(!m_follow); return;
        case Qt::Key_Y: Q_EMIT copyWanted(); return;
        default: break;
        }
    }
    QTableView::keyPressEvent(event);
}

} // namespace switchyard::ui
