#pragma once

#include "widgets/parts/Button.h"
#include "widgets/parts/Indicators.h"
#include "widgets/parts/Panel.h"
#include "widgets/parts/States.h"
#include "widgets/welcome/WelcomeData.h"

class QComboBox;
class QListView;

namespace switchyard::ui {

/// The first thing people see: rehearse without an account, or go on with a plan. Shown over the full width of the window.
class WelcomePage : public QWidget {
    Q_OBJECT
public:
    explicit WelcomePage(QWidget* parent = nullptr);
    void setData(const WelcomeData& welcome);
    /// Names of the faults that are switched on, with values as in the fault table.
    [[nodiscard]] QStringList faults() const;
    [[nodiscard]] int speed() const { return m_speed; }

Q_SIGNALS:
    /// `plan` is a file, or the id of a template.
    void startRehearsal(const QString& plan, const QStringList& faults, int speed);
    void openPlan(const QString& file);
    void resumeRun(const QString& directory);
    /// Open a plan file chosen by the person.
    void chooseFile();
    void newPlan();
    void newFromTemplate(const QString& id);
    void templateFromFile();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    class RehearsalCard;
    class PlanModel;
    class PlanDelegate;
    class PlanList;
    class TemplateCard;
    class Accounts;
    void buildLeft(QWidget* column);
    void buildRight(QWidget* column);
    void fillFaults();
    void showMoreFaults();
    void showSpeeds();
    void nextNumber();
    void arrangeTemplates();
    void filter(const QString& words);
    void activate(int row);

    WelcomeData m_data;
    int m_speed = 10;
    TextLabel* m_version = nullptr;
    QComboBox* m_plan = nullptr;
    std::vector<std::pair<QString, Switch*>> m_switches;
    QStringList m_moreFaults;
    Button* m_more = nullptr;
    Button* m_start = nullptr;
    Button* m_speedButton = nullptr;
    Accounts* m_accounts = nullptr;
    SearchField* m_find = nullptr;
    PlanModel* m_model = nullptr;
    PlanList* m_list = nullptr;
    TextLabel* m_noPlans = nullptr;
    QWidget* m_templates = nullptr;
    QList<QWidget*> m_cards;
    int m_columns = 0;
};

} // namespace switchyard::ui
