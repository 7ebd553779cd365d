#pragma once

#include "app/cutover/RunContext.h"
#include "tests/kit/FakeClock.h"

#include <QTimer>

#include <algorithm>
#include <set>

namespace switchyard::test {

/// A run's context for tests of single steps: memory survives "crashes", everything else is plain.
class FakeRun final : public cutover::RunContext {
public:
    explicit FakeRun(plan::Plan p) : m_plan(std::move(p)) { m_services.clock = &runClock; }

    FakeClock runClock;
    std::map<QString, QJsonObject> memories;
    std::vector<QString> order;              ///< steps that ran, oldest first
    std::map<QString, std::map<QString, cutover::CallState>> calls;
    std::map<QString, std::shared_ptr<DatabaseMover>> movers;
    QStringList alarms;

    const plan::Plan& plan() const override { return m_plan; }
    plan::Plan& editPlan() { return m_plan; }
    RunServices& services() override { return m_services; }
    Result<std::shared_ptr<HostingProvider>> hosting(const QString& account) override
    {
        const auto it = m_services.hosting.find(account);
        if (it == m_services.hosting.end())
            return Error::invalid(QStringLiteral("no account %1").arg(account));
        return it->second;
    }
    Task<std::shared_ptr<DatabaseMover>> mover(QString database, std::stop_token) override
    {
        const auto it = movers.find(database);
        if (it == movers.end())
            co_return Error::invalid(QStringLiteral("no database %1").arg(database));
        co_return std::shared_ptr<DatabaseMover>(it->second);
    }
    cutover::RunState& state() override { return m_state; }
    void touch(unsigned) override {}
    void log(LogLine) override {}
    QJsonObject memory(const QString& stepId) const override
    {
        const auto it = memories.find(stepId);
        return it == memories.end() ? QJsonObject() : it->second;
    }
    cutover::CallState call(const QString& stepId, const QString& key) const override
    {
        const auto step = calls.find(stepId);
        if (step == calls.end())
            return cutover::CallState::NotSent;
        const auto it = step->second.find(key);
        return it == step->second.end() ? cutover::CallState::NotSent : it->second;
    }
    QJsonObject memoryOfKind(const QString& kind) const override
    {
        for (auto it = order.rbegin(); it != order.rend(); ++it) {
            for (const plan::StepSpec& s : m_plan.steps) {
                if (s.id == *it && s.kind == kind)
                    return memory(s.id);
            }
        }
        return {};
    }
    void report(cutover::Finding finding, bool raise) override
    {
        withdraw(finding.id);
        if (raise)
            alarms << finding.id;
        m_state.findings.push_back(std::move(finding));
    }
    void withdraw(const QString& id) override
    {
        std::erase_if(m_state.findings, [&](const cutover::Finding& f) { return f.id == id; });
    }
    Secret& scratch(const QString& name) override { return m_scratch[name]; }
    void forgetScratch() { m_scratch.clear(); }

    void merge(const QString& step, const QJsonObject& part)
    {
        QJsonObject& m = memories[step];
        for (auto it = part.begin(); it != part.end(); ++it)
            m.insert(it.key(), it.value());
        if (std::find(order.begin(), order.end(), step) == order.end())
            order.push_back(step);
    }

private:
    plan::Plan m_plan;
    RunServices m_services;
    cutover::RunState m_state;
    std::map<QString, Secret> m_scratch;
};

/// Writes what a step says into the run's memory, and can "crash" it: before its n-th call, or after the call and before its outcome.
class FakeVoice final : public cutover::StepVoice {
public:
    FakeVoice(FakeRun* run, QString step) : m_run(run), m_step(std::move(step)) {}
    int crashBeforeCall = 0;   ///< 1: the first announcement is the last thing that happens
    int crashAfterCall = 0;    ///< 1: the first call is made and its outcome isn't written
    int announced = 0;
    int ended = 0;
    bool writesAreStopped = false;
    QStringList said;

    void progress(cutover::TaskProgress) override {}
    void say(LogLevel, QString text) override { said << text; }
    Result<void> lend(QString id, QString what, QString inverse, QJsonObject data) override
    {
        auto& lent = m_run->state().lent;
        const auto it = std::find_if(lent.begin(), lent.end(), [&](const cutover::LentEntry& e) { return e.id == id; });
        cutover::LentEntry entry;
        entry.id = id;
        entry.what = what;
        entry.inverse = inverse;
        entry.since = m_run->runClock.now();
        entry.data = data;
        if (it == lent.end())
            lent.push_back(entry);
        else
            *it = entry;
        return Ok{};
    }
    Result<void> putBack(QString id) override
    {
        for (cutover::LentEntry& e : m_run->state().lent) {
            if (e.id == id)
                e.open = false;
        }
        return Ok{};
    }
    Result<void> intent(QString key, QString) override
    {
        if (++announced == crashBeforeCall)
            return Error::cancelled();
        m_run->calls[m_step][key] = cutover::CallState::Sent;
        return Ok{};
    }
    Result<void> outcome(QString key, bool ok, QString) override
    {
        if (++ended == crashAfterCall)
            return Error::cancelled();
        m_run->calls[m_step][key] = ok ? cutover::CallState::Done : cutover::CallState::Refused;
        return Ok{};
    }
    Result<void> remember(QJsonObject part) override
    {
        m_run->merge(m_step, part);
        return Ok{};
    }
    void waiting(bool on) override
    {
        // Nothing else happens meanwhile: the clock jumps on.
        if (on)
            QTimer::singleShot(0, &m_run->runClock, [run = m_run] { run->runClock.advance(std::chrono::minutes(10)); });
    }
    void writesStopped(bool on) override { writesAreStopped = on; }

private:
    FakeRun* m_run;
    QString m_step;
};

} // namespace switchyard::test
