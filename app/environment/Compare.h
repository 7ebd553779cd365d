#pragma once

#include "app/ports/Service.h"

#include <optional>
#include <vector>

namespace switchyard::environment {

/// How one key stands between source and target, sorted by need.
enum class Verdict { Differs, Missing, Unknowable, HostRewrite, Expected, Extra, Same };
[[nodiscard]] QString verdictName(Verdict verdict); ///< "Host rewrite"

struct Rewrite {
    QString from;
    QString to;
};

/// What the plan says about settings.
struct CompareRules {
    std::vector<Rewrite> rewrites;          ///< host of the source -> host of the target
    std::vector<std::pair<QString, QString>> expected; ///< key -> reason
    QStringList targetHosts;                ///< names that lists of hosts on the target must hold: the target's own
};

struct SettingDiff {
    QString key;
    Verdict verdict = Verdict::Same;
    std::optional<Setting> source;
    std::optional<Setting> target;
    QString explanation;                    ///< one sentence, without the values of secrets
    /// What the target should hold; nothing where nothing is to be written or a person must decide.
    std::optional<Secret> proposed;
};

/// Compares the settings of one service and its counterpart. Several source settings may be given (a site and its build): the first that
/// has a key wins. Sorted by need, then key. Pure.
[[nodiscard]] std::vector<SettingDiff> compareSettings(const std::vector<Settings>& sources, const Settings& target, const CompareRules& rules);

/// `text` with every host of the rewrites replaced where it stands as a whole host name.
[[nodiscard]] QString rewriteHosts(const QString& text, const std::vector<Rewrite>& rewrites);
/// Keys that hold a list of hosts or origins in which both sides must stand while the move lasts: ALLOWED_HOSTS, SECURITY_ORIGINS, ...
[[nodiscard]] bool isHostList(const QString& key);
/// Keys that a platform sets by itself and that must not be copied: DYNO, PORT, HEROKU_*, RENDER_*, NETLIFY...
[[nodiscard]] bool isPlatformKey(const QString& key);
/// Connection strings of databases, caches and brokers, by key or value.
[[nodiscard]] bool isConnection(const QString& key, const QString& value);

/// The writes that bring the target to the proposals: compare-and-set against what was read.
[[nodiscard]] std::vector<SettingChange> changesFor(const std::vector<SettingDiff>& diffs);

} // namespace switchyard::environment
