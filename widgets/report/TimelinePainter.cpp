#include "widgets/report/TimelinePainter.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace switchyard::ui {

using cutover::HostState;

QString hostStateWord(HostState state)
{
    switch (state) {
    case HostState::Unknown: return QStringLiteral("not known");
    case HostState::Source: return QStringLiteral("source");
    case HostState::Maintenance: return QStringLiteral("maintenance");
    case HostState::Failed: return QStringLiteral("failed");
    case HostState::Target: return QStringLiteral("target");
    }
    return {};
}

TimelinePainter::TimelinePainter(const report::Timeline& timeline, const ReportInk& ink, qreal width) : m_timeline(timeline), m_ink(ink), m_to(timeline.to)
{
    for (const report::Span& span : timeline.planned)
        m_to = std::max(m_to, span.to);
    const qreal left = std::min(width * 0.3, ink.scaled(132));
    m_lane = ink.scaled(26);
    const qreal lanes = ink.scaled(56) + m_lane * static_cast<qreal>(timeline.hosts.size());
    m_plot = QRectF(left, 0, width - left - 2, lanes);
    m_height = lanes + ink.scaled(24);
}

qreal TimelinePainter::x(TimePoint time) const
{
    const double all = static_cast<double>(std::max<qint64>(1, (m_to - m_timeline.from).count()));
    return m_plot.left() + m_plot.width() * std::clamp(static_cast<double>((time - m_timeline.from).count()) / all, 0.0, 1.0);
}

TimePoint TimelinePainter::timeAt(qreal at) const
{
    const double share = std::clamp((at - m_plot.left()) / m_plot.width(), 0.0, 1.0);
    return m_timeline.from + Milliseconds(static_cast<qint64>(share * static_cast<double>((m_to - m_timeline.from).count())));
}

QString TimelinePainter::wordsAt(TimePoint time) const
{
    QStringList hosts;
    for (const report::Strip& strip : m_timeline.hosts) {
        for (const report::Span& span : strip.spans) {
            if (time >= span.from && time < span.to)
                hosts << QStringLiteral("%1 %2").arg(strip.shortName, hostStateWord(span.state));
        }
    }
    QString phase;
    for (const report::Span& span : m_timeline.actual) {
        if (time >= span.from && time <= span.to)
            phase = QStringLiteral(", %1").arg(span.label);
    }
    return QStringLiteral("%1 UTC, T+%2%3%4%5").arg(clockUtc(time), hoursMinutesSeconds(time - m_timeline.from), phase, hosts.isEmpty() ? QString() : QStringLiteral(". "), hosts.join(QStringLiteral(", ")));
}

void TimelinePainter::paint(QPainter* p, const QPointF& at) const
{
    const ReportInk& ink = m_ink;
    p->save();
    p->translate(at);
    // Times and their lines first: the bars stand on them.
    static constexpr std::array<int, 10> steps{1, 2, 5, 10, 15, 30, 60, 120, 360, 1440};
    const double minutes = std::max(0.02, static_cast<double>((m_to - m_timeline.from).count()) / 60'000.0);
    const qreal label = ink.width(QStringLiteral("22:00"), Style::ValueSmall);
    const auto fits = std::find_if(steps.begin(), steps.end(), [&](int s) { return m_plot.width() * s / minutes > label * 2; });
    const qint64 every = (fits == steps.end() ? 10'080 : *fits) * 60'000LL;
    for (qint64 t = (m_timeline.from.time_since_epoch().count() + every - 1) / every * every; t <= m_to.time_since_epoch().count(); t += every) {
        const TimePoint time{Milliseconds(t)};
        p->fillRect(QRectF(x(time), 0, 1, m_plot.height()), ink.color(Role::LineSoft));
        const qreal left = std::min(x(time) - label / 2, m_plot.right() - label);
        ink.text(p, QRectF(left, m_plot.height() + ink.scaled(4), label + 2, ink.scaled(18)), clockUtc(time).left(5), Style::ValueSmall, Role::Text3);
    }
    const auto name = [&](qreal top, qreal high, const QString& words, Style style) { ink.text(p, QRectF(0, top, m_plot.left() - 8, high), words, style, Role::Text2); };
    const auto bar = [&](const report::Span& span, qreal top, qreal high, const QColor& fill) {
        const QRectF box(QPointF(x(span.from), top), QPointF(std::max(x(span.from) + 1, x(span.to) - 1), top + high));
        p->fillRect(box, fill);
        return box;
    };
    name(0, ink.scaled(14), QStringLiteral("Planned"), Style::Small);
    for (const report::Span& span : m_timeline.planned)
        bar(span, 1, ink.scaled(12), ink.color(Role::Track));
    const qreal second = ink.scaled(24);
    const qreal tall = ink.scaled(18);
    name(second, tall, QStringLiteral("Actual"), Style::Small);
    for (const report::Span& span : m_timeline.actual) {
        const QRectF box = bar(span, second, tall, ink.color(Role::Text3));
        if (ink.width(span.label, Style::LabelStrong) + 12 <= box.width())
            ink.text(p, box.adjusted(6, 0, -4, 0), span.label, Style::LabelStrong, Role::Panel);
    }
    qreal y = ink.scaled(56);
    for (const report::Strip& strip : m_timeline.hosts) {
        name(y, tall, strip.shortName, Style::ValueSmall);
        qreal after = -1;
        for (const report::Span& span : strip.spans) {
            const QRectF box = bar(span, y, tall, ink.host(span.state));
            if (span.state == HostState::Maintenance || span.state == HostState::Failed)
                after = box.right();
        }
        if (after >= 0) {
            const qreal wide = ink.width(strip.downtime, Style::Value);
            const bool right = after + 8 + wide <= m_plot.right();
            ink.text(p, QRectF(right ? after + 8 : m_plot.left() + 8, y, wide + 2, tall), strip.downtime, Style::Value, Role::Text1);
        }
        y += m_lane;
    }
    if (m_timeline.pointOfNoReturn) {
        const qreal at_ = std::round(x(*m_timeline.pointOfNoReturn));
        p->fillRect(QRectF(at_ - 1, ink.scaled(18), 2, m_plot.height() - ink.scaled(18)), ink.color(Role::Pnr));
        p->setRenderHint(QPainter::Antialiasing);
        p->setPen(Qt::NoPen);
        p->setBrush(ink.color(Role::Pnr));
        const qreal r = ink.scaled(7);
        const qreal top = ink.scaled(18);
        p->drawPolygon(QPolygonF{{at_, top - r}, {at_ + r, top}, {at_, top + r}, {at_ - r, top}});
    }
    p->restore();
}

} // namespace switchyard::ui
