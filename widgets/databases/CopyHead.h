#pragma once

#include "widgets/databases/TablesModel.h"
#include "widgets/parts/Indicators.h"
#include "widgets/parts/Panel.h"

namespace switchyard::ui {

/// What the four parts of the head show. Plain values, so that the words can be tested.
struct CopyHeadContent {
    QString phase;            ///< "Pre-seed"; empty: nothing was copied yet
    QString amount;           ///< "1,350,560 of 2,104,318 rows"
    double preseed = 0, delta = 0, verify = 0;
    QString phaseNote;        ///< "Copy ends about 22:37:40. The source stays writable."
    qint64 deltaRows = -1;
    QString deltaNote;        ///< "**Est. 6 s to apply**, then the comparison"
    std::vector<double> deltas;
    std::vector<double> throughput;
    QString rate;             ///< "2.6 MB/s"
    int connections = -1;
    int limit = 0;
    QString connectionsNote;
};
[[nodiscard]] CopyHeadContent copyHead(const cutover::RunState& state, const cutover::DatabaseView& database, const TableTotals& totals, TimePoint now);

/// Phase pipe, delta now, throughput, connections of the source: 112 high.
class CopyHead final : public Surface {
    Q_OBJECT
public:
    explicit CopyHead(QWidget* parent = nullptr);
    void setContent(const CopyHeadContent& content);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    class Phases;
    void fit();
    TextLabel* m_phase;
    TextLabel* m_amount;
    Phases* m_phases;
    TextLabel* m_phaseNote;
    TextLabel* m_delta;
    TextLabel* m_deltaUnit;
    TextLabel* m_deltaNote;
    Sparkline* m_deltas;
    TextLabel* m_throughputName;
    TextLabel* m_rate;
    Sparkline* m_throughput;
    TextLabel* m_throughputNote;
    TextLabel* m_connections;
    ProgressBar* m_load;
    TextLabel* m_loadNote;
    QWidget* m_last;
};

/// The foot of the table list, under its columns.
class TotalsRow final : public PaintedWidget {
    Q_OBJECT
public:
    TotalsRow(const RowTable* table, QWidget* parent);
    void setTotals(const TableTotals& totals, int shown);
    [[nodiscard]] QString spokenName() const override;
    [[nodiscard]] QSize sizeHint() const override { return {200, Theme::instance().scaled(32)}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const RowTable* m_table;
    TableTotals m_totals;
    int m_shown = 0;
};

} // namespace switchyard::ui
