#include "app/environment/Compare.h"

#include <QRegularExpression>
#include <QUrl>

#include <algorithm>
#include <array>

namespace switchyard::environment {

namespace {

constexpr std::array<const char*, 7> kVerdictNames{"Differs", "Missing", "Unknowable", "Host rewrite", "Expected", "Extra", "Same"};

struct List {
    QStringList items;
    QString separator;
};

/// A value as a list, with the separator it uses; one item when there is none.
List asList(const QString& text)
{
    static const QRegularExpression spaces(QStringLiteral("\\s+"));
    List out;
    if (text.contains(u',')) {
        out.separator = QStringLiteral(",");
        for (const QString& item : text.split(u',', Qt::SkipEmptyParts)) {
            if (!item.trimmed().isEmpty())
                out.items << item.trimmed();
        }
    } else {
        out.separator = text.contains(u' ') ? QStringLiteral(" ") : QStringLiteral(",");
        out.items = text.split(spaces, Qt::SkipEmptyParts);
    }
    return out;
}

bool contains(const QStringList& all, const QStringList& some)
{
    return std::all_of(some.begin(), some.end(), [&](const QString& s) { return all.contains(s); });
}

/// Which parts of two URLs differ, in words; empty when either isn't a URL.
QString urlParts(const QString& a, const QString& b)
{
    const QUrl left(a), right(b);
    if (left.scheme().isEmpty() || right.scheme().isEmpty() || left.host().isEmpty() || right.host().isEmpty())
        return {};
    QStringList parts;
    const auto part = [&](bool differs, const char* name) {
        if (differs)
            parts << QString::fromLatin1(name);
    };
    part(left.scheme() != right.scheme(), "scheme");
    part(left.userName() != right.userName(), "user");
    part(left.password() != right.password(), "password");
    part(left.host() != right.host(), "host");
    part(left.port() != right.port(), "port");
    part(left.path() != right.path(), "path");
    part(left.query() != right.query(), "query");
    return parts.join(QStringLiteral(", "));
}

QString explainDifference(const QString& a, const QString& b)
{
    if (a.trimmed() == b.trimmed())
        return QStringLiteral("Differs only in spaces or line ends around it.");
    if (a.compare(b, Qt::CaseInsensitive) == 0)
        return QStringLiteral("Differs only in upper and lower case.");
    if (b.isEmpty())
        return QStringLiteral("The target's value is empty.");
    const QString parts = urlParts(a, b);
    if (!parts.isEmpty())
        return QStringLiteral("The URLs differ in: %1.").arg(parts);
    const List left = asList(a), right = asList(b);
    if (left.items.size() > 1 || right.items.size() > 1) {
        const auto lacking = std::count_if(left.items.begin(), left.items.end(), [&](const QString& i) { return !right.items.contains(i); });
        const auto more = std::count_if(right.items.begin(), right.items.end(), [&](const QString& i) { return !left.items.contains(i); });
        return QStringLiteral("As lists: the target lacks %1 and has %2 more.").arg(lacking).arg(more);
    }
    return QStringLiteral("%1 against %2 characters.").arg(a.size()).arg(b.size());
}

/// Verdict of a key that both sides have and can read.
void compareValues(SettingDiff& d, const CompareRules& rules)
{
    const QString source = d.source->value.revealText();
    const QString target = d.target->value.revealText();
    if (isConnection(d.key, source)) {
        if (source == target) {
            d.verdict = Verdict::Differs;
            d.explanation = QStringLiteral("The target points at the source's own server: it would write there.");
        } else {
            d.verdict = Verdict::Expected;
            d.explanation = QStringLiteral("Each side has its own connection.");
        }
        return;
    }
    const QString rewritten = rewriteHosts(source, rules.rewrites);
    if (isHostList(d.key)) {
        const List have = asList(target);
        const bool origins = source.contains(QStringLiteral("://"));
        QStringList want = asList(source).items;
        want << asList(rewritten).items;
        for (const QString& host : rules.targetHosts)
            want << (origins ? QStringLiteral("https://") + host : host);
        want.removeDuplicates();
        if (target == source && contains(have.items, want)) {
            d.verdict = Verdict::Same;
            d.explanation = QStringLiteral("Equal.");
        } else if (have.items.contains(QStringLiteral("*")) || contains(have.items, want)) {
            d.verdict = Verdict::HostRewrite;
            d.explanation = QStringLiteral("The list holds the hosts of both sides.");
        } else {
            QStringList merged = have.items;
            qsizetype added = 0;
            for (const QString& item : want) {
                if (!merged.contains(item)) {
                    merged << item;
                    ++added;
                }
            }
            d.verdict = Verdict::Differs;
            d.explanation = QStringLiteral("While both sides answer, the list must hold the hosts of both; %1 missing on the target.").arg(added == 1 ? QStringLiteral("1 is") : QString::number(added) + QStringLiteral(" are"));
            d.proposed = Secret(merged.join(asList(source).separator));
        }
        return;
    }
    if (source == target) {
        d.verdict = Verdict::Same;
        d.explanation = rewritten == source ? QStringLiteral("Equal.") : QStringLiteral("Equal, and it still names a host of the source.");
        if (rewritten != source) {
            d.verdict = Verdict::Differs;
            d.proposed = Secret(rewritten);
        }
        return;
    }
    if (rewritten != source && rewritten == target) {
        d.verdict = Verdict::HostRewrite;
        d.explanation = QStringLiteral("Equal but for the host name, which the plan rewrites.");
        return;
    }
    d.verdict = Verdict::Differs;
    d.explanation = explainDifference(rewritten, target);
    d.proposed = Secret(rewritten);
}

} // namespace

QString verdictName(Verdict verdict) { return QString::fromLatin1(kVerdictNames.at(static_cast<std::size_t>(verdict))); }

QString rewriteHosts(const QString& text, const std::vector<Rewrite>& rewrites)
{
    QString out = text;
    for (const Rewrite& r : rewrites) {
        if (r.from.isEmpty())
            continue;
        const QRegularExpression whole(QStringLiteral("(?<![A-Za-z0-9.-])%1(?![A-Za-z0-9-]|\\.[A-Za-z0-9])").arg(QRegularExpression::escape(r.from)), QRegularExpression::CaseInsensitiveOption);
        out.replace(whole, r.to);
    }
    return out;
}

bool isHostList(const QString& key)
{
    static const QRegularExpression pattern(QStringLiteral("^(?:.*_)?(?:ALLOWED_HOSTS|SECURITY_ORIGINS|TRUSTED_ORIGINS|ALLOWED_ORIGINS|CORS_ORIGINS|CORS_ALLOWED_ORIGINS|ORIGINS|TRUSTED_HOSTS)$"));
    return pattern.match(key).hasMatch();
}

bool isPlatformKey(const QString& key)
{
    static const QRegularExpression pattern(QStringLiteral("^(?:DYNO|PORT|PWD|HOME|HEROKU_.*|RENDER|RENDER_.*|NETLIFY|NETLIFY_.*|FLY_.*|DEPLOY_URL|DEPLOY_PRIME_URL|COMMIT_REF|IS_PULL_REQUEST|WEB_CONCURRENCY)$"));
    return pattern.match(key).hasMatch();
}

bool isConnection(const QString& key, const QString& value)
{
    static const QRegularExpression scheme(QStringLiteral("^(?:postgres|postgresql|mysql|redis|rediss|amqps?|mongodb(?:\\+srv)?)(?:\\+[a-z0-9]+)?://"), QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression name(QStringLiteral("^(?:.*_)?(?:DATABASE_URL|REDIS_URL|REDIS_TLS_URL|CLOUDAMQP_URL|BROKER_URL|MEMCACHIER_SERVERS)$"));
    return scheme.match(value).hasMatch() || (value.isEmpty() && name.match(key).hasMatch());
}

std::vector<SettingDiff> compareSettings(const std::vector<Settings>& sources, const Settings& target, const CompareRules& rules)
{
    std::map<QString, SettingDiff> byKey;
    for (const Settings& s : sources) {
        for (const Setting& entry : s.entries) {
            SettingDiff& d = byKey[entry.key];
            if (!d.source)
                d.source = entry;
        }
    }
    for (const Setting& entry : target.entries)
        byKey[entry.key].target = entry;

    std::vector<SettingDiff> out;
    for (auto& [key, d] : byKey) {
        d.key = key;
        const auto expected = std::find_if(rules.expected.begin(), rules.expected.end(), [&](const auto& e) { return e.first == key; });
        const QString value = d.source && d.source->readable ? d.source->value.revealText() : QString();
        if (isPlatformKey(key)) {
            d.verdict = Verdict::Expected;
            d.explanation = QStringLiteral("The platform sets it by itself.");
        } else if (!d.target && d.source && isConnection(key, value)) {
            d.verdict = expected != rules.expected.end() ? Verdict::Expected : Verdict::Missing;
            d.explanation = QStringLiteral("The target needs a connection of its own; the source's is never copied.");
        } else if (d.source && d.target && isConnection(key, value)) {
            compareValues(d, rules);
        } else if (expected != rules.expected.end()) {
            d.verdict = Verdict::Expected;
            d.explanation = expected->second;
        } else if (d.source && !d.target) {
            d.verdict = d.source->readable ? Verdict::Missing : Verdict::Unknowable;
            d.explanation = d.source->readable ? QStringLiteral("The target doesn't have it.") : QStringLiteral("The target doesn't have it, and the source doesn't give its value back.");
            if (d.source->readable) {
                const QString rewritten = rewriteHosts(value, rules.rewrites);
                d.proposed = Secret(rewritten);
                if (isHostList(key)) {
                    QStringList merged = asList(value).items;
                    merged << asList(rewritten).items;
                    for (const QString& host : rules.targetHosts)
                        merged << (value.contains(QStringLiteral("://")) ? QStringLiteral("https://") + host : host);
                    merged.removeDuplicates();
                    d.proposed = Secret(merged.join(asList(value).separator));
                }
            }
        } else if (!d.source) {
            d.verdict = Verdict::Extra;
            d.explanation = QStringLiteral("Only the target has it.");
        } else if (!d.source->readable || !d.target->readable) {
            d.verdict = Verdict::Unknowable;
            d.explanation = QStringLiteral("The %1 doesn't give the value back, so the two can't be compared.").arg(d.source->readable ? QStringLiteral("target") : QStringLiteral("source"));
        } else {
            compareValues(d, rules);
        }
        out.push_back(std::move(d));
    }
    std::stable_sort(out.begin(), out.end(), [](const SettingDiff& a, const SettingDiff& b) { return a.verdict < b.verdict; });
    return out;
}

std::vector<SettingChange> changesFor(const std::vector<SettingDiff>& diffs)
{
    std::vector<SettingChange> out;
    for (const SettingDiff& d : diffs) {
        if (!d.proposed || (d.target && d.target->readable && d.target->value == *d.proposed))
            continue;
        SettingChange change;
        change.key = d.key;
        if (d.target)
            change.expected = d.target->value;
        change.value = d.proposed;
        out.push_back(std::move(change));
    }
    return out;
}

} // namespace switchyard::environment
