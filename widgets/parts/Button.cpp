#include "widgets/parts/Button.h"

#include "widgets/theme/SwitchyardStyle.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>

#include <cmath>

namespace switchyard::ui {

namespace {

struct ButtonLook {
    QColor ground, line, text;
};

ButtonLook buttonLook(ButtonKind kind, bool enabled, bool hover, bool down, bool on)
{
    const Theme& t = Theme::instance();
    const bool bare = kind == ButtonKind::Quiet || kind == ButtonKind::Link;
    if (!enabled)
        return {bare ? QColor() : t.color(Role::Panel), bare ? QColor() : t.color(Role::Line), t.color(Role::TextDisabled)};
    const auto filled = [&](Role fill, Role text) -> ButtonLook {
        QColor ground = t.color(fill);
        if (down)
            ground = Theme::mixed(Qt::black, ground, 0.16);
        else if (hover)
            ground = Theme::mixed(Qt::white, ground, 0.14);
        return {ground, {}, t.color(text)};
    };
    const auto outlined = [&](Role role) -> ButtonLook {
        QColor ground = t.color(Role::Panel);
        if (down)
            ground = t.mixed(role, Role::Panel, 0.24);
        else if (hover)
            ground = t.tint(role);
        return {ground, t.mixed(role, Role::Panel, 0.55), t.color(role)};
    };
    switch (kind) {
    case ButtonKind::Plain: return {t.color(down || on ? Role::Selected : hover ? Role::Hover : Role::Raised), t.color(Role::Line), t.color(Role::Text1)};
    case ButtonKind::Quiet: return {down || on ? t.color(Role::Selected) : hover ? t.color(Role::Hover) : QColor(), {}, t.color(Role::Text2)};
    case ButtonKind::Link: return {{}, {}, t.color(Role::Focus)};
    case ButtonKind::Write: return filled(Role::ModeFill, Role::ModeFillText);
    case ButtonKind::Danger: return filled(Role::DangerFill, Role::DangerFillText);
    case ButtonKind::Return: return outlined(Role::Danger);
    case ButtonKind::ReturnPast: return outlined(Role::Pnr);
    case ButtonKind::NeutralStrong: return {t.color(hover && !down ? Role::Text2 : Role::Text1), {}, t.color(Role::Panel)};
    }
    return {};
}

} // namespace

Button::Button(const QString& text, ButtonKind kind, QWidget* parent) : Button(QString(), text, kind, parent) { }

Button::Button(const QString& iconName, const QString& text, ButtonKind kind, QWidget* parent) : QAbstractButton(parent), m_kind(kind), m_icon(iconName)
{
    setText(text);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    useFocusRing(this);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

Button* Button::iconOnly(const QString& iconName, const QString& name, QWidget* parent)
{
    auto* button = new Button(iconName, QString(), ButtonKind::Quiet, parent);
    button->setAccessibleName(name);
    button->setToolTip(name);
    return button;
}

void Button::setKind(ButtonKind kind)
{
    m_kind = kind;
    updateGeometry();
    update();
}

void Button::setButtonSize(ButtonSize size)
{
    m_size = size;
    updateGeometry();
}

void Button::setIconName(const QString& name)
{
    m_icon = name;
    updateGeometry();
    update();
}

void Button::setTrailingIcon(const QString& name)
{
    m_trailing = name;
    updateGeometry();
}

void Button::setKeys(const QString& keys)
{
    m_keys = keys;
    updateGeometry();
}

void Button::setAlignLeft(bool on) { m_left = on; }

void Button::setWhyDisabled(const QString& reason) { m_why = reason; }

int Button::buttonHeight() const
{
    const Theme& t = Theme::instance();
    switch (m_size) {
    case ButtonSize::Dense: return t.scaled(24);
    case ButtonSize::Normal: return t.scaled(28);
    case ButtonSize::Dialog: return t.scaled(36);
    case ButtonSize::Large: return t.scaled(40);
    }
    return 28;
}

Style Button::textStyle() const
{
    if (m_styled)
        return m_style;
    if (m_kind == ButtonKind::Link)
        return Style::SmallMedium;
    if (m_size == ButtonSize::Large && m_kind == ButtonKind::Write)
        return Style::H2;
    const bool strong = m_kind == ButtonKind::Write || m_kind == ButtonKind::NeutralStrong || m_kind == ButtonKind::Danger;
    return strong ? Style::BodyStrong : Style::BodyMedium;
}

QSize Button::sizeHint() const
{
    const Theme& t = Theme::instance();
    const int height = m_kind == ButtonKind::Link ? qMax(t.lineHeight(textStyle()), t.scaled(20)) : buttonHeight();
    if (text().isEmpty())
        return {height, height};
    qreal width = paint::textWidth(text(), textStyle()) + (m_kind == ButtonKind::Link ? 0 : 24);
    if (!m_icon.isEmpty())
        width += t.scaled(16) + 6;
    if (!m_trailing.isEmpty())
        width += t.scaled(16) + 6;
    if (!m_keys.isEmpty())
        width += paint::keyCapWidth(m_keys) + 12;
    return {static_cast<int>(std::ceil(width)) + (m_kind == ButtonKind::Link ? 0 : 1), height};
}

void Button::paintEvent(QPaintEvent*)
{
    const Theme& t = Theme::instance();
    QPainter p(this);
    const ButtonLook look = buttonLook(m_kind, isEnabled(), underMouse(), isDown(), isChecked());
    if (look.ground.isValid() || look.line.isValid())
        paint::box(&p, QRectF(rect()), look.ground, look.line, 4);
    const Style style = textStyle();
    const int iconSize = t.scaled(16);
    if (text().isEmpty()) {
        icons::paint(&p, QRectF(rect()), m_icon, look.text, iconSize);
        return;
    }
    const qreal words = paint::textWidth(text(), style);
    qreal content = words + (m_icon.isEmpty() ? 0 : iconSize + 6) + (m_trailing.isEmpty() ? 0 : iconSize + 6);
    qreal x = m_kind == ButtonKind::Link ? 0 : 12;
    if (!m_left && m_keys.isEmpty() && m_kind != ButtonKind::Link)
        x = qMax(8.0, (width() - content) / 2);
    if (!m_icon.isEmpty()) {
        icons::paint(&p, QRectF(x, 0, iconSize, height()), m_icon, look.text, iconSize);
        x += iconSize + (m_left ? 12 : 6);
    }
    const qreal right = width() - (m_keys.isEmpty() ? 0 : paint::keyCapWidth(m_keys) + 20) - (m_kind == ButtonKind::Link ? 0 : 4);
    const qreal drawn = paint::text(&p, QRectF(x, 0, right - x, height()), text(), style, look.text);
    if (m_kind == ButtonKind::Link && underMouse() && isEnabled())
        p.fillRect(QRectF(x, height() / 2.0 + t.lineHeight(style) / 2.0 - 2, drawn, 1), look.text);
    if (!m_trailing.isEmpty())
        icons::paint(&p, QRectF(x + words + 6, 0, iconSize, height()), m_trailing, look.text, iconSize);
    if (!m_keys.isEmpty())
        paint::keyCap(&p, QRectF(rect()).adjusted(0, 0, -12, 0), m_keys, true);
}

bool Button::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip && !isEnabled() && !m_why.isEmpty()) {
        QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), m_why, this);
        return true;
    }
    return QAbstractButton::event(event);
}

