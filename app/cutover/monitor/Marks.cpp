#include "app/cutover/monitor/Marks.h"

#include <algorithm>

namespace switchyard::cutover {

namespace {
bool headerCarries(const ProbeAnswer& answer, const QString& name, const QString& part)
{
    const QByteArray wanted = name.trimmed().toLatin1();
    return std::any_of(answer.headers.begin(), answer.headers.end(), [&](const HttpHeader& h) {
        return h.name.compare(wanted, Qt::CaseInsensitive) == 0 && QString::fromUtf8(h.value).contains(part.trimmed(), Qt::CaseInsensitive);
    });
}
bool bodyCarries(const ProbeAnswer& answer, const QString& text)
{
    return !text.isEmpty() && QString::fromUtf8(answer.body).contains(text, Qt::CaseInsensitive);
}
} // namespace

bool carriesMark(const ProbeAnswer& answer, const QString& mark)
{
    if (mark.isEmpty() || answer.status == 0)
        return false;
    bool number = false;
    const int status = mark.toInt(&number);
    if (number && mark.size() == 3)
        return answer.status == status;
    if (mark.startsWith(QStringLiteral("body:")))
        return bodyCarries(answer, mark.mid(5).trimmed());
    if (mark.startsWith(QStringLiteral("header:"))) {
        const QString rest = mark.mid(7);
        const auto equals = rest.indexOf(u'=');
        return equals < 0 ? headerCarries(answer, rest, {}) : headerCarries(answer, rest.left(equals), rest.mid(equals + 1));
    }
    const auto colon = mark.indexOf(QStringLiteral(": "));
    if (colon > 0 && !mark.left(colon).contains(u' '))
        return headerCarries(answer, mark.left(colon), mark.mid(colon + 2));
    return headerCarries(answer, mark, {}) || bodyCarries(answer, mark);
}

HostState classify(const ProbeAnswer& answer, const plan::DomainMapping& domain, const HostAddresses& known)
{
    if (answer.status == 0)
        return HostState::Failed;
    if (carriesMark(answer, domain.maintenanceMark))
        return HostState::Maintenance;
    if (answer.status == 503 && domain.maintenanceMark.isEmpty())
        return HostState::Maintenance;
    if (answer.status >= 500)
        return HostState::Failed;
    if (carriesMark(answer, domain.targetMark))
        return HostState::Target;
    if (carriesMark(answer, domain.sourceMark))
        return HostState::Source;
    if (known.target.contains(answer.address))
        return HostState::Target;
    if (known.source.contains(answer.address))
        return HostState::Source;
    // One mark alone tells both sides apart; with two, an answer that has neither is from somewhere else.
    if (domain.sourceMark.isEmpty() != domain.targetMark.isEmpty())
        return domain.targetMark.isEmpty() ? HostState::Target : HostState::Source;
    return HostState::Unknown;
}

} // namespace switchyard::cutover
