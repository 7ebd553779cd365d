#include "widgets/frame/Dock.h"

#include "widgets/parts/Indicators.h"
#include "widgets/theme/SwitchyardStyle.h"

#include <QHeaderView>
#include <QMenu>
#include <QPainter>
#include <QScrollArea>
#include <QStyledItemDelegate>
#include <QTableView>

namespace switchyard::ui {

namespace {

using logs::LogModel;

class DockLogDelegate final : public QStyledItemDelegate {
public:
    DockLogDelegate(const QHash<QString, SideTone>* sides, QObject* parent) : QStyledItemDelegate(parent), m_sides(sides) { }
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {100, Theme::instance().scaled(20)}; }
    void paint(QPainter* p, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const Theme& t = Theme::instance();
        const LogLine& line = static_cast<const LogModel*>(index.model())->line(index.row());
        const QRectF box(option.rect);
        if (option.state & QStyle::State_Selected)
            p->fillRect(box, t.color(Role::Selected));
        else if (line.level == LogLevel::Error)
            p->fillRect(box, t.tint(Role::Danger));
        const Role tone = line.level == LogLevel::Error ? Role::Danger : line.level == LogLevel::Warning ? Role::Warn
            : line.source == QLatin1String("switchyard") ? Role::Text1 : Role::Text2;
        switch (index.column()) {
        case LogModel::Time: paint::text(p, box.adjusted(12, 0, 0, 0), clockUtc(line.time), Style::Value, Role::Text3); break;
        case LogModel::Level:
            if (line.level >= LogLevel::Warning)
                icons::paint(p, box, line.level == LogLevel::Error ? QStringLiteral("failure") : QStringLiteral("caution"), t.color(tone), 12);
            break;
        case LogModel::Source: {
            const SideTone side = m_sides->value(line.source, SideTone::None);
            const Role role = side == SideTone::Source ? Role::Source : side == SideTone::Target ? Role::Target
                : line.source == QLatin1String("switchyard") ? Role::Text1 : Role::Text2;
            paint::text(p, box, line.source, Style::Value, role);
            break;
        }
        case LogModel::Message: {
            const QString words = line.simulated ? QStringLiteral("[simulator] ") + line.message : line.message;
            paint::text(p, box.adjusted(0, 0, -12, 0), words, Style::Value, tone);
            break;
        }
        default: break;
        }
    }

private:
    const QHash<QString, SideTone>* m_sides;
};

QHash<QString, SideTone>& logSides()
{
    static QHash<QString, SideTone> sides;
    return sides;
}

} // namespace

/// Painted rows of 28: state, name, bar, amount, time left.
class Dock::Tasks final : public PaintedWidget {
public:
    using PaintedWidget::PaintedWidget;
    void set(const std::vector<cutover::TaskProgress>& tasks)
    {
        m_tasks = tasks;
        QStringList spoken;
        for (const cutover::TaskProgress& task : m_tasks)
            spoken.append(QStringLiteral("%1 %2 %3").arg(task.name, task.amount, task.left));
        setAccessibleName(QStringLiteral("Tasks"));
        setAccessibleDescription(spoken.join(QStringLiteral("; ")));
        setMinimumHeight(12 + static_cast<int>(m_tasks.size()) * Theme::instance().scaled(28));
        update();
    }
    [[nodiscard]] QAccessible::Role spokenRole() const override { return QAccessible::List; }

protected:
    void paintEvent(QPaintEvent*) override
    {
        const Theme& t = Theme::instance();
        QPainter p(this);
        const qreal row = t.scaled(28);
        const qreal barWidth = 75;
        qreal y = 6;
        const qreal left = width() - 12;
        const qreal amountRight = left - 56 * t.textScale() / 100.0 + 4;
        // Name, bar and amount share what the time leaves; the amount is never cut.
        qreal amounts = 112;
        for (const cutover::TaskProgress& task : m_tasks)
            amounts = qMax(amounts, paint::textWidth(task.amount, Style::ValueSmall) + 10);
        const qreal barLeft = amountRight - amounts - barWidth;
        for (const cutover::TaskProgress& task : m_tasks) {
            const bool done = !task.running && !task.failed && task.part >= 1;
            const bool queued = !task.running && !task.failed && task.part <= 0;
            const QRectF box(0, y, width(), row);
            if (done)
                icons::paint(&p, QRectF(10, y, 14, row), QStringLiteral("tick"), t.color(Role::Ok), 14);
            else
                paint::light(&p, QRectF(12, y, 10, row), task.failed ? Health::Failed : queued ? Health::Off : Health::Working);
            paint::text(&p, QRectF(36, y, barLeft - 46, row), task.name, task.running || task.failed ? Style::SmallMedium : Style::Small,
                        task.running || task.failed ? Role::Text1 : Role::Text2, Qt::AlignLeft | Qt::AlignVCenter, Qt::ElideMiddle);
            if (task.part >= 0)
                paint::bar(&p, QRectF(barLeft, y, barWidth, row), task.part,
                           progressColor(task.failed ? ProgressBar::Look::Stopped : done ? ProgressBar::Look::Done : ProgressBar::Look::Running));
            paint::text(&p, QRectF(barLeft + barWidth + 8, y, amountRight - barLeft - barWidth - 7, row), task.amount, Style::ValueSmall, task.failed ? Role::Danger : Role::Text2,
                        Qt::AlignRight | Qt::AlignVCenter);
            paint::text(&p, QRectF(amountRight + 4, y, left - amountRight - 4, row), task.left, Style::ValueSmall, Role::Text3, Qt::AlignRight | Qt::AlignVCenter);
            y += row;
        }
        if (m_tasks.empty())
            paint::text(&p, QRectF(12, 8, width() - 24, row), QStringLiteral("Nothing is running."), Style::Small, Role::Text3);
    }

private:
    std::vector<cutover::TaskProgress> m_tasks;
};

