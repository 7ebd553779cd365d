#include "widgets/checklist/StepDetail.h"

#include "widgets/checklist/StepWords.h"

#include <QGridLayout>
#include <QMenu>
#include <QScrollBar>

namespace switchyard::ui {

using namespace cutover;

namespace {
QString plural(qsizetype count, const char* one, const char* many)
{
    return QStringLiteral("%1 %2").arg(count).arg(QString::fromLatin1(count == 1 ? one : many));
}
} // namespace

StepHead::StepHead(QWidget* parent) : Surface(Role::Panel, Bottom, parent)
{
    setObjectName(QStringLiteral("stepHead"));
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    auto* all = tight<QVBoxLayout>(this);
    all->setContentsMargins(16, 10, 14, 13);
    all->setSpacing(4);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    m_number = new TextLabel({}, Style::Value, Role::Text3, this);
    m_back = new Chip({}, ChipTone::Ok, {}, this);
    m_calls = new Chip({}, ChipTone::Outline, QStringLiteral("automatic"), this);
    m_skip = new Button(QStringLiteral("skip"), QStringLiteral("Skip…"), ButtonKind::Quiet, this);
    m_note = new Button(QStringLiteral("edit"), QStringLiteral("Note"), ButtonKind::Quiet, this);
    m_more = Button::iconOnly(QStringLiteral("more"), QStringLiteral("More for this step"), this);
    m_skip->setTextStyle(Style::SmallMedium);
    m_note->setTextStyle(Style::SmallMedium);
    m_skip->setObjectName(QStringLiteral("skip"));
    m_note->setObjectName(QStringLiteral("note"));
    m_more->setObjectName(QStringLiteral("more"));
    row->addWidget(m_number);
    row->addWidget(m_back);
    row->addWidget(m_calls);
    row->addStretch(1);
    row->addWidget(m_skip);
    row->addWidget(m_note);
    row->addWidget(m_more);
    all->addLayout(row);
    m_title = new TextLabel({}, Style::H1, Role::Text1, this);
    m_title->setWrap(true);
    m_title->setObjectName(QStringLiteral("stepTitle"));
    all->addWidget(m_title);
    m_summary = new TextLabel({}, Style::Body, Role::Text2, this);
    m_summary->setWrap(true);
    all->addWidget(m_summary);
    connect(m_skip, &QAbstractButton::clicked, this, &StepHead::skipAsked);
    connect(m_note, &QAbstractButton::clicked, this, &StepHead::noteAsked);
    connect(m_more, &QAbstractButton::clicked, this, &StepHead::popupMenu);
}

void StepHead::setStep(const StepView& step, int of, const RunState& state)
{
    m_number->setText(QStringLiteral("Step %1 of %2").arg(step.number).arg(of));
    if (step.wayBackLosesData)
        m_back->setChip(QStringLiteral("Going back loses data"), ChipTone::Pnr, QStringLiteral("roll-back"));
    else if (!step.flags.writes)
        m_back->setChip(QStringLiteral("Changes nothing"), ChipTone::Neutral);
    else if (step.wayBack.count() == 0)
        m_back->setChip(QStringLiteral("Nothing to put back"), ChipTone::Neutral);
    else
        m_back->setChip(QStringLiteral("Reversible, ") + durationProse(step.wayBack), ChipTone::Ok, QStringLiteral("roll-back"));
    const auto calls = static_cast<qsizetype>(step.preview.calls.size());
    m_calls->setVisible(calls > 0);
    m_calls->setChip(plural(calls, "API call", "API calls"), ChipTone::Outline, QStringLiteral("automatic"));
    m_title->setText(step.title);
    const QString summary = step.preview.summary.isEmpty() ? step.summary : step.preview.summary;
    m_summary->setText(summary);
    m_summary->setVisible(!summary.isEmpty());
    const bool over = isDone(step.state) || step.state == StepState::RolledBack;
    const bool busy = step.state == StepState::Running || step.state == StepState::Verifying;
    m_skip->setEnabled(!over && !busy);
    m_skip->setWhyDisabled(busy ? QStringLiteral("Step %1 is running. Hold the plan, then skip.").arg(step.number) : QStringLiteral("Step %1 is done.").arg(step.number));
    m_mayRun = !over && !busy;
    m_mayWaive = false;
    for (const InterlockView& lock : step.interlocks)
        m_mayWaive = m_mayWaive || (!over && lock.reading.state == InterlockState::Caution && lock.waivedBy.isEmpty());
    Q_UNUSED(state)
}

void StepHead::popupMenu()
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto add = [menu](const QString& icon, const QString& text, auto act, bool enabled = true) {
        QAction* action = menu->addAction(icons::icon(icon), text);
        action->setEnabled(enabled);
        QObject::connect(action, &QAction::triggered, menu, act);
    };
    add(QStringLiteral("refresh"), QStringLiteral("Dry run again"), [this] { Q_EMIT dryRunAsked(); }, m_mayRun);
    add(QStringLiteral("terminal"), QStringLiteral("Copy as shell"), [this] { Q_EMIT shellAsked(); });
    add(QStringLiteral("waiver"), QStringLiteral("Waive…"), [this] { Q_EMIT waiveAsked(); }, m_mayWaive);
    add(QStringLiteral("edit"), QStringLiteral("Note…"), [this] { Q_EMIT noteAsked(); });
    add(QStringLiteral("skip"), QStringLiteral("Skip…"), [this] { Q_EMIT skipAsked(); }, m_skip->isEnabled());
    menu->addSeparator();
    add(QStringLiteral("roll-back"), QStringLiteral("Roll back…"), [this] { Q_EMIT rollBackAsked(); });
    menu->popup(m_more->mapToGlobal(QPoint(0, m_more->height() + 2)));
}

