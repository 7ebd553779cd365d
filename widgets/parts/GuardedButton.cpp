#include "widgets/parts/GuardedButton.h"

#include "widgets/theme/SwitchyardStyle.h"

#include <QFocusEvent>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QPainter>
#include <QPainterPath>

#include <cmath>

namespace switchyard::ui {

namespace {
QString secondsText(double seconds)
{
    return std::abs(seconds - std::round(seconds)) < 0.05 ? QString::number(qRound(seconds)) + QStringLiteral(" s")
                                                          : QString::number(seconds, 'f', 1) + QStringLiteral(" s");
}
} // namespace

GuardedButton::GuardedButton(QWidget* parent) : QAbstractButton(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    useFocusRing(this);
    m_growth.setStartValue(0.0);
    m_growth.setEndValue(1.0);
    connect(&m_growth, &QVariantAnimation::valueChanged, this, [this](const QVariant& value) {
        m_fill = value.toDouble();
        update();
    });
    connect(&m_growth, &QVariantAnimation::finished, this, [this] {
        if (m_state != State::Holding || m_fill < 1.0)
            return;
        if (m_letGo.isActive())
            m_full = true;
        else
            complete();
    });
    m_letGo.setSingleShot(true);
    m_letGo.setInterval(60);
    connect(&m_letGo, &QTimer::timeout, this, &GuardedButton::release);
    m_drain.setDuration(160);
    connect(&m_drain, &QVariantAnimation::valueChanged, this, [this](const QVariant& value) {
        m_fill = value.toDouble();
        update();
    });
    m_arm.setSingleShot(true);
    m_arm.setInterval(5000);
    connect(&m_arm, &QTimer::timeout, this, [this] {
        m_firstPress = false;
        update();
    });
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        cancel();
        updateGeometry();
        update();
    });
}

void GuardedButton::setVerb(const QString& verb, const QString& holdVerb)
{
    m_verb = verb;
    m_holdVerb = holdVerb;
    if (m_holdVerb.isEmpty() && !verb.isEmpty())
        m_holdVerb = QStringLiteral("Hold to ") + verb.at(0).toLower() + verb.mid(1);
    setAccessibleName(verb);
    setText(verb);
    updateGeometry();
    update();
}

void GuardedButton::setHold(Milliseconds hold)
{
    m_hold = hold;
    update();
}

void GuardedButton::setTypedName(const QString& name)
{
    m_typedName = name;
    evaluate();
}

void GuardedButton::setTyped(const QString& text)
{
    m_typed = text;
    evaluate();
}

void GuardedButton::setBlocked(const QString& reason)
{
    m_blocked = reason;
    evaluate();
}

void GuardedButton::setTone(Tone tone)
{
    m_tone = tone;
    update();
}

void GuardedButton::setCompact(bool on)
{
    m_compact = on;
    setSizePolicy(on ? QSizePolicy::Fixed : QSizePolicy::Expanding, QSizePolicy::Fixed);
    updateGeometry();
}

void GuardedButton::evaluate()
{
    if (m_state == State::Sending || m_state == State::Done)
        return;
    const State next = !m_blocked.isEmpty() ? State::Blocked : (!m_typedName.isEmpty() && m_typed != m_typedName) ? State::Unarmed : State::Armed;
    if (m_state == State::Holding && next == State::Armed)
        return;
    if (m_state == State::Holding)
        drain();
    if (next != State::Armed)
        m_firstPress = false;
    setState(next);
}

void GuardedButton::setState(State state)
{
    if (m_state == state) {
        update();
        return;
    }
    m_state = state;
    updateGeometry();
    update();
    setAccessibleDescription(hint());
    Q_EMIT stateChanged();
}

void GuardedButton::press(const QString& with)
{
    if (m_state != State::Armed)
        return;
    m_with = with;
    if (m_hold.count() == 0) {
        complete();
        return;
    }
    if (Theme::instance().twoPresses()) {
        if (m_firstPress) {
            m_firstPress = false;
            m_arm.stop();
            complete();
        } else {
            m_firstPress = true;
            m_arm.start();
            update();
            setAccessibleDescription(hint());
        }
        return;
    }
    m_drain.stop();
    m_letGo.stop();
    m_full = false;
    m_fill = 0;
    setState(State::Holding);
    m_growth.setDuration(static_cast<int>(m_hold.count()));
    m_growth.start();
}

void GuardedButton::release()
{
    if (m_state == State::Holding)
        cancel();
}

void GuardedButton::cancel()
{
    m_letGo.stop();
    if (m_state != State::Holding)
        return;
    drain();
    m_state = State::Armed;
    evaluate();
    update();
    setAccessibleDescription(hint());
    Q_EMIT stateChanged();
}

void GuardedButton::drain()
{
    m_growth.stop();
    m_drain.stop();
    m_drain.setStartValue(m_fill);
    m_drain.setEndValue(0.0);
    m_drain.start();
}

