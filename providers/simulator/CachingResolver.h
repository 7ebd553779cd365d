#pragma once

#include "app/base/Clock.h"
#include "providers/simulator/DnsServer.h"

#include <memory>

namespace switchyard::simulator {

/// A resolver with a cache, as the world's visitors use it: asks an authoritative server with real UDP packets, follows CNAMEs, serves
/// answers with the TTL that is left by the run's clock, and keeps "no such name" as long as the SOA says (RFC 2308). Main thread.
class CachingResolver final : public QObject {
public:
    /// `upstreamPort`: the authoritative server on 127.0.0.1.
    CachingResolver(Clock* clock, quint16 upstreamPort, QObject* parent = nullptr);
    ~CachingResolver() override;

    /// Names under `suffix` are asked of another server.
    void addUpstream(const QString& suffix, quint16 port);
    bool listen(quint16 port = 0);
    [[nodiscard]] quint16 port() const;

    /// Keeps every answer at least this long whatever TTL was published (some resolvers hold 300 s); 0 turns it off. For answers that come
    /// in from now on.
    void ignoreTtl(Seconds minimum);
    /// Answers every question SERVFAIL while on.
    void setServFail(bool on);
    /// Leaves every question unanswered while on.
    void setSilent(bool on);
    void flush();
    /// Questions that had to be asked of an upstream.
    [[nodiscard]] qint64 upstreamQueries() const;

    /// Resolves inside the process through the same cache: what visitors do.
    void resolve(const QString& name, const QString& type, std::function<void(DnsReply)> done);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace switchyard::simulator
