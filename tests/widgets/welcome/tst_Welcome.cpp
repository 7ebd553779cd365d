#include "widgets/welcome/WelcomePage.h"

#include "app/rehearsal/Faults.h"
#include "tests/kit/Golden.h"
#include "widgets/frame/MainWindow.h"

#include <QComboBox>
#include <QListView>
#include <QMenu>
#include <QSignalSpy>
#include <QTest>

namespace switchyard::ui {

namespace {

WelcomeData story()
{
    const auto s = [](const char* text) { return QString::fromUtf8(text); };
    WelcomeData data;
    data.version = s("1.0.0");
    const auto plan = [&](const char* name, const char* title, QStringList source, QStringList target, const char* state, ChipTone tone, const char* icon, const char* date) {
        RecentPlan p;
        p.file = s("/plans/") + s(name) + s(".yaml");
        p.name = s(name);
        p.title = s(title);
        p.source = std::move(source);
        p.target = std::move(target);
        p.state = s(state);
        p.tone = tone;
        p.icon = s(icon);
        p.date = s(date);
        data.plans.push_back(p);
    };
    plan("projectify", "Heroku + Netlify to Render", {s("He"), s("Nl")}, {s("Rd")}, "Rehearsed 3 times", ChipTone::Mode, "rehearsal", "Live tonight 22:00");
    data.plans.back().soon = true;
    data.plans.back().rehearsals = 3;
    plan("harbour-api", "Fly Postgres to SQLite + LiteFS", {s("Fl")}, {s("Sq")}, "Rehearsing, 12/19", ChipTone::Mode, "rehearsal", "Today 18:42");
    data.plans.back().runDirectory = s("/runs/harbour-api-7");
    plan("northwind-tickets", "Heroku to AWS serverless", {s("He")}, {s("Aw")}, "4 open findings", ChipTone::Warn, "caution", "Fri 13 Mar");
    plan("ledgerly", "MySQL host to Heroku + Cloudflare", {s("My")}, {s("He"), s("Cf")}, "Done, 3:12 down", ChipTone::Ok, "tick", "Thu 12 Feb");
    plan("atlas-images", "GHCR containers to Render", {s("Gh")}, {s("Rd")}, "Rolled back at 9/14", ChipTone::Neutral, "roll-back", "Fri 30 Jan");
    data.templates = {{s("projectify"), s("Heroku to Render"), s("Postgres, Redis, worker, domains, certificates"), {s("He")}, {s("Rd")}, 27, s("3 to 15 min down"), 0}};
    for (const char* name : {"Heroku", "Netlify", "Render", "Cloudflare", "Cloudinary"})
        data.accounts.push_back({s(name), Health::Ok});
    return data;
}

} // namespace

class tst_Welcome : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { Theme::instance().install(); }
    void init()
    {
        Theme::instance().setMode(RunMode::Rehearsal);
        Theme::instance().setGround(Ground::Dark);
        Theme::instance().setTextScale(100);
        m_page = new WelcomePage;
        m_page->setData(story());
        m_window = std::make_unique<MainWindow>(m_page, std::vector<PageFactory>{});
    }
    void cleanup() { m_window.reset(); }

    void regionsAgreeWithTheDesign()
    {
        for (auto* toggle : m_page->findChildren<Switch*>().mid(0, 2))
            toggle->setChecked(true);
        test::keepPicture(test::picture(m_window.get(), QSize(1440, 900)), QStringLiteral("welcome-dark"));
        const auto at = [this](const char* name) { return test::region(m_window.get(), QString::fromLatin1(name)); };
        SY_VERIFY_RECT(at("left"), 0, 0, 456, 872);
        SY_VERIFY_RECT(at("mark"), 32, 42, 40, 40);
        SY_VERIFY_RECT(at("rehearsal"), 32, 116, 391, 388);
        SY_VERIFY_RECT(at("plan"), 53, 253, 349, 28);
        SY_VERIFY_RECT(at("start"), 53, 443, 230, 40);
        SY_VERIFY_RECT(at("speed"), 291, 443, 111, 40);
        SY_VERIFY_RECT(at("open"), 32, 528, 391, 40);
        SY_VERIFY_RECT(at("new"), 32, 576, 391, 40);
        SY_VERIFY_RECT(at("find"), 1160, 40, 240, 28);
        SY_VERIFY_RECT(at("plans"), 496, 76, 904, 262);
        SY_VERIFY_RECT(at("template-file"), 801, 410, 293, 168);
        SY_VERIFY_RECT(at("ticker"), 0, 872, 1440, 28);
        Theme::instance().setGround(Ground::Light);
        test::keepPicture(test::picture(m_window.get(), QSize(1440, 900)), QStringLiteral("welcome-light"));
    }

