#include "providers/world/WorldHost.h"

#include "app/base/Log.h"
#include "providers/world/AppViews.h"

#include <QCoreApplication>
#include <QDir>
#include <QHostAddress>
#include <QJsonArray>

#include <unistd.h>

namespace switchyard::world {

using simulator::Reply;
using simulator::Request;
using simulator::Response;

namespace {
constexpr const char* herokuStoryApp = "projectify";
constexpr const char* herokuAddon = "postgresql-curved-81146";
constexpr const char* renderWeb = "projectify-web";
constexpr const char* renderWorker = "projectify-worker";
constexpr const char* renderSite = "projectify-frontend";
constexpr const char* renderDatabase = "projectify-db";

Response page(int status, const QString& title, const QString& text)
{
    return Response::text(status, QStringLiteral("<!doctype html><html><head><title>%1</title></head><body><h1>%1</h1><p>%2</p></body></html>\n").arg(title, text),
                          "text/html; charset=utf-8");
}

Response fileAnswer(const QString& path, const QByteArray& content)
{
    Response response;
    response.body = content;
    response.headers.set("Content-Type", path.endsWith(u".js") ? "text/javascript; charset=utf-8" : path.endsWith(u".css") ? "text/css" : "text/html; charset=utf-8");
    response.headers.set("Cache-Control", "public, max-age=0, must-revalidate");
    return response;
}

} // namespace

QMap<QString, QByteArray> frontFiles(const QJsonObject& environment)
{
    const QByteArray origin = environment[QStringLiteral("VITE_API_DOMAIN")].toString(QStringLiteral("https://api.projectify.test")).toUtf8();
    return {{QStringLiteral("/index.html"), "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>Projectify</title><meta name=\"api-origin\" content=\"" + origin
                                                + "\"></head>\n<body data-sveltekit=\"projectify\"><main><h1>Projectify</h1><p>Tasks and projects for teams.</p></main>"
                                                  "<script type=\"module\" src=\"/app.js\"></script></body>\n</html>\n"},
            {QStringLiteral("/app.js"), "export const apiDomain = \"" + origin + "\";\n"},
            {QStringLiteral("/_redirects"), "/* /index.html 200\n"}};
}

bool WorldHost::pointsAt(const QString& host, const Edge& edge) const { return m_names->truth(host).contains(edge.address()); }

QString WorldHost::herokuApp(const QString& host) const
{
    for (const QString& app : m_heroku->appNames())
        if (host == app + QStringLiteral(".herokuapp.test") || !m_heroku->domainTarget(app, host).isEmpty())
            return app;
    return {};
}

QString WorldHost::renderService(const QString& host) const
{
    const QString owner = m_render->serviceOfDomain(host);
    if (!owner.isEmpty())
        return owner;
    for (const char* service : {renderWeb, renderSite})
        if (m_render->target(QLatin1String(service)) == host)
            return QLatin1String(service);
    return {};
}

bool WorldHost::renderCertified(const QString& host)
{
    if (m_render->serviceOfDomain(host).isEmpty())
        return !renderService(host).isEmpty();
    return m_render->hasCertificate(host);
}

void WorldHost::onHeroku(const QString& kind, const QJsonObject& data)
{
    if (data[QStringLiteral("app")].toString() != QLatin1String(herokuStoryApp))
        return;
    if (kind == u"maintenance" && data[QStringLiteral("on")].toBool() && faultValue("freeze-writes") > 0)
        m_rogueUntil = m_clock.now() + Seconds(faultValue("freeze-writes"));
    if (kind == u"config" || kind == u"release" || kind == u"restart" || kind == u"deploy")
        followSettings();
    followFormation();
}

void WorldHost::onRender(const QString& kind, const QJsonObject& data)
{
    if (kind == u"deploy" && m_failuresLeft > 0 && data[QStringLiteral("status")].toString().endsWith(u"failed") && --m_failuresLeft == 0)
        m_render->setFault(QStringLiteral("deploy-fail"), QJsonValue(), false);
    if (kind == u"allow-list")
        followAllowList();
    if (kind == u"deploy" || kind == u"restart" || kind == u"suspend")
        followSettings();
    followFormation();
}

void WorldHost::followAllowList()
{
    const bool open = m_render->allows(QLatin1String(renderDatabase), QHostAddress(QHostAddress::LocalHost));
    m_gate->setAllowed(open ? QStringList{QStringLiteral("127.0.0.1/32")} : QStringList());
}

void WorldHost::followSettings()
{
    m_source.app->setSettings(AppSettings::fromEnvironment(m_heroku->configVars(QLatin1String(herokuStoryApp))));
    m_target.app->setSettings(AppSettings::fromEnvironment(m_render->liveEnvironment(QLatin1String(renderWeb))));
}

void WorldHost::followFormation()
{
    setWorkers(m_source, m_heroku->runningDynos(QLatin1String(herokuStoryApp), QStringLiteral("worker")));
    setWorkers(m_target, m_render->isSuspended(QLatin1String(renderWorker)) ? 0 : m_render->instanceCount(QLatin1String(renderWorker)));
    if (m_heroku->runningDynos(QLatin1String(herokuStoryApp), QStringLiteral("web")) == 0)
        m_source.app->dropSockets();
    if (m_render->isSuspended(QLatin1String(renderWeb)))
        m_target.app->dropSockets();
}

void WorldHost::setWorkers(Half& half, int count)
{
    while (static_cast<int>(half.workers.size()) > count) {
        // Warm shutdown: it ends the job in hand; the main thread doesn't wait for it.
        half.workers.back()->stop();
        m_retired.push_back(std::move(half.workers.back()));
        half.workers.pop_back();
    }
    while (static_cast<int>(half.workers.size()) < count) {
        JobWorker::Options options;
        const QString process = QStringLiteral("worker.%1").arg(half.workers.size() + 1);
        options.name = QStringLiteral("celery@") + process;
        options.database = half.database->target({});
        options.redisPort = half.redis->port();
        options.redisPassword = half.redis->password();
        options.smtpPort = m_mail.port();
        options.domain = QStringLiteral("projectify.test");
        QPointer<WorldHost> self(this);
        options.log = [self, process, side = half.side](const QString& line) {
            QMetaObject::invokeMethod(
                QCoreApplication::instance(),
                [self, side, process, line] {
                    if (self)
                        self->appLog(side, process, line);
                },
                Qt::QueuedConnection);
        };
        half.workers.push_back(std::make_unique<JobWorker>(std::move(options)));
    }
}

void WorldHost::appLog(const QString& side, const QString& process, const QString& line)
{
    if (!m_heroku || !m_render)
        return;
    if (side == u"source")
        m_heroku->appendLog(QLatin1String(herokuStoryApp), process == u"router" ? QStringLiteral("heroku") : QStringLiteral("app"), process, line);
    else
        m_render->appendLog(QLatin1String(process.startsWith(u"worker") ? renderWorker : renderWeb), process == u"router" ? QStringLiteral("request") : QStringLiteral("app"),
                            process, QStringLiteral("info"), line);
    const qint64 every = faultValue("log-stream-closes");
    if (every > 0 && ++m_logLines % every == 0) {
        m_heroku->dropLogStreams();
        m_render->dropLogStreams();
    }
}

void WorldHost::answerHeroku(const Request& request, const Reply& reply)
{
    const auto answer = [this, request, reply](Response response) {
        response.headers.set("Via", "1.1 vegur");
        response.headers.set("Server", "Heroku");
        appLog(m_source.side, QStringLiteral("router"),
               QStringLiteral("at=%1 method=%2 path=\"%3\" host=%4 status=%5").arg(response.status >= 500 ? QStringLiteral("error") : QStringLiteral("info"),
                   QString::fromLatin1(request.method), request.path, request.host).arg(response.status));
        reply(std::move(response));
    };
    const QString app = herokuApp(request.host);
    if (app.isEmpty()) {
        answer(page(404, QStringLiteral("No such app"), QStringLiteral("There is no app configured at that hostname.")));
    } else if (m_heroku->maintenance(app)) {
        answer(page(503, QStringLiteral("Offline for Maintenance"), QStringLiteral("This application is undergoing maintenance right now. Check back later.")));
    } else if (app != QLatin1String(herokuStoryApp) || m_heroku->runningDynos(app, QStringLiteral("web")) == 0) {
        answer(page(503, QStringLiteral("Application error"), QStringLiteral("An error occurred in the application and your page could not be served.")));
    } else {
        m_source.app->handle(request, answer);
    }
}

void WorldHost::answerRender(const Request& request, const Reply& reply)
{
    const auto answer = [this, request, reply](Response response) {
        response.headers.set("rndr-id", simulator::randomHexId(16).toLatin1());
        response.headers.set("x-render-origin-server", "Render");
        appLog(m_target.side, QStringLiteral("router"),
               QStringLiteral("%1 %2 %3 %4").arg(QString::fromLatin1(request.method), request.host, request.path).arg(response.status));
        reply(std::move(response));
    };
    const QString service = renderService(request.host);
    const QString redirect = m_render->redirectOf(request.host);
    if (service.isEmpty()) {
        answer(page(404, QStringLiteral("Not Found"), QStringLiteral("Nothing is served at that host name.")).with("x-render-routing", "no-server"));
    } else if (!redirect.isEmpty()) {
        answer(Response::redirect(301, "https://" + redirect.toUtf8() + request.target));
    } else if (m_render->isSuspended(service)) {
        answer(page(503, QStringLiteral("Service Suspended"), QStringLiteral("This service has been suspended.")).with("x-render-routing", "suspend"));
    } else if (m_render->inMaintenance(service)) {
        answer(page(503, QStringLiteral("Down for maintenance"), QStringLiteral("This service is down for maintenance.")).with("x-render-routing", "maintenance-mode"));
    } else if (service == QLatin1String(renderSite)) {
        const auto files = frontFiles(m_render->liveEnvironment(service));
        const QString path = files.contains(request.path) ? request.path : QStringLiteral("/index.html");
        // The target's proxy adds the security headers that the old host never sent: the header score of the smoke checks shows it.
        Response file = fileAnswer(path, files[path]);
        file.headers.set("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
        file.headers.set("Content-Security-Policy", "default-src 'self'; connect-src 'self' https: wss:; frame-ancestors 'none'");
        file.headers.set("X-Content-Type-Options", "nosniff");
        file.headers.set("X-Frame-Options", "DENY");
        file.headers.set("Referrer-Policy", "same-origin");
        file.headers.set("Cross-Origin-Opener-Policy", "same-origin");
        answer(std::move(file));
    } else if (m_render->instanceCount(service) == 0) {
        answer(page(503, QStringLiteral("Service Unavailable"), QStringLiteral("No instance of this service is running.")).with("x-render-routing", "no-server"));
    } else {
        m_target.app->handle(request, answer);
    }
}

void WorldHost::answerNetlify(const Request& request, const Reply& reply)
{
    const QString site = m_netlify->siteOfHost(request.host);
    const auto exact = m_netlify->publishedFile(site, request.path);
    // "/* /index.html 200" of the site's _redirects.
    const auto any = exact ? exact : m_netlify->publishedFile(site, QStringLiteral("/index.html"));
    Response response = any ? fileAnswer(exact ? request.path : QStringLiteral("/index.html"), *any)
                            : page(404, QStringLiteral("Not found"), QStringLiteral("Looks like you've followed a broken link."));
    response.headers.set("Server", "Netlify");
    response.headers.set("Strict-Transport-Security", "max-age=31536000");
    response.headers.set("x-nf-request-id", simulator::randomHexId(26).toUpper().toLatin1());
    reply(std::move(response));
}

void WorldHost::beat(Half& half)
{
    const TimePoint now = m_clock.now();
    if (now < half.nextBeat)
        return;
    half.nextBeat = now + Seconds(60);
    // The schedule runs inside the first worker (celery worker -B): no worker, no new jobs.
    if (half.workers.empty())
        return;
    const quint16 port = half.redis->port();
    const Secret password = half.redis->password();
    m_rogue.post([port, password](std::stop_token) {
        RedisLink redis(port, password);
        redis.push("celery", celeryMessage("corporate.sync", {}));
    });
}

void WorldHost::tick()
{
    if (++m_ticks % 20 == 0)
        refreshFacts();
    m_retired.erase(std::remove_if(m_retired.begin(), m_retired.end(), [](const auto& worker) { return worker->ended(); }), m_retired.end());
    beat(m_source);
    beat(m_target);
    rogueWrite();
    // Nobody looks after the world: time goes on as it does outside, so that nothing expires unseen.
    if (m_contact.elapsed() > 10'000 && m_clock.rate() > 1.0)
        m_clock.setRate(1.0);
    // Its folder was deleted, or nobody came back for an hour: the state on disk is enough to go on later.
    if (!QFile::exists(m_folder.file(QStringLiteral("spec.json"))) || m_contact.hasExpired(3'600'000))
        Q_EMIT closeAsked();
}

Task<> WorldHost::transfer(heroku::TransferJob job, std::stop_token stop)
{
    if (job.kind != u"capture" || job.addon != QLatin1String(herokuAddon)) {
        m_heroku->finishTransfer(job.uuid, {}, 0, 0, QStringLiteral("the rehearsed world only captures the story's database"));
        co_return Ok{};
    }
    const QString file = m_folder.file(QStringLiteral("backups/%1.dump").arg(job.number));
    QDir().mkpath(m_folder.file(QStringLiteral("backups")));
    const SqlTarget source = m_source.database->target({});
    // pg_dump takes the password from memory: PGPASSFILE may be a memfd, but no pipe.
    const int password = memoryFile("pgpass", "127.0.0.1:*:*:*:" + source.password.reveal() + '\n', 0600);
    ServerProcess::Options run;
    run.program = PgCluster::binFolder() + QStringLiteral("/pg_dump");
    run.arguments = QStringList{QStringLiteral("-Fc"), QStringLiteral("--no-acl"), QStringLiteral("--no-owner"), QStringLiteral("-h"), source.host, QStringLiteral("-p"),
                                QString::number(source.port), QStringLiteral("-U"), source.role, QStringLiteral("-d"), source.database, QStringLiteral("-f"), file};
    run.extraEnvironment = QStringList{QStringLiteral("PGPASSFILE=/proc/self/fd/%1").arg(password)};
    run.workDirectory = m_folder.path();
    run.logFile = m_folder.file(QStringLiteral("backups/pg_dump.log"));
    run.keepOpen = password;
    ServerProcess dump;
    const auto started = dump.start(run);
    ::close(password);
    QString failure;
    if (started) {
        auto ended = co_await dump.finish(Milliseconds(120'000), stop);
        SY_CO_ALIVE(stop);
        failure = ended ? QString() : ended.error().detail;
    } else {
        failure = started.error().detail;
    }
    const qint64 bytes = QFileInfo(file).size();
    m_heroku->progressTransfer(job.uuid, bytes);
    m_heroku->finishTransfer(job.uuid, failure.isEmpty() ? file : QString(), bytes, 0, failure);
    co_return Ok{};
}

void WorldHost::refreshFacts()
{
    // From beside the database: a session in it would be seen by whoever proves that nobody writes.
    const SqlTarget server = m_source.database->adminTarget(QStringLiteral("postgres"));
    const QByteArray name = m_source.database->target({}).database.toUtf8();
    QPointer<WorldHost> self(this);
    m_rogue.post([server, name, self](std::stop_token) {
        Sql sql;
        if (!sql.open(server))
            return;
        const auto rows = sql.run("SELECT pg_database_size($1::name),14,(SELECT count(*) FROM pg_stat_activity WHERE datname=$1::name),"
                                  "split_part(current_setting('server_version'),' ',1)", {name});
        if (!rows || rows->isEmpty())
            return;
        const QJsonObject facts{{QStringLiteral("num_bytes"), rows->at(0, 0).toLongLong()}, {QStringLiteral("num_tables"), rows->at(0, 1).toInt()},
                                {QStringLiteral("connections"), rows->at(0, 2).toInt()}, {QStringLiteral("version"), QString::fromUtf8(rows->at(0, 3))}};
        QMetaObject::invokeMethod(
            QCoreApplication::instance(),
            [self, facts] {
                if (self)
                    self->m_heroku->setDatabaseInfo(QLatin1String(herokuAddon), facts);
            },
            Qt::QueuedConnection);
    });
}

} // namespace switchyard::world
