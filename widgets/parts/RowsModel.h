#pragma once

#include <QAbstractTableModel>
#include <QString>

#include <algorithm>
#include <utility>
#include <vector>

namespace switchyard::ui {

/// A table of values that comes anew each time and is told to views as what really changed: rows that look different, that came, that went.
/// A view keeps focus, selection and scroll position. `Row` has operator== and `QString rowKey() const`, unique in the table.
template<typename Row>
class RowsModel : public QAbstractTableModel {
public:
    using QAbstractTableModel::QAbstractTableModel;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : static_cast<int>(m_rows.size()); }
    [[nodiscard]] const std::vector<Row>& rows() const { return m_rows; }
    [[nodiscard]] const Row* row(const QModelIndex& index) const
    {
        return index.isValid() && index.row() < rowCount() ? &m_rows[static_cast<std::size_t>(index.row())] : nullptr;
    }
    /// -1 when it isn't there.
    [[nodiscard]] int rowOf(const QString& key) const
    {
        const auto at = std::find_if(m_rows.begin(), m_rows.end(), [&](const Row& r) { return r.rowKey() == key; });
        return at == m_rows.end() ? -1 : static_cast<int>(at - m_rows.begin());
    }

    void setRows(std::vector<Row> rows)
    {
        const auto same = [](const Row& a, const Row& b) { return a.rowKey() == b.rowKey(); };
        std::size_t head = 0;
        while (head < m_rows.size() && head < rows.size() && same(m_rows[head], rows[head]))
            ++head;
        std::size_t tail = 0;
        while (tail < m_rows.size() - head && tail < rows.size() - head && same(m_rows[m_rows.size() - 1 - tail], rows[rows.size() - 1 - tail]))
            ++tail;
        const std::size_t gone = m_rows.size() - head - tail;
        const std::size_t come = rows.size() - head - tail;
        const auto offset = [](std::size_t n) { return static_cast<std::ptrdiff_t>(n); };
        if (gone > 0) {
            beginRemoveRows({}, static_cast<int>(head), static_cast<int>(head + gone) - 1);
            m_rows.erase(m_rows.begin() + offset(head), m_rows.begin() + offset(head + gone));
            endRemoveRows();
        }
        if (come > 0) {
            beginInsertRows({}, static_cast<int>(head), static_cast<int>(head + come) - 1);
            m_rows.insert(m_rows.begin() + offset(head), rows.begin() + offset(head), rows.begin() + offset(head + come));
            endInsertRows();
        }
        // What stayed is told in runs, so that a view repaints each once.
        int from = -1;
        for (std::size_t i = 0; i <= m_rows.size(); ++i) {
            const bool differs = i < m_rows.size() && !(m_rows[i] == rows[i]);
            if (differs) {
                m_rows[i] = std::move(rows[i]);
                from = from < 0 ? static_cast<int>(i) : from;
            } else if (from >= 0) {
                Q_EMIT dataChanged(index(from, 0), index(static_cast<int>(i) - 1, columnCount() - 1));
                from = -1;
            }
        }
    }

protected:
    std::vector<Row> m_rows;
};

} // namespace switchyard::ui
