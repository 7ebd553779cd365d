#include "app/cutover/monitor/SettingsBoard.h"

#include "tests/kit/FakePorts.h"
#include "tests/kit/FakeRun.h"
#include "tests/kit/TestLoop.h"

#include <QTest>

using namespace switchyard;
using namespace switchyard::cutover;
using namespace switchyard::test;

namespace {
QString q(const char* text) { return QString::fromUtf8(text); }

plan::Plan planOf()
{
    plan::Plan p;
    p.name = q("shop");
    plan::Environment env;
    env.name = q("production");
    env.services = {{q("web"), ServiceKind::Web, {q("heroku"), q("shop"), q("web")}, {q("render"), {}, q("shop-web")}, false, {}},
                    {q("old"), ServiceKind::Worker, {q("heroku"), q("shop"), q("worker")}, {}, false, {}}};
    env.rewrites = {{q("shop.herokuapp.com"), q("shop.onrender.com")}};
    env.expected = {{q("LOG_LEVEL"), q("Louder while we watch."), q("Mara"), {}}};
    p.environments = {env};
    return p;
}
const SettingRow* find(const SettingsView& view, const char* key)
{
    for (const SettingRow& row : view.rows) {
        if (row.key == q(key))
            return &row;
    }
    return nullptr;
}
} // namespace

class tst_SettingsBoard : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void bothSidesAreReadAndNoSecretIsShown()
    {
        FakeRun run(planOf());
        EffectLog effects;
        auto heroku = std::make_shared<FakeHosting>(q("heroku"), 0u, &effects);
        auto render = std::make_shared<FakeHosting>(q("render"), 0u, &effects);
        auto& source = heroku->add({q("heroku"), q("shop"), q("web")}, ServiceKind::Web, 1);
        auto& target = render->add({q("render"), {}, q("shop-web")}, ServiceKind::Web, 1);
        source.settings = {{q("API_URL"), q("https://shop.herokuapp.com/api")}, {q("DATABASE_URL"), q("postgres://u:sourcepw@db.source.test/d")}, {q("SECRET_KEY"), q("a-very-secret-value")},
                           {q("HOOK"), q("https://user:hookpass@hooks.test/x")}, {q("LOG_LEVEL"), q("info")}, {q("ONLY_HERE"), q("1")}};
        target.settings = {{q("API_URL"), q("https://shop.onrender.com/api")}, {q("DATABASE_URL"), q("postgres://u:targetpw@db.target.test/d")}, {q("SECRET_KEY"), q("a-very-secret-value")},
                           {q("HOOK"), q("https://user:hookpass@hooks.test/x")}, {q("LOG_LEVEL"), q("debug")}, {q("ONLY_THERE"), q("2")}};
        run.services().hosting = {{q("heroku"), heroku}, {q("render"), render}};
        const std::stop_source stop;
        SY_VERIFY_OK(test::run(readAllSettings(&run, stop.get_token())));
        QCOMPARE(run.state().settings.size(), std::size_t(1)); // what has no counterpart has no settings to compare
        const SettingsView& view = run.state().settings.front();
        QCOMPARE(view.environment, q("production"));
        QCOMPARE(view.sourceTitle, q("Heroku shop"));
        QVERIFY(view.readAt.has_value());
        QVERIFY(!view.reading);
        QCOMPARE(view.rows.size(), std::size_t(7));
        QCOMPARE(find(view, "API_URL")->verdict, SettingVerdict::HostRewrite);
        QCOMPARE(find(view, "API_URL")->target.text, q("https://shop.onrender.com/api"));
        QCOMPARE(find(view, "LOG_LEVEL")->verdict, SettingVerdict::Expected);
        QCOMPARE(find(view, "LOG_LEVEL")->explanation, q("Louder while we watch."));
        QCOMPARE(find(view, "ONLY_HERE")->verdict, SettingVerdict::Missing);
        QCOMPARE(find(view, "ONLY_HERE")->suggestion, q("1"));
        QCOMPARE(find(view, "ONLY_THERE")->verdict, SettingVerdict::Extra);
        for (const char* key : {"DATABASE_URL", "SECRET_KEY", "HOOK"}) {
            const SettingRow* row = find(view, key);
            QVERIFY2(row->secret, key);
            QVERIFY(row->source.text.isEmpty() && row->target.text.isEmpty() && row->suggestion.isEmpty());
            QVERIFY(row->source.length > 0 && !row->source.fingerprint.isEmpty());
        }
        QCOMPARE(find(view, "SECRET_KEY")->source.fingerprint, find(view, "SECRET_KEY")->target.fingerprint);
        for (const SettingRow& row : view.rows) {
            const QString all = row.source.text + row.target.text + row.explanation + row.suggestion;
            for (const char* secret : {"sourcepw", "targetpw", "hookpass", "a-very-secret"})
                QVERIFY2(!all.contains(q(secret)), qPrintable(row.key));
        }
    }
    void aSideThatCantBeReadKeepsItsRows()
    {
        FakeRun run(planOf());
        EffectLog effects;
        auto heroku = std::make_shared<FakeHosting>(q("heroku"), 0u, &effects);
        auto render = std::make_shared<FakeHosting>(q("render"), 0u, &effects);
        heroku->add({q("heroku"), q("shop"), q("web")}, ServiceKind::Web, 1).settings = {{q("A"), q("1")}};
        render->add({q("render"), {}, q("shop-web")}, ServiceKind::Web, 1).settings = {{q("A"), q("1")}};
        run.services().hosting = {{q("heroku"), heroku}, {q("render"), render}};
        const std::stop_source stop;
        SY_VERIFY_OK(test::run(readAllSettings(&run, stop.get_token())));
        QCOMPARE(run.state().settings.front().rows.size(), std::size_t(1));
        render->held.clear();
        SY_VERIFY_OK(test::run(readAllSettings(&run, stop.get_token())));
        QCOMPARE(run.state().settings.front().rows.size(), std::size_t(1));
        QVERIFY(!run.state().settings.front().problem.isEmpty());
        QVERIFY(!run.state().settings.front().reading);
    }
};

QTEST_GUILESS_MAIN(tst_SettingsBoard)
#include "tst_SettingsBoard.moc"
