#include "app/plan/Plan.h"

#include <array>

namespace switchyard::plan {

namespace {
constexpr std::array<const char*, kPhases> kNames{"Prepare", "Pre-seed", "Freeze", "Delta", "Switch", "Verify", "Close"};

QString providerTitle(const QString& provider)
{
    static const std::map<QString, QString> names{
        {QStringLiteral("heroku"), QStringLiteral("Heroku")}, {QStringLiteral("netlify"), QStringLiteral("Netlify")},
        {QStringLiteral("render"), QStringLiteral("Render")}, {QStringLiteral("cloudflare"), QStringLiteral("Cloudflare")}};
    const auto it = names.find(provider);
    return it == names.end() ? provider : it->second;
}
} // namespace

QString phaseName(Phase phase) { return QString::fromLatin1(kNames.at(static_cast<std::size_t>(phase))); }

std::optional<Phase> phaseFromName(const QString& name)
{
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        if (name.compare(QLatin1String(kNames[i]), Qt::CaseInsensitive) == 0)
            return static_cast<Phase>(i);
    }
    return std::nullopt;
}

const Account* Plan::account(const QString& wanted) const
{
    for (const Account& a : accounts) {
        if (a.name == wanted)
            return &a;
    }
    return nullptr;
}

QStringList Plan::sideProviders(Side side) const
{
    QStringList out;
    const auto add = [&](const ServiceRef& ref) {
        const Account* a = account(ref.account);
        if (a && !out.contains(a->provider))
            out << a->provider;
    };
    if (environments.empty())
        return out;
    for (const ServiceMapping& s : production().services)
        add(side == Side::Source ? s.source : s.target);
    for (const DatabaseMapping& d : production().databases)
        add(side == Side::Source ? d.source : d.target);
    out.sort();
    return out;
}

QString Plan::sideTitle(Side side) const
{
    QStringList names;
    for (const QString& provider : sideProviders(side))
        names << providerTitle(provider);
    return names.join(QStringLiteral(" + "));
}

QStringList Plan::groups() const
{
    QStringList out;
    if (environments.empty())
        return out;
    for (const DomainMapping& d : production().domains) {
        if (!out.contains(d.group))
            out << d.group;
    }
    return out;
}

} // namespace switchyard::plan
