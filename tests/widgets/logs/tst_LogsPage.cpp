#include "widgets/logs/LogsPage.h"

#include "tests/kit/Golden.h"
#include "tests/kit/SampleRun.h"
#include "widgets/frame/MainWindow.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QClipboard>
#include <QPainter>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <ctime>

namespace switchyard::ui {

using test::Moment;
using test::SampleRun;
using test::storyTime;

namespace {

LogLine said(const char* at, const char* source, const QString& message, LogLevel level = LogLevel::Info)
{
    LogLine line;
    line.time = fromIsoUtc(QStringLiteral("2026-03-15T") + QString::fromLatin1(at) + u'Z');
    line.source = QString::fromLatin1(source);
    line.message = message;
    line.level = level;
    return line;
}

/// The stream of the design's picture, with its long quiet before.
void tellStory(logs::LogStore& store)
{
    const char* const sources[] = {"switchyard", "heroku", "netlify", "render", "cloudflare", "probe"};
    for (int s = 0; s < 41 * 60; s += 7) {
        LogLine line;
        line.time = storyTime("22:00:00") + Seconds(s);
        line.source = QString::fromLatin1(sources[(s / 7) % 6]);
        line.message = QStringLiteral("GET /healthz 200 in %1 ms, request %2").arg(20 + s % 61).arg(s);
        line.level = s % 161 == 0 ? LogLevel::Warning : s % 5 == 0 ? LogLevel::Debug : LogLevel::Info;
        store.append(line);
    }
    const auto add = [&](const char* at, const char* source, const char* message, LogLevel level = LogLevel::Info) { store.append(said(at, source, QString::fromUtf8(message), level)); };
    add("22:42:10.311", "cloudflare", "PUT /client/v4/zones/9f/dns_records/a1 200 in 288 ms");
    add("22:42:11.340", "render", "POST /v1/services/srv-c1u…/custom-domains/verify 202 in 441 ms");
    for (int i = 0; i < 93; ++i) {
        LogLine line = said("22:42:12.006", "probe", QStringLiteral("https://projectify.test TLS handshake failed, alert 40 from 216.24.57.1"), LogLevel::Error);
        line.time += Seconds(6 * i);
        line.host = QStringLiteral("projectify.test");
        line.step = 16;
        store.append(line);
        if (i == 8)
            add("22:43:02.540", "render", "projectify-web set READ_ONLY=0, 2 of 2 instances reloaded");
        if (i == 13)
            add("22:43:30.002", "render", "certificate projectify.test: challenge pending, authority still sees 75.2.60.5", LogLevel::Warning);
        if (i == 50)
            add("22:47:21.902", "heroku", "router: 3 requests still answered by the maintenance page in the last minute", LogLevel::Warning);
        if (i == 70)
            add("22:49:12.071", "render", "projectify-web \"POST /user/log-in\" 200 in 141 ms, SECRET_KEY=[hidden]");
        if (i % 4 == 0)
            add(qPrintable(clockUtcMs(line.time + Seconds(1))), "probe", "https://www.projectify.test 200 in 61 ms, answered by Render");
    }
    add("22:51:29.611", "switchyard", "Certificate watcher: issue expected within 40 s");
    add("22:51:29.901", "render", "projectify-worker task email.send_confirmation done in 0.8 s");
    store.flush();
}

double threadMs()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

} // namespace

class tst_LogsPage : public QObject {
    Q_OBJECT

