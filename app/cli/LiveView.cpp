#include "app/cli/LiveView.h"

#include "app/cli/Terminal.h"

#include <cstdio>

namespace switchyard::cli {

using namespace cutover;

namespace {
QString mark(StepState state)
{
    switch (state) {
    case StepState::Passed: return QStringLiteral("ok  ");
    case StepState::PassedWithWaiver: return QStringLiteral("ok* ");
    case StepState::Failed: return QStringLiteral("FAIL");
    case StepState::InDoubt: return QStringLiteral("?   ");
    case StepState::Running:
    case StepState::Verifying: return QStringLiteral(">   ");
    case StepState::NeedsYou: return QStringLiteral("you ");
    case StepState::Skipped: return QStringLiteral("skip");
    case StepState::RolledBack: return QStringLiteral("back");
    case StepState::Blocked: return QStringLiteral("lock");
    case StepState::Ready: return QStringLiteral("o   ");
    case StepState::Pending: return QStringLiteral(".   ");
    }
    return {};
}

QString clocks(const RunState& s)
{
    QString out = s.startedAt ? QStringLiteral("T+") + hoursMinutesSeconds(s.endedAt.value_or(s.now) - *s.startedAt) : QStringLiteral("T-");
    out += QStringLiteral("  down %1").arg(minutesSeconds(s.downtime));
    if (!s.downtimeHost.isEmpty())
        out += QStringLiteral(" (%1)").arg(s.downtimeHost);
    out += QStringLiteral(" of %1").arg(minutesSeconds(s.downtimeBudget));
    if (s.rateNow > 1)
        out += QStringLiteral("  clock %1x").arg(s.rateNow, 0, 'f', 0);
    return out;
}
} // namespace

LiveView::LiveView(RunController* run, bool inPlace, QObject* parent) : QObject(parent), m_run(run), m_inPlace(inPlace)
{
    connect(run, &RunController::changed, this, &LiveView::onChanged);
    connect(run, &RunController::alarm, this, [this](const Finding& finding) {
        if (!m_inPlace)
            out(QStringLiteral("%1  %2  %3 %4").arg(clockUtc(m_run->state().now), finding.severity == Severity::Failure ? QStringLiteral("FAILURE") : QStringLiteral("caution"),
                                                    finding.title.endsWith(u'.') || finding.text.isEmpty() ? finding.title : finding.title + u'.', finding.text));
    });
    m_timer.setInterval(500);
    connect(&m_timer, &QTimer::timeout, this, &LiveView::redraw);
    if (m_inPlace)
        m_timer.start();
}

void LiveView::onChanged(unsigned changes)
{
    if (!m_inPlace && (changes & (StepsChanged | TasksChanged)) != 0)
        printSteps();
}

void LiveView::printSteps()
{
    const RunState& s = m_run->state();
    for (const StepView& step : s.steps) {
        const auto it = m_printed.find(step.id);
        const bool fresh = it == m_printed.end();
        if (fresh && (step.state == StepState::Pending || step.state == StepState::Blocked || step.state == StepState::Ready)) {
            continue;
        }
        if (!fresh && it->second == step.state)
            continue;
        m_printed[step.id] = step.state;
        if (step.state == StepState::Pending || step.state == StepState::Blocked || step.state == StepState::Ready)
            continue;
        QString line = QStringLiteral("%1  %2  %3 %4/%5  %6").arg(clockUtc(s.now), clocks(s), mark(step.state)).arg(step.number, 2).arg(s.steps.size()).arg(step.title);
        if (step.state == StepState::Failed && step.error)
            line += QStringLiteral(": ") + step.error->sentence();
        else if (step.state == StepState::Skipped)
            line += QStringLiteral(": ") + step.skipReason;
        else if (isDone(step.state) && !step.evidence.empty())
            line += QStringLiteral(": ") + step.evidence.back().text;
        out(line);
    }
    for (const TaskProgress& task : s.tasks) {
        if (task.part < 0 || !task.running)
            continue;
        const int quarter = static_cast<int>(task.part * 4);
        int& said = m_quarter.try_emplace(task.id, 0).first->second;
        if (quarter > said) {
            said = quarter;
            out(QStringLiteral("%1  %2  %3 %  %4").arg(clockUtc(s.now), task.name).arg(static_cast<int>(task.part * 100)).arg(task.amount));
        }
    }
}

void LiveView::redraw()
{
    const RunState& s = m_run->state();
    QStringList lines;
    lines << QStringLiteral("%1  %2 -> %3  %4").arg(s.rehearsal ? QStringLiteral("REHEARSAL") : QStringLiteral("LIVE"), s.sourceTitle, s.targetTitle, clocks(s));
    for (const StepView& step : s.steps) {
        QString line = QStringLiteral("%1 %2 %3").arg(mark(step.state)).arg(step.number, 2).arg(step.title.leftJustified(48, u' ', true));
        line += step.actual ? minutesSeconds(*step.actual) : minutesSeconds(step.planned);
        if (step.state == StepState::Failed && step.error)
            line += u' ' + step.error->happened;
        lines << line;
    }
    for (const TaskProgress& task : s.tasks) {
        if (task.running)
            lines << QStringLiteral("     %1 %2 %3").arg(task.name.leftJustified(40, u' ', true), task.part >= 0 ? QStringLiteral("%1 %").arg(static_cast<int>(task.part * 100), 3) : QString(), task.amount);
    }
    QByteArray frame;
    if (m_drawn > 0)
        frame += "\x1b[" + QByteArray::number(m_drawn) + "A";
    for (const QString& line : lines)
        frame += "\x1b[2K" + line.left(118).toUtf8() + '\n';
    for (qsizetype i = lines.size(); i < m_drawn; ++i)
        frame += "\x1b[2K\n";
    m_drawn = std::max<int>(m_drawn, static_cast<int>(lines.size()));
    outRaw(frame);
}

void LiveView::finish(const QStringList& lines)
{
    if (m_inPlace) {
        m_timer.stop();
        redraw();
    } else {
        printSteps();
    }
    for (const QString& line : lines)
        out(line);
}

} // namespace switchyard::cli
