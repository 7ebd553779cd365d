#include "app/plan/PlanReader.h"

#include "app/plan/PlanChecks.h"
#include "app/plan/PlanCursor.h"
#include "app/plan/PlanWriter.h"
#include "app/plan/SecretShapes.h"
#include "app/plan/StepKinds.h"
#include "app/plan/YamlTree.h"

#include <QDateTime>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>

#include <algorithm>
#include <limits>

namespace switchyard::plan {

namespace {

QStringList words(const char* text) { return QString::fromLatin1(text).split(u' '); }

const std::map<QString, QStringList>& keyTable()
{
    static const std::map<QString, QStringList> table{
        {QString(), words("switchyard plan title accounts environments dns budget window poll resolvers steps smoke")},
        {QStringLiteral("accounts.*"), words("provider keyring base-url data-url")},
        {QStringLiteral("environments.*"), words("services databases queues domains rewrites expected")},
        {QStringLiteral("services.*"), words("kind source target scheduler note")},
        {QStringLiteral("databases.*"), words("source target method exclude sequence-margin")},
        {QStringLiteral("queues.*"), words("source target queues")},
        {QStringLiteral("domains.*"), words("service group source-mark target-mark maintenance-mark")},
        {QStringLiteral("ref"), words("account app service")},
        {QStringLiteral("rewrites.*"), words("from to")},
        {QStringLiteral("expected.*"), words("key reason owner until")},
        {QStringLiteral("dns"), words("account zone switch-ttl")},
        {QStringLiteral("window"), words("start end")},
        {QStringLiteral("poll"), words("stations team")},
        {QStringLiteral("steps.*"), words("id kind phase title person planned with")},
        {QStringLiteral("smoke.*"), words("id title section manual instructions")},
    };
    return table;
}

/// Reads the tree into a Plan; every problem goes to the cursor, reading goes on.
class Reader {
public:
    Reader(PlanCursor& cursor, PlanPlaces& places) : c(cursor), m_places(places) {}

    Plan read(const YamlValue& root)
    {
        Plan plan;
        // The version first: a newer format's keys are no mistakes.
        if (root.kind == YamlValue::Kind::Map && !version(root))
            return plan;
        if (!c.map(root, QStringLiteral("The plan"), QString()))
            return plan;
        plan.name = c.text(root, "plan", true);
        if (const YamlValue* v = root.find(QStringLiteral("plan")); v && !plan.name.isEmpty())
            c.name(*v, plan.name, QStringLiteral("The plan's name"));
        plan.title = c.text(root, "title", false);
        accounts(root, plan);
        environments(root, plan);
        dns(root, plan);
        if (const auto budget = c.duration(root, "budget"))
            plan.downtimeBudget = *budget;
        if (const YamlValue* window = c.child(root, "window", YamlValue::Kind::Map, "window")) {
            plan.windowStart = instant(*window, "start");
            plan.windowEnd = instant(*window, "end");
            if (!plan.windowStart.isEmpty() && !plan.windowEnd.isEmpty() && fromIsoUtc(plan.windowEnd) <= fromIsoUtc(plan.windowStart))
                c.problem(*window->find(QStringLiteral("end")), QStringLiteral("The window ends before it starts."), QStringLiteral("No step would have time."),
                          QStringLiteral("Write an end later than the start."));
        }
        if (const YamlValue* poll = c.child(root, "poll", YamlValue::Kind::Map, "poll")) {
            if (poll->find(QStringLiteral("stations")))
                plan.poll.stations = c.texts(*poll, "stations");
            plan.poll.team = c.boolean(*poll, "team", false);
        }
        plan.resolvers = c.texts(root, "resolvers");
        if (const YamlValue* list = root.find(QStringLiteral("resolvers"))) {
            static const QRegularExpression address(QStringLiteral("^(?:\\d{1,3}(?:\\.\\d{1,3}){3}|[0-9a-fA-F:]*:[0-9a-fA-F:.]+)$"));
            for (const YamlValue& item : list->list) {
                if (item.kind == YamlValue::Kind::Text && !address.match(item.text).hasMatch() && secretShape(item.text).isEmpty())
                    c.problem(item, QStringLiteral("A resolver is named by something that isn't an IP address."), QStringLiteral("It couldn't be asked without another resolver."),
                              QStringLiteral("Write its address, such as 1.1.1.1."));
            }
        }
        steps(root, plan);
        smoke(root, plan);
        return plan;
    }

private:
    bool version(const YamlValue& root)
    {
        const YamlValue* v = root.find(QStringLiteral("switchyard"));
        if (!v) {
            c.problem(root, QStringLiteral("The file doesn't say which version of the plan format it has."), QStringLiteral("It can't be told from any other YAML file."),
                      QStringLiteral("Write \"switchyard: 1\" as the first line."));
            return false;
        }
        bool number = false;
        const int version = v->text.toInt(&number);
        if (v->kind != YamlValue::Kind::Text || !number || version < 1) {
            c.problem(*v, QStringLiteral("The version of the plan format isn't a number."), QStringLiteral("The file can't be read safely."), QStringLiteral("Write \"switchyard: 1\"."));
            return false;
        }
        if (version > 1) {
            c.problem(*v, QStringLiteral("The plan has format version %1.").arg(version), QStringLiteral("This program reads version 1 and would misread a newer one."),
                      QStringLiteral("Use a newer Switchyard, or write the plan in version 1."));
            return false;
        }
        return true;
    }

