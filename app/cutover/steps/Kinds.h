#pragma once

#include "app/cutover/StepAction.h"

namespace switchyard::cutover {

using StepMaker = std::unique_ptr<StepAction> (*)(const plan::StepSpec&, RunContext*);

// One maker a kind, each in the file of its name.
std::unique_ptr<StepAction> makePreflight(const plan::StepSpec& spec, RunContext* context);
std::unique_ptr<StepAction> makeSaveZone(const plan::StepSpec& spec, RunContext* context);
std::unique_ptr<StepAction> makeRecordBaseline(const plan::StepSpec& spec, RunContext* context);
std::unique_ptr<StepAction> makeCopySettings(const plan::StepSpec& spec, RunContext* context);
std::unique_ptr<StepAction> makeLowerTtls(const plan::StepSpec& spec, RunContext* context);
std::unique_ptr<StepAction> makeRestoreTtls(const plan::StepSpec& spec, RunContext* context);
std::unique_ptr<StepAction> makeWaitTtl(const plan::StepSpec& spec, RunContext* context);
std::unique_ptr<StepAction> makeAddDomains(const plan::StepSpec& spec, RunContext* context);
std::unique_ptr<StepAction> makeAllowMachine(const plan::StepSpec& spec, RunContext* context);
std::unique_ptr<StepAction> makeRemoveAllow(const plan::StepSpec& spec, RunContext* context);
std::unique_ptr<StepAction> makeDeployTarget(const plan::StepSpec& spec, RunContext* context);
std::unique_ptr<StepAction> makeHoldTarget(const plan::StepSpec& spec, RunContext* context);
std::unique_ptr<StepAction> makeCreateSchema(const plan::StepSpec& spec, RunContext* context);
std::unique_ptr<StepAction> makeCopyTables(const plan::StepSpec& spec, RunContext* context);
std::unique_ptr<StepAction> makeCompareCounts(const plan::StepSpec& spec, RunContext* context);
std::unique_ptr<StepAction> makeStopSchedulers(const plan::StepSpec& spec, RunContext* context);
std::unique_ptr<StepAction> makeMaintenanceOn(const plan::StepSpec& spec, RunContext* context);
std::unique_ptr<StepAction> makeDrainQueue(const plan::StepSpec& spec, RunContext* context);
std::unique_ptr<StepAction> makeProveQuiet(const plan::StepSpec& spec, RunContext* context);
std::unique_ptr<StepAction> makeApplyDelta(const plan::StepSpec& spec, RunContext* context);
std::unique_ptr<StepAction> makeSetSequences(const plan::StepSpec& spec, RunContext* context);
std::unique_ptr<StepAction> makeCompareChecksums(const plan::StepSpec& spec, RunContext* context);
std::unique_ptr<StepAction> makeGoNoGo(const plan::StepSpec& spec, RunContext* context);
std::unique_ptr<StepAction> makeSwitchNames(const plan::StepSpec& spec, RunContext* context);
std::unique_ptr<StepAction> makeWaitNames(const plan::StepSpec& spec, RunContext* context);
std::unique_ptr<StepAction> makeOpenWrites(const plan::StepSpec& spec, RunContext* context);
std::unique_ptr<StepAction> makeStartWorkers(const plan::StepSpec& spec, RunContext* context);
std::unique_ptr<StepAction> makeWaitCertificates(const plan::StepSpec& spec, RunContext* context);
std::unique_ptr<StepAction> makeSmokeAuto(const plan::StepSpec& spec, RunContext* context);
std::unique_ptr<StepAction> makeSmokeManual(const plan::StepSpec& spec, RunContext* context);
std::unique_ptr<StepAction> makeWatchErrors(const plan::StepSpec& spec, RunContext* context);
std::unique_ptr<StepAction> makeStopSource(const plan::StepSpec& spec, RunContext* context);
std::unique_ptr<StepAction> makeFollowUps(const plan::StepSpec& spec, RunContext* context);
std::unique_ptr<StepAction> makeSealReport(const plan::StepSpec& spec, RunContext* context);
std::unique_ptr<StepAction> makeManual(const plan::StepSpec& spec, RunContext* context);

} // namespace switchyard::cutover
