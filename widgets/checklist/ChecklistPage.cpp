#include "widgets/checklist/ChecklistPage.h"

#include "app/base/Redactor.h"
#include "widgets/checklist/Runbook.h"
#include "widgets/checklist/StepWords.h"

#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QSaveFile>
#include <QTimer>

#include <algorithm>

namespace switchyard::ui {

using namespace cutover;

ChecklistPage::ChecklistPage(const PageContext& context, QWidget* parent) : Page(context, parent), m_model(new StepModel(this))
{
    auto* all = tight<QVBoxLayout>(this);
    m_toolbar = new PageToolbar(QStringLiteral("Checklist"), this);
    m_filter = new SegmentedControl;
    m_filter->setAccessibleName(QStringLiteral("Steps to show"));
    m_filter->setSegments({{QStringLiteral("all"), QStringLiteral("All"), QStringLiteral("0"), {}, Role::Text2},
                           {QStringLiteral("needs"), QStringLiteral("Needs you"), QStringLiteral("0"), {}, Role::Text2},
                           {QStringLiteral("blocked"), QStringLiteral("Blocked"), QStringLiteral("0"), {}, Role::Text2}});
    m_filter->setCurrent(QStringLiteral("all"));
    m_toolbar->add(m_filter);
    m_toolbar->stretch();
    m_flag = new IconLabel(QStringLiteral("flag"), Role::Text2, 14);
    m_plan = new TextLabel({}, Style::Small, Role::Text2);
    m_ahead = new TextLabel({}, Style::Small, Role::Ok);
    m_toolbar->add(m_flag);
    m_toolbar->add(m_plan, 8);
    m_toolbar->add(m_ahead, 4);
    m_toolbar->separator();
    auto* book = new Button(QStringLiteral("terminal"), QStringLiteral("Export runbook"));
    book->setObjectName(QStringLiteral("exportRunbook"));
    m_toolbar->add(book);
    all->addWidget(m_toolbar);

    auto* columns = new QHBoxLayout;
    columns->setSpacing(0);
    m_listBox = new Surface(Role::Panel, Surface::Right);
    m_listBox->setObjectName(QStringLiteral("stepList"));
    auto* listColumn = tight<QVBoxLayout>(m_listBox);
    listColumn->setContentsMargins(0, 0, 1, 0);
    listColumn->addWidget(new StepHeader);
    m_list = new StepList(m_model);
    listColumn->addWidget(m_list, 1);
    auto* empty = new EmptyState(QStringLiteral("checklist"), QStringLiteral("No steps"), QStringLiteral("Add a service on Overview and the steps follow."), QStringLiteral("Open Overview"));
    m_empty = empty;
    listColumn->addWidget(m_empty, 1);
    columns->addWidget(m_listBox);

    m_right = new Surface(Role::Canvas);
    auto* right = tight<QVBoxLayout>(m_right);
    m_detail = m_right;
    m_head = new StepHead;
    right->addWidget(m_head);
    auto* lower = new QHBoxLayout;
    lower->setSpacing(0);
    m_body = new StepBody;
    m_side = new StepSide(run());
    lower->addWidget(m_body, 1);
    lower->addWidget(m_side);
    right->addLayout(lower, 1);
    columns->addWidget(m_right, 1);
    all->addLayout(columns, 1);

    connect(m_filter, &SegmentedControl::currentChanged, this, [this](const QString& id) {
        m_list->setFilter(id == QLatin1String("needs") ? StepFilter::NeedsYou : id == QLatin1String("blocked") ? StepFilter::Blocked : StepFilter::All);
    });
    connect(empty, &EmptyState::pressed, this, [this] { desk()->open(QStringLiteral("overview")); });
    connect(book, &QAbstractButton::clicked, this, &ChecklistPage::exportRunbook);
    connect(m_list, &StepList::stepPicked, this, [this](const QString& step) {
        m_follow = step == state().activeStep;
        showStep(step);
    });
    connect(m_list, &StepList::opened, this, [this](const QString& step) {
        if (step == state().activeStep || state().phase == RunPhase::NotStarted)
            m_side->focusGuard();
        else
            m_body->setFocus(Qt::TabFocusReason);
    });
    connect(m_list, &StepList::letter, this, &ChecklistPage::letter);
    connect(m_head, &StepHead::skipAsked, this, [this] { desk()->skip(m_shown); });
    connect(m_head, &StepHead::noteAsked, this, [this] { desk()->note(m_shown); });
    connect(m_head, &StepHead::dryRunAsked, this, [this] { run()->dryRun(m_shown); });
    connect(m_head, &StepHead::shellAsked, this, &ChecklistPage::copyShell);
    connect(m_head, &StepHead::waiveAsked, this, [this] { waive({}); });
    connect(m_head, &StepHead::rollBackAsked, desk(), &Desk::rollBack);
    connect(m_body, &StepBody::shellAsked, this, &ChecklistPage::copyShell);
    connect(m_body, &StepBody::tryAgain, this, [this] { told(run()->retry(m_shown)); });
    connect(m_body, &StepBody::rollBackAsked, desk(), &Desk::rollBack);
    connect(m_body, &StepBody::doubtAnswered, this, [this](bool accept) { told(run()->resolveDoubt(m_shown, accept)); });
    connect(m_body->manual(), &ManualChecks::answered, this, [this](const QString& check, CheckState answer) { told(run()->recordManualCheck(check, answer, {}, {})); });
    connect(m_side, &StepSide::waiveAsked, this, &ChecklistPage::waive);
    connect(m_side, &StepSide::pageAsked, this, [this](const QString& page) { desk()->open(page); });
    connect(m_side, &StepSide::backAsked, this, &ChecklistPage::backToActive);
    connect(m_side, &StepSide::rollBackAsked, desk(), &Desk::rollBack);
    connect(m_side, &StepSide::tryAgain, this, [this] { told(run()->retry(m_shown)); });
    connect(m_side, &StepSide::doubtAnswered, this, [this](bool accept) { told(run()->resolveDoubt(m_shown, accept)); });
    connect(m_side, &StepSide::refused, this, [this](const Error& error) { told(error); });
    onTheme(this, [this] { setWidths(); });
}

void ChecklistPage::setWidths()
{
    if (!m_listBox || width() <= 0)
        return;
    const Theme& t = Theme::instance();
    // The picture's 548 and 276 at full width; a narrow or magnified page keeps the middle readable.
    m_listBox->setFixedWidth(qBound(380, width() * 437 / 1000, t.textScale() > 110 ? 580 : 548));
    m_side->setFixedWidth(qBound(260, qMin(t.scaled(276), width() * 27 / 100), 400));
    const bool roomy = width() > t.scaled(940);
    m_flag->setVisible(roomy);
    m_plan->setVisible(roomy);
    m_ahead->setVisible(roomy);
}

void ChecklistPage::resizeEvent(QResizeEvent* event)
{
    Page::resizeEvent(event);
    setWidths();
}

void ChecklistPage::showEvent(QShowEvent* event)
{
    Page::showEvent(event);
    // Keys work at once, unless a person is walking through the rail.
    QTimer::singleShot(0, this, [this] {
        QWidget* focus = window()->focusWidget();
        const bool elsewhere = focus && focus->isVisible() && (isAncestorOf(focus) || qobject_cast<QAbstractItemView*>(focus));
        if (isVisible() && !elsewhere)
            m_list->setFocus(Qt::OtherFocusReason);
    });
}

void ChecklistPage::refresh(unsigned changes)
{
    if ((changes & (StepsChanged | PhaseChanged | SmokeChanged | ClocksChanged | FindingsChanged)) == 0)
        return;
    const RunState& s = state();
    if (changes & (StepsChanged | PhaseChanged)) {
        m_model->setState(s, s.now);
        m_list->applyFolding();
        const bool any = !s.steps.empty();
        m_list->setVisible(any);
        m_empty->setVisible(!any);
        m_head->setVisible(any);
        m_body->setVisible(any);
        m_side->setVisible(any);
        qsizetype person = 0;
        qsizetype blocked = 0;
        Milliseconds planned{0};
        for (const StepView& step : s.steps) {
            person += waitsForPerson(step) ? 1 : 0;
            blocked += step.state == StepState::Blocked ? 1 : 0;
            planned += step.planned;
        }
        m_filter->setCount(QStringLiteral("all"), QString::number(s.steps.size()));
        m_filter->setCount(QStringLiteral("needs"), QString::number(person));
        m_filter->setCount(QStringLiteral("blocked"), QString::number(blocked));
        const bool moved = s.activeStep != m_lastActive;
        m_lastActive = s.activeStep;
        QString total = hoursMinutesSeconds(planned);
        if (total.startsWith(u'0'))
            total.remove(0, 1);
        m_plan->setText(QStringLiteral("Planned %1%2").arg(total, s.startedAt ? QStringLiteral(",") : QString()));
        if (m_shown.isEmpty() || !s.step(m_shown) || (moved && m_follow)) {
            const QString first = s.steps.empty() ? QString() : (s.phase == RunPhase::Complete ? s.steps.back().id : s.steps.front().id);
            const QString wanted = s.activeStep.isEmpty() ? (m_shown.isEmpty() || !s.step(m_shown) ? first : m_shown) : s.activeStep;
            m_shown = wanted;
            m_list->show(wanted);
            m_follow = true;
        }
    }
    if (s.startedAt) {
        const Milliseconds ahead = s.aheadOfPlan;
        m_ahead->setText(ahead.count() == 0 ? QStringLiteral("on time") : QStringLiteral("%1 %2").arg(durationProse(ahead.count() > 0 ? ahead : -ahead), ahead.count() > 0 ? QStringLiteral("early") : QStringLiteral("late")));
        m_ahead->setRole(ahead.count() >= 0 ? Role::Ok : Role::Warn);
    } else {
        m_ahead->setText(QString());
    }
    showDetail();
}

void ChecklistPage::second()
{
    const TimePoint now = clock() ? clock()->now() : state().now;
    m_model->setNow(state(), now);
    m_side->second(now);
}

void ChecklistPage::showStep(const QString& step)
{
    m_shown = step;
    showDetail();
}

void ChecklistPage::showDetail()
{
    const RunState& s = state();
    const StepView* step = s.step(m_shown);
    if (!step)
        return;
    m_head->setStep(*step, static_cast<int>(s.steps.size()), s);
    m_body->setStep(*step, s);
    m_side->setStep(*step, step->id == s.activeStep || (s.phase == RunPhase::RollingBack && step->error.has_value()));
}

void ChecklistPage::backToActive()
{
    m_follow = true;
    m_list->show(state().activeStep);
    m_list->setFocus(Qt::OtherFocusReason);
}

void ChecklistPage::openObject(const QString& step)
{
    if (!state().step(step))
        return;
    if (m_filter->current() != QLatin1String("all") && m_list->currentStep() != step) {
        m_filter->setCurrent(QStringLiteral("all"));
        m_list->setFilter(StepFilter::All);
    }
    m_follow = step == state().activeStep;
    m_list->show(step);
    showStep(step);
    m_list->setFocus(Qt::OtherFocusReason);
}

// A blocked button answers no key: then what blocks it and can be answered here gets the focus.
QWidget* ChecklistPage::guardedButton() { return m_side->due(); }

QList<KeyLine> ChecklistPage::keys() const
{
    return {{QStringLiteral("J, K"), QStringLiteral("Next, previous step")},
            {QStringLiteral("Space"), QStringLiteral("Fold or open the phase")},
            {QStringLiteral("Enter"), QStringLiteral("To the guarded button of the step")},
            {QStringLiteral("Ctrl Enter"), QStringLiteral("Focus the guarded button of the active step")},
            {QStringLiteral("D"), QStringLiteral("Dry run again")},
            {QStringLiteral("P, F, N"), QStringLiteral("Manual check: pass, fail, not applicable")},
            {QStringLiteral("Shift F10"), QStringLiteral("More for this step")}};
}

void ChecklistPage::letter(int key)
{
    switch (key) {
    case Qt::Key_D: run()->dryRun(m_shown); break;
    case Qt::Key_P: m_body->manual()->answerNext(CheckState::Pass); break;
    case Qt::Key_F: m_body->manual()->answerNext(CheckState::Failed); break;
    case Qt::Key_N: m_body->manual()->answerNext(CheckState::NotApplicable); break;
    case Qt::Key_Menu: m_head->popupMenu(); break;
    default: break;
    }
}

void ChecklistPage::waive(const QString& interlock)
{
    QString which = interlock;
    if (which.isEmpty()) {
        if (const StepView* step = state().step(m_shown)) {
            for (const InterlockView& lock : step->interlocks) {
                if (which.isEmpty() && lock.reading.state == InterlockState::Caution && lock.waivedBy.isEmpty())
                    which = lock.id;
            }
        }
    }
    if (!which.isEmpty())
        desk()->waive(m_shown, which);
}

void ChecklistPage::told(const Result<void>& result)
{
    if (!result)
        desk()->toast(ToastKind::Failure, result.error().happened, (result.error().means + u' ' + result.error().remedy).trimmed());
}

void ChecklistPage::copyShell()
{
    const StepView* step = state().step(m_shown);
    const QString shell = step ? stepShell(*step) : QString();
    if (shell.isEmpty()) {
        desk()->toast(ToastKind::Plain, QStringLiteral("Nothing to copy"), QStringLiteral("This step sends no call."));
        return;
    }
    QGuiApplication::clipboard()->setText(shell);
    desk()->toast(ToastKind::Plain, QStringLiteral("Copied as shell"), QStringLiteral("$SWITCHYARD_TOKEN stands in place of each secret."));
}

Result<void> ChecklistPage::writeRunbook(const QString& file) const
{
    QSaveFile out(file);
    const QByteArray text = runbookMarkdown(state()).toUtf8();
    if (!out.open(QIODevice::WriteOnly) || out.write(text) != text.size() || !out.commit()) {
        Error error = Error::invalid(QStringLiteral("Can't write the runbook."), out.errorString() + u'.', QStringLiteral("Choose another folder."));
        error.kind = ErrorKind::Storage;
        return error;
    }
    return Ok{};
}

void ChecklistPage::exportRunbook()
{
    auto* dialog = new QFileDialog(this, QStringLiteral("Export runbook"), {}, QStringLiteral("Markdown (*.md)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("md"));
    dialog->selectFile(state().planName + QStringLiteral("-runbook.md"));
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& file) {
        const auto written = writeRunbook(file);
        told(written);
        if (written)
            desk()->toast(ToastKind::Good, QStringLiteral("Runbook written"), file);
    });
    dialog->open();
}

PageFactory checklistPage()
{
    PageFactory factory;
    factory.id = QStringLiteral("checklist");
    factory.title = QStringLiteral("Checklist");
    factory.icon = QStringLiteral("checklist");
    factory.make = [](const PageContext& context) -> Page* { return new ChecklistPage(context); };
    factory.count = [](const RunState& s) {
        PageCount count;
        count.text = s.steps.empty() ? QString() : QStringLiteral("%1/%2").arg(s.done).arg(s.steps.size());
        count.tone = s.phase == RunPhase::Failed ? PageCount::Tone::Alarm : s.phase == RunPhase::Complete ? PageCount::Tone::Done : PageCount::Tone::Strong;
        return count;
    };
    return factory;
}

} // namespace switchyard::ui
