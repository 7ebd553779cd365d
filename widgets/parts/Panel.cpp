#include "widgets/parts/Panel.h"

#include <QPainter>

namespace switchyard::ui {

Surface::Surface(Role ground, int edges, QWidget* parent) : QWidget(parent), m_ground(ground), m_edges(edges)
{
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void Surface::setGround(Role ground)
{
    m_ground = ground;
    m_tinted = false;
    update();
}

void Surface::setEdges(int edges, Role line)
{
    m_edges = edges;
    m_line = line;
    update();
}

void Surface::setCard(bool on, Role line)
{
    m_card = on;
    m_line = line;
    update();
}

void Surface::setTint(Role role)
{
    m_ground = role;
    m_tinted = true;
    update();
}

void Surface::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    const QColor fill = m_tinted ? Theme::instance().tint(m_ground) : ui::color(m_ground);
    if (m_card) {
        paint::box(&p, QRectF(rect()), fill, ui::color(m_line), 6);
        return;
    }
    p.fillRect(rect(), fill);
    const QColor line = ui::color(m_line);
    if (m_edges & Left)
        p.fillRect(0, 0, 1, height(), line);
    if (m_edges & Right)
        p.fillRect(width() - 1, 0, 1, height(), line);
    if (m_edges & Top)
        p.fillRect(0, 0, width(), 1, line);
    if (m_edges & Bottom)
        p.fillRect(0, height() - 1, width(), 1, line);
}

Card::Card(const QString& title, QWidget* parent) : Surface(Role::Panel, None, parent)
{
    setCard(true);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(1, 1, 1, 1);
    all->setSpacing(0);
    auto* head = new QWidget(this);
    m_header = tight<QHBoxLayout>(head, 0, 8);
    m_header->setContentsMargins(12, 0, 12, 0);
    m_title = new TextLabel(title, Style::BodyStrong, Role::Text1, head);
    m_caption = new TextLabel(QString(), Style::Small, Role::Text3, head);
    m_caption->setElide(Qt::ElideRight);
    m_header->addWidget(m_title);
    m_header->addWidget(m_caption, 1);
    onTheme(this, [head] { head->setFixedHeight(Theme::instance().rowHeight(36)); });
    all->addWidget(head);
    all->addWidget(new Line);
    m_body = new QVBoxLayout;
    m_body->setContentsMargins(0, 0, 0, 0);
    m_body->setSpacing(0);
    all->addLayout(m_body, 1);
}

void Card::setTitle(const QString& title) { m_title->setText(title); }

void Card::setCaption(const QString& caption, Role role)
{
    m_caption->setText(caption);
    m_caption->setRole(role);
}

PageToolbar::PageToolbar(const QString& title, QWidget* parent) : Surface(Role::Panel, Bottom, parent)
{
    setObjectName(QStringLiteral("toolbar"));
    m_row = tight<QHBoxLayout>(this);
    m_row->setContentsMargins(16, 0, 16, 1);
    m_title = new TextLabel(title, Style::H1, Role::Text1, this);
    m_row->addWidget(m_title);
    m_row->addSpacing(8);
    onTheme(this, [this] { setFixedHeight(Theme::instance().rowHeight(48)); });
}

void PageToolbar::add(QWidget* widget, int gap)
{
    m_row->addSpacing(gap);
    m_row->addWidget(widget, 0, Qt::AlignVCenter);
}

void PageToolbar::stretch() { m_row->addStretch(1); }

void PageToolbar::separator()
{
    m_row->addSpacing(12);
    auto* line = new Line(Qt::Vertical);
    line->setFixedHeight(20);
    m_row->addWidget(line, 0, Qt::AlignVCenter);
    m_row->addSpacing(4);
}

QSize PageToolbar::sizeHint() const { return {600, Theme::instance().rowHeight(48)}; }

Line::Line(Qt::Orientation orientation, Role role, QWidget* parent) : QWidget(parent), m_role(role)
{
    if (orientation == Qt::Horizontal)
        setFixedHeight(1);
    else
        setFixedWidth(1);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void Line::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    p.fillRect(rect(), ui::color(m_role));
}

} // namespace switchyard::ui
