#pragma once

#include "app/ports/DnsHost.h"

#include <optional>
#include <vector>

namespace switchyard::dns {

/// "api.example.org" -> "api.example.org."
[[nodiscard]] QString absolute(const QString& host);
/// Label of a name inside its zone: "@", "www"; the name itself when it is elsewhere.
[[nodiscard]] QString relative(const QString& name, const QString& zone);

/// Where one host must point after the switch.
struct HostTarget {
    QString host;
    QString target;             ///< name or address
    bool isAddress = false;
};

/// The record sets that decide who answers for a host: A, AAAA, CNAME, ALIAS, HTTPS.
[[nodiscard]] std::vector<RecordSet> addressRecords(const Zone& zone, const QString& host);

/// The changes that point each host at its target, compare-and-set against `zone`: one CNAME or A at the end, what else answered there is
/// removed (a left-over AAAA would keep part of the visitors on the source). At the apex a CNAME is written only where the DNS host
/// flattens it. Keeps the proxy flag. Hosts that are right already need no change. Error: Invalid (no target known, apex not possible).
[[nodiscard]] Result<std::vector<RecordChange>> planSwitch(const Zone& zone, const std::vector<HostTarget>& targets, Seconds ttl, bool flattensApex);

/// The same changes backwards.
[[nodiscard]] std::vector<RecordChange> inverse(const std::vector<RecordChange>& changes);

/// The changes that make every address record of the hosts exactly what it is in `saved`, against what is there `now`.
[[nodiscard]] std::vector<RecordChange> planRestore(const Zone& saved, const Zone& now, const QStringList& hosts);

/// The changes that set the TTL of the hosts' address records to `ttl` where it is longer ("automatic" is 300 s and counts as such).
[[nodiscard]] std::vector<RecordChange> planLowerTtl(const Zone& zone, const QStringList& hosts, Seconds ttl);
/// The changes that give the hosts' records the TTL their name had in `saved`, whatever they hold now.
[[nodiscard]] std::vector<RecordChange> planRestoreTtl(const Zone& saved, const Zone& now, const QStringList& hosts);

/// TTL as resolvers see it: "automatic" (1) is 300 s at Cloudflare.
[[nodiscard]] Seconds effectiveTtl(const RecordSet& set);
/// Longest effective TTL of the hosts' address records; 0 when there are none.
[[nodiscard]] Seconds longestTtl(const Zone& zone, const QStringList& hosts);

enum class RecordVerdict { Changed, Added, Removed, Same };
struct RecordDiff {
    RecordVerdict verdict = RecordVerdict::Same;
    std::optional<RecordSet> before;
    std::optional<RecordSet> now;
};
/// Every record set of both zones, changed first, then by name.
[[nodiscard]] std::vector<RecordDiff> compareZones(const Zone& before, const Zone& now);

/// One line for the screen: "75.2.60.5", "a, b".
[[nodiscard]] QString valuesText(const std::optional<RecordSet>& set);

} // namespace switchyard::dns