ManualChecks::ManualChecks(QWidget* parent) : Surface(Role::Panel, None, parent)
{
    setCard(true);
    m_column = tight<QVBoxLayout>(this, 1);
}

void ManualChecks::setChecks(const std::vector<CheckView>& checks)
{
    m_open.clear();
    bool same = checks.size() == m_lines.size();
    for (std::size_t i = 0; same && i < checks.size(); ++i)
        same = m_lines[i].id == checks[i].id;
    if (!same) {
        while (QLayoutItem* item = m_column->takeAt(0)) {
            delete item->widget();
            delete item;
        }
        m_lines.clear();
        for (std::size_t i = 0; i < checks.size(); ++i) {
            const CheckView& check = checks[i];
            const QString id = check.id;
            if (i > 0)
                m_column->addWidget(new Line(Qt::Horizontal, Role::LineSoft));
            auto* box = new QWidget;
            auto* row = tight<QHBoxLayout>(box);
            row->setContentsMargins(12, 6, 8, 6);
            row->setSpacing(4);
            m_lines.push_back({id, new IconLabel(QStringLiteral("step-coming"), Role::Text3, 14, box), nullptr, nullptr, nullptr});
            auto& made = m_lines.back();
            row->addWidget(made.icon, 0, Qt::AlignTop);
            row->addSpacing(4);
            auto* words = new QVBoxLayout;
            words->setSpacing(0);
            made.title = new TextLabel(check.title, Style::BodyMedium, Role::Text1, box);
            made.title->setWrap(true);
            made.how = new TextLabel(check.instructions.join(u' '), Style::Small, Role::Text2, box);
            made.how->setWrap(true);
            made.state = new TextLabel({}, Style::Small, Role::Text3, box);
            words->addWidget(made.title);
            words->addWidget(made.how);
            words->addWidget(made.state);
            row->addLayout(words, 1);
            const auto answer = [&](const char* keys, const QString& name, CheckState state) {
                auto* button = new Button(QString::fromLatin1(keys), ButtonKind::Plain, box);
                button->setButtonSize(ButtonSize::Dense);
                button->setAccessibleName(name + QStringLiteral(": ") + check.title);
                button->setToolTip(name);
                connect(button, &QAbstractButton::clicked, this, [this, id, state] { Q_EMIT answered(id, state); });
                row->addWidget(button, 0, Qt::AlignVCenter);
            };
            answer("Pass", QStringLiteral("Pass"), CheckState::Pass);
            answer("Fail", QStringLiteral("Fail"), CheckState::Failed);
            answer("N/A", QStringLiteral("Not applicable"), CheckState::NotApplicable);
            m_column->addWidget(box);
        }
    }
    for (std::size_t i = 0; i < checks.size(); ++i) {
        const CheckState state = checks[i].now.state;
        auto& line = m_lines[i];
        QString icon = QStringLiteral("step-coming");
        QString word = QStringLiteral("To do");
        Role role = Role::Text3;
        if (state == CheckState::Pass) {
            icon = QStringLiteral("tick");
            word = QStringLiteral("Passed");
            role = Role::Ok;
        } else if (state == CheckState::Failed) {
            icon = QStringLiteral("cross");
            word = QStringLiteral("Failed");
            role = Role::Danger;
        } else if (state == CheckState::NotApplicable) {
            icon = QStringLiteral("dash");
            word = QStringLiteral("Not applicable");
        } else if (state == CheckState::NotRun) {
            word = QStringLiteral("Not run");
        }
        line.icon->setIcon(icon, role);
        line.state->setText(checks[i].now.note.isEmpty() ? word : word + QStringLiteral(". ") + checks[i].now.note);
        line.state->setRole(role);
        if (state == CheckState::ToDo || state == CheckState::NotRun)
            m_open << checks[i].id;
    }
}

