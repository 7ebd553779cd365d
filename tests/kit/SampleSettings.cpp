#include "tests/kit/SampleSettings.h"

#include <algorithm>

namespace switchyard::test {

using namespace cutover;

namespace {

struct SettingSpec {
    const char* key;
    SettingVerdict verdict;
    const char* source;  ///< of a secret "length fingerprint"; nullptr: not set
    const char* target;
    const char* why;
    bool secret = false;
};
constexpr SettingSpec kSettings[] = {
    {"FRONTEND_URL", SettingVerdict::Differs, "https://www.projectify.test", "https://projectify-frontend.onrender.com", "The URLs differ in: host."},
    {"SECURITY_ORIGINS", SettingVerdict::Differs, "https://www.projectify.test,https://projectify.test", "https://www.projectify.test", "While both sides answer, the list must hold the hosts of both; 1 is missing on the target."},
    {"VITE_WS_ENDPOINT", SettingVerdict::Differs, "wss://api.projectify.test/ws", "wss://projectify-web.onrender.com/ws", "The URLs differ in: host."},
    {"REDIS_TLS_URL", SettingVerdict::Missing, "104 91d2", nullptr, "The target needs a connection of its own; the source's is never copied.", true},
    {"STRIPE_ENDPOINT_SECRET", SettingVerdict::Missing, "38 b04e", nullptr, "The target doesn't have it.", true},
    {"ALLOWED_HOSTS", SettingVerdict::HostRewrite, "api.projectify.test,projectify.herokuapp.com", "api.projectify.test,projectify.herokuapp.com,projectify-web.onrender.com", "The list holds the hosts of both sides."},
    {"VITE_API_ENDPOINT", SettingVerdict::HostRewrite, "https://projectify.herokuapp.com/api", "https://projectify-web.onrender.com/api", "Equal but for the host name, which the plan rewrites."},
    {"DATABASE_URL", SettingVerdict::Expected, "142 3fa9", "98 c7e0", "Each side has its own connection.", true},
    {"REDIS_URL", SettingVerdict::Expected, "104 91d2", "36 08bb", "Each side has its own connection.", true},
    {"WEB_CONCURRENCY", SettingVerdict::Expected, "2", "4", "The platform sets it by itself."},
    {"PYTHON_VERSION", SettingVerdict::Extra, nullptr, "3.12.2", "Only the target has it."},
    {"SENTRY_ENVIRONMENT", SettingVerdict::Extra, nullptr, "render", "Only the target has it."},
    {"CLOUDINARY_URL", SettingVerdict::Same, "74 e20a", "74 e20a", "Equal.", true},
    {"CSRF_COOKIE_DOMAIN", SettingVerdict::Same, ".projectify.test", ".projectify.test", "Equal."},
    {"DEFAULT_FROM_EMAIL", SettingVerdict::Same, "hello@projectify.test", "hello@projectify.test", "Equal."},
    {"DJANGO_SETTINGS_MODULE", SettingVerdict::Same, "projectify.settings.production", "projectify.settings.production", "Equal."},
    {"EMAIL_HOST", SettingVerdict::Same, "smtp.eu.mailgun.org", "smtp.eu.mailgun.org", "Equal."},
    {"EMAIL_HOST_PASSWORD", SettingVerdict::Same, "32 90ac", "32 90ac", "Equal.", true},
    {"SECRET_KEY", SettingVerdict::Same, "50 7c1f", "50 7c1f", "Equal.", true},
    {"STRIPE_SECRET_KEY", SettingVerdict::Same, "107 5d66", "107 5d66", "Equal.", true},
};

SettingValue valueOf(const char* text, bool secret)
{
    SettingValue value;
    if (!text)
        return value;
    value.set = true;
    const QString all = QString::fromUtf8(text);
    value.length = static_cast<int>(all.size());
    if (secret) {
        value.length = all.section(u' ', 0, 0).toInt();
        value.fingerprint = all.section(u' ', 1);
    } else {
        value.text = all;
    }
    return value;
}

SettingsView viewOf(const char* environment, const char* source, const char* target, TimePoint readAt)
{
    SettingsView view;
    view.environment = QString::fromUtf8(environment);
    view.service = QStringLiteral("web");
    view.source = {QStringLiteral("heroku"), QString::fromUtf8(source), QStringLiteral("web")};
    view.target = {QStringLiteral("render"), {}, QString::fromUtf8(target)};
    view.sourceTitle = QStringLiteral("Heroku ") + view.source.app;
    view.targetTitle = QStringLiteral("Render ") + view.target.service;
    view.readAt = readAt;
    for (const SettingSpec& spec : kSettings) {
        SettingRow row;
        row.key = QString::fromUtf8(spec.key);
        row.verdict = spec.verdict;
        row.secret = spec.secret;
        row.source = valueOf(spec.source, spec.secret);
        row.target = valueOf(spec.target, spec.secret);
        row.explanation = QString::fromUtf8(spec.why);
        row.proposes = spec.verdict == SettingVerdict::Differs || row.key == QLatin1String("STRIPE_ENDPOINT_SECRET");
        row.suggestion = row.proposes && !row.secret ? row.source.text : QString();
        view.rows.push_back(std::move(row));
    }
    return view;
}

} // namespace

std::vector<SettingsView> sampleSettings(TimePoint readAt, bool several)
{
    std::vector<SettingsView> views{viewOf("production", "projectify", "projectify-web", readAt)};
    if (!several)
        return views;
    const std::pair<const char*, const char*> others[] = {{"staging", "projectify-staging"}, {"mini-staging", "projectify-mini"}};
    for (const auto& [name, app] : others) {
        SettingsView view = viewOf(name, app, app, readAt);
        for (SettingRow& row : view.rows) {
            if (row.secret && row.target.set && row.key != QLatin1String("STRIPE_SECRET_KEY"))
                row.source.fingerprint = row.target.fingerprint = QString::fromLatin1(name).left(1) + row.target.fingerprint.mid(1);
            if (row.verdict == SettingVerdict::Differs)
                row.verdict = SettingVerdict::Same;
        }
        if (view.environment == QLatin1String("mini-staging"))
            std::erase_if(view.rows, [](const SettingRow& r) { return r.key.startsWith(QLatin1String("STRIPE")) || r.key.startsWith(QLatin1String("REDIS")); });
        views.push_back(std::move(view));
    }
    return views;
}

} // namespace switchyard::test
