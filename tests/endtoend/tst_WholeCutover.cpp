#include "tests/endtoend/Program.h"
#include "tests/endtoend/Servers.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>


using namespace switchyard::endtoend;

/// One whole cutover of the projectify plan, unattended, to the sealed report.
class tst_WholeCutover : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void toTheSealedReport()
    {
        Home home;
        const QString run = home.file(QStringLiteral("run"));
        // Stops where everything is done and the world is still there to be asked.
        const Ended first = home.run({QStringLiteral("rehearse"), QStringLiteral("projectify"), QStringLiteral("--headless"), QStringLiteral("--speed"), QStringLiteral("60"),
                                      QStringLiteral("--rows"), QStringLiteral("20000"), QStringLiteral("--until"), QStringLiteral("follow-ups"), QStringLiteral("--out"), run}, 200);
        QVERIFY2(first.code == 0, first.all().constData());
        const Outside outside(run);
        const QList<QByteArray> secrets = outside.secrets();
        QVERIFY(secrets.size() >= 8);

        // Every name leads to Render at every resolver that keeps to TTLs, and the old answers are gone from the zone.
        QVERIFY(outside.resolvers().size() >= 8);
        for (const QString& host : {QStringLiteral("projectify.test"), QStringLiteral("www.projectify.test"), QStringLiteral("api.projectify.test")}) {
            for (const auto& resolver : outside.resolvers()) {
                const QStringList addresses = outside.resolve(resolver.address, host);
                if (resolver.authoritative && addresses.isEmpty())
                    continue; // gives the alias only; where it leads the others are asked
                QVERIFY2(addresses == QStringList{QStringLiteral("203.0.113.57")}, qPrintable(host + u' ' + resolver.name + u' ' + addresses.join(u' ')));
            }
        }
        // People who signed up while the plan ran are on the target, wherever they were answered.
        int signedUp = 0, onTarget = 0, lost = 0;
        QSet<QByteArray> known;
        for (const auto& row : outside.sql(QStringLiteral("target"), "SELECT email FROM user_user"))
            known.insert(row.front());
        for (const QByteArray& line : readFile(run + QStringLiteral("/world/ledger.jsonl")).split('\n')) {
            const QJsonObject entry = QJsonDocument::fromJson(line).object();
            if (entry[QStringLiteral("table")].toString() != u"user_user" || entry[QStringLiteral("what")].toString() != u"signed-up")
                continue;
            ++signedUp;
            onTarget += entry[QStringLiteral("side")].toString() == u"target";
            lost += !known.contains(entry[QStringLiteral("key")].toString().toUtf8());
        }
        QVERIFY2(signedUp >= 3, qPrintable(QString::number(signedUp)));
        QCOMPARE(lost, 0);
        Q_UNUSED(onTarget);
        // The source is stopped, not deleted.
        QCOMPARE(outside.tables(QStringLiteral("source")).size(), 14);

        const Ended last = home.run({QStringLiteral("resume"), run}, 60);
        QVERIFY2(last.code == 0, last.all().constData());
        QVERIFY2(last.out.contains("Sealed: "), last.all().constData());

        const QJsonObject report = readJson(run + QStringLiteral("/report.json"));
        QCOMPARE(report[QStringLiteral("complete")].toBool(), true);
        QCOMPARE(report[QStringLiteral("seal")].toString().size(), 64);
        const QJsonObject writes = report[QStringLiteral("visitorWrites")].toObject();
        QVERIFY(writes[QStringLiteral("acknowledged")].toInteger() > 20);
        QCOMPARE(writes[QStringLiteral("missing")].toInteger(-1), 0);
        const QJsonObject names = report[QStringLiteral("names")].toObject();
        QVERIFY(names[QStringLiteral("answers")].toInt() >= 24);
        QCOMPARE(names[QStringLiteral("onTarget")].toInt(), names[QStringLiteral("answers")].toInt());
        for (const char* format : {"/report.html", "/report.md"})
            QVERIFY(QFileInfo(run + QLatin1String(format)).size() > 2000);
        // What needs a person was not done and is not called done.
        bool skipped = false;
        for (const Record& r : journalOf(run)) {
            skipped = skipped || (r.kind == u"skip" && r.step == u"smoke-manual" && r.data[QStringLiteral("reason")].toString() == u"skipped, no person");
            QVERIFY2(r.kind != u"step-state" || r.step != u"smoke-manual", "a person's step was passed by nobody");
        }
        QVERIFY(skipped);

        // Nothing of it is left running or lying about.
        const QStringList left = home.leftBehind();
        QVERIFY2(left.isEmpty(), qPrintable(left.join(u'\n')));
        QVERIFY(!QFileInfo::exists(run + QStringLiteral("/world")));

        // Going on with a finished run says so and changes nothing.
        const qsizetype records = static_cast<qsizetype>(journalOf(run).size());
        const Ended again = home.run({QStringLiteral("resume"), run}, 60);
        QVERIFY2(again.code == 0, again.all().constData());
        QCOMPARE(static_cast<qsizetype>(journalOf(run).size()), records);
        QVERIFY(!QFileInfo::exists(run + QStringLiteral("/world")));
        QVERIFY(home.leftBehind().isEmpty());
        // The report made from the journal alone says the same.
        const Ended retold = home.run({QStringLiteral("report"), run, QStringLiteral("--format"), QStringLiteral("json")}, 30);
        QCOMPARE(retold.code, 0);
        const QJsonObject second = QJsonDocument::fromJson(retold.out).object();
        QCOMPARE(second[QStringLiteral("visitorWrites")].toObject(), writes);
        QCOMPARE(second[QStringLiteral("seal")].toString(), report[QStringLiteral("seal")].toString());
    }
};

QTEST_GUILESS_MAIN(tst_WholeCutover)
#include "tst_WholeCutover.moc"
