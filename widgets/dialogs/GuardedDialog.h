#pragma once

#include "app/base/Error.h"
#include "widgets/parts/Button.h"
#include "widgets/parts/GuardedButton.h"
#include "widgets/parts/Panel.h"
#include "widgets/parts/States.h"

#include <QDialog>

namespace switchyard::ui {

/// The frame of every dialog: a 4 px band that says how grave it is, title, body, a footer of 60 with the safe choice at the left of the
/// pair, focused by default and answered by Esc. Opened with open(), never exec().
class GuardedDialog : public QDialog {
    Q_OBJECT
public:
    enum class Band { Plain, Live, Rehearsal, Danger, Hazard };
    GuardedDialog(Band band, const QString& title, const QString& safe, QWidget* parent, int width = 648);

    [[nodiscard]] Button* safeButton() const { return m_safe; }
    [[nodiscard]] QString title() const { return m_title->plainText(); }

protected:
    /// A wrapped paragraph in text.2.
    TextLabel* paragraph(const QString& text);
    /// "Label  value" with the label 120 wide.
    QHBoxLayout* fact(const QString& label);
    TextLabel* factText(const QString& label, const QString& text);
    [[nodiscard]] QVBoxLayout* body() const { return m_body; }
    /// What acts, right of the safe choice.
    void setAct(QWidget* act);
    /// Field that arms `act` by typing `name`.
    ArmField* addArmField(const QString& label, const QString& name, GuardedButton* act);
    /// Shows why it was refused, inside the dialog.
    void showError(const Error& error);
    void setTitle(const QString& title, Role role = Role::Text1);
    void setBand(Band band);
    void paintEvent(QPaintEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void fit();
    Band m_band;
    TextLabel* m_title;
    TextLabel* m_error;
    QVBoxLayout* m_body;
    QHBoxLayout* m_footer;
    Button* m_safe;
};

} // namespace switchyard::ui
