#pragma once

#include <QBrush>
#include <QColor>
#include <QFont>
#include <QObject>

class QApplication;
class QPainter;
class QWidget;

namespace switchyard::ui {

/// Names of colours. No colour exists outside Tokens.cpp; a widget asks for a role. Mode, ModeFill and ModeFillText are the live or the
/// rehearsal colours, whichever the window is in.
enum class Role {
    Canvas, Panel, Raised, Hover, Selected, Inset, LineSoft, Line, LineControl, Track, Text1, Text2, Text3, TextDisabled,
    Source, Target, Ok, OkDim, Warn, WarnFill, Danger, Rehearsal, Live, Pnr, Focus,
    LiveFill, LiveFillText, RehearsalFill, RehearsalFillText, PnrFill, PnrFillText, DangerFill, DangerFillText,
    Mode, ModeFill, ModeFillText
};
inline constexpr int kTokenCount = static_cast<int>(Role::Mode);

/// Type styles: font, size, weight and line height together.
enum class Style {
    Mode, ModeRehearsal, Clock, Figure, H1, H2, Body, BodyMedium, BodyStrong, Small, SmallMedium, SmallStrong, Label, LabelStrong, Value, ValueMedium, ValueSmall, Brand
};

enum class Ground { Dark, Light };
enum class RunMode { Rehearsal, Live };

/// The value of a role in one ground, in the given mode. Pure: for tests and for exports, which are always light.
[[nodiscard]] QColor tokenColor(Role role, Ground ground, RunMode mode = RunMode::Rehearsal);
[[nodiscard]] const char* roleName(Role role);

/// Colours, fonts and preferences of the window; one a process, on the GUI thread. Everything painted asks here each time, so that changing
/// ground, mode or text scale repaints and rebuilds nothing.
class Theme final : public QObject {
    Q_OBJECT
public:
    [[nodiscard]] static Theme& instance();

    /// Puts style, palette, font and style sheet on the application. Once, before the first window.
    void install();

    [[nodiscard]] Ground ground() const { return m_ground; }
    void setGround(Ground ground);
    [[nodiscard]] RunMode mode() const { return m_mode; }
    void setMode(RunMode mode);
    /// Percent: 100, 110, 125 or 150; others are rounded to the nearest of these.
    [[nodiscard]] int textScale() const { return m_scale; }
    void setTextScale(int percent);
    /// No lever motion, no stepped lights, no flashes.
    [[nodiscard]] bool reducedMotion() const { return m_reducedMotion; }
    void setReducedMotion(bool on);
    /// Guarded buttons take two presses instead of a hold.
    [[nodiscard]] bool twoPresses() const { return m_twoPresses; }
    void setTwoPresses(bool on);
    /// Single letters act in lists.
    [[nodiscard]] bool letterKeys() const { return m_letterKeys; }
    void setLetterKeys(bool on);

    [[nodiscard]] QColor color(Role role) const { return tokenColor(role, m_ground, m_mode); }
    /// The role at 14 % (dark) or 10 % (light) over panel: ground of chips and cells.
    [[nodiscard]] QColor tint(Role role) const;
    /// `share` (0..1) of `over` mixed into `under`.
    [[nodiscard]] QColor mixed(Role over, Role under, double share) const;
    [[nodiscard]] static QColor mixed(const QColor& over, const QColor& under, double share);

    [[nodiscard]] QFont font(Style style) const;
    /// Line height of a style in device independent px, at the text scale.
    [[nodiscard]] int lineHeight(Style style) const;
    /// A length that must grow with the text.
    [[nodiscard]] int scaled(int px) const { return (px * m_scale + 50) / 100; }
    /// Height of a row designed as `height` that holds one line of `style`: never less than the line and 12 px.
    [[nodiscard]] int rowHeight(int height, Style style = Style::Body) const;

    /// Diagonal stripes of the mode, 16 x 16, for a surface whose window's corner is at `windowOrigin` in the painter's coordinates, so
    /// that stripe and block line up.
    [[nodiscard]] QBrush hatch(Role fill, const QPointF& windowOrigin, qreal dpr, double share = 0.16) const;
    /// Fills `rect` of `widget` with the mode: solid when live, hatched when rehearsing.
    void paintMode(QPainter* painter, const QRectF& rect, const QWidget* widget) const;

Q_SIGNALS:
    /// Ground, mode, text scale or a preference changed.
    void changed();

private:
    Theme();
    void apply();
    Ground m_ground = Ground::Dark;
    RunMode m_mode = RunMode::Rehearsal;
    int m_scale = 100;
    bool m_reducedMotion = false;
    bool m_twoPresses = false;
    bool m_letterKeys = true;
    bool m_installed = false;
    QString m_sans;
    QString m_mono;
};

/// Shorthands for painting code.
[[nodiscard]] inline QColor color(Role role) { return Theme::instance().color(role); }
[[nodiscard]] inline QFont font(Style style) { return Theme::instance().font(style); }

/// Text of the application's style sheet for the present theme: what a palette can't reach.
[[nodiscard]] QString styleSheetText(const Theme& theme);

} // namespace switchyard::ui