void Button::keyPressEvent(QKeyEvent* event)
{
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && !event->isAutoRepeat() && event->modifiers() == Qt::NoModifier) {
        click();
        return;
    }
    QAbstractButton::keyPressEvent(event);
}

Switch::Switch(const QString& text, QWidget* parent) : QAbstractButton(parent)
{
    setText(text);
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    useFocusRing(this);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

QSize Switch::sizeHint() const
{
    return {static_cast<int>(std::ceil(paint::textWidth(text(), Style::Body))) + 38, Theme::instance().scaled(24)};
}

QSize Switch::minimumSizeHint() const { return {60, Theme::instance().scaled(24)}; }

void Switch::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    p.setRenderHint(QPainter::Antialiasing);
    const QRectF track(0, (height() - 16) / 2.0, 28, 16);
    const bool on = isChecked();
    p.setPen(on ? QPen(Qt::NoPen) : QPen(color(Role::LineControl), 1));
    p.setBrush(color(on ? (isEnabled() ? Role::ModeFill : Role::Line) : Role::Inset));
    const qreal in = on ? 0 : 0.5;
    p.drawRoundedRect(track.adjusted(in, in, -in, -in), 8 - in, 8 - in);
    p.setPen(Qt::NoPen);
    p.setBrush(color(on ? Role::ModeFillText : Role::LineControl));
    p.drawEllipse(QPointF(on ? 20 : 8, height() / 2.0), on ? 5.5 : 5, on ? 5.5 : 5);
    paint::text(&p, QRectF(36, 0, width() - 36, height()), text(), Style::Body, isEnabled() ? (on ? Role::Text1 : Role::Text2) : Role::TextDisabled);
}

void Switch::keyPressEvent(QKeyEvent* event)
{
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && !event->isAutoRepeat()) {
        click();
        return;
    }
    QAbstractButton::keyPressEvent(event);
}

