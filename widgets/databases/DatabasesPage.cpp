#include "widgets/databases/DatabasesPage.h"

#include <QItemSelectionModel>

#include <algorithm>

namespace switchyard::ui {

using namespace cutover;

namespace {

constexpr std::size_t kDeltaSamples = 120;
constexpr Seconds kDeltaEvery{2};

QString providerLetters(const RunState& state, const QString& account, QString* name)
{
    for (const ProviderView& p : state.providers) {
        if (p.account == account) {
            *name = p.name;
            return p.monogram;
        }
    }
    return {};
}

} // namespace

DatabasesPage::DatabasesPage(const PageContext& context, QWidget* parent) : Page(context, parent)
{
    auto* all = tight<QVBoxLayout>(this);
    makeToolbar();
    all->addWidget(m_toolbar);
    m_empty = new EmptyState(QStringLiteral("database"), QStringLiteral("No database in this plan."), QStringLiteral("A database of the plan is copied while the source stays live, and compared row by row."), {}, this);
    m_empty->hide();
    all->addWidget(m_empty, 1);

    m_body = new QWidget(this);
    auto* rows = tight<QVBoxLayout>(m_body);
    m_head = new CopyHead(m_body);
    rows->addWidget(m_head);
    auto* columns = tight<QHBoxLayout>(new QWidget(m_body));
    auto* left = tight<QVBoxLayout>(new QWidget(m_body));
    m_problem = new Surface(Role::Danger, Surface::Bottom, m_body);
    m_problem->setTint(Role::Danger);
    auto* problem = tight<QHBoxLayout>(m_problem, 0, 12);
    problem->setContentsMargins(16, 8, 16, 8);
    problem->addWidget(new IconLabel(QStringLiteral("failure"), Role::Danger, 16, m_problem), 0, Qt::AlignTop);
    m_problemText = new TextLabel({}, Style::Small, Role::Text1, m_problem);
    m_problemText->setWrap(true);
    problem->addWidget(m_problemText, 1);
    auto* open = new Button(QStringLiteral("Open checklist"), ButtonKind::Plain, m_problem);
    open->setObjectName(QStringLiteral("problemOpen"));
    connect(open, &QAbstractButton::clicked, this, [this] { desk()->open(QStringLiteral("checklist"), state().activeStep); });
    problem->addWidget(open, 0, Qt::AlignTop);
    m_problem->hide();
    left->addWidget(m_problem);
    m_model = new TablesModel(this);
    m_filter = new TableFilter(m_model, this);
    m_table = new RowTable(32, m_body);
    m_table->setObjectName(QStringLiteral("tables"));
    m_table->setAccessibleName(QStringLiteral("Tables"));
    m_table->setModel(m_filter);
    m_table->setItemDelegate(new TableCopyDelegate(m_filter, m_table));
    m_table->setColumns({{224, 3, 84, 16, 8}, {112, 0, 72, 4, 0}, {92, 0, 70, 4, 0}, {76, 0, 58, 4, 0}, {238, 2, 74, 20, 0}, {72, 0, 62, 4, 0}, {146, 0, 118, 20, 4}});
    m_table->setVerticalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    left->addWidget(m_table);
    m_totals = new TotalsRow(m_table, m_body);
    left->addWidget(m_totals);
    left->addWidget(makeStrip(), 1);
    columns->addWidget(left->parentWidget(), 1);
    m_side = new DatabaseSide(m_body);
    columns->addWidget(m_side);
    rows->addWidget(columns->parentWidget(), 1);
    all->addWidget(m_body, 1);

    connect(m_side, &DatabaseSide::linkClicked, this, [this](const QString& page, const QString& object) { desk()->open(page, object); });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] { setStrip(); });
    onTheme(this, [this] { place(); });
}

