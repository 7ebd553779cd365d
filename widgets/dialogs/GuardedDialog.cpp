#include "widgets/dialogs/GuardedDialog.h"

#include <QPainter>
#include <QPainterPath>
#include <QScreen>

namespace switchyard::ui {

GuardedDialog::GuardedDialog(Band band, const QString& title, const QString& safe, QWidget* parent, int width)
    : QDialog(parent, Qt::Dialog | Qt::FramelessWindowHint), m_band(band)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setModal(true);
    setWindowTitle(title);
    setAccessibleName(title);
    onTheme(this, [this, width] { setFixedWidth(qMax(width, width + (Theme::instance().textScale() - 100) * 4)); });
    auto* all = tight<QVBoxLayout>(this);
    all->setContentsMargins(1, 0, 1, 1);
    m_body = new QVBoxLayout;
    m_body->setContentsMargins(24, 24, 24, 20);
    m_body->setSpacing(4);
    m_title = new TextLabel(title, Style::H1);
    m_title->setWrap(true);
    m_body->addWidget(m_title);
    all->addLayout(m_body);
    all->addStretch(1);
    m_error = new TextLabel(QString(), Style::Body, Role::Danger);
    m_error->setWrap(true);
    m_error->setContentsMargins(0, 0, 0, 0);
    m_error->hide();
    auto* errorRow = new QHBoxLayout;
    errorRow->setContentsMargins(24, 0, 24, 12);
    errorRow->addWidget(m_error);
    all->addLayout(errorRow);
    auto* foot = new Surface(Role::Raised, Surface::Top);
    onTheme(foot, [foot] { foot->setFixedHeight(qMax(60, Theme::instance().scaled(36) + 24)); });
    m_footer = tight<QHBoxLayout>(foot, 0, 8);
    m_footer->setContentsMargins(24, 1, 23, 0);
    m_footer->addStretch(1);
    m_safe = new Button(safe);
    m_safe->setObjectName(QStringLiteral("safe"));
    m_footer->addWidget(m_safe, 0, Qt::AlignVCenter);
    all->addWidget(foot);
    connect(m_safe, &QAbstractButton::clicked, this, &QDialog::reject);
}

TextLabel* GuardedDialog::paragraph(const QString& text)
{
    auto* label = new TextLabel(text, Style::Body, Role::Text2);
    label->setWrap(true);
    m_body->addWidget(label);
    return label;
}

QHBoxLayout* GuardedDialog::fact(const QString& label)
{
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    auto* name = new TextLabel(label, Style::Body, Role::Text3);
    onTheme(name, [name] {
        name->setFixedWidth(Theme::instance().scaled(112));
        name->setMinimumHeight(Theme::instance().scaled(20));
    });
    row->addWidget(name);
    m_body->addLayout(row);
    return row;
}

TextLabel* GuardedDialog::factText(const QString& label, const QString& text)
{
    QHBoxLayout* row = fact(label);
    auto* value = new TextLabel(text, Style::Body);
    value->setWrap(true);
    row->addWidget(value, 1);
    return value;
}

void GuardedDialog::setAct(QWidget* act) { m_footer->addWidget(act, 0, Qt::AlignVCenter); }

ArmField* GuardedDialog::addArmField(const QString& label, const QString& name, GuardedButton* act)
{
    m_body->addSpacing(8);
    m_body->addWidget(new TextLabel(label, Style::Small, Role::Text2));
    auto* field = new ArmField;
    field->setObjectName(QStringLiteral("arm"));
    field->setName(name);
    m_body->addWidget(field);
    act->setTypedName(name);
    connect(field, &QLineEdit::textChanged, act, &GuardedButton::setTyped);
    connect(field, &QLineEdit::returnPressed, this, [field, act] {
        if (field->armed())
            act->setFocus(Qt::TabFocusReason);
    });
    return field;
}

void GuardedDialog::showError(const Error& error)
{
    m_error->setText(error.sentence());
    m_error->show();
    fit();
}

void GuardedDialog::setTitle(const QString& title, Role role)
{
    m_title->setText(title);
    m_title->setRole(role);
    setWindowTitle(title);
    setAccessibleName(title);
}

void GuardedDialog::setBand(Band band)
{
    m_band = band;
    update();
}

void GuardedDialog::fit()
{
    layout()->activate();
    const int wanted = layout()->hasHeightForWidth() ? layout()->heightForWidth(width()) : layout()->sizeHint().height();
    setFixedHeight(wanted);
    if (parentWidget()) {
        const QWidget* host = parentWidget()->window();
        move(host->mapToGlobal(QPoint((host->width() - width()) / 2, qMax(40, (host->height() - height()) / 3))));
    }
}

void GuardedDialog::showEvent(QShowEvent* event)
{
    fit();
    QDialog::showEvent(event);
    // Tab walks as the eye does: the fields, the safe answer, the act. The safe answer was made first, so it has to be moved.
    if (QWidget* act = m_footer->itemAt(m_footer->count() - 1)->widget(); act && act != m_safe) {
        QWidget* before = act->previousInFocusChain();
        if (before != m_safe) {
            setTabOrder(before, m_safe);
            setTabOrder(m_safe, act);
        }
    }
    // The safe answer has the focus, unless a field waits to be typed into.
    if (auto* field = findChild<QLineEdit*>())
        field->setFocus(Qt::OtherFocusReason);
    else if (auto* note = findChild<QPlainTextEdit*>())
        note->setFocus(Qt::OtherFocusReason);
    else
        m_safe->setFocus(Qt::OtherFocusReason);
}

void GuardedDialog::paintEvent(QPaintEvent*)
{
    const Theme& t = Theme::instance();
    QPainter p(this);
    p.fillRect(rect(), t.color(Role::Panel));
    const QRectF band(0, 0, width(), 4);
    switch (m_band) {
    case Band::Plain: break;
    case Band::Live: p.fillRect(band, t.color(Role::LiveFill)); break;
    case Band::Rehearsal: p.fillRect(band, t.hatch(Role::RehearsalFill, QPointF(), devicePixelRatioF(), 0.4)); break;
    case Band::Danger: p.fillRect(band, t.color(Role::DangerFill)); break;
    case Band::Hazard: paint::hazard(&p, band); break;
    }
    p.setPen(t.color(Role::LineControl));
    p.setBrush(Qt::NoBrush);
    p.drawRect(rect().adjusted(0, m_band == Band::Plain ? 0 : 4, -1, -1));
}

} // namespace switchyard::ui
