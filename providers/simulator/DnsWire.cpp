#include "providers/simulator/DnsWire.h"

#include "app/base/Log.h"

#include <ldns/ldns.h>

#include <memory>

namespace switchyard::simulator {

namespace {

template<auto Free>
struct LdnsFreed {
    template<typename T>
    void operator()(T* object) const { Free(object); }
};
using Packet = std::unique_ptr<ldns_pkt, LdnsFreed<ldns_pkt_free>>;

constexpr int ednsSize = 32768; // loopback carries large datagrams

/// Takes over a C string of ldns.
QString takeText(char* text)
{
    const QString copy = QString::fromLatin1(text);
    std::free(text);
    return copy;
}

QString nameOf(const ldns_rdf* name)
{
    return takeText(ldns_rdf2str(name)).toLower();
}

QString typeText(ldns_rr_type type)
{
    return takeText(ldns_rr_type2str(type));
}

/// The character strings of a TXT record, joined, as plain text.
QString plainText(const ldns_rr* rr)
{
    QByteArray text;
    for (size_t i = 0; i < ldns_rr_rd_count(rr); ++i) {
        const ldns_rdf* part = ldns_rr_rdf(rr, i);
        text.append(reinterpret_cast<const char*>(ldns_rdf_data(part)) + 1, qsizetype(ldns_rdf_size(part)) - 1);
    }
    return QString::fromUtf8(text);
}

ResourceRecord recordOf(const ldns_rr* rr)
{
    ResourceRecord record;
    record.name = nameOf(ldns_rr_owner(rr));
    record.type = typeText(ldns_rr_get_type(rr));
    record.ttl = ldns_rr_ttl(rr);
    if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_TXT) {
        record.data = plainText(rr);
        return record;
    }
    QStringList fields;
    for (size_t i = 0; i < ldns_rr_rd_count(rr); ++i)
        fields.append(takeText(ldns_rdf2str(ldns_rr_rdf(rr, i))));
    record.data = fields.join(u' ');
    return record;
}

ldns_rr* rrOf(const ResourceRecord& record)
{
    ldns_rr* rr = nullptr;
    const QByteArray line = zoneLine(record);
    const ldns_status status = ldns_rr_new_frm_str(&rr, line.constData(), 0, nullptr, nullptr);
    if (status != LDNS_STATUS_OK) {
        logWarning("simulator", QStringLiteral("not a DNS record: %1 (%2)")
                                    .arg(QString::fromUtf8(line), QString::fromLatin1(ldns_get_errorstr_by_id(status))));
        return nullptr;
    }
    return rr;
}

QByteArray wire(const ldns_pkt* packet)
{
    uint8_t* data = nullptr;
    size_t size = 0;
    if (ldns_pkt2wire(&data, packet, &size) != LDNS_STATUS_OK)
        return {};
    const QByteArray bytes(reinterpret_cast<const char*>(data), qsizetype(size));
    std::free(data);
    return bytes;
}

Packet parse(const QByteArray& bytes)
{
    ldns_pkt* packet = nullptr;
    if (ldns_wire2pkt(&packet, reinterpret_cast<const uint8_t*>(bytes.constData()), size_t(bytes.size())) != LDNS_STATUS_OK)
        return {};
    return Packet(packet);
}

ldns_rr* questionOf(const QString& name, const QString& type)
{
    ldns_rr* question = ldns_rr_new();
    ldns_rr_set_question(question, true);
    ldns_rdf* owner = nullptr;
    ldns_str2rdf_dname(&owner, name.toLatin1().constData());
    ldns_rr_set_owner(question, owner);
    ldns_rr_set_type(question, ldns_get_rr_type_by_name(type.toLatin1().constData()));
    ldns_rr_set_class(question, LDNS_RR_CLASS_IN);
    return question;
}

} // namespace

QString absoluteName(const QString& name)
{
    const QString lower = name.toLower();
    return lower.endsWith(u'.') ? lower : lower + u'.';
}

QByteArray zoneLine(const ResourceRecord& record)
{
    QByteArray data = record.data.toUtf8();
    if (record.type == QLatin1String("TXT")) {
        QByteArray quoted;
        for (qsizetype at = 0; at == 0 || at < data.size(); at += 255) {
            quoted += at == 0 ? "\"" : " \"";
            for (const char c : data.mid(at, 255)) {
                const quint8 byte = quint8(c);
                if (c == '"' || c == '\\')
                    quoted += QByteArray("\\") + c;
                else if (byte < 32 || byte > 126)
                    quoted += '\\' + QByteArray::number(byte).rightJustified(3, '0');
                else
                    quoted += c;
            }
            quoted += '"';
        }
        data = quoted;
    }
    return record.name.toLatin1() + ' ' + QByteArray::number(record.ttl) + " IN " + record.type.toLatin1() + ' ' + data;
}

