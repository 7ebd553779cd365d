#pragma once

#include "app/ports/LogSource.h"

#include <QAbstractTableModel>
#include <QTimer>

#include <deque>
#include <vector>

namespace switchyard::ui {

/// The last 10,000 lines of the run for the dock and the ticker, newest first or last as the view likes. Lines arrive in batches at 10 Hz.
/// The full store is app/logs; the Logs page reads that.
class LogModel : public QAbstractTableModel {
    Q_OBJECT
public:
    static constexpr int kLimit = 10'000;
    enum Column { Time, Level, Source, Message, Columns };
    enum Roles { LineRole = Qt::UserRole + 1 };

    explicit LogModel(QObject* parent = nullptr);
    void append(const LogLine& line);
    void clear();
    /// Row 0 is the newest line.
    [[nodiscard]] const LogLine& line(int row) const { return m_lines[m_lines.size() - 1 - static_cast<std::size_t>(row)]; }
    /// Puts waiting lines in now, for tests and pictures.
    void flush();

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

Q_SIGNALS:
    /// After a batch: the newest line changed.
    void appended();

private:
    std::deque<LogLine> m_lines;
    std::vector<LogLine> m_waiting;
    QTimer m_batch;
};

} // namespace switchyard::ui
