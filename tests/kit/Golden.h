#pragma once

#include <QImage>
#include <QString>

class QWidget;

namespace switchyard::test {

/// Renders a widget offscreen at a size and at device pixel ratio 1. The widget is shown, laid out and repainted first.
QImage picture(QWidget* widget, const QSize& size = {});
/// Writes the picture to the folder named by SWITCHYARD_PICTURES, or to the build's pictures/ folder. Returns the file.
QString keepPicture(const QImage& image, const QString& name);
/// The rectangle of a named child in its window's coordinates; empty when it isn't there or hidden.
[[nodiscard]] QRect region(QWidget* window, const QString& objectName);
/// Names of visible text labels, below `root`, whose words are cut although they must not be.
[[nodiscard]] QStringList cutTexts(QWidget* root);
/// Visible focusable widgets below `root` that a screen reader could not name.
[[nodiscard]] QStringList namelessWidgets(QWidget* root);

/// Empty when the rectangles agree within 4 px at each edge, else both of them in words.
[[nodiscard]] QString rectsApart(const QRect& is, const QRect& wanted);

} // namespace switchyard::test

/// Asserts that two rectangles agree within 4 px at each edge.
#define SY_VERIFY_RECT(actual, left, top, wide, high)                                                                            \
    do {                                                                                                                         \
        const QString syApart = switchyard::test::rectsApart((actual), QRect((left), (top), (wide), (high)));                    \
        QVERIFY2(syApart.isEmpty(), qPrintable(syApart));                                                                        \
    } while (false)
