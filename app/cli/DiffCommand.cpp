#include "app/base/StopScope.h"
#include "app/base/Redactor.h"
#include "app/cli/Commands.h"
#include "app/cli/Terminal.h"
#include "app/database/SummaryDiff.h"
#include "app/dns/Planning.h"
#include "app/environment/Compare.h"
#include "app/rehearsal/Launch.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace switchyard::cli {

namespace {

/// One line of a comparison; `open` lines make the exit status 1.
struct DiffLine {
    QString room;
    QString subject;
    QString verdict;
    QString explanation;
    bool open = false;
};

/// Reads both sides through the accounts of the plan and compares what was asked for. Reads only.
class Reading final : public QObject {
    Q_OBJECT
public:
    Reading(plan::Plan plan, QString room, const Host& host) : m_plan(std::move(plan)), m_room(std::move(room)), m_services(host.services) {}
    void start() { m_scope.spawn(QStringLiteral("diff"), work(m_scope.token())); }
    [[nodiscard]] const std::vector<DiffLine>& lines() const { return m_lines; }

private:
    Task<> work(std::stop_token stop)
    {
        auto reading = readAll(stop);
        const Result<void> done = co_await std::move(reading);
        SY_CO_ALIVE(stop);
        if (!done) {
            err(done.error());
            leave(exitCodeFor(done.error()));
            co_return Ok{};
        }
        bool open = false;
        for (const DiffLine& line : m_lines)
            open = open || line.open;
        leave(open ? CheckFailed : Done);
        co_return Ok{};
    }

    /// Queued: an exit before the event loop runs would be forgotten.
    static void leave(int code)
    {
        QMetaObject::invokeMethod(QCoreApplication::instance(), [code] { QCoreApplication::exit(code); }, Qt::QueuedConnection);
    }

    Task<> readAll(std::stop_token stop)
    {
        for (Account& account : m_plan.accounts) {
            SY_CO_TRY(account.token, co_await rehearsal::tokenOf(m_services, account, stop));
            SY_CO_ALIVE(stop);
            Redactor::instance().learn(account.token);
            if (account.name == m_plan.dns.account) {
                SY_CO_TRY(m_dns, m_services->makeDns(account));
            } else {
                SY_CO_TRY(m_hosting[account.name], m_services->makeHosting(account));
            }
        }
        if (wants(QStringLiteral("env"))) {
            auto part = environments(stop);
            SY_CO_CHECK(co_await std::move(part));
            SY_CO_ALIVE(stop);
        }
        if (wants(QStringLiteral("db"))) {
            auto part = databases(stop);
            SY_CO_CHECK(co_await std::move(part));
            SY_CO_ALIVE(stop);
        }
        if (wants(QStringLiteral("dns"))) {
            auto part = records(stop);
            SY_CO_CHECK(co_await std::move(part));
            SY_CO_ALIVE(stop);
        }
        co_return Ok{};
    }

    Task<> environments(std::stop_token stop)
    {
        const plan::Environment& production = m_plan.production();
        environment::CompareRules rules;
        for (const plan::HostRewrite& rewrite : production.rewrites)
            rules.rewrites.push_back({rewrite.from, rewrite.to});
        for (const plan::ExpectedDifference& expected : production.expected)
            rules.expected.emplace_back(expected.key, expected.reason);
        for (const plan::ServiceMapping& mapping : production.services) {
            if (mapping.source.isEmpty() || mapping.target.isEmpty() || !m_hosting.contains(mapping.source.account) || !m_hosting.contains(mapping.target.account))
                continue;
            const auto source = m_hosting.at(mapping.source.account);
            const auto target = m_hosting.at(mapping.target.account);
            SY_CO_TRY(Settings before, co_await source->readSettings(mapping.source, stop));
            SY_CO_ALIVE(stop);
            SY_CO_TRY(Settings after, co_await target->readSettings(mapping.target, stop));
            SY_CO_ALIVE(stop);
            std::vector<Settings> sides;
            sides.push_back(std::move(before));
            for (const environment::SettingDiff& d : environment::compareSettings(sides, after, rules)) {
                const bool open = d.verdict == environment::Verdict::Differs || d.verdict == environment::Verdict::Missing;
                m_lines.push_back({QStringLiteral("env"), mapping.name + u'/' + d.key, environment::verdictName(d.verdict), d.explanation, open});
            }
        }
        co_return Ok{};
    }

