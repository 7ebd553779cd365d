#include "widgets/databases/CopyHead.h"

#include <algorithm>
#include <array>

namespace switchyard::ui {

using namespace cutover;

namespace {

constexpr std::array<int, 3> kPhaseParts{5, 2, 3};

QString rateWords(double bytes) { return bytes < 1e6 ? QStringLiteral("%1 kB/s").arg(static_cast<qint64>(bytes / 1000)) : QStringLiteral("%1 MB/s").arg(bytes / 1e6, 0, 'f', 1); }

} // namespace

CopyHeadContent copyHead(const RunState& state, const DatabaseView& database, const TableTotals& totals, TimePoint now)
{
    CopyHeadContent c;
    const auto lane = std::find_if(state.lanes.begin(), state.lanes.end(), [&](const Lane& l) { return l.name == database.name; });
    if (lane != state.lanes.end()) {
        c.preseed = lane->preseed;
        c.delta = lane->delta;
        c.verify = lane->verify;
        c.phase = lane->moving;
        c.amount = lane->amount;
    }
    qint64 copiedRows = 0;
    qint64 bytesLeft = 0;
    double rate = 0;
    for (const TableView& table : database.tables) {
        const TableProgress& p = table.progress;
        const bool copying = p.verdict == TableVerdict::Copying;
        copiedRows += std::max<qint64>(0, copying ? p.done.value : p.verdict == TableVerdict::Queued ? 0 : p.targetRows.value);
        rate += copying ? p.bytesPerSecond : 0;
        if (copying)
            bytesLeft += std::max<qint64>(0, table.source.size.value - p.bytes.value);
        else if (p.verdict == TableVerdict::Queued)
            bytesLeft += std::max<qint64>(0, table.source.size.value);
    }
    const bool readOnly = database.source && database.source->readOnly;
    if (c.preseed < 1) {
        if (c.amount.isEmpty() && totals.tables > 0)
            c.amount = QStringLiteral("%1 of %2 rows").arg(grouped(copiedRows), grouped(totals.source));
        if (rate > 0)
            c.phaseNote = QStringLiteral("Copy ends about %1. ").arg(clockUtc(now + Milliseconds(static_cast<qint64>(static_cast<double>(bytesLeft) / rate * 1000))));
        c.phaseNote += readOnly ? QStringLiteral("The source is held read-only.") : QStringLiteral("The source stays writable.");
    } else if (c.verify >= 1) {
        c.phaseNote = database.verify ? QStringLiteral("%1 of %2 tables match, compared in %3.").arg(database.verify->matching).arg(database.verify->tables).arg(durationProse(database.verify->took))
                                      : QStringLiteral("Every table was compared.");
    } else {
        c.phaseNote = c.delta >= 1 ? QStringLiteral("The delta is applied.") : QStringLiteral("Everything is copied. The delta follows after the freeze.");
    }
    if (c.phase.isEmpty())
        c.phase = c.verify >= 1 ? QStringLiteral("Copied and compared") : c.preseed >= 1 ? QStringLiteral("Pre-seeded") : QStringLiteral("Not copied yet");
    c.deltaRows = database.deltaNow.value;
    if (c.deltaRows < 0)
        c.deltaNote = QStringLiteral("Measured once the pre-seed is done.");
    else if (c.delta >= 1 || c.verify > 0)
        c.deltaNote = QStringLiteral("Applied. Nothing is written at the source.");
    else if (database.deltaEstimate)
        c.deltaNote = QStringLiteral("**Est. %1 to apply**, then the comparison").arg(durationProse(*database.deltaEstimate));
    else
        c.deltaNote = QStringLiteral("Rows that changed since the copy.");
    c.throughput = database.throughput;
    if (!c.throughput.empty() && rate > 0)
        c.rate = rateWords(rate);
    if (database.source) {
        c.connections = database.source->connections;
        c.limit = database.source->connectionLimit;
        c.connectionsNote = readOnly ? QStringLiteral("Held read-only. Role %1.").arg(database.source->role)
            : c.limit > 0            ? QStringLiteral("Limit %1 for role %2, read %3").arg(c.limit).arg(database.source->role, clockUtc(database.source->readAt))
                                     : QStringLiteral("No limit for role %1").arg(database.source->role);
        if (database.source->readAt == TimePoint{})
            c.connectionsNote = c.connectionsNote.section(QStringLiteral(", read"), 0, 0);
    }
    return c;
}

/// Three joined bars with their names.
class CopyHead::Phases final : public PaintedWidget {
public:
    explicit Phases(QWidget* parent) : PaintedWidget(parent) { setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed); }
    void set(double preseed, double delta, double verify)
    {
        const std::array<double, 3> shares{preseed, delta, verify};
        if (shares == m_shares)
            return;
        m_shares = shares;
        update();
        announceValue();
    }
    [[nodiscard]] QAccessible::Role spokenRole() const override { return QAccessible::ProgressBar; }
    [[nodiscard]] QString spokenName() const override { return QStringLiteral("Copy"); }
    [[nodiscard]] QString spokenValue() const override
    {
        return QStringLiteral("Pre-seed %1, delta %2, verify %3").arg(percentText(m_shares[0]), percentText(m_shares[1]), percentText(m_shares[2]));
    }
    [[nodiscard]] QSize sizeHint() const override { return {200, 14 + Theme::instance().lineHeight(Style::Label)}; }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter p(this);
        static const std::array<const char*, 3> names{"Pre-seed", "Delta", "Verify"};
        const int running = m_shares[0] < 1 ? 0 : m_shares[1] < 1 ? 1 : m_shares[2] < 1 ? 2 : 3;
        const qreal unit = (width() - 6.0) / (kPhaseParts[0] + kPhaseParts[1] + kPhaseParts[2]);
        qreal x = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            const qreal wide = unit * kPhaseParts[i];
            const bool here = static_cast<int>(i) == running && m_shares[i] > 0;
            paint::bar(&p, QRectF(x, 0, wide, 12), m_shares[i], progressColor(here ? ProgressBar::Look::Running : ProgressBar::Look::Done), 12);
            const QString name = QString::fromLatin1(names[i]);
            paint::text(&p, QRectF(x, 14, wide, height() - 14), here ? name + u' ' + percentText(m_shares[i]) : name, here ? Style::LabelStrong : Style::Label, here ? Role::Text1 : Role::Text3);
            x += wide + 3;
        }
    }

