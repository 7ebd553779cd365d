#include "widgets/parts/Points.h"

#include <QEasingCurve>
#include <QPainter>
#include <QPainterPath>

#include <cmath>

namespace switchyard::ui {

namespace {
constexpr qreal kCentre = 206;
constexpr qreal kTrunkTop = 22;
// Everything but the visitors hangs on the lying track, 34 above the bottom: 118 of 152. A higher widget gets a longer trunk.
constexpr qreal kBelowTrack = 34;

double leverOf(Points::Position position)
{
    return position == Points::Position::Source ? -1 : position == Points::Position::Target ? 1 : 0;
}

QString positionWords(Points::Position position)
{
    switch (position) {
    case Points::Position::Source: return QStringLiteral("Traffic goes to the source");
    case Points::Position::Held: return QStringLiteral("Traffic held at the maintenance page");
    case Points::Position::Target: return QStringLiteral("Traffic goes to the target");
    case Points::Position::Mixed: return QStringLiteral("Hosts disagree");
    case Points::Position::Unknown: break;
    }
    return QStringLiteral("Not known yet where traffic goes");
}
} // namespace

namespace paint {

void turnout(QPainter* p, const QRectF& box, Points::Position position, double lever)
{
    using Position = Points::Position;
    p->save();
    p->setRenderHint(QPainter::Antialiasing);
    p->translate(box.left(), box.top());
    const qreal scale = box.width() / (2 * kCentre);
    p->scale(scale, scale);
    const qreal kTrack = box.height() / scale - kBelowTrack;
    const qreal kFork = kTrack - 48;
    const QColor track = color(Role::Track);
    const QColor source = color(Role::Source);
    const QColor target = color(Role::Target);
    const qreal trunkEnd = kFork + 12;
    const auto branch = [&](int side) {
        QPainterPath path(QPointF(kCentre, trunkEnd - 6));
        path.cubicTo(QPointF(kCentre, kTrack - 14), QPointF(kCentre + side * 22, kTrack), QPointF(kCentre + side * 66, kTrack));
        path.lineTo(QPointF(kCentre + side * kCentre, kTrack));
        return path;
    };
    const auto stroke = [&](const QPainterPath& path, const QColor& tone, qreal width) { p->strokePath(path, QPen(tone, width, Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin)); };
    const auto sleepers = [&](int side) {
        for (qreal x = kCentre + side * 90; side < 0 ? x > 4 : x < 2 * kCentre - 4; x += side * 24)
            p->fillRect(QRectF(x - 1, kTrack - 4, 2, 8), color(Role::Canvas));
    };
    QColor trunk = track;
    switch (position) {
    case Position::Source: trunk = source; break;
    case Position::Target: trunk = target; break;
    case Position::Held: trunk = color(Role::WarnFill); break;
    case Position::Mixed: trunk = color(Role::Text3); break;
    case Position::Unknown: break;
    }
    const qreal thin = position == Position::Mixed ? 3 : 6;
    // The lit branch is drawn last, so that it lies on top at the fork.
    const bool rightLit = position == Position::Target || position == Position::Mixed;
    const bool leftLit = position == Position::Source || position == Position::Mixed;
    if (rightLit) {
        stroke(branch(-1), leftLit ? source : track, thin);
        stroke(branch(1), target, thin);
    } else {
        stroke(branch(1), track, thin);
        stroke(branch(-1), leftLit ? source : track, thin);
    }
    const bool held = position == Position::Held;
    p->fillRect(QRectF(kCentre - 3, kTrunkTop, 6, (held ? kFork - 5 : trunkEnd - 4) - kTrunkTop), trunk);
    if (held)
        p->fillRect(QRectF(kCentre - 21, kFork - 5, 42, 6), trunk);
    sleepers(-1);
    sleepers(1);
    const QPointF hub(kCentre, kTrack);
    p->setPen(QPen(color(Role::Text3), 1.5));
    p->setBrush(color(Role::Canvas));
    p->drawEllipse(hub, 9, 9);
    const double angle = lever * 0.78;
    p->setPen(QPen(color(Role::Text1), 3, Qt::SolidLine, Qt::FlatCap));
    p->drawLine(hub, hub + QPointF(std::sin(angle) * 22, -std::cos(angle) * 22));
    p->restore();
}

} // namespace paint

Points::Points(QWidget* parent) : PaintedWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    m_motion.setDuration(240);
    m_motion.setEasingCurve(QEasingCurve::InOutSine);
    connect(&m_motion, &QVariantAnimation::valueChanged, this, [this](const QVariant& value) {
        m_lever = value.toDouble();
        update();
    });
}

