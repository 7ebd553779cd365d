#include "providers/world/WorldHost.h"

#include "app/base/Log.h"

namespace switchyard::world {

qint64 WorldHost::faultValue(const char* name) const
{
    const auto found = m_faults.find(QLatin1String(name));
    return found == m_faults.end() ? 0 : found->second.number();
}

Result<void> WorldHost::applyFault(const QString& text, bool on, bool restarted)
{
    SY_TRY(const rehearsal::FaultChoice choice, rehearsal::parseFault(text));
    const QString name = QLatin1String(choice.fault->name);
    if (on)
        m_faults[name] = choice;
    else
        m_faults.erase(name);
    const int times = static_cast<int>(choice.number());
    const QJsonObject counted{{QStringLiteral("count"), times}};
    // What a simulator counts down is kept in its own state: a restart must not start the count again.
    const auto inSimulator = [&](simulator::Simulator* one, const QString& verb, const QJsonValue& value) {
        if (!restarted)
            one->setFault(verb, value, on);
    };
    if (name == u"render-429") {
        m_refusalsLeft = on && !restarted ? times : 0;
    } else if (name == u"provider-500") {
        inSimulator(m_heroku.get(), QStringLiteral("server-error:rehearsal"), counted);
        inSimulator(m_render.get(), QStringLiteral("server-error:rehearsal"), counted);
        inSimulator(m_netlify.get(), QStringLiteral("server-error:rehearsal"), counted);
    } else if (name == u"timeout") {
        inSimulator(m_render.get(), QStringLiteral("timeout:rehearsal"), counted);
    } else if (name == u"expired-token") {
        inSimulator(m_render.get(), QStringLiteral("unauthorized:rehearsal"), QJsonValue());
    } else if (name == u"failed-deploy") {
        m_failuresLeft = on && !restarted ? times : 0;
        m_render->setFault(QStringLiteral("deploy-fail"), QJsonObject{{QStringLiteral("status"), QStringLiteral("update_failed")}}, m_failuresLeft > 0);
    } else if (name == u"dropped-connection") {
        m_gate->cutAfter(64 * 1024, on && !restarted ? times : 0);
    } else if (name == u"resolver-ignores-ttl") {
        m_names->ignoreTtl(Seconds(on ? choice.number() : 0));
    } else if (name == u"freeze-writes") {
        if (!on)
            m_rogueUntil.reset();
        else if (m_heroku->maintenance(QStringLiteral("projectify")) && !restarted)
            m_rogueUntil = m_clock.now() + Seconds(choice.number());
    }
    // slow-certificate and log-stream-closes are looked up where they act.
    logInfo("world", QStringLiteral("fault %1 %2").arg(choice.text(), on ? QStringLiteral("on") : QStringLiteral("off")));
    return Ok{};
}

void WorldHost::troubleRender()
{
    if (m_refusalsLeft <= 0)
        return;
    m_refuseNext = !m_refuseNext;
    if (!m_refuseNext)
        return;
    --m_refusalsLeft;
    m_render->setFault(QStringLiteral("rate-limit:rehearsal"), QJsonObject{{QStringLiteral("count"), 1}}, true);
}

void WorldHost::rogueWrite()
{
    if (!m_rogueUntil)
        return;
    if (m_clock.now() > *m_rogueUntil) {
        m_rogueUntil.reset();
        m_rogue.post([sql = std::exchange(m_rogueSql, nullptr)](std::stop_token) {
            if (sql)
                sql->close();
        });
        return;
    }
    if (!m_rogueSql)
        m_rogueSql = std::make_shared<Sql>();
    // A report job on somebody's laptop that nobody thought of: no dyno, no maintenance flag stops it.
    SqlTarget target = m_source.database->target(QStringLiteral("nightly-report"));
    m_rogue.post([target, sql = m_rogueSql](std::stop_token) {
        if (!sql->alive() && !sql->open(target))
            return;
        (void)sql->run("UPDATE corporate_customer SET mrr=mrr+0.01 WHERE id=(SELECT min(id) FROM corporate_customer)");
    });
}

} // namespace switchyard::world
