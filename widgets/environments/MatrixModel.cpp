#include "widgets/environments/MatrixModel.h"

#include "widgets/parts/Indicators.h"

#include <QUrl>

#include <algorithm>

namespace switchyard::ui {

using namespace cutover;

namespace {

QString shortest(const SettingRow& row)
{
    if (!row.target.set)
        return QStringLiteral("target not set");
    if (!row.target.readable)
        return QStringLiteral("can't be read");
    if (row.secret)
        return QStringLiteral("fp %1").arg(row.target.fingerprint);
    const auto brief = [](const QString& text) {
        if (text.contains(u',')) {
            const QStringList items = text.split(u',', Qt::SkipEmptyParts);
            return items.size() > 1 ? QStringLiteral("%1, +%2").arg(items.first().trimmed()).arg(items.size() - 1) : text;
        }
        const QUrl url(text);
        return text.contains(QLatin1String("://")) && !url.host().isEmpty() ? url.host() + (url.path().size() > 1 ? url.path() : QString()) : text;
    };
    const QString target = row.target.text.isEmpty() ? QStringLiteral("empty") : brief(row.target.text);
    if (row.verdict == SettingVerdict::Differs && row.source.set)
        return (row.source.text.isEmpty() ? QStringLiteral("empty") : brief(row.source.text)) + QStringLiteral(" → ") + target;
    return target;
}

} // namespace

bool MatrixRow::shared() const
{
    return std::any_of(cells.begin(), cells.end(), [](const MatrixCell& c) { return !c.sharedWith.isEmpty(); });
}
bool MatrixRow::decision() const
{
    return std::any_of(cells.begin(), cells.end(), [](const MatrixCell& c) { return c.used && (needsDecision(c.verdict) || !c.sharedWith.isEmpty()); });
}
bool MatrixRow::single() const
{
    return cells.size() > 1 && std::count_if(cells.begin(), cells.end(), [](const MatrixCell& c) { return c.used; }) == 1;
}

int MatrixColumn::settled() const
{
    int open = 0;
    for (const auto& [verdict, count] : counts)
        open += needsDecision(verdict) ? count : 0;
    return keys - open;
}

QStringList environmentsOf(const RunState& state)
{
    QStringList names;
    for (const SettingsView& view : state.settings) {
        if (!names.contains(view.environment))
            names << view.environment;
    }
    return names;
}

std::vector<MatrixRow> matrixRows(const RunState& state)
{
    const QStringList environments = environmentsOf(state);
    std::map<QString, MatrixRow> byKey;
    std::map<std::pair<QString, qsizetype>, QString> prints; // key and environment -> fingerprint at the target
    for (const SettingsView& view : state.settings) {
        const qsizetype column = environments.indexOf(view.environment);
        for (const SettingRow& row : view.rows) {
            MatrixRow& out = byKey[row.key];
            out.key = row.key;
            out.secret = out.secret || row.secret;
            out.cells.resize(static_cast<std::size_t>(environments.size()));
            MatrixCell& cell = out.cells[static_cast<std::size_t>(column)];
            if (!cell.used || row.verdict < cell.verdict) {
                cell.used = true;
                cell.verdict = row.verdict;
                cell.text = shortest(row);
                cell.service = view.service;
            }
            if (row.secret && row.target.set && !row.target.fingerprint.isEmpty() && row.target.length > 0)
                prints[{row.key, column}] = row.target.fingerprint;
        }
    }
    // The first environment is the one that is moved: what another one shares with an earlier one is the other's trouble.
    for (const auto& [at, print] : prints) {
        for (qsizetype earlier = 0; earlier < at.second; ++earlier) {
            const auto other = prints.find({at.first, earlier});
            if (other == prints.end() || other->second != print)
                continue;
            byKey[at.first].cells[static_cast<std::size_t>(at.second)].sharedWith = environments.at(earlier);
            break;
        }
    }
    std::vector<MatrixRow> rows;
    rows.reserve(byKey.size());
    for (auto& [key, row] : byKey)
        rows.push_back(std::move(row));
    const auto need = [](const MatrixRow& row) {
        int worst = static_cast<int>(SettingVerdict::Same);
        for (const MatrixCell& cell : row.cells)
            worst = cell.used ? std::min(worst, cell.sharedWith.isEmpty() ? static_cast<int>(cell.verdict) : -1) : worst;
        return worst;
    };
    std::stable_sort(rows.begin(), rows.end(), [&](const MatrixRow& a, const MatrixRow& b) { return need(a) < need(b); });
    return rows;
}

std::vector<MatrixColumn> matrixColumns(const RunState& state)
{
    std::vector<MatrixColumn> columns;
    const QStringList environments = environmentsOf(state);
    const std::vector<MatrixRow> rows = matrixRows(state);
    for (qsizetype i = 0; i < environments.size(); ++i) {
        MatrixColumn column;
        column.environment = environments.at(i);
        for (const SettingsView& view : state.settings) {
            if (view.environment == column.environment && column.source.isEmpty()) {
                column.source = view.source.app.isEmpty() ? view.source.service : view.source.app;
                column.target = view.target.service.isEmpty() ? view.target.app : view.target.service;
            }
        }
        for (const MatrixRow& row : rows) {
            const MatrixCell& cell = row.cells[static_cast<std::size_t>(i)];
            if (!cell.used)
                continue;
            ++column.keys;
            ++column.counts[cell.verdict];
        }
        columns.push_back(std::move(column));
    }
    return columns;
}

QString matrixNote(const MatrixRow& row, const std::vector<MatrixColumn>& columns)
{
    for (std::size_t i = 0; i < row.cells.size() && i < columns.size(); ++i) {
        const MatrixCell& cell = row.cells[i];
        if (!cell.sharedWith.isEmpty())
            return QStringLiteral("**%1 uses the same %2 as %3.** What is done there is done with the other's account. Make a key of its own, then set it at the target.")
                .arg(columns[i].environment.left(1).toUpper() + columns[i].environment.mid(1), row.key, cell.sharedWith);
    }
    QStringList open;
    for (std::size_t i = 0; i < row.cells.size() && i < columns.size(); ++i) {
        if (row.cells[i].used && needsDecision(row.cells[i].verdict))
            open << QStringLiteral("%1: %2").arg(columns[i].environment, verdictWord(chipOf(row.cells[i].verdict)).toLower());
    }
    return open.isEmpty() ? QString() : QStringLiteral("**%1** needs a decision. %2. Enter opens the comparison.").arg(row.key, open.join(QStringLiteral(", ")));
}

void MatrixModel::setColumns(std::vector<MatrixColumn> columns)
{
    const auto names = [](const std::vector<MatrixColumn>& all) {
        QStringList out;
        for (const MatrixColumn& c : all)
            out << c.environment;
        return out;
    };
    if (names(columns) != names(m_columns)) {
        beginResetModel();
        m_columns = std::move(columns);
        m_rows.clear();
        endResetModel();
        return;
    }
    m_columns = std::move(columns);
    Q_EMIT headerDataChanged(Qt::Horizontal, 0, columnCount() - 1);
}

QVariant MatrixModel::data(const QModelIndex& at, int role) const
{
    const MatrixRow* r = row(at);
    if (!r || (role != Qt::DisplayRole && role != Qt::ToolTipRole && role != Qt::AccessibleTextRole))
        return {};
    if (at.column() == 0)
        return r->key;
    const auto i = static_cast<std::size_t>(at.column() - 1);
    if (i >= r->cells.size() || i >= m_columns.size())
        return {};
    const MatrixCell& cell = r->cells[i];
    if (role == Qt::DisplayRole)
        return cell.used ? cell.text : QStringLiteral("not used");
    if (!cell.used)
        return QStringLiteral("%1 in %2: not used").arg(r->key, m_columns[i].environment);
    return QStringLiteral("%1 in %2: %3, %4%5").arg(r->key, m_columns[i].environment, cell.sharedWith.isEmpty() ? verdictWord(chipOf(cell.verdict)).toLower() : QStringLiteral("shared secret"), cell.text,
                                                    cell.sharedWith.isEmpty() ? QString() : QStringLiteral(", same as ") + cell.sharedWith);
}

QVariant MatrixModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= columnCount())
        return {};
    if (section == 0)
        return QStringLiteral("Key");
    const MatrixColumn& c = m_columns[static_cast<std::size_t>(section - 1)];
    return QStringLiteral("%1, %2 of %3 settled").arg(c.environment).arg(c.settled()).arg(c.keys);
}

