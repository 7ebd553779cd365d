#pragma once

#include "widgets/parts/PaintedWidget.h"

#include <QVariantAnimation>

namespace switchyard::ui {

/// The railway turnout that shows where visitors go, 412 x 152 or higher: trunk from the visitors, two branches, a lever. Source is left, target
/// right. The lever moves once (240 ms) when the position changes, not at all with reduced motion.
class Points : public PaintedWidget {
    Q_OBJECT
public:
    enum class Position { Unknown, Source, Held, Target, Mixed };
    explicit Points(QWidget* parent = nullptr);
    struct Content {
        Position position = Position::Unknown;
        QString title;        ///< "Traffic held"
        QString text;         ///< "Maintenance page, 503"
        QString visitors;     ///< "42 req/min"
        QString ttlTitle;     ///< "TTL"
        QString ttl;          ///< "60 s on 5 records"
        QString foot;         ///< "Points move in step 16"
    };
    void setContent(const Content& content);
    [[nodiscard]] Position position() const { return m_content.position; }
    /// -1 to the left, 0 upright, 1 to the right.
    [[nodiscard]] double lever() const { return m_lever; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }
    [[nodiscard]] QString spokenName() const override;
    [[nodiscard]] QString spokenValue() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Content m_content;
    double m_lever = 0;
    bool m_placed = false;
    QVariantAnimation m_motion;
};

/// The track alone, for delegates and small pictures: trunk, branches and lever inside `box`, scaled from 412 wide.
namespace paint {
void turnout(QPainter* p, const QRectF& box, Points::Position position, double lever);
}

} // namespace switchyard::ui
