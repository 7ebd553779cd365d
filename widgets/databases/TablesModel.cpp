#include "widgets/databases/TablesModel.h"

#include "widgets/parts/Indicators.h"

#include <algorithm>

namespace switchyard::ui {

namespace {

QString numberText(qint64 number, bool exact = true)
{
    if (number < 0)
        return QStringLiteral("not read");
    return exact ? grouped(number) : QStringLiteral("about ") + grouped(number);
}

QString rateText(qint64 kilobytes)
{
    if (kilobytes <= 0)
        return {};
    return kilobytes < 1000 ? QStringLiteral("%1 kB/s").arg(kilobytes) : QStringLiteral("%1 MB/s").arg(static_cast<double>(kilobytes) / 1000, 0, 'f', 1);
}

QString groupOf(TableVerdict verdict)
{
    switch (verdict) {
    case TableVerdict::Queued:
    case TableVerdict::Copying:
    case TableVerdict::Copied:
    case TableVerdict::Verifying: return QStringLiteral("moving");
    case TableVerdict::Behind: return QStringLiteral("behind");
    case TableVerdict::Differs: return QStringLiteral("differs");
    case TableVerdict::Match: break;
    }
    return QStringLiteral("match");
}

int perMille(qint64 part, qint64 all) { return all > 0 ? static_cast<int>(std::clamp<qint64>(part * 1000 / all, 0, 1000)) : 0; }

} // namespace

std::vector<TableRow> tableRows(const cutover::DatabaseView& database)
{
    std::vector<TableRow> rows;
    rows.reserve(database.tables.size());
    for (const cutover::TableView& table : database.tables) {
        const TableProgress& p = table.progress;
        TableRow row;
        row.name = p.table.isEmpty() ? table.source.name : p.table;
        row.verdict = p.verdict;
        row.source = p.sourceRows.value >= 0 ? p.sourceRows.value : table.source.rows.value;
        row.target = p.targetRows.value;
        row.size = table.source.size.value;
        row.behind = p.behind.value;
        row.rate = static_cast<qint64>(p.bytesPerSecond / 1000);
        row.exact = p.sourceRows.value >= 0 && p.verdict != TableVerdict::Queued ? true : table.source.rowsExact;
        row.keyless = table.source.keyColumns.isEmpty();
        switch (p.verdict) {
        case TableVerdict::Queued: break;
        case TableVerdict::Copying: row.copied = std::min(999, perMille(p.done.value, row.source)); break;
        case TableVerdict::Behind: row.copied = std::min(999, perMille(row.source - p.behind.value, row.source)); break;
        case TableVerdict::Differs: row.copied = std::min(999, perMille(std::min(row.target, row.source), row.source)); break;
        case TableVerdict::Verifying:
            row.copied = 1000;
            row.compared = perMille(p.done.value, row.source);
            break;
        case TableVerdict::Copied:
        case TableVerdict::Match: row.copied = 1000; break;
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

QString tableVerdictText(const TableRow& row)
{
    switch (row.verdict) {
    case TableVerdict::Queued: return QStringLiteral("Queued");
    case TableVerdict::Copying: return QStringLiteral("Copying");
    case TableVerdict::Copied: return QStringLiteral("Copied");
    case TableVerdict::Behind: return row.behind == 1 ? QStringLiteral("1 row behind") : QStringLiteral("%1 rows behind").arg(grouped(row.behind));
    case TableVerdict::Verifying: return QStringLiteral("Comparing %1 %").arg(row.compared / 10);
    case TableVerdict::Match: return QStringLiteral("Match");
    case TableVerdict::Differs: break;
    }
    return QStringLiteral("Differs");
}

TableTotals totalsOf(const std::vector<TableRow>& rows)
{
    TableTotals t;
    t.tables = static_cast<int>(rows.size());
    for (const TableRow& row : rows) {
        t.source += std::max<qint64>(0, row.source);
        t.target += std::max<qint64>(0, row.target);
        t.size += std::max<qint64>(0, row.size);
        t.rate += row.verdict == TableVerdict::Copying ? row.rate : 0;
        t.matching += row.verdict == TableVerdict::Match ? 1 : 0;
        t.behind += row.verdict == TableVerdict::Behind ? 1 : 0;
        t.differing += row.verdict == TableVerdict::Differs ? 1 : 0;
    }
    t.moving = t.tables - t.matching - t.behind - t.differing;
    return t;
}

QString TableTotals::verdicts() const
{
    QStringList parts;
    if (differing > 0)
        parts << (differing == 1 ? QStringLiteral("1 differs") : QStringLiteral("%1 differ").arg(differing));
    if (behind > 0)
        parts << QStringLiteral("%1 behind").arg(behind);
    if (matching > 0)
        parts << (matching == 1 ? QStringLiteral("1 matches") : QStringLiteral("%1 match").arg(matching));
    return parts.join(QStringLiteral(", "));
}

QVariant TablesModel::data(const QModelIndex& at, int role) const
{
    const TableRow* r = row(at);
    if (!r)
        return {};
    if (role == Qt::DisplayRole) {
        switch (at.column()) {
        case Name: return r->shownName();
        case SourceRows: return numberText(r->source, r->exact);
        case TargetRows: return r->target < 0 && r->verdict == TableVerdict::Queued ? QStringLiteral("0") : numberText(r->target);
        case Size: return r->size < 0 ? QString() : bytesText(Bytes{r->size});
        case Copied: return QStringLiteral("%1 %").arg(r->copied / 10);
        case Rate: return rateText(r->rate);
        case Stand: return tableVerdictText(*r);
        default: return {};
        }
    }
    if (role == Qt::ToolTipRole && at.column() == Name)
        return r->name;
    if (role == Qt::AccessibleTextRole) {
        return at.column() == Name ? QStringLiteral("%1, source %2 rows, target %3 rows, %4 % copied, %5")
                                         .arg(r->shownName(), numberText(r->source, r->exact), numberText(r->target)).arg(r->copied / 10).arg(tableVerdictText(*r).toLower())
                                   : data(at, Qt::DisplayRole).toString();
    }
    if (role == Qt::TextAlignmentRole && (at.column() == SourceRows || at.column() == TargetRows || at.column() == Size || at.column() == Rate))
        return static_cast<int>(Qt::AlignRight | Qt::AlignVCenter);
    return {};
}

QVariant TablesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    static const char* const names[] = {"Table", "Source rows", "Target rows", "Size", "Copied", "Rate", "Verdict"};
    if (orientation != Qt::Horizontal || section < 0 || section >= Columns)
        return {};
    if (role == Qt::DisplayRole)
        return QString::fromLatin1(names[section]);
    if (role == RowTable::HeaderTone && (section == SourceRows || section == TargetRows))
        return static_cast<int>(section == SourceRows ? Role::Source : Role::Target);
    if (role == Qt::TextAlignmentRole && (section == SourceRows || section == TargetRows || section == Size || section == Rate))
        return static_cast<int>(Qt::AlignRight);
    return {};
}

TableFilter::TableFilter(TablesModel* model, QObject* parent) : QSortFilterProxyModel(parent), m_model(model) { setSourceModel(model); }

void TableFilter::setWords(const QString& words)
{
    m_words = words.trimmed();
    invalidateFilter();
}

void TableFilter::setGroup(const QString& group)
{
    m_group = group;
    invalidateFilter();
}

bool TableFilter::filterAcceptsRow(int at, const QModelIndex&) const
{
    const TableRow& row = m_model->rows()[static_cast<std::size_t>(at)];
    return (m_group == QLatin1String("all") || groupOf(row.verdict) == m_group) && (m_words.isEmpty() || row.name.contains(m_words, Qt::CaseInsensitive));
}

void TableCopyDelegate::paintCell(QPainter* p, const QRectF& cell, const QRectF& words, const QModelIndex& index) const
{
    const TableRow* row = m_filter->row(index);
    if (!row)
        return;
    const Theme& t = Theme::instance();
    constexpr Qt::Alignment kRight = Qt::AlignRight | Qt::AlignVCenter;
    const QString text = index.data().toString();
    switch (index.column()) {
    case TablesModel::Name: paint::text(p, words, text, Style::ValueMedium, Role::Text1, Qt::AlignLeft | Qt::AlignVCenter, Qt::ElideMiddle); break;
    case TablesModel::SourceRows: paint::text(p, words, text, Style::Value, row->exact && row->source >= 0 ? Role::Text2 : Role::Text3, kRight); break;
    case TablesModel::TargetRows: paint::text(p, words, text, row->source == row->target ? Style::Value : Style::ValueMedium, row->source == row->target ? Role::Text2 : Role::Text1, kRight); break;
    case TablesModel::Size: paint::text(p, words, text, Style::Value, Role::Text2, kRight); break;
    case TablesModel::Rate: paint::text(p, words, text, Style::Value, Role::Text1, kRight); break;
    case TablesModel::Copied: {
        const qreal wide = t.scaled(50);
        const QRectF bar(words.left(), cell.top(), std::max<qreal>(10, words.width() - wide), cell.height());
        const bool running = row->verdict == TableVerdict::Copying;
        paint::bar(p, bar, row->copied / 1000.0, progressColor(running ? ProgressBar::Look::Running : row->verdict == TableVerdict::Differs ? ProgressBar::Look::Stopped : ProgressBar::Look::Done), 6);
        paint::text(p, QRectF(bar.right(), words.top(), wide, words.height()), text, Style::Value, row->copied >= 1000 ? Role::Text3 : Role::Text2, kRight);
        break;
    }
    case TablesModel::Stand: {
        const QRectF mark(words.left(), cell.top(), t.scaled(10), cell.height());
        const QRectF rest = words.adjusted(mark.width() + 6, 0, 0, 0);
        switch (row->verdict) {
        case TableVerdict::Behind: paint::chip(p, words, text, ChipTone::Warn); break;
        case TableVerdict::Differs: paint::chip(p, words, text, ChipTone::Danger, QStringLiteral("verdict-differs")); break;
        case TableVerdict::Match:
            icons::paint(p, mark, QStringLiteral("tick"), ui::color(Role::Ok), t.scaled(14));
            paint::text(p, rest, text, Style::Small, Role::Text2);
            break;
        case TableVerdict::Copying:
        case TableVerdict::Verifying:
            paint::light(p, mark, Health::Working, 8);
            paint::text(p, rest, text, Style::Small, Role::Text1);
            break;
        case TableVerdict::Queued:
        case TableVerdict::Copied:
            paint::light(p, mark, Health::Off, 8);
            paint::text(p, rest, text, Style::Small, Role::Text3);
            break;
        }
        break;
    }
    default: break;
    }
}

} // namespace switchyard::ui
