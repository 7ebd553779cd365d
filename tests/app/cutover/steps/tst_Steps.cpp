#include "app/cutover/Template.h"
#include "app/cutover/steps/Factory.h"
#include "app/plan/Templates.h"
#include "tests/kit/FakePorts.h"
#include "tests/kit/FakeRun.h"
#include "tests/kit/TestLoop.h"

#include <QJsonDocument>
#include <QTest>

using namespace switchyard;
using namespace switchyard::cutover;

namespace {

ServiceRef ref(const char* account, const char* app, const char* service) { return {QString::fromLatin1(account), QString::fromLatin1(app), QString::fromLatin1(service)}; }

/// projectify on both sides, faked.
struct Yard {
    test::EffectLog log;
    std::shared_ptr<test::FakeHosting> heroku, netlify, render;
    std::shared_ptr<test::FakeDns> dns;
    std::shared_ptr<test::FakeResolver> resolver;
    std::shared_ptr<test::FakeProber> prober;
    std::shared_ptr<test::FakeQueue> queue;
    std::shared_ptr<test::FakeMover> mover;
    std::unique_ptr<test::FakeRun> run;
    ActionFactory factory = makeActionFactory();

    Yard()
    {
        using H = HostingProvider;
        plan::Plan plan = *plan::loadTemplate(QStringLiteral("projectify"));
        plan.steps = generateSteps(plan);
        run = std::make_unique<test::FakeRun>(plan);
        heroku = std::make_shared<test::FakeHosting>(QStringLiteral("heroku"), H::CanMaintenance | H::CanScaleToZero | H::CanBackup, &log);
        netlify = std::make_shared<test::FakeHosting>(QStringLiteral("netlify"), H::CanMaintenanceDeploy | H::CanSuspend, &log);
        render = std::make_shared<test::FakeHosting>(QStringLiteral("render"), H::CanSuspend | H::CanDeploy | H::CanAllowList | H::SettingsNeedDeploy, &log);
        heroku->add(ref("heroku", "projectify", "web"), ServiceKind::Web, 2).settings = {{QStringLiteral("SECRET_KEY"), QStringLiteral("abc")},
                                                                                       {QStringLiteral("ALLOWED_HOSTS"), QStringLiteral("api.projectify.test")},
                                                                                       {QStringLiteral("DATABASE_URL"), QStringLiteral("postgres://a:b@old/x")}};
        heroku->add(ref("heroku", "projectify", "worker"), ServiceKind::Worker, 3).settings = {{QStringLiteral("SECRET_KEY"), QStringLiteral("abc")}};
        netlify->add(ref("netlify", "projectify", ""), ServiceKind::Site, 1);
        auto& web = render->add(ref("render", "", "projectify-web"), ServiceKind::Web, 2);
        web.settings = {{QStringLiteral("SECRET_KEY"), QStringLiteral("other")}, {QStringLiteral("DATABASE_URL"), QStringLiteral("postgres://a:b@new/x")}};
        web.url = QStringLiteral("https://projectify-web.onrender.test");
        auto& worker = render->add(ref("render", "", "projectify-worker"), ServiceKind::Worker, 1);
        worker.service.suspended = true;
        worker.service.running = 0;
        worker.settings = {{QStringLiteral("SECRET_KEY"), QStringLiteral("abc")}};
        render->add(ref("render", "", "projectify-frontend"), ServiceKind::Site, 1).url = QStringLiteral("https://projectify-frontend.onrender.test");
        render->add(ref("render", "", "projectify-db"), ServiceKind::Database, 1);
        dns = std::make_shared<test::FakeDns>(&log);
        dns->zone.name = QStringLiteral("projectify.test.");
        const auto set = [](const char* name, const char* type, int ttl, const char* value) { return RecordSet{QString::fromLatin1(name), QString::fromLatin1(type), Seconds(ttl), {QString::fromLatin1(value)}, false}; };
        dns->zone.records = {set("api.projectify.test.", "CNAME", 300, "elm.herokudns.test."), set("projectify.test.", "A", 3600, "192.0.2.5"), set("projectify.test.", "AAAA", 300, "2001:db8::5"),
                             set("projectify.test.", "MX", 300, "10 mx.test."), set("www.projectify.test.", "CNAME", 300, "projectify.netlify.test.")};
        resolver = std::make_shared<test::FakeResolver>(dns.get(), &run->runClock);
        resolver->platform = {{QStringLiteral("projectify-web.onrender.test"), QStringLiteral("203.0.113.9")}, {QStringLiteral("projectify-frontend.onrender.test"), QStringLiteral("203.0.113.9")},
                              {QStringLiteral("elm.herokudns.test"), QStringLiteral("192.0.2.1")}, {QStringLiteral("projectify.netlify.test"), QStringLiteral("192.0.2.5")}};
        prober = std::make_shared<test::FakeProber>();
        queue = std::make_shared<test::FakeQueue>();
        mover = std::make_shared<test::FakeMover>(&log);
        RunServices& s = run->services();
        s.hosting = {{QStringLiteral("heroku"), heroku}, {QStringLiteral("netlify"), netlify}, {QStringLiteral("render"), render}};
        s.dns = dns;
        s.resolver = resolver;
        s.resolvers = {{QStringLiteral("ns"), QStringLiteral("authoritative"), QStringLiteral("192.0.2.53"), true}, {QStringLiteral("one"), QStringLiteral("One"), QStringLiteral("192.0.2.11"), false},
                       {QStringLiteral("isp"), QStringLiteral("Access provider"), QStringLiteral("192.0.2.12"), false}};
        s.prober = prober;
        s.queue = queue;
        run->movers[QStringLiteral("projectify-db")] = mover;
    }
    std::unique_ptr<StepAction> step(const QString& id)
    {
        for (const plan::StepSpec& s : run->plan().steps) {
            if (s.id == id)
                return std::move(factory(s, run.get())).value();
        }
        return {};
    }
    /// What the engine does with a step: preview, perform, keep the memory, read back.
    Result<StepOutcome> go(const QString& id)
    {
        const auto action = step(id);
        const auto preview = test::run(action->preview({}));
        if (!preview)
            return preview.error();
        test::FakeVoice voice(run.get(), id);
        auto out = test::run(action->perform(&voice, {}));
        if (!out)
            return out;
        run->merge(id, out->memory);
        const auto verified = test::run(action->verify({}));
        if (!verified)
            return verified.error();
        return out;
    }
    Result<StepOutcome> back(const QString& id)
    {
        const auto action = step(id);
        test::FakeVoice voice(run.get(), id);
        return test::run(action->undo(&voice, {}));
    }
    QStringList ids() const
    {
        QStringList out;
        for (const plan::StepSpec& s : run->plan().steps)
            out << s.id;
        return out;
    }
    /// Everything outside that a way back must restore.
    QStringList outside() const
    {
        QStringList out;
        for (const RecordSet& r : dns->zone.records)
            out << QStringLiteral("%1 %2 %3 %4").arg(r.name, r.type).arg(r.ttl.count()).arg(r.values.join(u','));
        for (const auto& host : {heroku, netlify, render}) {
            for (const auto& [key, h] : host->held) {
                out << QStringLiteral("%1 %2 %3 %4 %5").arg(host->id(), key).arg(h.service.desired).arg(h.service.suspended).arg(h.allow.size());
                for (const auto& [k, v] : h.settings)
                    out << key + u' ' + k + u'=' + v;
                for (const auto& [k, v] : h.domains)
                    out << key + u' ' + k;
            }
            out << host->inMaintenance();
        }
        out << QStringLiteral("held %1 %2").arg(mover->sourceHeld).arg(mover->targetHeld);
        return out;
    }
    static bool needsApp(const QString& id) { return id == u"record-baseline" || id == u"smoke-auto" || id == u"smoke-manual"; }
};

} // namespace