    void startsARehearsalWithTheChosenFaults()
    {
        test::picture(m_window.get(), QSize(1440, 900));
        QSignalSpy started(m_page, &WelcomePage::startRehearsal);
        auto* start = m_page->findChild<Button*>(QStringLiteral("start"));
        QCOMPARE(start->text(), QStringLiteral("Start rehearsal 4"));
        const auto toggles = m_page->findChildren<Switch*>();
        QCOMPARE(toggles.size(), 4);
        toggles.at(0)->setFocus();
        QTest::keyClick(toggles.at(0), Qt::Key_Space);
        QTest::keyClick(start, Qt::Key_Return);
        QCOMPARE(started.size(), 1);
        QCOMPARE(started.first().at(0).toString(), QStringLiteral("/plans/projectify.yaml"));
        const QStringList faults = started.first().at(1).toStringList();
        QCOMPARE(faults.size(), 1);
        QVERIFY(rehearsal::findFault(faults.first()));
        QCOMPARE(started.first().at(2).toInt(), 10);
    }

    void enterOpensTheFirstPlanAndResumesAnUnfinishedRun()
    {
        test::picture(m_window.get(), QSize(1440, 900));
        auto* list = m_page->findChild<QListView*>(QStringLiteral("plans"));
        QSignalSpy opened(m_page, &WelcomePage::openPlan);
        QSignalSpy resumed(m_page, &WelcomePage::resumeRun);
        list->setFocus();
        QCOMPARE(list->currentIndex().row(), 0);
        QTest::keyClick(list, Qt::Key_Return);
        QCOMPARE(opened.size(), 1);
        QTest::keyClick(list, Qt::Key_J);
        QTest::keyClick(list, Qt::Key_Return);
        QCOMPARE(resumed.size(), 1);
        QCOMPARE(resumed.first().first().toString(), QStringLiteral("/runs/harbour-api-7"));
    }

    void findsAPlanByItsName()
    {
        test::picture(m_window.get(), QSize(1440, 900));
        auto* find = m_page->findChild<QLineEdit*>(QStringLiteral("find"));
        find->setFocus();
        QTest::keyClicks(find, QStringLiteral("ledger"));
        auto* list = m_page->findChild<QListView*>(QStringLiteral("plans"));
        QCOMPARE(list->model()->rowCount(), 1);
        QSignalSpy opened(m_page, &WelcomePage::openPlan);
        QTest::keyClick(find, Qt::Key_Return);
        QCOMPARE(opened.first().first().toString(), QStringLiteral("/plans/ledgerly.yaml"));
    }

    void withoutPlansTheTemplatesMoveUp()
    {
        WelcomeData data = story();
        data.plans.clear();
        m_page->setData(data);
        test::keepPicture(test::picture(m_window.get(), QSize(1440, 900)), QStringLiteral("welcome-empty"));
        QVERIFY(test::region(m_window.get(), QStringLiteral("plans")).isEmpty());
        QVERIFY(test::region(m_window.get(), QStringLiteral("template-file")).top() < 240);
        QCOMPARE(m_page->findChild<QComboBox*>(QStringLiteral("plan"))->count(), 1);
    }

    void nothingIsCutOrNameless()
    {
        for (const int scale : {100, 150}) {
            for (const QSize size : {QSize(1440, 900), QSize(1180, 720)}) {
                Theme::instance().setTextScale(scale);
                test::keepPicture(test::picture(m_window.get(), size), QStringLiteral("welcome-%1-%2").arg(size.width()).arg(scale));
                QCOMPARE(test::cutTexts(m_window.get()), QStringList());
                QCOMPARE(test::namelessWidgets(m_window.get()), QStringList());
            }
        }
    }

private:
    WelcomePage* m_page = nullptr;
    std::unique_ptr<MainWindow> m_window;
};

} // namespace switchyard::ui

QTEST_MAIN(switchyard::ui::tst_Welcome)
#include "tst_Welcome.moc"