MatrixFilter::MatrixFilter(MatrixModel* model, QObject* parent) : QSortFilterProxyModel(parent), m_model(model) { setSourceModel(model); }

void MatrixFilter::setWords(const QString& words)
{
    m_words = words.trimmed();
    invalidateFilter();
}

void MatrixFilter::setGroup(const QString& group)
{
    m_group = group;
    invalidateFilter();
}

bool MatrixFilter::filterAcceptsRow(int at, const QModelIndex&) const
{
    const MatrixRow& row = m_model->rows()[static_cast<std::size_t>(at)];
    if ((m_group == QLatin1String("decision") && !row.decision()) || (m_group == QLatin1String("shared") && !row.shared()) || (m_group == QLatin1String("single") && !row.single()))
        return false;
    return m_words.isEmpty() || row.key.contains(m_words, Qt::CaseInsensitive)
        || std::any_of(row.cells.begin(), row.cells.end(), [&](const MatrixCell& c) { return c.text.contains(m_words, Qt::CaseInsensitive); });
}

void MatrixDelegate::paintCell(QPainter* p, const QRectF& box, const QRectF& words, const QModelIndex& index) const
{
    const MatrixRow* row = m_filter->row(index);
    if (!row)
        return;
    const Theme& t = Theme::instance();
    if (index.column() == 0) {
        const qreal wide = paint::text(p, words.adjusted(0, 0, row->secret ? -t.scaled(20) : 0, 0), row->key, Style::ValueMedium, Role::Text1, Qt::AlignLeft | Qt::AlignVCenter, Qt::ElideMiddle);
        if (row->secret)
            icons::paint(p, QRectF(words.left() + wide + 6, box.top(), t.scaled(14), box.height()), QStringLiteral("lock"), ui::color(Role::Text3), t.scaled(14));
        return;
    }
    paint::vline(p, box.left(), box.top(), box.bottom() + 1, Role::LineSoft);
    const auto i = static_cast<std::size_t>(index.column() - 1);
    if (i >= row->cells.size() || !row->cells[i].used) {
        paint::text(p, words, QStringLiteral("not used"), Style::Small, Role::Text3);
        return;
    }
    const MatrixCell& cell = row->cells[i];
    const bool shared = !cell.sharedWith.isEmpty();
    const QRectF mark = paint::verdictChip(p, words, shared ? Verdict::SharedSecret : chipOf(cell.verdict), !shared);
    const QRectF rest = words.adjusted(std::max<qreal>(mark.width(), t.scaled(18)) + 8, 0, 0, 0);
    const QString text = shared ? QStringLiteral("%1, same as %2").arg(cell.text, cell.sharedWith) : row->secret && cell.text.startsWith(QLatin1String("fp ")) ? QStringLiteral("•••• ") + cell.text : cell.text;
    paint::text(p, rest, text, Style::Value, shared ? Role::Text1 : row->secret ? Role::Text3 : Role::Text2);
}

