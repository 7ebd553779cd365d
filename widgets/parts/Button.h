#pragma once

#include "widgets/parts/Paint.h"

#include <QAbstractButton>

namespace switchyard::ui {

/// What a button may do decides how it looks. Write is reserved for actions that change an account or its simulator.
enum class ButtonKind { Plain, Quiet, Write, Return, ReturnPast, NeutralStrong, Danger, Link };
/// Heights 24, 28, 36, 40.
enum class ButtonSize { Dense, Normal, Dialog, Large };

class Button : public QAbstractButton {
    Q_OBJECT
public:
    explicit Button(const QString& text, ButtonKind kind = ButtonKind::Plain, QWidget* parent = nullptr);
    Button(const QString& iconName, const QString& text, ButtonKind kind = ButtonKind::Plain, QWidget* parent = nullptr);
    /// Only an icon: needs a name and shows it as its tooltip.
    [[nodiscard]] static Button* iconOnly(const QString& iconName, const QString& name, QWidget* parent = nullptr);

    void setKind(ButtonKind kind);
    void setButtonSize(ButtonSize size);
    void setIconName(const QString& name);
    /// Icon after the words: "Open checklist ->".
    void setTrailingIcon(const QString& name);
    /// Shortcut shown as a key at the right end.
    void setKeys(const QString& keys);
    void setAlignLeft(bool on);
    void setTextStyle(Style style) { m_style = style; m_styled = true; updateGeometry(); }
    /// Why it is off; becomes the tooltip while it is disabled.
    void setWhyDisabled(const QString& reason);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    [[nodiscard]] int buttonHeight() const;
    [[nodiscard]] Style textStyle() const;
    ButtonKind m_kind;
    ButtonSize m_size = ButtonSize::Normal;
    QString m_icon;
    QString m_trailing;
    QString m_keys;
    QString m_why;
    Style m_style = Style::BodyMedium;
    bool m_styled = false;
    bool m_left = false;
};

/// On or off, 28 x 16. In the mode colour when on.
class Switch : public QAbstractButton {
    Q_OBJECT
public:
    explicit Switch(const QString& text, QWidget* parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
};

/// One of a few, 28 high: words with a count each.
class SegmentedControl : public QWidget {
    Q_OBJECT
public:
    explicit SegmentedControl(QWidget* parent = nullptr);
    struct Segment {
        QString id;
        QString text;
        QString count; ///< empty: none
        QString icon;
        Role iconRole = Role::Text2;
    };
    void setSegments(const QList<Segment>& segments);
    void setCount(const QString& id, const QString& count);
    [[nodiscard]] QString current() const;
    void setCurrent(const QString& id);
    /// Several may be on at once (levels of a log).
    void setMultiple(bool on) { m_multiple = on; }
    [[nodiscard]] QStringList checked() const;
    void setChecked(const QStringList& ids);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

Q_SIGNALS:
    void currentChanged(const QString& id);
    void checkedChanged(const QStringList& ids);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    class Cell;
    void place();
    QList<Cell*> m_cells;
    QString m_current;
    bool m_multiple = false;
};

} // namespace switchyard::ui
