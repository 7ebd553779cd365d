#include "app/cli/RunDriver.h"

#include "app/base/StopScope.h"
#include "app/cli/Interrupt.h"
#include "app/cli/Commands.h"
#include "app/cli/LiveView.h"
#include "app/cli/Terminal.h"
#include "app/cutover/HeadlessDriver.h"
#include "app/logs/LogStore.h"
#include "app/plan/PlanWriter.h"
#include "app/rehearsal/RehearsalHistory.h"
#include "app/report/Report.h"

#include <QCoreApplication>
#include <QDir>
#include <QSaveFile>

namespace switchyard::cli {

namespace {

using cutover::HeadlessDriver;
using cutover::RunPhase;

/// One unattended run from launch to landing. Lives until the program ends.
class Driver final : public QObject {
    Q_OBJECT
public:
    Driver(rehearsal::LaunchRequest request, const Host& host, bool pictures, bool rollBack, QStringList faultsOff)
        : m_request(std::move(request)), m_host(host), m_pictures(pictures), m_rollBack(rollBack), m_faultsOff(std::move(faultsOff))
    {
        m_directory = QDir(m_request.directory).absolutePath();
        connect(&m_interrupt, &Interrupt::requested, this, &Driver::onInterrupt);
    }

    void start()
    {
        out(QStringLiteral("%1 %2: %3 to %4. Folder: %5").arg(m_request.rehearsal ? QStringLiteral("Rehearsing") : QStringLiteral("LIVE"), m_request.plan.name,
                                                              m_request.plan.sideTitle(Side::Source), m_request.plan.sideTitle(Side::Target), m_directory));
        if (m_request.rehearsal)
            out(QStringLiteral("Starting the rehearsed world: two databases, queues, simulated providers, visitors."));
        m_scope.spawn(QStringLiteral("launch"), open(m_scope.token()));
    }

private:
    Task<> open(std::stop_token stop)
    {
        auto launching = rehearsal::launch(m_host.services, m_request, stop);
        Result<std::shared_ptr<rehearsal::LaunchedRun>> launched = co_await std::move(launching);
        SY_CO_ALIVE(stop);
        if (!launched) {
            err(launched.error());
            leave(exitCodeFor(launched.error()));
            co_return Ok{};
        }
        m_run = std::move(launched).value();
        cutover::Conductor* run = m_run->controller.get();
        m_log = std::make_unique<logs::LogStore>(m_directory + QStringLiteral("/log.jsonl"));
        connect(run, &cutover::RunController::logged, m_log.get(), [this](const LogLine& line) { m_log->append(line); });
        m_view = std::make_unique<LiveView>(run, outIsTerminal());
        if (run->state().phase == RunPhase::Complete || run->state().phase == RunPhase::RolledBack) {
            run->start(); // seals what was killed before its seal
            onEnded(run->state().phase == RunPhase::Complete ? Done : CheckFailed, QString());
            co_return Ok{};
        }
        connect(run, &cutover::RunController::changed, this, &Driver::onChanged);
        if (m_pictures && m_host.takePictures)
            m_host.takePictures(run, m_directory + QStringLiteral("/pictures"), QString());
        for (const QString& fault : std::as_const(m_faultsOff)) {
            if (const Result<void> off = run->setFault(fault, false); !off)
                err(off.error());
            // The command only asks for it; the first call must not meet it any more.
            auto taking = m_run->world->setFault(fault, false, stop);
            const Result<void> taken = co_await std::move(taking);
            SY_CO_ALIVE(stop);
            out(taken ? QStringLiteral("The fault %1 is taken away.").arg(fault) : taken.error().sentence());
        }
        HeadlessDriver::Options options;
        options.rollBack = m_rollBack;
        if (m_rollBack && !confirmRollback(&options))
            co_return Ok{};
        if (!m_request.rehearsal) {
            options.ask = [](const cutover::StepView& step, std::function<void(QString)> answer) {
                answer(ask(QStringLiteral("Step %1, %2. Type %3 to go on: ").arg(step.number).arg(step.title, step.guard.typedName)).value_or(QString()));
            };
        }
        m_driver = std::make_unique<HeadlessDriver>(run, run->context().clock(), std::move(options));
        // Queued: the end takes the driver down, which is still on the stack when it tells of it.
        connect(m_driver.get(), &HeadlessDriver::ended, this, &Driver::onEnded, Qt::QueuedConnection);
        m_driver->start();
        co_return Ok{};
    }

    /// Never the plan's name by itself on a live run: a person types it.
    bool confirmRollback(HeadlessDriver::Options* options)
    {
        const cutover::RollbackPreview preview = m_run->controller->rollbackPreview();
        out(preview.text);
        for (const auto& action : preview.actions)
            out(QStringLiteral("  %1").arg(action.title));
        if (m_request.rehearsal) {
            options->typedName = m_request.plan.name;
            return true;
        }
        const std::optional<QString> typed = ask(QStringLiteral("This changes real accounts. Type the plan's name to roll back: "));
        if (typed && *typed == m_request.plan.name) {
            options->typedName = *typed;
            return true;
        }
        err(typed ? QStringLiteral("That is not %1. Nothing was changed, the run stands where it stood. Start the command again.").arg(m_request.plan.name)
                  : QStringLiteral("Rolling back a live run asks for the plan's name on a terminal, and there is none. Nothing was changed. Start it from a terminal."));
        leave(BadUsage);
        return false;
    }