void DatabasesPage::makeToolbar()
{
    m_toolbar = new PageToolbar(QStringLiteral("Databases"), this);
    m_which = new SegmentedControl(m_toolbar);
    m_which->setObjectName(QStringLiteral("whichDatabase"));
    m_which->setAccessibleName(QStringLiteral("Database"));
    m_toolbar->add(m_which, 8);
    m_sourceTile = new MonogramTile({}, {}, 20, SideTone::Source, m_toolbar);
    m_source = new TextLabel({}, Style::Value, Role::Text1, m_toolbar);
    m_arrow = new IconLabel(QStringLiteral("arrow-right"), Role::Text3, 16, m_toolbar);
    m_targetTile = new MonogramTile({}, {}, 20, SideTone::Target, m_toolbar);
    m_target = new TextLabel({}, Style::Value, Role::Text1, m_toolbar);
    for (TextLabel* label : {m_source, m_target})
        label->setElide(Qt::ElideMiddle);
    m_toolbar->add(m_sourceTile, 8);
    m_toolbar->add(m_source);
    m_toolbar->add(m_arrow);
    m_toolbar->add(m_targetTile);
    m_toolbar->add(m_target);
    m_toolbar->stretch();
    m_groups = new SegmentedControl(m_toolbar);
    m_groups->setObjectName(QStringLiteral("groups"));
    m_groups->setAccessibleName(QStringLiteral("Verdicts shown"));
    m_groups->setSegments({{QStringLiteral("all"), QStringLiteral("All"), {}, {}, Role::Text2},
                           {QStringLiteral("moving"), QStringLiteral("Open"), {}, {}, Role::Text2},
                           {QStringLiteral("behind"), QStringLiteral("Behind"), {}, {}, Role::Text2},
                           {QStringLiteral("differs"), QStringLiteral("Differs"), {}, {}, Role::Text2},
                           {QStringLiteral("match"), QStringLiteral("Match"), {}, {}, Role::Text2}});
    m_groups->setCurrent(QStringLiteral("all"));
    m_toolbar->add(m_groups);
    m_find = new SearchField(QStringLiteral("Find a table"), m_toolbar);
    m_find->setObjectName(QStringLiteral("findTable"));
    m_find->setAccessibleName(QStringLiteral("Find a table"));
    m_toolbar->add(m_find, 12);
    onTheme(m_find, [this] { m_find->setFixedWidth(Theme::instance().scaled(168)); });
    const auto shown = [this] {
        if (const DatabaseView* database = current())
            m_totals->setTotals(totalsOf(m_model->rows()), m_filter->rowCount()), (void)database;
        place();
    };
    connect(m_find, &QLineEdit::textChanged, this, [this, shown](const QString& text) {
        m_filter->setWords(text);
        shown();
    });
    connect(m_groups, &SegmentedControl::currentChanged, this, [this, shown](const QString& group) {
        m_filter->setGroup(group);
        shown();
    });
    connect(m_which, &SegmentedControl::currentChanged, this, [this](const QString& name) {
        m_name = name;
        refresh(Everything);
    });
}

QWidget* DatabasesPage::makeStrip()
{
    m_strip = new Surface(Role::Canvas, Surface::None, m_body);
    m_strip->setObjectName(QStringLiteral("tableStrip"));
    auto* column = tight<QVBoxLayout>(m_strip, 0, 8);
    column->setContentsMargins(16, 12, 16, 12);
    auto* head = new QHBoxLayout;
    head->setSpacing(8);
    m_stripName = new TextLabel({}, Style::ValueMedium, Role::Text1, m_strip);
    m_stripVerdict = new Chip({}, ChipTone::Neutral, {}, m_strip);
    m_stripText = new TextLabel({}, Style::Small, Role::Text2, m_strip);
    m_stripText->setElide(Qt::ElideRight);
    m_stripName->setElide(Qt::ElideMiddle);
    head->addWidget(m_stripName);
    head->addWidget(m_stripVerdict);
    head->addWidget(m_stripText, 1);
    column->addLayout(head);
    m_stripBar = new ProgressBar(m_strip, 12);
    m_stripBar->setAccessibleName(QStringLiteral("Copied of the selected table"));
    column->addWidget(m_stripBar);
    m_stripFacts = new TextLabel({}, Style::Small, Role::Text3, m_strip);
    m_stripFacts->setWrap(true);
    column->addWidget(m_stripFacts);
    column->addStretch(1);
    return m_strip;
}

