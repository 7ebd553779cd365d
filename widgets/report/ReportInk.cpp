#include "widgets/report/ReportInk.h"

#include <QFontMetricsF>
#include <QTextLayout>

#include <cmath>

namespace switchyard::ui {

using cutover::HostState;

QFont ReportInk::font(Style style) const
{
    const Theme& t = Theme::instance();
    QFont f = t.font(style);
    if (scale != t.textScale())
        f.setPixelSize(std::max(6, static_cast<int>(std::lround(f.pixelSize() * static_cast<double>(scale) / t.textScale()))));
    return f;
}

qreal ReportInk::line(Style style) const { return Theme::instance().lineHeight(style) * static_cast<qreal>(scale) / Theme::instance().textScale(); }

qreal ReportInk::width(const QString& text, Style style) const { return QFontMetricsF(font(style)).horizontalAdvance(text); }

qreal ReportInk::text(QPainter* p, const QRectF& box, const QString& words, Style style, Role role, Qt::Alignment align) const
{
    if (words.isEmpty() || box.width() <= 0)
        return 0;
    const QFont f = font(style);
    const QFontMetricsF metrics(f);
    const QString shown = metrics.elidedText(words, Qt::ElideRight, box.width() + 0.5);
    const qreal wide = metrics.horizontalAdvance(shown);
    const qreal x = align & Qt::AlignRight ? box.right() - wide : align & Qt::AlignHCenter ? box.center().x() - wide / 2 : box.left();
    p->setFont(f);
    p->setPen(color(role));
    p->drawText(QPointF(x, std::round(box.top() + (box.height() - metrics.ascent() - metrics.descent()) / 2 + metrics.ascent())), shown);
    return wide;
}

qreal ReportInk::wrapped(QPainter* p, const QPointF& at, qreal wide, const QString& words, Style style, Role role) const
{
    const qreal high = line(style) + (style == Style::H1 ? scaled(4) : 0); // a headline of two lines needs air
    if (words.isEmpty())
        return high;
    const QFont f = font(style);
    const QFontMetricsF metrics(f);
    QTextLayout layout(words, f);
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout.setTextOption(option);
    qreal y = 0;
    layout.beginLayout();
    for (QTextLine row = layout.createLine(); row.isValid(); row = layout.createLine()) {
        row.setLineWidth(wide);
        row.setPosition(QPointF(0, y + (high - metrics.ascent() - metrics.descent()) / 2));
        y += high;
    }
    layout.endLayout();
    if (p) {
        p->setPen(color(role));
        layout.draw(p, at);
    }
    return y;
}

QColor ReportInk::host(HostState state) const
{
    switch (state) {
    case HostState::Source: return mixed(Role::Source, Role::Panel, 0.35);
    case HostState::Target: return mixed(Role::Target, Role::Panel, 0.35);
    case HostState::Maintenance: return color(Role::WarnFill);
    case HostState::Failed: return color(Role::Danger);
    case HostState::Unknown: break;
    }
    return color(Role::Line);
}

void ReportInk::mark(QPainter* p, const QPointF& at, const cutover::EventView& event) const
{
    p->save();
    p->setRenderHint(QPainter::Antialiasing);
    p->setPen(Qt::NoPen);
    const qreal r = scaled(4);
    if (event.pointOfNoReturn) {
        p->setBrush(color(Role::Pnr));
        p->drawPolygon(QPolygonF{{at.x(), at.y() - r - 1}, {at.x() + r + 1, at.y()}, {at.x(), at.y() + r + 1}, {at.x() - r - 1, at.y()}});
    } else if (event.severity == cutover::Severity::Failure) {
        p->setBrush(color(Role::Danger));
        p->drawRect(QRectF(at.x() - r, at.y() - r, 2 * r, 2 * r));
    } else if (event.severity == cutover::Severity::Caution) {
        p->setBrush(color(Role::WarnFill));
        p->drawPolygon(QPolygonF{{at.x(), at.y() - r}, {at.x() + r, at.y() + r}, {at.x() - r, at.y() + r}});
    } else {
        p->setBrush(Qt::NoBrush);
        p->setPen(QPen(color(Role::Ok), 1.6, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        p->drawPolyline(QPolygonF{{at.x() - r, at.y()}, {at.x() - 1, at.y() + r - 1}, {at.x() + r + 1, at.y() - r}});
    }
    p->restore();
}

} // namespace switchyard::ui
