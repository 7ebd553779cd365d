#include "app/cutover/steps/Locks.h"

#include "app/cutover/steps/StepBase.h"
#include "app/dns/Propagation.h"

#include <QJsonArray>

#include <algorithm>

namespace switchyard::cutover {

namespace {
InterlockReading reading(InterlockState state, const QString& value, TimePoint at = {}) { return InterlockReading{state, value, at, {}}; }
TimePoint timeIn(const QJsonObject& memory, QLatin1String key) { return fromIsoUtc(memory.value(key).toString()); }
} // namespace

int Locks::numberOf(RunContext* context, const QString& kind)
{
    const auto& steps = context->plan().steps;
    const auto it = std::find_if(steps.begin(), steps.end(), [&](const plan::StepSpec& s) { return s.kind == kind; });
    return it == steps.end() ? 0 : static_cast<int>(it - steps.begin()) + 1;
}

void Locks::add(const char* id, const QString& label, const char* page, const char* kind, std::function<InterlockReading(const QJsonObject&)> read)
{
    const QString kindName = QString::fromLatin1(kind);
    const int number = numberOf(c, kindName);
    if (number == 0)
        return;
    Interlock lock;
    lock.id = QString::fromLatin1(id);
    lock.label = label;
    lock.page = QString::fromLatin1(page);
    RunContext* context = c;
    lock.read = [context, kindName, number, read = std::move(read)] {
        const QJsonObject memory = context->memoryOfKind(kindName);
        if (memory.isEmpty()) {
            InterlockReading r = reading(InterlockState::Open, QStringLiteral("not yet"));
            r.blockedBy = QStringLiteral("Blocked by step %1").arg(number);
            return r;
        }
        return read(memory);
    };
    m_locks.push_back(std::move(lock));
}

Locks& Locks::noFailure()
{
    RunContext* context = c;
    const QString step = m_step;
    QString kind;
    for (const plan::StepSpec& s : c->plan().steps) {
        if (s.id == step)
            kind = s.kind;
    }
    Interlock lock;
    lock.id = QStringLiteral("findings");
    lock.label = QStringLiteral("No open failure");
    lock.page = QStringLiteral("overview");
    lock.read = [context, step, kind] {
        QStringList open;
        QString first;
        for (const Finding& f : context->state().findings) {
            // The engine's own findings say that a step failed: they don't block its retry.
            if (f.severity == Severity::Failure && f.waivedBy.isEmpty() && (f.blocksStep == kind || f.blocksStep == step) && !f.id.startsWith(QLatin1String("ENGINE-")))
                first = open.isEmpty() ? f.title : first;
            else
                continue;
            open << f.id;
        }
        if (open.isEmpty())
            return reading(InterlockState::Closed, QStringLiteral("none"), context->clock()->now());
        InterlockReading r = reading(InterlockState::Open, open.join(QStringLiteral(", ")), context->clock()->now());
        r.blockedBy = QStringLiteral("Blocked by %1, %2").arg(open.front(), first);
        if (open.size() > 1)
            r.blockedBy += QStringLiteral(", and %1 more").arg(open.size() - 1);
        return r;
    };
    m_locks.push_back(std::move(lock));
    return *this;
}

Locks& Locks::checksums()
{
    add("checksums", QStringLiteral("Checksums match"), "databases", "compare-checksums", [](const QJsonObject& m) {
        const qint64 tables = m.value(u"tables").toInteger(), matching = m.value(u"matching").toInteger();
        return reading(tables > 0 && tables == matching ? InterlockState::Closed : InterlockState::Open, QStringLiteral("%1 of %2").arg(matching).arg(tables), timeIn(m, QLatin1String("at")));
    });
    return *this;
}

Locks& Locks::queueEmpty()
{
    add("queue", QStringLiteral("Queue empty"), "overview", "drain-queue", [](const QJsonObject& m) {
        const qint64 pending = m.value(u"pending").toInteger(-1);
        if (pending < 0)
            return reading(InterlockState::Open, QStringLiteral("not drained"));
        return reading(pending == 0 ? InterlockState::Closed : InterlockState::Open, QStringLiteral("%1 pending").arg(pending), timeIn(m, QLatin1String("at")));
    });
    return *this;
}

Locks& Locks::ttlLow()
{
    const QString label = QStringLiteral("TTL is %1").arg(durationProse(c->plan().dns.switchTtl));
    RunContext* context = c;
    add("ttl", label, "dns", "lower-ttls", [context](const QJsonObject& m) {
        if (!m.contains(u"loweredAt"))
            return reading(InterlockState::Open, QStringLiteral("not lowered"));
        const dns::TtlProof proof{timeIn(m, QLatin1String("loweredAt")), Seconds(m.value(u"oldTtl").toInteger())};
        const TimePoint now = context->clock()->now();
        if (proof.holds(now))
            return reading(InterlockState::Closed, QStringLiteral("since %1").arg(clockUtc(proof.loweredAt).left(5)), now);
        return reading(InterlockState::Open, QStringLiteral("old one runs out in %1").arg(durationProse(proof.left(now))), now);
    });
    return *this;
}

Locks& Locks::targetHealthy()
{
    RunContext* context = c;
    add("healthy", QStringLiteral("Target healthy"), "overview", "deploy-target", [context](const QJsonObject& m) {
        int healthy = 0, all = 0;
        QStringList ill;
        for (const Lane& lane : context->state().lanes) {
            if (!lane.target || (lane.kind != ServiceKind::Web && lane.kind != ServiceKind::Site))
                continue;
            ++all;
            const Health h = lane.target->health;
            if (h == Health::Ok || h == Health::Held || h == Health::Working)
                ++healthy;
            else if (h == Health::Failed)
                ill << lane.name;
        }
        if (!ill.isEmpty())
            return reading(InterlockState::Open, QStringLiteral("%1 failed").arg(ill.join(QStringLiteral(", "))), context->clock()->now());
        if (all > 0 && healthy == all)
            return reading(InterlockState::Closed, QStringLiteral("%1 of %2").arg(healthy).arg(all), context->clock()->now());
        // Without a live reading the deploy's own counts, as long as it was healthy then.
        const qint64 ok = m.value(u"healthy").toInteger(), of = m.value(u"services").toInteger();
        return reading(of > 0 && ok == of ? InterlockState::Closed : InterlockState::Open, QStringLiteral("%1 of %2").arg(ok).arg(of), timeIn(m, QLatin1String("at")));
    });
    return *this;
}

Locks& Locks::certificates(const QStringList& hosts)
{
    RunContext* context = c;
    const QString self = m_step;
    Interlock lock;
    lock.id = QStringLiteral("certificate");
    lock.label = hosts.size() == 1 ? QStringLiteral("Certificate of %1").arg(hosts.front()) : QStringLiteral("Certificates");
    lock.page = QStringLiteral("dns");
    lock.read = [context, hosts, self] {
        QStringList without;
        for (const QString& host : hosts) {
            const auto& views = context->state().hosts;
            const auto it = std::find_if(views.begin(), views.end(), [&](const HostView& v) { return v.host == host; });
            if (it == views.end() || !it->certificate)
                without << (it == views.end() || it->shortName.isEmpty() ? host : it->shortName);
        }
        if (without.isEmpty())
            return reading(InterlockState::Closed, QStringLiteral("%1 of %1").arg(hosts.size()), context->clock()->now());
        // Who let the poll pass without certificates has accepted the gap: it isn't asked twice.
        for (const plan::StepSpec& s : context->plan().steps) {
            if (s.id == self)
                break;
            const StepView* view = s.kind == QLatin1String("go-no-go") ? context->state().step(s.id) : nullptr;
            if (view && (view->state == StepState::Passed || view->state == StepState::PassedWithWaiver))
                return reading(InterlockState::Closed, QStringLiteral("waived at the poll"), context->clock()->now());
        }
        // Where issuance follows DNS nothing can be done before the switch: a caution to waive with the expected gap, not a block.
        return reading(InterlockState::Caution, QStringLiteral("none yet for %1, expect 5 to 12 min").arg(without.join(QStringLiteral(", "))), context->clock()->now());
    };
    m_locks.push_back(std::move(lock));
    return *this;
}

Locks& Locks::nobodyWrites()
{
    add("quiet", QStringLiteral("Nobody writes"), "databases", "prove-quiet", [](const QJsonObject& m) {
        const bool quiet = m.value(u"quiet").toBool();
        return reading(quiet ? InterlockState::Closed : InterlockState::Open, quiet ? QStringLiteral("0 rows in %1").arg(durationProse(Milliseconds(m.value(u"windowMs").toInteger()))) : QStringLiteral("rows are written"),
                       timeIn(m, QLatin1String("at")));
    });
    return *this;
}

Locks& Locks::allowed()
{
    add("allowed", QStringLiteral("This machine is allowed"), "databases", "allow-machine",
        [](const QJsonObject& m) { return reading(m.contains(u"cidr") ? InterlockState::Closed : InterlockState::Open, m.value(u"cidr").toString(), timeIn(m, QLatin1String("at"))); });
    return *this;
}

Locks& Locks::zoneSaved()
{
    add("zone", QStringLiteral("Zone saved"), "dns", "save-zone", [](const QJsonObject& m) {
        const qsizetype n = m.value(u"zone").toObject().value(u"records").toArray().size();
        return reading(n > 0 ? InterlockState::Closed : InterlockState::Open, QStringLiteral("%1 record sets").arg(n));
    });
    return *this;
}

Locks& Locks::baseline()
{
    RunContext* context = c;
    add("baseline", QStringLiteral("Smoke baseline"), "smoke", "record-baseline", [context](const QJsonObject& m) {
        const TimePoint at = timeIn(m, QLatin1String("at"));
        const auto age = context->clock()->now() - at;
        const bool old = age > std::chrono::hours(24 * 7);
        return reading(old ? InterlockState::Open : InterlockState::Closed, old ? QStringLiteral("older than 7 days") : QStringLiteral("recorded %1").arg(clockUtc(at).left(5)), at);
    });
    return *this;
}

Locks& Locks::copied()
{
    add("copied", QStringLiteral("Tables copied"), "databases", "copy-tables",
        [](const QJsonObject& m) { return reading(m.value(u"tables").toInteger() > 0 ? InterlockState::Closed : InterlockState::Open, QStringLiteral("%1 tables").arg(m.value(u"tables").toInteger())); });
    return *this;
}

Locks& Locks::held()
{
    add("held", QStringLiteral("Target held read-only"), "databases", "hold-target",
        [](const QJsonObject& m) { return reading(m.value(u"held").toBool() ? InterlockState::Closed : InterlockState::Open, m.value(u"mechanism").toString()); });
    return *this;
}

Locks& Locks::domainsAdded(const QStringList& hosts)
{
    add("domains", QStringLiteral("Domains known at the target"), "dns", "add-domains", [hosts](const QJsonObject& m) {
        const QJsonObject targets = m.value(u"targets").toObject();
        qsizetype known = 0;
        for (const QString& host : hosts)
            known += targets.value(host).toString().isEmpty() ? 0 : 1;
        return reading(known == hosts.size() ? InterlockState::Closed : InterlockState::Open, QStringLiteral("%1 of %2").arg(known).arg(hosts.size()));
    });
    return *this;
}

Locks& Locks::namesAnswer()
{
    add("names", QStringLiteral("Names answer the target"), "dns", "wait-names", [](const QJsonObject& m) {
        const qint64 target = m.value(u"target").toInteger(), all = m.value(u"answers").toInteger();
        return reading(m.value(u"done").toBool() ? InterlockState::Closed : InterlockState::Open, QStringLiteral("%1 of %2").arg(target).arg(all), timeIn(m, QLatin1String("at")));
    });
    return *this;
}

Locks& Locks::manualChecks()
{
    RunContext* context = c;
    Interlock lock;
    lock.id = QStringLiteral("manual");
    lock.label = QStringLiteral("Manual checks recorded");
    lock.page = QStringLiteral("smoke");
    lock.read = [context] {
        int all = 0, done = 0, failed = 0;
        for (const CheckView& check : context->state().smoke) {
            if (!check.manual)
                continue;
            ++all;
            done += check.now.state != CheckState::ToDo && check.now.state != CheckState::Running;
            failed += check.now.state == CheckState::Failed;
        }
        const QString value = QStringLiteral("%1 of %2").arg(done).arg(all);
        if (done < all)
            return reading(InterlockState::Open, value, context->clock()->now());
        return reading(failed ? InterlockState::Caution : InterlockState::Closed, failed ? QStringLiteral("%1 failed").arg(failed) : value, context->clock()->now());
    };
    m_locks.push_back(std::move(lock));
    return *this;
}

} // namespace switchyard::cutover
