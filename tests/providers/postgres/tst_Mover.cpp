#include "providers/postgres/Mover.h"
#include "tests/kit/PostgresCluster.h"
#include "tests/kit/TestLoop.h"
#include "tests/providers/postgres/Story.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include <atomic>
#include <thread>

using namespace switchyard;
using namespace std::chrono_literals;


class tst_Mover : public QObject {
    Q_OBJECT
    std::unique_ptr<test::PostgresCluster> m_source;
    std::unique_ptr<test::PostgresCluster> m_target;
    std::unique_ptr<DatabaseMover> m_mover;

    bool sidesEqual() { return m_source->sql(QLatin1String(kDigest)) == m_target->sql(QLatin1String(kDigest)); }

private Q_SLOTS:
    void initTestCase()
    {
        if (test::PostgresCluster::programs().isEmpty())
            QSKIP("PostgreSQL is not installed");
        m_source = std::make_unique<test::PostgresCluster>(QStringLiteral("canary-pass-7731:x\\y"));
        m_target = std::make_unique<test::PostgresCluster>(QStringLiteral("canary-pass-7732:x\\y"));
        QVERIFY2(m_source->running() && m_target->running(), qPrintable(m_source->problem() + m_target->problem()));
    }
    void init()
    {
        m_source->reset();
        m_target->reset();
        m_source->sql(QLatin1String(kSchema), false);
        m_source->sql(QLatin1String(kRows), false);
        m_source->sql(QLatin1String(kProviderThings));
        m_mover = postgres::makeMover(Secret(m_source->url()), Secret(m_target->url()));
    }
    void cleanup() { m_mover.reset(); }

    void looksWithoutWriting()
    {
        const auto summary = test::run(m_mover->inspect(Side::Source, {}));
        SY_VERIFY_OK(summary);
        QVERIFY(summary->serverVersion.section(u'.', 0, 0).toInt() >= 13);
        QCOMPARE(summary->databaseName, QStringLiteral("app"));
        QCOMPARE(summary->encoding, QStringLiteral("UTF8"));
        QCOMPARE(summary->tables.size(), std::size_t(5));
        const auto task = std::find_if(summary->tables.begin(), summary->tables.end(), [](const TableSummary& t) { return t.name == QLatin1String("public.task"); });
        QCOMPARE(task->rows, Rows{6000});
        QVERIFY(task->rowsExact);
        QCOMPARE(task->keyColumns, QStringList(QStringLiteral("id")));
        const auto account = std::find_if(summary->sequences.begin(), summary->sequences.end(), [](const SequenceSummary& s) { return s.name == QLatin1String("public.account_id_seq"); });
        QCOMPARE(account->table, QStringLiteral("public.account"));
        QCOMPARE(account->columnMax, 3000);
        QCOMPARE(account->lastValue, 3000);
        QCOMPARE(summary->foreignKeys, 3);
        QVERIFY(!summary->readOnly);
        QVERIFY(summary->connectionLimit > 0);
    }

