#pragma once

#include "app/cutover/RunContext.h"
#include "app/cutover/RunController.h"

namespace switchyard::cutover {

/// Everything that watches the outside while a run goes on. Runs on the context's clock, holds no guard of the governor.
class Monitors {
public:
    using SampleSink = std::function<void(const QString& host, const ProbeSample& sample)>;
    Monitors(RunContext* context, SampleSink samples);
    ~Monitors();
    void start();
    void askResolversAgain();

private:
    RunContext* m_context;
    SampleSink m_samples;
};

} // namespace switchyard::cutover
