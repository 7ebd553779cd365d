#include "widgets/dialogs/PlanProposal.h"

#include <QSet>

#include <algorithm>

namespace switchyard::ui {

namespace {

/// How many characters two names share from the start, and whole words anywhere.
int likeness(const QString& a, const QString& b)
{
    int score = 0;
    const QStringList words = b.toLower().split(u'-');
    for (const QString& word : a.toLower().split(u'-')) {
        if (word.size() > 1 && words.contains(word))
            score += 4;
    }
    for (qsizetype i = 0; i < qMin(a.size(), b.size()) && a.at(i).toLower() == b.at(i).toLower(); ++i)
        ++score;
    return score;
}

/// How visitors' answers of a provider are told apart (the providers' documented response headers and pages).
struct Marks {
    QString source, target, maintenance;
};
Marks marksOf(const QString& provider)
{
    if (provider == QLatin1String("heroku"))
        return {QStringLiteral("via: vegur"), QStringLiteral("via: vegur"), QStringLiteral("503")};
    if (provider == QLatin1String("netlify"))
        return {QStringLiteral("server: Netlify"), QStringLiteral("server: Netlify"), QStringLiteral("switchyard-maintenance")};
    if (provider == QLatin1String("render"))
        return {QStringLiteral("rndr-id"), QStringLiteral("rndr-id"), QStringLiteral("503")};
    return {};
}

bool isStore(ServiceKind kind) { return kind == ServiceKind::Database || kind == ServiceKind::Cache || kind == ServiceKind::Files; }

QString absolute(QString name)
{
    name = name.toLower();
    return name.endsWith(u'.') ? name : name + u'.';
}

} // namespace

PlanProposal propose(const std::vector<FoundAccount>& found)
{
    PlanProposal out;
    QSet<QString> names;
    for (const FoundAccount& account : found) {
        if (account.side == Side::Target)
            out.targets.insert(out.targets.end(), account.services.begin(), account.services.end());
    }
    for (const FoundAccount& account : found) {
        if (account.side != Side::Source || account.dns)
            continue;
        for (const Service& service : account.services) {
            ProposedMapping row;
            row.source = service;
            const QString base = (service.name.isEmpty() ? serviceKindName(service.kind) : service.name).toLower();
            row.name = base;
            for (int n = 2; names.contains(row.name); ++n)
                row.name = base + u'-' + QString::number(n);
            names.insert(row.name);
            out.rows.push_back(row);
        }
    }
    // The best pairs first, so that "web" doesn't take the counterpart of a service with the same name.
    struct Pair {
        int likeness, row, target;
    };
    std::vector<Pair> pairs;
    for (int r = 0; r < static_cast<int>(out.rows.size()); ++r) {
        for (int t = 0; t < static_cast<int>(out.targets.size()); ++t) {
            const Service& source = out.rows[static_cast<std::size_t>(r)].source;
            const Service& target = out.targets[static_cast<std::size_t>(t)];
            if (source.kind == target.kind)
                pairs.push_back({likeness(source.ref.app + u'-' + source.name, target.name), r, t});
        }
    }
    std::stable_sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) { return a.likeness > b.likeness; });
    QSet<int> taken;
    for (const Pair& pair : pairs) {
        ProposedMapping& row = out.rows[static_cast<std::size_t>(pair.row)];
        if (row.target < 0 && !taken.contains(pair.target)) {
            row.target = pair.target;
            taken.insert(pair.target);
        }
    }
    for (const FoundAccount& account : found) {
        for (const auto& [host, service] : account.hosts) {
            for (const ProposedMapping& row : out.rows) {
                const ServiceRef& ref = row.source.ref;
                if (ref.account == account.account.name && (ref.service == service || (ref.service.isEmpty() && ref.app == service))) {
                    out.hosts.push_back({host, row.name});
                    break;
                }
            }
        }
    }
    for (const FoundAccount& account : found) {
        for (const AppSummary& zone : account.zones) {
            const QString name = absolute(zone.name);
            const bool all = !out.hosts.empty() && std::all_of(out.hosts.begin(), out.hosts.end(), [&](const PlanProposal::Host& host) {
                const QString full = absolute(host.host);
                return full == name || full.endsWith(u'.' + name);
            });
            if (all && zone.name.size() > out.zone.size())
                out.zone = zone.name.endsWith(u'.') ? zone.name.chopped(1) : zone.name;
        }
    }
    return out;
}

plan::Plan planOf(const QString& name, const PlanProposal& proposal, const std::vector<FoundAccount>& found)
{
    plan::Plan plan;
    plan.name = name;
    QStringList sources;
    QStringList targets;
    for (const FoundAccount& account : found) {
        Account entry = account.account;
        entry.keyring = name + u'/' + entry.name;
        entry.token = Secret();
        plan.accounts.push_back(entry);
        if (account.dns)
            plan.dns.account = entry.name;
        else
            (account.side == Side::Source ? sources : targets) << account.providerName;
    }
    plan.title = sources.join(QStringLiteral(" + ")) + QStringLiteral(" to ") + targets.join(QStringLiteral(" + "));
    plan.dns.zone = proposal.zone;
    plan::Environment environment;
    environment.name = QStringLiteral("production");
    std::map<QString, QString> providers;
    for (const FoundAccount& account : found)
        providers[account.account.name] = account.account.provider;
    for (const ProposedMapping& row : proposal.rows) {
        const Service* target = row.target >= 0 ? &proposal.targets[static_cast<std::size_t>(row.target)] : nullptr;
        const ServiceRef to = target ? target->ref : ServiceRef();
        if (row.source.kind == ServiceKind::Database) {
            plan::DatabaseMapping mapping;
            mapping.name = row.name;
            mapping.source = row.source.ref;
            mapping.target = to;
            mapping.method = target ? plan::MoveMethod::Copy : plan::MoveMethod::StaysInPlace;
            environment.databases.push_back(mapping);
        } else if (row.source.kind == ServiceKind::Cache) {
            if (target) {
                plan::QueueMapping mapping;
                mapping.name = row.name;
                mapping.source = row.source.ref;
                mapping.target = to;
                environment.queues.push_back(mapping);
            }
        } else {
            plan::ServiceMapping mapping;
            mapping.name = row.name;
            mapping.kind = row.source.kind;
            mapping.source = row.source.ref;
            mapping.target = to;
            mapping.scheduler = row.source.kind == ServiceKind::Cron;
            environment.services.push_back(mapping);
            if (target && !isStore(row.source.kind) && !row.source.url.isEmpty() && !target->url.isEmpty()) {
                const auto bare = [](QString url) { return url.remove(QStringLiteral("https://")).remove(QStringLiteral("http://")).section(u'/', 0, 0); };
                environment.rewrites.push_back({bare(row.source.url), bare(target->url)});
            }
        }
    }
    for (const PlanProposal::Host& host : proposal.hosts) {
        plan::DomainMapping mapping;
        mapping.host = host.host;
        mapping.service = host.service;
        mapping.group = QStringLiteral("all");
        for (const ProposedMapping& row : proposal.rows) {
            if (row.name != host.service)
                continue;
            mapping.sourceMark = marksOf(providers[row.source.ref.account]).source;
            mapping.maintenanceMark = marksOf(providers[row.source.ref.account]).maintenance;
            if (row.target >= 0)
                mapping.targetMark = marksOf(providers[proposal.targets[static_cast<std::size_t>(row.target)].ref.account]).target;
        }
        environment.domains.push_back(mapping);
    }
    plan.environments.push_back(environment);
    return plan;
}

} // namespace switchyard::ui
