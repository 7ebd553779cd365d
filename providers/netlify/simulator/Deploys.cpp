// Deploys by digest: the list of sums, the uploads, the states until ready, what is published, locks and builds.
#include "providers/netlify/simulator/Simulator.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QSaveFile>

#include <algorithm>

namespace switchyard::netlify {

using namespace Qt::StringLiterals;

namespace {

QString sha1(const QByteArray& content)
{
    return QString::fromLatin1(QCryptographicHash::hash(content, QCryptographicHash::Sha1).toHex());
}

/// Paths come with and without a leading slash.
QString rooted(const QString& path)
{
    return path.startsWith(u'/') ? path : u'/' + path;
}

bool ended(const QJsonObject& deploy)
{
    const QString state = deploy[u"state"_s].toString();
    return state == u"ready"_s || state == u"error"_s;
}

} // namespace

// ---- content ----------------------------------------------------------------------------------------------------------

void Simulator::store(const QString& sha, const QByteArray& content)
{
    if (folder().isEmpty()) {
        m_blobs[sha] = content;
        return;
    }
    QDir(folder()).mkpath(u"blobs"_s);
    QSaveFile file(folder() + u"/blobs/"_s + sha);
    if (file.open(QIODevice::WriteOnly)) {
        file.write(content);
        file.commit();
    }
}

bool Simulator::hasBlob(const QString& sha) const
{
    return folder().isEmpty() ? m_blobs.contains(sha) : QFile::exists(folder() + u"/blobs/"_s + sha);
}

std::optional<QByteArray> Simulator::blob(const QString& sha) const
{
    if (folder().isEmpty()) {
        const auto found = m_blobs.constFind(sha);
        return found == m_blobs.constEnd() ? std::nullopt : std::optional(*found);
    }
    QFile file(folder() + u"/blobs/"_s + sha);
    if (!file.open(QIODevice::ReadOnly))
        return std::nullopt;
    return file.readAll();
}

// ---- states -----------------------------------------------------------------------------------------------------------

QJsonObject Simulator::deployShown(const QJsonObject& deploy)
{
    QJsonObject copy;
    for (auto it = deploy.begin(); it != deploy.end(); ++it) {
        if (!it.key().startsWith(u'_'))
            copy.insert(it.key(), it.value());
    }
    return copy;
}

QString Simulator::makeDeploy(const QJsonObject& site, const QString& title, const QString& branch, bool draft)
{
    const QString id = simulator::randomHexId(24);
    const QString host = target(site[u"name"_s].toString());
    QJsonObject deploy{{u"id"_s, id}, {u"site_id"_s, site[u"id"_s]}, {u"user_id"_s, m_user[u"id"_s]}, {u"name"_s, site[u"name"_s]}, {u"state"_s, u"new"_s},
        {u"context"_s, branch.isEmpty() || branch == u"main"_s ? u"production"_s : u"branch-deploy"_s}, {u"branch"_s, branch.isEmpty() ? u"main"_s : branch},
        {u"commit_ref"_s, QJsonValue::Null}, {u"title"_s, title.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(title)}, {u"url"_s, u"http://"_s + host},
        {u"ssl_url"_s, u"https://"_s + host}, {u"deploy_url"_s, u"http://%1--%2"_s.arg(id, host)}, {u"deploy_ssl_url"_s, u"https://%1--%2"_s.arg(id, host)},
        {u"admin_url"_s, site[u"admin_url"_s]}, {u"error_message"_s, QJsonValue::Null}, {u"required"_s, QJsonArray{}}, {u"required_functions"_s, QJsonArray{}},
        {u"published_at"_s, QJsonValue::Null}, {u"created_at"_s, stamp()}, {u"updated_at"_s, stamp()}, {u"locked"_s, false}, {u"draft"_s, draft}, {u"skipped"_s, false},
        {u"_files"_s, QJsonObject{}}, {u"_log"_s, QJsonArray{}}};
    m_deploys.append(deploy);
    return id;
}

void Simulator::later(const QJsonObject& deploy, Seconds delay, const QString& state)
{
    m_agenda.in(delay, u"state"_s, {{u"deploy"_s, deploy[u"id"_s]}, {u"state"_s, state}});
}

void Simulator::setState(QJsonObject& deploy, const QString& state)
{
    if (ended(deploy))
        return;
    deploy[u"state"_s] = state;
    deploy[u"updated_at"_s] = stamp();
    QJsonArray log = deploy[u"_log"_s].toArray();
    log.append(QJsonObject{{u"ts"_s, stamp()}, {u"message"_s, u"Deploy is now %1"_s.arg(state)}, {u"level"_s, u"info"_s}, {u"section"_s, u"deploying"_s}});
    deploy[u"_log"_s] = log;
    QJsonObject* site = findSite(deploy[u"site_id"_s].toString());
    if (state == u"prepared"_s && deploy[u"required"_s].toArray().isEmpty())
        return process(deploy);
    if (state == u"building"_s && site) {
        // The variables of this moment go into the files; a later change needs another build.
        Files files;
        const QString name = site->value(u"name"_s).toString();
        QJsonObject sums;
        if (m_builder) {
            files = m_builder(name, environment(name));
        } else if (const QJsonObject* published = findDeploy(site->value(u"_published"_s).toString())) {
            sums = published->value(u"_files"_s).toObject();
        }
        for (auto it = files.begin(); it != files.end(); ++it) {
            store(sha1(it.value()), it.value());
            sums[rooted(it.key())] = sha1(it.value());
        }
        deploy[u"_files"_s] = sums;
        later(deploy, Seconds(30), u"processing"_s);
    }
    if (state == u"enqueued"_s)
        later(deploy, Seconds(2), u"building"_s);
    if (state == u"uploaded"_s)
        later(deploy, Seconds(1), u"processing"_s);
    if (state == u"processing"_s)
        later(deploy, Seconds(3), fault(u"deploy-fail"_s) ? u"error"_s : u"ready"_s);
    if (state == u"error"_s && deploy[u"error_message"_s].isNull())
        deploy[u"error_message"_s] = u"Failed during stage 'processing'"_s;
    bool published = false;
    if (state == u"ready"_s && site && !deploy[u"draft"_s].toBool() && deploy[u"context"_s].toString() == u"production"_s) {
        const QJsonObject* live = findDeploy(site->value(u"_published"_s).toString());
        published = !live || !live->value(u"locked"_s).toBool(); // a lock keeps the live deploy live
        if (published)
            return publishDeploy(*site, deploy);
    }
    happened(u"deploy"_s, {{u"site"_s, deploy[u"name"_s]}, {u"deployId"_s, deploy[u"id"_s]}, {u"state"_s, state}, {u"published"_s, false}, {u"title"_s, deploy[u"title"_s]},
        {u"files"_s, deploy[u"_files"_s]}});
}

void Simulator::process(QJsonObject& deploy)
{
    setState(deploy, u"uploaded"_s);
}

void Simulator::publishDeploy(QJsonObject& site, QJsonObject& deploy)
{
    QJsonArray history = site[u"_history"_s].toArray();
    history.append(deploy[u"id"_s]);
    site[u"_history"_s] = history;
    site[u"_published"_s] = deploy[u"id"_s];
    site[u"updated_at"_s] = stamp();
    deploy[u"published_at"_s] = stamp();
    happened(u"deploy"_s, {{u"site"_s, site[u"name"_s]}, {u"deployId"_s, deploy[u"id"_s]}, {u"state"_s, u"ready"_s}, {u"published"_s, true}, {u"title"_s, deploy[u"title"_s]},
        {u"files"_s, deploy[u"_files"_s]}});
}

QString Simulator::publish(const QString& name, const Files& files, const QString& title)
{
    QJsonObject* site = findSite(name);
    if (!site)
        return {};
    const QString id = makeDeploy(*site, title, {}, false);
    QJsonObject& deploy = *findDeploy(id);
    QJsonObject sums;
    for (auto it = files.begin(); it != files.end(); ++it) {
        store(sha1(it.value()), it.value());
        sums[rooted(it.key())] = sha1(it.value());
    }
    deploy[u"_files"_s] = sums;
    deploy[u"state"_s] = u"ready"_s;
    publishDeploy(*site, deploy);
    return id;
}

QString Simulator::startBuild(const QJsonObject& site, const QString& title)
{
    const QString id = makeDeploy(site, title, {}, false);
    QJsonObject& deploy = *findDeploy(id);
    deploy[u"build_id"_s] = simulator::randomHexId(24);
    setState(deploy, u"enqueued"_s);
    return id;
}

// ---- digest deploys ---------------------------------------------------------------------------------------------------

Simulator::Response Simulator::takeFiles(QJsonObject& deploy, const QJsonObject& body)
{
    if (ended(deploy))
        return refuse(422, u"The deploy has ended already"_s);
    if (body.contains(u"draft"_s))
        deploy[u"draft"_s] = body[u"draft"_s].toBool();
    if (body[u"title"_s].isString())
        deploy[u"title"_s] = body[u"title"_s];
    if (!body[u"files"_s].isObject())
        return Response::json(200, deployShown(deploy));
    QJsonObject sums;
    QJsonArray required;
    const QJsonObject files = body[u"files"_s].toObject();
    for (auto it = files.begin(); it != files.end(); ++it) {
        const QString sha = it.value().toString();
        if (sha.size() != 40)
            return refuse(422, u"%1 has no SHA-1 digest"_s.arg(it.key()));
        sums[rooted(it.key())] = sha;
        if (!hasBlob(sha) && !required.contains(QJsonValue(sha)))
            required.append(sha);
    }
    deploy[u"_files"_s] = sums;
    deploy[u"required"_s] = required;
    // Asynchronous deploys answer before the difference is known.
    if (body[u"async"_s].toBool()) {
        setState(deploy, u"preparing"_s);
        later(deploy, Seconds(1), u"prepared"_s);
        QJsonObject early = deployShown(deploy);
        early[u"required"_s] = QJsonArray{};
        return Response::json(200, early);
    }
    if (required.isEmpty())
        process(deploy);
    else
        setState(deploy, u"uploading"_s);
    return Response::json(200, deployShown(deploy));
}

Simulator::Response Simulator::upload(QJsonObject& deploy, const QString& path, const QByteArray& content)
{
    const QJsonObject files = deploy[u"_files"_s].toObject();
    const QString name = rooted(path);
    if (!files.contains(name))
        return refuse(404, u"%1 is not part of this deploy"_s.arg(name));
    const QString sha = sha1(content);
    if (files[name].toString() != sha)
        return refuse(422, u"The digest of %1 doesn't match"_s.arg(name));
    store(sha, content);
    QJsonArray required;
    const QJsonArray before = deploy[u"required"_s].toArray();
    for (const QJsonValue& missing : before) {
        if (missing.toString() != sha)
            required.append(missing);
    }
    deploy[u"required"_s] = required;
    if (required.isEmpty() && !before.isEmpty())
        process(deploy);
    else if (deploy[u"state"_s].toString() == u"prepared"_s)
        setState(deploy, u"uploading"_s);
    return Response::json(200, QJsonObject{{u"id"_s, name}, {u"path"_s, name}, {u"sha"_s, sha}, {u"size"_s, content.size()}, {u"mime_type"_s, u"application/octet-stream"_s}});
}

void Simulator::onDeploy(const char* method, const QString& pattern, std::function<Response(const Request&, QJsonObject&)> endpoint)
{
    const auto handler = [this, endpoint = std::move(endpoint)](const Request& r) {
        QJsonObject* deploy = findDeploy(r.param(u"deploy"_s));
        const QJsonObject* site = r.param(u"site"_s).isEmpty() ? nullptr : findSite(r.param(u"site"_s));
        if (!deploy || (!r.param(u"site"_s).isEmpty() && (!site || site->value(u"id"_s) != deploy->value(u"site_id"_s))))
            return refuse(404, u"Not Found"_s);
        Response response = endpoint(r, *deploy);
        if (r.method != "GET")
            changed();
        return response;
    };
    router().route(method, u"/api/v1/deploys/{deploy}"_s + pattern, handler);
    router().route(method, u"/api/v1/sites/{site}/deploys/{deploy}"_s + pattern, handler);
}

void Simulator::addDeployRoutes()
{
    onSite("GET", u"/deploys"_s, [this](const Request& r, QJsonObject& site) {
        QJsonArray newestFirst;
        for (const QJsonObject& deploy : std::as_const(m_deploys)) {
            const auto fits = [&](const QString& key) {
                const QString asked = r.queryValue(key);
                return asked.isEmpty() || asked == deploy[key].toString();
            };
            if (deploy[u"site_id"_s] != site[u"id"_s] || !fits(u"state"_s) || !fits(u"branch"_s))
                continue;
            if (r.queryValue(u"production"_s) == u"true"_s && deploy[u"context"_s].toString() != u"production"_s)
                continue;
            if (r.queryValue(u"latest-published"_s) == u"true"_s && deploy[u"id"_s] != site[u"_published"_s])
                continue;
            newestFirst.prepend(deployShown(deploy));
        }
        return page(r, newestFirst);
    });
    onSite("POST", u"/deploys"_s, [this](const Request& r, QJsonObject& site) {
        const QJsonObject body = r.json().toObject();
        const QString title = r.queryValue(u"title"_s).isEmpty() ? body[u"title"_s].toString() : r.queryValue(u"title"_s);
        const QString branch = r.queryValue(u"branch"_s).isEmpty() ? body[u"branch"_s].toString() : r.queryValue(u"branch"_s);
        const QString id = makeDeploy(site, title, branch, body[u"draft"_s].toBool());
        return takeFiles(*findDeploy(id), body);
    });
    onDeploy("GET", {}, [](const Request&, QJsonObject& deploy) { return Response::json(200, deployShown(deploy)); });
    onDeploy("PUT", {}, [this](const Request& r, QJsonObject& deploy) { return takeFiles(deploy, r.json().toObject()); });
    onDeploy("DELETE", {}, [this](const Request&, QJsonObject& deploy) {
        const QString id = deploy[u"id"_s].toString();
        if (publishedDeploy(deploy[u"site_id"_s].toString()) == id)
            return refuse(422, u"The published deploy can't be deleted"_s);
        m_deploys.removeIf([&id](const QJsonObject& other) { return other[u"id"_s].toString() == id; });
        return Response::empty(204);
    });
    onDeploy("PUT", u"/files/{path*}"_s, [this](const Request& r, QJsonObject& deploy) { return upload(deploy, r.param(u"path"_s), r.body); });
    onDeploy("GET", u"/log"_s, [](const Request&, QJsonObject& deploy) { return Response::json(200, deploy[u"_log"_s].toArray()); });
    onDeploy("POST", u"/cancel"_s, [this](const Request&, QJsonObject& deploy) {
        if (ended(deploy))
            return refuse(422, u"The deploy has ended already"_s);
        m_agenda.cancel(u"state"_s, u"deploy"_s, deploy[u"id"_s].toString());
        deploy[u"error_message"_s] = u"Canceled build"_s;
        setState(deploy, u"error"_s);
        return Response::json(201, deployShown(deploy));
    });
    for (const bool lock : {true, false}) {
        onDeploy("POST", lock ? u"/lock"_s : u"/unlock"_s, [this, lock](const Request&, QJsonObject& deploy) {
            deploy[u"locked"_s] = lock;
            happened(u"lock"_s, {{u"site"_s, deploy[u"name"_s]}, {u"deployId"_s, deploy[u"id"_s]}, {u"locked"_s, lock}});
            return Response::json(200, deployShown(deploy));
        });
    }
    onDeploy("POST", u"/restore"_s, [this](const Request&, QJsonObject& deploy) {
        if (deploy[u"state"_s].toString() != u"ready"_s)
            return refuse(422, u"Only a deploy that is ready can be published"_s);
        publishDeploy(*findSite(deploy[u"site_id"_s].toString()), deploy);
        return Response::json(201, deployShown(deploy));
    });
    onSite("PUT", u"/rollback"_s, [this](const Request&, QJsonObject& site) {
        const QJsonArray history = site[u"_history"_s].toArray();
        for (qsizetype i = history.size(); i-- > 0;) {
            QJsonObject* deploy = findDeploy(history.at(i).toString());
            if (!deploy || history.at(i) == site[u"_published"_s])
                continue;
            publishDeploy(site, *deploy);
            return Response::empty(204);
        }
        return refuse(422, u"There is no earlier deploy"_s);
    });
    onSite("POST", u"/builds"_s, [this](const Request& r, QJsonObject& site) {
        if (site[u"build_settings"_s][u"stop_builds"_s].toBool())
            return refuse(422, u"Builds are stopped for this site"_s);
        const QString id = startBuild(site, r.queryValue(u"title"_s).isEmpty() ? r.json()[u"title"_s].toString() : r.queryValue(u"title"_s));
        return Response::json(200, QJsonObject{{u"id"_s, findDeploy(id)->value(u"build_id"_s)}, {u"deploy_id"_s, id}, {u"sha"_s, QJsonValue::Null}, {u"done"_s, false},
            {u"error"_s, QJsonValue::Null}, {u"created_at"_s, stamp()}});
    });
    onSite("GET", u"/build_hooks"_s, [this](const Request& r, QJsonObject& site) {
        QJsonArray all;
        for (const QJsonObject& hook : std::as_const(m_hooks)) {
            if (hook[u"site_id"_s] == site[u"id"_s])
                all.append(hook);
        }
        return page(r, all);
    });
    onSite("POST", u"/build_hooks"_s, [this](const Request& r, QJsonObject& site) {
        const QString id = simulator::randomHexId(24);
        const QJsonObject hook{{u"id"_s, id}, {u"title"_s, r.json()[u"title"_s]}, {u"branch"_s, r.json()[u"branch"_s].toString(u"main"_s)}, {u"site_id"_s, site[u"id"_s]},
            {u"created_at"_s, stamp()}, {u"url"_s, u"http://%1/build_hooks/%2"_s.arg(QString::fromLatin1(r.header("Host")), id)}};
        m_hooks.append(hook);
        return Response::json(201, hook);
    });
    router().route("POST", u"/build_hooks/{hook}"_s, [this](const Request& r) {
        for (const QJsonObject& hook : std::as_const(m_hooks)) {
            if (hook[u"id"_s].toString() != r.param(u"hook"_s))
                continue;
            startBuild(*findSite(hook[u"site_id"_s].toString()), r.queryValue(u"trigger_title"_s));
            changed();
            return Response::empty(200);
        }
        return refuse(404, u"Not Found"_s);
    });
}

} // namespace switchyard::netlify
