#include "providers/netlify/simulator/Simulator.h"

namespace switchyard::netlify {

using namespace Qt::StringLiterals;

QJsonObject projectifyStory()
{
    const QJsonArray env{
        QJsonObject{{u"key"_s, u"VITE_API_DOMAIN"_s}, {u"values"_s, QJsonArray{
            QJsonObject{{u"context"_s, u"production"_s}, {u"value"_s, u"https://api.projectify.test"_s}},
            QJsonObject{{u"context"_s, u"deploy-preview"_s}, {u"value"_s, u"https://api.staging.projectify.test"_s}}}}},
        QJsonObject{{u"key"_s, u"VITE_WS_ENDPOINT"_s}, {u"value"_s, u"wss://api.projectify.test/ws"_s}},
        QJsonObject{{u"key"_s, u"VITE_PROJECTIFY_DOMAIN"_s}, {u"value"_s, u"https://www.projectify.test"_s}},
        QJsonObject{{u"key"_s, u"VITE_STRIPE_PUBLISHABLE_KEY"_s}, {u"value"_s, u"pk_test_"_s + simulator::randomHexId(24)}},
        QJsonObject{{u"key"_s, u"SENTRY_AUTH_TOKEN"_s}, {u"is_secret"_s, true}, {u"value"_s, u"sntrys_"_s + simulator::randomHexId(40)}}};
    const QString page = u"<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>Projectify</title></head>\n"
                         "<body data-sveltekit=\"projectify\"><main><h1>Projectify</h1><p>Tasks and projects for teams.</p></main>"
                         "<script type=\"module\" src=\"/app.js\"></script></body>\n</html>\n"_s;
    const QJsonObject files{{u"/index.html"_s, page}, {u"/app.js"_s, u"export const apiDomain = \"https://api.projectify.test\";\n"_s},
        {u"/_redirects"_s, u"/* /index.html 200\n"_s}};
    return {{u"token"_s, u"nfp_"_s + simulator::randomHexId(36)}, {u"email"_s, u"operator@projectify.test"_s}, {u"team"_s, u"Projectify"_s}, {u"paid"_s, true},
        {u"webSuffix"_s, u"netlify.test"_s}, {u"sites"_s, QJsonArray{QJsonObject{{u"name"_s, u"projectify"_s}, {u"domain"_s, u"projectify.test"_s},
            {u"aliases"_s, QJsonArray{u"www.projectify.test"_s}}, {u"env"_s, env}, {u"files"_s, files}}}}};
}

} // namespace switchyard::netlify
