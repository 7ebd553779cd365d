#include "app/plan/PlanReader.h"
#include "app/plan/PlanWriter.h"
#include "app/plan/StepKinds.h"
#include "app/plan/Templates.h"
#include "tests/kit/TestLoop.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonArray>
#include <QJsonObject>
#include <QTest>

using namespace switchyard;
using namespace switchyard::plan;

namespace {

const char* const kHead = "switchyard: 1\nplan: shop\naccounts:\n  h: {provider: heroku, keyring: shop/h}\n  r: {provider: render, keyring: shop/r}\n";
const char* const kEnv = "environments:\n  production:\n    services:\n      web:\n        kind: web\n        source: {account: h, app: shop, service: web}\n"
                         "        target: {account: r, service: shop-web}\n";

QString all(const std::vector<PlanProblem>& problems)
{
    QStringList out;
    for (const PlanProblem& p : problems)
        out << p.text();
    return out.join(u'\n');
}

} // namespace

class tst_PlanReader : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsTheTemplate()
    {
        std::vector<PlanProblem> problems;
        const auto parsed = parsePlan(templateText(QStringLiteral("projectify")), QStringLiteral("projectify.yaml"), &problems);
        QVERIFY2(parsed, qPrintable(all(problems)));
        const Plan& plan = *parsed;
        QCOMPARE(plan.name, QStringLiteral("projectify"));
        QCOMPARE(plan.sideTitle(Side::Source), QStringLiteral("Heroku + Netlify"));
        QCOMPARE(plan.sideTitle(Side::Target), QStringLiteral("Render"));
        QCOMPARE(plan.downtimeBudget, Milliseconds(std::chrono::minutes(15)));
        QCOMPARE(plan.production().domains.size(), std::size_t(3));
        QCOMPARE(plan.production().domains.at(2).host, QStringLiteral("api.projectify.test"));
        QCOMPARE(plan.production().databases.at(1).method, MoveMethod::StaysInPlace);
        QCOMPARE(plan.groups(), QStringList{QStringLiteral("all")});
        QCOMPARE(plan.dns.switchTtl, Seconds(60));
        QCOMPARE(plan.smoke.size(), std::size_t(14));
        QCOMPARE(plan.digest.size(), 64);
    }

    void tellsWhatIsWrong_data()
    {
        QTest::addColumn<QByteArray>("yaml");
        QTest::addColumn<int>("line");
        QTest::addColumn<int>("column");
        QTest::addColumn<QString>("what");
        QTest::addColumn<QString>("instead");
        const auto row = [](const char* name, const QByteArray& yaml, int line, int column, const char* what, const char* instead) {
            QTest::newRow(name) << yaml << line << column << QString::fromLatin1(what) << QString::fromLatin1(instead);
        };
        const QByteArray head(kHead), env(kEnv), good = head + env;
        row("empty", "", 1, 1, "The file is empty", "Start with");
        row("only a comment", "# nothing\n", 1, 1, "The file is empty", "Start with");
        row("not yaml", "switchyard: [1\nplan: x\n", 2, 5, "can't be read as YAML", "Check the indentation");
        row("tab", "switchyard: 1\naccounts:\n\th: 1\n", 3, 3, "can't be read as YAML", "Check the indentation");
        row("latin1", "switchyard: 1\nplan: caf\xe9\n", 2, 10, "isn't text", "UTF-8");
        row("nul", QByteArray("switchyard: 1\nplan: a\0b\n", 24), 2, 8, "isn't text", "UTF-8");
        row("list at top", "- a\n- b\n", 1, 1, "The plan is a list", "Write its keys");
        row("no version", "plan: shop\n", 1, 1, "doesn't say which version", "switchyard: 1");
        row("newer version", "switchyard: 2\nplan: shop\nnew-thing: 1\n", 1, 13, "format version 2", "Use a newer Switchyard");
        row("odd version", "switchyard: one\n", 1, 13, "isn't a number", "switchyard: 1");
        row("second document", good + "---\nplan: b\n", 14, 1, "A second document", "file of its own");
        row("anchor", "switchyard: 1\nplan: &a shop\n", 2, 7, "to repeat it", "write the value out");
        row("tag", "switchyard: 1\nplan: !!int 5\n", 2, 7, "type mark", "Remove the type mark");
        row("no accounts", "switchyard: 1\nplan: shop\n" + env, 1, 1, "\"accounts\" is missing", "accounts:");
        row("no environments", head, 1, 1, "\"environments\" is missing", "environments:");
        row("unknown key", good + "buget: 15 min\n", 13, 1, "knows no key \"buget\"", "Write \"budget\"");
        row("unknown key far", good + "colour: red\n", 13, 1, "knows no key \"colour\"", "Use one of: accounts");
        row("unknown account key", "switchyard: 1\nplan: shop\naccounts:\n  h:\n    provder: heroku\n    keyring: a/b\n  r: {provider: render, keyring: a/c}\n" + env, 5, 5, "knows no key \"provder\"", "Write \"provider\"");
        row("provider", "switchyard: 1\nplan: shop\naccounts:\n  h: {provider: heroko, keyring: a/b}\n  r: {provider: render, keyring: a/c}\n" + env, 4, 17, "isn't a known value", "Write \"heroku\"");
        row("duplicate key", good + "budget: 1 min\nbudget: 2 min\n", 14, 1, "\"budget\" stands here a second time", "Remove one");
        row("duplicate service", good + "      web:\n        kind: web\n        source: {account: h, app: a}\n", 13, 7, "\"web\" stands here a second time", "Remove one");
        row("wrong type", good + "budget: [1, 2]\n", 13, 9, "isn't a time with a unit", "15 min");
        row("no unit", good + "budget: 15\n", 13, 9, "isn't a time with a unit", "15 min");
        row("map for list", good + "steps: {a: 1}\n", 13, 8, "a list is needed", "- ");
        row("text for map", good + "dns: cloudflare\n", 13, 6, "a map is needed", "Write its keys");
        row("boolean", good + "poll: {team: yes}\n", 13, 14, "neither true nor false", "true or false");
        row("unknown account", head + "environments:\n  production:\n    services:\n      web: {kind: web, source: {account: herok, app: s}}\n", 9, 42, "There is no account \"herok\"", "Use one of: h, r");
        row("unknown service", good + "    domains:\n      a.shop.test: {service: wbe}\ndns: {account: r, zone: shop.test}\n", 14, 30, "There is no service \"wbe\"", "Write \"web\"");
        row("foreign host", good + "    domains:\n      shop.org: {service: web}\ndns: {account: r, zone: shop.test}\n", 14, 7, "isn't in the zone", "Remove the host");
        row("bad host", good + "    domains:\n      Shop_1: {service: web}\ndns: {account: r, zone: shop.test}\n", 14, 7, "isn't a host name", "www.example.org");
        row("domains without dns", good + "    domains:\n      a.shop.test: {service: web}\n", 14, 7, "no \"dns\"", "Add \"dns:\"");
        row("empty service", head + "environments:\n  production:\n    services:\n      web: {kind: web}\n", 9, 7, "neither a source nor a target", "Add \"source:\"");
        row("half database", good + "    databases:\n      db: {source: {account: h, app: s}}\n", 14, 11, "\"target\" is missing", "Add a line");
        row("password in url", good + "resolvers: [\"postgres://u:pa55@h/db\"]\n", 13, 13, "looks like a URL with a password", "keyring");
        row("token key", "switchyard: 1\nplan: shop\naccounts:\n  h: {provider: heroku, keyring: a/b, token: abc}\n  r: {provider: render, keyring: a/c}\n" + env, 4, 39, "asks for a secret", "keyring");
        row("token value", "switchyard: 1\nplan: shop\naccounts:\n  h: {provider: heroku, keyring: HRKU-0123456789abcdef}\n  r: {provider: render, keyring: a/c}\n" + env, 4, 34,
            "looks like a Heroku token", "keyring");
        row("uuid keyring", "switchyard: 1\nplan: shop\naccounts:\n  h: {provider: heroku, keyring: 01234567-89ab-cdef-0123-456789abcdef}\n  r: {provider: render, keyring: a/c}\n" + env, 4, 34,
            "looks like a token", "name of the keyring entry");
        row("clear text url", "switchyard: 1\nplan: shop\naccounts:\n  h: {provider: heroku, keyring: a/b, base-url: \"http://api.example.org\"}\n  r: {provider: render, keyring: a/c}\n" + env, 4, 49,
            "neither https nor on this machine", "https://host");
        row("plan name", "switchyard: 1\nplan: My Shop\naccounts:\n  h: {provider: heroku, keyring: a/b}\n  r: {provider: render, keyring: a/c}\n" + env, 2, 7, "The plan's name is \"My Shop\"", "Write \"my-shop\"");
        row("step kind", good + "steps:\n  - {kind: prefligth, phase: Prepare}\n", 14, 12, "isn't a known value", "Write \"preflight\"");
        row("step phase order", good + "steps:\n  - {kind: manual, phase: Freeze}\n  - {kind: preflight, phase: Prepare}\n", 15, 30, "A step of Prepare stands after one of Freeze", "Move the step up");
        row("step in wrong phase", good + "steps:\n  - {kind: maintenance-on, phase: Close}\n", 14, 35, "can't stand in Close", "Move it to Freeze");
        row("step needs another", good + "steps:\n  - {kind: lower-ttls, phase: Prepare}\n", 14, 5, "no save-zone comes before", "Add a step of kind save-zone");
        row("step ids", good + "steps:\n  - {kind: manual, phase: Freeze}\n  - {kind: manual, phase: Freeze}\n", 15, 5, "Two steps have the id \"manual\"", "manual-2");
        row("step parameter", good + "steps:\n  - kind: manual\n    phase: Freeze\n    with: {instruction: x}\n", 16, 12, "knows no key \"instruction\"", "Write \"instructions\"");
        row("step group", good + "steps:\n  - kind: go-no-go\n    phase: Switch\n    with: {group: all}\n", 16, 19, "The plan has no group \"all\"", "Remove the line");
        row("smoke id", good + "smoke:\n  - id: sign-in\n", 14, 9, "isn't a known value", "Write \"sign-up\"");
        row("window", good + "window: {start: 2026-03-15}\n", 13, 17, "isn't an instant", "2026-03-15T22:00:00Z");
        row("window order", good + "window: {start: \"2026-03-15T22:00:00Z\", end: \"2026-03-15T21:00:00Z\"}\n", 13, 46, "ends before it starts", "later");
        row("resolver", good + "resolvers: [dns.google]\n", 13, 13, "isn't an IP address", "1.1.1.1");
        row("number", good + "    databases:\n      db:\n        source: {account: h, app: s}\n        target: {account: r, app: s}\n        sequence-margin: many\n", 17, 26, "isn't a whole number", "digits");
    }
    void tellsWhatIsWrong()
    {
        QFETCH(QByteArray, yaml);
        QFETCH(int, line);
        QFETCH(int, column);
        QFETCH(QString, what);
        QFETCH(QString, instead);
        std::vector<PlanProblem> problems;
        const auto plan = parsePlan(yaml, QStringLiteral("p.yaml"), &problems);
        QVERIFY(!plan);
        QVERIFY(!problems.empty());
        const PlanProblem& p = problems.front();
        QVERIFY2(p.line == line && p.column == column && p.what.contains(what) && p.instead.contains(instead), qPrintable(all(problems)));
        QVERIFY(!p.means.isEmpty());
        QCOMPARE(problems.size(), std::size_t(1));
        QVERIFY2(!all(problems).contains(QStringLiteral("pa55")) && !all(problems).contains(QStringLiteral("0123456789abcdef")), "a problem must not repeat a secret");
    }

    void findsEverythingInOnePass()
    {
        std::vector<PlanProblem> problems;
        const auto plan = parsePlan(QByteArray(kHead) + kEnv + "buget: 1 min\npoll: {team: maybe}\nresolvers: [x]\n", QStringLiteral("p.yaml"), &problems);
        QVERIFY(!plan);
        QCOMPARE(problems.size(), std::size_t(3));
        QVERIFY(plan.error().remedy.contains(QStringLiteral("2 more")));
        QVERIFY(plan.error().happened.startsWith(QStringLiteral("p.yaml:13:1: ")));
    }

    void writtenPlansReadBackTheSame()
    {
        auto first = parsePlan(templateText(QStringLiteral("projectify")), QStringLiteral("a"));
        SY_VERIFY_OK(first);
        Plan plan = *first;
        plan.title = QStringLiteral("odd: \"title\" # with \\ and \n line");
        plan.resolvers = {QStringLiteral("1.1.1.1"), QStringLiteral("2606:4700::1111")};
        plan.windowStart = QStringLiteral("2026-03-15T22:00:00Z");
        StepSpec step;
        step.id = QStringLiteral("tell-support");
        step.kind = QStringLiteral("manual");
        step.phase = Phase::Freeze;
        step.title = QStringLiteral("Tell support, and wait");
        step.person = true;
        step.planned = Milliseconds(90'000);
        step.with[QStringLiteral("instructions")] = QStringLiteral("Call them: 555 # now");
        plan.steps = {step};
        const QByteArray text = writePlan(plan);
        const auto again = parsePlan(text, QStringLiteral("b"));
        QVERIFY2(again, again ? "" : qPrintable(again.error().detail + u'\n' + QString::fromUtf8(text)));
        QCOMPARE(writePlan(*again), text);
        QCOMPARE(again->title, plan.title);
        QCOMPARE(again->resolvers, plan.resolvers);
        QCOMPARE(again->steps.front().with, step.with);
        QCOMPARE(again->steps.front().planned, step.planned);
        QCOMPARE(again->digest, planDigest(plan));
    }

    void digestFollowsStepsMappingAndBudgetOnly()
    {
        const auto plan = loadTemplate(QStringLiteral("projectify"));
        SY_VERIFY_OK(plan);
        Plan other = *plan;
        other.title = QStringLiteral("Another title");
        other.accounts.front().keyring = QStringLiteral("elsewhere");
        QCOMPARE(planDigest(other), plan->digest);
        other.downtimeBudget += Milliseconds(1000);
        QVERIFY(planDigest(other) != plan->digest);
        other = *plan;
        other.environments.front().domains.front().service = QStringLiteral("web");
        QVERIFY(planDigest(other) != plan->digest);
    }

    void schemaKnowsTheSameKeys()
    {
        QFile file(QStringLiteral(SWITCHYARD_SOURCE_DIR "/resources/schema/plan.schema.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QJsonObject schema = QJsonDocument::fromJson(file.readAll()).object();
        QVERIFY(!schema.isEmpty());
        const QJsonObject defs = schema[QLatin1String("$defs")].toObject();
        for (const auto& [path, keys] : planKeys()) {
            QString name = path;
            name.remove(QStringLiteral(".*"));
            const QJsonObject part = path.isEmpty() ? schema : defs[name].toObject();
            QVERIFY2(!part.isEmpty(), qPrintable(path));
            QVERIFY2(part[QLatin1String("additionalProperties")] == QJsonValue(false), qPrintable(path));
            QStringList have = part[QLatin1String("properties")].toObject().keys(), want = keys;
            have.sort();
            want.sort();
            QCOMPARE(have, want);
        }
        QStringList kinds, known;
        for (const QJsonValue v : defs[QLatin1String("steps")].toObject()[QLatin1String("properties")].toObject()[QLatin1String("kind")].toObject()[QLatin1String("enum")].toArray())
            kinds << v.toString();
        for (const StepKind& k : stepKinds())
            known << k.kind;
        QCOMPARE(kinds, known);
    }

    void durations()
    {
        QCOMPARE(durationFromText(QStringLiteral("15 min")), std::optional(Milliseconds(900'000)));
        QCOMPARE(durationFromText(QStringLiteral("1 h 30 min")), std::optional(Milliseconds(5'400'000)));
        QCOMPARE(durationFromText(QStringLiteral("250ms")), std::optional(Milliseconds(250)));
        QVERIFY(!durationFromText(QStringLiteral("15")));
        QVERIFY(!durationFromText(QStringLiteral("15 minutes")));
        QVERIFY(!durationFromText(QStringLiteral("-5 s")));
        QVERIFY(!durationFromText(QString()));
        for (const qint64 ms : {0LL, 1LL, 999LL, 60'000LL, 90'061'001LL})
            QCOMPARE(durationFromText(durationToText(Milliseconds(ms))), std::optional(Milliseconds(ms)));
    }
};

QTEST_GUILESS_MAIN(tst_PlanReader)
#include "tst_PlanReader.moc"