Dock::Dock(QWidget* parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("dock"));
    auto* all = tight<QHBoxLayout>(this);

    auto* left = new Surface(Role::Panel, Surface::Top);
    left->setObjectName(QStringLiteral("tasks"));
    auto* leftColumn = tight<QVBoxLayout>(left);
    leftColumn->setContentsMargins(0, 1, 0, 0);
    auto* leftHead = new QWidget;
    auto* leftRow = tight<QHBoxLayout>(leftHead, 0, 8);
    leftRow->setContentsMargins(12, 0, 12, 0);
    leftRow->addWidget(new TextLabel(QStringLiteral("Tasks"), Style::BodyStrong));
    m_tasksCaption = new TextLabel(QString(), Style::Small, Role::Text3);
    m_tasksCaption->setElide(Qt::ElideRight);
    leftRow->addWidget(m_tasksCaption, 1);
    leftColumn->addWidget(leftHead);
    leftColumn->addWidget(new Line(Qt::Horizontal, Role::LineSoft));
    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setAccessibleName(QStringLiteral("Tasks"));
    scroll->viewport()->setAutoFillBackground(false);
    m_tasks = new Tasks;
    scroll->setWidget(m_tasks);
    m_tasks->setAutoFillBackground(false);
    leftColumn->addWidget(scroll, 1);
    all->addWidget(left);
    all->addWidget(new Line(Qt::Vertical));

    auto* right = new Surface(Role::Inset, Surface::Top);
    auto* rightColumn = tight<QVBoxLayout>(right);
    rightColumn->setContentsMargins(0, 1, 0, 0);
    auto* rightHead = new Surface(Role::Panel);
    auto* rightRow = tight<QHBoxLayout>(rightHead, 0, 8);
    rightRow->setContentsMargins(12, 0, 8, 0);
    rightRow->addWidget(new TextLabel(QStringLiteral("Live log"), Style::BodyStrong));
    auto* light = new HealthLight(Health::Ok, 8);
    light->setToolTip(QStringLiteral("Lines arrive as they are said"));
    rightRow->addWidget(light);
    rightRow->addWidget(new TextLabel(QStringLiteral("Following"), Style::Small, Role::Text3));
    rightRow->addStretch(1);
    m_sources = new TextLabel(QStringLiteral("All sources"), Style::Small, Role::Text3);
    rightRow->addWidget(m_sources);
    auto* filter = Button::iconOnly(QStringLiteral("filter"), QStringLiteral("Choose sources"));
    filter->setButtonSize(ButtonSize::Dense);
    rightRow->addWidget(filter);
    auto* fold = Button::iconOnly(QStringLiteral("chevron-down"), QStringLiteral("Fold the dock (Ctrl L)"));
    fold->setButtonSize(ButtonSize::Dense);
    rightRow->addWidget(fold);
    rightColumn->addWidget(rightHead);
    rightColumn->addWidget(new Line(Qt::Horizontal, Role::LineSoft));

    m_view = new QTableView;
    m_view->setProperty("ground", QStringLiteral("inset"));
    m_view->setItemDelegate(new DockLogDelegate(&logSides(), this));
    m_view->setAccessibleName(QStringLiteral("Live log, newest first"));
    m_view->setShowGrid(false);
    m_view->verticalHeader()->hide();
    m_view->horizontalHeader()->hide();
    m_view->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_view->setSelectionMode(QAbstractItemView::SingleSelection);
    m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_view->setTabKeyNavigation(false);
    m_view->setWordWrap(false);
    m_view->horizontalHeader()->setMinimumSectionSize(16);
    m_view->horizontalHeader()->setStretchLastSection(true);
    auto* inset = new QVBoxLayout;
    inset->setContentsMargins(0, 6, 0, 0);
    inset->addWidget(m_view);
    rightColumn->addLayout(inset, 1);
    all->addWidget(right, 1);

    connect(fold, &QAbstractButton::clicked, this, &Dock::foldRequested);
    connect(filter, &QAbstractButton::clicked, this, [this, filter] { chooseSources(filter); });
    onTheme(this, [this, left, leftHead, rightHead] {
        const Theme& t = Theme::instance();
        leftHead->setFixedHeight(t.scaled(31));
        rightHead->setFixedHeight(t.scaled(31));
        left->setFixedWidth(472 + (t.textScale() - 100) * 7 / 2);
        m_view->verticalHeader()->setDefaultSectionSize(t.scaled(20));
        m_view->verticalHeader()->setMinimumSectionSize(t.scaled(20));
        placeColumns();
    });
}

