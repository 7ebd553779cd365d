#include "widgets/dialogs/RunDialogs.h"

#include <QComboBox>
#include <QLineEdit>
#include <QRadioButton>

namespace switchyard::ui {

namespace {

QString letters(const QString& provider)
{
    static const std::map<QString, QString> known{{QStringLiteral("heroku"), QStringLiteral("He")}, {QStringLiteral("netlify"), QStringLiteral("Nl")},
                                                  {QStringLiteral("render"), QStringLiteral("Rd")}, {QStringLiteral("cloudflare"), QStringLiteral("Cf")},
                                                  {QStringLiteral("postgres"), QStringLiteral("Pg")}, {QStringLiteral("redis"), QStringLiteral("Re")}};
    const auto found = known.find(provider);
    return found != known.end() ? found->second : provider.left(2);
}

Milliseconds holdFor(const cutover::RunState& state, int level)
{
    Q_UNUSED(state)
    return Milliseconds(level == 4 ? 3000 : level == 3 ? 2000 : 1000);
}

/// Name of the person who decides, prefilled with the operator.
QLineEdit* personField(QVBoxLayout* body, const QString& name)
{
    body->addSpacing(8);
    body->addWidget(new TextLabel(QStringLiteral("Your name"), Style::Small, Role::Text2));
    auto* field = new QLineEdit(name);
    field->setObjectName(QStringLiteral("name"));
    field->setAccessibleName(QStringLiteral("Your name"));
    onTheme(field, [field] { field->setFixedHeight(Theme::instance().scaled(32)); });
    body->addWidget(field);
    return field;
}

} // namespace

RollbackDialog::RollbackDialog(cutover::RunController* run, QWidget* parent)
    : GuardedDialog(run->state().pastPoint ? Band::Hazard : Band::Danger, QStringLiteral("Roll back to %1?").arg(run->state().sourceTitle),
                    run->state().pastPoint ? QStringLiteral("Stay on %1").arg(run->state().targetTitle) : QStringLiteral("Stay here"), parent),
      m_run(run), m_act(new GuardedButton)
{
    setObjectName(QStringLiteral("rollback-dialog"));
    const cutover::RollbackPreview preview = run->rollbackPreview();
    m_act->setObjectName(QStringLiteral("act"));
    m_act->setCompact(true);
    m_act->setVerb(QStringLiteral("Roll back"));
    const int level = preview.pastPoint ? 4 : 3;
    m_act->setTone(preview.pastPoint ? GuardedButton::Tone::Pnr : GuardedButton::Tone::Danger);
    m_act->setHold(holdFor(run->state(), level));
    if (preview.pastPoint)
        after(preview);
    else
        before(preview);
    m_field = addArmField(QStringLiteral("Type the plan name to arm"), run->state().planName, m_act);
    setAct(m_act);
    connect(m_act, &GuardedButton::confirmed, this, &RollbackDialog::confirmed);
    // Rows at risk are counted in the background; the list follows.
    connect(run, &cutover::RunController::changed, this, [this](unsigned changes) {
        if (m_rows && (changes & (cutover::DatabasesChanged | cutover::StepsChanged)))
            fillRows(m_run->rollbackPreview());
    });
}

void RollbackDialog::before(const cutover::RollbackPreview& preview)
{
    paragraph(preview.text);
    body()->addSpacing(4);
    int number = 1;
    for (const cutover::RollbackPreview::Action& action : preview.actions) {
        auto* row = new QHBoxLayout;
        row->setSpacing(8);
        row->addWidget(new TextLabel(QString::number(number++), Style::Value, Role::Text3));
        auto* title = new TextLabel(action.title, Style::Body);
        title->setElide(Qt::ElideRight);
        row->addWidget(title, 1);
        if (!action.provider.isEmpty())
            row->addWidget(new MonogramTile(letters(action.provider), action.provider, 18, m_run->state().targetProviders.contains(action.provider) ? SideTone::Target : m_run->state().sourceProviders.contains(action.provider) ? SideTone::Source : SideTone::None));
        auto* time = new TextLabel((action.upTo ? QStringLiteral("up to ") : QString()) + durationProse(action.takes), Style::Value, Role::Text2);
        time->setAlign(Qt::AlignRight);
        time->setMinimumWidth(90);
        row->addWidget(time);
        body()->addLayout(row);
        body()->addWidget(new Line(Qt::Horizontal, Role::LineSoft));
    }
    auto* sum = new QHBoxLayout;
    sum->addWidget(new TextLabel(QStringLiteral("Visitors are back on %1 in").arg(m_run->state().sourceTitle), Style::Body, Role::Text2), 1);
    auto* total = new TextLabel(durationProse(preview.total), Style::Clock);
    sum->addWidget(total);
    body()->addSpacing(4);
    body()->addLayout(sum);
}

void RollbackDialog::after(const cutover::RollbackPreview& preview)
{
    setTitle(QStringLiteral("Rolling back now loses data"), Role::Pnr);
    paragraph(preview.text);
    body()->addSpacing(4);
    m_rows = new QVBoxLayout;
    m_rows->setSpacing(6);
    body()->addLayout(m_rows);
    body()->addSpacing(8);
    m_copy = new QRadioButton;
    m_save = new QRadioButton(QStringLiteral("Save them to a file, go back without them"));
    m_copy->setObjectName(QStringLiteral("copy"));
    m_save->setObjectName(QStringLiteral("save"));
    m_copy->setChecked(true);
    body()->addWidget(m_copy);
    body()->addWidget(m_save);
    fillRows(preview);
}

void RollbackDialog::fillRows(const cutover::RollbackPreview& preview)
{
    while (QLayoutItem* item = m_rows->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    qint64 total = 0;
    for (const GainedRows& gained : preview.gained) {
        total += gained.total();
        auto* line = new QWidget;
        auto* row = tight<QHBoxLayout>(line, 0, 12);
        QString name = gained.table;
        if (name.startsWith(QLatin1String("public.")))
            name.remove(0, 7);
        auto* label = new TextLabel(name, Style::Value);
        label->setElide(Qt::ElideMiddle);
        row->addWidget(label, 1);
        row->addWidget(new TextLabel(QStringLiteral("%1 rows").arg(grouped(gained.total())), Style::ValueMedium));
        QStringList what;
        if (gained.inserted.value > 0)
            what << QStringLiteral("%1 new").arg(grouped(gained.inserted.value));
        if (gained.updated.value > 0)
            what << QStringLiteral("%1 edited").arg(grouped(gained.updated.value));
        if (gained.deleted.value > 0)
            what << QStringLiteral("%1 deleted").arg(grouped(gained.deleted.value));
        auto* kind = new TextLabel(what.join(QStringLiteral(", ")), Style::Small, Role::Text3);
        kind->setMinimumWidth(110);
        row->addWidget(kind);
        m_rows->addWidget(line);
    }
    if (!preview.gainedKnown)
        m_rows->addWidget(new TextLabel(QStringLiteral("Counting the rows that were written since writes opened."), Style::Body, Role::Text3));
    else if (preview.gained.empty())
        m_rows->addWidget(new TextLabel(QStringLiteral("No row was written since writes opened."), Style::Body));
    m_copy->setText(preview.gainedKnown ? QStringLiteral("Copy the %1 rows back first").arg(grouped(total)) : QStringLiteral("Copy the rows back first"));
}

void RollbackDialog::confirmed()
{
    using Choice = cutover::RunController::GainedRowsChoice;
    const Choice choice = !m_copy ? Choice::None : m_copy->isChecked() ? Choice::CopyBack : Choice::SaveToFile;
    const Result<void> done = m_run->rollBack(m_field->text(), choice);
    if (done)
        accept();
    else
        showError(done.error());
}

GoLiveDialog::GoLiveDialog(const GoLiveFacts& facts, QWidget* parent)
    : GuardedDialog(Band::Live, QStringLiteral("Go live with %1?").arg(facts.plan), QStringLiteral("Keep rehearsing"), parent)
{
    setObjectName(QStringLiteral("golive-dialog"));
    paragraph(QStringLiteral("From here every step changes real accounts. ") + facts.lastRehearsal);
    body()->addSpacing(4);
    QHBoxLayout* tiles = fact(QStringLiteral("Writes to"));
    for (const GoLiveFacts::Tile& tile : facts.writesTo)
        tiles->addWidget(new MonogramTile(tile.letters, tile.name, 20, tile.side));
    tiles->addWidget(new TextLabel(QStringLiteral("%1 accounts").arg(facts.writesTo.size()), Style::Small, Role::Text2));
    tiles->addStretch(1);
    factText(QStringLiteral("Downtime"), facts.downtime);
    factText(QStringLiteral("Rehearsed"), facts.rehearsed);
    QHBoxLayout* findings = fact(QStringLiteral("Open findings"));
    if (facts.cautions > 0)
        findings->addWidget(new IconLabel(QStringLiteral("caution"), Role::Warn, 14));
    findings->addWidget(new TextLabel(facts.cautions == 0 ? QStringLiteral("None") : QStringLiteral("%1 cautions, %2 waived").arg(facts.cautions).arg(facts.waived), Style::Body), 1);
    auto* act = new GuardedButton;
    act->setObjectName(QStringLiteral("act"));
    act->setCompact(true);
    act->setVerb(QStringLiteral("Go live"));
    act->setHold(Milliseconds(2000));
    // Live orange even while the window is still rehearsing is the band's task; the button follows the mode it is in.
    if (!facts.open.empty()) {
        body()->addSpacing(8);
        for (const GoLiveFacts::Condition& condition : facts.open) {
            auto* row = new QHBoxLayout;
            row->setSpacing(8);
            row->addWidget(new IconLabel(QStringLiteral("lock"), Role::Danger, 14), 0, Qt::AlignTop);
            auto* words = new TextLabel(condition.text + u' ' + condition.remedy, Style::Body, Role::Text1);
            words->setWrap(true);
            row->addWidget(words, 1);
            body()->addLayout(row);
        }
        act->setBlocked(facts.open.front().text);
        setAct(act);
        return;
    }
    ArmField* field = addArmField(QStringLiteral("Type the plan name to arm"), facts.plan, act);
    setAct(act);
    connect(act, &GuardedButton::confirmed, this, [this, field](const QString& how) {
        const QString typed = field->text();
        accept();
        Q_EMIT confirmed(typed, how);
    });
}

ModeDialog::ModeDialog(const cutover::RunState& state, QWidget* parent)
    : GuardedDialog(state.rehearsal ? Band::Rehearsal : Band::Live, state.rehearsal ? QStringLiteral("This is a rehearsal") : QStringLiteral("This plan is live"),
                    state.rehearsal ? QStringLiteral("Keep rehearsing") : QStringLiteral("Stay live"), parent, 560)
{
    setObjectName(QStringLiteral("mode-dialog"));
    if (state.rehearsal) {
        paragraph(QStringLiteral("Every call goes to simulators on this computer. The transport refuses any other host, and the log marks each line [simulator]."));
        factText(QStringLiteral("Rehearsal"), QString::number(state.rehearsalNumber));
        factText(QStringLiteral("Speed"), QStringLiteral("%1× while everything only waits").arg(qRound(state.speed)));
        auto* live = new Button(QStringLiteral("live"), QStringLiteral("Go live…"));
        live->setObjectName(QStringLiteral("act"));
        setAct(live);
        connect(live, &QAbstractButton::clicked, this, [this] {
            accept();
            Q_EMIT goLive();
        });
    } else {
        paragraph(state.customEndpoints ? QStringLiteral("Every step changes the accounts at the addresses the plan names, which are not the providers' own.")
                                        : QStringLiteral("Every step changes real accounts. Visitors notice."));
        QStringList names;
        for (const cutover::ProviderView& view : state.providers)
            names << view.name;
        factText(QStringLiteral("Writes to"), names.join(QStringLiteral(", ")));
        factText(QStringLiteral("Ends"), QStringLiteral("At Close, at a rollback, or by going back to rehearsal. What was changed stays changed."));
        auto* back = new Button(QStringLiteral("rehearsal"), QStringLiteral("Back to rehearsal"));
        back->setObjectName(QStringLiteral("act"));
        setAct(back);
        connect(back, &QAbstractButton::clicked, this, [this] {
            accept();
            Q_EMIT backToRehearsal();
        });
    }
}

WaiveDialog::WaiveDialog(cutover::RunController* run, const QString& step, const QString& interlock, QWidget* parent)
    : GuardedDialog(Band::Plain, QStringLiteral("Waive this caution?"), QStringLiteral("Keep it open"), parent, 560)
{
    setObjectName(QStringLiteral("waive-dialog"));
    const cutover::StepView* view = run->state().step(step);
    QString label = interlock;
    QString value;
    if (view) {
        for (const cutover::InterlockView& lock : view->interlocks) {
            if (lock.id == interlock) {
                label = lock.label;
                value = lock.reading.value;
            }
        }
        setTitle(QStringLiteral("Waive “%1”?").arg(label));
        paragraph(QStringLiteral("Step %1, %2. Now: %3. The caution stays on screen with your name, silent until its end, and stands in the report.").arg(view->number).arg(view->title, value));
    }
    QLineEdit* name = personField(body(), run->state().operatorName);
    body()->addSpacing(8);
    auto* reason = new NoteField(QStringLiteral("Reason"), QStringLiteral("What was looked at, and why it may go on"));
    body()->addWidget(reason);
    body()->addSpacing(8);
    body()->addWidget(new TextLabel(QStringLiteral("Holds for"), Style::Small, Role::Text2));
    auto* lasts = new QComboBox;
    lasts->setAccessibleName(QStringLiteral("Holds for"));
    for (const int minutes : {12, 30, 60, 240})
        lasts->addItem(durationProse(Seconds(minutes * 60)), minutes);
    onTheme(lasts, [lasts] { lasts->setFixedHeight(Theme::instance().scaled(28)); });
    body()->addWidget(lasts);
    auto* act = new Button(QStringLiteral("waiver"), QStringLiteral("Waive"), ButtonKind::NeutralStrong);
    act->setObjectName(QStringLiteral("act"));
    act->setWhyDisabled(QStringLiteral("A waiver needs a name and a reason"));
    setAct(act);
    const auto check = [act, name, reason] { act->setEnabled(!name->text().trimmed().isEmpty() && !reason->text().isEmpty()); };
    check();
    connect(name, &QLineEdit::textChanged, this, check);
    connect(reason, &NoteField::changed, this, check);
    connect(act, &QAbstractButton::clicked, this, [=, this] {
        const Result<void> done = run->waive(step, interlock, name->text().trimmed(), reason->text(), Seconds(lasts->currentData().toInt() * 60));
        if (done)
            accept();
        else
            showError(done.error());
    });
}

SkipDialog::SkipDialog(cutover::RunController* run, const QString& step, QWidget* parent)
    : GuardedDialog(Band::Plain, QStringLiteral("Skip this step?"), QStringLiteral("Keep the step"), parent, 560)
{
    setObjectName(QStringLiteral("skip-dialog"));
    if (const cutover::StepView* view = run->state().step(step)) {
        setTitle(QStringLiteral("Skip step %1, %2?").arg(view->number).arg(view->title));
        paragraph(QStringLiteral("Nothing of it is done. Later steps that rely on it may stay blocked. The report shows your name and the reason."));
    }
    QLineEdit* name = personField(body(), run->state().operatorName);
    body()->addSpacing(8);
    auto* reason = new NoteField(QStringLiteral("Reason"));
    body()->addWidget(reason);
    auto* act = new Button(QStringLiteral("skip"), QStringLiteral("Skip step"), ButtonKind::NeutralStrong);
    act->setObjectName(QStringLiteral("act"));
    act->setWhyDisabled(QStringLiteral("Skipping needs a name and a reason"));
    setAct(act);
    const auto check = [act, name, reason] { act->setEnabled(!name->text().trimmed().isEmpty() && !reason->text().isEmpty()); };
    check();
    connect(name, &QLineEdit::textChanged, this, check);
    connect(reason, &NoteField::changed, this, check);
    connect(act, &QAbstractButton::clicked, this, [=, this] {
        const Result<void> done = run->skip(step, name->text().trimmed(), reason->text());
        if (done)
            accept();
        else
            showError(done.error());
    });
}

NoteDialog::NoteDialog(cutover::RunController* run, const QString& step, QWidget* parent)
    : GuardedDialog(Band::Plain, QStringLiteral("Note"), QStringLiteral("Discard"), parent, 560)
{
    setObjectName(QStringLiteral("note-dialog"));
    auto* note = new NoteField(QStringLiteral("Kept in the report, with your name and the time"));
    if (const cutover::StepView* view = run->state().step(step)) {
        setTitle(QStringLiteral("Note on step %1").arg(view->number));
        paragraph(view->title);
        note->setText(view->note);
    }
    body()->addSpacing(8);
    body()->addWidget(note);
    auto* act = new Button(QStringLiteral("Keep note"), ButtonKind::NeutralStrong);
    act->setObjectName(QStringLiteral("act"));
    setAct(act);
    connect(act, &QAbstractButton::clicked, this, [=, this] {
        const Result<void> done = run->addNote(step, note->text());
        if (done)
            accept();
        else
            showError(done.error());
    });
}

} // namespace switchyard::ui
