#include "tests/endtoend/Program.h"
#include "tests/endtoend/Servers.h"

#include <QTest>

using namespace switchyard::endtoend;

/// The moment before the point of no return: both databases hold the same and nobody writes to either.
class tst_UntilOpenWrites : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void bothSidesHoldTheSame()
    {
        Home home;
        const QString run = home.file(QStringLiteral("run"));
        const Ended first = home.run({QStringLiteral("rehearse"), QStringLiteral("projectify"), QStringLiteral("--headless"), QStringLiteral("--speed"), QStringLiteral("60"),
                                      QStringLiteral("--rows"), QStringLiteral("5000"), QStringLiteral("--until"), QStringLiteral("wait-names"), QStringLiteral("--out"), run}, 120);
        QVERIFY2(first.code == 0, first.all().constData());
        const QString source = QStringLiteral("source"), target = QStringLiteral("target");
        const Outside outside(run);
        QCOMPARE(outside.tables(source).size(), 14);
        QCOMPARE(outside.tables(target), outside.tables(source));
        // Counters come late: a session that went idle hands in what it counted within 10 s, and these are writes from before the freeze.
        QTest::qWait(11'000);
        const qint64 writesBefore = outside.writesCounted(source);
        QVERIFY(writesBefore > 5000);
        const auto before = outside.content(source), there = outside.content(target);
        QCOMPARE(before.size(), std::size_t(14));
        for (const auto& [table, sum] : before) {
            QVERIFY2(!sum.startsWith("ERROR"), sum.constData());
            QVERIFY2(there.at(table) == sum, qPrintable(QStringLiteral("%1: source %2, target %3").arg(table, QString::fromUtf8(sum), QString::fromUtf8(there.at(table)))));
        }
        const QStringList behind = outside.sequencesBehind(target);
        QVERIFY2(behind.isEmpty(), qPrintable(behind.join(u'\n')));

        // Visitors wrote till the freeze, and nothing since: the youngest row is older than the proof, and the counters stand still.
        QString proof;
        for (const Record& r : journalOf(run)) {
            if (r.step == u"prove-quiet" && r.kind == u"intent" && proof.isEmpty())
                proof = QString::number(r.wallMs);
        }
        QVERIFY(!proof.isEmpty());
        for (const char* column : {"user_user:date_joined", "workspace_workspace:modified", "workspace_task:modified", "workspace_chatmessage:created", "premail_email:created", "premail_email:sent"}) {
            const QList<QByteArray> names = QByteArray(column).split(':');
            const QByteArray late = outside.one(source, "SELECT count(*) FROM " + names[0] + " WHERE " + names[1] + " > to_timestamp(" + proof.toUtf8() + "/1000.0)");
            QVERIFY2(late == "0", (names[0] + ": " + late).constData());
        }
        QVERIFY(outside.one(source, "SELECT count(*) FROM user_user WHERE email LIKE '%@visitors.test'").toInt() > 0);
        // The target refuses the app's own role until writes are opened.
        const QByteArray refused = outside.one(target, "INSERT INTO django_session VALUES ('x', 'x', now()) RETURNING 1");
        QVERIFY2(refused.contains("read-only"), refused.constData());
        QTest::qWait(1500); // time in which somebody could write
        QCOMPARE(outside.writesCounted(source), writesBefore);
        QVERIFY(outside.content(source) == before);
        QVERIFY(outside.content(target) == before);

        const Ended last = home.run({QStringLiteral("resume"), run}, 120);
        QVERIFY2(last.code == 0, last.all().constData());
        QCOMPARE(readJson(run + QStringLiteral("/report.json"))[QStringLiteral("visitorWrites")][QStringLiteral("missing")].toInt(-1), 0);
        const QStringList left = home.leftBehind();
        QVERIFY2(left.isEmpty(), qPrintable(left.join(u'\n')));
    }
};

QTEST_GUILESS_MAIN(tst_UntilOpenWrites)
#include "tst_UntilOpenWrites.moc"
