#include "widgets/parts/States.h"

#include "widgets/theme/SwitchyardStyle.h"

#include <QKeyEvent>
#include <QPainter>
#include <QStyleOptionFrame>

namespace switchyard::ui {

EmptyState::EmptyState(const QString& icon, const QString& title, const QString& text, const QString& button, QWidget* parent) : QWidget(parent)
{
    auto* column = tight<QVBoxLayout>(this, 16);
    column->addStretch(1);
    column->addWidget(new IconLabel(icon, Role::Text3, 24), 0, Qt::AlignHCenter);
    column->addSpacing(8);
    auto* head = new TextLabel(title, Style::H2);
    head->setAlign(Qt::AlignHCenter);
    head->setWrap(true);
    column->addWidget(head);
    column->addSpacing(4);
    auto* words = new TextLabel(text, Style::Body, Role::Text2);
    words->setAlign(Qt::AlignHCenter);
    words->setWrap(true);
    column->addWidget(words);
    if (!button.isEmpty()) {
        column->addSpacing(12);
        auto* act = new Button(button);
        column->addWidget(act, 0, Qt::AlignHCenter);
        connect(act, &QAbstractButton::clicked, this, &EmptyState::pressed);
    }
    column->addStretch(1);
    setAccessibleName(title);
}

ErrorState::ErrorState(QWidget* parent) : Surface(Role::Panel, None, parent)
{
    setCard(true, Role::Danger);
    auto* column = tight<QVBoxLayout>(this, 16, 6);
    auto* head = new QHBoxLayout;
    head->setSpacing(8);
    head->addWidget(new IconLabel(QStringLiteral("failure"), Role::Danger), 0, Qt::AlignTop);
    m_happened = new TextLabel(QString(), Style::BodyStrong);
    m_happened->setWrap(true);
    head->addWidget(m_happened, 1);
    column->addLayout(head);
    m_means = new TextLabel(QString(), Style::Body, Role::Text2);
    m_means->setWrap(true);
    column->addWidget(m_means);
    m_remedy = new TextLabel(QString(), Style::Body, Role::Text2);
    m_remedy->setWrap(true);
    column->addWidget(m_remedy);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    m_try = new Button(QStringLiteral("Try now"));
    m_show = new Button(QStringLiteral("Show the error"), ButtonKind::Quiet);
    row->addWidget(m_try);
    row->addWidget(m_show);
    row->addStretch(1);
    column->addSpacing(6);
    column->addLayout(row);
    m_raw = new TextLabel(QString(), Style::ValueSmall, Role::Text2);
    m_raw->setWrap(true);
    m_raw->hide();
    column->addWidget(m_raw);
    connect(m_try, &QAbstractButton::clicked, this, &ErrorState::tryAgain);
    connect(m_show, &QAbstractButton::clicked, this, [this] {
        m_raw->setVisible(!m_raw->isVisible());
        m_show->setText(m_raw->isVisible() ? QStringLiteral("Hide the error") : QStringLiteral("Show the error"));
        m_show->updateGeometry();
    });
}

void ErrorState::setError(const Error& error, const QString& button)
{
    m_happened->setText(error.happened);
    m_means->setText(error.means);
    m_means->setVisible(!error.means.isEmpty());
    m_remedy->setText(error.remedy);
    m_remedy->setVisible(!error.remedy.isEmpty());
    m_raw->setText(error.code.isEmpty() ? error.detail : error.code + QStringLiteral("  ") + error.detail);
    m_show->setVisible(!m_raw->text().trimmed().isEmpty());
    m_try->setText(button);
    m_try->setVisible(!button.isEmpty());
    setAccessibleName(error.sentence());
}

SkeletonRows::SkeletonRows(int rowHeight, QWidget* parent) : PaintedWidget(parent), m_row(rowHeight)
{
    m_wait.setSingleShot(true);
    m_wait.setInterval(150);
    connect(&m_wait, &QTimer::timeout, this, [this] {
        m_due = true;
        update();
    });
}

void SkeletonRows::showEvent(QShowEvent*)
{
    m_due = false;
    m_wait.start();
}

void SkeletonRows::paintEvent(QPaintEvent*)
{
    if (!m_due)
        return;
    QPainter p(this);
    const double widths[] = {0.42, 0.31, 0.37, 0.26};
    for (int y = 0, i = 0; y + m_row <= height(); y += m_row, ++i) {
        paint::box(&p, QRectF(12, y + m_row / 2.0 - 5, (width() - 24) * widths[i % 4], 10), ui::color(Role::LineSoft), {}, 2);
        paint::box(&p, QRectF(width() - 12 - 64, y + m_row / 2.0 - 5, 64, 10), ui::color(Role::LineSoft), {}, 2);
        paint::hline(&p, 0, width(), y + m_row - 1, Role::LineSoft);
    }
}

SearchField::SearchField(const QString& placeholder, QWidget* parent) : QLineEdit(parent)
{
    setPlaceholderText(placeholder);
    setAccessibleName(placeholder);
    setObjectName(QStringLiteral("find"));
    setTextMargins(22, 0, 22, 0);
    onTheme(this, [this] {
        setFont(ui::font(Style::Body));
        setFixedHeight(Theme::instance().scaled(28));
    });
}

void SearchField::paintEvent(QPaintEvent* event)
{
    QLineEdit::paintEvent(event);
    QPainter p(this);
    icons::paint(&p, QRectF(9, 0, 14, height()), QStringLiteral("search"), ui::color(Role::Text2), 14);
    if (!hasFocus() && text().isEmpty())
        paint::keyCap(&p, QRectF(0, 0, width() - 8, height()), QStringLiteral("/"), true);
}

void SearchField::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape) {
        if (text().isEmpty())
            clearFocus();
        else
            clear();
        return;
    }
    QLineEdit::keyPressEvent(event);
}

