#include "app/rehearsal/Faults.h"
#include "tests/kit/TestLoop.h"

#include <QSet>

using namespace switchyard;
using namespace switchyard::rehearsal;

class tst_Faults final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void namesAreUniqueAndExplained()
    {
        QSet<QString> names;
        int onWelcome = 0;
        for (const Fault& fault : allFaults) {
            names.insert(QLatin1String(fault.name));
            QVERIFY(*fault.title && *fault.explanation);
            QCOMPARE(*fault.value == '\0', *fault.unit == '\0');
            onWelcome += fault.onWelcome ? 1 : 0;
        }
        QCOMPARE(names.size(), qsizetype(allFaults.size()));
        QCOMPARE(onWelcome, 4);
    }
    void parses()
    {
        SY_VERIFY_OK(parseFault(QStringLiteral("slow-certificate")));
        QCOMPARE(parseFault(QStringLiteral("slow-certificate"))->number(), 600);
        QCOMPARE(parseFault(QStringLiteral("slow-certificate=90"))->text(), QStringLiteral("slow-certificate=90"));
        QCOMPARE(parseFault(QStringLiteral("expired-token"))->text(), QStringLiteral("expired-token"));
    }
    void refuses()
    {
        const auto misspelt = parseFault(QStringLiteral("slow-certificat"));
        QVERIFY(!misspelt);
        QVERIFY(misspelt.error().remedy.contains(QStringLiteral("\"slow-certificate\"")));
        for (const QString& bad : {QStringLiteral("expired-token=1"), QStringLiteral("render-429=-3"), QStringLiteral("render-429=many"), QStringLiteral("render-429=")})
            QVERIFY2(!parseFault(bad), qPrintable(bad));
    }
};

QTEST_GUILESS_MAIN(tst_Faults)
#include "tst_Faults.moc"
