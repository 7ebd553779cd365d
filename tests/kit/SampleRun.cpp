#include "tests/kit/SampleRun.h"

#include "tests/kit/SampleSettings.h"

#include <QJsonObject>

#include <cmath>
#include <limits>

namespace switchyard::test {

using namespace cutover;

namespace {

QString s(const char* text) { return QString::fromUtf8(text); }
QStringList words(const char* text) { return s(text).split(u','); }

struct StepRow {
    const char* id;
    plan::Phase phase;
    const char* title;
    const char* owner; ///< initials; empty: automatic
    int planned;       ///< s
    int actual;        ///< s
    int wayBack;       ///< s
};

constexpr StepRow kSteps[] = {
    {"check-tokens", plan::Phase::Prepare, "Check tokens and scopes", "", 30, 22, 0},
    {"read-both", plan::Phase::Prepare, "Read both sides", "", 60, 41, 0},
    {"record-baseline", plan::Phase::Prepare, "Record the smoke baseline", "", 90, 70, 0},
    {"lower-ttl", plan::Phase::Prepare, "Lower 5 TTLs to 60 s", "ML", 60, 35, 5},
    {"copy-settings", plan::Phase::Prepare, "Apply 3 settings to Render", "ML", 60, 52, 20},
    {"allow-this-machine", plan::Phase::Prepare, "Allow this machine at the database", "", 90, 66, 5},
    {"preseed", plan::Phase::PreSeed, "Copy 14 tables", "", 1740, 1681, 10},
    {"compare-counts", plan::Phase::PreSeed, "Compare row counts", "", 120, 120, 10},
    {"maintenance", plan::Phase::Freeze, "Put up the maintenance page", "ML", 30, 16, 30},
    {"stop-writers", plan::Phase::Freeze, "Stop 2 web dynos and 1 worker", "", 30, 14, 35},
    {"drain-queue", plan::Phase::Freeze, "Drain the Celery queue", "", 20, 12, 40},
    {"apply-delta", plan::Phase::Delta, "Apply the delta", "", 10, 6, 40},
    {"set-sequences", plan::Phase::Delta, "Set 13 sequences", "", 5, 3, 40},
    {"verify-rows", plan::Phase::Delta, "Compare checksums of 14 tables", "", 75, 67, 40},
    {"poll", plan::Phase::Switch, "Go / no-go poll", "ML", 30, 18, 40},
    {"switch-names", plan::Phase::Switch, "Switch 3 domains to Render", "ML", 20, 12, 100},
    {"wait-answers", plan::Phase::Switch, "Wait for api and www to answer", "", 90, 41, 100},
    {"open-writes", plan::Phase::Switch, "Open writes on Render", "ML", 10, 8, 0},
    {"start-workers", plan::Phase::Switch, "Start the Celery worker on Render", "", 20, 17, 0},
    {"wait-certificate", plan::Phase::Verify, "Wait for the apex certificate", "", 600, 540, 0},
    {"smoke", plan::Phase::Verify, "Run 12 automated smoke checks", "", 180, 150, 0},
    {"smoke-by-hand", plan::Phase::Verify, "Do 5 manual smoke checks", "TA", 600, 410, 0},
    {"watch-errors", plan::Phase::Verify, "Watch the error rate", "", 900, 900, 0},
    {"raise-ttl", plan::Phase::Close, "Raise 5 TTLs to 3600 s", "", 60, 20, 0},
    {"close-allow-list", plan::Phase::Close, "Remove this machine from the allow list", "", 60, 12, 0},
    {"stop-source", plan::Phase::Close, "Leave Heroku stopped", "ML", 120, 60, 0},
    {"seal", plan::Phase::Close, "Seal the report", "", 120, 30, 0},
};

struct MomentRow {
    bool rehearsal;
    const char* now;
    int active;      ///< number of the active step
    StepState state; ///< of the active step
    int downtime;    ///< s
    const char* downHost;
    const char* finish;
    int ahead;       ///< min
    HostState points;
};

MomentRow momentRow(Moment m)
{
    switch (m) {
    case Moment::Prepare: return {true, "22:03:24", 5, StepState::NeedsYou, 0, "", "23:30:00", 0, HostState::Source};
    case Moment::PreSeed: return {true, "22:21:37", 7, StepState::Running, 0, "", "23:24:00", 6, HostState::Source};
    case Moment::Copying: return {false, "22:27:07", 7, StepState::Running, 0, "", "23:25:00", 5, HostState::Source};
    case Moment::Delta: return {false, "22:40:31", 14, StepState::Running, 67, "all hosts", "23:26:00", 4, HostState::Maintenance};
    case Moment::Switch: return {false, "22:41:52", 16, StepState::NeedsYou, 148, "all hosts", "23:24:00", 6, HostState::Maintenance};
    case Moment::Verify: return {false, "22:46:30", 20, StepState::Running, 426, "apex", "23:24:00", 6, HostState::Failed};
    case Moment::Logs: return {false, "22:51:30", 20, StepState::Running, 726, "apex", "23:24:00", 6, HostState::Failed};
    case Moment::Smoke: return {false, "22:55:40", 22, StepState::NeedsYou, 761, "apex", "23:24:00", 6, HostState::Target};
    case Moment::Complete: return {false, "23:24:06", 28, StepState::Passed, 761, "apex", "23:24:06", 6, HostState::Target};
    }
    return {};
}

Service service(const char* account, const char* name, ServiceKind kind, const char* plan, const char* version, int running, int desired, Health health)
{
    Service out;
    out.ref = {s(account), s("projectify"), s(name)};
    out.id = out.name = s(name);
    out.kind = kind;
    out.plan = s(plan);
    out.version = s(version);
    out.running = running;
    out.desired = desired;
    out.health = health;
    out.readAt = storyTime("22:00:10");
    out.region = s(account) == s("render") ? s("frankfurt") : s("eu");
    return out;
}

struct TableRow {
    const char* name;
    qint64 rows;
    qint64 bytes;
};
constexpr TableRow kTables[] = {
    {"workspace_task", 612480, 1420000000}, {"workspace_subtask", 548913, 604000000}, {"workspace_chatmessage", 421077, 1180000000},
    {"premail_email", 238664, 912000000}, {"django_session", 141902, 288000000}, {"workspace_task_label", 96340, 41000000},
    {"workspace_label", 18211, 6200000}, {"workspace_section", 12930, 5100000}, {"workspace_project", 5244, 2400000},
    {"workspace_teammember", 3871, 1300000}, {"user_user", 3102, 2000000}, {"workspace_workspace", 1219, 700000},
    {"corporate_customer", 322, 200000}, {"user_previousemailaddress", 43, 100000}};

const char* const kHosts[][2] = {{"projectify.test", "apex"}, {"www.projectify.test", "www"}, {"api.projectify.test", "api"}};

} // namespace

TimePoint storyTime(const char* clock) { return fromIsoUtc(QStringLiteral("2026-03-15T") + QString::fromLatin1(clock) + u'Z'); }

namespace {

void fillSteps(RunState& r, const MomentRow& m)
{
    const bool live = !m.rehearsal;
    TimePoint at = storyTime("22:00:00");
    int number = 0;
    for (const StepRow& row : kSteps) {
        StepView step;
        step.id = s(row.id);
        step.number = ++number;
        step.phase = row.phase;
        step.title = s(row.title);
        step.verb = step.title.at(0).toLower() + step.title.mid(1);
        step.ownerInitials = s(row.owner);
        step.planned = Seconds(row.planned);
        step.wayBack = Seconds(row.wayBack);
        step.flags.needsPerson = !step.ownerInitials.isEmpty();
        step.flags.pointOfNoReturn = number == 18;
        step.flags.disruptive = number == 9 || number == 16;
        step.pastPoint = step.wayBackLosesData = number >= 18;
        step.guard.level = step.flags.pointOfNoReturn ? 4 : step.flags.disruptive ? 3 : step.flags.needsPerson ? 2 : 0;
        step.guard.hold = Milliseconds(step.guard.level == 4 ? 3000 : step.guard.level == 3 ? 2000 : step.guard.level == 2 ? 1000 : 0);
        if (step.guard.level >= 3)
            step.guard.typedName = s("projectify");
        step.undo.summary = s("Nothing to put back.");
        step.undo.needed = row.wayBack > 0;
        if (number < m.active) {
            step.state = number == 4 && live ? StepState::PassedWithWaiver : StepState::Passed;
            step.actual = Seconds(row.actual);
            step.startedAt = at;
            at += Seconds(row.actual);
            step.endedAt = at;
        } else if (number == m.active) {
            step.state = m.state;
            step.startedAt = storyTime("22:41:40");
            step.actual = Seconds(row.actual);
            step.reason = m.state == StepState::NeedsYou ? s("Ready. Waiting for you since 22:41:40") : s("Running");
            r.activeStep = step.id;
        } else if (number <= m.active + 3) {
            step.state = StepState::Blocked;
            step.reason = number == 18 ? s("Blocked by step 17 and by 1 open finding") : QStringLiteral("Blocked by step %1").arg(number - 1);
        }
        if (number == m.active + 1)
            r.nextStep = step.id;
        r.steps.push_back(step);
    }
    if (StepView* step = r.step(s("switch-names"))) {
        step->verb = s("switch 3 domains");
        step->summary = s("Points `projectify.test`, `www` and `api` at Render. Visitors leave the maintenance page within 60 s. The apex shows TLS errors for 5 to 12 min, "
                          "until Render issues its certificate.");
        step->preview.summary = step->summary;
        step->preview.changesTitle = s("Record changes");
        step->preview.changesNote = s("TTL 60 s");
        step->preview.changes = {{s("@"), s("A"), s("75.2.60.5"), s("216.24.57.1")},
                                 {s("www"), s("CNAME"), s("projectify.netlify.app"), s("projectify-frontend.onrender.com")},
                                 {s("api"), s("CNAME"), s("cryptic-elm-5x2.herokudns.com"), s("projectify-web.onrender.com")}};
        step->preview.calls = {{s("cloudflare"), s("POST"), s("/zones/…/dns_records/batch"), s("valid"), s("curl -X POST https://api.cloudflare.com/client/v4/zones/…/dns_records/batch -H \"Authorization: Bearer $SWITCHYARD_TOKEN\"")},
                               {s("render"), s("POST"), s("/v1/services/srv-…/custom-domains/projectify.test/verify"), s("valid"), s("curl -X POST https://api.render.com/v1/…")},
                               {s("render"), s("POST"), s("/v1/services/srv-…/custom-domains/www/verify"), s("valid"), {}},
                               {s("render"), s("POST"), s("/v1/services/srv-…/custom-domains/api/verify"), s("valid"), {}}};
        step->previewAt = storyTime("22:41:38");
        step->undo.summary = s("Restore the 3 saved records, start the Heroku dynos, lift the maintenance page.");
        step->undo.calls = {{s("cloudflare"), s("POST"), s("/zones/…/dns_records/batch"), {}, {}}, {s("heroku"), s("PATCH"), s("/apps/projectify/formation"), {}, {}}, {s("heroku"), s("PATCH"), s("/apps/projectify"), {}, {}}};
        step->undo.takes = Seconds(40);
        step->undo.cached = Seconds(60);
        const auto lock = [&](const char* id, const char* label, const char* page, const char* value, InterlockState state = InterlockState::Closed) {
            InterlockView view;
            view.id = s(id);
            view.label = s(label);
            view.page = s(page);
            view.reading = {state, s(value), storyTime("22:41:50"), {}};
            step->interlocks.push_back(view);
        };
        lock("checksums", "Checksums match", "databases", "14 of 14");
        lock("queue", "Celery queue empty", "overview", "0 pending");
        lock("ttl", "TTL is 60 s", "dns", "since Sat 20:04");
        lock("web", "Render web healthy", "overview", "2 of 2");
        lock("apex", "Apex certificate", "dns", "waived, ML", InterlockState::Caution);
        step->interlocks.back().waivedBy = s("Mara Lind, gap of 12 min accepted");
        step->interlocks.back().waivedUntil = s("22:54");
        step->poll = {{s("Data"), s("Theo A."), PollAnswer::Go, s("14 of 14 checksums match")}, {s("Apps"), s("Mara L."), PollAnswer::Go, s("2 of 2 instances")},
                      {s("DNS"), s("Mara L."), PollAnswer::Go, s("TTL 60 s on 5 records")}, {s("TLS"), s("Mara L."), PollAnswer::GoWaived, s("Apex waits for its certificate")}};
        step->evidence = {{storyTime("22:41:22"), s("14 of 14 checksums match"), true, {}}, {storyTime("22:41:38"), s("Zone file saved, 11 records"), true, {}}, {storyTime("22:41:39"), s("Dry run, 4 of 4 accepted"), true, {}}};
        step->callsTotal = 4;
    }
    r.done = m.active - 1;
}

void fillLanes(RunState& r, const MomentRow& m)
{
    const bool held = m.active > 9;
    const bool after = m.active > 19;
    const auto lane = [&](const char* name, ServiceKind kind, Service source, Service target, PipeState pipe, const char* label, const char* page) {
        Lane l;
        l.name = s(name);
        l.kind = kind;
        l.source = std::move(source);
        l.target = std::move(target);
        l.pipe = pipe;
        l.label = s(label);
        l.page = s(page);
        r.lanes.push_back(l);
    };
    Service site = service("netlify", "projectify", ServiceKind::Site, "", "deploy 6f2a19c", 1, 1, Health::Ok);
    Service siteT = service("render", "projectify-frontend", ServiceKind::Site, "", "build 6f2a19c live", 1, 1, Health::Ok);
    site.commit = siteT.commit = s("6f2a19c");
    lane("site", ServiceKind::Site, site, siteT, PipeState::Settled, "Frontend, same commit `6f2a19c`", "overview");
    Service web = service("heroku", "web", ServiceKind::Web, "Standard-1X", "v412", held ? 0 : 2, 2, held ? Health::Off : Health::Ok);
    web.note = held ? s("stopped") : QString();
    Service webT = service("render", "projectify-web", ServiceKind::Web, "Standard", "6f2a19c", 2, 2, Health::Ok);
    webT.note = m.active <= 18 ? s("read-only") : QString();
    lane("web", ServiceKind::Web, web, webT, PipeState::NeedsLook, m.rehearsal ? "Environment, 31 keys, **3 open**" : "Environment, 31 keys, **1 open**", "environments");
    Service worker = service("heroku", "worker", ServiceKind::Worker, "", "v412", held ? 0 : 1, 1, held ? Health::Off : Health::Ok);
    worker.note = held ? s("Celery, stopped") : s("Celery");
    Service workerT = service("render", "projectify-worker", ServiceKind::Worker, "", "", after ? 1 : 0, 1, after ? Health::Ok : Health::Off);
    workerT.note = after ? s("Celery") : s("Celery, starts in step 19");
    lane("worker", ServiceKind::Worker, worker, workerT, held ? PipeState::Settled : PipeState::Waiting, held ? "Queue drained, 0 pending" : "Queue live, drains in step 11", "overview");
    Service db = service("heroku", "postgresql-curved-81146", ServiceKind::Database, "Standard-0", "Postgres 15.6", 1, 1, held ? Health::Held : Health::Ok);
    db.size = Bytes{4500000000};
    db.note = held ? s("read-only") : QString();
    Service dbT = service("render", "projectify-db", ServiceKind::Database, "Standard", "Postgres 15.18", 1, 1, Health::Ok);
    dbT.size = Bytes{4400000000};
    lane("db", ServiceKind::Database, db, dbT, m.active >= 15 ? PipeState::Settled : PipeState::Moving, "14 of 14 tables match", "databases");
    Lane& dbLane = r.lanes.back();
    dbLane.preseed = m.active > 8 ? 1 : m.rehearsal ? 0.71 : 0.64;
    dbLane.delta = m.active > 12 ? 1 : 0;
    dbLane.verify = m.active > 14 ? 1 : m.active == 14 ? 0.62 : 0;
    dbLane.moving = m.active >= 14 ? s("Verify") : s("Pre-seed");
    dbLane.amount = m.active >= 14 ? s("9 of 14 tables match") : m.rehearsal ? s("1,494,060 of 2,104,318 rows") : s("1,350,560 of 2,104,318 rows");
    Service cache = service("heroku", "redis-lively-20731", ServiceKind::Cache, "", "Redis 7.2", 1, 1, Health::Ok);
    cache.keys = 12;
    cache.note = s("cache and broker");
    Service cacheT = service("render", "projectify-kv", ServiceKind::Cache, "Key Value", "Redis 7.2", 1, 1, Health::Ok);
    cacheT.keys = 0;
    lane("cache", ServiceKind::Cache, cache, cacheT, PipeState::NotMoved, "Not copied, cache only", "overview");
    Service files = service("cloudinary", "projectify", ServiceKind::Files, "", "", 1, 1, Health::Ok);
    files.size = Bytes{31000000000};
    files.note = s("Cloudinary, shared by both sides");
    Service filesT = files;
    filesT.note = s("Cloudinary, same CLOUDINARY_URL");
    lane("files", ServiceKind::Files, files, filesT, PipeState::NotMoved, "Stays in place", "overview");
}

void fillHosts(RunState& r, const MomentRow& m)
{
    const bool down = m.active > 9;
    const bool switched = m.active > 16;
    for (const auto& row : kHosts) {
        HostView host;
        host.host = s(row[0]);
        host.shortName = s(row[1]);
        host.group = s("all");
        const bool apex = host.shortName == s("apex");
        const bool apexUp = m.active >= 22;
        host.state = !down ? HostState::Source : !switched ? HostState::Maintenance : apex && !apexUp ? HostState::Failed : HostState::Target;
        host.certificate = !apex || apexUp;
        host.targetTls.tried = true;
        host.targetTls.ok = host.certificate;
        host.targetTls.alert = host.certificate ? 0 : 40;
        host.targetTls.problem = host.certificate ? QString() : s("handshake failure (alert 40)");
        host.targetTls.notAfter = fromIsoUtc(s("2026-06-13T00:00:00Z"));
        host.told = host.certificate ? DomainBinding::Certificate::Issued : DomainBinding::Certificate::Waiting;
        host.requestedAt = storyTime("22:05:51");
        if (switched || !apex)
            host.dnsSeenAt = storyTime(apex ? "22:42:31" : "22:05:58");
        if (host.certificate)
            host.servedAt = storyTime(apex ? "22:52:05" : "22:42:49");
        if (down)
            host.downSince = storyTime("22:39:24");
        host.downtime = Seconds(apex ? m.downtime : switched ? 205 : m.downtime);
        const int samples = 84;
        for (int i = 0; i < samples; ++i) {
            ProbeSample sample;
            sample.at = r.now - Seconds(6 * (samples - 1 - i));
            const bool held = sample.at >= storyTime("22:39:24") && (!switched || sample.at < storyTime(apex ? "22:42:12" : "22:42:40"));
            const bool before = sample.at < storyTime("22:39:24");
            sample.state = before ? HostState::Source : held ? HostState::Maintenance : apex && sample.at < storyTime("22:52:05") ? HostState::Failed : HostState::Target;
            sample.status = sample.state == HostState::Maintenance ? 503 : sample.state == HostState::Failed ? 0 : 200;
            sample.took = Milliseconds(apex ? 38 : host.shortName == s("www") ? 61 : 48);
            sample.address = sample.state == HostState::Source ? s("75.2.60.5") : s("216.24.57.1");
            sample.detail = sample.state == HostState::Failed ? s("handshake failure (alert 40)") : QString();
            host.samples.push_back(sample);
        }
        r.hosts.push_back(host);
    }
    r.points = m.points;
    switch (m.points) {
    case HostState::Source: r.pointsText = s("Set to source"); break;
    case HostState::Maintenance: r.pointsText = s("Traffic held"); break;
    case HostState::Target: r.pointsText = s("Set to target"); break;
    default: r.pointsText = s("www and api on target, apex failing"); break;
    }
    r.requestsPerMinute = 42;
    r.ttl = Seconds(60);
    r.ttlRecords = 5;
    r.zoneHost = s("Cloudflare");
    r.zoneSavedAt = storyTime("22:41:38");
    if (switched)
        r.switchedAt = storyTime("22:42:10");
    const auto set = [](const char* name, const char* type, const char* value, int ttl = 60) { return RecordSet{s(name), s(type), Seconds(ttl), {s(value)}, false}; };
    Zone before;
    before.name = s("projectify.test.");
    before.readAt = storyTime("22:41:38");
    before.records = {set("projectify.test.", "A", "75.2.60.5"), set("projectify.test.", "CAA", "0 issue \"letsencrypt.org\"", 3600), set("projectify.test.", "MX", "10 mxa.eu.mailgun.org.", 3600),
                      set("projectify.test.", "TXT", "v=spf1 include:mailgun.org ~all", 3600), set("_dmarc.projectify.test.", "TXT", "v=DMARC1; p=quarantine", 3600),
                      set("api.projectify.test.", "CNAME", "cryptic-elm-5x2.herokudns.com."), set("mx._dk.projectify.test.", "TXT", "k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GN", 3600),
                      set("www.projectify.test.", "CNAME", "projectify.netlify.app.")};
    r.zoneBefore = before;
    r.plannedRecords = {{s("projectify.test."), before.records[0], set("projectify.test.", "A", "216.24.57.1")},
                        {s("www.projectify.test."), before.records[7], set("www.projectify.test.", "CNAME", "projectify-frontend.onrender.com.")},
                        {s("api.projectify.test."), before.records[5], set("api.projectify.test.", "CNAME", "projectify-web.onrender.com.")}};
    Zone now = before;
    if (switched) {
        now.records[0] = *r.plannedRecords[0].planned;
        now.records[7] = *r.plannedRecords[1].planned;
        now.records[5] = *r.plannedRecords[2].planned;
    }
    r.zoneNow = now;
    const char* const resolvers[][3] = {{"ns1.projectify.test", "authoritative", "192.0.2.53"}, {"1.1.1.1", "Cloudflare", "1.1.1.1"}, {"8.8.8.8", "Google", "8.8.8.8"},
                                        {"9.9.9.9", "Quad9", "9.9.9.9"}, {"208.67.222.222", "OpenDNS", "208.67.222.222"}, {"84.200.69.80", "DNS.WATCH", "84.200.69.80"},
                                        {"203.0.113.53", "Access ISP", "203.0.113.53"}, {"192.168.178.1", "This computer", "192.168.178.1"}};
    const int left[8][3] = {{60, 60, 60}, {21, 44, 9}, {52, 13, 37}, {6, 28, 55}, {40, 31, 18}, {33, 2, 49}, {38, 51, 204}, {48, 48, 4}};
    for (int i = 0; i < 8; ++i) {
        ResolverRow row;
        row.resolver = {s(resolvers[i][0]), s(resolvers[i][1]), s(resolvers[i][2]), i == 0};
        row.honest = i != 6;
        for (int h = 0; h < 3; ++h) {
            ResolverCell cell;
            cell.host = s(kHosts[h][0]);
            const bool old = !switched || (i == 6 && h < 2);
            cell.state = old ? HostState::Source : HostState::Target;
            const char* const sources[] = {"75.2.60.5", "netlify.app", "herokudns.com"};
            cell.answer = old ? s(sources[h]) : h == 0 ? s("216.24.57.1") : s("onrender.com");
            cell.expires = r.now + Seconds(left[i][h]);
            if (i == 6)
                cell.held = Seconds(300);
            if (i == 7 && h == 2 && switched) {
                cell.state = HostState::Failed;
                cell.answer = s("SERVFAIL");
                cell.nextAsk = r.now + Seconds(4);
            }
            row.cells.push_back(cell);
        }
        r.resolvers.push_back(row);
    }
}

void fillDatabase(RunState& r, const MomentRow& m)
{
    DatabaseView view;
    view.name = s("db");
    DatabaseSummary source;
    source.serverVersion = s("15.6");
    source.databaseName = s("postgresql-curved-81146");
    source.role = s("u81146");
    source.encoding = s("UTF8");
    source.collation = s("en_US.UTF-8");
    source.size = Bytes{4460000000};
    source.connections = 9;
    source.connectionLimit = 20;
    source.extensions = {{s("citext"), s("1.6")}, {s("pg_stat_statements"), s("1.10")}, {s("plpgsql"), s("1.0")}};
    source.indexes = 41;
    source.foreignKeys = 19;
    source.readOnly = m.active > 9;
    DatabaseSummary target = source;
    target.serverVersion = s("15.18");
    target.databaseName = s("projectify-db");
    target.collation = s("C.UTF-8");
    int index = 0;
    for (const TableRow& row : kTables) {
        TableView table;
        table.source = {QStringLiteral("public.") + s(row.name), Rows{row.rows}, true, Bytes{row.bytes}, {s("id")}};
        table.progress.table = table.source.name;
        table.progress.sourceRows = Rows{row.rows};
        double share = 1;
        TableVerdict verdict = TableVerdict::Match;
        if (m.active == 7) {
            if (index == 0)
                verdict = TableVerdict::Copied;
            else if (index == 1 || index == 2) {
                verdict = TableVerdict::Copying;
                share = index == 1 ? 0.66 : 0.22;
                table.progress.bytesPerSecond = index == 1 ? 1.4e6 : 1.2e6;
            } else if (index == 3) {
                verdict = TableVerdict::Queued;
                share = 0;
            } else if (index == 4) {
                verdict = TableVerdict::Behind;
                table.progress.behind = Rows{22};
            }
        } else if (m.active == 14 && index < 5) {
            verdict = index == 0 ? TableVerdict::Verifying : TableVerdict::Copied;
        } else if (m.active < 7) {
            verdict = TableVerdict::Queued;
            share = 0;
        }
        const qint64 copied = verdict == TableVerdict::Behind ? row.rows - 22 : static_cast<qint64>(static_cast<double>(row.rows) * share);
        table.progress.targetRows = Rows{copied};
        table.progress.done = Rows{copied};
        table.progress.bytes = Bytes{static_cast<qint64>(static_cast<double>(row.bytes) * share)};
        table.progress.verdict = verdict;
        view.tables.push_back(table);
        source.tables.push_back(table.source);
        TableSummary other = table.source;
        other.rows = Rows{copied};
        target.tables.push_back(other);
        ++index;
    }
    for (int i = 0; i < 13; ++i) {
        SequenceSummary sequence{s(kTables[i].name) + s("_id_seq"), s(kTables[i].name), s("id"), kTables[i].rows + 464 - i * 7, true, kTables[i].rows, 1};
        source.sequences.push_back(sequence);
        if (m.active > 13)
            view.sequences.push_back({sequence.name, sequence.lastValue + 1000, sequence.columnMax});
    }
    view.source = source;
    view.target = target;
    view.deltaNow = Rows{m.active < 12 ? 1204 : 0};
    view.deltaEstimate = Seconds(6);
    for (int i = 0; i < 240; ++i)
        view.throughput.push_back(i > 90 && i < 105 ? 0.9e6 : 2.6e6 + 0.25e6 * std::sin(i * 0.9));
    if (m.active > 14) {
        VerifyOutcome verify;
        verify.tables = verify.matching = 14;
        verify.rows = Rows{2104499};
        verify.took = Seconds(67);
        view.verify = verify;
    }
    r.databases.push_back(view);
}

void fillSmoke(RunState& r, Moment moment)
{
    struct Row {
        const char* id;
        const char* title;
        const char* section;
        bool manual;
        const char* before;
        const char* now;
        CheckState state;
    };
    const Row rows[] = {
        {"sign-up", "Sign up with a new address", "Account", false, "201 · 312 ms", "201 · 268 ms", CheckState::Pass},
        {"confirm", "Confirmation email arrives, link works", "Account", false, "4.1 s", "3.6 s", CheckState::Pass},
        {"log-in", "Log in from www", "Account", false, "200 · 184 ms", "200 · 141 ms", CheckState::Pass},
        {"log-out", "Log out, then log in again", "Account", true, "pass", "pass", CheckState::Pass},
        {"onboarding", "Onboarding creates a workspace", "Workspace", false, "201 · 402 ms", "201 · 377 ms", CheckState::Pass},
        {"deep-link", "Deep link survives a reload", "Workspace", false, "200 · 61 ms", "200 · 44 ms", CheckState::Pass},
        {"csrf", "CSRF: log in from the apex", "Security", false, "200 · 190 ms", "403 · 38 ms", CheckState::Failed},
        {"cors", "CORS preflight from www to api", "Security", false, "204 · 22 ms", "204 · 19 ms", CheckState::Pass},
        {"cookie", "Session cookie is Secure, HttpOnly, Lax", "Security", false, "3 of 3", "3 of 3", CheckState::Pass},
        {"headers", "Security headers", "Security", false, "B, 71", "A, 92", CheckState::Pass},
        {"websocket", "WebSocket opens and stays up for 60 s", "Real time", false, "60 s", "60 s", CheckState::Pass},
        {"windows", "Task move shows in 2 other windows", "Real time", true, "pass", "to do", CheckState::ToDo},
        {"sleep", "Reconnects after the laptop sleeps", "Real time", true, "pass", "to do", CheckState::ToDo},
        {"upload", "Upload a 2 MB profile picture", "Media and jobs", false, "1.2 s", "2.9 s", CheckState::Slower},
        {"celery", "Celery picks up a task within 5 s", "Media and jobs", false, "0.8 s", "1.1 s", CheckState::Pass},
        {"second-browser", "Picture shows in a second browser", "Media and jobs", true, "pass", "to do", CheckState::ToDo},
        {"invoice", "Invoice email looks right", "Media and jobs", true, "pass", "to do", CheckState::ToDo},
    };
    for (const Row& row : rows) {
        CheckView check;
        check.id = s(row.id);
        check.title = s(row.title);
        check.section = s(row.section);
        check.manual = row.manual;
        check.before.state = CheckState::Pass;
        check.before.short_ = s(row.before);
        check.before.at = storyTime("22:02:10");
        const bool run = moment == Moment::Smoke || moment == Moment::Complete;
        check.now.state = !run ? CheckState::ToDo : moment == Moment::Complete ? CheckState::Pass : row.state;
        check.now.short_ = !run ? s("to do") : moment == Moment::Complete && row.state != CheckState::Pass ? s("pass") : s(row.now);
        check.now.at = storyTime("22:55:31");
        if (row.manual)
            check.instructions = {s("Open the app in two windows."), s("Do what the title says."), s("Compare what you see.")};
        if (check.id == s("csrf")) {
            check.before.status = 200;
            check.before.took = Milliseconds(190);
            check.now.status = run ? 403 : 0;
            check.now.took = Milliseconds(38);
            check.before.exchange = {s("POST /user/log-in"), s("host: api.projectify.test"), s("origin: https://projectify.test"), s("cookie: csrftoken=••••••••"), s("x-csrftoken: ••••••••"), {}, s("HTTP/1.1 200 OK"), s("content-type: application/json"), s("set-cookie: sessionid=••••••••; Secure"), s("x-request-id: 8d1c4e0a"), s("{\"user\": {\"email\": \"smoke+3@…\"}}")};
            if (run)
                check.now.exchange = {s("POST /user/log-in"), s("host: api.projectify.test"), s("origin: https://projectify.test"), s("cookie: csrftoken=••••••••"), s("x-csrftoken: ••••••••"), {}, s("HTTP/1.1 403 Forbidden"), s("content-type: text/html; charset=utf-8"), s("server: uvicorn"), s("rndr-id: 3f0b77aa-1c52"), s("Origin checking failed - https://projectify.test")};
            if (run && moment == Moment::Smoke)
                check.diagnosis = s("Render refused the log-in form from projectify.test. Visitors on the apex can't log in. `SECURITY_ORIGINS` on projectify-web lists 1 of 2 origins.");
        }
        r.smoke.push_back(check);
    }
    const char* const headers[] = {"strict-transport-security", "content-security-policy", "x-content-type-options", "referrer-policy", "permissions-policy", "x-frame-options", "cross-origin-opener-policy"};
    const bool before[] = {true, false, true, true, false, true, false};
    const bool now[] = {true, true, true, true, false, true, true};
    for (int i = 0; i < 7; ++i) {
        r.headersBefore.headers[s(headers[i])] = before[i];
        r.headersNow.headers[s(headers[i])] = now[i];
    }
    r.headersBefore.grade = s("B");
    r.headersBefore.score = 71;
    r.headersNow.grade = s("A");
    r.headersNow.score = 92;
}

} // namespace

SampleRun::SampleRun(Moment moment, QObject* parent) : RunController(parent)
{
    const MomentRow m = momentRow(moment);
    RunState& r = m_state;
    r.planName = s("projectify");
    r.sourceTitle = s("Heroku + Netlify");
    r.targetTitle = s("Render");
    r.sourceProviders = words("heroku,netlify");
    r.targetProviders = words("render");
    r.sourceRegion = s("eu");
    r.targetRegion = s("Frankfurt");
    r.rehearsal = m.rehearsal;
    r.rehearsalNumber = 3;
    r.rateNow = 0; // stands still
    r.operatorName = s("Mara Lind");
    r.operatorInitials = s("ML");
    r.keyring = s("Keyring unlocked");
    r.startedAt = storyTime("22:00:00");
    r.now = storyTime(m.now);
    fillSteps(r, m);
    r.currentPhase = moment == Moment::Complete ? plan::Phase::Close : r.steps[static_cast<std::size_t>(m.active - 1)].phase;
    r.phase = moment == Moment::Complete ? RunPhase::Complete : m.state == StepState::NeedsYou ? RunPhase::NeedsYou : RunPhase::Running;
    for (int i = 0; i < plan::kPhases; ++i) {
        const auto phase = static_cast<plan::Phase>(i);
        r.phases[phase] = phase < r.currentPhase || moment == Moment::Complete ? PhaseMark::Passed : phase == r.currentPhase ? PhaseMark::Current : PhaseMark::Coming;
    }
    r.pastPoint = m.active > 18;
    r.downtimeBudget = Seconds(900);
    r.downtime = Seconds(m.downtime);
    r.downtimeHost = s(m.downHost);
    r.downtimeRunning = m.active > 9 && m.active < 22;
    if (m.active >= 22)
        r.downtimeEndedAt = storyTime("22:52:05");
    r.writesStopped = Seconds(m.active > 9 ? std::min(m.downtime, 218) : 0);
    r.finishForecast = storyTime(m.finish);
    r.aheadOfPlan = Seconds(m.ahead * 60);
    if (moment == Moment::Complete)
        r.endedAt = r.now;

    const auto task = [&](const char* id, const char* name, double part, const char* amount, const char* left, bool running) {
        r.tasks.push_back({s(id), s(name), part, s(amount), s(left), running, false});
    };
    switch (moment) {
    case Moment::PreSeed:
    case Moment::Copying:
        r.nowTitle = s("Copying tables");
        r.nowText = m.rehearsal ? s("71 % of 2,104,318 rows, 8 min left.") : s("64 % of 2,104,318 rows, 10 min left.");
        task("t1", "Copy workspace_chatmessage", 0.4, "168,430 rows", "6:10", true);
        task("t2", "Copy premail_email", 0.12, "28,640 rows", "7:02", true);
        task("t3", "Copy workspace_task", 1, "612,480 rows", "done", false);
        task("t4", "Copy workspace_subtask", 1, "548,913 rows", "done", false);
        task("t5", "Build projectify-frontend", 1, "6f2a19c", "done", false);
        break;
    case Moment::Prepare:
        r.nowTitle = s("Waiting for step 5");
        task("t1", "Read 31 keys", 1, "31 keys", "done", false);
        break;
    case Moment::Delta:
    case Moment::Switch:
        r.nowTitle = s("Comparing checksums");
        r.nowText = s("9 of 14 tables match, 51 s left.");
        task("t1", "Compare checksums", 0.62, "9 of 14", "51 s", true);
        task("t2", "Set sequences", 1, "13 of 13", "done", false);
        task("t3", "Apply delta", 1, "1,317 rows", "done", false);
        task("t4", "Drain Celery queue", 1, "0 pending", "done", false);
        task("t5", "Certificate, projectify.test", 0.2, "after switch", "~9 min", true);
        break;
    default:
        r.nowTitle = s("Waiting for the apex certificate");
        r.nowText = s("Render usually needs 5 to 12 min.");
        task("t5", "Certificate, projectify.test", 0.5, "4:20", "~5 min", true);
        task("t1", "Compare checksums", 1, "14 of 14", "done", false);
        break;
    }
    fillLanes(r, m);
    fillHosts(r, m);
    fillDatabase(r, m);
    r.settings = sampleSettings(storyTime("22:03:20"));
    fillSmoke(r, moment);

    const auto provider = [&](const char* id, const char* name, const char* letters, Side side, int left, bool dns = false) {
        ProviderView view;
        view.account = view.provider = s(id);
        view.name = s(name);
        view.monogram = s(letters);
        view.side = side;
        view.dns = dns;
        view.callsLeft = left;
        view.health = Health::Ok;
        view.readAt = storyTime("22:40:20");
        r.providers.push_back(view);
    };
    provider("heroku", "Heroku", "He", Side::Source, 4212);
    provider("netlify", "Netlify", "Nl", Side::Source, 487);
    provider("render", "Render", "Rd", Side::Target, 361);
    provider("cloudflare", "Cloudflare", "Cf", Side::Source, 290, true);
    provider("cloudinary", "Cloudinary", "Cl", Side::Source, 1998);

    const auto finding = [&](const char* id, Severity severity, const char* title, const char* text, const char* page, const char* link, const char* waived = "") {
        Finding f;
        f.id = s(id);
        f.severity = severity;
        f.title = s(title);
        f.text = s(text);
        f.page = s(page);
        f.linkText = s(link);
        f.waivedBy = s(waived);
        r.findings.push_back(f);
    };
    finding("TLS-02", Severity::Caution, "Apex has no certificate yet", "Render issues it after the switch. Expect 5 to 12 min of TLS errors on projectify.test.", "dns", "", "Waived by Mara");
    finding("ENV-07", Severity::Caution, "SECURITY_ORIGINS has 1 origin", "Source has 2. CSRF fails from projectify.test.", "environments", "Open in Environments");
    finding("APP-03", Severity::Caution, "Worker memory differs", "Source 1 GB, target 512 MB.", "overview", "Open service");
    finding("DB-04", Severity::Advisory, "Postgres 15.6 to 15.18", "Minor version. 3 of 3 extensions exist.", "databases", "Open in Databases");
    finding("JOB-01", Severity::Advisory, "2 Heroku Scheduler jobs", "1 cron job on Render.", "checklist", "Compare");
    r.checksPassed = 19;

    const auto event = [&](const char* at, Severity severity, bool good, const char* text, const char* by, const char* evidence, bool point = false) {
        if (storyTime(at) <= r.now)
            r.events.push_back({storyTime(at), severity, good, point, s(text), s(by), s(evidence)});
    };
    event("22:08:12", Severity::Advisory, true, "Pre-seed started, 14 tables, source stays live", "automatic", "step 7");
    event("22:39:24", Severity::Caution, false, "Maintenance page on, downtime starts", "Mara Lind", "step 9");
    event("22:41:22", Severity::Advisory, true, "Delta of 1,317 rows applied, 14 of 14 checksums match", "automatic", "checksums.json");
    event("22:42:10", Severity::Advisory, true, "Domains switched to Render, www and api back by 22:42:49", "Mara Lind", "zone-before.txt");
    event("22:43:02", Severity::Advisory, false, "Point of no return: writes opened on Render", "Mara Lind", "step 18", true);
    event("22:52:05", Severity::Failure, false, "Apex certificate issued after 9 min 55 s of TLS errors", "automatic", "probe.csv, 99 lines");
    event("22:57:48", Severity::Caution, false, "Log-in from the apex fixed, SECURITY_ORIGINS was missing an origin", "Mara Lind", "smoke-csrf.har");
    event("23:18:51", Severity::Advisory, true, "Error rate watched, 0.2 %, baseline 0.2 %", "automatic", "step 23");
    r.lent = {{s("ttl"), s("TTL of 5 records lowered to 60 s"), s("Raise them to 3600 s"), storyTime("22:01:10"), moment != Moment::Complete, {}, {}},
              {s("allow"), s("This machine is on the database's allow list"), s("Remove the entry"), storyTime("22:03:01"), moment != Moment::Complete, {}, {}}};
    if (moment == Moment::Complete)
        r.seal = s("9c417e0b52fa03d8a6e144b710cf8d929c417e0b52fa03d8a6e144b710cf8d92");

    const auto line = [&](const char* at, const char* source, const char* text, LogLevel level = LogLevel::Info) {
        LogLine l;
        l.time = storyTime(at);
        l.source = s(source);
        l.message = s(text);
        l.level = level;
        l.simulated = m.rehearsal && l.source != s("switchyard") && l.source != s("probe");
        m_lines.push_back(l);
    };
    if (m.rehearsal) {
        line("22:21:28", "switchyard", "workspace_subtask: 55 of 55 chunks copied");
        line("22:21:31", "switchyard", "Throttle: source load 38 %, limit 40 %, holding at 2.6 MB/s");
        line("22:21:33", "render", "429 Too Many Requests on GET /v1/services, retry in 2 s", LogLevel::Warning);
        line("22:21:34", "probe", "GET https://projectify.test/ 200 from Netlify 61 ms");
        line("22:21:35", "switchyard", "workspace_task: 62 of 62 chunks copied, 3 changed since snapshot");
        line("22:21:36", "heroku", "postgresql-curved-81146 cursor read 10,000 rows 640 ms");
        line("22:21:37", "render", "projectify-db COPY workspace_chatmessage chunk 17 of 43 1.9 s");
    } else {
        line("22:40:06", "heroku", "worker.1 Celery warm shutdown, 0 tasks pending");
        line("22:40:12", "switchyard", "Delta applied: 1,317 rows in 6.1 s (1,102 updated, 198 inserted, 17 deleted)");
        line("22:40:15", "switchyard", "13 sequences set on projectify-db, highest workspace_task_id_seq = 612,988");
        line("22:40:29", "probe", "GET https://projectify.test/ 503 maintenance page, answered by Heroku router", LogLevel::Warning);
        line("22:40:30", "heroku", "postgresql-curved-81146 SELECT md5(string_agg(…)) workspace_task chunk 38 of 62 198 ms");
        line("22:40:30", "render", "projectify-db SELECT md5(string_agg(…)) workspace_task chunk 38 of 62 212 ms");
        line("22:40:31", "switchyard", "Checksum workspace_task_label: 96,340 rows, 1 of 1 chunks match");
        if (m.active > 14)
            line("22:41:40", "switchyard", "Go / no-go poll closed, 4 of 4 go, 1 waiver (apex certificate)");
        if (m.active > 16)
            line("22:46:30", "probe", "https://projectify.test TLS handshake failed, alert 40 from 216.24.57.1", LogLevel::Error);
    }

    m_plan.name = r.planName;
    m_plan.title = s("Heroku + Netlify to Render");
    m_plan.downtimeBudget = r.downtimeBudget;
    m_plan.environments.resize(1);
    m_plan.environments.front().name = s("production");
    m_plan.dns = {s("cloudflare"), s("projectify.test"), Seconds(60)};
    for (const ProviderView& view : r.providers)
        m_plan.accounts.push_back(Account{view.account, view.provider, {}, {}, view.account, {}});
    for (const auto& host : kHosts)
        m_plan.environments.front().domains.push_back({s(host[0]), s("web"), s("all"), {}, {}, {}});
}

void SampleRun::sayLines()
{
    for (const LogLine& line : m_lines)
        Q_EMIT logged(line);
}

Result<void> SampleRun::record(const QStringList& asked)
{
    m_asked << asked.join(u' ');
    if (m_refusal)
        return *m_refusal;
    return {};
}

Result<void> SampleRun::confirm(const QString& step, const QString& typedName, const QString& how) { return record({s("confirm"), step, typedName, how}); }
Result<void> SampleRun::answerPoll(const QString& step, const QString& station, PollAnswer answer, const QString& by)
{
    return record({s("poll"), step, station, QString::number(static_cast<int>(answer)), by});
}
Result<void> SampleRun::waive(const QString& step, const QString& interlock, const QString& by, const QString& reason, Milliseconds lasts)
{
    return record({s("waive"), step, interlock, by, reason, durationProse(lasts)});
}
Result<void> SampleRun::skip(const QString& step, const QString& by, const QString& reason) { return record({s("skip"), step, by, reason}); }
Result<void> SampleRun::retry(const QString& step) { return record({s("retry"), step}); }
Result<void> SampleRun::resolveDoubt(const QString& step, bool accept) { return record({s("doubt"), step, accept ? s("accept") : s("return")}); }
Result<void> SampleRun::addNote(const QString& step, const QString& text) { return record({s("note"), step, text}); }
Result<void> SampleRun::setFault(const QString& fault, bool on) { return record({s("fault"), fault, on ? s("on") : s("off")}); }
Result<void> SampleRun::recordManualCheck(const QString& check, CheckState state, const QString& note, const QString&)
{
    return record({s("check"), check, QString::number(static_cast<int>(state)), note});
}
Result<void> SampleRun::rollBack(const QString& typedName, GainedRowsChoice choice)
{
    return record({s("roll back"), typedName, QString::number(static_cast<int>(choice))});
}

RollbackPreview SampleRun::rollbackPreview()
{
    RollbackPreview preview;
    preview.pastPoint = m_state.pastPoint;
    preview.actions = {{s("Restore the 3 saved DNS records"), s("cloudflare"), Seconds(5), false}, {s("Start 2 web dynos and 1 worker"), s("heroku"), Seconds(25), false},
                       {s("Lift the maintenance page"), s("heroku"), Seconds(10), false}, {s("Wait for cached answers to expire"), {}, Seconds(60), true}};
    preview.total = Seconds(100);
    if (preview.pastPoint) {
        preview.gained = {{s("user_user"), Rows{3}, Rows{0}, Rows{0}}, {s("workspace_task"), Rows{30}, Rows{11}, Rows{0}}, {s("workspace_chatmessage"), Rows{17}, Rows{0}, Rows{0}}};
        preview.gainedKnown = true;
        preview.text = s("Render has taken writes for 8 min 28 s. Going back to Heroku drops them unless you copy them first.");
    } else {
        preview.text = s("You are at step 17. Writes on Render are still closed, so no data is lost.");
    }
    return preview;
}

} // namespace switchyard::test