    QString instant(const YamlValue& map, const char* key)
    {
        const QString text = c.text(map, key, false);
        if (text.isEmpty())
            return {};
        const QDateTime when = QDateTime::fromString(text, Qt::ISODate);
        if (!when.isValid() || when.timeSpec() == Qt::LocalTime) {
            c.problem(*map.find(QString::fromLatin1(key)), QStringLiteral("\"%1\" isn't an instant with a time zone.").arg(c.shown(text)),
                      QStringLiteral("It would mean another moment on another machine."), QStringLiteral("Write it in UTC, such as 2026-03-15T22:00:00Z."));
            return {};
        }
        return text;
    }

    void accounts(const YamlValue& root, Plan& plan)
    {
        const YamlValue* map = c.required(root, "accounts", YamlValue::Kind::Map, "*");
        if (!map)
            return;
        for (const auto& [key, value] : map->map) {
            Account a;
            a.name = key.text;
            c.name(key, a.name, QStringLiteral("An account's name"));
            m_places.accounts[a.name] = &key;
            if (c.map(value, QStringLiteral("Account %1").arg(c.shown(a.name)), QStringLiteral("accounts.*"))) {
                a.provider = c.oneOf(value, "provider", true, {QStringLiteral("heroku"), QStringLiteral("netlify"), QStringLiteral("render"), QStringLiteral("cloudflare")});
                a.keyring = c.text(value, "keyring", true);
                static const QRegularExpression uuid(QStringLiteral("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"));
                if (uuid.match(a.keyring).hasMatch())
                    c.problem(*value.find(QStringLiteral("keyring")), QStringLiteral("The keyring entry looks like a token."), QStringLiteral("A plan is kept in git, where a token must never be."),
                              QStringLiteral("Write the name of the keyring entry, such as \"%1/%2\", and make that token invalid.").arg(plan.name, a.name));
                a.baseUrl = url(value, "base-url");
                a.dataUrl = url(value, "data-url");
            }
            plan.accounts.push_back(std::move(a));
        }
    }

