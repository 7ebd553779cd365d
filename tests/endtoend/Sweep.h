#pragma once

#include "tests/endtoend/Program.h"
#include "tests/endtoend/Servers.h"

#include <map>
#include <memory>

namespace switchyard::endtoend {

/// One run of the short plan (tests/data/short-plan.yaml) that is killed and resumed until it has ended. It stops before the last step, so that the
/// world can be compared, and is then taken to its end.
class Sweep {
public:
    Sweep();
    /// Where the next process dies ("intent:STEP/KEY", "record:N"; see app/cutover/RunJournal.h), or nothing for undisturbed.
    void start(const QString& dieAt = {});
    /// The process that was started has ended.
    [[nodiscard]] bool ended() const { return m_process->state() == QProcess::NotRunning; }
    /// How it ended.
    [[nodiscard]] Ended take();
    /// Kills the world too, with its servers left to notice by themselves.
    void killWorld();
    [[nodiscard]] QString run() const { return m_home.file(QStringLiteral("run")); }
    [[nodiscard]] Home& home() { return m_home; }

    /// What the world holds when the run stands before its last step: effects at the providers and rows on both sides that don't depend on
    /// how many visitors came by.
    struct Result {
        std::map<QString, int> effects;
        QStringList problems;
    };
    [[nodiscard]] Result look() const;
    /// Runs the last step and the seal; problems of that.
    [[nodiscard]] QStringList finish();

    static constexpr const char* lastStep = "restore-ttls"; ///< the one before the last
    int kills = 0;

private:
    Home m_home;
    std::unique_ptr<QProcess> m_process;
    bool m_begun = false;
};

} // namespace switchyard::endtoend