// One cell is a real button, so that it is reached, named and pressed like one.
class SegmentedControl::Cell final : public QAbstractButton {
public:
    Cell(const SegmentedControl::Segment& s, SegmentedControl* parent) : QAbstractButton(parent), segment(s)
    {
        setText(s.text);
        setCheckable(true);
        setAttribute(Qt::WA_Hover);
        setFocusPolicy(Qt::TabFocus);
        useFocusRing(this);
        name();
    }
    void name() { setAccessibleName(segment.count.isEmpty() ? segment.text : segment.text + u' ' + segment.count); }
    [[nodiscard]] QSize sizeHint() const override
    {
        const Theme& t = Theme::instance();
        qreal width = 24 + paint::textWidth(segment.text, Style::SmallMedium);
        if (!segment.count.isEmpty())
            width += 6 + paint::textWidth(segment.count, Style::ValueSmall);
        if (!segment.icon.isEmpty())
            width += t.scaled(14) + 6;
        return {static_cast<int>(std::ceil(width)), t.scaled(28)};
    }
    SegmentedControl::Segment segment;

protected:
    void paintEvent(QPaintEvent*) override
    {
        const Theme& t = Theme::instance();
        QPainter p(this);
        if (isChecked())
            paint::box(&p, QRectF(rect()).adjusted(1, 1, -1, -1), t.color(Role::Selected), {}, 3);
        else if (underMouse())
            paint::box(&p, QRectF(rect()).adjusted(1, 1, -1, -1), t.color(Role::Hover), {}, 3);
        qreal x = 12;
        if (!segment.icon.isEmpty()) {
            icons::paint(&p, QRectF(x, 0, t.scaled(14), height()), segment.icon, t.color(segment.iconRole), t.scaled(14));
            x += t.scaled(14) + 6;
        }
        x += paint::text(&p, QRectF(x, 0, width(), height()), segment.text, isChecked() ? Style::SmallStrong : Style::SmallMedium,
                         isChecked() ? Role::Text1 : Role::Text2, Qt::AlignLeft | Qt::AlignVCenter, Qt::ElideNone);
        if (!segment.count.isEmpty())
            paint::text(&p, QRectF(x + 6, 0, width(), height()), segment.count, Style::ValueSmall, Role::Text3, Qt::AlignLeft | Qt::AlignVCenter, Qt::ElideNone);
    }
};

SegmentedControl::SegmentedControl(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        updateGeometry();
        place();
        update();
    });
}

void SegmentedControl::setSegments(const QList<Segment>& segments)
{
    qDeleteAll(m_cells);
    m_cells.clear();
    for (const Segment& segment : segments) {
        auto* cell = new Cell(segment, this);
        connect(cell, &QAbstractButton::clicked, this, [this, cell] {
            if (m_multiple) {
                Q_EMIT checkedChanged(checked());
            } else {
                setCurrent(cell->segment.id);
                Q_EMIT currentChanged(cell->segment.id);
            }
        });
        cell->show();
        m_cells.append(cell);
    }
    if (!m_multiple && !m_cells.isEmpty())
        setCurrent(m_cells.first()->segment.id);
    updateGeometry();
    place();
}

void SegmentedControl::setCount(const QString& id, const QString& count)
{
    for (Cell* cell : m_cells) {
        if (cell->segment.id != id || cell->segment.count == count)
            continue;
        cell->segment.count = count;
        cell->name();
        cell->update();
        updateGeometry();
        place();
    }
}

QString SegmentedControl::current() const { return m_current; }

void SegmentedControl::setCurrent(const QString& id)
{
    m_current = id;
    for (Cell* cell : m_cells)
        cell->QAbstractButton::setChecked(cell->segment.id == id);
    update();
}

QStringList SegmentedControl::checked() const
{
    QStringList ids;
    for (const Cell* cell : m_cells) {
        if (cell->isChecked())
            ids.append(cell->segment.id);
    }
    return ids;
}

void SegmentedControl::setChecked(const QStringList& ids)
{
    for (Cell* cell : m_cells)
        cell->QAbstractButton::setChecked(ids.contains(cell->segment.id));
}

QSize SegmentedControl::sizeHint() const
{
    int width = 0;
    for (const Cell* cell : m_cells)
        width += cell->sizeHint().width();
    return {width, Theme::instance().scaled(28)};
}

void SegmentedControl::place()
{
    int x = 0;
    for (Cell* cell : m_cells) {
        cell->setGeometry(x, 0, cell->sizeHint().width(), height());
        x += cell->sizeHint().width();
    }
}

void SegmentedControl::resizeEvent(QResizeEvent*) { place(); }

void SegmentedControl::keyPressEvent(QKeyEvent* event)
{
    int at = -1;
    for (int i = 0; i < m_cells.size(); ++i) {
        if (m_cells.at(i)->hasFocus())
            at = i;
    }
    const int step = event->key() == Qt::Key_Right ? 1 : event->key() == Qt::Key_Left ? -1 : 0;
    if (at < 0 || step == 0)
        return QWidget::keyPressEvent(event);
    Cell* next = m_cells.at((at + step + static_cast<int>(m_cells.size())) % static_cast<int>(m_cells.size()));
    next->setFocus(Qt::TabFocusReason);
    if (!m_multiple)
        next->click();
}

void SegmentedControl::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    paint::box(&p, QRectF(rect()), color(Role::Raised), color(Role::Line), 4);
    for (int i = 1; i < m_cells.size(); ++i)
        paint::vline(&p, m_cells.at(i)->x(), 1, height() - 1);
}

} // namespace switchyard::ui
