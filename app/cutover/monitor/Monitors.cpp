#include "app/cutover/monitor/Monitors.h"

namespace switchyard::cutover {

Monitors::Monitors(RunContext* context, SampleSink samples) : m_context(context), m_samples(std::move(samples)) {}
Monitors::~Monitors() = default;
void Monitors::start() {}
void Monitors::askResolversAgain() {}

} // namespace switchyard::cutover