    void onChanged(unsigned changes)
    {
        const cutover::RunState& state = m_run->controller->state();
        if ((changes & cutover::StepsChanged) == 0 || !m_pictures || !m_host.takePictures)
            return;
        // One set of pages a phase tells the story: taken once what the active step will do is on screen.
        const cutover::StepView* active = state.step(state.activeStep);
        if (state.startedAt && active && active->phase == state.currentPhase && active->previewAt && !m_pictured.contains(static_cast<int>(state.currentPhase))) {
            m_pictured.insert(static_cast<int>(state.currentPhase));
            const int number = static_cast<int>(state.currentPhase) + 1;
            m_host.takePictures(m_run->controller.get(), m_directory + QStringLiteral("/pictures"), QStringLiteral("%1-%2").arg(number).arg(plan::phaseName(state.currentPhase).toLower()));
        }
    }

    void onInterrupt()
    {
        if (m_run && m_run->controller)
            m_run->controller->hold();
        err(QStringLiteral("Interrupted. The run is held, everything is kept. Go on with: switchyard resume %1").arg(m_directory));
        leave(Interrupted);
    }

    void onEnded(int code, const QString& why)
    {
        if (m_over)
            return;
        m_over = true;
        m_scope.spawn(QStringLiteral("finish"), finish(code, why, m_scope.token()));
    }

    Task<> finish(int code, QString why, std::stop_token stop)
    {
        const cutover::RunState& state = m_run->controller->state();
        const bool ended = state.phase == RunPhase::Complete || state.phase == RunPhase::RolledBack;
        if (m_pictures && m_host.takePictures)
            m_host.takePictures(m_run->controller.get(), m_directory + QStringLiteral("/pictures"), ended ? QStringLiteral("8-end") : QStringLiteral("8-stopped"));
        writeReports(state);
        QStringList last = summary(state, code, why);
        m_view->finish(last);
        if (ended)
            remember(state);
        m_driver.reset();
        m_view.reset();
        auto landing = rehearsal::land(m_run, stop);
        const Result<void> landed = co_await std::move(landing);
        SY_CO_ALIVE(stop);
        if (!landed)
            err(landed.error());
        leave(code);
        co_return Ok{};
    }

    void writeReports(const cutover::RunState& state)
    {
        const report::Document document = report::buildReport(state, report::Audience::Audit);
        for (const auto& [name, bytes] : {std::pair{QStringLiteral("/report.html"), report::writeHtml(document)}, std::pair{QStringLiteral("/report.md"), report::writeMarkdown(document)},
                                          std::pair{QStringLiteral("/report.json"), report::writeJson(document)}}) {
            QSaveFile file(m_directory + name);
            if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
                err(QStringLiteral("%1 can't be written: %2. The journal is whole; write the report again with: switchyard report %3").arg(file.fileName(), file.errorString(), m_directory));
        }
    }

    QStringList summary(const cutover::RunState& state, int code, const QString& why) const
    {
        QStringList lines;
        lines << report::buildReport(state, report::Audience::Client).headline;
        if (!why.isEmpty())
            lines << why;
        for (const report::Figure& f : report::buildReport(state, report::Audience::Client).figures)
            lines << QStringLiteral("  %1 %2 (%3)").arg((f.label + u':').leftJustified(24), f.value, f.note);
        if (state.ledger) {
            const QString side = state.phase == RunPhase::RolledBack ? state.sourceTitle : state.targetTitle;
            lines << QStringLiteral("  Visitors' ledger:        %1 writes acknowledged, %2 of them not on %3").arg(grouped(state.ledger->acknowledged)).arg(state.ledger->missing).arg(side);
        }
        if (!state.seal.isEmpty())
            lines << QStringLiteral("Sealed: %1").arg(state.seal);
        lines << QStringLiteral("Report: %1/report.html").arg(m_directory);
        if (m_pictures)
            lines << QStringLiteral("Pictures: %1/pictures").arg(m_directory);
        if (code != Done && state.phase != RunPhase::Complete && state.phase != RunPhase::RolledBack)
            lines << QStringLiteral("%1Go on with: switchyard resume %2 (or go back: add --roll-back)").arg(m_request.rehearsal ? QStringLiteral("The world is kept. ") : QString(), m_directory);
        return lines;
    }

    void remember(const cutover::RunState& state);

    /// Queued: an exit before the event loop runs would be forgotten, and the program would wait for ever.
    void leave(int code)
    {
        QMetaObject::invokeMethod(QCoreApplication::instance(), [code] { QCoreApplication::exit(code); }, Qt::QueuedConnection);
    }

    rehearsal::LaunchRequest m_request;
    const Host& m_host;
    bool m_pictures;
    bool m_rollBack;
    QStringList m_faultsOff;
    bool m_over = false;
    QString m_directory;
    QSet<int> m_pictured;
    Interrupt m_interrupt;
    std::shared_ptr<rehearsal::LaunchedRun> m_run;
    std::unique_ptr<logs::LogStore> m_log;
    std::unique_ptr<LiveView> m_view;
    std::unique_ptr<HeadlessDriver> m_driver;
    StopScope m_scope;
};

void Driver::remember(const cutover::RunState& state)
{
    if (!m_run->request.rehearsal)
        return;
    rehearsal::RehearsalHistory history = rehearsal::RehearsalHistory::load();
    const auto wall = SystemClock().now();
    if (const Result<void> added = history.add(rehearsal::entryOf(state, plan::planDigest(m_run->request.plan), m_run->request.faults, wall)); !added)
        err(added.error());
}

} // namespace

int driveUnattended(rehearsal::LaunchRequest request, const Host& host, bool pictures, bool rollBack, QStringList faultsOff)
{
    Driver driver(std::move(request), host, pictures, rollBack, std::move(faultsOff));
    driver.start();
    return QCoreApplication::exec();
}

} // namespace switchyard::cli

#include "RunDriver.moc"
