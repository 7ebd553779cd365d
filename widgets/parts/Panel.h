#pragma once

#include "widgets/parts/PaintedWidget.h"
#include "widgets/parts/Text.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

namespace switchyard::ui {

/// A surface: fill and lines by role, painted, so that a theme change needs nothing else.
class Surface : public QWidget {
    Q_OBJECT
public:
    enum Edge { None = 0, Left = 1, Top = 2, Right = 4, Bottom = 8 };
    explicit Surface(Role ground = Role::Panel, int edges = None, QWidget* parent = nullptr);
    void setGround(Role ground);
    void setEdges(int edges, Role line = Role::Line);
    /// Rounded card with a line all round.
    void setCard(bool on, Role line = Role::Line);
    void setTint(Role role);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Role m_ground;
    Role m_line = Role::Line;
    int m_edges;
    bool m_card = false;
    bool m_tinted = false;
};

/// Panel with radius 6, a header of 36 (title, caption, things at the right) and a body below a line.
class Card : public Surface {
    Q_OBJECT
public:
    explicit Card(const QString& title = {}, QWidget* parent = nullptr);
    [[nodiscard]] QHBoxLayout* header() const { return m_header; }  ///< add things at the right end
    [[nodiscard]] QVBoxLayout* body() const { return m_body; }
    void setTitle(const QString& title);
    void setCaption(const QString& caption, Role role = Role::Text3);

private:
    TextLabel* m_title;
    TextLabel* m_caption;
    QHBoxLayout* m_header;
    QVBoxLayout* m_body;
};

/// The bar above every page, 48 high: title at 16, then what the page adds; stretch() before what belongs at the right end.
class PageToolbar : public Surface {
    Q_OBJECT
public:
    explicit PageToolbar(const QString& title, QWidget* parent = nullptr);
    void add(QWidget* widget, int gap = 8);
    void stretch();
    /// A line of 28 px between groups.
    void separator();
    void setTitle(const QString& title) { m_title->setText(title); }
    [[nodiscard]] QSize sizeHint() const override;

private:
    TextLabel* m_title;
    QHBoxLayout* m_row;
};

/// 1 px, lying or standing.
class Line : public QWidget {
    Q_OBJECT
public:
    explicit Line(Qt::Orientation orientation = Qt::Horizontal, Role role = Role::Line, QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Role m_role;
};

/// Layout without margins and spacing: the design says each gap itself.
template<typename Layout>
Layout* tight(QWidget* owner, int margin = 0, int spacing = 0)
{
    auto* layout = new Layout(owner);
    layout->setContentsMargins(margin, margin, margin, margin);
    layout->setSpacing(spacing);
    return layout;
}

} // namespace switchyard::ui
