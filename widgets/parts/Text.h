#pragma once

#include "widgets/parts/PaintedWidget.h"

#include <QTextLayout>

#include <functional>

namespace switchyard::ui {

/// Words in a type style and a role, with the design's line height. Between backticks stands a value (mono), between two asterisks each
/// side a strong word. Wraps when asked to; else elides at the side asked for, and by default not at all.
class TextLabel : public PaintedWidget {
    Q_OBJECT
public:
    explicit TextLabel(const QString& text = {}, Style style = Style::Body, Role role = Role::Text1, QWidget* parent = nullptr);
    void setText(const QString& text);
    [[nodiscard]] QString text() const { return m_text; }
    /// The words without marks.
    [[nodiscard]] QString plainText() const { return m_plain; }
    void setRole(Role role);
    void setStyle(Style style);
    using QWidget::setStyle;
    void setWrap(bool wrap);
    void setElide(Qt::TextElideMode elide);
    void setAlign(Qt::Alignment align);
    /// Whether some words are not shown at the present size.
    [[nodiscard]] bool isCut() const;
    [[nodiscard]] bool mayElide() const { return m_elide != Qt::ElideNone; }

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;
    [[nodiscard]] bool hasHeightForWidth() const override { return m_wrap; }
    [[nodiscard]] int heightForWidth(int width) const override;
    [[nodiscard]] QAccessible::Role spokenRole() const override { return QAccessible::StaticText; }
    [[nodiscard]] QString spokenName() const override { return accessibleName().isEmpty() ? m_plain : accessibleName(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void parse();
    /// Lays the words out; returns the number of lines.
    int layout(QTextLayout& into, qreal width) const;
    QString m_text;
    QString m_plain;
    QList<QTextLayout::FormatRange> m_marks;
    QList<QPair<int, int>> m_code;
    QList<QPair<int, int>> m_strong;
    Style m_style;
    Role m_role;
    bool m_wrap = false;
    Qt::TextElideMode m_elide = Qt::ElideNone;
    Qt::Alignment m_align = Qt::AlignLeft;
};

} // namespace switchyard::ui
