#include "widgets/checklist/ChecklistPage.h"

#include "tests/kit/Golden.h"
#include "tests/kit/SampleRun.h"
#include "widgets/checklist/Runbook.h"
#include "widgets/frame/MainWindow.h"

#include <QAbstractItemModelTester>
#include <QAccessible>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

namespace switchyard::ui {

using namespace cutover;
using test::Moment;
using test::SampleRun;

namespace {

/// The page in its window, with the other places empty.
struct Desktop {
    explicit Desktop(RunController* run, const QSize& size = {1440, 900}) : window(nullptr, places())
    {
        window.setRun(run);
        window.showPage(QStringLiteral("checklist"));
        window.resize(size);
        window.show();
        QTest::qWait(1);
        page = qobject_cast<ChecklistPage*>(window.page(QStringLiteral("checklist")));
    }
    static std::vector<PageFactory> places()
    {
        std::vector<PageFactory> list;
        PageFactory overview;
        overview.id = QStringLiteral("overview");
        overview.title = QStringLiteral("Overview");
        overview.icon = QStringLiteral("overview");
        list.push_back(overview);
        list.push_back(checklistPage());
        return list;
    }
    template<typename T>
    T* find(const char* name) { return page->findChild<T*>(QString::fromLatin1(name)); }
    MainWindow window;
    ChecklistPage* page = nullptr;
};

} // namespace

class tst_ChecklistPage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { Theme::instance().install(); }
    void init()
    {
        Theme::instance().setGround(Ground::Dark);
        Theme::instance().setTextScale(100);
    }

    void regionsAgreeWithTheDesign()
    {
        SampleRun run(Moment::Switch);
        Desktop desktop(&run);
        run.sayLines();
        desktop.find<ArmField>("armField")->setText(QStringLiteral("projectify"));
        desktop.find<GuardedButton>("guardedButton")->showHeld(0.58);
        for (const Ground ground : {Ground::Dark, Ground::Light}) {
            Theme::instance().setGround(ground);
            desktop.find<GuardedButton>("guardedButton")->showHeld(0.58);
            test::keepPicture(test::picture(&desktop.window, QSize(1440, 900)), ground == Ground::Dark ? QStringLiteral("checklist-dark") : QStringLiteral("checklist-light"));
        }
        MainWindow* window = &desktop.window;
        const auto at = [window](const char* name) { return test::region(window, QString::fromLatin1(name)); };
        SY_VERIFY_RECT(at("toolbar"), 184, 72, 1256, 48);
        SY_VERIFY_RECT(at("stepList"), 184, 120, 548, 752);
        SY_VERIFY_RECT(at("steps"), 184, 148, 547, 724);
        SY_VERIFY_RECT(at("stepHead"), 732, 120, 708, 123);
        SY_VERIFY_RECT(at("stepBody"), 732, 243, 432, 629);
        SY_VERIFY_RECT(at("stepSide"), 1164, 243, 276, 629);
        SY_VERIFY_RECT(at("interlocks"), 1165, 243, 275, 200);
        SY_VERIFY_RECT(at("guard"), 1165, 707, 275, 165);
        SY_VERIFY_RECT(at("armField"), 1177, 740, 251, 32);
        SY_VERIFY_RECT(at("guardedButton"), 1177, 780, 251, 56);
    }

