#include "widgets/theme/Theme.h"

#include "widgets/theme/SwitchyardStyle.h"

#include <QApplication>
#include <QFontDatabase>
#include <QPainter>
#include <QPalette>
#include <QPixmap>
#include <QPixmapCache>
#include <QWidget>

#include <array>
#include <cstdlib>

namespace switchyard::ui {

namespace {

struct StyleSpec {
    bool mono;
    int size;
    int line;
    int weight;
    double tracking; ///< share of the size
};

// The order is that of Style.
constexpr std::array<StyleSpec, 18> kStyles{{
    {false, 24, 28, 800, 0.06},  // Mode
    {false, 20, 24, 800, 0.04},  // ModeRehearsal
    {true, 24, 28, 500, -0.02},  // Clock
    {true, 32, 36, 600, -0.03},  // Figure
    {false, 18, 24, 600, 0},     // H1
    {false, 15, 20, 600, 0},     // H2
    {false, 13, 20, 400, 0},     // Body
    {false, 13, 20, 500, 0},     // BodyMedium
    {false, 13, 20, 600, 0},     // BodyStrong
    {false, 12, 16, 400, 0},     // Small
    {false, 12, 16, 500, 0},     // SmallMedium
    {false, 12, 16, 600, 0},     // SmallStrong
    {false, 11, 16, 500, 0},     // Label
    {false, 11, 16, 600, 0},     // LabelStrong
    {true, 12, 16, 400, 0},      // Value
    {true, 12, 16, 500, 0},      // ValueMedium
    {true, 11, 16, 400, 0},      // ValueSmall
    {false, 24, 28, 600, -0.01}, // Brand: the program's own name
}};

const StyleSpec& spec(Style style) { return kStyles[static_cast<std::size_t>(style)]; }

QString firstFamily(std::initializer_list<const char*> wanted, QFontDatabase::SystemFont fallback)
{
    const QStringList families = QFontDatabase::families();
    for (const char* family : wanted) {
        const QString name = QString::fromLatin1(family);
        if (families.contains(name))
            return name;
    }
    return QFontDatabase::systemFont(fallback).family();
}

} // namespace

Theme& Theme::instance()
{
    static Theme theme;
    return theme;
}

Theme::Theme() = default;

void Theme::install()
{
    if (m_installed)
        return;
    m_installed = true;
    m_sans = firstFamily({"Inter", "Inter Variable", "Noto Sans", "DejaVu Sans"}, QFontDatabase::GeneralFont);
    m_mono = firstFamily({"JetBrains Mono", "Noto Sans Mono", "DejaVu Sans Mono"}, QFontDatabase::FixedFont);
    QApplication::setStyle(new SwitchyardStyle);
    apply();
}

void Theme::apply()
{
    if (!m_installed)
        return;
    QPalette palette;
    const auto set = [&](QPalette::ColorRole where, Role role) { palette.setColor(where, color(role)); };
    set(QPalette::Window, Role::Canvas);
    set(QPalette::Base, Role::Panel);
    set(QPalette::AlternateBase, Role::Panel);
    set(QPalette::Button, Role::Raised);
    set(QPalette::Text, Role::Text1);
    set(QPalette::WindowText, Role::Text1);
    set(QPalette::ButtonText, Role::Text1);
    set(QPalette::PlaceholderText, Role::Text3);
    set(QPalette::Highlight, Role::Selected);
    set(QPalette::HighlightedText, Role::Text1);
    set(QPalette::Link, Role::Focus);
    set(QPalette::ToolTipBase, Role::Raised);
    set(QPalette::ToolTipText, Role::Text1);
    set(QPalette::Mid, Role::Line);
    set(QPalette::Dark, Role::LineControl);
    for (const QPalette::ColorRole where : {QPalette::Text, QPalette::WindowText, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, where, color(Role::TextDisabled));
    QApplication::setPalette(palette);
    QApplication::setFont(font(Style::Body));
    qApp->setStyleSheet(styleSheetText(*this));
}

void Theme::setGround(Ground ground)
{
    if (m_ground == ground)
        return;
    m_ground = ground;
    apply();
    Q_EMIT changed();
}

void Theme::setMode(RunMode mode)
{
    if (m_mode == mode)
        return;
    m_mode = mode;
    apply();
    Q_EMIT changed();
}

void Theme::setTextScale(int percent)
{
    int best = 100;
    for (const int step : {100, 110, 125, 150}) {
        if (std::abs(percent - step) < std::abs(percent - best))
            best = step;
    }
    if (m_scale == best)
        return;
    m_scale = best;
    apply();
    Q_EMIT changed();
}

void Theme::setReducedMotion(bool on)
{
    if (m_reducedMotion == on)
        return;
    m_reducedMotion = on;
    Q_EMIT changed();
}

void Theme::setTwoPresses(bool on)
{
    if (m_twoPresses == on)
        return;
    m_twoPresses = on;
    Q_EMIT changed();
}

void Theme::setLetterKeys(bool on)
{
    if (m_letterKeys == on)
        return;
    m_letterKeys = on;
    Q_EMIT changed();
}

QColor Theme::mixed(const QColor& over, const QColor& under, double share)
{
    const auto part = [share](int a, int b) { return qRound(a * share + b * (1 - share)); };
    return QColor(part(over.red(), under.red()), part(over.green(), under.green()), part(over.blue(), under.blue()));
}

QColor Theme::mixed(Role over, Role under, double share) const { return mixed(color(over), color(under), share); }

QColor Theme::tint(Role role) const { return mixed(role, Role::Panel, m_ground == Ground::Dark ? 0.14 : 0.10); }

QFont Theme::font(Style style) const
{
    const StyleSpec& s = spec(style);
    QFont f(s.mono ? m_mono : m_sans);
    const double px = s.size * m_scale / 100.0;
    f.setPixelSize(qRound(px));
    f.setWeight(static_cast<QFont::Weight>(s.weight));
    f.setHintingPreference(QFont::PreferNoHinting);
    if (s.mono) {
        // Ligatures off: "://" and "!=" must read as typed.
        f.setStyleHint(QFont::Monospace, QFont::StyleStrategy(QFont::PreferAntialias | QFont::PreferNoShaping));
    }
    if (s.tracking != 0)
        f.setLetterSpacing(QFont::AbsoluteSpacing, px * s.tracking);
    return f;
}

int Theme::lineHeight(Style style) const { return scaled(spec(style).line); }

int Theme::rowHeight(int height, Style style) const
{
    return m_scale == 100 ? height : qMax(height, qMax(scaled(height) - (m_scale > 125 ? 4 : 0), lineHeight(style) + 12));
}

QBrush Theme::hatch(Role fill, const QPointF& windowOrigin, qreal dpr, double share) const
{
    const QColor base = color(fill);
    const QColor stripe = mixed(Qt::black, base, share);
    const QString key = QStringLiteral("sy-hatch-%1-%2-%3").arg(base.rgb(), 0, 16).arg(stripe.rgb(), 0, 16).arg(dpr);
    QPixmap tile;
    if (!QPixmapCache::find(key, &tile)) {
        // Stripes at 45 degrees, 8 px of 16 measured along the edge; drawn three times so that they meet across tiles.
        tile = QPixmap(QSize(16, 16) * dpr);
        tile.setDevicePixelRatio(dpr);
        tile.fill(base);
        QPainter p(&tile);
        p.setRenderHint(QPainter::Antialiasing);
        p.setPen(Qt::NoPen);
        p.setBrush(stripe);
        for (const int shift : {-16, 0, 16})
            p.drawPolygon(QPolygonF{{0.0 + shift, 16.0}, {16.0 + shift, 0.0}, {24.0 + shift, 0.0}, {8.0 + shift, 16.0}});
        p.end();
        QPixmapCache::insert(key, tile);
    }
    QBrush brush(tile);
    brush.setTransform(QTransform::fromTranslate(windowOrigin.x(), windowOrigin.y()));
    return brush;
}

void Theme::paintMode(QPainter* painter, const QRectF& rect, const QWidget* widget) const
{
    if (m_mode == RunMode::Live) {
        painter->fillRect(rect, color(Role::LiveFill));
        return;
    }
    const QPointF origin = widget ? -QPointF(widget->mapTo(widget->window(), QPoint(0, 0))) : QPointF();
    painter->fillRect(rect, hatch(Role::RehearsalFill, origin, painter->device()->devicePixelRatioF()));
}

} // namespace switchyard::ui
