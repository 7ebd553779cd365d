#include "widgets/smoke/SmokePage.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QLocale>
#include <QTimer>

#include <algorithm>

namespace switchyard::ui {

using namespace cutover;

namespace {
constexpr auto kBaselineLasts = std::chrono::hours(24 * 7);

/// The oldest result of the baseline; nothing when none was recorded.
std::optional<TimePoint> baselineAt(const std::vector<CheckView>& checks)
{
    std::optional<TimePoint> oldest;
    for (const CheckView& check : checks) {
        if (!isOpen(check.before.state) && check.before.at != TimePoint{} && (!oldest || check.before.at < *oldest))
            oldest = check.before.at;
    }
    return oldest;
}
} // namespace

SmokePage::SmokePage(const PageContext& context, QWidget* parent) : Page(context, parent), m_model(new CheckModel(this))
{
    auto* all = tight<QVBoxLayout>(this);
    m_toolbar = new PageToolbar(QStringLiteral("Smoke checks"), this);
    m_filter = new SegmentedControl;
    m_filter->setAccessibleName(QStringLiteral("Checks to show"));
    m_filter->setSegments({{QStringLiteral("all"), QStringLiteral("All"), QStringLiteral("0"), {}, Role::Text2},
                           {QStringLiteral("failed"), QStringLiteral("Failed"), QStringLiteral("0"), {}, Role::Text2},
                           {QStringLiteral("slower"), QStringLiteral("Slower"), QStringLiteral("0"), {}, Role::Text2},
                           {QStringLiteral("todo"), QStringLiteral("To do"), QStringLiteral("0"), {}, Role::Text2}});
    m_filter->setCurrent(QStringLiteral("all"));
    m_toolbar->add(m_filter);
    m_toolbar->stretch();
    m_baseline = new TextLabel({}, Style::Small, Role::Text2);
    m_toolbar->add(m_baseline);
    m_again = new Button(QStringLiteral("refresh"), QStringLiteral("Run failed again"));
    m_again->setObjectName(QStringLiteral("runAgain"));
    m_again->setToolTip(QStringLiteral("Runs the automatic checks again, the failed ones among them"));
    m_toolbar->add(m_again, 16);
    m_run = new Button(QStringLiteral("continue"), {}, ButtonKind::Write);
    m_run->setObjectName(QStringLiteral("runChecks"));
    m_toolbar->add(m_run);
    all->addWidget(m_toolbar);

    auto* columns = new QHBoxLayout;
    columns->setSpacing(0);
    m_listBox = new Surface(Role::Panel, Surface::Right);
    m_listBox->setObjectName(QStringLiteral("checkList"));
    auto* listColumn = tight<QVBoxLayout>(m_listBox);
    listColumn->setContentsMargins(0, 0, 1, 0);
    m_noBaseline = new Surface(Role::Panel, Surface::Bottom);
    auto* noRow = tight<QHBoxLayout>(m_noBaseline, 0, 8);
    noRow->setContentsMargins(16, 8, 16, 8);
    noRow->addWidget(new IconLabel(QStringLiteral("info"), Role::Text2, 16), 0, Qt::AlignTop);
    auto* noText = new TextLabel(QStringLiteral("**No baseline yet.** Record one while the source is live, it takes 3 min."), Style::Body, Role::Text2);
    noText->setWrap(true);
    noRow->addWidget(noText, 1);
    auto* toList = new Button(QStringLiteral("Open Checklist"), ButtonKind::Link);
    noRow->addWidget(toList);
    listColumn->addWidget(m_noBaseline);
    listColumn->addWidget(new CheckHeader);
    m_list = new CheckList(m_model);
    listColumn->addWidget(m_list, 1);
    m_empty = new EmptyState(QStringLiteral("smoke"), QStringLiteral("No checks in this plan"), QStringLiteral("Checks compare what visitors get before and now. Add them to the plan file."));
    listColumn->addWidget(m_empty, 1);
    columns->addWidget(m_listBox);
    m_detail = new CheckDetail;
    columns->addWidget(m_detail, 1);
    all->addLayout(columns, 1);

    connect(m_filter, &SegmentedControl::currentChanged, this, [this](const QString& id) {
        m_list->setFilter(id == QLatin1String("failed") ? CheckFilter::Failed : id == QLatin1String("slower") ? CheckFilter::Slower : id == QLatin1String("todo") ? CheckFilter::ToDo : CheckFilter::All);
    });
    connect(toList, &QAbstractButton::clicked, this, [this] { desk()->open(QStringLiteral("checklist")); });
    connect(m_again, &QAbstractButton::clicked, this, [this] { run()->runSmoke(); });
    connect(m_run, &QAbstractButton::clicked, this, [this] { run()->runSmoke(); });
    connect(m_list, &CheckList::picked, this, &SmokePage::showCheck);
    connect(m_list, &CheckList::opened, this, [this] { m_detail->focusFirst(); });
    connect(m_list, &CheckList::letter, this, [this](int key) {
        const CheckView* check = find(m_shown);
        if (check && check->manual)
            m_detail->manual()->answer(key == Qt::Key_P ? CheckState::Pass : key == Qt::Key_F ? CheckState::Failed : CheckState::NotApplicable);
        else
            desk()->toast(ToastKind::Plain, QStringLiteral("This check is automatic"), QStringLiteral("P, F and N answer the manual ones."));
    });
    connect(m_detail->manual(), &ManualCard::answered, this, &SmokePage::answer);
    connect(m_detail->diagnosis(), &DiagnosisCard::settingAsked, this, [this](const QString& key) { desk()->open(QStringLiteral("environments"), key); });
    connect(m_detail->diagnosis(), &DiagnosisCard::accepted, this, [this](const QString& note) { answer(m_shown, CheckState::NotApplicable, note, {}); });
    onTheme(this, [this] { setWidths(); });
}

void SmokePage::setWidths()
{
    if (width() <= 0)
        return;
    const Theme& t = Theme::instance();
    m_listBox->setFixedWidth(qBound(420, width() * 472 / 1000, t.textScale() > 110 ? 640 : 592));
    m_baseline->setVisible(width() > t.scaled(1060));
    showDetail();
}

void SmokePage::resizeEvent(QResizeEvent* event)
{
    Page::resizeEvent(event);
    setWidths();
}

void SmokePage::showEvent(QShowEvent* event)
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

const CheckView* SmokePage::find(const QString& check) const
{
    const auto& all = state().smoke;
    const auto at = std::find_if(all.begin(), all.end(), [&](const CheckView& c) { return c.id == check; });
    return at == all.end() ? nullptr : &*at;
}

void SmokePage::refresh(unsigned changes)
{
    if ((changes & (SmokeChanged | HostsChanged | PhaseChanged | ProvidersChanged)) == 0)
        return;
    const RunState& s = state();
    if (changes & (SmokeChanged | PhaseChanged)) {
        m_model->setChecks(s.smoke);
        const bool any = !s.smoke.empty();
        m_list->setVisible(any);
        m_empty->setVisible(!any);
        m_detail->setVisible(any);
        const CheckCounts counts = countChecks(s.smoke);
        m_filter->setCount(QStringLiteral("all"), QString::number(counts.all));
        m_filter->setCount(QStringLiteral("failed"), QString::number(counts.failed));
        m_filter->setCount(QStringLiteral("slower"), QString::number(counts.slower));
        m_filter->setCount(QStringLiteral("todo"), QString::number(counts.toDo));
        m_run->setText(QStringLiteral("Run %1 checks%2").arg(counts.automatic).arg(s.rehearsal ? QString() : QStringLiteral(" live")));
        m_run->updateGeometry();
        const bool ready = s.startedAt && counts.automatic > 0 && counts.running == 0;
        m_run->setEnabled(ready);
        m_run->setWhyDisabled(counts.running > 0 ? QStringLiteral("The checks are running") : counts.automatic == 0 ? QStringLiteral("The plan has no automatic check") : QStringLiteral("The run hasn't started"));
        m_again->setEnabled(ready && counts.failed > 0);
        m_again->setWhyDisabled(counts.running > 0 ? QStringLiteral("The checks are running") : QStringLiteral("No check failed"));
        const auto baseline = baselineAt(s.smoke);
        m_noBaseline->setVisible(any && !baseline);
        if (baseline) {
            const QDateTime at = QDateTime::fromMSecsSinceEpoch(baseline->time_since_epoch().count(), Qt::UTC);
            const bool old = s.now - *baseline > kBaselineLasts;
            m_baseline->setText(QStringLiteral("Baseline `%1` on %2%3").arg(QLocale::c().toString(at, QStringLiteral("ddd HH:mm")), s.sourceTitle, old ? QStringLiteral(", older than 7 days") : QString()));
            m_baseline->setRole(old ? Role::Danger : Role::Text2);
        } else {
            m_baseline->setText({});
        }
        if (m_shown.isEmpty() || !find(m_shown)) {
            // What went wrong first; else what is still to do.
            const auto first = [&](auto wanted) {
                const auto at = std::find_if(s.smoke.begin(), s.smoke.end(), wanted);
                return at == s.smoke.end() ? QString() : at->id;
            };
            m_shown = first([](const CheckView& c) { return c.now.state == CheckState::Failed; });
            if (m_shown.isEmpty())
                m_shown = first([](const CheckView& c) { return isOpen(c.now.state); });
            if (m_shown.isEmpty() && any)
                m_shown = s.smoke.front().id;
            m_list->show(m_shown);
        }
    }
    showDetail();
}

void SmokePage::showCheck(const QString& check)
{
    m_shown = check;
    showDetail();
}

void SmokePage::showDetail()
{
    if (const CheckView* check = find(m_shown))
        m_detail->setCheck(*check, state());
}

void SmokePage::openObject(const QString& check)
{
    if (!find(check))
        return;
    if (m_filter->current() != QLatin1String("all")) {
        m_filter->setCurrent(QStringLiteral("all"));
        m_list->setFilter(CheckFilter::All);
    }
    m_list->show(check);
    showCheck(check);
    m_list->setFocus(Qt::OtherFocusReason);
}

QList<KeyLine> SmokePage::keys() const
{
    return {{QStringLiteral("J, K"), QStringLiteral("Next, previous check")},
            {QStringLiteral("Enter"), QStringLiteral("To the card of the check")},
            {QStringLiteral("P, F, N"), QStringLiteral("Manual check: pass, fail, not applicable")},
            {QStringLiteral("Space"), QStringLiteral("Fold or open the section")}};
}

void SmokePage::answer(const QString& check, CheckState answer, const QString& note, const QString& picture)
{
    // A picture lies with the run, so that the report finds it.
    QString kept = picture;
    const QString directory = state().directory;
    if (!picture.isEmpty() && !directory.isEmpty() && !QFileInfo(picture).absoluteFilePath().startsWith(QFileInfo(directory).absoluteFilePath() + u'/')) {
        const QString name = QStringLiteral("pictures/%1.%2").arg(check, QFileInfo(picture).suffix().toLower());
        QDir().mkpath(directory + QStringLiteral("/pictures"));
        QFile::remove(directory + u'/' + name);
        if (!QFile::copy(picture, directory + u'/' + name)) {
            desk()->toast(ToastKind::Failure, QStringLiteral("Can't keep the picture"), QStringLiteral("The answer was not recorded. Choose a picture that can be read, or answer without one."));
            return;
        }
        kept = name;
    } else if (!directory.isEmpty() && picture.startsWith(directory + u'/')) {
        kept = picture.mid(directory.size() + 1);
    }
    const auto done = run()->recordManualCheck(check, answer, note, kept);
    if (!done) {
        desk()->toast(ToastKind::Failure, done.error().happened, (done.error().means + u' ' + done.error().remedy).trimmed());
        return;
    }
    // On to the next manual check that is open.
    const auto& all = state().smoke;
    const auto at = std::find_if(all.begin(), all.end(), [&](const CheckView& c) { return c.id == check; });
    if (at == all.end() || !at->manual)
        return;
    const auto open = [&](const CheckView& c) { return c.manual && c.id != check && isOpen(c.now.state); };
    auto next = std::find_if(at + 1, all.end(), open);
    if (next == all.end())
        next = std::find_if(all.begin(), all.end(), open);
    if (next != all.end()) {
        m_list->show(next->id);
        showCheck(next->id);
    }
}

PageFactory smokePage()
{
    PageFactory factory;
    factory.id = QStringLiteral("smoke");
    factory.title = QStringLiteral("Smoke");
    factory.icon = QStringLiteral("smoke");
    factory.make = [](const PageContext& context) -> Page* { return new SmokePage(context); };
    factory.count = [](const RunState& s) {
        const CheckCounts counts = countChecks(s.smoke);
        PageCount count;
        if (counts.all == 0)
            return count;
        if (counts.failed > 0) {
            count.text = QString::number(counts.failed);
            count.tone = PageCount::Tone::Alarm;
        } else {
            count.text = QStringLiteral("%1/%2").arg(counts.passed).arg(counts.all);
            count.tone = counts.passed == counts.all ? PageCount::Tone::Done : PageCount::Tone::Calm;
        }
        return count;
    };
    return factory;
}

} // namespace switchyard::ui
