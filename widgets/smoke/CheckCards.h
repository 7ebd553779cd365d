#pragma once

#include "app/cutover/RunState.h"
#include "widgets/parts/Button.h"
#include "widgets/parts/Indicators.h"
#include "widgets/parts/Panel.h"
#include "widgets/parts/States.h"

#include <QLabel>

namespace switchyard::ui {

/// Known cause of a failed check and what to do about it.
class DiagnosisCard final : public Surface {
    Q_OBJECT
public:
    explicit DiagnosisCard(QWidget* parent = nullptr);
    void setCheck(const cutover::CheckView& check, bool live);

Q_SIGNALS:
    /// Open Environments at this key (empty: none is known).
    void settingAsked(const QString& key);
    void accepted(const QString& note);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void placeButtons();
    QString m_key;
    QString m_check;
    IconLabel* m_icon;
    TextLabel* m_title;
    TextLabel* m_text;
    Button* m_stage;
    Button* m_open;
    Button* m_accept;
    QWidget* m_noteBox;
    NoteField* m_note;
    Button* m_keep;
};

/// A manual check: numbered instructions, a note, a picture, and the three answers.
class ManualCard final : public Surface {
    Q_OBJECT
public:
    explicit ManualCard(QWidget* parent = nullptr);
    void setCheck(const cutover::CheckView& check, const QString& directory);
    void answer(cutover::CheckState state);
    void focusFirst();

Q_SIGNALS:
    /// `picture` is a file anywhere, or empty.
    void answered(const QString& check, cutover::CheckState state, const QString& note, const QString& picture);

private:
    void choosePicture();
    void showPicture();
    QString m_check;
    QString m_picture;
    QVBoxLayout* m_steps;
    NoteField* m_note;
    QLabel* m_slot;
    TextLabel* m_pictureName;
    Button* m_choose;
    Button* m_pass;
    Button* m_fail;
    Button* m_none;
};

} // namespace switchyard::ui
