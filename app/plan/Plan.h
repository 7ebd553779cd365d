#pragma once

#include "app/base/Units.h"
#include "app/ports/Account.h"
#include "app/ports/Service.h"

#include <QString>
#include <QStringList>

#include <map>
#include <optional>
#include <vector>

namespace switchyard::plan {

/// The seven phases, fixed in number and order.
enum class Phase { Prepare, PreSeed, Freeze, Delta, Switch, Verify, Close };
inline constexpr int kPhases = 7;
[[nodiscard]] QString phaseName(Phase phase);  ///< "Pre-seed"
[[nodiscard]] std::optional<Phase> phaseFromName(const QString& name);

/// One service of the source and its counterpart. Either side may be empty: "No counterpart" is a finding.
struct ServiceMapping {
    QString name;           ///< the plan's name: "web"
    ServiceKind kind = ServiceKind::Web;
    ServiceRef source;
    ServiceRef target;
    bool scheduler = false; ///< starts jobs by the clock; stopped first at the freeze
    QString note;
};

/// How a database or a store is moved.
enum class MoveMethod { Copy, None, StaysInPlace };

struct DatabaseMapping {
    QString name;
    ServiceRef source;
    ServiceRef target;
    MoveMethod method = MoveMethod::Copy;
    QStringList exclude;    ///< tables left out
    qint64 sequenceMargin = 1000;
};

struct QueueMapping {
    QString name;
    ServiceRef source;
    ServiceRef target;
    QStringList queues{QStringLiteral("celery")};
};

/// A public host name and what must answer it. `group` hosts switch together.
struct DomainMapping {
    QString host;           ///< "api.projectify.test"
    QString service;        ///< name of the ServiceMapping that serves it
    QString group;          ///< "all" by default
    /// How the answerer is told apart: response header, or a mark in the body. Both optional.
    QString sourceMark;
    QString targetMark;
    QString maintenanceMark;
};

struct DnsMapping {
    QString account;
    QString zone;           ///< "projectify.test"
    Seconds switchTtl{60};  ///< TTL while switching
};

struct HostRewrite {
    QString from;
    QString to;
};

struct ExpectedDifference {
    QString key;
    QString reason;
    QString owner;
    QString until;          ///< ISO date; empty: no end
};

/// A step as the plan fixes it. Empty `steps` in the plan: generated from the mapping (app/cutover/Template.h).
struct StepSpec {
    QString id;             ///< stable: "switch-all"
    QString kind;           ///< one of the step kinds the engine knows: "switch-names"
    Phase phase = Phase::Prepare;
    QString title;          ///< empty: the kind's own
    bool person = false;    ///< waits for a person
    Milliseconds planned{0};
    std::map<QString, QString> with; ///< parameters: {"group": "all"}
};

struct SmokeSpec {
    QString id;
    QString title;
    QString section;        ///< "Account", "Workspace", "Security", "Real time", "Media and jobs"
    bool manual = false;
    QStringList instructions;
};

struct PollSpec {
    QStringList stations{QStringLiteral("Data"), QStringLiteral("Apps"), QStringLiteral("DNS"), QStringLiteral("TLS")};
    bool team = false;      ///< at least two names
};

struct Environment {
    QString name;           ///< "production"
    std::vector<ServiceMapping> services;
    std::vector<DatabaseMapping> databases;
    std::vector<QueueMapping> queues;
    std::vector<DomainMapping> domains;
    std::vector<HostRewrite> rewrites;
    std::vector<ExpectedDifference> expected;
};

struct Plan {
    QString name;           ///< "projectify": what is typed to arm
    QString title;          ///< "Heroku + Netlify to Render"
    QString file;           ///< where it was read from; empty for a template
    QByteArray digest;      ///< SHA-256 of what a rehearsal must have covered: steps, mapping, budget
    std::vector<Account> accounts;
    std::vector<Environment> environments; ///< the first is the one that is moved
    DnsMapping dns;
    Milliseconds downtimeBudget{Seconds(900)};
    QString windowStart;    ///< ISO instant; empty: none
    QString windowEnd;
    PollSpec poll;
    std::vector<StepSpec> steps;
    std::vector<SmokeSpec> smoke;
    QStringList resolvers;  ///< addresses; empty: the defaults

    [[nodiscard]] const Environment& production() const { return environments.front(); }
    [[nodiscard]] const Account* account(const QString& wanted) const;
    [[nodiscard]] QString sideTitle(Side side) const;    ///< "Heroku + Netlify"
    [[nodiscard]] QStringList sideProviders(Side side) const; ///< {"heroku", "netlify"}
    [[nodiscard]] QStringList groups() const;            ///< switch groups in plan order
};

} // namespace switchyard::plan
