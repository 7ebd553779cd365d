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
    }
};

} // namespace switchyard::ui

QTEST_MAIN(switchyard::ui::tst_MainWindow)
#include "tst_MainWindow.moc"
