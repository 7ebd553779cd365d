#pragma once

#include "app/base/Units.h"
#include "widgets/parts/Paint.h"

#include <QAbstractButton>
#include <QElapsedTimer>
#include <QTimer>
#include <QVariantAnimation>

#include <functional>

namespace switchyard::ui {

/// The one button that changes things. It must be held (mouse, Enter or Space) for its time, after its name was typed if it asks for one and
/// all its interlocks are closed. Letting go drains it and changes nothing. People who can't hold press twice (Theme::twoPresses).
/// A hold ignores key auto-repeat, and is cancelled by losing focus, by the pointer leaving by 24 px and by an interlock opening.
class GuardedButton : public QAbstractButton {
    Q_OBJECT
public:
    enum class State { Blocked, Unarmed, Armed, Holding, Sending, Done, Failed };
    enum class Tone { Mode, Danger, Pnr };

    explicit GuardedButton(QWidget* parent = nullptr);

    /// "Switch 3 domains" and "Hold to switch 3 domains" (empty: made from the verb).
    void setVerb(const QString& verb, const QString& holdVerb = {});
    /// How long to hold; zero: a click is enough.
    void setHold(Milliseconds hold);
    /// What must be typed first; empty: nothing.
    void setTypedName(const QString& name);
    /// What stands in the field now.
    void setTyped(const QString& text);
    /// Why it can't be pressed ("Blocked by step 14"); empty: all interlocks are closed. Cancels a hold.
    void setBlocked(const QString& reason);
    void setTone(Tone tone);
    /// One line of 36 px, for dialogs.
    void setCompact(bool on);
    /// Asked at the end of a hold, before confirmed(): the reason why not, or nothing.
    void setRecheck(std::function<QString()> recheck) { m_recheck = std::move(recheck); }

    /// After confirmed(): what is being sent, how it ended. reset() goes back to the guard.
    void setSending(const QString& verb, const QString& hint = QStringLiteral("You can still hold the plan"));
    void setDone(const QString& verb, const QString& hint);
    void setFailed(const QString& verb, const QString& hint);
    void reset();

    [[nodiscard]] State state() const { return m_state; }
    /// 0..1 of the hold.
    [[nodiscard]] double progress() const { return m_fill; }
    [[nodiscard]] QString title() const;
    [[nodiscard]] QString hint() const;
    /// For pictures: shows the fill as if held so far.
    void showHeld(double share);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// The guard was satisfied; `how` goes into the record: "held 2 s with Enter", "two presses", "click".
    void confirmed(const QString& how);
    void stateChanged();
    /// Text was typed while the name is missing: it belongs into the field of the name.
    void typedHere(QKeyEvent* event);

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void evaluate();
    void setState(State state);
    void press(const QString& with);
    void release();
    void cancel();
    void complete();
    void drain();

    QString m_verb, m_holdVerb, m_typedName, m_typed, m_blocked, m_with, m_sayTitle, m_sayHint;
    Milliseconds m_hold{0};
    State m_state = State::Unarmed;
    Tone m_tone = Tone::Mode;
    bool m_compact = false;
    bool m_firstPress = false;
    double m_fill = 0;
    std::function<QString()> m_recheck;
    QVariantAnimation m_growth;
    QVariantAnimation m_drain;
    QTimer m_arm;
    QTimer m_letGo; ///< X11 only: whether a release is a person's or half of a repeat
    bool m_full = false; ///< the hold's time ran out while that was open
};

} // namespace switchyard::ui
