#include "widgets/report/ReportView.h"

#include "widgets/theme/SwitchyardStyle.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <cmath>

namespace switchyard::ui {

namespace {
constexpr int kSide = 24;
constexpr int kTop = 20;
}

ReportView::ReportView(QWidget* parent) : PaintedWidget(parent)
{
    setObjectName(QStringLiteral("paper"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    useFocusRing(this);
    onTheme(this, [this] { layout(); });
}

void ReportView::setDocument(report::Document document)
{
    m_document = std::move(document);
    if (m_event >= static_cast<int>(m_document.events.size()))
        m_event = -1;
    layout();
    announceValue();
}

void ReportView::layout()
{
    m_painter = std::make_unique<ReportPainter>(m_document, ReportInk::screen(), std::max(400, width() - 2 * kSide), false);
    const int high = static_cast<int>(std::ceil(m_painter->height())) + 2 * kTop;
    if (minimumHeight() != high)
        setMinimumHeight(high);
    update();
}

void ReportView::resizeEvent(QResizeEvent* event)
{
    if (event->size().width() != event->oldSize().width())
        layout();
}

QRect ReportView::timelineRect() const { return m_painter->timelineBox().translated(kSide, kTop).toRect(); }

QString ReportView::spokenValue() const
{
    const auto say = [](const cutover::EventView& e) { return QStringLiteral("%1, %2, %3, %4").arg(clockUtc(e.at), e.text, e.by, e.evidence); };
    if (m_event >= 0)
        return say(m_document.events[static_cast<std::size_t>(m_event)]);
    if (m_hair)
        return hairText();
    QStringList words{m_document.byline};
    for (const report::Figure& f : m_document.figures)
        words << QStringLiteral("%1 %2, %3").arg(f.label, f.value, f.note);
    for (const report::Strip& s : m_document.timeline.hosts)
        words << QStringLiteral("%1 was away for %2").arg(s.name, s.downtime);
    for (const cutover::EventView& e : m_document.events)
        words << say(e);
    return words.join(QStringLiteral(". "));
}

QString ReportView::hairText() const { return m_hair ? m_painter->timeline().wordsAt(*m_hair) : QString(); }

void ReportView::paintEvent(QPaintEvent* event)
{
    QPainter p(this);
    const Theme& t = Theme::instance();
    p.fillRect(event->rect(), t.color(Role::Panel));
    p.translate(kSide, kTop);
    const int lit = m_hover >= 0 ? m_hover : hasFocus() ? m_event : -1;
    if (lit >= 0)
        p.fillRect(m_painter->eventBox(lit).adjusted(-8, 0, 8, -1), t.color(m_hover >= 0 ? Role::Hover : Role::Selected));
    m_painter->paint(&p, QRectF(event->rect()).translated(-kSide, -kTop));
    if (!m_hair)
        return;
    const QRectF box = m_painter->timelineBox();
    const TimelinePainter timeline = m_painter->timeline();
    const double all = static_cast<double>((timeline.timeAt(1e9) - m_document.timeline.from).count());
    const qreal x = std::round(box.left() + timeline.plot().left() + timeline.plot().width() * static_cast<double>((*m_hair - m_document.timeline.from).count()) / std::max(1.0, all));
    p.fillRect(QRectF(x, box.top(), 1, timeline.plot().height()), t.color(Role::Text1));
    const QString words = hairText();
    const qreal wide = std::min(paint::textWidth(words, Style::Small) + 17, box.width());
    const qreal high = t.scaled(22);
    const QRectF label(std::clamp(x - wide / 2, box.left(), box.right() - wide), box.top() - high - 2, wide, high);
    paint::box(&p, label, t.color(Role::Raised), t.color(Role::LineControl), 4);
    paint::text(&p, label.adjusted(8, 0, -8, 0), words, Style::Small, Role::Text1);
}

void ReportView::setHair(std::optional<TimePoint> at)
{
    if (at == m_hair)
        return;
    m_hair = at;
    update(timelineRect().adjusted(-8, -40, 8, 8));
}

void ReportView::mouseMoveEvent(QMouseEvent* event)
{
    const QPointF at = event->position() - QPointF(kSide, kTop);
    const QRectF box = m_painter->timelineBox();
    const TimelinePainter timeline = m_painter->timeline();
    const bool over = box.contains(at) && at.x() >= timeline.plot().left();
    setHair(over ? std::optional(timeline.timeAt(at.x() - box.left())) : std::nullopt);
    const int hover = m_painter->eventAt(at);
    if (hover != m_hover) {
        m_hover = hover;
        setCursor(hover >= 0 && !m_document.events[static_cast<std::size_t>(hover)].evidence.isEmpty() ? Qt::PointingHandCursor : Qt::ArrowCursor);
        update();
    }
}

void ReportView::mouseReleaseEvent(QMouseEvent* event)
{
    const int hit = m_painter->eventAt(event->position() - QPointF(kSide, kTop));
    if (hit < 0 || event->button() != Qt::LeftButton)
        return;
    m_event = hit;
    update();
    Q_EMIT evidenceChosen(m_document.events[static_cast<std::size_t>(hit)].evidence);
}

void ReportView::leaveEvent(QEvent*)
{
    m_hover = -1;
    setHair(std::nullopt);
    update();
}

void ReportView::select(int event)
{
    if (m_document.events.empty())
        return;
    m_event = std::clamp(event, 0, static_cast<int>(m_document.events.size()) - 1);
    m_hair.reset();
    update();
    announceValue();
    Q_EMIT shown(m_painter->eventBox(m_event).translated(kSide, kTop).toRect());
}

void ReportView::keyPressEvent(QKeyEvent* event)
{
    const bool letters = Theme::instance().letterKeys() && event->modifiers() == Qt::NoModifier;
    const int key = event->key();
    if (key == Qt::Key_Down || (letters && key == Qt::Key_J))
        return select(m_event + 1);
    if (key == Qt::Key_Up || (letters && key == Qt::Key_K))
        return select(m_event < 0 ? static_cast<int>(m_document.events.size()) - 1 : m_event - 1);
    if ((key == Qt::Key_Return || key == Qt::Key_Enter) && m_event >= 0)
        return Q_EMIT evidenceChosen(m_document.events[static_cast<std::size_t>(m_event)].evidence);
    if ((key == Qt::Key_Left || key == Qt::Key_Right) && !m_painter->timelineBox().isEmpty()) {
        const TimelinePainter timeline = m_painter->timeline();
        const auto all = (timeline.timeAt(1e9) - m_document.timeline.from).count();
        const qint64 step = std::max<qint64>(1000, all / 100) * (key == Qt::Key_Right ? 1 : -1);
        const qint64 now = m_hair ? (*m_hair - m_document.timeline.from).count() : 0;
        m_event = -1;
        setHair(m_document.timeline.from + Milliseconds(std::clamp<qint64>(now + step, 0, all)));
        announceValue();
        Q_EMIT shown(timelineRect());
        return;
    }
    PaintedWidget::keyPressEvent(event);
}

} // namespace switchyard::ui
