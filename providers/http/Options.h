#pragma once

#include "app/base/Result.h"
#include "app/base/Units.h"
#include "app/ports/LogSource.h"

#include <QByteArray>
#include <QUrl>

#include <set>

namespace switchyard::http {

/// Keeps a rehearsal from reaching the network: while it is active only the listed ports of 127.0.0.1, ::1 and localhost may be reached.
/// Asked before a socket is opened, for requests, streams and WebSockets alike. Any thread.
struct TransportGuard {
    bool active = false;
    std::set<quint16> ports;    ///< empty while active: nothing may be reached
    /// Error: Invalid, naming host and port.
    [[nodiscard]] Result<> check(const QUrl& url, const QString& provider) const;
};

/// What every client of a run shares. `log` gets one redacted line a request (method, path, status, milliseconds; never a body or an
/// authorization) and one Warning a retry; it is called on the main thread and may be empty.
struct Options {
    TransportGuard guard;
    LogSource::Sink log;
    Milliseconds deadline{20'000};      ///< wall time one try may take, connecting included
    int concurrency = 4;                ///< requests on their way to one host at a time
    int tries = 3;                      ///< of calls that may be repeated
    Milliseconds backOff{400};          ///< before the second try; doubles, jittered by half
    Milliseconds longestWait{30'000};   ///< a provider that asks for a longer wait gets RateLimited instead
    Milliseconds pollEvery{2'000};      ///< between looks at something that takes time
    Milliseconds pollLimit{600'000};    ///< how long such a wait may last
    Milliseconds streamIdle{60'000};    ///< a log stream that says nothing for so long is opened again
    Milliseconds reconnect{1'000};      ///< before a broken stream is opened again; doubles up to 30 s
    QByteArray trustedRoots;            ///< PEM of extra authorities; empty when live
};

} // namespace switchyard::http
