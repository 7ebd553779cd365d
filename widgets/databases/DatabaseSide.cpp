#include "widgets/databases/DatabaseSide.h"

#include "app/database/SummaryDiff.h"

#include <QPaintEvent>
#include <QScrollArea>

#include <algorithm>

namespace switchyard::ui {

using namespace cutover;

namespace {

constexpr int kFewSequences = 4;

struct Warning {
    Severity severity;
    QString title;
    QString text;
    QString page;
    QString object;
    QString link;
    QString waived;
};

} // namespace

FactList::FactList(QWidget* parent) : PaintedWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    onTheme(this, [this] { updateGeometry(); });
}

void FactList::setFacts(std::vector<Fact> facts)
{
    if (facts == m_facts)
        return;
    const bool other = facts.size() != m_facts.size();
    m_facts = std::move(facts);
    if (other)
        updateGeometry();
    update();
    announceValue();
}

QString FactList::spokenValue() const
{
    QStringList parts;
    for (std::size_t i = 0; i < m_facts.size() && i < 40; ++i)
        parts << m_facts[i].name + u' ' + m_facts[i].value;
    if (m_facts.size() > 40)
        parts << QStringLiteral("and %1 more").arg(m_facts.size() - 40);
    return parts.join(QStringLiteral(", "));
}

void FactList::paintEvent(QPaintEvent* event)
{
    QPainter p(this);
    const Theme& t = Theme::instance();
    const int high = t.scaled(24);
    const int first = std::max(0, event->rect().top() / high);
    const int last = std::min(static_cast<int>(m_facts.size()) - 1, event->rect().bottom() / high);
    for (int i = first; i <= last; ++i) {
        const Fact& fact = m_facts[static_cast<std::size_t>(i)];
        const QRectF row(12, i * high, width() - 24, high);
        qreal left = row.left();
        if (!fact.icon.isEmpty()) {
            icons::paint(&p, QRectF(left, row.top(), t.scaled(14), high), fact.icon, ui::color(fact.tone), t.scaled(14));
            left += t.scaled(14) + 10;
        }
        const qreal value = std::min(paint::textWidth(fact.value, Style::Value), row.width() * 0.6);
        paint::text(&p, QRectF(row.right() - value - 1, row.top(), value + 1, high), fact.value, Style::Value, fact.mono ? Role::Text3 : Role::Text1, Qt::AlignRight | Qt::AlignVCenter);
        paint::text(&p, QRectF(left, row.top(), row.right() - value - 8 - left, high), fact.name, fact.mono ? Style::Value : Style::Small, Role::Text2);
    }
}

DatabaseSide::DatabaseSide(QWidget* parent) : Surface(Role::Panel, Surface::Left, parent)
{
    setObjectName(QStringLiteral("databaseSide"));
    auto* outer = tight<QVBoxLayout>(this);
    outer->setContentsMargins(1, 0, 0, 0);
    auto* scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->viewport()->setAutoFillBackground(false);
    auto* inside = new QWidget;
    inside->setProperty("ground", QStringLiteral("clear"));
    m_all = tight<QVBoxLayout>(inside);
    m_warnings = section(QStringLiteral("Warnings"));
    m_sequences = section(QStringLiteral("Sequences"));
    m_sequenceList = new FactList(m_sequences.box);
    m_sequenceList->setAccessibleName(QStringLiteral("Sequences"));
    m_sequences.body->addWidget(m_sequenceList);
    m_more = new Button({}, ButtonKind::Link, m_sequences.box);
    m_more->setObjectName(QStringLiteral("moreSequences"));
    m_more->setButtonSize(ButtonSize::Dense);
    m_more->setTextStyle(Style::SmallMedium);
    auto* more = new QHBoxLayout;
    more->setContentsMargins(28, 0, 12, 0);
    more->addWidget(m_more);
    more->addStretch(1);
    m_sequences.body->addLayout(more);
    connect(m_more, &QAbstractButton::clicked, this, [this] {
        m_showAll = !m_showAll;
        setSequences(m_last);
    });
    m_extensions = section(QStringLiteral("Extensions"));
    m_extensionList = new FactList(m_extensions.box);
    m_extensionList->setAccessibleName(QStringLiteral("Extensions"));
    m_extensions.body->addWidget(m_extensionList);
    m_settings = section(QStringLiteral("Copy settings"));
    m_settingList = new FactList(m_settings.box);
    m_settingList->setAccessibleName(QStringLiteral("Copy settings"));
    m_settings.body->addWidget(m_settingList);
    m_all->addStretch(1);
    scroll->setWidget(inside);
    outer->addWidget(scroll);
    onTheme(this, [this] { setFixedWidth(std::max(240, std::min(Theme::instance().scaled(296), 336))); });
}

