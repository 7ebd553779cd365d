#include "widgets/parts/Indicators.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace switchyard::ui {

HealthLight::HealthLight(Health health, int size, QWidget* parent) : PaintedWidget(parent), m_health(health), m_size(size)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setToolTip(healthName(health));
}

void HealthLight::setHealth(Health health)
{
    if (m_health == health)
        return;
    m_health = health;
    setToolTip(healthName(health));
    tick();
    update();
    announceValue();
}

void HealthLight::tick()
{
    const bool turning = isVisible() && m_health == Health::Working && !Theme::instance().reducedMotion();
    if (turning && m_timer == 0)
        m_timer = startTimer(500, Qt::CoarseTimer);
    if (!turning && m_timer != 0) {
        killTimer(m_timer);
        m_timer = 0;
    }
}

void HealthLight::timerEvent(QTimerEvent*)
{
    m_turn = (m_turn + 1) % 4;
    update();
}

void HealthLight::showEvent(QShowEvent*) { tick(); }
void HealthLight::hideEvent(QHideEvent*) { tick(); }

void HealthLight::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    paint::light(&p, QRectF(rect()), m_health, m_size, m_turn);
}

MonogramTile::MonogramTile(const QString& letters, const QString& name, int size, SideTone side, QWidget* parent)
    : PaintedWidget(parent), m_letters(letters), m_size(size), m_side(side)
{
    setAccessibleName(name);
    setToolTip(name);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void MonogramTile::setTile(const QString& letters, const QString& name, SideTone side)
{
    m_letters = letters;
    m_side = side;
    setAccessibleName(name);
    setToolTip(name);
    update();
}

void MonogramTile::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    paint::tile(&p, QRectF((width() - m_size) / 2, (height() - m_size) / 2, m_size, m_size), m_letters, m_side);
}

StatusPill::StatusPill(Health health, const QString& text, QWidget* parent) : PaintedWidget(parent), m_health(health), m_text(text)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void StatusPill::setState(Health health, const QString& text)
{
    m_health = health;
    m_text = text;
    updateGeometry();
    update();
}

QSize StatusPill::sizeHint() const { return {static_cast<int>(std::ceil(paint::textWidth(m_text, Style::SmallMedium))) + 29, Theme::instance().scaled(24)}; }

void StatusPill::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    paint::box(&p, QRectF(rect()), ui::color(Role::Panel), ui::color(Role::Line), 4);
    paint::light(&p, QRectF(7, 0, 8, height()), m_health, 8);
    const Role role = m_health == Health::Failed ? Role::Danger : m_health == Health::Off ? Role::Text3 : Role::Text1;
    paint::text(&p, QRectF(21, 0, width() - 24, height()), m_text, Style::SmallMedium, role);
}

Chip::Chip(const QString& text, ChipTone tone, const QString& icon, QWidget* parent) : PaintedWidget(parent), m_text(text), m_tone(tone), m_icon(icon)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void Chip::setChip(const QString& text, ChipTone tone, const QString& icon)
{
    m_text = text;
    m_tone = tone;
    m_icon = icon;
    updateGeometry();
    update();
}

QSize Chip::sizeHint() const { return {static_cast<int>(std::ceil(paint::chipWidth(m_text, m_icon))), Theme::instance().scaled(20)}; }

void Chip::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    paint::chip(&p, QRectF(rect()), m_text, m_tone, m_icon);
}

VerdictChip::VerdictChip(Verdict verdict, const QString& reason, QWidget* parent) : PaintedWidget(parent), m_verdict(verdict)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setVerdict(verdict, reason);
}

void VerdictChip::setVerdict(Verdict verdict, const QString& reason)
{
    m_verdict = verdict;
    setToolTip(reason);
    setAccessibleDescription(reason);
    updateGeometry();
    update();
}

QSize VerdictChip::sizeHint() const
{
    return {static_cast<int>(std::ceil(paint::chipWidth(verdictWord(m_verdict), paint::verdictIcon(m_verdict)))), Theme::instance().scaled(20)};
}

void VerdictChip::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    paint::verdictChip(&p, QRectF(rect()), m_verdict);
}

KeyCap::KeyCap(const QString& keys, QWidget* parent) : PaintedWidget(parent), m_keys(keys) { setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed); }

QSize KeyCap::sizeHint() const { return {static_cast<int>(std::ceil(paint::keyCapWidth(m_keys))), Theme::instance().scaled(18)}; }

void KeyCap::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    paint::keyCap(&p, QRectF(rect()), m_keys);
}

IconLabel::IconLabel(const QString& icon, Role role, int size, QWidget* parent) : PaintedWidget(parent), m_icon(icon), m_role(role), m_size(size)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void IconLabel::setIcon(const QString& icon, Role role)
{
    m_icon = icon;
    m_role = role;
    update();
}

void IconLabel::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    icons::paint(&p, QRectF(rect()), m_icon, ui::color(m_role), m_size);
}

QColor progressColor(ProgressBar::Look look)
{
    switch (look) {
    case ProgressBar::Look::Running: return ui::color(Role::ModeFill);
    case ProgressBar::Look::Done: return ui::color(Role::OkDim);
    case ProgressBar::Look::Stopped: return ui::color(Role::DangerFill);
    case ProgressBar::Look::Waiting: return ui::color(Role::WarnFill);
    case ProgressBar::Look::Calm: return ui::color(Role::Text3);
    }
    return {};
}

QString percentText(double share) { return QString::number(static_cast<int>(std::floor(std::clamp(share, 0.0, 1.0) * 100))) + QStringLiteral(" %"); }