class tst_Steps : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void wholeCutoverEndsAtTheTargetWithNothingLent()
    {
        Yard yard;
        yard.queue->pending = {3, 1, 0};
        for (const QString& id : yard.ids()) {
            if (Yard::needsApp(id)) {
                QJsonObject m;
                m.insert(QStringLiteral("at"), isoUtc(yard.run->runClock.now()));
                yard.run->merge(id, m);
                continue;
            }
            for (const Interlock& lock : yard.step(id)->interlocks()) {
                const InterlockReading r = lock.read();
                QVERIFY2(r.state == InterlockState::Closed || (lock.id == u"certificate" && r.state == InterlockState::Caution), qPrintable(id + u' ' + lock.id + u' ' + r.value + u' ' + r.blockedBy));
            }
            const auto out = yard.go(id);
            QVERIFY2(out, out ? "" : qPrintable(id + QStringLiteral(": ") + out.error().sentence() + out.error().detail));
            QVERIFY2(!out->says.isEmpty(), qPrintable(id));
        }
        const Zone& zone = yard.dns->zone;
        QCOMPARE(zone.find(QStringLiteral("api.projectify.test."), QStringLiteral("CNAME"))->values.front(), QStringLiteral("projectify-web.onrender.test."));
        QCOMPARE(zone.find(QStringLiteral("projectify.test."), QStringLiteral("CNAME"))->values.front(), QStringLiteral("projectify-frontend.onrender.test."));
        QVERIFY(!zone.find(QStringLiteral("projectify.test."), QStringLiteral("AAAA")));
        QCOMPARE(zone.find(QStringLiteral("api.projectify.test."), QStringLiteral("CNAME"))->ttl, Seconds(300));
        for (const LentEntry& e : yard.run->state().lent)
            QVERIFY2(!e.open, qPrintable(e.id));
        QVERIFY(yard.mover->sourceHeld && !yard.mover->targetHeld);
        QCOMPARE(yard.heroku->held[QStringLiteral("projectify/web")].service.desired, 0);
        QCOMPARE(yard.heroku->held[QStringLiteral("projectify/worker")].service.desired, 0);
        QVERIFY(!yard.render->held[QStringLiteral("projectify-worker")].service.suspended);
        QVERIFY(yard.render->held[QStringLiteral("projectify-db")].allow.empty());
        QCOMPARE(yard.render->held[QStringLiteral("projectify-web")].settings[QStringLiteral("SECRET_KEY")], QStringLiteral("abc"));
        QCOMPARE(yard.render->held[QStringLiteral("projectify-web")].settings[QStringLiteral("ALLOWED_HOSTS")], QStringLiteral("api.projectify.test,projectify-web.onrender.test"));
        QCOMPARE(yard.render->held[QStringLiteral("projectify-web")].settings[QStringLiteral("DATABASE_URL")], QStringLiteral("postgres://a:b@new/x"));
        QCOMPARE(yard.heroku->inMaintenance(), QStringList{QStringLiteral("projectify")}); // kept with the stopped source
        QVERIFY2(!yard.netlify->held[QStringLiteral("projectify")].service.suspended, "a disabled site shows no maintenance page");
    }

    void wayBackRestoresEverything()
    {
        Yard yard;
        const QStringList before = yard.outside();
        QStringList done;
        for (const QString& id : yard.ids()) {
            if (Yard::needsApp(id))
                continue;
            const auto out = yard.go(id);
            QVERIFY2(out, out ? "" : qPrintable(id + out.error().sentence()));
            done.prepend(id);
            if (id == u"start-workers")
                break;
        }
        for (const QString& id : done) {
            const auto back = yard.back(id);
            QVERIFY2(back, back ? "" : qPrintable(id + back.error().sentence()));
        }
        QCOMPARE(yard.outside(), before);
        for (const LentEntry& e : yard.run->state().lent)
            QVERIFY2(!e.open, qPrintable(e.id));
    }

    void everyUndoPreviewTellsWhatUndoDoes()
    {
        Yard yard;
        for (const QString& id : yard.ids()) {
            if (Yard::needsApp(id))
                continue;
            SY_VERIFY_OK(yard.go(id));
            const UndoPreview preview = yard.step(id)->undoPreview();
            const bool writes = id == u"lower-ttls" || id == u"add-domains" || id == u"allow-machine" || id == u"copy-settings" || id == u"hold-target" || id == u"maintenance-on" || id == u"drain-queue" || id == u"switch-names"
                                || id == u"open-writes" || id == u"start-workers";
            QVERIFY2(preview.needed == writes || id == u"stop-source", qPrintable(id));
            if (writes) {
                QVERIFY2(!preview.summary.isEmpty() && !preview.calls.empty(), qPrintable(id));
            }
            if (id == u"start-workers")
                return;
        }
    }

    void crashSendsNothingTwice_data()
    {
        QTest::addColumn<QString>("id");
        for (const char* id : {"copy-settings", "lower-ttls", "add-domains", "allow-machine", "deploy-target", "hold-target", "create-schema", "maintenance-on", "drain-queue", "switch-names", "open-writes", "start-workers",
                               "restore-ttls", "remove-allow", "stop-source"})
            QTest::newRow(id) << QString::fromLatin1(id);
    }
    void crashSendsNothingTwice()
    {
        QFETCH(QString, id);
        // How many calls the step makes, and what is outside when nothing disturbs it.
        const auto until = [&](Yard& yard) {
            for (const QString& s : yard.ids()) {
                if (s == id)
                    return true;
                if (!Yard::needsApp(s) && !yard.go(s))
                    return false;
            }
            return false;
        };
        Yard calm;
        QVERIFY(until(calm));
        calm.log.clear();
        SY_VERIFY_OK(calm.go(id));
        const QStringList wanted = calm.outside();
        QStringList effects = calm.log;
        effects.sort();
        const int calls = static_cast<int>(calm.run->calls[id].size());
        QVERIFY(calls > 0);
        for (int n = 1; n <= calls; ++n) {
            for (const bool after : {false, true}) {
                Yard yard;
                QVERIFY(until(yard));
                yard.log.clear();
                {
                    test::FakeVoice voice(yard.run.get(), id);
                    (after ? voice.crashAfterCall : voice.crashBeforeCall) = n;
                    const auto action = yard.step(id);
                    const auto cut = test::run(action->perform(&voice, {}));
                    QVERIFY(!cut);
                    QCOMPARE(cut.error().kind, ErrorKind::Cancelled);
                }
                yard.run->forgetScratch(); // the process is gone; the journal's memory stays
                const auto found = test::run(yard.step(id)->probe({}));
                SY_VERIFY_OK(found);
                if (found->effect != Effect::Done)
                    SY_VERIFY_OK(yard.go(id));
                else
                    SY_VERIFY_OK(test::run(yard.step(id)->verify({})));
                QStringList sent = yard.log;
                sent.sort();
                QCOMPARE(sent, effects);
                QCOMPARE(yard.outside(), wanted);
            }
        }
    }

    void someoneElsesChangeIsNotOverwritten()
    {
        Yard yard;
        for (const QString& id : yard.ids()) {
            if (id == u"switch-names")
                break;
            if (!Yard::needsApp(id))
                SY_VERIFY_OK(yard.go(id));
        }
        for (RecordSet& r : yard.dns->zone.records) {
            if (r.name == u"api.projectify.test.")
                r.values = {QStringLiteral("elsewhere.test.")};
        }
        const auto refused = yard.go(QStringLiteral("switch-names"));
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, ErrorKind::Conflict);
        QVERIFY(refused.error().happened.contains(QStringLiteral("api.projectify.test")));
        QCOMPARE(yard.dns->zone.find(QStringLiteral("www.projectify.test."), QStringLiteral("CNAME"))->values.front(), QStringLiteral("projectify.netlify.test."));
    }

    void writersAndDifferencesStopThePlan()
    {
        Yard yard;
        yard.mover->quiet = false;
        const auto writes = yard.go(QStringLiteral("prove-quiet"));
        QVERIFY(!writes);
        QVERIFY2(writes.error().happened.contains(QStringLiteral("workspace_task (12 rows)")), qPrintable(writes.error().happened));
        yard.mover->differing = 2;
        const auto differs = yard.go(QStringLiteral("compare-checksums"));
        QVERIFY(!differs);
        QCOMPARE(differs.error().happened, QStringLiteral("2 tables differ after verify: t0, t1."));
        QCOMPARE(differs.error().means, QStringLiteral("Switching now would lose 14 rows."));
        const auto locks = yard.step(QStringLiteral("switch-names"))->interlocks();
        const auto checksums = std::find_if(locks.begin(), locks.end(), [](const Interlock& l) { return l.id == u"checksums"; });
        QVERIFY(checksums != locks.end());
        QVERIFY(checksums->read().state == InterlockState::Open);
    }

    void stubbornResolverIsNamedNotWaitedFor()
    {
        Yard yard;
        for (const QString& id : yard.ids()) {
            if (id == u"switch-names")
                yard.resolver->oldZone = yard.dns->zone;
            if (id == u"wait-names")
                break;
            if (!Yard::needsApp(id))
                SY_VERIFY_OK(yard.go(id));
        }
        yard.resolver->stubborn = {QStringLiteral("isp")};
        const auto out = yard.go(QStringLiteral("wait-names"));
        SY_VERIFY_OK(out);
        QVERIFY2(out->says.startsWith(QStringLiteral("6 of 9 answers are Render.")) && out->says.contains(QStringLiteral("Access provider holds 600 s")), qPrintable(out->says));
        QCOMPARE(yard.run->state().findings.back().id, QStringLiteral("DNS-24/Access provider"));
    }

    void queueThatStandsStillIsTold()
    {
        Yard yard;
        yard.queue->pending = {5};
        yard.heroku->held[QStringLiteral("projectify/worker")].service.desired = yard.heroku->held[QStringLiteral("projectify/worker")].service.running = 0;
        const auto out = yard.go(QStringLiteral("drain-queue"));
        QVERIFY(!out);
        QVERIFY(out.error().happened.contains(QStringLiteral("5 jobs")));
    }

    void failedDeployStopsWithItsWord()
    {
        Yard yard;
        yard.render->nextDeployFails = true;
        const auto out = yard.go(QStringLiteral("deploy-target"));
        QVERIFY(!out);
        QVERIFY2(out.error().happened.contains(QStringLiteral("build_failed")), qPrintable(out.error().happened));
        SY_VERIFY_OK(yard.go(QStringLiteral("deploy-target"))); // again: a new deploy
    }

    void expiredTokenStopsAtTheFirstStep()
    {
        Yard yard;
        yard.render->tokenWorks = false;
        const auto out = yard.go(QStringLiteral("preflight"));
        QVERIFY(!out);
        QCOMPARE(out.error().kind, ErrorKind::Auth);
        QVERIFY2(out.error().happened.contains(QStringLiteral("refused the token")), qPrintable(out.error().happened));
    }

    void settingsKeepSecretsOutOfMemory()
    {
        Yard yard;
        SY_VERIFY_OK(yard.go(QStringLiteral("copy-settings")));
        const QByteArray memory = QJsonDocument(yard.run->memory(QStringLiteral("copy-settings"))).toJson();
        QVERIFY(memory.contains("SECRET_KEY"));
        QVERIFY(!memory.contains("abc") && !memory.contains("other"));
        // After a crash the old value is gone: undo removes what it added and says what stays.
        yard.run->forgetScratch();
        const auto back = yard.back(QStringLiteral("copy-settings"));
        SY_VERIFY_OK(back);
        QVERIFY(!yard.render->held[QStringLiteral("projectify-web")].settings.contains(QStringLiteral("ALLOWED_HOSTS")));
        QCOMPARE(yard.render->held[QStringLiteral("projectify-web")].settings[QStringLiteral("SECRET_KEY")], QStringLiteral("abc"));
        QVERIFY(back->evidence.back().text.contains(QStringLiteral("SECRET_KEY")));
    }
};

QTEST_GUILESS_MAIN(tst_Steps)
#include "tst_Steps.moc"
