#include "app/main/Desktop.h"

#include "app/main/RecentPlans.h"
#include "app/plan/PlanReader.h"
#include "app/plan/PlanWriter.h"
#include "app/plan/Templates.h"
#include "app/rehearsal/RehearsalHistory.h"
#include "app/report/Report.h"
#include "widgets/overview/OverviewPage.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QSaveFile>

namespace switchyard {

std::vector<ui::PageFactory> allPages()
{
    std::vector<ui::PageFactory> all;
    all.push_back(ui::overviewPage());
    return all;
}

Desktop::Desktop(Services* services) : m_services(services), m_welcome(new ui::WelcomePage), m_window(m_welcome, allPages())
{
    connect(m_welcome, &ui::WelcomePage::startRehearsal, this, &Desktop::rehearse);
    connect(m_welcome, &ui::WelcomePage::openPlan, this, &Desktop::openPlan);
    connect(m_welcome, &ui::WelcomePage::resumeRun, this, &Desktop::resume);
    connect(m_welcome, &ui::WelcomePage::chooseFile, this, &Desktop::choosePlan);
    connect(m_welcome, &ui::WelcomePage::templateFromFile, this, &Desktop::choosePlan);
    connect(m_welcome, &ui::WelcomePage::newFromTemplate, this, [this](const QString& id) { rehearse(id, m_welcome->faults(), m_welcome->speed()); });
    connect(&m_window, &ui::MainWindow::planDropped, this, &Desktop::openPlan);
    connect(m_window.desk(), &ui::Desk::openPlanRequested, this, &Desktop::choosePlan);
    connect(m_window.desk(), &ui::Desk::welcomeRequested, this, [this] {
        leaveRun();
        fillWelcome();
    });
    fillWelcome();
}

Desktop::~Desktop()
{
    m_window.setRun(nullptr);
}

void Desktop::show() { m_window.show(); }

void Desktop::fillWelcome() { m_welcome->setData(welcomeData(m_services->secrets ? m_services->secrets->status() : QString())); }

void Desktop::choosePlan()
{
    auto* dialog = new QFileDialog(&m_window, QStringLiteral("Open plan"), QString(), QStringLiteral("Plans (*.yaml *.yml)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, &Desktop::openPlan);
    dialog->open();
}

void Desktop::openPlan(const QString& file) { rehearse(file, {}, m_welcome->speed()); }

void Desktop::rehearse(const QString& planOrTemplate, const QStringList& faults, int speed)
{
    rehearsal::LaunchRequest request;
    Result<plan::Plan> plan = plan::templateNames().contains(planOrTemplate) && !QFileInfo::exists(planOrTemplate) ? plan::loadTemplate(planOrTemplate) : plan::loadPlan(planOrTemplate);
    if (!plan) {
        complain(plan.error());
        return;
    }
    request.plan = std::move(plan).value();
    request.directory = rehearsal::newRunDirectory(request.plan.name);
    request.faults = faults;
    request.speed = speed;
    rememberPlan(planOrTemplate, request.plan.name, request.directory);
    launch(std::move(request));
}

void Desktop::resume(const QString& directory)
{
    Result<rehearsal::LaunchRequest> request = rehearsal::loadRequest(directory);
    if (!request) {
        complain(request.error());
        return;
    }
    launch(std::move(request).value());
}

void Desktop::launch(rehearsal::LaunchRequest request)
{
    if (m_opening)
        return;
    leaveRun();
    m_opening = true;
    m_window.desk()->toast(ui::ToastKind::Plain, QStringLiteral("Starting the rehearsed world"), QStringLiteral("Two databases, queues, simulated providers and visitors. It takes about 10 s."));
    m_scope.spawn(QStringLiteral("open"), open(std::move(request), m_scope.token()));
}

Task<> Desktop::open(rehearsal::LaunchRequest request, std::stop_token stop)
{
    auto launching = rehearsal::launch(m_services, std::move(request), stop);
    Result<std::shared_ptr<rehearsal::LaunchedRun>> launched = co_await std::move(launching);
    SY_CO_ALIVE(stop);
    m_opening = false;
    if (!launched) {
        complain(launched.error());
        co_return Ok{};
    }
    m_run = std::move(launched).value();
    cutover::Conductor* run = m_run->controller.get();
    m_log = std::make_unique<logs::LogStore>(m_run->request.directory + QStringLiteral("/log.jsonl"));
    connect(run, &cutover::RunController::logged, m_log.get(), [this](const LogLine& line) { m_log->append(line); });
    connect(run, &cutover::RunController::finished, this, &Desktop::onFinished);
    ui::Theme::instance().setMode(run->state().rehearsal ? ui::RunMode::Rehearsal : ui::RunMode::Live);
    m_window.setRun(run);
    m_window.showPage(QStringLiteral("overview"));
    run->start();
    co_return Ok{};
}

void Desktop::onFinished()
{
    writeReports();
    const cutover::RunState& state = m_run->controller->state();
    const bool ended = state.phase == cutover::RunPhase::Complete || state.phase == cutover::RunPhase::RolledBack;
    if (!ended || !m_run->request.rehearsal)
        return;
    rehearsal::RehearsalHistory history = rehearsal::RehearsalHistory::load();
    if (const Result<void> added = history.add(rehearsal::entryOf(state, plan::planDigest(m_run->request.plan), m_run->request.faults, SystemClock().now())); !added)
        complain(added.error());
}

void Desktop::writeReports()
{
    const report::Document document = report::buildReport(m_run->controller->state(), report::Audience::Audit);
    for (const auto& [name, bytes] : {std::pair{QStringLiteral("/report.html"), report::writeHtml(document)}, std::pair{QStringLiteral("/report.md"), report::writeMarkdown(document)},
                                      std::pair{QStringLiteral("/report.json"), report::writeJson(document)}}) {
        QSaveFile file(m_run->request.directory + name);
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit()) {
            complain(Error::invalid(QStringLiteral("Can't write %1.").arg(file.fileName()), file.errorString(), QStringLiteral("Save the report to another folder from the Report page.")));
            return;
        }
    }
}

void Desktop::leaveRun()
{
    if (!m_run)
        return;
    m_window.setRun(nullptr);
    auto run = std::exchange(m_run, nullptr);
    run->controller->hold();
    m_log.reset();
    m_scope.spawn(QStringLiteral("land"), rehearsal::land(std::move(run), m_scope.token()));
}

void Desktop::complain(const Error& error)
{
    m_window.desk()->toast(ui::ToastKind::Failure, error.happened, error.means + u' ' + error.remedy);
}

} // namespace switchyard
