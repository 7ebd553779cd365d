#pragma once

#include "app/logs/LogFilter.h"

#include <QAbstractTableModel>
#include <QCache>

namespace switchyard::logs {

/// The rows of a LogStore that a filter lets through, newest last. Text is read from the store when a row is painted.
class LogModel final : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Time, Source, Level, Message, Columns };
    enum Role { LevelRole = Qt::UserRole + 1, SourceRole, HostRole, StepRole, NumberRole, SimulatedRole, TimeRole };

    explicit LogModel(LogStore* store, QObject* parent = nullptr);
    void setFilter(const LogFilter& filter);
    [[nodiscard]] const LogFilter& filter() const { return m_filter; }
    /// Lines of the store that the filter hides.
    [[nodiscard]] qsizetype hidden() const { return m_store->size() - static_cast<qsizetype>(m_rows.size()); }
    [[nodiscard]] LogStore* store() const { return m_store; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void onGrew(qsizetype first);
    [[nodiscard]] const LogLine& lineAt(int row) const;
    LogStore* m_store;
    LogFilter m_filter;
    std::vector<qsizetype> m_rows;
    mutable QCache<qsizetype, LogLine> m_cache{512};
};

} // namespace switchyard::logs
