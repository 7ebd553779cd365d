#include "widgets/frame/Toasts.h"

#include "widgets/parts/Button.h"
#include "widgets/parts/Indicators.h"
#include "widgets/parts/Panel.h"

#include <QEnterEvent>
#include <QEvent>
#include <QPainter>

namespace switchyard::ui {

Toast::Toast(ToastKind kind, const QString& title, const QString& text, QWidget* parent) : PaintedWidget(parent), m_kind(kind), m_title(title), m_text(text)
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 10, 8, 10);
    row->setSpacing(8);
    const QString icon = kind == ToastKind::Failure ? QStringLiteral("failure") : kind == ToastKind::Caution ? QStringLiteral("caution")
        : kind == ToastKind::Good ? QStringLiteral("tick") : QStringLiteral("info");
    const Role role = kind == ToastKind::Failure ? Role::Danger : kind == ToastKind::Caution ? Role::Warn : kind == ToastKind::Good ? Role::Ok : Role::Text2;
    row->addWidget(new IconLabel(icon, role), 0, Qt::AlignTop);
    auto* words = new QVBoxLayout;
    words->setSpacing(0);
    auto* head = new TextLabel(title, Style::BodyStrong);
    head->setWrap(true);
    words->addWidget(head);
    if (!text.isEmpty()) {
        auto* body = new TextLabel(text, Style::Small, Role::Text2);
        body->setWrap(true);
        words->addWidget(body);
    }
    row->addLayout(words, 1);
    auto* close = Button::iconOnly(QStringLiteral("cross"), QStringLiteral("Close this message"));
    close->setButtonSize(ButtonSize::Dense);
    row->addWidget(close, 0, Qt::AlignTop);
    connect(close, &QAbstractButton::clicked, this, &Toast::closed);
    m_timer.setSingleShot(true);
    m_timer.setInterval(6000);
    connect(&m_timer, &QTimer::timeout, this, &Toast::closed);
    if (kind != ToastKind::Failure)
        m_timer.start();
}

QSize Toast::sizeHint() const
{
    const int width = 360;
    return {width, layout() ? qMax(layout()->sizeHint().height(), layout()->heightForWidth(width)) : 60};
}

void Toast::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    paint::box(&p, QRectF(rect()), ui::color(Role::Raised), ui::color(m_kind == ToastKind::Failure ? Role::Danger : Role::Line), 6);
}

void Toast::enterEvent(QEnterEvent*) { m_timer.stop(); }

void Toast::leaveEvent(QEvent*)
{
    if (m_kind != ToastKind::Failure)
        m_timer.start();
}

Toasts::Toasts(QWidget* host, QWidget* below) : QObject(host), m_host(host), m_below(below) { host->installEventFilter(this); }

void Toasts::show(ToastKind kind, const QString& title, const QString& text)
{
    while (m_shown.size() >= 3) {
        Toast* oldest = m_shown.takeFirst();
        oldest->hide();
        oldest->deleteLater();
    }
    auto* toast = new Toast(kind, title, text, m_host);
    m_shown.append(toast);
    connect(toast, &Toast::closed, this, [this, toast] {
        m_shown.removeOne(toast);
        toast->hide();
        toast->deleteLater();
        place();
    });
    place();
    toast->show();
    toast->raise();
    QAccessibleEvent event(toast, QAccessible::Alert);
    QAccessible::updateAccessibility(&event);
}

bool Toasts::acknowledge()
{
    if (m_shown.isEmpty())
        return false;
    Q_EMIT m_shown.last()->closed();
    return true;
}

bool Toasts::eventFilter(QObject* object, QEvent* event)
{
    if (object == m_host && event->type() == QEvent::Resize)
        place();
    return false;
}

void Toasts::place()
{
    int bottom = m_host->height() - (m_below ? m_below->height() : 0) - 12;
    for (auto it = m_shown.rbegin(); it != m_shown.rend(); ++it) {
        const QSize size = (*it)->sizeHint();
        (*it)->setGeometry(m_host->width() - 12 - 360, bottom - size.height(), 360, size.height());
        bottom -= size.height() + 12;
    }
}

} // namespace switchyard::ui
