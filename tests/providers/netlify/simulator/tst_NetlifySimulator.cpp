#include "providers/netlify/simulator/Simulator.h"
#include "providers/simulator/HttpServer.h"
#include "tests/kit/FakeClock.h"
#include "tests/kit/SchemaCheck.h"
#include "tests/kit/TestLoop.h"

#include <QCryptographicHash>
#include <QJsonDocument>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace switchyard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

struct Got {
    int status = 0;
    QJsonValue body;
    QHash<QByteArray, QByteArray> headers;
};

QString digest(const QByteArray& content)
{
    return QString::fromLatin1(QCryptographicHash::hash(content, QCryptographicHash::Sha1).toHex());
}

} // namespace

class tst_NetlifySimulator : public QObject {
    Q_OBJECT

    test::FakeClock m_clock;
    QNetworkAccessManager m_net;
    std::unique_ptr<netlify::Simulator> m_netlify;
    std::unique_ptr<simulator::HttpServer> m_server;
    QByteArray m_token;

    Got send(const QByteArray& method, const QString& path, const QByteArray& data, const QByteArray& type)
    {
        QNetworkRequest request{QUrl(path.startsWith(u"http"_s) ? path : m_server->url() + u"/api/v1"_s + path)};
        if (!path.contains(u"/build_hooks/"_s))
            request.setRawHeader("Authorization", "Bearer " + m_token);
        if (!data.isEmpty())
            request.setRawHeader("Content-Type", type);
        QNetworkReply* reply = m_net.sendCustomRequest(request, method, data);
        if (!QTest::qWaitFor([reply] { return reply->isFinished(); }, 5000))
            qWarning("no answer from %s", qPrintable(path));
        Got got;
        got.status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        const QJsonDocument document = QJsonDocument::fromJson(reply->readAll());
        got.body = document.isArray() ? QJsonValue(document.array()) : QJsonValue(document.object());
        for (const auto& [name, value] : reply->rawHeaderPairs())
            got.headers[name.toLower()] = value;
        reply->deleteLater();
        return got;
    }
    Got call(const QByteArray& method, const QString& path, const QJsonValue& body = {})
    {
        const QByteArray data = body.isNull() ? QByteArray() : body.isArray() ? QJsonDocument(body.toArray()).toJson() : QJsonDocument(body.toObject()).toJson();
        return send(method, path, data, "application/json");
    }
    Got get(const QString& path) { return call("GET", path); }
    QString site() const { return u"/sites/"_s + m_netlify->siteId(u"projectify"_s); }
    QString env(const QString& key = {}) const { return u"/accounts/projectify/env"_s + (key.isEmpty() ? QString() : u'/' + key) + u"?site_id="_s + m_netlify->siteId(u"projectify"_s); }
    QString served(const QString& path) const { return QString::fromUtf8(m_netlify->publishedFile(u"projectify"_s, path).value_or(QByteArray())); }

private Q_SLOTS:
    void init()
    {
        m_netlify = std::make_unique<netlify::Simulator>(&m_clock);
        const QJsonObject story = netlify::projectifyStory();
        m_token = story[u"token"_s].toString().toUtf8();
        m_netlify->load(story);
        m_server = std::make_unique<simulator::HttpServer>();
        m_server->setAsyncHandler(m_netlify->handler());
        QVERIFY(m_server->listen());
    }
    void cleanup()
    {
        m_server.reset();
        m_netlify.reset();
    }

    void refusesAndCountsAsNetlifyDoes()
    {
        const QByteArray good = std::exchange(m_token, "wrong");
        QCOMPARE(get(u"/user"_s).status, 401);
        m_token = good;
        const Got missing = get(u"/sites/nope"_s);
        QCOMPARE(missing.status, 404);
        QCOMPARE(missing.body[u"code"_s].toInt(), 404);
        QVERIFY(missing.body[u"message"_s].isString());
        QCOMPARE(missing.headers["x-ratelimit-limit"], QByteArray("500"));
        const qint64 now = m_clock.now().time_since_epoch().count() / 1000;
        QCOMPARE(missing.headers["x-ratelimit-reset"].toLongLong(), now + 60); // an epoch, not seconds left
        for (int i = 0; i < 3; ++i)
            QCOMPARE(call("POST", site() + u"/deploys"_s, QJsonObject{{u"draft"_s, true}}).status, 200);
        QCOMPARE(call("POST", site() + u"/deploys"_s, QJsonObject{{u"draft"_s, true}}).status, 429);
        m_clock.advance(61s);
        QCOMPARE(call("POST", site() + u"/deploys"_s, QJsonObject{{u"draft"_s, true}}).status, 200);
    }

