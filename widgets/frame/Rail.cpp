#include "widgets/frame/Rail.h"

#include "widgets/parts/Panel.h"
#include "widgets/theme/SwitchyardStyle.h"

#include <QAbstractItemDelegate>
#include <QHelpEvent>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QToolTip>

#include <cmath>

namespace switchyard::ui {

class Rail::Model final : public QAbstractListModel {
public:
    using QAbstractListModel::QAbstractListModel;
    std::vector<Place> places;
    [[nodiscard]] int rowCount(const QModelIndex& parent) const override { return parent.isValid() ? 0 : static_cast<int>(places.size()); }
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override
    {
        const Place& place = places[static_cast<std::size_t>(index.row())];
        if (role == Qt::DisplayRole)
            return place.title;
        if (role == Qt::ToolTipRole)
            return QStringLiteral("%1 (Ctrl %2)").arg(place.title).arg(index.row() + 1);
        if (role == Qt::AccessibleTextRole)
            return place.count.text.isEmpty() ? place.title : place.title + QStringLiteral(", ") + place.count.text;
        return {};
    }
    void fill(const std::vector<Place>& all)
    {
        beginResetModel();
        places = all;
        endResetModel();
    }
    void setCount(const QString& id, const PageCount& count)
    {
        for (std::size_t i = 0; i < places.size(); ++i) {
            if (places[i].id != id || (places[i].count.text == count.text && places[i].count.tone == count.tone))
                continue;
            places[i].count = count;
            const QModelIndex at = index(static_cast<int>(i));
            Q_EMIT dataChanged(at, at);
        }
    }
};

class Rail::Delegate final : public QStyledItemDelegate {
public:
    Delegate(Rail* rail, Model* model) : QStyledItemDelegate(rail), m_rail(rail), m_model(model) { }
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override
    {
        // Folded there are only icons, which don't grow with the text.
        return {100, m_rail->folded() ? 36 : Theme::instance().rowHeight(36)};
    }
    void paint(QPainter* p, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const Theme& t = Theme::instance();
        const Place& place = m_model->places[static_cast<std::size_t>(index.row())];
        const QRectF row = QRectF(option.rect).adjusted(8, 0, -8, 0);
        const bool selected = option.state & QStyle::State_Selected;
        if (selected)
            paint::box(p, row, t.color(Role::Selected), {}, 4);
        else if (option.state & QStyle::State_MouseOver)
            paint::box(p, row, t.color(Role::Hover), {}, 4);
        if (selected) {
            p->save();
            p->setRenderHint(QPainter::Antialiasing);
            p->setPen(Qt::NoPen);
            p->setBrush(t.color(Role::ModeFill));
            p->drawRoundedRect(QRectF(row.left(), row.center().y() - 10, 3, 20), 1, 1);
            p->restore();
        }
        const QColor words = t.color(selected ? Role::Text1 : Role::Text2);
        const bool folded = m_rail->folded();
        const QRectF icon(folded ? row.left() + (row.width() - 16) / 2 : row.left() + 10, row.top(), 16, row.height());
        icons::paint(p, icon, place.icon, words, 16);
        Role tone = Role::Text3;
        switch (place.count.tone) {
        case PageCount::Tone::Calm: break;
        case PageCount::Tone::Strong: tone = Role::Text1; break;
        case PageCount::Tone::Caution: tone = Role::Warn; break;
        case PageCount::Tone::Done: tone = Role::Ok; break;
        case PageCount::Tone::Alarm: tone = Role::DangerFillText; break;
        }
        const bool alarm = place.count.tone == PageCount::Tone::Alarm;
        if (folded) {
            if (alarm || place.count.tone == PageCount::Tone::Caution)
                paint::light(p, QRectF(row.right() - 12, row.top() + 4, 10, 10), alarm ? Health::Failed : Health::Caution, 8);
        } else {
            qreal right = row.right() - 8;
            if (!place.count.text.isEmpty()) {
                const qreal width = paint::textWidth(place.count.text, Style::ValueSmall);
                if (alarm) {
                    const QRectF chip(right - width - 10, row.center().y() - t.scaled(16) / 2.0, width + 10, t.scaled(16));
                    paint::box(p, chip, t.color(Role::DangerFill), {}, 3);
                    paint::text(p, chip, place.count.text, Style::ValueSmall, tone, Qt::AlignCenter);
                    right = chip.left();
                } else {
                    paint::text(p, QRectF(row.left(), row.top(), right - row.left(), row.height()), place.count.text, Style::ValueSmall, tone, Qt::AlignRight | Qt::AlignVCenter);
                    right -= width;
                }
            }
            paint::text(p, QRectF(row.left() + 36, row.top(), right - row.left() - 40, row.height()), place.title, selected ? Style::BodyMedium : Style::Body, words);
        }
        if ((option.state & QStyle::State_HasFocus) && (option.state & QStyle::State_KeyboardFocusChange))
            paintInnerRing(p, row, 4);
    }

private:
    Rail* m_rail;
    Model* m_model;
};

/// Connections with the calls that are left, keyring, operator: painted rows of 24.
class Rail::Foot final : public PaintedWidget {
public:
    using PaintedWidget::PaintedWidget;
    void set(const cutover::RunState& state)
    {
        m_providers = state.providers;
        m_keyring = state.keyring;
        m_operator = state.operatorName;
        m_initials = state.operatorInitials;
        QStringList spoken;
        for (const cutover::ProviderView& p : m_providers)
            spoken.append(QStringLiteral("%1 %2").arg(p.name, healthName(p.health)));
        setAccessibleName(QStringLiteral("Connections: %1. %2. Operator %3").arg(spoken.join(QStringLiteral(", ")), m_keyring, m_operator));
        updateGeometry();
        update();
    }
    void setFolded(bool on)
    {
        m_folded = on;
        updateGeometry();
        update();
    }
    [[nodiscard]] QSize sizeHint() const override
    {
        const int count = static_cast<int>(m_providers.size());
        if (m_folded)
            return {56, count * 18 + 72};
        const int row = Theme::instance().scaled(24);
        return {100, (count + 1) * row + 16 + 2 * row + 8};
    }
    [[nodiscard]] QString spokenValue() const override { return {}; }

protected:
    void paintEvent(QPaintEvent*) override
    {
        const Theme& t = Theme::instance();
        QPainter p(this);
        const qreal row = m_folded ? 24 : t.scaled(24);
        qreal y = height() - 8 - 2 * row;
        if (m_folded) {
            icons::paint(&p, QRectF(0, y, width() - 1, row), QStringLiteral("lock"), t.color(Role::Text2), 14);
            paint::tile(&p, QRectF((width() - 17) / 2.0, y + row + 4, 16, 16), m_initials);
            for (auto it = m_providers.rbegin(); it != m_providers.rend(); ++it) {
                y -= 18;
                paint::light(&p, QRectF(0, y - 8, width() - 1, 18), it->health, 8);
            }
            return;
        }
        icons::paint(&p, QRectF(18, y, 14, row), QStringLiteral("lock"), t.color(Role::Text2), 14);
        paint::text(&p, QRectF(40, y, width() - 50, row), m_keyring, Style::Small, Role::Text2);
        paint::tile(&p, QRectF(18, y + row + (row - 16) / 2, 16, 16), m_initials);
        paint::text(&p, QRectF(42, y + row, width() - 52, row), m_operator, Style::Small, Role::Text2);
        y -= 8;
        paint::hline(&p, 8, width() - 9, y, Role::LineSoft);
        y -= 8;
        for (auto it = m_providers.rbegin(); it != m_providers.rend(); ++it) {
            y -= row;
            const bool bad = it->health == Health::Failed || it->health == Health::Unknown;
            paint::light(&p, QRectF(18, y, 8, row), it->health, 8);
            const QString left = it->callsLeft ? grouped(*it->callsLeft) : QString();
            paint::text(&p, QRectF(34, y, width() - 53, row), left, Style::ValueSmall, Role::Text3, Qt::AlignRight | Qt::AlignVCenter);
            paint::text(&p, QRectF(34, y, width() - 60 - paint::textWidth(left, Style::ValueSmall), row), it->name, Style::Small, bad ? Role::Text3 : Role::Text2);
        }
        if (!m_providers.empty()) {
            y -= row;
            paint::text(&p, QRectF(18, y, width() - 40 - paint::textWidth(QStringLiteral("calls left"), Style::Label), row), QStringLiteral("Connections"), Style::Label, Role::Text3);
            paint::text(&p, QRectF(34, y, width() - 53, row), QStringLiteral("calls left"), Style::Label, Role::Text3, Qt::AlignRight | Qt::AlignVCenter);
        }
    }
    bool event(QEvent* event) override
    {
        if (event->type() == QEvent::ToolTip) {
            const qreal row = m_folded ? 18 : Theme::instance().scaled(24);
            const qreal bottom = height() - 8 - 2 * row - 16;
            const int fromEnd = static_cast<int>((bottom - static_cast<QHelpEvent*>(event)->pos().y()) / row);
            const int index = static_cast<int>(m_providers.size()) - 1 - fromEnd;
            if (index >= 0 && index < static_cast<int>(m_providers.size())) {
                const cutover::ProviderView& view = m_providers[static_cast<std::size_t>(index)];
                QString text = view.name + QStringLiteral(", ") + healthName(view.health);
                if (view.readAt)
                    text += QStringLiteral(", read ") + clockUtc(*view.readAt);
                if (!view.problem.isEmpty())
                    text += u'\n' + view.problem;
                QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), text, this);
                return true;
            }
        }
        return PaintedWidget::event(event);
    }

