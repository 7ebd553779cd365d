#include "providers/heroku/simulator/Platform.h"

#include <QRandomGenerator>
#include <QUuid>

namespace switchyard::heroku {

using namespace Qt::StringLiterals;

Answer Answer::error(int status, const QString& id, const QString& message)
{
    return {status, QJsonObject{{u"id"_s, id}, {u"message"_s, message}}, {}};
}

QString newId()
{
    return QUuid::createUuid().toString(QUuid::WithoutBraces);
}

QJsonObject shown(const QJsonObject& object)
{
    QJsonObject copy;
    for (auto it = object.begin(); it != object.end(); ++it) {
        if (!it.key().startsWith(u'_'))
            copy.insert(it.key(), it.value());
    }
    return copy;
}

QJsonArray shownAll(const QList<QJsonObject>& objects)
{
    QJsonArray all;
    for (const QJsonObject& object : objects)
        all.append(shown(object));
    return all;
}

Platform::Platform(Clock* clock)
    : m_agenda(clock, [this](const QString& what, const QJsonObject& data) { run(what, data); })
{
}

Platform::~Platform() = default;

QString Platform::stamp() const
{
    return isoUtc(now()).left(19) + u'Z';
}

/// The data host writes "2019-08-09 21:28:21 +0000", not ISO.
QString Platform::dataStamp() const
{
    return isoUtc(now()).left(19).replace(u'T', u' ') + u" +0000"_s;
}

// ---- loading, saving -------------------------------------------------------------------------------------------------

void Platform::loadState(const QJsonObject& description)
{
    m_agenda.restore({});
    m_apps.clear();
    m_addons.clear();
    m_attachments.clear();
    m_transfers.clear();
    m_schedules.clear();
    m_sessions.clear();
    m_signatures = {};
    m_dnsSuffix = description[u"dnsSuffix"_s].toString(u"herokudns.com"_s);
    m_webSuffix = description[u"webSuffix"_s].toString(u"herokuapp.com"_s);
    m_tokens.clear();
    for (const QJsonValue& token : description[u"tokens"_s].toArray())
        m_tokens.append(token.toString());
    const QString email = description[u"email"_s].toString(u"operator@example.test"_s);
    const QString old = isoUtc(now() - std::chrono::hours(24 * 400)).left(19) + u'Z';
    m_account = QJsonObject{{u"id"_s, newId()}, {u"email"_s, email}, {u"name"_s, description[u"name"_s].toString(u"Operator"_s)},
        {u"verified"_s, true}, {u"allow_tracking"_s, false}, {u"beta"_s, false}, {u"two_factor_authentication"_s, false},
        {u"federated"_s, false}, {u"sms_number"_s, QJsonValue::Null}, {u"suspended_at"_s, QJsonValue::Null},
        {u"delinquent_at"_s, QJsonValue::Null}, {u"last_login"_s, stamp()}, {u"created_at"_s, old}, {u"updated_at"_s, old},
        {u"default_team"_s, QJsonValue::Null}, {u"default_organization"_s, QJsonValue::Null}, {u"identity_provider"_s, QJsonValue::Null},
        {u"country_of_residence"_s, QJsonValue::Null}};

    for (const QJsonValue& value : description[u"apps"_s].toArray()) {
        const QJsonObject from = value.toObject();
        const QString name = from[u"name"_s].toString();
        const QString region = from[u"region"_s].toString(u"eu"_s);
        const QString stack = from[u"stack"_s].toString(u"heroku-24"_s);
        App app;
        app.doc = QJsonObject{{u"id"_s, newId()}, {u"name"_s, name}, {u"maintenance"_s, from[u"maintenance"_s].toBool()},
            {u"acm"_s, from[u"acm"_s].toBool(true)}, {u"archived_at"_s, QJsonValue::Null},
            {u"stack"_s, QJsonObject{{u"id"_s, newId()}, {u"name"_s, stack}}}, {u"build_stack"_s, QJsonObject{{u"id"_s, newId()}, {u"name"_s, stack}}},
            {u"buildpack_provided_description"_s, u"Python"_s}, {u"git_url"_s, u"https://git.heroku.com/%1.git"_s.arg(name)},
            {u"web_url"_s, u"https://%1.%2/"_s.arg(name, m_webSuffix)}, {u"region"_s, QJsonObject{{u"id"_s, newId()}, {u"name"_s, region}}},
            {u"owner"_s, QJsonObject{{u"id"_s, m_account[u"id"_s]}, {u"email"_s, email}}}, {u"team"_s, QJsonValue::Null},
            {u"organization"_s, QJsonValue::Null}, {u"space"_s, QJsonValue::Null}, {u"internal_routing"_s, QJsonValue::Null},
            {u"repo_size"_s, 18'400'000}, {u"slug_size"_s, 94'200'000}, {u"generation"_s, QJsonObject{{u"id"_s, QUuid::createUuidV5(QUuid(), u"cedar"_s).toString(QUuid::WithoutBraces)}, {u"name"_s, u"cedar"_s}}},
            {u"process_tier"_s, from[u"tier"_s].toString(u"production"_s)}, {u"released_at"_s, old}, {u"created_at"_s, old}, {u"updated_at"_s, old},
            {u"_forbidden"_s, from[u"forbidden"_s].toBool()}};
        const QJsonObject me = ref(app);
        app.config = from[u"config"_s].toObject();
        const int version = std::max(1, from[u"release"_s].toInt(1));
        const int first = std::max(1, version - 4);
        for (int v = first; v <= version; ++v) {
            app.releases.append(QJsonObject{{u"id"_s, newId()}, {u"version"_s, v}, {u"status"_s, u"succeeded"_s}, {u"current"_s, v == version},
                {u"description"_s, u"Deploy %1"_s.arg(newId().left(8))}, {u"app"_s, me}, {u"slug"_s, QJsonObject{{u"id"_s, newId()}}},
                {u"oci_image"_s, QJsonValue::Null}, {u"addon_plan_names"_s, QJsonArray{}}, {u"artifacts"_s, QJsonArray{}},
                {u"user"_s, QJsonObject{{u"id"_s, m_account[u"id"_s]}, {u"email"_s, email}}}, {u"output_stream_url"_s, QJsonValue::Null},
                {u"eligible_for_rollback"_s, true}, {u"created_at"_s, old}, {u"updated_at"_s, old}, {u"_config"_s, app.config}});
        }
        for (const QJsonValue& type : from[u"formation"_s].toArray()) {
            const QJsonObject process = type.toObject();
            const QString size = process[u"size"_s].toString(u"Standard-1X"_s);
            app.formation.append(QJsonObject{{u"id"_s, newId()}, {u"type"_s, process[u"type"_s]}, {u"command"_s, process[u"command"_s]},
                {u"quantity"_s, process[u"quantity"_s].toInt()}, {u"size"_s, size},
                {u"dyno_size"_s, QJsonObject{{u"id"_s, newId()}, {u"name"_s, size}}}, {u"app"_s, me}, {u"created_at"_s, old}, {u"updated_at"_s, old}});
        }
        app.domains.append(QJsonObject{{u"id"_s, newId()}, {u"hostname"_s, u"%1.%2"_s.arg(name, m_webSuffix)}, {u"kind"_s, u"heroku"_s},
            {u"cname"_s, QJsonValue::Null}, {u"status"_s, u"none"_s}, {u"acm_status"_s, QJsonValue::Null}, {u"acm_status_reason"_s, QJsonValue::Null},
            {u"sni_endpoint"_s, QJsonValue::Null}, {u"app"_s, me}, {u"created_at"_s, old}, {u"updated_at"_s, old}});
        for (const QJsonValue& entry : from[u"domains"_s].toArray()) {
            const QJsonObject domain = entry.toObject();
            const QString id = newId();
            app.domains.append(QJsonObject{{u"id"_s, id}, {u"hostname"_s, domain[u"hostname"_s]}, {u"kind"_s, u"custom"_s},
                {u"cname"_s, domain[u"cname"_s]}, {u"status"_s, u"succeeded"_s},
                {u"acm_status"_s, domain[u"acm_status"_s].toString(u"cert issued"_s)}, {u"acm_status_reason"_s, QJsonValue::Null},
                {u"sni_endpoint"_s, QJsonObject{{u"id"_s, newId()}, {u"name"_s, u"endpoint-"_s + id.left(6)}}}, {u"app"_s, me},
                {u"created_at"_s, old}, {u"updated_at"_s, old}});
        }
        m_apps.append(app);
        App& placed = m_apps.last();
        for (const QJsonValue& entry : from[u"addons"_s].toArray()) {
            const QJsonObject addon = entry.toObject();
            const QString plan = addon[u"plan"_s].toString();
            const QJsonObject doc{{u"id"_s, newId()}, {u"name"_s, addon[u"name"_s]}, {u"app"_s, me},
                {u"addon_service"_s, QJsonObject{{u"id"_s, newId()}, {u"name"_s, plan.section(u':', 0, 0)}}},
                {u"plan"_s, QJsonObject{{u"id"_s, newId()}, {u"name"_s, plan}}}, {u"state"_s, u"provisioned"_s}, {u"provider_id"_s, newId()},
                {u"billing_entity"_s, QJsonObject{{u"id"_s, me[u"id"_s]}, {u"name"_s, name}, {u"type"_s, u"app"_s}}},
                {u"billed_price"_s, QJsonValue::Null}, {u"web_url"_s, QJsonValue::Null}, {u"actions"_s, QJsonArray{}}, {u"created_at"_s, old},
                {u"updated_at"_s, old}, {u"_url"_s, addon[u"url"_s].toString()}, {u"_facts"_s, addon[u"facts"_s].toObject()}};
            m_addons.append(doc);
            for (const QJsonValue& as : addon[u"attachments"_s].toArray())
                m_attachments.append(makeAttachment(placed, doc, as.toString()));
        }
        for (const QJsonObject& process : placed.formation) {
            for (int n = 1; n <= process[u"quantity"_s].toInt(); ++n) {
                placed.dynos.append(QJsonObject{{u"id"_s, newId()}, {u"name"_s, u"%1.%2"_s.arg(process[u"type"_s].toString()).arg(n)},
                    {u"type"_s, process[u"type"_s]}, {u"state"_s, u"up"_s}, {u"size"_s, process[u"size"_s]}, {u"command"_s, process[u"command"_s]},
                    {u"release"_s, QJsonObject{{u"id"_s, placed.releases.last()[u"id"_s]}, {u"version"_s, version}}}, {u"app"_s, me},
                    {u"attach_url"_s, QJsonValue::Null}, {u"created_at"_s, old}, {u"updated_at"_s, old}});
            }
        }
    }
}

namespace {

QJsonArray toArray(const QList<QJsonObject>& list)
{
    QJsonArray all;
    for (const QJsonObject& object : list)
        all.append(object);
    return all;
}

QList<QJsonObject> toList(const QJsonValue& value)
{
    QList<QJsonObject> all;
    for (const QJsonValue& entry : value.toArray())
        all.append(entry.toObject());
    return all;
}

} // namespace

QJsonObject Platform::saveState() const
{
    QJsonArray apps;
    for (const App& app : m_apps) {
        apps.append(QJsonObject{{u"doc"_s, app.doc}, {u"config"_s, app.config}, {u"formation"_s, toArray(app.formation)},
            {u"dynos"_s, toArray(app.dynos)}, {u"domains"_s, toArray(app.domains)}, {u"releases"_s, toArray(app.releases)},
            {u"drains"_s, toArray(app.drains)}, {u"lines"_s, toArray(app.lines.mid(std::max<qsizetype>(0, app.lines.size() - 200)))}, {u"lastLine"_s, app.lastLine}});
    }
    return {{u"account"_s, m_account}, {u"tokens"_s, QJsonArray::fromStringList(m_tokens)}, {u"dnsSuffix"_s, m_dnsSuffix},
        {u"webSuffix"_s, m_webSuffix}, {u"apps"_s, apps}, {u"addons"_s, toArray(m_addons)}, {u"attachments"_s, toArray(m_attachments)},
        {u"transfers"_s, toArray(m_transfers)}, {u"schedules"_s, toArray(m_schedules)}, {u"sessions"_s, toArray(m_sessions)},
        {u"signatures"_s, m_signatures}, {u"agenda"_s, m_agenda.save()}};
}

void Platform::restoreState(const QJsonObject& saved)
{
    m_account = saved[u"account"_s].toObject();
    m_tokens = saved[u"tokens"_s].toVariant().toStringList();
    m_dnsSuffix = saved[u"dnsSuffix"_s].toString();
    m_webSuffix = saved[u"webSuffix"_s].toString();
    m_apps.clear();
    for (const QJsonValue& value : saved[u"apps"_s].toArray()) {
        const QJsonObject from = value.toObject();
        App app;
        app.doc = from[u"doc"_s].toObject();
        app.config = from[u"config"_s].toObject();
        app.formation = toList(from[u"formation"_s]);
        app.dynos = toList(from[u"dynos"_s]);
        app.domains = toList(from[u"domains"_s]);
        app.releases = toList(from[u"releases"_s]);
        app.drains = toList(from[u"drains"_s]);
        app.lines = toList(from[u"lines"_s]);
        app.lastLine = from[u"lastLine"_s].toInteger();
        m_apps.append(app);
    }
    m_addons = toList(saved[u"addons"_s]);
    m_attachments = toList(saved[u"attachments"_s]);
    m_transfers = toList(saved[u"transfers"_s]);
    m_schedules = toList(saved[u"schedules"_s]);
    m_sessions = toList(saved[u"sessions"_s]);
    m_signatures = saved[u"signatures"_s].toObject();
    m_agenda.restore(saved[u"agenda"_s].toArray());
    // A transfer that was running when the process died is begun again.
    for (const QJsonObject& transfer : std::as_const(m_transfers)) {
        if (!transfer[u"started_at"_s].isNull() && transfer[u"finished_at"_s].isNull())
            m_agenda.in(Seconds(1), u"transfer-begin"_s, {{u"uuid"_s, transfer[u"uuid"_s]}});
    }
}

// ---- look-ups -------------------------------------------------------------------------------------------------------

const Platform::App* Platform::find(const QString& app) const
{
    for (const App& candidate : m_apps) {
        if (candidate.doc[u"name"_s].toString() == app || candidate.doc[u"id"_s].toString() == app)
            return &candidate;
    }
    return nullptr;
}

Platform::App* Platform::find(const QString& app)
{
    return const_cast<App*>(std::as_const(*this).find(app));
}

QJsonObject Platform::ref(const App& app)
{
    return {{u"id"_s, app.doc[u"id"_s]}, {u"name"_s, app.doc[u"name"_s]}};
}

Platform::Access Platform::appAccess(const QString& app) const
{
    const App* a = find(app);
    if (!a)
        return Access::Unknown;
    return a->doc[u"_forbidden"_s].toBool() ? Access::Forbidden : Access::Granted;
}

bool Platform::tokenKnown(const QString& token) const
{
    return !token.isEmpty() && (m_tokens.isEmpty() || m_tokens.contains(token));
}

bool Platform::maintenance(const QString& app) const
{
    const App* a = find(app);
    return a && a->doc[u"maintenance"_s].toBool();
}

QStringList Platform::appNames() const
{
    QStringList names;
    for (const App& app : m_apps)
        names.append(app.doc[u"name"_s].toString());
    return names;
}

int Platform::runningDynos(const QString& app, const QString& type) const
{
    const App* a = find(app);
    if (!a)
        return 0;
    return static_cast<int>(std::count_if(a->dynos.begin(), a->dynos.end(), [&](const QJsonObject& dyno) {
        return dyno[u"type"_s].toString() == type && dyno[u"state"_s].toString() == u"up"_s;
    }));
}

QString Platform::domainTarget(const QString& app, const QString& host) const
{
    if (const App* a = find(app)) {
        for (const QJsonObject& domain : a->domains) {
            if (domain[u"hostname"_s].toString() == host)
                return domain[u"cname"_s].toString();
        }
    }
    return {};
}

// ---- account and apps -----------------------------------------------------------------------------------------------

Answer Platform::account() const
{
    return {200, m_account, {}};
}

Answer Platform::regions() const
{
    QJsonArray all;
    const QList<QStringList> known{{u"eu"_s, u"Ireland"_s, u"Dublin"_s, u"eu-west-1"_s}, {u"us"_s, u"United States"_s, u"Virginia"_s, u"us-east-1"_s}};
    for (const QStringList& region : known) {
        all.append(QJsonObject{{u"id"_s, QUuid::createUuidV5(QUuid(), region[0]).toString(QUuid::WithoutBraces)}, {u"name"_s, region[0]},
            {u"country"_s, region[1]}, {u"locale"_s, region[2]}, {u"description"_s, region[1]}, {u"private_capable"_s, false},
            {u"provider"_s, QJsonObject{{u"name"_s, u"amazon-web-services"_s}, {u"region"_s, region[3]}}},
            {u"created_at"_s, u"2013-01-01T00:00:00Z"_s}, {u"updated_at"_s, u"2013-01-01T00:00:00Z"_s}});
    }
    return {200, all, {}};
}

Answer Platform::stacks() const
{
    QJsonArray all;
    for (const QString& name : {u"container"_s, u"heroku-22"_s, u"heroku-24"_s}) {
        all.append(QJsonObject{{u"id"_s, QUuid::createUuidV5(QUuid(), name).toString(QUuid::WithoutBraces)}, {u"name"_s, name},
            {u"state"_s, u"public"_s}, {u"default"_s, name == u"heroku-24"_s}, {u"created_at"_s, u"2022-01-01T00:00:00Z"_s},
            {u"updated_at"_s, u"2022-01-01T00:00:00Z"_s}});
    }
    return {200, all, {}};
}

Answer Platform::listApps() const
{
    QJsonArray all;
    for (const App& app : m_apps)
        all.append(shown(app.doc));
    return {200, all, {}};
}

Answer Platform::showApp(const QString& app) const
{
    return {200, shown(find(app)->doc), {}};
}

Answer Platform::updateApp(const QString& app, const QJsonObject& body)
{
    App& a = *find(app);
    for (const QString& key : body.keys()) {
        if (key != u"maintenance"_s && key != u"name"_s && key != u"build_stack"_s)
            return Answer::error(422, u"invalid_params"_s, u"Unknown parameter: %1."_s.arg(key));
    }
    if (body.contains(u"maintenance"_s)) {
        if (!body[u"maintenance"_s].isBool())
            return Answer::error(422, u"invalid_params"_s, u"maintenance must be a boolean."_s);
        const bool on = body[u"maintenance"_s].toBool();
        const bool changed = a.doc[u"maintenance"_s].toBool() != on;
        a.doc[u"maintenance"_s] = on;
        // Only the router changes: no release is made and nothing restarts.
        if (changed)
            happened(u"maintenance"_s, {{u"app"_s, a.doc[u"name"_s]}, {u"on"_s, on}});
    }
    if (body.contains(u"name"_s)) {
        const QString name = body[u"name"_s].toString();
        const App* other = find(name);
        if (other && other != &a)
            return Answer::error(422, u"invalid_params"_s, u"Name %1 is already taken"_s.arg(name));
        a.doc[u"name"_s] = name;
    }
    a.doc[u"updated_at"_s] = stamp();
    return {200, shown(a.doc), {}};
}

Answer Platform::setAcm(const QString& app, bool on)
{
    App& a = *find(app);
    a.doc[u"acm"_s] = on;
    for (QJsonObject& domain : a.domains) {
        if (domain[u"kind"_s].toString() != u"custom"_s)
            continue;
        domain[u"acm_status"_s] = on ? QJsonValue(u"pending"_s) : QJsonValue(QJsonValue::Null);
        m_agenda.cancel(u"certificate"_s, u"domain"_s, domain[u"id"_s].toString());
        if (on)
            m_agenda.in(Seconds(5), u"certificate"_s, {{u"app"_s, a.doc[u"id"_s]}, {u"domain"_s, domain[u"id"_s]}});
    }
    return {200, shown(a.doc), {}};
}

// ---- what happens by itself -------------------------------------------------------------------------------------------

void Platform::run(const QString& what, const QJsonObject& data)
{
    if (what == u"certificate"_s)
        return certificate(data);
    if (what == u"transfer-begin"_s)
        return beginTransfer(data[u"uuid"_s].toString());
    if (what == u"addon-ready"_s) {
        if (QJsonObject* addon = findAddon(data[u"addon"_s].toString())) {
            (*addon)[u"state"_s] = u"provisioned"_s;
            happened(u"addon"_s, {{u"app"_s, (*addon)[u"app"_s].toObject()[u"name"_s]}, {u"addon"_s, (*addon)[u"name"_s]}, {u"change"_s, u"provisioned"_s}});
        }
        return;
    }
    App* app = find(data[u"app"_s].toString());
    if (!app)
        return;
    if (what == u"release-done"_s) {
        for (QJsonObject& entry : app->releases) {
            if (entry[u"id"_s] == data[u"release"_s])
                return releaseDone(*app, entry);
        }
        return;
    }
    if (what == u"domain-ready"_s) {
        for (QJsonObject& domain : app->domains) {
            if (domain[u"id"_s] != data[u"domain"_s])
                continue;
            domain[u"cname"_s] = data[u"cname"_s];
            domain[u"status"_s] = u"succeeded"_s;
            domain[u"updated_at"_s] = stamp();
            happened(u"domain"_s, {{u"app"_s, app->doc[u"name"_s]}, {u"host"_s, domain[u"hostname"_s]}, {u"change"_s, u"ready"_s}, {u"target"_s, data[u"cname"_s]}});
        }
        return;
    }
    for (qsizetype i = 0; i < app->dynos.size(); ++i) {
        QJsonObject& dyno = app->dynos[i];
        if (dyno[u"id"_s] != data[u"dyno"_s])
            continue;
        const QJsonObject event{{u"app"_s, app->doc[u"name"_s]}, {u"dyno"_s, dyno[u"name"_s]}, {u"type"_s, dyno[u"type"_s]}};
        QJsonObject told = event;
        if (what == u"dyno-up"_s) {
            dyno[u"state"_s] = u"up"_s;
            dyno[u"updated_at"_s] = stamp();
            told[u"state"_s] = u"up"_s;
        } else {
            told[u"state"_s] = u"gone"_s;
            app->dynos.removeAt(i);
        }
        happened(u"dyno"_s, told);
        appendLog(app->doc[u"name"_s].toString(), u"heroku"_s, event[u"dyno"_s].toString(),
            what == u"dyno-up"_s ? u"State changed from starting to up"_s : u"Process exited with status 0"_s);
        return;
    }
}

} // namespace switchyard::heroku
