#include "app/cutover/steps/Calls.h"

namespace switchyard::cutover {

namespace {

QString baseOf(const QString& provider)
{
    if (provider == QLatin1String("heroku"))
        return QStringLiteral("https://api.heroku.com");
    if (provider == QLatin1String("render"))
        return QStringLiteral("https://api.render.com");
    if (provider == QLatin1String("netlify"))
        return QStringLiteral("https://api.netlify.com");
    if (provider == QLatin1String("cloudflare"))
        return QStringLiteral("https://api.cloudflare.com/client/v4");
    return QStringLiteral("https://") + provider;
}

CallPreview row(const QString& provider, const QString& method, const QString& path, const QString& body = {})
{
    CallPreview call;
    call.provider = provider;
    call.method = method;
    call.path = path;
    call.note = QStringLiteral("valid");
    QString quoted = body;
    quoted.replace(u'\'', QStringLiteral("'\\''"));
    call.shell = QStringLiteral("curl -X %1 -H \"Authorization: Bearer $SWITCHYARD_TOKEN\"").arg(method)
                 + (provider == QLatin1String("heroku") ? QStringLiteral(" -H 'Accept: application/vnd.heroku+json; version=3'") : QString())
                 + (body.isEmpty() ? QString() : QStringLiteral(" -H 'Content-Type: application/json' -d '%1'").arg(quoted)) + u' ' + u'\'' + baseOf(provider) + path + u'\'';
    return call;
}

/// What of the reference stands in a path: the service, or the app where that is all.
QString idOf(const ServiceRef& ref) { return ref.service.isEmpty() ? ref.app : ref.service; }
bool heroku(const Caller& to) { return to.provider == QLatin1String("heroku"); }
bool netlify(const Caller& to) { return to.provider == QLatin1String("netlify"); }
QString site(const Caller& to) { return to.ref.app.isEmpty() ? to.ref.service : to.ref.app; }

} // namespace

CallPreview settingsCall(const Caller& to, int keys)
{
    CallPreview call = heroku(to)    ? row(to.provider, QStringLiteral("PATCH"), QStringLiteral("/apps/%1/config-vars").arg(to.ref.app), QStringLiteral("{…}"))
                       : netlify(to) ? row(to.provider, QStringLiteral("PATCH"), QStringLiteral("/api/v1/accounts/…/env/…?site_id=%1").arg(site(to)), QStringLiteral("{…}"))
                                     : row(to.provider, QStringLiteral("PUT"), QStringLiteral("/v1/services/%1/env-vars/…").arg(idOf(to.ref)), QStringLiteral("{…}"));
    call.note = keys == 1 ? QStringLiteral("1 key") : QStringLiteral("%1 keys").arg(keys);
    return call;
}

CallPreview scaleCall(const Caller& to, int instances)
{
    if (heroku(to))
        return row(to.provider, QStringLiteral("PATCH"), QStringLiteral("/apps/%1/formation/%2").arg(to.ref.app, to.ref.service), QStringLiteral("{\"quantity\":%1}").arg(instances));
    return row(to.provider, QStringLiteral("POST"), QStringLiteral("/v1/services/%1/scale").arg(idOf(to.ref)), QStringLiteral("{\"numInstances\":%1}").arg(instances));
}

CallPreview suspendCall(const Caller& to, bool suspend)
{
    return row(to.provider, QStringLiteral("POST"), QStringLiteral("/v1/services/%1/%2").arg(idOf(to.ref), suspend ? QStringLiteral("suspend") : QStringLiteral("resume")));
}

CallPreview maintenanceCall(const Caller& to, bool on)
{
    if (heroku(to))
        return row(to.provider, QStringLiteral("PATCH"), QStringLiteral("/apps/%1").arg(to.ref.app), on ? QStringLiteral("{\"maintenance\":true}") : QStringLiteral("{\"maintenance\":false}"));
    if (netlify(to))
        return on ? row(to.provider, QStringLiteral("POST"), QStringLiteral("/api/v1/sites/%1/deploys").arg(site(to)), QStringLiteral("{\"title\":\"Maintenance\",…}"))
                  : row(to.provider, QStringLiteral("POST"), QStringLiteral("/api/v1/sites/%1/deploys/…/restore").arg(site(to)));
    return row(to.provider, QStringLiteral("PATCH"), QStringLiteral("/v1/services/%1").arg(idOf(to.ref)), QStringLiteral("{\"serviceDetails\":{\"maintenanceMode\":{\"enabled\":%1}}}").arg(on ? QStringLiteral("true") : QStringLiteral("false")));
}

CallPreview addDomainCall(const Caller& to, const QString& host)
{
    if (heroku(to))
        return row(to.provider, QStringLiteral("POST"), QStringLiteral("/apps/%1/domains").arg(to.ref.app), QStringLiteral("{\"hostname\":\"%1\"}").arg(host));
    if (netlify(to))
        return row(to.provider, QStringLiteral("PATCH"), QStringLiteral("/api/v1/sites/%1").arg(site(to)), QStringLiteral("{\"domain_aliases\":[\"%1\"]}").arg(host));
    return row(to.provider, QStringLiteral("POST"), QStringLiteral("/v1/services/%1/custom-domains").arg(idOf(to.ref)), QStringLiteral("{\"name\":\"%1\"}").arg(host));
}

CallPreview removeDomainCall(const Caller& to, const QString& host)
{
    if (heroku(to))
        return row(to.provider, QStringLiteral("DELETE"), QStringLiteral("/apps/%1/domains/%2").arg(to.ref.app, host));
    return row(to.provider, QStringLiteral("DELETE"), QStringLiteral("/v1/services/%1/custom-domains/%2").arg(idOf(to.ref), host));
}

CallPreview verifyDomainCall(const Caller& to, const QString& host)
{
    return row(to.provider, QStringLiteral("POST"), QStringLiteral("/v1/services/%1/custom-domains/%2/verify").arg(idOf(to.ref), host));
}

CallPreview deployCall(const Caller& to)
{
    if (netlify(to))
        return row(to.provider, QStringLiteral("POST"), QStringLiteral("/api/v1/sites/%1/builds").arg(site(to)));
    if (heroku(to))
        return row(to.provider, QStringLiteral("POST"), QStringLiteral("/apps/%1/releases").arg(to.ref.app), QStringLiteral("{…}"));
    return row(to.provider, QStringLiteral("POST"), QStringLiteral("/v1/services/%1/deploys").arg(idOf(to.ref)), QStringLiteral("{}"));
}

CallPreview allowListCall(const Caller& to)
{
    return row(to.provider, QStringLiteral("PATCH"), QStringLiteral("/v1/postgres/%1").arg(idOf(to.ref)), QStringLiteral("{\"ipAllowList\":[…]}"));
}

CallPreview readCall(const Caller& to, const QString& what)
{
    CallPreview call = heroku(to)    ? row(to.provider, QStringLiteral("GET"), QStringLiteral("/apps/%1%2").arg(to.ref.app, what))
                       : netlify(to) ? row(to.provider, QStringLiteral("GET"), QStringLiteral("/api/v1/sites/%1%2").arg(site(to), what))
                                     : row(to.provider, QStringLiteral("GET"), QStringLiteral("/v1/services/%1%2").arg(idOf(to.ref), what));
    call.note = QStringLiteral("reads");
    return call;
}

CallPreview sqlCall(const QString& statement, const QString& note)
{
    CallPreview call;
    call.provider = QStringLiteral("postgres");
    call.method = QStringLiteral("SQL");
    call.path = statement;
    call.note = note;
    QString quoted = statement;
    quoted.replace(u'\'', QStringLiteral("'\\''"));
    call.shell = QStringLiteral("psql \"$SWITCHYARD_DATABASE_URL\" -c '%1'").arg(quoted);
    return call;
}

CallPreview askCall(const QString& resolver, const QString& question)
{
    CallPreview call;
    call.provider = QStringLiteral("resolver");
    call.method = QStringLiteral("ASK");
    call.path = question;
    call.note = resolver;
    call.shell = QStringLiteral("dig @%1 %2").arg(resolver, question);
    return call;
}

CallPreview dnsCall(const QString& provider, const QString& method, const QString& path, const QString& body) { return row(provider, method, path, body); }

} // namespace switchyard::cutover
