#include "widgets/report/ReportPage.h"

#include "tests/kit/Golden.h"
#include "tests/kit/SampleRun.h"
#include "widgets/frame/MainWindow.h"

#include <QApplication>
#include <QClipboard>
#include <QPainter>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

namespace switchyard::ui {

using namespace cutover;
using test::Moment;
using test::SampleRun;
using test::storyTime;

namespace {

/// What visitors of the three hosts got, as in the design's picture.
void tellHosts(SampleRun* run)
{
    for (HostView& host : run->edit().hosts) {
        host.spells = {{storyTime("22:00:00"), HostState::Source}, {storyTime("22:39:24"), HostState::Maintenance}};
        if (host.shortName == QLatin1String("apex"))
            host.spells.push_back({storyTime("22:42:10"), HostState::Failed});
        host.spells.push_back({storyTime(host.shortName == QLatin1String("apex") ? "22:52:05" : host.shortName == QLatin1String("www") ? "22:42:49" : "22:42:29"), HostState::Target});
        host.downtime = host.spells.back().from - storyTime("22:39:24");
    }
}

} // namespace

class tst_ReportPage : public QObject {
    Q_OBJECT

    struct Shown {
        explicit Shown(Moment moment = Moment::Complete) : run(moment)
        {
            Theme::instance().setMode(run.state().rehearsal ? RunMode::Rehearsal : RunMode::Live);
            tellHosts(&run);
        }
        ReportPage* open()
        {
            window = std::make_unique<MainWindow>(new QWidget, std::vector<PageFactory>{reportPage()});
            window->setRun(&run);
            window->showPage(QStringLiteral("report"));
            (void)test::picture(window.get(), {1440, 900});
            return qobject_cast<ReportPage*>(window->page(QStringLiteral("report")));
        }
        SampleRun run;
        std::unique_ptr<MainWindow> window;
    };
    static QStringList words(QWidget* root)
    {
        QStringList out;
        for (const TextLabel* label : root->findChildren<TextLabel*>()) {
            if (label->isVisible())
                out << label->plainText();
        }
        return out;
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
        Shown s;
        ReportPage* page = s.open();
        test::keepPicture(test::picture(s.window.get(), {1440, 900}), QStringLiteral("report-dark"));
        SY_VERIFY_RECT(test::region(s.window.get(), QStringLiteral("toolbar")), 184, 72, 1256, 48);
        SY_VERIFY_RECT(test::region(s.window.get(), QStringLiteral("sheet")), 184, 120, 944, 752);
        SY_VERIFY_RECT(test::region(s.window.get(), QStringLiteral("side")), 1128, 120, 312, 752);
        Theme::instance().setGround(Ground::Light);
        test::keepPicture(test::picture(s.window.get(), {1440, 900}), QStringLiteral("report-light"));
        test::keepPicture(test::picture(s.window.get(), {1180, 720}), QStringLiteral("report-small"));
        QCOMPARE(test::cutTexts(page), QStringList());
        Theme::instance().setTextScale(150);
        test::keepPicture(test::picture(s.window.get(), {1440, 900}), QStringLiteral("report-150"));
        QCOMPARE(test::cutTexts(page), QStringList());
        QCOMPARE(test::namelessWidgets(page), QStringList());
    }
    void aDraftSaysSoAndItsStripsGrow()
    {
        Shown s(Moment::Delta);
        for (HostView& host : s.run.edit().hosts)
            host.spells.resize(2);
        ReportPage* page = s.open();
        test::keepPicture(test::picture(s.window.get(), {1440, 900}), QStringLiteral("report-draft"));
        QVERIFY(page->view()->document().headline.startsWith(QStringLiteral("Draft, T+00:40:31")));
        const TimePoint before = page->view()->document().timeline.hosts.front().spans.back().to;
        s.run.edit().now += Seconds(9);
        page->second();
        QCOMPARE(page->view()->document().timeline.hosts.front().spans.back().to, before + Seconds(9));
    }
    void nothingRunYetSaysSo()
    {
        Shown s(Moment::Prepare);
        s.run.edit().startedAt.reset();
        ReportPage* page = s.open();
        test::keepPicture(test::picture(s.window.get(), {1440, 900}), QStringLiteral("report-empty"));
        QVERIFY(words(page).contains(QStringLiteral("Nothing has run yet.")));
    }
    void theHairLineTellsAllLanes()
    {
        Shown s;
        ReportPage* page = s.open();
        const QRect line = page->view()->timelineRect();
        QTest::mouseMove(page->view(), line.topLeft() + QPoint(line.width() * 6 / 10, 60));
        const QString text = page->view()->hairText();
        QVERIFY2(text.contains(QStringLiteral("T+00:")) && text.contains(QStringLiteral("projectify.test")) && text.contains(QStringLiteral("www")), qPrintable(text));
        test::keepPicture(test::picture(s.window.get(), {1440, 900}), QStringLiteral("report-hair"));
    }
    void anEventOpensItsStep()
    {
        Shown s;
        ReportPage* page = s.open();
        QSignalSpy opened(s.window->desk(), &Desk::openRequested);
        page->view()->setFocus();
        QTest::keyClick(page->view(), Qt::Key_J);
        QVERIFY(page->view()->spokenValue().contains(QStringLiteral("Pre-seed started")));
        QTest::keyClick(page->view(), Qt::Key_Return);
        QCOMPARE(opened.count(), 1);
        QCOMPARE(opened.first().at(0).toString(), QStringLiteral("checklist"));
        QCOMPARE(opened.first().at(1).toString(), QStringLiteral("preseed"));
    }
    void exportsAreLightWholeAndSayWhyTheyFail()
    {
        Shown s;
        ReportPage* page = s.open();
        QTemporaryDir dir;
        QSignalSpy toasts(s.window->desk(), &Desk::toastRequested);
        const QString pdf = dir.filePath(QStringLiteral("report.pdf"));
        page->savePdf(pdf);
        QFile file(pdf);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray bytes = file.readAll();
        QVERIFY(bytes.startsWith("%PDF-") && bytes.trimmed().endsWith("%%EOF"));
        for (QAbstractButton* cell : page->findChildren<QAbstractButton*>()) {
            if (cell->text() == QLatin1String("Audit"))
                cell->click();
        }
        page->savePdf(pdf);
        const Result<int> pages = writePdf(page->exported(), dir.filePath(QStringLiteral("audit.pdf")), Paper::Letter);
        QVERIFY(pages && *pages >= 2);
        page->saveHtml(dir.filePath(QStringLiteral("report.html")));
        QFile html(dir.filePath(QStringLiteral("report.html")));
        QVERIFY(html.open(QIODevice::ReadOnly));
        const QByteArray text = html.readAll();
        QVERIFY(text.contains("<svg") && text.contains("Checklist") && text.contains("moved from Heroku + Netlify to Render"));
        const ReportPainter paper(page->exported(), ReportInk::paper(), 820, true);
        QImage sheet(820, static_cast<int>(paper.height()) + 1, QImage::Format_RGB32);
        sheet.fill(Qt::white);
        QPainter painter(&sheet);
        paper.paint(&painter, QRectF(sheet.rect()));
        painter.end();
        test::keepPicture(sheet, QStringLiteral("report-paper"));
        toasts.clear();
        page->savePdf(QStringLiteral("/nowhere/report.pdf"));
        QCOMPARE(toasts.count(), 1);
        QCOMPARE(toasts.first().at(1).toString(), QStringLiteral("Can't write the PDF."));
        QVERIFY(toasts.first().at(2).toString().endsWith(QStringLiteral("Choose another folder.")));
    }
    void contentsAndAudienceDecideWhatIsExported()
    {
        Shown s;
        ReportPage* page = s.open();
        QVERIFY(page->exported().checklist.rows.empty());
        for (QAbstractButton* cell : page->findChildren<QAbstractButton*>()) {
            if (cell->text() == QLatin1String("Team"))
                cell->click();
        }
        QVERIFY(!page->exported().checklist.rows.empty());
        for (QAbstractButton* box : page->findChildren<QAbstractButton*>()) {
            if (box->text().startsWith(QStringLiteral("Checklist with")))
                box->click();
        }
        QVERIFY(page->exported().checklist.rows.empty());
        QVERIFY(page->exported().calls.rows.empty());
        page->copySummary();
        QVERIFY(QApplication::clipboard()->text().contains(QStringLiteral("Downtime, worst host: 12:41")));
    }
};

} // namespace switchyard::ui

QTEST_MAIN(switchyard::ui::tst_ReportPage)
#include "tst_ReportPage.moc"