private:
    std::vector<cutover::ProviderView> m_providers;
    QString m_keyring, m_operator, m_initials;
    bool m_folded = false;
};

Rail::Rail(QWidget* parent) : QWidget(parent), m_model(new Model(this)), m_list(new QListView(this)), m_foot(new Foot(this))
{
    setObjectName(QStringLiteral("rail"));
    m_list->setModel(m_model);
    m_list->setItemDelegate(new Delegate(this, m_model));
    m_list->setMouseTracking(true);
    m_list->setAccessibleName(QStringLiteral("Places"));
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setUniformItemSizes(true);
    auto* all = tight<QVBoxLayout>(this);
    all->setContentsMargins(0, 8, 1, 0);
    all->addWidget(m_list, 1);
    all->addWidget(m_foot);
    connect(m_list, &QListView::clicked, this, [this](const QModelIndex& index) { Q_EMIT chosen(m_model->places[static_cast<std::size_t>(index.row())].id); });
    connect(m_list, &QListView::activated, this, [this](const QModelIndex& index) { Q_EMIT chosen(m_model->places[static_cast<std::size_t>(index.row())].id); });
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& now) {
        if (now.isValid() && m_list->hasFocus())
            Q_EMIT chosen(m_model->places[static_cast<std::size_t>(now.row())].id);
    });
    onTheme(this, [this] { sizeUp(); });
}

void Rail::sizeUp()
{
    const Theme& t = Theme::instance();
    setFixedWidth(m_folded ? 56 : 184 + (t.textScale() - 100) * 8 / 10);
    m_list->doItemsLayout();
    update();
}

void Rail::setPlaces(const std::vector<Place>& places) { m_model->fill(places); }
void Rail::setCount(const QString& id, const PageCount& count) { m_model->setCount(id, count); }

void Rail::setCurrent(const QString& id)
{
    for (std::size_t i = 0; i < m_model->places.size(); ++i) {
        if (m_model->places[i].id == id)
            m_list->setCurrentIndex(m_model->index(static_cast<int>(i)));
    }
}

void Rail::setFolded(bool on)
{
    m_folded = on;
    m_foot->setFolded(on);
    sizeUp();
}

void Rail::refresh(const cutover::RunState& state) { m_foot->set(state); }

void Rail::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    p.fillRect(rect(), ui::color(Role::Panel));
    paint::vline(&p, width() - 1, 0, height());
}

} // namespace switchyard::ui
