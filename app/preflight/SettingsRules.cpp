#include "app/preflight/Groups.h"

#include <QRegularExpression>

#include <algorithm>

namespace switchyard::preflight {

namespace {

using environment::SettingDiff;
using EnvVerdict = environment::Verdict;

QString T(const char* text) { return QString::fromUtf8(text); }

bool anyRead(const Input& in)
{
    return std::any_of(in.services.begin(), in.services.end(), [](const ServiceRead& s) { return s.settingsRead; });
}

/// "SECRET_KEY (web)" of every difference that `wanted` takes.
template<typename Wanted>
QStringList keys(const Input& in, Wanted wanted)
{
    QStringList out;
    for (const ServiceRead& s : in.services) {
        for (const SettingDiff& d : s.settings) {
            if (wanted(d))
                out << T("%1 (%2)").arg(d.key, s.mapping.name);
        }
    }
    return out;
}

QString someOf(const QStringList& all)
{
    const QStringList first = all.mid(0, 4);
    return all.size() > first.size() ? T("%1 and %2 more").arg(first.join(T(", "))).arg(all.size() - first.size()) : first.join(T(", "));
}

Verdict missingOnTarget(const Input& in)
{
    if (!anyRead(in))
        return notApplicable();
    // Those with a proposal are written by the plan; the others need a person.
    const QStringList open = keys(in, [](const SettingDiff& d) { return d.verdict == EnvVerdict::Missing && !d.proposed; });
    const QStringList planned = keys(in, [](const SettingDiff& d) { return d.verdict == EnvVerdict::Missing && d.proposed; });
    if (!open.isEmpty())
        return found({{}, Severity::Failure, T("The target lacks %1").arg(someOf(open)), T("The app would stop at the first use of it; the source's own value must not be copied."),
                      T("Set it at the target, or write it into the plan as an expected difference."), T("environments"), T("deploy-target")});
    if (!planned.isEmpty())
        return found({{}, Severity::Advisory, T("%1 settings are missing at the target").arg(planned.size()), T("The plan writes them: %1.").arg(someOf(planned)), {}, T("environments"), {}});
    return pass();
}

Verdict signingKeys(const Input& in)
{
    if (!anyRead(in))
        return notApplicable();
    static const QRegularExpression signing(T("^(?:SECRET_KEY|SECRET_KEY_BASE|APP_KEY|NEXTAUTH_SECRET|AUTH_SECRET|.*JWT.*|.*FERNET.*|RAILS_MASTER_KEY|.*ENCRYPTION_KEY.*)$"));
    const QStringList differ = keys(in, [](const SettingDiff& d) { return signing.match(d.key).hasMatch() && (d.verdict == EnvVerdict::Differs || d.verdict == EnvVerdict::Unknowable); });
    if (differ.isEmpty())
        return pass();
    return found({{}, Severity::Caution, T("Signing keys differ: %1").arg(someOf(differ)), T("Everybody would be logged out, and links in mails would die."), T("Let the plan copy them, or plan the log-out and tell users."), T("environments"), {}});
}

Verdict sharedDatabase(const Input& in)
{
    if (!anyRead(in))
        return notApplicable();
    const QStringList shared = keys(in, [](const SettingDiff& d) { return d.verdict == EnvVerdict::Differs && d.source && environment::isConnection(d.key, d.source->value.revealText()); });
    if (shared.isEmpty())
        return pass();
    return found({{}, Severity::Failure, T("The target points at the source's server: %1").arg(someOf(shared)), T("Once it is started it would write into the source's database."), T("Set the target's own connection there."), T("environments"), T("deploy-target")});
}

Verdict hostLists(const Input& in)
{
    if (!anyRead(in))
        return notApplicable();
    const QStringList lists = keys(in, [](const SettingDiff& d) { return environment::isHostList(d.key) && (d.verdict == EnvVerdict::Differs || d.verdict == EnvVerdict::Missing); });
    if (lists.isEmpty())
        return pass();
    return found({{}, Severity::Advisory, T("Lists of hosts lack one side: %1").arg(someOf(lists)), T("Requests would be refused with 400 or 403 while both sides answer. The plan merges them."), {}, T("environments"), {}});
}

Verdict bakedIn(const Input& in)
{
    if (!anyRead(in))
        return notApplicable();
    static const QRegularExpression baked(T("^(?:VITE_|NEXT_PUBLIC_|REACT_APP_|PUBLIC_|NUXT_PUBLIC_)"));
    const QStringList differ = keys(in, [](const SettingDiff& d) { return baked.match(d.key).hasMatch() && d.proposed; });
    if (differ.isEmpty())
        return pass();
    return found({{}, Severity::Advisory, T("Built-in settings change: %1").arg(someOf(differ)), T("They are baked in when the front end is built; the plan deploys after it writes them."), {}, T("environments"), {}});
}

Verdict platformNames(const Input& in)
{
    if (!anyRead(in))
        return notApplicable();
    static const QRegularExpression platform(T("(?:herokuapp\\.|\\.netlify\\.|netlify\\.app|DYNO|HEROKU_)"));
    const QStringList named = keys(in, [](const SettingDiff& d) { return d.target && d.target->readable && platform.match(d.target->value.revealText()).hasMatch() && !environment::isHostList(d.key) && !d.proposed; });
    if (named.isEmpty())
        return pass();
    return found({{}, Severity::Caution, T("Settings of the target name the source's platform: %1").arg(someOf(named)), T("Calls would go to the old host, or a feature would switch off."), T("Add a rewrite to the plan, or change them at the target."), T("environments"), {}});
}

Verdict unreadable(const Input& in)
{
    if (!anyRead(in))
        return notApplicable();
    const QStringList blind = keys(in, [](const SettingDiff& d) { return d.verdict == EnvVerdict::Unknowable; });
    if (blind.isEmpty())
        return pass();
    return found({{}, Severity::Caution, T("%1 can't be compared").arg(blind.size() == 1 ? T("1 setting") : T("%1 settings").arg(blind.size())), T("A store doesn't give back their values: %1.").arg(someOf(blind)), T("Compare them in the vault they came from."), T("environments"), {}});
}

Verdict readOnlyLeft(const Input& in)
{
    if (!anyRead(in))
        return notApplicable();
    const QStringList held = keys(in, [](const SettingDiff& d) {
        static const QRegularExpression name(T("^(?:READ_ONLY|READONLY|MAINTENANCE_MODE|MAINTENANCE)$"));
        if (!name.match(d.key).hasMatch() || !d.target)
            return false;
        const QString value = d.target->value.revealText().toLower();
        return value == u"1" || value == u"true" || value == u"on" || value == u"yes";
    });
    if (held.isEmpty())
        return pass();
    return found({{}, Severity::Caution, T("The target's app holds itself read-only: %1").arg(someOf(held)), T("Opening writes on the database wouldn't be enough."), T("Remove the setting before the switch; it takes a deploy."), T("environments"), T("open-writes")});
}

} // namespace

std::vector<Rule> settingsRules()
{
    return {{T("ENV-01"), T("Every setting exists on the target"), missingOnTarget}, {T("ENV-02"), T("Settings can be compared"), unreadable}, {T("ENV-03"), T("Signing keys are equal"), signingKeys},
            {T("ENV-05"), T("Each side has its own database"), sharedDatabase},      {T("ENV-10"), T("Lists of hosts hold both sides"), hostLists}, {T("ENV-14"), T("No name of the old platform"), platformNames},
            {T("ENV-16"), T("Built-in settings"), bakedIn},                          {T("ENV-26"), T("The app isn't held read-only"), readOnlyLeft}};
}

} // namespace switchyard::preflight
