#include "app/preflight/Groups.h"

#include <algorithm>

namespace switchyard::preflight {

namespace {

QString N(const char* text) { return QString::fromUtf8(text); }

bool hasNames(const Input& in) { return !in.hosts.empty() && in.plan && !in.plan->dns.zone.isEmpty(); }

QStringList hostsOf(const Input& in)
{
    QStringList out;
    for (const HostRead& h : in.hosts)
        out << h.host;
    return out;
}

Verdict zoneReads(const Input& in)
{
    if (!hasNames(in))
        return notApplicable();
    if (in.zone)
        return pass();
    return found({{}, Severity::Failure, N("The zone %1 can't be read").arg(in.plan->dns.zone), in.zoneProblem, N("Check the account and the zone's name in the plan."), N("dns"), N("save-zone")});
}

Verdict ttls(const Input& in)
{
    if (!in.zone || !hasNames(in))
        return notApplicable();
    const Seconds longest = dns::longestTtl(*in.zone, hostsOf(in));
    if (longest <= Seconds(300))
        return pass();
    return found({{}, longest > Seconds(7200) ? Severity::Caution : Severity::Advisory, N("Records have a TTL of %1").arg(durationProse(longest)), N("After it is lowered, the plan waits that long before anything is switched."), N("Start the plan earlier by that time."), N("dns"), {}});
}

Verdict recordsExist(const Input& in)
{
    if (!in.zone || !hasNames(in))
        return notApplicable();
    QStringList without;
    for (const HostRead& h : in.hosts) {
        if (dns::addressRecords(*in.zone, h.host).empty())
            without << h.host;
    }
    if (without.isEmpty())
        return pass();
    return found({{}, Severity::Caution, N("%1 has no record now").arg(without.join(N(", "))), N("It is created at the switch; a wildcard or a typing error may hide behind it."), N("Check the name in the plan."), N("dns"), {}});
}

Verdict strayAaaa(const Input& in)
{
    if (!in.zone || !hasNames(in))
        return notApplicable();
    QStringList stray;
    for (const HostRead& h : in.hosts) {
        if (in.zone->find(dns::absolute(h.host), N("AAAA")))
            stray << h.host;
    }
    if (stray.isEmpty())
        return pass();
    return found({{}, Severity::Advisory, N("AAAA records exist for %1").arg(stray.join(N(", "))), N("Left over, they would keep IPv6 visitors on the source and block the certificate. The switch removes them."), {}, N("dns"), {}});
}

Verdict apex(const Input& in)
{
    if (!in.zone || !hasNames(in))
        return notApplicable();
    for (const HostRead& h : in.hosts) {
        if (dns::absolute(h.host) != dns::absolute(in.plan->dns.zone))
            continue;
        if (in.flattensApex || h.target.isAddress || h.target.target.isEmpty())
            return pass();
        return found({{}, Severity::Failure, N("The apex %1 can't be an alias at this DNS host").arg(h.host), N("The target gives a name for it, and a CNAME is forbidden there."), N("Ask the target for an address, or use a DNS host that flattens."), N("dns"),
                      N("switch-names")});
    }
    return notApplicable();
}

Verdict wwwPair(const Input& in)
{
    if (!hasNames(in))
        return notApplicable();
    const QStringList hosts = hostsOf(in);
    QStringList alone;
    for (const QString& host : hosts) {
        if (host.startsWith(u"www.") && in.zone && !hosts.contains(host.mid(4)) && !dns::addressRecords(*in.zone, host.mid(4)).empty())
            alone << host.mid(4);
        if (host == in.plan->dns.zone && in.zone && !hosts.contains(N("www.") + host) && !dns::addressRecords(*in.zone, N("www.") + host).empty())
            alone << N("www.") + host;
    }
    if (alone.isEmpty())
        return pass();
    return found({{}, Severity::Caution, N("%1 stays on the source").arg(alone.join(N(", "))), N("Half of the visitors type that name."), N("Add it to the plan's domains."), N("dns"), {}});
}

Verdict caa(const Input& in)
{
    if (!hasNames(in))
        return notApplicable();
    QStringList refused, broken;
    bool looked = false;
    for (const HostRead& h : in.hosts) {
        if (!h.caaProblem.isEmpty())
            broken << h.host;
        if (!h.caa)
            continue;
        looked = true;
        bool any = false, allowed = false;
        for (const DnsRecord& r : h.caa->records) {
            if (r.type != u"CAA" || !r.value.contains(u"issue"))
                continue;
            any = true;
            // The issuers of the target's certificates: Let's Encrypt and Google Trust Services (Render's documentation, 2025).
            allowed = allowed || r.value.contains(u"letsencrypt.org") || r.value.contains(u"pki.goog");
        }
        if (any && !allowed)
            refused << h.host;
    }
    if (!refused.isEmpty())
        return found({{}, Severity::Failure, N("CAA forbids the target's certificate for %1").arg(refused.join(N(", "))), N("The issuer would refuse; visitors would see TLS errors after the switch."), N("Add CAA records for letsencrypt.org and pki.goog."), N("dns"),
                      N("switch-names")});
    if (!broken.isEmpty())
        return found({N("DNS-08"), Severity::Caution, N("CAA of %1 can't be looked up").arg(broken.join(N(", "))), N("An issuer that gets no answer refuses the certificate."), N("Repair the zone's name servers or its DNSSEC."), N("dns"), {}});
    return looked ? pass() : notApplicable();
}

Verdict proxied(const Input& in)
{
    if (!in.zone || !hasNames(in))
        return notApplicable();
    QStringList behind;
    for (const HostRead& h : in.hosts) {
        for (const RecordSet& r : dns::addressRecords(*in.zone, h.host)) {
            if (r.proxied)
                behind << h.host;
        }
    }
    if (behind.isEmpty())
        return pass();
    return found({{}, Severity::Caution, N("%1 is proxied by the DNS host").arg(behind.join(N(", "))), N("Resolvers see the proxy's address before and after; the switch shows in answers only."), N("Look at the proxy's TLS mode: it must be strict."), N("dns"), {}});
}

Verdict certificatesFollow(const Input& in)
{
    if (!hasNames(in))
        return notApplicable();
    return found({{}, Severity::Advisory, N("Certificates are issued after the names point at the target"), N("Until then a host shows TLS errors, usually 5 to 12 min."), N("Waive the certificate at the poll with that gap in mind."), N("dns"), {}});
}

} // namespace

std::vector<Rule> nameRules()
{
    return {{N("DNS-03"), N("The zone can be read"), zoneReads}, {N("DNS-01"), N("TTLs"), ttls},         {N("DNS-05"), N("Records exist"), recordsExist}, {N("DNS-06"), N("No stray AAAA"), strayAaaa}, {N("DNS-10"), N("Apex"), apex},
            {N("DNS-11"), N("www and apex together"), wwwPair},   {N("DNS-07"), N("CAA"), caa}, {N("DNS-21"), N("Proxy"), proxied},              {N("TLS-02"), N("Certificates follow DNS"), certificatesFollow}};
}

} // namespace switchyard::preflight
