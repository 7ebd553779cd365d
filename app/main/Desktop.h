#pragma once

#include "app/base/StopScope.h"
#include "app/logs/LogStore.h"
#include "app/ports/Services.h"
#include "app/rehearsal/Launch.h"
#include "widgets/dialogs/DialogDesk.h"
#include "widgets/frame/MainWindow.h"
#include "widgets/welcome/WelcomePage.h"

#include <QObject>

#include <memory>

namespace switchyard {

/// What stands behind the window: opens plans and runs, keeps the log and the report of the run that is shown, and remembers both for
/// Welcome. One run at a time. Main thread.
class Desktop final : public QObject {
    Q_OBJECT
public:
    explicit Desktop(Services* services);
    ~Desktop() override;

    void show();
    void openPlan(const QString& file);
    void resume(const QString& directory);
    void rehearse(const QString& planOrTemplate, const QStringList& faults, int speed);
    [[nodiscard]] ui::MainWindow* window() { return &m_window; }

private:
    void fillWelcome();
    [[nodiscard]] ui::GoLiveFacts goLiveFacts() const;
    void goLive(const QString& typedName, const QString& how);
    void rehearseAgain();
    void launch(rehearsal::LaunchRequest request);
    Task<> open(rehearsal::LaunchRequest request, std::stop_token stop);
    void leaveRun();
    void closeAndQuit();
    Task<> endAndQuit(std::stop_token stop);
    void onFinished();
    void writeReports();
    void complain(const Error& error);
    void choosePlan();
    void remember(const QString& file, const QString& directory);

    Services* m_services;
    ui::WelcomePage* m_welcome;
    ui::MainWindow m_window;
    ui::DialogDesk m_dialogs;
    std::shared_ptr<rehearsal::LaunchedRun> m_run;
    std::unique_ptr<logs::LogStore> m_log;
    bool m_opening = false;
    bool m_quitting = false;
    StopScope m_scope;
};

/// The pages of the window, in the order of the rail.
[[nodiscard]] std::vector<ui::PageFactory> allPages();

} // namespace switchyard