void Dock::placeColumns()
{
    if (!m_log)
        return;
    const Theme& t = Theme::instance();
    m_view->setColumnWidth(LogModel::Time, t.scaled(84));
    m_view->setColumnWidth(LogModel::Level, t.scaled(32));
    m_view->setColumnWidth(LogModel::Source, t.scaled(88));
}

void Dock::setStore(logs::LogStore* store)
{
    LogModel* old = std::exchange(m_log, store ? new LogModel(store, this, LogModel::Order::NewestFirst) : nullptr);
    m_view->setModel(m_log);
    delete old;
    m_hidden.clear();
    m_sources->setText(QStringLiteral("All sources"));
    if (m_log) {
        // Time, level, source, message, as the eye reads a log.
        m_view->horizontalHeader()->moveSection(m_view->horizontalHeader()->visualIndex(LogModel::Level), 1);
        placeColumns();
    }
}

QWidget* Dock::tasks() const { return m_tasks; }
QWidget* Dock::logView() const { return m_view; }

void Dock::chooseSources(QWidget* at)
{
    if (!m_log)
        return;
    QStringList names = m_log->store()->sources();
    names.sort();
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const QString& name : names) {
        QAction* action = menu->addAction(name);
        action->setCheckable(true);
        action->setChecked(!m_hidden.contains(name));
        connect(action, &QAction::toggled, this, [this, name](bool on) {
            if (on)
                m_hidden.remove(name);
            else
                m_hidden.insert(name);
            logs::LogFilter filter;
            filter.hiddenSources = m_hidden;
            m_log->setFilter(filter);
            m_sources->setText(m_hidden.isEmpty() ? QStringLiteral("All sources") : QStringLiteral("%1 hidden").arg(m_hidden.size()));
        });
    }
    menu->popup(at->mapToGlobal(QPoint(0, at->height())));
}

void Dock::refresh(const cutover::RunState& state)
{
    logSides().clear();
    for (const QString& name : state.sourceProviders)
        logSides().insert(name, SideTone::Source);
    for (const QString& name : state.targetProviders)
        logSides().insert(name, SideTone::Target);
    m_tasks->set(state.tasks);
    int running = 0;
    int done = 0;
    int failed = 0;
    for (const cutover::TaskProgress& task : state.tasks) {
        if (task.failed)
            ++failed;
        else if (task.running)
            ++running;
        else if (task.part >= 1)
            ++done;
    }
    QStringList words;
    if (failed > 0)
        words.append(QStringLiteral("%1 stopped").arg(failed));
    if (running > 0)
        words.append(QStringLiteral("%1 running").arg(running));
    if (done > 0)
        words.append(QStringLiteral("%1 done").arg(done));
    m_tasksCaption->setText(words.join(QStringLiteral(", ")));
}