std::optional<WireQuery> parseQuery(const QByteArray& bytes)
{
    if (bytes.size() < 12)
        return std::nullopt;
    WireQuery query;
    query.id = quint16(quint8(bytes.at(0)) << 8 | quint8(bytes.at(1)));
    query.response = quint8(bytes.at(2)) & 0x80;
    const Packet packet = parse(bytes);
    if (!packet || query.response || ldns_pkt_get_opcode(packet.get()) != LDNS_PACKET_QUERY || ldns_pkt_qdcount(packet.get()) != 1)
        return query;
    const ldns_rr* question = ldns_rr_list_rr(ldns_pkt_question(packet.get()), 0);
    query.valid = ldns_rr_get_class(question) == LDNS_RR_CLASS_IN;
    query.question.name = nameOf(ldns_rr_owner(question));
    query.question.type = typeText(ldns_rr_get_type(question));
    query.question.recursionDesired = ldns_pkt_rd(packet.get());
    query.checkingDisabled = ldns_pkt_cd(packet.get());
    query.edns = ldns_pkt_edns(packet.get());
    if (query.edns)
        query.udpSize = std::max<int>(512, ldns_pkt_edns_udp_size(packet.get()));
    return query;
}

QByteArray buildReply(const WireQuery& query, const DnsReply& reply, int limit)
{
    if (!query.valid) { // the question could not be read: a bare header says so
        QByteArray header(12, '\0');
        header[0] = char(query.id >> 8);
        header[1] = char(query.id & 0xff);
        header[2] = char(0x80);
        header[3] = char(DnsRcode::FormErr);
        return header;
    }
    const Packet packet(ldns_pkt_new());
    ldns_pkt* p = packet.get();
    ldns_pkt_set_id(p, query.id);
    ldns_pkt_set_qr(p, true);
    ldns_pkt_set_aa(p, reply.aa);
    ldns_pkt_set_ra(p, reply.ra);
    ldns_pkt_set_rd(p, query.question.recursionDesired);
    ldns_pkt_set_cd(p, query.checkingDisabled);
    ldns_pkt_set_rcode(p, ldns_pkt_rcode(int(reply.rcode)));
    ldns_pkt_push_rr(p, LDNS_SECTION_QUESTION, questionOf(query.question.name, query.question.type));
    const auto push = [p](ldns_pkt_section section, const QList<ResourceRecord>& records) {
        for (const ResourceRecord& record : records) {
            if (ldns_rr* rr = rrOf(record))
                ldns_pkt_push_rr(p, section, rr);
        }
    };
    push(LDNS_SECTION_ANSWER, reply.answers);
    push(LDNS_SECTION_AUTHORITY, reply.authority);
    if (query.edns)
        ldns_pkt_set_edns_udp_size(p, 1232);
    QByteArray bytes = wire(p);
    if (bytes.size() > limit) {
        DnsReply cut = reply;
        cut.answers.clear();
        cut.authority.clear();
        bytes = buildReply(query, cut, 65535);
        bytes[2] = char(quint8(bytes.at(2)) | 0x02);
    }
    return bytes;
}

QByteArray buildQuery(quint16 id, const QString& name, const QString& type, bool recursionDesired)
{
    const Packet packet(ldns_pkt_new());
    ldns_pkt_set_id(packet.get(), id);
    ldns_pkt_set_rd(packet.get(), recursionDesired);
    ldns_pkt_set_edns_udp_size(packet.get(), ednsSize);
    ldns_pkt_push_rr(packet.get(), LDNS_SECTION_QUESTION, questionOf(name, type));
    return wire(packet.get());
}

std::optional<DnsReply> parseReply(const QByteArray& bytes, quint16 id)
{
    const Packet packet = parse(bytes);
    if (!packet || ldns_pkt_id(packet.get()) != id || !ldns_pkt_qr(packet.get()))
        return std::nullopt;
    DnsReply reply;
    reply.rcode = DnsRcode(ldns_pkt_get_rcode(packet.get()));
    reply.aa = ldns_pkt_aa(packet.get());
    reply.ra = ldns_pkt_ra(packet.get());
    const auto pull = [](const ldns_rr_list* list, QList<ResourceRecord>& into) {
        for (size_t i = 0; i < ldns_rr_list_rr_count(list); ++i)
            into.append(recordOf(ldns_rr_list_rr(list, i)));
    };
    pull(ldns_pkt_answer(packet.get()), reply.answers);
    pull(ldns_pkt_authority(packet.get()), reply.authority);
    return reply;
}

} // namespace switchyard::simulator