void GuardedButton::complete()
{
    if (m_recheck) {
        const QString reason = m_recheck();
        if (!reason.isEmpty()) {
            setBlocked(reason);
            return;
        }
    }
    QString how = QStringLiteral("click");
    if (m_hold.count() > 0)
        how = Theme::instance().twoPresses() ? QStringLiteral("two presses with ") + m_with
                                             : QStringLiteral("held %1 with %2").arg(secondsText(m_hold.count() / 1000.0), m_with);
    m_fill = 0;
    setState(State::Armed);
    Q_EMIT confirmed(how);
}

void GuardedButton::setSending(const QString& verb, const QString& hint)
{
    m_sayTitle = verb;
    m_sayHint = hint;
    m_growth.stop();
    m_fill = 0;
    setState(State::Sending);
}

void GuardedButton::setDone(const QString& verb, const QString& hint)
{
    m_sayTitle = verb;
    m_sayHint = hint;
    setState(State::Done);
}

void GuardedButton::setFailed(const QString& verb, const QString& hint)
{
    m_sayTitle = verb;
    m_sayHint = hint;
    m_fill = 0;
    setState(State::Failed);
}

void GuardedButton::reset()
{
    m_growth.stop();
    m_fill = 0;
    m_state = State::Unarmed;
    evaluate();
    update();
}

void GuardedButton::showHeld(double share)
{
    m_state = State::Holding;
    m_fill = share;
    update();
}

QString GuardedButton::title() const
{
    switch (m_state) {
    case State::Blocked:
    case State::Unarmed: return m_compact && m_state == State::Unarmed && m_tone != Tone::Mode && !m_typedName.isEmpty()
            ? QStringLiteral("Type %1 to arm").arg(m_typedName)
            : m_compact ? m_holdVerb : m_verb;
    case State::Armed:
        if (m_hold.count() == 0)
            return m_verb;
        if (Theme::instance().twoPresses())
            return m_firstPress ? QStringLiteral("Press again: ") + m_verb.at(0).toLower() + m_verb.mid(1) : m_verb;
        return m_holdVerb;
    case State::Holding: return m_holdVerb;
    default: return m_sayTitle;
    }
}

QString GuardedButton::hint() const
{
    switch (m_state) {
    case State::Blocked: return m_blocked;
    case State::Unarmed: return QStringLiteral("Type %1 to arm").arg(m_typedName);
    case State::Armed:
        if (m_hold.count() == 0)
            return QStringLiteral("One click");
        if (Theme::instance().twoPresses())
            return m_firstPress ? QStringLiteral("Armed for 5 s") : QStringLiteral("Press twice");
        return secondsText(m_hold.count() / 1000.0);
    case State::Holding: return QStringLiteral("Keep holding, %1 s").arg(QString::number(m_hold.count() / 1000.0 * (1 - m_fill), 'f', 1));
    default: return m_sayHint;
    }
}

QSize GuardedButton::sizeHint() const
{
    const Theme& t = Theme::instance();
    if (m_compact) {
        const qreal words = qMax(paint::textWidth(title(), Style::BodyStrong), paint::textWidth(m_holdVerb, Style::BodyStrong));
        return {static_cast<int>(std::ceil(words)) + 26, t.scaled(36)};
    }
    return {t.scaled(240), t.scaled(56)};
}

QSize GuardedButton::minimumSizeHint() const
{
    return m_compact ? sizeHint() : QSize(120, Theme::instance().scaled(56));
}

