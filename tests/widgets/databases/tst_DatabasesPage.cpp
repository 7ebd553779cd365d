#include "widgets/databases/DatabasesPage.h"

#include "tests/kit/Golden.h"
#include "tests/kit/SampleRun.h"
#include "widgets/frame/MainWindow.h"

#include <QAbstractItemModelTester>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

#include <ctime>

namespace switchyard::ui {

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

class tst_DatabasesPage : public QObject {
    Q_OBJECT

    static std::unique_ptr<MainWindow> window(SampleRun* run)
    {
        Theme::instance().setMode(run->state().rehearsal ? RunMode::Rehearsal : RunMode::Live);
        plan::DatabaseMapping mapping;
        mapping.name = q("db");
        mapping.source = {q("heroku"), q("projectify"), q("postgresql-curved-81146")};
        mapping.target = {q("render"), {}, q("projectify-db")};
        if (run->plan().environments.front().databases.empty())
            run->editPlan().environments.front().databases = {mapping};
        auto w = std::make_unique<MainWindow>(new QWidget, std::vector<PageFactory>{databasesPage()});
        w->setRun(run);
        run->sayLines();
        w->showPage(q("databases"));
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
    static cutover::DatabaseView manyTables(int count)
    {
        cutover::DatabaseView view;
        view.name = q("db");
        view.source.emplace();
        view.target.emplace();
        for (int i = 0; i < count; ++i) {
            cutover::TableView t;
            t.source = {QStringLiteral("public.table_%1").arg(i), Rows{2'000'000'000 + i}, true, Bytes{1'000'000}, {q("id")}};
            t.progress.table = t.source.name;
            t.progress.sourceRows = t.source.rows;
            t.progress.targetRows = Rows{i * 100};
            t.progress.done = Rows{i * 100};
            t.progress.verdict = i % 3 == 0 ? TableVerdict::Copying : i % 3 == 1 ? TableVerdict::Queued : TableVerdict::Match;
            view.tables.push_back(t);
            view.source->tables.push_back(t.source);
            view.target->tables.push_back(t.source);
            view.source->sequences.push_back({t.source.name + q("_id_seq"), t.source.name, q("id"), i, true, i, 1});
        }
        return view;
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
        SampleRun run(Moment::Copying);
        auto w = window(&run);
        test::keepPicture(test::picture(w.get(), {1440, 900}), q("databases-live-dark"));
        SY_VERIFY_RECT(test::region(w.get(), q("copyHead")), 184, 120, 1256, 112);
        SY_VERIFY_RECT(test::region(w.get(), q("tables")), 184, 232, 960, 476);
        SY_VERIFY_RECT(test::region(w.get(), q("totals")), 184, 708, 960, 32);
        SY_VERIFY_RECT(test::region(w.get(), q("databaseSide")), 1144, 232, 296, 640);
        QWidget* page = w->page(q("databases"));
        QVERIFY(says(page, q("1,350,560 of 2,104,318 rows")));
        QVERIFY(says(page, q("Est. 6 s to apply")));
        QVERIFY(says(page, q("Rows that changed after the snapshot")));
        QVERIFY(says(page, q("Collation differs")));
        Theme::instance().setGround(Ground::Light);
        test::keepPicture(test::picture(w.get(), {1440, 900}), q("databases-live-light"));
    }
    void smallWindowAndLargeText()
    {
        SampleRun run(Moment::Copying);
        auto w = window(&run);
        test::keepPicture(test::picture(w.get(), {1180, 720}), q("databases-small"));
        QCOMPARE(test::cutTexts(w->page(q("databases"))), QStringList());
        Theme::instance().setTextScale(150);
        test::keepPicture(test::picture(w.get(), {1440, 900}), q("databases-150"));
        QCOMPARE(test::cutTexts(w->page(q("databases"))), QStringList());
        QCOMPARE(w->findChild<RowTable*>(q("tables"))->horizontalScrollBar()->maximum(), 0);
    }
    void everyControlHasAName()
    {
        SampleRun run(Moment::Copying);
        auto w = window(&run);
        (void)test::picture(w.get(), {1440, 900});
        QCOMPARE(test::namelessWidgets(w->page(q("databases"))), QStringList());
        auto* table = w->findChild<RowTable*>(q("tables"));
        QVERIFY(table->model()->index(1, 0).data(Qt::AccessibleTextRole).toString().contains(q("workspace_subtask, source 548,913 rows, target 362,282 rows, 65 % copied, copying")));
    }
    void verdictsAndSums()
    {
        SampleRun run(Moment::Copying);
        TablesModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        auto& database = run.edit().databases.front();
        model.setRows(tableRows(database));
        const TableTotals totals = totalsOf(model.rows());
        QCOMPARE(totals.source, 2104318);
        QCOMPARE(totals.behind, 1);
        QCOMPARE(totals.verdicts(), q("1 behind, 9 match"));
        // 22 of 141,902 rows are missing: never 100 %.
        QCOMPARE(model.index(4, TablesModel::Copied).data().toString(), q("99 %"));
        QCOMPARE(model.index(4, TablesModel::Stand).data().toString(), q("22 rows behind"));
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        database.tables[4].progress.verdict = TableVerdict::Match;
        database.tables[4].progress.targetRows = database.tables[4].progress.sourceRows;
        model.setRows(tableRows(database));
        QCOMPARE(changed.count(), 1);
        QCOMPARE(changed.first().first().toModelIndex().row(), 4);
        QCOMPARE(reset.count(), 0);
        database.tables[3].source.rowsExact = false;
        database.tables.erase(database.tables.begin());
        model.setRows(tableRows(database));
        QCOMPARE(model.rowCount(), 13);
        QCOMPARE(model.index(2, TablesModel::SourceRows).data().toString(), q("about 238,664"));
    }
    void filterAndSearch()
    {
        SampleRun run(Moment::Copying);
        auto w = window(&run);
        (void)test::picture(w.get(), {1440, 900});
        auto* table = w->findChild<RowTable*>(q("tables"));
        auto* groups = w->findChild<SegmentedControl*>(q("groups"));
        groups->setCurrent(q("behind"));
        Q_EMIT groups->currentChanged(q("behind"));
        QCOMPARE(table->model()->rowCount(), 1);
        Q_EMIT groups->currentChanged(q("all"));
        w->findChild<SearchField*>(q("findTable"))->setText(q("workspace_task"));
        QCOMPARE(table->model()->rowCount(), 2);
        w->page(q("databases"))->openObject(q("workspace_task_label"));
        QVERIFY(says(w->page(q("databases")), q("workspace_task_label")));
    }
    void selectionStaysWhileRowsChange()
    {
        SampleRun run(Moment::Copying);
        auto w = window(&run);
        (void)test::picture(w.get(), {1440, 900});
        auto* table = w->findChild<RowTable*>(q("tables"));
        QCOMPARE(table->currentIndex().row(), 4);
        table->selectRowAt(7);
        run.edit().databases.front().tables[1].progress.targetRows = Rows{400000};
        run.tell(cutover::DatabasesChanged);
        QTRY_COMPARE(table->model()->index(1, TablesModel::TargetRows).data().toString(), q("400,000"));
        QCOMPARE(table->currentIndex().row(), 7);
        table->setFocus();
        QTest::keyClick(table, Qt::Key_K);
        QCOMPARE(table->currentIndex().row(), 6);
        QTest::keyClick(table, Qt::Key_X); // letters never search
        QCOMPARE(table->currentIndex().row(), 6);
    }
    void sixHundredTables()
    {
        SampleRun run(Moment::Copying);
        run.edit().databases = {manyTables(600)};
        auto w = window(&run);
        test::keepPicture(test::picture(w.get(), {1440, 900}), q("databases-600"));
        QWidget* page = w->page(q("databases"));
        QCOMPARE(w->findChild<RowTable*>(q("tables"))->model()->rowCount(), 600);
        w->findChild<Button*>(q("moreSequences"))->click();
        double worst = 0;
        for (int round = 0; round < 10; ++round) {
            for (auto& t : run.edit().databases.front().tables) {
                if (t.progress.verdict == TableVerdict::Copying)
                    t.progress.done = t.progress.targetRows = Rows{t.progress.done.value + 100'000'000};
            }
            const double from = threadMs();
            static_cast<Page*>(page)->refresh(cutover::DatabasesChanged);
            worst = std::max(worst, threadMs() - from);
        }
        QVERIFY2(worst < 16, qPrintable(QStringLiteral("a refresh took %1 ms of CPU").arg(worst)));
        qInfo("600 tables: worst refresh %.1f ms of CPU", worst);
        QCOMPARE(test::cutTexts(page), QStringList());
    }
    void problemKeepsTheNumbers()
    {
        SampleRun run(Moment::Copying);
        run.edit().databases.front().problem = q("The connection to the source was lost. 1,350,560 rows are safe on the target. Trying again in 5 s.");
        auto w = window(&run);
        test::keepPicture(test::picture(w.get(), {1440, 900}), q("databases-problem"));
        QVERIFY(says(w->page(q("databases")), q("Trying again in 5 s")));
        QCOMPARE(w->findChild<RowTable*>(q("tables"))->model()->rowCount(), 14);
        QSignalSpy opened(w->desk(), &Desk::openRequested);
        w->findChild<Button*>(q("problemOpen"))->click();
        QCOMPARE(opened.count(), 1);
    }
    void emptyAndLoading()
    {
        SampleRun run(Moment::Copying);
        run.edit().databases.clear();
        auto w = window(&run);
        (void)test::picture(w.get(), {1440, 900});
        QTest::qWait(170);
        test::keepPicture(test::picture(w.get(), {1440, 900}), q("databases-loading"));
        QVERIFY(says(w->page(q("databases")), q("The source isn't read yet")));
        run.editPlan().environments.front().databases.clear();
        run.tell();
        QTRY_VERIFY(says(w->page(q("databases")), q("No database in this plan.")));
        test::keepPicture(test::picture(w.get(), {1440, 900}), q("databases-empty"));
    }
    void railCount()
    {
        SampleRun copying(Moment::Copying);
        QVERIFY(databasesPage().count(copying.state()).text.endsWith(q(" %")));
        SampleRun verify(Moment::Verify);
        QCOMPARE(databasesPage().count(verify.state()).text, q("14/14"));
        QCOMPARE(databasesPage().count(verify.state()).tone, PageCount::Tone::Done);
    }
};

} // namespace switchyard::ui

QTEST_MAIN(switchyard::ui::tst_DatabasesPage)
#include "tst_DatabasesPage.moc"
