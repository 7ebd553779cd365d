#pragma once

#include "app/base/Task.h"
#include "app/base/Units.h"

#include <QString>

#include <functional>

namespace switchyard {

enum class LogLevel { Debug, Info, Warning, Error };

/// One line of what a provider, a server, a probe or the engine said. `message` passed the redactor.
struct LogLine {
    TimePoint time{};
    QString source;     ///< "heroku", "render", "probe", "switchyard"
    QString host;       ///< process, service or host it came from; may be empty
    LogLevel level = LogLevel::Info;
    QString message;
    int step = 0;       ///< number of the step that was running; 0 none
    bool simulated = false;
};

/// A stream of lines. follow() runs until stopped; a broken stream is opened again with back-off, and a Warning line marks the gap.
class LogSource {
public:
    virtual ~LogSource() = default;
    using Sink = std::function<void(LogLine)>;
    [[nodiscard]] virtual Task<> follow(Sink sink, std::stop_token stop) = 0;
};

} // namespace switchyard
