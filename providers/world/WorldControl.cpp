#include "providers/world/WorldHost.h"

#include <QCoreApplication>
#include <QJsonArray>

namespace switchyard::world {

using simulator::Reply;
using simulator::Request;
using simulator::Response;

namespace {
Response ofError(const Error& error)
{
    return Response::json(error.kind == ErrorKind::Invalid ? 400 : 500,
                          QJsonObject{{QStringLiteral("happened"), error.happened}, {QStringLiteral("means"), error.means},
                                      {QStringLiteral("remedy"), error.remedy}, {QStringLiteral("detail"), error.detail}});
}
} // namespace

QJsonObject WorldHost::figures() const
{
    QJsonObject all = m_visitors->figures();
    all[QStringLiteral("ledger")] = static_cast<qint64>(m_ledger->entries().size());
    all[QStringLiteral("rate")] = m_clock.rate();
    all[QStringLiteral("mails")] = static_cast<qint64>(m_mail.messages().size());
    all[QStringLiteral("workersSource")] = static_cast<int>(m_source.workers.size());
    all[QStringLiteral("workersTarget")] = static_cast<int>(m_target.workers.size());
    all[QStringLiteral("socketsSource")] = m_source.app->sockets();
    all[QStringLiteral("socketsTarget")] = m_target.app->sockets();
    all[QStringLiteral("gateOpen")] = m_gate->open();
    all[QStringLiteral("gateRefused")] = m_gateRefused;
    QJsonArray faults;
    for (const auto& [name, choice] : m_faults)
        faults.append(choice.text());
    all[QStringLiteral("faults")] = faults;
    return all;
}

void WorldHost::answerControl(const Request& request, const Reply& reply)
{
    if (request.bearer() != m_state[QStringLiteral("controlToken")].toString().toLatin1()) {
        reply(Response::empty(401));
        return;
    }
    m_contact.restart();
    if (request.path == u"/alive") {
        reply(Response::json(200, QJsonObject{{QStringLiteral("ready"), true}}));
    } else if (request.path == u"/figures") {
        reply(Response::json(200, figures()));
    } else if (request.path == u"/fault" && request.method == "POST") {
        const QJsonObject body = request.json().toObject();
        const auto applied = applyFault(body[QStringLiteral("fault")].toString(), body[QStringLiteral("on")].toBool());
        if (!applied) {
            reply(ofError(applied.error()));
            return;
        }
        m_spec.faults.clear();
        for (const auto& [name, choice] : m_faults)
            m_spec.faults << choice.text();
        (void)m_folder.write(QStringLiteral("spec.json"), WorldFolder::toJson(m_spec));
        reply(Response::json(200, QJsonObject{{QStringLiteral("ok"), true}}));
    } else if (request.path == u"/visitors" && request.method == "POST") {
        m_visitors->setCount(request.json().toObject()[QStringLiteral("count")].toInt(), QStringLiteral("x") + QString::number(m_clock.now().time_since_epoch().count()));
        reply(Response::json(200, QJsonObject{{QStringLiteral("ok"), true}}));
    } else if (request.path == u"/ledger") {
        const Half& half = request.queryValue(QStringLiteral("side")) == u"target" ? m_target : m_source;
        const SqlTarget target = half.database->target({});
        m_sql.post([entries = m_ledger->entries(), target, reply](std::stop_token) {
            auto summary = std::make_shared<Result<LedgerSummary>>(Ledger::check(entries, target));
            QMetaObject::invokeMethod(
                QCoreApplication::instance(),
                [summary, reply] {
                    if (!*summary) {
                        reply(ofError(summary->error()));
                        return;
                    }
                    reply(Response::json(200, QJsonObject{{QStringLiteral("acknowledged"), (*summary)->acknowledged}, {QStringLiteral("missing"), (*summary)->missing},
                                                          {QStringLiteral("examples"), QJsonArray::fromStringList((*summary)->examples)}}));
                },
                Qt::QueuedConnection);
        });
    } else if (request.path == u"/close" && request.method == "POST") {
        reply(Response::json(200, QJsonObject{{QStringLiteral("ok"), true}}));
        QMetaObject::invokeMethod(this, &WorldHost::closeAsked, Qt::QueuedConnection);
    } else {
        reply(Response::empty(404));
    }
}

} // namespace switchyard::world