void ManualChecks::answerNext(CheckState state)
{
    if (!m_open.isEmpty())
        Q_EMIT answered(m_open.front(), state);
}

StepBody::StepBody(QWidget* parent) : QScrollArea(parent)
{
    setObjectName(QStringLiteral("stepBody"));
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(QStringLiteral("Step in detail"));
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* page = new Surface(Role::Canvas);
    m_column = tight<QVBoxLayout>(page);
    m_column->setContentsMargins(16, 0, 16, 16);

    m_errorBox = new QWidget;
    auto* errorColumn = tight<QVBoxLayout>(m_errorBox, 0, 8);
    errorColumn->setContentsMargins(0, 14, 0, 0);
    m_error = new ErrorState;
    errorColumn->addWidget(m_error);
    auto* back = new Button(QStringLiteral("roll-back"), QStringLiteral("Roll back…"), ButtonKind::Return);
    back->setAccessibleName(QStringLiteral("Roll back because of this failure"));
    errorColumn->addWidget(back, 0, Qt::AlignLeft);
    connect(m_error, &ErrorState::tryAgain, this, &StepBody::tryAgain);
    connect(back, &QAbstractButton::clicked, this, &StepBody::rollBackAsked);
    m_column->addWidget(m_errorBox);

    m_doubt = new Surface(Role::Panel);
    m_doubt->setCard(true, Role::Danger);
    m_doubt->setObjectName(QStringLiteral("doubt"));
    auto* doubtColumn = tight<QVBoxLayout>(m_doubt, 16, 8);
    auto* doubtHead = new QHBoxLayout;
    doubtHead->setSpacing(8);
    doubtHead->addWidget(new IconLabel(QStringLiteral("failure"), Role::Danger));
    doubtHead->addWidget(new TextLabel(QStringLiteral("In doubt"), Style::BodyStrong), 1);
    doubtColumn->addLayout(doubtHead);
    m_doubtText = new TextLabel({}, Style::Body, Role::Text2);
    m_doubtText->setWrap(true);
    doubtColumn->addWidget(m_doubtText);
    auto* doubtRow = new QVBoxLayout; // one under the other: both are long, and neither is the obvious one
    doubtRow->setSpacing(8);
    auto* accept = new Button(QStringLiteral("Continue from here"));
    accept->setObjectName(QStringLiteral("acceptDoubt"));
    m_return = new Button(QStringLiteral("roll-back"), QStringLiteral("Return to the start of the step"), ButtonKind::Return);
    m_return->setObjectName(QStringLiteral("returnDoubt"));
    doubtRow->addWidget(accept, 0, Qt::AlignLeft);
    doubtRow->addWidget(m_return, 0, Qt::AlignLeft);
    doubtColumn->addLayout(doubtRow);
    connect(accept, &QAbstractButton::clicked, this, [this] { Q_EMIT doubtAnswered(true); });
    connect(m_return, &QAbstractButton::clicked, this, [this] { Q_EMIT doubtAnswered(false); });
    auto* doubtBox = new QWidget;
    auto* doubtOuter = tight<QVBoxLayout>(doubtBox);
    doubtOuter->setContentsMargins(0, 14, 0, 0);
    doubtOuter->addWidget(m_doubt);
    m_column->addWidget(doubtBox);

    m_manual = new ManualChecks;
    m_manualAt = section(QStringLiteral("To do by hand"), m_manual, 14);
    m_changes = new ChangesTable;
    m_changesAt = section({}, m_changes, 14);
    m_sent = new CallsTable;
    m_sent->setAccessibleName(QStringLiteral("Calls sent"));
    m_sentAt = section(QStringLiteral("Calls"), m_sent, 14);
    m_calls = new CallsTable;
    m_calls->setAccessibleName(QStringLiteral("Dry run"));
    m_callsAt = section(QStringLiteral("Dry run"), m_calls, 14, QStringLiteral("Copy as shell"));
    connect(m_callsAt.link, &QAbstractButton::clicked, this, &StepBody::shellAsked);

    auto* undo = new Surface(Role::Panel);
    undo->setCard(true);
    auto* undoRow = tight<QHBoxLayout>(undo);
    undoRow->setContentsMargins(12, 9, 12, 10);
    undoRow->setSpacing(8);
    auto* arrow = new IconLabel(QStringLiteral("roll-back"), Role::Text2, 14);
    arrow->setContentsMargins(0, 3, 0, 0);
    undoRow->addWidget(arrow, 0, Qt::AlignVCenter);
    auto* undoWords = new QVBoxLayout;
    undoWords->setSpacing(0);
    m_undo = new TextLabel({}, Style::Body, Role::Text1);
    m_undo->setWrap(true);
    m_undoSmall = new TextLabel({}, Style::Small, Role::Text3);
    m_undoSmall->setWrap(true);
    undoWords->addWidget(m_undo);
    undoWords->addWidget(m_undoSmall);
    undoRow->addLayout(undoWords, 1);
    m_undoAt = section(QStringLiteral("If it goes wrong"), undo, 14);

    auto* noteCard = new Surface(Role::Panel);
    noteCard->setCard(true);
    auto* noteColumn = tight<QVBoxLayout>(noteCard, 12);
    m_note = new TextLabel({}, Style::Body, Role::Text1);
    m_note->setWrap(true);
    noteColumn->addWidget(m_note);
    m_noteAt = section(QStringLiteral("Note"), noteCard, 14);

    m_evidence = new QWidget;
    m_cards = tight<QGridLayout>(m_evidence, 0, 8);
    m_evidenceAt = section(QStringLiteral("Evidence"), m_evidence, 14);
    m_evidenceAt.caption->setText(QStringLiteral("kept in the report"));
    m_column->addStretch(1);
    setWidget(page);
}

