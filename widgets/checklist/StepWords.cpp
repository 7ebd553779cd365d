#include "widgets/checklist/StepWords.h"

#include <QHash>

namespace switchyard::ui {

using namespace cutover;

std::optional<Milliseconds> stepActual(const StepView& step, TimePoint now)
{
    if (step.actual)
        return step.actual;
    if (step.startedAt && step.endedAt)
        return *step.endedAt - *step.startedAt;
    if (step.startedAt && now > *step.startedAt)
        return now - *step.startedAt;
    return std::nullopt;
}

Role actualRole(Milliseconds actual, Milliseconds planned)
{
    if (planned.count() <= 0)
        return Role::Text1;
    const double share = static_cast<double>(actual.count()) / static_cast<double>(planned.count());
    return share >= 2 ? Role::Danger : share >= 1.25 ? Role::Warn : Role::Text1;
}

QString wayBackText(Milliseconds wayBack, bool losesData) { return losesData ? QStringLiteral("loses data") : minutesSeconds(wayBack); }

bool waitsForPerson(const StepView& step)
{
    if (isDone(step.state) || step.state == StepState::RolledBack)
        return false;
    return step.flags.needsPerson || step.state == StepState::Failed || step.state == StepState::InDoubt || step.state == StepState::NeedsYou;
}

QString stateWords(StepState state)
{
    switch (state) {
    case StepState::Pending: return QStringLiteral("to come");
    case StepState::Blocked: return QStringLiteral("blocked");
    case StepState::Ready: return QStringLiteral("ready");
    case StepState::Running: return QStringLiteral("running");
    case StepState::NeedsYou: return QStringLiteral("needs you");
    case StepState::Verifying: return QStringLiteral("verifying");
    case StepState::Passed: return QStringLiteral("passed");
    case StepState::PassedWithWaiver: return QStringLiteral("passed with a waiver");
    case StepState::Failed: return QStringLiteral("failed");
    case StepState::InDoubt: return QStringLiteral("in doubt");
    case StepState::Skipped: return QStringLiteral("skipped");
    case StepState::RolledBack: return QStringLiteral("rolled back");
    }
    return {};
}

QString stepSentence(const StepView& step, TimePoint now)
{
    QStringList parts{QStringLiteral("Step %1").arg(step.number), step.title, stateWords(step.state)};
    if (!step.reason.isEmpty())
        parts << step.reason;
    parts << (step.ownerInitials.isEmpty() ? QStringLiteral("automatic") : QStringLiteral("done by ") + step.ownerInitials);
    parts << QStringLiteral("planned ") + durationProse(step.planned);
    if (const auto actual = stepActual(step, now))
        parts << QStringLiteral("took ") + durationProse(*actual);
    parts << (step.wayBackLosesData ? QStringLiteral("going back from here loses data") : QStringLiteral("way back ") + durationProse(step.wayBack));
    return parts.join(QStringLiteral(", "));
}

QString initialsOf(const QString& name)
{
    QString out;
    for (const QString& word : name.split(u' ', Qt::SkipEmptyParts)) {
        if (out.size() < 2 && word.at(0).isLetter())
            out += word.at(0).toUpper();
    }
    return out;
}

QString capital(const QString& text) { return text.isEmpty() ? text : text.at(0).toUpper() + text.mid(1); }

QString monogramOf(const QString& provider)
{
    static const QHash<QString, QString> known{
        {QStringLiteral("heroku"), QStringLiteral("He")},     {QStringLiteral("netlify"), QStringLiteral("Nl")}, {QStringLiteral("render"), QStringLiteral("Rd")},
        {QStringLiteral("cloudflare"), QStringLiteral("Cf")}, {QStringLiteral("postgres"), QStringLiteral("Pg")}, {QStringLiteral("redis"), QStringLiteral("Re")},
        {QStringLiteral("resolver"), QStringLiteral("Rs")},   {QStringLiteral("probe"), QStringLiteral("Pr")},    {QStringLiteral("cloudinary"), QStringLiteral("Cl")},
        {QStringLiteral("switchyard"), QStringLiteral("Sy")}};
    const QString found = known.value(provider);
    return found.isEmpty() ? capital(provider.left(2)) : found;
}

} // namespace switchyard::ui