const DatabaseView* DatabasesPage::current() const
{
    const auto& all = state().databases;
    const auto at = std::find_if(all.begin(), all.end(), [&](const DatabaseView& d) { return d.name == m_name; });
    if (at != all.end())
        return &*at;
    return m_planned.name.isEmpty() ? nullptr : &m_planned;
}

const plan::DatabaseMapping* DatabasesPage::mapping() const
{
    if (run()->plan().environments.empty())
        return nullptr;
    const auto& all = run()->plan().production().databases;
    const auto at = std::find_if(all.begin(), all.end(), [&](const plan::DatabaseMapping& d) { return d.name == m_name; });
    return at == all.end() ? nullptr : &*at;
}

void DatabasesPage::refresh(unsigned changes)
{
    if ((changes & (DatabasesChanged | FindingsChanged | LanesChanged | ProvidersChanged | PhaseChanged)) == 0)
        return;
    QStringList names;
    for (const DatabaseView& d : state().databases)
        names << d.name;
    if (!run()->plan().environments.empty()) {
        for (const plan::DatabaseMapping& d : run()->plan().production().databases) {
            if (!names.contains(d.name))
                names << d.name;
        }
    }
    m_empty->setVisible(names.isEmpty());
    m_body->setVisible(!names.isEmpty());
    m_groups->setVisible(!names.isEmpty());
    m_find->setVisible(!names.isEmpty());
    if (names.isEmpty()) {
        m_which->hide();
        setRoute({});
        return;
    }
    if (!names.contains(m_name)) {
        m_name = names.first();
        m_planned = {};
        m_planned.name = m_name;
    }
    if (m_planned.name != m_name) {
        m_planned = {};
        m_planned.name = m_name;
    }
    m_which->setVisible(names.size() > 1);
    if (names.size() > 1 && m_which->property("names").toStringList() != names) {
        QList<SegmentedControl::Segment> segments;
        for (const QString& name : names)
            segments.push_back({name, name, {}, {}, Role::Text2});
        m_which->setSegments(segments);
        m_which->setProperty("names", names);
        m_which->setCurrent(m_name);
    }
    const DatabaseView& database = *current();
    const int before = m_filter->rowCount();
    m_model->setRows(tableRows(database));
    const TableTotals totals = totalsOf(m_model->rows());
    m_groups->setCount(QStringLiteral("all"), QString::number(totals.tables));
    m_groups->setCount(QStringLiteral("moving"), QString::number(totals.moving));
    m_groups->setCount(QStringLiteral("behind"), QString::number(totals.behind));
    m_groups->setCount(QStringLiteral("differs"), QString::number(totals.differing));
    m_groups->setCount(QStringLiteral("match"), QString::number(totals.matching));
    m_totals->setTotals(totals, m_filter->rowCount());
    m_table->setLoading(state().startedAt && database.tables.empty() && !database.source && database.problem.isEmpty());
    m_table->setPlaceholder(m_model->rowCount() == 0 ? QStringLiteral("Tables are read in the first steps.") : QStringLiteral("No table matches."));

    CopyHeadContent head = copyHead(state(), database, totals, clock()->now());
    if (head.deltaRows >= 0) {
        std::vector<double>& samples = m_deltas[m_name];
        if (samples.empty() || state().now - m_deltaAt[m_name] >= kDeltaEvery) {
            samples.push_back(static_cast<double>(head.deltaRows));
            m_deltaAt[m_name] = state().now;
            if (samples.size() > kDeltaSamples)
                samples.erase(samples.begin());
        }
        head.deltas = samples;
    }
    m_head->setContent(head);
    m_problem->setVisible(!database.problem.isEmpty());
    m_problemText->setText(database.problem);
    setRoute(database);
    m_side->setState(state(), database, mapping());
    if (!m_table->currentIndex().isValid() && m_filter->rowCount() > 0) {
        int wanted = 0;
        for (int row = 0; row < m_filter->rowCount() && wanted == 0; ++row) {
            const TableVerdict verdict = m_filter->row(m_filter->index(row, 0))->verdict;
            wanted = verdict == TableVerdict::Behind || verdict == TableVerdict::Differs ? row : 0;
        }
        m_table->selectRowAt(wanted);
    }
    setStrip();
    if (before != m_filter->rowCount() || !database.problem.isEmpty())
        place();
}

