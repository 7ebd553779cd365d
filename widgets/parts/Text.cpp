#include "widgets/parts/Text.h"

#include <QFontMetricsF>
#include <QPainter>

#include <cmath>

namespace switchyard::ui {

TextLabel::TextLabel(const QString& text, Style style, Role role, QWidget* parent) : PaintedWidget(parent), m_style(style), m_role(role)
{
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setSizePolicy(policy);
    setText(text);
}

void TextLabel::setText(const QString& text)
{
    if (text == m_text && !m_plain.isEmpty())
        return;
    m_text = text;
    parse();
    updateGeometry();
    update();
    if (QAccessible::isActive()) {
        QAccessibleEvent event(this, QAccessible::NameChanged);
        QAccessible::updateAccessibility(&event);
    }
}

void TextLabel::parse()
{
    m_plain.clear();
    m_code.clear();
    m_strong.clear();
    int codeFrom = -1;
    int strongFrom = -1;
    for (qsizetype i = 0; i < m_text.size(); ++i) {
        const int at = static_cast<int>(m_plain.size());
        if (m_text.at(i) == u'`') {
            if (codeFrom < 0) {
                codeFrom = at;
            } else {
                m_code.append({codeFrom, at - codeFrom});
                codeFrom = -1;
            }
        } else if (codeFrom < 0 && m_text.at(i) == u'*' && i + 1 < m_text.size() && m_text.at(i + 1) == u'*') {
            ++i;
            if (strongFrom < 0) {
                strongFrom = at;
            } else {
                m_strong.append({strongFrom, at - strongFrom});
                strongFrom = -1;
            }
        } else {
            m_plain.append(m_text.at(i));
        }
    }
}

void TextLabel::setRole(Role role)
{
    m_role = role;
    update();
}

void TextLabel::setStyle(Style style)
{
    m_style = style;
    updateGeometry();
    update();
}

void TextLabel::setWrap(bool wrap)
{
    m_wrap = wrap;
    QSizePolicy policy(wrap ? QSizePolicy::Expanding : QSizePolicy::Preferred, wrap ? QSizePolicy::Minimum : QSizePolicy::Fixed);
    policy.setHeightForWidth(wrap);
    setSizePolicy(policy);
    updateGeometry();
}

void TextLabel::setElide(Qt::TextElideMode elide)
{
    m_elide = elide;
    updateGeometry();
    update();
}

void TextLabel::setAlign(Qt::Alignment align)
{
    m_align = align;
    update();
}

int TextLabel::layout(QTextLayout& into, qreal width) const
{
    QTextOption option;
    option.setWrapMode(m_wrap ? QTextOption::WrapAtWordBoundaryOrAnywhere : QTextOption::NoWrap);
    into.setTextOption(option);
    into.setFont(ui::font(m_style));
    QList<QTextLayout::FormatRange> formats;
    for (const auto& [from, length] : m_code) {
        QTextLayout::FormatRange range;
        range.start = from;
        range.length = length;
        range.format.setFont(ui::font(m_style == Style::Body || m_style == Style::BodyStrong ? Style::Value : Style::ValueSmall));
        range.format.setForeground(ui::color(Role::Text1));
        formats.append(range);
    }
    for (const auto& [from, length] : m_strong) {
        QTextLayout::FormatRange range;
        range.start = from;
        range.length = length;
        QFont f = ui::font(m_style);
        f.setWeight(QFont::DemiBold);
        range.format.setFont(f);
        range.format.setForeground(ui::color(Role::Text1));
        formats.append(range);
    }
    into.setFormats(formats);
    into.setCacheEnabled(true);
    const qreal height = Theme::instance().lineHeight(m_style);
    into.beginLayout();
    int lines = 0;
    qreal y = 0;
    for (QTextLine line = into.createLine(); line.isValid(); line = into.createLine()) {
        line.setLineWidth(m_wrap ? width : 1e6);
        const QFontMetricsF metrics(ui::font(m_style));
        // The base line of the style, whatever stands in the line.
        line.setPosition(QPointF(0, std::round(y + (height - metrics.ascent() - metrics.descent()) / 2 + metrics.ascent() - line.ascent())));
        y += height;
        ++lines;
    }
    into.endLayout();
    return lines;
}

QSize TextLabel::sizeHint() const
{
    const int height = Theme::instance().lineHeight(m_style);
    QTextLayout words(m_plain);
    if (m_wrap) {
        const int width = qBound(40, static_cast<int>(QFontMetricsF(ui::font(m_style)).horizontalAdvance(m_plain)) + 2, 360);
        return {width, heightForWidth(width)};
    }
    layout(words, 1e6);
    return {static_cast<int>(std::ceil(words.maximumWidth() > 1e5 ? words.boundingRect().width() : words.maximumWidth())) + 1, height};
}

QSize TextLabel::minimumSizeHint() const
{
    const int height = Theme::instance().lineHeight(m_style);
    if (m_wrap)
        return {40, height};
    if (m_elide != Qt::ElideNone)
        return {16, height};
    return sizeHint();
}

int TextLabel::heightForWidth(int width) const
{
    QTextLayout words(m_plain);
    return qMax(1, layout(words, width)) * Theme::instance().lineHeight(m_style);
}

bool TextLabel::isCut() const
{
    if (m_plain.isEmpty())
        return false;
    if (m_wrap)
        return heightForWidth(width()) > height() + 1;
    return sizeHint().width() > width() + 2;
}

void TextLabel::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    const QColor tone = ui::color(isEnabled() ? m_role : Role::TextDisabled);
    if (!m_wrap && m_elide != Qt::ElideNone && sizeHint().width() > width() + 1) {
        paint::text(&p, rect(), m_plain, m_style, tone, m_align | Qt::AlignVCenter, m_elide);
        return;
    }
    QTextLayout words(m_plain);
    const int lines = layout(words, width());
    if (m_align & (Qt::AlignRight | Qt::AlignHCenter)) {
        for (int i = 0; i < lines; ++i) {
            QTextLine line = words.lineAt(i);
            const qreal free = width() - line.naturalTextWidth();
            line.setPosition(QPointF((m_align & Qt::AlignRight) ? free : free / 2, line.position().y()));
        }
    }
    p.setPen(tone);
    const int total = lines * Theme::instance().lineHeight(m_style);
    words.draw(&p, QPointF(0, m_wrap ? 0 : (height() - total) / 2));
}

} // namespace switchyard::ui