    void movesALiveDatabase()
    {
        const auto made = test::run(m_mover->createSchema({}));
        SY_VERIFY_OK(made);
        QCOMPARE(*made, 5);
        // Visitors write all the time, also while the copy runs.
        std::atomic<bool> stopWriting = false;
        std::atomic<int> rounds = 0;
        std::thread writer([&] {
            while (!stopWriting) {
                const int n = ++rounds;
                m_source->sql(QStringLiteral("INSERT INTO account (email, joined) VALUES ('w%1@x.test', now()); UPDATE task SET title = title || '.' WHERE position = %1;"
                                             "DELETE FROM task WHERE position = %2").arg(n).arg(5000 + n), false);
            }
        });
        std::map<QString, TableProgress> last;
        const auto copied = test::run(m_mover->preseed([&last](const TableProgress& p) { last[p.table] = p; }, {}), 60s);
        stopWriting = true;
        writer.join();
        SY_VERIFY_OK(copied);
        QVERIFY(!copied->snapshot.isEmpty());
        QCOMPARE(copied->tables, 5);
        QTRY_COMPARE(last.size(), std::size_t(5));
        QCOMPARE(last[QStringLiteral("public.visit")].verdict, TableVerdict::Copied);
        QCOMPARE(last[QStringLiteral("public.visit")].done, Rows{40});
        const QString indexes = QStringLiteral("SELECT count(*), string_agg(indexname, ',' ORDER BY indexname) FROM pg_indexes WHERE schemaname = 'public'");
        QCOMPARE(m_target->sql(indexes), m_source->sql(indexes));

        m_source->sql(QLatin1String(kLastWrites), false);
        m_source->sql(QStringLiteral("UPDATE account SET parent_id = NULL WHERE parent_id = 3000; UPDATE account SET parent_id = id WHERE id = 3000"), false);
        QVERIFY(!sidesEqual());
        const auto behind = test::run(m_mover->measureDelta({}));
        SY_VERIFY_OK(behind);
        const auto visit = std::find_if(behind->begin(), behind->end(), [](const TableProgress& p) { return p.table == QLatin1String("public.visit"); });
        QCOMPARE(visit->behind, Rows{5});
        QCOMPARE(visit->verdict, TableVerdict::Behind);
        const auto early = test::run(m_mover->verify({}, {}));
        SY_VERIFY_OK(early);
        QVERIFY(!early->differences.empty());

        const auto delta = test::run(m_mover->carryDelta({}, {}));
        SY_VERIFY_OK(delta);
        QVERIFY(delta->inserted.value >= 3 && delta->updated.value >= 3 && delta->deleted.value >= 3);
        QVERIFY(sidesEqual());
        const auto nothing = test::run(m_mover->carryDelta({}, {}));
        QCOMPARE(nothing->inserted + nothing->updated + nothing->deleted, Rows{0});
        // Constraints and triggers are as on the source again, and checked.
        const QString rules = QStringLiteral("SELECT conname, convalidated, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1;"
                                             "SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal");
        QCOMPARE(m_target->sql(rules), m_source->sql(rules));

        const auto verified = test::run(m_mover->verify({}, {}));
        SY_VERIFY_OK(verified);
        QCOMPARE(verified->matching, 5);
        QVERIFY(verified->differences.empty());
        QVERIFY(!verified->notCompared.isEmpty());
        m_target->sql(QStringLiteral("UPDATE label SET name = 'spoilt' WHERE name = 'l9'"));
        const auto spoilt = test::run(m_mover->verify({}, {}));
        QCOMPARE(spoilt->differences.size(), std::size_t(1));
        QCOMPARE(spoilt->differences.front().table, QStringLiteral("public.label"));

        const auto sequences = test::run(m_mover->setSequences(100, {}));
        SY_VERIFY_OK(sequences);
        QCOMPARE(sequences->size(), std::size_t(3));
        QCOMPARE(m_target->sql(QStringLiteral("SELECT nextval('invoice_number')")), QStringLiteral("1336"));
        QVERIFY(m_target->sql(QStringLiteral("SELECT nextval('account_id_seq') > (SELECT max(id) FROM account)")) == QLatin1String("t"));
    }

    void aBrokenConnectionLeavesACleanStart()
    {
        SY_VERIFY_OK(test::run(m_mover->createSchema({})));
        m_source->sql(QStringLiteral("INSERT INTO visit SELECT now(), repeat('x', 2000) FROM generate_series(1, 15000)"));
        bool cut = false;
        const auto broken = test::run(m_mover->preseed([&](const TableProgress& p) {
            if (p.table == QLatin1String("public.visit") && p.done.value > 0 && !std::exchange(cut, true))
                m_target->sql(QStringLiteral("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'switchyard'"));
        }, {}), 60s);
        QVERIFY(cut);
        QVERIFY(!broken);
        QCOMPARE(broken.error().kind, ErrorKind::Network);
        QVERIFY(broken.error().retryable);
        const auto again = test::run(m_mover->preseed({}, {}), 60s);
        SY_VERIFY_OK(again);
        QVERIFY(sidesEqual());
        // Once more from another process's point of view: the mark in the target says that its rows are ours.
        m_mover = postgres::makeMover(Secret(m_source->url()), Secret(m_target->url()));
        SY_VERIFY_OK(test::run(m_mover->preseed({}, {}), 60s));
        QVERIFY(sidesEqual());
        std::stop_source source;
        auto stopped = m_mover->preseed({}, source.get_token());
        QTimer::singleShot(150, this, [&source] { source.request_stop(); });
        QCOMPARE(test::run(std::move(stopped)).error().kind, ErrorKind::Cancelled);
        QTRY_COMPARE(m_target->sql(QStringLiteral("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'switchyard'")), QStringLiteral("0"));
        QVERIFY(sidesEqual());
    }

