#include "widgets/parts/Tracks.h"

#include "widgets/parts/Indicators.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace switchyard::ui {

namespace {

QString unmarked(QString text)
{
    return text.remove(u'`').remove(QStringLiteral("**"));
}

/// Splits "Environment, 31 keys, **1 open**" into runs with their styles.
struct Run {
    QString text;
    Style style;
    Role role;
};
std::vector<Run> runsOf(const QString& marked, Style plain, Role role)
{
    std::vector<Run> runs;
    Style style = plain;
    Role tone = role;
    QString now;
    const auto push = [&] {
        if (!now.isEmpty())
            runs.push_back({now, style, tone});
        now.clear();
    };
    for (qsizetype i = 0; i < marked.size(); ++i) {
        if (marked.at(i) == u'`') {
            push();
            const bool open = style != Style::Value;
            style = open ? Style::Value : plain;
            tone = open ? Role::Text1 : role;
        } else if (marked.mid(i, 2) == QLatin1String("**")) {
            push();
            const bool open = style != Style::SmallStrong;
            style = open ? Style::SmallStrong : plain;
            tone = open ? Role::Text1 : role;
            ++i;
        } else {
            now.append(marked.at(i));
        }
    }
    push();
    return runs;
}

} // namespace

namespace paint {

void pipe(QPainter* p, const QRectF& rect, const PipeContent& content)
{
    const Theme& t = Theme::instance();
    const qreal y = std::round(rect.center().y());
    if (content.look == PipeLook::Moving) {
        p->fillRect(QRectF(rect.left(), y - 2, rect.width(), 4), t.color(Role::ModeFill));
        const qreal width = qMin(324.0, rect.width() - 24);
        const QRectF inner(std::round(rect.center().x() - width / 2), y - t.scaled(38) / 2.0 - 1, width, t.scaled(40));
        box(p, inner, t.color(Role::Panel), t.color(Role::Line), 4);
        const qreal line = t.lineHeight(Style::Small);
        const qreal top = inner.top() + (inner.height() - line - 12) / 2;
        text(p, QRectF(inner.left() + 11, top, 110, line), content.name, Style::SmallMedium, Role::Text1);
        text(p, QRectF(inner.left() + 100, top, inner.width() - 111, line), content.amount, Style::ValueSmall, Role::Text1, Qt::AlignRight | Qt::AlignVCenter, Qt::ElideLeft);
        const QRectF bars(inner.left() + 11, top + line + 3, inner.width() - 22, 8);
        if (content.share >= 0) {
            bar(p, bars, content.share, t.color(Role::ModeFill), 8);
        } else {
            const auto part = [&](double parts, double share) { return Segment{parts, share, t.color(share >= 1 ? Role::OkDim : Role::ModeFill)}; };
            segments(p, bars, {part(5, content.preseed), part(2, content.delta), part(4, content.verify)}, 8);
        }
        return;
    }
    QString icon;
    Role tone = Role::Text2;
    QColor line = t.color(Role::Track);
    bool dashed = false;
    switch (content.look) {
    case PipeLook::Settled:
        icon = QStringLiteral("tick");
        line = t.mixed(Role::Ok, Role::Canvas, 0.7);
        break;
    case PipeLook::NeedsLook:
        icon = QStringLiteral("caution");
        line = t.mixed(Role::Warn, Role::Canvas, 0.7);
        break;
    case PipeLook::Broken:
        icon = QStringLiteral("cross");
        line = t.color(Role::Danger);
        tone = Role::Danger;
        break;
    case PipeLook::Waiting: icon = QStringLiteral("clock"); break;
    case PipeLook::NotMoved: dashed = true; break;
    case PipeLook::Moving: break;
    }
    const std::vector<Run> runs = runsOf(content.label, Style::Small, tone);
    qreal width = 0;
    for (const Run& run : runs)
        width += textWidth(run.text, run.style);
    const qreal lead = icon.isEmpty() ? 0 : t.scaled(14) + 8;
    const qreal gap = qMin(rect.width() - 16, width + lead + 24);
    const qreal from = std::round(rect.center().x() - gap / 2);
    p->save();
    if (dashed) {
        QPen pen(line, 2);
        pen.setDashPattern({3, 2});
        p->setPen(pen);
        p->drawLine(QPointF(rect.left(), y), QPointF(from, y));
        p->drawLine(QPointF(from + gap, y), QPointF(rect.right(), y));
    } else {
        p->fillRect(QRectF(rect.left(), y - 1, from - rect.left(), 2), line);
        p->fillRect(QRectF(from + gap, y - 1, rect.right() - from - gap, 2), line);
    }
    p->restore();
    qreal x = from + 12;
    const qreal height = t.lineHeight(Style::Small);
    const QRectF row(0, y - height / 2, 0, height);
    if (!icon.isEmpty()) {
        const Role glyph = content.look == PipeLook::Settled ? Role::Ok : content.look == PipeLook::NeedsLook ? Role::Warn
            : content.look == PipeLook::Broken ? Role::Danger : Role::Text2;
        icons::paint(p, QRectF(x, row.top(), t.scaled(14), height), icon, t.color(glyph), t.scaled(14));
        x += lead;
    }
    for (const Run& run : runs)
        x += text(p, QRectF(x, row.top(), qMax(0.0, from + gap - 8 - x), height), run.text, run.style, run.role);
}

} // namespace paint

