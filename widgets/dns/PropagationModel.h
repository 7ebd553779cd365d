#pragma once

#include "app/cutover/RunState.h"
#include "widgets/parts/RowTable.h"
#include "widgets/parts/RowsModel.h"

#include <functional>

namespace switchyard::ui {

struct AnswerCell {
    cutover::HostState state = cutover::HostState::Unknown;
    QString answer;
    std::optional<TimePoint> expires;
    std::optional<TimePoint> nextAsk;
    Seconds ttl{0};         ///< what the line under the cell is measured against; 0: no line
    friend bool operator==(const AnswerCell&, const AnswerCell&) = default;
};

struct ResolverLine {
    QString address;
    QString name;
    QString label;          ///< "Cloudflare", "Access ISP, holds 300 s"
    std::vector<AnswerCell> cells;
    [[nodiscard]] QString rowKey() const { return name + u' ' + address; }
    friend bool operator==(const ResolverLine&, const ResolverLine&) = default;
};

[[nodiscard]] std::vector<ResolverLine> resolverLines(const cutover::RunState& state);
/// What stands at the right end of a cell at an instant: "38 s", "retry 4 s".
[[nodiscard]] QString answerLeft(const AnswerCell& cell, TimePoint now);
/// The words of a cell: the answer, "No answer", "Asked in 3 s".
[[nodiscard]] QString answerWords(const AnswerCell& cell, TimePoint now);

struct Propagation {
    QString headline;       ///< "21 of 24 answers are Render. Last old answer expires in `51 s`"
    QString notes;          ///< who doesn't count, by name; may be empty
};
[[nodiscard]] Propagation propagation(const cutover::RunState& state, TimePoint now);

/// Resolvers down, hosts across.
class PropagationModel final : public RowsModel<ResolverLine> {
    Q_OBJECT
public:
    using RowsModel::RowsModel;
    void setHosts(const QStringList& hosts);
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : 1 + static_cast<int>(m_hosts.size()); }
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    [[nodiscard]] const AnswerCell* cell(const QModelIndex& index) const;

private:
    QStringList m_hosts;
};

class ResolverDelegate final : public RowDelegate {
    Q_OBJECT
public:
    ResolverDelegate(const PropagationModel* model, std::function<TimePoint()> now, QObject* parent) : RowDelegate(parent), m_model(model), m_now(std::move(now)) { }

protected:
    void paintCell(QPainter* p, const QRectF& cell, const QRectF& words, const QModelIndex& index) const override;

private:
    const PropagationModel* m_model;
    std::function<TimePoint()> m_now;
};

} // namespace switchyard::ui
