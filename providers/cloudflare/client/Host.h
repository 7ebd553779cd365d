#pragma once

#include "app/ports/DnsHost.h"
#include "providers/cloudflare/client/Records.h"
#include "providers/http/ApiClient.h"

#include <map>

namespace switchyard::cloudflare {

/// See Factory.h. Facts: the published API description (2024-08) with the batch call of the vendor's client library (2026).
class Host final : public DnsHost {
public:
    Host(Account account, http::Options options);

    [[nodiscard]] QString id() const override { return QStringLiteral("cloudflare"); }
    [[nodiscard]] QString displayName() const override { return QStringLiteral("Cloudflare"); }
    [[nodiscard]] QString monogram() const override { return QStringLiteral("Cf"); }
    [[nodiscard]] std::optional<qint64> callsLeft() const override { return m_api.callsLeft(); }
    [[nodiscard]] bool atomic() const override { return true; }
    [[nodiscard]] Task<AccountInfo> account(std::stop_token stop) override;
    [[nodiscard]] Task<std::vector<AppSummary>> zones(std::stop_token stop) override;
    [[nodiscard]] Task<Zone> readZone(QString name, std::stop_token stop) override;
    [[nodiscard]] Task<Zone> apply(QString zone, std::vector<RecordChange> changes, std::stop_token stop) override;
    /// Computed from what is there now, whether or not that is what the changes expect.
    [[nodiscard]] Task<std::vector<Call>> preview(QString zone, std::vector<RecordChange> changes, std::stop_token stop) override;

private:
    http::ApiClient m_api;
};

} // namespace switchyard::cloudflare
