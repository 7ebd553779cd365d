#include "widgets/smoke/SmokePage.h"

#include "tests/kit/Golden.h"
#include "tests/kit/SampleRun.h"
#include "widgets/frame/MainWindow.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTabBar>
#include <QTemporaryDir>
#include <QTest>

namespace switchyard::ui {

using namespace cutover;
using test::Moment;
using test::SampleRun;

namespace {

struct SmokeDesktop {
    explicit SmokeDesktop(RunController* run, const QSize& size = {1440, 900}) : window(nullptr, places())
    {
        window.setRun(run);
        window.showPage(QStringLiteral("smoke"));
        window.resize(size);
        window.show();
        QTest::qWait(1);
        page = qobject_cast<SmokePage*>(window.page(QStringLiteral("smoke")));
    }
    static std::vector<PageFactory> places()
    {
        std::vector<PageFactory> list;
        PageFactory overview;
        overview.id = QStringLiteral("overview");
        overview.title = QStringLiteral("Overview");
        overview.icon = QStringLiteral("overview");
        list.push_back(overview);
        list.push_back(smokePage());
        return list;
    }
    template<typename T>
    T* find(const char* name) { return page->findChild<T*>(QString::fromLatin1(name)); }
    MainWindow window;
    SmokePage* page = nullptr;
};

} // namespace

class tst_SmokePage : public QObject {
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
        SampleRun run(Moment::Smoke);
        for (CheckView& check : run.edit().smoke) {
            if (check.id == QLatin1String("csrf")) // as long as in the picture
                check.diagnosis = QStringLiteral("Render refused the log-in form from projectify.test. Visitors on the apex can't log in. Visitors on www can. `SECURITY_ORIGINS` on projectify-web lists 1 of 2 origins.");
        }
        SmokeDesktop desktop(&run);
        for (const Ground ground : {Ground::Dark, Ground::Light}) {
            Theme::instance().setGround(ground);
            test::keepPicture(test::picture(&desktop.window, QSize(1440, 900)), ground == Ground::Dark ? QStringLiteral("smoke-dark") : QStringLiteral("smoke-light"));
        }
        MainWindow* window = &desktop.window;
        const auto at = [window](const char* name) { return test::region(window, QString::fromLatin1(name)); };
        SY_VERIFY_RECT(at("checkList"), 184, 120, 592, 752);
        SY_VERIFY_RECT(at("checks"), 184, 148, 591, 724);
        SY_VERIFY_RECT(at("checkDetail"), 776, 120, 664, 752);
        SY_VERIFY_RECT(at("diagnosis"), 792, 162, 632, 116);
        SY_VERIFY_RECT(at("checkTabs"), 776, 290, 664, 304);
        SY_VERIFY_RECT(at("headerGrades"), 776, 594, 664, 278);
    }

    void failedIsShownFirstWithItsCause()
    {
        SampleRun run(Moment::Smoke);
        SmokeDesktop desktop(&run);
        QCOMPARE(desktop.page->shownCheck(), QStringLiteral("csrf"));
        QSignalSpy open(desktop.window.desk(), &Desk::openRequested);
        for (Button* button : desktop.find<Surface>("diagnosis")->findChildren<Button*>()) {
            if (button->isVisible() && button->text() == QLatin1String("Open in Environments"))
                QTest::keyClick(button, Qt::Key_Return);
        }
        QCOMPARE(open.count(), 1);
        QCOMPARE(open.front().at(0).toString(), QStringLiteral("environments"));
        QCOMPARE(open.front().at(1).toString(), QStringLiteral("SECURITY_ORIGINS"));
    }

    void runningAgainGoesToTheController()
    {
        SampleRun run(Moment::Smoke);
        SmokeDesktop desktop(&run);
        QCOMPARE(desktop.find<Button>("runChecks")->text(), QStringLiteral("Run 12 checks live"));
        QTest::keyClick(desktop.find<Button>("runChecks"), Qt::Key_Space);
        QCOMPARE(run.asked().last(), QStringLiteral("smoke"));
        run.edit().smoke.front().now.state = CheckState::Running;
        run.tell(SmokeChanged);
        QVERIFY(!desktop.find<Button>("runChecks")->isEnabled());
        QVERIFY(!desktop.find<Button>("runAgain")->isEnabled());
    }