DatabaseSide::Section DatabaseSide::section(const QString& title)
{
    Section s{};
    s.box = new QWidget;
    auto* all = tight<QVBoxLayout>(s.box);
    auto* head = new QWidget(s.box);
    auto* row = tight<QHBoxLayout>(head, 0, 6);
    row->setContentsMargins(12, 0, 12, 0);
    s.title = new TextLabel(title, Style::BodyStrong, Role::Text1, head);
    s.mark = new Chip({}, ChipTone::Plain, {}, head);
    s.note = new TextLabel({}, Style::Small, Role::Text3, head);
    row->addWidget(s.title);
    row->addStretch(1);
    row->addWidget(s.note);
    row->addWidget(s.mark);
    s.mark->hide();
    onTheme(head, [head] { head->setFixedHeight(Theme::instance().rowHeight(36)); });
    all->addWidget(head);
    all->addWidget(new Line(Qt::Horizontal, Role::LineSoft, s.box));
    s.body = new QVBoxLayout;
    s.body->setContentsMargins(0, 6, 0, 6);
    s.body->setSpacing(0);
    all->addLayout(s.body);
    all->addWidget(new Line(Qt::Horizontal, Role::Line, s.box));
    m_all->addWidget(s.box);
    return s;
}

void DatabaseSide::setWarnings(const RunState& state, const DatabaseView& database)
{
    std::vector<Warning> warnings;
    for (const Finding& f : state.findings) {
        if (f.page == QLatin1String("databases"))
            warnings.push_back({f.severity, f.title, f.text, QStringLiteral("checklist"), f.blocksStep, f.blocksStep.isEmpty() ? QString() : QStringLiteral("Open the step it blocks"), f.waivedBy});
    }
    if (database.source && database.target) {
        DatabaseSummary source = *database.source;
        DatabaseSummary target = *database.target;
        for (DatabaseSummary* each : {&source, &target}) { // the tables and sequences have their own places
            each->tables.clear();
            each->sequences.clear();
        }
        for (const database::SummaryDifference& d : database::compareSummaries(source, target)) {
            if (d.ok)
                continue;
            const QString sides = d.target.isEmpty() ? QString() : QStringLiteral("Source %1, target %2. ").arg(d.source, d.target);
            warnings.push_back({Severity::Caution, d.kind == QLatin1String("extension") ? QStringLiteral("Extension %1 is missing").arg(d.subject) : QStringLiteral("%1 differs").arg(d.subject), sides + d.explanation, {}, {}, {}, {}});
        }
    }
    std::stable_sort(warnings.begin(), warnings.end(), [](const Warning& a, const Warning& b) { return a.severity > b.severity; });
    QString key = QStringLiteral("-");
    int cautions = 0;
    bool failure = false;
    for (const Warning& w : warnings) {
        key += w.title + u'|' + w.text + u'|' + w.waived + u'\n';
        cautions += w.severity != Severity::Advisory ? 1 : 0;
        failure = failure || w.severity == Severity::Failure;
    }
    if (key == m_warned)
        return;
    m_warned = key;
    while (QLayoutItem* item = m_warnings.body->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_warnings.mark->setVisible(cautions > 0);
    m_warnings.mark->setChip(QString::number(cautions), failure ? ChipTone::Danger : ChipTone::Warn, failure ? QStringLiteral("failure") : QStringLiteral("caution"));
    for (const Warning& w : warnings) {
        auto* box = new QWidget;
        auto* row = tight<QHBoxLayout>(box, 0, 8);
        row->setContentsMargins(12, 5, 12, 5);
        const bool quiet = !w.waived.isEmpty() || w.severity == Severity::Advisory;
        auto* icon = new IconLabel(w.severity == Severity::Failure ? QStringLiteral("failure") : w.severity == Severity::Caution ? QStringLiteral("caution") : QStringLiteral("info"),
                                   quiet ? Role::Text3 : w.severity == Severity::Failure ? Role::Danger : Role::Warn, 16, box);
        icon->setAccessibleName(w.severity == Severity::Failure ? QStringLiteral("Failure") : w.severity == Severity::Caution ? QStringLiteral("Caution") : QStringLiteral("Advisory"));
        row->addWidget(icon, 0, Qt::AlignTop);
        auto* words = new QVBoxLayout;
        words->setSpacing(0);
        const std::pair<QString, Style> lines[] = {{w.title, Style::SmallMedium}, {w.text, Style::Small}, {w.waived, Style::Small}};
        for (const auto& [text, style] : lines) {
            if (text.isEmpty())
                continue;
            auto* label = new TextLabel(text, style, style == Style::SmallMedium ? Role::Text1 : Role::Text2, box);
            label->setWrap(true);
            words->addWidget(label);
        }
        if (!w.link.isEmpty()) {
            auto* link = new Button(w.link, ButtonKind::Link, box);
            link->setButtonSize(ButtonSize::Dense);
            link->setTextStyle(Style::SmallMedium);
            link->setAlignLeft(true);
            connect(link, &QAbstractButton::clicked, this, [this, page = w.page, object = w.object] { Q_EMIT linkClicked(page, object); });
            words->addWidget(link, 0, Qt::AlignLeft);
        }
        row->addLayout(words, 1);
        m_warnings.body->addWidget(box);
    }
    if (warnings.empty()) {
        auto* calm = new QWidget;
        auto* row = tight<QHBoxLayout>(calm);
        row->setContentsMargins(12, 4, 12, 4);
        row->addWidget(new TextLabel(database.source ? QStringLiteral("Nothing is wrong.") : QStringLiteral("Checked once both sides are read."), Style::Small, Role::Text3, calm));
        m_warnings.body->addWidget(calm);
    }
}

void DatabaseSide::setSequences(const DatabaseView& database)
{
    std::vector<Fact> facts;
    int set = 0;
    for (const SequenceSummary& s : database.source ? database.source->sequences : std::vector<SequenceSummary>()) {
        const auto done = std::find_if(database.sequences.begin(), database.sequences.end(), [&](const SequenceOutcome& o) { return o.name == s.name; });
        const bool is = done != database.sequences.end();
        set += is ? 1 : 0;
        const QString name = s.name.startsWith(QLatin1String("public.")) ? s.name.mid(7) : s.name;
        facts.push_back({is ? QStringLiteral("tick") : QStringLiteral("light-off"), is ? Role::Ok : Role::Text3, name, grouped(is ? done->setTo : s.lastValue), true});
    }
    const auto all = static_cast<int>(facts.size());
    m_sequences.note->setText(all == 0 ? QStringLiteral("none read") : set == 0 ? QStringLiteral("%1, not set yet").arg(all) : QStringLiteral("%1 of %2 set").arg(set).arg(all));
    m_more->setVisible(all > kFewSequences);
    m_more->setText(m_showAll ? QStringLiteral("Show fewer") : QStringLiteral("Show %1 more").arg(all - kFewSequences));
    m_more->setAccessibleName(m_more->text() + QStringLiteral(" sequences"));
    if (!m_showAll && all > kFewSequences)
        facts.resize(kFewSequences);
    m_sequenceList->setFacts(std::move(facts));
}

void DatabaseSide::setState(const RunState& state, const DatabaseView& database, const plan::DatabaseMapping* mapping)
{
    setWarnings(state, database);
    m_last.source.reset();
    if (database.source) {
        m_last.source.emplace();
        m_last.source->sequences = database.source->sequences;
    }
    m_last.sequences = database.sequences;
    setSequences(m_last);

    std::vector<Fact> extensions;
    int there = 0;
    for (const ExtensionSummary& e : database.source ? database.source->extensions : std::vector<ExtensionSummary>()) {
        const ExtensionSummary* other = nullptr;
        for (const ExtensionSummary& o : database.target ? database.target->extensions : std::vector<ExtensionSummary>()) {
            if (o.name == e.name)
                other = &*std::find_if(database.target->extensions.begin(), database.target->extensions.end(), [&](const ExtensionSummary& x) { return x.name == e.name; });
        }
        there += other ? 1 : 0;
        const bool unread = !database.target;
        extensions.push_back({other ? QStringLiteral("tick") : unread ? QStringLiteral("light-off") : QStringLiteral("cross"), other ? Role::Ok : unread ? Role::Text3 : Role::Warn, e.name,
                              e.version + QStringLiteral(" → ") + (other ? other->version : unread ? QStringLiteral("not read") : QStringLiteral("none")), true});
    }
    const auto all = static_cast<int>(extensions.size());
    m_extensions.note->setVisible(all == 0 || there < all);
    m_extensions.note->setText(all == 0 ? QStringLiteral("none read") : QStringLiteral("%1 of %2").arg(there).arg(all));
    m_extensions.mark->setVisible(all > 0 && there == all);
    m_extensions.mark->setChip(QStringLiteral("%1 of %2").arg(there).arg(all), ChipTone::Plain, QStringLiteral("tick"));
    m_extensionList->setFacts(std::move(extensions));

    std::vector<Fact> settings;
    const auto add = [&](const char* name, const QString& value) { settings.push_back({{}, Role::Text3, QString::fromLatin1(name), value, false}); };
    if (mapping) {
        add("Method", mapping->method == plan::MoveMethod::Copy ? QStringLiteral("copy, then delta") : mapping->method == plan::MoveMethod::StaysInPlace ? QStringLiteral("stays in place") : QStringLiteral("not moved"));
        add("Left out", mapping->exclude.isEmpty() ? QStringLiteral("nothing") : mapping->exclude.size() == 1 ? mapping->exclude.first() : QStringLiteral("%1 tables").arg(mapping->exclude.size()));
        add("Sequence margin", grouped(mapping->sequenceMargin));
    }
    const auto ofTwo = [&](int DatabaseSummary::*part) {
        return database.target ? QStringLiteral("%1 of %2").arg((*database.target).*part).arg((*database.source).*part) : QString::number((*database.source).*part);
    };
    if (database.source) {
        add("Indexes", ofTwo(&DatabaseSummary::indexes));
        add("Foreign keys", ofTwo(&DatabaseSummary::foreignKeys));
        add("Encoding", database.source->encoding);
        add("Collation", database.source->collation);
    }
    m_settingList->setFacts(std::move(settings));
}

} // namespace switchyard::ui
