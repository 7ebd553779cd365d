#pragma once

#include "app/cutover/RunState.h"
#include "widgets/parts/RowTable.h"
#include "widgets/parts/RowsModel.h"

namespace switchyard::ui {

/// How a record stands to the plan.
enum class RecordStand { AsPlanned, NotAsPlanned, Planned, Unchanged, TtlLowered, NotInPlan };

struct RecordRow {
    QString name;       ///< "@", "www"
    QString fullName;
    QString type;
    QString before;
    QString planned;
    QString observed;
    QString ttl;        ///< sentence for the tooltip
    RecordStand stand = RecordStand::Unchanged;
    [[nodiscard]] QString rowKey() const { return fullName + u' ' + type; }
    friend bool operator==(const RecordRow&, const RecordRow&) = default;
};

[[nodiscard]] QString recordStandWord(RecordStand stand);
/// Changed first, unchanged after, what nobody planned last.
[[nodiscard]] std::vector<RecordRow> recordRows(const cutover::RunState& state);

class RecordsModel final : public RowsModel<RecordRow> {
    Q_OBJECT
public:
    enum Column { Name, Type, Before, Planned, Observed, Stand, Columns };
    using RowsModel::RowsModel;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : Columns; }
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
};

class RecordDelegate : public RowDelegate {
    Q_OBJECT
public:
    RecordDelegate(const RecordsModel* model, QObject* parent) : RowDelegate(parent), m_model(model) { }

protected:
    void paintCell(QPainter* p, const QRectF& cell, const QRectF& words, const QModelIndex& index) const override;

private:
    const RecordsModel* m_model;
};

} // namespace switchyard::ui
