#include "app/base/StopScope.h"

#include "app/base/Log.h"

namespace switchyard {

struct StopScope::State {
    std::stop_source source;
    int running = 0;

    static QCoro::Task<> keep(QString name, Task<> task, std::shared_ptr<State> state)
    {
        ++state->running;
        const Result<> result = co_await std::move(task);
        --state->running;
        if (!result && result.error().kind != ErrorKind::Cancelled)
            logWarning("tasks", name + QStringLiteral(": ") + result.error().sentence() + u' ' + result.error().detail);
    }
};

StopScope::StopScope() : m_state(std::make_shared<State>()) {}
StopScope::~StopScope() { m_state->source.request_stop(); }

void StopScope::spawn(QString name, Task<> task)
{
    // A QCoro task goes on when its handle is dropped; `keep` is the frame that owns it.
    State::keep(std::move(name), std::move(task), m_state);
}

std::stop_token StopScope::token() const { return m_state->source.get_token(); }
void StopScope::requestStop() { m_state->source.request_stop(); }
bool StopScope::stopRequested() const { return m_state->source.stop_requested(); }
int StopScope::running() const { return m_state->running; }

} // namespace switchyard
