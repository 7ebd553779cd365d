#pragma once

#include "app/base/Error.h"
#include "widgets/parts/Button.h"
#include "widgets/parts/Indicators.h"
#include "widgets/parts/Panel.h"

#include <QLineEdit>
#include <QPlainTextEdit>
#include <QTimer>

namespace switchyard::ui {

/// What is absent, why one would want it, one plain button.
class EmptyState : public QWidget {
    Q_OBJECT
public:
    EmptyState(const QString& icon, const QString& title, const QString& text, const QString& button = {}, QWidget* parent = nullptr);

Q_SIGNALS:
    void pressed();
};

/// An error in place of the missing content: three sentences, one button that does "what to do", raw text one click away.
class ErrorState : public Surface {
    Q_OBJECT
public:
    explicit ErrorState(QWidget* parent = nullptr);
    void setError(const Error& error, const QString& button = QStringLiteral("Try now"));

Q_SIGNALS:
    void tryAgain();

private:
    TextLabel* m_happened;
    TextLabel* m_means;
    TextLabel* m_remedy;
    TextLabel* m_raw;
    Button* m_try;
    Button* m_show;
};

/// Grey rows at the real height while the first data is on its way; shown only after 150 ms.
class SkeletonRows : public PaintedWidget {
    Q_OBJECT
public:
    explicit SkeletonRows(int rowHeight = 32, QWidget* parent = nullptr);
    [[nodiscard]] QString spokenName() const override { return QStringLiteral("Reading"); }

protected:
    void paintEvent(QPaintEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    int m_row;
    bool m_due = false;
    QTimer m_wait;
};

/// Field to find in: magnifier at the left, "/" at the right.
class SearchField : public QLineEdit {
    Q_OBJECT
public:
    explicit SearchField(const QString& placeholder, QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
};

/// Field in mono for a name that must be typed exactly: ghost of the rest while typing, "Armed" with a tick when it is right.
class ArmField : public QLineEdit {
    Q_OBJECT
public:
    explicit ArmField(QWidget* parent = nullptr);
    void setName(const QString& name);
    [[nodiscard]] QString name() const { return m_name; }
    [[nodiscard]] bool armed() const { return !m_name.isEmpty() && text() == m_name; }

Q_SIGNALS:
    void armedChanged(bool armed);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_name;
    bool m_was = false;
};

/// A note of a few lines with its label.
class NoteField : public QWidget {
    Q_OBJECT
public:
    NoteField(const QString& label, const QString& placeholder = {}, QWidget* parent = nullptr);
    [[nodiscard]] QString text() const { return m_edit->toPlainText().trimmed(); }
    void setText(const QString& text) { m_edit->setPlainText(text); }
    [[nodiscard]] QPlainTextEdit* edit() const { return m_edit; }

Q_SIGNALS:
    void changed();

private:
    QPlainTextEdit* m_edit;
};

/// A secret's shape: eight dots, length and fingerprint. The value is asked for only while R (or the eye) is held, shows on a warn tint,
/// and hides at key-up, focus loss or after 10 s. `fetch` returns the value and may refuse with nothing.
class SecretCell : public PaintedWidget {
    Q_OBJECT
public:
    explicit SecretCell(QWidget* parent = nullptr);
    void setSecret(int length, const QString& fingerprint, std::function<QString()> fetch);
    [[nodiscard]] bool shown() const { return !m_shown.isEmpty(); }
    [[nodiscard]] QSize sizeHint() const override { return {240, Theme::instance().scaled(24)}; }
    /// Never the value.
    [[nodiscard]] QString spokenValue() const override { return QStringLiteral("%1 characters, fingerprint %2").arg(m_length).arg(m_fingerprint); }

Q_SIGNALS:
    /// A reveal is evidence: who looked at which key; never the value.
    void revealed();

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void reveal();
    void conceal();
    int m_length = 0;
    QString m_fingerprint;
    QString m_shown;
    std::function<QString()> m_fetch;
    QTimer m_limit;
};

namespace paint {
/// "•••••••• 50 ch, fp 7c1f" inside `box`.
void secret(QPainter* p, const QRectF& box, int length, const QString& fingerprint);
}

} // namespace switchyard::ui
