#include "widgets/checklist/SideRows.h"

#include "widgets/checklist/StepWords.h"
#include "widgets/theme/SwitchyardStyle.h"

#include <QKeyEvent>
#include <QPainter>
#include <QVBoxLayout>

namespace switchyard::ui {

using namespace cutover;

InterlockRow::InterlockRow(QWidget* parent) : QWidget(parent)
{
    auto* all = tight<QVBoxLayout>(this);
    all->setContentsMargins(12, 5, 12, 5);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    m_icon = new IconLabel(QStringLiteral("tick"), Role::Ok, 14, this);
    m_label = new TextLabel({}, Style::Body, Role::Text1, this);
    m_label->setWrap(true);
    m_value = new TextLabel({}, Style::ValueSmall, Role::Text2, this);
    m_value->setElide(Qt::ElideRight);
    m_value->setAlign(Qt::AlignRight);
    m_value->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    row->addWidget(m_icon);
    row->addWidget(m_label, 1);
    row->addWidget(m_value);
    all->addLayout(row);
    m_links = new QWidget(this);
    auto* links = tight<QHBoxLayout>(m_links, 0, 12);
    links->setContentsMargins(22, 0, 0, 0);
    m_waive = new Button(QStringLiteral("Waive…"), ButtonKind::Link, m_links);
    m_open = new Button({}, ButtonKind::Link, m_links);
    links->addWidget(m_waive);
    links->addWidget(m_open);
    links->addStretch(1);
    all->addWidget(m_links);
    connect(m_waive, &QAbstractButton::clicked, this, [this] { Q_EMIT waiveAsked(m_lock.id); });
    connect(m_open, &QAbstractButton::clicked, this, [this] { Q_EMIT pageAsked(m_lock.page); });
}

void InterlockRow::setLock(const InterlockView& lock, bool mayAct)
{
    m_lock = lock;
    const bool waived = !lock.waivedBy.isEmpty();
    QString icon = QStringLiteral("tick");
    QString word = QStringLiteral("closed");
    Role role = Role::Ok;
    switch (lock.reading.state) {
    case InterlockState::Closed: break;
    case InterlockState::Caution:
        icon = QStringLiteral("caution");
        word = waived ? QStringLiteral("waived") : QStringLiteral("caution");
        role = Role::Warn;
        break;
    case InterlockState::Open:
        icon = QStringLiteral("failure");
        word = QStringLiteral("open");
        role = Role::Danger;
        break;
    case InterlockState::Unknown:
        icon = QStringLiteral("light-unknown");
        word = QStringLiteral("unknown");
        role = Role::Text3;
        break;
    }
    m_icon->setIcon(icon, role);
    m_icon->setAccessibleName(word);
    m_label->setText(lock.label);
    QString value = lock.reading.value;
    if (waived && !value.startsWith(QLatin1String("waived")))
        value = QStringLiteral("waived, %1").arg(initialsOf(lock.waivedBy.section(u',', 0, 0)));
    if (value.isEmpty())
        value = word;
    m_value->setText(value);
    m_value->setAccessibleName(QStringLiteral("%1, %2, %3").arg(lock.label, word, value));
    QStringList tip{lock.label + QStringLiteral(": ") + value};
    if (lock.reading.at != TimePoint{})
        tip << QStringLiteral("Read ") + clockUtc(lock.reading.at) + QStringLiteral(" UTC");
    if (waived)
        tip << QStringLiteral("Waived by ") + lock.waivedBy + (lock.waivedUntil.isEmpty() ? QString() : QStringLiteral(", until ") + lock.waivedUntil);
    setToolTip(tip.join(u'\n'));
    m_waive->setVisible(mayAct && lock.reading.state == InterlockState::Caution && !waived);
    m_waive->setAccessibleName(QStringLiteral("Waive %1").arg(lock.label));
    m_open->setText(lock.page.isEmpty() ? QString() : QStringLiteral("Open in ") + (lock.page == QLatin1String("dns") ? QStringLiteral("DNS") : capital(lock.page)));
    m_open->setAccessibleName(m_open->text() + QStringLiteral(": ") + lock.label);
    m_open->setVisible(!lock.page.isEmpty() && lock.reading.state != InterlockState::Closed && !waived);
    m_links->setVisible(!m_waive->isHidden() || !m_open->isHidden());
}

AnswerChip::AnswerChip(QWidget* parent) : QAbstractButton(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    useFocusRing(this);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void AnswerChip::setAnswer(const QString& station, PollAnswer answer)
{
    m_answer = answer;
    setText(answer == PollAnswer::Go ? QStringLiteral("GO") : answer == PollAnswer::GoWaived ? QStringLiteral("GO, waived") : QStringLiteral("NO-GO"));
    setAccessibleName(QStringLiteral("%1: %2. Answer again").arg(station, text()));
    setToolTip(isEnabled() ? QStringLiteral("Answer again") : QString());
    updateGeometry();
    update();
}

QSize AnswerChip::sizeHint() const { return {qRound(paint::chipWidth(text())) + 1, qMax(24, Theme::instance().scaled(22))}; }

void AnswerChip::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    paint::chip(&p, QRectF(rect()), text(), m_answer == PollAnswer::Go ? ChipTone::Ok : m_answer == PollAnswer::GoWaived ? ChipTone::Warn : ChipTone::Danger, {}, true);
}

void AnswerChip::keyPressEvent(QKeyEvent* event)
{
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && !event->isAutoRepeat() && event->modifiers() == Qt::NoModifier) {
        click();
        return;
    }
    QAbstractButton::keyPressEvent(event);
}

