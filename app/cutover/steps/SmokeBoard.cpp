#include "app/cutover/steps/SmokeBoard.h"

#include "app/cutover/RunController.h"
#include "app/cutover/steps/Names.h"

#include <QJsonArray>
#include <QRandomGenerator>

#include <algorithm>

namespace switchyard::cutover {

namespace {

CheckState stateOf(smoke::Verdict verdict)
{
    switch (verdict) {
    case smoke::Verdict::Pass: return CheckState::Pass;
    case smoke::Verdict::Slower: return CheckState::Slower;
    case smoke::Verdict::Failed: return CheckState::Failed;
    case smoke::Verdict::NotRun: return CheckState::NotRun;
    }
    return CheckState::NotRun;
}

CheckResult resultOf(const smoke::Outcome& o)
{
    CheckResult r;
    r.state = stateOf(o.verdict);
    r.status = o.status;
    r.took = o.took;
    r.short_ = o.says;
    r.exchange = o.exchange;
    r.at = o.at;
    return r;
}

CheckView* viewOf(RunContext* context, const QString& id)
{
    auto& all = context->state().smoke;
    const auto it = std::find_if(all.begin(), all.end(), [&](const CheckView& v) { return v.id == id; });
    return it == all.end() ? nullptr : &*it;
}

std::vector<smoke::Outcome> outcomesIn(const QJsonObject& memory)
{
    std::vector<smoke::Outcome> out;
    for (const QJsonValue v : memory.value(u"checks").toArray())
        out.push_back(smoke::outcomeFrom(v.toObject()));
    return out;
}

QString word(int length)
{
    static const QString letters = QStringLiteral("abcdefghijkmnpqrstuvwxyz23456789");
    QString out;
    for (int i = 0; i < length; ++i)
        out += letters.at(static_cast<qsizetype>(QRandomGenerator::system()->bounded(static_cast<quint32>(letters.size()))));
    return out;
}

} // namespace

HeaderScore scoreOf(const smoke::HeaderGrade& grade) { return HeaderScore{grade.grade, grade.score, grade.headers}; }

void fillSmokeViews(RunContext* context)
{
    for (const plan::SmokeSpec& s : context->plan().smoke) {
        if (viewOf(context, s.id))
            continue;
        CheckView v;
        v.id = s.id;
        v.title = s.title;
        v.section = s.section;
        v.manual = s.manual;
        v.instructions = s.instructions;
        context->state().smoke.push_back(std::move(v));
    }
    // A resumed run has its results in the journal only.
    const QJsonObject before = context->memoryOfKind(QStringLiteral("record-baseline")), now = context->memoryOfKind(QStringLiteral("smoke-auto"));
    for (const smoke::Outcome& o : outcomesIn(before)) {
        if (CheckView* v = viewOf(context, o.id); v && v->before.state == CheckState::ToDo)
            v->before = resultOf(o);
    }
    for (const smoke::Outcome& o : outcomesIn(now)) {
        if (CheckView* v = viewOf(context, o.id); v && v->now.state == CheckState::ToDo) {
            v->now = resultOf(o);
            v->diagnosis = o.diagnosis;
        }
    }
    if (context->state().headersBefore.grade.isEmpty() && before.contains(u"grade"))
        context->state().headersBefore = scoreOf(smoke::headerGradeFrom(before.value(u"grade").toObject()));
    if (context->state().headersNow.grade.isEmpty() && now.contains(u"grade"))
        context->state().headersNow = scoreOf(smoke::headerGradeFrom(now.value(u"grade").toObject()));
    context->touch(SmokeChanged);
}

void setSmokeRunning(RunContext* context, const QString& id, bool baseline)
{
    if (CheckView* v = viewOf(context, id))
        (baseline ? v->before : v->now).state = CheckState::Running;
    context->touch(SmokeChanged);
}

void showSmoke(RunContext* context, const smoke::Outcome& outcome, bool baseline)
{
    if (CheckView* v = viewOf(context, outcome.id)) {
        (baseline ? v->before : v->now) = resultOf(outcome);
        if (!baseline)
            v->diagnosis = outcome.diagnosis;
    }
    context->touch(SmokeChanged);
}

std::optional<smoke::Outcome> smokeBaseline(RunContext* context, const QString& id)
{
    for (const smoke::Outcome& o : outcomesIn(context->memoryOfKind(QStringLiteral("record-baseline")))) {
        if (o.id == id)
            return o;
    }
    return std::nullopt;
}

Task<smoke::Setup> smokeSetup(RunContext* context, std::stop_token stop)
{
    smoke::Setup setup;
    setup.prober = context->services().prober.get();
    setup.clock = context->clock();
    setup.mailUrl = context->services().mailUrl;
    const plan::Environment env = context->plan().production();
    QStringList sites;
    for (const plan::DomainMapping& d : env.domains) {
        const auto s = std::find_if(env.services.begin(), env.services.end(), [&](const plan::ServiceMapping& m) { return m.name == d.service; });
        const bool site = s != env.services.end() && s->kind == ServiceKind::Site;
        if (site)
            sites << d.host;
        else if (setup.apiHost.isEmpty())
            setup.apiHost = d.host;
    }
    // www first: it is the canonical one where both exist.
    std::stable_partition(sites.begin(), sites.end(), [](const QString& h) { return h.startsWith(QLatin1String("www.")); });
    if (setup.apiHost.isEmpty() && !sites.isEmpty())
        setup.apiHost = sites.front();
    if (setup.apiHost.isEmpty() || !setup.prober)
        co_return Error::invalid(QStringLiteral("The plan names no host to check."), QStringLiteral("The smoke checks have nobody to ask."), QStringLiteral("Add a domain, or take the step out."));
    setup.siteHost = sites.isEmpty() ? setup.apiHost : sites.front();
    setup.originHosts = sites.isEmpty() ? QStringList{setup.apiHost} : sites;
    QStringList wanted = setup.originHosts;
    if (!wanted.contains(setup.apiHost))
        wanted << setup.apiHost;
    for (const QString& host : wanted) {
        auto addresses = co_await addressesOf(context, host, stop);
        SY_CO_ALIVE(stop);
        if (addresses)
            setup.addresses[host] = addresses->front();
    }
    setup.email = QStringLiteral("smoke-%1@%2").arg(word(10), context->plan().dns.zone.isEmpty() ? QStringLiteral("example.invalid") : context->plan().dns.zone);
    setup.password = Secret(word(24));
    co_return setup;
}

Task<> runSmokeNow(RunContext* context, std::stop_token stop)
{
    fillSmokeViews(context);
    SY_CO_TRY(smoke::Setup setup, co_await smokeSetup(context, stop));
    SY_CO_ALIVE(stop);
    smoke::Session session(std::move(setup));
    const std::vector<plan::SmokeSpec> checks = context->plan().smoke;
    for (const plan::SmokeSpec& check : checks) {
        if (check.manual)
            continue;
        const QString id = check.id;
        setSmokeRunning(context, id, false);
        SY_CO_TRY(smoke::Outcome outcome, co_await session.run(id, stop));
        SY_CO_ALIVE(stop);
        outcome = smoke::against(std::move(outcome), smokeBaseline(context, id));
        showSmoke(context, outcome, false);
    }
    context->state().headersNow = scoreOf(session.headers());
    context->touch(SmokeChanged);
    co_return Ok{};
}

} // namespace switchyard::cutover
