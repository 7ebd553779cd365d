#include "app/report/Report.h"

#include "app/base/Redactor.h"

#include <QDateTime>
#include <QLocale>

#include <algorithm>

namespace switchyard::report {

using namespace cutover;

namespace {

QString stateWord(CheckState state)
{
    switch (state) {
    case CheckState::ToDo: return QStringLiteral("to do");
    case CheckState::Running: return QStringLiteral("running");
    case CheckState::Pass: return QStringLiteral("pass");
    case CheckState::Slower: return QStringLiteral("slower");
    case CheckState::Failed: return QStringLiteral("failed");
    case CheckState::NotRun: return QStringLiteral("not run");
    case CheckState::NotApplicable: return QStringLiteral("not applicable");
    }
    return {};
}

QString verdictWord(TableVerdict verdict)
{
    switch (verdict) {
    case TableVerdict::Queued: return QStringLiteral("queued");
    case TableVerdict::Copying: return QStringLiteral("copying");
    case TableVerdict::Copied: return QStringLiteral("copied");
    case TableVerdict::Behind: return QStringLiteral("behind");
    case TableVerdict::Verifying: return QStringLiteral("verifying");
    case TableVerdict::Match: return QStringLiteral("match");
    case TableVerdict::Differs: return QStringLiteral("differs");
    }
    return {};
}

TimePoint endOf(const RunState& state) { return state.endedAt.value_or(state.now); }

Timeline timelineOf(const RunState& state)
{
    Timeline t;
    t.from = state.startedAt.value_or(state.now);
    t.to = std::max(endOf(state), t.from + Seconds(1));
    std::map<plan::Phase, std::pair<TimePoint, TimePoint>> actual;
    TimePoint planned = t.from;
    std::map<plan::Phase, std::pair<TimePoint, TimePoint>> plans;
    for (const StepView& s : state.steps) {
        auto [it, fresh] = plans.try_emplace(s.phase, planned, planned);
        planned += s.planned;
        it->second.second = planned;
        if (s.startedAt) {
            const TimePoint end = s.endedAt.value_or(state.now);
            auto [found, first] = actual.try_emplace(s.phase, *s.startedAt, end);
            if (!first) {
                found->second.first = std::min(found->second.first, *s.startedAt);
                found->second.second = std::max(found->second.second, end);
            }
        }
        if (s.flags.pointOfNoReturn && isDone(s.state) && s.endedAt && s.state != StepState::Skipped)
            t.pointOfNoReturn = s.endedAt;
    }
    for (const auto& [phase, span] : plans)
        t.planned.push_back({span.first, span.second, plan::phaseName(phase), {}});
    for (const auto& [phase, span] : actual)
        t.actual.push_back({span.first, span.second, plan::phaseName(phase), {}});
    for (const HostView& host : state.hosts) {
        Strip strip{host.host, host.shortName.isEmpty() || host.shortName == QLatin1String("apex") ? host.host : host.shortName, {}, minutesSeconds(host.downtime)};
        for (std::size_t i = 0; i < host.spells.size(); ++i) {
            const TimePoint from = std::max(host.spells[i].from, t.from);
            const TimePoint to = i + 1 < host.spells.size() ? host.spells[i + 1].from : t.to;
            if (to <= from)
                continue;
            if (!strip.spans.empty() && strip.spans.back().state == host.spells[i].state)
                strip.spans.back().to = to;
            else
                strip.spans.push_back({from, to, {}, host.spells[i].state});
        }
        t.hosts.push_back(std::move(strip));
    }
    return t;
}

QString headlineOf(const RunState& state)
{
    const QString downtime = durationProse(state.downtime);
    const QString host = state.downtimeHost.isEmpty() ? QStringLiteral("all hosts") : state.downtimeHost == QLatin1String("apex") ? QStringLiteral("the apex") : state.downtimeHost;
    if (state.phase == RunPhase::RolledBack) {
        QString step;
        for (const StepView& s : state.steps) {
            if (s.state == StepState::RolledBack || isDone(s.state))
                step = QString::number(s.number);
        }
        return QStringLiteral("%1 went back to %2 at step %3. Visitors were affected for %4.").arg(state.planName, state.sourceTitle, step, downtime);
    }
    if (state.phase == RunPhase::Complete) {
        return QStringLiteral("%1 moved from %2 to %3 in %4, with %5 of downtime on %6.")
            .arg(state.planName, state.sourceTitle, state.targetTitle, durationProse(endOf(state) - state.startedAt.value_or(endOf(state))), downtime, host);
    }
    if (!state.startedAt)
        return QStringLiteral("Nothing has run yet. The report starts with the first step.");
    return QStringLiteral("Draft, T+%1: %2 moves from %3 to %4, step %5 of %6.")
        .arg(hoursMinutesSeconds(state.now - *state.startedAt), state.planName, state.sourceTitle, state.targetTitle)
        .arg(std::min<qsizetype>(state.done + 1, static_cast<qsizetype>(state.steps.size())))
        .arg(state.steps.size());
}

QString bylineOf(const RunState& state, bool rolledBack)
{
    const QDate day = QDateTime::fromMSecsSinceEpoch(state.startedAt->time_since_epoch().count(), Qt::UTC).date();
    QStringList words{QLocale::c().toString(day, QStringLiteral("dddd d MMMM yyyy")) + QStringLiteral(", %1 to %2 UTC").arg(clockUtc(*state.startedAt).left(5), clockUtc(endOf(state)).left(5))};
    words << QStringLiteral("Operator %1").arg(state.operatorName.isEmpty() ? QStringLiteral("not named") : state.operatorName);
    words << (state.rehearsal ? QStringLiteral("Rehearsal with simulators") : state.customEndpoints ? QStringLiteral("Live, custom endpoints") : QStringLiteral("Live"));
    if (state.ledger)
        words << (state.ledger->missing == 0 ? QStringLiteral("No data lost") : QStringLiteral("%1 writes of visitors are missing").arg(grouped(state.ledger->missing)));
    if (rolledBack || state.phase == RunPhase::Complete)
        words << (rolledBack ? QStringLiteral("Rolled back") : QStringLiteral("No rollback"));
    return words.join(QStringLiteral(". ")) + u'.';
}

/// Names of the keys that were written; values never reach the state.
void fillSettings(const RunState& state, Table* table)
{
    for (const SettingWritten& w : state.settingsWritten)
        table->rows.push_back({w.key, w.service, w.added ? QStringLiteral("added") : QStringLiteral("changed")});
}

void fillFollowUps(const RunState& state, bool complete, Document* d)
{
    for (const LentEntry& e : state.lent)
        d->followUps.push_back({e.inverse.isEmpty() ? e.what : QStringLiteral("%1: %2").arg(e.what, e.inverse.left(1).toLower() + e.inverse.mid(1)), e.open ? QStringLiteral("open") : QStringLiteral("done"), !e.open});
    for (const StepView& s : state.steps) {
        if (s.state == StepState::Skipped)
            d->followUps.push_back({s.title, QStringLiteral("skipped"), false});
    }
    for (const QString& text : state.followUps)
        d->followUps.push_back({text, QStringLiteral("later"), false});
    if (complete && state.followUps.isEmpty())
        d->followUps.push_back({QStringLiteral("Delete the stopped services at %1 once nobody misses them").arg(state.sourceTitle), QStringLiteral("later"), false});
}

void fillNextTime(const RunState& state, Document* d)
{
    for (const HostView& h : state.hosts) {
        if (state.downtimeBudget > Milliseconds::zero() && h.downtime > state.downtimeBudget / 2)
            d->nextTime << QStringLiteral("%1 was away for %2, %3 % of the budget.").arg(h.host, durationProse(h.downtime)).arg(h.downtime * 100 / state.downtimeBudget);
    }
    for (const StepView& s : state.steps) {
        if (s.actual && s.planned > Milliseconds::zero() && *s.actual > s.planned * 2 && *s.actual > Seconds(30))
            d->nextTime << QStringLiteral("Step %1, %2, took %3 where %4 were planned. Plan it longer.").arg(s.number).arg(s.title, durationProse(*s.actual), durationProse(s.planned));
    }
}

Rows rowsMoved(const RunState& state, int* tables, int* matching)
{
    Rows rows;
    for (const DatabaseView& db : state.databases) {
        for (const TableView& t : db.tables) {
            ++*tables;
            *matching += t.progress.verdict == TableVerdict::Match ? 1 : 0;
            rows += Rows{std::max<qint64>(0, t.progress.targetRows.value)};
        }
    }
    return rows;
}

std::vector<Figure> figuresOf(const RunState& state)
{
    std::vector<Figure> out;
    const QString budget = QStringLiteral("of %1 budget").arg(minutesSeconds(state.downtimeBudget));
    out.push_back({QStringLiteral("Downtime, worst host"), minutesSeconds(state.downtime), budget, state.downtime <= state.downtimeBudget});
    const Milliseconds duration = endOf(state) - state.startedAt.value_or(endOf(state));
    // Once it is over, the whole against its plan; while it runs, the forecast.
    Milliseconds ahead = state.aheadOfPlan;
    if (state.phase == RunPhase::Complete) {
        ahead = -duration;
        for (const StepView& s : state.steps)
            ahead += s.planned;
    }
    const bool over = state.phase == RunPhase::RolledBack;
    out.push_back({QStringLiteral("Duration"), hoursMinutesSeconds(duration),
                   over ? QStringLiteral("until all was back") : durationProse(std::chrono::abs(ahead)) + (ahead >= Milliseconds::zero() ? QStringLiteral(" early") : QStringLiteral(" late")),
                   over || ahead >= Milliseconds::zero()});
    int tables = 0;
    int matching = 0;
    const Rows rows = rowsMoved(state, &tables, &matching);
    out.push_back({QStringLiteral("Rows moved"), grouped(rows.value), tables == 0 ? QStringLiteral("no table copied yet") : QStringLiteral("%1 of %2 tables match").arg(matching).arg(tables), tables > 0 && matching == tables});
    int passed = 0;
    int failed = 0;
    for (const CheckView& c : state.smoke) {
        passed += c.now.state == CheckState::Pass || c.now.state == CheckState::Slower ? 1 : 0;
        failed += c.now.state == CheckState::Failed ? 1 : 0;
    }
    out.push_back({QStringLiteral("Smoke checks"), QStringLiteral("%1/%2").arg(passed).arg(state.smoke.size()),
                   failed > 0 ? QStringLiteral("%1 failed").arg(failed) : passed == 0 ? QStringLiteral("not run yet") : QStringLiteral("none failed"), failed == 0 && passed > 0});
    if (state.ledger) {
        const QString& keeper = state.phase == RunPhase::RolledBack ? state.sourceTitle : state.targetTitle;
        out.push_back({QStringLiteral("Visitors' writes"), grouped(state.ledger->acknowledged),
                       state.ledger->missing == 0 ? QStringLiteral("all on %1").arg(keeper) : QStringLiteral("%1 missing").arg(state.ledger->missing),
                       state.ledger->missing == 0});
    } else {
        out.push_back({QStringLiteral("Secrets in logs"), QStringLiteral("0"), Redactor::instance().hiddenCount() == 0 ? QStringLiteral("hidden at intake") : QStringLiteral("%1 hidden").arg(Redactor::instance().hiddenCount()), true});
    }
    return out;
}

int evidenceCount(const RunState& state)
{
    int n = 0;
    for (const StepView& s : state.steps)
        n += static_cast<int>(s.evidence.size());
    return n;
}

} // namespace

Document buildReport(const RunState& state, Audience audience)
{
    Document d;
    d.plan = state.planName;
    d.rehearsal = state.rehearsal;
    d.complete = state.phase == RunPhase::Complete;
    d.rolledBack = state.phase == RunPhase::RolledBack;
    d.headline = headlineOf(state);
    d.empty = !state.startedAt;
    if (state.startedAt)
        d.byline = bylineOf(state, d.rolledBack);
    d.figures = figuresOf(state);
    d.timeline = timelineOf(state);
    d.events = state.events;
    d.names = state.names;
    d.ledger = state.ledger;
    d.seal = state.seal;
    d.evidence = evidenceCount(state);
    for (const LentEntry& e : state.lent)
        d.lent.rows.push_back({e.what, clockUtc(e.since), e.open ? QStringLiteral("open") : QStringLiteral("put back"), e.inverse});
    d.lent.title = QStringLiteral("Changed for a while");
    d.lent.columns = {QStringLiteral("What"), QStringLiteral("Since"), QStringLiteral("State"), QStringLiteral("Way back")};
    fillFollowUps(state, d.complete, &d);
    if (d.complete || d.rolledBack)
        fillNextTime(state, &d);

    d.tables = {QStringLiteral("Table checksums"), {QStringLiteral("Table"), QStringLiteral("Source rows"), QStringLiteral("Target rows"), QStringLiteral("Verdict")}, {}};
    for (const DatabaseView& db : state.databases) {
        for (const TableView& t : db.tables) {
            d.tables.rows.push_back({t.progress.table, grouped(t.progress.sourceRows.value), grouped(t.progress.targetRows.value), verdictWord(t.progress.verdict)});
        }
    }
    if (audience == Audience::Client)
        return d;

    d.checklist = {QStringLiteral("Checklist"),
                   {QStringLiteral("No."), QStringLiteral("Step"), QStringLiteral("By"), QStringLiteral("Planned"), QStringLiteral("Actual"), QStringLiteral("State"), QStringLiteral("Note")}, {}};
    for (const StepView& s : state.steps) {
        d.checklist.rows.push_back({QString::number(s.number), s.title, s.ownerInitials.isEmpty() ? QStringLiteral("automatic") : s.ownerInitials, minutesSeconds(s.planned),
                                    s.actual ? minutesSeconds(*s.actual) : QString(), stepStateName(s.state), s.state == StepState::Skipped ? s.skipReason : s.note});
    }
    d.settings = {QStringLiteral("Environment changes, values hidden"), {QStringLiteral("Key"), QStringLiteral("Service"), QStringLiteral("Change")}, {}};
    fillSettings(state, &d.settings);
    d.smoke = {QStringLiteral("Smoke checks"), {QStringLiteral("Check"), QStringLiteral("By"), QStringLiteral("Before"), QStringLiteral("Now"), QStringLiteral("Verdict")}, {}};
    for (const CheckView& c : state.smoke)
        d.smoke.rows.push_back({c.title, c.manual ? QStringLiteral("you") : QStringLiteral("auto"), c.before.short_, c.now.short_, stateWord(c.now.state)});
    if (audience == Audience::Team)
        return d;

    d.calls = {QStringLiteral("Calls and evidence"), {QStringLiteral("Step"), QStringLiteral("Time"), QStringLiteral("What")}, {}};
    for (const StepView& s : state.steps) {
        for (const CallView& c : s.calls)
            d.calls.rows.push_back({QString::number(s.number), clockUtc(c.at), c.description + (c.state == CallView::State::Refused ? QStringLiteral(", refused") : c.state == CallView::State::Sent ? QStringLiteral(", no answer seen") : QString())});
        if (s.calls.empty() && s.startedAt) {
            for (const CallPreview& c : s.preview.calls)
                d.calls.rows.push_back({QString::number(s.number), clockUtc(*s.startedAt), c.provider + u' ' + c.method + u' ' + c.path});
        }
        for (const PollStation& p : s.poll) {
            if (p.answer != PollAnswer::Open)
                d.calls.rows.push_back({QString::number(s.number), s.startedAt ? clockUtc(*s.startedAt) : QString(), QStringLiteral("%1: %2 by %3. %4").arg(p.station, p.answer == PollAnswer::NoGo ? QStringLiteral("no-go") : QStringLiteral("go"), p.by, p.evidence)});
        }
        for (const Evidence& e : s.evidence)
            d.calls.rows.push_back({QString::number(s.number), clockUtc(e.at), (e.ok ? QString() : QStringLiteral("not: ")) + e.text});
    }
    return d;
}

Document select(Document d, const Contents& contents)
{
    if (!contents.summary) {
        d.figures.clear();
        d.timeline = {};
        d.events.clear();
    }
    if (!contents.checklist)
        d.checklist.rows.clear();
    if (!contents.settings)
        d.settings.rows.clear();
    if (!contents.tables)
        d.tables.rows.clear();
    if (!contents.smoke)
        d.smoke.rows.clear();
    return d;
}

QString summaryText(const Document& d)
{
    QString out = d.headline + u'\n';
    if (!d.byline.isEmpty())
        out += d.byline + u'\n';
    out += u'\n';
    for (const Figure& f : d.figures)
        out += QStringLiteral("%1: %2, %3\n").arg(f.label, f.value, f.note);
    if (!d.seal.isEmpty())
        out += QStringLiteral("Seal: %1\n").arg(d.seal);
    return Redactor::instance().redact(out);
}

} // namespace switchyard::report
