#include "app/ports/DnsHost.h"

#include <algorithm>

namespace switchyard {

const RecordSet* Zone::find(const QString& recordName, const QString& type) const
{
    const auto it = std::find_if(records.begin(), records.end(), [&](const RecordSet& r) { return r.name == recordName && r.type == type; });
    return it == records.end() ? nullptr : &*it;
}

} // namespace switchyard
