#include "widgets/theme/SwitchyardStyle.h"

#include "widgets/theme/Icons.h"
#include "widgets/theme/Theme.h"

#include <QAbstractScrollArea>
#include <QComboBox>
#include <QEvent>
#include <QFocusEvent>
#include <QFocusFrame>
#include <QPainter>
#include <QPointer>
#include <QStyleOption>
#include <QStyleOptionComboBox>

namespace switchyard::ui {

namespace {

/// One frame for the whole program, moved to whichever ring-using widget has the keyboard's focus.
class RingKeeper final : public QObject {
public:
    static RingKeeper& instance()
    {
        static RingKeeper* keeper = new RingKeeper;
        return *keeper;
    }
    bool eventFilter(QObject* object, QEvent* event) override
    {
        auto* widget = qobject_cast<QWidget*>(object);
        if (!widget)
            return false;
        if (event->type() == QEvent::FocusIn) {
            const auto reason = static_cast<QFocusEvent*>(event)->reason();
            const bool keyboard = reason == Qt::TabFocusReason || reason == Qt::BacktabFocusReason || reason == Qt::ShortcutFocusReason
                || reason == Qt::OtherFocusReason;
            show(keyboard ? widget : nullptr);
        } else if (event->type() == QEvent::FocusOut || event->type() == QEvent::Hide) {
            if (m_frame && m_frame->widget() == widget)
                show(nullptr);
        } else if (event->type() == QEvent::KeyPress && widget->hasFocus() && (!m_frame || m_frame->widget() != widget)) {
            show(widget);
        }
        return false;
    }

private:
    void show(QWidget* widget)
    {
        if (!m_frame) {
            if (!widget)
                return;
            m_frame = new QFocusFrame;
        }
        m_frame->setWidget(widget);
    }
    QPointer<QFocusFrame> m_frame;
};

bool keyboardFocus(const QStyleOption* option)
{
    return (option->state & QStyle::State_HasFocus) && (option->state & QStyle::State_KeyboardFocusChange);
}

} // namespace

void useFocusRing(QWidget* widget) { widget->installEventFilter(&RingKeeper::instance()); }

void paintFocusRing(QPainter* painter, const QRectF& box, qreal radius)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setBrush(Qt::NoBrush);
    painter->setPen(QPen(color(Role::Focus), 2));
    painter->drawRoundedRect(box.adjusted(-2, -2, 2, 2), radius + 2, radius + 2);
    painter->restore();
}

void paintInnerRing(QPainter* painter, const QRectF& box, qreal radius)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setBrush(Qt::NoBrush);
    painter->setPen(QPen(color(Role::Focus), 2));
    painter->drawRoundedRect(box.adjusted(1, 1, -1, -1), radius, radius);
    painter->restore();
}

SwitchyardStyle::SwitchyardStyle() : QProxyStyle(QStringLiteral("fusion")) { }

void SwitchyardStyle::polish(QWidget* widget)
{
    QProxyStyle::polish(widget);
    if (widget->inherits("QAbstractButton") || widget->inherits("QComboBox") || widget->inherits("QScrollBar"))
        widget->setAttribute(Qt::WA_Hover);
}

void SwitchyardStyle::unpolish(QWidget* widget) { QProxyStyle::unpolish(widget); }

void SwitchyardStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter, const QWidget* widget) const
{
    switch (element) {
    case PE_FrameFocusRect:
        if (keyboardFocus(option))
            paintInnerRing(painter, QRectF(option->rect));
        return;
    case PE_PanelItemViewRow:
        return;
    case PE_IndicatorCheckBox: {
        const QRectF box = QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5);
        const bool on = option->state & State_On;
        const bool enabled = option->state & State_Enabled;
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(QPen(color(!enabled ? Role::Line : on ? Role::Text1 : Role::LineControl), 1));
        painter->setBrush(on ? color(enabled ? Role::Text1 : Role::Line) : color(Role::Inset));
        painter->drawRoundedRect(box, 3, 3);
        if (on)
            icons::paint(painter, QRectF(option->rect), QStringLiteral("tick"), color(Role::Panel), 12);
        painter->restore();
        return;
    }
    case PE_IndicatorRadioButton: {
        const QRectF box = QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5);
        const bool on = option->state & State_On;
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(QPen(color(on ? Role::Text1 : Role::LineControl), 1));
        painter->setBrush(color(on ? Role::Text1 : Role::Inset));
        painter->drawEllipse(box);
        if (on) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(color(Role::Panel));
            painter->drawEllipse(box.center(), 3, 3);
        }
        painter->restore();
        return;
    }
    case PE_FrameTabWidget:
    case PE_FrameTabBarBase:
    case PE_FrameDockWidget:
        return;
    default:
        QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void SwitchyardStyle::drawControl(ControlElement element, const QStyleOption* option, QPainter* painter, const QWidget* widget) const
{
    if (element == CE_FocusFrame) {
        paintFocusRing(painter, QRectF(option->rect).adjusted(3, 3, -3, -3));
        return;
    }
    if (element == CE_ComboBoxLabel) {
        const auto* combo = qstyleoption_cast<const QStyleOptionComboBox*>(option);
        if (combo && !combo->editable) {
            painter->save();
            painter->setFont(widget ? widget->font() : font(Style::Body));
            painter->setPen(color((option->state & State_Enabled) ? Role::Text1 : Role::TextDisabled));
            const QRect box = option->rect.adjusted(9, 0, -28, 0);
            painter->drawText(box, Qt::AlignVCenter | Qt::AlignLeft, painter->fontMetrics().elidedText(combo->currentText, Qt::ElideRight, box.width()));
            painter->restore();
            return;
        }
    }
    QProxyStyle::drawControl(element, option, painter, widget);
}

