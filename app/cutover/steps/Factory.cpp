#include "app/cutover/steps/Factory.h"

#include "app/cutover/steps/Kinds.h"
#include "app/plan/StepKinds.h"

namespace switchyard::cutover {

ActionFactory makeActionFactory()
{
    return [](const plan::StepSpec& spec, RunContext* context) -> Result<std::unique_ptr<StepAction>> {
        static const std::map<QString, StepMaker> makers{
            {QStringLiteral("preflight"), makePreflight},
            {QStringLiteral("save-zone"), makeSaveZone},
            {QStringLiteral("record-baseline"), makeRecordBaseline},
            {QStringLiteral("copy-settings"), makeCopySettings},
            {QStringLiteral("lower-ttls"), makeLowerTtls},
            {QStringLiteral("restore-ttls"), makeRestoreTtls},
            {QStringLiteral("wait-ttl"), makeWaitTtl},
            {QStringLiteral("add-domains"), makeAddDomains},
            {QStringLiteral("allow-machine"), makeAllowMachine},
            {QStringLiteral("remove-allow"), makeRemoveAllow},
            {QStringLiteral("deploy-target"), makeDeployTarget},
            {QStringLiteral("hold-target"), makeHoldTarget},
            {QStringLiteral("create-schema"), makeCreateSchema},
            {QStringLiteral("copy-tables"), makeCopyTables},
            {QStringLiteral("compare-counts"), makeCompareCounts},
            {QStringLiteral("stop-schedulers"), makeStopSchedulers},
            {QStringLiteral("maintenance-on"), makeMaintenanceOn},
            {QStringLiteral("drain-queue"), makeDrainQueue},
            {QStringLiteral("prove-quiet"), makeProveQuiet},
            {QStringLiteral("apply-delta"), makeApplyDelta},
            {QStringLiteral("set-sequences"), makeSetSequences},
            {QStringLiteral("compare-checksums"), makeCompareChecksums},
            {QStringLiteral("go-no-go"), makeGoNoGo},
            {QStringLiteral("switch-names"), makeSwitchNames},
            {QStringLiteral("wait-names"), makeWaitNames},
            {QStringLiteral("open-writes"), makeOpenWrites},
            {QStringLiteral("start-workers"), makeStartWorkers},
            {QStringLiteral("wait-certificates"), makeWaitCertificates},
            {QStringLiteral("smoke-auto"), makeSmokeAuto},
            {QStringLiteral("smoke-manual"), makeSmokeManual},
            {QStringLiteral("watch-errors"), makeWatchErrors},
            {QStringLiteral("stop-source"), makeStopSource},
            {QStringLiteral("follow-ups"), makeFollowUps},
            {QStringLiteral("seal-report"), makeSealReport},
            {QStringLiteral("manual"), makeManual},
        };
        const auto it = makers.find(spec.kind);
        if (it == makers.end())
            return Error::invalid(QStringLiteral("The plan has a step of the unknown kind \"%1\".").arg(spec.kind), QStringLiteral("The run can't be started."),
                                  QStringLiteral("Open the plan again: its check names the kinds there are."));
        return it->second(spec, context);
    };
}

} // namespace switchyard::cutover