    void lettersAnswerManualChecksOnly()
    {
        SampleRun run(Moment::Smoke);
        QTemporaryDir dir;
        run.edit().directory = dir.path();
        SmokeDesktop desktop(&run);
        auto* list = desktop.find<CheckList>("checks");
        list->setFocus();
        QTest::keyClick(list, Qt::Key_P); // CSRF is automatic
        QVERIFY(run.asked().isEmpty());
        desktop.page->openObject(QStringLiteral("windows"));
        test::keepPicture(test::picture(&desktop.window), QStringLiteral("smoke-manual"));
        QTest::keyClick(list, Qt::Key_Return); // into the card
        QVERIFY(desktop.find<Surface>("manualCard")->isAncestorOf(QApplication::focusWidget()));
        QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("seen"));
        QTest::keyClick(list, Qt::Key_F);
        QVERIFY2(run.asked().last().contains(QLatin1String("windows")) && run.asked().last().contains(QLatin1String("seen")), qPrintable(run.asked().last()));
        QCOMPARE(desktop.page->shownCheck(), QStringLiteral("sleep")); // on to the next open one
    }

    void rowsAreUpdatedNotReset()
    {
        SampleRun run(Moment::Smoke);
        SmokeDesktop desktop(&run);
        auto* model = desktop.page->findChild<CheckModel*>();
        QAbstractItemModelTester tester(model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QSignalSpy resets(model, &QAbstractItemModel::modelReset);
        QSignalSpy changes(model, &QAbstractItemModel::dataChanged);
        run.edit().smoke.back().now.state = CheckState::Running;
        run.tell(SmokeChanged);
        QCOMPARE(changes.count(), 1);
        run.edit().smoke.pop_back();
        run.tell(SmokeChanged);
        QCOMPARE(resets.count(), 0);
        QCOMPARE(model->indexOf(QStringLiteral("csrf")).data(Qt::AccessibleTextRole).toString(),
                 QStringLiteral("CSRF: log in from the apex, failed, automatic, before 200 · 190 ms, now 403 · 38 ms"));
        desktop.find<CheckList>("checks")->setFilter(CheckFilter::Failed);
        int shown = 0;
        for (const CheckView& check : run.state().smoke) {
            const QModelIndex at = model->indexOf(check.id);
            shown += desktop.find<CheckList>("checks")->isRowHidden(at.row(), at.parent()) ? 0 : 1;
        }
        QCOMPARE(shown, 1);
    }

    void exchangesAreTakenApart()
    {
        const auto parts = exchangeParts({QStringLiteral("> POST https://a/log-in"), QStringLiteral("> Origin: https://b"), QStringLiteral("< 403, 38 ms, 192.0.2.1"), QStringLiteral("> GET https://a/"), QStringLiteral("< 200, 12 ms, 192.0.2.1")});
        QCOMPARE(parts.size(), std::size_t(2));
        QCOMPARE(parts[0].request.size(), 2);
        QCOMPARE(parts[1].response, QStringList{QStringLiteral("200, 12 ms, 192.0.2.1")});
        QCOMPARE(changedLines({QStringLiteral("HTTP/1.1 200 OK"), QStringLiteral("date: a"), QStringLiteral("same")}, {QStringLiteral("HTTP/1.1 403 Forbidden"), QStringLiteral("date: b"), QStringLiteral("same")}), QList<int>{0});
        QCOMPARE(windowsSeen({QStringLiteral("< 2 of 3 windows saw the task, the last after 38 ms")}), (std::optional<std::pair<int, int>>(std::pair{2, 3})));
    }

    void emptyAndWithoutBaseline()
    {
        SampleRun run(Moment::Prepare);
        for (CheckView& check : run.edit().smoke)
            check.before = {};
        SmokeDesktop desktop(&run);
        test::keepPicture(test::picture(&desktop.window), QStringLiteral("smoke-no-baseline"));
        run.edit().smoke.clear();
        run.tell();
        test::keepPicture(test::picture(&desktop.window), QStringLiteral("smoke-empty"));
        QVERIFY(!desktop.find<CheckList>("checks")->isVisible());
    }

    void speaksAndIsNeverCut()
    {
        for (const char* check : {"csrf", "windows"}) {
            for (const int scale : {100, 150}) {
                Theme::instance().setTextScale(scale);
                for (const QSize& size : {QSize(1440, 900), QSize(1180, 720)}) {
                    SampleRun run(Moment::Smoke);
                    SmokeDesktop desktop(&run, size);
                    desktop.page->openObject(QString::fromLatin1(check));
                    test::keepPicture(test::picture(&desktop.window, size), QStringLiteral("smoke-%1-%2-%3").arg(QString::fromLatin1(check)).arg(size.width()).arg(scale));
                    QCOMPARE(test::cutTexts(desktop.page), QStringList());
                    QCOMPARE(test::namelessWidgets(desktop.page), QStringList());
                }
            }
        }
    }
};

} // namespace switchyard::ui

QTEST_MAIN(switchyard::ui::tst_SmokePage)
#include "tst_SmokePage.moc"
