#include "app/logs/LogModel.h"

#include <algorithm>

namespace switchyard::logs {

LogModel::LogModel(LogStore* store, QObject* parent, Order order) : QAbstractTableModel(parent), m_store(store), m_order(order)
{
    connect(store, &LogStore::grew, this, &LogModel::onGrew);
    setFilter({});
}

void LogModel::setFilter(const LogFilter& filter)
{
    beginResetModel();
    m_filter = filter;
    rebuild();
    endResetModel();
}

bool LogModel::ruleFits(const LogRule& rule) const { return (!m_filter.since || rule.at >= *m_filter.since) && (!m_filter.until || rule.at <= *m_filter.until); }

void LogModel::rebuild()
{
    m_rows.clear();
    m_newest.clear();
    m_shown = 0;
    m_seen = m_store->size();
    std::size_t next = 0;
    const auto rulesUpTo = [&](qint64 time, qsizetype number) {
        for (; next < m_rules.size() && m_rules[next].at.time_since_epoch().count() <= time; ++next) {
            if (ruleFits(m_rules[next])) {
                m_rows.push_back({number, 1, static_cast<int>(next)});
                m_newest.clear(); // repeats don't fold across a rule
            }
        }
    };
    for (qsizetype i = 0; i < m_seen; ++i) {
        if (next < m_rules.size())
            rulesUpTo(m_store->head(i).time, i);
        if (m_filter.accepts(*m_store, i))
            take(i);
    }
    rulesUpTo(std::numeric_limits<qint64>::max(), m_seen);
}

qsizetype LogModel::foldInto(qsizetype number) const
{
    if (!m_filter.fold.value_or(false))
        return -1;
    const LogStore::Head& head = m_store->head(number);
    const auto found = m_newest.constFind(head.likeness);
    if (found == m_newest.constEnd())
        return -1;
    const qint64 first = m_store->head(m_rows[static_cast<std::size_t>(*found)].number).time;
    return head.time - first < 60'000 ? *found : -1;
}

void LogModel::take(qsizetype number)
{
    ++m_shown;
    if (const qsizetype into = foldInto(number); into >= 0) {
        ++m_rows[static_cast<std::size_t>(into)].repeats;
        return;
    }
    if (m_filter.fold.value_or(false))
        m_newest.insert(m_store->head(number).likeness, static_cast<qsizetype>(m_rows.size()));
    m_rows.push_back({number, 1, -1});
}

void LogModel::onGrew(qsizetype first)
{
    std::vector<qsizetype> fresh;
    std::vector<qsizetype> grown;
    QHash<quint32, qint64> starting; // likeness -> time, of rows that this batch starts
    const qsizetype before = static_cast<qsizetype>(m_rows.size());
    std::vector<qsizetype> later;    // repeats of rows that this batch starts
    for (qsizetype i = std::max(first, m_seen); i < m_store->size(); ++i) {
        if (!m_filter.accepts(*m_store, i))
            continue;
        const LogStore::Head& head = m_store->head(i);
        if (const auto it = starting.constFind(head.likeness); it != starting.constEnd() && m_filter.fold.value_or(false)) {
            if (head.time - *it < 60'000) {
                later.push_back(i);
                fresh.push_back(-1);
                continue;
            }
        } else if (const qsizetype into = foldInto(i); into >= 0) {
            ++m_rows[static_cast<std::size_t>(into)].repeats;
            ++m_shown;
            grown.push_back(into);
            continue;
        }
        starting.insert(head.likeness, head.time);
        fresh.push_back(i);
    }
    m_seen = m_store->size();
    const auto rows = std::count_if(fresh.begin(), fresh.end(), [](qsizetype n) { return n >= 0; });
    if (rows > 0) {
        const int at = m_order == Order::OldestFirst ? static_cast<int>(before) : 0;
        beginInsertRows({}, at, at + static_cast<int>(rows) - 1);
        std::size_t repeat = 0;
        for (const qsizetype n : fresh)
            take(n >= 0 ? n : later[repeat++]);
        endInsertRows();
    }
    for (const qsizetype into : grown)
        Q_EMIT dataChanged(index(toRow(into), 0), index(toRow(into), Columns - 1));
}

void LogModel::setRules(const std::vector<LogRule>& rules)
{
    if (rules == m_rules)
        return;
    const bool adds = rules.size() > m_rules.size() && std::equal(m_rules.begin(), m_rules.end(), rules.begin());
    if (!adds) {
        beginResetModel();
        m_rules = rules;
        rebuild();
        endResetModel();
        return;
    }
    for (std::size_t i = m_rules.size(); i < rules.size(); ++i) {
        m_rules.push_back(rules[i]);
        takeRule(static_cast<int>(i));
    }
}

void LogModel::takeRule(int rule)
{
    const LogRule& r = m_rules[static_cast<std::size_t>(rule)];
    if (!ruleFits(r))
        return;
    // Rules come when they happen, so their place is near the end.
    qsizetype place = static_cast<qsizetype>(m_rows.size());
    while (place > 0 && m_rows[static_cast<std::size_t>(place - 1)].rule < 0 && m_store->head(m_rows[static_cast<std::size_t>(place - 1)].number).time > r.at.time_since_epoch().count())
        --place;
    const qsizetype number = place < static_cast<qsizetype>(m_rows.size()) ? m_rows[static_cast<std::size_t>(place)].number : m_store->size();
    const int row = m_order == Order::OldestFirst ? static_cast<int>(place) : static_cast<int>(m_rows.size()) - static_cast<int>(place);
    beginInsertRows({}, row, row);
    m_rows.insert(m_rows.begin() + place, Row{number, 1, rule});
    m_newest.clear();
    endInsertRows();
}

int LogModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_rows.size()); }
int LogModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : Columns; }

