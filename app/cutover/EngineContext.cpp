#include "app/cutover/EngineContext.h"

#include "app/base/Redactor.h"

#include <algorithm>

namespace switchyard::cutover {

Result<std::shared_ptr<HostingProvider>> EngineContext::hosting(const QString& account)
{
    const auto it = services().hosting.find(account);
    if (it == services().hosting.end() || !it->second) {
        return Error::invalid(QStringLiteral("The plan has no account named \"%1\".").arg(account),
                              QStringLiteral("Nothing can be read or changed there."), QStringLiteral("Add the account to the plan."));
    }
    return it->second;
}

Task<std::shared_ptr<DatabaseMover>> EngineContext::mover(QString database, std::stop_token stop)
{
    // QCoro 0.8 moves out of what isn't const in a co_return: a member named there would be emptied.
    if (const auto it = m_movers.find(database); it != m_movers.end()) {
        const std::shared_ptr<DatabaseMover> known = it->second;
        co_return known;
    }
    const auto& mapped = plan().production().databases;
    const auto found = std::find_if(mapped.begin(), mapped.end(), [&](const plan::DatabaseMapping& d) { return d.name == database; });
    if (found == mapped.end())
        co_return Error::invalid(QStringLiteral("The plan has no database named \"%1\".").arg(database));
    const ServiceRef sourceRef = found->source;
    const ServiceRef targetRef = found->target;
    SY_CO_TRY(auto source, hosting(sourceRef.account));
    SY_CO_TRY(auto target, hosting(targetRef.account));
    SY_CO_TRY(Secret sourceUrl, co_await source->connectionUrl(sourceRef, stop));
    SY_CO_ALIVE(stop);
    SY_CO_TRY(Secret targetUrl, co_await target->connectionUrl(targetRef, stop));
    SY_CO_ALIVE(stop);
    Redactor::instance().learn(sourceUrl);
    Redactor::instance().learn(targetUrl);
    // Two may have asked at once: the first one made is everybody's.
    auto& slot = m_movers[database];
    if (!slot)
        slot = std::shared_ptr<DatabaseMover>(services().makeMover(std::move(sourceUrl), std::move(targetUrl)));
    const std::shared_ptr<DatabaseMover> made = slot;
    co_return made;
}

void EngineContext::log(LogLine line)
{
    if (line.time == TimePoint{})
        line.time = clock()->now();
    line.message = Redactor::instance().redact(line.message);
    line.simulated = services().rehearsal;
    if (line.step == 0) {
        if (const StepView* step = state().step(m_conductor->m_running))
            line.step = step->number;
    }
    Q_EMIT m_conductor->logged(line);
}

CallState EngineContext::call(const QString& stepId, const QString& key) const
{
    const Projection& p = m_conductor->m_projection;
    const StepView* step = p.state().step(stepId);
    if (!step)
        return CallState::NotSent;
    const QString wanted = p.track(stepId).stage == Stage::Undoing ? QStringLiteral("undo/") + key : key;
    for (const CallView& call : step->calls) {
        if (call.key != wanted)
            continue;
        return call.state == CallView::State::Done ? CallState::Done : call.state == CallView::State::Refused ? CallState::Refused : CallState::Sent;
    }
    return CallState::NotSent;
}

void EngineContext::report(Finding finding, bool raise)
{
    auto& all = state().findings;
    const auto it = std::find_if(all.begin(), all.end(), [&](const Finding& f) { return f.id == finding.id; });
    const bool news = it == all.end() || it->severity != finding.severity;
    if (it == all.end())
        all.push_back(finding);
    else
        *it = finding;
    std::stable_sort(all.begin(), all.end(), [](const Finding& a, const Finding& b) { return a.severity > b.severity; });
    touch(FindingsChanged);
    // The same alarm isn't raised again with every reading.
    if (raise && news && finding.severity != Severity::Advisory && finding.waivedBy.isEmpty())
        Q_EMIT m_conductor->alarm(finding);
}

void EngineContext::withdraw(const QString& findingId)
{
    if (std::erase_if(state().findings, [&](const Finding& f) { return f.id == findingId; }) > 0)
        touch(FindingsChanged);
}

EngineVoice::EngineVoice(Conductor* conductor, QString step, bool undo) : m_conductor(conductor), m_step(std::move(step)), m_undo(undo) {}

void EngineVoice::progress(TaskProgress progress)
{
    if (!m_conductor)
        return;
    auto& tasks = m_conductor->m_projection.state().tasks;
    const auto it = std::find_if(tasks.begin(), tasks.end(), [&](const TaskProgress& t) { return t.id == progress.id; });
    if (it == tasks.end())
        tasks.insert(tasks.begin(), std::move(progress));
    else
        *it = std::move(progress);
    std::stable_partition(tasks.begin(), tasks.end(), [](const TaskProgress& t) { return t.running; });
    m_conductor->publish(TasksChanged);
}

void EngineVoice::say(LogLevel level, QString text)
{
    if (m_conductor)
        m_conductor->say(level, text);
}

Result<void> EngineVoice::record(EventKind kind, QJsonObject data)
{
    if (!m_conductor)
        return Error::cancelled();
    return m_conductor->record(kind, m_step, std::move(data));
}

Result<void> EngineVoice::lend(QString id, QString what, QString inverse, QJsonObject data)
{
    QJsonObject d;
    d.insert(QStringLiteral("id"), id);
    d.insert(QStringLiteral("what"), what);
    d.insert(QStringLiteral("inverse"), inverse);
    if (!data.isEmpty())
        d.insert(QStringLiteral("data"), data);
    return record(EventKind::Lent, std::move(d));
}

Result<void> EngineVoice::putBack(QString id)
{
    QJsonObject d;
    d.insert(QStringLiteral("id"), id);
    return record(EventKind::PutBack, std::move(d));
}

Result<void> EngineVoice::intent(QString key, QString description)
{
    if (!m_conductor)
        return Error::cancelled();
    // Hold and Roll back stop between two calls: what was sent is finished, the next one isn't begun.
    const StepView* step = m_conductor->state().step(m_step);
    const bool mayStop = !m_undo && step && step->flags.idempotent;
    if (mayStop && (m_conductor->m_projection.held() || m_conductor->m_projection.rollingBack())) {
        m_stoppedByHold = true;
        return Error::cancelled();
    }
    QJsonObject d;
    d.insert(QStringLiteral("key"), keyed(key));
    d.insert(QStringLiteral("says"), description);
    return record(EventKind::Intent, std::move(d));
}

Result<void> EngineVoice::outcome(QString key, bool ok, QString description)
{
    QJsonObject d;
    d.insert(QStringLiteral("key"), keyed(key));
    d.insert(QStringLiteral("ok"), ok);
    d.insert(QStringLiteral("says"), description);
    return record(EventKind::Outcome, std::move(d));
}

Result<void> EngineVoice::remember(QJsonObject part)
{
    QJsonObject d;
    d.insert(QStringLiteral("memory"), part);
    return record(EventKind::Remember, std::move(d));
}

void EngineVoice::waiting(bool on)
{
    if (m_conductor)
        m_conductor->setWorking(!on);
}

void EngineVoice::writesStopped(bool stopped)
{
    if (!m_conductor || m_conductor->m_projection.writesStoppedSince().has_value() == stopped)
        return;
    QJsonObject d;
    d.insert(QStringLiteral("stopped"), stopped);
    // A clock that can't be written isn't worth stopping the step; record() holds the run.
    static_cast<void>(record(EventKind::Writes, std::move(d)));
}

} // namespace switchyard::cutover