ArmField::ArmField(QWidget* parent) : QLineEdit(parent)
{
    setAccessibleName(QStringLiteral("Name to arm"));
    setTextMargins(0, 0, 70, 0);
    setContextMenuPolicy(Qt::NoContextMenu);
    onTheme(this, [this] {
        setFont(ui::font(Style::Value));
        setFixedHeight(Theme::instance().scaled(32));
    });
    connect(this, &QLineEdit::textChanged, this, [this] {
        setProperty("look", armed() ? QStringLiteral("armed") : QString());
        style()->unpolish(this);
        style()->polish(this);
        if (m_was != armed()) {
            m_was = armed();
            Q_EMIT armedChanged(m_was);
        }
        update();
    });
}

void ArmField::setName(const QString& name)
{
    m_name = name;
    setAccessibleName(QStringLiteral("Type %1 to arm").arg(name));
    setText(QString());
}

void ArmField::paintEvent(QPaintEvent* event)
{
    QLineEdit::paintEvent(event);
    QPainter p(this);
    if (armed()) {
        const qreal words = paint::textWidth(QStringLiteral("Armed"), Style::SmallMedium);
        paint::text(&p, QRectF(0, 0, width() - 10, height()), QStringLiteral("Armed"), Style::SmallMedium, Role::Ok, Qt::AlignRight | Qt::AlignVCenter);
        icons::paint(&p, QRectF(width() - 10 - words - 18, 0, 14, height()), QStringLiteral("tick"), ui::color(Role::Ok), 14);
    } else if (m_name.startsWith(text())) {
        // The ghost of what is still to be typed.
        const QRect cursor = cursorRect();
        const qreal x = text().isEmpty() ? cursor.center().x() + 2 : 8 + paint::textWidth(text(), Style::Value) + (hasFocus() ? 2 : 2);
        paint::text(&p, QRectF(x, 0, width() - x - 4, height()), m_name.mid(text().size()), Style::Value, Role::TextDisabled);
    }
}

NoteField::NoteField(const QString& label, const QString& placeholder, QWidget* parent) : QWidget(parent), m_edit(new QPlainTextEdit)
{
    auto* column = tight<QVBoxLayout>(this, 0, 4);
    column->addWidget(new TextLabel(label, Style::Small, Role::Text2));
    m_edit->setPlaceholderText(placeholder);
    m_edit->setAccessibleName(label);
    m_edit->setTabChangesFocus(true);
    m_edit->setFixedHeight(72);
    column->addWidget(m_edit);
    connect(m_edit, &QPlainTextEdit::textChanged, this, &NoteField::changed);
}

namespace paint {
void secret(QPainter* p, const QRectF& rect, int length, const QString& fingerprint)
{
    const qreal dots = text(p, rect, QString(8, QChar(0x2022)), Style::Value, Role::Text2);
    text(p, rect.adjusted(dots + 8, 0, 0, 0), QStringLiteral("%1 ch, fp %2").arg(length).arg(fingerprint), Style::ValueSmall, Role::Text3);
}
} // namespace paint

SecretCell::SecretCell(QWidget* parent) : PaintedWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    useFocusRing(this);
    setAccessibleName(QStringLiteral("Secret, hold R to show"));
    m_limit.setSingleShot(true);
    m_limit.setInterval(10'000);
    connect(&m_limit, &QTimer::timeout, this, &SecretCell::conceal);
}

void SecretCell::setSecret(int length, const QString& fingerprint, std::function<QString()> fetch)
{
    conceal();
    m_length = length;
    m_fingerprint = fingerprint;
    m_fetch = std::move(fetch);
    update();
}

void SecretCell::reveal()
{
    if (!m_fetch || shown())
        return;
    m_shown = m_fetch();
    if (m_shown.isEmpty())
        return;
    m_limit.start();
    update();
    Q_EMIT revealed();
}

void SecretCell::conceal()
{
    m_limit.stop();
    m_shown.fill(u'\0');
    m_shown.clear();
    update();
}

void SecretCell::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    const QRectF box(rect());
    if (shown()) {
        const qreal words = paint::textWidth(QStringLiteral("shown"), Style::Small);
        const QRectF ground = box.adjusted(0, 2, -words - 8, -2);
        paint::box(&p, ground, Theme::instance().tint(Role::Warn), {}, 3);
        paint::text(&p, ground.adjusted(6, 0, -6, 0), m_shown, Style::Value, Role::Text1);
        paint::text(&p, box, QStringLiteral("shown"), Style::Small, Role::Warn, Qt::AlignRight | Qt::AlignVCenter);
        return;
    }
    paint::secret(&p, box.adjusted(0, 0, -22, 0), m_length, m_fingerprint);
    icons::paint(&p, QRectF(width() - 16, 0, 16, height()), QStringLiteral("reveal"), ui::color(Role::Text2), 14);
}

void SecretCell::keyPressEvent(QKeyEvent* event)
{
    if (event->key() != Qt::Key_R)
        return PaintedWidget::keyPressEvent(event);
    if (!event->isAutoRepeat())
        reveal();
}

void SecretCell::keyReleaseEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_R && !event->isAutoRepeat())
        conceal();
}

void SecretCell::mousePressEvent(QMouseEvent* event)
{
    if (event->position().x() > width() - 24)
        reveal();
}

void SecretCell::mouseReleaseEvent(QMouseEvent*) { conceal(); }
void SecretCell::focusOutEvent(QFocusEvent* event)
{
    conceal();
    PaintedWidget::focusOutEvent(event);
}
void SecretCell::hideEvent(QHideEvent*) { conceal(); }

} // namespace switchyard::ui
