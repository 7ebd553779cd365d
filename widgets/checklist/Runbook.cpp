#include "widgets/checklist/Runbook.h"

#include "app/base/Redactor.h"
#include "widgets/checklist/StepWords.h"

namespace switchyard::ui {

using namespace cutover;

QString stepShell(const StepView& step)
{
    QStringList lines;
    for (const CallPreview& call : step.preview.calls) {
        if (!call.shell.isEmpty())
            lines << call.shell;
        else
            lines << QStringLiteral("# %1 %2 %3").arg(call.provider, call.method, call.path);
    }
    if (lines.isEmpty())
        return {};
    lines.prepend(QStringLiteral("# Step %1, %2").arg(step.number).arg(step.title));
    return Redactor::instance().redact(lines.join(u'\n') + u'\n');
}

QString runbookMarkdown(const RunState& state)
{
    QString out;
    out += QStringLiteral("# Runbook: %1\n\n%2 to %3. %4 steps, downtime budget %5.\n").arg(state.planName, state.sourceTitle, state.targetTitle).arg(state.steps.size()).arg(durationProse(state.downtimeBudget));
    std::optional<plan::Phase> phase;
    for (const StepView& step : state.steps) {
        if (phase != step.phase) {
            phase = step.phase;
            out += QStringLiteral("\n## %1\n").arg(plan::phaseName(step.phase));
        }
        if (step.flags.pointOfNoReturn)
            out += QStringLiteral("\n> **Point of no return.** Past here, going back loses new writes.\n");
        out += QStringLiteral("\n### %1. %2\n\n").arg(step.number).arg(step.title);
        out += QStringLiteral("- [%1] %2\n").arg(isDone(step.state) ? QStringLiteral("x") : QStringLiteral(" "), capital(stateWords(step.state)));
        out += QStringLiteral("- Done by: %1\n").arg(step.ownerInitials.isEmpty() ? QStringLiteral("automatic") : step.ownerInitials);
        out += QStringLiteral("- Planned: %1\n").arg(durationProse(step.planned));
        if (step.actual)
            out += QStringLiteral("- Took: %1\n").arg(durationProse(*step.actual));
        out += QStringLiteral("- Way back: %1\n").arg(step.wayBackLosesData ? QStringLiteral("loses data") : durationProse(step.wayBack));
        const QString summary = step.preview.summary.isEmpty() ? step.summary : step.preview.summary;
        if (!summary.isEmpty())
            out += u'\n' + summary + u'\n';
        if (!step.interlocks.empty()) {
            out += QStringLiteral("\nInterlocks:\n\n");
            for (const InterlockView& lock : step.interlocks)
                out += QStringLiteral("- %1\n").arg(lock.label);
        }
        if (!step.preview.changes.empty()) {
            out += QStringLiteral("\n%1:\n\n```diff\n").arg(step.preview.changesTitle.isEmpty() ? QStringLiteral("Changes") : step.preview.changesTitle);
            for (const ChangePreview& change : step.preview.changes) {
                const QString head = (change.subject + u' ' + change.type).trimmed();
                if (!change.before.isEmpty())
                    out += QStringLiteral("- %1 %2\n").arg(head, change.before);
                if (!change.after.isEmpty())
                    out += QStringLiteral("+ %1 %2\n").arg(head, change.after);
            }
            out += QStringLiteral("```\n");
        }
        const QString shell = stepShell(step);
        if (!shell.isEmpty())
            out += QStringLiteral("\n```sh\n%1```\n").arg(shell);
        if (!step.undo.summary.isEmpty())
            out += QStringLiteral("\nIf it goes wrong: %1\n").arg(step.undo.summary);
        if (!step.note.isEmpty())
            out += QStringLiteral("\nNote: %1\n").arg(step.note);
    }
    return Redactor::instance().redact(out);
}

} // namespace switchyard::ui
