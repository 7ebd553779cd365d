#include "app/logs/LogModel.h"

namespace switchyard::logs {

LogModel::LogModel(LogStore* store, QObject* parent) : QAbstractTableModel(parent), m_store(store)
{
    connect(store, &LogStore::grew, this, &LogModel::onGrew);
    setFilter({});
}

void LogModel::setFilter(const LogFilter& filter)
{
    beginResetModel();
    m_filter = filter;
    m_rows.clear();
    for (qsizetype i = 0; i < m_store->size(); ++i) {
        if (m_filter.accepts(*m_store, i))
            m_rows.push_back(i);
    }
    endResetModel();
}

void LogModel::onGrew(qsizetype first)
{
    std::vector<qsizetype> fresh;
    const qsizetype from = m_rows.empty() ? first : std::max(first, m_rows.back() + 1);
    for (qsizetype i = from; i < m_store->size(); ++i) {
        if (m_filter.accepts(*m_store, i))
            fresh.push_back(i);
    }
    if (fresh.empty())
        return;
    beginInsertRows({}, static_cast<int>(m_rows.size()), static_cast<int>(m_rows.size() + fresh.size()) - 1);
    m_rows.insert(m_rows.end(), fresh.begin(), fresh.end());
    endInsertRows();
}

int LogModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_rows.size()); }
int LogModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : Columns; }

const LogLine& LogModel::lineAt(int row) const
{
    const qsizetype number = m_rows.at(static_cast<std::size_t>(row));
    if (LogLine* known = m_cache.object(number))
        return *known;
    auto* line = new LogLine(m_store->line(number));
    m_cache.insert(number, line);
    return *line;
}

QVariant LogModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const LogLine& line = lineAt(index.row());
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        case Time: return clockUtcMs(line.time);
        case Source: return line.source;
        case Level: return levelName(line.level);
        case Message: return line.simulated ? QStringLiteral("[simulator] ") + line.message : line.message;
        default: return {};
        }
    case Qt::AccessibleTextRole:
        return QStringLiteral("%1, %2, %3, %4").arg(clockUtc(line.time), line.source, levelName(line.level), line.message);
    case LevelRole: return static_cast<int>(line.level);
    case SourceRole: return line.source;
    case HostRole: return line.host;
    case StepRole: return line.step;
    case SimulatedRole: return line.simulated;
    case TimeRole: return QVariant::fromValue<qint64>(line.time.time_since_epoch().count());
    case NumberRole: return QVariant::fromValue<qint64>(m_rows.at(static_cast<std::size_t>(index.row())));
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
