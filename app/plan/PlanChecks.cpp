#include "app/plan/PlanChecks.h"

#include "app/plan/PlanReader.h"
#include "app/plan/StepKinds.h"

#include <QRegularExpression>
#include <QSet>

#include <algorithm>

namespace switchyard::plan {

namespace {

const QRegularExpression& hostPattern()
{
    static const QRegularExpression pattern(QStringLiteral("^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$"));
    return pattern;
}

QString suggest(const QString& wrong, QStringList known, const QString& otherwise)
{
    const QString near = nearestName(wrong, known);
    known.sort();
    return !near.isEmpty() ? QStringLiteral("Write \"%1\".").arg(near) : known.isEmpty() ? otherwise : QStringLiteral("Use one of: %1.").arg(known.join(QStringLiteral(", ")));
}

void checkHosts(const Plan& plan, const PlanPlaces& places, PlanCursor& c)
{
    if (places.zone && !plan.dns.zone.isEmpty() && !hostPattern().match(plan.dns.zone).hasMatch())
        c.problem(*places.zone, QStringLiteral("\"%1\" isn't the name of a zone.").arg(c.shown(plan.dns.zone)), QStringLiteral("No record could be changed."),
                  QStringLiteral("Write it in lower case without a dot at the end, such as example.org."));
    for (std::size_t e = 0; e < places.environments.size() && e < plan.environments.size(); ++e) {
        const Environment& env = plan.environments[e];
        QStringList services;
        for (const ServiceMapping& s : env.services)
            services << s.name;
        for (const auto& [at, name] : places.environments[e].domainServices) {
            if (!name.isEmpty() && !services.contains(name))
                c.problem(*at, QStringLiteral("There is no service \"%1\" in %2.").arg(c.shown(name), c.shown(env.name)), QStringLiteral("Nobody would answer for the host."),
                          suggest(name, services, QStringLiteral("Add the service.")));
        }
        for (const YamlValue* at : places.environments[e].domains) {
            const QString host = at->text;
            if (!hostPattern().match(host).hasMatch())
                c.problem(*at, QStringLiteral("\"%1\" isn't a host name.").arg(c.shown(host)), QStringLiteral("No visitor could ask for it."),
                          QStringLiteral("Write it in lower case, such as www.example.org."));
            else if (e == 0 && !places.zone)
                c.problem(*at, QStringLiteral("The plan has domains and no \"dns\"."), QStringLiteral("Their names couldn't be switched."), QStringLiteral("Add \"dns:\" with \"account:\" and \"zone:\"."));
            else if (e == 0 && places.zone && host != plan.dns.zone && !host.endsWith(u'.' + plan.dns.zone))
                c.problem(*at, QStringLiteral("%1 isn't in the zone %2.").arg(c.shown(host), c.shown(plan.dns.zone)), QStringLiteral("Its records are elsewhere and couldn't be switched."),
                          QStringLiteral("Remove the host, or name its zone under \"dns\"."));
        }
    }
}

void checkSteps(const Plan& plan, const PlanPlaces& places, PlanCursor& c)
{
    QSet<QString> ids;
    QSet<QString> kinds;
    QStringList databases, services, queues;
    if (!plan.environments.empty()) {
        for (const DatabaseMapping& d : plan.production().databases)
            databases << d.name;
        for (const ServiceMapping& s : plan.production().services)
            services << s.name;
        for (const QueueMapping& q : plan.production().queues)
            queues << q.name;
    }
    Phase reached = Phase::Prepare;
    int points = 0;
    for (std::size_t i = 0; i < places.steps.size() && i < plan.steps.size(); ++i) {
        const PlanPlaces::Step& place = places.steps[i];
        const StepSpec& step = plan.steps[i];
        if (!place.readable)
            continue;
        const StepKind& kind = *stepKind(step.kind);
        if (ids.contains(step.id))
            c.problem(place.id ? *place.id : *place.item, QStringLiteral("Two steps have the id \"%1\".").arg(c.shown(step.id)), QStringLiteral("What one of them did would count for both."),
                      QStringLiteral("Give this one an id of its own, such as \"id: %1-2\".").arg(step.kind));
        ids.insert(step.id);
        if (std::find(kind.phases.begin(), kind.phases.end(), step.phase) == kind.phases.end()) {
            QStringList allowed;
            for (const Phase p : kind.phases)
                allowed << phaseName(p);
            c.problem(*place.phase, QStringLiteral("%1 can't stand in %2.").arg(step.kind, phaseName(step.phase)), QStringLiteral("What it needs isn't true there, or is over."),
                      QStringLiteral("Move it to %1.").arg(allowed.join(QStringLiteral(" or "))));
        } else if (step.phase < reached) {
            c.problem(*place.phase, QStringLiteral("A step of %1 stands after one of %2.").arg(phaseName(step.phase), phaseName(reached)),
                      QStringLiteral("The seven phases follow each other and none comes back."), QStringLiteral("Move the step up to the others of %1.").arg(phaseName(step.phase)));
        }
        reached = std::max(reached, step.phase);
        for (const QString& need : kind.needs) {
            if (!kinds.contains(need))
                c.problem(*place.item, QStringLiteral("%1 stands here and no %2 comes before it.").arg(step.kind, need), QStringLiteral("It relies on what that step reads or does."),
                          QStringLiteral("Add a step of kind %1 above it.").arg(need));
        }
        kinds.insert(step.kind);
        if (step.kind == QLatin1String("open-writes") && ++points > 1 && databases.size() < points)
            c.problem(*place.item, QStringLiteral("Writes are opened a second time."), QStringLiteral("There is one point of no return."), QStringLiteral("Remove this step."));
        for (const auto& [at, key] : place.with) {
            const QStringList* known = nullptr;
            const QStringList groups = plan.groups();
            if (key == QLatin1String("group"))
                known = &groups;
            else if (key == QLatin1String("database"))
                known = &databases;
            else if (key == QLatin1String("service"))
                known = &services;
            else if (key == QLatin1String("queue"))
                known = &queues;
            if (known && at->kind == YamlValue::Kind::Text && !known->contains(at->text))
                c.problem(*at, QStringLiteral("The plan has no %1 \"%2\".").arg(key, c.shown(at->text)), QStringLiteral("The step would have nothing to act on."),
                          suggest(at->text, *known, QStringLiteral("Remove the line.")));
            if (key == QLatin1String("window") && at->kind == YamlValue::Kind::Text && !durationFromText(at->text))
                c.problem(*at, QStringLiteral("\"window\" isn't a time with a unit."), QStringLiteral("15 could be seconds or minutes."), QStringLiteral("Write it as 10 s."));
        }
    }
}

} // namespace

void checkReferences(const Plan& plan, const PlanPlaces& places, PlanCursor& cursor)
{
    QStringList accounts;
    for (const auto& [name, unused] : places.accounts)
        accounts << name;
    for (const auto& [at, name] : places.accountUses) {
        if (!name.isEmpty() && !accounts.isEmpty() && !accounts.contains(name))
            cursor.problem(*at, QStringLiteral("There is no account \"%1\".").arg(cursor.shown(name)), QStringLiteral("Nobody could be asked."),
                           suggest(name, accounts, QStringLiteral("Add it under \"accounts\".")));
    }
    checkHosts(plan, places, cursor);
    checkSteps(plan, places, cursor);
}

} // namespace switchyard::plan
