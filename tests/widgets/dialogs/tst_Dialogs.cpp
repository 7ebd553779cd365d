#include "widgets/dialogs/DialogDesk.h"
#include "widgets/dialogs/NewPlanDialog.h"

#include "app/plan/PlanReader.h"
#include "app/plan/PlanWriter.h"
#include "tests/kit/Golden.h"
#include "tests/kit/SampleRun.h"

#include <QApplication>
#include <QDir>
#include <QLineEdit>
#include <QRadioButton>
#include <QSignalSpy>
#include <QTest>

namespace switchyard::ui {

using test::Moment;
using test::SampleRun;

class tst_Dialogs : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { Theme::instance().install(); }
    void init()
    {
        Theme::instance().setGround(Ground::Dark);
        Theme::instance().setMode(RunMode::Live);
        Theme::instance().setTextScale(100);
    }

    void rollsBackBeforeThePointAfterTypingAndHolding()
    {
        SampleRun run(Moment::Switch);
        RollbackDialog dialog(&run, nullptr);
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        dialog.open();
        test::keepPicture(test::picture(&dialog), QStringLiteral("dialog-rollback"));
        auto* field = dialog.findChild<ArmField*>(QStringLiteral("arm"));
        auto* act = dialog.findChild<GuardedButton*>(QStringLiteral("act"));
        QCOMPARE(act->state(), GuardedButton::State::Unarmed);
        QTest::keyClicks(field, QStringLiteral("projectif"));
        QCOMPARE(act->state(), GuardedButton::State::Unarmed);
        QTest::keyClick(field, Qt::Key_Y);
        QCOMPARE(act->state(), GuardedButton::State::Armed);
        QTest::keyClick(field, Qt::Key_Return);
        QVERIFY(act->hasFocus());
        act->setHold(Milliseconds(60));
        QTest::keyPress(act, Qt::Key_Return);
        QTRY_COMPARE(run.asked().size(), 1);
        QCOMPARE(run.asked().first(), QStringLiteral("roll back projectify 0"));
        QTRY_VERIFY(!dialog.isVisible());
    }

    void pastThePointItShowsTheRowsAndOffersToCopyThemBack()
    {
        SampleRun run(Moment::Smoke);
        RollbackDialog dialog(&run, nullptr);
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        dialog.open();
        test::keepPicture(test::picture(&dialog), QStringLiteral("dialog-rollback-past"));
        QCOMPARE(dialog.title(), QStringLiteral("Rolling back now loses data"));
        QVERIFY(dialog.findChild<QRadioButton*>(QStringLiteral("copy"))->text().contains(QStringLiteral("61 rows")));
        auto* act = dialog.findChild<GuardedButton*>(QStringLiteral("act"));
        QCOMPARE(act->title(), QStringLiteral("Type projectify to arm"));
        dialog.findChild<QRadioButton*>(QStringLiteral("save"))->setChecked(true);
        QTest::keyClicks(dialog.findChild<ArmField*>(QStringLiteral("arm")), QStringLiteral("projectify"));
        act->setHold(Milliseconds(30));
        act->setFocus();
        QTest::keyPress(act, Qt::Key_Space);
        QTRY_COMPARE(run.asked().size(), 1);
        QCOMPARE(run.asked().first(), QStringLiteral("roll back projectify 2"));
    }

    void escapeIsTheSafeAnswer()
    {
        SampleRun run(Moment::Switch);
        MainWindow window(nullptr, {});
        new DialogDesk(&window);
        window.setRun(&run);
        test::picture(&window, QSize(1440, 900));
        QTest::keyClick(&window, Qt::Key_B, Qt::ControlModifier | Qt::ShiftModifier);
        auto* dialog = window.findChild<QDialog*>(QStringLiteral("rollback-dialog"));
        QVERIFY(dialog && dialog->isVisible());
        QTest::keyClick(dialog, Qt::Key_Escape);
        QVERIFY(!dialog->isVisible());
        QVERIFY(run.asked().isEmpty());
    }