    void strangersRowsAreNeverThrownAway()
    {
        m_target->sql(QStringLiteral("CREATE TABLE visit (at timestamptz, path text); INSERT INTO visit VALUES (now(), '/')"), false);
        const auto refused = test::run(m_mover->createSchema({}));
        QCOMPARE(refused.error().kind, ErrorKind::Conflict);
        QCOMPARE(test::run(m_mover->preseed({}, {})).error().kind, ErrorKind::Conflict);
        QCOMPARE(m_target->sql(QStringLiteral("SELECT count(*) FROM visit")), QStringLiteral("1"));
        m_target->sql(QStringLiteral("DELETE FROM visit"));
        SY_VERIFY_OK(test::run(m_mover->createSchema({})));
        SY_VERIFY_OK(test::run(m_mover->preseed({}, {})));
        // Opening writes takes the mark away: from here on its rows are the visitors'.
        SY_VERIFY_OK(test::run(m_mover->holdReadOnly(Side::Target, false, {})));
        QCOMPARE(test::run(m_mover->preseed({}, {})).error().kind, ErrorKind::Conflict);
        QVERIFY(sidesEqual());
    }

    void provesThatNobodyWrites()
    {
        const auto quiet = test::run(m_mover->proveQuiet(300ms, {}), 30s);
        SY_VERIFY_OK(quiet);
        QVERIFY(quiet->quiet);
        QVERIFY(quiet->window >= 300ms);
        // A session that stays hands in its counters late: writes from before the window must not spoil the proof.
        QProcess idle;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("PGPASSWORD"), QStringLiteral("canary-pass-7731:x\\y"));
        idle.setProcessEnvironment(environment);
        const QStringList words{QStringLiteral("-XqAt"), QStringLiteral("-h"), QStringLiteral("127.0.0.1"), QStringLiteral("-p"), QString::number(m_source->port()),
                                QStringLiteral("-U"), QStringLiteral("app"), QStringLiteral("-d"), QStringLiteral("app")};
        idle.start(test::PostgresCluster::programs() + QStringLiteral("/psql"), words);
        idle.write("SET application_name = 'web'; SELECT 1; UPDATE visit SET path = '/a'; UPDATE visit SET path = '/late';\n");
        QTRY_COMPARE(m_source->sql(QStringLiteral("SELECT count(*) FROM visit WHERE path = '/late'")), QStringLiteral("40"));
        const auto late = test::run(m_mover->proveQuiet(1500ms, {}), 30s);
        SY_VERIFY_OK(late);
        QVERIFY(late->quiet);
        QCOMPARE(late->sessions.size(), 1);
        QVERIFY(late->sessions.front().contains(QStringLiteral("web")));
        idle.closeWriteChannel();
        idle.waitForFinished(3000);
        auto proof = m_mover->proveQuiet(600ms, {});
        QTimer::singleShot(200, this, [this] { m_source->sql(QStringLiteral("UPDATE task SET title = 'x' WHERE position <= 7"), false); });
        const auto noisy = test::run(std::move(proof), 30s);
        SY_VERIFY_OK(noisy);
        QVERIFY(!noisy->quiet);
        QCOMPARE(noisy->writers.size(), std::size_t(1));
        QCOMPARE(noisy->writers.front().table, QStringLiteral("public.task"));
        QCOMPARE(noisy->writers.front().writes, 7);
        // A session that wrote, didn't commit, and may do so any time.
        QProcess open;
        open.setProcessEnvironment(environment);
        open.start(test::PostgresCluster::programs() + QStringLiteral("/psql"), words);
        open.write("BEGIN; DELETE FROM visit;\n");
        const QString writers = QStringLiteral("SELECT count(*) FROM pg_stat_activity WHERE backend_xid IS NOT NULL");
        QTRY_COMPARE(m_source->sql(writers), QStringLiteral("1"));
        const auto waiting = test::run(m_mover->proveQuiet(100ms, {}), 30s);
        SY_VERIFY_OK(waiting);
        QVERIFY(!waiting->quiet);
        QCOMPARE(waiting->sessions.size(), 1);
        open.kill();
        open.waitForFinished(3000);
    }

    void holdsASideReadOnlyButNotItself()
    {
        SY_VERIFY_OK(test::run(m_mover->createSchema({})));
        SY_VERIFY_OK(test::run(m_mover->preseed({}, {})));
        SY_VERIFY_OK(test::run(m_mover->holdReadOnly(Side::Target, true, {})));
        QVERIFY(test::run(m_mover->inspect(Side::Target, {}))->readOnly);
        QCOMPARE(m_target->sql(QStringLiteral("SHOW default_transaction_read_only"), false), QStringLiteral("on"));
        m_source->sql(QStringLiteral("INSERT INTO visit VALUES (now(), '/more')"), false);
        SY_VERIFY_OK(test::run(m_mover->carryDelta({}, {})));
        SY_VERIFY_OK(test::run(m_mover->setSequences(0, {})));
        QVERIFY(sidesEqual());
        SY_VERIFY_OK(test::run(m_mover->holdReadOnly(Side::Target, false, {})));
        QVERIFY(!test::run(m_mover->inspect(Side::Target, {}))->readOnly);
        m_target->sql(QStringLiteral("INSERT INTO visit VALUES (now(), '/opened')"), false);
        // The way back: the source is held since the freeze; the target has gained rows.
        SY_VERIFY_OK(test::run(m_mover->holdReadOnly(Side::Source, true, {})));
        m_target->sql(QLatin1String(kGained), false);
        const auto gained = test::run(m_mover->rowsGained({}));
        SY_VERIFY_OK(gained);
        std::map<QString, qint64> totals;
        for (const GainedRows& rows : *gained)
            totals[rows.table] = rows.total();
        QCOMPARE(totals, (std::map<QString, qint64>{{QStringLiteral("public.account"), 2}, {QStringLiteral("public.task"), 1}, {QStringLiteral("public.label"), 1}, {QStringLiteral("public.visit"), 1}}));
        QTemporaryDir dir;
        const QString file = dir.filePath(QStringLiteral("gained.sql"));
        const auto saved = test::run(m_mover->saveGainedRows(file, {}));
        SY_VERIFY_OK(saved);
        QCOMPARE(*saved, Rows{5});
        QCOMPARE(QFileInfo(file).permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
        QFile content(file);
        QVERIFY(content.open(QIODevice::ReadOnly));
        const QString script = QString::fromUtf8(content.readAll());
        QVERIFY(!script.contains(QStringLiteral("canary-pass")));
        m_source->sql(script, false);
        QVERIFY(sidesEqual());
        m_source->sql(script, false); // replayed once more
        QVERIFY(sidesEqual());
        m_target->sql(QStringLiteral("UPDATE visit SET path = '/back' WHERE path = '/opened'"), false);
        const auto back = test::run(m_mover->copyBack({}, {}));
        SY_VERIFY_OK(back);
        QCOMPARE(*back, Rows{2}); // without a key a change is a row gone and a row come
        QVERIFY(sidesEqual());
        SY_VERIFY_OK(test::run(m_mover->holdReadOnly(Side::Source, false, {})));
        m_source->sql(QStringLiteral("INSERT INTO account (email, joined) VALUES ('after@x.test', now())"), false);
    }

    void keepsThePasswordOutOfCommandLines()
    {
        std::atomic<bool> over = false;
        std::atomic<int> seen = 0;
        std::atomic<bool> dumpSeen = false;
        std::thread watcher([&] {
            while (!over) {
                const QStringList processes = QDir(QStringLiteral("/proc")).entryList(QDir::Dirs);
                for (const QString& process : processes) {
                    for (const char* part : {"cmdline", "environ"}) {
                        QFile file(QStringLiteral("/proc/%1/%2").arg(process, QLatin1String(part)));
                        const QByteArray bytes = process.toInt() > 0 && file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
                        dumpSeen = dumpSeen || bytes.contains("pg_dump");
                        seen += bytes.contains("canary-pass-7731") && !bytes.contains("psql") && process.toLongLong() != QCoreApplication::applicationPid() ? 1 : 0;
                    }
                }
            }
        });
        const auto made = test::run(m_mover->createSchema({}));
        over = true;
        watcher.join();
        SY_VERIFY_OK(made);
        QVERIFY(dumpSeen);
        QCOMPARE(seen.load(), 0);
        const auto wrong = postgres::makeMover(Secret(m_source->url().replace(QStringLiteral("7731"), QStringLiteral("0000"))), Secret(m_target->url()));
        const auto refused = test::run(wrong->inspect(Side::Source, {}));
        QCOMPARE(refused.error().kind, ErrorKind::Auth);
        QVERIFY(!(refused.error().sentence() + refused.error().detail).contains(QStringLiteral("canary-pass")));
    }
};

QTEST_GUILESS_MAIN(tst_Mover)
#include "tst_Mover.moc"