QSize Points::sizeHint() const { return {412, 152}; }

void Points::setContent(const Content& content)
{
    const bool moved = content.position != m_content.position;
    m_content = content;
    const double to = leverOf(content.position);
    if (!m_placed || Theme::instance().reducedMotion() || !isVisible()) {
        m_lever = to;
        m_motion.stop();
    } else if (moved) {
        m_motion.stop();
        m_motion.setStartValue(m_lever);
        m_motion.setEndValue(to);
        m_motion.start();
    }
    m_placed = true;
    update();
    if (moved)
        announceValue();
}

QString Points::spokenName() const { return m_content.title.isEmpty() ? positionWords(m_content.position) : m_content.title + QStringLiteral(", ") + m_content.text; }

QString Points::spokenValue() const
{
    const char* lever = m_content.position == Position::Source ? "Lever to the source" : m_content.position == Position::Target ? "Lever to the target" : "Lever between source and target";
    return positionWords(m_content.position) + QStringLiteral(". ") + QString::fromLatin1(lever);
}

void Points::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    const Theme& t = Theme::instance();
    const qreal line = t.lineHeight(Style::SmallStrong);
    // "Visitors  42 req/min" centred over the trunk.
    const QString visitors = QStringLiteral("Visitors");
    const qreal words = paint::textWidth(visitors, Style::SmallStrong);
    const qreal rate = m_content.visitors.isEmpty() ? 0 : paint::textWidth(m_content.visitors, Style::Value) + 8;
    const qreal x = kCentre - (22 + words + rate) / 2;
    icons::paint(&p, QRectF(x, 0, 16, line), QStringLiteral("person"), t.color(Role::Text2), 14);
    paint::text(&p, QRectF(x + 22, 0, words + 2, line), visitors, Style::SmallStrong, Role::Text1);
    if (rate > 0)
        paint::text(&p, QRectF(x + 22 + words + 8, 0, rate + 2, line), m_content.visitors, Style::Value, Role::Text2);

    paint::turnout(&p, QRectF(0, 0, 412, height()), m_content.position, m_lever);

    const qreal track = height() - kBelowTrack;
    const auto centred = [](qreal middle, qreal high) { return middle - high / 2; };
    if (!m_content.ttl.isEmpty()) {
        const qreal small = t.lineHeight(Style::Value);
        paint::text(&p, QRectF(14, centred(track - 73, small), 160, small), m_content.ttlTitle.isEmpty() ? QStringLiteral("TTL") : m_content.ttlTitle, Style::ValueSmall, Role::Text3);
        paint::text(&p, QRectF(14, centred(track - 58, small), 180, small), m_content.ttl, Style::Value, Role::Text1);
    }
    Role tone = Role::Text2;
    switch (m_content.position) {
    case Position::Source: tone = Role::Source; break;
    case Position::Target: tone = Role::Target; break;
    case Position::Held: tone = Role::Warn; break;
    case Position::Mixed:
    case Position::Unknown: break;
    }
    const bool held = m_content.position == Position::Held;
    const qreal right = kCentre + (held ? 34.5 : 18);
    const qreal up = held ? 65.5 : 69.5;
    const qreal high = t.lineHeight(Style::BodyStrong);
    paint::text(&p, QRectF(right, centred(track - up, high), 412 - right, high), m_content.title, Style::BodyStrong, tone);
    paint::text(&p, QRectF(right, centred(track - up + 16 * t.textScale() / 100.0, line), 412 - right, line), m_content.text, Style::Small, Role::Text2);
    const qreal foot = t.lineHeight(Style::Label);
    paint::text(&p, QRectF(0, qMin(centred(track + 24.5, foot), height() - foot), 412, foot), m_content.foot, Style::Small, Role::Text3, Qt::AlignCenter);
}

} // namespace switchyard::ui
