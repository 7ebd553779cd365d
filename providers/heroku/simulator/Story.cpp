#include "providers/heroku/simulator/Simulator.h"

namespace switchyard::heroku {

using namespace Qt::StringLiterals;

namespace {

QJsonObject process(const QString& type, int quantity, const QString& command)
{
    return {{u"type"_s, type}, {u"quantity"_s, quantity}, {u"size"_s, u"Standard-1X"_s}, {u"command"_s, command}};
}

QString password()
{
    return u'p' + simulator::randomHexId(32);
}

QJsonObject database(const QString& name, const QStringList& attachments, const QString& plan)
{
    // The world puts the address of its own server here; until then the URL leads nowhere.
    const QString url = u"postgres://u%1:%2@127.0.0.1:5432/d%3"_s.arg(simulator::randomHexId(13), password(), simulator::randomHexId(13));
    return {{u"name"_s, name}, {u"plan"_s, plan}, {u"attachments"_s, QJsonArray::fromStringList(attachments)}, {u"url"_s, url},
        {u"facts"_s, QJsonObject{{u"num_bytes"_s, qint64(4'831'838'208)}, {u"num_tables"_s, 23}, {u"connections"_s, 14}, {u"version"_s, u"15.6"_s}}}};
}

QJsonObject settings(const QString& web, const QString& api)
{
    return {{u"ALLOWED_HOSTS"_s, u"%1,%2"_s.arg(api, web)}, {u"CELERY_CONCURRENCY"_s, u"4"_s},
        {u"CLOUDINARY_URL"_s, u"cloudinary://%1:%2@projectify"_s.arg(simulator::randomHexId(15), simulator::randomHexId(27))},
        {u"CSRF_COOKIE_DOMAIN"_s, u".projectify.test"_s}, {u"DEBUG"_s, u"False"_s}, {u"DJANGO_SETTINGS_MODULE"_s, u"projectify.settings.production"_s},
        {u"EMAIL_HOST"_s, u"smtp.mailer.test"_s}, {u"EMAIL_HOST_PASSWORD"_s, password()}, {u"EMAIL_HOST_USER"_s, u"projectify"_s},
        {u"EMAIL_PORT"_s, u"587"_s}, {u"EMAIL_FROM"_s, u"Projectify <hello@projectify.test>"_s}, {u"FRONTEND_URL"_s, u"https://"_s + web},
        {u"LOG_LEVEL"_s, u"INFO"_s}, {u"SECRET_KEY"_s, simulator::randomHexId(50)},
        {u"SECURITY_ORIGINS"_s, u"https://%1,https://projectify.test"_s.arg(web)}, {u"SENTRY_DSN"_s, u"https://%1@errors.test/4"_s.arg(simulator::randomHexId())},
        {u"STRIPE_ENDPOINT_SECRET"_s, u"whsec_"_s + simulator::randomHexId()}, {u"STRIPE_PRICE_OBJECT"_s, u"price_1MxPfyTeam"_s},
        {u"STRIPE_PUBLISHABLE_KEY"_s, u"pk_test_"_s + simulator::randomHexId(24)}, {u"STRIPE_SECRET_KEY"_s, u"sk_test_"_s + simulator::randomHexId(24)},
        {u"TZ"_s, u"UTC"_s}, {u"WEB_CONCURRENCY"_s, u"3"_s}};
}

} // namespace

QJsonObject projectifyStory()
{
    const QJsonArray formation{process(u"web"_s, 2, u"gunicorn projectify.asgi -k uvicorn.workers.UvicornWorker"_s),
        process(u"worker"_s, 1, u"celery -A projectify worker --concurrency 4"_s)};
    const QJsonArray addons{database(u"postgresql-curved-81146"_s, {u"DATABASE"_s}, u"heroku-postgresql:standard-0"_s),
        QJsonObject{{u"name"_s, u"redis-lively-20731"_s}, {u"plan"_s, u"heroku-redis:premium-0"_s}, {u"attachments"_s, QJsonArray{u"REDIS"_s}},
            {u"url"_s, u"redis://:%1@127.0.0.1:6379"_s.arg(password())}},
        QJsonObject{{u"name"_s, u"scheduler-regular-40377"_s}, {u"plan"_s, u"scheduler:standard"_s}, {u"attachments"_s, QJsonArray{u"SCHEDULER"_s}}}};
    const QJsonObject production{{u"name"_s, u"projectify"_s}, {u"release"_s, 142}, {u"formation"_s, formation}, {u"addons"_s, addons},
        {u"config"_s, settings(u"www.projectify.test"_s, u"api.projectify.test"_s)},
        {u"domains"_s, QJsonArray{QJsonObject{{u"hostname"_s, u"api.projectify.test"_s}, {u"cname"_s, u"cryptic-elm-5x2.herokudns.test"_s}}}}};
    const QJsonObject staging{{u"name"_s, u"projectify-staging"_s}, {u"release"_s, 87}, {u"tier"_s, u"basic"_s},
        {u"formation"_s, QJsonArray{process(u"web"_s, 1, u"gunicorn projectify.asgi -k uvicorn.workers.UvicornWorker"_s), process(u"worker"_s, 0, u"celery -A projectify worker"_s)}},
        {u"addons"_s, QJsonArray{database(u"postgresql-shallow-20418"_s, {u"DATABASE"_s}, u"heroku-postgresql:essential-0"_s)}},
        {u"config"_s, settings(u"staging.projectify.test"_s, u"api.staging.projectify.test"_s)}};
    return {{u"email"_s, u"operator@projectify.test"_s}, {u"name"_s, u"Operator"_s}, {u"dnsSuffix"_s, u"herokudns.test"_s}, {u"webSuffix"_s, u"herokuapp.test"_s},
        {u"tokens"_s, QJsonArray{u"HRKU-"_s + simulator::randomHexId(36)}}, {u"apps"_s, QJsonArray{production, staging}}};
}

} // namespace switchyard::heroku
