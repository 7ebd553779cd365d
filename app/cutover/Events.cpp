#include "app/cutover/Events.h"

#include <QCryptographicHash>
#include <QJsonDocument>

#include <array>

namespace switchyard::cutover {

namespace {
template<std::size_t N>
int indexOf(const std::array<const char*, N>& names, const QString& name)
{
    for (std::size_t i = 0; i < N; ++i) {
        if (name == QLatin1String(names[i]))
            return static_cast<int>(i);
    }
    return -1;
}
constexpr std::array<const char*, 33> kEventNames{
    "run-started", "resumed",  "intent",     "outcome", "step-state", "confirmed", "poll-answer", "poll-cleared", "waiver", "note",
    "skip",        "hold",     "continue",   "retry",   "doubt",      "doubt-resolved", "remember", "lent",     "put-back", "evidence",
    "host",        "writes",   "rollback-started", "undo-intent", "undo-outcome", "gained-rows", "rolled-back", "finished", "sealed",
    "fault",       "manual-check", "visitor-ledger", "snapshot"};
constexpr std::array<const char*, 4> kAnswers{"open", "go", "go waived", "no-go"};
constexpr std::array<const char*, 5> kHostStates{"unknown", "source", "maintenance", "failed", "target"};
constexpr std::array<const char*, 7> kCheckStates{"to do", "running", "pass", "slower", "failed", "not run", "not applicable"};
} // namespace

QString eventName(EventKind kind) { return QString::fromLatin1(kEventNames.at(static_cast<std::size_t>(kind))); }

std::optional<EventKind> eventFromName(const QString& name)
{
    const int i = indexOf(kEventNames, name);
    return i < 0 ? std::nullopt : std::optional(static_cast<EventKind>(i));
}

QString pollAnswerName(PollAnswer answer) { return QString::fromLatin1(kAnswers.at(static_cast<std::size_t>(answer))); }
PollAnswer pollAnswerFromName(const QString& name) { return static_cast<PollAnswer>(std::max(0, indexOf(kAnswers, name))); }
QString hostStateName(HostState state) { return QString::fromLatin1(kHostStates.at(static_cast<std::size_t>(state))); }
HostState hostStateFromName(const QString& name) { return static_cast<HostState>(std::max(0, indexOf(kHostStates, name))); }
QString checkStateName(CheckState state) { return QString::fromLatin1(kCheckStates.at(static_cast<std::size_t>(state))); }
CheckState checkStateFromName(const QString& name) { return static_cast<CheckState>(std::max(0, indexOf(kCheckStates, name))); }
qint64 toJsonTime(TimePoint time) { return time.time_since_epoch().count(); }
TimePoint fromJsonTime(const QJsonValue& value) { return TimePoint(Milliseconds(value.toInteger())); }

QJsonObject errorToJson(const Error& error)
{
    QJsonObject json;
    json.insert(QStringLiteral("kind"), errorKindName(error.kind));
    json.insert(QStringLiteral("happened"), error.happened);
    json.insert(QStringLiteral("means"), error.means);
    json.insert(QStringLiteral("remedy"), error.remedy);
    json.insert(QStringLiteral("detail"), error.detail);
    json.insert(QStringLiteral("code"), error.code);
    json.insert(QStringLiteral("retryable"), error.retryable);
    return json;
}

Error errorFromJson(const QJsonObject& json)
{
    Error error;
    error.kind = errorKindFromName(json.value(u"kind").toString()).value_or(ErrorKind::Internal);
    error.happened = json.value(u"happened").toString();
    error.means = json.value(u"means").toString();
    error.remedy = json.value(u"remedy").toString();
    error.detail = json.value(u"detail").toString();
    error.code = json.value(u"code").toString();
    error.retryable = json.value(u"retryable").toBool();
    return error;
}

QJsonObject evidenceToJson(const Evidence& evidence)
{
    QJsonObject json;
    json.insert(QStringLiteral("at"), toJsonTime(evidence.at));
    json.insert(QStringLiteral("text"), evidence.text);
    json.insert(QStringLiteral("ok"), evidence.ok);
    if (!evidence.data.isEmpty())
        json.insert(QStringLiteral("data"), evidence.data);
    return json;
}

Evidence evidenceFromJson(const QJsonObject& json)
{
    return {fromJsonTime(json.value(u"at")), json.value(u"text").toString(), json.value(u"ok").toBool(true), json.value(u"data").toObject()};
}

QJsonArray evidenceToJson(const std::vector<Evidence>& evidence)
{
    QJsonArray out;
    for (const Evidence& e : evidence)
        out.append(evidenceToJson(e));
    return out;
}

QJsonObject flagsToJson(const StepFlags& flags)
{
    QJsonObject json;
    json.insert(QStringLiteral("idempotent"), flags.idempotent);
    json.insert(QStringLiteral("needsPerson"), flags.needsPerson);
    json.insert(QStringLiteral("disruptive"), flags.disruptive);
    json.insert(QStringLiteral("pointOfNoReturn"), flags.pointOfNoReturn);
    json.insert(QStringLiteral("writes"), flags.writes);
    json.insert(QStringLiteral("poll"), flags.poll);
    json.insert(QStringLiteral("manual"), flags.manual);
    json.insert(QStringLiteral("deletesSource"), flags.deletesSource);
    return json;
}

StepFlags flagsFromJson(const QJsonObject& json)
{
    StepFlags flags;
    flags.idempotent = json.value(u"idempotent").toBool(true);
    flags.needsPerson = json.value(u"needsPerson").toBool();
    flags.disruptive = json.value(u"disruptive").toBool();
    flags.pointOfNoReturn = json.value(u"pointOfNoReturn").toBool();
    flags.writes = json.value(u"writes").toBool(true);
    flags.poll = json.value(u"poll").toBool();
    flags.manual = json.value(u"manual").toBool();
    flags.deletesSource = json.value(u"deletesSource").toBool();
    return flags;
}

QString sealOf(const std::vector<JournalRecord>& records)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    const QString sealed = eventName(EventKind::Sealed);
    for (const JournalRecord& r : records) {
        if (r.kind == sealed)
            break;
        QJsonObject json;
        json.insert(QStringLiteral("sequence"), r.sequence);
        json.insert(QStringLiteral("at"), toJsonTime(r.at));
        json.insert(QStringLiteral("wall"), toJsonTime(r.wall));
        json.insert(QStringLiteral("kind"), r.kind);
        json.insert(QStringLiteral("step"), r.step);
        json.insert(QStringLiteral("data"), r.data);
        // QJsonObject keeps its keys sorted, so the compact form is canonical.
        hash.addData(QJsonDocument(json).toJson(QJsonDocument::Compact));
        hash.addData(QByteArrayView("\n"));
    }
    return QString::fromLatin1(hash.result().toHex());
}

} // namespace switchyard::cutover