    QString url(const YamlValue& map, const char* key)
    {
        const QString text = c.text(map, key, false);
        if (text.isEmpty())
            return {};
        static const QRegularExpression https(QStringLiteral("^https://[A-Za-z0-9.-]+(:\\d+)?(/[^\\s?#]*)?$"));
        static const QRegularExpression loopback(QStringLiteral("^http://(?:127\\.0\\.0\\.1|localhost|\\[::1\\])(:\\d+)?(/[^\\s?#]*)?$"));
        if (!https.match(text).hasMatch() && !loopback.match(text).hasMatch())
            c.problem(*map.find(QString::fromLatin1(key)), QStringLiteral("The base URL is neither https nor on this machine."), QStringLiteral("The token would cross the network in clear text."),
                      QStringLiteral("Write https://host, or http://127.0.0.1:port for a simulator."));
        return text;
    }

    ServiceRef ref(const YamlValue& map, const char* key)
    {
        ServiceRef r;
        const YamlValue* v = c.child(map, key, YamlValue::Kind::Map, "ref");
        if (!v)
            return r;
        r.account = c.text(*v, "account", true);
        r.app = c.text(*v, "app", false);
        r.service = c.text(*v, "service", false);
        if (r.app.isEmpty() && r.service.isEmpty())
            c.problem(*v, QStringLiteral("The reference names neither an app nor a service."), QStringLiteral("Nothing would be found at the provider."),
                      QStringLiteral("Add \"app:\", \"service:\" or both."));
        if (const YamlValue* account = v->find(QStringLiteral("account")))
            m_places.accountUses.emplace_back(account, r.account);
        return r;
    }

    void environments(const YamlValue& root, Plan& plan)
    {
        const YamlValue* map = c.required(root, "environments", YamlValue::Kind::Map, "*");
        if (!map)
            return;
        if (map->map.empty())
            c.problem(*map, QStringLiteral("The plan has no environment."), QStringLiteral("There is nothing to move."), QStringLiteral("Add \"production:\" with its services."));
        for (const auto& [key, value] : map->map) {
            Environment env;
            env.name = key.text;
            c.name(key, env.name, QStringLiteral("An environment's name"));
            if (c.map(value, QStringLiteral("Environment %1").arg(c.shown(env.name)), QStringLiteral("environments.*")))
                environment(value, env, plan);
            plan.environments.push_back(std::move(env));
        }
    }

    void environment(const YamlValue& value, Environment& env, Plan&)
    {
        PlanPlaces::Environment places;
        if (const YamlValue* services = c.child(value, "services", YamlValue::Kind::Map, "*")) {
            for (const auto& [key, item] : services->map)
                env.services.push_back(service(key, item));
        }
        if (const YamlValue* databases = c.child(value, "databases", YamlValue::Kind::Map, "*")) {
            for (const auto& [key, item] : databases->map)
                env.databases.push_back(database(key, item));
        }
        if (const YamlValue* queues = c.child(value, "queues", YamlValue::Kind::Map, "*")) {
            for (const auto& [key, item] : queues->map) {
                QueueMapping q;
                q.name = key.text;
                c.name(key, q.name, QStringLiteral("A queue's name"));
                if (c.map(item, QStringLiteral("Queue %1").arg(c.shown(q.name)), QStringLiteral("queues.*"))) {
                    q.source = ref(item, "source");
                    q.target = ref(item, "target");
                    if (!item.has(QStringLiteral("source")))
                        c.missing(item, "source", QStringLiteral("It couldn't be read whether the queue is empty."));
                    if (item.find(QStringLiteral("queues")))
                        q.queues = c.texts(item, "queues");
                }
                env.queues.push_back(std::move(q));
            }
        }
        if (const YamlValue* domains = c.child(value, "domains", YamlValue::Kind::Map, "*")) {
            for (const auto& [key, item] : domains->map) {
                env.domains.push_back(domain(key, item));
                places.domains.push_back(&key);
                if (const YamlValue* s = item.find(QStringLiteral("service")))
                    places.domainServices.emplace_back(s, s->text);
            }
        }
        if (const YamlValue* rewrites = c.child(value, "rewrites", YamlValue::Kind::List, nullptr)) {
            for (const YamlValue& item : rewrites->list) {
                if (c.map(item, QStringLiteral("A rewrite"), QStringLiteral("rewrites.*")))
                    env.rewrites.push_back(HostRewrite{c.text(item, "from", true), c.text(item, "to", true)});
            }
        }
        if (const YamlValue* expected = c.child(value, "expected", YamlValue::Kind::List, nullptr)) {
            for (const YamlValue& item : expected->list) {
                if (!c.map(item, QStringLiteral("An expected difference"), QStringLiteral("expected.*")))
                    continue;
                ExpectedDifference e{c.text(item, "key", true), c.text(item, "reason", true), c.text(item, "owner", false), c.text(item, "until", false)};
                if (!e.until.isEmpty() && !QDate::fromString(e.until, Qt::ISODate).isValid())
                    c.problem(*item.find(QStringLiteral("until")), QStringLiteral("\"%1\" isn't a date.").arg(c.shown(e.until)), QStringLiteral("The exception would never end."),
                              QStringLiteral("Write it as 2026-12-31, or leave the line out."));
                env.expected.push_back(std::move(e));
            }
        }
        m_places.environments.push_back(std::move(places));
    }

