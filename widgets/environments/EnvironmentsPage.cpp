#include "widgets/environments/EnvironmentsPage.h"

#include "app/base/Redactor.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QKeyEvent>
#include <QMenu>
#include <QScrollBar>

#include <algorithm>

namespace switchyard::ui {

using namespace cutover;

namespace {

const QString& everyEnvironment()
{
    static const QString star = QStringLiteral("*");
    return star;
}

constexpr SettingVerdict kVerdicts[] = {SettingVerdict::Differs, SettingVerdict::Missing, SettingVerdict::Unknowable, SettingVerdict::HostRewrite, SettingVerdict::Expected, SettingVerdict::Extra, SettingVerdict::Same};

std::map<SettingVerdict, int> countsOf(const SettingsView& view)
{
    std::map<SettingVerdict, int> counts;
    for (const SettingRow& row : view.rows)
        ++counts[row.verdict];
    return counts;
}

} // namespace

EnvironmentsPage::EnvironmentsPage(const PageContext& context, QWidget* parent) : Page(context, parent)
{
    auto* all = tight<QVBoxLayout>(this);
    makeToolbar();
    all->addWidget(m_toolbar);
    m_empty = new EmptyState(QStringLiteral("environments"), QStringLiteral("No service with settings in this plan."), QStringLiteral("Map a service of the source to one of the target, and their settings are compared here."), {}, this);
    m_empty->hide();
    all->addWidget(m_empty, 1);
    makeFilters();
    all->addWidget(m_filters);
    m_problem = new Surface(Role::Danger, Surface::Bottom, this);
    auto* problem = tight<QHBoxLayout>(m_problem, 0, 10);
    problem->setContentsMargins(16, 8, 16, 8);
    m_problemIcon = new IconLabel(QStringLiteral("failure"), Role::Danger, 16, m_problem);
    problem->addWidget(m_problemIcon, 0, Qt::AlignTop);
    m_problemText = new TextLabel({}, Style::Small, Role::Text1, m_problem);
    m_problemText->setWrap(true);
    problem->addWidget(m_problemText, 1);
    m_problem->hide();
    all->addWidget(m_problem);
    all->addWidget(makeDiff(), 1);
    all->addWidget(makeMatrix(), 1);
}

void EnvironmentsPage::makeToolbar()
{
    m_toolbar = new PageToolbar(QStringLiteral("Environments"), this);
    m_environments = new SegmentedControl(m_toolbar);
    m_environments->setObjectName(QStringLiteral("environmentSwitch"));
    m_environments->setAccessibleName(QStringLiteral("Environment"));
    m_toolbar->add(m_environments);
    m_services = new SegmentedControl(m_toolbar);
    m_services->setObjectName(QStringLiteral("serviceSwitch"));
    m_services->setAccessibleName(QStringLiteral("Service"));
    m_toolbar->add(m_services, 8);
    m_toolbar->stretch();
    m_read = new TextLabel({}, Style::Small, Role::Text3, m_toolbar);
    m_read->setElide(Qt::ElideRight);
    m_toolbar->add(m_read);
    m_find = new SearchField(QStringLiteral("Find a key or value"), m_toolbar);
    m_find->setObjectName(QStringLiteral("findSetting"));
    m_find->setAccessibleName(QStringLiteral("Find a key or value"));
    m_toolbar->add(m_find, 12);
    onTheme(m_find, [this] { m_find->setFixedWidth(Theme::instance().textScale() > 125 ? 240 : Theme::instance().scaled(220)); });
    m_again = new Button(QStringLiteral("refresh"), QStringLiteral("Read again"), ButtonKind::Plain, m_toolbar);
    m_again->setObjectName(QStringLiteral("readAgain"));
    m_toolbar->add(m_again);
    connect(m_again, &QAbstractButton::clicked, this, [this] { run()->refreshEnvironments(); });
    connect(m_environments, &SegmentedControl::currentChanged, this, &EnvironmentsPage::show);
    connect(m_services, &SegmentedControl::currentChanged, this, [this](const QString& service) {
        m_service = service;
        refresh(SettingsChanged);
    });
    connect(m_find, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_filter->setWords(text);
        m_matrixFilter->setWords(text);
        setInspector();
    });
}