private:
    std::array<double, 3> m_shares{};
};

CopyHead::CopyHead(QWidget* parent) : Surface(Role::Panel, Surface::Bottom, parent)
{
    setObjectName(QStringLiteral("copyHead"));
    auto* row = tight<QHBoxLayout>(this);
    row->setContentsMargins(0, 0, 0, 1);
    const auto cell = [&](int stretch, Role ground, int edges) {
        auto* box = new Surface(ground, edges, this);
        auto* column = tight<QVBoxLayout>(box, 0, 4);
        column->setContentsMargins(16, 10, 16, 8);
        row->addWidget(box, stretch);
        return std::pair(box, column);
    };
    const auto captions = [&](QWidget* box, QVBoxLayout* column, TextLabel* left, TextLabel* right) {
        Q_UNUSED(box)
        auto* line = new QHBoxLayout;
        line->setSpacing(8);
        left->setElide(Qt::ElideRight);
        line->addWidget(left);
        line->addStretch(1);
        line->addWidget(right);
        column->addLayout(line);
    };

    auto [phaseBox, phaseColumn] = cell(371, Role::Panel, None);
    m_phase = new TextLabel({}, Style::BodyStrong, Role::Text1, phaseBox);
    m_amount = new TextLabel({}, Style::Value, Role::Text1, phaseBox);
    captions(phaseBox, phaseColumn, m_phase, m_amount);
    phaseColumn->addSpacing(4);
    m_phases = new Phases(phaseBox);
    phaseColumn->addWidget(m_phases);
    m_phaseNote = new TextLabel({}, Style::Small, Role::Text2, phaseBox);
    m_phaseNote->setElide(Qt::ElideRight);
    phaseColumn->addWidget(m_phaseNote);
    phaseColumn->addStretch(1);

    auto [deltaBox, deltaColumn] = cell(301, Role::Raised, None);
    deltaColumn->setSpacing(2);
    deltaColumn->addWidget(new TextLabel(QStringLiteral("Delta now"), Style::Small, Role::Text2, deltaBox));
    auto* figure = new QHBoxLayout;
    figure->setSpacing(8);
    m_delta = new TextLabel({}, Style::Figure, Role::Text1, deltaBox);
    m_deltaUnit = new TextLabel(QStringLiteral("rows"), Style::Body, Role::Text3, deltaBox);
    m_deltas = new Sparkline(deltaBox);
    m_deltas->setFixedHeight(28);
    m_deltas->setRole(Role::Text2);
    m_deltas->setAccessibleName(QStringLiteral("Delta over time"));
    figure->addWidget(m_delta);
    figure->addWidget(m_deltaUnit, 0, Qt::AlignBottom);
    figure->addStretch(1);
    figure->addWidget(m_deltas);
    deltaColumn->addLayout(figure);
    m_deltaNote = new TextLabel({}, Style::Small, Role::Text2, deltaBox);
    m_deltaNote->setElide(Qt::ElideRight);
    deltaColumn->addWidget(m_deltaNote);
    deltaColumn->addStretch(1);

    auto [rateBox, rateColumn] = cell(289, Role::Panel, Right);
    m_throughputName = new TextLabel({}, Style::Small, Role::Text2, rateBox);
    m_rate = new TextLabel({}, Style::ValueMedium, Role::Text1, rateBox);
    captions(rateBox, rateColumn, m_throughputName, m_rate);
    m_throughput = new Sparkline(rateBox);
    m_throughput->setRole(Role::Mode);
    m_throughput->setAccessibleName(QStringLiteral("Throughput"));
    m_throughput->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    rateColumn->addWidget(m_throughput, 1);
    m_throughputNote = new TextLabel({}, Style::Small, Role::Text3, rateBox);
    m_throughputNote->setElide(Qt::ElideRight);
    rateColumn->addWidget(m_throughputNote);

    auto [loadBox, loadColumn] = cell(0, Role::Panel, None);
    m_last = loadBox;
    m_connections = new TextLabel({}, Style::ValueMedium, Role::Text1, loadBox);
    captions(loadBox, loadColumn, new TextLabel(QStringLiteral("Source connections"), Style::Small, Role::Text2, loadBox), m_connections);
    m_load = new ProgressBar(loadBox, 12);
    m_load->setAccessibleName(QStringLiteral("Source connections"));
    loadColumn->addWidget(m_load);
    m_loadNote = new TextLabel({}, Style::Small, Role::Text2, loadBox);
    m_loadNote->setWrap(true);
    loadColumn->addWidget(m_loadNote);
    loadColumn->addStretch(1);
    onTheme(this, [this] {
        setFixedHeight(Theme::instance().scaled(112));
        m_last->setFixedWidth(std::max(240, std::min(Theme::instance().scaled(296), 336)));
    });
}

