#include "app/main/Desktop.h"

#include "app/main/RecentPlans.h"
#include "app/plan/PlanReader.h"
#include "app/plan/PlanWriter.h"
#include "app/plan/Templates.h"
#include "app/rehearsal/GoLiveGate.h"
#include "app/rehearsal/RehearsalHistory.h"
#include "app/report/Report.h"
#include "widgets/checklist/ChecklistPage.h"
#include "widgets/databases/DatabasesPage.h"
#include "widgets/dns/DnsPage.h"
#include "widgets/environments/EnvironmentsPage.h"
#include "widgets/logs/LogsPage.h"
#include "widgets/overview/OverviewPage.h"
#include "widgets/report/ReportPage.h"
#include "widgets/smoke/SmokePage.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QSaveFile>
#include <QStandardPaths>

namespace switchyard {

namespace {

QString plansFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
}

} // namespace

std::vector<ui::PageFactory> allPages()
{
    std::vector<ui::PageFactory> all;
    all.push_back(ui::overviewPage());
    all.push_back(ui::environmentsPage());
    all.push_back(ui::databasesPage());
    all.push_back(ui::dnsPage());
    all.push_back(ui::checklistPage());
    all.push_back(ui::smokePage());
    all.push_back(ui::logsPage());
    all.push_back(ui::reportPage());
    return all;
}

Desktop::Desktop(Services* services) : m_services(services), m_welcome(new ui::WelcomePage), m_window(m_welcome, allPages()), m_dialogs(&m_window)
{
    m_dialogs.setPlanMaking(std::shared_ptr<const Services>(std::shared_ptr<void>(), services), plansFolder());
    m_dialogs.setGoLiveFacts([this] { return goLiveFacts(); });
    connect(&m_dialogs, &ui::DialogDesk::planWritten, this, &Desktop::openPlan);
    connect(&m_dialogs, &ui::DialogDesk::goLiveConfirmed, this, &Desktop::goLive);
    connect(&m_dialogs, &ui::DialogDesk::backToRehearsal, this, &Desktop::rehearseAgain);
    connect(m_welcome, &ui::WelcomePage::newPlan, m_window.desk(), &ui::Desk::newPlan);
    connect(m_welcome, &ui::WelcomePage::startRehearsal, this, &Desktop::rehearse);
    connect(m_welcome, &ui::WelcomePage::openPlan, this, &Desktop::openPlan);
    connect(m_welcome, &ui::WelcomePage::resumeRun, this, &Desktop::resume);
    connect(m_welcome, &ui::WelcomePage::chooseFile, this, &Desktop::choosePlan);
    connect(m_welcome, &ui::WelcomePage::templateFromFile, this, &Desktop::choosePlan);
    connect(m_welcome, &ui::WelcomePage::newFromTemplate, this, [this](const QString& id) { rehearse(id, m_welcome->faults(), m_welcome->speed()); });
    connect(&m_window, &ui::MainWindow::closing, this, &Desktop::closeAndQuit);
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
    if (request.rehearsal)
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
    connect(run, &cutover::RunController::logged, m_log.get(), &logs::LogStore::append);
    connect(run, &cutover::RunController::finished, this, &Desktop::onFinished);
    ui::Theme::instance().setMode(run->state().rehearsal ? ui::RunMode::Rehearsal : ui::RunMode::Live);
    m_window.setRun(run, m_log.get());
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

void Desktop::closeAndQuit()
{
    if (m_quitting)
        return;
    m_quitting = true;
    m_scope.spawn(QStringLiteral("quit"), endAndQuit(m_scope.token()));
}

Task<> Desktop::endAndQuit(std::stop_token stop)
{
    // The rehearsed world is a process with two databases: it must not outlive the window. What an unfinished run needs to be resumed stays.
    if (auto run = std::exchange(m_run, nullptr)) {
        m_window.setRun(nullptr);
        m_log.reset();
        const cutover::RunPhase phase = run->controller->state().phase;
        const bool over = phase == cutover::RunPhase::Complete || phase == cutover::RunPhase::RolledBack;
        *run->clientLog = {};
        run->controller.reset();
        if (run->world) {
            auto closing = run->world->close(!over, stop);
            static_cast<void>(co_await std::move(closing));
        }
    }
    QCoreApplication::quit();
    co_return Ok{};
}

ui::GoLiveFacts Desktop::goLiveFacts() const
{
    ui::GoLiveFacts facts;
    if (!m_run)
        return facts;
    const plan::Plan& plan = m_run->request.plan;
    const cutover::RunState& state = m_run->controller->state();
    const rehearsal::RehearsalHistory history = rehearsal::RehearsalHistory::load();
    facts.plan = plan.name;
    for (const cutover::ProviderView& provider : state.providers)
        facts.writesTo.push_back({provider.monogram, provider.name, provider.dns ? ui::SideTone::None : provider.side == Side::Source ? ui::SideTone::Source : ui::SideTone::Target});
    const std::vector<rehearsal::RehearsalEntry> runs = history.of(plan.name);
    const QByteArray digest = plan::planDigest(plan);
    int same = 0;
    for (const rehearsal::RehearsalEntry& run : runs)
        same += run.complete && run.digest == digest ? 1 : 0;
    facts.rehearsed = QStringLiteral("%1 times, %2 of them with the plan as it is now").arg(runs.size()).arg(same);
    if (!runs.empty()) {
        const Milliseconds ago = SystemClock().now() - runs.front().at;
        facts.lastRehearsal = QStringLiteral("The last rehearsal finished %1 ago%2.").arg(durationProse(ago), runs.front().complete ? QString() : QStringLiteral(" at ") + runs.front().stoppedAt);
        facts.downtime = QStringLiteral("`%1` expected, budget `%2`").arg(minutesSeconds(runs.front().downtime), minutesSeconds(plan.downtimeBudget));
    } else {
        facts.downtime = QStringLiteral("budget `%1`").arg(minutesSeconds(plan.downtimeBudget));
    }
    for (const cutover::Finding& finding : state.findings) {
        facts.cautions += finding.severity == cutover::Severity::Caution ? 1 : 0;
        facts.waived += finding.severity == cutover::Severity::Caution && !finding.waivedBy.isEmpty() ? 1 : 0;
    }
    for (const rehearsal::OpenCondition& condition : rehearsal::goLiveGate(plan, history, state.findings, plan.downtimeBudget))
        facts.open.push_back({condition.text, condition.remedy});
    return facts;
}

void Desktop::goLive(const QString& typedName, const QString&)
{
    if (!m_run || typedName != m_run->request.plan.name || !goLiveFacts().open.empty())
        return;
    rehearsal::LaunchRequest request;
    request.plan = m_run->request.plan;
    request.rehearsal = false;
    request.directory = rehearsal::newRunDirectory(request.plan.name);
    launch(std::move(request));
}

void Desktop::rehearseAgain()
{
    if (!m_run)
        return;
    rehearsal::LaunchRequest request;
    request.plan = m_run->request.plan;
    request.speed = m_welcome->speed();
    request.directory = rehearsal::newRunDirectory(request.plan.name);
    launch(std::move(request));
}

void Desktop::complain(const Error& error)
{
    m_window.desk()->toast(ui::ToastKind::Failure, error.happened, error.means + u' ' + error.remedy);
}

} // namespace switchyard
