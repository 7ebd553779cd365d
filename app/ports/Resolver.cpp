#include "app/ports/Resolver.h"

#include <algorithm>

namespace switchyard {

QStringList DnsAnswer::values(const QString& type) const
{
    QStringList out;
    for (const DnsRecord& record : records) {
        if (record.type == type)
            out << record.value;
    }
    out.sort();
    return out;
}

std::optional<Seconds> DnsAnswer::ttl() const
{
    if (records.empty())
        return std::nullopt;
    return std::min_element(records.begin(), records.end(), [](const DnsRecord& a, const DnsRecord& b) { return a.ttl < b.ttl; })->ttl;
}

} // namespace switchyard
