#pragma once

#include "app/cutover/RunContext.h"
#include "app/cutover/monitor/Marks.h"

namespace switchyard::cutover {

/// What the monitors know about who lives at which address: from the planned record changes and from marked answers. Main thread.
class AddressBook {
public:
    explicit AddressBook(RunContext* context) : m_context(context) {}
    [[nodiscard]] HostAddresses of(const QString& host) const;
    void learn(const QString& host, const QString& address, HostState side);
    /// An address of the target to shake hands with before anybody is sent there; empty while none is known.
    [[nodiscard]] Task<QString> targetAddress(QString host, std::stop_token stop);
    /// The caching resolver that stands for visitors: the first that honours TTLs.
    [[nodiscard]] std::optional<ResolverAddress> visitorsResolver(int skip = 0) const;
    /// A and AAAA are one question here: the IPv4 addresses that visitors get. Errors: Network, Timeout.
    [[nodiscard]] Task<QStringList> ask(ResolverAddress server, QString name, std::stop_token stop);

private:
    RunContext* m_context;
    std::map<QString, HostAddresses> m_learnt;
};

} // namespace switchyard::cutover
