#pragma once

#include "widgets/welcome/WelcomePage.h"

#include <QAbstractListModel>
#include <QListView>
#include <QStyledItemDelegate>

namespace switchyard::ui {

/// Recent plans, as rows.
class WelcomePage::PlanModel final : public QAbstractListModel {
public:
    using QAbstractListModel::QAbstractListModel;
    std::vector<RecentPlan> plans;
    void fill(std::vector<RecentPlan> all);
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
};

/// Rows of 52 in a card; as high as its rows, at most eight.
class WelcomePage::PlanList final : public QListView {
public:
    explicit PlanList(PlanModel* model);
    void sizeUp();
    void keyboardSearch(const QString&) override { }

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    PlanModel* m_plans;
};

/// A template, 168 high: route on top, what it moves, how many steps and how long it is down.
class WelcomePage::TemplateCard final : public QAbstractButton {
public:
    explicit TemplateCard(const TemplateInfo& info);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    TemplateInfo m_info;
};

} // namespace switchyard::ui