void GuardedButton::paintEvent(QPaintEvent*)
{
    const Theme& t = Theme::instance();
    QPainter p(this);
    const Role fill = m_tone == Tone::Mode ? Role::ModeFill : m_tone == Tone::Danger ? Role::DangerFill : Role::PnrFill;
    const Role fillText = m_tone == Tone::Mode ? Role::ModeFillText : m_tone == Tone::Danger ? Role::DangerFillText : Role::PnrFillText;
    const Role line = m_tone == Tone::Mode ? Role::Mode : m_tone == Tone::Danger ? Role::Danger : Role::Pnr;
    QColor ground = t.color(Role::Panel);
    QColor border = t.color(Role::Line);
    QColor words = t.color(Role::Text3);
    QColor small = words;
    QString glyph;
    switch (m_state) {
    case State::Blocked: glyph = QStringLiteral("lock"); break;
    case State::Unarmed:
        border = t.color(m_tone == Tone::Mode ? (m_compact ? Role::Line : Role::LineControl) : line);
        words = small = t.color(m_tone == Tone::Mode ? (m_compact ? Role::TextDisabled : Role::Text2) : line);
        break;
    case State::Armed:
    case State::Holding:
        ground = m_compact && m_state == State::Armed && m_fill <= 0 ? t.color(fill) : t.mixed(fill, Role::Panel, 0.34);
        border = t.color(fill);
        words = small = m_compact && m_state == State::Armed && m_fill <= 0 ? t.color(fillText) : t.color(Role::Text1);
        break;
    case State::Sending:
        ground = t.color(Role::Raised);
        border = t.color(Role::Mode);
        words = t.color(Role::Text1);
        small = words;
        break;
    case State::Done:
        glyph = QStringLiteral("tick");
        words = t.color(Role::Text1);
        small = t.color(Role::Text2);
        break;
    case State::Failed:
        ground = t.tint(Role::Danger);
        border = t.color(Role::Danger);
        words = t.color(Role::Danger);
        small = t.color(Role::Text1);
        glyph = QStringLiteral("failure");
        break;
    }
    const QRectF all(rect());
    const qreal radius = m_compact ? 4 : 6;
    paint::box(&p, all, ground, border, radius);

    const Style verbStyle = m_compact ? Style::BodyStrong : Style::H2;
    const auto drawWords = [&](const QColor& first, const QColor& second) {
        const QString verb = title();
        const qreal lineOne = t.lineHeight(verbStyle);
        const qreal lineTwo = m_compact ? 0 : t.lineHeight(Style::Small);
        const qreal top = (height() - lineOne - lineTwo) / 2;
        qreal width = paint::textWidth(verb, verbStyle);
        const bool working = m_state == State::Sending;
        const qreal lead = (glyph.isEmpty() && !working) || m_compact ? 0 : t.scaled(16) + 8;
        width = qMin(width, this->width() - 16.0 - lead);
        qreal x = (this->width() - width - lead) / 2;
        if (lead > 0) {
            const QRectF box(x, top, t.scaled(16), lineOne);
            if (working)
                paint::light(&p, box, Health::Working);
            else
                icons::paint(&p, box, glyph, m_state == State::Done ? t.color(Role::Ok) : first, t.scaled(16));
            x += lead;
        }
        paint::text(&p, QRectF(x, top, width + 1, lineOne), verb, verbStyle, first);
        if (!m_compact)
            paint::text(&p, QRectF(8, top + lineOne, this->width() - 16, lineTwo), hint(), Style::SmallMedium, second, Qt::AlignCenter);
    };
    drawWords(words, small);
    if (m_fill > 0) {
        // The same words once more on the fill, clipped at its edge, so that they can be read on both grounds.
        const QRectF part(0, 0, std::round(all.width() * m_fill), all.height());
        p.save();
        p.setRenderHint(QPainter::Antialiasing);
        QPainterPath shape;
        shape.addRoundedRect(all, radius, radius);
        QPainterPath edge;
        edge.addRect(part);
        p.fillPath(shape.intersected(edge), t.color(fill));
        p.setClipRect(part);
        drawWords(t.color(fillText), t.color(fillText));
        p.restore();
    }
}

void GuardedButton::keyPressEvent(QKeyEvent* event)
{
    const bool holdKey = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter || event->key() == Qt::Key_Space;
    if (!holdKey || event->modifiers() & ~Qt::KeypadModifier) {
        event->ignore();
        const bool words = !event->text().isEmpty() && event->text().at(0).isPrint() && !(event->modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier));
        if (m_state == State::Unarmed && words) {
            event->accept();
            Q_EMIT typedHere(event);
        }
        return;
    }
    if (m_letGo.isActive()) {
        // The other half of a repeat: the key was never let go.
        m_letGo.stop();
        if (m_full && m_state == State::Holding)
            complete();
    } else if (!event->isAutoRepeat()) {
        press(event->key() == Qt::Key_Space ? QStringLiteral("Space") : QStringLiteral("Enter"));
    }
    event->accept();
}

void GuardedButton::keyReleaseEvent(QKeyEvent* event)
{
    const bool holdKey = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter || event->key() == Qt::Key_Space;
    if (!holdKey) {
        event->ignore();
        return;
    }
    // X11 sends release and press in pairs while a key is held; only the last release is a person's. Qt looks for the press behind the
    // release, but when that has not been read from the server yet it takes the release for real: so look again a moment later.
    if (!event->isAutoRepeat()) {
        static const bool x11 = QGuiApplication::platformName() == QLatin1String("xcb");
        if (x11 && m_state == State::Holding)
            m_letGo.start();
        else
            release();
    }
    event->accept();
}

void GuardedButton::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        press(QStringLiteral("the mouse"));
}

void GuardedButton::mouseMoveEvent(QMouseEvent* event)
{
    if (m_state == State::Holding && !rect().adjusted(-24, -24, 24, 24).contains(event->pos()))
        cancel();
}

void GuardedButton::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        release();
}

void GuardedButton::focusOutEvent(QFocusEvent* event)
{
    cancel();
    m_firstPress = false;
    QAbstractButton::focusOutEvent(event);
    update();
}

void GuardedButton::hideEvent(QHideEvent* event)
{
    cancel();
    QAbstractButton::hideEvent(event);
}

void GuardedButton::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::ActivationChange && !isActiveWindow())
        cancel();
    if (event->type() == QEvent::EnabledChange)
        cancel();
    QAbstractButton::changeEvent(event);
}

} // namespace switchyard::ui