void EnvironmentsPage::makeFilters()
{
    m_filters = new Surface(Role::Panel, Surface::Bottom, this);
    m_filters->setObjectName(QStringLiteral("filters"));
    onTheme(this, [this] { m_filters->setFixedHeight(Theme::instance().rowHeight(44)); });
    auto* row = tight<QHBoxLayout>(m_filters, 0, 8);
    row->setContentsMargins(16, 0, 16, 1);
    m_verdicts = new SegmentedControl(m_filters);
    m_verdicts->setObjectName(QStringLiteral("verdicts"));
    m_verdicts->setAccessibleName(QStringLiteral("Verdicts shown"));
    m_groups = new SegmentedControl(m_filters);
    m_groups->setObjectName(QStringLiteral("matrixGroups"));
    m_groups->setAccessibleName(QStringLiteral("Keys shown"));
    m_groups->setSegments({{QStringLiteral("all"), QStringLiteral("All"), {}, {}, Role::Text2},
                           {QStringLiteral("decision"), QStringLiteral("Needs a decision"), {}, {}, Role::Text2},
                           {QStringLiteral("shared"), QStringLiteral("Shared secrets"), {}, {}, Role::Text2},
                           {QStringLiteral("single"), QStringLiteral("Only in one environment"), {}, {}, Role::Text2}});
    m_groups->setCurrent(QStringLiteral("all"));
    m_lock = new IconLabel(QStringLiteral("lock"), Role::Text3, 14, m_filters);
    m_hidden = new TextLabel({}, Style::Small, Role::Text2, m_filters);
    m_hidden->setElide(Qt::ElideRight);
    row->addWidget(m_verdicts);
    row->addWidget(m_groups);
    row->addStretch(1);
    row->addWidget(m_lock);
    row->addWidget(m_hidden);
    connect(m_verdicts, &SegmentedControl::currentChanged, this, [this](const QString& id) {
        bool one = false;
        const int verdict = id.toInt(&one);
        m_filter->setVerdict(one ? std::optional(static_cast<SettingVerdict>(verdict)) : std::nullopt);
        setInspector();
    });
    connect(m_groups, &SegmentedControl::currentChanged, this, [this](const QString& group) {
        m_matrixFilter->setGroup(group);
        setTray();
    });
}

QWidget* EnvironmentsPage::makeDiff()
{
    m_diff = new QWidget(this);
    auto* row = tight<QHBoxLayout>(m_diff);
    m_model = new DiffModel(this);
    m_filter = new DiffFilter(m_model, this);
    m_table = new RowTable(32, m_diff);
    m_table->setObjectName(QStringLiteral("settings"));
    m_table->setAccessibleName(QStringLiteral("Settings"));
    m_table->setModel(m_filter);
    m_table->setItemDelegate(new DiffDelegate(m_filter, m_table));
    m_table->setColumns({{228, 0, 130, 16, 8}, {268, 1, 110, 0, 12}, {124, 0, 104, 0, 4}, {268, 1, 110, 0, 12}, {32, 0, 26, 0, 0}});
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    m_table->installEventFilter(this);
    m_table->setHeaderPainter([this](QPainter* p, const QRectF& box, int section) {
        const QRectF words = m_table->words(box, section);
        if (section != DiffModel::Source && section != DiffModel::Target) {
            paint::text(p, words, m_model->headerData(section, Qt::Horizontal, Qt::DisplayRole).toString(), Style::Label, Role::Text3);
            return;
        }
        // The side's own mark and word, then which service it is.
        const bool source = section == DiffModel::Source;
        const QString all = m_model->headerData(section, Qt::Horizontal, Qt::DisplayRole).toString();
        const int size = Theme::instance().scaled(10);
        icons::paint(p, QRectF(words.left(), words.top(), size, words.height()), source ? QStringLiteral("light-source") : QStringLiteral("light-target"), ui::color(source ? Role::Source : Role::Target), size);
        const qreal wide = paint::text(p, words.adjusted(size + 4, 0, 0, 0), source ? QStringLiteral("Source") : QStringLiteral("Target"), Style::Label, source ? Role::Source : Role::Target);
        paint::text(p, words.adjusted(size + 4 + wide + 10, 0, 0, 0), all.mid(8), Style::Label, Role::Text2);
    });
    row->addWidget(m_table, 1);
    m_inspector = new Inspector(m_diff);
    row->addWidget(m_inspector);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] { setInspector(); });
    connect(m_table, &QWidget::customContextMenuRequested, this, [this](const QPoint& at) {
        const QModelIndex under = m_table->indexAt(at);
        openMenu(under.isValid() ? under : m_table->currentIndex(), m_table->viewport()->mapToGlobal(at));
    });
    connect(m_table, &QAbstractItemView::clicked, this, [this](const QModelIndex& index) {
        if (index.column() == DiffModel::Menu)
            openMenu(index, m_table->viewport()->mapToGlobal(m_table->visualRect(index).bottomLeft()));
    });
    return m_diff;
}