const LogRule* LogModel::rule(int row) const
{
    const int number = at(row).rule;
    return number < 0 ? nullptr : &m_rules[static_cast<std::size_t>(number)];
}

TimePoint LogModel::time(int row) const
{
    if (const LogRule* r = rule(row))
        return r->at;
    return TimePoint(Milliseconds(m_store->head(at(row).number).time));
}

const LogLine& LogModel::line(int row) const
{
    const qsizetype number = at(row).number;
    if (LogLine* known = m_cache.object(number))
        return *known;
    auto* line = new LogLine(m_store->line(number));
    m_cache.insert(number, line);
    return *line;
}

int LogModel::rowOf(qsizetype number) const
{
    auto it = std::lower_bound(m_rows.begin(), m_rows.end(), number, [](const Row& row, qsizetype n) { return row.number < n; });
    while (it != m_rows.end() && it->rule >= 0)
        ++it;
    return it == m_rows.end() ? -1 : toRow(it - m_rows.begin());
}

QVariant LogModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    if (const LogRule* r = rule(index.row())) {
        switch (role) {
        case Qt::DisplayRole: return index.column() == Time ? clockUtc(r->at) : index.column() == Message ? r->text : QString();
        case Qt::AccessibleTextRole: return QStringLiteral("%1, %2").arg(clockUtc(r->at), r->text);
        case RuleRole: return static_cast<int>(r->kind);
        case TimeRole: return QVariant::fromValue<qint64>(r->at.time_since_epoch().count());
        default: return {};
        }
    }
    const LogLine& said = line(index.row());
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        case Time: return clockUtcMs(said.time);
        case Source: return said.source;
        case Level: return levelName(said.level);
        case Message: return said.simulated ? QStringLiteral("[simulator] ") + said.message : said.message;
        default: return {};
        }
    case Qt::AccessibleTextRole: {
        const int times = repeats(index.row());
        return QStringLiteral("%1, %2, %3, %4").arg(clockUtc(said.time), said.source, levelName(said.level), said.message)
            + (times > 1 ? QStringLiteral(", %1 times").arg(times) : QString());
    }
    case LevelRole: return static_cast<int>(said.level);
    case SourceRole: return said.source;
    case HostRole: return said.host;
    case StepRole: return said.step;
    case SimulatedRole: return said.simulated;
    case RepeatsRole: return repeats(index.row());
    case TimeRole: return QVariant::fromValue<qint64>(said.time.time_since_epoch().count());
    case NumberRole: return QVariant::fromValue<qint64>(number(index.row()));
    default: return {};
    }
}

QVariant LogModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Time: return QStringLiteral("Time");
    case Source: return QStringLiteral("Source");
    case Level: return QStringLiteral("Level");
    case Message: return QStringLiteral("Message");
    default: return {};
    }
}

} // namespace switchyard::logs
