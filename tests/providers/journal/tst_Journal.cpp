#include "providers/journal/Journal.h"
#include "tests/kit/TestLoop.h"

#include <QFile>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace switchyard;

namespace {
JournalRecord record(const QString& kind, int n)
{
    return {.sequence = 0, .at = TimePoint(Milliseconds(1000 + n)), .wall = TimePoint(Milliseconds(2000 + n)), .kind = kind, .step = QStringLiteral("s%1").arg(n),
            .data = QJsonObject{{QStringLiteral("n"), n}, {QStringLiteral("text"), QStringLiteral("ä \"q\"")}}};
}
} // namespace

class tst_Journal : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void keepsRecordsInOrderAcrossOpenings()
    {
        QTemporaryDir dir;
        {
            auto journal = openJournal(dir.path());
            SY_VERIFY_OK(journal);
            for (int n = 1; n <= 3; ++n) {
                const auto written = (*journal)->append(record(QStringLiteral("intent"), n));
                SY_VERIFY_OK(written);
                QCOMPARE(written->sequence, n);
            }
        }
        auto journal = openJournal(dir.path());
        SY_VERIFY_OK(journal);
        const auto all = (*journal)->readAll();
        SY_VERIFY_OK(all);
        QCOMPARE(all->size(), std::size_t(3));
        QCOMPARE(all->at(2).step, QStringLiteral("s3"));
        QCOMPARE(all->at(2).data, record(QString(), 3).data);
        QCOMPARE(all->at(2).wall, TimePoint(Milliseconds(2003)));
        QCOMPARE((*journal)->append(record(QStringLiteral("outcome"), 4))->sequence, 4);
    }
    void aKilledWriterLosesNothingItWasToldIsSafe()
    {
        QTemporaryDir dir;
        int ends[2];
        QCOMPARE(pipe(ends), 0);
        const pid_t child = fork();
        if (child == 0) {
            auto journal = openJournal(dir.path());
            for (int n = 1; n <= 20; ++n)
                (void)(*journal)->append(record(QStringLiteral("intent"), n));
            (void)!write(ends[1], "x", 1);
            pause();
            _exit(0);
        }
        char told = 0;
        QCOMPARE(read(ends[0], &told, 1), 1);
        {
            const auto taken = openJournal(dir.path());
            QVERIFY(!taken);
            QCOMPARE(taken.error().kind, ErrorKind::Conflict);
            auto reader = openJournal(dir.path(), JournalMode::Read);
            SY_VERIFY_OK(reader);
            QCOMPARE((*reader)->readAll()->size(), std::size_t(20));
        }
        kill(child, SIGKILL);
        waitpid(child, nullptr, 0);
        auto journal = openJournal(dir.path());
        SY_VERIFY_OK(journal);
        QCOMPARE((*journal)->readAll()->size(), std::size_t(20));
    }
    void nobodyRewritesHistory()
    {
        QTemporaryDir dir;
        auto journal = openJournal(dir.path());
        SY_VERIFY_OK((*journal)->append(record(QStringLiteral("intent"), 1)));
        {
            QSqlDatabase other = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("other"));
            other.setDatabaseName(dir.filePath(QStringLiteral("journal.sqlite")));
            QVERIFY(other.open());
            QSqlQuery query(other);
            QVERIFY(!query.exec(QStringLiteral("UPDATE records SET kind='x'")));
            QVERIFY(!query.exec(QStringLiteral("DELETE FROM records")));
            query.exec(QStringLiteral("PRAGMA journal_mode"));
            query.next();
            QCOMPARE(query.value(0).toString(), QStringLiteral("wal"));
        }
        QSqlDatabase::removeDatabase(QStringLiteral("other"));
        QCOMPARE((*journal)->readAll()->size(), std::size_t(1));
    }
    void refusesADamagedFile_data()
    {
        QTest::addColumn<int>("offset");
        QTest::newRow("head") << 0;
        QTest::newRow("page") << 4096 + 100;
    }
    void refusesADamagedFile()
    {
        QFETCH(int, offset);
        QTemporaryDir dir;
        {
            auto journal = openJournal(dir.path());
            for (int n = 0; n < 60; ++n)
                SY_VERIFY_OK((*journal)->append(record(QStringLiteral("intent"), n)));
        }
        QFile file(dir.filePath(QStringLiteral("journal.sqlite")));
        QVERIFY(file.open(QIODevice::ReadWrite));
        file.seek(offset);
        file.write(QByteArray(900, 'Z'));
        file.close();
        const auto journal = openJournal(dir.path());
        QVERIFY(!journal);
        QCOMPARE(journal.error().kind, ErrorKind::Storage);
        QVERIFY2(journal.error().happened.contains(QStringLiteral("damaged")), qPrintable(journal.error().sentence()));
    }
    void aFullDiskIsAStorageErrorAndNothingIsHalfWritten()
    {
        QTemporaryDir dir;
        auto journal = openJournal(dir.path());
        SY_VERIFY_OK((*journal)->append(record(QStringLiteral("intent"), 1)));
        // A file size limit stands in for the full disk: the same write() fails.
        std::signal(SIGXFSZ, SIG_IGN);
        rlimit before{};
        getrlimit(RLIMIT_FSIZE, &before);
        rlimit tight = before;
        tight.rlim_cur = 64 * 1024;
        setrlimit(RLIMIT_FSIZE, &tight);
        Result<JournalRecord> last = Error::internal({});
        int stored = 1;
        for (int n = 2; n < 200; ++n) {
            last = (*journal)->append(record(QStringLiteral("intent"), n));
            if (!last)
                break;
            ++stored;
        }
        setrlimit(RLIMIT_FSIZE, &before);
        QVERIFY(!last);
        QCOMPARE(last.error().kind, ErrorKind::Storage);
        SY_VERIFY_OK((*journal)->append(record(QStringLiteral("intent"), 999)));
        QCOMPARE((*journal)->readAll()->size(), std::size_t(stored + 1));
    }
};

QTEST_GUILESS_MAIN(tst_Journal)
#include "tst_Journal.moc"
