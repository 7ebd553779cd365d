#pragma once

#include "app/ports/Resolver.h"

#include <QByteArray>

namespace switchyard::dnswire {

/// A query packet. `recurse` sets RD: authoritative servers are asked without it. Error: Invalid (a name or type that can't be asked).
[[nodiscard]] Result<QByteArray> question(const QString& name, const QString& type, quint16 id, bool recurse);

struct Reply {
    quint16 id = 0;
    bool isAnswer = false;
    bool truncated = false;
    QString name;           ///< the question it repeats; empty when it repeats none
    QString type;
    DnsAnswer answer;
};
/// Reads a packet of a server. Error: Parse.
[[nodiscard]] Result<Reply> parse(const QByteArray& packet);

} // namespace switchyard::dnswire
