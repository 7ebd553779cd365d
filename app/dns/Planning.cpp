#include "app/dns/Planning.h"

#include <algorithm>
#include <array>

namespace switchyard::dns {

namespace {

constexpr std::array<const char*, 5> kAddressTypes{"A", "AAAA", "CNAME", "ALIAS", "HTTPS"};
constexpr Seconds kAutomatic{300};

bool isAddressType(const QString& type)
{
    return std::any_of(kAddressTypes.begin(), kAddressTypes.end(), [&](const char* t) { return type == QLatin1String(t); });
}

} // namespace

QString absolute(const QString& host)
{
    const QString lower = host.trimmed().toLower();
    return lower.endsWith(u'.') || lower.isEmpty() ? lower : lower + u'.';
}

QString relative(const QString& name, const QString& zone)
{
    const QString n = absolute(name), z = absolute(zone);
    if (n == z)
        return QStringLiteral("@");
    return n.endsWith(u'.' + z) ? n.chopped(z.size() + 1) : name;
}

std::vector<RecordSet> addressRecords(const Zone& zone, const QString& host)
{
    const QString name = absolute(host);
    std::vector<RecordSet> out;
    for (const RecordSet& r : zone.records) {
        if (r.name == name && isAddressType(r.type))
            out.push_back(r);
    }
    return out;
}

Result<std::vector<RecordChange>> planSwitch(const Zone& zone, const std::vector<HostTarget>& targets, Seconds ttl, bool flattensApex)
{
    std::vector<RecordChange> out;
    for (const HostTarget& t : targets) {
        const QString name = absolute(t.host);
        if (t.target.isEmpty())
            return Error::invalid(QStringLiteral("The target hasn't said where %1 must point.").arg(t.host), QStringLiteral("The switch can't be planned; nothing was changed."),
                                  QStringLiteral("Add the domain at the target first, then look again."));
        const bool apex = name == absolute(zone.name);
        if (apex && !t.isAddress && !flattensApex)
            return Error::invalid(QStringLiteral("%1 is the zone's apex, and the target gives only a name for it.").arg(t.host),
                                  QStringLiteral("This DNS host keeps no alias at the apex, so the record can't be written."), QStringLiteral("Ask the target for an address, or use a DNS host that flattens."));
        const std::vector<RecordSet> present = addressRecords(zone, t.host);
        RecordSet planned;
        planned.name = name;
        planned.type = t.isAddress ? (t.target.contains(u':') ? QStringLiteral("AAAA") : QStringLiteral("A")) : QStringLiteral("CNAME");
        planned.values = {t.isAddress ? t.target : absolute(t.target)};
        planned.proxied = std::any_of(present.begin(), present.end(), [](const RecordSet& r) { return r.proxied; });
        planned.ttl = planned.proxied ? Seconds(1) : ttl;
        if (present.size() == 1 && present.front() == planned)
            continue;
        bool placed = false;
        for (const RecordSet& r : present) {
            RecordChange change{name, r, std::nullopt};
            if (r.type == planned.type) {
                change.planned = planned;
                placed = true;
                if (r == planned)
                    continue;
            }
            out.push_back(std::move(change));
        }
        if (!placed)
            out.push_back(RecordChange{name, std::nullopt, planned});
    }
    return out;
}

std::vector<RecordChange> inverse(const std::vector<RecordChange>& changes)
{
    std::vector<RecordChange> out;
    for (auto it = changes.rbegin(); it != changes.rend(); ++it)
        out.push_back(RecordChange{it->name, it->planned, it->expected});
    return out;
}

std::vector<RecordChange> planRestore(const Zone& saved, const Zone& now, const QStringList& hosts)
{
    std::vector<RecordChange> out;
    for (const QString& host : hosts) {
        const std::vector<RecordSet> want = addressRecords(saved, host);
        for (const RecordSet& have : addressRecords(now, host)) {
            const auto same = std::find_if(want.begin(), want.end(), [&](const RecordSet& w) { return w.type == have.type; });
            if (same == want.end())
                out.push_back(RecordChange{have.name, have, std::nullopt});
            else if (*same != have)
                out.push_back(RecordChange{have.name, have, *same});
        }
        for (const RecordSet& w : want) {
            if (!now.find(w.name, w.type))
                out.push_back(RecordChange{w.name, std::nullopt, w});
        }
    }
    return out;
}

Seconds effectiveTtl(const RecordSet& set) { return set.ttl <= Seconds(1) ? kAutomatic : set.ttl; }

Seconds longestTtl(const Zone& zone, const QStringList& hosts)
{
    Seconds longest{0};
    for (const QString& host : hosts) {
        for (const RecordSet& r : addressRecords(zone, host))
            longest = std::max(longest, effectiveTtl(r));
    }
    return longest;
}

std::vector<RecordChange> planLowerTtl(const Zone& zone, const QStringList& hosts, Seconds ttl)
{
    std::vector<RecordChange> out;
    for (const QString& host : hosts) {
        for (const RecordSet& r : addressRecords(zone, host)) {
            // A proxied record's answers come from the DNS host itself; its TTL is fixed and needs no lowering.
            if (r.proxied || effectiveTtl(r) <= ttl)
                continue;
            RecordSet lowered = r;
            lowered.ttl = ttl;
            out.push_back(RecordChange{r.name, r, lowered});
        }
    }
    return out;
}

std::vector<RecordChange> planRestoreTtl(const Zone& saved, const Zone& now, const QStringList& hosts)
{
    std::vector<RecordChange> out;
    for (const QString& host : hosts) {
        const std::vector<RecordSet> before = addressRecords(saved, host);
        if (before.empty())
            continue;
        for (const RecordSet& r : addressRecords(now, host)) {
            const auto same = std::find_if(before.begin(), before.end(), [&](const RecordSet& b) { return b.type == r.type; });
            RecordSet restored = r;
            restored.ttl = same != before.end() ? same->ttl : before.front().ttl;
            if (!r.proxied && restored != r)
                out.push_back(RecordChange{r.name, r, restored});
        }
    }
    return out;
}

std::vector<RecordDiff> compareZones(const Zone& before, const Zone& now)
{
    std::vector<RecordDiff> out;
    for (const RecordSet& b : before.records) {
        const RecordSet* n = now.find(b.name, b.type);
        out.push_back(n ? RecordDiff{*n == b ? RecordVerdict::Same : RecordVerdict::Changed, b, *n} : RecordDiff{RecordVerdict::Removed, b, std::nullopt});
    }
    for (const RecordSet& n : now.records) {
        if (!before.find(n.name, n.type))
            out.push_back(RecordDiff{RecordVerdict::Added, std::nullopt, n});
    }
    const auto key = [](const RecordDiff& d) {
        const RecordSet& r = d.now ? *d.now : *d.before;
        return std::tuple(d.verdict == RecordVerdict::Same, r.name, r.type);
    };
    std::stable_sort(out.begin(), out.end(), [&](const RecordDiff& a, const RecordDiff& b) { return key(a) < key(b); });
    return out;
}

QString valuesText(const std::optional<RecordSet>& set) { return set ? set->values.join(QStringLiteral(", ")) : QString(); }

} // namespace switchyard::dns
