#pragma once

#include "widgets/theme/Theme.h"

#include <QIcon>
#include <QPixmap>
#include <QStringList>

namespace switchyard::ui {

/// Our own line icons, tinted when they are used. `name` is that of the file: "roll-back". An unknown name paints nothing.
namespace icons {
[[nodiscard]] QStringList names();
[[nodiscard]] bool exists(const QString& name);
/// Cached per name, size, colour and device pixel ratio.
[[nodiscard]] QPixmap pixmap(const QString& name, int size, const QColor& color, qreal dpr = 1.0);
/// Paints centred in `rect`, at the painter's device pixel ratio.
void paint(QPainter* painter, const QRectF& rect, const QString& name, const QColor& color, int size = 16);
/// For menus and title bars; in text.2, disabled in text.disabled.
[[nodiscard]] QIcon icon(const QString& name);
/// The application's own, all sizes: "switchyard", "switchyard-live", "switchyard-rehearsal".
[[nodiscard]] QIcon application(const QString& name);
} // namespace icons

} // namespace switchyard::ui
