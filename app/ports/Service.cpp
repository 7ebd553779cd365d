#include "app/ports/Service.h"

#include <algorithm>
#include <array>
#include <utility>

namespace switchyard {

namespace {
constexpr std::array<std::pair<ServiceKind, const char*>, 7> kKindNames{{
    {ServiceKind::Web, "web"}, {ServiceKind::Site, "site"}, {ServiceKind::Worker, "worker"}, {ServiceKind::Cron, "cron"},
    {ServiceKind::Database, "database"}, {ServiceKind::Cache, "cache"}, {ServiceKind::Files, "files"},
}};
} // namespace

QString serviceKindName(ServiceKind kind)
{
    for (const auto& [value, name] : kKindNames) {
        if (value == kind)
            return QString::fromLatin1(name);
    }
    return {};
}

std::optional<ServiceKind> serviceKindFromName(const QString& wanted)
{
    for (const auto& [value, name] : kKindNames) {
        if (wanted == QLatin1String(name))
            return value;
    }
    return std::nullopt;
}

QString healthName(Health health)
{
    switch (health) {
    case Health::Ok: return QStringLiteral("Healthy");
    case Health::Working: return QStringLiteral("Working");
    case Health::Held: return QStringLiteral("Held");
    case Health::Caution: return QStringLiteral("Caution");
    case Health::Failed: return QStringLiteral("Failed");
    case Health::Off: return QStringLiteral("Off");
    case Health::Unknown: return QStringLiteral("Unknown");
    }
    return {};
}

const Setting* Settings::find(const QString& key) const
{
    const auto it = std::find_if(entries.begin(), entries.end(), [&](const Setting& s) { return s.key == key; });
    return it == entries.end() ? nullptr : &*it;
}

} // namespace switchyard
