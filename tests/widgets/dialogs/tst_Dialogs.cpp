#include "widgets/dialogs/DialogDesk.h"

#include "tests/kit/Golden.h"
#include "tests/kit/SampleRun.h"

#include <QApplication>
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