QWidget* EnvironmentsPage::makeMatrix()
{
    m_matrix = new QWidget(this);
    auto* all = tight<QVBoxLayout>(m_matrix);
    auto* row = new QHBoxLayout;
    row->setSpacing(0);
    m_matrixModel = new MatrixModel(this);
    m_matrixFilter = new MatrixFilter(m_matrixModel, this);
    m_matrixKeys = new RowTable(31, m_matrix);
    m_matrixKeys->setObjectName(QStringLiteral("matrixKeys"));
    m_matrixKeys->setAccessibleName(QStringLiteral("Keys"));
    m_matrixCells = new RowTable(31, m_matrix);
    m_matrixCells->setObjectName(QStringLiteral("matrixCells"));
    m_matrixCells->setAccessibleName(QStringLiteral("Environments by key"));
    for (RowTable* table : {m_matrixKeys, m_matrixCells}) {
        table->setModel(m_matrixFilter);
        table->setItemDelegate(new MatrixDelegate(m_matrixFilter, table));
        table->setHeaderHeight(66);
        table->setHeaderPainter([this](QPainter* p, const QRectF& box, int section) { paintMatrixHead(p, box, *m_matrixModel, section); });
        connect(table, &RowTable::opened, this, [this](const QModelIndex& index) {
            const MatrixRow* r = m_matrixFilter->row(index);
            if (!r)
                return;
            std::size_t column = index.column() > 0 ? static_cast<std::size_t>(index.column() - 1) : 0;
            for (std::size_t i = 0; index.column() == 0 && i < r->cells.size(); ++i) {
                if (r->cells[i].used) {
                    column = i;
                    break;
                }
            }
            if (column >= r->cells.size() || !r->cells[column].used)
                return;
            const QString key = r->key;
            m_service = r->cells[column].service;
            show(m_matrixModel->columns()[column].environment);
            openObject(key);
        });
    }
    m_matrixKeys->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_matrixKeys->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_matrixCells->setSelectionModel(m_matrixKeys->selectionModel());
    connect(m_matrixCells->verticalScrollBar(), &QScrollBar::valueChanged, m_matrixKeys->verticalScrollBar(), &QScrollBar::setValue);
    connect(m_matrixKeys->verticalScrollBar(), &QScrollBar::valueChanged, m_matrixCells->verticalScrollBar(), &QScrollBar::setValue);
    connect(m_matrixKeys->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] { setTray(); });
    onTheme(m_matrixKeys, [this] { m_matrixKeys->setFixedWidth(std::min(Theme::instance().scaled(252), 330)); });
    row->addWidget(m_matrixKeys);
    row->addWidget(m_matrixCells, 1);
    all->addLayout(row, 1);
    m_tray = new Surface(Role::Raised, Surface::Top, m_matrix);
    m_tray->setObjectName(QStringLiteral("matrixTray"));
    auto* tray = tight<QHBoxLayout>(m_tray, 0, 10);
    tray->setContentsMargins(16, 10, 16, 10);
    m_trayIcon = new IconLabel(QStringLiteral("verdict-shared"), Role::Danger, 16, m_tray);
    tray->addWidget(m_trayIcon, 0, Qt::AlignVCenter);
    m_trayText = new TextLabel({}, Style::Body, Role::Text2, m_tray);
    m_trayText->setWrap(true);
    auto* words = new QVBoxLayout;
    words->addStretch(1);
    words->addWidget(m_trayText);
    words->addStretch(1);
    tray->addLayout(words, 1);
    m_tray->setMinimumHeight(56);
    m_tray->hide();
    all->addWidget(m_tray);
    m_matrix->hide();
    return m_matrix;
}

