#include "providers/render/simulator/Simulator.h"

namespace switchyard::render {

using namespace Qt::StringLiterals;

QJsonObject projectifyStory(const QJsonObject& environment)
{
    // Against the other side: some equal, some different, some missing (CLOUDINARY_URL, STRIPE_ENDPOINT_SECRET...), some only here.
    QJsonObject env{{u"ALLOWED_HOSTS"_s, u"projectify-web.onrender.test"_s}, {u"CSRF_COOKIE_DOMAIN"_s, u".projectify.test"_s}, {u"DEBUG"_s, u"False"_s},
        {u"DJANGO_SETTINGS_MODULE"_s, u"projectify.settings.production"_s}, {u"EMAIL_HOST"_s, u"smtp.mailer.test"_s}, {u"EMAIL_HOST_USER"_s, u"projectify"_s},
        {u"EMAIL_HOST_PASSWORD"_s, simulator::randomHexId()}, {u"EMAIL_PORT"_s, u"587"_s}, {u"EMAIL_FROM"_s, u"Projectify <hello@projectify.test>"_s},
        {u"FRONTEND_URL"_s, u"https://projectify-frontend.onrender.test"_s}, {u"LOG_LEVEL"_s, u"INFO"_s}, {u"PORT"_s, u"10000"_s},
        {u"PYTHON_VERSION"_s, u"3.12.4"_s}, {u"SECRET_KEY"_s, simulator::randomHexId(50)}, {u"SECURITY_ORIGINS"_s, u"https://projectify-frontend.onrender.test"_s},
        {u"STRIPE_PRICE_OBJECT"_s, u"price_1MxPfyTeam"_s}, {u"STRIPE_PUBLISHABLE_KEY"_s, u"pk_test_"_s + simulator::randomHexId(24)},
        {u"WEB_CONCURRENCY"_s, u"2"_s}};
    for (auto it = environment.begin(); it != environment.end(); ++it)
        env[it.key()] = it.value();
    QJsonObject workerEnv = env;
    for (const QString& key : {u"PORT"_s, u"WEB_CONCURRENCY"_s})
        workerEnv.remove(key);
    const QJsonArray services{
        QJsonObject{{u"name"_s, u"projectify-frontend"_s}, {u"type"_s, u"static_site"_s}, {u"build"_s, u"npm ci && npm run build"_s}, {u"publish"_s, u"build"_s},
            {u"env"_s, QJsonObject{{u"VITE_API_DOMAIN"_s, u"https://projectify-web.onrender.test"_s}, {u"VITE_WS_ENDPOINT"_s, u"wss://projectify-web.onrender.test/ws"_s}}}},
        QJsonObject{{u"name"_s, u"projectify-web"_s}, {u"type"_s, u"web_service"_s}, {u"instances"_s, 2}, {u"build"_s, u"pip install -r requirements.txt"_s},
            {u"start"_s, u"gunicorn projectify.asgi -k uvicorn.workers.UvicornWorker"_s}, {u"health"_s, u"/health"_s}, {u"env"_s, env}},
        QJsonObject{{u"name"_s, u"projectify-worker"_s}, {u"type"_s, u"background_worker"_s}, {u"instances"_s, 1}, {u"suspended"_s, true},
            {u"build"_s, u"pip install -r requirements.txt"_s}, {u"start"_s, u"celery -A projectify worker"_s}, {u"env"_s, workerEnv}}};
    const QJsonArray office{QJsonObject{{u"cidrBlock"_s, u"198.51.100.24/32"_s}, {u"description"_s, u"office"_s}}};
    return {{u"token"_s, u"rnd_"_s + simulator::randomHexId(28)}, {u"owner"_s, u"Projectify"_s}, {u"email"_s, u"operator@projectify.test"_s},
        {u"webSuffix"_s, u"onrender.test"_s}, {u"region"_s, u"frankfurt"_s}, {u"services"_s, services},
        {u"databases"_s, QJsonArray{QJsonObject{{u"name"_s, u"projectify-db"_s}, {u"databaseName"_s, u"projectify"_s}, {u"ipAllowList"_s, office}}}},
        {u"keyValues"_s, QJsonArray{QJsonObject{{u"name"_s, u"projectify-kv"_s}}}}};
}

} // namespace switchyard::render
