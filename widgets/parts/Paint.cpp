#include "widgets/parts/Paint.h"

#include <QFontMetricsF>
#include <QPainterPath>

#include <array>
#include <cmath>

namespace switchyard::ui {

QString verdictWord(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Same: return QStringLiteral("Same");
    case Verdict::Expected: return QStringLiteral("Expected");
    case Verdict::HostRewrite: return QStringLiteral("Host rewrite");
    case Verdict::Differs: return QStringLiteral("Differs");
    case Verdict::Missing: return QStringLiteral("Missing");
    case Verdict::Extra: return QStringLiteral("Extra");
    case Verdict::SharedSecret: return QStringLiteral("Shared");
    case Verdict::Unknowable: return QStringLiteral("Unknowable");
    }
    return {};
}

namespace paint {

qreal textWidth(const QString& text, Style style) { return QFontMetricsF(font(style)).horizontalAdvance(text); }

qreal text(QPainter* p, const QRectF& box, const QString& text, Style style, const QColor& color, Qt::Alignment align, Qt::TextElideMode elide)
{
    if (text.isEmpty() || box.width() <= 0)
        return 0;
    const QFont f = font(style);
    const QFontMetricsF metrics(f);
    const QString shown = elide == Qt::ElideNone ? text : metrics.elidedText(text, elide, box.width() + 0.5);
    const qreal width = metrics.horizontalAdvance(shown);
    qreal x = box.left();
    if (align & Qt::AlignRight)
        x = box.right() - width;
    else if (align & Qt::AlignHCenter)
        x = box.left() + (box.width() - width) / 2;
    qreal y = box.top() + (box.height() - metrics.ascent() - metrics.descent()) / 2;
    if (align & Qt::AlignTop)
        y = box.top() + (Theme::instance().lineHeight(style) - metrics.ascent() - metrics.descent()) / 2;
    p->setFont(f);
    p->setPen(color);
    p->drawText(QPointF(x, std::round(y + metrics.ascent())), shown);
    return width;
}

qreal text(QPainter* p, const QRectF& box, const QString& words, Style style, Role role, Qt::Alignment align, Qt::TextElideMode elide)
{
    return text(p, box, words, style, color(role), align, elide);
}

QColor lightColor(Health health)
{
    switch (health) {
    case Health::Ok: return color(Role::Ok);
    case Health::Working: return color(Role::Mode);
    case Health::Held:
    case Health::Caution: return color(Role::Warn);
    case Health::Failed: return color(Role::Danger);
    case Health::Off:
    case Health::Unknown: return color(Role::Text3);
    }
    return color(Role::Text3);
}

void light(QPainter* p, const QRectF& box, Health health, int size, int turn)
{
    const QPointF c = box.center();
    const qreal r = size / 2.0;
    const QColor tone = lightColor(health);
    p->save();
    p->setRenderHint(QPainter::Antialiasing);
    p->setPen(Qt::NoPen);
    p->setBrush(tone);
    switch (health) {
    case Health::Ok: p->drawEllipse(c, r * 0.85, r * 0.85); break;
    case Health::Working: {
        const qreal ring = r * 0.8;
        p->drawPie(QRectF(c.x() - ring, c.y() - ring, 2 * ring, 2 * ring), (90 - turn * 90) * 16, 180 * 16);
        p->setBrush(Qt::NoBrush);
        p->setPen(QPen(tone, 1.5));
        p->drawEllipse(c, ring, ring);
        break;
    }
    case Health::Held: p->drawRect(QRectF(std::round(c.x() - r * 0.9), std::round(c.y() - r * 0.3), std::round(r * 1.8), std::round(r * 0.6))); break;
    case Health::Caution: p->drawPolygon(QPolygonF{{c.x(), c.y() - r * 0.9}, {c.x() + r, c.y() + r * 0.85}, {c.x() - r, c.y() + r * 0.85}}); break;
    case Health::Failed: p->drawRect(QRectF(std::round(c.x() - r * 0.8), std::round(c.y() - r * 0.8), std::round(r * 1.6), std::round(r * 1.6))); break;
    case Health::Off:
    case Health::Unknown: {
        QPen pen(tone, 1.5);
        if (health == Health::Unknown)
            pen.setDashPattern({1.4, 1.2});
        p->setPen(pen);
        p->setBrush(Qt::NoBrush);
        p->drawEllipse(c, r * 0.7, r * 0.7);
        break;
    }
    }
    p->restore();
}

void tile(QPainter* p, const QRectF& rect, const QString& letters, SideTone side, const QColor& ground)
{
    const Theme& theme = Theme::instance();
    QColor line = theme.color(Role::Line);
    if (side == SideTone::Source)
        line = theme.mixed(Role::Source, Role::Panel, 0.55);
    else if (side == SideTone::Target)
        line = theme.mixed(Role::Target, Role::Panel, 0.55);
    box(p, rect, ground.isValid() ? ground : theme.color(Role::Raised), line, rect.height() >= 18 ? 4 : 3);
    QFont f = theme.font(Style::BodyStrong);
    f.setPixelSize(qBound(8, qRound(rect.height() * 0.5), 13));
    const QFontMetricsF metrics(f);
    p->setFont(f);
    p->setPen(theme.color(Role::Text1));
    p->drawText(QPointF(rect.center().x() - metrics.horizontalAdvance(letters) / 2, std::round(rect.center().y() + metrics.capHeight() / 2)), letters);
}

namespace {
struct ChipLook {
    QColor ground, text, line;
};
ChipLook chipLook(ChipTone tone)
{
    const Theme& theme = Theme::instance();
    switch (tone) {
    case ChipTone::Plain: return {{}, theme.color(Role::Text3), {}};
    case ChipTone::Outline: return {{}, theme.color(Role::Text2), theme.color(Role::LineControl)};
    case ChipTone::Neutral: return {theme.tint(Role::Text2), theme.color(Role::Text2), {}};
    case ChipTone::Ok: return {theme.tint(Role::Ok), theme.color(Role::Ok), {}};
    case ChipTone::Warn: return {theme.tint(Role::Warn), theme.color(Role::Warn), {}};
    case ChipTone::Danger: return {theme.tint(Role::Danger), theme.color(Role::Danger), {}};
    case ChipTone::Mode: return {theme.tint(Role::Mode), theme.color(Role::Mode), {}};
    case ChipTone::Pnr: return {theme.tint(Role::Pnr), theme.color(Role::Pnr), {}};
    case ChipTone::Filled: return {theme.color(Role::DangerFill), theme.color(Role::DangerFillText), {}};
    case ChipTone::Source: return {theme.tint(Role::Source), theme.color(Role::Source), {}};
    case ChipTone::Target: return {theme.tint(Role::Target), theme.color(Role::Target), {}};
    }
    return {};
}
} // namespace

qreal chipWidth(const QString& words, const QString& icon)
{
    const Theme& theme = Theme::instance();
    qreal width = 12;
    if (!icon.isEmpty())
        width += theme.scaled(12) + (words.isEmpty() ? -4 : 4);
    return std::ceil(width + textWidth(words, Style::LabelStrong));
}

QRectF chip(QPainter* p, const QRectF& rect, const QString& words, ChipTone tone, const QString& icon, bool right)
{
    const Theme& theme = Theme::instance();
    const qreal height = theme.scaled(20);
    const qreal width = qMin(chipWidth(words, icon), rect.width());
    const QRectF at(right ? rect.right() - width : rect.left(), std::round(rect.center().y() - height / 2), width, height);
    const ChipLook look = chipLook(tone);
    if (look.ground.isValid() || look.line.isValid())
        box(p, at, look.ground, look.line, 3);
    qreal x = at.left() + (words.isEmpty() ? (width - theme.scaled(12)) / 2 : 6);
    if (!icon.isEmpty()) {
        icons::paint(p, QRectF(x, at.top(), theme.scaled(12), height), icon, look.text, theme.scaled(12));
        x += theme.scaled(12) + 4;
    }
    text(p, QRectF(x, at.top(), at.right() - x - 3, height), words, Style::LabelStrong, look.text);
    return at;
}

QString verdictIcon(Verdict verdict)
{
    static const std::array<QString, 8> names{QStringLiteral("verdict-same"), QStringLiteral("verdict-expected"), QStringLiteral("verdict-rewrite"),
                                              QStringLiteral("verdict-differs"), QStringLiteral("verdict-missing"), QStringLiteral("verdict-extra"),
                                              QStringLiteral("verdict-shared"), QStringLiteral("verdict-unknowable")};
    return names.at(static_cast<std::size_t>(verdict));
}

QRectF verdictChip(QPainter* p, const QRectF& rect, Verdict verdict, bool glyphOnly)
{
    ChipTone tone = ChipTone::Neutral;
    switch (verdict) {
    case Verdict::Same:
    case Verdict::Expected: tone = ChipTone::Plain; break;
    case Verdict::HostRewrite: tone = ChipTone::Ok; break;
    case Verdict::Differs: tone = ChipTone::Warn; break;
    case Verdict::Missing:
    case Verdict::SharedSecret: tone = ChipTone::Danger; break;
    case Verdict::Extra:
    case Verdict::Unknowable: tone = ChipTone::Neutral; break;
    }
    if (glyphOnly)
        return chip(p, QRectF(rect.left(), rect.top(), 20, rect.height()), {}, tone, verdictIcon(verdict));
    return chip(p, rect, verdictWord(verdict), tone, verdictIcon(verdict));
}

qreal keyCapWidth(const QString& keys) { return std::ceil(textWidth(keys, Style::ValueSmall)) + 10; }

qreal keyCap(QPainter* p, const QRectF& rect, const QString& keys, bool right)
{
    const qreal height = Theme::instance().scaled(18);
    const qreal width = keyCapWidth(keys);
    const QRectF at(right ? rect.right() - width : rect.left(), std::round(rect.center().y() - height / 2), width, height);
    box(p, at, color(Role::Raised), color(Role::Line), 3);
    text(p, at, keys, Style::ValueSmall, Role::Text2, Qt::AlignCenter);
    return width;
}

QColor barGround() { return color(Theme::instance().ground() == Ground::Dark ? Role::LineSoft : Role::Line); }

void bar(QPainter* p, const QRectF& rect, double share, const QColor& fill, int height, const QColor& ground)
{
    p->save();
    p->setRenderHint(QPainter::Antialiasing);
    p->setPen(Qt::NoPen);
    const QRectF all(rect.left(), std::round(rect.center().y() - height / 2.0), rect.width(), height);
    QPainterPath shape;
    shape.addRoundedRect(all, qMin(2.0, height / 2.0), qMin(2.0, height / 2.0));
    p->fillPath(shape, ground.isValid() ? ground : barGround());
    if (share > 0) {
        QPainterPath part;
        part.addRect(QRectF(all.left(), all.top(), qMax(1.0, all.width() * qMin(1.0, share)), all.height()));
        p->fillPath(shape.intersected(part), fill);
    }
    p->restore();
}

void segments(QPainter* p, const QRectF& rect, const std::vector<Segment>& list, int height, qreal gap)
{
    double parts = 0;
    for (const Segment& s : list)
        parts += s.parts;
    if (parts <= 0)
        return;
    const qreal free = rect.width() - gap * (static_cast<qreal>(list.size()) - 1);
    qreal x = rect.left();
    for (const Segment& s : list) {
        const qreal width = free * s.parts / parts;
        bar(p, QRectF(x, rect.top(), width, rect.height()), s.share, s.fill, height);
        x += width + gap;
    }
}

void box(QPainter* p, const QRectF& rect, const QColor& fill, const QColor& line, qreal radius, bool dashed)
{
    p->save();
    p->setRenderHint(QPainter::Antialiasing);
    if (line.isValid()) {
        QPen pen(line, 1);
        if (dashed)
            pen.setDashPattern({3, 3});
        p->setPen(pen);
    } else {
        p->setPen(Qt::NoPen);
    }
    p->setBrush(fill.isValid() ? QBrush(fill) : QBrush(Qt::NoBrush));
    const qreal inset = line.isValid() ? 0.5 : 0;
    p->drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), radius - inset, radius - inset);
    p->restore();
}