PollRow::PollRow(QWidget* parent) : QWidget(parent)
{
    auto* all = tight<QVBoxLayout>(this);
    auto* inner = new QWidget(this);
    auto* column = tight<QVBoxLayout>(inner);
    column->setContentsMargins(12, 3, 12, 3);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    m_name = new TextLabel({}, Style::BodyMedium, Role::Text1, inner);
    m_by = new TextLabel({}, Style::Small, Role::Text3, inner);
    m_by->setElide(Qt::ElideRight);
    m_chip = new AnswerChip(inner);
    m_go = new Button(QStringLiteral("Go"), ButtonKind::Plain, inner);
    m_go->setButtonSize(ButtonSize::Dense);
    m_noGo = new Button(QStringLiteral("No-go"), ButtonKind::Plain, inner);
    m_noGo->setButtonSize(ButtonSize::Dense);
    row->addWidget(m_name);
    row->addWidget(m_by, 1);
    row->addWidget(m_go);
    row->addWidget(m_noGo);
    row->addWidget(m_chip);
    column->addLayout(row);
    m_evidence = new TextLabel({}, Style::Small, Role::Text2, inner);
    m_evidence->setWrap(true);
    column->addWidget(m_evidence);
    all->addWidget(inner);
    all->addWidget(new Line(Qt::Horizontal, Role::LineSoft, this));
    onTheme(this, [inner] { inner->setMinimumHeight(Theme::instance().rowHeight(31)); });
    connect(m_go, &QAbstractButton::clicked, this, [this] {
        m_again = false;
        Q_EMIT answered(m_station.station, PollAnswer::Go);
    });
    connect(m_noGo, &QAbstractButton::clicked, this, [this] {
        m_again = false;
        Q_EMIT answered(m_station.station, PollAnswer::NoGo);
    });
    connect(m_chip, &QAbstractButton::clicked, this, [this] {
        m_again = true;
        apply();
        m_go->setFocus(Qt::OtherFocusReason);
    });
}

bool PollRow::setStation(const PollStation& station, bool mayAnswer)
{
    if (station.station != m_station.station)
        m_again = false;
    m_station = station;
    m_mayAnswer = mayAnswer;
    return apply();
}

bool PollRow::focusAnswer()
{
    if (!m_go->isVisible())
        return false;
    m_go->setFocus(Qt::OtherFocusReason);
    return true;
}

bool PollRow::apply()
{
    const bool open = m_station.answer == PollAnswer::Open;
    const bool ask = m_mayAnswer && (open || m_again);
    const bool hadFocus = m_go->hasFocus() || m_noGo->hasFocus();
    m_name->setText(m_station.station);
    m_by->setText(open ? (m_mayAnswer ? QString() : QStringLiteral("no answer yet")) : m_station.by);
    m_evidence->setText(m_station.evidence);
    m_evidence->setVisible(open && !m_station.evidence.isEmpty());
    setToolTip(m_station.evidence);
    m_go->setAccessibleName(QStringLiteral("Go from %1").arg(m_station.station));
    m_noGo->setAccessibleName(QStringLiteral("No-go from %1").arg(m_station.station));
    m_chip->setEnabled(m_mayAnswer);
    if (!open)
        m_chip->setAnswer(m_station.station, m_station.answer);
    m_chip->setVisible(!open && !ask);
    m_go->setVisible(ask);
    m_noGo->setVisible(ask);
    return hadFocus && !ask;
}

} // namespace switchyard::ui
