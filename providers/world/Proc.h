#pragma once

#include "app/base/Task.h"
#include "app/base/Units.h"

#include <QProcess>
#include <QString>
#include <QStringList>

#include <memory>
#include <optional>

namespace switchyard::world {

/// Whom servers that refuse root run as: the user `postgres` if there is one, else `nobody`. Not root: as ourselves.
struct ServerUser {
    bool change = false;
    unsigned uid = 0;
    unsigned gid = 0;
    static ServerUser find();
};

/// A process by id and start time, so that a re-used id is never taken for the old process.
struct ProcessMark {
    qint64 pid = 0;
    quint64 startTicks = 0;
    /// Mark of a running process; nothing when there is none (a zombie counts as gone).
    static std::optional<ProcessMark> of(qint64 pid);
    [[nodiscard]] bool alive() const;
    void signal(int number) const;
};

/// Waits until the process is gone, looking every 20 ms of wall time. Error: Timeout.
[[nodiscard]] Task<> waitGone(ProcessMark mark, Milliseconds limit, std::stop_token stop);

/// One server process of the world. It gets `deathSignal` when the world's process dies, however that happens, so that a kill -9 of the
/// world leaves no server behind. Output goes to `logFile`. Main thread.
class ServerProcess {
public:
    struct Options {
        QString program;
        QStringList arguments;
        QStringList extraEnvironment;  ///< "NAME=value"
        QString workDirectory;
        QString logFile;
        QByteArray input;              ///< written to standard input, which is then closed
        ServerUser user;
        int deathSignal = 15;
        int keepOpen = -1;             ///< a descriptor the child may read (a memfd with a password)
    };
    ~ServerProcess();
    /// Starts it; Internal when the program can't be run.
    [[nodiscard]] Result<void> start(const Options& options);
    /// Runs to its end; Internal with the log's tail when the exit status isn't 0.
    [[nodiscard]] Task<> finish(Milliseconds limit, std::stop_token stop);
    /// Sends `signalNumber`, then SIGKILL after `limit`.
    [[nodiscard]] Task<> end(int signalNumber, Milliseconds limit, std::stop_token stop);
    [[nodiscard]] bool running() const;
    [[nodiscard]] qint64 pid() const;
    [[nodiscard]] QString logTail() const;

private:
    std::unique_ptr<QProcess> m_process;
    Options m_options;
};

/// A loopback port that is free now; `preferred` if that one is.
[[nodiscard]] quint16 freePort(quint16 preferred = 0);

/// A memfd that holds `bytes`, for programs that want a password in a file. The caller closes it. -1 on failure. `mode`: libpq wants 0600,
/// a program that runs as another user needs 0444.
[[nodiscard]] int memoryFile(const char* name, const QByteArray& bytes, unsigned mode = 0444);

/// First file of this name in PATH or in the folders given; empty when there is none.
[[nodiscard]] QString findProgram(const QString& name, const QStringList& folders = {});

/// Random letters and digits from the system's generator.
[[nodiscard]] QString randomWord(int length);

} // namespace switchyard::world