void SwitchyardStyle::drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter, const QWidget* widget) const
{
    if (control == CC_ComboBox) {
        const bool enabled = option->state & State_Enabled;
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(QPen(color(enabled ? Role::LineControl : Role::Line), 1));
        painter->setBrush(color(enabled ? Role::Inset : Role::Panel));
        painter->drawRoundedRect(QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
        const QRectF arrow(option->rect.right() - 23, option->rect.y(), 16, option->rect.height());
        icons::paint(painter, arrow, QStringLiteral("chevron-down"), color(enabled ? Role::Text2 : Role::TextDisabled));
        painter->restore();
        return;
    }
    if (control == CC_ScrollBar) {
        const auto* slider = qstyleoption_cast<const QStyleOptionSlider*>(option);
        if (slider) {
            const QRectF handle = QRectF(proxy()->subControlRect(CC_ScrollBar, option, SC_ScrollBarSlider, widget));
            if (slider->maximum > slider->minimum) {
                painter->save();
                painter->setRenderHint(QPainter::Antialiasing);
                painter->setPen(Qt::NoPen);
                painter->setBrush(color((option->state & State_MouseOver) ? Role::LineControl : Role::Track));
                painter->drawRoundedRect(handle.adjusted(2, 2, -2, -2), 2, 2);
                painter->restore();
            }
            return;
        }
    }
    QProxyStyle::drawComplexControl(control, option, painter, widget);
}

QRect SwitchyardStyle::subControlRect(ComplexControl control, const QStyleOptionComplex* option, SubControl sub, const QWidget* widget) const
{
    if (control == CC_ScrollBar) {
        const auto* bar = qstyleoption_cast<const QStyleOptionSlider*>(option);
        if (bar) {
            const QRect all = option->rect;
            const bool lying = bar->orientation == Qt::Horizontal;
            const int length = lying ? all.width() : all.height();
            if (sub == SC_ScrollBarAddLine || sub == SC_ScrollBarSubLine)
                return {};
            if (sub == SC_ScrollBarGroove)
                return all;
            const qint64 range = qint64(bar->maximum) - bar->minimum;
            int size = length;
            if (range > 0)
                size = qMax(24, int(qint64(length) * bar->pageStep / (range + qMax(1, bar->pageStep))));
            size = qMin(size, length);
            const int at = range > 0 ? sliderPositionFromValue(bar->minimum, bar->maximum, bar->sliderPosition, length - size, bar->upsideDown) : 0;
            QRect handle = lying ? QRect(all.x() + at, all.y(), size, all.height()) : QRect(all.x(), all.y() + at, all.width(), size);
            if (sub == SC_ScrollBarSlider)
                return handle;
            if (sub == SC_ScrollBarSubPage)
                return lying ? QRect(all.x(), all.y(), at, all.height()) : QRect(all.x(), all.y(), all.width(), at);
            if (sub == SC_ScrollBarAddPage)
                return lying ? QRect(all.x() + at + size, all.y(), length - at - size, all.height()) : QRect(all.x(), all.y() + at + size, all.width(), length - at - size);
        }
    }
    return QProxyStyle::subControlRect(control, option, sub, widget);
}

int SwitchyardStyle::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const
{
    switch (metric) {
    case PM_ScrollBarExtent: return 8;
    case PM_ScrollBarSliderMin: return 24;
    case PM_IndicatorWidth:
    case PM_IndicatorHeight:
    case PM_ExclusiveIndicatorWidth:
    case PM_ExclusiveIndicatorHeight: return 16;
    case PM_CheckBoxLabelSpacing:
    case PM_RadioButtonLabelSpacing: return 8;
    case PM_FocusFrameHMargin:
    case PM_FocusFrameVMargin: return 3;
    case PM_SplitterWidth: return 1;
    case PM_DockWidgetFrameWidth: return 0;
    case PM_DockWidgetSeparatorExtent: return 1;
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical: return 0;
    default: return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int SwitchyardStyle::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget, QStyleHintReturn* data) const
{
    switch (hint) {
    case SH_FocusFrame_AboveWidget: return 1;
    case SH_ScrollBar_Transient: return 0;
    case SH_EtchDisabledText: return 0;
    case SH_ItemView_ActivateItemOnSingleClick: return 0;
    case SH_UnderlineShortcut: return 0;
    case SH_ToolTip_WakeUpDelay: return 400;
    case SH_DialogButtonBox_ButtonsHaveIcons: return 0;
    case SH_Widget_Animation_Duration: return 0;
    default: return QProxyStyle::styleHint(hint, option, widget, data);
    }
}

} // namespace switchyard::ui