const SettingsView* EnvironmentsPage::current() const
{
    for (const SettingsView& view : state().settings) {
        if (view.environment == m_environment && view.service == m_service)
            return &view;
    }
    return nullptr;
}

void EnvironmentsPage::show(const QString& environment)
{
    m_environment = environment;
    refresh(SettingsChanged);
}

void EnvironmentsPage::refresh(unsigned changes)
{
    if ((changes & (SettingsChanged | ProvidersChanged | PhaseChanged)) == 0)
        return;
    const auto& plan = run()->plan();
    const bool mapped = std::any_of(plan.environments.begin(), plan.environments.end(), [](const plan::Environment& e) {
        return std::any_of(e.services.begin(), e.services.end(), [](const plan::ServiceMapping& s) { return !s.source.isEmpty() && !s.target.isEmpty(); });
    });
    const bool none = state().settings.empty() && !mapped;
    m_empty->setVisible(none);
    m_again->setEnabled(!none);
    m_again->setWhyDisabled(QStringLiteral("There is nothing to read."));
    setSwitches();
    m_filters->setVisible(!none);
    m_diff->setVisible(!none && !matrixShown());
    m_matrix->setVisible(!none && matrixShown());
    m_find->setVisible(!none);
    if (none) {
        m_problem->hide();
        m_read->setText({});
        return;
    }
    setFilters();
    if (matrixShown())
        setMatrix();
    else
        setDiff();

    bool reading = false;
    std::optional<TimePoint> read;
    QString problem;
    bool bare = false;
    for (const SettingsView& view : state().settings) {
        const bool shown = matrixShown() || (view.environment == m_environment && view.service == m_service);
        reading = reading || view.reading;
        if (!shown)
            continue;
        read = view.readAt && (!read || *view.readAt > *read) ? view.readAt : read;
        if (problem.isEmpty() && !view.problem.isEmpty())
            problem = matrixShown() ? QStringLiteral("%1: %2").arg(view.environment, view.problem) : view.problem;
        bare = bare || (!matrixShown() && view.readAt && !view.rows.empty() && std::none_of(view.rows.begin(), view.rows.end(), [](const SettingRow& r) { return r.target.set; }));
    }
    m_read->setText(read ? QStringLiteral("Read %1%2").arg(clockUtc(*read), reading ? QStringLiteral(", reading again") : QString()) : reading ? QStringLiteral("Reading") : QString());
    const bool failed = !problem.isEmpty();
    m_problem->setVisible(failed || bare);
    if (failed)
        m_problem->setTint(Role::Danger);
    else
        m_problem->setGround(Role::Raised);
    m_problemIcon->setIcon(failed ? QStringLiteral("failure") : QStringLiteral("info"), failed ? Role::Danger : Role::Text2);
    m_problemText->setText(failed ? problem : QStringLiteral("No variables on the target yet. The step that copies settings writes them from the source."));
}

