#include "widgets/frame/MainWindow.h"

#include "tests/kit/Golden.h"
#include "tests/kit/SampleRun.h"
#include "widgets/parts/Panel.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QDialog>
#include <QSignalSpy>
#include <QStatusBar>
#include <QTest>

namespace switchyard::ui {

using test::Moment;
using test::SampleRun;

namespace {

class BlankPage final : public Page {
public:
    BlankPage(const PageContext& context, const QString& title) : Page(context)
    {
        auto* column = tight<QVBoxLayout>(this);
        bar = new PageToolbar(title);
        bar->stretch();
        button = new Button(QStringLiteral("Read again"));
        bar->add(button);
        column->addWidget(bar);
        column->addWidget(new Surface(Role::Canvas), 1);
    }
    void refresh(unsigned changes) override { seen.append(changes); }
    void openObject(const QString& object) override { opened = object; }
    QWidget* findField() override { return button; }
    QWidget* guardedButton() override { return button; }
    QList<QWidget*> regions() override { return {bar}; }
    PageToolbar* bar;
    Button* button;
    QList<unsigned> seen;
    QString opened;
};

std::vector<PageFactory> blankPages()
{
    const char* const pages[][3] = {{"overview", "Overview", "overview"}, {"environments", "Environments", "environments"}, {"databases", "Databases", "database"},
                                    {"dns", "DNS", "dns"}, {"checklist", "Checklist", "checklist"}, {"smoke", "Smoke", "smoke"},
                                    {"logs", "Logs", "logs"}, {"report", "Report", "report"}};
    std::vector<PageFactory> list;
    for (const auto& row : pages) {
        PageFactory factory;
        factory.id = QString::fromLatin1(row[0]);
        factory.title = QString::fromLatin1(row[1]);
        factory.icon = QString::fromLatin1(row[2]);
        const QString title = factory.title;
        factory.make = [title](const PageContext& context) { return new BlankPage(context, title); };
        factory.dock = factory.id == QLatin1String("overview");
        if (factory.id == QLatin1String("checklist"))
            factory.count = [](const cutover::RunState& s) { return PageCount{PageCount::Tone::Strong, QStringLiteral("%1/%2").arg(s.done).arg(s.steps.size())}; };
        if (factory.id == QLatin1String("environments"))
            factory.count = [](const cutover::RunState&) { return PageCount{PageCount::Tone::Caution, QStringLiteral("1")}; };
        if (factory.id == QLatin1String("smoke"))
            factory.count = [](const cutover::RunState&) { return PageCount{PageCount::Tone::Alarm, QStringLiteral("1")}; };
        list.push_back(factory);
    }
    return list;
}

} // namespace

class tst_MainWindow : public QObject {
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
        SampleRun run(Moment::Delta);
        MainWindow window(nullptr, blankPages());
        window.setRun(&run);
        run.sayLines();
        window.log()->flush();
        const QImage image = test::picture(&window, QSize(1440, 900));
        test::keepPicture(image, QStringLiteral("frame-live-dark"));
        SY_VERIFY_RECT(test::region(&window, QStringLiteral("strip")), 0, 0, 1440, 72);
        SY_VERIFY_RECT(test::region(&window, QStringLiteral("mode")), 0, 0, 184, 72);
        SY_VERIFY_RECT(test::region(&window, QStringLiteral("plan")), 184, 4, 200, 67);
        SY_VERIFY_RECT(test::region(&window, QStringLiteral("elapsed")), 742, 4, 146, 67);
        SY_VERIFY_RECT(test::region(&window, QStringLiteral("downtime")), 920, 4, 143, 67);
        SY_VERIFY_RECT(test::region(&window, QStringLiteral("finish")), 1096, 4, 108, 67);
        SY_VERIFY_RECT(test::region(&window, QStringLiteral("hold")), 1232, 24, 75, 28);
        SY_VERIFY_RECT(test::region(&window, QStringLiteral("rollback")), 1315, 24, 113, 28);
        SY_VERIFY_RECT(test::region(&window, QStringLiteral("rail")), 0, 72, 184, 800);
        SY_VERIFY_RECT(test::region(&window, QStringLiteral("dock")), 184, 664, 1256, 208);
        SY_VERIFY_RECT(test::region(&window, QStringLiteral("tasks")), 184, 664, 472, 208);
        SY_VERIFY_RECT(test::region(&window, QStringLiteral("ticker")), 0, 872, 1440, 28);
        SY_VERIFY_RECT(test::region(&window, QStringLiteral("toolbar")), 184, 72, 1256, 48);
        QCOMPARE(window.windowTitle(), QStringLiteral("LIVE projectify, step 14, Switchyard"));

