#include "providers/probe/LiveDialer.h"

namespace switchyard {

Endpoint LiveDialer::route(const QString& address, quint16 port) const
{
    return address.isEmpty() ? Endpoint{} : Endpoint{address, port};
}

QByteArray LiveDialer::trustedRoots() const { return {}; }

} // namespace switchyard