ProgressBar::ProgressBar(QWidget* parent, int height) : PaintedWidget(parent), m_height(height) { setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed); }

void ProgressBar::setShare(double share, Look look)
{
    m_parts = {{1, share, look}};
    update();
    announceValue();
}

void ProgressBar::setCopy(double preseed, double delta, double verify, int running)
{
    const auto look = [running](int index, double share) { return share >= 1 ? Look::Done : index == running ? Look::Running : Look::Done; };
    m_parts = {{5, preseed, look(0, preseed)}, {2, delta, look(1, delta)}, {4, verify, look(2, verify)}};
    update();
    announceValue();
}

double ProgressBar::share() const
{
    double done = 0;
    double all = 0;
    for (const Part& part : m_parts) {
        done += part.parts * part.share;
        all += part.parts;
    }
    return all > 0 ? done / all : 0;
}

QString ProgressBar::spokenValue() const { return percentText(share()); }

void ProgressBar::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    std::vector<paint::Segment> list;
    list.reserve(m_parts.size());
    for (const Part& part : m_parts)
        list.push_back({part.parts, part.share, progressColor(part.look)});
    paint::segments(&p, QRectF(rect()), list, m_height);
}

Sparkline::Sparkline(QWidget* parent) : PaintedWidget(parent) { }

void Sparkline::setSamples(const std::vector<double>& samples)
{
    m_samples = samples;
    update();
}

void Sparkline::setRole(Role role)
{
    m_role = role;
    update();
}

QString Sparkline::spokenValue() const { return m_samples.empty() ? QStringLiteral("no samples") : QString::number(m_samples.back(), 'g', 4); }

void Sparkline::paintEvent(QPaintEvent*)
{
    if (m_samples.size() < 2)
        return;
    double top = 0;
    for (const double v : m_samples) {
        if (!std::isnan(v))
            top = std::max(top, v);
    }
    if (top <= 0)
        top = 1;
    QPainter p(this);
    p.setRenderHint(QPainter::Antialiasing);
    const QColor tone = ui::color(m_role);
    QColor area = tone;
    area.setAlphaF(0.16F);
    const double step = (width() - 1.0) / static_cast<double>(m_samples.size() - 1);
    const auto point = [&](std::size_t i) { return QPointF(0.5 + static_cast<double>(i) * step, height() - 1 - m_samples[i] / top * (height() - 3.0)); };
    std::size_t i = 0;
    while (i < m_samples.size()) {
        if (std::isnan(m_samples[i])) {
            ++i;
            continue;
        }
        QPainterPath line(point(i));
        const double from = point(i).x();
        double to = from;
        for (++i; i < m_samples.size() && !std::isnan(m_samples[i]); ++i) {
            line.lineTo(point(i));
            to = point(i).x();
        }
        QPainterPath shape = line;
        shape.lineTo(to, height());
        shape.lineTo(from, height());
        p.fillPath(shape, area);
        p.strokePath(line, QPen(tone, 1.5));
    }
}

ClockView::ClockView(QWidget* parent) : PaintedWidget(parent) { }

void ClockView::setContent(const Content& content)
{
    const bool same = content.caption == m_content.caption && content.captionMark == m_content.captionMark && content.value == m_content.value
        && content.unit == m_content.unit && content.valueRole == m_content.valueRole && content.below == m_content.below
        && content.markRole == m_content.markRole && content.barRole == m_content.barRole && qFuzzyCompare(1 + content.share, 1 + m_content.share);
    m_content = content;
    if (!same)
        update();
}

Role budgetRole(double share) { return share > 1 ? Role::Danger : share >= 0.8 ? Role::Warn : Role::Text1; }

void ClockView::paintEvent(QPaintEvent*)
{
    const Theme& t = Theme::instance();
    QPainter p(this);
    const qreal label = t.lineHeight(Style::Label);
    const qreal figure = t.lineHeight(Style::Clock);
    const bool bar = m_content.share >= 0;
    const bool below = !m_content.below.isEmpty();
    qreal total = label + figure + (bar ? 9 : 0);
    if (below)
        total = label + figure + label - 4;
    qreal y = std::floor((height() - total) / 2);
    qreal x = paint::text(&p, QRectF(0, y, width(), label), m_content.caption, Style::Label, Role::Text3);
    if (!m_content.captionMark.isEmpty())
        paint::text(&p, QRectF(x, y, width() - x, label), QStringLiteral(" · ") + m_content.captionMark, Style::Label, m_content.markRole);
    y += label - (below ? 2 : 0);
    const QString value = m_content.value.isEmpty() ? QStringLiteral("--:--") : m_content.value;
    x = paint::text(&p, QRectF(0, y, width(), figure), value, Style::Clock, m_content.value.isEmpty() ? Role::Text3 : m_content.valueRole,
                    Qt::AlignLeft | Qt::AlignVCenter, Qt::ElideNone);
    if (!m_content.unit.isEmpty())
        paint::text(&p, QRectF(x + 6, y + (figure - t.lineHeight(Style::Value)) / 2.0 + 4, width() - x - 6, t.lineHeight(Style::Value)), m_content.unit,
                    Style::Value, Role::Text3, Qt::AlignLeft | Qt::AlignVCenter, Qt::ElideNone);
    y += figure;
    if (below)
        paint::text(&p, QRectF(0, y - 2, width(), label), m_content.below, Style::Label, Role::Text3);
    else if (bar)
        paint::bar(&p, QRectF(0, y + 5, width(), 4), m_content.share, ui::color(m_content.barRole), 4);
}

} // namespace switchyard::ui