        SampleRun rehearsed(Moment::PreSeed);
        Theme::instance().setGround(Ground::Light);
        window.setRun(&rehearsed);
        rehearsed.sayLines();
        window.log()->flush();
        test::keepPicture(test::picture(&window, QSize(1440, 900)), QStringLiteral("frame-rehearsal-light"));
    }

    void dropsInTheOrderOfTheDesignWhenNarrow()
    {
        SampleRun run(Moment::Switch);
        MainWindow window(nullptr, blankPages());
        window.setRun(&run);
        test::keepPicture(test::picture(&window, QSize(1180, 720)), QStringLiteral("frame-1180"));
        QVERIFY(test::region(&window, QStringLiteral("finish")).isEmpty());
        QVERIFY(test::region(&window, QStringLiteral("phase")).width() >= 240);
        QVERIFY(window.rail()->folded());
        SY_VERIFY_RECT(test::region(&window, QStringLiteral("rail")), 0, 72, 56, 620);
        for (const char* name : {"mode", "downtime", "hold", "rollback"})
            QVERIFY(!test::region(&window, QString::fromLatin1(name)).isEmpty());
        Theme::instance().setTextScale(150);
        test::keepPicture(test::picture(&window, QSize(1180, 720)), QStringLiteral("frame-1180-150"));
        int right = 0;
        for (const char* name : {"mode", "plan", "phase", "downtime", "hold", "rollback"}) {
            const QRect at = test::region(&window, QString::fromLatin1(name));
            QVERIFY2(!at.isEmpty() && at.left() >= right, name);
            right = at.right();
        }
        QVERIFY(right < 1180);
        QCOMPARE(test::cutTexts(window.strip()), QStringList());
        test::keepPicture(test::picture(&window, QSize(1440, 900)), QStringLiteral("frame-1440-150"));
    }

    void theLastSafeReturnStandsUnderFinish()
    {
        SampleRun run(Moment::Switch);
        run.edit().lastSafeReturn = test::storyTime("22:58:00");
        MainWindow window(nullptr, blankPages());
        window.setRun(&run);
        test::keepPicture(test::picture(&window, QSize(1440, 900)), QStringLiteral("frame-safe-return"));
        const auto* finish = window.findChild<ClockView*>(QStringLiteral("finish"));
        QVERIFY(finish->spokenName().contains(QStringLiteral("last safe return 22:58")));
        QVERIFY(paint::textWidth(finish->content().below, Style::Label) <= finish->width());
    }

