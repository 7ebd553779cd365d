#pragma once

#include "app/ports/Service.h"
#include "widgets/theme/Icons.h"
#include "widgets/theme/Theme.h"

#include <QPainter>
#include <QRectF>
#include <QString>

#include <vector>

namespace switchyard::ui {

/// Which side a tile or a word stands for: it decides the colour of its border or text.
enum class SideTone { None, Source, Target };

/// Verdicts of a compared setting, in the order of the design's table.
enum class Verdict { Same, Expected, HostRewrite, Differs, Missing, Extra, SharedSecret, Unknowable };
[[nodiscard]] QString verdictWord(Verdict verdict);

/// What a chip says about itself.
enum class ChipTone { Plain, Outline, Neutral, Ok, Warn, Danger, Mode, Pnr, Filled, Source, Target };

/// Drawing shared by widgets and delegates. All rectangles in logical px; nothing here keeps state.
namespace paint {

/// One line of text, centred vertically on its line box; elided when too long. Returns the painted width.
qreal text(QPainter* p, const QRectF& box, const QString& text, Style style, const QColor& color,
           Qt::Alignment align = Qt::AlignLeft | Qt::AlignVCenter, Qt::TextElideMode elide = Qt::ElideRight);
/// Same, with a role for colour.
qreal text(QPainter* p, const QRectF& box, const QString& text, Style style, Role role, Qt::Alignment align = Qt::AlignLeft | Qt::AlignVCenter,
           Qt::TextElideMode elide = Qt::ElideRight);
[[nodiscard]] qreal textWidth(const QString& text, Style style);

/// A light of `size` px (10, 8 in tight rows) centred in `box`. `turn` 0..3 is the step of the working light.
void light(QPainter* p, const QRectF& box, Health health, int size = 10, int turn = 0);
[[nodiscard]] QColor lightColor(Health health);

/// A provider's or a person's letters on a neutral ground, radius 4.
void tile(QPainter* p, const QRectF& box, const QString& letters, SideTone side = SideTone::None, const QColor& ground = {});

/// A chip with an optional icon; returns its rectangle. `right` puts its right edge at box.right().
QRectF chip(QPainter* p, const QRectF& box, const QString& text, ChipTone tone, const QString& icon = {}, bool right = false);
[[nodiscard]] qreal chipWidth(const QString& text, const QString& icon = {});
/// 20 high with word, or an 18 px square glyph.
QRectF verdictChip(QPainter* p, const QRectF& box, Verdict verdict, bool glyphOnly = false);
[[nodiscard]] QString verdictIcon(Verdict verdict);

/// "Ctrl K" as a key: mono 11 in a bordered box 18 high. Returns its width; `right` as above.
qreal keyCap(QPainter* p, const QRectF& box, const QString& keys, bool right = false);
[[nodiscard]] qreal keyCapWidth(const QString& keys);

/// A bar of `height` px centred in `box`, filled to `share` (0..1).
void bar(QPainter* p, const QRectF& box, double share, const QColor& fill, int height = 6, const QColor& ground = {});
/// Joined segments: each with its width in parts and its share.
struct Segment {
    double parts = 1;
    double share = 0;
    QColor fill;
};
void segments(QPainter* p, const QRectF& box, const std::vector<Segment>& segments, int height = 6, qreal gap = 3);
/// Colour of an empty bar: line.soft in dark, line in light.
[[nodiscard]] QColor barGround();

/// Rounded box with a 1 px line inside its edge.
void box(QPainter* p, const QRectF& rect, const QColor& fill, const QColor& line, qreal radius = 6, bool dashed = false);
/// 1 px lines that stay crisp.
void hline(QPainter* p, qreal x1, qreal x2, qreal y, Role role = Role::Line);
void vline(QPainter* p, qreal x, qreal y1, qreal y2, Role role = Role::Line);

/// The twelve looks of a step in the checklist's gutter, centred at `at`.
enum class StepNode { Pending, Blocked, Ready, Running, NeedsYou, Verifying, Passed, PassedWithWaiver, Failed, InDoubt, Skipped, RolledBack };
void stepNode(QPainter* p, const QPointF& at, StepNode node);
/// Diamond of the point of no return, `size` px across.
void diamond(QPainter* p, const QPointF& at, qreal size, bool filled);
/// Magenta hazard stripes.
void hazard(QPainter* p, const QRectF& rect, Role fill = Role::PnrFill);

/// One cell of the propagation matrix, 36 high: who answers, how long it holds.
enum class AnswerTone { Target, Source, Failed, Unknown };
void resolverCell(QPainter* p, const QRectF& box, AnswerTone tone, const QString& answer, const QString& right, double ttlShare);

} // namespace paint

} // namespace switchyard::ui
