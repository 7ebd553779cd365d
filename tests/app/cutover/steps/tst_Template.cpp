#include "app/cutover/Template.h"
#include "app/cutover/steps/Factory.h"
#include "app/plan/PlanReader.h"
#include "app/plan/PlanWriter.h"
#include "app/plan/StepKinds.h"
#include "app/plan/Templates.h"
#include "tests/kit/FakeRun.h"
#include "tests/kit/TestLoop.h"

#include <QTest>

using namespace switchyard;
using namespace switchyard::cutover;

class tst_Template : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void projectifyHasThePhasesInOrder()
    {
        const auto plan = plan::loadTemplate(QStringLiteral("projectify"));
        SY_VERIFY_OK(plan);
        const auto steps = generateSteps(*plan);
        QStringList kinds;
        plan::Phase reached = plan::Phase::Prepare;
        for (const plan::StepSpec& s : steps) {
            QVERIFY2(s.phase >= reached, qPrintable(s.id));
            reached = s.phase;
            QVERIFY2(plan::stepKind(s.kind), qPrintable(s.kind));
            QVERIFY2(!kinds.contains(s.id), qPrintable(s.id));
            kinds << s.id;
        }
        for (const char* pair : {"save-zone<lower-ttls", "lower-ttls<wait-ttl", "wait-ttl<switch-names", "hold-target<copy-tables", "copy-tables<maintenance-on", "maintenance-on<drain-queue", "drain-queue<prove-quiet",
                                 "prove-quiet<apply-delta", "apply-delta<compare-checksums", "compare-checksums<go-no-go", "go-no-go<switch-names", "switch-names<open-writes", "open-writes<start-workers",
                                 "start-workers<smoke-auto", "smoke-auto<stop-source", "restore-ttls<seal-report"}) {
            const QStringList two = QString::fromLatin1(pair).split(u'<');
            QVERIFY2(kinds.indexOf(two[0]) >= 0 && kinds.indexOf(two[0]) < kinds.indexOf(two[1]), pair);
        }
        QCOMPARE(kinds.last(), QStringLiteral("seal-report"));
        QVERIFY2(steps.size() >= 27 && steps.size() <= 34, qPrintable(QString::number(steps.size())));
    }
    void generatedStepsAreAValidPlan()
    {
        auto plan = plan::loadTemplate(QStringLiteral("projectify"));
        SY_VERIFY_OK(plan);
        plan->steps = generateSteps(*plan);
        const QByteArray text = plan::writePlan(*plan);
        const auto again = plan::parsePlan(text, QStringLiteral("generated.yaml"));
        QVERIFY2(again, again ? "" : qPrintable(again.error().detail));
        QCOMPARE(again->steps.size(), plan->steps.size());
        QCOMPARE(effectiveSteps(*again).front().id, plan->steps.front().id);
    }
    void everyKindHasAnAction()
    {
        const auto plan = plan::loadTemplate(QStringLiteral("projectify"));
        SY_VERIFY_OK(plan);
        test::FakeRun run(*plan);
        const ActionFactory factory = makeActionFactory();
        for (const plan::StepKind& kind : plan::stepKinds()) {
            plan::StepSpec spec;
            spec.id = spec.kind = kind.kind;
            const auto made = factory(spec, &run);
            QVERIFY2(made && *made, qPrintable(kind.kind));
            QVERIFY(!(*made)->title().isEmpty());
            static_cast<void>((*made)->undoPreview());
            static_cast<void>((*made)->interlocks());
        }
        plan::StepSpec odd;
        odd.kind = QStringLiteral("pray");
        QVERIFY(!factory(odd, &run));
    }
    void groupsSwitchOneAfterTheOther()
    {
        auto plan = plan::loadTemplate(QStringLiteral("projectify"));
        SY_VERIFY_OK(plan);
        plan->environments.front().domains.back().group = QStringLiteral("api");
        QStringList ids;
        for (const plan::StepSpec& s : generateSteps(*plan)) {
            if (s.phase == plan::Phase::Switch)
                ids << s.id;
        }
        QCOMPARE(ids, (QStringList{QStringLiteral("go-no-go"), QStringLiteral("switch-names"), QStringLiteral("wait-names"), QStringLiteral("go-no-go-api"), QStringLiteral("switch-names-api"), QStringLiteral("wait-names-api"),
                                   QStringLiteral("open-writes"), QStringLiteral("start-workers")}));
    }
    void stepsFollowTheMapping()
    {
        auto plan = plan::loadTemplate(QStringLiteral("projectify"));
        SY_VERIFY_OK(plan);
        plan->environments.front().databases.clear();
        plan->environments.front().queues.clear();
        std::erase_if(plan->environments.front().services, [](const plan::ServiceMapping& s) { return s.kind == ServiceKind::Worker; });
        for (const plan::StepSpec& s : generateSteps(*plan))
            QVERIFY2(!s.kind.contains(QStringLiteral("table")) && s.kind != QStringLiteral("drain-queue") && s.kind != QStringLiteral("open-writes"), qPrintable(s.kind));
    }
};

QTEST_GUILESS_MAIN(tst_Template)
#include "tst_Template.moc"
