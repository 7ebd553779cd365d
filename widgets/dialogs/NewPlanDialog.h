#pragma once

#include "app/base/StopScope.h"
#include "app/ports/Services.h"
#include "widgets/dialogs/GuardedDialog.h"
#include "widgets/dialogs/PlanProposal.h"

class QComboBox;
class QStackedWidget;

namespace switchyard::ui {

/// A plan of one's own: asks for accounts, lists what they hold, proposes the mapping and the domains, writes the plan file and reads it
/// back. It only reads the accounts. Tokens go to the keyring under the names that the plan then holds.
class NewPlanDialog : public GuardedDialog {
    Q_OBJECT
public:
    NewPlanDialog(std::shared_ptr<const Services> services, const QString& folder, QWidget* parent);
    ~NewPlanDialog() override;

Q_SIGNALS:
    void written(const QString& file);

private:
    struct Row;
    void buildAccounts(QWidget* page);
    void buildMapping(QWidget* page);
    void readAll();
    void showMapping();
    void check();
    [[nodiscard]] Task<> readAccounts(std::stop_token stop);
    [[nodiscard]] Task<> readHosting(int row, std::stop_token stop);
    [[nodiscard]] Task<> readDns(int row, std::stop_token stop);
    [[nodiscard]] Task<> writeAll(std::stop_token stop);
    void say(int row, Health health, const QString& text);

    std::shared_ptr<const Services> m_services;
    QString m_folder;
    std::vector<std::unique_ptr<Row>> m_rows;
    std::vector<FoundAccount> m_found;
    PlanProposal m_proposal;
    QStackedWidget* m_pages;
    QWidget* m_mapping;
    QVBoxLayout* m_list = nullptr;
    QLineEdit* m_name;
    QLineEdit* m_file;
    Button* m_act;
    StopScope m_scope;
};

} // namespace switchyard::ui
