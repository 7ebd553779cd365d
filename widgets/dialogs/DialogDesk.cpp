#include "widgets/dialogs/DialogDesk.h"

namespace switchyard::ui {

DialogDesk::DialogDesk(MainWindow* window) : QObject(window), m_window(window)
{
    Desk* desk = window->desk();
    const auto once = [window](const char* name) { return window->findChild<QDialog*>(QString::fromLatin1(name)) == nullptr; };
    connect(desk, &Desk::rollBackRequested, this, [=] {
        using cutover::RunPhase;
        if (!window->run() || !once("rollback-dialog"))
            return;
        const RunPhase phase = window->run()->state().phase;
        if (phase != RunPhase::NotStarted && phase != RunPhase::Complete && phase != RunPhase::RolledBack && phase != RunPhase::RollingBack)
            (new RollbackDialog(window->run(), window))->open();
    });
    connect(desk, &Desk::modeRequested, this, [=, this] {
        if (!window->run() || !once("mode-dialog"))
            return;
        auto* dialog = new ModeDialog(window->run()->state(), window);
        connect(dialog, &ModeDialog::goLive, this, &DialogDesk::openGoLive);
        connect(dialog, &ModeDialog::backToRehearsal, this, &DialogDesk::backToRehearsal);
        dialog->open();
    });
    connect(desk, &Desk::goLiveRequested, this, &DialogDesk::openGoLive);
    connect(desk, &Desk::skipRequested, this, [=](const QString& step) {
        if (window->run() && once("skip-dialog"))
            (new SkipDialog(window->run(), step, window))->open();
    });
    connect(desk, &Desk::noteRequested, this, [=](const QString& step) {
        if (window->run() && once("note-dialog"))
            (new NoteDialog(window->run(), step, window))->open();
    });
    connect(desk, &Desk::waiveRequested, this, [=](const QString& step, const QString& interlock) {
        if (window->run() && once("waive-dialog"))
            (new WaiveDialog(window->run(), step, interlock, window))->open();
    });
}

void DialogDesk::setPlanMaking(std::shared_ptr<const Services> services, const QString& folder)
{
    const bool first = !m_services;
    m_services = std::move(services);
    m_folder = folder;
    if (!first)
        return;
    connect(m_window->desk(), &Desk::newPlanRequested, this, [this] {
        if (m_window->findChild<QDialog*>(QStringLiteral("newplan-dialog")))
            return;
        auto* dialog = new NewPlanDialog(m_services, m_folder, m_window);
        connect(dialog, &NewPlanDialog::written, this, &DialogDesk::planWritten);
        dialog->open();
    });
}

void DialogDesk::openGoLive()
{
    if (!m_window->run() || m_window->findChild<QDialog*>(QStringLiteral("golive-dialog")))
        return;
    GoLiveFacts facts;
    if (m_facts) {
        facts = m_facts();
    } else {
        facts.plan = m_window->run()->state().planName;
        facts.open.push_back({QStringLiteral("This plan was not rehearsed."), QStringLiteral("Finish one complete rehearsal of it.")});
    }
    auto* dialog = new GoLiveDialog(facts, m_window);
    connect(dialog, &GoLiveDialog::confirmed, this, &DialogDesk::goLiveConfirmed);
    dialog->open();
}

} // namespace switchyard::ui