Ticker::Ticker(QWidget* parent) : PaintedWidget(parent)
{
    setObjectName(QStringLiteral("ticker"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    onTheme(this, [this] { setFixedHeight(Theme::instance().scaled(28)); });
}

void Ticker::setStore(logs::LogStore* store)
{
    if (m_log)
        m_log->disconnect(this);
    m_log = store;
    if (m_log)
        connect(m_log, &logs::LogStore::grew, this, &Ticker::newest);
}

void Ticker::newest()
{
    if (m_idle)
        return;
    m_time.clear();
    m_text.clear();
    for (qsizetype i = m_log ? m_log->size() - 1 : -1; i >= 0; --i) {
        if (m_log->head(i).level == LogLevel::Debug)
            continue;
        const LogLine line = m_log->line(i);
        m_time = clockUtc(line.time);
        m_text = (line.simulated ? QStringLiteral("[simulator] ") : QString()) + line.message;
        break;
    }
    update();
}

void Ticker::setIdle(const QString& word, const QString& sentence)
{
    m_idle = true;
    m_light = Health::Ok;
    m_word = word;
    m_time.clear();
    m_text = sentence;
    update();
}

void Ticker::refresh(const cutover::RunState& s)
{
    using cutover::RunPhase;
    m_idle = false;
    const cutover::StepView* active = s.step(s.activeStep);
    const QString step = active ? QStringLiteral(", step %1").arg(active->number) : QString();
    switch (s.phase) {
    case RunPhase::NotStarted:
        m_light = Health::Off;
        m_word = QStringLiteral("Not started");
        break;
    case RunPhase::Held:
        m_light = Health::Held;
        m_word = QStringLiteral("Held") + step;
        break;
    case RunPhase::NeedsYou:
        m_light = Health::Held;
        m_word = QStringLiteral("Waiting for you") + step;
        break;
    case RunPhase::Failed:
        m_light = Health::Failed;
        m_word = QStringLiteral("Stopped") + step;
        break;
    case RunPhase::RollingBack:
        m_light = Health::Working;
        m_word = QStringLiteral("Going back to ") + s.sourceTitle;
        break;
    case RunPhase::RolledBack:
        m_light = Health::Off;
        m_word = QStringLiteral("Rolled back");
        break;
    case RunPhase::Complete:
        m_light = Health::Ok;
        m_word = QStringLiteral("Plan complete");
        break;
    case RunPhase::Running:
        m_light = Health::Working;
        m_word = s.nowTitle;
        break;
    }
    newest();
}

void Ticker::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    p.fillRect(rect(), ui::color(Role::Panel));
    paint::hline(&p, 0, width(), 0);
    const QRectF box(0, 1, width(), height() - 1);
    paint::light(&p, QRectF(12, 1, 8, box.height()), m_light, 8);
    qreal x = 26;
    x += paint::text(&p, QRectF(x, 1, width() * 0.4, box.height()), m_word, Style::SmallStrong, Role::Text1);
    x += 12;
    paint::vline(&p, x, 6, height() - 5);
    x += 13;
    qreal right = width() - 12;
    const auto key = [&](const QString& keys, const QString& word) {
        const qreal w = paint::textWidth(word, Style::Small);
        paint::text(&p, QRectF(right - w, 1, w + 1, box.height()), word, Style::Small, Role::Text3);
        right -= w + 6;
        paint::keyCap(&p, QRectF(0, 1, right, box.height()), keys, true);
        right -= paint::keyCapWidth(keys) + 12;
    };
    if (!m_idle)
        key(QStringLiteral("Ctrl L"), QStringLiteral("Dock"));
    key(QStringLiteral("Ctrl K"), QStringLiteral("Commands"));
    if (!m_time.isEmpty()) {
        x += paint::text(&p, QRectF(x, 1, 100, box.height()), m_time, Style::ValueSmall, Role::Text3) + 10;
    }
    paint::text(&p, QRectF(x, 1, right - x, box.height()), m_text, m_idle ? Style::Small : Style::Value, m_idle ? Role::Text3 : Role::Text2);
}

} // namespace switchyard::ui