void EnvironmentsPage::setSwitches()
{
    const QStringList environments = environmentsOf(state());
    if (!matrixShown() && !environments.contains(m_environment))
        m_environment = environments.value(0);
    if (matrixShown() && environments.size() < 2)
        m_environment = environments.value(0);
    QStringList services;
    for (const SettingsView& view : state().settings) {
        if (view.environment == m_environment)
            services << view.service;
    }
    if (!services.contains(m_service))
        m_service = services.value(0);
    if (m_environments->property("names").toStringList() != environments) {
        QList<SegmentedControl::Segment> segments;
        for (const QString& name : environments)
            segments.push_back({name, name, {}, {}, Role::Text2});
        if (environments.size() > 1)
            segments.push_back({everyEnvironment(), QStringLiteral("Matrix"), {}, QStringLiteral("compare"), Role::Text2});
        m_environments->setSegments(segments);
        m_environments->setProperty("names", environments);
    }
    m_environments->setCurrent(m_environment);
    m_environments->setVisible(!environments.isEmpty());
    if (m_services->property("names").toStringList() != services) {
        QList<SegmentedControl::Segment> segments;
        for (const QString& name : services)
            segments.push_back({name, name, {}, {}, Role::Text2});
        m_services->setSegments(segments);
        m_services->setProperty("names", services);
    }
    m_services->setCurrent(m_service);
    m_services->setVisible(services.size() > 1 && !matrixShown());
}

void EnvironmentsPage::setFilters()
{
    m_verdicts->setVisible(!matrixShown());
    m_groups->setVisible(matrixShown());
    int secrets = 0;
    const SettingsView* view = current();
    if (!matrixShown()) {
        const std::map<SettingVerdict, int> counts = view ? countsOf(*view) : std::map<SettingVerdict, int>();
        QList<SegmentedControl::Segment> segments{{QStringLiteral("all"), QStringLiteral("All"), QString::number(view ? view->rows.size() : 0), {}, Role::Text2}};
        QStringList ids{QStringLiteral("all")};
        for (const SettingVerdict verdict : kVerdicts) {
            const auto count = counts.find(verdict);
            const QString id = QString::number(static_cast<int>(verdict));
            if (count == counts.end() && m_verdicts->current() != id)
                continue;
            segments.push_back({id, verdictWord(chipOf(verdict)), QString::number(count == counts.end() ? 0 : count->second), {}, Role::Text2});
            ids << id;
        }
        if (m_verdicts->property("ids").toStringList() != ids) {
            const QString was = m_verdicts->current();
            m_verdicts->setSegments(segments);
            m_verdicts->setProperty("ids", ids);
            m_verdicts->setCurrent(ids.contains(was) ? was : QStringLiteral("all"));
        } else {
            for (const SegmentedControl::Segment& segment : segments)
                m_verdicts->setCount(segment.id, segment.count);
        }
        if (view) {
            for (const SettingRow& row : view->rows)
                secrets += row.secret ? 1 : 0;
        }
    } else {
        int decision = 0, shared = 0, single = 0;
        const std::vector<MatrixRow> rows = matrixRows(state());
        for (const MatrixRow& row : rows) {
            secrets += row.secret ? 1 : 0;
            decision += row.decision() ? 1 : 0;
            shared += row.shared() ? 1 : 0;
            single += row.single() ? 1 : 0;
        }
        m_groups->setCount(QStringLiteral("all"), QString::number(rows.size()));
        m_groups->setCount(QStringLiteral("decision"), QString::number(decision));
        m_groups->setCount(QStringLiteral("shared"), QString::number(shared));
        m_groups->setCount(QStringLiteral("single"), QString::number(single));
    }
    m_lock->setVisible(secrets > 0);
    m_hidden->setText(secrets == 0 ? QString() : secrets == 1 ? QStringLiteral("1 secret hidden") : QStringLiteral("%1 secrets hidden").arg(secrets));
}

void EnvironmentsPage::setDiff()
{
    const SettingsView* view = current();
    const DiffRow* selected = m_filter->row(m_table->currentIndex());
    const QString key = selected ? selected->key : QString();
    std::vector<DiffRow> rows;
    if (view) {
        rows.reserve(view->rows.size());
        for (const SettingRow& row : view->rows)
            rows.push_back(DiffRow{row});
    }
    m_model->setTitles(view ? view->sourceTitle : QString(), view ? view->targetTitle : QString());
    m_model->setRows(std::move(rows));
    const bool waits = view ? view->reading && !view->readAt : state().startedAt.has_value();
    m_table->setLoading(waits);
    m_table->setPlaceholder(!view || !view->readAt ? QStringLiteral("Settings are read when the run starts.") : m_model->rowCount() == 0 ? QStringLiteral("Neither side has a setting.") : QStringLiteral("No key matches."));
    // The row of the same key stays selected wherever its verdict moved it.
    const DiffRow* now = m_filter->row(m_table->currentIndex());
    if ((!now || now->key != key) && m_filter->rowCount() > 0) {
        int wanted = 0;
        for (int row = 0; row < m_filter->rowCount(); ++row) {
            if (m_filter->row(m_filter->index(row, 0))->key == key)
                wanted = row;
        }
        m_table->selectRowAt(wanted);
    }
    setInspector();
}

