#include "app/database/SummaryDiff.h"

#include <QTest>

using namespace switchyard;

class tst_SummaryDiff : public QObject {
    Q_OBJECT

    static const database::SummaryDifference* find(const std::vector<database::SummaryDifference>& all, const QString& subject)
    {
        for (const auto& d : all) {
            if (d.subject == subject)
                return &d;
        }
        return nullptr;
    }

private Q_SLOTS:
    void namesWhatAPersonMustLookAt()
    {
        DatabaseSummary source;
        source.serverVersion = QStringLiteral("16.2");
        source.collation = QStringLiteral("en_US.UTF-8");
        source.tables = {{QStringLiteral("a"), Rows{10}, true, {}, {}}, {QStringLiteral("gone"), Rows{1}, true, {}, {}}};
        source.sequences = {{QStringLiteral("a_id_seq"), QStringLiteral("a"), QStringLiteral("id"), 10, true, 10, 1}};
        source.extensions = {{QStringLiteral("citext"), QStringLiteral("1.6")}};
        DatabaseSummary target;
        target.serverVersion = QStringLiteral("15.18");
        target.collation = QStringLiteral("C.UTF-8");
        target.tables = {{QStringLiteral("a"), Rows{8}, true, {}, {}}, {QStringLiteral("extra"), Rows{3}, true, {}, {}}};
        target.sequences = {{QStringLiteral("a_id_seq"), QStringLiteral("a"), QStringLiteral("id"), 1, false, 8, 1}};
        const auto all = database::compareSummaries(source, target);
        for (const QString& subject : {QStringLiteral("Server version"), QStringLiteral("Collation"), QStringLiteral("a"), QStringLiteral("gone"),
                                       QStringLiteral("extra"), QStringLiteral("a_id_seq"), QStringLiteral("citext")}) {
            const auto* d = find(all, subject);
            QVERIFY2(d, qPrintable(subject));
            QVERIFY2(!d->ok && !d->same, qPrintable(subject));
        }
        for (const auto& d : all)
            QVERIFY2(!d.explanation.isEmpty(), qPrintable(d.subject));
        QVERIFY(find(all, QStringLiteral("a"))->explanation.contains(QStringLiteral("2 rows apart")));
    }
    void equalSidesAreQuiet()
    {
        DatabaseSummary side;
        side.serverVersion = QStringLiteral("15.18");
        side.tables = {{QStringLiteral("a"), Rows{10}, true, {}, {}}};
        side.sequences = {{QStringLiteral("a_id_seq"), QStringLiteral("a"), QStringLiteral("id"), 1010, true, 10, 1}};
        for (const auto& d : database::compareSummaries(side, side))
            QVERIFY2(d.ok && d.same, qPrintable(d.subject));
    }
};

QTEST_GUILESS_MAIN(tst_SummaryDiff)
#include "tst_SummaryDiff.moc"
