#pragma once

#include "app/dns/Planning.h"
#include "app/environment/Compare.h"
#include "app/plan/Plan.h"
#include "app/ports/DatabaseMover.h"
#include "app/ports/DnsHost.h"
#include "app/ports/HostingProvider.h"
#include "app/ports/QueueReader.h"
#include "app/ports/Resolver.h"

#include <functional>

namespace switchyard::preflight {

/// What the rules look at: values as they were read, nothing more. A part that couldn't be read is empty and says why.
struct AccountRead {
    QString name;
    QString provider;
    bool used = true;
    std::optional<AccountInfo> info;
    QString problem;
    std::optional<Error> error{}; ///< the same in three sentences
};
struct ServiceRead {
    plan::ServiceMapping mapping;
    std::optional<Service> source;
    std::optional<Service> target;
    QString problem;
    std::vector<environment::SettingDiff> settings;
    bool settingsRead = false;
};
struct DatabaseRead {
    plan::DatabaseMapping mapping;
    std::optional<DatabaseSummary> source;
    std::optional<DatabaseSummary> target;
    QString sourceProblem;
    QString targetProblem;
    std::optional<std::vector<AllowEntry>> allowList;
    QString machine;          ///< CIDR of this machine; empty: not known
    bool allowPlanned = false;///< a later step enters this machine
};
struct QueueRead {
    plan::QueueMapping mapping;
    std::optional<QueueState> source;
    QString problem;
};
struct HostRead {
    QString host;
    dns::HostTarget target;
    std::optional<DnsAnswer> caa;  ///< CAA of the closest name that has one
    QString caaProblem;
};
struct Input {
    const plan::Plan* plan = nullptr;
    TimePoint now{};
    std::vector<AccountRead> accounts;
    std::vector<ServiceRead> services;
    std::vector<DatabaseRead> databases;
    std::vector<QueueRead> queues;
    std::vector<HostRead> hosts;
    std::optional<Zone> zone;
    QString zoneProblem;
    bool flattensApex = false;
    qint64 freeDisk = -1;          ///< bytes free in the run's directory; -1 unknown
    int stepsPlannedCalls = 60;    ///< calls the plan is going to make at one provider, about
    Milliseconds plannedLength{0}; ///< sum of the planned steps
};

enum class Severity { Advisory, Caution, Failure };

struct RuleFinding {
    QString id;
    Severity severity = Severity::Advisory;
    QString title;
    QString text;
    QString fix;
    QString page;                  ///< rail page: "environments"
    QString blocksStep;            ///< kind of the step that must not start; empty: none
};

/// What one rule says. No verdict for what couldn't be read: unknown is a finding of a rule that must not be unknown.
struct Verdict {
    enum class Kind { Pass, NotApplicable, Found } kind = Kind::Pass;
    std::vector<RuleFinding> findings;
};

struct Rule {
    QString id;                    ///< "DNS-06"
    QString title;
    std::function<Verdict(const Input&)> look;
};

/// The catalogue, in the order in which it hides least: access, settings, database, queues, names, certificates, operations.
[[nodiscard]] const std::vector<Rule>& rules();

struct Report {
    std::vector<RuleFinding> findings; ///< worst first
    int passed = 0;
    int notApplicable = 0;
    [[nodiscard]] int failures() const;
};
[[nodiscard]] Report runRules(const Input& input);

} // namespace switchyard::preflight