    ServiceMapping service(const YamlValue& key, const YamlValue& item)
    {
        ServiceMapping s;
        s.name = key.text;
        c.name(key, s.name, QStringLiteral("A service's name"));
        if (!c.map(item, QStringLiteral("Service %1").arg(c.shown(s.name)), QStringLiteral("services.*")))
            return s;
        const QString kind = c.oneOf(item, "kind", true,
                                     {QStringLiteral("web"), QStringLiteral("site"), QStringLiteral("worker"), QStringLiteral("cron"), QStringLiteral("files"), QStringLiteral("cache")});
        s.kind = serviceKindFromName(kind).value_or(ServiceKind::Web);
        s.source = ref(item, "source");
        s.target = ref(item, "target");
        s.scheduler = c.boolean(item, "scheduler", false);
        s.note = c.text(item, "note", false);
        if (!item.has(QStringLiteral("source")) && !item.has(QStringLiteral("target")))
            c.problem(key, QStringLiteral("Service %1 has neither a source nor a target.").arg(c.shown(s.name)), QStringLiteral("There is nothing to move."),
                      QStringLiteral("Add \"source:\" and \"target:\", or remove the service."));
        return s;
    }

    DatabaseMapping database(const YamlValue& key, const YamlValue& item)
    {
        DatabaseMapping d;
        d.name = key.text;
        c.name(key, d.name, QStringLiteral("A database's name"));
        if (!c.map(item, QStringLiteral("Database %1").arg(c.shown(d.name)), QStringLiteral("databases.*")))
            return d;
        const QString method = c.oneOf(item, "method", false, {QStringLiteral("copy"), QStringLiteral("none"), QStringLiteral("stays")});
        d.method = method == QLatin1String("none") ? MoveMethod::None : method == QLatin1String("stays") ? MoveMethod::StaysInPlace : MoveMethod::Copy;
        d.source = ref(item, "source");
        d.target = ref(item, "target");
        if (d.method == MoveMethod::Copy) {
            for (const char* side : {"source", "target"}) {
                if (!item.has(QString::fromLatin1(side)))
                    c.missing(item, side, QStringLiteral("A database that is copied needs both sides."));
            }
        }
        d.exclude = c.texts(item, "exclude");
        if (const auto margin = c.number(item, "sequence-margin", 0, std::numeric_limits<int>::max()))
            d.sequenceMargin = *margin;
        return d;
    }

    DomainMapping domain(const YamlValue& key, const YamlValue& item)
    {
        DomainMapping d;
        d.host = key.text;
        if (!c.map(item, QStringLiteral("Domain %1").arg(c.shown(d.host)), QStringLiteral("domains.*")))
            return d;
        d.service = c.text(item, "service", true);
        d.group = c.text(item, "group", false);
        if (d.group.isEmpty())
            d.group = QStringLiteral("all");
        d.sourceMark = c.text(item, "source-mark", false);
        d.targetMark = c.text(item, "target-mark", false);
        d.maintenanceMark = c.text(item, "maintenance-mark", false);
        return d;
    }