void paintMatrixHead(QPainter* p, const QRectF& box, const MatrixModel& model, int section)
{
    const Theme& t = Theme::instance();
    const qreal first = t.scaled(22);
    const QRectF title(box.left() + (section == 0 ? 16 : 12), box.top() + t.scaled(7), box.width() - 24, first);
    if (section == 0) {
        paint::text(p, title, QStringLiteral("Key"), Style::SmallStrong, Role::Text1);
        const auto environments = static_cast<int>(model.columns().size());
        paint::text(p, title.translated(0, first), QStringLiteral("%1 keys, %2 environments").arg(model.rowCount()).arg(environments), Style::Label, Role::Text3);
        return;
    }
    if (section - 1 >= static_cast<int>(model.columns().size()))
        return;
    const MatrixColumn& c = model.columns()[static_cast<std::size_t>(section - 1)];
    paint::vline(p, box.left(), box.top(), box.bottom(), Role::LineSoft);
    const qreal name = paint::text(p, title, c.environment, Style::SmallStrong, Role::Text1);
    QString settled = QStringLiteral("%1 of %2 settled").arg(c.settled()).arg(c.keys);
    const qreal wide = paint::textWidth(settled, Style::Label);
    qreal x = title.right() - wide;
    if (x > title.left() + name + 8)
        paint::text(p, QRectF(x, title.top(), wide + 1, first), settled, Style::Label, Role::Text3);
    for (const SettingVerdict verdict : {SettingVerdict::Unknowable, SettingVerdict::Missing, SettingVerdict::Differs}) {
        const auto count = c.counts.find(verdict);
        if (count == c.counts.end() || count->second == 0)
            continue;
        const QString number = QString::number(count->second);
        const qreal number_ = paint::textWidth(number, Style::LabelStrong);
        x -= number_ + t.scaled(14) + 12;
        if (x < title.left() + name + 8)
            break;
        const Role tone = verdict == SettingVerdict::Missing ? Role::Danger : verdict == SettingVerdict::Differs ? Role::Warn : Role::Text2;
        icons::paint(p, QRectF(x, title.top(), t.scaled(14), first), paint::verdictIcon(chipOf(verdict)), t.color(tone), t.scaled(12));
        paint::text(p, QRectF(x + t.scaled(14) + 3, title.top(), number_ + 1, first), number, Style::LabelStrong, tone);
    }
    const QRectF route = title.translated(0, first);
    const qreal half = paint::text(p, QRectF(route.left(), route.top(), route.width() / 2 - 10, first), c.source, Style::ValueSmall, Role::Source);
    const qreal arrow = paint::text(p, QRectF(route.left() + half + 4, route.top(), 20, first), QStringLiteral("→"), Style::ValueSmall, Role::Text3);
    const qreal left = route.left() + half + arrow + 8;
    paint::text(p, QRectF(left, route.top(), route.right() - left, first), c.target, Style::ValueSmall, Role::Target);
    if (c.keys > 0) {
        const auto part = [&](SettingVerdict v) {
            const auto at = c.counts.find(v);
            return at == c.counts.end() ? 0.0 : static_cast<double>(at->second);
        };
        qreal at = title.left();
        const qreal y = box.bottom() - 9;
        const std::pair<double, Role> parts[] = {{static_cast<double>(c.settled()), Role::Ok}, {part(SettingVerdict::Differs), Role::WarnFill}, {part(SettingVerdict::Unknowable), Role::Text3}, {part(SettingVerdict::Missing), Role::Danger}};
        for (const auto& [count, tone] : parts) {
            const qreal width = title.width() * count / c.keys;
            p->fillRect(QRectF(at, y, width, 4), t.color(tone));
            at += width;
        }
    }
}

} // namespace switchyard::ui