void hline(QPainter* p, qreal x1, qreal x2, qreal y, Role role) { p->fillRect(QRectF(x1, std::floor(y), x2 - x1, 1), color(role)); }
void vline(QPainter* p, qreal x, qreal y1, qreal y2, Role role) { p->fillRect(QRectF(std::floor(x), y1, 1, y2 - y1), color(role)); }

void diamond(QPainter* p, const QPointF& at, qreal size, bool filled)
{
    const qreal r = size / 2;
    p->save();
    p->setRenderHint(QPainter::Antialiasing);
    p->setPen(QPen(color(Role::Pnr), 1.5));
    p->setBrush(filled ? QBrush(color(Role::Pnr)) : QBrush(Qt::NoBrush));
    p->drawPolygon(QPolygonF{{at.x(), at.y() - r}, {at.x() + r, at.y()}, {at.x(), at.y() + r}, {at.x() - r, at.y()}});
    p->restore();
}

void hazard(QPainter* p, const QRectF& rect, Role fill)
{
    const Theme& theme = Theme::instance();
    p->save();
    p->setClipRect(rect, Qt::IntersectClip);
    p->setRenderHint(QPainter::Antialiasing);
    p->fillRect(rect, theme.color(fill));
    p->setPen(Qt::NoPen);
    p->setBrush(theme.mixed(theme.color(fill), theme.color(Role::Panel), theme.ground() == Ground::Dark ? 0.35 : 0.4));
    const qreal h = rect.height();
    for (qreal x = rect.left() - h; x < rect.right() + h; x += 12)
        p->drawPolygon(QPolygonF{{x, rect.bottom()}, {x + h, rect.top()}, {x + h + 6, rect.top()}, {x + 6, rect.bottom()}});
    p->restore();
}