    void everyPlaceIsReachedByKeyboard()
    {
        SampleRun run(Moment::Switch);
        MainWindow window(nullptr, blankPages());
        window.setRun(&run);
        test::picture(&window, QSize(1440, 900));
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QTest::keyClick(&window, Qt::Key_4, Qt::ControlModifier);
        QCOMPARE(window.currentPage(), QStringLiteral("dns"));
        QVERIFY(!window.dockOpen());
        QTest::keyClick(&window, Qt::Key_L, Qt::ControlModifier);
        QVERIFY(window.dockOpen());
        QTest::keyClick(&window, Qt::Key_B, Qt::ControlModifier);
        QVERIFY(window.rail()->folded());
        QTest::keyClick(&window, Qt::Key_B, Qt::ControlModifier);
        QTest::keyClick(&window, Qt::Key_Period, Qt::ControlModifier);
        QCOMPARE(run.asked(), QStringList{QStringLiteral("hold")});
        QTest::keyClick(&window, Qt::Key_G, Qt::ControlModifier);
        QCOMPARE(window.currentPage(), QStringLiteral("checklist"));
        QCOMPARE(static_cast<BlankPage*>(window.page(QStringLiteral("checklist")))->opened, QStringLiteral("switch-names"));
        QTest::keyClick(&window, Qt::Key_1, Qt::ControlModifier);
        QTest::keyClick(&window, Qt::Key_Return, Qt::ControlModifier);
        QCOMPARE(window.currentPage(), QStringLiteral("checklist"));
        QVERIFY(window.page(QStringLiteral("checklist"))->guardedButton()->hasFocus());

        // F6 goes round: strip, rail, toolbar, and back.
        window.rail()->list()->setFocus();
        QTest::keyClick(&window, Qt::Key_F6);
        QVERIFY(window.page(QStringLiteral("checklist"))->guardedButton()->hasFocus());
        QTest::keyClick(&window, Qt::Key_F6, Qt::ShiftModifier);
        QVERIFY(window.rail()->list()->hasFocus());
        QTest::keyClick(&window, Qt::Key_F6, Qt::ShiftModifier);
        QVERIFY(window.strip()->isAncestorOf(QApplication::focusWidget()));
        QCOMPARE(test::namelessWidgets(&window), QStringList());
    }

    void thePaletteGoesPlacesAndNeverWrites()
    {
        SampleRun run(Moment::Switch);
        MainWindow window(nullptr, blankPages());
        window.setRun(&run);
        test::picture(&window, QSize(1440, 900));
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QTest::keyClick(&window, Qt::Key_K, Qt::ControlModifier);
        QVERIFY(window.commands()->isVisible());
        QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("cert"));
        test::keepPicture(test::picture(&window), QStringLiteral("frame-palette"));
        QVERIFY(window.commands()->shownTexts().contains(QStringLiteral("Certificates, projectify.test")));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
        QVERIFY(!window.commands()->isVisible());
        QTest::keyClick(&window, Qt::Key_K, Qt::ControlModifier);
        QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("roll back"));
        QSignalSpy asked(window.desk(), &Desk::rollBackRequested);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
        QCOMPARE(asked.size(), 1);
        QVERIFY(run.asked().isEmpty());
    }

    void aHiddenPageSleepsAndCatchesUp()
    {
        SampleRun run(Moment::Switch);
        MainWindow window(nullptr, blankPages());
        window.setRun(&run);
        test::picture(&window, QSize(1440, 900));
        window.showPage(QStringLiteral("dns"));
        auto* dns = static_cast<BlankPage*>(window.page(QStringLiteral("dns")));
        QCOMPARE(dns->seen, QList<unsigned>{cutover::Everything});
        window.showPage(QStringLiteral("overview"));
        run.tell(cutover::HostsChanged);
        run.tell(cutover::ResolversChanged);
        QCOMPARE(dns->seen.size(), 1);
        window.showPage(QStringLiteral("dns"));
        QCOMPARE(dns->seen.last(), unsigned(cutover::HostsChanged | cutover::ResolversChanged));
    }

    void atMostThreeToastsAndFailuresStay()
    {
        SampleRun run(Moment::Switch);
        MainWindow window(nullptr, blankPages());
        window.setRun(&run);
        test::picture(&window, QSize(1440, 900));
        window.desk()->toast(ToastKind::Good, QStringLiteral("14 of 14 checksums match"), QStringLiteral("Step 15 is ready for you."));
        for (int i = 0; i < 3; ++i)
            window.desk()->toast(ToastKind::Failure, QStringLiteral("Render refused the change"), QStringLiteral("The token can read but not write. Add the write scope, then try step 5 again."));
        QCOMPARE(window.toasts()->count(), 3);
        test::keepPicture(test::picture(&window), QStringLiteral("frame-toasts"));
        QVERIFY(window.toasts()->acknowledge());
        QCOMPARE(window.toasts()->count(), 2);
    }
};

} // namespace switchyard::ui

QTEST_MAIN(switchyard::ui::tst_MainWindow)
#include "tst_MainWindow.moc"