void EnvironmentsPage::setInspector() { m_inspector->setRow(m_filter->row(m_table->currentIndex()), current(), state()); }

void EnvironmentsPage::setMatrix()
{
    const bool first = m_matrixModel->columnCount() == 1;
    const int before = m_matrixModel->columnCount();
    m_matrixModel->setColumns(matrixColumns(state()));
    m_matrixModel->setRows(matrixRows(state()));
    if (first || before != m_matrixModel->columnCount()) {
        std::vector<RowColumn> columns{{252, 0, 0, 16, 8}};
        for (int i = 1; i < m_matrixModel->columnCount(); ++i) {
            columns.push_back({220, 1, 190, 12, 8});
            m_matrixKeys->setColumnHidden(i, true);
        }
        m_matrixCells->setColumnHidden(0, true);
        m_matrixKeys->setColumnHidden(0, false);
        m_matrixKeys->setColumns({{252, 1, 120, 16, 8}});
        m_matrixCells->setColumns(std::move(columns));
    }
    m_matrixKeys->setPlaceholder(QStringLiteral("No key matches."));
    if (!m_matrixKeys->currentIndex().isValid() && m_matrixFilter->rowCount() > 0)
        m_matrixKeys->selectRowAt(0);
    setTray();
}

void EnvironmentsPage::setTray()
{
    const MatrixRow* row = m_matrixFilter->row(m_matrixKeys->currentIndex());
    const QString note = row ? matrixNote(*row, m_matrixModel->columns()) : QString();
    m_tray->setVisible(!note.isEmpty());
    if (note.isEmpty())
        return;
    const bool shared = row->shared();
    if (shared)
        m_tray->setTint(Role::Danger);
    else
        m_tray->setGround(Role::Raised);
    m_trayIcon->setIcon(shared ? QStringLiteral("verdict-shared") : QStringLiteral("info"), shared ? Role::Danger : Role::Text2);
    m_trayText->setText(note);
}

void EnvironmentsPage::openObject(const QString& object)
{
    if (object.isEmpty())
        return;
    if (matrixShown()) {
        m_environment = environmentsOf(state()).value(0);
        refresh(SettingsChanged);
    }
    // A lane's or a service's name, else a key, in the shown service or in the first that has it.
    for (const SettingsView& view : state().settings) {
        if (view.environment == m_environment && view.service == object) {
            m_service = object;
            refresh(SettingsChanged);
            return;
        }
    }
    const auto has = [&](const SettingsView& view) { return std::any_of(view.rows.begin(), view.rows.end(), [&](const SettingRow& r) { return r.key == object; }); };
    if (!current() || !has(*current())) {
        for (const SettingsView& view : state().settings) {
            if (view.environment == m_environment && has(view)) {
                m_service = view.service;
                break;
            }
        }
    }
    m_find->clear();
    m_verdicts->setCurrent(QStringLiteral("all"));
    m_filter->setVerdict(std::nullopt);
    refresh(SettingsChanged);
    for (int row = 0; row < m_filter->rowCount(); ++row) {
        if (m_filter->row(m_filter->index(row, 0))->key == object) {
            m_table->selectRowAt(row);
            m_table->setFocus(Qt::OtherFocusReason);
        }
    }
}

void EnvironmentsPage::copy(const QString& text, const QString& what)
{
    QGuiApplication::clipboard()->setText(Redactor::instance().redact(text));
    desk()->toast(ToastKind::Plain, QStringLiteral("%1 copied").arg(what));
}