void CopyHead::resizeEvent(QResizeEvent* event)
{
    Surface::resizeEvent(event);
    fit();
}

void CopyHead::fit()
{
    // The bars below name the phase too: where both don't fit, the amount stays.
    const qreal wanted = paint::textWidth(m_phase->plainText(), Style::BodyStrong) + paint::textWidth(m_amount->plainText(), Style::Value) + 44;
    m_phase->setVisible(wanted <= m_phase->parentWidget()->width());
}

void CopyHead::setContent(const CopyHeadContent& c)
{
    m_phase->setText(c.phase);
    m_amount->setText(c.amount);
    fit();
    m_phases->set(c.preseed, c.delta, c.verify);
    m_phaseNote->setText(c.phaseNote);
    m_delta->setText(c.deltaRows < 0 ? QStringLiteral("--") : grouped(c.deltaRows));
    m_delta->setAccessibleName(c.deltaRows < 0 ? QStringLiteral("Delta not measured") : QStringLiteral("Delta now %1 rows").arg(c.deltaRows));
    m_deltaUnit->setVisible(c.deltaRows >= 0);
    m_deltaNote->setText(c.deltaNote);
    m_deltas->setVisible(c.deltas.size() > 1);
    m_deltas->setSamples(c.deltas);
    const auto minutes = std::max<std::size_t>(1, (c.throughput.size() + 30) / 60);
    m_throughputName->setText(c.throughput.empty() ? QStringLiteral("Throughput") : QStringLiteral("Throughput, %1 min").arg(minutes));
    m_rate->setVisible(!c.rate.isEmpty());
    m_rate->setText(c.rate);
    m_throughput->setSamples(c.throughput);
    double top = 0;
    for (const double v : c.throughput)
        top = std::max(top, v);
    m_throughputNote->setText(c.throughput.empty() ? QStringLiteral("Nothing was copied yet.") : QStringLiteral("Highest %1").arg(rateWords(top)));
    m_load->setVisible(c.limit > 0);
    if (c.limit > 0) {
        const double share = static_cast<double>(c.connections) / c.limit;
        m_load->setShare(share, share >= 0.8 ? ProgressBar::Look::Waiting : ProgressBar::Look::Calm);
    }
    m_connections->setText(c.connections < 0 ? QStringLiteral("--") : c.limit > 0 ? QStringLiteral("%1 of %2").arg(c.connections).arg(c.limit) : QString::number(c.connections));
    m_loadNote->setText(c.connections < 0 ? QStringLiteral("The source isn't read yet.") : c.connectionsNote);
}