    void goesLiveOnlyWhenTheGateIsOpenAndTheNameIsTyped()
    {
        GoLiveFacts facts;
        facts.plan = QStringLiteral("projectify");
        facts.writesTo = {{QStringLiteral("He"), QStringLiteral("Heroku"), SideTone::Source}, {QStringLiteral("Nl"), QStringLiteral("Netlify"), SideTone::Source},
                          {QStringLiteral("Rd"), QStringLiteral("Render"), SideTone::Target}, {QStringLiteral("Cf"), QStringLiteral("Cloudflare"), SideTone::None}};
        facts.lastRehearsal = QStringLiteral("The last rehearsal finished 2 h ago with no failed step.");
        facts.downtime = QStringLiteral("`12:10` expected, budget `15:00`");
        facts.rehearsed = QStringLiteral("3 times, plan unchanged since the last one");
        facts.cautions = 3;
        facts.waived = 1;
        GoLiveDialog open(facts, nullptr);
        open.setAttribute(Qt::WA_DeleteOnClose, false);
        open.open();
        QTest::keyClicks(open.findChild<ArmField*>(), QStringLiteral("proj"));
        test::keepPicture(test::picture(&open), QStringLiteral("dialog-golive"));
        QSignalSpy confirmed(&open, &GoLiveDialog::confirmed);
        auto* act = open.findChild<GuardedButton*>(QStringLiteral("act"));
        QTest::keyClicks(open.findChild<ArmField*>(), QStringLiteral("ectify"));
        act->setHold(Milliseconds(30));
        act->setFocus();
        QTest::keyPress(act, Qt::Key_Return);
        QTRY_COMPARE(confirmed.size(), 1);

        facts.open.push_back({QStringLiteral("This plan was changed since its last rehearsal."), QStringLiteral("Rehearse it once more.")});
        GoLiveDialog shut(facts, nullptr);
        shut.setAttribute(Qt::WA_DeleteOnClose, false);
        shut.open();
        test::picture(&shut);
        QCOMPARE(shut.findChild<GuardedButton*>(QStringLiteral("act"))->state(), GuardedButton::State::Blocked);
        QVERIFY(!shut.findChild<ArmField*>());
    }

    void aWaiverNeedsANameAndAReason()
    {
        SampleRun run(Moment::Switch);
        WaiveDialog dialog(&run, QStringLiteral("switch-names"), QStringLiteral("apex"), nullptr);
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        dialog.open();
        test::keepPicture(test::picture(&dialog), QStringLiteral("dialog-waive"));
        auto* act = dialog.findChild<Button*>(QStringLiteral("act"));
        QVERIFY(!act->isEnabled());
        dialog.findChild<NoteField*>()->setText(QStringLiteral("Gap accepted"));
        QVERIFY(act->isEnabled());
        run.refuse(Error::invalid(QStringLiteral("A failure can't be waived."), QStringLiteral("Only cautions can."), QStringLiteral("Mend it, or hold.")));
        QTest::keyClick(act, Qt::Key_Return);
        QVERIFY(dialog.isVisible());
        QCOMPARE(run.asked().first(), QStringLiteral("waive switch-names apex Mara Lind Gap accepted 12 min"));
    }

