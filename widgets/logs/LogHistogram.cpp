#include "widgets/logs/LogHistogram.h"

#include "widgets/theme/SwitchyardStyle.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <map>

namespace switchyard::ui {

namespace {
constexpr qreal kBar = 12; ///< 11 and a gap
}

LogHistogram::LogHistogram(QWidget* parent) : PaintedWidget(parent)
{
    setObjectName(QStringLiteral("histogram"));
    setFocusPolicy(Qt::TabFocus);
    setCursor(Qt::IBeamCursor);
    setToolTip(QStringLiteral("Drag to show a span of time, double-click to show all"));
    useFocusRing(this);
    onTheme(this, [this] {
        setFixedHeight(Theme::instance().scaled(104));
        update();
    });
}

QRectF LogHistogram::plot() const
{
    const Theme& t = Theme::instance();
    return {16, qreal(t.scaled(28)), width() - 32.0, qreal(t.scaled(84) - t.scaled(28))};
}

Milliseconds LogHistogram::barTime() const { return std::max(Milliseconds(1), Milliseconds((m_to - m_from).count() / std::max<qint64>(1, static_cast<qint64>(plot().width() / kBar)))); }

qreal LogHistogram::x(TimePoint time) const
{
    const QRectF area = plot();
    const double all = static_cast<double>((m_to - m_from).count());
    return all <= 0 ? area.left() : area.left() + area.width() * std::clamp(static_cast<double>((time - m_from).count()) / all, 0.0, 1.0);
}

TimePoint LogHistogram::timeAt(qreal at) const
{
    const QRectF area = plot();
    const double share = std::clamp((at - area.left()) / area.width(), 0.0, 1.0);
    return m_from + Milliseconds(static_cast<qint64>(share * static_cast<double>((m_to - m_from).count())));
}

void LogHistogram::setLines(const logs::LogStore& store, const logs::LogFilter& filter, const cutover::RunState& state)
{
    logs::LogFilter all = filter;
    all.since.reset();
    all.until.reset();
    m_from = state.startedAt.value_or(state.now);
    m_to = state.endedAt.value_or(state.now);
    if (store.size() > 0) {
        m_from = std::min(m_from, TimePoint(Milliseconds(store.head(0).time)));
        m_to = std::max(m_to, TimePoint(Milliseconds(store.head(store.size() - 1).time)));
    }
    m_to = std::max(m_to, m_from + Seconds(60));
    const auto count = static_cast<std::size_t>(std::max(1.0, std::floor(plot().width() / kBar)));
    m_bins.assign(count, {});
    const double scale = static_cast<double>(count) / static_cast<double>((m_to - m_from).count() + 1);
    qint64 lines = 0;
    qint64 warnings = 0;
    qint64 errors = 0;
    for (qsizetype i = 0; i < store.size(); ++i) {
        if (!all.accepts(store, i))
            continue;
        const logs::LogStore::Head& head = store.head(i);
        const auto at = static_cast<std::size_t>(std::max(0.0, static_cast<double>(head.time - m_from.time_since_epoch().count()) * scale));
        Bin& bin = m_bins[std::min(at, count - 1)];
        ++bin.lines;
        ++lines;
        if (head.level == LogLevel::Warning) {
            ++bin.warnings;
            ++warnings;
        } else if (head.level == LogLevel::Error) {
            ++bin.errors;
            ++errors;
        }
    }
    m_spoken = QStringLiteral("%1 lines from %2 to %3 UTC, %4 warnings, %5 errors").arg(grouped(lines), clockUtc(m_from), clockUtc(m_to), grouped(warnings), grouped(errors));
    std::map<plan::Phase, PhaseBar> phases;
    m_point.reset();
    for (const cutover::StepView& step : state.steps) {
        if (step.startedAt) {
            const TimePoint end = step.endedAt.value_or(m_to);
            auto [it, fresh] = phases.try_emplace(step.phase, PhaseBar{*step.startedAt, end, plan::phaseName(step.phase), false});
            if (!fresh) {
                it->second.from = std::min(it->second.from, *step.startedAt);
                it->second.to = std::max(it->second.to, end);
            }
            it->second.current = step.phase == state.currentPhase && !state.endedAt;
        }
    }
    for (const cutover::EventView& event : state.events) {
        if (event.pointOfNoReturn)
            m_point = event.at;
    }
    m_phases.clear();
    for (auto& [phase, bar] : phases)
        m_phases.push_back(bar);
    update();
    announceValue();
}

void LogHistogram::setSpan(std::optional<TimePoint> since, std::optional<TimePoint> until)
{
    m_since = since;
    m_until = until;
    update();
}

void LogHistogram::paintEvent(QPaintEvent*)
{
    const Theme& t = Theme::instance();
    QPainter p(this);
    p.fillRect(rect(), t.color(Role::Panel));
    paint::hline(&p, 0, width(), height() - 1);
    const QRectF area = plot();
    if (m_since || m_until || m_drag) {
        const TimePoint from = m_drag ? std::min(*m_drag, m_dragTo) : m_since.value_or(m_from);
        const TimePoint to = m_drag ? std::max(*m_drag, m_dragTo) : m_until.value_or(m_to);
        const QRectF brush(QPointF(std::round(x(from)), area.top()), QPointF(std::round(x(to)), area.bottom()));
        p.fillRect(brush, t.mixed(Role::Focus, Role::Panel, 0.14));
        p.fillRect(QRectF(brush.left(), brush.top(), 2, brush.height()), t.color(Role::Focus));
        p.fillRect(QRectF(brush.right() - 2, brush.top(), 2, brush.height()), t.color(Role::Focus));
    }
    qreal lastLabel = 0;
    for (const PhaseBar& phase : m_phases) {
        const qreal from = x(phase.from);
        const qreal to = std::max(from + 2, x(phase.to) - 2);
        p.fillRect(QRectF(from, t.scaled(8), to - from, 3), t.color(phase.current ? Role::ModeFill : Role::Text3));
        const qreal wide = paint::textWidth(phase.name, Style::Label);
        if (from + 1 >= lastLabel && (wide <= to - from || phase.current)) {
            const qreal at = std::min(from + 1, width() - 16 - wide);
            paint::text(&p, QRectF(at, t.scaled(12), wide + 2, t.scaled(15)), phase.name, Style::Label, phase.current ? Role::Text1 : Role::Text3);
            lastLabel = at + wide + 8;
        }
    }
    int most = 1;
    for (const Bin& bin : m_bins)
        most = std::max(most, bin.lines);
    const qreal step = area.width() / static_cast<qreal>(m_bins.size());
    const qreal cap = 4;
    for (std::size_t i = 0; i < m_bins.size(); ++i) {
        const Bin& bin = m_bins[i];
        if (bin.lines == 0)
            continue;
        const qreal left = std::round(area.left() + static_cast<qreal>(i) * step);
        const qreal wide = std::max(1.0, std::round(area.left() + static_cast<qreal>(i + 1) * step) - left - 1);
        const qreal high = std::max(3.0, area.height() * 0.8 * bin.lines / most);
        qreal top = area.bottom() - high;
        p.fillRect(QRectF(left, top, wide, high), t.color(Role::Track));
        // A single error among a thousand lines still shows: caps have a least height.
        const auto stack = [&](int count, Role role) {
            if (count == 0)
                return;
            const qreal part = std::min(area.bottom() - top, std::max(cap, high * count / bin.lines));
            p.fillRect(QRectF(left, top, wide, part), t.color(role));
            top += part;
        };
        stack(bin.errors, Role::Danger);
        stack(bin.warnings, Role::WarnFill);
    }
    if (m_point)
        p.fillRect(QRectF(std::round(x(*m_point)), area.top(), 2, area.height()), t.color(Role::Pnr));
    // Times under the bars: as many full steps as fit.
    const qreal label = paint::textWidth(QStringLiteral("22:00"), Style::ValueSmall);
    static constexpr std::array<int, 9> steps{1, 2, 5, 10, 15, 30, 60, 120, 360};
    const double minutes = static_cast<double>((m_to - m_from).count()) / 60'000.0;
    const auto fits = std::find_if(steps.begin(), steps.end(), [&](int s) { return area.width() * s / minutes > label * 3; });
    const qint64 every = (fits == steps.end() ? 1440 : *fits) * 60'000LL;
    for (qint64 at = (m_from.time_since_epoch().count() + every - 1) / every * every; at <= m_to.time_since_epoch().count(); at += every) {
        const TimePoint time{Milliseconds(at)};
        const qreal left = std::min(x(time), width() - 16 - label);
        paint::text(&p, QRectF(left, t.scaled(86), label + 2, t.scaled(15)), clockUtc(time).left(5), Style::ValueSmall, Role::Text3);
    }
}

void LogHistogram::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return;
    m_drag = m_dragTo = timeAt(event->position().x());
    update();
}

