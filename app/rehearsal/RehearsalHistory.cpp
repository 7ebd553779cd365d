#include "app/rehearsal/RehearsalHistory.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLockFile>
#include <QSaveFile>
#include <QStandardPaths>

#include <algorithm>

namespace switchyard::rehearsal {

namespace {
QJsonObject toJson(const RehearsalEntry& e)
{
    QJsonObject json;
    json.insert(QStringLiteral("plan"), e.plan);
    json.insert(QStringLiteral("digest"), QString::fromLatin1(e.digest.toHex()));
    json.insert(QStringLiteral("at"), isoUtc(e.at));
    json.insert(QStringLiteral("complete"), e.complete);
    json.insert(QStringLiteral("headless"), e.headless);
    json.insert(QStringLiteral("stoppedAt"), e.stoppedAt);
    json.insert(QStringLiteral("faults"), QJsonArray::fromStringList(e.faults));
    json.insert(QStringLiteral("downtimeMs"), static_cast<qint64>(e.downtime.count()));
    json.insert(QStringLiteral("durationMs"), static_cast<qint64>(e.duration.count()));
    json.insert(QStringLiteral("directory"), e.directory);
    return json;
}

RehearsalEntry entryFrom(const QJsonObject& json)
{
    RehearsalEntry e;
    e.plan = json.value(u"plan").toString();
    e.digest = QByteArray::fromHex(json.value(u"digest").toString().toLatin1());
    e.at = fromIsoUtc(json.value(u"at").toString());
    e.complete = json.value(u"complete").toBool();
    e.headless = json.value(u"headless").toBool(true);
    e.stoppedAt = json.value(u"stoppedAt").toString();
    const QJsonArray faults = json.value(u"faults").toArray();
    for (const QJsonValue& fault : faults)
        e.faults << fault.toString();
    e.downtime = Milliseconds(json.value(u"downtimeMs").toInteger());
    e.duration = Milliseconds(json.value(u"durationMs").toInteger());
    e.directory = json.value(u"directory").toString();
    return e;
}

Error storageError(const QString& file, const QString& detail)
{
    Error error = Error::invalid(QStringLiteral("The list of rehearsals can't be written."), QStringLiteral("This run is complete, but it won't be remembered."),
                                 QStringLiteral("Make room or give write access to %1.").arg(file));
    error.kind = ErrorKind::Storage;
    error.detail = detail;
    return error;
}
} // namespace

RehearsalEntry entryOf(const cutover::RunState& state, const QByteArray& digest, const QStringList& faults, TimePoint wallNow)
{
    RehearsalEntry e;
    e.plan = state.planName;
    e.digest = digest;
    e.at = wallNow;
    e.complete = state.phase == cutover::RunPhase::Complete && !state.seal.isEmpty();
    e.headless = state.headless;
    e.faults = faults;
    e.downtime = state.downtime;
    if (state.startedAt)
        e.duration = state.endedAt.value_or(state.now) - *state.startedAt;
    e.directory = state.directory;
    const cutover::StepView* step = state.step(state.activeStep);
    if (!e.complete && step)
        e.stoppedAt = step->title;
    return e;
}

QString RehearsalHistory::defaultFile()
{
    return QDir(QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation)).filePath(QStringLiteral("switchyard/history.json"));
}

RehearsalHistory RehearsalHistory::load(const QString& file)
{
    RehearsalHistory out;
    out.m_file = file;
    out.read();
    return out;
}

void RehearsalHistory::read()
{
    m_entries.clear();
    QFile in(m_file);
    if (!in.open(QIODevice::ReadOnly))
        return;
    const QJsonArray all = QJsonDocument::fromJson(in.readAll()).object().value(u"rehearsals").toArray();
    for (const QJsonValue& v : all)
        m_entries.push_back(entryFrom(v.toObject()));
    std::stable_sort(m_entries.begin(), m_entries.end(), [](const RehearsalEntry& a, const RehearsalEntry& b) { return a.at > b.at; });
}

Result<void> RehearsalHistory::add(RehearsalEntry entry)
{
    const QFileInfo info(m_file);
    if (!QDir().mkpath(info.absolutePath()))
        return storageError(m_file, QStringLiteral("the folder can't be made"));
    QLockFile lock(m_file + QStringLiteral(".lock"));
    if (!lock.tryLock(2000))
        return storageError(m_file, QStringLiteral("another program holds it"));
    read();
    // A resumed run is the same run.
    std::erase_if(m_entries, [&](const RehearsalEntry& e) { return !entry.directory.isEmpty() && e.directory == entry.directory; });
    m_entries.insert(m_entries.begin(), std::move(entry));
    QJsonArray all;
    for (const RehearsalEntry& e : m_entries)
        all.append(toJson(e));
    QJsonObject root;
    root.insert(QStringLiteral("rehearsals"), all);
    QSaveFile out(m_file);
    if (!out.open(QIODevice::WriteOnly))
        return storageError(m_file, out.errorString());
    out.write(QJsonDocument(root).toJson());
    if (!out.commit())
        return storageError(m_file, out.errorString());
    return Ok{};
}

std::vector<RehearsalEntry> RehearsalHistory::of(const QString& plan) const
{
    std::vector<RehearsalEntry> out;
    std::copy_if(m_entries.begin(), m_entries.end(), std::back_inserter(out), [&](const RehearsalEntry& e) { return e.plan == plan; });
    return out;
}

} // namespace switchyard::rehearsal
