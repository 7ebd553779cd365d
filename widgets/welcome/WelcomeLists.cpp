#include "widgets/welcome/WelcomeLists.h"

#include "widgets/theme/SwitchyardStyle.h"

#include <QKeyEvent>
#include <QPainter>

namespace switchyard::ui {

namespace {

class RecentPlanDelegate final : public QStyledItemDelegate {
public:
    RecentPlanDelegate(const std::vector<RecentPlan>* plans, QObject* parent) : QStyledItemDelegate(parent), m_plans(plans) { }
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {200, Theme::instance().rowHeight(52)}; }
    void paint(QPainter* p, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const Theme& t = Theme::instance();
        const RecentPlan& plan = (*m_plans)[static_cast<std::size_t>(index.row())];
        const QRectF row(option.rect);
        const bool selected = option.state & QStyle::State_Selected;
        if (selected)
            p->fillRect(row, t.color(Role::Selected));
        else if (option.state & QStyle::State_MouseOver)
            p->fillRect(row, t.color(Role::Hover));
        if (index.row() + 1 < static_cast<int>(m_plans->size()))
            paint::hline(p, row.left(), row.right(), row.bottom() - 1, Role::LineSoft);
        // The columns of the design's 904 px; with less room or larger text, state and date keep theirs and the route gives way.
        const Columns columns = measure(row);
        const qreal route = columns.route;
        const qreal chip = columns.chip;
        paint::text(p, QRectF(row.left() + 12, row.top(), route - row.left() - 26, row.height()), plan.name, Style::BodyStrong, Role::Text1);
        if (!plan.problem.isEmpty()) {
            icons::paint(p, QRectF(route, row.top(), 16, row.height()), QStringLiteral("failure"), t.color(Role::Danger), 14);
            paint::text(p, QRectF(route + 22, row.top(), row.right() - route - 34, row.height()), plan.problem, Style::Small, Role::Danger);
        } else {
            qreal x = route;
            const qreal tile = 24;
            const qreal tiles = static_cast<qreal>(plan.source.size() + plan.target.size()) * (tile + 8) + 22;
            const bool room = route + tiles < chip;
            const qreal y = row.center().y() - tile / 2;
            for (const QString& letters : room ? plan.source : QStringList()) {
                paint::tile(p, QRectF(x, y, tile, tile), letters, SideTone::Source);
                x += tile + 8;
            }
            if (room)
                icons::paint(p, QRectF(x, row.top(), 14, row.height()), QStringLiteral("arrow-right"), t.color(Role::Text2), 14);
            x += 22;
            for (const QString& letters : room ? plan.target : QStringList()) {
                paint::tile(p, QRectF(x, y, tile, tile), letters, SideTone::Target);
                x += tile + 8;
            }
            if (chip - x - 12 > 60)
                paint::text(p, QRectF(x + 4, row.top(), chip - x - 12, row.height()), plan.title, Style::Small, Role::Text2);
            const QRectF said(chip, row.top(), row.right() - 8 - chip, row.height());
            if (plan.tone == ChipTone::Mode) {
                const QRectF box(chip, row.center().y() - t.scaled(20) / 2.0, qMin(said.width(), paint::chipWidth(plan.state, plan.icon)), t.scaled(20));
                paint::box(p, box, t.tint(Role::Rehearsal), {}, 3);
                icons::paint(p, QRectF(box.left() + 6, box.top(), t.scaled(12), box.height()), plan.icon, t.color(Role::Rehearsal), t.scaled(12));
                paint::text(p, box.adjusted(10 + t.scaled(12), 0, -3, 0), plan.state, Style::LabelStrong, Role::Rehearsal);
            } else {
                paint::chip(p, said, plan.state, plan.tone, plan.icon);
            }
            if (columns.dated)
                paint::text(p, QRectF(chip, row.top(), row.right() - 16 - chip, row.height()), plan.date, plan.soon ? Style::SmallMedium : Style::Small,
                        plan.soon ? Role::Text1 : Role::Text3, Qt::AlignRight | Qt::AlignVCenter);
        }
        if ((option.state & QStyle::State_HasFocus) && (option.state & QStyle::State_KeyboardFocusChange))
            paintInnerRing(p, row);
    }

private:
    struct Columns {
        qreal route, chip;
        bool dated;
    };
    [[nodiscard]] Columns measure(const QRectF& row) const
    {
        qreal name = 0;
        qreal state = 0;
        qreal date = 0;
        for (const RecentPlan& plan : *m_plans) {
            name = qMax(name, paint::textWidth(plan.name, Style::BodyStrong));
            state = qMax(state, paint::chipWidth(plan.state, plan.icon));
            date = qMax(date, paint::textWidth(plan.date, plan.soon ? Style::SmallMedium : Style::Small));
        }
        const bool dated = row.right() - 16 - date - 12 - state >= row.left() + name + 28;
        const qreal chip = qMin(row.left() + 569, row.right() - 16 - state - (dated ? date + 12 : 0));
        const qreal route = chip < row.left() + 569 ? qMin(row.left() + 190, row.left() + name + 28) : row.left() + 190;
        return {qMax(route, qMin(row.left() + name + 28, chip - 8)), chip, dated};
    }
    const std::vector<RecentPlan>* m_plans;
};

} // namespace

