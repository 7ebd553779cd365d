#include "app/smoke/Session.h"
#include "tests/kit/FakeClock.h"
#include "tests/kit/FakePorts.h"
#include "tests/kit/TestLoop.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>
#include <QUrl>

#include <deque>

using namespace switchyard;
using namespace switchyard::smoke;

namespace {

/// The story's app in memory, as a browser meets it, with switches for what goes wrong.
struct App {
    QStringList trusted{QStringLiteral("https://www.shop.test"), QStringLiteral("https://shop.test")};
    bool worker = true, readOnly = false, csrfOff = false, mute = false;
    QString mailToken, email;
    bool confirmed = false, loggedIn = false, thumbnail = false;
    QByteArray security = "max-age=1";
    struct Window final : ProbeSocket {
        App* app;
        std::deque<QByteArray> texts;
        explicit Window(App* a) : app(a) { texts.push_back("{\"type\":\"hello\"}"); }
        Task<> send(QByteArray, std::stop_token) override { co_return Ok{}; }
        Task<QByteArray> receive(Milliseconds, std::stop_token) override
        {
            if (texts.empty())
                co_return Error::invalid(QStringLiteral("No WebSocket message came."));
            QByteArray next = texts.front();
            texts.pop_front();
            co_return next;
        }
        void close() override {}
    };
    std::vector<std::weak_ptr<Window>> windows;

    static QByteArray header(const ProbeRequest& r, const QByteArray& name)
    {
        for (const HttpHeader& h : r.headers) {
            if (h.name == name)
                return h.value;
        }
        return {};
    }
    ProbeAnswer answer(const ProbeRequest& r)
    {
        ProbeAnswer a;
        a.address = r.address;
        a.took = Milliseconds(12);
        const QString path = QUrl(r.url).path();
        const QString origin = QString::fromUtf8(header(r, "Origin"));
        const QByteArray cookies = header(r, "Cookie");
        const QJsonObject body = QJsonDocument::fromJson(r.body).object();
        const auto json = [&](int status, const QJsonObject& o) {
            a.status = status;
            a.body = QJsonDocument(o).toJson(QJsonDocument::Compact);
            return a;
        };
        if (r.url.contains(u"/messages?to=")) {
            a.status = 200;
            a.body = worker && !mailToken.isEmpty() ? QByteArray("[{\"text\":\"Open https://www.shop.test/confirm-email/" + mailToken.toUtf8() + "\"}]") : QByteArray("[]");
            return a;
        }
        if (r.url.startsWith(u"https://www.")) {
            a.headers = {{"Strict-Transport-Security", security}, {"Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'"}, {"X-Content-Type-Options", "nosniff"}};
            a.status = 200;
            return a;
        }
        if (r.method == "OPTIONS") {
            a.status = 204;
            if (trusted.contains(origin))
                a.headers.push_back({"Access-Control-Allow-Origin", origin.toUtf8()});
            return a;
        }
        if (path == u"/api/csrf") {
            a.headers.push_back({"Set-Cookie", "csrftoken=tok1234567890123; Path=/; Secure"});
            return json(200, {});
        }
        if (r.method != "GET" && !csrfOff) {
            if (!trusted.contains(origin))
                return json(403, {{QStringLiteral("error"), QStringLiteral("csrf")}, {QStringLiteral("detail"), QStringLiteral("Origin checking failed - %1 does not match any trusted origins.").arg(origin)}});
            if (header(r, "X-CSRFToken") != "tok1234567890123")
                return json(403, {{QStringLiteral("error"), QStringLiteral("csrf")}});
        }
        if (r.method != "GET" && readOnly)
            return json(503, {{QStringLiteral("error"), QStringLiteral("read-only")}});
        if (path == u"/api/user/sign-up") {
            email = body.value(u"email").toString();
            mailToken = QStringLiteral("mailtoken99");
            return json(201, {});
        }
        if (path == u"/api/user/confirm-email") {
            confirmed = body.value(u"token").toString() == mailToken;
            return json(confirmed ? 200 : 404, {});
        }
        if (path == u"/api/user/log-in") {
            loggedIn = true;
            a.headers.push_back({"Set-Cookie", "sessionid=sess123456789; HttpOnly"});
            return json(200, {});
        }
        if (path == u"/api/user/log-out") {
            a.headers.push_back({"Set-Cookie", "sessionid=; Max-Age=0"});
            a.status = 204;
            return a;
        }
        if (!cookies.contains("sessionid=sess"))
            return json(401, {});
        if (path == u"/api/workspace")
            return json(201, {{QStringLiteral("uuid"), QStringLiteral("w-1")}});
        if (path == u"/api/task") {
            for (const auto& w : windows) {
                if (const auto window = w.lock(); window && !mute)
                    window->texts.push_back("{\"type\":\"task\",\"uuid\":\"" + body.value(u"uuid").toString().toUtf8() + "\"}");
            }
            return json(201, {});
        }
        if (path == u"/api/user/picture" && r.method == "POST") {
            thumbnail = worker;
            return json(201, {});
        }
        if (path == u"/api/user/picture")
            return json(thumbnail ? 200 : 404, {});
        return json(404, {});
    }
};

const QStringList kChecks{QStringLiteral("sign-up"), QStringLiteral("confirm-mail"), QStringLiteral("log-in"), QStringLiteral("onboarding"), QStringLiteral("csrf"), QStringLiteral("cors"), QStringLiteral("websocket"),
                          QStringLiteral("log-out-in"), QStringLiteral("upload"), QStringLiteral("websocket-again"), QStringLiteral("headers")};

struct Walk {
    App app;
    test::FakeProber prober;
    test::FakeClock clock;
    QString mailUrl = QStringLiteral("http://127.0.0.1:1");
    std::map<QString, Outcome> go()
    {
        prober.answer = [this](const ProbeRequest& r) { return app.answer(r); };
        prober.socket = [this](const ProbeRequest& r) -> std::shared_ptr<ProbeSocket> {
            Q_UNUSED(r)
            auto w = std::make_shared<App::Window>(&app);
            app.windows.push_back(w);
            return w;
        };
        Setup setup;
        setup.prober = &prober;
        setup.clock = &clock;
        setup.apiHost = QStringLiteral("api.shop.test");
        setup.siteHost = QStringLiteral("www.shop.test");
        setup.originHosts = {QStringLiteral("www.shop.test"), QStringLiteral("shop.test")};
        for (const QString& h : setup.originHosts + QStringList{setup.apiHost})
            setup.addresses[h] = QStringLiteral("203.0.113.9");
        setup.mailUrl = mailUrl;
        setup.email = QStringLiteral("smoke@shop.test");
        setup.password = Secret(QStringLiteral("canary-password-1"));
        Session session(std::move(setup));
        std::map<QString, Outcome> out;
        for (const QString& id : kChecks) {
            auto r = test::run(session.run(id, {}));
            if (r)
                out[id] = *r;
        }
        grade = session.headers();
        left = session.leftBehind();
        return out;
    }
    HeaderGrade grade;
    QStringList left;
};

} // namespace

