#pragma once

#include "widgets/frame/Desk.h"
#include "widgets/parts/PaintedWidget.h"

#include <QTimer>

namespace switchyard::ui {

/// One toast, 360 wide: glyph, a bold line, a line of what next. Good news goes after 6 s (not while the pointer is on it); failures stay.
class Toast : public PaintedWidget {
    Q_OBJECT
public:
    Toast(ToastKind kind, const QString& title, const QString& text, QWidget* parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QAccessible::Role spokenRole() const override { return QAccessible::AlertMessage; }
    [[nodiscard]] QString spokenName() const override { return m_title + QStringLiteral(". ") + m_text; }

Q_SIGNALS:
    void closed();

protected:
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    ToastKind m_kind;
    QString m_title, m_text;
    QTimer m_timer;
};

/// Keeps at most three toasts at the bottom right of `host`, above `below`.
class Toasts : public QObject {
    Q_OBJECT
public:
    Toasts(QWidget* host, QWidget* below);
    void show(ToastKind kind, const QString& title, const QString& text);
    /// Closes the newest failure; whether there was one.
    bool acknowledge();
    [[nodiscard]] int count() const { return static_cast<int>(m_shown.size()); }

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void place();
    QWidget* m_host;
    QWidget* m_below;
    QList<Toast*> m_shown;
};

} // namespace switchyard::ui