    Task<> databases(std::stop_token stop)
    {
        for (const plan::DatabaseMapping& mapping : m_plan.production().databases) {
            if (mapping.method != plan::MoveMethod::Copy)
                continue;
            const auto source = m_hosting.at(mapping.source.account);
            const auto target = m_hosting.at(mapping.target.account);
            SY_CO_TRY(Secret from, co_await source->connectionUrl(mapping.source, stop));
            SY_CO_ALIVE(stop);
            SY_CO_TRY(Secret to, co_await target->connectionUrl(mapping.target, stop));
            SY_CO_ALIVE(stop);
            Redactor::instance().learn(from);
            Redactor::instance().learn(to);
            const std::shared_ptr<DatabaseMover> mover = m_services->makeMover(from, to);
            SY_CO_TRY(DatabaseSummary before, co_await mover->inspect(Side::Source, stop));
            SY_CO_ALIVE(stop);
            SY_CO_TRY(DatabaseSummary after, co_await mover->inspect(Side::Target, stop));
            SY_CO_ALIVE(stop);
            for (const database::SummaryDifference& d : database::compareSummaries(before, after))
                m_lines.push_back({QStringLiteral("db"), mapping.name + u'/' + d.subject, d.same ? QStringLiteral("Same") : QStringLiteral("%1 / %2").arg(d.source, d.target), d.explanation, !d.ok});
        }
        co_return Ok{};
    }

    Task<> records(std::stop_token stop)
    {
        if (!m_dns)
            co_return Ok{};
        SY_CO_TRY(Zone zone, co_await m_dns->readZone(dns::absolute(m_plan.dns.zone), stop));
        SY_CO_ALIVE(stop);
        std::vector<dns::HostTarget> targets;
        for (const plan::DomainMapping& domain : m_plan.production().domains) {
            for (const plan::ServiceMapping& mapping : m_plan.production().services) {
                if (mapping.name != domain.service || !m_hosting.contains(mapping.target.account))
                    continue;
                const auto provider = m_hosting.at(mapping.target.account);
                SY_CO_TRY(std::vector<DomainBinding> bindings, co_await provider->domains(mapping.target, stop));
                SY_CO_ALIVE(stop);
                for (const DomainBinding& binding : bindings) {
                    if (binding.host == domain.host && !binding.dnsTarget.isEmpty())
                        targets.push_back({domain.host, binding.dnsTarget, binding.targetIsAddress});
                }
            }
        }
        SY_CO_TRY(std::vector<RecordChange> changes, dns::planSwitch(zone, targets, m_plan.dns.switchTtl, true));
        for (const RecordChange& change : changes) {
            m_lines.push_back({QStringLiteral("dns"), change.name, QStringLiteral("%1 -> %2").arg(dns::valuesText(change.expected), dns::valuesText(change.planned)),
                               QStringLiteral("The switch changes this record."), true});
        }
        for (const plan::DomainMapping& domain : m_plan.production().domains) {
            const bool known = std::any_of(targets.begin(), targets.end(), [&](const dns::HostTarget& t) { return t.host == domain.host; });
            if (!known)
                m_lines.push_back({QStringLiteral("dns"), domain.host, QStringLiteral("No target"), QStringLiteral("The target doesn't know this host yet; add it as a custom domain first."), true});
        }
        co_return Ok{};
    }

    [[nodiscard]] bool wants(const QString& room) const { return m_room.isEmpty() || m_room == room; }

    plan::Plan m_plan;
    QString m_room;
    Services* m_services;
    std::map<QString, std::shared_ptr<HostingProvider>> m_hosting;
    std::shared_ptr<DnsHost> m_dns;
    std::vector<DiffLine> m_lines;
    StopScope m_scope;
};

} // namespace

/// `diff PLAN [env|db|dns] [--json]`: compares both sides as they are now. Reads only.
int diff(const QStringList& arguments, const Host& host)
{
    QCommandLineParser parser;
    parser.addPositionalArgument(QStringLiteral("plan"), {});
    parser.addPositionalArgument(QStringLiteral("room"), {});
    parser.addOption({QStringLiteral("json"), {}});
    if (!parseOptions(&parser, arguments))
        return BadUsage;
    const QStringList words = parser.positionalArguments();
    const QString room = words.value(1);
    if (words.isEmpty() || words.size() > 2 || !QStringList{QString(), QStringLiteral("env"), QStringLiteral("db"), QStringLiteral("dns")}.contains(room)) {
        err(QStringLiteral("diff needs a plan, and may name env, db or dns. Nothing was read. Write: switchyard diff PLAN [env|db|dns]"));
        return BadUsage;
    }
    std::optional<plan::Plan> plan = openPlan(words.first());
    if (!plan)
        return BadUsage;
    Reading reading(std::move(*plan), room, host);
    reading.start();
    const int code = QCoreApplication::exec();
    if (parser.isSet(QStringLiteral("json"))) {
        QJsonArray list;
        for (const DiffLine& line : reading.lines())
            list.append(QJsonObject{{QStringLiteral("room"), line.room}, {QStringLiteral("subject"), line.subject}, {QStringLiteral("verdict"), line.verdict},
                                    {QStringLiteral("explanation"), line.explanation}, {QStringLiteral("open"), line.open}});
        outRaw(QJsonDocument(list).toJson());
        return code;
    }
    for (const DiffLine& line : reading.lines())
        out(QStringLiteral("%1 %2  %3  %4").arg(line.open ? QStringLiteral("!") : QStringLiteral(" "), line.subject.leftJustified(36), line.verdict.leftJustified(14), line.explanation));
    return code;
}

} // namespace switchyard::cli

#include "DiffCommand.moc"
