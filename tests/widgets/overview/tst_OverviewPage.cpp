#include "widgets/overview/OverviewPage.h"

#include "tests/kit/Golden.h"
#include "tests/kit/SampleRun.h"
#include "widgets/frame/MainWindow.h"

#include <QApplication>
#include <QSignalSpy>
#include <QTest>

namespace switchyard::ui {

using test::Moment;
using test::SampleRun;

class tst_OverviewPage : public QObject {
    Q_OBJECT

    static std::unique_ptr<MainWindow> window(SampleRun* run)
    {
        Theme::instance().setMode(run->state().rehearsal ? RunMode::Rehearsal : RunMode::Live);
        auto w = std::make_unique<MainWindow>(new QWidget, std::vector<PageFactory>{overviewPage()});
        w->setRun(run);
        run->sayLines();
        w->showPage(QStringLiteral("overview"));
        return w;
    }

private Q_SLOTS:
    void initTestCase() { Theme::instance().install(); }
    void cleanup()
    {
        Theme::instance().setGround(Ground::Dark);
        Theme::instance().setTextScale(100);
    }

    void regionsAreWhereTheDesignHasThem()
    {
        SampleRun run(Moment::Delta);
        auto w = window(&run);
        test::keepPicture(test::picture(w.get(), {1440, 900}), QStringLiteral("overview-live-dark"));
        SY_VERIFY_RECT(test::region(w.get(), QStringLiteral("nowRow")), 184, 72, 1256, 48);
        SY_VERIFY_RECT(test::region(w.get(), QStringLiteral("yard")), 196, 132, 964, 520);
        SY_VERIFY_RECT(test::region(w.get(), QStringLiteral("findings")), 1172, 132, 256, 520);
        SY_VERIFY_RECT(test::region(w.get(), QStringLiteral("points")), 472, 146, 412, 182);
        Theme::instance().setGround(Ground::Light);
        test::keepPicture(test::picture(w.get(), {1440, 900}), QStringLiteral("overview-live-light"));
    }
    void rehearsalLightAndSmallWindow()
    {
        SampleRun run(Moment::PreSeed);
        Theme::instance().setGround(Ground::Light);
        auto w = window(&run);
        test::keepPicture(test::picture(w.get(), {1440, 900}), QStringLiteral("overview-rehearsal-light"));
        test::keepPicture(test::picture(w.get(), {1180, 720}), QStringLiteral("overview-rehearsal-small"));
        QCOMPARE(test::cutTexts(w->page(QStringLiteral("overview"))), QStringList());
        Theme::instance().setTextScale(150);
        test::keepPicture(test::picture(w.get(), {1440, 900}), QStringLiteral("overview-rehearsal-150"));
        QCOMPARE(test::cutTexts(w->page(QStringLiteral("overview"))), QStringList());
    }
    void everyControlHasAName()
    {
        SampleRun run(Moment::Delta);
        auto w = window(&run);
        (void)test::picture(w.get(), {1440, 900});
        QCOMPARE(test::namelessWidgets(w->page(QStringLiteral("overview"))), QStringList());
    }
    void aPipeOpensItsPageAndACellItsDetails()
    {
        SampleRun run(Moment::Delta);
        auto w = window(&run);
        (void)test::picture(w.get(), {1440, 900});
        QSignalSpy opened(w->desk(), &Desk::openRequested);
        const auto pipes = w->findChildren<PipeView*>();
        QVERIFY(!pipes.isEmpty());
        for (PipeView* pipe : pipes) {
            if (pipe->property("page").toString() == QLatin1String("databases"))
                pipe->click();
        }
        QCOMPARE(opened.count(), 1);
        QCOMPARE(opened.first().first().toString(), QStringLiteral("databases"));
        const auto cells = w->findChildren<ServiceCell*>();
        cells.first()->click();
        QVERIFY(!test::region(w.get(), QStringLiteral("serviceSheet")).isEmpty());
    }
    void nothingReadYetSaysSo()
    {
        SampleRun run(Moment::Delta);
        run.edit().lanes.clear();
        run.edit().hosts.clear();
        run.edit().findings.clear();
        run.edit().startedAt.reset();
        auto w = window(&run);
        test::keepPicture(test::picture(w.get(), {1440, 900}), QStringLiteral("overview-empty"));
        bool said = false;
        for (const TextLabel* label : w->findChildren<TextLabel*>())
            said = said || label->plainText().contains(QStringLiteral("The checks run in the first step"));
        QVERIFY(said);
    }
};

} // namespace switchyard::ui

QTEST_MAIN(switchyard::ui::tst_OverviewPage)
#include "tst_OverviewPage.moc"
