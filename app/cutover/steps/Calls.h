#pragma once

#include "app/cutover/StepAction.h"

namespace switchyard::cutover {

/// The calls that a provider's client will send, as rows of the dry run. Paths are the published ones (Heroku Platform API v3, Render API v1,
/// Netlify API 2.x); an id that isn't known yet reads "…".
struct Caller {
    QString provider; ///< "heroku"
    ServiceRef ref;
};
[[nodiscard]] CallPreview settingsCall(const Caller& to, int keys);
[[nodiscard]] CallPreview scaleCall(const Caller& to, int instances);
[[nodiscard]] CallPreview suspendCall(const Caller& to, bool suspend);
[[nodiscard]] CallPreview maintenanceCall(const Caller& to, bool on);
[[nodiscard]] CallPreview addDomainCall(const Caller& to, const QString& host);
[[nodiscard]] CallPreview removeDomainCall(const Caller& to, const QString& host);
[[nodiscard]] CallPreview verifyDomainCall(const Caller& to, const QString& host);
[[nodiscard]] CallPreview deployCall(const Caller& to);
[[nodiscard]] CallPreview allowListCall(const Caller& to);
[[nodiscard]] CallPreview readCall(const Caller& to, const QString& what);
[[nodiscard]] CallPreview sqlCall(const QString& statement, const QString& note);
[[nodiscard]] CallPreview askCall(const QString& resolver, const QString& question);

/// Method, path and body of a DNS host's call as a row.
[[nodiscard]] CallPreview dnsCall(const QString& provider, const QString& method, const QString& path, const QString& body);

} // namespace switchyard::cutover
