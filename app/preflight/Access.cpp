#include "app/preflight/Groups.h"

#include <algorithm>

namespace switchyard::preflight {

namespace {

QString L(const char* text) { return QString::fromUtf8(text); }

Verdict tokensWork(const Input& in)
{
    QStringList refused, problems;
    for (const AccountRead& a : in.accounts) {
        if (a.used && !a.info) {
            refused << a.name;
            problems << a.problem;
        }
    }
    if (refused.isEmpty())
        return pass();
    return found({{}, Severity::Failure, L("The token of %1 doesn't work").arg(refused.join(L(", "))), problems.join(u' '), L("Create a token with the listed scopes, store it in the keyring, then try again."), L("overview"), L("preflight")});
}

Verdict scopesSuffice(const Input& in)
{
    QStringList narrow;
    bool told = false;
    for (const AccountRead& a : in.accounts) {
        if (!a.info || a.info->scopes.isEmpty())
            continue;
        told = true;
        const bool writes = std::any_of(a.info->scopes.begin(), a.info->scopes.end(), [](const QString& s) {
            return s.contains(u"write") || s.contains(u"edit") || s == u"global" || s.contains(u"admin") || s == u"all" || s.contains(u"Edit");
        });
        if (!writes)
            narrow << L("%1 (%2)").arg(a.name, a.info->scopes.join(L(", ")));
    }
    if (!told)
        return notApplicable();
    if (narrow.isEmpty())
        return pass();
    return found({{}, Severity::Failure, L("A token can read but not write: %1").arg(narrow.join(L("; "))), L("The step that writes there would be refused in the middle of the move."), L("Add the write scope to the token."), L("overview"),
                  L("copy-settings")});
}

Verdict callsLeft(const Input& in)
{
    QStringList few;
    bool told = false;
    for (const AccountRead& a : in.accounts) {
        if (!a.info || !a.info->callsLeft)
            continue;
        told = true;
        if (*a.info->callsLeft < in.stepsPlannedCalls)
            few << L("%1: %2 left").arg(a.name).arg(*a.info->callsLeft);
    }
    if (!told)
        return notApplicable();
    if (few.isEmpty())
        return pass();
    return found({{}, Severity::Caution, L("Few API calls are left (%1)").arg(few.join(L(", "))), L("A step could have to wait for the provider's next window."), L("Start when the window is fresh, or stop other tools that use the token."), L("overview"), {}});
}

} // namespace

std::vector<Rule> accessRules()
{
    return {{L("ACC-01"), L("Tokens work"), tokensWork}, {L("ACC-01b"), L("Tokens may write"), scopesSuffice}, {L("ACC-04"), L("API calls are left"), callsLeft}};
}

} // namespace switchyard::preflight
