#include "widgets/logs/SourceBar.h"

#include "widgets/parts/PaintedWidget.h"
#include "widgets/theme/SwitchyardStyle.h"

#include <QMenu>
#include <QPainter>

#include <cmath>

namespace switchyard::ui {

class SourceBar::Chip final : public QAbstractButton {
public:
    Chip(const QString& name, const LogLook* look, QWidget* parent) : QAbstractButton(parent), source(name), m_look(look)
    {
        setCheckable(true);
        setChecked(true);
        setFocusPolicy(Qt::TabFocus);
        setAttribute(Qt::WA_Hover);
        useFocusRing(this);
    }
    void setCount(qint64 lines)
    {
        m_count = grouped(lines);
        setAccessibleName(QStringLiteral("%1, %2 lines").arg(m_look->title(source), m_count));
        update();
    }
    [[nodiscard]] QSize sizeHint() const override
    {
        const Theme& t = Theme::instance();
        return {static_cast<int>(std::ceil(8 + t.scaled(16) + 8 + paint::textWidth(m_look->title(source), Style::SmallMedium) + 6 + paint::textWidth(m_count, Style::ValueSmall) + 8)), t.scaled(24)};
    }
    const QString source;

protected:
    void paintEvent(QPaintEvent*) override
    {
        const Theme& t = Theme::instance();
        QPainter p(this);
        const bool on = isChecked();
        paint::box(&p, QRectF(rect()), t.color(underMouse() ? Role::Hover : on ? Role::Raised : Role::Panel), t.color(on ? Role::Line : Role::LineSoft), 4, !on);
        const qreal side = t.scaled(16);
        paint::tile(&p, QRectF(8, (height() - side) / 2, side, side), m_look->letters(source), on ? m_look->side(source) : SideTone::None, t.color(Role::Inset));
        qreal x = 16 + side;
        const Role tone = m_look->tone(source) == Role::Text2 ? Role::Text1 : m_look->tone(source);
        x += paint::text(&p, QRectF(x, 0, width(), height()), m_look->title(source), Style::SmallMedium, on ? tone : Role::Text3, Qt::AlignLeft | Qt::AlignVCenter, Qt::ElideNone) + 6;
        paint::text(&p, QRectF(x, 0, width(), height()), m_count, Style::ValueSmall, Role::Text3, Qt::AlignLeft | Qt::AlignVCenter, Qt::ElideNone);
        if (!on)
            p.fillRect(QRectF(16 + side, height() / 2, paint::textWidth(m_look->title(source), Style::SmallMedium), 1), t.color(Role::Text3)); // struck through: not by colour alone
    }

private:
    const LogLook* m_look;
    QString m_count;
};

SourceBar::SourceBar(const LogLook* look, QWidget* parent) : QWidget(parent), m_look(look)
{
    setObjectName(QStringLiteral("sources"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_more = new Button(QStringLiteral("More"), ButtonKind::Plain, this);
    m_more->setButtonSize(ButtonSize::Dense);
    m_more->setTextStyle(Style::SmallMedium);
    connect(m_more, &QAbstractButton::clicked, this, &SourceBar::more);
    onTheme(this, [this] {
        updateGeometry();
        place();
    });
}

void SourceBar::refresh(const logs::LogStore& store)
{
    for (int i = static_cast<int>(m_chips.size()); i < store.sources().size(); ++i) {
        auto* chip = new Chip(store.sources().at(i), m_look, this);
        connect(chip, &QAbstractButton::toggled, this, [this, chip](bool on) { set(chip->source, on); });
        m_chips.append(chip);
    }
    for (int i = 0; i < m_chips.size(); ++i)
        m_chips.at(i)->setCount(store.count(i));
    place();
}

void SourceBar::set(const QString& source, bool on)
{
    if (on)
        m_hidden.remove(source);
    else
        m_hidden.insert(source);
    Q_EMIT changed();
}

void SourceBar::showAll()
{
    m_hidden.clear();
    for (Chip* chip : m_chips) {
        const QSignalBlocker quiet(chip);
        chip->setChecked(true);
    }
}

void SourceBar::resizeEvent(QResizeEvent*) { place(); }

void SourceBar::place()
{
    int wanted = 0;
    for (const Chip* chip : m_chips)
        wanted += chip->sizeHint().width() + 6;
    const bool all = wanted - 6 <= width();
    m_more->resize(m_more->sizeHint());
    int x = 0;
    int left = 0;
    for (Chip* chip : m_chips) {
        const QSize size = chip->sizeHint();
        const bool fits = left == 0 && (all || x + size.width() + 6 + m_more->width() + 16 <= width());
        chip->setVisible(fits);
        if (!fits) {
            ++left;
            continue;
        }
        chip->setGeometry(x, 0, size.width(), size.height());
        x += size.width() + 6;
    }
    m_more->setVisible(left > 0);
    if (left > 0) {
        m_more->setText(QStringLiteral("+%1").arg(left));
        m_more->setAccessibleName(QStringLiteral("%1 more sources").arg(left));
        m_more->resize(m_more->sizeHint());
        m_more->move(x, 0);
    }
}

void SourceBar::more()
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (Chip* chip : m_chips) {
        if (!chip->isHidden())
            continue;
        QAction* action = menu->addAction(chip->accessibleName());
        action->setCheckable(true);
        action->setChecked(chip->isChecked());
        connect(action, &QAction::toggled, chip, &QAbstractButton::setChecked);
    }
    menu->popup(m_more->mapToGlobal(QPoint(0, m_more->height())));
}

} // namespace switchyard::ui
