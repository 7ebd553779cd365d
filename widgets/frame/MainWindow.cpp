#include "widgets/frame/MainWindow.h"

#include "widgets/frame/KeySheet.h"
#include "widgets/theme/Icons.h"
#include "widgets/theme/SwitchyardStyle.h"

#include <QApplication>
#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QLineEdit>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTextEdit>

namespace switchyard::ui {

namespace {

/// The first widget inside `region` that takes the keyboard.
QWidget* firstFocusable(QWidget* region)
{
    if (!region || !region->isVisible())
        return nullptr;
    if (region->focusPolicy() & Qt::TabFocus && region->isEnabled())
        return region;
    QWidget* best = nullptr;
    for (QWidget* child : region->findChildren<QWidget*>()) {
        if (!(child->focusPolicy() & Qt::TabFocus) || !child->isVisible() || !child->isEnabled())
            continue;
        const QPoint at = child->mapTo(region, QPoint(0, 0));
        if (!best || at.y() < best->mapTo(region, QPoint(0, 0)).y() - 4
            || (qAbs(at.y() - best->mapTo(region, QPoint(0, 0)).y()) <= 4 && at.x() < best->mapTo(region, QPoint(0, 0)).x()))
            best = child;
    }
    return best;
}

bool typing()
{
    QWidget* focus = QApplication::focusWidget();
    return qobject_cast<QLineEdit*>(focus) || qobject_cast<QPlainTextEdit*>(focus) || qobject_cast<QTextEdit*>(focus);
}

} // namespace

MainWindow::MainWindow(QWidget* welcome, std::vector<PageFactory> pages, QWidget* parent) : QMainWindow(parent), m_welcome(welcome)
{
    for (PageFactory& factory : pages) {
        Slot entry;
        entry.dock = factory.dock;
        entry.factory = std::move(factory);
        m_pages.push_back(std::move(entry));
    }
    setAcceptDrops(true);
    setMinimumSize(1180, 720);
    resize(1440, 900);
    build();
    addShortcuts();
    updateTitle();
}

MainWindow::~MainWindow() = default;

void MainWindow::build()
{
    m_top = new QStackedWidget(this);
    setCentralWidget(m_top);
    if (!m_welcome)
        m_welcome = new QWidget;
    m_welcome->setObjectName(QStringLiteral("welcome"));
    m_top->addWidget(m_welcome);

    // Plain layouts: strip, rail and dock never float, so dock widgets would only add ways to lose them.
    m_plan = new QWidget;
    auto* column = tight<QVBoxLayout>(m_plan);
    m_strip = new StatusStrip(&m_clock);
    column->addWidget(m_strip);
    auto* row = new QHBoxLayout;
    row->setSpacing(0);
    m_rail = new Rail;
    row->addWidget(m_rail);
    m_split = new QSplitter(Qt::Vertical);
    m_split->setChildrenCollapsible(false);
    m_split->setHandleWidth(1);
    m_stack = new QStackedWidget;
    m_stack->setObjectName(QStringLiteral("page"));
    m_dock = new Dock;
    m_dock->setMinimumHeight(120);
    m_dock->setMaximumHeight(480);
    m_split->addWidget(m_stack);
    m_split->addWidget(m_dock);
    m_split->setStretchFactor(0, 1);
    m_split->setStretchFactor(1, 0);
    row->addWidget(m_split, 1);
    column->addLayout(row, 1);
    m_top->addWidget(m_plan);

    m_ticker = new Ticker;
    statusBar()->setSizeGripEnabled(false);
    statusBar()->setContentsMargins(0, 0, 0, 0);
    statusBar()->addWidget(m_ticker, 1);
    onTheme(this, [this] { statusBar()->setFixedHeight(Theme::instance().scaled(28)); });
    m_ticker->setIdle(QStringLiteral("Ready"), QStringLiteral("Live mode is off. You turn it on inside a plan, after one complete rehearsal."));

    m_palette = new Palette(this);
    m_toasts = new Toasts(this, statusBar());

    std::vector<Rail::Place> places;
    for (const Slot& entry : m_pages)
        places.push_back({entry.factory.id, entry.factory.title, entry.factory.icon, {}});
    m_rail->setPlaces(places);

    connect(m_rail, &Rail::chosen, this, [this](const QString& id) { showPage(id); });
    connect(m_strip, &StatusStrip::modeClicked, &m_desk, &Desk::mode);
    connect(m_strip, &StatusStrip::rollBackClicked, &m_desk, &Desk::rollBack);
    connect(m_dock, &Dock::foldRequested, this, [this] { setDockOpen(false); });
    connect(m_split, &QSplitter::splitterMoved, this, [this] { m_dockHeight = m_dock->height(); });
    connect(&m_desk, &Desk::openRequested, this, &MainWindow::showPage);
    connect(&m_desk, &Desk::toastRequested, m_toasts, &Toasts::show);
    connect(&m_desk, &Desk::welcomeRequested, this, [this] { setRun(nullptr); });
}

QWidget* MainWindow::pageArea() const { return m_stack; }

MainWindow::Slot* MainWindow::slot(const QString& id)
{
    for (Slot& entry : m_pages) {
        if (entry.factory.id == id)
            return &entry;
    }
    return nullptr;
}

Page* MainWindow::page(const QString& id)
{
    Slot* entry = slot(id);
    if (!entry || !m_run)
        return nullptr;
    if (!entry->page && entry->factory.make) {
        entry->page = entry->factory.make(PageContext{m_run, &m_clock, m_log, &m_desk});
        entry->page->setObjectName(id);
        m_stack->addWidget(entry->page);
    }
    return entry->page;
}

void MainWindow::setRun(cutover::RunController* run, logs::LogStore* store)
{
    if (m_run)
        m_run->disconnect(this);
    for (Slot& entry : m_pages) {
        delete entry.page;
        entry.page = nullptr;
        entry.dock = entry.factory.dock;
    }
    if (m_log)
        m_log->disconnect(this);
    m_dock->setStore(nullptr);
    m_ticker->setStore(nullptr);
    m_ownLog.reset();
    if (run && !store) {
        m_ownLog = std::make_unique<logs::LogStore>(QString());
        connect(run, &cutover::RunController::logged, m_ownLog.get(), &logs::LogStore::append);
    }
    m_log = store ? store : m_ownLog.get();
    if (m_log) {
        m_dock->setStore(m_log);
        m_ticker->setStore(m_log);
        connect(m_log, &logs::LogStore::grew, this, &MainWindow::updateLogCounts);
        connect(m_log, &logs::LogStore::seen, this, &MainWindow::updateLogCounts);
    }
    m_run = run;
    m_clock.setRun(run);
    m_strip->setRun(run);
    m_palette->hide();
    if (!run) {
        m_current.clear();
        m_top->setCurrentWidget(m_welcome);
        m_ticker->setIdle(QStringLiteral("Ready"), QStringLiteral("Live mode is off. You turn it on inside a plan, after one complete rehearsal."));
        Theme::instance().setMode(RunMode::Rehearsal);
        updateTitle();
        return;
    }
    connect(run, &cutover::RunController::changed, this, &MainWindow::runChanged);
    connect(run, &cutover::RunController::alarm, this, [this](const cutover::Finding& finding) {
        m_toasts->show(finding.severity == cutover::Severity::Failure ? ToastKind::Failure : ToastKind::Caution, finding.title, finding.text);
        QApplication::alert(this);
    });
    connect(run, &QObject::destroyed, this, [this] { m_run = nullptr; });
    Theme::instance().setMode(run->state().rehearsal ? RunMode::Rehearsal : RunMode::Live);
    setWindowIcon(icons::application(run->state().rehearsal ? QStringLiteral("switchyard-rehearsal") : QStringLiteral("switchyard-live")));
    m_top->setCurrentWidget(m_plan);
    if (!m_pages.empty())
        showPage(m_pages.front().factory.id);
    foldRail();
    runChanged(cutover::Everything);
    // The places have the focus at first, not the mode block.
    m_rail->list()->setFocus(Qt::OtherFocusReason);
    updateLogCounts();
}

void MainWindow::updateLogCounts()
{
    for (const Slot& entry : m_pages) {
        if (entry.factory.logCount && m_log)
            m_rail->setCount(entry.factory.id, entry.factory.logCount(*m_log));
    }
}

void MainWindow::runChanged(unsigned changes)
{
    if (!m_run)
        return;
    const cutover::RunState& state = m_run->state();
    if (changes & (cutover::StepsChanged | cutover::ClocksChanged | cutover::PhaseChanged | cutover::HostsChanged))
        m_strip->refresh();
    if (changes & cutover::ProvidersChanged)
        m_rail->refresh(state);
    if ((changes & cutover::TasksChanged) && m_dock->isVisible())
        m_dock->refresh(state);
    if (changes & (cutover::TasksChanged | cutover::StepsChanged | cutover::PhaseChanged))
        m_ticker->refresh(state);
    for (const Slot& entry : m_pages) {
        if (entry.factory.count)
            m_rail->setCount(entry.factory.id, entry.factory.count(state));
    }
    if (changes & (cutover::StepsChanged | cutover::PhaseChanged))
        updateTitle();
}

void MainWindow::updateTitle()
{
    if (!m_run) {
        setWindowTitle(QStringLiteral("Switchyard"));
        return;
    }
    const cutover::RunState& state = m_run->state();
    const cutover::StepView* active = state.step(state.activeStep);
    const QString mode = state.rehearsal ? QStringLiteral("REHEARSAL") : QStringLiteral("LIVE");
    setWindowTitle(active ? QStringLiteral("%1 %2, step %3, Switchyard").arg(mode, state.planName).arg(active->number)
                          : QStringLiteral("%1 %2, Switchyard").arg(mode, state.planName));
}

void MainWindow::showPage(const QString& id, const QString& object)
{
    Page* shown = page(id);
    if (!shown)
        return;
    m_current = id;
    m_rail->setCurrent(id);
    const Slot* entry = slot(id);
    m_dock->setVisible(entry->dock);
    if (entry->dock) {
        m_dock->refresh(m_run->state());
        m_split->setSizes({m_split->height() - m_dockHeight - 1, m_dockHeight});
    }
    m_stack->setCurrentWidget(shown);
    if (!object.isEmpty())
        shown->openObject(object);
}

bool MainWindow::dockOpen() const { return m_dock->isVisibleTo(m_plan); }

void MainWindow::setDockOpen(bool open)
{
    Slot* entry = slot(m_current);
    if (!entry)
        return;
    entry->dock = open;
    m_dock->setVisible(open);
    if (open) {
        m_dock->refresh(m_run->state());
        m_split->setSizes({m_split->height() - m_dockHeight - 1, m_dockHeight});
    }
}

void MainWindow::foldRail()
{
    const bool folded = m_railChoice == 0 ? width() < 1280 : m_railChoice < 0;
    if (m_rail->folded() != folded)
        m_rail->setFolded(folded);
}

void MainWindow::resizeEvent(QResizeEvent* event)
{
    QMainWindow::resizeEvent(event);
    foldRail();
    if (m_dock->isVisible())
        m_split->setSizes({m_split->height() - m_dockHeight - 1, m_dockHeight});
}

void MainWindow::addShortcuts()
{
    const auto on = [this](const QKeySequence& keys, auto act) {
        auto* shortcut = new QShortcut(keys, this);
        shortcut->setAutoRepeat(false);
        connect(shortcut, &QShortcut::activated, this, act);
        return shortcut;
    };
    for (int i = 0; i < 8; ++i) {
        on(QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + i)), [this, i] {
            if (m_run && i < static_cast<int>(m_pages.size()))
                showPage(m_pages[static_cast<std::size_t>(i)].factory.id);
        });
    }
    on(QKeySequence(Qt::CTRL | Qt::Key_K), [this] { openPalette(); });
    on(QKeySequence(Qt::CTRL | Qt::Key_L), [this] {
        if (m_run)
            setDockOpen(!dockOpen());
    });
    on(QKeySequence(Qt::CTRL | Qt::Key_B), [this] {
        m_railChoice = m_rail->folded() ? 1 : -1;
        foldRail();
    });
    on(QKeySequence(Qt::CTRL | Qt::Key_Period), [this] {
        if (!m_run)
            return;
        if (m_run->state().phase == cutover::RunPhase::Held)
            m_run->proceed();
        else
            m_run->hold();
    });
    on(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_B), [this] {
        if (m_run)
            m_desk.rollBack();
    });
    on(QKeySequence(Qt::CTRL | Qt::Key_G), [this] {
        if (m_run)
            showPage(QStringLiteral("checklist"), m_run->state().activeStep);
    });
    for (const Qt::Key key : {Qt::Key_Return, Qt::Key_Enter}) {
        on(QKeySequence(Qt::CTRL | key), [this] {
            if (!m_run)
                return;
            showPage(QStringLiteral("checklist"), m_run->state().activeStep);
            Page* checklist = page(QStringLiteral("checklist"));
            if (QWidget* button = checklist ? checklist->guardedButton() : nullptr)
                button->setFocus(Qt::ShortcutFocusReason);
        });
    }
    on(QKeySequence(Qt::Key_F6), [this] { nextRegion(1); });
    on(QKeySequence(Qt::SHIFT | Qt::Key_F6), [this] { nextRegion(-1); });
    on(QKeySequence(Qt::Key_F1), [this] { showKeys(); });
    on(QKeySequence(Qt::CTRL | Qt::Key_O), [this] { m_desk.openPlan(); });
    on(QKeySequence(Qt::CTRL | Qt::Key_N), [this] { m_desk.newPlan(); });
    on(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_T), [] {
        Theme& t = Theme::instance();
        t.setGround(t.ground() == Ground::Dark ? Ground::Light : Ground::Dark);
    });
    // "/" and "?" are letters: they act only when nobody types.
    const auto letter = [this](Qt::Key key, Qt::KeyboardModifiers modifiers, auto act) {
        auto* shortcut = new QShortcut(QKeySequence(modifiers | key), this);
        connect(shortcut, &QShortcut::activated, this, act);
        connect(qApp, &QApplication::focusChanged, shortcut, [shortcut] { shortcut->setEnabled(!typing()); });
    };
    letter(Qt::Key_Slash, Qt::NoModifier, [this] { find(); });
    letter(Qt::Key_Question, Qt::NoModifier, [this] { showKeys(); });
    letter(Qt::Key_Question, Qt::ShiftModifier, [this] { showKeys(); });
    letter(Qt::Key_A, Qt::NoModifier, [this] {
        if (Theme::instance().letterKeys() && !m_toasts->acknowledge() && m_run && page(m_current))
            page(m_current)->acknowledge();
    });
}

