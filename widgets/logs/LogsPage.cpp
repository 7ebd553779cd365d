#include "widgets/logs/LogsPage.h"

#include "app/base/Redactor.h"

#include <QApplication>
#include <QClipboard>
#include <QElapsedTimer>
#include <QFileDialog>
#include <QSaveFile>
#include <QStackedWidget>

#include <memory>

namespace switchyard::ui {

using namespace cutover;

namespace {
const char* const kLevelIds[] = {"debug", "info", "warn", "error"};
}

LogsPage::LogsPage(const PageContext& context, QWidget* parent) : Page(context, parent)
{
    m_model = new logs::LogModel(log(), this);
    m_search = new LogSearch(m_model, this);

    auto* all = tight<QVBoxLayout>(this);
    auto* bar = new PageToolbar(QStringLiteral("Logs"), this);
    m_field = new TokenField(bar);
    m_field->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    bar->add(m_field, 4);
    m_follow = new Button(QStringLiteral("Following"), ButtonKind::Plain, bar);
    m_follow->setObjectName(QStringLiteral("follow"));
    m_follow->setIconName(QStringLiteral("follow"));
    m_follow->setKeys(QStringLiteral("F"));
    m_follow->setCheckable(true);
    m_follow->setChecked(true);
    bar->add(m_follow, 16);
    auto* saveButton = new Button(QStringLiteral("download"), QStringLiteral("Save…"), ButtonKind::Plain, bar);
    saveButton->setObjectName(QStringLiteral("save"));
    bar->add(saveButton);
    all->addWidget(bar);

    auto* row = new Surface(Role::Panel, Surface::Bottom, this);
    row->setObjectName(QStringLiteral("filters"));
    auto* chips = tight<QHBoxLayout>(row, 0, 12);
    chips->setContentsMargins(16, 0, 16, 1);
    m_sources = new SourceBar(&m_look, row);
    chips->addWidget(m_sources, 1);
    m_levels = new SegmentedControl(row);
    m_levels->setObjectName(QStringLiteral("levels"));
    m_levels->setAccessibleName(QStringLiteral("Levels"));
    m_levels->setMultiple(true);
    m_levels->setSegments({{QStringLiteral("debug"), QStringLiteral("Debug"), {}, {}, Role::Text2}, {QStringLiteral("info"), QStringLiteral("Info"), {}, {}, Role::Text2},
                           {QStringLiteral("warn"), QStringLiteral("Warn"), QStringLiteral("0"), QStringLiteral("caution"), Role::Warn},
                           {QStringLiteral("error"), QStringLiteral("Error"), QStringLiteral("0"), QStringLiteral("failure"), Role::Danger}});
    chips->addWidget(m_levels);
    onTheme(this, [row] { row->setFixedHeight(Theme::instance().rowHeight(40)); });
    all->addWidget(row);

    m_histogram = new LogHistogram(this);
    all->addWidget(m_histogram);

    auto* body = new QWidget(this);
    auto* columns = tight<QHBoxLayout>(body);
    m_stack = new QStackedWidget(body);
    m_view = new LogView(&m_look, m_stack);
    m_view->setLog(m_model);
    m_stack->addWidget(m_view);
    m_empty = new Surface(Role::Inset, Surface::None, m_stack);
    auto* middle = tight<QVBoxLayout>(m_empty, 24, 8);
    m_emptyTitle = new TextLabel({}, Style::H2, Role::Text1, m_empty);
    m_emptyText = new TextLabel({}, Style::Body, Role::Text2, m_empty);
    m_emptyButton = new Button(QStringLiteral("Clear filters"), ButtonKind::Plain, m_empty);
    middle->addStretch(1);
    middle->addWidget(m_emptyTitle, 0, Qt::AlignHCenter);
    middle->addWidget(m_emptyText, 0, Qt::AlignHCenter);
    middle->addWidget(m_emptyButton, 0, Qt::AlignHCenter);
    middle->addStretch(1);
    m_stack->addWidget(m_empty);
    columns->addWidget(m_stack, 1);
    m_side = new LogSide(body);
    columns->addWidget(m_side);
    all->addWidget(body, 1);

    // Counting and the histogram look at every head: twice a second is enough for the eye.
    m_counting.setSingleShot(true);
    m_counting.setInterval(500);
    connect(&m_counting, &QTimer::timeout, this, &LogsPage::readCounts);
    connect(log(), &logs::LogStore::grew, this, &LogsPage::grew);
    connect(m_search, &LogSearch::changed, this, &LogsPage::say);
    connect(m_field, &QLineEdit::textChanged, this, &LogsPage::applyFilter);
    connect(m_field, &TokenField::nextWanted, this, &LogsPage::goToNext);
    connect(m_field, &TokenField::leave, this, [this] { m_view->setFocus(Qt::OtherFocusReason); });
    connect(m_sources, &SourceBar::changed, this, &LogsPage::applyFilter);
    connect(m_levels, &SegmentedControl::checkedChanged, this, [this](const QStringList& ids) {
        // The one that was pressed differs from what stood there: it becomes the least level that is shown.
        for (int i = 0; i < 4; ++i) {
            if (ids.contains(QLatin1String(kLevelIds[i])) != (i >= static_cast<int>(m_least)))
                return setLevel(static_cast<LogLevel>(i));
        }
    });
    connect(m_histogram, &LogHistogram::spanChosen, this, [this](std::optional<TimePoint> since, std::optional<TimePoint> until) {
        QString text = logs::withToken(m_field->text(), QStringLiteral("until"), until ? clockUtc(*until) : QString());
        text = logs::withToken(text, QStringLiteral("since"), since ? clockUtc(*since) : QString());
        m_field->setText(text);
    });
    connect(m_view, &LogView::selected, this, &LogsPage::showDetails);
    connect(m_view, &LogView::nextWanted, this, &LogsPage::goToNext);
    connect(m_view, &LogView::followingChanged, this, [this](bool on) {
        m_follow->setChecked(on);
        m_follow->setText(on ? QStringLiteral("Following") : QStringLiteral("Follow"));
    });
    connect(m_follow, &QAbstractButton::clicked, this, [this](bool on) { m_view->setFollowing(on); });
    const auto copy = [this] {
        const QString text = m_side->lineText();
        if (text.isEmpty())
            return;
        QApplication::clipboard()->setText(Redactor::instance().redact(text));
        desk()->toast(ToastKind::Plain, QStringLiteral("Line copied"));
    };
    connect(m_side, &LogSide::copyWanted, this, copy);
    connect(m_view, &LogView::copyWanted, this, copy);
    connect(m_side, &LogSide::groupChosen, this, [this](qsizetype number) {
        m_view->setFollowing(false);
        int at = m_model->rowOf(number);
        // A folded repeat stands in an earlier row; a filter may hide it.
        if (at < 0 || m_model->number(at) > number)
            at = at < 0 ? m_model->rowCount() - 1 : at - 1;
        m_view->selectRow(at);
        m_view->setFocus(Qt::OtherFocusReason);
    });
    connect(m_side, &LogSide::clockWanted, this, [this] {
        m_clock = m_clock == LogClock::Utc ? LogClock::Elapsed : m_clock == LogClock::Elapsed ? LogClock::Local : LogClock::Utc;
        m_view->setClock(m_clock, start());
        m_side->setClock(m_clock);
    });
    connect(saveButton, &QAbstractButton::clicked, this, &LogsPage::save);
    connect(m_emptyButton, &QAbstractButton::clicked, this, &LogsPage::clearFilters);
    m_side->setClock(m_clock);
    setLevel(LogLevel::Info);
    showDetails();
}

void LogsPage::refresh(unsigned changes)
{
    if (changes & ProvidersChanged) {
        m_look.read(state());
        m_sources->refresh(*log());
        m_view->viewport()->update();
    }
    if (changes & (StepsChanged | EventsChanged | PhaseChanged))
        m_view->keepPlace([this] { m_model->setRules(logRules(state())); });
    if ((changes & (StepsChanged | PhaseChanged)) && !m_counting.isActive())
        m_counting.start();
}

void LogsPage::showEvent(QShowEvent* event)
{
    Page::showEvent(event);
    readCounts();
}

void LogsPage::resizeEvent(QResizeEvent* event)
{
    Page::resizeEvent(event);
    if (isVisible())
        m_counting.start();
}

void LogsPage::grew()
{
    if (!isVisible())
        return;
    if (!m_counting.isActive())
        m_counting.start();
    if (m_model->shown() > 0 && m_stack->currentWidget() == m_empty)
        say();
}

void LogsPage::readCounts()
{
    if (!isVisible())
        return;
    const bool more = m_groups.read(*log());
    m_sources->refresh(*log());
    m_levels->setCount(QStringLiteral("warn"), grouped(log()->count(LogLevel::Warning)));
    m_levels->setCount(QStringLiteral("error"), grouped(log()->count(LogLevel::Error)));
    m_histogram->setLines(*log(), m_filter, state());
    m_side->setGroups(m_groups.groups());
    m_side->setHidden(log()->secretsHidden());
    log()->markSeen();
    say();
    if (more)
        m_counting.start();
}

void LogsPage::applyFilter()
{
    logs::LogFilter filter = logs::parseFilter(m_field->text(), start().value_or(state().now));
    filter.hiddenSources = m_sources->hidden();
    if (!m_field->text().contains(QLatin1String("level:"), Qt::CaseInsensitive))
        filter.least = m_least;
    if (!filter.fold)
        filter.fold = true;
    const QString words = std::exchange(filter.words, QString());
    const QString problem = filter.problem;
    if (problem.isEmpty() && !(filter == m_filter)) {
        m_filter = filter;
        m_view->keepPlace([this] { m_model->setFilter(m_filter); });
        m_histogram->setSpan(m_filter.since, m_filter.until);
        if (isVisible())
            m_histogram->setLines(*log(), m_filter, state());
    } else {
        m_filter.problem = problem;
    }
    if (words != m_search->words()) {
        m_view->setWords(words);
        m_search->start(words);
    }
    m_filter.problem = problem;
    say();
    showDetails();
}

void LogsPage::say()
{
    const bool none = m_model->shown() == 0;
    if (none) {
        const qsizetype hidden = m_model->hidden();
        m_emptyTitle->setText(hidden == 0 ? QStringLiteral("Nothing was said yet.") : QStringLiteral("No lines match."));
        m_emptyText->setText(hidden == 0 ? QStringLiteral("Lines appear here as servers, probes and steps say them.")
                                         : hidden == 1 ? QStringLiteral("1 line is hidden by filters.") : QStringLiteral("%1 lines are hidden by filters.").arg(grouped(hidden)));
        m_emptyButton->setVisible(hidden > 0);
    }
    m_stack->setCurrentWidget(none ? m_empty : static_cast<QWidget*>(m_view));
    if (!m_filter.problem.isEmpty())
        return m_field->setSaid(m_filter.problem, true, false);
    if (m_search->words().isEmpty())
        return m_field->setSaid(QStringLiteral("%1 of %2 lines").arg(grouped(m_model->shown()), grouped(log()->size())), false, false);
    const qsizetype found = m_search->count();
    m_field->setSaid(m_search->reading() ? QStringLiteral("%1 lines match so far").arg(grouped(found)) : found == 1 ? QStringLiteral("1 line matches,") : found == 0 ? QStringLiteral("no line matches") : QStringLiteral("%1 lines match,").arg(grouped(found)),
                     false, found > 0);
}

void LogsPage::showDetails() { m_side->setLine(*m_model, m_view->currentIndex().row(), start()); }

void LogsPage::goToNext(bool backwards)
{
    const int row = m_search->next(m_view->currentIndex().row(), backwards);
    if (row < 0)
        return;
    m_view->setFollowing(false);
    m_view->selectRow(row);
}

void LogsPage::setLevel(LogLevel least)
{
    m_least = least;
    QStringList on;
    for (int i = static_cast<int>(least); i < 4; ++i)
        on << QLatin1String(kLevelIds[i]);
    m_levels->setChecked(on);
    m_field->setText(logs::withToken(m_field->text(), QStringLiteral("level"), {}));
    applyFilter();
}

void LogsPage::clearFilters()
{
    m_sources->showAll();
    m_field->clear();
    setLevel(LogLevel::Debug);
    m_view->setFocus(Qt::OtherFocusReason);
}

void LogsPage::openObject(const QString& object) { m_field->setText(object); }

void LogsPage::save()
{
    auto* dialog = new QFileDialog(window(), QStringLiteral("Save the lines that are shown"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("log"));
    dialog->selectFile(state().planName + QStringLiteral(".log"));
    connect(dialog, &QFileDialog::fileSelected, this, &LogsPage::saveTo);
    dialog->open();
}

void LogsPage::saveTo(const QString& file)
{
    auto out = std::make_shared<QSaveFile>(file);
    const auto fail = [this, out] {
        desk()->toast(ToastKind::Failure, QStringLiteral("Can't write the log."), QStringLiteral("%1. Choose another folder.").arg(out->errorString()));
    };
    if (!out->open(QIODevice::WriteOnly | QIODevice::Text))
        return fail();
    auto* slices = new QTimer(this);
    slices->setInterval(0);
    auto next = std::make_shared<qsizetype>(0);
    const qsizetype end = log()->size();
    connect(slices, &QTimer::timeout, this, [this, out, slices, next, end, fail, filter = m_filter] {
        QElapsedTimer spent;
        spent.start();
        for (; *next < end && spent.elapsed() < 4; ++*next) {
            if (!filter.accepts(*log(), *next))
                continue;
            const LogLine line = log()->line(*next);
            out->write(QStringLiteral("%1 %2 %3 %4%5\n").arg(isoUtc(line.time), line.source, logs::levelName(line.level), line.simulated ? QStringLiteral("[simulator] ") : QString(), line.message).toUtf8());
        }
        if (*next < end)
            return;
        slices->stop();
        slices->deleteLater();
        if (out->commit())
            desk()->toast(ToastKind::Good, QStringLiteral("Log saved"), out->fileName());
        else
            fail();
    });
    slices->start();
}

QList<QWidget*> LogsPage::regions() { return {m_field->parentWidget(), m_sources->parentWidget(), m_stack, m_side}; }

QList<KeyLine> LogsPage::keys() const
{
    return {{QStringLiteral("/"), QStringLiteral("Find")},
            {QStringLiteral("N, Shift N"), QStringLiteral("Next, previous match")},
            {QStringLiteral("J, K"), QStringLiteral("Next, previous line")},
            {QStringLiteral("F"), QStringLiteral("Follow the newest line")},
            {QStringLiteral("Y"), QStringLiteral("Copy the line")},
            {QStringLiteral("Arrows, Shift, Delete"), QStringLiteral("On the histogram: move, widen, drop the span")}};
}

PageFactory logsPage()
{
    PageFactory factory;
    factory.id = QStringLiteral("logs");
    factory.title = QStringLiteral("Logs");
    factory.icon = QStringLiteral("logs");
    factory.make = [](const PageContext& context) -> Page* { return new LogsPage(context); };
    factory.logCount = [](const logs::LogStore& store) {
        const qint64 unseen = store.unseenErrors();
        return unseen > 0 ? PageCount{PageCount::Tone::Alarm, grouped(unseen)} : PageCount{};
    };
    return factory;
}

} // namespace switchyard::ui