    void pagesByLink()
    {
        for (int i = 0; i < 4; ++i)
            m_netlify->publish(u"projectify"_s, {{u"/index.html"_s, QByteArray::number(i)}}, u"deploy %1"_s.arg(i));
        QStringList titles;
        QString next = site() + u"/deploys?per_page=2"_s;
        while (!next.isEmpty() && titles.size() < 20) {
            const Got page = get(next);
            for (const QJsonValue& deploy : page.body.toArray())
                titles.append(deploy[u"title"_s].toString());
            next.clear();
            for (const QByteArray& link : page.headers["link"].split(',')) {
                if (link.contains("rel=\"next\""))
                    next = QString::fromUtf8(link.mid(link.indexOf('<') + 1, link.indexOf('>') - link.indexOf('<') - 1));
            }
        }
        QCOMPARE(titles.size(), 5);
        QCOMPARE(titles.first(), u"deploy 3"_s);
    }

    void sitesByIdOrDomain()
    {
        const QJsonValue byId = get(site()).body;
        QCOMPARE(byId[u"custom_domain"_s].toString(), u"projectify.test"_s);
        QCOMPARE(byId[u"published_deploy"_s][u"state"_s].toString(), u"ready"_s);
        QCOMPARE(get(u"/sites/www.projectify.test"_s).body[u"id"_s], byId[u"id"_s]);
        QCOMPARE(get(u"/sites/projectify.netlify.test"_s).body[u"id"_s], byId[u"id"_s]);
        QCOMPARE(m_netlify->siteOfHost(u"www.projectify.test"_s), u"projectify"_s);
        QVERIFY(m_netlify->hasCertificate(u"www.projectify.test"_s));
        QSignalSpy events(m_netlify.get(), &netlify::Simulator::event);
        QCOMPARE(call("PATCH", site(), QJsonObject{{u"domain_aliases"_s, QJsonArray{}}}).body[u"domain_aliases"_s].toArray().size(), 0);
        QCOMPARE(events.last()[0].toString(), u"domain"_s);
        QVERIFY(m_netlify->siteOfHost(u"www.projectify.test"_s).isEmpty());
        QCOMPARE(call("PUT", site() + u"/disable?reason=moved"_s).status, 204);
        QVERIFY(m_netlify->siteOfHost(u"projectify.test"_s).isEmpty());
        QCOMPARE(call("PUT", site() + u"/enable"_s).status, 204);
        QCOMPARE(m_netlify->siteOfHost(u"projectify.test"_s), u"projectify"_s);
    }

    void maintenancePageIsOneMoreDeploy()
    {
        QSignalSpy events(m_netlify.get(), &netlify::Simulator::event);
        const QString before = m_netlify->publishedDeploy(u"projectify"_s);
        const QByteArray page = "<html><body data-switchyard-maintenance=\"on\">Back soon</body></html>";
        const QByteArray script = m_netlify->publishedFile(u"projectify"_s, u"/app.js"_s).value();
        const Got made = call("POST", site() + u"/deploys?title=Maintenance"_s, QJsonObject{{u"draft"_s, false}});
        const QString id = made.body[u"id"_s].toString();
        QCOMPARE(made.body[u"state"_s].toString(), u"new"_s);
        const QString one = site() + u"/deploys/"_s + id;
        const Got listed = call("PUT", one, QJsonObject{{u"files"_s, QJsonObject{{u"/index.html"_s, digest(page)}, {u"/app.js"_s, digest(script)}}}, {u"async"_s, true}});
        QCOMPARE(listed.body[u"state"_s].toString(), u"preparing"_s);
        m_clock.advance(2s);
        const QJsonValue prepared = get(one).body;
        QCOMPARE(prepared[u"state"_s].toString(), u"prepared"_s);
        QCOMPARE(prepared[u"required"_s].toArray(), (QJsonArray{digest(page)})); // the script is known already
        QCOMPARE(send("PUT", u"/deploys/%1/files/index.html"_s.arg(id), "something else", "application/octet-stream").status, 422);
        QCOMPARE(send("PUT", u"/deploys/%1/files/other.html"_s.arg(id), page, "application/octet-stream").status, 404);
        QCOMPARE(send("PUT", u"/deploys/%1/files/index.html"_s.arg(id), page, "application/octet-stream").status, 200);
        QCOMPARE(get(one).body[u"state"_s].toString(), u"uploaded"_s);
        QVERIFY(!served(u"/"_s).contains(u"Back soon"_s));
        m_clock.advance(10s);
        QCOMPARE(get(one).body[u"state"_s].toString(), u"ready"_s);
        QVERIFY(get(one).body[u"published_at"_s].isString());
        QCOMPARE(served(u"/"_s), QString::fromUtf8(page));
        const QJsonObject last = events.last()[1].toJsonObject();
        QVERIFY(events.last()[0].toString() == u"deploy"_s && last[u"published"_s].toBool() && last[u"deployId"_s].toString() == id);
        QCOMPARE(last[u"files"_s][u"/index.html"_s].toString(), digest(page));

        QCOMPARE(call("POST", site() + u"/deploys/%1/restore"_s.arg(before)).status, 201);
        QVERIFY(served(u"/index.html"_s).contains(u"Projectify"_s));
        QCOMPARE(call("PUT", site() + u"/rollback"_s).status, 204);
        QCOMPARE(m_netlify->publishedDeploy(u"projectify"_s), id);
    }

