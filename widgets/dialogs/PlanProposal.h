#pragma once

#include "app/plan/Plan.h"
#include "app/ports/DnsHost.h"

#include <map>
#include <vector>

namespace switchyard::ui {

/// What one account turned out to hold.
struct FoundAccount {
    Account account;              ///< with its keyring entry; the token isn't looked at
    Side side = Side::Source;
    QString providerName;         ///< "Heroku"
    QString monogram;
    std::vector<Service> services;
    std::map<QString, QString> hosts; ///< host name -> id (Service::ref.service or app) of the service that serves it
    std::vector<AppSummary> zones;    ///< DNS hosts only
    bool dns = false;
};

/// One line of the proposed mapping: a service and its counterpart, which the person may change.
struct ProposedMapping {
    QString name;
    Service source;
    int target = -1;              ///< index into targets; -1: no counterpart
};

struct PlanProposal {
    std::vector<ProposedMapping> rows;
    std::vector<Service> targets;
    struct Host {
        QString host;
        QString service;          ///< name of the row that serves it
    };
    std::vector<Host> hosts;
    QString zone;                 ///< the zone that holds all hosts; empty: none found
};

/// Matches services of both sides by kind, then by likeness of name; takes the source's custom domains. Pure.
[[nodiscard]] PlanProposal propose(const std::vector<FoundAccount>& found);
/// The plan of a proposal. Steps are left to be generated. Pure.
[[nodiscard]] plan::Plan planOf(const QString& name, const PlanProposal& proposal, const std::vector<FoundAccount>& found);

} // namespace switchyard::ui
