#include "widgets/overview/PipeView.h"

#include "widgets/parts/Tracks.h"

#include <QPainter>

namespace switchyard::ui {

using cutover::PipeState;

namespace {

PipeLook lookOf(PipeState state)
{
    switch (state) {
    case PipeState::Settled: return PipeLook::Settled;
    case PipeState::NeedsLook: return PipeLook::NeedsLook;
    case PipeState::Moving: return PipeLook::Moving;
    case PipeState::NotMoved: return PipeLook::NotMoved;
    case PipeState::Broken: return PipeLook::Broken;
    case PipeState::Waiting: return PipeLook::Waiting;
    }
    return PipeLook::NotMoved;
}

QString plain(QString label) { return label.remove(u'`').remove(QStringLiteral("**")); }

} // namespace

PipeView::PipeView(QWidget* parent) : QAbstractButton(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
}

void PipeView::setLane(const cutover::Lane& lane)
{
    m_lane = lane;
    const QString spoken = lane.pipe == PipeState::Moving ? lane.moving + QStringLiteral(", ") + lane.amount : plain(lane.label);
    setAccessibleName(QStringLiteral("%1: %2").arg(lane.name, spoken.isEmpty() ? QStringLiteral("not read yet") : spoken));
    setToolTip(spoken);
    update();
}

void PipeView::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    p.setRenderHint(QPainter::Antialiasing);
    PipeContent content;
    content.look = lookOf(m_lane.pipe);
    content.label = m_lane.label;
    content.name = m_lane.moving;
    content.amount = m_lane.amount;
    content.preseed = m_lane.preseed;
    content.delta = m_lane.delta;
    content.verify = m_lane.verify;
    paint::pipe(&p, rect(), content);
    if (hasFocus()) {
        p.setBrush(Qt::NoBrush);
        p.setPen(QPen(color(Role::Focus), 2));
        p.drawRoundedRect(QRectF(rect()).adjusted(4, 6, -4, -6), 4, 4);
    }
}

} // namespace switchyard::ui
