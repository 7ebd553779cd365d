#include "app/base/Redactor.h"

#include <QTest>
#include <QUrl>

using namespace switchyard;

class tst_Redactor : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void hidesShapes_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("secret");
        QTest::newRow("bearer") << QStringLiteral("Authorization: Bearer abc123def456") << QStringLiteral("abc123def456");
        QTest::newRow("url") << QStringLiteral("postgres://joe:s3cr3tpw@host:5432/db") << QStringLiteral("s3cr3tpw");
        QTest::newRow("json") << QStringLiteral("{\"password\":\"hunter22\",\"a\":1}") << QStringLiteral("hunter22");
        QTest::newRow("query") << QStringLiteral("GET /x?token=q1w2e3r4&b=2") << QStringLiteral("q1w2e3r4");
        QTest::newRow("cookie") << QStringLiteral("set-cookie: sessionid=zzzz9999") << QStringLiteral("zzzz9999");
    }
    void hidesShapes()
    {
        QFETCH(QString, text);
        QFETCH(QString, secret);
        const QString out = Redactor::instance().redact(text);
        QVERIFY2(!out.contains(secret), qPrintable(out));
        QVERIFY(out.contains(QStringLiteral("[hidden]")));
    }
    void hidesLearntValuesInEveryEscape()
    {
        const QString value = QStringLiteral("p@ss/w\"ord+canary");
        Redactor::instance().learn(Secret(value));
        for (const QString& form : {value, QString::fromLatin1(value.toUtf8().toBase64()), QString::fromLatin1(QUrl::toPercentEncoding(value)),
                                    QStringLiteral("p@ss\\/w\\\"ord+canary")})
            QVERIFY2(!Redactor::instance().redact(u'<' + form + u'>').contains(form), qPrintable(form));
    }
    void leavesOrdinaryTextAlone()
    {
        const QString text = QStringLiteral("Checksum workspace_task_label: 96,340 rows, 1 of 1 chunks match");
        QCOMPARE(Redactor::instance().redact(text), text);
    }
};

QTEST_GUILESS_MAIN(tst_Redactor)
#include "tst_Redactor.moc"
