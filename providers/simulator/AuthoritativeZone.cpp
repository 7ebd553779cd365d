#include "providers/simulator/AuthoritativeZone.h"

#include "providers/simulator/DnsWire.h"

#include <algorithm>

namespace switchyard::simulator {

namespace {

constexpr int longestChain = 8;

bool isUnder(const QString& name, const QString& apex)
{
    return name == apex || apex == QLatin1String(".") || name.endsWith(u'.' + apex);
}

/// The records that answer for `name`: its own, or of the closest wildcard with the owner replaced (RFC 4592). `exists` says whether the
/// name is there at all, also as an empty name between others.
QList<ResourceRecord> recordsAt(const QList<ResourceRecord>& all, const QString& name, const QString& apex, bool& exists)
{
    QList<ResourceRecord> own;
    const QString below = u'.' + name;
    exists = name == apex;
    for (const ResourceRecord& record : all) {
        if (record.name == name)
            own.append(record);
        exists = exists || record.name == name || record.name.endsWith(below);
    }
    if (exists)
        return own;
    for (QString parent = name; parent != apex && parent.contains(u'.');) {
        parent = parent.section(u'.', 1);
        const QString wildcard = QStringLiteral("*.") + parent;
        bool blocked = false; // a name that exists below the wildcard's parent is its closest encloser
        for (const ResourceRecord& record : all) {
            if (record.name == wildcard) {
                own.append(record);
                own.last().name = name;
            }
            blocked = blocked || (record.name != wildcard && isUnder(record.name, parent));
        }
        if (!own.isEmpty() || blocked || parent == apex)
            break;
    }
    exists = !own.isEmpty();
    return own;
}

} // namespace

AuthoritativeZone::AuthoritativeZone(QString apex, Records records, Soa soa)
    : m_apex(absoluteName(apex))
    , m_records(std::move(records))
    , m_soa(std::move(soa))
{
}

bool AuthoritativeZone::holds(const QString& name) const
{
    return isUnder(name, m_apex);
}

ResourceRecord AuthoritativeZone::soaRecord() const
{
    return {m_apex, QStringLiteral("SOA"), m_soa.ttl,
            QStringLiteral("%1 %2 %3 %4 %5 %6 %7")
                .arg(m_soa.primary, m_soa.mailbox)
                .arg(m_soa.serial)
                .arg(m_soa.refresh)
                .arg(m_soa.retry)
                .arg(m_soa.expire)
                .arg(m_soa.minimum)};
}

DnsReply AuthoritativeZone::negative(DnsRcode rcode, DnsReply reply) const
{
    reply.rcode = rcode;
    ResourceRecord soa = soaRecord();
    soa.ttl = std::min(m_soa.ttl, m_soa.minimum); // RFC 2308 section 3
    reply.authority = {soa};
    return reply;
}

DnsReply AuthoritativeZone::answer(const DnsQuestion& question, const Lookup& outside) const
{
    DnsReply reply;
    reply.aa = true;
    if (question.type == QLatin1String("SOA") && question.name == m_apex) {
        reply.answers = {soaRecord()};
        return reply;
    }
    const QList<ResourceRecord> all = m_records();
    QString name = question.name;
    for (int hop = 0; hop < longestChain; ++hop) {
        bool exists = false;
        const QList<ResourceRecord> here = recordsAt(all, name, m_apex, exists);
        if (!exists)
            return negative(DnsRcode::NxDomain, reply);
        const auto isType = [](const QString& type) { return [type](const ResourceRecord& record) { return record.type == type; }; };
        QList<ResourceRecord> wanted;
        std::copy_if(here.begin(), here.end(), std::back_inserter(wanted),
                     [&](const ResourceRecord& record) { return record.type == question.type || question.type == QLatin1String("ANY"); });
        const auto cname = std::find_if(here.begin(), here.end(), isType(QStringLiteral("CNAME")));
        const bool flatten = name == m_apex && cname != here.end();
        if (flatten) {
            // Cloudflare serves the addresses behind an apex CNAME under the apex's own name, with the smaller TTL of the two.
            wanted.removeIf(isType(QStringLiteral("CNAME")));
            if (question.type == QLatin1String("A") || question.type == QLatin1String("AAAA")) {
                QList<ResourceRecord> found;
                if (holds(cname->data)) {
                    DnsQuestion inner = question;
                    inner.name = cname->data;
                    if (inner.name != m_apex)
                        found = answer(inner, outside).answers;
                } else if (outside) {
                    found = outside(cname->data, question.type);
                } else {
                    reply.rcode = DnsRcode::ServFail;
                    return reply;
                }
                quint32 ttl = cname->ttl;
                for (const ResourceRecord& record : std::as_const(found))
                    ttl = std::min(ttl, record.ttl);
                for (const ResourceRecord& record : std::as_const(found)) {
                    if (record.type == question.type)
                        wanted.append({name, question.type, ttl, record.data});
                }
            }
        }
        if (!wanted.isEmpty()) {
            reply.answers += wanted;
            return reply;
        }
        if (cname == here.end() || flatten)
            return negative(DnsRcode::NoError, reply);
        reply.answers.append(*cname);
        name = absoluteName(cname->data);
        if (!holds(name))
            return reply; // the resolver goes on at another server
    }
    return reply;
}

AuthoritativeZone& ZoneSet::add(AuthoritativeZone zone)
{
    remove(zone.apex());
    m_zones.push_back(std::make_unique<AuthoritativeZone>(std::move(zone)));
    return *m_zones.back();
}

void ZoneSet::remove(const QString& apex)
{
    std::erase_if(m_zones, [name = absoluteName(apex)](const auto& zone) { return zone->apex() == name; });
}

AuthoritativeZone* ZoneSet::find(const QString& name) const
{
    AuthoritativeZone* best = nullptr;
    for (const auto& zone : m_zones) {
        if (zone->holds(name) && (!best || zone->apex().size() > best->apex().size()))
            best = zone.get();
    }
    return best;
}

QList<ResourceRecord> ZoneSet::addresses(const QString& name, const QString& type, int depth) const
{
    const AuthoritativeZone* zone = find(absoluteName(name));
    if (!zone || depth > longestChain)
        return {};
    const DnsReply reply = zone->answer({absoluteName(name), type}, [this, depth](const QString& next, const QString& wanted) {
        return addresses(next, wanted, depth + 1);
    });
    QList<ResourceRecord> records = reply.answers;
    if (!records.isEmpty() && records.last().type == QLatin1String("CNAME"))
        records += addresses(records.last().data, type, depth + 1);
    return records;
}

DnsReply ZoneSet::answer(const DnsQuestion& question) const
{
    const AuthoritativeZone* zone = find(question.name);
    if (!zone)
        return {DnsRcode::Refused, false, false, {}, {}, false};
    return zone->answer(question, [this](const QString& name, const QString& type) { return addresses(name, type, 0); });
}

} // namespace switchyard::simulator
