#include "app/environment/Compare.h"

#include <QTest>

using namespace switchyard;
using namespace switchyard::environment;

namespace {

Settings one(const QString& key, const QString& value, bool readable = true)
{
    Settings s;
    if (!value.isNull())
        s.entries.push_back(Setting{key, Secret(value), readable, false, {}});
    return s;
}

const CompareRules kRules{{{QStringLiteral("shop.herokuapp.com"), QStringLiteral("shop-web.onrender.com")}}, {{QStringLiteral("SENTRY_ENVIRONMENT"), QStringLiteral("Named by side")}},
                          {QStringLiteral("shop-web.onrender.com")}};

} // namespace

class tst_CompareSettings : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void pairs_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("target");
        QTest::addColumn<int>("verdict");
        QTest::addColumn<QString>("proposed"); // null: none
        const auto row = [](const char* name, const char* key, const char* source, const char* target, Verdict verdict, const char* proposed = nullptr) {
            QTest::newRow(name) << QString::fromLatin1(key) << (source ? QString::fromUtf8(source) : QString()) << (target ? QString::fromUtf8(target) : QString())
                                << static_cast<int>(verdict) << (proposed ? QString::fromUtf8(proposed) : QString());
        };
        using V = Verdict;
        row("equal", "SECRET_KEY", "abc", "abc", V::Same);
        row("empty both", "FLAG", "", "", V::Same);
        row("unicode", "GREETING", "grüße", "grüße", V::Same);
        row("missing", "SECRET_KEY", "abc", nullptr, V::Missing, "abc");
        row("missing with host", "API_URL", "https://shop.herokuapp.com/api", nullptr, V::Missing, "https://shop-web.onrender.com/api");
        row("extra", "NEW_FLAG", nullptr, "1", V::Extra);
        row("differs", "SECRET_KEY", "abc", "abd", V::Differs, "abc");
        row("trailing newline", "SECRET_KEY", "abc", "abc\n", V::Differs, "abc");
        row("case", "LOG_LEVEL", "INFO", "info", V::Differs, "INFO");
        row("emptied", "SECRET_KEY", "abc", "", V::Differs, "abc");
        row("expected", "SENTRY_ENVIRONMENT", "heroku", "render", V::Expected);
        row("expected and missing", "SENTRY_ENVIRONMENT", "heroku", nullptr, V::Expected);
        row("host rewrite", "API_URL", "https://shop.herokuapp.com/api", "https://shop-web.onrender.com/api", V::HostRewrite);
        row("host not rewritten", "API_URL", "https://shop.herokuapp.com/api", "https://shop.herokuapp.com/api", V::Differs, "https://shop-web.onrender.com/api");
        row("host rewritten, path differs", "API_URL", "https://shop.herokuapp.com/api", "https://shop-web.onrender.com/", V::Differs, "https://shop-web.onrender.com/api");
        row("longer host is another host", "CDN", "https://my.shop.herokuapp.com", "https://my.shop.herokuapp.com", V::Same);
        row("host as prefix is another host", "CDN", "shop.herokuapp.com.evil.test", "shop.herokuapp.com.evil.test", V::Same);
        row("host with port", "API", "shop.herokuapp.com:443", "shop-web.onrender.com:443", V::HostRewrite);
        row("host at the end of a sentence", "TEXT", "see shop.herokuapp.com.", "see shop-web.onrender.com.", V::HostRewrite);
        row("database", "DATABASE_URL", "postgres://u:p@a.aws.com/x", "postgres://u:q@b.render.com/y", V::Expected);
        row("database shared", "DATABASE_URL", "postgres://u:p@a.aws.com/x", "postgres://u:p@a.aws.com/x", V::Differs);
        row("database missing", "DATABASE_URL", "postgres://u:p@a.aws.com/x", nullptr, V::Missing);
        row("redis by value", "CACHE", "rediss://:p@a:1", "redis://:q@b:1", V::Expected);
        row("platform key", "DYNO", "web.1", nullptr, V::Expected);
        row("platform key of the target", "RENDER_SERVICE_ID", nullptr, "srv-1", V::Expected);
        row("port", "PORT", "5000", "10000", V::Expected);
        row("hosts merged", "ALLOWED_HOSTS", "shop.herokuapp.com,www.shop.test", "www.shop.test", V::Differs, "www.shop.test,shop.herokuapp.com,shop-web.onrender.com");
        row("hosts complete", "ALLOWED_HOSTS", "shop.herokuapp.com,www.shop.test", "shop-web.onrender.com, www.shop.test, shop.herokuapp.com", V::HostRewrite);
        row("hosts equal but without the target", "ALLOWED_HOSTS", "www.shop.test", "www.shop.test", V::Differs, "www.shop.test,shop-web.onrender.com");
        row("hosts missing", "ALLOWED_HOSTS", "www.shop.test api.shop.test", nullptr, V::Missing, "www.shop.test api.shop.test shop-web.onrender.com");
        row("hosts star", "ALLOWED_HOSTS", "www.shop.test", "*", V::HostRewrite);
        row("origins merged", "SECURITY_ORIGINS", "https://www.shop.test", "https://www.shop.test", V::Differs, "https://www.shop.test,https://shop-web.onrender.com");
    }
    void pairs()
    {
        QFETCH(QString, key);
        QFETCH(QString, source);
        QFETCH(QString, target);
        QFETCH(int, verdict);
        QFETCH(QString, proposed);
        const auto diffs = compareSettings({one(key, source)}, one(key, target), kRules);
        QCOMPARE(diffs.size(), std::size_t(1));
        const SettingDiff& d = diffs.front();
        QCOMPARE(verdictName(d.verdict), verdictName(static_cast<Verdict>(verdict)));
        QCOMPARE(d.proposed ? d.proposed->revealText() : QString(), proposed);
        QVERIFY(!d.explanation.isEmpty());
        const auto changes = changesFor(diffs);
        QCOMPARE(changes.size(), std::size_t(proposed.isNull() ? 0 : 1));
        if (!changes.empty())
            QCOMPARE(changes.front().expected.has_value(), !target.isNull());
    }
    void unreadableIsUnknowable()
    {
        const auto diffs = compareSettings({one(QStringLiteral("K"), QStringLiteral("v"))}, one(QStringLiteral("K"), QStringLiteral("?"), false), kRules);
        QCOMPARE(diffs.front().verdict, Verdict::Unknowable);
        QVERIFY(!diffs.front().proposed);
    }
    void sortedByNeed()
    {
        Settings source, target;
        for (const char* k : {"A_SAME", "B_DIFF", "C_MISSING", "Z_DIFF"})
            source.entries.push_back(Setting{QString::fromLatin1(k), Secret(QByteArray("1")), true, false, {}});
        for (const char* k : {"A_SAME", "B_DIFF", "D_EXTRA", "Z_DIFF"})
            target.entries.push_back(Setting{QString::fromLatin1(k), Secret(QByteArray(QByteArray(k).endsWith("DIFF") ? "2" : "1")), true, false, {}});
        QStringList order;
        for (const SettingDiff& d : compareSettings({source}, target, kRules))
            order << d.key;
        QCOMPARE(order, (QStringList{QStringLiteral("B_DIFF"), QStringLiteral("Z_DIFF"), QStringLiteral("C_MISSING"), QStringLiteral("D_EXTRA"), QStringLiteral("A_SAME")}));
    }
    void explanationsHoldNoSecret()
    {
        const auto diffs = compareSettings({one(QStringLiteral("HOOK"), QStringLiteral("https://a:hunter22@h/x"))}, one(QStringLiteral("HOOK"), QStringLiteral("https://a:hunter33@h/x")), kRules);
        QCOMPARE(diffs.front().explanation, QStringLiteral("The URLs differ in: password."));
    }
};

QTEST_GUILESS_MAIN(tst_CompareSettings)
#include "tst_CompareSettings.moc"