StepBody::Section StepBody::section(const QString& title, QWidget* content, int top, const QString& link)
{
    Section s{};
    s.box = new QWidget;
    auto* column = tight<QVBoxLayout>(s.box, 0, 8);
    column->setContentsMargins(0, top, 0, 0);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    s.title = new TextLabel(title, Style::Label, Role::Text2);
    s.caption = new TextLabel({}, Style::Label, Role::Text3);
    s.caption->setElide(Qt::ElideRight);
    s.right = new TextLabel({}, Style::Label, Role::Text2);
    row->addWidget(s.title);
    row->addWidget(s.caption, 1);
    row->addWidget(s.right);
    if (!link.isEmpty()) {
        s.link = new Button(link, ButtonKind::Link);
        s.link->setTextStyle(Style::Label);
        s.link->setFixedHeight(Theme::instance().lineHeight(Style::Label));
        row->addWidget(s.link);
    }
    column->addLayout(row);
    column->addWidget(content);
    m_column->addWidget(s.box);
    return s;
}

void StepBody::setStep(const StepView& step, const RunState& state)
{
    const bool other = step.id != m_step;
    m_step = step.id;
    m_errorBox->setVisible(step.error.has_value());
    if (step.error)
        m_error->setError(*step.error, QStringLiteral("Try again"));
    m_doubt->parentWidget()->setVisible(step.state == StepState::InDoubt);
    m_doubtText->setText(step.doubt.isEmpty() ? QStringLiteral("Step %1 was interrupted. The provider is being asked what it sees.").arg(step.number) : step.doubt);

    std::vector<CheckView> manual;
    if (step.flags.manual) {
        for (const CheckView& check : state.smoke) {
            if (check.manual)
                manual.push_back(check);
        }
    }
    m_manualAt.box->setVisible(!manual.empty());
    if (!manual.empty()) {
        m_manual->setChecks(manual);
        m_manualAt.caption->setText(QStringLiteral("P pass, F fail, N not applicable"));
    }

    m_changesAt.box->setVisible(!step.preview.changes.empty());
    m_changesAt.title->setText(step.preview.changesTitle.isEmpty() ? QStringLiteral("Changes") : step.preview.changesTitle);
    m_changesAt.right->setText(step.preview.changesNote);
    m_changes->setChanges(step.preview.changes);

    std::vector<CallsTable::Line> sent;
    int answered = 0;
    for (const CallView& call : step.calls) {
        CallsTable::Line line;
        line.method = clockUtc(call.at);
        line.path = call.description.isEmpty() ? call.key : call.description;
        line.note = call.state == CallView::State::Done ? QStringLiteral("done") : call.state == CallView::State::Refused ? QStringLiteral("refused") : QStringLiteral("sent");
        line.noteRole = call.state == CallView::State::Done ? Role::Ok : call.state == CallView::State::Refused ? Role::Danger : Role::Text2;
        line.refused = call.state == CallView::State::Refused;
        answered += call.state == CallView::State::Sent ? 0 : 1;
        sent.push_back(std::move(line));
    }
    m_sentAt.box->setVisible(!sent.empty());
    m_sentAt.caption->setText(QStringLiteral("%1 of %2 answered").arg(answered).arg(qMax(step.callsTotal, static_cast<int>(sent.size()))));
    m_sent->setLines(sent);

    std::vector<CallsTable::Line> calls;
    for (const CallPreview& call : step.preview.calls) {
        CallsTable::Line line;
        line.tile = monogramOf(call.provider);
        line.method = call.method;
        line.path = call.path;
        line.note = call.note;
        line.noteRole = call.note.isEmpty() || call.note == QLatin1String("valid") ? Role::Text3 : Role::Text2;
        line.side = state.targetProviders.contains(call.provider) ? SideTone::Target : state.sourceProviders.contains(call.provider) ? SideTone::Source : SideTone::None;
        calls.push_back(std::move(line));
    }
    const bool done = isDone(step.state);
    m_callsAt.box->setVisible(!calls.empty() && !(done && !sent.empty()));
    m_callsAt.caption->setText(step.previewAt ? QStringLiteral("nothing sent, checked ") + clockUtc(*step.previewAt) : QStringLiteral("nothing sent"));
    m_calls->setLines(calls);

    QString small;
    if (step.wayBackLosesData) {
        small = QStringLiteral("Rows written on %1 since the point of no return would be lost, unless they are copied back first.").arg(state.targetTitle);
    } else if (step.undo.needed) {
        if (!step.undo.calls.empty())
            small = QStringLiteral("%1, %2").arg(plural(static_cast<qsizetype>(step.undo.calls.size()), "call", "calls"), durationProse(step.undo.takes));
        else if (step.undo.takes.count() > 0)
            small = durationProse(step.undo.takes);
        if (step.undo.cached.count() > 0)
            small += (small.isEmpty() ? QStringLiteral("Up to ") : QStringLiteral(", then up to ")) + durationProse(step.undo.cached) + QStringLiteral(" of cached answers");
        if (!small.isEmpty())
            small += u'.';
        for (const StepView& other_ : state.steps) {
            if (other_.flags.pointOfNoReturn) {
                small += QStringLiteral(" No data is lost before step %1.").arg(other_.number);
                break;
            }
        }
        small = capital(small.trimmed());
    }
    // Before its first call a step that writes has nothing to put back, which isn't to say that it has no way back.
    const bool ahead = step.flags.writes && !step.undo.needed && step.undo.calls.empty() && !isDone(step.state) && !step.startedAt;
    m_undo->setText(ahead ? QStringLiteral("Nothing was sent yet, so there is nothing to put back.") : step.undo.summary.isEmpty() ? QStringLiteral("Nothing to put back.") : step.undo.summary);
    m_undoSmall->setText(small);
    m_undoSmall->setVisible(!small.isEmpty());

    const QString note = step.state == StepState::Skipped && !step.skipReason.isEmpty() ? QStringLiteral("Skipped: ") + step.skipReason + (step.note.isEmpty() ? QString() : u'\n' + step.note) : step.note;
    m_noteAt.box->setVisible(!note.isEmpty());
    m_note->setText(note);
    setEvidence(step.evidence);
    if (other)
        verticalScrollBar()->setValue(0);
}

