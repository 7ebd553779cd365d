#include "widgets/theme/Icons.h"
#include "widgets/theme/Theme.h"

#include <QApplication>
#include <QDirIterator>
#include <QFile>
#include <QPainter>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>

#include <cmath>

namespace switchyard::ui {

namespace {

double luminance(const QColor& c)
{
    const auto part = [](double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
    return 0.2126 * part(c.redF()) + 0.7152 * part(c.greenF()) + 0.0722 * part(c.blueF());
}

double contrast(const QColor& a, const QColor& b)
{
    const double l1 = std::max(luminance(a), luminance(b));
    const double l2 = std::min(luminance(a), luminance(b));
    return (l1 + 0.05) / (l2 + 0.05);
}

} // namespace

class tst_Theme : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { Theme::instance().install(); }

    void everyTextRoleReadsOnEverySurface()
    {
        const Role surfaces[] = {Role::Canvas, Role::Panel, Role::Raised, Role::Hover, Role::Selected, Role::Inset};
        const Role texts[] = {Role::Text1, Role::Text2, Role::Text3, Role::Source, Role::Target, Role::Ok, Role::Warn, Role::Danger, Role::Rehearsal, Role::Live, Role::Pnr, Role::Focus};
        for (const Ground ground : {Ground::Dark, Ground::Light}) {
            for (const Role text : texts) {
                for (const Role surface : surfaces) {
                    const double ratio = contrast(tokenColor(text, ground), tokenColor(surface, ground));
                    QVERIFY2(ratio >= 4.5, qPrintable(QStringLiteral("%1 on %2: %3").arg(QLatin1String(roleName(text)), QLatin1String(roleName(surface))).arg(ratio)));
                }
            }
            const std::pair<Role, Role> fills[] = {{Role::LiveFillText, Role::LiveFill}, {Role::RehearsalFillText, Role::RehearsalFill}, {Role::PnrFillText, Role::PnrFill}, {Role::DangerFillText, Role::DangerFill}};
            for (const auto& [text, fill] : fills)
                QVERIFY(contrast(tokenColor(text, ground), tokenColor(fill, ground)) >= 4.5);
            for (const Role surface : {Role::Canvas, Role::Panel, Role::Raised, Role::Hover, Role::Inset})
                QVERIFY(contrast(tokenColor(Role::LineControl, ground), tokenColor(surface, ground)) >= 3.0);
        }
    }

    void tintsAreThoseOfTheDesignAndReadable()
    {
        Theme& t = Theme::instance();
        t.setGround(Ground::Dark);
        QCOMPARE(t.tint(Role::Ok).name(QColor::HexRgb).toUpper(), QStringLiteral("#1D312C"));
        QCOMPARE(t.tint(Role::Danger).name(QColor::HexRgb).toUpper(), QStringLiteral("#352528"));
        t.setMode(RunMode::Live);
        QCOMPARE(t.mixed(Role::ModeFill, Role::Panel, 0.34).name().toUpper(), QStringLiteral("#643F27"));
        for (const Ground ground : {Ground::Dark, Ground::Light}) {
            t.setGround(ground);
            for (const Role role : {Role::Ok, Role::Warn, Role::Danger, Role::Source, Role::Target, Role::Pnr, Role::Live, Role::Rehearsal})
                QVERIFY(contrast(t.color(role), t.tint(role)) >= 4.5);
            QVERIFY(contrast(t.color(Role::Text1), t.mixed(Role::ModeFill, Role::Panel, 0.34)) >= 4.5);
        }
        t.setGround(Ground::Dark);
    }

    void theModeIsAnAliasAndToldInGreyScale()
    {
        Theme& t = Theme::instance();
        QSignalSpy changed(&t, &Theme::changed);
        t.setMode(RunMode::Rehearsal);
        QCOMPARE(t.color(Role::ModeFill), t.color(Role::RehearsalFill));
        t.setMode(RunMode::Live);
        QCOMPARE(t.color(Role::Mode), t.color(Role::Live));
        QVERIFY(changed.size() >= 1);
        // Live is one grey, rehearsal at least two.
        const auto greys = [&](RunMode mode) {
            t.setMode(mode);
            QImage image(64, 64, QImage::Format_RGB32);
            QPainter p(&image);
            t.paintMode(&p, QRectF(0, 0, 64, 64), nullptr);
            p.end();
            QSet<int> found;
            for (int x = 0; x < 64; ++x)
                found.insert(qGray(image.pixel(x, 20)));
            return found.size();
        };
        QCOMPARE(greys(RunMode::Live), 1);
        QVERIFY(greys(RunMode::Rehearsal) > 1);
    }

    void fontsGrowWithTheTextScaleAndTypeAsTyped()
    {
        Theme& t = Theme::instance();
        t.setTextScale(100);
        const int small = t.font(Style::Body).pixelSize();
        t.setTextScale(148);
        QCOMPARE(t.textScale(), 150);
        QCOMPARE(t.font(Style::Body).pixelSize(), qRound(small * 1.5));
        QVERIFY(t.rowHeight(32) >= t.lineHeight(Style::Body) + 12);
        QVERIFY(t.font(Style::Value).styleStrategy() & QFont::PreferNoShaping);
        t.setTextScale(100);
    }

    void everyIconIsThereAndDrawsSomething()
    {
        const QStringList names = icons::names();
        QVERIFY(names.size() >= 105);
        for (const QString& name : names) {
            for (const int size : {12, 16, 20}) {
                const QImage image = icons::pixmap(name, size, Qt::red).toImage().convertToFormat(QImage::Format_ARGB32);
                int painted = 0;
                bool edge = false;
                for (int y = 0; y < size; ++y) {
                    for (int x = 0; x < size; ++x) {
                        const bool on = qAlpha(image.pixel(x, y)) > 100;
                        painted += on;
                        edge = edge || (on && size == 16 && !name.startsWith(QLatin1String("switchyard")) && (x == 0 || y == 0 || x == 15 || y == 15));
                    }
                }
                QVERIFY2(painted >= 3, qPrintable(name + QStringLiteral(" is empty")));
                QVERIFY2(!edge, qPrintable(name + QStringLiteral(" leaves no margin")));
            }
        }
        QVERIFY(!icons::exists(QStringLiteral("no-such-icon")));
    }

    void coloursStandOnlyInTheTokenFile()
    {
        const QRegularExpression hex(QStringLiteral("#[0-9A-Fa-f]{6}\\b|QColor\\(\\s*\\d|0xFF[0-9A-Fa-f]{6}"));
        QDirIterator files(QStringLiteral(SWITCHYARD_SOURCE_DIR "/widgets"), {QStringLiteral("*.cpp"), QStringLiteral("*.h")}, QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            const QString name = files.next();
            if (name.endsWith(QLatin1String("Tokens.cpp")))
                continue;
            QFile file(name);
            QVERIFY(file.open(QIODevice::ReadOnly));
            const auto match = hex.match(QString::fromUtf8(file.readAll()));
            QVERIFY2(!match.hasMatch(), qPrintable(name + u' ' + match.captured()));
        }
    }
};

} // namespace switchyard::ui

QTEST_MAIN(switchyard::ui::tst_Theme)
#include "tst_Theme.moc"
