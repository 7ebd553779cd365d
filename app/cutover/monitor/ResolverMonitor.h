#pragma once

#include "app/base/StopScope.h"
#include "app/cutover/monitor/AddressBook.h"

namespace switchyard::cutover {

/// The propagation matrix: every resolver for every host, asked when its TTL ends and every 15 s around a switch. Names resolvers that hold
/// an answer longer than was published. Main thread.
class ResolverMonitor {
public:
    ResolverMonitor(RunContext* context, AddressBook* book);
    void start();
    /// Everything is asked at the next turn.
    void askAgain();
    [[nodiscard]] Task<> askOne(std::size_t row, std::size_t cell, std::stop_token stop);

private:
    Task<> watch(std::size_t row, std::stop_token stop);
    void judge(ResolverRow& row, ResolverCell& cell, std::optional<Seconds> told);
    /// The longest TTL that was ever published for a host, as far as the run saw it.
    [[nodiscard]] Seconds published(const QString& host) const;
    RunContext* m_context;
    AddressBook* m_book;
    std::map<std::pair<std::size_t, std::size_t>, TimePoint> m_asked;
    StopScope m_scope;
};

} // namespace switchyard::cutover
