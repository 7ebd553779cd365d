#include "widgets/checklist/StepSide.h"

#include "app/cutover/Interlocks.h"
#include "widgets/checklist/StepWords.h"
#include "widgets/theme/SwitchyardStyle.h"

#include <QCoreApplication>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollArea>

#include <algorithm>

namespace switchyard::ui {

using namespace cutover;

namespace {
QWidget* sideHead(const QString& title, QHBoxLayout*& row)
{
    auto* head = new QWidget;
    row = tight<QHBoxLayout>(head, 0, 6);
    row->setContentsMargins(12, 0, 12, 0);
    row->addWidget(new TextLabel(title, Style::BodyStrong));
    row->addStretch(1);
    onTheme(head, [head] { head->setFixedHeight(Theme::instance().rowHeight(36)); });
    return head;
}
QString seconds(Milliseconds hold)
{
    const double s = static_cast<double>(hold.count()) / 1000.0;
    return (hold.count() % 1000 == 0 ? QString::number(hold.count() / 1000) : QString::number(s, 'f', 1)) + QStringLiteral(" s");
}
} // namespace

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
    m_below = new TextLabel({}, Style::ValueSmall, Role::Text2, this);
    m_below->setWrap(true);
    m_below->hide();
    auto* under = new QHBoxLayout;
    under->addSpacing(22);
    under->addWidget(m_below, 1);
    all->addLayout(under);
    m_links = new QWidget(this);
    auto* links = tight<QHBoxLayout>(m_links, 0, 12);
    links->setContentsMargins(22, 2, 0, 2);
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
    // A long value gives way before a word of the label is broken.
    m_label->setMinimumWidth(static_cast<int>(std::min(paint::textWidth(lock.label, Style::Body) + 2, 150.0)));
    QString value = lock.reading.value;
    if (waived && !value.startsWith(QLatin1String("waived")))
        value = QStringLiteral("waived, %1").arg(initialsOf(lock.waivedBy.section(u':', 0, 0).section(u',', 0, 0)));
    if (value.isEmpty())
        value = word;
    m_value->setText(value);
    m_below->setText(value);
    place();
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

void InterlockRow::place()
{
    // A long value under its label: beside it both would be cut.
    const qreal room = width() - 24 - 14 - 16;
    const bool fits = room <= 0 || paint::textWidth(m_label->text(), Style::Body) + paint::textWidth(m_value->text(), Style::ValueSmall) + 4 <= room;
    m_value->setVisible(fits);
    m_below->setVisible(!fits);
}

void InterlockRow::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    place();
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

void PollRow::setStation(const PollStation& station, bool mayAnswer)
{
    if (station.station != m_station.station)
        m_again = false;
    m_station = station;
    m_mayAnswer = mayAnswer;
    apply();
}

void PollRow::apply()
{
    const bool open = m_station.answer == PollAnswer::Open;
    const bool ask = m_mayAnswer && (open || m_again);
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
}

StepSide::StepSide(RunController* run, QWidget* parent) : Surface(Role::Panel, Left, parent), m_run(run)
{
    setObjectName(QStringLiteral("stepSide"));
    auto* all = tight<QVBoxLayout>(this);
    all->setContentsMargins(1, 0, 0, 0);
    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* top = new Surface(Role::Panel);
    auto* column = tight<QVBoxLayout>(top);

    m_locksBox = new QWidget;
    m_locksBox->setObjectName(QStringLiteral("interlocks"));
    auto* locksColumn = tight<QVBoxLayout>(m_locksBox);
    QHBoxLayout* head = nullptr;
    locksColumn->addWidget(sideHead(QStringLiteral("Interlocks"), head));
    m_locksTick = new IconLabel(QStringLiteral("tick"), Role::Ok, 14);
    m_locksCount = new TextLabel({}, Style::SmallMedium, Role::Ok);
    head->addWidget(m_locksTick);
    head->addWidget(m_locksCount);
    locksColumn->addWidget(new Line);
    m_locks = new QVBoxLayout;
    m_locks->setContentsMargins(0, 5, 0, 7);
    m_locks->setSpacing(0);
    m_noLocks = new TextLabel(QStringLiteral("Nothing has to hold before this step."), Style::Small, Role::Text3);
    m_noLocks->setWrap(true);
    auto* noneBox = new QWidget;
    auto* none = tight<QHBoxLayout>(noneBox);
    none->setContentsMargins(12, 4, 12, 4);
    none->addWidget(m_noLocks);
    m_locks->addWidget(noneBox);
    locksColumn->addLayout(m_locks);
    locksColumn->addWidget(new Line);
    column->addWidget(m_locksBox);

    m_pollBox = new QWidget;
    m_pollBox->setObjectName(QStringLiteral("poll"));
    auto* pollColumn = tight<QVBoxLayout>(m_pollBox);
    pollColumn->addWidget(sideHead(QStringLiteral("Go / no-go"), head));
    m_pollCount = new TextLabel({}, Style::Small, Role::Text2);
    head->addWidget(m_pollCount);
    pollColumn->addWidget(new Line(Qt::Horizontal, Role::LineSoft));
    auto* who = new QWidget;
    auto* whoRow = tight<QHBoxLayout>(who);
    whoRow->setContentsMargins(12, 6, 12, 6);
    m_pollName = new QLineEdit;
    m_pollName->setAccessibleName(QStringLiteral("Name of who answers"));
    m_pollName->setPlaceholderText(QStringLiteral("Who answers"));
    onTheme(m_pollName, [this] { m_pollName->setFixedHeight(Theme::instance().scaled(28)); });
    whoRow->addWidget(m_pollName);
    pollColumn->addWidget(who);
    m_poll = new QVBoxLayout;
    m_poll->setSpacing(0);
    pollColumn->addLayout(m_poll);
    auto* foot = new QHBoxLayout;
    foot->setContentsMargins(12, 8, 12, 8);
    m_pollFoot = new TextLabel({}, Style::Label, Role::Text3);
    m_pollFoot->setWrap(true);
    foot->addWidget(m_pollFoot);
    pollColumn->addLayout(foot);
    column->addWidget(m_pollBox);
    column->addStretch(1);
    scroll->setWidget(top);
    all->addWidget(scroll, 1);

    auto* bottom = new Surface(Role::Panel, Top);
    bottom->setObjectName(QStringLiteral("guard"));
    auto* guard = tight<QVBoxLayout>(bottom);
    guard->setContentsMargins(12, 13, 12, 10);
    m_armLabel = new TextLabel(QStringLiteral("Type the app name to arm"), Style::Small, Role::Text2);
    m_field = new ArmField;
    m_field->setObjectName(QStringLiteral("armField"));
    m_guard = new GuardedButton;
    m_guard->setObjectName(QStringLiteral("guardedButton"));
    m_browse = new TextLabel({}, Style::Small, Role::Text2);
    m_browse->setWrap(true);
    m_back = new Button({});
    m_back->setObjectName(QStringLiteral("backToActive"));
    m_back->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_failed = new QWidget;
    auto* failedRow = tight<QHBoxLayout>(m_failed, 0, 8);
    m_try = new Button(QStringLiteral("Try again"), ButtonKind::Write);
    m_try->setObjectName(QStringLiteral("tryAgain"));
    m_return = new Button(QStringLiteral("roll-back"), QStringLiteral("Roll back…"), ButtonKind::Return);
    m_return->setObjectName(QStringLiteral("rollBackFromStep"));
    failedRow->addWidget(m_try);
    failedRow->addWidget(m_return);
    failedRow->addStretch(1);
    m_hint = new QWidget;
    auto* hintRow = tight<QHBoxLayout>(m_hint, 0, 5);
    m_hintBefore = new TextLabel({}, Style::Label, Role::Text3);
    m_hintKey = new KeyCap(QStringLiteral("Enter"));
    m_hintAfter = new TextLabel({}, Style::Label, Role::Text3);
    m_hintAfter->setElide(Qt::ElideRight);
    hintRow->addStretch(1);
    hintRow->addWidget(m_hintBefore);
    hintRow->addWidget(m_hintKey);
    hintRow->addWidget(m_hintAfter);
    hintRow->addStretch(1);
    guard->addWidget(m_armLabel);
    guard->addSpacing(4);
    guard->addWidget(m_field);
    guard->addSpacing(8);
    guard->addWidget(m_guard);
    guard->addWidget(m_browse);
    guard->addSpacing(8);
    guard->addWidget(m_failed);
    guard->addWidget(m_back);
    guard->addWidget(m_hint);
    all->addWidget(bottom);

    connect(m_field, &QLineEdit::textChanged, m_guard, &GuardedButton::setTyped);
    connect(m_field, &QLineEdit::returnPressed, this, [this] {
        if (m_field->armed())
            m_guard->setFocus(Qt::TabFocusReason);
    });
    connect(m_guard, &GuardedButton::confirmed, this, &StepSide::confirmed);
    connect(m_guard, &GuardedButton::typedHere, this, [this](QKeyEvent* event) {
        if (!m_field->isVisible())
            return;
        m_field->setFocus(Qt::OtherFocusReason);
        QCoreApplication::sendEvent(m_field, event);
    });
    connect(m_back, &QAbstractButton::clicked, this, [this] {
        const RunState& s = m_run->state();
        if (m_active && s.phase == RunPhase::Held)
            m_run->proceed();
        else
            Q_EMIT backAsked();
    });
    connect(m_try, &QAbstractButton::clicked, this, [this] {
        const StepView* step = m_run->state().step(m_step);
        if (step && step->state == StepState::InDoubt)
            Q_EMIT doubtAnswered(true);
        else
            Q_EMIT tryAgain();
    });
    connect(m_return, &QAbstractButton::clicked, this, [this] {
        const StepView* step = m_run->state().step(m_step);
        if (step && step->state == StepState::InDoubt)
            Q_EMIT doubtAnswered(false);
        else
            Q_EMIT rollBackAsked();
    });
    // The last look before the first call: whatever changed while the button was held counts.
    m_guard->setRecheck([this]() -> QString {
        const RunState& s = m_run->state();
        if (s.phase == RunPhase::NotStarted)
            return {};
        const StepView* step = s.step(m_step);
        if (!step || s.activeStep != m_step)
            return QStringLiteral("Another step is due");
        for (const InterlockView& lock : step->interlocks) {
            const bool go = lock.reading.state == InterlockState::Closed || (lock.reading.state == InterlockState::Caution && !lock.waivedBy.isEmpty());
            if (!go)
                return QStringLiteral("Blocked by: ") + lock.label;
        }
        return {};
    });
}

QWidget* PollRow::goButton() const { return m_mayAnswer && m_station.answer == PollAnswer::Open ? m_go : nullptr; }

QWidget* StepSide::due() const
{
    if (m_active && m_guard->state() == GuardedButton::State::Blocked) {
        for (const InterlockRow* row : m_lockRows) {
            if (QWidget* waive = row->isHidden() ? nullptr : row->waiveButton())
                return waive;
        }
        // The run's own answers: the rows hear of an answer a moment later.
        const StepView* step = m_run->state().step(m_step);
        for (std::size_t i = 0; step && i < step->poll.size() && i < m_pollRows.size(); ++i) {
            QWidget* go = step->poll[i].answer == PollAnswer::Open ? m_pollRows[i]->goButton() : nullptr;
            if (go)
                return go;
        }
    }
    return m_guard;
}

void StepSide::focusGuard()
{
    if (QWidget* next = due(); next != m_guard) {
        next->setFocus(Qt::ShortcutFocusReason);
        return;
    }
    if (m_field->isVisible() && !m_field->armed())
        m_field->setFocus(Qt::ShortcutFocusReason);
    else
        m_guard->setFocus(Qt::ShortcutFocusReason);
}

void StepSide::setStep(const StepView& step, bool active)
{
    const bool other = step.id != m_step;
    m_step = step.id;
    m_active = active;
    if (other)
        m_look.clear();
    const bool over = isDone(step.state) || step.state == StepState::RolledBack;

    // Interlocks: rows stay, their words change.
    const auto count = step.interlocks.size();
    while (m_lockRows.size() < count) {
        auto* row = new InterlockRow;
        m_lockRows.push_back(row);
        m_locks->addWidget(row);
        connect(row, &InterlockRow::waiveAsked, this, &StepSide::waiveAsked);
        connect(row, &InterlockRow::pageAsked, this, &StepSide::pageAsked);
    }
    int closed = 0;
    for (std::size_t i = 0; i < m_lockRows.size(); ++i) {
        m_lockRows[i]->setVisible(i < count);
        if (i >= count)
            continue;
        const InterlockView& lock = step.interlocks[i];
        m_lockRows[i]->setLock(lock, !over);
        closed += lock.reading.state == InterlockState::Closed || (lock.reading.state == InterlockState::Caution && !lock.waivedBy.isEmpty()) ? 1 : 0;
    }
    m_noLocks->parentWidget()->setVisible(count == 0);
    const bool all = closed == static_cast<int>(count);
    m_locksTick->setVisible(all && count > 0);
    m_locksCount->setVisible(count > 0);
    m_locksCount->setText(QStringLiteral("%1 of %2").arg(closed).arg(count));
    m_locksCount->setRole(all ? Role::Ok : Role::Warn);
    setPoll(step, active && !over);
    setGuard(step, active);
}

void StepSide::setPoll(const StepView& step, bool active)
{
    m_pollBox->setVisible(!step.poll.empty());
    if (step.poll.empty())
        return;
    const RunState& s = m_run->state();
    const bool mayAnswer = active && step.state != StepState::Running && step.state != StepState::Verifying;
    const bool team = m_run->plan().poll.team;
    m_pollName->parentWidget()->setVisible(team && mayAnswer);
    if (m_pollName->text().isEmpty())
        m_pollName->setText(s.operatorName);
    while (m_pollRows.size() < step.poll.size()) {
        auto* row = new PollRow;
        m_pollRows.push_back(row);
        m_poll->addWidget(row);
        connect(row, &PollRow::answered, this, [this](const QString& station, PollAnswer answer) {
            const bool asked = m_run->plan().poll.team;
            const QString name = asked ? m_pollName->text().trimmed() : m_run->state().operatorName;
            // Focus is never lost: before the two answers go away it moves on to the next station, or to the name and the button.
            const auto self = std::find(m_pollRows.begin(), m_pollRows.end(), sender());
            const bool hadFocus = self != m_pollRows.end() && (*self)->isAncestorOf(window()->focusWidget());
            if (const auto done = m_run->answerPoll(m_step, station, answer, name); !done) {
                Q_EMIT refused(done.error());
                return;
            }
            if (hadFocus && m_active)
                focusGuard();
        });
    }
    int go = 0;
    bool noGo = false;
    for (std::size_t i = 0; i < m_pollRows.size(); ++i) {
        m_pollRows[i]->setVisible(i < step.poll.size());
        if (i >= step.poll.size())
            continue;
        m_pollRows[i]->setStation(step.poll[i], mayAnswer);
        go += step.poll[i].answer == PollAnswer::Go || step.poll[i].answer == PollAnswer::GoWaived ? 1 : 0;
        noGo = noGo || step.poll[i].answer == PollAnswer::NoGo;
    }
    m_pollCount->setText(noGo ? QStringLiteral("No-go") : QStringLiteral("%1 of %2 go").arg(go).arg(step.poll.size()));
    m_pollCount->setRole(noGo ? Role::Danger : Role::Text2);
    m_expires = mayAnswer ? step.pollExpires : std::nullopt;
    second(s.now);
}

void StepSide::second(TimePoint now)
{
    QString foot = QStringLiteral("One no-go stops the plan at this step.");
    if (m_run->plan().poll.team)
        foot += QStringLiteral(" At least two names.");
    if (m_expires)
        foot = *m_expires > now ? foot + QStringLiteral(" Answers expire in %1.").arg(minutesSeconds(*m_expires - now)) : QStringLiteral("The poll expired. Answer again.");
    m_pollFoot->setText(foot);
}

void StepSide::setGuard(const StepView& step, bool active)
{
    const RunState& s = m_run->state();
    const Guard guard = step.guard;
    QString look, hint;
    bool held = false, failed = false, browse = false, doubt = false;
    enum class Show { Guard, Blocked, Sending, Done, Failed } show = Show::Guard;
    if (s.phase == RunPhase::NotStarted) {
        look = QStringLiteral("start");
    } else if (s.phase == RunPhase::RollingBack && step.error) {
        show = Show::Failed;
        failed = true;
        look = QStringLiteral("failed");
        hint = QStringLiteral("The way back stopped here");
    } else if (step.state == StepState::Running || step.state == StepState::Verifying) {
        show = Show::Sending;
        hint = step.state == StepState::Verifying ? QStringLiteral("Reading it back")
            : step.callsTotal > 0                 ? QStringLiteral("%1 of %2 calls. You can still hold the plan").arg(step.callsDone).arg(step.callsTotal)
                                                  : QStringLiteral("You can still hold the plan");
        look = QStringLiteral("sending") + hint;
    } else if (step.state == StepState::Failed) {
        show = Show::Failed;
        failed = active;
        const int refused = static_cast<int>(std::count_if(step.calls.begin(), step.calls.end(), [](const CallView& c) { return c.state == CallView::State::Refused; }));
        hint = step.callsTotal > 0 ? QStringLiteral("%1 of %2 calls went through").arg(step.callsDone).arg(step.callsTotal) : QStringLiteral("Later steps stay blocked");
        look = refused > 0 ? QStringLiteral("%1 of %2 failed").arg(refused).arg(qMax(step.callsTotal, refused)) : QStringLiteral("Step %1 failed").arg(step.number);
        browse = !active;
    } else if (step.state == StepState::InDoubt) {
        show = Show::Failed;
        failed = doubt = active;
        look = QStringLiteral("Step %1 is in doubt").arg(step.number);
        hint = QStringLiteral("Continue, or return to its start");
        browse = !active;
    } else if (isDone(step.state) || step.state == StepState::RolledBack) {
        show = Show::Done;
        browse = !active;
        look = stepStateName(step.state);
        hint = step.actual ? durationProse(*step.actual) : QString();
    } else if (!active) {
        browse = true;
        show = Show::Blocked;
        hint = step.reason.isEmpty() ? QStringLiteral("Its turn has not come") : step.reason;
    } else if (s.phase == RunPhase::Held) {
        held = true;
        show = Show::Blocked;
        hint = QStringLiteral("The plan is held");
    } else if (step.state == StepState::Blocked) {
        show = Show::Blocked;
        hint = step.reason;
    } else if (!step.flags.needsPerson) {
        show = Show::Blocked;
        hint = QStringLiteral("Starts by itself");
    } else {
        const PollCount poll = countPoll(step.poll, m_run->plan().poll.team);
        if (!step.poll.empty() && !poll.complete) {
            show = Show::Blocked;
            hint = poll.text;
        }
    }
    const bool starting = s.phase == RunPhase::NotStarted;
    const bool wantsName = !starting && !guard.typedName.isEmpty() && active && (show == Show::Guard || show == Show::Blocked);
    if (m_field->name() != guard.typedName)
        m_field->setName(guard.typedName);
    m_armLabel->setVisible(wantsName);
    m_field->setVisible(wantsName);
    if (!wantsName && !m_field->text().isEmpty())
        m_field->clear();

    QString verb = starting ? (s.rehearsal ? QStringLiteral("Start the rehearsal") : QStringLiteral("Start the run")) : capital(step.verb.isEmpty() ? step.title : step.verb);
    if (!starting && !step.flags.writes && !step.poll.empty())
        verb = QStringLiteral("Go on with the plan"); // what the press does: the answers were given above
    // The head above names the place in full; a whole short verb says more than a long one cut.
    if (const qsizetype place = verb.lastIndexOf(QLatin1String(" at ")); place > 0 && paint::textWidth(verb, Style::H2) > width() - 48)
        verb.truncate(place);
    m_guard->setTone(step.flags.pointOfNoReturn && !starting ? GuardedButton::Tone::Pnr : GuardedButton::Tone::Mode);
    const QString key = m_step + QString::number(static_cast<int>(show)) + look + verb;
    if (key != m_look) {
        const bool settle = m_guard->state() == GuardedButton::State::Sending || m_guard->state() == GuardedButton::State::Done || m_guard->state() == GuardedButton::State::Failed;
        m_look = key;
        // A long verb stands alone rather than cut: the lines below say that it is held.
        const bool fits = paint::textWidth(QStringLiteral("Hold to ") + verb, Style::H2) <= width() - 48;
        m_guard->setVerb(verb, fits ? QString() : verb);
        m_guard->setHold(starting ? Milliseconds(s.rehearsal ? 0 : 1000) : guard.hold);
        m_guard->setTypedName(wantsName ? guard.typedName : QString());
        if (settle || !active)
            m_guard->reset();
    }
    if (m_guard->state() != GuardedButton::State::Failed)
        m_guard->setTypedName(wantsName ? guard.typedName : QString()); // before the look: it asks the button to think again
    switch (show) {
    case Show::Guard: m_guard->setBlocked({}); break;
    case Show::Blocked: m_guard->setBlocked(hint.isEmpty() ? QStringLiteral("Blocked") : hint); break;
    case Show::Sending: m_guard->setSending(verb, hint); break;
    case Show::Done: m_guard->setDone(look, hint); break;
    case Show::Failed: m_guard->setFailed(look, hint); break;
    }

    m_failed->setVisible(failed);
    m_try->setText(doubt ? QStringLiteral("Continue") : QStringLiteral("Try again"));
    m_try->setAccessibleName(doubt ? QStringLiteral("Continue from what the provider says now") : QStringLiteral("Try step %1 again").arg(step.number));
    m_return->setText(doubt ? QStringLiteral("Return") : QStringLiteral("Roll back…"));
    m_return->setAccessibleName(doubt ? QStringLiteral("Return to the start of step %1").arg(step.number) : QStringLiteral("Roll back the run"));
    m_return->setKind(s.pastPoint && !doubt ? ButtonKind::ReturnPast : ButtonKind::Return);
    const StepView* due = s.step(s.activeStep);
    m_back->setVisible((browse && due && due->id != step.id) || held);
    m_back->setText(held ? QStringLiteral("Continue the plan") : QStringLiteral("Back to step %1").arg(due ? due->number : 0));
    m_browse->setVisible(false);
    const bool hints = show == Show::Guard || (wantsName && show == Show::Blocked);
    m_hint->setVisible(hints && !failed && m_back->isHidden());
    const Milliseconds hold = starting ? Milliseconds(s.rehearsal ? 0 : 1000) : guard.hold;
    if (hold.count() == 0) {
        m_hintBefore->setText(QStringLiteral("Click or"));
        m_hintAfter->setText(QString());
    } else if (Theme::instance().twoPresses()) {
        m_hintBefore->setText(QStringLiteral("Press twice, mouse or"));
        m_hintAfter->setText(QString());
    } else {
        m_hintBefore->setText(QStringLiteral("Hold mouse or"));
        m_hintAfter->setText((Theme::instance().textScale() > 110 ? QStringLiteral("%1.") : QStringLiteral("%1. Let go to stop.")).arg(seconds(hold)));
    }
}

void StepSide::confirmed(const QString& how)
{
    if (m_run->state().phase == RunPhase::NotStarted) {
        m_run->start();
        return;
    }
    if (const auto done = m_run->confirm(m_step, m_field->text(), how); !done)
        Q_EMIT refused(done.error());
}

} // namespace switchyard::ui