void stepNode(QPainter* p, const QPointF& at, StepNode node)
{
    const auto ring = [&](qreal r, Role role, const QColor& ground = color(Role::Panel)) {
        p->setPen(QPen(color(role), 1.5));
        p->setBrush(ground);
        p->drawEllipse(at, r, r);
    };
    const auto disc = [&](Role role) {
        p->setPen(Qt::NoPen);
        p->setBrush(color(role));
        p->drawEllipse(at, 9, 9);
    };
    const auto glyph = [&](const char* name, const QColor& tone, int size) {
        icons::paint(p, QRectF(at.x() - 8, at.y() - 8, 16, 16), QString::fromLatin1(name), tone, size);
    };
    p->save();
    p->setRenderHint(QPainter::Antialiasing);
    switch (node) {
    case StepNode::Pending: ring(5, Role::Text3); break;
    case StepNode::Blocked:
        ring(7, Role::Text3);
        glyph("lock", color(Role::Text2), 9);
        break;
    case StepNode::Ready: ring(7, Role::Mode); break;
    case StepNode::Running:
    case StepNode::NeedsYou: {
        const bool person = node == StepNode::NeedsYou;
        disc(person ? Role::WarnFill : Role::ModeFill);
        if (person) {
            glyph("person", color(Role::Panel), 11);
        } else {
            p->setBrush(color(Role::ModeFillText));
            p->drawPolygon(QPolygonF{{at.x() - 2.5, at.y() - 4}, {at.x() + 4, at.y()}, {at.x() - 2.5, at.y() + 4}});
        }
        break;
    }
    case StepNode::Verifying:
        ring(7, Role::Mode);
        p->setPen(Qt::NoPen);
        p->setBrush(color(Role::Mode));
        p->drawPie(QRectF(at.x() - 7, at.y() - 7, 14, 14), 90 * 16, 180 * 16);
        break;
    case StepNode::Passed:
    case StepNode::PassedWithWaiver:
        ring(7, Role::Ok);
        glyph("tick", color(Role::Ok), 9);
        if (node == StepNode::PassedWithWaiver) {
            p->setPen(QPen(color(Role::Panel), 1));
            p->setBrush(color(Role::Warn));
            p->drawEllipse(at + QPointF(6, 6), 3, 3);
        }
        break;
    case StepNode::Failed:
        p->setPen(Qt::NoPen);
        p->setBrush(color(Role::Danger));
        p->drawRect(QRectF(at.x() - 6, at.y() - 6, 12, 12));
        break;
    case StepNode::InDoubt:
        p->setPen(QPen(color(Role::Danger), 1.5));
        p->setBrush(color(Role::Panel));
        p->drawRect(QRectF(at.x() - 7, at.y() - 7, 14, 14));
        text(p, QRectF(at.x() - 7, at.y() - 8, 14, 16), QStringLiteral("?"), Style::LabelStrong, Role::Danger, Qt::AlignCenter);
        break;
    case StepNode::Skipped:
        ring(7, Role::Text3);
        p->setPen(QPen(color(Role::Text3), 1.5));
        p->drawLine(at + QPointF(-3.5, 0), at + QPointF(3.5, 0));
        break;
    case StepNode::RolledBack:
        ring(7, Role::Text3);
        glyph("roll-back", color(Role::Text2), 9);
        break;
    }
    p->restore();
}