Pipe::Pipe(QWidget* parent) : PaintedWidget(parent) { setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed); }

void Pipe::setContent(const PipeContent& content)
{
    m_content = content;
    update();
    announceValue();
}

QString Pipe::spokenName() const { return m_content.look == PipeLook::Moving ? m_content.name + QStringLiteral(", ") + m_content.amount : unmarked(m_content.label); }

QString Pipe::spokenValue() const
{
    switch (m_content.look) {
    case PipeLook::Moving: return m_content.share >= 0 ? percentText(m_content.share) : percentText((m_content.preseed * 5 + m_content.delta * 2 + m_content.verify * 4) / 11);
    case PipeLook::Settled: return QStringLiteral("settled");
    case PipeLook::NeedsLook: return QStringLiteral("needs a look");
    case PipeLook::Broken: return QStringLiteral("broken");
    case PipeLook::Waiting: return QStringLiteral("waiting");
    case PipeLook::NotMoved: break;
    }
    return QStringLiteral("not moved");
}

void Pipe::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    paint::pipe(&p, QRectF(rect()), m_content);
}

ProbeStrip::ProbeStrip(QWidget* parent) : PaintedWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setMouseTracking(true);
}

void ProbeStrip::setSamples(const std::vector<Sample>& samples)
{
    m_samples = samples;
    update();
    announceValue();
}

int ProbeStrip::first() const { return std::max(0, static_cast<int>(m_samples.size()) - width() / 4); }

QString ProbeStrip::spokenValue() const
{
    if (m_samples.empty())
        return QStringLiteral("no answers yet");
    int failed = 0;
    int held = 0;
    for (const Sample& sample : m_samples) {
        failed += sample.answer == Answer::Failed;
        held += sample.answer == Answer::Maintenance;
    }
    return QStringLiteral("%1 answers, %2 failed, %3 maintenance. Last: %4").arg(m_samples.size()).arg(failed).arg(held).arg(m_samples.back().detail);
}

void ProbeStrip::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    int x = 0;
    for (int i = first(); i < static_cast<int>(m_samples.size()); ++i, x += 4) {
        Role role = Role::Track;
        double part = 1;
        switch (m_samples[static_cast<std::size_t>(i)].answer) {
        case Answer::Unknown: part = 0.3; break;
        case Answer::Source: role = Role::Source; break;
        case Answer::Maintenance:
            role = Role::WarnFill;
            part = 0.6;
            break;
        case Answer::Failed: role = Role::Danger; break;
        case Answer::Target: role = Role::Target; break;
        }
        const int high = static_cast<int>(height() * part);
        p.fillRect(x, height() - high, 3, high, ui::color(role));
    }
}

bool ProbeStrip::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const int index = first() + static_cast<QHelpEvent*>(event)->pos().x() / 4;
        if (index >= 0 && index < static_cast<int>(m_samples.size()))
            QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), m_samples[static_cast<std::size_t>(index)].detail, this);
        return true;
    }
    return PaintedWidget::event(event);
}

