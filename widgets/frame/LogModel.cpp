#include "widgets/frame/LogModel.h"

namespace switchyard::ui {

LogModel::LogModel(QObject* parent) : QAbstractTableModel(parent)
{
    m_batch.setSingleShot(true);
    m_batch.setInterval(100);
    connect(&m_batch, &QTimer::timeout, this, &LogModel::flush);
}

void LogModel::append(const LogLine& line)
{
    m_waiting.push_back(line);
    if (m_waiting.size() > static_cast<std::size_t>(kLimit))
        m_waiting.erase(m_waiting.begin(), m_waiting.begin() + 1000);
    if (!m_batch.isActive())
        m_batch.start();
}

void LogModel::clear()
{
    beginResetModel();
    m_lines.clear();
    m_waiting.clear();
    endResetModel();
}

void LogModel::flush()
{
    m_batch.stop();
    if (m_waiting.empty())
        return;
    const int count = static_cast<int>(m_waiting.size());
    beginInsertRows({}, 0, count - 1);
    for (LogLine& line : m_waiting)
        m_lines.push_back(std::move(line));
    m_waiting.clear();
    endInsertRows();
    const int over = static_cast<int>(m_lines.size()) - kLimit;
    if (over > 0) {
        beginRemoveRows({}, kLimit, kLimit + over - 1);
        m_lines.erase(m_lines.begin(), m_lines.begin() + over);
        endRemoveRows();
    }
    Q_EMIT appended();
}

int LogModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_lines.size()); }
int LogModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : Columns; }

QVariant LogModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const LogLine& l = line(index.row());
    if (role == Qt::AccessibleTextRole)
        return QStringLiteral("%1, %2, %3").arg(clockUtc(l.time), l.source, l.message);
    if (role == Qt::DisplayRole) {
        switch (index.column()) {
        case Time: return clockUtc(l.time);
        case Level: return l.level == LogLevel::Error ? QStringLiteral("error") : l.level == LogLevel::Warning ? QStringLiteral("warning") : QString();
        case Source: return l.source;
        case Message: return l.message;
        default: break;
        }
    }
    return {};
}

} // namespace switchyard::ui
