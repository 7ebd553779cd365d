#pragma once

#include <QProxyStyle>

class QFocusFrame;

namespace switchyard::ui {

/// Fusion with our own focus rings, check boxes, radio buttons, combo boxes and scroll bars, and without button shading.
class SwitchyardStyle final : public QProxyStyle {
    Q_OBJECT
public:
    SwitchyardStyle();
    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter, const QWidget* widget) const override;
    void drawControl(ControlElement element, const QStyleOption* option, QPainter* painter, const QWidget* widget) const override;
    void drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter, const QWidget* widget) const override;
    [[nodiscard]] int pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const override;
    [[nodiscard]] int styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget, QStyleHintReturn* data) const override;
    [[nodiscard]] QRect subControlRect(ComplexControl control, const QStyleOptionComplex* option, SubControl sub, const QWidget* widget) const override;
    void polish(QWidget* widget) override;
    void unpolish(QWidget* widget) override;
    using QProxyStyle::polish;
    using QProxyStyle::unpolish;
};

/// Shows the ring around a widget that got the focus by keyboard. Widgets that paint their own focus don't ask for it.
/// Call once a widget, after its construction.
void useFocusRing(QWidget* widget);
/// The ring itself: 2 px `focus` with a 1 px gap outside `box`.
void paintFocusRing(QPainter* painter, const QRectF& box, qreal radius = 4);
/// The ring inside, for rows.
void paintInnerRing(QPainter* painter, const QRectF& box, qreal radius = 0);

} // namespace switchyard::ui