void MainWindow::find()
{
    QWidget* field = nullptr;
    if (m_run) {
        if (Page* shown = page(m_current))
            field = shown->findField();
    } else {
        field = m_welcome->findChild<QWidget*>(QStringLiteral("find"));
    }
    if (field)
        field->setFocus(Qt::ShortcutFocusReason);
}

void MainWindow::nextRegion(int step)
{
    QList<QWidget*> regions;
    if (m_run) {
        regions << m_strip << m_rail->list();
        if (Page* shown = page(m_current))
            regions << shown->regions();
        if (m_dock->isVisible())
            regions << m_dock;
    } else {
        for (const char* name : {"rehearsal", "actions", "plans", "templates"})
            regions << m_welcome->findChild<QWidget*>(QString::fromLatin1(name));
    }
    regions.removeAll(nullptr);
    if (regions.isEmpty())
        return;
    int at = -1;
    QWidget* focus = QApplication::focusWidget();
    for (int i = 0; i < regions.size(); ++i) {
        if (focus && (regions.at(i) == focus || regions.at(i)->isAncestorOf(focus)))
            at = i;
    }
    const int count = static_cast<int>(regions.size());
    for (int tries = 0; tries < count; ++tries) {
        at = at < 0 ? (step > 0 ? 0 : count - 1) : (at + step + count) % count;
        if (QWidget* target = firstFocusable(regions.at(at))) {
            target->setFocus(Qt::TabFocusReason);
            return;
        }
    }
}