    void dns(const YamlValue& root, Plan& plan)
    {
        const YamlValue* map = c.child(root, "dns", YamlValue::Kind::Map, "dns");
        if (!map)
            return;
        plan.dns.account = c.text(*map, "account", true);
        if (const YamlValue* v = map->find(QStringLiteral("account")))
            m_places.accountUses.emplace_back(v, plan.dns.account);
        plan.dns.zone = c.text(*map, "zone", true);
        m_places.zone = map->find(QStringLiteral("zone"));
        if (const auto ttl = c.duration(*map, "switch-ttl")) {
            plan.dns.switchTtl = std::chrono::duration_cast<Seconds>(*ttl);
            if (plan.dns.switchTtl < Seconds(30) || plan.dns.switchTtl > Seconds(3600))
                c.problem(*map->find(QStringLiteral("switch-ttl")), QStringLiteral("The TTL for the switch is outside 30 s to 1 h."),
                          QStringLiteral("Shorter is refused by DNS hosts, longer makes the switch slow."), QStringLiteral("Write \"switch-ttl: 60 s\"."));
        }
    }

    void steps(const YamlValue& root, Plan& plan)
    {
        const YamlValue* list = c.child(root, "steps", YamlValue::Kind::List, nullptr);
        if (!list)
            return;
        QStringList kinds;
        for (const StepKind& k : stepKinds())
            kinds << k.kind;
        QStringList phases;
        for (int i = 0; i < kPhases; ++i)
            phases << phaseName(static_cast<Phase>(i));
        for (const YamlValue& item : list->list) {
            PlanPlaces::Step place;
            place.item = &item;
            StepSpec s;
            if (c.map(item, QStringLiteral("A step"), QStringLiteral("steps.*"))) {
                s.kind = c.oneOf(item, "kind", true, kinds);
                const StepKind* kind = stepKind(s.kind);
                s.id = c.text(item, "id", false);
                if (s.id.isEmpty())
                    s.id = s.kind;
                else
                    c.name(*item.find(QStringLiteral("id")), s.id, QStringLiteral("A step's id"));
                const QString phase = c.oneOf(item, "phase", true, phases, Qt::CaseInsensitive);
                s.phase = phaseFromName(phase).value_or(kind ? kind->phases.front() : Phase::Prepare);
                s.title = c.text(item, "title", false);
                s.person = c.boolean(item, "person", kind && kind->person);
                s.planned = c.duration(item, "planned").value_or(kind ? kind->planned : Milliseconds{0});
                place.phase = item.find(QStringLiteral("phase"));
                place.id = item.find(QStringLiteral("id"));
                place.readable = !phase.isEmpty() && kind;
                if (const YamlValue* with = c.child(item, "with", YamlValue::Kind::Map, nullptr)) {
                    for (const auto& [key, value] : with->map) {
                        if (kind && !kind->parameters.contains(key.text))
                            c.unknown(key, kind->parameters, QStringLiteral("Step kind %1").arg(s.kind));
                        s.with[key.text] = c.scalar(value, QStringLiteral("A parameter of a step"));
                        place.with.emplace_back(&value, key.text);
                    }
                }
            }
            plan.steps.push_back(std::move(s));
            m_places.steps.push_back(std::move(place));
        }
    }

