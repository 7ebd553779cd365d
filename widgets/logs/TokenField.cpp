#include "widgets/logs/TokenField.h"

#include "app/logs/LogFilter.h"

#include <QFontMetricsF>
#include <QKeyEvent>
#include <QPainter>

namespace switchyard::ui {

TokenField::TokenField(QWidget* parent) : SearchField(QStringLiteral("Find words, or since:22:42 level:error source:probe host: step: until:"), parent)
{
    setAccessibleName(QStringLiteral("Find in the log"));
    onTheme(this, [this] {
        setFont(ui::font(Style::Value));
        setFixedHeight(Theme::instance().scaled(28));
    });
}

void TokenField::setSaid(const QString& said, bool problem, bool matches)
{
    if (said == m_said && problem == m_problem && matches == m_matches)
        return;
    m_said = said;
    m_problem = problem;
    m_matches = matches;
    setAccessibleDescription(said);
    qreal room = 30;
    if (!said.isEmpty())
        room += paint::textWidth(said, Style::Small) + 12;
    if (matches)
        room += paint::keyCapWidth(QStringLiteral("N")) + paint::textWidth(QStringLiteral("next"), Style::Small) + 16;
    setTextMargins(22, 0, static_cast<int>(room), 0);
    update();
}

void TokenField::paintEvent(QPaintEvent* event)
{
    SearchField::paintEvent(event);
    QPainter p(this);
    const Theme& t = Theme::instance();
    qreal right = width() - 8;
    const QRectF line(0, 0, right, height());
    if (hasFocus() || !text().isEmpty())
        paint::keyCap(&p, line, QStringLiteral("/"), true);
    right -= paint::keyCapWidth(QStringLiteral("/")) + 8;
    if (m_matches) {
        const qreal wide = paint::textWidth(QStringLiteral("next"), Style::Small);
        paint::text(&p, QRectF(right - wide, 0, wide + 1, height()), QStringLiteral("next"), Style::Small, Role::Text3);
        right -= wide + 6;
        paint::keyCap(&p, QRectF(0, 0, right, height()), QStringLiteral("N"), true);
        right -= paint::keyCapWidth(QStringLiteral("N")) + 6;
    }
    if (!m_said.isEmpty() && !text().isEmpty())
        paint::text(&p, QRectF(width() / 3.0, 0, right - width() / 3.0, height()), m_said, Style::Small, m_problem ? Role::Danger : Role::Text3, Qt::AlignRight | Qt::AlignVCenter);

    // Tokens are drawn over their own text, at the same places: the field's font is of one width. Not while the cursor stands in one, and
    // not when the text is longer than the field and may be scrolled.
    const QFontMetricsF metrics(font());
    const QMargins margins = textMargins();
    const qreal left = 9 + margins.left() + 2;
    if (metrics.horizontalAdvance(text()) > width() - left - margins.right() - 12)
        return;
    for (const logs::TokenSpan& token : logs::tokenSpans(text())) {
        if (hasFocus() && cursorPosition() > token.start && cursorPosition() <= token.end)
            continue;
        const qreal from = left + metrics.horizontalAdvance(text().left(token.start));
        const qreal colon = left + metrics.horizontalAdvance(text().left(token.colon + 1));
        const qreal to = left + metrics.horizontalAdvance(text().left(token.end));
        const qreal high = t.scaled(20);
        const QRectF box(from - 3, (height() - high) / 2, to - from + 6, high);
        paint::box(&p, box, t.color(Role::Raised), t.color(Role::Line), 3);
        paint::text(&p, QRectF(from, 0, colon - from, height()), text().mid(token.start, token.colon - token.start), Style::Value, Role::Text3);
        paint::text(&p, QRectF(colon, 0, to - colon + 2, height()), text().mid(token.colon + 1, token.end - token.colon - 1), Style::Value, Role::Text1);
    }
}

void TokenField::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        Q_EMIT nextWanted(event->modifiers() & Qt::ShiftModifier);
        return;
    }
    if (event->key() == Qt::Key_Down) {
        Q_EMIT leave();
        return;
    }
    SearchField::keyPressEvent(event);
}

} // namespace switchyard::ui
