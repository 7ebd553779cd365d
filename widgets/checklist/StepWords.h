#pragma once

#include "app/cutover/RunState.h"
#include "widgets/theme/Theme.h"

#include <QString>

namespace switchyard::ui {

/// How the checklist says what a run state holds. Pure functions, shared by the rows, the detail, the runbook and the screen reader.

/// What a step took, or has taken so far; nothing before it starts.
[[nodiscard]] std::optional<Milliseconds> stepActual(const cutover::StepView& step, TimePoint now);
/// text.1; warn from 125 % of the plan, danger from 200 %.
[[nodiscard]] Role actualRole(Milliseconds actual, Milliseconds planned);
/// "01:40", or "loses data".
[[nodiscard]] QString wayBackText(Milliseconds wayBack, bool losesData);
/// Whether a person still has to do something here.
[[nodiscard]] bool waitsForPerson(const cutover::StepView& step);
/// "needs you", as it is said inside a sentence.
[[nodiscard]] QString stateWords(cutover::StepState state);
/// The whole row in one sentence.
[[nodiscard]] QString stepSentence(const cutover::StepView& step, TimePoint now);
/// "Mara Lind" -> "ML".
[[nodiscard]] QString initialsOf(const QString& name);
/// First letter in capitals.
[[nodiscard]] QString capital(const QString& text);
/// Two letters of a provider's tile: "heroku" -> "He".
[[nodiscard]] QString monogramOf(const QString& provider);

} // namespace switchyard::ui