void resolverCell(QPainter* p, const QRectF& rect, AnswerTone tone, const QString& answer, const QString& right, double ttlShare)
{
    const Theme& theme = Theme::instance();
    QColor line = theme.color(Role::Text3);
    QColor words = theme.color(Role::Text1);
    switch (tone) {
    case AnswerTone::Target: line = theme.color(Role::Target); break;
    case AnswerTone::Source:
        line = words = theme.color(Role::Source);
        p->fillRect(rect, theme.tint(Role::Source));
        break;
    case AnswerTone::Failed:
        line = words = theme.color(Role::Danger);
        p->fillRect(rect, theme.tint(Role::Danger));
        break;
    case AnswerTone::Unknown: words = theme.color(Role::Text3); break;
    }
    const QRectF mark(rect.left() + 13, rect.top(), 10, rect.height());
    p->save();
    p->setRenderHint(QPainter::Antialiasing);
    const QPointF c = mark.center();
    if (tone == AnswerTone::Failed) {
        p->fillRect(QRectF(c.x() - 4, c.y() - 4, 8, 8), line);
    } else if (tone == AnswerTone::Target) {
        p->setPen(Qt::NoPen);
        p->setBrush(line);
        p->drawEllipse(c, 4.25, 4.25);
    } else {
        p->setPen(QPen(line, tone == AnswerTone::Source ? 2 : 1.5));
        p->setBrush(Qt::NoBrush);
        p->drawEllipse(c, 3.5, 3.5);
    }
    p->restore();
    const qreal rightWidth = textWidth(right, Style::ValueSmall);
    text(p, rect.adjusted(30, 0, -12 - rightWidth - 6, 0), answer, tone == AnswerTone::Unknown ? Style::Small : Style::Value, words);
    text(p, rect.adjusted(30, 0, -12, 0), right, Style::ValueSmall, tone == AnswerTone::Failed ? Role::Text2 : Role::Text3, Qt::AlignRight | Qt::AlignVCenter);
    if (ttlShare > 0)
        p->fillRect(QRectF(rect.left(), rect.bottom() - 2, rect.width() * qMin(1.0, ttlShare), 2), line);
}

} // namespace paint

} // namespace switchyard::ui
