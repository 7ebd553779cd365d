#pragma once

#include "app/base/Task.h"
#include "app/ports/Dialer.h"
#include "app/ports/Prober.h"

#include <QDeadlineTimer>
#include <QSslSocket>

#include <memory>

namespace switchyard::probe {

/// A fresh connection, encrypted or not, or the words why there is none.
struct Line {
    std::shared_ptr<QSslSocket> socket;
    TlsState tls;
    QString problem;
    [[nodiscard]] bool open() const { return problem.isEmpty(); }
};

/// Connects to where `dialer` says for (address, port), with `host` in SNI and checked against the certificate. Errors: Cancelled only.
[[nodiscard]] Task<Line> openLine(std::shared_ptr<Dialer> dialer, QString host, QString address, quint16 port, bool encrypted, QDeadlineTimer deadline,
                                  std::stop_token stop);

/// Wakes when the socket has something new to say or the deadline is over; the caller looks. Error: Cancelled.
[[nodiscard]] Task<> lineNews(std::shared_ptr<QSslSocket> socket, QDeadlineTimer deadline, std::stop_token stop);

/// Why a connection ended, in words.
[[nodiscard]] QString lineProblem(const QAbstractSocket& socket);

} // namespace switchyard::probe
