#pragma once

#include "widgets/databases/CopyHead.h"
#include "widgets/databases/DatabaseSide.h"
#include "widgets/frame/Page.h"
#include "widgets/parts/States.h"

#include <map>

namespace switchyard::ui {

/// What is copied, how far, and whether nothing was lost.
class DatabasesPage final : public Page {
    Q_OBJECT
public:
    explicit DatabasesPage(const PageContext& context, QWidget* parent = nullptr);
    void refresh(unsigned changes) override;
    void openObject(const QString& object) override;
    [[nodiscard]] QWidget* findField() override { return m_find; }
    [[nodiscard]] QList<QWidget*> regions() override;
    [[nodiscard]] QList<KeyLine> keys() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void makeToolbar();
    QWidget* makeStrip();
    [[nodiscard]] const cutover::DatabaseView* current() const;
    [[nodiscard]] const plan::DatabaseMapping* mapping() const;
    void setRoute(const cutover::DatabaseView& database);
    void setStrip();
    void place();

    PageToolbar* m_toolbar;
    SegmentedControl* m_which;
    MonogramTile* m_sourceTile;
    TextLabel* m_source;
    IconLabel* m_arrow;
    MonogramTile* m_targetTile;
    TextLabel* m_target;
    SegmentedControl* m_groups;
    SearchField* m_find;
    EmptyState* m_empty;
    QWidget* m_body;
    CopyHead* m_head;
    Surface* m_problem;
    TextLabel* m_problemText;
    RowTable* m_table;
    TablesModel* m_model;
    TableFilter* m_filter;
    TotalsRow* m_totals;
    Surface* m_strip;
    TextLabel* m_stripName;
    Chip* m_stripVerdict;
    TextLabel* m_stripText;
    ProgressBar* m_stripBar;
    TextLabel* m_stripFacts;
    DatabaseSide* m_side;
    QString m_name;               ///< of the database that is shown
    cutover::DatabaseView m_planned; ///< stands in until something was read
    std::map<QString, std::vector<double>> m_deltas;
    std::map<QString, TimePoint> m_deltaAt;
};

[[nodiscard]] PageFactory databasesPage();

} // namespace switchyard::ui
