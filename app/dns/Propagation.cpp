#include "app/dns/Propagation.h"

#include "app/dns/Planning.h"

#include <algorithm>

namespace switchyard::dns {

WhoAnswers whoAnswers(const DnsAnswer& answer, const QStringList& targetNames, const QStringList& targetAddresses)
{
    if (answer.rcode != QLatin1String("NOERROR"))
        return WhoAnswers::NoAnswer;
    if (answer.records.empty())
        return WhoAnswers::NoAnswer;
    const auto hit = [&](const DnsRecord& r) {
        if (r.type == QLatin1String("CNAME"))
            return std::any_of(targetNames.begin(), targetNames.end(), [&](const QString& n) { return absolute(n) == absolute(r.value); });
        return targetAddresses.contains(r.value);
    };
    return std::any_of(answer.records.begin(), answer.records.end(), hit) ? WhoAnswers::Target : WhoAnswers::Source;
}

Forecast forecast(const std::vector<Answered>& answers)
{
    Forecast f;
    for (const Answered& a : answers) {
        ++f.total;
        if (a.who == WhoAnswers::Target) {
            ++f.target;
        } else if (a.who == WhoAnswers::Source) {
            if (!a.honest) {
                if (!f.stubborn.contains(a.resolver))
                    f.stubborn << a.resolver;
                if (a.holds)
                    f.holds[a.resolver] = std::max(f.holds[a.resolver], *a.holds);
            } else if (a.expires && (!f.lastOldExpires || *a.expires > *f.lastOldExpires)) {
                f.lastOldExpires = a.expires;
            }
        } else {
            ++f.silent;
        }
    }
    return f;
}

QString Forecast::text(const QString& targetTitle, TimePoint now) const
{
    QString out = QStringLiteral("%1 of %2 answers are %3.").arg(target).arg(total).arg(targetTitle);
    if (lastOldExpires)
        out += *lastOldExpires > now ? QStringLiteral(" Last old answer expires in %1.").arg(durationProse(*lastOldExpires - now)) : QStringLiteral(" The last old answer should have expired.");
    for (const QString& name : stubborn) {
        const auto held = holds.find(name);
        out += held == holds.end() ? QStringLiteral(" %1 holds answers longer than told.").arg(name)
                                   : QStringLiteral(" %1 holds %2 s, longer than told, and isn't waited for.").arg(name).arg(std::chrono::duration_cast<Seconds>(held->second).count());
    }
    return out;
}

} // namespace switchyard::dns
