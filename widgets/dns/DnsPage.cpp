#include "widgets/dns/DnsPage.h"

#include "app/dns/Planning.h"

#include <QHeaderView>
#include <QScrollArea>
#include <QSortFilterProxyModel>

#include <algorithm>

namespace switchyard::ui {

using namespace cutover;

namespace {

constexpr int kFindFrom = 12; ///< records from which on a search field helps

/// Paints the rows of a filtered model with the delegate of the unfiltered one.
class FilteredRecordDelegate final : public RowDelegate {
public:
    FilteredRecordDelegate(const RecordsModel* model, const QSortFilterProxyModel* filter, QObject* parent) : RowDelegate(parent), m_inner(model, this), m_filter(filter) { }

protected:
    void paintCell(QPainter* p, const QRectF& cell, const QRectF& words, const QModelIndex& index) const override { m_inner.paintRecord(p, cell, words, m_filter->mapToSource(index)); }

private:
    class Inner final : public RecordDelegate {
    public:
        using RecordDelegate::RecordDelegate;
        void paintRecord(QPainter* p, const QRectF& cell, const QRectF& words, const QModelIndex& index) const { paintCell(p, cell, words, index); }
    };
    Inner m_inner;
    const QSortFilterProxyModel* m_filter;
};

QStringList hostsOf(const RunState& state)
{
    QStringList hosts;
    for (const HostView& host : state.hosts)
        hosts << host.host;
    return hosts;
}

QString plain(QString zone)
{
    if (zone.endsWith(u'.'))
        zone.chop(1);
    return zone;
}

} // namespace

DnsPage::DnsPage(const PageContext& context, QWidget* parent) : Page(context, parent)
{
    auto* all = tight<QVBoxLayout>(this);
    m_toolbar = new PageToolbar(QStringLiteral("DNS"), this);
    m_tile = new MonogramTile({}, {}, 20, SideTone::None, m_toolbar);
    m_toolbar->add(m_tile, 16);
    m_zone = new TextLabel({}, Style::ValueMedium, Role::Text1, m_toolbar);
    m_toolbar->add(m_zone, 8);
    m_about = new TextLabel({}, Style::Small, Role::Text3, m_toolbar);
    m_about->setElide(Qt::ElideRight);
    m_toolbar->add(m_about, 8);
    m_toolbar->stretch();
    m_ask = new Button(QStringLiteral("refresh"), QStringLiteral("Ask resolvers again"), ButtonKind::Plain, m_toolbar);
    m_ask->setObjectName(QStringLiteral("askAgain"));
    m_toolbar->add(m_ask);
    m_restore = new Button(QStringLiteral("roll-back"), QStringLiteral("Restore saved zone…"), ButtonKind::Return, m_toolbar);
    m_restore->setObjectName(QStringLiteral("restoreZone"));
    m_toolbar->add(m_restore);
    all->addWidget(m_toolbar);
    connect(m_ask, &QAbstractButton::clicked, this, [this] {
        run()->askResolversAgain();
        setResolvers();
    });
    connect(m_restore, &QAbstractButton::clicked, this, [this] { desk()->rollBack(); });

    m_empty = new EmptyState(QStringLiteral("dns"), QStringLiteral("No domain in this plan."), QStringLiteral("With a domain the switch points visitors at the target and shows who gets which answer."), {}, this);
    m_empty->hide();
    all->addWidget(m_empty, 1);
    m_body = new Surface(Role::Canvas, Surface::None, this);
    auto* columns = tight<QHBoxLayout>(m_body, 12, 12);
    auto* left = new QVBoxLayout;
    left->setSpacing(12);
    left->addWidget(makeRecords());
    left->addWidget(makePropagation(), 1);
    columns->addLayout(left, 1);
    columns->addWidget(makeSide());
    all->addWidget(m_body, 1);
    onTheme(this, [this] { place(); });
}

QWidget* DnsPage::makeRecords()
{
    m_records = new Card(QStringLiteral("Records"), m_body);
    m_records->setObjectName(QStringLiteral("records"));
    m_find = new SearchField(QStringLiteral("Find a record"), m_records);
    m_find->setObjectName(QStringLiteral("findRecord"));
    m_find->setAccessibleName(QStringLiteral("Find a record"));
    m_find->setFixedWidth(180);
    m_find->hide();
    m_records->header()->addWidget(m_find);
    m_saved = new StatusWord(m_records);
    m_records->header()->addWidget(m_saved);
    m_problemBox = new QWidget(m_records);
    auto* problem = tight<QVBoxLayout>(m_problemBox);
    problem->setContentsMargins(12, 6, 12, 6);
    m_zoneProblem = new TextLabel({}, Style::Small, Role::Warn, m_problemBox);
    m_zoneProblem->setWrap(true);
    problem->addWidget(m_zoneProblem);
    m_problemBox->hide();
    m_records->body()->addWidget(m_problemBox);
    m_recordTable = new RowTable(30, m_records);
    m_recordTable->setObjectName(QStringLiteral("recordTable"));
    m_recordTable->setAccessibleName(QStringLiteral("Records"));
    m_recordModel = new RecordsModel(this);
    m_filter = new QSortFilterProxyModel(this);
    m_filter->setSourceModel(m_recordModel);
    m_filter->setFilterKeyColumn(-1);
    m_filter->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_recordTable->setModel(m_filter);
    m_recordTable->setItemDelegate(new FilteredRecordDelegate(m_recordModel, m_filter, m_recordTable));
    m_recordTable->setColumns({{77, 0, 54, 12, 4}, {60, 0, 50, 12, 4}, {206, 2, 80, 12, 8}, {222, 2, 80, 12, 8}, {128, 1, 74, 12, 8}, {141, 0, 124, 12, 8}});
    m_records->body()->addWidget(m_recordTable, 1);
    connect(m_find, &QLineEdit::textChanged, this, [this](const QString& text) { m_filter->setFilterFixedString(text); });
    return m_records;
}

QWidget* DnsPage::makePropagation()
{
    m_propagation = new Card(QStringLiteral("Propagation"), m_body);
    m_propagation->setObjectName(QStringLiteral("propagation"));
    m_legend = new QWidget(m_propagation);
    auto* legend = tight<QHBoxLayout>(m_legend, 0, 6);
    const std::pair<const char*, const char*> marks[] = {{"light-target", "Target"}, {"light-source", "Source"}, {"light-failed", "No answer"}};
    const Role roles[] = {Role::Target, Role::Source, Role::Danger};
    for (int i = 0; i < 3; ++i) {
        legend->addWidget(new IconLabel(QString::fromLatin1(marks[i].first), roles[i], 12, m_legend));
        legend->addWidget(new TextLabel(QString::fromLatin1(marks[i].second), Style::Small, Role::Text2, m_legend));
        legend->addSpacing(4);
    }
    m_propagation->header()->addWidget(m_legend);
    m_matrix = new RowTable(36, m_propagation);
    m_matrix->setObjectName(QStringLiteral("matrix"));
    m_matrix->setAccessibleName(QStringLiteral("Answers of resolvers"));
    m_matrix->setCellwise(true);
    m_resolverModel = new PropagationModel(this);
    m_matrix->setModel(m_resolverModel);
    m_matrix->setItemDelegate(new ResolverDelegate(m_resolverModel, [this] { return clock()->now(); }, m_matrix));
    m_propagation->body()->addWidget(m_matrix, 1);
    m_notes = new TextLabel({}, Style::Small, Role::Text3, m_propagation);
    m_notes->setWrap(true);
    auto* foot = new QVBoxLayout;
    foot->setContentsMargins(12, 8, 12, 10);
    foot->addWidget(m_notes);
    m_propagation->body()->addLayout(foot);
    return m_propagation;
}

QWidget* DnsPage::makeSide()
{
    m_side = new QScrollArea(m_body);
    m_side->setObjectName(QStringLiteral("side"));
    m_side->setFrameShape(QFrame::NoFrame);
    m_side->setWidgetResizable(true);
    m_side->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_side->setFocusPolicy(Qt::NoFocus);
    m_side->viewport()->setAutoFillBackground(false);
    auto* inside = new QWidget;
    inside->setAutoFillBackground(false);
    auto* list = tight<QVBoxLayout>(inside, 0, 12);
    m_ready = new ReadyCard(inside);
    m_certificates = new CertificateCard(inside);
    m_probes = new ProbeCard(inside);
    list->addWidget(m_ready);
    list->addWidget(m_certificates);
    list->addWidget(m_probes, 1);
    m_side->setWidget(inside);
    connect(m_probes, &ProbeCard::logWanted, this, [this] { desk()->open(QStringLiteral("logs"), QStringLiteral("source:probe")); });
    return m_side;
}

void DnsPage::place()
{
    const Theme& t = Theme::instance();
    m_side->setFixedWidth(std::clamp(t.scaled(384), 300, std::max(384, width() * 39 / 100)));
    // Records take what they need, up to a bit less than half: who gets which answer matters more.
    const int room = std::max(0, m_body->height() - 36);
    const int chrome = t.rowHeight(36) + 3 + (!m_problemBox->isHidden() ? m_zoneProblem->heightForWidth(m_records->width() - 26) + 12 : 0);
    m_records->setFixedHeight(std::clamp(chrome + std::max(m_recordTable->contentHeight(), 4 * m_recordTable->rowPx()), 120, std::max(160, room * 45 / 100)));
}

void DnsPage::resizeEvent(QResizeEvent* event)
{
    Page::resizeEvent(event);
    place();
}

void DnsPage::refresh(unsigned changes)
{
    const bool none = state().hosts.empty() && (run()->plan().environments.empty() || run()->plan().production().domains.empty());
    m_empty->setVisible(none);
    m_body->setVisible(!none);
    m_ask->setEnabled(!none);
    setHead();
    if (none)
        return;
    if ((changes & (HostsChanged | StepsChanged | PhaseChanged | ProvidersChanged)) != 0) {
        setRecords();
        m_certificates->setState(state(), clock()->now());
        m_probes->setState(state(), run()->plan());
    }
    if ((changes & (HostsChanged | ResolversChanged)) != 0)
        setResolvers();
    setReadiness();
}

void DnsPage::second()
{
    if (m_body->isHidden())
        return;
    m_matrix->updateVisible(1);
    setSummary();
    m_certificates->setState(state(), clock()->now());
    setReadiness();
}

void DnsPage::setHead()
{
    const RunState& s = state();
    const QString zone = s.zoneBefore ? s.zoneBefore->name : s.zoneNow ? s.zoneNow->name : run()->plan().dns.zone;
    m_zone->setText(plain(zone));
    const auto provider = std::find_if(s.providers.begin(), s.providers.end(), [](const ProviderView& p) { return p.dns; });
    m_tile->setVisible(provider != s.providers.end());
    QString host = s.zoneHost;
    if (provider != s.providers.end()) {
        m_tile->setTile(provider->monogram, provider->name, SideTone::None);
        host = host.isEmpty() ? provider->name : host;
    }
    QStringList about;
    if (!host.isEmpty())
        about << QStringLiteral("zone at %1").arg(host);
    if (s.switchedAt)
        about << QStringLiteral("switched %1").arg(clockUtc(*s.switchedAt));
    m_about->setText(about.join(QStringLiteral(", ")));
    m_restore->setKind(s.pastPoint ? ButtonKind::ReturnPast : ButtonKind::Return);
    const bool may = s.zoneBefore.has_value() && s.phase != RunPhase::Complete && s.phase != RunPhase::RolledBack && s.phase != RunPhase::RollingBack;
    m_restore->setWhyDisabled(!s.zoneBefore ? QStringLiteral("No zone is saved yet.") : QStringLiteral("The plan is complete."));
    m_restore->setEnabled(may);
}

void DnsPage::setRecords()
{
    const RunState& s = state();
    std::vector<RecordRow> rows = recordRows(s);
    int changed = 0;
    for (const RecordRow& row : rows)
        changed += row.stand == RecordStand::AsPlanned || row.stand == RecordStand::NotAsPlanned || row.stand == RecordStand::Planned ? 1 : 0;
    const auto all = static_cast<int>(rows.size());
    const int before = m_recordModel->rowCount();
    m_recordModel->setRows(std::move(rows));
    m_recordTable->setLoading(s.startedAt && !s.zoneBefore && !s.zoneNow);
    m_recordTable->setPlaceholder(m_find->text().isEmpty() ? QStringLiteral("The zone is read in the first steps.") : QStringLiteral("No record matches."));
    m_records->setCaption(all == 0 ? QString() : s.switchedAt ? QStringLiteral("%1 changed, %2 unchanged").arg(changed).arg(all - changed)
                                  : changed == 0 ? QStringLiteral("%1, the switch isn't planned yet").arg(all)
                                                 : QStringLiteral("%1 will change, %2 stay").arg(changed).arg(all - changed));
    m_find->setVisible(all >= kFindFrom);
    m_saved->setVisible(s.zoneSavedAt.has_value());
    if (s.zoneSavedAt)
        m_saved->setWord(QStringLiteral("download"), Role::Text2, QStringLiteral("Saved zone, %1").arg(clockUtc(*s.zoneSavedAt)));
    const auto provider = std::find_if(s.providers.begin(), s.providers.end(), [](const ProviderView& p) { return p.dns && !p.problem.isEmpty(); });
    const bool trouble = provider != s.providers.end();
    if (trouble)
        m_zoneProblem->setText(QStringLiteral("%1 Before shows the saved copy.").arg(provider->problem));
    if (m_problemBox->isHidden() == trouble) {
        m_problemBox->setVisible(trouble);
        place();
    }
    if (before != m_recordModel->rowCount())
        place();
}

void DnsPage::setResolvers()
{
    const RunState& s = state();
    QStringList names;
    std::vector<RowColumn> columns{{182, 0, 98, 12, 8}};
    const QString zone = s.zoneBefore ? s.zoneBefore->name : run()->plan().dns.zone;
    for (const QString& host : hostsOf(s)) {
        const QString label = dns::relative(dns::absolute(host), zone);
        names << (label == QLatin1String("@") ? host : plain(label));
        columns.push_back({150, 1, 118, 13, 8});
    }
    m_resolverModel->setHosts(names);
    m_resolverModel->setRows(resolverLines(s));
    if (m_matrix->columns().size() != columns.size())
        m_matrix->setColumns(std::move(columns));
    m_matrix->setLoading(s.startedAt && s.resolvers.empty());
    m_matrix->setPlaceholder(QStringLiteral("Resolvers are asked once the run has started."));
    setSummary();
}

void DnsPage::setSummary()
{
    const Propagation p = propagation(state(), clock()->now());
    m_propagation->setCaption(p.headline, Role::Text2);
    const QString thin = QStringLiteral("The thin line under a cell is the time left before that resolver asks again.");
    m_notes->setText(p.notes.isEmpty() ? thin : p.notes + u' ' + thin);
}

void DnsPage::setReadiness()
{
    const RunState& s = state();
    m_ready->setVisible(!s.switchedAt);
    if (s.switchedAt)
        return;
    dns::ReadyInput in;
    in.now = s.zoneNow ? s.zoneNow : s.zoneBefore;
    in.hosts = hostsOf(s);
    in.planned = s.plannedRecords;
    in.wantedTtl = run()->plan().dns.switchTtl;
    in.hostTitle = s.zoneHost;
    in.issuerTitle = s.targetTitle;
    in.at = clock()->now();
    // Render's certificates come from Let's Encrypt and Google Trust Services (its documentation on custom domains, 2025).
    if (s.targetProviders.contains(QLatin1String("render")) || s.targetTitle == QLatin1String("Render"))
        in.issuers = {QStringLiteral("letsencrypt.org"), QStringLiteral("pki.goog")};
    for (const ProviderView& p : s.providers)
        in.flattens = in.flattens || (p.dns && p.provider == QLatin1String("cloudflare"));
    std::optional<TimePoint> lowered;
    for (const LentEntry& entry : s.lent) {
        if (entry.open && entry.id.startsWith(QLatin1String("ttl")))
            lowered = lowered ? std::max(*lowered, entry.since) : entry.since;
    }
    if (lowered) {
        Seconds old{0};
        for (const LentEntry& entry : s.lent) {
            if (entry.id.startsWith(QLatin1String("ttl")))
                old = std::max(old, Seconds(entry.data.value(u"ttl").toInteger()));
        }
        if (old <= Seconds(1) && s.zoneBefore)
            old = dns::longestTtl(*s.zoneBefore, in.hosts);
        in.proof = dns::TtlProof{*lowered, old};
    }
    m_ready->setLines(dns::readyLines(in));
}

void DnsPage::openObject(const QString& object)
{
    if (object.isEmpty())
        return;
    for (int row = 0; row < m_filter->rowCount(); ++row) {
        const RecordRow* r = m_recordModel->row(m_filter->mapToSource(m_filter->index(row, 0)));
        if (r && (plain(r->fullName) == object || r->fullName == object || r->name == object)) {
            m_recordTable->selectRowAt(row);
            m_recordTable->setFocus(Qt::OtherFocusReason);
            return;
        }
    }
}

QWidget* DnsPage::findField() { return m_find->isVisible() ? m_find : nullptr; }
QList<QWidget*> DnsPage::regions() { return {m_toolbar, m_records, m_propagation, m_side}; }

QList<KeyLine> DnsPage::keys() const
{
    return {{QStringLiteral("J, K"), QStringLiteral("Next, previous record or resolver")}, {QStringLiteral("/"), QStringLiteral("Find a record, in large zones")}};
}

PageFactory dnsPage()
{
    PageFactory factory;
    factory.id = QStringLiteral("dns");
    factory.title = QStringLiteral("DNS");
    factory.icon = QStringLiteral("dns");
    factory.make = [](const PageContext& context) -> Page* { return new DnsPage(context); };
    factory.count = [](const RunState& s) {
        PageCount count;
        if (s.hosts.empty())
            return count;
        int there = 0;
        bool failed = false;
        for (const HostView& host : s.hosts) {
            there += host.state == HostState::Target ? 1 : 0;
            failed = failed || host.state == HostState::Failed;
        }
        const auto all = static_cast<int>(s.hosts.size());
        count.text = QStringLiteral("%1/%2").arg(there).arg(all);
        count.tone = there == all ? PageCount::Tone::Done : failed || there > 0 ? PageCount::Tone::Caution : PageCount::Tone::Calm;
        return count;
    };
    return factory;
}

} // namespace switchyard::ui
