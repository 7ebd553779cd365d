#include "widgets/checklist/StepTables.h"

#include <QHelpEvent>
#include <QToolTip>

#include <algorithm>

namespace switchyard::ui {

using namespace cutover;

namespace {
int valueLine() { return Theme::instance().scaled(18); }
int callRow() { return Theme::instance().rowHeight(27, Style::Value) + 1; }
} // namespace

ChangesTable::ChangesTable(QWidget* parent) : PaintedWidget(parent) { setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed); }

void ChangesTable::setChanges(const std::vector<ChangePreview>& changes)
{
    m_changes = changes;
    updateGeometry();
    update();
    announceValue();
}

int ChangesTable::rowHeight(const ChangePreview& change) const
{
    const int lines = (change.before.isEmpty() ? 0 : 1) + (change.after.isEmpty() ? 0 : 1);
    return qMax(1, lines) * valueLine() + 11;
}

QSize ChangesTable::sizeHint() const
{
    int height = 1;
    for (const ChangePreview& change : m_changes)
        height += rowHeight(change);
    return {320, height};
}

QString ChangesTable::spokenValue() const
{
    QStringList out;
    for (const ChangePreview& change : m_changes) {
        if (change.before.isEmpty())
            out << QStringLiteral("%1 %2 becomes %3").arg(change.subject, change.type, change.after);
        else if (change.after.isEmpty())
            out << QStringLiteral("%1 %2, %3, is removed").arg(change.subject, change.type, change.before);
        else
            out << QStringLiteral("%1 %2 changes from %3 to %4").arg(change.subject, change.type, change.before, change.after);
    }
    return out.join(QStringLiteral(". "));
}

void ChangesTable::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    paint::box(&p, QRectF(rect()), color(Role::Panel), color(Role::Line), 6);
    // Subjects and types get what they need, values the rest: never less than half.
    qreal subject = 0;
    qreal type = 0;
    for (const ChangePreview& change : m_changes) {
        subject = std::max(subject, paint::textWidth(change.subject, Style::ValueMedium));
        type = std::max(type, paint::textWidth(change.type, Style::Value));
    }
    const qreal inner = width() - 24;
    type = type > 0 ? type + 20 : 0;
    subject = std::min(subject, std::max(40.0, inner * 0.5 - type)) + 18;
    qreal y = 0;
    for (std::size_t i = 0; i < m_changes.size(); ++i) {
        const ChangePreview& change = m_changes[i];
        const int height = rowHeight(change);
        const QRectF row(12, y + 1, inner, height - 1);
        if (i > 0)
            paint::hline(&p, 1, width() - 1, y, Role::Line);
        paint::text(&p, QRectF(row.left(), row.top(), subject - 10, row.height()), change.subject, Style::ValueMedium, Role::Text1, Qt::AlignLeft | Qt::AlignVCenter, Qt::ElideMiddle);
        paint::text(&p, QRectF(row.left() + subject, row.top(), type, row.height()), change.type, Style::Value, Role::Text3);
        const qreal x = row.left() + subject + type;
        qreal line = y + 6;
        const auto value = [&](const char* sign, const QString& text, Role signRole, Role role) {
            if (text.isEmpty())
                return;
            paint::text(&p, QRectF(x, line, 12, valueLine()), QString::fromLatin1(sign), Style::Value, signRole);
            paint::text(&p, QRectF(x + 18, line, row.right() - x - 18, valueLine()), text, Style::Value, role, Qt::AlignLeft | Qt::AlignVCenter, Qt::ElideMiddle);
            line += valueLine();
        };
        value("-", change.before, Role::Text3, Role::Text2);
        value("+", change.after, Role::Target, Role::Text1);
        y += height;
    }
}

bool ChangesTable::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        auto* help = static_cast<QHelpEvent*>(event);
        int y = 0;
        for (const ChangePreview& change : m_changes) {
            y += rowHeight(change);
            if (help->pos().y() < y) {
                QStringList lines{change.subject + u' ' + change.type};
                if (!change.before.isEmpty())
                    lines << QStringLiteral("- ") + change.before;
                if (!change.after.isEmpty())
                    lines << QStringLiteral("+ ") + change.after;
                QToolTip::showText(help->globalPos(), lines.join(u'\n'), this);
                return true;
            }
        }
    }
    return PaintedWidget::event(event);
}

CallsTable::CallsTable(QWidget* parent) : PaintedWidget(parent) { setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed); }

void CallsTable::setLines(const std::vector<Line>& lines)
{
    if (lines == m_lines)
        return;
    m_lines = lines;
    updateGeometry();
    update();
    announceValue();
}

QSize CallsTable::sizeHint() const { return {320, static_cast<int>(m_lines.size()) * callRow() + 1}; }

QString CallsTable::spokenValue() const
{
    QStringList out;
    for (const Line& line : m_lines)
        out << QStringList{line.method, line.path, line.note}.join(u' ').simplified();
    return out.join(QStringLiteral(". "));
}

void CallsTable::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    const Theme& t = Theme::instance();
    paint::box(&p, QRectF(rect()), t.color(Role::Inset), t.color(Role::Line), 6);
    qreal method = 0;
    for (const Line& line : m_lines)
        method = std::max(method, paint::textWidth(line.method, Style::Value));
    method = method > 0 ? std::max(method + 12, static_cast<qreal>(t.scaled(52))) : 0;
    const qreal tile = t.scaled(18);
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        const Line& line = m_lines[i];
        const qreal top = static_cast<qreal>(i) * callRow();
        const QRectF row(11, top + 1, width() - 23, callRow() - 1);
        if (line.refused)
            p.fillRect(QRectF(1, top + 1, width() - 2, callRow() - 1), t.tint(Role::Danger));
        if (i > 0)
            paint::hline(&p, 1, width() - 1, top, Role::Line);
        const QRectF mark(row.left(), row.center().y() - tile / 2, tile, tile);
        if (line.tile.isEmpty())
            paint::light(&p, mark, line.refused ? Health::Failed : line.noteRole == Role::Ok ? Health::Ok : Health::Working);
        else
            paint::tile(&p, mark, line.tile, line.side);
        qreal x = row.left() + tile + 10;
        paint::text(&p, QRectF(x, row.top(), method, row.height()), line.method, Style::Value, Role::Text2);
        x += method;
        const qreal note = paint::textWidth(line.note, Style::Value);
        const qreal noteRoom = std::min(note, row.width() * 0.5);
        paint::text(&p, QRectF(x, row.top(), row.right() - x - (note > 0 ? noteRoom + 12 : 0), row.height()), line.path, Style::Value, line.refused ? Role::Danger : Role::Text1,
                    Qt::AlignLeft | Qt::AlignVCenter, Qt::ElideMiddle);
        paint::text(&p, QRectF(row.right() - noteRoom, row.top(), noteRoom, row.height()), line.note, Style::Value, line.noteRole, Qt::AlignRight | Qt::AlignVCenter);
    }
}

bool CallsTable::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        auto* help = static_cast<QHelpEvent*>(event);
        const auto at = static_cast<std::size_t>(qMax(0, help->pos().y() / callRow()));
        if (at < m_lines.size())
            QToolTip::showText(help->globalPos(), QStringList{m_lines[at].method, m_lines[at].path, m_lines[at].note}.join(u' ').simplified(), this);
        return true;
    }
    return PaintedWidget::event(event);
}

} // namespace switchyard::ui
