#include "app/cutover/monitor/SettingsBoard.h"

#include "app/base/Redactor.h"
#include "app/cutover/RunController.h"
#include "app/cutover/steps/SettingsReader.h"
#include "app/plan/SecretShapes.h"

#include <QRegularExpression>
#include <QUrl>

#include <algorithm>

namespace switchyard::cutover {

static_assert(static_cast<int>(SettingVerdict::Differs) == static_cast<int>(environment::Verdict::Differs)
              && static_cast<int>(SettingVerdict::HostRewrite) == static_cast<int>(environment::Verdict::HostRewrite)
              && static_cast<int>(SettingVerdict::Same) == static_cast<int>(environment::Verdict::Same));

namespace {

bool isSecretSetting(const environment::SettingDiff& d)
{
    // Stores that know no secrets still hold them: better one name too many.
    static const QRegularExpression names(QStringLiteral("SECRET|TOKEN|PASSWORD|PASSWD|PRIVATE|CREDENTIAL|API_?KEY|_DSN$|_KEY$"));
    if (names.match(d.key).hasMatch() || plan::namesSecret(d.key))
        return true;
    for (const std::optional<Setting>* side : {&d.source, &d.target}) {
        if (*side && ((*side)->secret || !(*side)->readable || environment::isConnection(d.key, (*side)->value.revealText())))
            return true;
        // A password in a URL makes the whole value one.
        if (*side && (!QUrl((*side)->value.revealText()).password().isEmpty() || !plan::secretShape((*side)->value.revealText()).isEmpty()))
            return true;
    }
    return false;
}

SettingValue settingValue(const std::optional<Setting>& setting, bool secret)
{
    SettingValue out;
    if (!setting)
        return out;
    out.set = true;
    out.readable = setting->readable;
    if (!setting->readable)
        return out;
    out.length = setting->value.length();
    if (secret)
        out.fingerprint = setting->value.fingerprint();
    else
        out.text = Redactor::instance().redact(setting->value.revealText());
    return out;
}

QString threeSentences(const Error& error) { return QStringLiteral("%1 %2 %3").arg(error.happened, error.means, error.remedy).simplified(); }

QString titleOf(const HostingProvider& provider, const ServiceRef& ref) { return provider.displayName() + u' ' + (ref.app.isEmpty() ? ref.service : ref.app); }

void prepareBoard(RunContext* context)
{
    std::vector<SettingsView> views;
    const std::vector<SettingsView> before = std::move(context->state().settings);
    for (const plan::Environment& env : context->plan().environments) {
        for (const plan::ServiceMapping& s : env.services) {
            if (s.source.isEmpty() || s.target.isEmpty())
                continue;
            SettingsView view;
            const auto known = std::find_if(before.begin(), before.end(), [&](const SettingsView& v) { return v.environment == env.name && v.service == s.name; });
            if (known != before.end())
                view = *known;
            view.environment = env.name;
            view.service = s.name;
            view.source = s.source;
            view.target = s.target;
            view.reading = true;
            views.push_back(std::move(view));
        }
    }
    context->state().settings = std::move(views);
    context->touch(SettingsChanged);
}

void endReading(RunContext* context, std::size_t index, const QString& problem)
{
    auto& all = context->state().settings;
    if (index >= all.size())
        return;
    all[index].reading = false;
    all[index].problem = problem;
    context->touch(SettingsChanged);
}

/// Reads one service of the board. What can't be read is said there.
Task<> readOntoBoard(RunContext* context, std::size_t index, std::stop_token stop)
{
    const SettingsView view = context->state().settings[index];
    const auto source = context->hosting(view.source.account);
    const auto target = context->hosting(view.target.account);
    if (!source || !target) {
        endReading(context, index, threeSentences(!source ? source.error() : target.error()));
        co_return Ok{};
    }
    const std::shared_ptr<HostingProvider> left = *source;
    const std::shared_ptr<HostingProvider> right = *target;
    auto first = co_await left->readSettings(view.source, stop);
    SY_CO_ALIVE(stop);
    if (!first) {
        endReading(context, index, threeSentences(first.error()));
        co_return Ok{};
    }
    auto second = co_await right->readSettings(view.target, stop);
    SY_CO_ALIVE(stop);
    if (!second) {
        endReading(context, index, threeSentences(second.error()));
        co_return Ok{};
    }
    auto described = co_await right->service(view.target, stop);
    SY_CO_ALIVE(stop);
    for (const Settings* side : {&*first, &*second}) {
        for (const Setting& s : side->entries) {
            if (s.secret || environment::isConnection(s.key, s.value.revealText()))
                Redactor::instance().learn(s.value);
        }
    }
    const auto& environments = context->plan().environments;
    const auto env = std::find_if(environments.begin(), environments.end(), [&](const plan::Environment& e) { return e.name == view.environment; });
    const QString host = described ? QUrl(described->url).host() : QString();
    const environment::CompareRules rules = env != environments.end() ? compareRules(*env, host) : environment::CompareRules();
    const std::vector<Settings> sides{*first};
    std::vector<SettingRow> rows;
    for (const environment::SettingDiff& diff : environment::compareSettings(sides, *second, rules))
        rows.push_back(settingRow(diff));
    auto& all = context->state().settings;
    if (index < all.size()) {
        all[index].rows = std::move(rows);
        all[index].readAt = context->clock()->now();
        all[index].sourceTitle = titleOf(*left, view.source);
        all[index].targetTitle = titleOf(*right, view.target);
    }
    endReading(context, index, QString());
    co_return Ok{};
}

} // namespace

SettingRow settingRow(const environment::SettingDiff& diff)
{
    SettingRow row;
    row.key = diff.key;
    row.verdict = static_cast<SettingVerdict>(diff.verdict);
    row.secret = isSecretSetting(diff);
    row.source = settingValue(diff.source, row.secret);
    row.target = settingValue(diff.target, row.secret);
    row.explanation = Redactor::instance().redact(diff.explanation);
    row.origin = diff.target ? diff.target->origin : diff.source ? diff.source->origin : QString();
    row.proposes = diff.proposed.has_value();
    if (diff.proposed && !row.secret)
        row.suggestion = Redactor::instance().redact(diff.proposed->revealText());
    return row;
}

Task<> readAllSettings(RunContext* context, std::stop_token stop)
{
    const auto& now = context->state().settings;
    if (std::any_of(now.begin(), now.end(), [](const SettingsView& v) { return v.reading; }))
        co_return Ok{};
    prepareBoard(context);
    const std::size_t count = context->state().settings.size();
    for (std::size_t i = 0; i < count; ++i) {
        SY_CO_CHECK(co_await readOntoBoard(context, i, stop));
        SY_CO_ALIVE(stop);
    }
    co_return Ok{};
}

} // namespace switchyard::cutover
