#pragma once

#include "widgets/environments/Inspector.h"
#include "widgets/environments/MatrixModel.h"
#include "widgets/frame/Page.h"
#include "widgets/parts/States.h"

namespace switchyard::ui {

/// The settings of both sides: what differs, what is missing, what the plan expects; never the value of a secret.
class EnvironmentsPage final : public Page {
    Q_OBJECT
public:
    explicit EnvironmentsPage(const PageContext& context, QWidget* parent = nullptr);
    void refresh(unsigned changes) override;
    void openObject(const QString& object) override;
    [[nodiscard]] QWidget* findField() override { return m_find; }
    [[nodiscard]] QList<QWidget*> regions() override;
    [[nodiscard]] QList<KeyLine> keys() const override;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void makeToolbar();
    void makeFilters();
    QWidget* makeDiff();
    QWidget* makeMatrix();
    [[nodiscard]] const cutover::SettingsView* current() const;
    [[nodiscard]] bool matrixShown() const { return m_environment == QLatin1String("*"); }
    void setSwitches();
    void setFilters();
    void setDiff();
    void setMatrix();
    void setInspector();
    void setTray();
    void show(const QString& environment);
    void openMenu(const QModelIndex& index, const QPoint& at);
    void copy(const QString& text, const QString& what);

    QString m_environment;   ///< "*": the matrix
    QString m_service;
    PageToolbar* m_toolbar;
    SegmentedControl* m_environments;
    SegmentedControl* m_services;
    TextLabel* m_read;
    SearchField* m_find;
    Button* m_again;
    EmptyState* m_empty;
    Surface* m_filters;
    SegmentedControl* m_verdicts;
    SegmentedControl* m_groups;
    IconLabel* m_lock;
    TextLabel* m_hidden;
    Surface* m_problem;
    IconLabel* m_problemIcon;
    TextLabel* m_problemText;
    QWidget* m_diff;
    RowTable* m_table;
    DiffModel* m_model;
    DiffFilter* m_filter;
    Inspector* m_inspector;
    QWidget* m_matrix;
    RowTable* m_matrixKeys;
    RowTable* m_matrixCells;
    MatrixModel* m_matrixModel;
    MatrixFilter* m_matrixFilter;
    Surface* m_tray;
    IconLabel* m_trayIcon;
    TextLabel* m_trayText;
};

[[nodiscard]] PageFactory environmentsPage();

} // namespace switchyard::ui