void EnvironmentsPage::openMenu(const QModelIndex& index, const QPoint& at)
{
    const DiffRow* row = m_filter->row(index);
    if (!row)
        return;
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const DiffRow r = *row;
    menu->addAction(QStringLiteral("Copy key"), this, [this, r] { copy(r.key, r.key); });
    if (!r.secret) {
        if (r.source.set)
            menu->addAction(QStringLiteral("Copy source value"), this, [this, r] { copy(r.source.text, QStringLiteral("Source value")); });
        if (r.target.set)
            menu->addAction(QStringLiteral("Copy target value"), this, [this, r] { copy(r.target.text, QStringLiteral("Target value")); });
        if (!r.suggestion.isEmpty())
            menu->addAction(QStringLiteral("Copy suggestion"), this, [this, r] { copy(r.suggestion, QStringLiteral("Suggestion")); });
    }
    menu->addAction(QStringLiteral("Copy row"), this, [this, r] {
        copy(QStringLiteral("%1\t%2\t%3\t%4").arg(r.key, shownValue(r.source, r.secret), verdictWord(chipOf(r.verdict)), shownValue(r.target, r.secret)), QStringLiteral("Row"));
    });
    menu->popup(at);
}

bool EnvironmentsPage::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_table && event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const DiffRow* row = m_filter->row(m_table->currentIndex());
        if (row && key->key() == Qt::Key_Y && Theme::instance().letterKeys() && (key->modifiers() & ~Qt::ShiftModifier) == Qt::NoModifier) {
            if ((key->modifiers() & Qt::ShiftModifier) != 0)
                copy(QStringLiteral("%1\t%2\t%3\t%4").arg(row->key, shownValue(row->source, row->secret), verdictWord(chipOf(row->verdict)), shownValue(row->target, row->secret)), QStringLiteral("Row"));
            else
                copy(shownValue(row->target.set ? row->target : row->source, row->secret), QStringLiteral("Value"));
            return true;
        }
        if (row && key->key() == Qt::Key_F10 && key->modifiers() == Qt::ShiftModifier) {
            openMenu(m_table->currentIndex(), m_table->viewport()->mapToGlobal(m_table->visualRect(m_table->currentIndex()).bottomLeft()));
            return true;
        }
    }
    return Page::eventFilter(watched, event);
}

QList<QWidget*> EnvironmentsPage::regions()
{
    return matrixShown() ? QList<QWidget*>{m_toolbar, m_filters, m_matrixCells} : QList<QWidget*>{m_toolbar, m_filters, m_table, m_inspector};
}

QList<KeyLine> EnvironmentsPage::keys() const
{
    return {{QStringLiteral("J, K"), QStringLiteral("Next, previous key")},
            {QStringLiteral("/"), QStringLiteral("Find a key or value")},
            {QStringLiteral("Y"), QStringLiteral("Copy value, hidden if secret")},
            {QStringLiteral("Shift Y"), QStringLiteral("Copy row")},
            {QStringLiteral("Shift F10"), QStringLiteral("Menu of the row")},
            {QStringLiteral("Enter"), QStringLiteral("In the matrix: open that environment at the key")}};
}

PageFactory environmentsPage()
{
    PageFactory factory;
    factory.id = QStringLiteral("environments");
    factory.title = QStringLiteral("Environments");
    factory.icon = QStringLiteral("environments");
    factory.make = [](const PageContext& context) -> Page* { return new EnvironmentsPage(context); };
    factory.count = [](const RunState& s) {
        PageCount count;
        int open = 0;
        bool read = false;
        bool problem = false;
        const QStringList environments = environmentsOf(s);
        for (const SettingsView& view : s.settings) {
            read = read || view.readAt.has_value();
            problem = problem || !view.problem.isEmpty();
            if (view.environment != environments.first()) // the one that is moved
                continue;
            for (const SettingRow& row : view.rows)
                open += needsDecision(row.verdict) ? 1 : 0;
        }
        if (!read && !problem)
            return count;
        count.text = problem && !read ? QStringLiteral("?") : QString::number(open);
        count.tone = open > 0 || problem ? PageCount::Tone::Caution : PageCount::Tone::Done;
        return count;
    };
    return factory;
}

} // namespace switchyard::ui
