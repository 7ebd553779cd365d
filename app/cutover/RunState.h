#pragma once

#include "app/cutover/StepAction.h"
#include "app/plan/Plan.h"
#include "app/ports/LogSource.h"

#include <QString>
#include <QStringList>

#include <deque>
#include <map>
#include <optional>
#include <vector>

namespace switchyard::cutover {

/// Everything the window, the live table of the command line and the report show of a run: a projection of the journal plus what is
/// measured live. Plain values; made and changed only by RunController, on the main thread.

enum class StepState { Pending, Blocked, Ready, Running, NeedsYou, Verifying, Passed, PassedWithWaiver, Failed, InDoubt, Skipped, RolledBack };
[[nodiscard]] QString stepStateName(StepState state);
[[nodiscard]] std::optional<StepState> stepStateFromName(const QString& name);
/// Only the two passed are green; with skipped they count as done.
[[nodiscard]] bool isDone(StepState state);

struct InterlockView {
    QString id;
    QString label;
    QString page;
    InterlockReading reading;
    QString waivedBy;              ///< name and reason; empty: not waived
    QString waivedUntil;           ///< clock time
};

enum class PollAnswer { Open, Go, GoWaived, NoGo };
struct PollStation {
    QString station;               ///< "Data"
    QString by;
    PollAnswer answer = PollAnswer::Open;
    QString evidence;              ///< what was shown beside it
};

/// One call that a step announced: the row of the dry run as it went.
struct CallView {
    enum class State { Sent, Done, Refused };
    QString key;
    QString description;
    State state = State::Sent;
    TimePoint at{};
};

/// 0 click; 1 click, or a 0.6 s hold where live holds; 2 hold 1 s; 3 type and hold 2 s; 4 poll, type and hold 3 s.
struct Guard {
    int level = 0;
    QString typedName;             ///< what must be typed; empty: nothing
    Milliseconds hold{0};
};

struct StepView {
    QString id;
    int number = 0;                ///< 1-based
    plan::Phase phase = plan::Phase::Prepare;
    QString title;
    QString verb;
    QString summary;               ///< two sentences of what happens to visitors
    StepState state = StepState::Pending;
    QString reason;                ///< one line: "Ready. Waiting for you since 22:41:40", "Blocked by step 16"
    StepFlags flags;
    QString ownerInitials;         ///< "ML"; empty: automatic
    Milliseconds planned{0};
    std::optional<Milliseconds> actual;
    std::optional<TimePoint> startedAt;
    std::optional<TimePoint> endedAt;
    Milliseconds wayBack{0};       ///< sum of the return actions plus the longest cache
    bool wayBackLosesData = false;
    bool pastPoint = false;        ///< lies after the point of no return
    StepPreview preview;
    std::optional<TimePoint> previewAt;
    UndoPreview undo;
    std::vector<InterlockView> interlocks;
    std::vector<PollStation> poll; ///< empty: no poll here
    std::optional<TimePoint> pollExpires;
    Guard guard;
    std::vector<Evidence> evidence;
    QString note;
    QString skipReason;
    std::optional<Error> error;
    int callsDone = 0;
    int callsTotal = 0;
    std::vector<CallView> calls;   ///< announced so far, oldest first
    QString doubt;                 ///< "Step 16 was interrupted after 2 of 3 calls. Here is what the provider says now"
};

enum class PhaseMark { Coming, Current, Passed };

enum class HostState { Unknown, Source, Maintenance, Failed, Target };
/// One answer of the probe of a host.
struct ProbeSample {
    TimePoint at{};
    HostState state = HostState::Unknown;
    int status = 0;
    Milliseconds took{0};
    QString address;
    QString detail;                ///< "handshake failure (alert 40)"
};

/// From `from` on, visitors of a host got `state`; the next spell ends it.
struct HostSpell {
    TimePoint from{};
    HostState state = HostState::Unknown;
};

/// What visitors of one host get, measured, never declared.
struct HostView {
    QString host;
    QString shortName;             ///< "apex", "www", "api"
    QString group;
    HostState state = HostState::Unknown;
    std::deque<ProbeSample> samples; ///< newest last, at most 600
    std::vector<HostSpell> spells; ///< every change of state since the run started, oldest first: the report's downtime strip
    /// First failed or maintenance answer to the first of three good ones in a row; runs on while open.
    std::optional<TimePoint> downSince;
    std::optional<TimePoint> upSince;
    Milliseconds downtime{0};      ///< visitors see errors or maintenance, closed spells plus the open one
    bool certificate = false;      ///< a valid one is served at the target
    TlsState targetTls;
    DomainBinding::Certificate told = DomainBinding::Certificate::NotTold;
    std::optional<TimePoint> requestedAt, dnsSeenAt, servedAt; ///< certificate steps we can know
};

/// One cell of the propagation matrix.
struct ResolverCell {
    QString host;
    HostState state = HostState::Unknown; ///< Source, Target, Failed (no answer), Unknown (not asked)
    QString answer;
    std::optional<TimePoint> expires;     ///< when that resolver asks again
    std::optional<TimePoint> nextAsk;
    std::optional<Milliseconds> held;     ///< a TTL longer than published
};
/// Answers of the resolvers that keep to TTLs (or gave none) for the switched names, and how many of them lead to the target.
struct NameAnswers {
    int answers = 0;
    int onTarget = 0;
};
struct ResolverRow {
    ResolverAddress resolver;
    bool honest = true;                   ///< false: known not to honour TTLs
    std::vector<ResolverCell> cells;      ///< one a host, plan order
};

/// One lane of the yard: a service, its pipe and its counterpart.
enum class PipeState { Settled, NeedsLook, Moving, NotMoved, Broken, Waiting };
struct Lane {
    QString name;
    ServiceKind kind = ServiceKind::Web;
    std::optional<Service> source;
    std::optional<Service> target;
    PipeState pipe = PipeState::NotMoved;
    QString label;                        ///< "Queue drained, 0 pending"
    QString page;                         ///< page a click opens
    /// Three parts of a copy pipe, 0..1; only for databases.
    double preseed = 0, delta = 0, verify = 0;
    QString amount;                       ///< "9 of 14 tables match"
    QString moving;                       ///< "Verify"
};

enum class Severity { Advisory, Caution, Failure };
struct Finding {
    QString id;                           ///< rule id: "DNS-04", or the engine's own
    Severity severity = Severity::Advisory;
    QString title;
    QString text;
    QString fix;
    QString page;                         ///< "environments"
    QString linkText;                     ///< "Open in Environments"
    QString blocksStep;
    QString waivedBy;
};

struct ProviderView {
    QString account;
    QString provider;
    QString name;
    QString monogram;
    Side side = Side::Source;
    bool dns = false;
    std::optional<qint64> callsLeft;
    Health health = Health::Unknown;
    std::optional<TimePoint> readAt;
    QString problem;
};

/// One row of the temporary-changes ledger.
struct LentEntry {
    QString id;
    QString what;
    QString inverse;
    TimePoint since{};
    bool open = true;
    QJsonObject data;                     ///< what the inverse needs
    QString step;                         ///< id of the step that lent it
};

struct TableView {
    TableProgress progress;
    TableSummary source;
};

struct DatabaseView {
    QString name;
    std::optional<DatabaseSummary> source;
    std::optional<DatabaseSummary> target;
    std::vector<TableView> tables;
    std::vector<SequenceOutcome> sequences;
    Rows deltaNow{-1};
    std::vector<double> throughput;       ///< bytes a second, newest last, one a second
    std::optional<VerifyOutcome> verify;
    std::optional<Milliseconds> deltaEstimate;
    QString problem;
};

/// How a setting stands, sorted by need; by value the same as environment::Verdict.
enum class SettingVerdict { Differs, Missing, Unknowable, HostRewrite, Expected, Extra, Same };

/// One side of a setting as it may be shown. A secret has a length and a fingerprint and never a text.
struct SettingValue {
    bool set = false;
    bool readable = true;
    QString text;
    int length = 0;
    QString fingerprint;
    friend bool operator==(const SettingValue&, const SettingValue&) = default;
};

struct SettingRow {
    QString key;
    SettingVerdict verdict = SettingVerdict::Same;
    SettingValue source;
    SettingValue target;
    QString explanation;                  ///< one sentence
    bool secret = false;
    QString origin;                       ///< "set by hand", "add-on", "injected", "group", "build"
    bool proposes = false;                ///< the target should hold another value
    QString suggestion;                   ///< that value; empty for a secret
    friend bool operator==(const SettingRow&, const SettingRow&) = default;
};

/// The settings of one service and its counterpart, compared by the plan's rules.
struct SettingsView {
    QString environment;                  ///< "production"
    QString service;                      ///< the plan's name: "web"
    ServiceRef source;
    ServiceRef target;
    QString sourceTitle;                  ///< "Heroku projectify"
    QString targetTitle;
    std::vector<SettingRow> rows;
    std::optional<TimePoint> readAt;
    bool reading = false;
    QString problem;                      ///< three sentences; the rows stay as last read
};

enum class CheckState { ToDo, Running, Pass, Slower, Failed, NotRun, NotApplicable };
struct CheckResult {
    CheckState state = CheckState::ToDo;
    int status = 0;
    Milliseconds took{0};
    QString short_;                       ///< "201 · 312 ms", "pass"
    QStringList exchange;                 ///< request and response lines, secrets hidden
    QString note;
    QString picture;                      ///< file in the run's directory
    TimePoint at{};
};
struct CheckView {
    QString id;
    QString title;
    QString section;
    bool manual = false;
    QStringList instructions;
    CheckResult before;
    CheckResult now;
    QString diagnosis;
};

struct HeaderScore {
    QString grade;                        ///< "B"
    int score = 0;
    std::map<QString, bool> headers;
};

struct EventView {
    TimePoint at{};
    Severity severity = Severity::Advisory;
    bool good = false;
    bool pointOfNoReturn = false;
    QString text;
    QString by;                           ///< "automatic" or a name
    QString evidence;                     ///< "step 7"
};

/// A setting that this run wrote at the target; names only.
struct SettingWritten {
    QString service;
    QString key;
    bool added = false;                   ///< it wasn't there before
};

enum class RunPhase { NotStarted, Running, Held, NeedsYou, Failed, RollingBack, RolledBack, Complete };

struct RollbackPreview {
    struct Action {
        QString title;
        QString provider;
        Milliseconds takes{0};
        bool upTo = false;                ///< "up to 60 s"
    };
    std::vector<Action> actions;
    Milliseconds total{0};
    bool pastPoint = false;
    std::vector<GainedRows> gained;       ///< rows that would be lost
    bool gainedKnown = false;
    QString text;
};

struct RunState {
    QString planName;
    QString sourceTitle;                  ///< "Heroku + Netlify"
    QString targetTitle;                  ///< "Render"
    QStringList sourceProviders;
    QStringList targetProviders;
    QString sourceRegion;
    QString targetRegion;
    bool rehearsal = true;
    bool customEndpoints = false;
    bool headless = false;
    int rehearsalNumber = 1;
    double speed = 1;
    double rateNow = 1;                   ///< run seconds per wall second at the moment
    QString operatorName;
    QString operatorInitials;
    QString keyring;