void MainWindow::showKeys()
{
    QList<KeyLine> here;
    QString title = QStringLiteral("Keys");
    if (m_run) {
        if (Page* shown = page(m_current))
            here = shown->keys();
        if (const Slot* entry = slot(m_current))
            title = QStringLiteral("Keys for ") + entry->factory.title;
    }
    auto* sheet = new KeySheet(title, here, this);
    sheet->open();
}

QList<Palette::Entry> MainWindow::entries()
{
    using Group = Palette::Group;
    QList<Palette::Entry> list;
    const auto add = [&](Group group, const char* icon, const QString& text, const QString& note, std::function<void()> act) {
        Palette::Entry entry;
        entry.group = group;
        entry.icon = QString::fromLatin1(icon);
        entry.text = text;
        entry.note = note;
        entry.act = std::move(act);
        list.append(entry);
    };
    if (m_run) {
        int number = 1;
        for (const Slot& entry : m_pages) {
            const QString id = entry.factory.id;
            Palette::Entry go;
            go.icon = entry.factory.icon;
            go.text = entry.factory.title;
            go.note = QStringLiteral("Ctrl %1").arg(number++);
            go.act = [this, id] { showPage(id); };
            list.append(go);
        }
        const cutover::RunState& state = m_run->state();
        for (const cutover::StepView& step : state.steps) {
            const QString id = step.id;
            add(Group::GoTo, "checklist", QStringLiteral("Step %1, %2").arg(step.number).arg(step.title), {}, [this, id] { showPage(QStringLiteral("checklist"), id); });
        }
        for (const cutover::HostView& host : state.hosts) {
            const QString name = host.host;
            add(Group::GoTo, "certificate", QStringLiteral("Certificates, ") + name, {}, [this, name] { showPage(QStringLiteral("dns"), name); });
        }
        for (const cutover::Finding& finding : state.findings) {
            const QString id = finding.page;
            const QString what = finding.id;
            add(Group::GoTo, "caution", finding.title, {}, [this, id, what] { showPage(id, what); });
        }
        const bool held = state.phase == cutover::RunPhase::Held;
        add(Group::ReadOnly, held ? "continue" : "hold", held ? QStringLiteral("Continue the plan") : QStringLiteral("Hold the plan"), QStringLiteral("Ctrl ."), [this] {
            if (m_run->state().phase == cutover::RunPhase::Held)
                m_run->proceed();
            else
                m_run->hold();
        });
        add(Group::ReadOnly, "refresh", QStringLiteral("Ask resolvers again"), {}, [this] { m_run->askResolversAgain(); });
        add(Group::ReadOnly, "refresh", QStringLiteral("Read the environments again"), {}, [this] { m_run->refreshEnvironments(); });
        const cutover::StepView* active = state.step(state.activeStep);
        if (active) {
            const QString id = active->id;
            add(Group::ReadOnly, "evidence", QStringLiteral("Dry run of step %1").arg(active->number), {}, [this, id] { m_run->dryRun(id); });
            add(Group::Changes, "automatic", active->title + QStringLiteral("…"), {}, [this, id] { showPage(QStringLiteral("checklist"), id); });
        }
        add(Group::Changes, "roll-back", QStringLiteral("Roll back…"), QStringLiteral("Ctrl Shift B"), [this] { m_desk.rollBack(); });
        add(Group::GoTo, "rehearsal", QStringLiteral("Mode, rehearsal or live…"), {}, [this] { m_desk.mode(); });
        add(Group::GoTo, "overview", QStringLiteral("Welcome"), {}, [this] { m_desk.welcome(); });
    }
    add(Group::ReadOnly, "theme", QStringLiteral("Dark or light"), QStringLiteral("Ctrl Shift T"), [] {
        Theme& t = Theme::instance();
        t.setGround(t.ground() == Ground::Dark ? Ground::Light : Ground::Dark);
    });
    for (const int scale : {100, 110, 125, 150})
        add(Group::ReadOnly, "settings", QStringLiteral("Text size %1 %").arg(scale), {}, [scale] { Theme::instance().setTextScale(scale); });
    const Theme& t = Theme::instance();
    add(Group::ReadOnly, "settings", t.reducedMotion() ? QStringLiteral("Show motion") : QStringLiteral("Reduce motion"), {}, [] { Theme::instance().setReducedMotion(!Theme::instance().reducedMotion()); });
    add(Group::ReadOnly, "settings", t.twoPresses() ? QStringLiteral("Confirm by holding") : QStringLiteral("Confirm in two presses"), {}, [] { Theme::instance().setTwoPresses(!Theme::instance().twoPresses()); });
    add(Group::ReadOnly, "settings", t.letterKeys() ? QStringLiteral("Turn single letter keys off") : QStringLiteral("Turn single letter keys on"), {}, [] { Theme::instance().setLetterKeys(!Theme::instance().letterKeys()); });
    add(Group::ReadOnly, "help", QStringLiteral("Keys for this page"), QStringLiteral("F1"), [this] { showKeys(); });
    add(Group::ReadOnly, "open", QStringLiteral("Open plan…"), QStringLiteral("Ctrl O"), [this] { m_desk.openPlan(); });
    add(Group::ReadOnly, "add", QStringLiteral("New plan…"), QStringLiteral("Ctrl N"), [this] { m_desk.newPlan(); });
    if (m_more)
        list << m_more();
    return list;
}

void MainWindow::openPalette() { m_palette->present(entries(), m_run ? m_run->state().targetTitle : QString()); }

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasUrls())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    for (const QUrl& url : event->mimeData()->urls()) {
        if (url.isLocalFile()) {
            Q_EMIT planDropped(url.toLocalFile());
            return;
        }
    }
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    Q_EMIT closing();
    QMainWindow::closeEvent(event);
}

} // namespace switchyard::ui