void DatabasesPage::setRoute(const DatabaseView& database)
{
    const plan::DatabaseMapping* map = mapping();
    QString sourceName;
    QString targetName;
    const QString source = map ? providerLetters(state(), map->source.account, &sourceName) : QString();
    const QString target = map ? providerLetters(state(), map->target.account, &targetName) : QString();
    const bool any = !database.name.isEmpty();
    m_sourceTile->setVisible(any && !source.isEmpty());
    m_targetTile->setVisible(any && !target.isEmpty());
    m_sourceTile->setTile(source, sourceName, SideTone::Source);
    m_targetTile->setTile(target, targetName, SideTone::Target);
    const auto text = [](const std::optional<DatabaseSummary>& summary, const ServiceRef* ref) {
        const QString name = summary && !summary->databaseName.isEmpty() ? summary->databaseName : ref ? ref->service : QString();
        return summary && !summary->serverVersion.isEmpty() ? name + QStringLiteral("  ") + summary->serverVersion : name;
    };
    m_source->setText(text(database.source, map ? &map->source : nullptr));
    m_target->setText(text(database.target, map ? &map->target : nullptr));
    for (QWidget* w : {static_cast<QWidget*>(m_source), static_cast<QWidget*>(m_arrow), static_cast<QWidget*>(m_target)})
        w->setVisible(any && !(m_source->text().isEmpty() && m_target->text().isEmpty()));
}

void DatabasesPage::setStrip()
{
    const TableRow* row = m_filter->row(m_table->currentIndex());
    const DatabaseView* database = current();
    const bool any = row && database;
    for (QWidget* w : {static_cast<QWidget*>(m_stripName), static_cast<QWidget*>(m_stripVerdict), static_cast<QWidget*>(m_stripBar), static_cast<QWidget*>(m_stripFacts)})
        w->setVisible(any);
    if (!any) {
        m_stripText->setText(m_model->rowCount() == 0 ? QString() : QStringLiteral("Pick a table to see more of it."));
        return;
    }
    m_stripName->setText(row->shownName());
    ChipTone tone = ChipTone::Neutral;
    QString text;
    ProgressBar::Look look = ProgressBar::Look::Done;
    switch (row->verdict) {
    case TableVerdict::Queued: text = QStringLiteral("Waits for its turn."); break;
    case TableVerdict::Copying:
        tone = ChipTone::Mode;
        look = ProgressBar::Look::Running;
        text = QStringLiteral("Copied from one snapshot, so the rows belong together.");
        break;
    case TableVerdict::Copied: text = QStringLiteral("Copied. Compared after the delta."); break;
    case TableVerdict::Behind:
        tone = ChipTone::Warn;
        text = QStringLiteral("Rows that changed after the snapshot. The delta brings them over.");
        break;
    case TableVerdict::Verifying:
        tone = ChipTone::Mode;
        text = QStringLiteral("Counted and hashed on both sides.");
        break;
    case TableVerdict::Match:
        tone = ChipTone::Ok;
        text = QStringLiteral("The same rows on both sides.");
        break;
    case TableVerdict::Differs:
        tone = ChipTone::Danger;
        look = ProgressBar::Look::Stopped;
        text = QStringLiteral("Switching now would lose rows. Apply the delta again, or hold and look at the rows.");
        break;
    }
    m_stripVerdict->setChip(tableVerdictText(*row), tone);
    m_stripText->setText(text);
    m_stripBar->setShare(row->copied / 1000.0, look);
    QStringList facts;
    facts << (row->source < 0 ? QStringLiteral("Rows not read") : QStringLiteral("`%1` of `%2` rows at the target").arg(grouped(std::max<qint64>(0, row->target)), grouped(row->source)));
    if (row->size >= 0)
        facts << QStringLiteral("`%1` at the source").arg(bytesText(Bytes{row->size}));
    const auto table = std::find_if(database->tables.begin(), database->tables.end(), [&](const TableView& t) { return (t.progress.table.isEmpty() ? t.source.name : t.progress.table) == row->name; });
    if (table != database->tables.end() && database->source)
        facts << (row->keyless ? QStringLiteral("no key: it is copied again instead of compared by key") : QStringLiteral("key `%1`").arg(table->source.keyColumns.join(QStringLiteral(", "))));
    if (database->verify) {
        for (const VerifyOutcome::Difference& d : database->verify->differences) {
            if (d.table == row->name)
                facts << QStringLiteral("md5 `%1` at the source, `%2` at the target").arg(d.sourceMd5.left(12), d.targetMd5.left(12));
        }
    }
    m_stripFacts->setText(facts.join(QStringLiteral(", ")) + u'.');
}