    void lockKeepsTheLiveDeployLive()
    {
        m_netlify->setBuilder([](const QString&, const QJsonObject& environment) {
            return netlify::Files{{u"index.html"_s, "calls " + environment[u"VITE_API_DOMAIN"_s].toString().toUtf8()}};
        });
        const QString live = m_netlify->publishedDeploy(u"projectify"_s);
        QCOMPARE(call("POST", u"/deploys/%1/lock"_s.arg(live)).body[u"locked"_s].toBool(), true);
        QCOMPARE(call("POST", site() + u"/builds"_s).status, 200);
        m_clock.advance(2min);
        QCOMPARE(m_netlify->publishedDeploy(u"projectify"_s), live);
        QCOMPARE(call("POST", u"/deploys/%1/unlock"_s.arg(live)).body[u"locked"_s].toBool(), false);
        // A variable takes effect with the next build.
        QCOMPARE(call("PATCH", env(u"VITE_API_DOMAIN"_s), QJsonObject{{u"context"_s, u"production"_s}, {u"value"_s, u"https://api.new.test"_s}}).status, 201);
        const QString hook = call("POST", site() + u"/build_hooks"_s, QJsonObject{{u"title"_s, u"switch"_s}}).body[u"url"_s].toString();
        QCOMPARE(send("POST", hook, {}, {}).status, 200);
        m_clock.advance(5s);
        QCOMPARE(get(site() + u"/deploys?per_page=1"_s).body[0][u"state"_s].toString(), u"building"_s);
        m_clock.advance(2min);
        QCOMPARE(served(u"/"_s), u"calls https://api.new.test"_s);

        m_netlify->setFault(u"deploy-fail"_s, {}, true);
        QCOMPARE(call("POST", site() + u"/builds"_s).status, 200);
        m_clock.advance(2min);
        const QJsonValue failed = get(site() + u"/deploys?per_page=1"_s).body[0];
        QCOMPARE(failed[u"state"_s].toString(), u"error"_s);
        QVERIFY(failed[u"error_message"_s].isString());
        QCOMPARE(served(u"/"_s), u"calls https://api.new.test"_s);
    }

