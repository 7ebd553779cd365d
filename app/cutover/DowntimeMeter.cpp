#include "app/cutover/DowntimeMeter.h"

namespace switchyard::cutover {

DowntimeMeter::DowntimeMeter(Milliseconds closed, std::optional<TimePoint> downSince, std::optional<TimePoint> upSince)
    : m_closed(closed), m_downSince(downSince), m_upSince(upSince)
{
}

bool DowntimeMeter::add(const ProbeSample& sample)
{
    const bool bad = sample.state == HostState::Failed || sample.state == HostState::Maintenance;
    const bool good = sample.state == HostState::Source || sample.state == HostState::Target;
    if (!good) {
        m_good = 0;
        m_firstGood.reset();
    }
    if (bad && !m_downSince) {
        m_downSince = sample.at;
        m_upSince.reset();
        return true;
    }
    if (!good || !m_downSince)
        return false;
    if (m_good++ == 0)
        m_firstGood = sample.at;
    if (m_good < 3)
        return false;
    m_closed += *m_firstGood - *m_downSince;
    m_upSince = m_firstGood;
    m_downSince.reset();
    m_firstGood.reset();
    m_good = 0;
    return true;
}

Milliseconds DowntimeMeter::downtime(TimePoint now) const
{
    return m_downSince && now > *m_downSince ? m_closed + (now - *m_downSince) : m_closed;
}

} // namespace switchyard::cutover