    void aPlanOfOnesOwnIsProposedFromWhatTheAccountsHold()
    {
        const auto s = [](const char* text) { return QString::fromLatin1(text); };
        const auto service = [&](const char* account, const char* app, const char* id, const char* name, ServiceKind kind) {
            Service out;
            out.ref = {s(account), s(app), s(id)};
            out.name = s(name);
            out.kind = kind;
            return out;
        };
        FoundAccount heroku{{s("heroku"), s("heroku"), s("http://127.0.0.1:1"), {}, {}, {}}, Side::Source, s("Heroku"), s("He"), {}, {}, {}, false};
        heroku.services = {service("heroku", "projectify", "web", "web", ServiceKind::Web), service("heroku", "projectify", "worker", "worker", ServiceKind::Worker),
                           service("heroku", "projectify", "DATABASE", "postgresql-curved", ServiceKind::Database)};
        heroku.hosts = {{s("api.projectify.test"), s("web")}};
        FoundAccount render{{s("render"), s("render"), {}, {}, {}, {}}, Side::Target, s("Render"), s("Rd"), {}, {}, {}, false};
        render.services = {service("render", "", "projectify-worker", "projectify-worker", ServiceKind::Worker), service("render", "", "other-web", "other", ServiceKind::Web),
                           service("render", "", "projectify-web", "projectify-web", ServiceKind::Web), service("render", "", "projectify-db", "projectify-db", ServiceKind::Database)};
        FoundAccount dns{{s("cloudflare"), s("cloudflare"), {}, {}, {}, {}}, Side::Source, s("Cloudflare"), s("Cf"), {}, {}, {{s("z1"), s("projectify.test"), {}, {}}}, true};
        const std::vector<FoundAccount> found{heroku, render, dns};
        const PlanProposal proposal = propose(found);
        QCOMPARE(proposal.zone, s("projectify.test"));
        QCOMPARE(proposal.targets[static_cast<std::size_t>(proposal.rows[0].target)].name, s("projectify-web"));
        const plan::Plan made = planOf(s("projectify"), proposal, found);
        const auto again = plan::parsePlan(plan::writePlan(made), s("projectify.yaml"));
        QVERIFY2(again.has_value(), again.has_value() ? "" : qPrintable(again.error().sentence()));
        QCOMPARE(again->production().domains.size(), std::size_t(1));
        QCOMPARE(again->production().databases.front().target.service, s("projectify-db"));
        QCOMPARE(again->accounts.front().keyring, s("projectify/heroku"));
    }

    void newPlanAsksForNameAndTokensFirst()
    {
        NewPlanDialog dialog(std::make_shared<Services>(), QDir::tempPath(), nullptr);
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        dialog.open();
        test::keepPicture(test::picture(&dialog), QStringLiteral("dialog-newplan"));
        auto* act = dialog.findChild<Button*>(QStringLiteral("act"));
        QVERIFY(!act->isEnabled());
        QTest::keyClicks(dialog.findChild<QLineEdit*>(QStringLiteral("plan-name")), QStringLiteral("projectify"));
        QTest::keyClicks(dialog.findChild<QLineEdit*>(QStringLiteral("heroku-token")), QStringLiteral("one"));
        QVERIFY(!act->isEnabled());
        QTest::keyClicks(dialog.findChild<QLineEdit*>(QStringLiteral("render-token")), QStringLiteral("two"));
        QVERIFY(act->isEnabled());
        QCOMPARE(test::namelessWidgets(&dialog), QStringList());
    }

    void nothingIsCutOrNamelessInLargeText()
    {
        Theme::instance().setTextScale(150);
        SampleRun before(Moment::Switch);
        SampleRun after(Moment::Smoke);
        std::vector<std::unique_ptr<QDialog>> all;
        all.push_back(std::make_unique<RollbackDialog>(&before, nullptr));
        all.push_back(std::make_unique<RollbackDialog>(&after, nullptr));
        all.push_back(std::make_unique<ModeDialog>(before.state(), nullptr));
        all.push_back(std::make_unique<SkipDialog>(&before, QStringLiteral("switch-names"), nullptr));
        all.push_back(std::make_unique<NoteDialog>(&before, QStringLiteral("switch-names"), nullptr));
        all.push_back(std::make_unique<WaiveDialog>(&before, QStringLiteral("switch-names"), QStringLiteral("apex"), nullptr));
        int number = 0;
        for (const auto& dialog : all) {
            dialog->setAttribute(Qt::WA_DeleteOnClose, false);
            dialog->open();
            test::keepPicture(test::picture(dialog.get()), QStringLiteral("dialog-large-%1").arg(++number));
            QCOMPARE(test::cutTexts(dialog.get()), QStringList());
            QCOMPARE(test::namelessWidgets(dialog.get()), QStringList());
            dialog->close();
        }
    }
};

} // namespace switchyard::ui

QTEST_MAIN(switchyard::ui::tst_Dialogs)
#include "tst_Dialogs.moc"
