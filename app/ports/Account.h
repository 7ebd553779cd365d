#pragma once

#include "app/base/Secret.h"

#include <QString>
#include <QStringList>

#include <optional>

namespace switchyard {

/// How to reach one provider account. The token is looked up in the keyring under `keyring`; it is never in a plan file.
struct Account {
    QString name;        ///< the plan's name for it: "heroku"
    QString provider;    ///< "heroku", "netlify", "render", "cloudflare"
    QString baseUrl;     ///< empty: the provider's own
    QString dataUrl;     ///< Heroku's data host; empty: the provider's own
    QString keyring;     ///< keyring entry that holds the token
    Secret token;
};

/// What a token turned out to be.
struct AccountInfo {
    QString owner;       ///< e-mail or team
    QStringList scopes;  ///< empty where the provider doesn't tell
    std::optional<qint64> callsLeft;
};

/// An app, site or service that an account holds, as offered when a new plan is made.
struct AppSummary {
    QString id;
    QString name;
    QString region;
    QString kind;        ///< "app", "site", "web", "worker", "database", ...
};

} // namespace switchyard