void DatabasesPage::place()
{
    const Theme& t = Theme::instance();
    const int room = m_body->height() - m_head->height() - m_totals->height() - t.scaled(104) - (m_problem->isHidden() ? 0 : m_problem->sizeHint().height());
    const int rows = std::max(m_table->contentHeight(), t.scaled(28) + 6 * m_table->rowPx());
    m_table->setFixedHeight(std::max(t.scaled(28) + 3 * m_table->rowPx(), std::min(rows, room)));
    m_totals->update();
}

void DatabasesPage::resizeEvent(QResizeEvent* event)
{
    Page::resizeEvent(event);
    place();
}

void DatabasesPage::openObject(const QString& object)
{
    if (object.isEmpty())
        return;
    for (const DatabaseView& d : state().databases) {
        if (d.name == object && d.name != m_name) {
            m_name = object;
            m_which->setCurrent(object);
            refresh(Everything);
        }
    }
    for (int row = 0; row < m_filter->rowCount(); ++row) {
        const TableRow* r = m_filter->row(m_filter->index(row, 0));
        if (r && (r->name == object || r->shownName() == object)) {
            m_table->selectRowAt(row);
            m_table->setFocus(Qt::OtherFocusReason);
        }
    }
}

QList<QWidget*> DatabasesPage::regions() { return {m_toolbar, m_table, m_side}; }

QList<KeyLine> DatabasesPage::keys() const
{
    return {{QStringLiteral("J, K"), QStringLiteral("Next, previous table")}, {QStringLiteral("/"), QStringLiteral("Find a table")}};
}

PageFactory databasesPage()
{
    PageFactory factory;
    factory.id = QStringLiteral("databases");
    factory.title = QStringLiteral("Databases");
    factory.icon = QStringLiteral("database");
    factory.make = [](const PageContext& context) -> Page* { return new DatabasesPage(context); };
    factory.count = [](const RunState& s) {
        PageCount count;
        TableTotals all;
        qint64 done = 0;
        for (const DatabaseView& d : s.databases) {
            const TableTotals t = totalsOf(tableRows(d));
            all.tables += t.tables;
            all.matching += t.matching;
            all.differing += t.differing;
            all.source += t.source;
            for (const TableView& table : d.tables)
                done += table.progress.verdict == TableVerdict::Queued ? 0 : std::min(std::max<qint64>(0, table.progress.done.value), std::max<qint64>(0, table.progress.sourceRows.value));
        }
        if (all.tables == 0)
            return count;
        bool copying = false;
        for (const DatabaseView& d : s.databases)
            copying = copying || std::any_of(d.tables.begin(), d.tables.end(), [](const TableView& t) { return t.progress.verdict == TableVerdict::Copying; });
        if (copying && all.source > 0) {
            count.text = percentText(static_cast<double>(done) / static_cast<double>(all.source));
            count.tone = PageCount::Tone::Strong;
        } else {
            count.text = QStringLiteral("%1/%2").arg(all.matching).arg(all.tables);
            count.tone = all.differing > 0 ? PageCount::Tone::Alarm : all.matching == all.tables ? PageCount::Tone::Done : PageCount::Tone::Calm;
        }
        return count;
    };
    return factory;
}

} // namespace switchyard::ui
