#pragma once

#include "app/cutover/steps/StepBase.h"

namespace switchyard::cutover {

/// Steps that stop or start services. Each remembers the number of instances it found before it changes it, so that the way back restores
/// exactly that, also after a crash.
class ScalingStep : public StepBase {
public:
    using StepBase::StepBase;
    [[nodiscard]] UndoPreview undoPreview() override;
    [[nodiscard]] Task<StepOutcome> undo(StepVoice* voice, std::stop_token stop) override;

protected:
    /// Stops `ref` (0 instances, or suspended where it can't be scaled) after remembering how it stood.
    [[nodiscard]] Task<> stopService(StepVoice* voice, ServiceRef ref, std::stop_token stop);
    /// Starts it with `instances` (or resumes it) after remembering how it stood.
    [[nodiscard]] Task<> startService(StepVoice* voice, ServiceRef ref, int instances, std::stop_token stop);
    /// Whether nothing of it runs.
    [[nodiscard]] Task<bool> stopped(ServiceRef ref, std::stop_token stop);
    [[nodiscard]] std::vector<CallPreview> stopCalls(const std::vector<ServiceRef>& refs) const;
    [[nodiscard]] std::vector<CallPreview> startCalls(const std::vector<ServiceRef>& refs, int instances) const;

private:
    [[nodiscard]] Result<void> rememberOnce(StepVoice* voice, const ServiceRef& ref, const Service& found) const;
};

} // namespace switchyard::cutover
