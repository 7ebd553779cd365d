#include "providers/world/PgCluster.h"
#include "providers/world/RedisServer.h"
#include "providers/world/StoryTables.h"
#include "tests/kit/TestLoop.h"

#include <QDir>
#include <QTemporaryDir>

#include <csignal>
#include <numeric>

using namespace switchyard;
using namespace switchyard::world;

/// The real servers a world stands on: they start, hold the story's data, end without a trace, and come back after a kill.
class tst_Servers final : public QObject {
    Q_OBJECT

    static PgCluster::Options options(const QString& folder)
    {
        return {QStringLiteral("test"), folder, QStringLiteral("story"), QStringLiteral("owner"), Secret(randomWord(20)), Secret(randomWord(20)), 0};
    }
    static qint64 number(Sql& sql, const QByteArray& query)
    {
        auto rows = sql.run(query);
        return rows && !rows->isEmpty() ? rows->at(0, 0).toLongLong() : -1;
    }

private Q_SLOTS:
    void sharesAddUp()
    {
        for (const qint64 rows : {400, 1'000, 2'000, 200'000}) {
            const auto counts = story::counts(rows);
            QCOMPARE(counts.size(), size_t(14));
            QCOMPARE(std::accumulate(counts.begin(), counts.end(), qint64(0), [](qint64 sum, const auto& entry) { return sum + entry.second; }), rows);
        }
    }

    void clusterHoldsTheStory()
    {
        QTemporaryDir dir(QStringLiteral("/var/tmp/sy-pg-XXXXXX"));
        QFile::setPermissions(dir.path(), QFile::permissions(dir.path()) | QFile::ExeOther);
        const auto chosen = options(dir.filePath(QStringLiteral("pg")));
        const qint64 rows = qEnvironmentVariableIntValue("SY_ROWS") > 0 ? qEnvironmentVariableIntValue("SY_ROWS") : 2'000;
        std::stop_source stop;
        {
            PgCluster cluster(chosen);
            QElapsedTimer timer;
            timer.start();
            SY_VERIFY_OK(test::run(cluster.build(stop.get_token()), Seconds(60)));
            qInfo("built in %lld ms", timer.restart());
            Sql sql;
            SY_VERIFY_OK(sql.open(cluster.target(QStringLiteral("test"))));
            SY_VERIFY_OK(sql.script(story::createTables()));
            for (const QByteArray& insert : story::insertRows(rows)) {
                QElapsedTimer one;
                one.start();
                SY_VERIFY_OK(sql.run(insert));
                if (one.elapsed() > 200)
                    qInfo("%lld ms %s", one.elapsed(), insert.left(50).constData());
            }
            SY_VERIFY_OK(sql.script(story::createIndexes()));
            qInfo("%lld rows in %lld ms", rows, timer.elapsed());
            qint64 found = 0;
            for (const auto& [table, count] : story::counts(rows)) {
                const qint64 here = number(sql, "SELECT count(*) FROM " + table.toUtf8());
                QCOMPARE(here, count);
                found += here;
            }
            QCOMPARE(found, rows);
            QCOMPARE(number(sql, "SELECT count(*) FROM pg_tables WHERE schemaname='public'"), 14);
            QCOMPARE(number(sql, "SELECT count(*) FROM pg_sequences"), 13);
            QVERIFY(number(sql, "SELECT count(*) FROM pg_constraint WHERE contype='f'") >= 14);
            QCOMPARE(number(sql, "SELECT count(*) FROM pg_roles WHERE rolname=current_user AND rolsuper"), 0);
            // kill -9 leaves a lock behind; the next start must not be refused.
            const auto mark = ProcessMark::of(cluster.pid());
            QVERIFY(mark);
            mark->signal(SIGKILL);
            QTRY_VERIFY(!mark->alive());
            SY_VERIFY_OK(test::run(cluster.start(stop.get_token()), Seconds(60)));
            SY_VERIFY_OK(sql.open(cluster.target(QStringLiteral("test"))));
            QCOMPARE(number(sql, "SELECT count(*) FROM django_session"), story::counts(rows).at(QStringLiteral("django_session")));
            SqlTarget wrong = cluster.target(QStringLiteral("test"));
            wrong.password = Secret(QByteArray("wrong-password"));
            QVERIFY(!sql.open(wrong));
            const auto last = ProcessMark::of(cluster.pid());
            SY_VERIFY_OK(test::run(cluster.end(stop.get_token())));
            QVERIFY(!last->alive());
        }
    }

    void redisQueues()
    {
        QTemporaryDir dir(QStringLiteral("/var/tmp/sy-redis-XXXXXX"));
        QFile::setPermissions(dir.path(), QFile::permissions(dir.path()) | QFile::ExeOther);
        std::stop_source stop;
        RedisServer server(dir.filePath(QStringLiteral("redis")), Secret(randomWord(20)), 0);
        SY_VERIFY_OK(test::run(server.start(stop.get_token())));
        RedisLink link(server.port(), server.password());
        QVERIFY(link.ping());
        RedisLink stranger(server.port(), Secret(QByteArray("wrong-password")));
        QVERIFY(!stranger.ping());
        QVERIFY(link.push("celery", "first"));
        QVERIFY(link.push("celery", "second"));
        QCOMPARE(link.length("celery"), 2);
        QCOMPARE(link.pop("celery", 1).value_or(QByteArray()), QByteArray("first"));
        QVERIFY(link.hashSet("unacked", "tag", "first"));
        QCOMPARE(link.restoreHash("unacked", "celery"), 1);
        QCOMPARE(link.length("celery"), 2);
        SY_VERIFY_OK(test::run(server.end(stop.get_token())));
        QVERIFY(!link.ping());
    }
};

QTEST_GUILESS_MAIN(tst_Servers)
#include "tst_Servers.moc"
