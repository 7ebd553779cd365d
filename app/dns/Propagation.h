#pragma once

#include "app/ports/Resolver.h"

#include <map>
#include <optional>
#include <vector>

namespace switchyard::dns {

/// The proof that no honest cache still holds the old TTL: lowered then, with that old TTL.
struct TtlProof {
    TimePoint loweredAt{};
    Seconds oldTtl{0};
    [[nodiscard]] TimePoint over() const { return loweredAt + oldTtl; }
    [[nodiscard]] bool holds(TimePoint now) const { return now >= over(); }
    [[nodiscard]] Milliseconds left(TimePoint now) const { return holds(now) ? Milliseconds{0} : over() - now; }
};

enum class WhoAnswers { Unknown, Source, Target, NoAnswer };

/// Reads an answer against where the name must point: by the CNAME in the chain, or by addresses known of each side.
[[nodiscard]] WhoAnswers whoAnswers(const DnsAnswer& answer, const QStringList& targetNames, const QStringList& targetAddresses);

/// One answer of one resolver for one host.
struct Answered {
    QString resolver;
    QString host;
    WhoAnswers who = WhoAnswers::Unknown;
    std::optional<TimePoint> expires;   ///< when that resolver asks again, from the TTL it told
    bool honest = true;                 ///< false: known to hold answers longer than told
    std::optional<Milliseconds> holds{}; ///< how long it keeps an answer, as far as it showed
};

struct Forecast {
    int total = 0;
    int target = 0;
    int silent = 0;
    std::optional<TimePoint> lastOldExpires; ///< of honest resolvers; nothing when none holds an old answer
    QStringList stubborn;                    ///< dishonest resolvers that still answer the source
    std::map<QString, Milliseconds> holds;   ///< of the stubborn: the longest they were seen to keep an answer
    /// "21 of 24 answers are Render. Last old answer expires in 51 s"
    [[nodiscard]] QString text(const QString& targetTitle, TimePoint now) const;
};
[[nodiscard]] Forecast forecast(const std::vector<Answered>& answers);

} // namespace switchyard::dns
