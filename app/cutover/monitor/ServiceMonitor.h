#pragma once

#include "app/base/StopScope.h"
#include "app/cutover/RunContext.h"

namespace switchyard::cutover {

/// Reads what runs on both sides every 20 s of run time within the providers' rate limits, and fills lanes, providers and regions. A
/// provider that can't be read keeps its last state, with the time it was read. Main thread.
class ServiceMonitor {
public:
    explicit ServiceMonitor(RunContext* context);
    void start();
    /// One round over every service of one account.
    [[nodiscard]] Task<> readAccount(QString account, std::stop_token stop);

private:
    struct Place {
        std::size_t lane = 0;
        Side side = Side::Source;
        ServiceRef ref;
    };
    Task<> watch(QString account, std::stop_token stop);
    void takeService(const Place& place, const Service& service);
    [[nodiscard]] ProviderView* provider(const QString& account) const;
    RunContext* m_context;
    std::vector<Place> m_places;
    StopScope m_scope;
};

} // namespace switchyard::cutover