    RunPhase phase = RunPhase::NotStarted;
    plan::Phase currentPhase = plan::Phase::Prepare;
    std::map<plan::Phase, PhaseMark> phases;
    bool pastPoint = false;
    bool untilReached = false;            ///< Held because the step of --until is done
    std::optional<TimePoint> startedAt;
    std::optional<TimePoint> endedAt;
    TimePoint now{};

    std::vector<StepView> steps;
    QString activeStep;                   ///< id; empty when none
    QString nextStep;
    int done = 0;

    /// Clocks.
    Milliseconds downtimeBudget{0};
    Milliseconds downtime{0};             ///< worst host: visitors see errors
    QString downtimeHost;                 ///< "apex", "all hosts"
    bool downtimeRunning = false;
    std::optional<TimePoint> downtimeEndedAt;
    Milliseconds writesStopped{0};
    bool writesStoppedRunning = false;
    std::optional<TimePoint> finishForecast;
    Milliseconds aheadOfPlan{0};          ///< negative: late
    std::optional<TimePoint> lastSafeReturn;

    /// Now row.
    QString nowTitle;                     ///< "Comparing checksums"
    QString nowText;                      ///< "9 of 14 tables match, 51 s left."
    std::vector<TaskProgress> tasks;      ///< running first, newest first

