#include "widgets/overview/ServiceCell.h"

#include <QPainter>
#include <QStringList>

namespace switchyard::ui {

QString serviceAmount(const Service& s)
{
    switch (s.kind) {
    case ServiceKind::Database:
    case ServiceKind::Files: return s.size.value < 0 ? QString() : bytesText(s.size);
    case ServiceKind::Cache: return s.keys < 0 ? QString() : QStringLiteral("%1 keys").arg(grouped(s.keys));
    case ServiceKind::Site: return QStringLiteral("site");
    default: return QStringLiteral("%1/%2").arg(s.running).arg(std::max(s.desired, s.running));
    }
}

ServiceCell::ServiceCell(Side side, QWidget* parent) : QAbstractButton(parent), m_side(side)
{
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
}

void ServiceCell::setService(const std::optional<Service>& service, const QString& monogram, ServiceKind kind, bool stale)
{
    m_service = service;
    m_monogram = monogram;
    m_kind = kind;
    m_stale = stale;
    setEnabled(service.has_value());
    if (service)
        setAccessibleName(QStringLiteral("%1 %2, %3, %4, %5").arg(sideName(m_side), service->name, healthName(service->health), serviceAmount(*service), service->note));
    else
        setAccessibleName(QStringLiteral("%1: no counterpart").arg(sideName(m_side)));
    update();
}

void ServiceCell::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    p.setRenderHint(QPainter::Antialiasing);
    if (isDown())
        p.fillRect(rect().adjusted(1, 1, -1, 0), color(Role::Selected));
    else if (underMouse() && isEnabled())
        p.fillRect(rect().adjusted(1, 1, -1, 0), color(Role::Hover));
    paint::hline(&p, 1, width() - 1, 0.5, Role::LineSoft);
    if (!m_service) {
        paint::text(&p, {30, 0, width() - 42.0, static_cast<double>(height())}, QStringLiteral("No counterpart"), Style::Small, Role::Text3);
        return;
    }
    const Service& s = *m_service;
    const double top = height() / 2.0 - 19;
    paint::light(&p, {12, top, 12, 20}, m_stale ? Health::Caution : s.health, 10);
    const QString amount = serviceAmount(s);
    const Role strong = m_stale ? Role::Text3 : Role::Text1;
    const double amountWidth = paint::textWidth(amount, Style::Value);
    paint::text(&p, {30, top, width() - 42 - amountWidth - 8, 20}, s.name, Style::ValueMedium, strong, Qt::AlignLeft | Qt::AlignVCenter, Qt::ElideMiddle);
    const bool word = s.kind == ServiceKind::Site;
    paint::text(&p, {width() - 12 - amountWidth - 2, top, amountWidth + 2, 20}, amount, Style::Value, word ? Role::Text3 : strong, Qt::AlignRight | Qt::AlignVCenter);
    paint::tile(&p, {30, top + 21, 16, 16}, m_monogram, SideTone::None);
    QStringList parts;
    for (const QString& part : {s.plan, s.version, s.note}) {
        if (!part.isEmpty())
            parts << part;
    }
    paint::text(&p, {53, top + 20, width() - 65.0, 18}, parts.join(QStringLiteral(", ")), Style::Small, Role::Text3);
    if (hasFocus()) {
        p.setBrush(Qt::NoBrush);
        p.setPen(QPen(color(Role::Focus), 2));
        p.drawRoundedRect(QRectF(rect()).adjusted(3, 3, -3, -3), 4, 4);
    }
}

} // namespace switchyard::ui
