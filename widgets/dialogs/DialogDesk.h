#pragma once

#include "widgets/dialogs/NewPlanDialog.h"
#include "widgets/dialogs/RunDialogs.h"
#include "widgets/frame/MainWindow.h"

namespace switchyard::ui {

/// Opens the guarded dialogs that pages and the strip ask the desk for. One a window.
class DialogDesk : public QObject {
    Q_OBJECT
public:
    explicit DialogDesk(MainWindow* window);
    /// Who knows what going live needs (rehearsals, accounts). Without it the dialog says that nothing was rehearsed.
    void setGoLiveFacts(std::function<GoLiveFacts()> facts) { m_facts = std::move(facts); }
    /// Lets Ctrl N and Welcome open New plan; files go to `folder` unless the person says otherwise.
    void setPlanMaking(std::shared_ptr<const Services> services, const QString& folder);

Q_SIGNALS:
    void goLiveConfirmed(const QString& typedName, const QString& how);
    void backToRehearsal();
    void planWritten(const QString& file);

private:
    void openGoLive();
    MainWindow* m_window;
    std::function<GoLiveFacts()> m_facts;
    std::shared_ptr<const Services> m_services;
    QString m_folder;
};

} // namespace switchyard::ui
