#pragma once

#include "providers/simulator/DnsServer.h"

#include <optional>

namespace switchyard::simulator {

/// A query as it came off the wire, with what its answer needs to repeat.
struct WireQuery {
    quint16 id = 0;
    bool valid = false;           ///< exactly one question, opcode QUERY
    bool response = false;
    bool checkingDisabled = false;
    bool edns = false;
    int udpSize = 512;
    DnsQuestion question;
};

/// Nothing when even the header can't be read: such a packet gets no answer.
[[nodiscard]] std::optional<WireQuery> parseQuery(const QByteArray& packet);
/// The answer in wire form, cut down to an empty one with TC when it is larger than `limit` bytes.
[[nodiscard]] QByteArray buildReply(const WireQuery& query, const DnsReply& reply, int limit);

/// A question as a resolver sends it, EDNS with a large UDP size.
[[nodiscard]] QByteArray buildQuery(quint16 id, const QString& name, const QString& type, bool recursionDesired);
/// What an upstream answered to `id`; nothing when the packet is not that answer.
[[nodiscard]] std::optional<DnsReply> parseReply(const QByteArray& packet, quint16 id);

/// "WWW.Example.test" -> "www.example.test."
[[nodiscard]] QString absoluteName(const QString& name);
/// The record in presentation format, TXT quoted and split: one line of a zone file.
[[nodiscard]] QByteArray zoneLine(const ResourceRecord& record);

} // namespace switchyard::simulator