    void variablesHaveContextsScopesAndSecrets()
    {
        const QJsonArray all = get(env()).body.toArray();
        QCOMPARE(all.size(), 5);
        for (const QJsonValue& variable : all) {
            if (variable[u"is_secret"_s].toBool())
                QVERIFY(variable[u"values"_s][0][u"value"_s].toString().isEmpty()); // secrets can't be read back
        }
        QVERIFY(!m_netlify->environment(u"projectify"_s)[u"SENTRY_AUTH_TOKEN"_s].toString().isEmpty());
        QCOMPARE(get(env(u"VITE_API_DOMAIN"_s) + u"&context_name=deploy-preview"_s).body[u"values"_s].toArray().size(), 1);
        // Without site_id it is the team's list: the site's variables aren't in it.
        QCOMPARE(get(u"/accounts/projectify/env"_s).body.toArray().size(), 0);
        const QJsonObject fresh{{u"key"_s, u"VITE_X"_s}, {u"scopes"_s, QJsonArray{u"builds"_s, u"post_processing"_s}},
            {u"values"_s, QJsonArray{QJsonObject{{u"context"_s, u"all"_s}, {u"value"_s, u"1"_s}}}}};
        QCOMPARE(call("POST", env(), fresh).status, 400); // an array is wanted
        QCOMPARE(call("POST", env(), QJsonArray{fresh}).status, 201);
        QCOMPARE(call("POST", env(), QJsonArray{fresh}).status, 422);
        QCOMPARE(get(env(u"VITE_X"_s)).body[u"scopes"_s].toArray(), (QJsonArray{u"builds"_s, u"post-processing"_s}));
        QCOMPARE(call("DELETE", env(u"VITE_X"_s)).status, 204);
        QCOMPARE(get(env(u"VITE_X"_s)).status, 404);

        QJsonObject story = netlify::projectifyStory();
        story[u"paid"_s] = false;
        story[u"token"_s] = QString::fromUtf8(m_token);
        m_netlify->load(story);
        const Got refused = call("POST", env(), QJsonArray{fresh});
        QCOMPARE(refused.status, 403);
        QVERIFY(refused.body[u"message"_s].toString().contains(u"Upgrade"_s));
    }

    void certificateNeedsDns()
    {
        bool here = false;
        m_netlify->setHostPointsHere([&here](const QString&, const QString& target) { return here && target == u"projectify.netlify.test"_s; });
        QCOMPARE(get(site() + u"/ssl"_s).body[u"state"_s].toString(), u"issued"_s);
        QCOMPARE(call("PATCH", site(), QJsonObject{{u"domain_aliases"_s, QJsonArray{u"www.projectify.test"_s, u"app.projectify.test"_s}}}).status, 200);
        QVERIFY(!m_netlify->hasCertificate(u"app.projectify.test"_s));
        QCOMPARE(call("POST", site() + u"/ssl"_s).status, 422);
        here = true;
        QCOMPARE(call("POST", site() + u"/ssl"_s).body[u"state"_s].toString(), u"pending"_s);
        m_clock.advance(1min);
        QVERIFY(m_netlify->hasCertificate(u"app.projectify.test"_s));
    }

    void keepsThePublishedShapes()
    {
        const QJsonObject description = test::publishedDescription(u"netlify.swagger.json"_s);
        if (description.isEmpty())
            QSKIP("the published description is not at hand");
        const test::SchemaCheck schema(description);
        const QList<std::pair<QString, QString>> lists{{u"/sites"_s, u"site"_s}, {site() + u"/deploys"_s, u"deploy"_s}, {env(), u"envVar"_s},
            {site() + u"/ssl"_s, u"sniCertificate"_s}, {u"/accounts"_s, u"accountMembership"_s}, {u"/user"_s, u"user"_s}, {u"/sites/nope"_s, u"error"_s}};
        for (const auto& [path, definition] : lists) {
            const QJsonValue body = get(path).body;
            const QJsonArray items = body.isArray() ? body.toArray() : QJsonArray{body};
            QVERIFY2(!items.isEmpty(), qPrintable(path));
            for (const QJsonValue& item : items) {
                const QStringList faults = schema.faults(u"#/definitions/"_s + definition, item);
                QVERIFY2(faults.isEmpty(), qPrintable(path + u": "_s + faults.join(u"; "_s)));
            }
        }
    }

    void stateSurvivesAKill()
    {
        QTemporaryDir folder;
        {
            netlify::Simulator first(&m_clock, folder.path());
            first.load(netlify::projectifyStory());
            first.publish(u"projectify"_s, {{u"/index.html"_s, "kept"}}, u"kept"_s);
        }
        netlify::Simulator second(&m_clock, folder.path());
        QVERIFY(second.hasState());
        QCOMPARE(second.publishedFile(u"projectify"_s, u"/"_s), QByteArray("kept"));
        QVERIFY(second.hasCertificate(u"projectify.test"_s));
    }
};

QTEST_GUILESS_MAIN(tst_NetlifySimulator)
#include "tst_NetlifySimulator.moc"