    void smoke(const YamlValue& root, Plan& plan)
    {
        const YamlValue* list = c.child(root, "smoke", YamlValue::Kind::List, nullptr);
        if (!list) {
            plan.smoke = automaticSmokeChecks();
            return;
        }
        QStringList automatic, ids;
        for (const SmokeSpec& s : automaticSmokeChecks())
            automatic << s.id;
        for (const YamlValue& item : list->list) {
            if (!c.map(item, QStringLiteral("A smoke check"), QStringLiteral("smoke.*")))
                continue;
            SmokeSpec s;
            s.manual = c.boolean(item, "manual", false);
            s.id = s.manual ? c.text(item, "id", true) : c.oneOf(item, "id", true, automatic);
            const auto known = std::find_if(automaticSmokeChecks().begin(), automaticSmokeChecks().end(), [&](const SmokeSpec& a) { return a.id == s.id; });
            if (!s.manual && known != automaticSmokeChecks().end())
                s = *known;
            if (const QString title = c.text(item, "title", s.manual); !title.isEmpty())
                s.title = title;
            if (const QString section = c.text(item, "section", false); !section.isEmpty())
                s.section = section;
            if (s.section.isEmpty())
                s.section = QStringLiteral("By hand");
            s.instructions = c.texts(item, "instructions");
            if (!s.id.isEmpty() && ids.contains(s.id))
                c.problem(*item.find(QStringLiteral("id")), QStringLiteral("The check \"%1\" stands here a second time.").arg(c.shown(s.id)), QStringLiteral("Its results would be mixed up."),
                          QStringLiteral("Give it another id, or remove it."));
            ids << s.id;
            plan.smoke.push_back(std::move(s));
        }
    }

    PlanCursor& c;
    PlanPlaces& m_places;
};

Error toError(const std::vector<PlanProblem>& problems)
{
    const PlanProblem& first = problems.front();
    Error error = Error::invalid(first.what, first.means, first.instead);
    const QString place = first.line > 0 ? QStringLiteral("%1:%2:%3: ").arg(first.file).arg(first.line).arg(first.column) : first.file + QStringLiteral(": ");
    error.happened = place + first.what;
    if (problems.size() > 1)
        error.remedy += QStringLiteral(" %1 more follow.").arg(problems.size() - 1);
    QStringList all;
    for (const PlanProblem& p : problems)
        all << p.text();
    error.detail = all.join(u'\n');
    return error;
}

} // namespace

const std::map<QString, QStringList>& planKeys() { return keyTable(); }

Result<Plan> parsePlan(const QByteArray& bytes, const QString& name, std::vector<PlanProblem>* out)
{
    std::vector<PlanProblem> problems;
    Plan plan;
    const std::optional<YamlValue> root = parseYaml(bytes, name, problems);
    if (root) {
        PlanCursor cursor(name, problems);
        PlanPlaces places;
        cursor.refuseSecrets(*root);
        plan = Reader(cursor, places).read(*root);
        checkReferences(plan, places, cursor);
    }
    std::stable_sort(problems.begin(), problems.end(), [](const PlanProblem& a, const PlanProblem& b) { return std::pair(a.line, a.column) < std::pair(b.line, b.column); });
    if (out)
        *out = problems;
    if (!problems.empty())
        return toError(problems);
    plan.digest = planDigest(plan);
    return plan;
}

Result<Plan> loadPlan(const QString& file, std::vector<PlanProblem>* problems)
{
    QFile input(file);
    const QString shortName = QFileInfo(file).fileName();
    if (!QFileInfo(file).isFile() || !input.open(QIODevice::ReadOnly)) {
        Error error;
        error.kind = ErrorKind::Storage;
        error.happened = QStringLiteral("The plan %1 can't be read.").arg(file);
        error.means = QStringLiteral("Nothing was opened.");
        error.remedy = QStringLiteral("Check the path and its permissions.");
        error.detail = input.errorString();
        if (problems)
            problems->push_back(PlanProblem{file, 0, 0, error.happened, error.means, error.remedy});
        return error;
    }
    SY_TRY(Plan plan, parsePlan(input.read((1 << 20) + 1), shortName, problems));
    plan.file = QFileInfo(file).absoluteFilePath();
    return plan;
}

} // namespace switchyard::plan
