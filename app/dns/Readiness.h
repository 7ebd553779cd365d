#pragma once

#include "app/dns/Propagation.h"
#include "app/ports/DnsHost.h"

#include <optional>
#include <vector>

namespace switchyard::dns {

/// One line of the check list before the names are switched.
struct ReadyLine {
    enum class State { Good, Waits, Look, Unknown };
    QString id;             ///< "ttl", "caa", "aaaa", "apex"
    State state = State::Unknown;
    QString title;          ///< "TTL is 60 s"
    QString text;           ///< what was found, in one sentence
};

struct ReadyInput {
    std::optional<Zone> now;                ///< the zone as it stands; nothing: not read yet
    QStringList hosts;                      ///< names that will be switched
    std::vector<RecordChange> planned;      ///< the switch, when it is known
    Seconds wantedTtl{60};
    std::optional<TtlProof> proof;          ///< when the TTLs were lowered; nothing: not yet
    QStringList issuers;                    ///< CAA names of the authorities the target uses
    QString issuerTitle;                    ///< "Render"
    QString hostTitle;                      ///< the DNS host: "Cloudflare"
    bool flattens = false;                  ///< it keeps a name at the apex
    TimePoint at{};
};

/// TTL low for longer than the old TTL, CAA allows the issuer, no stray AAAA, apex possible. Pure.
[[nodiscard]] std::vector<ReadyLine> readyLines(const ReadyInput& in);

/// The authorities named by the CAA set that applies to `host` (the closest one, climbing); nothing when no CAA stands in the zone.
/// RFC 8659, section 3.
[[nodiscard]] std::optional<QStringList> allowedIssuers(const Zone& zone, const QString& host);

} // namespace switchyard::dns
