#pragma once

#include "widgets/environments/DiffModel.h"

#include <map>

namespace switchyard::ui {

/// How a key stands in one environment: the worst of its services.
struct MatrixCell {
    bool used = false;
    cutover::SettingVerdict verdict = cutover::SettingVerdict::Same;
    QString text;             ///< shortest useful value; a secret's fingerprint
    QString sharedWith;       ///< another environment whose target holds the same secret
    QString service;          ///< where a click leads
    friend bool operator==(const MatrixCell&, const MatrixCell&) = default;
};

struct MatrixRow {
    QString key;
    bool secret = false;
    std::vector<MatrixCell> cells; ///< one an environment
    [[nodiscard]] QString rowKey() const { return key; }
    [[nodiscard]] bool shared() const;
    [[nodiscard]] bool decision() const;
    [[nodiscard]] bool single() const;  ///< used in one environment only
    friend bool operator==(const MatrixRow&, const MatrixRow&) = default;
};

struct MatrixColumn {
    QString environment;
    QString source;
    QString target;
    std::map<cutover::SettingVerdict, int> counts;
    int keys = 0;
    [[nodiscard]] int settled() const;
};

[[nodiscard]] QStringList environmentsOf(const cutover::RunState& state);
[[nodiscard]] std::vector<MatrixColumn> matrixColumns(const cutover::RunState& state);
/// By need over all environments, then by key.
[[nodiscard]] std::vector<MatrixRow> matrixRows(const cutover::RunState& state);
/// What the tray says of a row; empty when there is nothing to say.
[[nodiscard]] QString matrixNote(const MatrixRow& row, const std::vector<MatrixColumn>& columns);

/// Keys down, environments across.
class MatrixModel final : public RowsModel<MatrixRow> {
    Q_OBJECT
public:
    using RowsModel::RowsModel;
    void setColumns(std::vector<MatrixColumn> columns);
    [[nodiscard]] const std::vector<MatrixColumn>& columns() const { return m_columns; }
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : 1 + static_cast<int>(m_columns.size()); }
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<MatrixColumn> m_columns;
};

class MatrixFilter final : public QSortFilterProxyModel {
    Q_OBJECT
public:
    MatrixFilter(MatrixModel* model, QObject* parent);
    void setWords(const QString& words);
    /// all, decision, shared, single.
    void setGroup(const QString& group);
    [[nodiscard]] const MatrixRow* row(const QModelIndex& index) const { return m_model->row(mapToSource(index)); }

protected:
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    MatrixModel* m_model;
    QString m_words;
    QString m_group = QStringLiteral("all");
};

class MatrixDelegate final : public RowDelegate {
    Q_OBJECT
public:
    MatrixDelegate(const MatrixFilter* filter, QObject* parent) : RowDelegate(parent), m_filter(filter) { }

protected:
    void paintCell(QPainter* p, const QRectF& cell, const QRectF& words, const QModelIndex& index) const override;

private:
    const MatrixFilter* m_filter;
};

/// The head of an environment's column: name, counts, route, settled bar.
void paintMatrixHead(QPainter* p, const QRectF& box, const MatrixModel& model, int section);

} // namespace switchyard::ui
