#pragma once

#include "app/base/Task.h"

#include <QString>

#include <memory>
#include <stop_token>

namespace switchyard {

/// Owns the coroutines that an object started. The last member of its owner, so that it is destroyed first: its destructor asks all of
/// them to stop; each leaves at its next co_await without touching the owner. Errors other than Cancelled are logged. Main thread.
class StopScope {
public:
    StopScope();
    ~StopScope();
    StopScope(const StopScope&) = delete;
    StopScope& operator=(const StopScope&) = delete;

    /// Runs a root task to its end. `name` appears in the log.
    void spawn(QString name, Task<> task);
    [[nodiscard]] std::stop_token token() const;
    void requestStop();
    [[nodiscard]] bool stopRequested() const;
    /// How many root tasks are still running.
    [[nodiscard]] int running() const;

private:
    struct State;
    std::shared_ptr<State> m_state;
};

} // namespace switchyard