    std::vector<HostView> hosts;
    HostState points = HostState::Unknown; ///< Source, Maintenance (held), Target; Failed: hosts disagree
    QString pointsText;
    double requestsPerMinute = -1;
    Seconds ttl{0};
    int ttlRecords = 0;
    std::optional<Zone> zoneBefore;
    std::optional<Zone> zoneNow;
    std::vector<RecordChange> plannedRecords;
    QString zoneHost;                     ///< "Cloudflare"
    std::optional<TimePoint> zoneSavedAt;
    std::optional<TimePoint> switchedAt;
    std::vector<ResolverRow> resolvers;

    std::vector<Lane> lanes;
    std::vector<ProviderView> providers;
    std::vector<Finding> findings;
    int checksPassed = 0;
    std::vector<LentEntry> lent;
    std::vector<DatabaseView> databases;
    std::vector<SettingsView> settings;   ///< one a mapped service of every environment, plan order
    std::vector<CheckView> smoke;
    std::vector<SettingWritten> settingsWritten;
    QStringList followUps;                ///< what Close says is left to do
    HeaderScore headersBefore, headersNow;
    std::vector<EventView> events;        ///< what happened, oldest first
    std::optional<NameAnswers> names;     ///< what the resolvers answered at the end of the wait
    std::optional<LedgerSummary> ledger;  ///< rehearsals: visitors' writes on the target
    QString seal;                         ///< SHA-256 over the evidence once sealed
    QString directory;                    ///< the run's DIR

    [[nodiscard]] const StepView* step(const QString& id) const;
    [[nodiscard]] StepView* step(const QString& id);
};

} // namespace switchyard::cutover