void WelcomePage::PlanModel::fill(std::vector<RecentPlan> all)
{
    beginResetModel();
    plans = std::move(all);
    endResetModel();
}

int WelcomePage::PlanModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(plans.size()); }

QVariant WelcomePage::PlanModel::data(const QModelIndex& index, int role) const
{
    const RecentPlan& plan = plans[static_cast<std::size_t>(index.row())];
    if (role == Qt::DisplayRole)
        return plan.name;
    if (role == Qt::ToolTipRole)
        return plan.problem.isEmpty() ? plan.file : plan.problem;
    if (role == Qt::AccessibleTextRole)
        return plan.problem.isEmpty() ? QStringLiteral("%1, %2, %3, %4").arg(plan.name, plan.title, plan.state, plan.date) : plan.name + QStringLiteral(", ") + plan.problem;
    return {};
}

WelcomePage::PlanList::PlanList(PlanModel* model) : m_plans(model)
{
    setModel(model);
    setItemDelegate(new RecentPlanDelegate(&model->plans, this));
    setAccessibleName(QStringLiteral("Recent plans"));
    setFrameShape(QFrame::NoFrame);
    setMouseTracking(true);
    setUniformItemSizes(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setViewportMargins(1, 1, 1, 1);
    setProperty("ground", QStringLiteral("clear"));
    onTheme(this, [this] { sizeUp(); });
}

void WelcomePage::PlanList::sizeUp()
{
    const int rows = qBound(1, static_cast<int>(m_plans->plans.size()), 8);
    setFixedHeight(rows * Theme::instance().rowHeight(52) + 2);
    doItemsLayout();
}

void WelcomePage::PlanList::paintEvent(QPaintEvent* event)
{
    QPainter p(viewport());
    paint::box(&p, QRectF(viewport()->rect()).adjusted(-1, -1, 1, 1), ui::color(Role::Panel), {}, 6);
    if (m_plans->plans.empty())
        paint::text(&p, QRectF(viewport()->rect()).adjusted(12, 0, -12, 0), QStringLiteral("No plan has that name."), Style::Body, Role::Text3);
    p.end();
    QListView::paintEvent(event);
    QPainter over(viewport());
    paint::box(&over, QRectF(viewport()->rect()), {}, ui::color(Role::Line), 5);
}

void WelcomePage::PlanList::keyPressEvent(QKeyEvent* event)
{
    const bool letters = Theme::instance().letterKeys() && event->modifiers() == Qt::NoModifier;
    const int step = letters && event->key() == Qt::Key_J ? 1 : letters && event->key() == Qt::Key_K ? -1 : 0;
    if (step != 0) {
        const QModelIndex next = m_plans->index(qBound(0, currentIndex().row() + step, m_plans->rowCount() - 1));
        setCurrentIndex(next);
        return;
    }
    QListView::keyPressEvent(event);
}

WelcomePage::TemplateCard::TemplateCard(const TemplateInfo& info) : m_info(info)
{
    setText(info.title);
    setAccessibleName(info.title);
    setAccessibleDescription(info.text);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    useFocusRing(this);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

QSize WelcomePage::TemplateCard::sizeHint() const { return {293, Theme::instance().scaled(168)}; }

void WelcomePage::TemplateCard::keyPressEvent(QKeyEvent* event)
{
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && !event->isAutoRepeat()) {
        click();
        return;
    }
    QAbstractButton::keyPressEvent(event);
}

void WelcomePage::TemplateCard::paintEvent(QPaintEvent*)
{
    const Theme& t = Theme::instance();
    QPainter p(this);
    const QRectF all(rect());
    const bool file = m_info.id.isEmpty();
    paint::box(&p, all, file ? t.color(Role::Canvas) : t.color(underMouse() ? Role::Hover : Role::Panel), t.color(Role::Line), 6, file);
    const qreal inner = all.width() - 34;
    const qreal left = 17;
    const auto wrapped = [&](const QRectF& box, const QString& text, Role role) {
        p.setFont(ui::font(Style::Small));
        p.setPen(t.color(role));
        p.drawText(box, Qt::TextWordWrap | Qt::AlignLeft | Qt::AlignTop, text);
    };
    if (file) {
        const qreal top = all.height() / 2 - t.scaled(40);
        icons::paint(&p, QRectF(left, top, 20, 20), QStringLiteral("environments"), t.color(Role::Text2), 20);
        paint::text(&p, QRectF(left, top + t.scaled(34), inner, t.lineHeight(Style::BodyStrong)), m_info.title, Style::BodyStrong, Role::Text1);
        wrapped(QRectF(left, top + t.scaled(56), inner, t.scaled(48)), m_info.text, Role::Text3);
        return;
    }
    const qreal tile = 28;
    qreal x = left;
    for (const QString& letters : m_info.source) {
        paint::tile(&p, QRectF(x, 17, tile, tile), letters, SideTone::Source);
        x += tile + 4;
    }
    qreal right = left + inner;
    for (auto it = m_info.target.rbegin(); it != m_info.target.rend(); ++it) {
        paint::tile(&p, QRectF(right - tile, 17, tile, tile), *it, SideTone::Target);
        right -= tile + 4;
    }
    p.fillRect(QRectF(x - 4, 30, right + 4 - (x - 4), 2), t.color(Role::Track));
    paint::text(&p, QRectF(left, 17 + tile + 12, inner, t.lineHeight(Style::BodyStrong)), m_info.title, Style::BodyStrong, Role::Text1);
    wrapped(QRectF(left, 17 + tile + 12 + t.lineHeight(Style::BodyStrong) + 1, inner, t.scaled(34)), m_info.text, Role::Text2);
    const QRectF foot(left, all.height() - 14 - t.lineHeight(Style::Label), inner, t.lineHeight(Style::Label));
    if (m_info.steps > 0)
        paint::text(&p, foot, QStringLiteral("%1 steps").arg(m_info.steps), Style::Label, Role::Text3);
    const qreal words = paint::textWidth(m_info.downtime, Style::Label);
    paint::text(&p, foot, m_info.downtime, Style::Label, Role::Text3, Qt::AlignRight | Qt::AlignVCenter);
    if (!m_info.downtime.isEmpty())
        icons::paint(&p, QRectF(foot.right() - words - t.scaled(18), foot.top(), t.scaled(12), foot.height()), QStringLiteral("clock"), t.color(Role::Text3), t.scaled(12));
}

} // namespace switchyard::ui