void StepBody::setEvidence(const std::vector<Evidence>& evidence)
{
    m_evidenceAt.box->setVisible(!evidence.empty());
    QString key = m_step;
    for (const Evidence& e : evidence)
        key += isoUtc(e.at) + e.text + (e.ok ? u'+' : u'-');
    if (key == m_shown)
        return;
    m_shown = key;
    while (QLayoutItem* item = m_cards->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_cardList.clear();
    for (const Evidence& e : evidence) {
        auto* card = new Surface(Role::Panel);
        card->setCard(true);
        auto* column = tight<QVBoxLayout>(card);
        column->setContentsMargins(11, 7, 8, 7);
        column->setSpacing(1);
        auto* row = new QHBoxLayout;
        row->setSpacing(6);
        auto* mark = new IconLabel(e.ok ? QStringLiteral("tick") : QStringLiteral("cross"), e.ok ? Role::Ok : Role::Danger, 14);
        mark->setAccessibleName(e.ok ? QStringLiteral("Good") : QStringLiteral("Not good"));
        row->addWidget(mark);
        row->addWidget(new TextLabel(clockUtc(e.at), Style::ValueSmall, Role::Text3));
        row->addStretch(1);
        column->addLayout(row);
        auto* words = new TextLabel(e.text, Style::Small, Role::Text1);
        words->setWrap(true);
        column->addWidget(words);
        column->addStretch(1);
        m_cardList << card;
    }
    m_across = 0;
    placeCards();
}

void StepBody::placeCards()
{
    const int across = qBound(1, (viewport()->width() - 32) / Theme::instance().scaled(112), 3);
    if (across == m_across)
        return;
    m_across = across;
    for (int i = 0; i < m_cardList.size(); ++i)
        m_cards->addWidget(m_cardList.at(i), i / across, i % across);
    for (int i = 0; i < 3; ++i)
        m_cards->setColumnStretch(i, i < across ? 1 : 0);
}

void StepBody::resizeEvent(QResizeEvent* event)
{
    QScrollArea::resizeEvent(event);
    placeCards();
}

void StepHead::resizeEvent(QResizeEvent* event)
{
    Surface::resizeEvent(event);
    // In a narrow head these two are in the menu only.
    const bool roomy = width() > Theme::instance().scaled(560);
    m_skip->setVisible(roomy);
    m_note->setVisible(roomy);
}

} // namespace switchyard::ui
