#include "app/cutover/monitor/ResolverMonitor.h"

#include "app/cutover/RunController.h"
#include "app/cutover/monitor/Pace.h"
#include "app/dns/Planning.h"
#include "app/dns/Propagation.h"

#include <algorithm>

namespace switchyard::cutover {

ResolverMonitor::ResolverMonitor(RunContext* context, AddressBook* book) : m_context(context), m_book(book)
{
    auto& rows = m_context->state().resolvers;
    rows.clear();
    for (const ResolverAddress& resolver : m_context->services().resolvers) {
        ResolverRow row;
        row.resolver = resolver;
        for (const plan::DomainMapping& d : m_context->plan().production().domains)
            row.cells.push_back({d.host, HostState::Unknown, {}, {}, {}, {}});
        rows.push_back(std::move(row));
    }
}

void ResolverMonitor::start()
{
    for (std::size_t i = 0; i < m_context->state().resolvers.size(); ++i)
        m_scope.spawn(QStringLiteral("resolver ") + m_context->state().resolvers[i].resolver.name, watch(i, m_scope.token()));
}

void ResolverMonitor::askAgain()
{
    for (ResolverRow& row : m_context->state().resolvers) {
        for (ResolverCell& cell : row.cells)
            cell.nextAsk = m_context->clock()->now();
    }
}

Task<> ResolverMonitor::watch(std::size_t row, std::stop_token stop)
{
    Clock* clock = m_context->clock();
    while (true) {
        const std::size_t cells = m_context->state().resolvers[row].cells.size();
        for (std::size_t i = 0; i < cells; ++i) {
            const ResolverCell& cell = m_context->state().resolvers[row].cells[i];
            // A switch that happened meanwhile makes an old appointment too late.
            const TimePoint latest = m_asked[{row, i}] + paceOf(m_context->state()).resolvers;
            if (cell.nextAsk && std::min(*cell.nextAsk, latest) > clock->now())
                continue;
            m_asked[{row, i}] = clock->now();
            SY_CO_CHECK(co_await askOne(row, i, stop));
            SY_CO_ALIVE(stop);
        }
        TimePoint next = clock->now() + paceOf(m_context->state()).resolvers;
        for (const ResolverCell& cell : m_context->state().resolvers[row].cells)
            next = cell.nextAsk ? std::min(next, *cell.nextAsk) : next;
        const Milliseconds slice = atLeastQuarterSecond(std::clamp<Milliseconds>(next - clock->now(), Seconds(1), Seconds(5)), *clock);
        SY_CO_CHECK(co_await sleepFor(clock, slice, stop));
        SY_CO_ALIVE(stop);
    }
}

Task<> ResolverMonitor::askOne(std::size_t rowIndex, std::size_t cellIndex, std::stop_token stop)
{
    const ResolverAddress server = m_context->state().resolvers[rowIndex].resolver;
    const QString host = m_context->state().resolvers[rowIndex].cells[cellIndex].host;
    const QString type = QStringLiteral("A");
    auto answer = co_await m_context->services().resolver->query(server, host, type, stop);
    SY_CO_ALIVE(stop);
    // A flattened apex answers with the target's address and no name: the address must be known to tell who it is.
    HostAddresses withTarget = m_book->of(host);
    if (withTarget.target.isEmpty() && !withTarget.targetNames.isEmpty()) {
        auto found = co_await m_book->targetAddress(host, stop);
        SY_CO_ALIVE(stop);
        if (found && !found->isEmpty())
            withTarget.target << *found;
    }
    ResolverRow& row = m_context->state().resolvers[rowIndex];
    ResolverCell& cell = row.cells[cellIndex];
    const TimePoint now = m_context->clock()->now();
    const HostState before = cell.state;
    std::optional<Seconds> told;
    cell.expires.reset();
    if (!answer) {
        cell.state = HostState::Failed;
        cell.answer = answer.error().happened;
    } else {
        const HostAddresses known = withTarget;
        cell.answer = answer->values(type).join(QStringLiteral(", "));
        // An authoritative server may end at a name of another zone.
        if (cell.answer.isEmpty())
            cell.answer = answer->values(QStringLiteral("CNAME")).join(QStringLiteral(", "));
        if (cell.answer.isEmpty())
            cell.answer = answer->rcode;
        switch (dns::whoAnswers(*answer, known.targetNames, known.target)) {
        case dns::WhoAnswers::Target: cell.state = HostState::Target; break;
        case dns::WhoAnswers::Source: cell.state = HostState::Source; break;
        case dns::WhoAnswers::NoAnswer: cell.state = HostState::Failed; break;
        case dns::WhoAnswers::Unknown: cell.state = HostState::Unknown; break;
        }
        // After a restart nobody may have met the target yet: what isn't known isn't the source.
        const bool nothingKnown = known.target.isEmpty() && known.targetNames.isEmpty();
        if (cell.state == HostState::Source && nothingKnown && m_context->state().switchedAt && !known.source.contains(cell.answer))
            cell.state = HostState::Unknown;
        told = answer->ttl();
        if (told && !server.authoritative)
            cell.expires = now + *told;
    }
    judge(row, cell, told);
    const Milliseconds latest = paceOf(m_context->state()).resolvers;
    cell.nextAsk = cell.expires ? std::min(*cell.expires + Milliseconds(500), now + latest) : now + latest;
    m_context->touch(before == cell.state ? unsigned(ResolversChanged) : unsigned(ResolversChanged | HostsChanged));
    co_return Ok{};
}

Seconds ResolverMonitor::published(const QString& host) const
{
    const RunState& s = m_context->state();
    const QStringList hosts{host};
    // Once the old TTL has run out everywhere, only the lowered one counts.
    const bool ranOut = m_context->memoryOfKind(QStringLiteral("wait-ttl")).contains(u"over");
    Seconds longest = s.zoneBefore && !(ranOut && s.zoneNow) ? dns::longestTtl(*s.zoneBefore, hosts) : Seconds(0);
    if (s.zoneNow)
        longest = std::max(longest, dns::longestTtl(*s.zoneNow, hosts));
    return longest;
}

void ResolverMonitor::judge(ResolverRow& row, ResolverCell& cell, std::optional<Seconds> told)
{
    const RunState& s = m_context->state();
    const TimePoint now = m_context->clock()->now();
    const auto before = std::exchange(cell.held, std::nullopt);
    const Seconds longest = published(cell.host);
    // It tells more than anybody ever published.
    if (told && longest > Seconds(0) && *told > longest + Seconds(1))
        cell.held = *told;
    // The records were switched, the TTL in force has run out, and it still gives the old answer. The grace covers an answer that was
    // fetched in the second of the switch.
    const Seconds inForce = s.ttl > Seconds(0) ? s.ttl : m_context->plan().dns.switchTtl;
    // With switch groups, only hosts that the zone itself sends to the target count.
    bool switched = s.switchedAt.has_value();
    for (const ResolverRow& other : s.resolvers) {
        for (const ResolverCell& c : other.cells) {
            if (other.resolver.authoritative && c.host == cell.host && c.state != HostState::Target)
                switched = false;
        }
    }
    if (cell.state == HostState::Source && switched && now > *s.switchedAt + inForce + Seconds(10))
        cell.held = now - *s.switchedAt;
    if (!cell.held || row.resolver.authoritative)
        return;
    cell.held = std::max(*cell.held, before.value_or(Milliseconds(0))); // what is left of its hold says less than the whole
    const bool news = row.honest;
    row.honest = false;
    Finding finding;
    finding.id = QStringLiteral("DNS-HELD-%1").arg(row.resolver.address);
    finding.severity = Severity::Caution;
    finding.title = QStringLiteral("%1 holds %2 s").arg(row.resolver.label.isEmpty() ? row.resolver.name : row.resolver.label).arg(std::chrono::duration_cast<Seconds>(*cell.held).count());
    finding.text = QStringLiteral("It keeps %1 longer than the %2 that are published, so its visitors arrive later than the others.").arg(cell.host, durationProse(longest));
    finding.fix = QStringLiteral("Keep the source's maintenance page until it lets go.");
    finding.page = QStringLiteral("dns");
    finding.linkText = QStringLiteral("Open in DNS");
    m_context->report(std::move(finding), news);
}

} // namespace switchyard::cutover
