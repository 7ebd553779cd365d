#pragma once

#include "app/cutover/RunState.h"
#include "widgets/parts/RowTable.h"
#include "widgets/parts/RowsModel.h"

#include <QSortFilterProxyModel>

namespace switchyard::ui {

/// One table of a copied database, as its row shows it. Shares are per mille, rates in kB/s: finer changes repaint nothing.
struct TableRow {
    QString name;             ///< as the database tells it: "public.workspace_task"
    TableVerdict verdict = TableVerdict::Queued;
    qint64 source = -1;
    qint64 target = -1;
    qint64 size = -1;
    qint64 behind = 0;
    qint64 rate = 0;
    int copied = 0;
    int compared = 0;
    bool exact = true;
    bool keyless = false;
    [[nodiscard]] QString rowKey() const { return name; }
    [[nodiscard]] QString shownName() const { return name.startsWith(QLatin1String("public.")) ? name.mid(7) : name; }
    friend bool operator==(const TableRow&, const TableRow&) = default;
};

[[nodiscard]] std::vector<TableRow> tableRows(const cutover::DatabaseView& database);
[[nodiscard]] QString tableVerdictText(const TableRow& row);

/// What the foot of the list adds up.
struct TableTotals {
    int tables = 0;
    qint64 source = 0;
    qint64 target = 0;
    qint64 size = 0;
    qint64 rate = 0;
    int matching = 0;
    int moving = 0;
    int behind = 0;
    int differing = 0;
    [[nodiscard]] QString verdicts() const; ///< "9 match, 1 behind"
};
[[nodiscard]] TableTotals totalsOf(const std::vector<TableRow>& rows);

class TablesModel final : public RowsModel<TableRow> {
    Q_OBJECT
public:
    enum Column { Name, SourceRows, TargetRows, Size, Copied, Rate, Stand, Columns };
    using RowsModel::RowsModel;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : Columns; }
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
};

/// The rows whose name holds some words and whose verdict is of a group: all, moving, behind, differs, match.
class TableFilter final : public QSortFilterProxyModel {
    Q_OBJECT
public:
    TableFilter(TablesModel* model, QObject* parent);
    void setWords(const QString& words);
    void setGroup(const QString& group);
    [[nodiscard]] const TableRow* row(const QModelIndex& index) const { return m_model->row(mapToSource(index)); }

protected:
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    TablesModel* m_model;
    QString m_words;
    QString m_group = QStringLiteral("all");
};

class TableCopyDelegate final : public RowDelegate {
    Q_OBJECT
public:
    TableCopyDelegate(const TableFilter* filter, QObject* parent) : RowDelegate(parent), m_filter(filter) { }

protected:
    void paintCell(QPainter* p, const QRectF& cell, const QRectF& words, const QModelIndex& index) const override;

private:
    const TableFilter* m_filter;
};

} // namespace switchyard::ui
