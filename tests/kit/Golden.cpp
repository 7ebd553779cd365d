#include "tests/kit/Golden.h"

#include "widgets/parts/Text.h"

#include <QAbstractScrollArea>
#include <QAccessible>
#include <QApplication>
#include <QDir>
#include <QPainter>
#include <QTest>
#include <QWidget>

namespace switchyard::test {

QImage picture(QWidget* widget, const QSize& size)
{
    if (size.isValid())
        widget->resize(size);
    widget->show();
    QTest::qWait(1);
    if (size.isValid() && widget->size() != size)
        widget->resize(size);
    QCoreApplication::sendPostedEvents();
    QTest::qWait(1);
    QImage image(widget->size(), QImage::Format_RGB32);
    image.fill(Qt::black);
    widget->render(&image);
    return image;
}

QString keepPicture(const QImage& image, const QString& name)
{
    QString folder = qEnvironmentVariable("SWITCHYARD_PICTURES");
    if (folder.isEmpty())
        folder = QStringLiteral(SWITCHYARD_BINARY_DIR "/pictures");
    QDir().mkpath(folder);
    const QString file = folder + u'/' + name + QStringLiteral(".png");
    image.save(file);
    return file;
}

QRect region(QWidget* window, const QString& objectName)
{
    for (QWidget* child : window->findChildren<QWidget*>(objectName)) {
        if (child->isVisible())
            return {child->mapTo(window, QPoint(0, 0)), child->size()};
    }
    return {};
}

QStringList cutTexts(QWidget* root)
{
    QStringList found;
    for (const ui::TextLabel* label : root->findChildren<ui::TextLabel*>()) {
        if (label->isVisible() && !label->mayElide() && label->isCut())
            found << label->plainText();
    }
    return found;
}

QStringList namelessWidgets(QWidget* root)
{
    QStringList found;
    for (QWidget* child : root->findChildren<QWidget*>()) {
        if (!child->isVisible() || !(child->focusPolicy() & Qt::TabFocus) || !child->isEnabled())
            continue;
        QAccessibleInterface* face = QAccessible::queryAccessibleInterface(child);
        if (!face || face->text(QAccessible::Name).isEmpty())
            found << QString::fromLatin1(child->metaObject()->className()) + u' ' + child->objectName();
    }
    return found;
}

QString rectsApart(const QRect& is, const QRect& wanted)
{
    const bool near = qAbs(is.left() - wanted.left()) <= 4 && qAbs(is.top() - wanted.top()) <= 4 && qAbs(is.right() - wanted.right()) <= 4
        && qAbs(is.bottom() - wanted.bottom()) <= 4;
    if (near)
        return {};
    const auto say = [](const QRect& r) { return QStringLiteral("%1,%2 %3x%4").arg(r.x()).arg(r.y()).arg(r.width()).arg(r.height()); };
    return QStringLiteral("is %1, wanted %2").arg(say(is), say(wanted));
}

} // namespace switchyard::test
