#include "app/dns/Readiness.h"

#include "app/dns/Planning.h"

#include <QRegularExpression>

#include <algorithm>

namespace switchyard::dns {

namespace {

/// TTLs are told in the unit a zone file has them in, as long as that is short.
QString ttlText(Seconds ttl) { return ttl < Seconds(600) ? QStringLiteral("%1 s").arg(ttl.count()) : durationProse(ttl); }

ReadyLine ttlLine(const ReadyInput& in)
{
    ReadyLine line;
    line.id = QStringLiteral("ttl");
    const Seconds longest = longestTtl(*in.now, in.hosts);
    if (longest > in.wantedTtl) {
        line.state = ReadyLine::State::Look;
        line.title = QStringLiteral("TTL is %1").arg(ttlText(longest));
        line.text = QStringLiteral("Caches would keep the old answer that long. The plan lowers it to %1.").arg(ttlText(in.wantedTtl));
    } else if (in.proof && !in.proof->holds(in.at)) {
        line.state = ReadyLine::State::Waits;
        line.title = QStringLiteral("TTL is %1").arg(ttlText(longest));
        line.text = QStringLiteral("The old one of %1 runs out of the last cache in %2.").arg(ttlText(in.proof->oldTtl), durationProse(in.proof->left(in.at)));
    } else {
        line.state = ReadyLine::State::Good;
        line.title = QStringLiteral("TTL is %1").arg(ttlText(longest));
        line.text = in.proof ? QStringLiteral("Low since %1, longer than the old TTL of %2.").arg(clockUtc(in.proof->loweredAt).left(5), ttlText(in.proof->oldTtl))
                             : QStringLiteral("It was that low when the zone was read.");
    }
    return line;
}

ReadyLine caaLine(const ReadyInput& in)
{
    ReadyLine line;
    line.id = QStringLiteral("caa");
    QStringList refused;
    QStringList allowed;
    for (const QString& host : in.hosts) {
        const std::optional<QStringList> named = allowedIssuers(*in.now, host);
        if (!named)
            continue;
        for (const QString& issuer : *named) {
            if (!allowed.contains(issuer))
                allowed << issuer;
        }
        const bool ok = std::any_of(in.issuers.begin(), in.issuers.end(), [&](const QString& i) { return named->contains(i); });
        if (!ok)
            refused << host;
    }
    if (in.issuers.isEmpty()) {
        line.title = allowed.isEmpty() ? QStringLiteral("CAA names no issuer") : QStringLiteral("CAA names %1").arg(allowed.join(QStringLiteral(", ")));
        line.text = QStringLiteral("Who issues for %1 isn't known here.").arg(in.issuerTitle);
    } else if (!refused.isEmpty()) {
        line.state = ReadyLine::State::Look;
        line.title = QStringLiteral("CAA forbids the issuer");
        line.text = QStringLiteral("%1 could get no certificate. Add CAA records for %2.").arg(refused.join(QStringLiteral(", ")), in.issuers.join(QStringLiteral(" and ")));
    } else {
        line.state = ReadyLine::State::Good;
        line.title = QStringLiteral("CAA allows the issuer");
        line.text = allowed.isEmpty() ? QStringLiteral("The zone holds no CAA record, so any issuer may.") : QStringLiteral("It names %1.").arg(allowed.join(QStringLiteral(", ")));
    }
    return line;
}

ReadyLine aaaaLine(const ReadyInput& in)
{
    ReadyLine line;
    line.id = QStringLiteral("aaaa");
    QStringList stray;
    QStringList removed;
    for (const QString& host : in.hosts) {
        const RecordSet* set = in.now->find(absolute(host), QStringLiteral("AAAA"));
        if (!set)
            continue;
        const bool handled = std::any_of(in.planned.begin(), in.planned.end(), [&](const RecordChange& c) { return c.expected && c.expected->type == set->type && c.name == set->name; });
        (handled ? removed : stray) << host;
    }
    line.state = stray.isEmpty() ? ReadyLine::State::Good : ReadyLine::State::Look;
    line.title = stray.isEmpty() ? QStringLiteral("No stray AAAA") : QStringLiteral("AAAA at %1").arg(stray.join(QStringLiteral(", ")));
    line.text = !stray.isEmpty() ? QStringLiteral("Visitors with IPv6 would stay on the source.")
        : removed.isEmpty()      ? QStringLiteral("No visitor would stay behind on IPv6.")
                                 : QStringLiteral("The switch takes care of %1.").arg(removed.join(QStringLiteral(", ")));
    return line;
}

ReadyLine apexLine(const ReadyInput& in, const QString& apex)
{
    ReadyLine line;
    line.id = QStringLiteral("apex");
    const auto change = std::find_if(in.planned.begin(), in.planned.end(), [&](const RecordChange& c) { return c.name == absolute(apex) && c.planned; });
    if (change == in.planned.end()) {
        line.title = QStringLiteral("Apex record not known yet");
        line.text = QStringLiteral("%1 tells its address once the domain is added there.").arg(in.issuerTitle);
    } else if (change->planned->type == QLatin1String("A") || change->planned->type == QLatin1String("AAAA")) {
        line.state = ReadyLine::State::Good;
        line.title = QStringLiteral("Apex is an address");
        line.text = QStringLiteral("It needs no flattening.");
    } else {
        line.state = in.flattens ? ReadyLine::State::Good : ReadyLine::State::Look;
        line.title = in.flattens ? QStringLiteral("Apex flattening is supported") : QStringLiteral("Apex can't be a name");
        line.text = in.flattens ? QStringLiteral("%1 answers it with addresses.").arg(in.hostTitle)
                                : QStringLiteral("%1 keeps no name at the apex. Ask %2 for an address.").arg(in.hostTitle, in.issuerTitle);
    }
    return line;
}

} // namespace

std::optional<QStringList> allowedIssuers(const Zone& zone, const QString& host)
{
    static const QRegularExpression value(QStringLiteral("^\\s*\\d+\\s+issue\\s+\"?([^\";]*)"), QRegularExpression::CaseInsensitiveOption);
    for (QString name = absolute(host); !name.isEmpty(); name = name.mid(name.indexOf(u'.') + 1)) {
        if (const RecordSet* set = zone.find(name, QStringLiteral("CAA"))) {
            QStringList issuers;
            for (const QString& each : set->values) {
                const QRegularExpressionMatch match = value.match(each);
                if (match.hasMatch())
                    issuers << match.captured(1).trimmed().toLower();
            }
            // A set without an "issue" property forbids nobody.
            if (issuers.isEmpty())
                return std::nullopt;
            return issuers;
        }
        if (name == absolute(zone.name))
            break;
    }
    return std::nullopt;
}

std::vector<ReadyLine> readyLines(const ReadyInput& in)
{
    if (!in.now)
        return {{QStringLiteral("zone"), ReadyLine::State::Unknown, QStringLiteral("The zone isn't read yet"), QStringLiteral("It is read in the first steps.")}};
    std::vector<ReadyLine> out{ttlLine(in), caaLine(in), aaaaLine(in)};
    for (const QString& host : in.hosts) {
        if (absolute(host) == absolute(in.now->name))
            out.push_back(apexLine(in, host));
    }
    return out;
}

} // namespace switchyard::dns
