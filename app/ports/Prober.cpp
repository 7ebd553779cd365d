#include "app/ports/Prober.h"

namespace switchyard {

QByteArray ProbeAnswer::header(const QByteArray& name) const
{
    for (const HttpHeader& h : headers) {
        if (h.name.compare(name, Qt::CaseInsensitive) == 0)
            return h.value;
    }
    return {};
}

} // namespace switchyard
