// Config vars, releases and domains.
#include "providers/heroku/simulator/Platform.h"

#include <QRandomGenerator>

namespace switchyard::heroku {

using namespace Qt::StringLiterals;

namespace {

QString freshDnsName(const QString& suffix)
{
    static const QStringList adjectives{u"cryptic"_s, u"secure"_s, u"shallow"_s, u"peaceful"_s, u"rugged"_s, u"sleepy"_s};
    static const QStringList nouns{u"elm"_s, u"harbor"_s, u"meadow"_s, u"ravine"_s, u"spruce"_s, u"tundra"_s};
    auto* random = QRandomGenerator::global();
    return u"%1-%2-%3.%4"_s.arg(adjectives.at(random->bounded(adjectives.size())), nouns.at(random->bounded(nouns.size())), newId().left(12), suffix);
}

} // namespace

// ---- config vars ------------------------------------------------------------------------------------------------------

QJsonObject Platform::attachmentValues(const App& app) const
{
    QJsonObject values;
    for (const QJsonObject& attachment : m_attachments) {
        if (attachment[u"app"_s][u"id"_s] != app.doc[u"id"_s])
            continue;
        const QJsonObject* addon = findAddon(attachment[u"addon"_s][u"id"_s].toString());
        if (addon && addon->contains(u"_url"_s) && !addon->value(u"_url"_s).toString().isEmpty())
            values[attachment[u"name"_s].toString() + u"_URL"_s] = addon->value(u"_url"_s);
    }
    return values;
}

/// What the newest release wants, which a running release command may still hold back.
QJsonObject Platform::wanted(const App& app) const
{
    return app.releases.isEmpty() ? app.config : app.releases.last()[u"_config"_s].toObject();
}

QJsonObject Platform::configVars(const QString& app) const
{
    const App* a = find(app);
    if (!a)
        return {};
    QJsonObject all = a->config;
    const QJsonObject owned = attachmentValues(*a);
    for (auto it = owned.begin(); it != owned.end(); ++it)
        all[it.key()] = it.value();
    return all;
}

Answer Platform::showConfig(const QString& app) const
{
    return {200, configVars(app), {}};
}

Answer Platform::changeConfig(const QString& app, const QJsonObject& body)
{
    App& a = *find(app);
    const QJsonObject owned = attachmentValues(a);
    QJsonObject config = wanted(a);
    QStringList set, removed;
    for (auto it = body.begin(); it != body.end(); ++it) {
        const bool ownedName = std::any_of(m_attachments.begin(), m_attachments.end(), [&](const QJsonObject& attachment) {
            return attachment[u"app"_s][u"id"_s] == a.doc[u"id"_s] && attachment[u"name"_s].toString() + u"_URL"_s == it.key();
        });
        if (ownedName || owned.contains(it.key()))
            return Answer::error(422, u"invalid_params"_s, u"Cannot overwrite attachment values %1."_s.arg(it.key()));
        if (!it.value().isNull() && !it.value().isString())
            return Answer::error(422, u"invalid_params"_s, u"Config vars must be strings: %1."_s.arg(it.key()));
        if (it.value().isNull()) {
            if (config.contains(it.key()))
                removed.append(it.key());
            config.remove(it.key());
        } else if (config.value(it.key()) != it.value()) {
            config[it.key()] = it.value();
            set.append(it.key());
        }
    }
    if (set.isEmpty() && removed.isEmpty())
        return showConfig(app);
    QStringList parts;
    if (!set.isEmpty())
        parts.append(u"Set %1 config vars"_s.arg(set.join(u", "_s)));
    if (!removed.isEmpty())
        parts.append(u"Remove %1 config vars"_s.arg(removed.join(u", "_s)));
    release(a, parts.join(u"; "_s), config);
    return showConfig(app);
}

Answer Platform::configAt(const QString& app, const QString& which) const
{
    for (const QJsonObject& entry : find(app)->releases) {
        if (entry[u"id"_s].toString() != which && entry[u"version"_s].toInt() != which.mid(which.startsWith(u'v') ? 1 : 0).toInt())
            continue;
        QJsonObject all = entry[u"_config"_s].toObject();
        const QJsonObject owned = attachmentValues(*find(app));
        for (auto it = owned.begin(); it != owned.end(); ++it)
            all[it.key()] = it.value();
        return {200, all, {}};
    }
    return Answer::error(404, u"not_found"_s, u"Couldn't find that release."_s);
}

// ---- releases ---------------------------------------------------------------------------------------------------------

QJsonObject& Platform::release(App& app, const QString& description, const QJsonObject& config)
{
    const bool command = std::any_of(app.formation.begin(), app.formation.end(), [](const QJsonObject& p) { return p[u"type"_s].toString() == u"release"_s; });
    QJsonObject entry = app.releases.isEmpty() ? QJsonObject{} : app.releases.last();
    const int version = entry[u"version"_s].toInt() + 1;
    const QString at = stamp();
    entry[u"id"_s] = newId();
    entry[u"version"_s] = version;
    entry[u"description"_s] = description;
    entry[u"status"_s] = command ? u"pending"_s : u"succeeded"_s;
    entry[u"current"_s] = false;
    entry[u"created_at"_s] = at;
    entry[u"updated_at"_s] = at;
    entry[u"_config"_s] = config;
    app.releases.append(entry);
    QJsonObject& placed = app.releases.last();
    appendLog(app.doc[u"name"_s].toString(), u"app"_s, u"api"_s, u"Release v%1 created by user %2"_s.arg(version).arg(m_account[u"email"_s].toString()));
    if (command)
        m_agenda.in(Seconds(10), u"release-done"_s, {{u"app"_s, app.doc[u"id"_s]}, {u"release"_s, placed[u"id"_s]}});
    else
        releaseDone(app, placed);
    return app.releases.last();
}

void Platform::releaseDone(App& app, QJsonObject& entry)
{
    for (QJsonObject& other : app.releases)
        other[u"current"_s] = false;
    entry[u"status"_s] = u"succeeded"_s;
    entry[u"current"_s] = true;
    entry[u"updated_at"_s] = stamp();
    app.doc[u"released_at"_s] = stamp();
    app.doc[u"updated_at"_s] = stamp();
    const QJsonObject before = app.config;
    app.config = entry[u"_config"_s].toObject();
    QJsonArray keys;
    for (const QJsonObject& side : {before, app.config}) {
        for (auto it = side.begin(); it != side.end(); ++it) {
            if (before.value(it.key()) != app.config.value(it.key()) && !keys.contains(QJsonValue(it.key())))
                keys.append(it.key());
        }
    }
    const QJsonObject data{{u"app"_s, app.doc[u"name"_s]}, {u"version"_s, entry[u"version"_s]}, {u"keys"_s, keys}};
    restartDynos(app);
    happened(u"release"_s, data);
    if (!keys.isEmpty())
        happened(u"config"_s, data);
}

Answer Platform::listReleases(const QString& app) const
{
    return {200, shownAll(find(app)->releases), {}};
}

Answer Platform::showRelease(const QString& app, const QString& which) const
{
    const QList<QJsonObject>& all = find(app)->releases;
    if (which == u"current"_s && !all.isEmpty())
        return {200, shown(all.last()), {}};
    for (const QJsonObject& entry : all) {
        if (entry[u"id"_s].toString() == which || QString::number(entry[u"version"_s].toInt()) == which)
            return {200, shown(entry), {}};
    }
    return Answer::error(404, u"not_found"_s, u"Couldn't find that release."_s);
}

Answer Platform::createRelease(const QString& app, const QJsonObject& body)
{
    App& a = *find(app);
    if (const QJsonValue back = body[u"release"_s]; back.isString()) {
        for (const QJsonObject& entry : std::as_const(a.releases)) {
            if (entry[u"id"_s] != back && QString::number(entry[u"version"_s].toInt()) != back.toString())
                continue;
            // A rollback brings the old config vars back with the code.
            const QJsonObject config = entry[u"_config"_s].toObject();
            const QJsonValue slug = entry[u"slug"_s];
            QJsonObject& made = release(a, u"Rollback to v%1"_s.arg(entry[u"version"_s].toInt()), config);
            made[u"slug"_s] = slug;
            happened(u"deploy"_s, {{u"app"_s, a.doc[u"name"_s]}, {u"version"_s, made[u"version"_s]}, {u"rollback"_s, true}});
            return {201, shown(made), {}};
        }
        return Answer::error(422, u"invalid_params"_s, u"Couldn't find that release."_s);
    }
    if (!body[u"slug"_s].isString() && !body[u"oci_image"_s].isString())
        return Answer::error(422, u"invalid_params"_s, u"Require params: slug."_s);
    QJsonObject& made = release(a, body[u"description"_s].toString(u"Deploy %1"_s.arg(body[u"slug"_s].toString().left(8))), wanted(a));
    if (body[u"slug"_s].isString())
        made[u"slug"_s] = QJsonObject{{u"id"_s, body[u"slug"_s]}};
    happened(u"deploy"_s, {{u"app"_s, a.doc[u"name"_s]}, {u"version"_s, made[u"version"_s]}, {u"rollback"_s, false}});
    return {201, shown(made), {}};
}

// ---- domains ----------------------------------------------------------------------------------------------------------

Answer Platform::listDomains(const QString& app) const
{
    return {200, shownAll(find(app)->domains), {}};
}

Answer Platform::showDomain(const QString& app, const QString& which) const
{
    for (const QJsonObject& domain : find(app)->domains) {
        if (domain[u"id"_s].toString() == which || domain[u"hostname"_s].toString() == which)
            return {200, shown(domain), {}};
    }
    return Answer::error(404, u"not_found"_s, u"Couldn't find that domain name."_s);
}

Answer Platform::addDomain(const QString& app, const QJsonObject& body)
{
    App& a = *find(app);
    const QString host = body[u"hostname"_s].toString().toLower();
    if (host.isEmpty())
        return Answer::error(422, u"invalid_params"_s, u"Require params: hostname."_s);
    // The key is required even when its value is null: this surprises every client once.
    if (!body.contains(u"sni_endpoint"_s))
        return Answer::error(422, u"invalid_params"_s, u"Require params: sni_endpoint."_s);
    for (const App& other : std::as_const(m_apps)) {
        for (const QJsonObject& domain : other.domains) {
            if (domain[u"hostname"_s].toString() != host)
                continue;
            return Answer::error(422, u"invalid_params"_s,
                &other == &a ? u"Domain already added to this app."_s : u"Domain %1 is currently in use by another app."_s.arg(host));
        }
    }
    const QString at = stamp();
    const QJsonObject domain{{u"id"_s, newId()}, {u"hostname"_s, host}, {u"kind"_s, u"custom"_s}, {u"cname"_s, QJsonValue::Null}, {u"status"_s, u"pending"_s},
        {u"acm_status"_s, a.doc[u"acm"_s].toBool() ? QJsonValue(u"pending"_s) : QJsonValue(QJsonValue::Null)}, {u"acm_status_reason"_s, QJsonValue::Null},
        {u"sni_endpoint"_s, QJsonValue::Null}, {u"app"_s, ref(a)}, {u"created_at"_s, at}, {u"updated_at"_s, at}};
    a.domains.append(domain);
    m_agenda.in(Seconds(4), u"domain-ready"_s, {{u"app"_s, a.doc[u"id"_s]}, {u"domain"_s, domain[u"id"_s]}, {u"cname"_s, freshDnsName(m_dnsSuffix)}});
    if (a.doc[u"acm"_s].toBool())
        m_agenda.in(Seconds(10), u"certificate"_s, {{u"app"_s, a.doc[u"id"_s]}, {u"domain"_s, domain[u"id"_s]}});
    happened(u"domain"_s, {{u"app"_s, a.doc[u"name"_s]}, {u"host"_s, host}, {u"change"_s, u"added"_s}});
    return {201, domain, {}};
}

Answer Platform::updateDomain(const QString& app, const QString& which, const QJsonObject& body)
{
    if (!body.contains(u"sni_endpoint"_s))
        return Answer::error(422, u"invalid_params"_s, u"Require params: sni_endpoint."_s);
    for (QJsonObject& domain : find(app)->domains) {
        if (domain[u"id"_s].toString() != which && domain[u"hostname"_s].toString() != which)
            continue;
        domain[u"sni_endpoint"_s] = body[u"sni_endpoint"_s].isString() ? QJsonValue(QJsonObject{{u"id"_s, newId()}, {u"name"_s, body[u"sni_endpoint"_s]}})
                                                                        : QJsonValue(QJsonValue::Null);
        domain[u"updated_at"_s] = stamp();
    }
    return showDomain(app, which);
}

Answer Platform::removeDomain(const QString& app, const QString& which)
{
    App& a = *find(app);
    for (qsizetype i = 0; i < a.domains.size(); ++i) {
        const QJsonObject domain = a.domains.at(i);
        if (domain[u"id"_s].toString() != which && domain[u"hostname"_s].toString() != which)
            continue;
        if (domain[u"kind"_s].toString() == u"heroku"_s)
            return Answer::error(422, u"invalid_params"_s, u"The built-in domain can't be removed."_s);
        m_agenda.cancel({}, u"domain"_s, domain[u"id"_s].toString());
        a.domains.removeAt(i);
        happened(u"domain"_s, {{u"app"_s, a.doc[u"name"_s]}, {u"host"_s, domain[u"hostname"_s]}, {u"change"_s, u"removed"_s}});
        return {200, shown(domain), {}};
    }
    return Answer::error(404, u"not_found"_s, u"Couldn't find that domain name."_s);
}

/// One look at public DNS. pending -> in-progress -> verified -> cert issued; while the name points elsewhere it is `failing`, which a
/// later look mends.
void Platform::certificate(const QJsonObject& data)
{
    App* app = find(data[u"app"_s].toString());
    if (!app)
        return;
    for (QJsonObject& domain : app->domains) {
        if (domain[u"id"_s] != data[u"domain"_s])
            continue;
        const QString host = domain[u"hostname"_s].toString();
        const QString target = domain[u"cname"_s].toString();
        const bool here = !target.isEmpty() && m_hostPointsHere && m_hostPointsHere(host, target);
        const QString before = domain[u"acm_status"_s].toString();
        QString after = u"pending"_s;
        Seconds next(15);
        if (!here) {
            after = before == u"pending"_s && !target.isEmpty() && data[u"looks"_s].toInt() < 20 ? u"pending"_s : u"failing"_s;
            domain[u"acm_status_reason"_s] = after == u"failing"_s ? QJsonValue(u"CDN or DNS is not pointing to the app"_s) : QJsonValue(QJsonValue::Null);
        } else {
            domain[u"acm_status_reason"_s] = QJsonValue::Null;
            after = before == u"in-progress"_s ? u"verified"_s : before == u"verified"_s ? u"cert issued"_s : u"in-progress"_s;
        }
        domain[u"acm_status"_s] = after;
        if (after == u"cert issued"_s) {
            domain[u"sni_endpoint"_s] = QJsonObject{{u"id"_s, newId()}, {u"name"_s, u"acm-"_s + newId().left(6)}};
            domain[u"updated_at"_s] = stamp();
            happened(u"domain"_s, {{u"app"_s, app->doc[u"name"_s]}, {u"host"_s, host}, {u"change"_s, u"certificate"_s}, {u"target"_s, target}});
            return;
        }
        QJsonObject again = data;
        again[u"looks"_s] = data[u"looks"_s].toInt() + 1;
        m_agenda.in(next, u"certificate"_s, again);
        return;
    }
}

Answer Platform::listSniEndpoints(const QString& app) const
{
    const App& a = *find(app);
    QJsonArray all;
    for (const QJsonObject& domain : a.domains) {
        const QJsonObject endpoint = domain[u"sni_endpoint"_s].toObject();
        if (endpoint.isEmpty())
            continue;
        const QJsonArray hosts{domain[u"hostname"_s]};
        const TimePoint issued = fromIsoUtc(domain[u"updated_at"_s].toString());
        all.append(QJsonObject{{u"id"_s, endpoint[u"id"_s]}, {u"name"_s, endpoint[u"name"_s]}, {u"display_name"_s, QJsonValue::Null}, {u"app"_s, ref(a)},
            {u"domains"_s, hosts}, {u"created_at"_s, domain[u"created_at"_s]}, {u"updated_at"_s, domain[u"updated_at"_s]},
            {u"ssl_cert"_s, QJsonObject{{u"id"_s, endpoint[u"id"_s]}, {u"acm"_s, true}, {u"ca_signed?"_s, true}, {u"self_signed?"_s, false},
                {u"cert_domains"_s, hosts}, {u"starts_at"_s, domain[u"updated_at"_s]}, {u"expires_at"_s, isoUtc(issued + std::chrono::hours(24 * 90))},
                {u"issuer"_s, u"/C=US/O=Let's Encrypt/CN=R11"_s}, {u"subject"_s, u"/CN="_s + domain[u"hostname"_s].toString()}}}});
    }
    return {200, all, {}};
}

} // namespace switchyard::heroku