CertificateSteps::CertificateSteps(QWidget* parent) : PaintedWidget(parent) { setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed); }

QSize CertificateSteps::sizeHint() const
{
    const Theme& t = Theme::instance();
    return {360, 18 + t.lineHeight(Style::Label) + t.lineHeight(Style::ValueSmall) - 2};
}

void CertificateSteps::setSteps(const std::vector<Step>& steps)
{
    m_steps = steps;
    update();
    announceValue();
}

QString CertificateSteps::spokenValue() const
{
    QStringList parts;
    for (const Step& step : m_steps) {
        const QString state = step.state == State::Done ? QStringLiteral("done") : step.state == State::Waiting ? QStringLiteral("waiting")
            : step.state == State::Failed ? QStringLiteral("failed") : step.state == State::NotTold ? QStringLiteral("not told by the provider") : QStringLiteral("to come");
        parts.append(QStringLiteral("%1 %2 %3").arg(step.name, state, step.time).simplified());
    }
    return parts.join(QStringLiteral(", "));
}

void CertificateSteps::paintEvent(QPaintEvent*)
{
    if (m_steps.empty())
        return;
    const Theme& t = Theme::instance();
    QPainter p(this);
    p.setRenderHint(QPainter::Antialiasing);
    const int count = static_cast<int>(m_steps.size());
    const qreal step = count > 1 ? (width() - 16.0) / (count - 1) : 0;
    const qreal y = 8.5;
    for (int i = 0; i + 1 < count; ++i) {
        const State next = m_steps[static_cast<std::size_t>(i + 1)].state;
        const bool done = next == State::Done;
        QPen pen(t.color(done ? Role::Ok : next == State::Waiting ? Role::Warn : next == State::Failed ? Role::Danger : Role::Track), 2);
        if (next == State::Waiting || next == State::NotTold)
            pen.setDashPattern({2, 1.5});
        p.setPen(pen);
        p.drawLine(QPointF(8 + i * step + 7, y), QPointF(8 + (i + 1) * step - 7, y));
    }
    const qreal label = t.lineHeight(Style::Label);
    for (int i = 0; i < count; ++i) {
        const Step& s = m_steps[static_cast<std::size_t>(i)];
        const QPointF at(8 + i * step, y);
        Role tone = Role::Text2;
        switch (s.state) {
        case State::Done: paint::stepNode(&p, at, paint::StepNode::Passed); break;
        case State::Waiting:
            paint::light(&p, QRectF(at.x() - 6, at.y() - 6, 12, 12), Health::Caution, 12);
            tone = Role::Warn;
            break;
        case State::Failed:
            paint::light(&p, QRectF(at.x() - 6, at.y() - 6, 12, 12), Health::Failed, 11);
            tone = Role::Danger;
            break;
        case State::Coming: paint::stepNode(&p, at, paint::StepNode::Pending); break;
        case State::NotTold: paint::light(&p, QRectF(at.x() - 6, at.y() - 6, 12, 12), Health::Unknown, 12); break;
        }
        const Qt::Alignment align = (i == 0 ? Qt::AlignLeft : i == count - 1 ? Qt::AlignRight : Qt::AlignHCenter) | Qt::AlignVCenter;
        const qreal wide = qMax(40.0, step);
        qreal left = i == 0 ? 0 : i == count - 1 ? width() - wide : at.x() - wide / 2;
        const qreal mine = std::max(paint::textWidth(s.name, Style::Label), paint::textWidth(s.time, Style::ValueSmall));
        if (i == 1) { // the first step's words stand left of their mark's middle and may reach this far
            const qreal taken = std::max(paint::textWidth(m_steps.front().name, Style::Label), paint::textWidth(m_steps.front().time, Style::ValueSmall)) + 6;
            left += std::max(0.0, taken - (left + (wide - mine) / 2));
        }
        paint::text(&p, QRectF(left, 18, wide, label), s.name, Style::Label, tone, align);
        const bool told = s.state != State::NotTold;
        paint::text(&p, QRectF(left, 18 + label - 2, wide, label), told ? s.time : QStringLiteral("not told"), told ? Style::ValueSmall : Style::Label, Role::Text3, align);
    }
}

} // namespace switchyard::ui
