#include "widgets/theme/Icons.h"

#include <QDir>
#include <QFile>
#include <QHash>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

// A static library's resource is dropped by the linker unless somebody names it; the macro must stand outside any namespace.
static void loadIconResource() { Q_INIT_RESOURCE(switchyard_icons); }

namespace switchyard::ui::icons {

namespace {

QByteArray source(const QString& name)
{
    static QHash<QString, QByteArray> files;
    if (const auto found = files.constFind(name); found != files.constEnd())
        return *found;
    [[maybe_unused]] static const bool loaded = (loadIconResource(), true);
    QByteArray bytes;
    QFile file(QStringLiteral(":/icons/") + name + QStringLiteral(".svg"));
    if (file.open(QIODevice::ReadOnly))
        bytes = file.readAll();
    files.insert(name, bytes);
    return bytes;
}

} // namespace

QStringList names()
{
    loadIconResource();
    QStringList found = QDir(QStringLiteral(":/icons")).entryList({QStringLiteral("*.svg")}, QDir::Files, QDir::Name);
    for (QString& name : found)
        name.chop(4);
    return found;
}

bool exists(const QString& name) { return !source(name).isEmpty(); }

QPixmap pixmap(const QString& name, int size, const QColor& color, qreal dpr)
{
    const QString key = QStringLiteral("sy-icon-%1-%2-%3-%4").arg(name).arg(size).arg(color.rgba(), 0, 16).arg(dpr);
    QPixmap image;
    if (QPixmapCache::find(key, &image))
        return image;
    image = QPixmap(QSize(size, size) * dpr);
    image.setDevicePixelRatio(dpr);
    image.fill(Qt::transparent);
    QByteArray svg = source(name);
    if (!svg.isEmpty()) {
        svg.replace("currentColor", color.name().toLatin1());
        if (svg.contains('@')) { // the application's own icons name further tokens
            const Theme& theme = Theme::instance();
            svg.replace("@ground@", theme.color(Role::Panel).name().toLatin1());
            svg.replace("@live@", theme.color(Role::LiveFill).name().toLatin1());
            svg.replace("@rehearsal@", theme.color(Role::RehearsalFill).name().toLatin1());
            svg.replace("@stripe@", theme.color(Role::RehearsalFillText).name().toLatin1());
        }
        QSvgRenderer renderer(svg);
        QPainter p(&image);
        p.setOpacity(color.alphaF());
        renderer.render(&p, QRectF(0, 0, size, size));
    }
    QPixmapCache::insert(key, image);
    return image;
}

void paint(QPainter* painter, const QRectF& rect, const QString& name, const QColor& color, int size)
{
    const QPixmap image = pixmap(name, size, color, painter->device()->devicePixelRatioF());
    const QPointF at(rect.x() + (rect.width() - size) / 2, rect.y() + (rect.height() - size) / 2);
    painter->drawPixmap(QPointF(qRound(at.x()), qRound(at.y())), image);
}

QIcon icon(const QString& name)
{
    QIcon result;
    for (const int ratio : {1, 2}) {
        result.addPixmap(pixmap(name, 16, color(Role::Text2), ratio));
        result.addPixmap(pixmap(name, 16, color(Role::TextDisabled), ratio), QIcon::Disabled);
    }
    return result;
}

QIcon application(const QString& name)
{
    QIcon result;
    for (const int size : {16, 32, 64, 128, 256})
        result.addPixmap(pixmap(name, size, color(Role::Text1)));
    return result;
}

} // namespace switchyard::ui::icons
