#pragma once

#include "app/ports/Dialer.h"

namespace switchyard {

/// The way of a live run: every address is itself, and the system's roots are the only ones trusted. Any thread.
class LiveDialer final : public Dialer {
public:
    [[nodiscard]] Endpoint route(const QString& address, quint16 port) const override;
    [[nodiscard]] QByteArray trustedRoots() const override;
};

} // namespace switchyard
