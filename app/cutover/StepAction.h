#pragma once

#include "app/base/Task.h"
#include "app/base/Units.h"
#include "app/plan/Plan.h"
#include "app/ports/Services.h"

#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace switchyard::cutover {

class RunContext;

/// A call as it will be sent, shown before it is.
struct CallPreview {
    QString provider;    ///< "cloudflare"; "postgres", "resolver" for what isn't an API
    QString method;      ///< "PUT"; "SQL", "COPY", "ASK"
    QString path;        ///< "/zones/…/dns_records/batch"
    QString note;        ///< "valid", or why not
    QString shell;       ///< the same as a command line with $SWITCHYARD_TOKEN in place of secrets
};

/// One line of what changes: "@  A   - 75.2.60.5   + 216.24.57.1".
struct ChangePreview {
    QString subject;
    QString type;
    QString before;
    QString after;
};

/// What a step will do, rendered without touching anything.
struct StepPreview {
    QString summary;                   ///< two sentences of what happens to visitors
    QString changesTitle;              ///< "Record changes"
    QString changesNote;               ///< "TTL 60 s"
    std::vector<ChangePreview> changes;
    std::vector<CallPreview> calls;
};

/// The way back of a step, shown before the step can be armed.
struct UndoPreview {
    bool needed = true;                ///< false: nothing to put back
    QString summary;                   ///< "Restore the 3 saved records."
    std::vector<CallPreview> calls;
    Milliseconds takes{0};             ///< the calls
    Milliseconds cached{0};            ///< the longest cache after them
};

/// Has the effect of the step happened outside? Decides what is in doubt after a crash.
enum class Effect { NotYet, Partly, Done, Unknown };
struct ProbeResult {
    Effect effect = Effect::Unknown;
    QString says;                      ///< what the outside says now, one sentence
};

/// Captured as the step ran, kept in the report. Values of secrets never enter it.
struct Evidence {
    TimePoint at{};
    QString text;                      ///< "14 of 14 checksums match"
    bool ok = true;
    QJsonObject data;
};

struct StepOutcome {
    QString says;                      ///< "Delta of 1,317 rows applied"
    std::vector<Evidence> evidence;
    QJsonObject memory;                ///< what undo() and later steps need; journaled, so no secret in it
};

/// Progress of what a step does, at most 4 updates a second for a task.
struct TaskProgress {
    QString id;
    QString name;                      ///< "Copy workspace_task"
    double part = -1;                  ///< 0..1; -1 unknown total
    QString amount;                    ///< "612,480 rows"
    QString left;                      ///< "6:10", "done"
    bool running = true;
    bool failed = false;
};

/// Handed to perform() and undo(): how a step speaks while it works. Main thread.
class StepVoice {
public:
    virtual ~StepVoice() = default;
    virtual void progress(TaskProgress progress) = 0;
    /// A line for the live log, source "switchyard".
    virtual void say(LogLevel level, QString text) = 0;
    /// Enters something that is changed only for a while, with its inverse; Close is made from these. Durable before it returns.
    [[nodiscard]] virtual Result<void> lend(QString id, QString what, QString inverse, QJsonObject data) = 0;
    /// Marks an entry as put back.
    [[nodiscard]] virtual Result<void> putBack(QString id) = 0;
    /// Announces that the next call is about to be sent; durable before it returns. `key` names the call for resume.
    [[nodiscard]] virtual Result<void> intent(QString key, QString description) = 0;
    [[nodiscard]] virtual Result<void> outcome(QString key, bool ok, QString description) = 0;
    /// Merges `part` into the step's memory; durable before it returns. For what undo() needs even when perform() never ends: saved
    /// records, replaced values. No secret in it.
    [[nodiscard]] virtual Result<void> remember(QJsonObject) { return Ok{}; }
    /// True while the step only waits (for a TTL, a certificate, a resolver): the rehearsal's clock may run fast. Ends with waiting(false)
    /// or with perform().
    virtual void waiting(bool) {}
    /// The writes-stopped clock: true when nobody can write any more, false when writes are open on a side. Journaled.
    virtual void writesStopped(bool) {}
};

struct StepFlags {
    bool idempotent = true;            ///< running perform() again after a crash does no harm
    bool needsPerson = false;
    bool disruptive = false;           ///< visitors notice: guard level 3
    bool pointOfNoReturn = false;      ///< guard level 4; going back after it loses rows
    bool writes = true;                ///< false: reads and waits only, guard level 0
    bool poll = false;                 ///< the stations answer go or no-go first; always so at level 4
    bool manual = false;               ///< work that only a person can do: "skipped, no person" when unattended
    bool deletesSource = false;        ///< guard level 4
};

enum class InterlockState { Closed, Caution, Open, Unknown }; ///< Closed lets the step go; Caution may be waived; Open blocks
struct InterlockReading {
    InterlockState state = InterlockState::Unknown;
    QString value;                     ///< "14 of 14"
    TimePoint at{};
    QString blockedBy;                 ///< "Blocked by step 16"
};

/// One precondition of a step. `read` is cheap and synchronous: it looks at what the run already knows (findings, evidence, probes).
struct Interlock {
    QString id;
    QString label;                     ///< "Checksums match"
    QString page;                      ///< rail page to open: "databases"
    std::function<InterlockReading()> read;
    Milliseconds maxAge{0};            ///< a reading older than this fades to Unknown; 0: never
};

/// The contract of one step. All methods may be called at any time; only perform() and undo() change the outside. Main thread.
class StepAction {
public:
    virtual ~StepAction() = default;
    [[nodiscard]] virtual QString title() const = 0;
    [[nodiscard]] virtual QString verb() const { return title(); }   ///< "switch 3 domains", after "Hold to "
    [[nodiscard]] virtual StepFlags flags() const = 0;
    [[nodiscard]] virtual Milliseconds planned() const = 0;
    [[nodiscard]] virtual std::vector<Interlock> interlocks() { return {}; }
    /// Renders the exact calls; may read the outside, changes nothing.
    [[nodiscard]] virtual Task<StepPreview> preview(std::stop_token stop) = 0;
    [[nodiscard]] virtual Task<ProbeResult> probe(std::stop_token stop) = 0;
    [[nodiscard]] virtual Task<StepOutcome> perform(StepVoice* voice, std::stop_token stop) = 0;
    /// Reads the effect back; an error means the step did not take.
    [[nodiscard]] virtual Task<std::vector<Evidence>> verify(std::stop_token stop) = 0;
    /// From memory alone: no network, so that it is always on screen.
    [[nodiscard]] virtual UndoPreview undoPreview() = 0;
    [[nodiscard]] virtual Task<StepOutcome> undo(StepVoice* voice, std::stop_token stop) = 0;
};

/// Makes the action of a step spec. Errors: Invalid when the kind is unknown or a parameter is missing.
using ActionFactory = std::function<Result<std::unique_ptr<StepAction>>(const plan::StepSpec&, RunContext*)>;

} // namespace switchyard::cutover
