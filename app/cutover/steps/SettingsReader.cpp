#include "app/cutover/steps/SettingsReader.h"

#include "app/base/Redactor.h"

#include <QDate>
#include <QUrl>

#include <algorithm>

namespace switchyard::cutover {

environment::CompareRules compareRules(const plan::Plan& plan, const QString& targetHost) { return compareRules(plan.production(), targetHost); }

environment::CompareRules compareRules(const plan::Environment& env, const QString& targetHost)
{
    environment::CompareRules rules;
    for (const plan::HostRewrite& r : env.rewrites)
        rules.rewrites.push_back({r.from, r.to});
    for (const plan::ExpectedDifference& e : env.expected) {
        // An exception that has ended doesn't count any more.
        if (e.until.isEmpty() || QDate::fromString(e.until, Qt::ISODate) >= QDate::currentDate())
            rules.expected.emplace_back(e.key, e.reason);
    }
    if (!targetHost.isEmpty())
        rules.targetHosts << targetHost;
    return rules;
}

Task<SettingsPair> readSettingsPair(RunContext* context, QString service, std::stop_token stop)
{
    const auto& all = context->plan().production().services;
    const auto it = std::find_if(all.begin(), all.end(), [&](const plan::ServiceMapping& s) { return s.name == service; });
    if (it == all.end())
        co_return Error::invalid(QStringLiteral("The plan has no service named \"%1\".").arg(service));
    SettingsPair pair;
    pair.service = service;
    pair.source = it->source;
    pair.target = it->target;
    SY_CO_TRY(auto source, context->hosting(pair.source.account));
    SY_CO_TRY(auto target, context->hosting(pair.target.account));
    std::vector<Settings> before;
    SY_CO_TRY(Settings first, co_await source->readSettings(pair.source, stop));
    SY_CO_ALIVE(stop);
    before.push_back(std::move(first));
    SY_CO_TRY(const Settings now, co_await target->readSettings(pair.target, stop));
    SY_CO_ALIVE(stop);
    auto described = co_await target->service(pair.target, stop);
    SY_CO_ALIVE(stop);
    for (const Settings* list : {static_cast<const Settings*>(&before.front()), &now}) {
        for (const Setting& s : list->entries)
            if (s.secret || environment::isConnection(s.key, s.value.revealText()))
                Redactor::instance().learn(s.value);
    }
    pair.diffs = environment::compareSettings(before, now, compareRules(context->plan(), described ? QUrl(described->url).host() : QString()));
    co_return pair;
}

} // namespace switchyard::cutover