    struct Shown {
        explicit Shown(Moment moment = Moment::Logs) : run(moment), store(QString())
        {
            Theme::instance().setMode(run.state().rehearsal ? RunMode::Rehearsal : RunMode::Live);
        }
        LogsPage* open()
        {
            window = std::make_unique<MainWindow>(new QWidget, std::vector<PageFactory>{logsPage()});
            window->setRun(&run, &store);
            window->showPage(QStringLiteral("logs"));
            window->resize(1440, 900);
            (void)test::picture(window.get(), {1440, 900});
            return qobject_cast<LogsPage*>(window->page(QStringLiteral("logs")));
        }
        SampleRun run;
        logs::LogStore store;
        std::unique_ptr<MainWindow> window;
    };

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
        tellStory(s.store);
        LogsPage* page = s.open();
        static_cast<QLineEdit*>(page->findField())->setText(QStringLiteral("since:22:42 repeats:folded TLS handshake failed"));
        QTRY_VERIFY(!page->search()->reading());
        page->view()->selectRow(page->search()->next(-1, false));
        test::keepPicture(test::picture(s.window.get(), {1440, 900}), QStringLiteral("logs-dark"));
        SY_VERIFY_RECT(test::region(s.window.get(), QStringLiteral("toolbar")), 184, 72, 1256, 48);
        SY_VERIFY_RECT(test::region(s.window.get(), QStringLiteral("filters")), 184, 120, 1256, 40);
        SY_VERIFY_RECT(test::region(s.window.get(), QStringLiteral("histogram")), 184, 160, 1256, 104);
        SY_VERIFY_RECT(test::region(s.window.get(), QStringLiteral("stream")), 184, 264, 952, 608);
        SY_VERIFY_RECT(test::region(s.window.get(), QStringLiteral("side")), 1136, 264, 304, 608);
        Theme::instance().setGround(Ground::Light);
        test::keepPicture(test::picture(s.window.get(), {1440, 900}), QStringLiteral("logs-light"));
        test::keepPicture(test::picture(s.window.get(), {1180, 720}), QStringLiteral("logs-small"));
        QCOMPARE(test::cutTexts(page), QStringList());
        Theme::instance().setTextScale(150);
        test::keepPicture(test::picture(s.window.get(), {1440, 900}), QStringLiteral("logs-150"));
        QCOMPARE(test::cutTexts(page), QStringList());
        QCOMPARE(test::namelessWidgets(page), QStringList());
    }
    void wordsAreFoundAndTokensFilter()
    {
        Shown s;
        tellStory(s.store);
        LogsPage* page = s.open();
        auto* field = static_cast<QLineEdit*>(page->findField());
        const int all = page->lines()->rowCount();
        field->setText(QStringLiteral("TLS handshake failed"));
        QTRY_VERIFY(!page->search()->reading());
        QCOMPARE(page->lines()->rowCount(), all);
        QCOMPARE(page->search()->count(), 93);
        page->view()->setFocus();
        QTest::keyClick(page->view(), Qt::Key_N);
        const int first = page->view()->currentIndex().row();
        QVERIFY(page->lines()->line(first).message.contains(QStringLiteral("TLS")));
        QTest::keyClick(page->view(), Qt::Key_N);
        QVERIFY(page->view()->currentIndex().row() > first);
        QTest::keyClick(page->view(), Qt::Key_N, Qt::ShiftModifier);
        QCOMPARE(page->view()->currentIndex().row(), first);
        QTest::keyClick(page->view(), Qt::Key_J);
        QCOMPARE(page->view()->currentIndex().row(), first + 1);
        field->setText(QStringLiteral("level:error host:projectify.test"));
        QCOMPARE(page->lines()->shown(), 93);
        QVERIFY(page->lines()->rowCount() < 60); // repeats within a minute are one row
        field->setText(QStringLiteral("level:error repeats:all"));
        int lines = 0;
        for (int row = 0; row < page->lines()->rowCount(); ++row)
            lines += page->lines()->rule(row) ? 0 : 1;
        QCOMPARE(lines, 93);
        field->setText(QStringLiteral("since:soon"));
        QVERIFY(field->accessibleDescription().contains(QStringLiteral("is not a time")));
    }
    void whatFiltersHideIsSaidAndTakenBack()
    {
        Shown s;
        for (int i = 0; i < 94; ++i)
            s.store.append(said("22:42:10.000", "render", QStringLiteral("line %1").arg(i)));
        s.store.flush();
        LogsPage* page = s.open();
        static_cast<QLineEdit*>(page->findField())->setText(QStringLiteral("level:error"));
        test::keepPicture(test::picture(s.window.get(), {1440, 900}), QStringLiteral("logs-none"));
        QStringList words;
        for (const TextLabel* label : page->findChildren<TextLabel*>()) {
            if (label->isVisible())
                words << label->plainText();
        }
        QVERIFY2(words.contains(QStringLiteral("94 lines are hidden by filters.")), qPrintable(words.join(u'\n')));
        for (QAbstractButton* button : page->findChildren<QAbstractButton*>()) {
            if (button->text() == QLatin1String("Clear filters"))
                button->click();
        }
        QCOMPARE(page->lines()->shown(), 94);
    }
    void aSpanDrawnOnTheHistogramBecomesTokens()
    {
        Shown s;
        tellStory(s.store);
        LogsPage* page = s.open();
        auto* histogram = page->findChild<LogHistogram*>();
        int lines = 0;
        for (const LogHistogram::Bin& bin : histogram->bins())
            lines += bin.lines;
        QCOMPARE(lines, page->lines()->shown());
        QTest::mousePress(histogram, Qt::LeftButton, {}, QPoint(300, 60));
        QTest::mouseMove(histogram, QPoint(500, 60));
        QTest::mouseRelease(histogram, Qt::LeftButton, {}, QPoint(500, 60));
        const QString text = static_cast<QLineEdit*>(page->findField())->text();
        QVERIFY2(text.contains(QStringLiteral("since:22:")) && text.contains(QStringLiteral("until:22:")), qPrintable(text));
        QVERIFY(page->lines()->shown() < lines);
        QTest::keyClick(histogram, Qt::Key_Delete);
        QCOMPARE(page->lines()->shown(), lines);
    }
    void followingEndsWhereOneReads()
    {
        Shown s;
        tellStory(s.store);
        LogsPage* page = s.open();
        LogView* view = page->view();
        QVERIFY(view->following());
        QCOMPARE(view->verticalScrollBar()->value(), view->verticalScrollBar()->maximum());
        s.store.append(said("22:51:31.000", "render", QStringLiteral("a new one")));
        s.store.flush();
        QTRY_COMPARE(view->verticalScrollBar()->value(), view->verticalScrollBar()->maximum());
        view->verticalScrollBar()->setValue(100);
        QVERIFY(!view->following());
        for (int i = 0; i < 3; ++i)
            s.store.append(said("22:51:32.000", "render", QStringLiteral("missed %1").arg(i)));
        s.store.flush();
        QCOMPARE(view->verticalScrollBar()->value(), 100);
        auto* chip = page->findChild<QAbstractButton*>(QStringLiteral("newLines"));
        QVERIFY(chip->isVisible());
        QCOMPARE(chip->text(), QStringLiteral("3 new lines"));
        QTest::keyClick(view, Qt::Key_F);
        QVERIFY(view->following() && !chip->isVisible());
        QCOMPARE(view->verticalScrollBar()->value(), view->verticalScrollBar()->maximum());
    }
    void stepsAndThePointOfNoReturnCrossTheStream()
    {
        Shown s;
        tellStory(s.store);
        LogsPage* page = s.open();
        QAbstractItemModelTester tester(page->lines(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        int steps = 0;
        int points = 0;
        qint64 before = 0;
        for (int row = 0; row < page->lines()->rowCount(); ++row) {
            if (const logs::LogRule* rule = page->lines()->rule(row)) {
                steps += rule->kind == logs::LogRule::Kind::Step ? 1 : 0;
                points += rule->kind == logs::LogRule::Kind::PointOfNoReturn ? 1 : 0;
                QVERIFY(rule->at.time_since_epoch().count() >= before - 60'000);
            }
            before = page->lines()->time(row).time_since_epoch().count();
        }
        QVERIFY(steps >= 16);
        QCOMPARE(points, 1);
        const int rows = page->lines()->rowCount();
        cutover::EventView event;
        event.at = storyTime("22:51:30");
        event.severity = cutover::Severity::Failure;
        event.text = QStringLiteral("The budget is used up");
        s.run.edit().events.push_back(event);
        s.run.tell(cutover::EventsChanged);
        QCOMPARE(page->lines()->rowCount(), rows + 1);
        // Only a rule at the end was added: nothing was reset, so the selection would have stayed.
        QCOMPARE(page->lines()->rule(rows - 0)->text, event.text);
    }
    void errorsArePinnedWithTheirMeaning()
    {
        Shown s;
        tellStory(s.store);
        s.store.append(said("22:51:31.000", "render", QStringLiteral("429 Too Many Requests on GET /v1/services"), LogLevel::Error));
        s.store.flush();
        QCOMPARE(s.store.unseenErrors(), 94);
        LogsPage* page = s.open();
        QTRY_COMPARE(s.store.unseenErrors(), 0);
        QAbstractButton* tls = nullptr;
        for (QAbstractButton* card : page->findChildren<QAbstractButton*>()) {
            if (card->accessibleName().startsWith(QStringLiteral("TLS handshake failed on projectify.test, 93 times")))
                tls = card;
        }
        QVERIFY(tls);
        tls->click();
        QVERIFY(page->view()->currentIndex().isValid());
        QVERIFY(page->lines()->line(page->view()->currentIndex().row()).message.contains(QStringLiteral("TLS")));
        QVERIFY(page->findChild<LogSide*>()->lineText().contains(QStringLiteral("probe Error https://projectify.test")));
    }
    void shownLinesAreSaved()
    {
        Shown s;
        tellStory(s.store);
        LogsPage* page = s.open();
        QTemporaryDir dir;
        static_cast<QLineEdit*>(page->findField())->setText(QStringLiteral("level:error"));
        const QString file = dir.filePath(QStringLiteral("errors.log"));
        page->saveTo(file);
        QTRY_VERIFY(QFile::exists(file));
        QFile saved(file);
        QVERIFY(saved.open(QIODevice::ReadOnly));
        QCOMPARE(saved.readAll().count('\n'), 93);
        QSignalSpy toasts(s.window->desk(), &Desk::toastRequested);
        page->saveTo(QStringLiteral("/nowhere/at/all.log"));
        QTRY_COMPARE(toasts.count(), 1);
        QCOMPARE(toasts.first().at(1).toString(), QStringLiteral("Can't write the log."));
    }
    void twoHundredThousandLinesScrollWithinAFrame()
    {
        Shown s;
        for (int i = 0; i < 200'000; ++i)
            s.store.append(said("22:10:00.000", i % 3 ? "render" : "heroku", QStringLiteral("request %1 answered with 200 in 12 ms by web.1").arg(i), i % 500 == 0 ? LogLevel::Error : LogLevel::Info));
        s.store.flush();
        LogsPage* page = s.open();
        LogView* view = page->view();
        QImage screen(view->viewport()->size(), QImage::Format_RGB32);
        double worst = 0;
        double all = 0;
        constexpr int frames = 60;
        for (int i = 0; i < frames; ++i) {
            const double before = threadMs();
            view->verticalScrollBar()->setValue(static_cast<int>(static_cast<qint64>(view->verticalScrollBar()->maximum()) * i / frames));
            view->viewport()->render(&screen);
            const double spent = threadMs() - before;
            worst = std::max(worst, spent);
            all += spent;
        }
        qInfo("a frame took %.2f ms on average, %.2f ms at worst", all / frames, worst);
        QVERIFY2(all / frames < 16.6, qPrintable(QString::number(all / frames)));
    }
};

} // namespace switchyard::ui

QTEST_MAIN(switchyard::ui::tst_LogsPage)
#include "tst_LogsPage.moc"
