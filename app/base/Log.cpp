#include "app/base/Log.h"

#include "app/base/Redactor.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace switchyard {

namespace {
struct Diagnostics {
    std::mutex mutex;
    std::vector<spdlog::sink_ptr> sinks;
    std::map<std::string, std::shared_ptr<spdlog::logger>> loggers;

    Diagnostics()
    {
        auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
        sink->set_level(spdlog::level::warn);
        sinks.push_back(std::move(sink));
    }
    std::shared_ptr<spdlog::logger> logger(const char* library)
    {
        const std::lock_guard lock(mutex);
        auto& entry = loggers[library];
        if (!entry) {
            entry = std::make_shared<spdlog::logger>(library, sinks.begin(), sinks.end());
            entry->flush_on(spdlog::level::warn);
        }
        return entry;
    }
};
Diagnostics& diagnostics()
{
    static Diagnostics instance;
    return instance;
}
void write(const char* library, spdlog::level::level_enum level, const QString& line)
{
    diagnostics().logger(library)->log(level, "{}", Redactor::instance().redact(line).toStdString());
}
} // namespace

void logInfo(const char* library, const QString& line) { write(library, spdlog::level::info, line); }
void logWarning(const char* library, const QString& line) { write(library, spdlog::level::warn, line); }
void logError(const char* library, const QString& line) { write(library, spdlog::level::err, line); }

void openDiagnostics(const QString& file, bool toStderr)
{
    Diagnostics& all = diagnostics();
    const std::lock_guard lock(all.mutex);
    all.sinks.clear();
    all.loggers.clear();
    if (toStderr) {
        auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
        sink->set_level(spdlog::level::warn);
        all.sinks.push_back(std::move(sink));
    }
    try {
        all.sinks.push_back(std::make_shared<spdlog::sinks::rotating_file_sink_mt>(file.toStdString(), 4u << 20, 3));
    } catch (const spdlog::spdlog_ex&) {
        // An unwritable folder must not stop the run; standard error still speaks.
    }
}

} // namespace switchyard
