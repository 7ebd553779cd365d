#pragma once

#include "app/cutover/RunState.h"
#include "widgets/parts/RowTable.h"
#include "widgets/parts/RowsModel.h"

#include <QSortFilterProxyModel>

namespace switchyard::ui {

struct DiffRow : cutover::SettingRow {
    [[nodiscard]] QString rowKey() const { return key; }
    friend bool operator==(const DiffRow&, const DiffRow&) = default;
};

[[nodiscard]] Verdict chipOf(cutover::SettingVerdict verdict);
/// "50 ch, fp 7c1f" for a secret, the text for anything else, "not set", "can't be read".
[[nodiscard]] QString shownValue(const cutover::SettingValue& value, bool secret);
/// Whether a person has to decide: differs, missing, can't be known.
[[nodiscard]] bool needsDecision(cutover::SettingVerdict verdict);

/// The settings of one service, source beside target. No role ever gives the value of a secret: the model doesn't have it.
class DiffModel final : public RowsModel<DiffRow> {
    Q_OBJECT
public:
    enum Column { Key, Source, Stand, Target, Menu, Columns };
    using RowsModel::RowsModel;
    void setTitles(const QString& source, const QString& target);
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : Columns; }
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString m_source;
    QString m_target;
};

/// Rows of a verdict whose key or shown value holds some words.
class DiffFilter final : public QSortFilterProxyModel {
    Q_OBJECT
public:
    DiffFilter(DiffModel* model, QObject* parent);
    void setWords(const QString& words);
    void setVerdict(std::optional<cutover::SettingVerdict> verdict);
    [[nodiscard]] const DiffRow* row(const QModelIndex& index) const { return m_model->row(mapToSource(index)); }

protected:
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    DiffModel* m_model;
    QString m_words;
    std::optional<cutover::SettingVerdict> m_verdict;
};

class DiffDelegate final : public RowDelegate {
    Q_OBJECT
public:
    DiffDelegate(const DiffFilter* filter, QObject* parent) : RowDelegate(parent), m_filter(filter) { }

protected:
    void paintCell(QPainter* p, const QRectF& cell, const QRectF& words, const QModelIndex& index) const override;

private:
    const DiffFilter* m_filter;
};

} // namespace switchyard::ui
