#include "widgets/environments/EnvironmentsPage.h"

#include "tests/kit/Golden.h"
#include "tests/kit/SampleRun.h"
#include "tests/kit/SampleSettings.h"
#include "widgets/frame/MainWindow.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QGuiApplication>
#include <QMenu>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

#include <ctime>

namespace switchyard::ui {

using cutover::SettingVerdict;
using test::Moment;
using test::SampleRun;

namespace {
QString q(const char* text) { return QString::fromUtf8(text); }

double threadMs()
{
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) * 1000 + static_cast<double>(t.tv_nsec) / 1e6;
}
} // namespace

class tst_EnvironmentsPage : public QObject {
    Q_OBJECT

    static std::unique_ptr<MainWindow> window(SampleRun* run)
    {
        Theme::instance().setMode(run->state().rehearsal ? RunMode::Rehearsal : RunMode::Live);
        run->editPlan().environments.front().services = {{q("web"), ServiceKind::Web, {q("heroku"), q("projectify"), q("web")}, {q("render"), {}, q("projectify-web")}, false, {}}};
        auto w = std::make_unique<MainWindow>(new QWidget, std::vector<PageFactory>{environmentsPage()});
        w->setRun(run);
        run->sayLines();
        w->showPage(q("environments"));
        return w;
    }
    static bool says(QWidget* root, const QString& words)
    {
        for (const TextLabel* label : root->findChildren<TextLabel*>()) {
            if (label->isVisible() && label->plainText().contains(words))
                return true;
        }
        return false;
    }
    static void choose(MainWindow* w, const char* control, const QString& id)
    {
        auto* segments = w->findChild<SegmentedControl*>(q(control));
        segments->setCurrent(id);
        Q_EMIT segments->currentChanged(id);
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
        SampleRun run(Moment::Prepare);
        auto w = window(&run);
        (void)test::picture(w.get(), {1440, 900});
        w->page(q("environments"))->openObject(q("SECURITY_ORIGINS"));
        test::keepPicture(test::picture(w.get(), {1440, 900}), q("environments-dark"));
        SY_VERIFY_RECT(test::region(w.get(), q("filters")), 184, 120, 1256, 44);
        SY_VERIFY_RECT(test::region(w.get(), q("settings")), 184, 164, 920, 708);
        SY_VERIFY_RECT(test::region(w.get(), q("inspector")), 1104, 164, 336, 708);
        auto* table = w->findChild<RowTable*>(q("settings"));
        QCOMPARE(table->columnViewportPosition(DiffModel::Source), 228);
        QCOMPARE(table->columnViewportPosition(DiffModel::Stand), 496);
        QCOMPARE(table->columnViewportPosition(DiffModel::Target), 620);
        QVERIFY(says(w->page(q("environments")), q("Compared as a list")));
        QVERIFY(says(w->page(q("environments")), q("8 secrets hidden")));
        Theme::instance().setGround(Ground::Light);
        test::keepPicture(test::picture(w.get(), {1440, 900}), q("environments-light"));
    }
    void smallWindowAndLargeText()
    {
        SampleRun run(Moment::Prepare);
        run.edit().settings = test::sampleSettings(run.state().now, true);
        auto w = window(&run);
        test::keepPicture(test::picture(w.get(), {1180, 720}), q("environments-small"));
        QCOMPARE(test::cutTexts(w->page(q("environments"))), QStringList());
        Theme::instance().setTextScale(150);
        test::keepPicture(test::picture(w.get(), {1440, 900}), q("environments-150"));
        QCOMPARE(test::cutTexts(w->page(q("environments"))), QStringList());
        QCOMPARE(w->findChild<RowTable*>(q("settings"))->horizontalScrollBar()->maximum(), 0);
        choose(w.get(), "environmentSwitch", q("*"));
        test::keepPicture(test::picture(w.get(), {1440, 900}), q("environments-matrix-150"));
        QCOMPARE(test::cutTexts(w->page(q("environments"))), QStringList());
    }
    void everyControlHasAName()
    {
        SampleRun run(Moment::Prepare);
        run.edit().settings = test::sampleSettings(run.state().now, true);
        auto w = window(&run);
        (void)test::picture(w.get(), {1440, 900});
        QCOMPARE(test::namelessWidgets(w->page(q("environments"))), QStringList());
        choose(w.get(), "environmentSwitch", q("*"));
        QCOMPARE(test::namelessWidgets(w->page(q("environments"))), QStringList());
    }
    void noRoleGivesASecret()
    {
        SampleRun run(Moment::Prepare);
        // Even a board that was filled carelessly shows the shape of a secret only.
        for (cutover::SettingRow& row : run.edit().settings.front().rows) {
            if (row.secret)
                row.source.text = row.target.text = q("hunter2-the-value");
        }
        DiffModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        std::vector<DiffRow> rows;
        for (const cutover::SettingRow& row : run.state().settings.front().rows)
            rows.push_back(DiffRow{row});
        model.setRows(rows);
        for (int row = 0; row < model.rowCount(); ++row) {
            for (int column = 0; column < model.columnCount(); ++column) {
                for (int role = 0; role < Qt::UserRole + 100; ++role)
                    QVERIFY(!model.index(row, column).data(role).toString().contains(q("hunter2")));
            }
            for (const Comparison::Line& line : compareByType(model.rows()[static_cast<std::size_t>(row)]).lines)
                QVERIFY(!line.text.contains(q("hunter2")));
        }
        const int key = model.rowOf(q("SECRET_KEY"));
        QCOMPARE(model.index(key, DiffModel::Source).data().toString(), q("50 ch, fp 7c1f"));
        QVERIFY(model.index(key, 0).data(Qt::AccessibleTextRole).toString().contains(q("hidden, 50 characters, fingerprint 7c1f")));
        for (const MatrixRow& row : matrixRows(run.state())) {
            for (const MatrixCell& cell : row.cells)
                QVERIFY(!cell.text.contains(q("hunter2")));
        }
    }
    void comparedByType()
    {
        SampleRun run(Moment::Prepare);
        const auto row = [&](const char* key) {
            for (const cutover::SettingRow& r : run.state().settings.front().rows) {
                if (r.key == q(key))
                    return r;
            }
            return cutover::SettingRow();
        };
        const Comparison list = compareByType(row("SECURITY_ORIGINS"));
        QCOMPARE(list.lines.size(), std::size_t(2));
        QVERIFY(list.lines[0].inSource && list.lines[0].inTarget);
        QVERIFY(list.lines[1].inSource && !list.lines[1].inTarget);
        const Comparison url = compareByType(row("VITE_WS_ENDPOINT"));
        QCOMPARE(url.caption, q("Compared by part of the URL"));
        QCOMPARE(url.lines[1].name, q("Host"));
        QCOMPARE(url.lines[1].other, q("projectify-web.onrender.com"));
        QVERIFY(url.lines[0].inTarget);
        QCOMPARE(compareByType(row("WEB_CONCURRENCY")).caption, q("Compared as text"));
        QCOMPARE(compareByType(row("SECRET_KEY")).caption, q("Equal by fingerprint"));
    }
    void filterSearchAndKeys()
    {
        SampleRun run(Moment::Prepare);
        auto w = window(&run);
        (void)test::picture(w.get(), {1440, 900});
        auto* table = w->findChild<RowTable*>(q("settings"));
        QCOMPARE(table->model()->rowCount(), 20);
        choose(w.get(), "verdicts", QString::number(static_cast<int>(SettingVerdict::Missing)));
        QCOMPARE(table->model()->rowCount(), 2);
        choose(w.get(), "verdicts", q("all"));
        w->findChild<SearchField*>(q("findSetting"))->setText(q("onrender"));
        QCOMPARE(table->model()->rowCount(), 4);
        w->page(q("environments"))->openObject(q("SECRET_KEY"));
        QCOMPARE(table->currentIndex().data().toString(), q("SECRET_KEY"));
        QTest::keyClick(table, Qt::Key_Y);
        QCOMPARE(QGuiApplication::clipboard()->text(), q("50 ch, fp 7c1f"));
        QTest::keyClick(table, Qt::Key_F10, Qt::ShiftModifier);
        QMenu* menu = nullptr;
        QTRY_VERIFY((menu = w->findChild<QMenu*>()) != nullptr && menu->isVisible());
        for (const QAction* action : menu->actions())
            QVERIFY(!action->text().contains(q("value")));
        menu->close();
        w->findChild<Button*>(q("readAgain"))->click();
        QVERIFY(run.asked().contains(q("read environments")));
    }
    void selectionFollowsItsKey()
    {
        SampleRun run(Moment::Prepare);
        auto w = window(&run);
        (void)test::picture(w.get(), {1440, 900});
        w->page(q("environments"))->openObject(q("VITE_WS_ENDPOINT"));
        auto& rows = run.edit().settings.front().rows;
        auto changed = rows[2];
        changed.verdict = SettingVerdict::Same;
        changed.target = changed.source;
        rows.erase(rows.begin() + 2);
        rows.push_back(changed);
        run.tell(cutover::SettingsChanged);
        auto* table = w->findChild<RowTable*>(q("settings"));
        QTRY_COMPARE(table->currentIndex().row(), 19);
        QCOMPARE(table->currentIndex().data().toString(), q("VITE_WS_ENDPOINT"));
    }
    void matrixFindsASharedSecret()
    {
        SampleRun run(Moment::Prepare);
        run.edit().settings = test::sampleSettings(run.state().now, true);
        auto w = window(&run);
        (void)test::picture(w.get(), {1440, 900});
        choose(w.get(), "environmentSwitch", q("*"));
        test::keepPicture(test::picture(w.get(), {1440, 900}), q("environments-matrix-dark"));
        Theme::instance().setGround(Ground::Light);
        test::keepPicture(test::picture(w.get(), {1440, 900}), q("environments-matrix-light"));
        QWidget* page = w->page(q("environments"));
        SY_VERIFY_RECT(test::region(w.get(), q("matrixKeys")), 184, 164, 252, 651);
        QVERIFY(says(page, q("Staging uses the same STRIPE_SECRET_KEY as production.")));
        choose(w.get(), "matrixGroups", q("shared"));
        auto* keys = w->findChild<RowTable*>(q("matrixKeys"));
        QCOMPARE(keys->model()->rowCount(), 1);
        choose(w.get(), "matrixGroups", q("decision"));
        QCOMPARE(keys->model()->rowCount(), 6);
        MatrixModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setColumns(matrixColumns(run.state()));
        model.setRows(matrixRows(run.state()));
        QCOMPARE(model.columnCount(), 4);
        QCOMPARE(model.columns().front().settled(), 15);
        // Enter leads to that environment at the key.
        w->findChild<RowTable*>(q("matrixCells"))->selectRowAt(0);
        Q_EMIT w->findChild<RowTable*>(q("matrixCells"))->opened(keys->model()->index(0, 2));
        QCOMPARE(w->findChild<SegmentedControl*>(q("environmentSwitch"))->current(), q("staging"));
        QCOMPARE(w->findChild<RowTable*>(q("settings"))->currentIndex().data().toString(), q("STRIPE_SECRET_KEY"));
    }
    void emptyLoadingAndError()
    {
        SampleRun run(Moment::Prepare);
        run.edit().settings.front().problem = q("Render did not return values. The token may list keys but not read them. Add the read scope, then read again.");
        auto w = window(&run);
        test::keepPicture(test::picture(w.get(), {1440, 900}), q("environments-problem"));
        QWidget* page = w->page(q("environments"));
        QVERIFY(says(page, q("Render did not return values.")));
        QCOMPARE(w->findChild<RowTable*>(q("settings"))->model()->rowCount(), 20);
        run.edit().settings.front().problem.clear();
        for (cutover::SettingRow& row : run.edit().settings.front().rows)
            row.target = {};
        run.tell();
        QTRY_VERIFY(says(page, q("No variables on the target yet.")));
        run.edit().settings.front().rows.clear();
        run.edit().settings.front().readAt.reset();
        run.edit().settings.front().reading = true;
        run.tell();
        QTest::qWait(200);
        test::keepPicture(test::picture(w.get(), {1440, 900}), q("environments-loading"));
        QVERIFY(says(page, q("Reading")));
        run.edit().settings.clear();
        run.editPlan().environments.front().services.clear();
        run.tell();
        QTRY_VERIFY(says(page, q("No service with settings in this plan.")));
        test::keepPicture(test::picture(w.get(), {1440, 900}), q("environments-empty"));
    }
    void fourHundredKeys()
    {
        SampleRun run(Moment::Prepare);
        run.edit().settings = test::sampleSettings(run.state().now, true);
        for (cutover::SettingsView& view : run.edit().settings) {
            for (int i = 0; i < 380; ++i) {
                cutover::SettingRow row = view.rows[1];
                row.key = QStringLiteral("KEY_%1").arg(i);
                view.rows.push_back(row);
            }
        }
        auto w = window(&run);
        (void)test::picture(w.get(), {1440, 900});
        Page* page = w->page(q("environments"));
        double from = threadMs();
        page->refresh(cutover::SettingsChanged);
        const double diff = threadMs() - from;
        choose(w.get(), "environmentSwitch", q("*"));
        from = threadMs();
        page->refresh(cutover::SettingsChanged);
        const double matrix = threadMs() - from;
        qInfo("400 keys: diff %.1f ms, matrix %.1f ms of CPU", diff, matrix);
        QVERIFY2(diff < 16 && matrix < 40, qPrintable(QStringLiteral("diff %1, matrix %2").arg(diff).arg(matrix)));
    }
    void railCount()
    {
        SampleRun run(Moment::Prepare);
        run.edit().settings = test::sampleSettings(run.state().now, true);
        QCOMPARE(environmentsPage().count(run.state()).text, q("5"));
        QCOMPARE(environmentsPage().count(run.state()).tone, PageCount::Tone::Caution);
        run.edit().settings.clear();
        QVERIFY(environmentsPage().count(run.state()).text.isEmpty());
    }
};

} // namespace switchyard::ui

QTEST_MAIN(switchyard::ui::tst_EnvironmentsPage)
#include "tst_EnvironmentsPage.moc"
