#pragma once

#include "app/cutover/RunState.h"
#include "widgets/theme/Theme.h"

#include <QPainter>

namespace switchyard::ui {

/// Colours and fonts of the report: the screen's own, or those of paper, which are always light and at 100 %. One painter routine serves both.
struct ReportInk {
    Ground ground = Ground::Light;
    int scale = 100;

    [[nodiscard]] static ReportInk screen() { return {Theme::instance().ground(), Theme::instance().textScale()}; }
    [[nodiscard]] static ReportInk paper() { return {Ground::Light, 100}; }
    [[nodiscard]] QColor color(Role role) const { return tokenColor(role, ground, Theme::instance().mode()); }
    [[nodiscard]] QColor mixed(Role over, Role under, double share) const { return Theme::mixed(color(over), color(under), share); }
    [[nodiscard]] QFont font(Style style) const;
    [[nodiscard]] qreal scaled(qreal px) const { return px * scale / 100; }
    [[nodiscard]] qreal line(Style style) const;
    [[nodiscard]] qreal width(const QString& text, Style style) const;
    /// One line, centred in the box's height, elided; returns its width.
    qreal text(QPainter* p, const QRectF& box, const QString& text, Style style, Role role, Qt::Alignment align = Qt::AlignLeft) const;
    /// Height of the text in lines of `style` when wrapped at `wide`; painted when `p` is given.
    qreal wrapped(QPainter* p, const QPointF& at, qreal wide, const QString& text, Style style, Role role) const;
    /// What visitors got: source and target calm, maintenance and failure loud.
    [[nodiscard]] QColor host(cutover::HostState state) const;
    /// Tick, triangle, square or diamond of an event, 8 px, centred. Drawn as shapes, so that paper is sharp.
    void mark(QPainter* p, const QPointF& at, const cutover::EventView& event) const;
};

} // namespace switchyard::ui
