#include "app/cutover/steps/Calls.h"
#include "app/cutover/steps/Kinds.h"
#include "app/cutover/steps/Names.h"
#include "app/cutover/steps/StepBase.h"
#include "app/dns/Propagation.h"
#include "app/plan/PlanReader.h"

#include <algorithm>

namespace switchyard::cutover {

namespace {

/// Asks every resolver for every host until all honest ones answer the target. One that holds an answer longer than its TTL allows is named,
/// and not waited for.
class WaitNames final : public StepBase {
public:
    using StepBase::StepBase;
    StepFlags flags() const override
    {
        StepFlags f = StepBase::flags();
        f.writes = false;
        return f;
    }
    Task<StepPreview> preview(std::stop_token) override
    {
        StepPreview p;
        p.summary = QStringLiteral("Asks %1 for %2 until all of them answer %3. Old answers expire within %4.")
                        .arg(counted(static_cast<qint64>(c->services().resolvers.size()), QStringLiteral("resolver"), QStringLiteral("resolvers")),
                             counted(hosts().size(), QStringLiteral("name"), QStringLiteral("names")), targetTitle(), durationProse(c->plan().dns.switchTtl));
        for (const ResolverAddress& r : c->services().resolvers) {
            for (const QString& host : hosts())
                p.calls.push_back(askCall(r.label.isEmpty() ? r.name : r.label, host + QStringLiteral(" A")));
        }
        co_return p;
    }
    Task<ProbeResult> probe(std::stop_token) override { co_return ProbeResult{Effect::NotYet, QStringLiteral("The resolvers are asked again.")}; }
    Task<StepOutcome> perform(StepVoice* voice, std::stop_token stop) override
    {
        const TimePoint since = switchedAt();
        const Milliseconds patience = Milliseconds(c->plan().dns.switchTtl) + std::chrono::seconds(30);
        dns::Forecast last;
        QStringList silent;
        qint64 honest = 0;
        while (true) {
            silent.clear();
            SY_CO_TRY(const auto answers, co_await ask(since, patience, &silent, stop));
            SY_CO_ALIVE(stop);
            last = dns::forecast(answers);
            progress(voice, QStringLiteral("names"), QStringLiteral("Resolvers"), last.total > 0 ? static_cast<double>(last.target) / last.total : 1.0, QStringLiteral("%1 of %2 answers").arg(last.target).arg(last.total),
                     last.lastOldExpires && *last.lastOldExpires > now() ? minutesSeconds(*last.lastOldExpires - now()) : QString());
            honest = std::count_if(answers.begin(), answers.end(), [](const dns::Answered& a) { return a.honest; });
            qint64 waiting = 0;
            for (const dns::Answered& a : answers)
                waiting += a.who == dns::WhoAnswers::Source && a.honest ? 1 : 0;
            const bool enough = last.target > 0 && last.target * 2 > last.total;
            if (waiting == 0 && enough)
                break;
            if (now() - since > patience * 4) {
                Error error;
                error.kind = ErrorKind::Timeout;
                error.happened = QStringLiteral("%1").arg(last.text(targetTitle(), now()));
                error.means = QStringLiteral("Part of the visitors still reaches %1 %2 after the switch.").arg(sourceTitle(), durationProse(now() - since));
                error.remedy = QStringLiteral("Look at the resolvers on the DNS page, then try the step again or roll back.");
                error.retryable = true;
                co_return error;
            }
            SY_CO_CHECK(co_await pause(voice, std::chrono::seconds(5), stop));
            SY_CO_ALIVE(stop);
        }
        progress(voice, QStringLiteral("names"), QStringLiteral("Resolvers"), 1, QStringLiteral("%1 of %2 answers").arg(last.target).arg(last.total), QStringLiteral("done"), false);
        for (const QString& name : last.stubborn) {
            Finding f;
            f.id = QStringLiteral("DNS-24/") + name;
            f.severity = Severity::Advisory;
            const auto held = last.holds.find(name);
            f.title = held == last.holds.end() ? QStringLiteral("%1 holds answers longer than told").arg(name)
                                               : QStringLiteral("%1 holds %2 s").arg(name).arg(std::chrono::duration_cast<Seconds>(held->second).count());
            f.text = QStringLiteral("Its users reach %1 until it asks again; they see the maintenance page meanwhile.").arg(sourceTitle());
            f.fix = QStringLiteral("Nothing can be done from here. Keep the source in maintenance until it has asked again.");
            f.page = QStringLiteral("dns");
            f.linkText = QStringLiteral("Open in DNS");
            c->report(std::move(f), false);
        }
        StepOutcome out;
        out.says = last.text(targetTitle(), now());
        out.evidence = {evidence(out.says)};
        if (!silent.isEmpty())
            out.evidence.push_back(evidence(QStringLiteral("No answer from: %1").arg(silent.join(QStringLiteral(", "))), false));
        out.memory.insert(QStringLiteral("done"), true);
        out.memory.insert(QStringLiteral("target"), last.target);
        out.memory.insert(QStringLiteral("answers"), last.total);
        out.memory.insert(QStringLiteral("honest"), honest);
        out.memory.insert(QStringLiteral("at"), isoUtc(now()));
        co_return out;
    }

private:
    TimePoint switchedAt() const
    {
        const QString group = with("group");
        QJsonObject m = c->memoryOfKind(QStringLiteral("switch-names"));
        for (const plan::StepSpec& s : c->plan().steps) {
            const auto it = s.with.find(QStringLiteral("group"));
            if (s.kind == QLatin1String("switch-names") && it != s.with.end() && it->second == group)
                m = c->memory(s.id);
        }
        const TimePoint at = fromIsoUtc(m.value(u"switchedAt").toString());
        return at == TimePoint{} ? now() : at;
    }
    Milliseconds heldBy(const QString& address) const
    {
        Milliseconds longest{0};
        for (const ResolverRow& row : c->state().resolvers) {
            for (const ResolverCell& cell : row.cells) {
                if (row.resolver.address == address && cell.held)
                    longest = std::max(longest, *cell.held);
            }
        }
        return longest;
    }
    Task<std::vector<dns::Answered>> ask(TimePoint since, Milliseconds patience, QStringList* silent, std::stop_token stop)
    {
        SY_CO_TRY(const auto targets, co_await readTargets(c, hosts(), stop));
        SY_CO_ALIVE(stop);
        const std::vector<ResolverAddress> servers = c->services().resolvers;
        std::vector<dns::Answered> out;
        for (const dns::HostTarget& t : targets) {
            QStringList names, addresses;
            if (t.isAddress)
                addresses << t.target;
            else
                names << t.target;
            // What the authoritative server says now is the target, also where an alias is flattened into addresses.
            auto truth = co_await addressesOf(c, t.host, stop);
            SY_CO_ALIVE(stop);
            if (truth)
                addresses << *truth;
            for (const ResolverAddress& server : servers) {
                auto answer = co_await c->services().resolver->query(server, dns::absolute(t.host), QStringLiteral("A"), stop);
                SY_CO_ALIVE(stop);
                dns::Answered a;
                a.resolver = server.label.isEmpty() ? server.name : server.label;
                a.host = t.host;
                if (!answer) {
                    a.who = dns::WhoAnswers::NoAnswer;
                } else {
                    a.who = dns::whoAnswers(*answer, names, addresses);
                    if (const auto ttl = answer->ttl()) {
                        a.expires = now() + *ttl;
                        // What it tells now, or what it showed before: the monitor asks it all the time.
                        a.holds = std::max<Milliseconds>(*ttl, now() - since);
                        a.holds = std::max(*a.holds, heldBy(server.address));
                    }
                }
                if (a.who == dns::WhoAnswers::NoAnswer && !silent->contains(a.resolver))
                    *silent << a.resolver;
                // Past the TTL and a grace nobody honest can still have the old answer.
                a.honest = !(a.who == dns::WhoAnswers::Source && !server.authoritative && now() - since > patience);
                if (a.expires && a.who == dns::WhoAnswers::Source && *a.expires - since > patience * 2)
                    a.honest = false;
                out.push_back(std::move(a));
            }
        }
        co_return out;
    }
};

/// Waits until the target serves a valid certificate for every host, measured by handshakes with the real name.
class WaitCertificates final : public StepBase {
public:
    using StepBase::StepBase;
    StepFlags flags() const override
    {
        StepFlags f = StepBase::flags();
        f.writes = false;
        return f;
    }
    Task<StepPreview> preview(std::stop_token) override
    {
        StepPreview p;
        p.summary = QStringLiteral("Shakes hands with the target for each name until a valid certificate is served. Until then visitors of that name see TLS errors.");
        for (const QString& host : hosts()) {
            CallPreview call;
            call.provider = QStringLiteral("probe");
            call.method = QStringLiteral("TLS");
            call.path = host;
            call.note = QStringLiteral("handshake");
            p.calls.push_back(std::move(call));
        }
        co_return p;
    }
    Task<ProbeResult> probe(std::stop_token) override { co_return ProbeResult{Effect::NotYet, QStringLiteral("The handshakes are made again.")}; }
    Task<StepOutcome> perform(StepVoice* voice, std::stop_token stop) override
    {
        const QStringList wanted = hosts();
        const TimePoint since = now();
        TimePoint nudged = since;
        StepOutcome out;
        QStringList served;
        std::map<QString, QString> problems;
        while (served.size() < wanted.size()) {
            for (const QString& host : wanted) {
                if (served.contains(host))
                    continue;
                auto addresses = co_await addressesOf(c, host, stop);
                SY_CO_ALIVE(stop);
                if (!addresses) {
                    problems[host] = addresses.error().happened;
                    continue;
                }
                const QString address = addresses->front();
                auto tls = co_await c->services().prober->handshake(host, address, stop);
                SY_CO_ALIVE(stop);
                if (tls && tls->ok) {
                    served << host;
                    out.evidence.push_back(evidence(QStringLiteral("%1: valid certificate of %2, %3 after the wait began").arg(host, tls->issuer.isEmpty() ? QStringLiteral("its issuer") : tls->issuer, durationProse(now() - since))));
                } else {
                    problems[host] = tls ? tls->problem : tls.error().happened;
                }
            }
            progress(voice, QStringLiteral("tls"), QStringLiteral("Certificates"), wanted.isEmpty() ? 1.0 : static_cast<double>(served.size()) / static_cast<double>(wanted.size()),
                     QStringLiteral("%1 of %2 served").arg(served.size()).arg(wanted.size()), minutesSeconds(now() - since));
            if (served.size() == wanted.size())
                break;
            if (now() - since > std::chrono::minutes(45)) {
                Error error;
                error.kind = ErrorKind::Timeout;
                error.happened = QStringLiteral("No certificate after 45 min for %1.").arg(missing(wanted, served));
                error.means = QStringLiteral("Visitors of it see TLS errors: %1.").arg(problems[missingFirst(wanted, served)]);
                error.remedy = QStringLiteral("Look at the custom domain at %1 and at CAA and AAAA on the DNS page, then try the step again.").arg(targetTitle());
                error.retryable = true;
                co_return error;
            }
            if (now() - nudged > std::chrono::minutes(1)) {
                nudged = now();
                for (const QString& host : wanted) {
                    const plan::ServiceMapping* s = domain(host) ? service(domain(host)->service) : nullptr;
                    if (served.contains(host) || !s || s->target.isEmpty())
                        continue;
                    const ServiceRef ref = s->target;
                    SY_CO_TRY(auto provider, c->hosting(ref.account));
                    static_cast<void>(co_await provider->verifyDomain(ref, host, stop));
                    SY_CO_ALIVE(stop);
                }
            }
            SY_CO_CHECK(co_await pause(voice, std::chrono::seconds(5), stop));
            SY_CO_ALIVE(stop);
        }
        progress(voice, QStringLiteral("tls"), QStringLiteral("Certificates"), 1, QStringLiteral("%1 of %1 served").arg(wanted.size()), QStringLiteral("done"), false);
        out.says = QStringLiteral("%1 of %1 certificates are served").arg(wanted.size());
        out.memory.insert(QStringLiteral("served"), static_cast<qint64>(served.size()));
        out.memory.insert(QStringLiteral("at"), isoUtc(now()));
        co_return out;
    }

private:
    static QString missing(const QStringList& wanted, const QStringList& served)
    {
        QStringList out;
        for (const QString& h : wanted) {
            if (!served.contains(h))
                out << h;
        }
        return out.join(QStringLiteral(", "));
    }
    static QString missingFirst(const QStringList& wanted, const QStringList& served) { return missing(wanted, served).section(QStringLiteral(", "), 0, 0); }
};

/// Watches what visitors get for a while: more than one failed answer in twenty on a host stops the plan here.
class WatchErrors final : public StepBase {
public:
    using StepBase::StepBase;
    StepFlags flags() const override
    {
        StepFlags f = StepBase::flags();
        f.writes = false;
        return f;
    }
    Task<StepPreview> preview(std::stop_token) override
    {
        StepPreview p;
        p.summary = QStringLiteral("Watches every answer of the probes for %1. More than 5 % failed answers on a host stop the plan here.").arg(durationProse(window()));
        co_return p;
    }
    Task<ProbeResult> probe(std::stop_token) override { co_return ProbeResult{Effect::NotYet, QStringLiteral("The watch starts again.")}; }
    Task<StepOutcome> perform(StepVoice* voice, std::stop_token stop) override
    {
        const TimePoint since = now();
        const Milliseconds length = window();
        while (now() - since < length) {
            const Milliseconds left = length - std::chrono::duration_cast<Milliseconds>(now() - since);
            const Count count = look(since);
            progress(voice, QStringLiteral("watch"), QStringLiteral("Watch for errors"), 1.0 - static_cast<double>(left.count()) / static_cast<double>(length.count()),
                     QStringLiteral("%1 of %2 failed").arg(count.failed).arg(count.all), minutesSeconds(left));
            SY_CO_CHECK(co_await pause(voice, std::min<Milliseconds>(left, std::chrono::seconds(2)), stop));
            SY_CO_ALIVE(stop);
        }
        const Count count = look(since);
        progress(voice, QStringLiteral("watch"), QStringLiteral("Watch for errors"), 1, QStringLiteral("%1 of %2 failed").arg(count.failed).arg(count.all), QStringLiteral("done"), false);
        if (!count.bad.isEmpty()) {
            Error error;
            error.kind = ErrorKind::Invalid;
            error.happened = QStringLiteral("%1 failed more than 5 % of the probes.").arg(count.bad.join(QStringLiteral(", ")));
            error.means = QStringLiteral("Visitors of it meet errors on %1.").arg(targetTitle());
            error.remedy = QStringLiteral("Look at the log and the smoke checks, then try the step again or roll back.");
            error.retryable = true;
            co_return error;
        }
        StepOutcome out;
        out.says = QStringLiteral("%1 of %2 probes answered well in %3").arg(count.all - count.failed).arg(count.all).arg(durationProse(length));
        out.evidence = {evidence(out.says)};
        co_return out;
    }

private:
    struct Count {
        int all = 0;
        int failed = 0;
        QStringList bad;
    };
    Milliseconds window() const { return plan::durationFromText(with("window")).value_or(Milliseconds(120'000)); }
    Count look(TimePoint since) const
    {
        Count count;
        for (const HostView& host : c->state().hosts) {
            int all = 0, failed = 0;
            for (const ProbeSample& s : host.samples) {
                if (s.at < since)
                    continue;
                ++all;
                failed += s.state == HostState::Failed || s.status >= 500;
            }
            count.all += all;
            count.failed += failed;
            if (all > 0 && failed * 20 > all)
                count.bad << host.host;
        }
        return count;
    }
};

} // namespace

std::unique_ptr<StepAction> makeWaitNames(const plan::StepSpec& spec, RunContext* context) { return std::make_unique<WaitNames>(spec, context); }
std::unique_ptr<StepAction> makeWaitCertificates(const plan::StepSpec& spec, RunContext* context) { return std::make_unique<WaitCertificates>(spec, context); }
std::unique_ptr<StepAction> makeWatchErrors(const plan::StepSpec& spec, RunContext* context) { return std::make_unique<WatchErrors>(spec, context); }

} // namespace switchyard::cutover
