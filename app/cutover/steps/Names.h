#pragma once

#include "app/cutover/RunContext.h"
#include "app/dns/Planning.h"

namespace switchyard::cutover {

/// Where the target wants each host: what the provider says of the custom domain, else the host of the service's own address. Hosts whose
/// target isn't known yet have an empty one. Writes the planned records on the blackboard when the zone is known.
[[nodiscard]] Task<std::vector<dns::HostTarget>> readTargets(RunContext* context, QStringList hosts, std::stop_token stop);

/// Addresses at which a host is reached right now, asked at the authoritative server, following aliases through other resolvers. Error: Network
/// when nobody answers.
[[nodiscard]] Task<QStringList> addressesOf(RunContext* context, QString host, std::stop_token stop);

/// Whether the DNS host keeps a CNAME at the apex and answers with addresses.
[[nodiscard]] bool flattensApex(const DnsHost& host);

/// The rows of a dry run for record changes, relative to the zone.
[[nodiscard]] std::vector<ChangePreview> changeRows(const std::vector<RecordChange>& changes, const QString& zone);

/// Calls of the DNS host for changes, as rows.
[[nodiscard]] Task<std::vector<CallPreview>> dnsCallRows(std::shared_ptr<DnsHost> host, QString zone, std::vector<RecordChange> changes, std::stop_token stop);

} // namespace switchyard::cutover
