#pragma once

#include "app/cutover/RunState.h"
#include "app/ports/Prober.h"

namespace switchyard::cutover {

/// Whether an answer carries a mark of the plan (DomainMapping). A mark is one of
///   "503"                   the status
///   "header:name"           a header of that name; "header:name=part": and its value contains part
///   "name: part"            the same, as it is read in an answer
///   "body:text"             the body contains the text
///   "text"                  a header of that name, or the body contains the text
/// Letters of names and values are compared without case. An empty mark matches nothing. Pure.
[[nodiscard]] bool carriesMark(const ProbeAnswer& answer, const QString& mark);

/// Addresses known of each side of a host, as planned and as learnt from marked answers.
struct HostAddresses {
    QStringList source;
    QStringList target;
    QStringList targetNames;  ///< CNAME values that mean the target, absolute
};

/// Who answered. Maintenance is looked for first: a held host may carry its side's header too. Without any mark the address decides. Pure.
[[nodiscard]] HostState classify(const ProbeAnswer& answer, const plan::DomainMapping& domain, const HostAddresses& known);

} // namespace switchyard::cutover