TotalsRow::TotalsRow(const RowTable* table, QWidget* parent) : PaintedWidget(parent), m_table(table)
{
    setObjectName(QStringLiteral("totals"));
    onTheme(this, [this] { setFixedHeight(Theme::instance().scaled(32)); });
}

void TotalsRow::setTotals(const TableTotals& totals, int shown)
{
    m_totals = totals;
    m_shown = shown;
    update();
    announceValue();
}

QString TotalsRow::spokenName() const
{
    return QStringLiteral("%1 tables, %2 rows at the source, %3 at the target, %4").arg(m_totals.tables).arg(grouped(m_totals.source), grouped(m_totals.target), m_totals.verdicts());
}

void TotalsRow::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    p.fillRect(rect(), ui::color(Role::Raised));
    paint::hline(&p, 0, width(), 0);
    paint::hline(&p, 0, width(), height() - 1);
    constexpr Qt::Alignment kRight = Qt::AlignRight | Qt::AlignVCenter;
    const auto cell = [&](int column) {
        const QRectF box(m_table->columnViewportPosition(column), 0, m_table->columnWidth(column), height());
        return m_table->words(box, column);
    };
    const QString tables = m_totals.tables == 1 ? QStringLiteral("1 table") : QStringLiteral("%1 tables").arg(m_totals.tables);
    paint::text(&p, cell(TablesModel::Name), m_shown < m_totals.tables ? QStringLiteral("%1 of %2").arg(m_shown).arg(tables) : tables, Style::SmallStrong, Role::Text1);
    paint::text(&p, cell(TablesModel::SourceRows), grouped(m_totals.source), Style::ValueMedium, Role::Text1, kRight);
    paint::text(&p, cell(TablesModel::TargetRows), grouped(m_totals.target), Style::ValueMedium, Role::Text1, kRight);
    paint::text(&p, cell(TablesModel::Size), m_totals.size > 0 ? bytesText(Bytes{m_totals.size}) : QString(), Style::ValueMedium, Role::Text1, kRight);
    if (m_totals.rate > 0)
        paint::text(&p, cell(TablesModel::Rate), rateWords(static_cast<double>(m_totals.rate) * 1000), Style::ValueMedium, Role::Text1, kRight);
    paint::text(&p, cell(TablesModel::Stand), m_totals.verdicts(), Style::SmallStrong, Role::Text2);
}

} // namespace switchyard::ui