    void rowsAreUpdatedNotReset()
    {
        SampleRun run(Moment::Switch);
        Desktop desktop(&run);
        auto* model = desktop.page->findChild<StepModel*>();
        QAbstractItemModelTester tester(model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QSignalSpy resets(model, &QAbstractItemModel::modelReset);
        QSignalSpy changes(model, &QAbstractItemModel::dataChanged);
        auto* list = desktop.find<StepList>("steps");
        QCOMPARE(list->currentStep(), QStringLiteral("switch-names"));
        run.edit().step(QStringLiteral("switch-names"))->reason = QStringLiteral("Running");
        run.tell(StepsChanged);
        QCOMPARE(changes.count(), 1); // that row and no other
        QCOMPARE(list->currentStep(), QStringLiteral("switch-names"));
        // A step more in one phase leaves the others and the selection alone.
        StepView more = run.edit().steps.back();
        more.id = QStringLiteral("one-more");
        run.edit().steps.push_back(more);
        run.tell(StepsChanged);
        QCOMPARE(resets.count(), 0);
        QCOMPARE(list->currentStep(), QStringLiteral("switch-names"));
        QVERIFY(model->indexOf(QStringLiteral("one-more")).isValid());
    }

    void donePhasesFoldButTheLast()
    {
        SampleRun run(Moment::Switch);
        Desktop desktop(&run);
        auto* list = desktop.find<StepList>("steps");
        auto* model = desktop.page->findChild<StepModel*>();
        const auto open = [&](plan::Phase p) { return list->isExpanded(model->phaseIndex(p)); };
        QVERIFY(!open(plan::Phase::Prepare) && !open(plan::Phase::PreSeed) && !open(plan::Phase::Freeze));
        QVERIFY(open(plan::Phase::Delta) && open(plan::Phase::Switch) && open(plan::Phase::Verify));
        // What a person opened stays open when the run goes on.
        list->setExpanded(model->phaseIndex(plan::Phase::Prepare), true);
        run.edit().step(QStringLiteral("switch-names"))->state = StepState::Running;
        run.tell(StepsChanged);
        QVERIFY(open(plan::Phase::Prepare));
    }

    void browsingIsReadOnlyAndReturns()
    {
        SampleRun run(Moment::Switch);
        Desktop desktop(&run);
        auto* list = desktop.find<StepList>("steps");
        list->setFocus();
        QTest::keyClick(list, Qt::Key_J);
        QCOMPARE(desktop.page->shownStep(), QStringLiteral("wait-answers"));
        QVERIFY(!desktop.find<ArmField>("armField")->isVisible());
        auto* back = desktop.find<Button>("backToActive");
        QVERIFY(back->isVisible());
        QCOMPARE(back->text(), QStringLiteral("Back to step 16"));
        test::keepPicture(test::picture(&desktop.window), QStringLiteral("checklist-browsing"));
        QTest::keyClick(back, Qt::Key_Return);
        QCOMPARE(desktop.page->shownStep(), QStringLiteral("switch-names"));
        QTest::keyClick(list, Qt::Key_K);
        QCOMPARE(desktop.page->shownStep(), QStringLiteral("poll"));
        // Browsing stays where it is when the run moves on.
        run.edit().activeStep = QStringLiteral("wait-answers");
        run.tell(StepsChanged);
        QCOMPARE(desktop.page->shownStep(), QStringLiteral("poll"));
    }

    void filterShowsWhatNeedsYou()
    {
        SampleRun run(Moment::Switch);
        Desktop desktop(&run);
        auto* list = desktop.find<StepList>("steps");
        auto* model = desktop.page->findChild<StepModel*>();
        list->setFilter(StepFilter::NeedsYou);
        int shown = 0;
        for (const StepView& step : run.state().steps) {
            const QModelIndex at = model->indexOf(step.id);
            shown += list->isRowHidden(at.row(), at.parent()) ? 0 : 1;
        }
        QCOMPARE(shown, 4); // 16, 18, 22, 26
    }

    void holdingSendsAndLettingGoDoesNot()
    {
        SampleRun run(Moment::Switch);
        run.edit().step(QStringLiteral("switch-names"))->guard.hold = Milliseconds(120);
        Desktop desktop(&run);
        auto* list = desktop.find<StepList>("steps");
        auto* field = desktop.find<ArmField>("armField");
        auto* guard = desktop.find<GuardedButton>("guardedButton");
        list->setFocus();
        QTest::keyClick(list, Qt::Key_Return); // to the field, for the name is missing
        QTRY_COMPARE(QApplication::focusWidget(), static_cast<QWidget*>(field));
        QCOMPARE(guard->state(), GuardedButton::State::Unarmed);
        QTest::keyClicks(field, QStringLiteral("projectif"));
        QCOMPARE(guard->state(), GuardedButton::State::Unarmed);
        QTest::keyClicks(field, QStringLiteral("y"));
        QCOMPARE(guard->state(), GuardedButton::State::Armed);
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(QApplication::focusWidget(), static_cast<QWidget*>(guard));
        QTest::keyPress(guard, Qt::Key_Return);
        QCOMPARE(guard->state(), GuardedButton::State::Holding);
        run.tell(StepsChanged | ClocksChanged); // refreshing doesn't disturb the hold
        QCOMPARE(guard->state(), GuardedButton::State::Holding);
        QTest::keyRelease(guard, Qt::Key_Return);
        QCOMPARE(guard->state(), GuardedButton::State::Armed);
        QVERIFY(run.asked().isEmpty());
        // An interlock that opens during the hold ends it.
        QTest::keyPress(guard, Qt::Key_Return);
        run.edit().step(QStringLiteral("switch-names"))->state = StepState::Blocked;
        run.edit().step(QStringLiteral("switch-names"))->reason = QStringLiteral("Blocked by Celery queue empty");
        run.tell(StepsChanged);
        QCOMPARE(guard->state(), GuardedButton::State::Blocked);
        QTest::keyRelease(guard, Qt::Key_Return);
        QVERIFY(run.asked().isEmpty());
        run.edit().step(QStringLiteral("switch-names"))->state = StepState::NeedsYou;
        run.tell(StepsChanged);
        QTest::keyPress(guard, Qt::Key_Return);
        QTRY_COMPARE(run.asked().size(), 1);
        QTest::keyRelease(guard, Qt::Key_Return);
        QVERIFY2(run.asked().front().startsWith(QLatin1String("confirm switch-names projectify held ")), qPrintable(run.asked().front()));
    }

    void everyStationAnswersBeforeTheButton()
    {
        SampleRun run(Moment::Switch);
        StepView* step = run.edit().step(QStringLiteral("switch-names"));
        for (PollStation& station : step->poll)
            station.answer = PollAnswer::Open;
        step->pollExpires = run.state().now + Seconds(492);
        Desktop desktop(&run);
        auto* guard = desktop.find<GuardedButton>("guardedButton");
        QCOMPARE(guard->state(), GuardedButton::State::Blocked);
        test::keepPicture(test::picture(&desktop.window), QStringLiteral("checklist-poll"));
        QList<Button*> go;
        for (Button* button : desktop.page->findChildren<Button*>()) {
            if (button->isVisible() && button->accessibleName().startsWith(QLatin1String("Go from")))
                go << button;
        }
        QCOMPARE(go.size(), 4);
        QTest::keyClick(go.front(), Qt::Key_Return);
        QCOMPARE(run.asked().last(), QStringLiteral("poll switch-names Data 1 Mara Lind"));
        step->poll.front().answer = PollAnswer::Go;
        step->poll.front().by = QStringLiteral("Mara Lind");
        run.tell(StepsChanged);
        QVERIFY(QApplication::focusWidget() && QApplication::focusWidget()->isVisible());
    }

    void failureOffersTheTwoWays()
    {
        SampleRun run(Moment::Switch);
        StepView* step = run.edit().step(QStringLiteral("switch-names"));
        step->state = StepState::Failed;
        step->reason = QStringLiteral("Render refused the change");
        step->error = Error{ErrorKind::Auth, QStringLiteral("Render refused the change."), QStringLiteral("The token can read but not write, so 0 of 3 domains were verified. The records were put back."),
                            QStringLiteral("Add the write scope, then try step 16 again."), QStringLiteral("HTTP 403 {\"message\":\"forbidden\"}"), QStringLiteral("403"), true, {}};
        step->calls = {{QStringLiteral("a"), QStringLiteral("Write 3 records at Cloudflare"), CallView::State::Done, run.state().now}, {QStringLiteral("b"), QStringLiteral("Verify projectify.test at Render"), CallView::State::Refused, run.state().now}};
        step->callsDone = 1;
        run.edit().phase = RunPhase::Failed;
        Desktop desktop(&run);
        test::keepPicture(test::picture(&desktop.window), QStringLiteral("checklist-failed"));
        QCOMPARE(desktop.find<GuardedButton>("guardedButton")->state(), GuardedButton::State::Failed);
        QTest::keyClick(desktop.find<Button>("tryAgain"), Qt::Key_Return);
        QCOMPARE(run.asked().last(), QStringLiteral("retry switch-names"));
        QSignalSpy back(desktop.window.desk(), &Desk::rollBackRequested);
        QTest::keyClick(desktop.find<Button>("rollBackFromStep"), Qt::Key_Space);
        QCOMPARE(back.count(), 1);
    }

    void doubtShowsWhatTheProviderSays()
    {
        SampleRun run(Moment::Switch);
        StepView* step = run.edit().step(QStringLiteral("switch-names"));
        step->state = StepState::InDoubt;
        step->doubt = QStringLiteral("Step 16 was interrupted after 2 of 3 calls. Here is what the provider says now: 2 of 3 records point at Render.");
        Desktop desktop(&run);
        test::keepPicture(test::picture(&desktop.window), QStringLiteral("checklist-doubt"));
        QVERIFY(desktop.find<Surface>("doubt")->isVisible());
        QTest::keyClick(desktop.find<Button>("returnDoubt"), Qt::Key_Return);
        QCOMPARE(run.asked().last(), QStringLiteral("doubt switch-names return"));
    }

    void manualChecksTakeLetters()
    {
        SampleRun run(Moment::Smoke);
        run.edit().step(QStringLiteral("smoke-by-hand"))->flags.manual = true;
        Desktop desktop(&run);
        test::keepPicture(test::picture(&desktop.window), QStringLiteral("checklist-manual"));
        auto* list = desktop.find<StepList>("steps");
        list->setFocus();
        QTest::keyClick(list, Qt::Key_P);
        QVERIFY2(run.asked().last().contains(QLatin1String("windows")), qPrintable(run.asked().last()));
        Theme::instance().setLetterKeys(false);
        const auto before = run.asked().size();
        QTest::keyClick(list, Qt::Key_P);
        Theme::instance().setLetterKeys(true);
        QCOMPARE(run.asked().size(), before);
    }

    void emptyAndNotStarted()
    {
        SampleRun run(Moment::Prepare);
        run.edit().phase = RunPhase::NotStarted;
        run.edit().startedAt.reset();
        run.edit().activeStep.clear();
        for (StepView& step : run.edit().steps) {
            step.state = StepState::Pending;
            step.actual.reset();
            step.reason.clear();
        }
        Desktop desktop(&run);
        test::keepPicture(test::picture(&desktop.window), QStringLiteral("checklist-not-started"));
        QTest::keyClick(desktop.find<GuardedButton>("guardedButton"), Qt::Key_Return);
        QCOMPARE(run.asked().last(), QStringLiteral("start"));
        run.edit().steps.clear();
        run.tell();
        QVERIFY(!desktop.find<StepList>("steps")->isVisible());
        test::keepPicture(test::picture(&desktop.window), QStringLiteral("checklist-empty"));
    }

    void speaksAndTabsInReadingOrder()
    {
        SampleRun run(Moment::Switch);
        Desktop desktop(&run);
        QCOMPARE(test::namelessWidgets(desktop.page), QStringList());
        auto* model = desktop.page->findChild<StepModel*>();
        QCOMPARE(model->indexOf(QStringLiteral("switch-names")).data(Qt::AccessibleTextRole).toString(),
                 QStringLiteral("Step 16, Switch 3 domains to Render, needs you, Ready. Waiting for you since 22:41:40, done by ML, planned 20 s, took 12 s, way back 1 min 40 s"));
        // Toolbar, list, head, body, side.
        const QStringList regions{QStringLiteral("toolbar"), QStringLiteral("stepList"), QStringLiteral("stepHead"), QStringLiteral("stepBody"), QStringLiteral("stepSide")};
        qsizetype last = 0;
        QWidget* first = desktop.find<QWidget>("toolbar");
        QWidget* w = first;
        int seen = 0;
        do {
            w = w->nextInFocusChain();
            if (!desktop.page->isAncestorOf(w) || !w->isVisible() || !(w->focusPolicy() & Qt::TabFocus))
                continue;
            for (QWidget* up = w; up; up = up->parentWidget()) {
                const qsizetype at = regions.indexOf(up->objectName());
                if (at < 0)
                    continue;
                QVERIFY2(at >= last, qPrintable(w->objectName() + u' ' + QString::fromLatin1(w->metaObject()->className())));
                last = at;
                ++seen;
                break;
            }
        } while (w != first);
        QVERIFY(seen > 8);
    }

    void nothingIsCutWhenSmallOrLarge()
    {
        SampleRun run(Moment::Switch);
        for (const int scale : {100, 150}) {
            Theme::instance().setTextScale(scale);
            for (const QSize& size : {QSize(1440, 900), QSize(1180, 720)}) {
                Desktop desktop(&run, size);
                test::keepPicture(test::picture(&desktop.window, size), QStringLiteral("checklist-%1-%2").arg(size.width()).arg(scale));
                QCOMPARE(test::cutTexts(desktop.page), QStringList());
                const QRect button = test::region(&desktop.window, QStringLiteral("guardedButton"));
                QVERIFY(desktop.window.rect().contains(button));
            }
        }
    }

    void runbookHoldsTheWholeList()
    {
        SampleRun run(Moment::Switch);
        Desktop desktop(&run);
        QTemporaryDir dir;
        QVERIFY(desktop.page->writeRunbook(dir.filePath(QStringLiteral("book.md"))));
        QFile file(dir.filePath(QStringLiteral("book.md")));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QString text = QString::fromUtf8(file.readAll());
        for (const StepView& step : run.state().steps)
            QVERIFY2(text.contains(QStringLiteral("### %1. %2").arg(step.number).arg(step.title)), qPrintable(step.title));
        QVERIFY(text.contains(QLatin1String("$SWITCHYARD_TOKEN")));
        QVERIFY(text.indexOf(QLatin1String("Point of no return")) < text.indexOf(QLatin1String("### 18.")));
        QVERIFY(!desktop.page->writeRunbook(dir.filePath(QStringLiteral("no/such/folder.md"))));
    }
};

} // namespace switchyard::ui

QTEST_MAIN(switchyard::ui::tst_ChecklistPage)
#include "tst_ChecklistPage.moc"
