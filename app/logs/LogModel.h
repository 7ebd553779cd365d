#pragma once

#include "app/logs/LogFilter.h"

#include <QAbstractTableModel>
#include <QCache>
#include <QHash>

namespace switchyard::logs {

/// Something that happened to the run and is drawn across the stream.
struct LogRule {
    enum class Kind { Step, Alarm, PointOfNoReturn };
    TimePoint at{};
    QString text;
    Kind kind = Kind::Step;
    friend bool operator==(const LogRule&, const LogRule&) = default;
};

/// The rows of a LogStore that a filter lets through. Text is read from the store when a row is painted. Repeats within a minute may be
/// folded into one row with a count, and rules stand between the lines at their time. Dock, ticker and Logs page each have one.
class LogModel final : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Time, Source, Level, Message, Columns };
    enum Role { LevelRole = Qt::UserRole + 1, SourceRole, HostRole, StepRole, NumberRole, SimulatedRole, TimeRole, RepeatsRole, RuleRole };
    enum class Order { OldestFirst, NewestFirst };

    explicit LogModel(LogStore* store, QObject* parent = nullptr, Order order = Order::OldestFirst);
    void setFilter(const LogFilter& filter);
    [[nodiscard]] const LogFilter& filter() const { return m_filter; }
    /// Oldest first. When the new rules only add to the old ones, their rows are inserted; else the model is reset.
    void setRules(const std::vector<LogRule>& rules);
    /// Lines that are shown, with their folded repeats; lines of the store that the filter hides.
    [[nodiscard]] qsizetype shown() const { return m_shown; }
    [[nodiscard]] qsizetype hidden() const { return m_store->size() - m_shown; }
    [[nodiscard]] LogStore* store() const { return m_store; }

    /// The rule of a row; nullptr: a line.
    [[nodiscard]] const LogRule* rule(int row) const;
    /// The line of a row that isn't a rule.
    [[nodiscard]] const LogLine& line(int row) const;
    [[nodiscard]] int repeats(int row) const { return static_cast<int>(at(row).repeats); }
    [[nodiscard]] TimePoint time(int row) const;
    /// Number of the row's line in the store; -1 for a rule.
    [[nodiscard]] qsizetype number(int row) const { return at(row).rule < 0 ? at(row).number : -1; }
    /// Row of the line with this number, or of the first shown after it; -1: none.
    [[nodiscard]] int rowOf(qsizetype number) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        qsizetype number = 0;   ///< of a rule: that of the line before which it stands
        quint32 repeats = 1;
        int rule = -1;
    };
    void onGrew(qsizetype first);
    /// Row index in m_rows, or -1 when the line starts a row of its own.
    [[nodiscard]] qsizetype foldInto(qsizetype number) const;
    void take(qsizetype number);
    void takeRule(int rule);
    void rebuild();
    [[nodiscard]] bool ruleFits(const LogRule& rule) const;
    [[nodiscard]] int toRow(qsizetype index) const { return m_order == Order::OldestFirst ? static_cast<int>(index) : static_cast<int>(m_rows.size()) - 1 - static_cast<int>(index); }
    [[nodiscard]] const Row& at(int row) const { return m_rows[static_cast<std::size_t>(toRow(row))]; }
    LogStore* m_store;
    Order m_order;
    LogFilter m_filter;
    std::vector<LogRule> m_rules;
    std::vector<Row> m_rows;            ///< oldest first
    QHash<quint32, qsizetype> m_newest; ///< likeness -> index of its newest row
    qsizetype m_seen = 0;               ///< lines of the store that were looked at
    qsizetype m_shown = 0;
    mutable QCache<qsizetype, LogLine> m_cache{512};
};

} // namespace switchyard::logs
