#include "providers/http/CompareAndSet.h"

#include "app/base/Redactor.h"
#include "providers/http/Problems.h"

#include <QRegularExpression>
#include <QSet>
#include <QUrl>

#include <algorithm>

namespace switchyard::http {

namespace {
bool shows(const Settings& now, const SettingChange& change)
{
    const Setting* found = now.find(change.key);
    if (!change.value)
        return found == nullptr;
    return found && (!found->readable || found->value == *change.value);
}

/// As shows(), but a value that can't be read proves nothing.
bool certainlyShows(const Settings& now, const SettingChange& change)
{
    const Setting* found = now.find(change.key);
    return change.value ? found && found->readable && found->value == *change.value : found == nullptr;
}
} // namespace

Result<> checkExpected(const QString& provider, const Settings& now, const std::vector<SettingChange>& changes)
{
    QSet<QString> seen;
    for (const SettingChange& change : changes) {
        if (change.key.isEmpty() || seen.contains(change.key))
            return Error::invalid(QStringLiteral("The setting \"%1\" is named twice or has no name.").arg(change.key), QStringLiteral("Nothing was written."),
                                  QStringLiteral("Stage each setting once."));
        seen.insert(change.key);
        if (certainlyShows(now, change))
            continue;
        const Setting* found = now.find(change.key);
        const QString what = QStringLiteral("the setting %1").arg(change.key);
        if (!change.expected && found)
            return changedMeanwhile(provider, what, QStringLiteral("absent"), QStringLiteral("set"));
        if (change.expected && !found)
            return changedMeanwhile(provider, what, QStringLiteral("set"), QStringLiteral("absent"));
        if (change.expected && found->readable && !(found->value == *change.expected))
            return changedMeanwhile(provider, what, QStringLiteral("the value that was read before"), QStringLiteral("another value"));
    }
    return Ok{};
}

Result<> checkWritten(const QString& provider, const Settings& now, const std::vector<SettingChange>& changes)
{
    for (const SettingChange& change : changes) {
        if (!shows(now, change))
            return notThere(provider, QStringLiteral("the setting %1").arg(change.key));
    }
    return Ok{};
}

std::vector<SettingChange> stillToDo(const Settings& now, const std::vector<SettingChange>& changes)
{
    std::vector<SettingChange> out;
    for (const SettingChange& change : changes) {
        if (!certainlyShows(now, change))
            out.push_back(change);
    }
    return out;
}

bool looksSecret(const QString& key, const QByteArray& value)
{
    static const QRegularExpression name(QStringLiteral("(^|_)(KEY|KEYS|SECRET|TOKEN|PASSWORD|PASSWD|PASS|PWD|DSN|CREDENTIALS?|PRIVATE|SALT|AUTH|WEBHOOK)($|_)|APIKEY"),
                                         QRegularExpression::CaseInsensitiveOption);
    if (name.match(key).hasMatch())
        return true;
    const QUrl url = QUrl::fromEncoded(value);
    return url.isValid() && !url.scheme().isEmpty() && !url.password().isEmpty();
}

void learnSetting(const QString& key, const QByteArray& value)
{
    if (!looksSecret(key, value))
        return;
    Redactor::instance().learn(Secret(value));
    const QUrl url = QUrl::fromEncoded(value);
    if (url.isValid() && !url.password().isEmpty())
        Redactor::instance().learn(Secret(url.password()));
}

Setting makeSetting(const QString& key, const QString& value, const QString& origin)
{
    const QByteArray bytes = value.toUtf8();
    learnSetting(key, bytes);
    Setting out;
    out.key = key;
    out.value = Secret(bytes);
    out.secret = looksSecret(key, bytes);
    out.origin = origin;
    return out;
}

void sortByKey(std::vector<Setting>& entries)
{
    std::sort(entries.begin(), entries.end(), [](const Setting& a, const Setting& b) { return a.key < b.key; });
}

} // namespace switchyard::http
