#include "providers/world/ZoneStory.h"

#include <QJsonArray>

namespace switchyard::world {

QString apiRoot(const QString& provider)
{
    if (provider == u"render")
        return QStringLiteral("/v1");
    if (provider == u"netlify")
        return QStringLiteral("/api/v1");
    return provider == u"cloudflare" ? QStringLiteral("/client/v4") : QString();
}

QString projectifyNameServer() { return QStringLiteral("ada.ns.cloudflare.test"); }

QJsonObject projectifyZone()
{
    const auto record = [](const char* name, const char* type, const QString& content, int priority = -1) {
        QJsonObject one{{QStringLiteral("type"), QLatin1String(type)}, {QStringLiteral("name"), QLatin1String(name)}, {QStringLiteral("content"), content},
                        {QStringLiteral("ttl"), 300}, {QStringLiteral("proxied"), false}};
        if (priority >= 0)
            one[QStringLiteral("priority")] = priority;
        return one;
    };
    QJsonObject caa{{QStringLiteral("type"), QStringLiteral("CAA")}, {QStringLiteral("name"), QStringLiteral("projectify.test")}, {QStringLiteral("ttl"), 300},
                    {QStringLiteral("data"), QJsonObject{{QStringLiteral("flags"), 0}, {QStringLiteral("tag"), QStringLiteral("issue")}, {QStringLiteral("value"), QStringLiteral("letsencrypt.org")}}}};
    return {{QStringLiteral("name"), QStringLiteral("projectify.test")},
            {QStringLiteral("name_servers"), QJsonArray{projectifyNameServer(), QStringLiteral("rob.ns.cloudflare.test")}},
            {QStringLiteral("records"),
             QJsonArray{record("projectify.test", "A", EdgeAddresses::netlify()), record("www.projectify.test", "CNAME", QStringLiteral("projectify.netlify.test")),
                        record("api.projectify.test", "CNAME", QStringLiteral("cryptic-elm-5x2.herokudns.test")),
                        record("projectify.test", "MX", QStringLiteral("mxa.eu.mailer.test"), 10), record("projectify.test", "MX", QStringLiteral("mxb.eu.mailer.test"), 20),
                        record("projectify.test", "TXT", QStringLiteral("v=spf1 include:mailer.test ~all")),
                        record("mx._domainkey.projectify.test", "TXT", QStringLiteral("k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC7rehearsal")),
                        record("_dmarc.projectify.test", "TXT", QStringLiteral("v=DMARC1; p=quarantine")), caa,
                        record("docs.projectify.test", "A", QStringLiteral("198.51.100.201"))}}};
}

} // namespace switchyard::world