class tst_SmokeSession : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void allChecksPassOnAGoodApp()
    {
        Walk walk;
        const auto out = walk.go();
        QCOMPARE(out.size(), std::size_t(kChecks.size()));
        for (const auto& [id, o] : out)
            QVERIFY2(o.verdict == Verdict::Pass, qPrintable(id + QStringLiteral(": ") + o.says));
        QVERIFY(out.at(QStringLiteral("websocket")).says.startsWith(QStringLiteral("3 of 3 windows")));
        QCOMPARE(walk.grade.grade, QStringLiteral("B"));
        QCOMPARE(walk.left, (QStringList{QStringLiteral("test account smoke@shop.test"), QStringLiteral("workspace \"Switchyard smoke check\"")}));
        for (const auto& [id, o] : out) {
            const QString all = o.exchange.join(u'\n');
            QVERIFY2(!all.contains(QStringLiteral("canary-password-1")) && !all.contains(QStringLiteral("sess123456789")) && !all.contains(QStringLiteral("mailtoken99")), qPrintable(all));
            const Outcome again = outcomeFrom(toJson(o));
            QCOMPARE(again.says, o.says);
            QCOMPARE(again.verdict, o.verdict);
        }
    }
    void missingOriginIsDiagnosed()
    {
        Walk walk;
        walk.app.trusted = {QStringLiteral("https://www.shop.test")};
        const auto out = walk.go();
        const Outcome& csrf = out.at(QStringLiteral("csrf"));
        QCOMPARE(csrf.verdict, Verdict::Failed);
        QVERIFY2(csrf.diagnosis.contains(QStringLiteral("SECURITY_ORIGINS")) && csrf.diagnosis.contains(QStringLiteral("https://shop.test")), qPrintable(csrf.diagnosis));
        const Outcome& cors = out.at(QStringLiteral("cors"));
        QCOMPARE(cors.verdict, Verdict::Failed);
        QVERIFY(cors.diagnosis.contains(QStringLiteral("CORS")));
    }
    void checkThatIsOffIsAFailure()
    {
        Walk walk;
        walk.app.csrfOff = true;
        const auto out = walk.go();
        QCOMPARE(out.at(QStringLiteral("csrf")).verdict, Verdict::Failed);
        QVERIFY(out.at(QStringLiteral("csrf")).diagnosis.contains(QStringLiteral("without the CSRF token")));
    }
    void silentSocketsAndReadOnlyDatabase()
    {
        Walk walk;
        walk.app.mute = true;
        auto out = walk.go();
        QCOMPARE(out.at(QStringLiteral("websocket")).says, QStringLiteral("0 of 3 windows saw the change"));
        Walk held;
        held.app.readOnly = true;
        out = held.go();
        QCOMPARE(out.at(QStringLiteral("sign-up")).verdict, Verdict::Failed);
        QVERIFY(out.at(QStringLiteral("sign-up")).diagnosis.contains(QStringLiteral("read-only")));
        QCOMPARE(out.at(QStringLiteral("log-in")).verdict, Verdict::NotRun);
    }
    void withoutMailsTheRestIsOpenNotFailed()
    {
        Walk walk;
        walk.mailUrl.clear();
        const auto out = walk.go();
        QCOMPARE(out.at(QStringLiteral("sign-up")).verdict, Verdict::Pass);
        for (const char* id : {"confirm-mail", "log-in", "onboarding", "upload", "websocket"})
            QCOMPARE(out.at(QString::fromLatin1(id)).verdict, Verdict::NotRun);
        QCOMPARE(out.at(QStringLiteral("cors")).verdict, Verdict::Pass);
    }
    void slowerNeedsBothTwiceAndHalfASecond()
    {
        Outcome base, now;
        base.verdict = now.verdict = Verdict::Pass;
        base.took = Milliseconds(200);
        now.took = Milliseconds(450);
        QCOMPARE(against(now, base).verdict, Verdict::Pass);
        now.took = Milliseconds(550);
        QCOMPARE(against(now, base).verdict, Verdict::Slower);
        base.took = Milliseconds(400);
        QCOMPARE(against(now, base).verdict, Verdict::Pass);
        QCOMPARE(against(now, std::nullopt).verdict, Verdict::Pass);
    }
};

QTEST_GUILESS_MAIN(tst_SmokeSession)
#include "tst_SmokeSession.moc"