void LogHistogram::mouseMoveEvent(QMouseEvent* event)
{
    if (!m_drag)
        return;
    m_dragTo = timeAt(event->position().x());
    update();
}

void LogHistogram::mouseReleaseEvent(QMouseEvent* event)
{
    if (!m_drag || event->button() != Qt::LeftButton)
        return;
    m_dragTo = timeAt(event->position().x());
    const TimePoint from = std::min(*m_drag, m_dragTo);
    const TimePoint to = std::max(*m_drag, m_dragTo);
    m_drag.reset();
    update();
    if (x(to) - x(from) >= 4)
        Q_EMIT spanChosen(from, to);
}

void LogHistogram::mouseDoubleClickEvent(QMouseEvent*) { Q_EMIT spanChosen(std::nullopt, std::nullopt); }

void LogHistogram::keyPressEvent(QKeyEvent* event)
{
    const int direction = event->key() == Qt::Key_Right ? 1 : event->key() == Qt::Key_Left ? -1 : 0;
    if (event->key() == Qt::Key_Delete || event->key() == Qt::Key_Escape) {
        Q_EMIT spanChosen(std::nullopt, std::nullopt);
        return;
    }
    if (direction == 0)
        return PaintedWidget::keyPressEvent(event);
    const Milliseconds bar = barTime() * direction;
    TimePoint from = m_since.value_or(m_to - barTime() * 10);
    TimePoint to = m_until.value_or(m_to);
    if (!(event->modifiers() & Qt::ShiftModifier))
        from = std::max(m_from, from + bar);
    to = std::clamp(to + bar, from + barTime(), m_to);
    Q_EMIT spanChosen(from, to);
}

} // namespace switchyard::ui
