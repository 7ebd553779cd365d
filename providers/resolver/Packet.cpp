#include "providers/resolver/Packet.h"

#include <ldns/ldns.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace switchyard::dnswire {

namespace {

struct FreePacket {
    void operator()(ldns_pkt* packet) const { ldns_pkt_free(packet); }
};
using PacketPtr = std::unique_ptr<ldns_pkt, FreePacket>;

QString takeText(char* text)
{
    const QString out = QString::fromUtf8(text).trimmed();
    std::free(text);
    return out;
}

QString typeName(ldns_rr_type type) { return takeText(ldns_rr_type2str(type)); }
QString nameText(const ldns_rdf* rdf) { return takeText(ldns_rdf2str(rdf)).toLower(); }

/// The character strings of a TXT record as one text, without the zone file's quotes and escapes.
QString joinedText(const ldns_rr* rr)
{
    QByteArray out;
    for (size_t i = 0; i < ldns_rr_rd_count(rr); ++i) {
        const ldns_rdf* part = ldns_rr_rdf(rr, i);
        const size_t size = ldns_rdf_size(part);
        if (size > 1)
            out.append(reinterpret_cast<const char*>(ldns_rdf_data(part)) + 1, static_cast<qsizetype>(size - 1));
    }
    return QString::fromUtf8(out);
}

QString valueText(const ldns_rr* rr)
{
    const ldns_rr_type type = ldns_rr_get_type(rr);
    if (type == LDNS_RR_TYPE_TXT)
        return joinedText(rr);
    QStringList parts;
    for (size_t i = 0; i < ldns_rr_rd_count(rr); ++i) {
        const ldns_rdf* part = ldns_rr_rdf(rr, i);
        parts << (ldns_rdf_get_type(part) == LDNS_RDF_TYPE_DNAME ? nameText(part) : takeText(ldns_rdf2str(part)));
    }
    return parts.join(u' ');
}

Error parseError(const QString& detail)
{
    Error error = Error::invalid(QStringLiteral("A name server sent a packet that can't be read."), QStringLiteral("Its answer was not used."),
                                 QStringLiteral("Ask again; if it stays so, leave this server out."));
    error.kind = ErrorKind::Parse;
    error.detail = detail;
    error.retryable = true;
    return error;
}

} // namespace

Result<QByteArray> question(const QString& name, const QString& type, quint16 id, bool recurse)
{
    const ldns_rr_type rrType = ldns_get_rr_type_by_name(type.toLatin1().constData());
    if (rrType == static_cast<ldns_rr_type>(0))
        return Error::invalid(QStringLiteral("%1 is not a DNS record type.").arg(type), {}, QStringLiteral("Ask for A, AAAA, CNAME, TXT, MX, NS, SOA or CAA."));
    QString absolute = name.trimmed();
    if (!absolute.endsWith(u'.'))
        absolute += u'.';
    ldns_rdf* owner = ldns_dname_new_frm_str(absolute.toUtf8().constData());
    if (!owner)
        return Error::invalid(QStringLiteral("%1 is not a name that DNS can hold.").arg(name), {}, QStringLiteral("Check its labels: 63 characters each, 253 in all."));
    PacketPtr packet(ldns_pkt_query_new(owner, rrType, LDNS_RR_CLASS_IN, recurse ? LDNS_RD : 0)); // owns `owner` from here
    if (!packet) {
        ldns_rdf_deep_free(owner);
        return Error::internal(QStringLiteral("no memory for a DNS packet"));
    }
    ldns_pkt_set_id(packet.get(), id);
    ldns_pkt_set_edns_udp_size(packet.get(), 1232); // what passes unfragmented nearly everywhere (DNS flag day 2020)
    uint8_t* wire = nullptr;
    size_t size = 0;
    if (ldns_pkt2wire(&wire, packet.get(), &size) != LDNS_STATUS_OK)
        return Error::internal(QStringLiteral("a DNS packet could not be written"));
    QByteArray out(reinterpret_cast<const char*>(wire), static_cast<qsizetype>(size));
    std::free(wire);
    return out;
}

Result<Reply> parse(const QByteArray& bytes)
{
    ldns_pkt* raw = nullptr;
    const ldns_status status = ldns_wire2pkt(&raw, reinterpret_cast<const uint8_t*>(bytes.constData()), static_cast<size_t>(bytes.size()));
    if (status != LDNS_STATUS_OK)
        return parseError(QString::fromLatin1(ldns_get_errorstr_by_id(status)));
    const PacketPtr packet(raw);
    Reply reply;
    reply.id = ldns_pkt_id(raw);
    reply.isAnswer = ldns_pkt_qr(raw);
    reply.truncated = ldns_pkt_tc(raw);
    reply.answer.authoritative = ldns_pkt_aa(raw);
    reply.answer.rcode = takeText(ldns_pkt_rcode2str(ldns_pkt_get_rcode(raw)));
    const ldns_rr_list* questions = ldns_pkt_question(raw);
    if (ldns_rr_list_rr_count(questions) > 0) {
        const ldns_rr* asked = ldns_rr_list_rr(questions, 0);
        reply.name = nameText(ldns_rr_owner(asked));
        reply.type = typeName(ldns_rr_get_type(asked));
    }
    const ldns_rr_list* answers = ldns_pkt_answer(raw);
    for (size_t i = 0; i < ldns_rr_list_rr_count(answers); ++i) {
        const ldns_rr* rr = ldns_rr_list_rr(answers, i);
        reply.answer.records.push_back({.name = nameText(ldns_rr_owner(rr)), .type = typeName(ldns_rr_get_type(rr)),
                                        .ttl = Seconds(ldns_rr_ttl(rr)), .value = valueText(rr)});
    }
    // The chain comes first whatever order the server used.
    std::stable_partition(reply.answer.records.begin(), reply.answer.records.end(), [](const DnsRecord& r) { return r.type == QLatin1String("CNAME"); });
    return reply;
}

} // namespace switchyard::dnswire
