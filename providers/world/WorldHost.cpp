#include "providers/world/WorldHost.h"

#include "app/base/Awaiters.h"
#include "app/base/Log.h"
#include "providers/world/StoryTables.h"
#include "providers/world/ZoneStory.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>

#include <unistd.h>

namespace switchyard::world {

namespace {
constexpr const char* apexHost = "projectify.test";
} // namespace

WorldHost::WorldHost(WorldFolder folder, WorldSpec spec)
    : m_folder(std::move(folder)), m_spec(std::move(spec)), m_state(m_folder.read(QStringLiteral("state.json"))),
      m_clock(m_folder.file(QStringLiteral("clock"))), m_sql(QStringLiteral("world-sql")), m_rogue(QStringLiteral("world-rogue"))
{
    m_clock.watch();
    m_source.side = QStringLiteral("source");
    m_target.side = QStringLiteral("target");
    connect(&m_tick, &QTimer::timeout, this, &WorldHost::tick);
}

WorldHost::~WorldHost()
{
    m_scope.requestStop();
    m_visitors.reset();
}

QString WorldHost::keep(const QString& key, int length)
{
    const QString known = m_state[key].toString();
    if (!known.isEmpty())
        return known;
    const QString made = randomWord(length);
    m_state[key] = made;
    return made;
}

quint16 WorldHost::keptPort(const QString& key) const { return static_cast<quint16>(m_state[QStringLiteral("ports")].toObject()[key].toInt()); }

void WorldHost::keepPort(const QString& key, quint16 port)
{
    QJsonObject ports = m_state[QStringLiteral("ports")].toObject();
    ports[key] = port;
    m_state[QStringLiteral("ports")] = ports;
}

Task<> WorldHost::boot(std::stop_token stop)
{
    SY_CO_CHECK(co_await startServers(stop));
    SY_CO_ALIVE(stop);
    const auto simulators = startSimulators();
    SY_CO_CHECK(simulators);
    const auto names = startNames();
    SY_CO_CHECK(names);
    const auto edges = startEdges();
    SY_CO_CHECK(edges);
    startApps();
    const auto control = startControl();
    SY_CO_CHECK(control);
    const bool restarted = m_state[QStringLiteral("built")].toBool();
    for (const QString& fault : m_spec.faults) {
        const auto applied = applyFault(fault, true, restarted);
        SY_CO_CHECK(applied);
    }
    m_state[QStringLiteral("built")] = true;
    const auto saved = m_folder.write(QStringLiteral("state.json"), m_state);
    SY_CO_CHECK(saved);
    const auto door = writeDoor();
    SY_CO_CHECK(door);
    m_visitors->setCount(m_spec.visitors, randomWord(6));
    m_contact.start();
    m_tick.start(500);
    logInfo("world", QStringLiteral("ready"));
    co_return Ok{};
}

Task<> WorldHost::startServers(std::stop_token stop)
{
    QString servers = m_state[QStringLiteral("serverFolder")].toString();
    const bool lost = !servers.isEmpty() && !QDir(servers).exists();
    if (lost && m_state[QStringLiteral("built")].toBool()) {
        Error error = Error::internal(QStringLiteral("%1 is missing").arg(servers));
        error.happened = QStringLiteral("The databases of this rehearsal are gone.");
        error.means = QStringLiteral("The providers' state is there, but the data it belongs to was deleted, so the run can't go on.");
        error.remedy = QStringLiteral("Start a new rehearsal; this one's report and journal stay readable.");
        co_return error;
    }
    if (servers.isEmpty() || lost) {
        const auto made = m_folder.makeServerFolder();
        SY_CO_CHECK(made);
        servers = *made;
        m_state[QStringLiteral("serverFolder")] = servers;
    }
    m_source.database = std::make_unique<PgCluster>(PgCluster::Options{
        QStringLiteral("source"), servers + QStringLiteral("/source"), u'd' + keep(QStringLiteral("sourceDatabase"), 13), u'u' + keep(QStringLiteral("sourceRole"), 13),
        Secret(u'p' + keep(QStringLiteral("sourcePassword"), 40)), Secret(keep(QStringLiteral("sourceAdmin"), 40)), keptPort(QStringLiteral("source"))});
    m_target.database = std::make_unique<PgCluster>(PgCluster::Options{
        QStringLiteral("target"), servers + QStringLiteral("/target"), QStringLiteral("projectify"),
        QStringLiteral("projectify_user"), Secret(keep(QStringLiteral("targetPassword"), 32)), Secret(keep(QStringLiteral("targetAdmin"), 40)),
        keptPort(QStringLiteral("target"))});
    m_source.redis = std::make_unique<RedisServer>(servers + QStringLiteral("/redis-source"), Secret(u'p' + keep(QStringLiteral("sourceRedis"), 40)), keptPort(QStringLiteral("redisSource")));
    m_target.redis = std::make_unique<RedisServer>(servers + QStringLiteral("/redis-target"), Secret(keep(QStringLiteral("targetRedis"), 32)), keptPort(QStringLiteral("redisTarget")));
    // Passwords must be on disk before a cluster is made with them.
    const auto saved = m_folder.write(QStringLiteral("state.json"), m_state);
    SY_CO_CHECK(saved);

    if (m_source.database->isBuilt()) {
        SY_CO_CHECK(co_await m_source.database->start(stop));
        SY_CO_ALIVE(stop);
        SY_CO_CHECK(co_await m_target.database->start(stop));
    } else {
        SY_CO_CHECK(co_await m_source.database->build(stop));
        SY_CO_ALIVE(stop);
        SY_CO_CHECK(co_await fillSource(stop));
        SY_CO_ALIVE(stop);
        SY_CO_CHECK(co_await m_target.database->build(stop));
    }
    SY_CO_ALIVE(stop);
    SY_CO_CHECK(co_await m_source.redis->start(stop));
    SY_CO_ALIVE(stop);
    SY_CO_CHECK(co_await m_target.redis->start(stop));
    SY_CO_ALIVE(stop);
    keepPort(QStringLiteral("source"), m_source.database->port());
    keepPort(QStringLiteral("target"), m_target.database->port());
    keepPort(QStringLiteral("redisSource"), m_source.redis->port());
    keepPort(QStringLiteral("redisTarget"), m_target.redis->port());
    const SqlTarget asked = m_target.database->target(QStringLiteral("world"));
    std::function<Result<QString>(std::stop_token)> ask = [asked](std::stop_token) -> Result<QString> {
        Sql sql;
        SY_CHECK(sql.open(asked));
        SY_TRY(const SqlRows version, sql.run("SELECT split_part(current_setting('server_version'),' ',1)"));
        return QString::fromUtf8(version.at(0, 0));
    };
    SY_CO_TRY(const QString version, co_await m_sql.run<QString>(std::move(ask), stop));
    SY_CO_ALIVE(stop);
    m_state[QStringLiteral("serverVersion")] = version;
    m_gate = std::make_unique<Gate>();
    if (!m_gate->listen(keptPort(QStringLiteral("gate")), m_target.database->port()))
        co_return Error::internal(QStringLiteral("no port for the gate"));
    keepPort(QStringLiteral("gate"), m_gate->port());
    co_return Ok{};
}

Task<> WorldHost::fillSource(std::stop_token stop)
{
    const SqlTarget target = m_source.database->target(QStringLiteral("story"));
    const qint64 rows = m_spec.rows;
    std::function<Result<bool>(std::stop_token)> fill = [target, rows](std::stop_token ended) -> Result<bool> {
        Sql sql;
        SY_CHECK(sql.open(target));
        SY_CHECK(sql.script(story::createTables()));
        for (const QByteArray& insert : story::insertRows(rows)) {
            if (ended.stop_requested())
                return Error::cancelled();
            SY_TRY([[maybe_unused]] const SqlRows done, sql.run(insert));
        }
        SY_CHECK(sql.script(story::createIndexes()));
        SY_CHECK(sql.script("ANALYZE"));
        return true;
    };
    SY_CO_TRY([[maybe_unused]] const bool filled, co_await m_sql.run<bool>(std::move(fill), stop));
    co_return Ok{};
}

Result<void> WorldHost::startSimulators()
{
    m_heroku = std::make_unique<heroku::Simulator>(&m_clock, m_folder.file(QStringLiteral("heroku")));
    m_netlify = std::make_unique<netlify::Simulator>(&m_clock, m_folder.file(QStringLiteral("netlify")));
    m_render = std::make_unique<render::Simulator>(&m_clock, m_folder.file(QStringLiteral("render")));
    m_cloudflare = std::make_unique<cloudflare::Simulator>(&m_clock, m_folder.file(QStringLiteral("cloudflare")));
    if (!m_state[QStringLiteral("built")].toBool()) {
        QJsonObject tokens;
        const QJsonObject herokuStory = heroku::projectifyStory();
        tokens[QStringLiteral("heroku")] = herokuStory[QStringLiteral("tokens")].toArray().at(0);
        m_heroku->load(herokuStory);
        QJsonObject renderStory = render::projectifyStory();
        // True versions only: the story's database is the server that really runs.
        QJsonArray databases = renderStory[QStringLiteral("databases")].toArray();
        QJsonObject database = databases.at(0).toObject();
        database[QStringLiteral("version")] = m_state[QStringLiteral("serverVersion")].toString().section(u'.', 0, 0);
        databases[0] = database;
        renderStory[QStringLiteral("databases")] = databases;
        tokens[QStringLiteral("render")] = renderStory[QStringLiteral("token")];
        m_render->load(renderStory);
        const QJsonObject netlifyStory = netlify::projectifyStory();
        tokens[QStringLiteral("netlify")] = netlifyStory[QStringLiteral("token")];
        m_netlify->load(netlifyStory);
        tokens[QStringLiteral("cloudflare")] = QString(QStringLiteral("cfut_") + randomWord(40));
        SY_TRY([[maybe_unused]] const QString zone, m_cloudflare->addZone(projectifyZone()));
        m_state[QStringLiteral("tokens")] = tokens;
    }
    m_cloudflare->addToken(m_state[QStringLiteral("tokens")].toObject()[QStringLiteral("cloudflare")].toString().toLatin1());
    m_heroku->setDatabaseUrl(QStringLiteral("postgresql-curved-81146"), m_source.database->target({}).url().revealText());
    m_heroku->setRedisUrl(QStringLiteral("redis-lively-20731"), m_source.redis->url().revealText());
    SqlTarget outside = m_target.database->target({});
    outside.port = m_gate->port();
    m_render->setDatabaseUrls(QStringLiteral("projectify-db"), m_target.database->target({}).url().revealText(), outside.url().revealText());
    m_render->setKeyValueUrls(QStringLiteral("projectify-kv"), m_target.redis->url().revealText(), m_target.redis->url().revealText());
    m_render->setDeployTimes(Seconds(20), Seconds(8));

    const std::map<QString, simulator::Simulator*> all{{QStringLiteral("heroku"), m_heroku.get()},  {QStringLiteral("netlify"), m_netlify.get()},
                                                       {QStringLiteral("render"), m_render.get()}, {QStringLiteral("cloudflare"), m_cloudflare.get()}};
    for (const auto& [name, one] : all) {
        auto server = std::make_unique<simulator::HttpServer>();
        if (one == m_render.get()) {
            server->setAsyncHandler([this](const simulator::Request& request, const simulator::Reply& reply) {
                troubleRender();
                m_render->handle(request, reply);
            });
        } else {
            server->setAsyncHandler(one->handler());
        }
        if (!server->listen(keptPort(name)) && !server->listen(0))
            return Error::internal(QStringLiteral("no port for %1").arg(name));
        keepPort(name, server->port());
        m_doors[name] = std::move(server);
    }
    if (!m_mail.listen(keptPort(QStringLiteral("smtp"))) && !m_mail.listen(0))
        return Error::internal(QStringLiteral("no port for the mail sink"));
    m_mail.mount(m_mailRouter);
    m_mailServer.setAsyncHandler([this](const simulator::Request& request, const simulator::Reply& reply) { m_mailRouter.handle(request, reply); });
    if (!m_mailServer.listen(keptPort(QStringLiteral("mail"))) && !m_mailServer.listen(0))
        return Error::internal(QStringLiteral("no port for the mail sink's view"));
    keepPort(QStringLiteral("mail"), m_mailServer.port());
    keepPort(QStringLiteral("smtp"), m_mail.port());
    return Ok{};
}

Result<void> WorldHost::startNames()
{
    m_names = std::make_unique<Names>(&m_clock);
    m_cloudflare->serve(m_names->zones());
    const auto providerZone = [this](const QString& apex, const QString& address) {
        simulator::Soa soa;
        soa.primary = QStringLiteral("ns1.") + apex + u'.';
        soa.mailbox = QStringLiteral("hostmaster.") + apex + u'.';
        soa.minimum = 60;
        const QString any = QStringLiteral("*.") + apex + u'.';
        m_names->zones().add(simulator::AuthoritativeZone(
            apex + u'.', [any, address] { return QList<simulator::ResourceRecord>{{any, QStringLiteral("A"), 60, address}}; }, soa));
    };
    providerZone(QStringLiteral("herokudns.test"), EdgeAddresses::heroku());
    providerZone(QStringLiteral("herokuapp.test"), EdgeAddresses::heroku());
    providerZone(QStringLiteral("netlify.test"), EdgeAddresses::netlify());
    providerZone(QStringLiteral("onrender.test"), EdgeAddresses::render());
    QJsonObject ports;
    for (const ResolverAddress& one : m_names->addresses({}))
        ports[one.address] = keptPort(one.address);
    if (!m_names->listen(ports))
        return Error::internal(QStringLiteral("no port for a resolver"));
    for (const ResolverAddress& one : m_names->addresses({}))
        keepPort(one.address, m_names->portOf(one.address));
    return Ok{};
}

Result<void> WorldHost::startEdges()
{
    SY_TRY(m_authority, simulator::CertificateAuthority::open(m_folder.file(QStringLiteral("authority"))));
    m_herokuEdge = std::make_unique<Edge>(QStringLiteral("heroku"), EdgeAddresses::heroku(), m_authority);
    m_netlifyEdge = std::make_unique<Edge>(QStringLiteral("netlify"), EdgeAddresses::netlify(), m_authority);
    m_renderEdge = std::make_unique<Edge>(QStringLiteral("render"), EdgeAddresses::render(), m_authority);
    m_herokuEdge->setCertified([this](const QString& host) { return !herokuApp(host).isEmpty(); });
    m_netlifyEdge->setCertified([this](const QString& host) { return !m_netlify->siteOfHost(host).isEmpty(); });
    m_renderEdge->setCertified([this](const QString& host) { return renderCertified(host); });
    m_herokuEdge->setBackend([this](const simulator::Request& request, const simulator::Reply& reply) { answerHeroku(request, reply); });
    m_netlifyEdge->setBackend([this](const simulator::Request& request, const simulator::Reply& reply) { answerNetlify(request, reply); });
    m_renderEdge->setBackend([this](const simulator::Request& request, const simulator::Reply& reply) { answerRender(request, reply); });
    m_dialer = std::make_shared<WorldDialer>();
    m_dialer->setRoots(m_authority->rootPem());
    for (Edge* edge : {m_herokuEdge.get(), m_netlifyEdge.get(), m_renderEdge.get()}) {
        if (!edge->listen(keptPort(edge->provider() + QStringLiteral("Edge")), keptPort(edge->provider() + QStringLiteral("Plain"))))
            return Error::internal(QStringLiteral("no port for an edge"));
        keepPort(edge->provider() + QStringLiteral("Edge"), edge->securePort());
        keepPort(edge->provider() + QStringLiteral("Plain"), edge->plainPort());
        m_dialer->add(edge->address(), 443, edge->securePort());
        m_dialer->add(edge->address(), 80, edge->plainPort());
    }
    for (const ResolverAddress& resolver : m_names->addresses({}))
        m_dialer->add(resolver.address, 53, m_names->portOf(resolver.address));
    // What connection strings hold is an address already.
    for (const quint16 port : {m_source.database->port(), m_gate->port(), m_source.redis->port(), m_target.redis->port()})
        m_dialer->add(QStringLiteral("127.0.0.1"), port, port);
    for (const auto& [name, server] : m_doors)
        m_dialer->add(QStringLiteral("127.0.0.1"), server->port(), server->port());
    m_dialer->add(QStringLiteral("127.0.0.1"), m_mailServer.port(), m_mailServer.port());
    return Ok{};
}

void WorldHost::startApps()
{
    for (Half* half : {&m_source, &m_target}) {
        half->app = std::make_unique<SampleApp>(half->side);
        half->app->connectTo(half->database->target({}), half->redis->port(), half->redis->password());
        half->nextBeat = m_clock.now() + Seconds(60);
    }
    m_netlify->setHostPointsHere([this](const QString& host, const QString&) { return pointsAt(host, *m_netlifyEdge); });
    m_netlify->setBuilder([](const QString&, const QJsonObject& environment) { return frontFiles(environment); });
    m_heroku->setHostPointsHere([this](const QString& host, const QString&) { return pointsAt(host, *m_herokuEdge); });
    m_render->setHostPointsHere([this](const QString& host, const QString&) {
        // Asked once for each look at a name; what it leads to depends on the name.
        const bool apex = host == QLatin1String(apexHost);
        const qint64 slow = faultValue("slow-certificate");
        m_render->setCertificateDelay(Seconds(apex ? (slow > 0 ? slow : 60) : 45));
        return pointsAt(host, *m_renderEdge);
    });
    m_heroku->setTransferHook([this](const heroku::TransferJob& job) { m_scope.spawn(QStringLiteral("transfer"), transfer(job, m_scope.token())); });
    connect(m_gate.get(), &Gate::refused, this, [this] { ++m_gateRefused; });
    refreshFacts();
    followSettings();
    followFormation();
    followAllowList();
    connect(m_heroku.get(), &simulator::Simulator::event, this, &WorldHost::onHeroku);
    connect(m_render.get(), &simulator::Simulator::event, this, &WorldHost::onRender);

    m_ledger = std::make_unique<Ledger>(m_folder.file(QStringLiteral("ledger.jsonl")));
    VisitorPaths paths;
    paths.clock = &m_clock;
    paths.dialer = m_dialer;
    paths.resolve = [this](int index, const QString& host, std::function<void(QStringList)> done) { m_names->resolve(index, host, std::move(done)); };
    paths.mail = [this](const QString& to) {
        const auto& messages = m_mail.messages();
        for (auto it = messages.rbegin(); it != messages.rend(); ++it)
            if (it->to.contains(to))
                return it->text;
        return QString();
    };
    paths.ledger = m_ledger.get();
    paths.apiHost = QStringLiteral("api.") + QLatin1String(apexHost);
    paths.frontHosts = QStringList{QStringLiteral("www.") + QLatin1String(apexHost), QLatin1String(apexHost)};
    m_visitors = std::make_unique<Visitors>(std::move(paths), m_authority->rootPem());
}

Result<void> WorldHost::startControl()
{
    (void)keep(QStringLiteral("controlToken"), 40);
    m_control.setAsyncHandler([this](const simulator::Request& request, const simulator::Reply& reply) { answerControl(request, reply); });
    if (!m_control.listen(keptPort(QStringLiteral("control"))) && !m_control.listen(0))
        return Error::internal(QStringLiteral("no control port"));
    keepPort(QStringLiteral("control"), m_control.port());
    return Ok{};
}

Result<void> WorldHost::writeDoor()
{
    QJsonObject providers;
    const QJsonObject tokens = m_state[QStringLiteral("tokens")].toObject();
    for (const auto& [name, server] : m_doors) {
        providers[name] = QJsonObject{{QStringLiteral("baseUrl"), QString(server->url() + apiRoot(name))}, {QStringLiteral("dataUrl"), name == u"heroku" ? server->url() : QString()},
                                      {QStringLiteral("token"), tokens[name]}};
    }
    QJsonArray resolvers;
    for (const ResolverAddress& one : m_names->addresses(projectifyNameServer()))
        resolvers.append(QJsonObject{{QStringLiteral("name"), one.name}, {QStringLiteral("label"), one.label}, {QStringLiteral("address"), one.address},
                                     {QStringLiteral("authoritative"), one.authoritative}});
    QJsonArray secrets;
    for (const char* key : {"sourcePassword", "targetPassword", "sourceRedis", "targetRedis", "sourceAdmin", "targetAdmin"})
        secrets.append(m_state[QLatin1String(key)]);
    return m_folder.write(QStringLiteral("door.json"),
                          {{QStringLiteral("providers"), providers}, {QStringLiteral("resolvers"), resolvers}, {QStringLiteral("dial"), m_dialer->toJson()},
                           {QStringLiteral("mailUrl"), m_mailServer.url()}, {QStringLiteral("clockFile"), m_folder.file(QStringLiteral("clock"))},
                           {QStringLiteral("controlUrl"), m_control.url()}, {QStringLiteral("controlToken"), m_state[QStringLiteral("controlToken")]},
                           {QStringLiteral("secrets"), secrets}, {QStringLiteral("pid"), static_cast<qint64>(::getpid())}});
}

Task<> WorldHost::shutDown(std::stop_token stop)
{
    m_tick.stop();
    m_visitors.reset();
    m_rogueUntil.reset();
    m_control.close();
    for (Half* half : {&m_source, &m_target}) {
        for (const auto& worker : half->workers)
            worker->stop();
        half->app.reset();
    }
    for (Half* half : {&m_source, &m_target}) {
        half->workers.clear();
        if (half->redis) {
            SY_CO_CHECK(co_await half->redis->end(stop));
            SY_CO_ALIVE(stop);
        }
        if (half->database) {
            SY_CO_CHECK(co_await half->database->end(stop));
            SY_CO_ALIVE(stop);
        }
    }
    m_folder.remove(QStringLiteral("door.json"));
    if (ServerUser::find().change)
        WorldFolder::sweepServerFolders();
    co_return Ok{};
}

} // namespace switchyard::world
